//! How the history of a twin reads in the words of the first form.

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet, HashMap},
};

use asl_cases::{Observation, Outcome, TestStatus, TestedState, Trace, TraceEvent};
use serde_json::Value;

/// How the history of a twin reads in the words of the first form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum TraceMapping {
    /// It is the same.
    #[default]
    Same,
    /// States have other names: name in the twin, name in the first form.
    Renamed(BTreeMap<String, String>),
    /// The twin runs states that the first form does not have.
    Without(BTreeSet<String>),
    /// A state is of another type, and its history the same but for that.
    Retyped {
        /// The state.
        state: String,
        /// Its type in the first form.
        kind: &'static str,
    },
    /// The histories cannot be compared.
    Untold,
    /// The twin is the test of this state, which the first form begins with.
    FirstState(String),
}

impl TraceMapping {
    /// A twin that runs one more state.
    pub(super) fn without(names: impl IntoIterator<Item = String>) -> Self {
        Self::Without(names.into_iter().collect())
    }

    /// What the twin did, in the words of the first form. Event ids are counted anew where events are left out.
    pub fn apply(&self, observation: &Observation) -> Observation {
        let mut mapped = observation.clone();
        match self {
            Self::Same => {}
            Self::Renamed(names) => rename(&mut mapped, names),
            Self::Without(names) => mapped.trace = mapped.trace.and_then(|trace| without(&trace, names)),
            Self::Retyped { state, kind } => retype(&mut mapped, state, kind),
            Self::Untold => mapped.trace = None,
            Self::FirstState(_) => keep_what_an_execution_tells(&mut mapped.outcome),
        }
        mapped
    }

    /// What of the first form can be held against the twin; `None` if nothing.
    pub fn of_first<'a>(&self, observation: &'a Observation) -> Option<Cow<'a, Observation>> {
        match self {
            Self::FirstState(name) => first_state(observation, name).map(Cow::Owned),
            _ => Some(Cow::Borrowed(observation)),
        }
    }
}

/// The history tells how a state ended and what followed; of the cause, that it names another state and another event.
fn keep_what_an_execution_tells(outcome: &mut Outcome) {
    if let Outcome::Tested(tested) = outcome {
        tested.cause = None;
        tested.inspection_data = None;
    }
}

/// How the first state of an execution ended, as `TestState` tells it.
fn first_state(observation: &Observation, name: &str) -> Option<Observation> {
    let events = &observation.trace.as_ref()?.0;
    let is_exit =
        |event: &TraceEvent| event.kind.ends_with("StateExited") && event.state_name() == Some(name);
    let failed = TestedState {
        status: TestStatus::Failed,
        output: None,
        error: None,
        cause: None,
        next_state: None,
        inspection_data: None,
    };
    let tested = match (events.iter().position(is_exit), &observation.outcome) {
        (Some(exit), Outcome::Succeeded(_) | Outcome::Failed { .. }) => {
            let next = events[exit..].iter().find(|event| event.kind.ends_with("StateEntered"));
            TestedState {
                status: TestStatus::Succeeded,
                output: events[exit].details.get("output").cloned(),
                next_state: next.and_then(TraceEvent::state_name).map(str::to_owned),
                ..failed
            }
        }
        (None, Outcome::Failed { error, .. }) => TestedState { error: error.clone(), ..failed },
        _ => return None,
    };
    Some(Observation { outcome: Outcome::Tested(Box::new(tested)), trace: None, ..observation.clone() })
}

fn rename(observation: &mut Observation, names: &BTreeMap<String, String>) {
    match &mut observation.outcome {
        Outcome::Succeeded(output) => rename_in_texts(output, names),
        Outcome::Failed { cause: Some(cause), .. } => *cause = renamed_in_text(cause, names),
        _ => {}
    }
    for event in observation.trace.iter_mut().flat_map(|trace| &mut trace.0) {
        let name = event.state_name().and_then(|name| names.get(name)).cloned();
        if let Some(name) = name {
            event.details.insert("name".to_owned(), name.into());
        }
        event.details.values_mut().for_each(|value| rename_in_texts(value, names));
    }
}

fn retype(observation: &mut Observation, state: &str, kind: &str) {
    let of_state = |event: &&mut TraceEvent| event.state_name() == Some(state);
    for event in observation.trace.iter_mut().flat_map(|trace| &mut trace.0).filter(of_state) {
        for end in ["StateEntered", "StateExited"] {
            if event.kind.ends_with(end) {
                event.kind = format!("{kind}{end}");
            }
        }
    }
}

fn rename_in_texts(value: &mut Value, names: &BTreeMap<String, String>) {
    match value {
        Value::String(text) => *text = renamed_in_text(text, names),
        Value::Array(items) => items.iter_mut().for_each(|item| rename_in_texts(item, names)),
        Value::Object(members) => members.values_mut().for_each(|member| rename_in_texts(member, names)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// How a cause names a state. Recorded: `the state 'Name'`, and of a result that is too large `The state/task 'Name'`.
const NAMING: [&str; 2] = ["the state '", "The state/task '"];

fn renamed_in_text(text: &str, names: &BTreeMap<String, String>) -> String {
    let mut renamed = text.to_owned();
    for naming in NAMING.iter().filter(|naming| text.contains(**naming)) {
        for (new, old) in names {
            renamed = renamed.replace(&format!("{naming}{new}'"), &format!("{naming}{old}'"));
        }
    }
    renamed
}

/// Leaves out what tells of these states: what bears their names, and the events of a Parallel or Map that bear none,
/// which stand right after its entry or right before its exit. `None` when one was cut short: then its events cannot be
/// told from those of the states in it. `None` too when nothing says what led to what.
fn without(trace: &Trace, names: &BTreeSet<String>) -> Option<Trace> {
    if was_cut_short(trace, names) || !names_what_led_to_it(trace) {
        return None;
    }
    let bearing: BTreeSet<i64> =
        trace.0.iter().filter(|event| bears(event, names)).map(|event| event.id).collect();
    let before_exits: BTreeSet<i64> = trace
        .0
        .iter()
        .enumerate()
        .filter(|(_, event)| bearing.contains(&event.id))
        .filter_map(|(position, event)| success_before(&trace.0[..position], event))
        .collect();
    let is_left_out = |event: &TraceEvent| {
        bearing.contains(&event.id)
            || (event.kind.ends_with("StateStarted") && bearing.contains(&event.previous_event_id))
            || (event.kind.ends_with("StateSucceeded") && before_exits.contains(&event.id))
    };
    // The id of every event in the new trace; of one that is left out, the id of what led to it.
    let mut ids: HashMap<i64, i64> = HashMap::from([(0, 0)]);
    let mut kept = Vec::new();
    for event in &trace.0 {
        let previous = ids.get(&event.previous_event_id).copied().unwrap_or_default();
        if is_left_out(event) {
            ids.insert(event.id, previous);
            continue;
        }
        let id = i64::try_from(kept.len()).expect("a history has at most 25,000 events") + 1;
        ids.insert(event.id, id);
        kept.push(TraceEvent { id, previous_event_id: previous, ..event.clone() });
    }
    Some(Trace(kept))
}

/// Whether the events name the ones before them. Recorded: what a state leaves behind always does; an engine that says 0
/// there says it everywhere.
fn names_what_led_to_it(trace: &Trace) -> bool {
    let mut exits = trace.0.iter().filter(|event| event.kind.ends_with("StateExited"));
    exits.all(|event| event.previous_event_id > 0)
}

/// Whether a Parallel or Map of these names was entered and not left.
fn was_cut_short(trace: &Trace, names: &BTreeSet<String>) -> bool {
    let count = |end: &str| {
        let is_end = |event: &&TraceEvent| {
            bears(event, names)
                && event.kind.strip_suffix(end).is_some_and(|kind| kind == "Parallel" || kind == "Map")
        };
        trace.0.iter().filter(is_end).count()
    };
    count("StateEntered") != count("StateExited")
}

/// The id of the success without a name that a Parallel or Map told of when it was left.
fn success_before(earlier: &[TraceEvent], exit: &TraceEvent) -> Option<i64> {
    let kind = exit.kind.strip_suffix("StateExited")?;
    let is_success = |event: &&TraceEvent| event.kind.strip_suffix("StateSucceeded") == Some(kind);
    earlier.iter().rev().find(is_success).map(|event| event.id)
}

fn bears(event: &TraceEvent, names: &BTreeSet<String>) -> bool {
    event.state_name().is_some_and(|name| names.contains(name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn event(id: i64, kind: &str, name: &str) -> TraceEvent {
        let details = if name.is_empty() { json!({}) } else { json!({"name": name}) };
        TraceEvent {
            id,
            previous_event_id: id - 1,
            kind: kind.to_owned(),
            timestamp_ms: 0,
            details: details.as_object().cloned().expect("an object"),
        }
    }

    #[test]
    fn state_of_another_type_reads_as_the_first_form() {
        let mut observation = Observation {
            outcome: Outcome::Aborted,
            trace: Some(Trace(vec![
                event(1, "WaitStateEntered", "A"),
                event(2, "WaitStateExited", "A"),
                event(3, "WaitStateEntered", "Own"),
            ])),
            identities: asl_cases::Identities::default(),
            permits: Vec::new(),
            cross_check: asl_cases::CrossCheck::default(),
        };
        observation = TraceMapping::Retyped { state: "A".to_owned(), kind: "Pass" }.apply(&observation);
        let labels: Vec<String> =
            observation.trace.expect("it is told").0.iter().map(TraceEvent::label).collect();
        assert_eq!(labels, ["PassStateEntered A", "PassStateExited A", "WaitStateEntered Own"]);
    }

    #[test]
    fn history_that_does_not_say_what_led_to_what_is_untold() {
        let unlinked =
            |id, kind: &str, name: &str| TraceEvent { previous_event_id: 0, ..event(id, kind, name) };
        let trace = Trace(vec![
            unlinked(1, "ExecutionStarted", ""),
            unlinked(2, "PassStateEntered", "Identity"),
            unlinked(3, "PassStateExited", "Identity"),
            unlinked(4, "ExecutionSucceeded", ""),
        ]);
        assert_eq!(without(&trace, &["Identity".to_owned()].into()), None);
    }

    #[test]
    fn both_ways_in_which_a_cause_names_a_state_are_renamed() {
        let names = [("State-4".to_owned(), "Load".to_owned())].into();
        let renamed = |text| renamed_in_text(text, &names);
        assert_eq!(renamed("executing the state 'State-4' (entered"), "executing the state 'Load' (entered");
        assert_eq!(renamed("The state/task 'State-4' returned"), "The state/task 'Load' returned");
        assert_eq!(renamed("'State-4' is data"), "'State-4' is data");
    }

    #[test]
    fn first_state_is_told_by_its_exit_and_by_what_is_entered_next() {
        let mut exit = event(3, "PassStateExited", "A");
        exit.details.insert("output".to_owned(), json!(7));
        let entered = event(2, "PassStateEntered", "A");
        let observed = |events: Vec<TraceEvent>, outcome| Observation {
            trace: Some(Trace(events)),
            outcome,
            identities: asl_cases::Identities::default(),
            permits: Vec::new(),
            cross_check: asl_cases::CrossCheck::default(),
        };
        let tested = |observation: &Observation| match first_state(observation, "A")?.outcome {
            Outcome::Tested(tested) => Some((tested.status, tested.output, tested.next_state, tested.error)),
            other => panic!("{other:?}"),
        };
        let next = event(4, "ChoiceStateEntered", "B");
        let succeeded = observed(vec![entered.clone(), exit, next], Outcome::Succeeded(json!(1)));
        assert_eq!(
            tested(&succeeded),
            Some((TestStatus::Succeeded, Some(json!(7)), Some("B".to_owned()), None))
        );
        let outcome = Outcome::Failed { error: Some("E".to_owned()), cause: None };
        let failed = observed(vec![entered.clone()], outcome);
        assert_eq!(tested(&failed), Some((TestStatus::Failed, None, None, Some("E".to_owned()))));
        assert_eq!(tested(&observed(vec![entered], Outcome::TimedOut)), None);
    }

    #[test]
    fn wrapping_parallel_is_left_out_with_its_events_without_a_name() {
        let wrapped = Trace(vec![
            event(1, "ExecutionStarted", ""),
            event(2, "ParallelStateEntered", "W"),
            event(3, "ParallelStateStarted", ""),
            event(4, "ParallelStateEntered", "Own"),
            event(5, "ParallelStateStarted", ""),
            event(6, "PassStateEntered", "A"),
            event(7, "PassStateExited", "A"),
            event(8, "ParallelStateSucceeded", ""),
            event(9, "ParallelStateExited", "Own"),
            event(10, "ParallelStateSucceeded", ""),
            event(11, "ParallelStateExited", "W"),
            event(12, "ExecutionSucceeded", ""),
        ]);
        let plain = without(&wrapped, &["W".to_owned()].into()).expect("it was left");
        let labels: Vec<String> = plain.0.iter().map(TraceEvent::label).collect();
        assert_eq!(
            labels,
            [
                "ExecutionStarted",
                "ParallelStateEntered Own",
                "ParallelStateStarted",
                "PassStateEntered A",
                "PassStateExited A",
                "ParallelStateSucceeded",
                "ParallelStateExited Own",
                "ExecutionSucceeded"
            ]
        );
        assert!(
            plain.0.iter().zip(1..).all(|(event, id)| event.id == id && event.previous_event_id == id - 1)
        );
    }
}
