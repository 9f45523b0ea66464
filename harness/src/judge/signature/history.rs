//! The shape of two histories that differ although every state is entered and left alike: which kind of event is there
//! in the place of which.

use std::collections::BTreeMap;

use asl_cases::{MISSING_EVENT, Trace, TraceEvent};
use serde_json::Value;

use super::{
    states::States,
    visits::{leading_to, visits},
};
use crate::judge::invariants::{EVENT_IDS, LAST_EVENT};

/// Events with which an attempt begins or ends early, and how the event begins that tells of the entry into that state. The
/// second attempt of a Map comes after what was inside of it.
const WORK_BEGINS: &[(&str, &str)] =
    &[("ParallelStateStarted", "ParallelState"), ("MapStateStarted", "MapState"), ("EvaluationFailed", "")];

/// The rule for every history that explains the difference: events that come twice, or the end that is cut off.
pub(super) fn broken_rule(trace: Option<&Trace>, expected: &Value, actual: &Value) -> Option<&'static str> {
    let (right, found) = (labels(expected), labels(actual));
    let rises = |trace: &Trace| trace.0.is_sorted_by(|one, next| one.id < next.id);
    if !trace.is_none_or(rises) {
        return Some(EVENT_IDS);
    }
    (found.len() < right.len() && right.starts_with(&found)).then_some(LAST_EVENT)
}

/// The place and both shapes: the first kind of event that is missing, and what stands in its place.
pub(super) fn shapes(expected: &Value, actual: &Value) -> (String, String, String) {
    let (right, found) = (labels(expected), labels(actual));
    let place = "history".to_owned();
    if let Some(at) = first_beyond(&right, &found) {
        let instead = in_place_of(&right, &found, at).map_or(MISSING_EVENT, kind_of);
        return (place, kind_of(right[at]).to_owned(), instead.to_owned());
    }
    if let Some(at) = first_beyond(&found, &right) {
        return (place, "nothing".to_owned(), kind_of(found[at]).to_owned());
    }
    let at = (0..right.len()).find(|at| right[*at] != found[*at]).unwrap_or_default();
    let kind_at = |labels: &[&str]| labels.get(at).map_or("end", |label| kind_of(label)).to_owned();
    ("order of the history".to_owned(), kind_at(&right), kind_at(&found))
}

/// Whether a state with a Retry is tried more or less often than it should be.
pub(super) fn has_other_attempts(states: &States<'_>, expected: &Trace, actual: &Trace) -> bool {
    let (right, found) = (attempts(expected), attempts(actual));
    let n_entries = |trace: &Trace, state: &str| {
        visits(trace).filter(|visit| visit.is_entry && visit.state == state).count()
    };
    right.iter().any(|((state, kind), count)| {
        let is_retried = states.fields(state).is_some_and(|fields| fields.contains_key("Retry"));
        let is_as_often = || n_entries(expected, state) == n_entries(actual, state);
        is_retried && is_as_often() && found.get(&(*state, *kind)).is_some_and(|other| other != count)
    })
}

/// How often each state began its work, or failed before, by the kind of event that tells it.
fn attempts(trace: &Trace) -> BTreeMap<(&str, &str), usize> {
    let is_attempt = |event: &&TraceEvent| {
        event.kind.ends_with("Scheduled") || WORK_BEGINS.iter().any(|(kind, _)| event.kind == *kind)
    };
    let mut counted = BTreeMap::new();
    for event in trace.0.iter().filter(is_attempt) {
        let entered =
            WORK_BEGINS.iter().find(|(kind, _)| event.kind == *kind).map_or("", |(_, entered)| entered);
        if let Some(state) = entered_last(trace, event, entered) {
            *counted.entry((state, event.kind.as_str())).or_default() += 1;
        }
    }
    counted
}

/// The state that was entered last before this event, and not left again, with an event that begins like this.
fn entered_last<'a>(trace: &'a Trace, event: &'a TraceEvent, entered: &str) -> Option<&'a str> {
    let mut left = Vec::new();
    for before in leading_to(trace, event) {
        let state = before.state_name();
        if before.kind.ends_with("StateExited") {
            left.extend(state);
        } else if before.kind.ends_with("StateEntered") && before.kind.starts_with(entered) {
            match left.iter().position(|name| Some(*name) == state) {
                Some(at) => drop(left.remove(at)),
                None => return state,
            }
        }
    }
    None
}

fn labels(trace: &Value) -> Vec<&str> {
    trace.as_array().into_iter().flatten().filter_map(Value::as_str).collect()
}

/// The first label that this side has more often than the other. What is aborted only follows from what happened elsewhere.
fn first_beyond(side: &[&str], other: &[&str]) -> Option<usize> {
    let mut left: BTreeMap<&str, usize> = BTreeMap::new();
    for label in other {
        *left.entry(label).or_default() += 1;
    }
    let mut is_beyond = |label: &str| match left.get_mut(label) {
        Some(count) if *count > 0 => {
            *count -= 1;
            false
        }
        _ => true,
    };
    let beyond: Vec<usize> = (0..side.len()).filter(|at| is_beyond(side[*at])).collect();
    let says_more = beyond.iter().find(|at| !kind_of(side[**at]).ends_with("Aborted"));
    says_more.or(beyond.first()).copied()
}

/// What the other history has after the event before, if that is too much there.
fn in_place_of<'a>(right: &[&str], found: &[&'a str], at: usize) -> Option<&'a str> {
    let before = at.checked_sub(1).map(|before| right[before])?;
    let occurrence = right[..at].iter().filter(|label| **label == before).count();
    let places = found.iter().enumerate().filter(|(_, label)| **label == before);
    let (position, _) = places.take(occurrence).last()?;
    let candidate = *found.get(position + 1)?;
    let count = |labels: &[&str]| labels.iter().filter(|label| **label == candidate).count();
    // What begins is told by two events, of which the second one says nothing about what it is.
    let word = last_word(kind_of(right[at]));
    let is_of_one_kind = last_word(kind_of(candidate)) == word && word != "Started";
    (is_of_one_kind && count(found) > count(right)).then_some(candidate)
}

/// `Scheduled` of `ActivityScheduled`: an event is replaced by one that says the same about something else.
fn last_word(kind: &str) -> &str {
    kind.rfind(|character: char| character.is_ascii_uppercase()).map_or(kind, |at| &kind[at..])
}

/// The type of an event without what is particular to a state.
fn kind_of(label: &str) -> &str {
    label.split(' ').next().unwrap_or(label)
}
