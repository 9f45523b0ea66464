//! How the history of a twin reads in the words of the first form.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use asl_cases::{Observation, Outcome, Trace, TraceEvent};
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
    /// The histories cannot be compared.
    Untold,
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
            Self::Untold => mapped.trace = None,
        }
        mapped
    }
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

fn rename_in_texts(value: &mut Value, names: &BTreeMap<String, String>) {
    match value {
        Value::String(text) => *text = renamed_in_text(text, names),
        Value::Array(items) => items.iter_mut().for_each(|item| rename_in_texts(item, names)),
        Value::Object(members) => members.values_mut().for_each(|member| rename_in_texts(member, names)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Recorded: a cause names its state as `the state 'Name'`.
fn renamed_in_text(text: &str, names: &BTreeMap<String, String>) -> String {
    if !text.contains("the state '") {
        return text.to_owned();
    }
    names.iter().fold(text.to_owned(), |text, (new, old)| {
        text.replace(&format!("the state '{new}'"), &format!("the state '{old}'"))
    })
}

/// Leaves out what tells of these states: what bears their names, and the events of a Parallel or Map that bear none,
/// which stand right after its entry or right before its exit. `None` when one was cut short: then its events cannot be
/// told from those of the states in it.
fn without(trace: &Trace, names: &BTreeSet<String>) -> Option<Trace> {
    if was_cut_short(trace, names) {
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
