//! Where two executions part: the first state that puts out something else, or that goes another way.
//!
//! Only what every engine's history has is looked at: which states are entered and left, with which documents. Events
//! are matched by state and document, so that concurrent branches may interleave as they like.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use asl_cases::{Observation, Outcome, Trace, TraceEvent};
use serde_json::Value;

use super::{
    caught::{Caught, caught},
    states::States,
};
use crate::judge::{json_difference::first_difference, threads::is_failure};

/// The first difference of two histories in the order of the right one.
#[derive(Debug, PartialEq)]
pub(super) enum Parting<'a> {
    /// A state makes another document than it should.
    Data {
        state: &'a str,
        /// The place in what the state puts out; for what it gives to its branches or iterations, `None`.
        pointer: Option<String>,
        /// Whether it puts out an error that it caught.
        is_caught: bool,
        expected: Option<Value>,
        actual: Option<Value>,
    },
    /// A state goes another way than it should.
    Way(Way<'a>),
    /// A state fails in another way than it should, and the failure is caught.
    Caught { state: &'a str, expected: Outcome, actual: Outcome },
}

/// What each side did after a state: the state that came next, or how it failed there.
#[derive(Debug, PartialEq)]
pub(super) struct Way<'a> {
    pub(super) state: &'a str,
    pub(super) expected: Then<'a>,
    pub(super) actual: Then<'a>,
}

/// What one side did after a state.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Then<'a> {
    /// It came to this state, or went on in the same one.
    To(&'a str),
    /// It ended there, as the execution did.
    Ends,
    /// It failed, and that was caught.
    Caught(Outcome),
}

impl<'a> Parting<'a> {
    /// The state after which nothing is alike.
    pub(super) fn state(&self) -> &'a str {
        match self {
            Self::Data { state, .. } | Self::Way(Way { state, .. }) | Self::Caught { state, .. } => state,
        }
    }
}

impl<'a> Then<'a> {
    fn to(next: Option<&'a str>) -> Self {
        next.map_or(Self::Ends, Self::To)
    }

    /// How it failed, if it did, in an execution that came to this outcome.
    pub(super) fn failure<'b>(&'b self, outcome: &'b Outcome) -> Option<&'b Outcome> {
        match self {
            Self::To(_) => None,
            Self::Ends => Some(outcome).filter(|outcome| !matches!(outcome, Outcome::Succeeded(_))),
            Self::Caught(failure) => Some(failure),
        }
    }
}

/// A state was entered or left.
#[derive(Clone, Copy)]
struct Visit<'a> {
    is_entry: bool,
    state: &'a str,
    document: Option<&'a Value>,
    position: usize,
}

/// Where the executions part, and the event that shows it: one of the right history, or one that is too much.
pub(super) struct Found<'a> {
    pub(super) parting: Parting<'a>,
    pub(super) event: &'a TraceEvent,
    pub(super) is_too_much: bool,
    /// Whether one history has all that the other one tells of states, and both are of the same states.
    pub(super) is_one_sided: bool,
}

/// `None` if the histories do not part, or one side has none.
pub(super) fn parting_of<'a>(
    states: &States<'a>,
    expected: &'a Observation,
    actual: &'a Observation,
) -> Option<Found<'a>> {
    let (expected, actual) = (expected.trace.as_ref()?, actual.trace.as_ref()?);
    let silent = silent_states(states, actual);
    let right_visits: Vec<_> = visits(expected).filter(|visit| !silent.contains(visit.state)).collect();
    let found: Vec<_> = visits(actual).collect();
    let (right_only, found_only) = unmatched(&right_visits, &found);
    let first = right_only.first().copied();
    let counterpart = first.and_then(|first| {
        found_only.iter().find(|other| (other.is_entry, other.state) == (first.is_entry, first.state))
    });
    let (parting, event, is_too_much) = match (first, counterpart) {
        (Some(right), Some(other)) if other_way_first(states, right, *other, &found_only).is_some() => {
            let extra = found_only[0];
            let way = way_of(states, extra, &found, &right_visits, &right_only, false);
            (way, &actual.0[extra.position], true)
        }
        (Some(right), Some(other)) => {
            let is_silent = is_silent_inside(states, actual, right.state);
            let way = if is_silent { way_inside(states, right, *other) } else { None };
            let parting = way
                .map(Parting::Way)
                .or_else(|| {
                    let leads_on =
                        next_after(states, right, &right_visits) == next_after(states, *other, &found);
                    caught_parting(states, (expected, right), (actual, *other), leads_on)
                })
                .unwrap_or_else(|| {
                    let is_caught = caught(states, right.state, expected, right.position).is_some();
                    data_parting(states, right, *other, &right_visits, is_caught)
                });
            (parting, &expected.0[right.position], false)
        }
        (Some(visit), None) => {
            if let Some((way, event)) = failure_elsewhere(expected, actual, visit) {
                (Parting::Way(way), event, false)
            } else {
                let visit = failing_visit(actual, &right_only).unwrap_or(visit);
                let way = way_of(states, visit, &right_visits, &found, &found_only, true);
                (way, &expected.0[visit.position], false)
            }
        }
        (None, _) => {
            let extra = *found_only.first()?;
            let way = way_of(states, extra, &found, &right_visits, &right_only, false);
            (way, &actual.0[extra.position], true)
        }
    };
    let is_one_sided = has_same_way(states, &right_visits, &found, actual)
        && (right_only.is_empty() || found_only.is_empty());
    Some(Found { parting, event, is_too_much, is_one_sided })
}

/// Whether both histories tell of the same states, as far as the engine's goes. A Fail is the end in any case.
fn has_same_way(states: &States<'_>, right: &[Visit<'_>], found: &[Visit<'_>], actual: &Trace) -> bool {
    let is_told = |visit: &&Visit<'_>| states.kind(visit.state) != "Fail";
    let right: BTreeSet<&str> = right.iter().filter(is_told).map(|visit| visit.state).collect();
    let found: BTreeSet<&str> = found.iter().filter(is_told).map(|visit| visit.state).collect();
    let is_end = |event: &TraceEvent| event.kind.starts_with("Execution") && event.kind != "ExecutionStarted";
    right == found || (!actual.0.last().is_some_and(is_end) && found.is_subset(&right))
}

/// Where branches run at once, the state in which the engine failed, and not one that was stopped by that.
fn failing_visit<'a>(actual: &Trace, right_only: &[Visit<'a>]) -> Option<Visit<'a>> {
    let open = last_open_state(actual)?;
    right_only.iter().copied().find(|visit| !visit.is_entry && visit.state == open)
}

/// Where branches run at once, the state in which the engine alone failed, if the right one went on there, and was only
/// stopped later; with the event with which it went on.
fn failure_elsewhere<'a>(
    expected: &'a Trace,
    actual: &'a Trace,
    visit: Visit<'a>,
) -> Option<(Way<'a>, &'a TraceEvent)> {
    let state = last_open_state(actual)?;
    if state == visit.state || last_open_state(expected) == Some(state) {
        return None;
    }
    let entries: Vec<_> = visits(expected).filter(|visit| visit.is_entry && visit.state == state).collect();
    let [entry] = entries[..] else { return None };
    let entry_id = expected.0[entry.position].id;
    let went_on = expected.0.iter().find(|event| event.previous_event_id == entry_id)?;
    let way = Way { state, expected: Then::To(state), actual: Then::Ends };
    (!is_failure(&went_on.kind) && !went_on.kind.ends_with("StateExited")).then_some((way, went_on))
}

/// A state in the middle of a scope gets what the one before put out. If that was right, and the engine went through
/// other states before, then it went another way.
fn other_way_first<'a>(
    states: &States<'a>,
    right: Visit<'a>,
    other: Visit<'a>,
    found_only: &[Visit<'a>],
) -> Option<Visit<'a>> {
    let is_given = !right.is_entry || states.giver(right.state).is_some();
    found_only.first().copied().filter(|extra| !is_given && extra.is_entry && extra.position < other.position)
}

/// The last state that was entered and not left.
pub(super) fn last_open_state(trace: &Trace) -> Option<&str> {
    let mut open: Vec<&str> = Vec::new();
    for visit in visits(trace) {
        if visit.is_entry {
            open.push(visit.state);
        } else if let Some(at) = open.iter().rposition(|state| *state == visit.state) {
            open.remove(at);
        }
    }
    open.last().copied()
}

fn visits(trace: &Trace) -> impl Iterator<Item = Visit<'_>> {
    trace.0.iter().enumerate().filter_map(|(position, event)| visit(position, event))
}

fn visit(position: usize, event: &TraceEvent) -> Option<Visit<'_>> {
    let is_entry = event.kind.ends_with("StateEntered");
    (is_entry || event.kind.ends_with("StateExited")).then_some(())?;
    let document = event.details.get(if is_entry { "input" } else { "output" });
    Some(Visit { is_entry, state: event.state_name()?, document, position })
}

/// The states about which the engine's history never says anything, although the Parallel or Map around them was
/// entered: that is a fault of the history, and says nothing about where the executions part.
fn silent_states<'a>(states: &States<'a>, actual: &Trace) -> BTreeSet<&'a str> {
    let seen: BTreeSet<&str> = visits(actual).map(|visit| visit.state).collect();
    let inside = seen.iter().map(|state| states.inside(state));
    inside.filter(|inner| inner.is_disjoint(&seen)).flatten().collect()
}

/// Whether the engine's history says nothing about what is inside of this Parallel or Map.
pub(super) fn is_silent_inside(states: &States<'_>, actual: &Trace, composite: &str) -> bool {
    let inner = states.inside(composite);
    !inner.is_empty() && visits(actual).all(|visit| !inner.contains(visit.state))
}

/// What is on one side only, in order.
fn unmatched<'a>(right: &[Visit<'a>], found: &[Visit<'a>]) -> (Vec<Visit<'a>>, Vec<Visit<'a>>) {
    let mut waiting: BTreeMap<(bool, &str), VecDeque<Visit<'_>>> = BTreeMap::new();
    for visit in found {
        waiting.entry((visit.is_entry, visit.state)).or_default().push_back(*visit);
    }
    let mut right_only = Vec::new();
    for visit in right {
        let same = waiting.entry((visit.is_entry, visit.state)).or_default();
        match same.iter().position(|other| is_same_document(visit.document, other.document)) {
            Some(at) => drop(same.remove(at)),
            None => right_only.push(*visit),
        }
    }
    let mut found_only: Vec<_> = waiting.into_values().flatten().collect();
    found_only.sort_by_key(|visit| visit.position);
    (right_only, found_only)
}

/// A history without documents says nothing about them.
fn is_same_document(left: Option<&Value>, right: Option<&Value>) -> bool {
    match (left, right) {
        (Some(left), Some(right)) => first_difference(left, right).is_none(),
        _ => true,
    }
}

fn data_parting<'a>(
    states: &States<'a>,
    right: Visit<'a>,
    found: Visit<'a>,
    own: &[Visit<'a>],
    is_caught: bool,
) -> Parting<'a> {
    let null = Value::Null;
    let (left, other) = (right.document.unwrap_or(&null), found.document.unwrap_or(&null));
    let difference = first_difference(left, other);
    let (pointer, expected, actual) =
        difference.map_or((String::new(), None, None), |found| (found.pointer, found.expected, found.actual));
    if !right.is_entry {
        let is_caught = is_caught
            || next_after(states, right, own).is_some_and(|next| states.catches_to(right.state, next));
        return Parting::Data { state: right.state, pointer: Some(pointer), is_caught, expected, actual };
    }
    // What the first state of a branch or iteration gets was made by the state around it.
    let state = states.giver(right.state).unwrap_or(right.state);
    Parting::Data { state, pointer: None, is_caught: false, expected, actual }
}

/// Where a state with a catcher is left: it failed on one side alone, or not with the same failure. An engine that goes on
/// to the same state, and does not say that it did so after a success, may have caught the failure and told it wrongly.
fn caught_parting<'a>(
    states: &States<'a>,
    (expected, right): (&Trace, Visit<'a>),
    (actual, found): (&Trace, Visit<'a>),
    leads_to_the_same: bool,
) -> Option<Parting<'a>> {
    if right.is_entry {
        return None;
    }
    let state = right.state;
    let right = caught(states, state, expected, right.position);
    let may_have_caught = leads_to_the_same && !is_left_after_success(actual, found.position);
    let found = caught(states, state, actual, found.position);
    let way = |expected, actual| Some(Parting::Way(Way { state, expected, actual }));
    match (right, found) {
        (None, None) => None,
        (Some(_), None) if may_have_caught => None,
        (Some(right), None) => way(Then::Caught(right.failure), Then::To(state)),
        (None, Some(found)) => way(Then::To(state), Then::Caught(found.failure)),
        (Some(right), Some(found)) if right.came_further_than(&found) => {
            way(Then::To(state), Then::Caught(found.failure))
        }
        (Some(Caught { failure: expected, .. }), Some(Caught { failure: actual, .. })) => {
            (expected != actual).then_some(Parting::Caught { state, expected, actual })
        }
    }
}

/// Whether a state is left with the event at this position because its work succeeded.
fn is_left_after_success(trace: &Trace, exit: usize) -> bool {
    let before = trace.0[exit].previous_event_id;
    trace.0[..exit].iter().any(|event| event.id == before && event.kind.ends_with("Succeeded"))
}

/// Where the engine says nothing about what is inside of a Map: the two ways of the Choice in it, if it is all that the
/// iterations do, and each way has a result of its own.
fn way_inside<'a>(states: &States<'a>, right: Visit<'a>, found: Visit<'a>) -> Option<Way<'a>> {
    let fields = states.fields(right.state)?;
    let makes_something_else = ["ResultSelector", "ResultPath", "OutputPath"];
    if right.is_entry || makes_something_else.iter().any(|field| fields.contains_key(*field)) {
        return None;
    }
    let processor = fields.get("ItemProcessor").or_else(|| fields.get("Iterator"))?;
    let choice = processor.get("StartAt")?.as_str()?;
    let (right_items, found_items) = (right.document?.as_array()?, found.document?.as_array()?);
    let mut items = right_items.iter().zip(found_items);
    let (right_item, found_item) = items.find(|(right, found)| first_difference(right, found).is_some())?;
    let inner = states.inside(right.state);
    let way_to = |result: &Value| {
        let mut ways = inner.iter().filter(|name| {
            let made =
                states.fields(name).filter(|fields| fields.get("Type").is_some_and(|kind| kind == "Pass"));
            made.and_then(|fields| fields.get("Result")).is_some_and(|made| made == result)
        });
        ways.next().copied().filter(|_| ways.next().is_none())
    };
    let is_choice = states.kind(choice) == "Choice" && inner.contains(choice);
    let does_nothing_else =
        inner.len() == inner.iter().filter(|name| states.kind(name) == "Pass").count() + 1;
    let (expected, actual) = (way_to(right_item)?, way_to(found_item)?);
    let way = Way { state: choice, expected: Then::To(expected), actual: Then::To(actual) };
    (is_choice && does_nothing_else).then_some(way)
}

/// One side has a visit that the other one lacks: after which state they parted, and what each did then.
fn way_of<'a>(
    states: &States<'a>,
    visit: Visit<'a>,
    own: &[Visit<'a>],
    others: &[Visit<'a>],
    others_only: &[Visit<'a>],
    is_expected: bool,
) -> Parting<'a> {
    let state = if visit.is_entry { predecessor(states, visit, own) } else { visit.state };
    let next_own = if visit.is_entry { Some(visit.state) } else { next_after(states, visit, own) };
    let count =
        |is_entry| others.iter().filter(|other| (other.is_entry, other.state) == (is_entry, state)).count();
    // Once for each item of a Map, say: the last time it did not come further.
    let has_stopped_there = !visit.is_entry && count(true) > count(false);
    let has_left = count(false) > 0 && !has_stopped_there;
    let next_other = if has_left || visit.is_entry {
        let only_there = others_only.iter().find(|other| other.is_entry).map(|other| other.state);
        only_there.or_else(|| {
            let left = others.iter().find(|other| !other.is_entry && other.state == state)?;
            next_after(states, *left, others)
        })
    } else {
        None
    };
    let own_next = next_own.or((!visit.is_entry).then_some(state));
    let (expected, actual) = if is_expected { (own_next, next_other) } else { (next_other, own_next) };
    Parting::Way(Way { state, expected: Then::to(expected), actual: Then::to(actual) })
}

/// The state that was left last before this one was entered, or the one around it.
fn predecessor<'a>(states: &States<'a>, visit: Visit<'a>, own: &[Visit<'a>]) -> &'a str {
    let before = own.iter().rev().filter(|other| other.position < visit.position);
    let left =
        before.filter(|other| !other.is_entry).find(|other| leads_to(states, other.state, visit.state));
    left.map(|other| other.state).or_else(|| states.giver(visit.state)).unwrap_or(visit.state)
}

fn leads_to(states: &States<'_>, from: &str, to: &str) -> bool {
    let Some(fields) = states.fields(from) else { return false };
    let direct = ["Next", "Default"].into_iter().filter_map(|field| fields.get(field));
    let listed = ["Choices", "Catch"].into_iter().filter_map(|field| fields.get(field)?.as_array()).flatten();
    direct.chain(listed.filter_map(|entry| entry.get("Next"))).any(|next| next == to)
}

/// The state that was entered after this one was left, and to which it leads.
fn next_after<'a>(states: &States<'a>, left: Visit<'a>, own: &[Visit<'a>]) -> Option<&'a str> {
    let mut later = own.iter().filter(|visit| visit.is_entry && visit.position > left.position);
    later.find(|visit| leads_to(states, left.state, visit.state)).map(|visit| visit.state)
}
