//! The execution history: types and state names in order, or every id and detail.
//!
//! Under `Template` two histories that differ only in how concurrent branches interleave are the same. An engine whose
//! `previousEventId`s cannot be used is compared by which events there are, and by the order within each state's own.

use std::collections::{BTreeMap, HashSet};

use asl_cases::{Permit, Strictness, Trace, TraceEvent, canonical_json};
use serde_json::{Value, json};

use super::{Difference, Finding, Sides};
use crate::judge::{
    json_difference::first_difference,
    threads::{Threads, alone_at_first, has_concurrency},
};

pub(super) fn compare(sides: Sides<'_>, strictness: Strictness) -> Finding {
    let both_started = sides.expected.outcome.is_accepted() && sides.actual.outcome.is_accepted();
    let (Some(expected), Some(actual)) = (&sides.expected.trace, &sides.actual.trace) else {
        return Finding::Same;
    };
    if !both_started {
        return Finding::Same;
    }
    match strictness {
        Strictness::Ignored => Finding::Same,
        Strictness::Exact => compare_exactly(expected, actual).into(),
        Strictness::Template => compare_shape(expected, actual, &sides.expected.permits),
    }
}

fn compare_exactly(expected: &Trace, actual: &Trace) -> Option<Difference> {
    let differing =
        expected.0.iter().zip(&actual.0).find_map(|(right, found)| event_difference(right, found));
    let beyond = || {
        let (right, found) = (expected.labels(), actual.labels());
        Some(sentence_at(first_label_difference(&right, &found)?, &right, &found))
    };
    let sentence = differing.or_else(beyond)?;
    Some(Difference { sentence, expected: lines_in_full(expected), actual: lines_in_full(actual) })
}

fn compare_shape(expected: &Trace, actual: &Trace, permits: &[Permit]) -> Finding {
    let (right, found) = (expected.labels(), actual.labels());
    let Some(place) = first_label_difference(&right, &found) else {
        return Finding::Same;
    };
    let is_concurrent = has_concurrency(expected) || has_concurrency(actual);
    if is_concurrent && is_same_partial_order(expected, actual, &[]) {
        return Finding::Same;
    }
    if let Some(used) = permits_that_help(expected, actual, permits) {
        return Finding::Allowed(used);
    }
    let is_in_order = place < alone_at_first(expected).min(alone_at_first(actual));
    let sentence = sentence_at(place, &right, &found);
    let sentence = if is_concurrent && !is_in_order {
        sentence_beyond_order(&right, &found, &sentence)
    } else {
        sentence
    };
    Finding::Differs(Difference { sentence, expected: json!(right), actual: json!(found) })
}

/// The fewest permits that make the difference: one alone if possible, else all that speak about traces.
fn permits_that_help(expected: &Trace, actual: &Trace, permits: &[Permit]) -> Option<Vec<Permit>> {
    let about_traces: Vec<Permit> =
        permits.iter().filter(|permit| **permit != Permit::Random).cloned().collect();
    let alone = about_traces.iter().map(|permit| vec![permit.clone()]);
    let together = (about_traces.len() > 1).then(|| about_traces.clone());
    alone.chain(together).find(|permits| is_same_partial_order(expected, actual, permits))
}

fn is_same_partial_order(expected: &Trace, actual: &Trace, permits: &[Permit]) -> bool {
    let (Some(right), Some(found)) = (Threads::of(expected), Threads::of(actual)) else {
        let (right_out, found_out) = (left_out(expected, None, permits), left_out(actual, None, permits));
        return events_by_state(expected, &right_out) == events_by_state(actual, &found_out);
    };
    let right_out = left_out(expected, Some(&right), permits);
    let found_out = left_out(actual, Some(&found), permits);
    right.canonical(|position| !right_out.contains(&position))
        == found.canonical(|position| !found_out.contains(&position))
}

/// The positions that the permits say nothing can be concluded from.
fn left_out(trace: &Trace, threads: Option<&Threads<'_>>, permits: &[Permit]) -> HashSet<usize> {
    let mut positions = HashSet::new();
    for permit in permits {
        match (permit, threads) {
            (Permit::SiblingProgress { state }, Some(threads)) => {
                positions.extend(threads.sibling_events(state));
            }
            (Permit::SiblingProgress { state }, None) => positions.extend(inner_events(trace, state)),
            (Permit::FirstFailure { state }, _) => positions.extend(after_start(trace, state)),
            // These speak about a whole facet, or about none of the trace.
            (
                Permit::UncertainText { .. }
                | Permit::UncertainHistory { .. }
                | Permit::UncertainOutcome { .. }
                | Permit::UncertainValue
                | Permit::Random,
                _,
            ) => {}
        }
    }
    positions
}

/// Everything from the first start of the state on: which failure came first also decides what follows.
fn after_start(trace: &Trace, state: &str) -> std::ops::Range<usize> {
    let start = trace.0.iter().position(|event| enters_composite(event, state));
    start.map_or(trace.0.len(), |entered| entered + 1)..trace.0.len()
}

/// Without threads to tell siblings apart: everything between the start of the state and its failure, or the last
/// event.
fn inner_events(trace: &Trace, state: &str) -> HashSet<usize> {
    let mut inner = HashSet::new();
    let mut is_inside = false;
    for (position, event) in trace.0.iter().enumerate() {
        let is_end = matches!(event.kind.as_str(), "ParallelStateFailed" | "MapStateFailed");
        let is_last = position + 1 == trace.0.len();
        if is_inside && !is_end && !is_last {
            inner.insert(position);
        }
        is_inside = (is_inside && !is_end) || enters_composite(event, state);
    }
    inner
}

fn enters_composite(event: &TraceEvent, state: &str) -> bool {
    matches!(event.kind.as_str(), "ParallelStateEntered" | "MapStateEntered")
        && event.state_name() == Some(state)
}

/// How often each label occurs; and, for a state that runs once, its own events in order.
fn events_by_state(
    trace: &Trace,
    left_out: &HashSet<usize>,
) -> (BTreeMap<String, usize>, BTreeMap<String, Vec<String>>) {
    let mut counts = BTreeMap::new();
    let mut by_state: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (position, event) in trace.0.iter().enumerate() {
        if left_out.contains(&position) {
            continue;
        }
        *counts.entry(event.label()).or_insert(0) += 1;
        if let Some(name) = event.state_name().filter(|_| event.kind.contains("State")) {
            by_state.entry(name.to_owned()).or_default().push(event.kind.clone());
        }
    }
    by_state.retain(|_, kinds| kinds.iter().filter(|kind| kind.ends_with("Entered")).count() == 1);
    (counts, by_state)
}

/// The first place where the labels differ.
fn first_label_difference(expected: &[String], actual: &[String]) -> Option<usize> {
    (0..expected.len().max(actual.len())).find(|place| expected.get(*place) != actual.get(*place))
}

/// What differs at this place.
fn sentence_at(place: usize, expected: &[String], actual: &[String]) -> String {
    let number = place + 1;
    match (expected.get(place), actual.get(place)) {
        (Some(right), Some(found)) => format!("event {number} is {found}, expected {right}"),
        (Some(right), None) => format!("the history ends after event {place}, expected {right}"),
        (None, found) => {
            let found = found.map_or("", String::as_str);
            format!("event {number} is {found}, expected the history to have ended")
        }
    }
}

/// In a concurrent history the first place may be an innocent interleaving: names what is missing or too much instead.
fn sentence_beyond_order(expected: &[String], actual: &[String], otherwise: &str) -> String {
    let count = |labels: &[String], label: &String| labels.iter().filter(|other| *other == label).count();
    let lacks = expected.iter().find(|label| count(expected, label) > count(actual, label));
    let has = actual.iter().enumerate().find(|(_, label)| count(actual, label) > count(expected, label));
    match (has, lacks) {
        (Some((place, has)), Some(lacks)) => {
            format!("event {} is {has}, which should not be there, and {lacks} is missing", place + 1)
        }
        (Some((place, has)), None) => format!("event {} is {has}, which should not be there", place + 1),
        (None, Some(lacks)) => format!("{lacks} is missing"),
        (None, None) => format!("{otherwise} (beyond the order that concurrent branches may choose)"),
    }
}

fn event_difference(expected: &TraceEvent, actual: &TraceEvent) -> Option<String> {
    let (right, found) = (expected.label(), actual.label());
    let number = expected.id;
    if right != found {
        return Some(format!("event {number} is {found}, expected {right}"));
    }
    if expected.id != actual.id {
        return Some(format!("event {number} ({right}) has the id {}", actual.id));
    }
    if expected.previous_event_id != actual.previous_event_id {
        let (right_id, found_id) = (expected.previous_event_id, actual.previous_event_id);
        return Some(format!(
            "event {number} ({right}) has previousEventId {found_id} instead of {right_id}"
        ));
    }
    let details = |event: &TraceEvent| Value::Object(event.details.clone());
    let difference = first_difference(&details(expected), &details(actual))?;
    Some(difference.sentence(&format!("the detail of event {number} ({right})")))
}

fn lines_in_full(trace: &Trace) -> Value {
    let line = |event: &TraceEvent| {
        let details = canonical_json(&Value::Object(event.details.clone()));
        format!("{}<{} {} {details}", event.id, event.previous_event_id, event.kind)
    };
    trace.0.iter().map(line).collect()
}

#[cfg(test)]
#[path = "trace_tests.rs"]
mod tests;
