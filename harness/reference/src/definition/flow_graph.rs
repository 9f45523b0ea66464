//! The transitions of one flow: missing targets, no reachable end, unreachable states.
//!
//! Recorded: these problems come in this order, after those of the fields, and follow from each other (a `StartAt` that
//! names no state also leaves the flow without terminal state and every state unreachable).

use std::collections::{BTreeSet, HashMap};

use serde_json::{Map, Value};

use super::{DiagnosticCode, findings::Machine, location::Location};
use crate::seeded::{Site, seeded};

/// Notes all problems of the transitions of a flow at `location`.
/// Requirement: asl.validation.reachable, asl.validation.terminal-state
pub(super) fn check(start_at: &str, states: &Map<String, Value>, location: &Location, machine: &Machine) {
    let indices: HashMap<&str, usize> =
        states.keys().enumerate().map(|(index, name)| (name.as_str(), index)).collect();
    let transitions: Vec<Vec<(Location, &str)>> = states
        .iter()
        .map(|(name, state)| transitions(state, &location.field("States").field(name)))
        .collect();
    let start = (location.field("StartAt"), start_at);
    for (place, target) in std::iter::once(&start).chain(transitions.iter().flatten()) {
        if !indices.contains_key(target) && !seeded(Site::TargetsNotChecked) {
            let message = format!("Missing 'Next' target: {target}");
            machine.refuse_graph(DiagnosticCode::MissingTransitionTarget, place, message);
        }
    }
    let reachable = reachable(start_at, &indices, &transitions);
    let has_end = states.values().enumerate().any(|(index, state)| reachable.contains(&index) && ends(state));
    if !has_end && !seeded(Site::FlowsNeedNoEnd) {
        machine.refuse_graph(DiagnosticCode::MissingEndState, location, "Workflow has no terminal state");
    }
    if seeded(Site::UnreachableStatesAccepted) {
        return;
    }
    for (_, name) in states.keys().enumerate().filter(|(index, _)| !reachable.contains(index)) {
        let place = location.field("States").field(name);
        let message = format!("State \"{name}\" is not reachable.");
        machine.refuse_graph(DiagnosticCode::MissingTransitionTarget, &place, message);
    }
}

fn reachable(
    start_at: &str,
    indices: &HashMap<&str, usize>,
    transitions: &[Vec<(Location, &str)>],
) -> BTreeSet<usize> {
    let mut reachable = BTreeSet::new();
    let mut pending: Vec<usize> = indices.get(start_at).copied().into_iter().collect();
    while let Some(index) = pending.pop() {
        if reachable.insert(index) {
            pending.extend(transitions[index].iter().filter_map(|(_, target)| indices.get(target)));
        }
    }
    reachable
}

/// All names of states that a state can lead to, whatever its type is.
fn transitions<'a>(state: &'a Value, location: &Location) -> Vec<(Location, &'a str)> {
    let mut transitions = Vec::new();
    for name in ["Next", "Default"] {
        push_target(&mut transitions, state, location, name);
    }
    for list in ["Choices", "Catch"] {
        let items = state.get(list).and_then(Value::as_array).into_iter().flatten();
        for (index, item) in items.enumerate() {
            push_target(&mut transitions, item, &location.field(list).item(index), "Next");
        }
    }
    transitions
}

fn push_target<'a>(
    transitions: &mut Vec<(Location, &'a str)>,
    object: &'a Value,
    location: &Location,
    name: &str,
) {
    if let Some(target) = object.get(name).and_then(Value::as_str) {
        transitions.push((location.field(name), target));
    }
}

/// Whether a state ends its flow. Recorded: a state without `Type` does not count.
fn ends(state: &Value) -> bool {
    match state.get("Type").and_then(Value::as_str) {
        None => false,
        Some("Succeed" | "Fail") => true,
        Some(_) => state.get("End") == Some(&Value::Bool(true)),
    }
}
