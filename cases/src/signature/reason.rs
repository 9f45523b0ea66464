//! Which difference can be the reason for another one, where a part of the case alone shows it.

use super::{
    ANY_TEXT, ERROR_OUTPUT, EXPRESSION, FAILS, FAILS_AS_INSIDE, GOES_ON, HIDE_FAILURES, KEPT, MISSING_EVENT,
    PATH_MISS, RIGHT_WAY, Signature, is_function,
};
use crate::Facet;

impl Signature {
    /// Whether what differs like this can come of what differs like `root`, where a part of the case alone shows that: a
    /// wrong text of a wrong value, say, but not the other way round. What is wrong with a history alone comes of nothing
    /// else, but for the number of attempts.
    pub fn can_come_of(&self, root: &Self) -> bool {
        match self.facet {
            // What an engine says of the end of an execution in two places, it says itself.
            Facet::Cause | Facet::Error if self.expected == KEPT => root.expected == KEPT,
            Facet::Acceptance => root.facet == Facet::Acceptance,
            Facet::Cause => {
                // A rule that every engine must keep says nothing about how AWS words it.
                let is_text = root.facet == Facet::Cause && root.expected != KEPT;
                let is_same =
                    root.expected == ANY_TEXT || self.expected == root.expected || self.actual == root.actual;
                // The name is right.
                (is_text && is_same) || (root.facet != Facet::Error && root.can_be_the_reason_for(self))
            }
            // What a state puts out of a failure that it caught tells its error and its cause.
            Facet::Output if self.is_of_caught() => {
                // Both sides caught a failure.
                let goes_on = root.facet == Facet::Status && root.actual == GOES_ON;
                (root.is_of_behaviour() && !goes_on) || root.facet == Facet::Cause
            }
            // Which error a failure has says more about the failure than about any value.
            Facet::Error => {
                let is_other_error = root.facet == Facet::Error && root.actual != self.actual;
                root.facet != Facet::Output && !is_other_error && root.can_be_the_reason_for(self)
            }
            // An engine that fails there in words of its own did not go another way.
            Facet::Status if self.is_in_words() => {
                let is_of_value = root.facet == Facet::Output && root.can_feed(self) && !self.is_of_syntax();
                is_of_value || (root.is_failure_as(self) && root.actual == self.actual)
            }
            Facet::Status
                if root.facet == Facet::Output
                    && (self.is_missed_catch() || self.is_of_catcher_beside(root)) =>
            {
                false
            }
            // Who catches what, another catcher alone tells.
            Facet::Status if self.is_of_other_catcher() => {
                root.facet == Facet::Status && root.constructs == self.constructs
            }
            // A state that should fail in its own way does not go on because a path leads nowhere, or an error has a wrong name.
            Facet::Status if self.goes_on_after_its_failure() && root.is_of_path_miss_or_name() => false,
            // Nor does it go on because of the name of an error that another one of its expressions throws.
            Facet::Status if self.goes_on_unhidden() && root.facet == Facet::Error => false,
            Facet::Status | Facet::Output => {
                // A call that should fail does not give a value.
                let is_called =
                    |construct: &String| is_function(construct) && root.constructs.contains(construct);
                let is_value_of_it = self.is_of_failure()
                    && root.facet == Facet::Output
                    && self.constructs.iter().any(is_called);
                !is_value_of_it && root.can_be_the_reason_for(self)
            }
            // Work may not be begun because an expression of it fails, or there are fewer items.
            Facet::Trace => {
                (self.is_of_attempts() || self.is_of_work_not_begun()) && root.can_be_the_reason_for(self)
            }
            Facet::TestState => false,
        }
    }

    /// Whether a state, and no expression in it, should fail, and nothing there can hide that it does.
    fn goes_on_after_its_failure(&self) -> bool {
        self.place != EXPRESSION && self.goes_on_unhidden()
    }

    /// Whether something should fail, and nothing there can hide that it does.
    fn goes_on_unhidden(&self) -> bool {
        let is_hidden = self.constructs.iter().any(|construct| HIDE_FAILURES.contains(&construct.as_str()));
        self.is_of_failure() && self.expected != FAILS_AS_INSIDE && self.actual == GOES_ON && !is_hidden
    }

    /// Whether the right failure is not caught: that does not depend on what is put out of it.
    pub(super) fn is_missed_catch(&self) -> bool {
        self.facet == Facet::Status
            && self.constructs.iter().eq(["Catch"])
            && self.expected == GOES_ON
            && self.actual.starts_with(FAILS)
    }

    /// Whether it is about what a catcher makes of the error, and the other one about what the state puts out when it succeeds.
    fn is_of_catcher_beside(&self, value: &Self) -> bool {
        self.constructs.contains(ERROR_OUTPUT) && value.place != EXPRESSION && !value.is_of_caught()
    }

    /// Whether the right failure is caught, but not by the right catcher.
    fn is_of_other_catcher(&self) -> bool {
        self.constructs.iter().eq(["Catch"]) && self.expected == RIGHT_WAY
    }

    fn is_of_path_miss_or_name(&self) -> bool {
        self.facet == Facet::Error || (self.facet == Facet::Status && self.expected == PATH_MISS)
    }

    /// What should fail and does not is no reason for anything that should not fail, nor is a failure one for what an engine
    /// does that goes on, unless something there can hide it.
    pub(super) fn can_be_the_reason_for(&self, other: &Self) -> bool {
        let is_failure = self.facet == Facet::Status && self.actual.starts_with(FAILS);
        let is_hidden =
            || other.constructs.iter().any(|construct| HIDE_FAILURES.contains(&construct.as_str()));
        (self.is_of_behaviour() || self.is_of_attempts())
            && (!self.is_of_failure() || other.is_of_failure())
            && !(is_failure && other.facet == Facet::Output && !is_hidden())
    }

    /// Whether it is about the number of attempts: all else in a history says nothing about what the execution does.
    pub(super) fn is_of_attempts(&self) -> bool {
        self.facet == Facet::Trace && !self.constructs.is_empty()
    }

    /// Whether the history lacks the event with which a task, branches or an iteration begin.
    fn is_of_work_not_begun(&self) -> bool {
        const BEGINS: &[&str] = &["MapStateStarted", "ParallelStateStarted", "MapIterationStarted"];
        let is_begin = self.expected.ends_with("Scheduled") || BEGINS.contains(&self.expected.as_str());
        self.facet == Facet::Trace && is_begin && self.actual == MISSING_EVENT
    }

    pub(super) fn is_of_caught(&self) -> bool {
        self.constructs.contains("Catch")
    }

    /// Whether AWS fails there.
    pub(super) fn is_of_failure(&self) -> bool {
        match self.facet {
            Facet::Error | Facet::Cause => true,
            Facet::Status => ![GOES_ON, RIGHT_WAY].contains(&&*self.expected),
            Facet::Acceptance | Facet::Output | Facet::Trace | Facet::TestState => false,
        }
    }
}
