//! How a state fails, and the texts that AWS puts into the cause.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::{
    history::Failure,
    seeded::{Site, seeded},
    sighting::{FailedState, Handling},
};

/// The error name of everything that the interpreter itself cannot process. Never retried, never caught.
pub(crate) const RUNTIME: &str = "States.Runtime";
/// The error name of a task that took too long or missed its heartbeat.
pub(crate) const TIMEOUT: &str = "States.Timeout";
const HEARTBEAT_TIMEOUT: &str = "States.HeartbeatTimeout";
const TASK_FAILED: &str = "States.TaskFailed";
/// The names that stand for others.
const WILDCARDS: [&str; 2] = ["States.ALL", TASK_FAILED];

/// AWS's standard prefix: in which state the interpreter failed.
pub(crate) fn place(state_name: &str, entered_event_id: i64) -> String {
    format!(
        "An error occurred while executing the state '{state_name}' (entered at the event id #{entered_event_id}). "
    )
}

/// A state's failure, before Retry and Catch were asked.
#[derive(Clone, Debug)]
pub(crate) struct StateError {
    pub(crate) failure: Failure,
    pub(crate) origin: Origin,
    /// Whether AWS's own words for this failure are known.
    pub(crate) certainty: Certainty,
    /// The event that `ExecutionFailed` names as its predecessor, where that is not the thread's last event.
    pub(crate) previous: Option<i64>,
    /// The evaluation that failed, until the history tells of it.
    pub(crate) evaluation: Option<FailedEvaluation>,
}

/// What the event `EvaluationFailed` tells besides the failure.
#[derive(Clone, Debug)]
pub(crate) struct FailedEvaluation {
    /// The field. Recorded: absent where no field is to blame.
    pub(crate) location: Option<Arc<str>>,
}

/// Whether nobody knows what AWS makes of what was reported: an empty text may count as none, and the wildcard is
/// documented to be no name that a user gives.
fn is_unheard_of(failure: &Failure) -> bool {
    let (error, cause) = (failure.error.as_deref(), failure.cause.as_deref());
    error == Some("") || cause == Some("") || error == Some("States.ALL")
}

/// Whether AWS's own words for a failure are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Certainty {
    /// Recorded or documented.
    Known,
    /// How it is worded is known, which events come between the entry of the state and the failure is not.
    Untold,
    /// That it fails is known, how it is worded is not.
    Uncertain,
    /// Sources contradict each other about whether it fails at all.
    Doubtful,
}

/// Where a failure comes from: decides what may match it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Origin {
    /// The interpreter: a path, a template, a value of the wrong type.
    Interpreter,
    /// A worker, or a service behind it.
    Reported,
    /// What the interpreter made of the data is too large.
    Limit,
    /// A Fail state.
    FailState,
    /// A task's `TimeoutSeconds`.
    Timeout,
    /// A task's `HeartbeatSeconds`.
    Heartbeat,
}

impl StateError {
    /// A `States.Runtime` failure of this state, with AWS's standard prefix before the text.
    pub(crate) fn runtime(state_name: &str, entered_event_id: i64, text: &str) -> Self {
        let cause = place(state_name, entered_event_id) + text;
        Self::new(RUNTIME, Some(cause.into()), Origin::Interpreter)
    }

    /// A JSONata field of this state that cannot be evaluated, or whose value it cannot use.
    pub(crate) fn query_evaluation(
        state_name: &str,
        entered_event_id: i64,
        text: &str,
        location: Option<&str>,
    ) -> Self {
        let cause = place(state_name, entered_event_id) + text;
        let evaluation = FailedEvaluation { location: location.map(Arc::from) };
        Self {
            evaluation: Some(evaluation),
            ..Self::new("States.QueryEvaluationError", Some(cause.into()), Origin::Interpreter)
        }
    }

    /// A task result above the size limit. Recorded: the cause has no prefix, and `States.ALL` matches.
    /// Requirement: asl.limits.payload
    pub(crate) fn data_limit(what: &str) -> Self {
        let cause = format!(
            "The state/task '{what}' returned a result with a size exceeding the maximum number of bytes service limit."
        );
        Self::new("States.DataLimitExceeded", Some(cause.into()), Origin::Reported)
    }

    /// An output, or what a state assigns, above the size limit.
    pub(crate) fn output_limit(state_name: &str) -> Self {
        Self { origin: Origin::Limit, ..Self::data_limit(state_name) }
    }

    pub(crate) fn new(error: &str, cause: Option<Arc<str>>, origin: Origin) -> Self {
        let failure = Failure { error: Some(error.into()), cause };
        Self { failure, origin, certainty: Certainty::Known, previous: None, evaluation: None }
    }

    pub(crate) fn reported(mut failure: Failure) -> Self {
        let is_unheard_of = is_unheard_of(&failure);
        if failure.error.is_none() && seeded(Site::UnnamedErrorIsTaskFailed) {
            failure.error = Some(TASK_FAILED.into());
        }
        if failure.cause.is_none() && seeded(Site::AbsentCauseIsEmpty) {
            failure.cause = Some("".into());
        }
        Self {
            failure,
            origin: Origin::Reported,
            certainty: if is_unheard_of { Certainty::Doubtful } else { Certainty::Known },
            previous: None,
            evaluation: None,
        }
    }

    pub(crate) fn failed_on_purpose(failure: Failure) -> Self {
        Self { origin: Origin::FailState, ..Self::reported(failure) }
    }

    /// Whether the error output that a catcher sees is known. Recorded for workers that give no error or cause; not
    /// for Fail states.
    pub(crate) fn has_known_output(&self) -> bool {
        let is_whole = self.failure.error.is_some() && self.failure.cause.is_some();
        is_whole || self.origin != Origin::FailState
    }

    /// What an onlooker sees of it.
    pub(crate) fn sighted(
        &self,
        state: &Arc<str>,
        location: Option<Arc<str>>,
        handling: Handling,
    ) -> FailedState {
        let is_heartbeat = self.origin == Origin::Heartbeat;
        let error = if is_heartbeat { Some(HEARTBEAT_TIMEOUT.into()) } else { self.failure.error.clone() };
        let cause = self.failure.cause.clone();
        FailedState { state: Arc::clone(state), error, cause, location, handling }
    }

    /// The same failure, whose wording is not known.
    #[must_use]
    pub(crate) fn uncertain_unless(self, is_known: impl FnOnce() -> bool) -> Self {
        let certainty = if is_known() { self.certainty } else { Certainty::Uncertain };
        Self { certainty, ..self }
    }

    /// The same failure, of which it is not known which events come before.
    #[must_use]
    pub(crate) fn untold_unless(self, is_known: impl FnOnce() -> bool) -> Self {
        let is_told = self.certainty != Certainty::Known || is_known();
        let certainty = if is_told { self.certainty } else { Certainty::Untold };
        Self { certainty, ..self }
    }

    /// The same failure, of which it is not known whether AWS sees one.
    #[must_use]
    pub(crate) fn doubtful_if(self, is_doubtful: impl FnOnce() -> bool) -> Self {
        let certainty = if is_doubtful() { Certainty::Doubtful } else { self.certainty };
        Self { certainty, ..self }
    }

    /// Whether neither Retry nor Catch is asked, here or in an enclosing state.
    /// Recorded: an explicit catcher for `States.Runtime` is accepted and never used.
    pub(crate) fn is_uncatchable(&self) -> bool {
        let name = self.failure.error.as_deref();
        if seeded(Site::JsonataErrorsAreTerminal) && name == Some("States.QueryEvaluationError") {
            return true;
        }
        let is_caught = seeded(Site::AllCatchesRuntime) || seeded(Site::RuntimeIsCaughtByName);
        name == Some(RUNTIME) && !is_caught
    }

    /// Whether a worker or a Fail state gives the name that AWS has for its own failures.
    pub(crate) fn is_runtime_by_name(&self) -> bool {
        let is_given = matches!(self.origin, Origin::Reported | Origin::FailState);
        is_given && self.failure.error.as_deref() == Some(RUNTIME)
    }

    /// Whether one of these `ErrorEquals` names matches. Documented: `States.TaskFailed` matches everything but a
    /// time-out; a missed heartbeat is a time-out with a name of its own.
    /// Requirement: asl.catch.all, asl.catch.timeout, asl.catch.heartbeat, asl.errors.task-failed-wildcard
    /// Requirement: asl.retry.matching
    pub(crate) fn matches(&self, error_equals: &[String]) -> bool {
        let n_looked_at = if seeded(Site::FirstErrorNameAlone) { 1 } else { error_equals.len() };
        error_equals.iter().take(n_looked_at).any(|pattern| {
            let matches = self.matches_name(pattern);
            self.mistaken_match(pattern).unwrap_or(matches)
        })
    }

    /// Whether the first of these lists that matches, or that may match as far as anybody knows, only may. Documented:
    /// `States.TaskFailed` matches everything but a time-out; whether a missed heartbeat is one here is not known. Documented
    /// too: no wildcard matches an output that is too large; the same was documented of task results, for which they are
    /// recorded to match.
    pub(crate) fn matches_in_doubt<'a>(&self, mut lists: impl Iterator<Item = &'a Vec<String>>) -> bool {
        let in_doubt: &[&str] = match self.origin {
            Origin::Heartbeat => &[TASK_FAILED],
            Origin::Limit => &WILDCARDS,
            _ => &[],
        };
        let may_match = |names: &[String]| names.iter().any(|name| in_doubt.contains(&name.as_str()));
        let first = lists.find(|names| self.matches(names) || may_match(names));
        first.is_some_and(|names| !self.matches(names))
    }

    fn matches_name(&self, pattern: &str) -> bool {
        let name = self.failure.error.as_deref();
        match pattern {
            _ if self.origin == Origin::Limit && WILDCARDS.contains(&pattern) => false,
            "States.ALL" => true,
            TASK_FAILED => name != Some(TIMEOUT),
            HEARTBEAT_TIMEOUT => self.origin == Origin::Heartbeat || name == Some(HEARTBEAT_TIMEOUT),
            exact => name == Some(exact),
        }
    }

    /// What engines say that read the names of errors in another way.
    fn mistaken_match(&self, pattern: &str) -> Option<bool> {
        let name = self.failure.error.as_deref();
        let is_name = || Some(name == Some(pattern));
        match pattern {
            "States.ALL" if seeded(Site::AllIsAName) => is_name(),
            "States.ALL" if seeded(Site::RuntimeIsCaughtByName) => Some(name != Some(RUNTIME)),
            "States.ALL" if seeded(Site::AllPassesTimeoutsBy) => Some(name != Some(TIMEOUT)),
            TASK_FAILED if seeded(Site::TaskFailedIsAName) => is_name(),
            TASK_FAILED if seeded(Site::TaskFailedMatchesTimeouts) => Some(true),
            HEARTBEAT_TIMEOUT if seeded(Site::HeartbeatNameUnknown) => is_name(),
            TIMEOUT if seeded(Site::TimeoutPassesHeartbeatsBy) => {
                Some(self.origin != Origin::Heartbeat && name == Some(TIMEOUT))
            }
            "States.ALL" | TASK_FAILED | HEARTBEAT_TIMEOUT | TIMEOUT => None,
            _ if seeded(Site::ErrorNamesFoldCase) => {
                Some(name.is_some_and(|name| name.eq_ignore_ascii_case(pattern)))
            }
            _ if seeded(Site::ErrorNamesMatchByPrefix) => {
                Some(name.is_some_and(|name| name.starts_with(pattern)))
            }
            _ => None,
        }
    }

    /// The error output that a catcher sees. Recorded: both keys are always there; a time-out has an empty cause, a
    /// worker that gave none leaves `null`.
    /// Requirement: asl.errors.output-shape
    pub(crate) fn error_output(&self) -> Value {
        let text = |part: &Option<Arc<str>>| part.as_deref().map_or(Value::Null, Value::from);
        let cause = match self.origin {
            Origin::Timeout | Origin::Heartbeat if seeded(Site::TimeoutCauseIsNull) => Value::Null,
            Origin::Timeout | Origin::Heartbeat => self.failure.cause.as_deref().unwrap_or("").into(),
            _ => text(&self.failure.cause),
        };
        if seeded(Site::ErrorOutputWithoutCause) {
            return json!({"Error": text(&self.failure.error)});
        }
        if seeded(Site::ErrorOutputInLowerCase) {
            return json!({"error": text(&self.failure.error), "cause": cause});
        }
        if cause.is_null() && seeded(Site::ErrorOutputLeavesNullOut) {
            return json!({"Error": text(&self.failure.error)});
        }
        json!({"Error": text(&self.failure.error), "Cause": cause})
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("Boom", Origin::Reported, "States.ALL", true)]
    #[case("Boom", Origin::Reported, "States.TaskFailed", true)]
    #[case("Boom", Origin::Reported, "boom", false)]
    #[case(TIMEOUT, Origin::Timeout, "States.TaskFailed", false)]
    #[case(TIMEOUT, Origin::Timeout, "States.Timeout", true)]
    #[case(TIMEOUT, Origin::Timeout, "States.HeartbeatTimeout", false)]
    #[case(TIMEOUT, Origin::Heartbeat, "States.HeartbeatTimeout", true)]
    #[case(TIMEOUT, Origin::Heartbeat, "States.Timeout", true)]
    #[case("States.DataLimitExceeded", Origin::Limit, "States.ALL", false)]
    #[case("States.DataLimitExceeded", Origin::Limit, "States.DataLimitExceeded", true)]
    #[case("States.DataLimitExceeded", Origin::Reported, "States.ALL", true)]
    fn error_equals_matches_by_name_and_origin(
        #[case] error: &str,
        #[case] origin: Origin,
        #[case] pattern: &str,
        #[case] expected: bool,
    ) {
        assert_eq!(StateError::new(error, None, origin).matches(&[pattern.to_owned()]), expected);
    }

    #[test]
    fn error_output_always_has_both_keys() {
        let silent = StateError::reported(Failure::default());
        assert_eq!(silent.error_output(), json!({"Error": null, "Cause": null}));
        let late = StateError::new(TIMEOUT, None, Origin::Timeout);
        assert_eq!(late.error_output(), json!({"Error": "States.Timeout", "Cause": ""}));
    }
}
