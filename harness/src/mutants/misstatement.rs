//! How an engine does the right thing and says another: a change of the observation.

use std::{collections::HashMap, sync::LazyLock};

use asl_cases::{Observation, Outcome, TestStatus, Trace, TraceEvent};
use regex::{Captures, Regex};
use serde_json::Value;

/// What is said instead of what was done.
#[derive(Clone, Copy, Debug)]
pub(super) enum Misstatement {
    /// Events of this type are not written.
    EventLost(&'static str),
    /// Events of one type have another.
    EventRenamed {
        /// The right type.
        from: &'static str,
        /// What is written.
        to: &'static str,
    },
    /// Failures whose cause holds a text have another name.
    Error {
        /// The text in the cause.
        cause: &'static str,
        /// The name that is told.
        name: &'static str,
    },
    /// Causes read otherwise.
    Cause(fn(&str) -> String),
    /// Anything else.
    Any(fn(&mut Observation)),
}

impl Misstatement {
    pub(super) fn apply(self, observation: &mut Observation) {
        match self {
            Self::EventLost(kind) => lose_events(observation, kind),
            Self::EventRenamed { from, to } => {
                for event in events(observation).iter_mut().filter(|event| event.kind == from) {
                    to.clone_into(&mut event.kind);
                }
            }
            Self::Error { cause, name } => for_failures(observation, |error, told| {
                if told.as_ref().is_some_and(|told| told.contains(cause)) {
                    *error = Some(name.to_owned());
                }
            }),
            Self::Cause(change) => for_failures(observation, |_, cause| {
                *cause = cause.as_deref().map(change);
            }),
            Self::Any(change) => change(observation),
        }
    }
}

fn events(observation: &mut Observation) -> &mut [TraceEvent] {
    observation.trace.as_mut().map_or(&mut [], |trace| &mut trace.0)
}

/// What a lost event led to follows what led to the lost event.
fn lose_events(observation: &mut Observation, kind: &str) {
    let Some(Trace(events)) = &mut observation.trace else { return };
    let mut ids = HashMap::from([(0, 0)]);
    let mut kept: Vec<TraceEvent> = Vec::with_capacity(events.len());
    for mut event in std::mem::take(events) {
        let previous = ids.get(&event.previous_event_id).copied().unwrap_or_default();
        if event.kind == kind {
            ids.insert(event.id, previous);
            continue;
        }
        let id = i64::try_from(kept.len()).unwrap_or(i64::MAX) + 1;
        ids.insert(event.id, id);
        (event.id, event.previous_event_id) = (id, previous);
        kept.push(event);
    }
    *events = kept;
}

/// Calls for error and cause of the outcome, and of every event that tells of a failure.
fn for_failures(
    observation: &mut Observation,
    mut change: impl FnMut(&mut Option<String>, &mut Option<String>),
) {
    match &mut observation.outcome {
        Outcome::Failed { error, cause } => change(error, cause),
        Outcome::Tested(tested) => change(&mut tested.error, &mut tested.cause),
        _ => {}
    }
    for event in events(observation) {
        let text = |key: &str| event.details.get(key).and_then(Value::as_str).map(str::to_owned);
        let (mut error, mut cause) = (text("error"), text("cause"));
        change(&mut error, &mut cause);
        for (key, text) in [("error", error), ("cause", cause)] {
            match text {
                Some(text) => drop(event.details.insert(key.to_owned(), text.into())),
                None => drop(event.details.shift_remove(key)),
            }
        }
    }
}

static PLACE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"^An error occurred while executing the state '.*?' \(entered at the event id #(\d+)\)\. ")
});
static BRACKETS: LazyLock<Regex> = LazyLock::new(|| pattern(r"\['([^']*)'\]"));

fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("the pattern is constant")
}

pub(super) fn without_place(cause: &str) -> String {
    PLACE.replace(cause, "").into_owned()
}

pub(super) fn next_event_id(cause: &str) -> String {
    let next = |found: &Captures<'_>| {
        let number = found[1].parse::<u64>().map_or_else(|_| found[1].to_owned(), |id| (id + 1).to_string());
        found[0].replace(&format!("#{}", &found[1]), &format!("#{number}"))
    };
    PLACE.replace(cause, next).into_owned()
}

pub(super) fn without_document(cause: &str) -> String {
    cause.split_once(" in the input '").map_or_else(|| cause.to_owned(), |(head, _)| head.to_owned())
}

pub(super) fn encoded_again(cause: &str) -> String {
    Value::from(cause).to_string()
}

pub(super) fn cut_short(cause: &str) -> String {
    cause.chars().take(100).collect()
}

pub(super) fn with_dotted_path(cause: &str) -> String {
    BRACKETS.replace_all(cause, ".$1").into_owned()
}

pub(super) fn lose_cause(observation: &mut Observation) {
    for_failures(observation, |_, cause| *cause = None);
}

pub(super) fn explain_timeout(observation: &mut Observation) {
    for_failures(observation, |error, cause| {
        if error.as_deref() == Some("States.Timeout") && cause.is_none() {
            *cause = Some("The task timed out.".to_owned());
        }
    });
}

pub(super) fn fail_for_timeout(observation: &mut Observation) {
    if observation.outcome == Outcome::TimedOut {
        observation.outcome = Outcome::Failed { error: Some("States.Timeout".to_owned()), cause: None };
    }
    for event in events(observation).iter_mut().filter(|event| event.kind == "ExecutionTimedOut") {
        "ExecutionFailed".clone_into(&mut event.kind);
        event.details.insert("error".to_owned(), "States.Timeout".into());
    }
}

pub(super) fn ids_from_zero(observation: &mut Observation) {
    for event in events(observation) {
        event.id -= 1;
        event.previous_event_id = (event.previous_event_id - 1).max(0);
    }
}

pub(super) fn ids_with_gaps(observation: &mut Observation) {
    for event in events(observation) {
        event.id = event.id * 2 - 1;
        event.previous_event_id = (event.previous_event_id * 2 - 1).max(0);
    }
}

pub(super) fn newest_first(observation: &mut Observation) {
    events(observation).reverse();
}

pub(super) fn repeat_tenth_event(observation: &mut Observation) {
    if let Some(Trace(events)) = &mut observation.trace
        && let Some(tenth) = events.get(9).cloned()
    {
        events.insert(10, tenth);
    }
}

pub(super) fn first_page_alone(observation: &mut Observation) {
    if let Some(Trace(events)) = &mut observation.trace {
        events.truncate(20);
    }
}

pub(super) fn iteration_index_from_one(observation: &mut Observation) {
    for event in events(observation) {
        if let Some(index) = event.details.get("index").and_then(Value::as_u64) {
            event.details.insert("index".to_owned(), (index + 1).into());
        }
    }
}

/// The documents of the next event that leaves the same state.
pub(super) fn entered_shows_output(observation: &mut Observation) {
    let events = events(observation);
    for place in 0..events.len() {
        let Some(kind) = events[place].kind.strip_suffix("Entered") else { continue };
        let exited = format!("{kind}Exited");
        let (name, rest) = (events[place].state_name().map(str::to_owned), &events[place + 1..]);
        let left = rest.iter().find(|event| event.kind == exited && event.state_name() == name.as_deref());
        if let Some(output) = left.and_then(|event| event.details.get("output").cloned()) {
            events[place].details.insert("input".to_owned(), output);
        }
    }
}

pub(super) fn exited_shows_input(observation: &mut Observation) {
    let events = events(observation);
    for place in 0..events.len() {
        let Some(kind) = events[place].kind.strip_suffix("Exited") else { continue };
        let entered = format!("{kind}Entered");
        let (name, before) = (events[place].state_name().map(str::to_owned), &events[..place]);
        let came =
            before.iter().rev().find(|event| event.kind == entered && event.state_name() == name.as_deref());
        if let Some(input) = came.and_then(|event| event.details.get("input").cloned()) {
            events[place].details.insert("output".to_owned(), input);
        }
    }
}

pub(super) fn forget_final_output(observation: &mut Observation) {
    for event in events(observation).iter_mut().filter(|event| event.kind == "ExecutionSucceeded") {
        event.details.insert("output".to_owned(), Value::Null);
    }
}

pub(super) fn rename_refusal(observation: &mut Observation) {
    if let Outcome::Rejected { code, .. } = &mut observation.outcome
        && code == "InvalidDefinition"
    {
        "ValidationException".clone_into(code);
    }
}

pub(super) fn forget_next_state(observation: &mut Observation) {
    if let Outcome::Tested(tested) = &mut observation.outcome {
        tested.next_state = None;
    }
}

pub(super) fn forget_inspection(observation: &mut Observation) {
    if let Outcome::Tested(tested) = &mut observation.outcome {
        tested.inspection_data = None;
    }
}

pub(super) fn retriable_is_failed(observation: &mut Observation) {
    change_status(observation, TestStatus::Retriable, TestStatus::Failed);
}

pub(super) fn caught_is_succeeded(observation: &mut Observation) {
    change_status(observation, TestStatus::CaughtError, TestStatus::Succeeded);
}

fn change_status(observation: &mut Observation, from: TestStatus, to: TestStatus) {
    if let Outcome::Tested(tested) = &mut observation.outcome
        && tested.status == from
    {
        tested.status = to;
    }
}

pub(super) fn forget_tested_result(observation: &mut Observation) {
    if let Outcome::Tested(tested) = &mut observation.outcome
        && let Some(Value::Object(data)) = &mut tested.inspection_data
    {
        data.shift_remove("result");
    }
}

#[cfg(test)]
mod tests {
    use asl_cases::{CrossCheck, Identities};
    use serde_json::json;

    use super::*;

    fn observation() -> Observation {
        let kinds = [
            ("ExecutionStarted", 0),
            ("PassStateEntered", 0),
            ("PassStateExited", 2),
            ("ExecutionSucceeded", 3),
        ];
        let event = |(id, (kind, previous)): (i64, (&str, i64))| TraceEvent {
            id,
            previous_event_id: previous,
            kind: kind.to_owned(),
            timestamp_ms: 0,
            details: json!({"name": "A"}).as_object().cloned().expect("an object"),
        };
        Observation {
            outcome: Outcome::Succeeded(json!(1)),
            trace: Some(Trace((1..).zip(kinds).map(event).collect())),
            identities: Identities::default(),
            permits: Vec::new(),
            cross_check: CrossCheck::default(),
        }
    }

    #[test]
    fn lost_event_leaves_no_gap() {
        let mut said = observation();
        Misstatement::EventLost("PassStateEntered").apply(&mut said);
        let ids: Vec<_> = events(&mut said).iter().map(|event| (event.id, event.previous_event_id)).collect();
        assert_eq!(ids, [(1, 0), (2, 0), (3, 2)]);
    }

    #[test]
    fn cause_loses_its_place_or_document_alone() {
        let cause = "An error occurred while executing the state 'A' (entered at the event id #2). Not found in the input '{}'";
        assert_eq!(without_place(cause), "Not found in the input '{}'");
        assert!(next_event_id(cause).contains("#3)"));
        assert!(without_document(cause).ends_with("Not found"));
    }
}
