//! Where two executions part: the first state that puts out something else, or that goes another way.
//!
//! Only what every engine's history has is looked at: which states are entered and left, with which documents. Events
//! are matched by state and document, so that concurrent branches may interleave as they like.

use std::collections::BTreeSet;

use asl_cases::{Observation, Outcome, Permit, Trace, TraceEvent};
use serde_json::Value;

use super::{
    caught::{Caught, caught, failure_before, failure_of_event, is_told_before, told_by_document},
    shape,
    states::States,
    visits::{Visit, last_open_state, leading_to, open_states, unmatched, visits},
};
use crate::judge::{json_difference::first_difference, threads::is_failure};

/// The first difference of two histories in the order of the right one.
#[derive(Debug, PartialEq)]
pub(super) enum Parting<'a> {
    /// A state makes another document than it should.
    Data {
        state: &'a str,
        /// Which of its documents, and the place in it.
        made: Made,
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

/// A document that a state makes, and the place in it that is another one than it should be.
#[derive(Debug, PartialEq)]
pub(super) enum Made {
    /// What it puts out.
    Output(String),
    /// The variables that it assigns.
    Variables(String),
    /// What it gives to its branches or iterations.
    Given(String),
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

    /// Whether it ended there.
    pub(super) fn is_end(&self) -> bool {
        matches!(self, Self::Ends)
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

/// Where the executions part, and the event that shows it: one of the right history, or one that is too much.
pub(super) struct Found<'a> {
    pub(super) parting: Parting<'a>,
    pub(super) event: &'a TraceEvent,
    pub(super) is_too_much: bool,
    /// Whether both histories are of the same states, as far as they tell.
    pub(super) is_of_same_states: bool,
    /// Whether one of them has all that the other one tells of states.
    pub(super) is_one_sided: bool,
}

/// `None` if the histories do not part, or one side has none.
pub(super) fn parting_of<'a>(
    states: &States<'a>,
    expected: &'a Observation,
    actual: &'a Observation,
) -> Option<Found<'a>> {
    let ends = (expected, actual);
    let (expected, actual) = (expected.trace.as_ref()?, actual.trace.as_ref()?);
    let silent = silent_states(states, ends);
    let right_visits: Vec<_> = visits(expected).filter(|visit| !silent.contains(visit.state)).collect();
    let found: Vec<_> = visits(actual).collect();
    let (right_only, found_only) = unmatched(&right_visits, &found);
    let first = right_only.first().copied();
    // What comes after a failure is no other document than what comes without it.
    let first_anew = first.filter(|first| !is_entered_anew(states, expected, *first));
    let counterpart = first_anew.and_then(|first| {
        found_only.iter().find(|other| (other.is_entry, other.state) == (first.is_entry, first.state))
    });
    let (parting, event, is_too_much) = match (first, counterpart) {
        (Some(right), Some(other)) if other_way_first(states, right, *other, &found_only).is_some() => {
            let extra = found_only[0];
            let way = way_of(states, extra, &found, &right_visits, &right_only, false);
            (Parting::Way(way), &actual.0[extra.position], true)
        }
        (Some(right), Some(other)) => {
            let is_silent = is_silent_inside(states, actual, right.state);
            let way = if is_silent { way_inside(states, right, *other) } else { None };
            let way = way.or_else(|| other_choice(states, (right, &right_visits), (*other, &found))).or_else(
                || other_catcher(states, (expected, right, &right_visits), (actual, *other, &found)),
            );
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
            if let Some((way, event)) = failure_elsewhere(states, ends, visit) {
                (Parting::Way(way), first_missing(expected, actual, event), false)
            } else {
                let failing = failing_visit(states, ends.1, &right_only);
                let visit = failing.filter(|failing| !comes_of(expected, *failing, visit)).unwrap_or(visit);
                let way = way_of(states, visit, &right_visits, &found, &found_only, true);
                let way = with_its_failure(states, way, visit, ends, &found_only);
                let way = with_failure_of_engine(states, way, ends.1);
                (Parting::Way(way), &expected.0[visit.position], false)
            }
        }
        (None, _) => {
            let extra = extra_by_itself(states, ends.0, &found_only)?;
            let way = way_of(states, extra, &found, &right_visits, &right_only, false);
            (Parting::Way(way), &actual.0[extra.position], true)
        }
    };
    let is_of_same_states = has_same_states(states, &right_visits, &found, ends);
    let is_one_sided = is_of_same_states
        && (right_only.is_empty() || (found_only.is_empty() && !is_about_a_catcher(states, &right_only)));
    Some(Found { parting, event, is_too_much, is_of_same_states, is_one_sided })
}

/// Whether the way out of a state through one of its catchers is missing, and all that is known of the next state too.
fn is_about_a_catcher(states: &States<'_>, missing: &[Visit<'_>]) -> bool {
    let is_caught_to = |from: &str, entry: &Visit<'_>| entry.is_entry && states.catches_to(from, entry.state);
    let mut exits = missing.iter().filter(|visit| !visit.is_entry);
    exits.any(|exit| missing.iter().any(|entry| is_caught_to(exit.state, entry)))
}

/// Whether both histories tell of the same states, as far as the engine's goes. A Fail is the end in any case, and so is
/// the last state of two executions that fail alike.
fn has_same_states(
    states: &States<'_>,
    right: &[Visit<'_>],
    found: &[Visit<'_>],
    (expected, actual): (&Observation, &Observation),
) -> bool {
    let last =
        if shape::is_same_end(&expected.outcome, &actual.outcome) { open_state(expected) } else { None };
    let is_told = |visit: &&Visit<'_>| states.kind(visit.state) != "Fail" && Some(visit.state) != last;
    let right: BTreeSet<&str> = right.iter().filter(is_told).map(|visit| visit.state).collect();
    let found: BTreeSet<&str> = found.iter().filter(is_told).map(|visit| visit.state).collect();
    let is_end = |event: &TraceEvent| event.kind.starts_with("Execution") && event.kind != "ExecutionStarted";
    let has_end = actual.trace.as_ref().and_then(|trace| trace.0.last()).is_some_and(is_end);
    right == found || (!has_end && found.is_subset(&right))
}

/// The state in which an execution ended, where it did not go through all.
fn open_state(observation: &Observation) -> Option<&str> {
    observation.trace.as_ref().and_then(last_open_state)
}

/// The state in which an execution failed: the one that its text names, else the last that was entered and not left. Where a
/// text names the Parallel or Map around it, the events tell the state.
fn failing_state<'a>(states: &States<'_>, observation: &'a Observation) -> Option<&'a str> {
    let told = shape::failed_state(&observation.outcome).or_else(|| open_state(observation))?;
    let inside = states.inside(told);
    let inner = || {
        let trace = observation.trace.as_ref()?;
        let failure = trace.0.iter().find(|event| event.kind == "MapIterationFailed")?;
        let entered = leading_to(trace, failure).find(|event| event.kind.ends_with("StateEntered"))?;
        entered.state_name().filter(|state| inside.contains(state))
    };
    Some(if inside.is_empty() { told } else { inner().unwrap_or(told) })
}

/// Where branches run at once, the state in which the engine failed, and not one that was stopped by that.
fn failing_visit<'a>(
    states: &States<'_>,
    actual: &Observation,
    right_only: &[Visit<'a>],
) -> Option<Visit<'a>> {
    let failing = failing_state(states, actual)?;
    right_only.iter().copied().find(|visit| !visit.is_entry && visit.state == failing)
}

/// Whether a visit only comes because of another one.
fn comes_of(trace: &Trace, visit: Visit<'_>, first: Visit<'_>) -> bool {
    let first = trace.0[first.position].id;
    leading_to(trace, &trace.0[visit.position]).skip(1).any(|event| event.id == first)
}

/// Where branches run at once, the state in which the engine alone failed, if the right one went on there, and was only
/// stopped later; with the event with which it went on.
fn failure_elsewhere<'a>(
    states: &States<'_>,
    (expected, actual): (&'a Observation, &'a Observation),
    visit: Visit<'a>,
) -> Option<(Way<'a>, &'a TraceEvent)> {
    let state = failing_state(states, actual)?;
    if state == visit.state || failing_state(states, expected) == Some(state) {
        return None;
    }
    let expected = expected.trace.as_ref()?;
    let entries: Vec<_> = visits(expected).filter(|visit| visit.is_entry && visit.state == state).collect();
    let [entry] = entries[..] else { return None };
    let entry = &expected.0[entry.position];
    let went_on = expected.0.iter().find(|event| event.previous_event_id == entry.id)?;
    let way = Way { state, expected: Then::To(state), actual: Then::Ends };
    let is_left = went_on.kind.ends_with("StateExited");
    (!is_left && !fails_behind(expected, entry)).then_some((way, went_on))
}

/// The first event from this one on that the engine's history does not have; this one if it has all of them.
fn first_missing<'a>(expected: &'a Trace, actual: &Trace, from: &'a TraceEvent) -> &'a TraceEvent {
    let mut told: Vec<String> = actual.0.iter().map(TraceEvent::label).collect();
    let mut is_told = |event: &TraceEvent| {
        let at = told.iter().position(|label| *label == event.label());
        at.map(|at| told.swap_remove(at)).is_some()
    };
    let missing: Vec<_> = expected.0.iter().filter(|event| !is_told(event)).collect();
    missing.into_iter().find(|event| event.id >= from.id).unwrap_or(from)
}

/// Whether a state fails that was entered with this event.
fn fails_behind(trace: &Trace, entry: &TraceEvent) -> bool {
    trace.0.iter().filter(|event| is_failure(&event.kind)).any(|failure| {
        let entered = leading_to(trace, failure).find(|event| event.kind.ends_with("StateEntered"));
        entered.is_some_and(|event| event.id == entry.id)
    })
}

/// Where only the engine's history has more, the first visit of it that does not just go on in a branch which another one
/// should have stopped, or may have come to in time.
fn extra_by_itself<'a>(
    states: &States<'a>,
    expected: &Observation,
    found_only: &[Visit<'a>],
) -> Option<Visit<'a>> {
    let failing = shape::failed_state(&expected.outcome);
    let is_stopped = |state: &str| {
        failing.is_some_and(|failing| state != failing && !states.inside(state).contains(failing))
    };
    let open = expected.trace.as_ref().map(open_states).unwrap_or_default();
    let mut stopped: BTreeSet<&str> = open.into_iter().filter(|state| is_stopped(state)).collect();
    let mut racing = racing_states(states, expected);
    for visit in found_only {
        let follows = |before: &BTreeSet<&str>| {
            before.contains(visit.state) || before.iter().any(|state| leads_to(states, state, visit.state))
        };
        let (races, goes_on) = (follows(&racing), follows(&stopped));
        if races {
            racing.insert(visit.state);
        } else if goes_on {
            stopped.insert(visit.state);
        } else {
            return Some(*visit);
        }
    }
    found_only.iter().copied().find(|visit| !racing.contains(visit.state))
}

/// The first states of branches and iterations of which nobody knows how far they came before another one failed; that of the
/// branch that fails is none of them.
fn racing_states<'a>(states: &States<'a>, expected: &'a Observation) -> BTreeSet<&'a str> {
    let races = |owner: &str| {
        let mut permits = expected.permits.iter();
        permits.any(|permit| matches!(permit, Permit::SiblingProgress { state } if state == owner))
    };
    let failing = failing_state(states, expected);
    let begin = states.names().filter(|name| states.giver(name).is_some_and(races));
    begin.filter(|name| !failing.is_some_and(|failing| comes_to(states, name, failing))).collect()
}

/// Whether a branch or iteration begins once more because the Parallel or Map around it failed.
fn is_entered_anew(states: &States<'_>, trace: &Trace, visit: Visit<'_>) -> bool {
    let owner = states.giver(visit.state).filter(|_| visit.is_entry);
    owner.is_some_and(|owner| failure_before(trace, visit.position, owner).is_some())
}

/// The way with the failure of the right side, where that was caught or tried again, and the engine does not know of it.
fn with_its_failure<'a>(
    states: &States<'a>,
    way: Way<'a>,
    visit: Visit<'a>,
    (expected, actual): (&Observation, &Observation),
    found_only: &[Visit<'a>],
) -> Way<'a> {
    let Some(trace) = &expected.trace else { return way };
    let failure = if visit.is_entry {
        let is_left = found_only.iter().any(|other| !other.is_entry && other.state == way.state);
        let owner = states.giver(visit.state).filter(|owner| is_left && *owner == way.state);
        owner.and_then(|owner| failure_before(trace, visit.position, owner))
    } else {
        // An engine that fails there may fail in the catcher.
        let is_timed_out = way.actual.is_end() && actual.outcome == Outcome::TimedOut;
        let caught = caught(states, visit.state, trace, visit.position).filter(|_| is_timed_out);
        caught.map(|caught| caught.failure)
    };
    match failure {
        Some(failure) => Way { expected: Then::Caught(failure), ..way },
        None => way,
    }
}

/// The way with the failure of the engine, where it was caught or tolerated around the state, and its history tells of it.
fn with_failure_of_engine<'a>(states: &States<'_>, way: Way<'a>, actual: &Observation) -> Way<'a> {
    let is_the_end = || {
        !matches!(actual.outcome, Outcome::Succeeded(_)) && failing_state(states, actual) == Some(way.state)
    };
    let trace = actual.trace.as_ref().filter(|_| way.actual.is_end() && !is_the_end());
    let failures = trace.into_iter().flat_map(|trace| {
        let of_state = |failure: &&TraceEvent| {
            let entered = leading_to(trace, failure).find(|event| event.kind.ends_with("StateEntered"));
            entered.and_then(TraceEvent::state_name) == Some(way.state)
        };
        trace.0.iter().filter(|event| is_failure(&event.kind)).filter(of_state).collect::<Vec<_>>()
    });
    match failures.into_iter().find_map(failure_of_event) {
        Some(failure) => Way { actual: Then::Caught(failure), ..way },
        None => way,
    }
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

/// The states about which the engine's history never says anything, although the Parallel or Map around them was
/// entered: that is a fault of the history, and says nothing about where the executions part. Of an iteration that is said
/// to have failed it says enough, and so does a failure of the Parallel or Map itself that should have come only inside.
fn silent_states<'a>(
    states: &States<'a>,
    (expected, actual): (&Observation, &Observation),
) -> BTreeSet<&'a str> {
    let failing = [expected, actual].map(|end| shape::failed_state(&end.outcome));
    let Some(actual) = &actual.trace else { return BTreeSet::new() };
    let seen: BTreeSet<&str> = visits(actual).map(|visit| visit.state).collect();
    let fails_before_it_begins = |composite: &str| {
        let [right, found] = failing;
        found == Some(composite) && right.is_some_and(|right| states.inside(composite).contains(right))
    };
    let has_failed = |map: &str| {
        let mut failures = actual.0.iter().filter(|event| event.kind == "MapIterationFailed");
        failures.any(|event| event.state_name() == Some(map))
    };
    let is_silent = |state: &&&str| !has_failed(state) && !fails_before_it_begins(state);
    let inside = seen.iter().filter(is_silent).map(|state| states.inside(state));
    inside.filter(|inner| inner.is_disjoint(&seen)).flatten().collect()
}

/// Whether the engine's history says nothing about what is inside of this Parallel or Map.
pub(super) fn is_silent_inside(states: &States<'_>, actual: &Trace, composite: &str) -> bool {
    let inner = states.inside(composite);
    !inner.is_empty() && visits(actual).all(|visit| !inner.contains(visit.state))
}

fn data_parting<'a>(
    states: &States<'a>,
    right: Visit<'a>,
    found: Visit<'a>,
    own: &[Visit<'a>],
    is_caught: bool,
) -> Parting<'a> {
    let difference = |right: Option<&Value>, found: Option<&Value>| {
        right.zip(found).and_then(|(right, found)| first_difference(right, found))
    };
    let of_document = difference(right.document, found.document);
    let are_variables = of_document.is_none() && !right.is_entry;
    let of_variables = if are_variables { difference(right.variables, found.variables) } else { None };
    let is_of_variables = of_variables.is_some();
    let (pointer, expected, actual) = of_document
        .or(of_variables)
        .map_or((String::new(), None, None), |found| (found.pointer, found.expected, found.actual));
    if right.is_entry {
        // What the first state of a branch or iteration gets was made by the state around it.
        let state = states.giver(right.state).unwrap_or(right.state);
        return Parting::Data { state, made: Made::Given(pointer), is_caught: false, expected, actual };
    }
    let is_caught =
        is_caught || next_after(states, right, own).is_some_and(|next| states.catches_to(right.state, next));
    let made = if is_of_variables { Made::Variables(pointer) } else { Made::Output(pointer) };
    Parting::Data { state: right.state, made, is_caught, expected, actual }
}

/// The two ways of a Choice that is left to another state: what it puts out or assigns is that of another rule.
fn other_choice<'a>(
    states: &States<'a>,
    (right, own): (Visit<'a>, &[Visit<'a>]),
    (found, others): (Visit<'a>, &[Visit<'a>]),
) -> Option<Way<'a>> {
    let is_left = !right.is_entry && states.kind(right.state) == "Choice";
    let (expected, actual) = next_after(states, right, own).zip(next_after(states, found, others))?;
    let way = Way { state: right.state, expected: Then::To(expected), actual: Then::To(actual) };
    (is_left && expected != actual).then_some(way)
}

/// The two ways of a state that caught the same failure, and goes on as two of its catchers say.
fn other_catcher<'a>(
    states: &States<'a>,
    (expected, right, own): (&Trace, Visit<'a>, &[Visit<'a>]),
    (actual, found, others): (&Trace, Visit<'a>, &[Visit<'a>]),
) -> Option<Way<'a>> {
    let state = right.state;
    let caught_in = |trace: &Trace, visit: Visit<'_>| caught(states, state, trace, visit.position);
    let (right_failure, found_failure) = caught_in(expected, right).zip(caught_in(actual, found))?;
    let (to, instead) = next_after(states, right, own).zip(next_after(states, found, others))?;
    let is_other = !right.is_entry && to != instead && right_failure.is_same_as(&found_failure);
    is_other.then_some(Way { state, expected: Then::To(to), actual: Then::To(instead) })
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
    let (state, actual_trace, exit) = (right.state, actual, found.position);
    let documents = right.document.zip(found.document);
    let right = caught(states, state, expected, right.position);
    let may_have_caught = leads_to_the_same && !is_left_after_success(actual, found.position);
    let found = caught(states, state, actual, found.position);
    if let (Some(Caught { failure, .. }), None, Some((document, other))) = (&right, &found, documents)
        && let Some(actual) = told_by_document(failure, document, other).filter(|_| may_have_caught)
    {
        return Some(Parting::Caught { state, expected: failure.clone(), actual });
    }
    let is_same = right.as_ref().zip(found.as_ref()).is_some_and(|(right, found)| right.is_same_as(found));
    if is_same {
        return None;
    }
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
            // An engine that tells of the right failure before puts it out wrongly.
            let is_told = is_told_before(actual_trace, (state, exit), &expected);
            (!is_told).then_some(Parting::Caught { state, expected, actual })
        }
    }
}

/// Whether a state is left with the event at this position because its work succeeded.
fn is_left_after_success(trace: &Trace, exit: usize) -> bool {
    let before = trace.0[exit].previous_event_id;
    let has_succeeded = |event: &TraceEvent| event.kind.ends_with("StateSucceeded");
    let is_last = trace.0[..exit].last().is_some_and(has_succeeded);
    is_last || trace.0[..exit].iter().any(|event| event.id == before && event.kind.ends_with("Succeeded"))
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
) -> Way<'a> {
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
    Way { state, expected: Then::to(expected), actual: Then::to(actual) }
}

/// The state that was left last before this one was entered, or the one around it.
fn predecessor<'a>(states: &States<'a>, visit: Visit<'a>, own: &[Visit<'a>]) -> &'a str {
    let before = own.iter().rev().filter(|other| other.position < visit.position);
    let left =
        before.filter(|other| !other.is_entry).find(|other| leads_to(states, other.state, visit.state));
    left.map(|other| other.state).or_else(|| states.giver(visit.state)).unwrap_or(visit.state)
}

/// Whether one state, or what is inside of it, is reached from another one.
fn comes_to<'a>(states: &States<'a>, from: &'a str, to: &str) -> bool {
    let mut reached = BTreeSet::from([from]);
    loop {
        let is_next = |name: &&str| {
            !reached.contains(name) && reached.iter().any(|before| leads_to(states, before, name))
        };
        let next: Vec<&str> = states.names().filter(is_next).collect();
        if next.is_empty() {
            return reached.iter().any(|state| *state == to || states.inside(state).contains(to));
        }
        reached.extend(next);
    }
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
