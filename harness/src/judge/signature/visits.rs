//! The entries into states and the exits of them in a history, and which of them the other history has too.

use std::collections::{BTreeMap, VecDeque};

use asl_cases::{Trace, TraceEvent};
use serde_json::Value;

use super::shape;
use crate::judge::json_difference::first_difference;

/// A state was entered or left.
#[derive(Clone, Copy)]
pub(super) struct Visit<'a> {
    pub(super) is_entry: bool,
    pub(super) state: &'a str,
    /// What the state gets or puts out.
    pub(super) document: Option<&'a Value>,
    /// What it assigns, where the history tells it.
    pub(super) variables: Option<&'a Value>,
    /// The place of the event in the history.
    pub(super) position: usize,
}

impl Visit<'_> {
    /// Whether both tell of the same documents. A history without them says nothing about them.
    fn has_documents_of(&self, other: &Self, numbers: Numbers) -> bool {
        let is_same = |left: Option<&Value>, right: Option<&Value>| {
            left.zip(right).is_none_or(|(left, right)| is_same_but_for(numbers, left, right))
        };
        is_same(self.document, other.document) && is_same(self.variables, other.variables)
    }
}

/// What the numbers of events say that texts name.
#[derive(Clone, Copy, PartialEq)]
enum Numbers {
    /// As much as any other word.
    Matter,
    /// Nothing: they follow from what came before.
    Follow,
}

fn is_same_but_for(numbers: Numbers, left: &Value, right: &Value) -> bool {
    let without = |document: &Value| shape::without_events(&document.to_string()).into_owned();
    first_difference(left, right).is_none() || (numbers == Numbers::Follow && without(left) == without(right))
}

/// The visits in the order of the history.
pub(super) fn visits(trace: &Trace) -> impl Iterator<Item = Visit<'_>> {
    trace.0.iter().enumerate().filter_map(|(position, event)| visit(position, event))
}

fn visit(position: usize, event: &TraceEvent) -> Option<Visit<'_>> {
    let is_entry = event.kind.ends_with("StateEntered");
    (is_entry || event.kind.ends_with("StateExited")).then_some(())?;
    let document = event.details.get(if is_entry { "input" } else { "output" });
    let variables = event.details.get("assignedVariables").filter(|_| !is_entry);
    Some(Visit { is_entry, state: event.state_name()?, document, variables, position })
}

/// An event, and those that led to it, the last one first, as each names its previous one.
pub(super) fn leading_to<'a>(
    trace: &'a Trace,
    event: &'a TraceEvent,
) -> impl Iterator<Item = &'a TraceEvent> {
    std::iter::successors(Some(event), |event| {
        event_of(trace, event.previous_event_id).filter(|before| before.id < event.id)
    })
}

/// The events with which a Task began its work, each behind that of the entry into the state.
pub(super) fn scheduled<'a>(
    trace: &'a Trace,
    task: &str,
) -> impl Iterator<Item = (&'a TraceEvent, &'a TraceEvent)> {
    let scheduled = trace.0.iter().filter(|event| event.kind.ends_with("Scheduled"));
    scheduled.filter_map(move |event| {
        let entry = leading_to(trace, event).find(|event| event.kind.ends_with("StateEntered"))?;
        (entry.state_name() == Some(task)).then_some((entry, event))
    })
}

/// The event with this id. Most histories count from one.
fn event_of(trace: &Trace, id: i64) -> Option<&TraceEvent> {
    let is_it = |event: &&TraceEvent| event.id == id;
    let place = usize::try_from(id - 1).ok()?;
    trace.0.get(place).filter(is_it).or_else(|| trace.0.iter().find(is_it))
}

/// The last state that was entered and not left.
pub(super) fn last_open_state(trace: &Trace) -> Option<&str> {
    open_states(trace).pop()
}

/// The states that were entered and not left, in that order.
pub(super) fn open_states(trace: &Trace) -> Vec<&str> {
    let mut open: Vec<&str> = Vec::new();
    for visit in visits(trace) {
        if visit.is_entry {
            open.push(visit.state);
        } else if let Some(at) = open.iter().rposition(|state| *state == visit.state) {
            open.remove(at);
        }
    }
    open
}

/// Whether an execution failed as soon as all that is inside of a Parallel or Map had succeeded.
pub(super) fn fails_behind_its_inside(trace: &Trace) -> bool {
    let mut kinds = trace.0.iter().rev().map(|event| event.kind.as_str());
    let before = kinds.find(|kind| !kind.ends_with("Failed"));
    before.is_some_and(|kind| ["MapStateSucceeded", "ParallelStateSucceeded"].contains(&kind))
}

/// What is on one side only, in order: what differs in the numbers of events that texts name, only if nothing else does.
pub(super) fn unmatched<'a>(right: &[Visit<'a>], found: &[Visit<'a>]) -> (Vec<Visit<'a>>, Vec<Visit<'a>>) {
    let (right_only, found_only) = unmatched_where(Numbers::Follow, right, found);
    if right_only.is_empty() && found_only.is_empty() {
        return unmatched_where(Numbers::Matter, right, found);
    }
    (right_only, found_only)
}

fn unmatched_where<'a>(
    numbers: Numbers,
    right: &[Visit<'a>],
    found: &[Visit<'a>],
) -> (Vec<Visit<'a>>, Vec<Visit<'a>>) {
    let mut waiting: BTreeMap<(bool, &str), VecDeque<Visit<'_>>> = BTreeMap::new();
    for visit in found {
        waiting.entry((visit.is_entry, visit.state)).or_default().push_back(*visit);
    }
    let mut right_only = Vec::new();
    for visit in right {
        let same = waiting.entry((visit.is_entry, visit.state)).or_default();
        match same.iter().position(|other| visit.has_documents_of(other, numbers)) {
            Some(at) => drop(same.remove(at)),
            None => right_only.push(*visit),
        }
    }
    let mut found_only: Vec<_> = waiting.into_values().flatten().collect();
    found_only.sort_by_key(|visit| visit.position);
    (right_only, found_only)
}
