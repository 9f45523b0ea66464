//! What is wrong by itself and still in play in a smallest case.

use std::collections::BTreeSet;

use super::{
    CHOICE, COMBINATIONS, EXPRESSION, FAILS_AS_INSIDE, FIELDS, GOES_ON, JSONATA, MISSING_ARGUMENT, PATH_MISS,
    Signature, TEXT_OF_ANOTHER_FAILURE, is_function, is_plain, is_plain_path,
};
use crate::{Facet, construct_family::JSONATA_VARIABLE};

impl Signature {
    /// Whether the smallest case that could be found for this signature shows the bug of `root`: nothing can be taken away
    /// any more, and what is wrong by itself is still in play. What comes of it in a rule, in another expression or in a
    /// field is up to those.
    pub fn needs(&self, root: &Self) -> bool {
        self.needs_wrong_document(root)
            || self.needs_wrong_rule(root)
            || self.needs_wrong_combination(root)
            || self.is_plainly_the_same(root)
            || self.counts_attempts_of(root)
            || self.is_of_missing_argument(root)
            || self.needs_variable_of(root)
            || self.needs_silence_of(root)
    }

    /// An iteration without a result, where it is known that a Map goes on whatever fails inside of it.
    fn needs_silence_of(&self, root: &Self) -> bool {
        let is_silent =
            (root.facet, &*root.expected, &*root.actual) == (Facet::Status, FAILS_AS_INSIDE, GOES_ON);
        let has_no_result =
            (self.facet, &*self.expected, &*self.actual) == (Facet::Output, "a value", "null");
        is_silent && has_no_result && self.place == "Map" && root.place == "Map"
    }

    /// What reads a variable of JSONata, where a state does not assign what it should.
    fn needs_variable_of(&self, root: &Self) -> bool {
        let is_of_assignment =
            |construct: &String| ["Assign", "Catch", JSONATA].contains(&construct.as_str());
        root.facet == Facet::Output
            && root.constructs.contains("Assign")
            && root.constructs.iter().all(is_of_assignment)
            && self.is_of_behaviour()
            && self.constructs.contains(JSONATA_VARIABLE)
    }

    /// A call that fails in another way because its argument, whose path leads nowhere, was given to it all the same.
    fn is_of_missing_argument(&self, root: &Self) -> bool {
        let is_of_miss = (root.facet, &*root.expected, &*root.actual) == (Facet::Status, PATH_MISS, GOES_ON);
        let is_of_argument = self.facet == Facet::Cause && self.expected.starts_with(MISSING_ARGUMENT);
        is_of_miss && is_of_argument && self.actual == TEXT_OF_ANOTHER_FAILURE
    }

    /// A number of attempts that is wrong, where it is known that the engine goes on too soon or too late because of the Retry.
    fn counts_attempts_of(&self, root: &Self) -> bool {
        let is_of_retry = |signature: &Self| signature.constructs.iter().eq(["Retry"]);
        self.is_of_attempts() && is_of_retry(self) && is_of_retry(root) && root.facet == Facet::Status
    }

    /// An expression or a field that is wrong by itself.
    fn needs_wrong_document(&self, root: &Self) -> bool {
        let is_expression =
            root.place == EXPRESSION && root.constructs.iter().any(|construct| construct != JSONATA);
        let is_field = !root.constructs.is_empty() && root.is_about_fields() && self.is_around(root);
        let comes_of_a_value = self.facet == Facet::Output || self.expected == GOES_ON;
        let is_of_values = root.facet == Facet::Output && comes_of_a_value && !self.is_same_kind(root);
        // What an engine says of a function that fails is not about the template that calls it, nor does a function fail
        // because it gives a wrong value elsewhere.
        let is_of_function = self.is_in_words()
            && root.facet == Facet::Output
            && (!root.can_feed(self) || self.is_of_syntax());
        // One path into the context object is not wrong because another one is.
        let is_path =
            self.facet == Facet::Output && !self.constructs.iter().any(|construct| is_function(construct));
        let is_same_path = root.constructs.is_subset(&self.constructs);
        let is_other_path = is_path && root.reads_context() && !is_same_path && !self.is_same_kind(root);
        // Who puts a value into a list has found one.
        let is_found = self.is_read() && self.finds_nothing() && root.finds_more();
        (is_expression || is_field)
            && !is_found
            && !is_of_function
            && !is_other_path
            && !self.fails_otherwise_than(root)
            && !self.differs_in_more_than_escapes(root)
            && (!self.is_failure_as(root) || self.actual == root.actual)
            && root.can_be_the_reason_for(self)
            && root.is_of_behaviour()
            && self.is_of_behaviour()
            && (self.place != root.place || is_of_values || self.constructs.len() > root.constructs.len())
            && self.has_all_of(root)
    }

    /// Whether the engine goes on in both where AWS fails, but not in the same way: then it does not come as far as to fail in
    /// the way of `root`.
    fn fails_otherwise_than(&self, root: &Self) -> bool {
        let goes_on = |signature: &Self| signature.is_of_failure() && signature.actual == GOES_ON;
        goes_on(self) && goes_on(root) && self.expected != root.expected && !self.is_of_caught()
    }

    /// A rule of a Choice that nobody sees, and that is wrong by itself.
    fn needs_wrong_rule(&self, root: &Self) -> bool {
        let is_operator = |construct: &String| !FIELDS.contains(&construct.as_str()) && !is_plain(construct);
        let is_rule =
            root.place == CHOICE && root.facet == Facet::Status && root.constructs.iter().any(is_operator);
        is_rule
            && self.is_of_behaviour()
            && self.place != CHOICE
            && self.constructs.contains(CHOICE)
            && self.has_all_of(root)
    }

    /// A combination of rules that is wrong, whatever the rules in it: each of them alone would be right.
    fn needs_wrong_combination(&self, root: &Self) -> bool {
        let combination = |signature: &Self| -> BTreeSet<String> {
            let is_combined = |construct: &&String| COMBINATIONS.contains(&construct.as_str());
            signature.constructs.iter().filter(is_combined).cloned().collect()
        };
        let own = combination(self);
        self.is_same_kind(root) && self.is_in_place_of(root) && !own.is_empty() && own == combination(root)
    }

    /// The same, but for kinds of paths that rather happen to be there: where one is wrong by itself, the place is an
    /// expression.
    fn is_plainly_the_same(&self, root: &Self) -> bool {
        let special = |signature: &Self| -> BTreeSet<String> {
            let is_special = |construct: &&String| !is_plain_path(construct);
            signature.constructs.iter().filter(is_special).cloned().collect()
        };
        let is_there = self.place == root.place && self.place != EXPRESSION;
        is_there && self.is_same_kind(root) && special(self) == special(root)
    }
}
