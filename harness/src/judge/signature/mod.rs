//! Which bug a divergence shows: where the two executions part, and the shape of both sides, without names or values.
//!
//! What counts is the first place at which the histories part, not what came of it: a wrong value that makes a later
//! state fail is a wrong value. One file each: where they part, the failure that a catcher hides there, the rule of a Choice,
//! the call that fails, which parts of the language are in play, and the shapes of texts, documents and histories.
//! Computed before anything is redacted.

mod assigned;
mod bearing;
mod call;
mod caught;
mod choice;
mod constructs;
mod expression;
mod failures;
mod history;
mod ignored;
mod parting;
mod shape;
mod states;
mod text;
mod visits;
mod without;

use std::{collections::BTreeSet, sync::LazyLock};

use asl_cases::{
    ANOTHER_DOCUMENT, ANY_STATE, Case, Divergence, ESCAPED, EXECUTION, EXPRESSION, FAILS, FAILS_AS_INSIDE,
    FAILS_SOMEHOW, Facet, GOES_ON, KEPT, Observation, Outcome, PATH_MISS, RIGHT_WAY, Signature, Trace,
    TraceEvent,
};
use regex::Regex;
use serde_json::Value;

pub(crate) use self::bearing::{bears, field_that_fails, only_operator, only_state_in_play};
use self::{
    choice::Turn,
    constructs::InPlay,
    parting::{Found, Made, Parting, Then, Way, parting_of},
    shape::{Failure, Shapes},
};
pub(super) use self::{shape::is_same_end, states::States};
use super::{json_difference::first_difference, threads::is_failure};

const ANOTHER_WAY: &str = "another way";

/// The first place at which two histories differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FirstDifference {
    /// The state that made the difference.
    pub state: String,
    /// The event that shows it, in words.
    pub event: String,
    /// Its id in the right history; `None` for an event that is too much.
    pub event_id: Option<i64>,
}

/// Gives every divergence its signature, and says where the histories part. Both observations are expected to be
/// normalised.
pub(super) fn sign(
    case: &Case,
    expected: &Observation,
    actual: &Observation,
    divergences: &mut [Divergence],
) -> Option<FirstDifference> {
    let is_same_end = shape::is_same_end(&expected.outcome, &actual.outcome);
    let is_of_history = |divergence: &Divergence| {
        match divergence.facet {
            Facet::Trace => true,
            Facet::Cause => is_same_end,
            // A catcher puts out a text that names an event.
            Facet::Output => shape::differ_in_events(&divergence.expected, &divergence.actual),
            _ => false,
        }
    };
    let is_only_told_wrongly = divergences.iter().all(is_of_history);
    let told = divergences.iter().find(|divergence| divergence.facet == Facet::Trace).cloned();
    let signer = Signer { is_only_told_wrongly, told, ..Signer::new(case, expected, actual) };
    let first = divergences.first().map(|first| settled(signer.signature(first)));
    for divergence in divergences {
        // What only follows from another end or another output is that bug.
        let follows = first.as_ref().filter(|first| {
            !matches!(first.facet, Facet::Cause | Facet::Trace | Facet::TestState)
                || first.facet == divergence.facet
                || is_only_told_wrongly
        });
        divergence.signature = follows.cloned().unwrap_or_else(|| settled(signer.signature(divergence)));
    }
    signer.found.as_ref().map(first_difference_of)
}

/// Whether this is what missing events look like, where all comes to the right end: one side ends at a state that the other
/// one leaves, or what has to be told apart has other numbers. A branch or iteration may end before the execution does.
fn is_of_missing_events(states: &States<'_>, found: &Found<'_>) -> bool {
    match &found.parting {
        Parting::Way(way) => {
            found.is_of_same_states
                && states.owner(way.state).is_none()
                && way.expected.is_end() != way.actual.is_end()
        }
        Parting::Data { expected: Some(expected), actual: Some(actual), .. } => {
            let without_numbers = |value: &Value| UUID.replace_all(&value.to_string(), "<uuid>").into_owned();
            without_numbers(expected) == without_numbers(actual)
        }
        Parting::Data { .. } | Parting::Caught { .. } => false,
    }
}

/// A UUID in a normalised text, numbered in the order in which the history tells of them.
static UUID: LazyLock<Regex> =
    LazyLock::new(|| Regex::new("<uuid:[0-9]+>").expect("the pattern is constant"));

/// Which way a state goes, that failed like this if it did.
fn turn<'a>(then: &Then<'a>, failure: Option<&'a Outcome>) -> Turn<'a> {
    match (then, failure) {
        (Then::To(next), _) => Turn::To(next),
        (_, Some(failure)) if shape::failure(failure) == Some(Failure::NoRule) => Turn::NoRule,
        (_, Some(failure)) => {
            let at = shape::path_of_rule(failure).map(Turn::FailsAt);
            at.or_else(|| shape::failed_rule(failure).map(Turn::FailsIn)).unwrap_or(Turn::Fails)
        }
        (_, None) => Turn::Fails,
    }
}

/// Without a history an output may be wrong in ways that have nothing to do with any state.
fn settled(signature: Signature) -> Signature {
    if signature.place == EXECUTION { signature } else { signature.settled() }
}

fn first_difference_of(found: &Found<'_>) -> FirstDifference {
    let (id, label) = (found.event.id, found.event.label());
    let event = match (&found.parting, found.is_too_much) {
        (Parting::Data { .. }, _) => format!("event {id}, {label}, has another document"),
        (Parting::Caught { .. }, _) => format!("event {id}, {label}, has another failure"),
        (Parting::Way(_), true) => format!("event {id}, {label}, should not be there"),
        (Parting::Way(_), false) => format!("event {id}, {label}, is missing"),
    };
    let event_id = (!found.is_too_much).then_some(id);
    FirstDifference { state: found.parting.state().to_owned(), event, event_id }
}

struct Signer<'a> {
    case: &'a Case,
    states: States<'a>,
    shapes: Shapes<'a>,
    expected: &'a Observation,
    actual: &'a Observation,
    found: Option<Found<'a>>,
    /// Whether nothing but the history differs.
    is_only_told_wrongly: bool,
    /// How the history differs.
    told: Option<Divergence>,
}

impl<'a> Signer<'a> {
    fn new(case: &'a Case, expected: &'a Observation, actual: &'a Observation) -> Self {
        let states = States::of(&case.main().definition);
        let found = parting_of(&states, expected, actual);
        let shapes = Shapes::of(case, &states);
        Self { case, shapes, states, expected, actual, found, is_only_told_wrongly: false, told: None }
    }

    /// Where the executions part. Where nothing but the history differs, an engine that leaves out events, or has some twice,
    /// still went the right way, unless it tells of an evaluation that should not have failed.
    fn parting(&self) -> Option<&Parting<'a>> {
        let fails_alone = self.fails_more_often();
        let is_of_events = |found: &&Found<'_>| {
            !fails_alone && (found.is_one_sided || is_of_missing_events(&self.states, found))
        };
        let found = self.found.as_ref().filter(|found| !(self.is_only_told_wrongly && is_of_events(found)));
        found.map(|found| &found.parting)
    }

    /// Whether the engine tells of more evaluations that failed than it should.
    fn fails_more_often(&self) -> bool {
        self.has_more(|kind| kind == "EvaluationFailed")
    }

    /// Whether the engine's history has more events of such types than the right one.
    fn has_more(&self, is_such: fn(&str) -> bool) -> bool {
        let count = |observation: &Observation| {
            let events = observation.trace.iter().flat_map(|trace| &trace.0);
            events.filter(|event| is_such(&event.kind)).count()
        };
        count(self.actual) > count(self.expected)
    }

    fn signature(&self, divergence: &Divergence) -> Signature {
        if divergence.facet == Facet::Acceptance {
            return self.of_acceptance();
        }
        match self.parting() {
            Some(Parting::Data { state, made, is_caught, expected, actual }) => {
                if let Some(signature) = self.of_ignored_document(state, made, *is_caught) {
                    return signature;
                }
                let sides = (expected.as_ref(), actual.as_ref());
                let InPlay { place, mut constructs } = match made {
                    Made::Variables(pointer) => {
                        constructs::of_variables(&self.states, state, pointer, *is_caught, sides)
                    }
                    Made::Output(_) | Made::Given(_) if *is_caught => {
                        constructs::of_catch(&self.states, state, made, sides)
                    }
                    Made::Output(_) | Made::Given(_) => {
                        let of_batches = constructs::of_batches(&self.states, state, made, sides);
                        of_batches.unwrap_or_else(|| {
                            let in_play = constructs::at(&self.states, state, made, sides);
                            if in_play.is_of_context() {
                                in_play
                            } else {
                                self.with_silent_inside(state, in_play)
                            }
                        })
                    }
                };
                if self.does_other_work(state) {
                    constructs.retain(|construct| !ignored::GIVEN.contains(&construct.as_str()));
                }
                let has_escapes = constructs.iter().any(|construct| construct.starts_with(ESCAPED));
                constructs.extend(text::differences(sides, has_escapes));
                let of_error = self.made_of_error(state).filter(|_| *is_caught && !has_variables(made));
                let kinds = || shape::kinds(expected.as_ref(), actual.as_ref());
                let (expected, actual) = of_error.map_or_else(kinds, |made| (ANOTHER_DOCUMENT.0, made));
                let (expected, actual) = (expected.to_owned(), actual.to_owned());
                let signature = Signature { facet: Facet::Output, place, constructs, expected, actual };
                self.at_its_assignment(state, signature)
            }
            Some(Parting::Way(way)) => self.at_its_assignment(way.state, self.of_way(way)),
            Some(Parting::Caught { state, expected, actual }) => {
                self.of_failures(Some(state), expected, actual)
            }
            None => match &self.told {
                Some(told) if self.is_only_told_wrongly => self.of_history(&told.expected, &told.actual),
                _ => self.of_end(divergence),
            },
        }
    }

    /// What the engine made of the failure that a catcher of this state caught last.
    fn made_of_error(&self, state: &str) -> Option<&'static str> {
        let [right, found] = [&self.expected.trace, &self.actual.trace].map(|trace| {
            let exits = trace.iter().flat_map(visits::visits).filter(|visit| !visit.is_entry);
            exits.filter(|visit| visit.state == state).last()
        });
        let (right, found) = right.zip(found)?;
        let trace = self.expected.trace.as_ref()?;
        let failure = caught::caught(&self.states, state, trace, right.position)?.failure;
        caught::made_of_error(&failure, right.document?, found.document?)
    }

    /// One side was refused. What the other one came to does not matter.
    fn of_acceptance(&self) -> Signature {
        let is_refused_wrongly = self.expected.outcome.is_accepted();
        let shape = |outcome: &Outcome| match outcome {
            Outcome::Rejected { code, message } => self.shapes.refusal(code, message),
            _ if is_refused_wrongly && call::has_unfit_arguments(self.case) => {
                "accepted, with arguments that do not fit".to_owned()
            }
            _ => "accepted".to_owned(),
        };
        if let (Outcome::Rejected { code: right, .. }, Outcome::Rejected { code, .. }) =
            (&self.expected.outcome, &self.actual.outcome)
        {
            // Which code an engine has for its refusals seldom depends on the definition.
            let shape = |code| format!("refused with {code}");
            return Signature {
                place: "CreateStateMachine".to_owned(),
                expected: shape(right),
                actual: shape(code),
                ..Signature::of_facet(Facet::Acceptance)
            };
        }
        let names_a_field = matches!(
            &self.actual.outcome, Outcome::Rejected { message, .. } if self.shapes.names_a_field(message)
        );
        let constructs = if is_refused_wrongly && !names_a_field {
            constructs::of_refusal(&self.states)
        } else {
            BTreeSet::new()
        };
        Signature {
            facet: Facet::Acceptance,
            place: "CreateStateMachine".to_owned(),
            constructs,
            expected: shape(&self.expected.outcome),
            actual: shape(&self.actual.outcome),
        }
    }

    fn of_way(&self, way: &Way<'_>) -> Signature {
        let before = self.before_its_catcher(way).or_else(|| self.behind_a_success(way));
        let way = before.as_ref().unwrap_or(way);
        let Way { state, expected, actual } = way;
        let (right, found) = (expected.failure(&self.expected.outcome), actual.failure(&self.actual.outcome));
        if let Some(signature) = self.of_catcher(way, right, found) {
            return signature;
        }
        let turns = (turn(expected, right), turn(actual, found));
        if let Some(mut constructs) = choice::rule_in_play(&self.states, state, turns.0, turns.1) {
            // A rule that asks whether there is any data says no more than yes, unless the data is `null`.
            let input = self.expected.trace.as_ref().and_then(|trace| trace.input_of(state, None));
            if constructs.is_empty() && input.is_some_and(Value::is_null) {
                constructs.insert("IsPresent".to_owned());
            }
            return self.of_rule(state, constructs);
        }
        let comes_to_inside = [expected, actual].iter().any(|then| match then {
            Then::To(next) => self.states.inside(state).contains(next),
            Then::Ends | Then::Caught(_) => false,
        });
        let is_other_end = expected.is_end() != actual.is_end() && !comes_to_inside;
        if right.is_none() && found.is_none() && is_other_end {
            return self.of_other_end(state, expected.is_end());
        }
        let is_told_behind = || found.is_none() || self.has_succeeded_inside(state, found);
        if let Some(failure) = right.filter(|failure| is_told_behind() && self.fails_inside(state, failure)) {
            // An engine that tells nothing of what is inside may not have failed there at all.
            return match shape::failed_state(failure).filter(|_| self.may_go_on_inside(state, failure)) {
                Some(inner) => {
                    let expected = Then::Caught(failure.clone());
                    self.of_way(&Way { state: inner, expected, actual: Then::To(inner) })
                }
                None => self.of_failure_inside(state),
            };
        }
        let ignored =
            right.filter(|_| found.is_none()).and_then(|failure| self.of_ignored_field(state, failure));
        if let Some(signature) = ignored {
            return signature;
        }
        let told = right.and_then(shape::failure);
        let call = right.filter(|_| told == Some(Failure::Function));
        let call = call.and_then(|failure| call::failed_call(self.case, failure));
        let in_play = self.in_play_of(state, right, found);
        let InPlay { place, constructs } =
            self.narrowed_to(right, call.as_ref().map(|call| &*call.0), (state, found), in_play);
        let is_last_attempt = |failure: &Outcome| {
            found.is_none() && constructs.iter().eq(["Retry"]) && self.is_retried(state, failure)
        };
        let expected = match (told, right, call) {
            (Some(Failure::PathMiss), ..) => PATH_MISS.to_owned(),
            (_, _, Some((_, reason))) => reason.to_owned(),
            // Which failure that is does not matter: it is tried again as it should be, but for the last time.
            (_, Some(failure), _) if is_last_attempt(failure) => "fails after its last attempt".to_owned(),
            (_, Some(failure), _) => self.shapes.outcome(failure),
            (_, None, _) => GOES_ON.to_owned(),
        };
        let actual = self.way_of_engine(way, found);
        // Its words do not tell of which rule it is.
        let rules = self.states.fields(state).filter(|_| place == "Choice" && actual == FAILS_SOMEHOW);
        let constructs = rules.map_or(constructs, constructs::of_operators);
        Signature { facet: Facet::Status, place, constructs, expected, actual }
    }

    /// Where one side catches what the other one ends with.
    fn of_catcher(
        &self,
        way: &Way<'_>,
        right: Option<&Outcome>,
        found: Option<&Outcome>,
    ) -> Option<Signature> {
        let is_caught_to = |next: &str| self.states.is_caught_to(way.state, next);
        match (&way.expected, &way.actual) {
            (Then::Ends, Then::To(next)) => {
                let failure = right.filter(|failure| **failure != Outcome::TimedOut && is_caught_to(next))?;
                (!self.fails_in_catcher(way.state, failure)).then(|| self.of_wrong_catch(failure))
            }
            (Then::To(next), Then::To(other)) if next != other => {
                let is_caught_there = |next| self.states.catches_to(way.state, next);
                (is_caught_there(next) && is_caught_there(other)).then(of_other_catcher)
            }
            (Then::To(next), _) => {
                let is_missed = found.is_some_and(|failure| is_caught_to(next) && self.fails_so_too(failure));
                is_missed.then(of_missed_catch)
            }
            _ => None,
        }
    }

    /// What is in play in a state that goes another way, with this failure on the right side and the engine's one.
    fn in_play_of(&self, state: &str, right: Option<&Outcome>, found: Option<&Outcome>) -> InPlay {
        let fails_itself = right.and_then(shape::failed_state) == Some(state);
        if self.is_told_only_by_engine(state) && !fails_itself {
            return InPlay::of_kind(&self.states, state);
        }
        let right = right.filter(|_| found.is_none());
        let field = right.and_then(shape::failed_field);
        self.with_silent_inside(state, constructs::in_field(&self.states, state, field))
    }

    /// The same without what has no part in a failure like the right one.
    fn narrowed_to(
        &self,
        right: Option<&Outcome>,
        call: Option<&str>,
        (state, found): (&str, Option<&Outcome>),
        in_play: InPlay,
    ) -> InPlay {
        let Some(failure) = right else { return in_play };
        match shape::failure(failure) {
            Some(told) => self.narrowed((told, failure), call, state, &in_play),
            // Whatever the state does, there is no time left for it.
            None if *failure == Outcome::TimedOut => InPlay::of_any_state(),
            None if found.is_none()
                && shape::is_of_size(failure)
                && (!in_play.is_caught() || self.has_done_more_work()) =>
            {
                InPlay::of_any_state()
            }
            None if shape::is_stopped_expression(failure) => InPlay::of_any_jsonata_expression(),
            None => in_play,
        }
    }

    /// What the engine does in a state that goes another way, with this failure if there is one.
    fn way_of_engine(&self, way: &Way<'_>, failure: Option<&Outcome>) -> String {
        let trace = self.expected.trace.as_ref();
        let comes_to = |state: &str| {
            let mut visits = trace.into_iter().flat_map(visits::visits);
            visits.any(|visit| visit.is_entry && visit.state == state)
        };
        match (failure, &way.expected, &way.actual) {
            (Some(failure), ..) => self.wrong_failure(way.state, failure),
            // A catcher leads there, and nothing else: whatever failed, the engine's history does not tell.
            (None, Then::To(right), Then::To(next))
                if right != next && self.states.is_caught_to(way.state, next) && !comes_to(next) =>
            {
                FAILS_SOMEHOW.to_owned()
            }
            (None, ..) => GOES_ON.to_owned(),
        }
    }

    /// Whether something fails like this in the right execution too. Not every history tells of too much data.
    fn fails_so_too(&self, failure: &Outcome) -> bool {
        let events = self.expected.trace.iter().flat_map(|trace| &trace.0);
        let mut failures =
            events.filter(|event| is_failure(&event.kind)).filter_map(caught::failure_of_event);
        shape::is_of_size(failure) || failures.any(|right| shape::is_same_end(&right, failure))
    }

    /// Whether a state that fails like this is tried again.
    fn is_retried(&self, state: &str, failure: &Outcome) -> bool {
        let retriers = self.states.fields(state).and_then(|fields| fields.get("Retry")?.as_array());
        let names =
            retriers.into_iter().flatten().filter_map(|retrier| retrier.get("ErrorEquals")?.as_array());
        let error = shape::error_name(failure);
        let holds = |name: &str| {
            let is_any =
                name == "States.ALL" || (name == shape::TASK_FAILED && error != Some("States.Timeout"));
            is_any || Some(name) == error
        };
        names.flatten().filter_map(Value::as_str).any(holds)
    }

    /// Whether the state failed in its work, that was caught, and what its catcher makes of it is what fails.
    fn fails_in_catcher(&self, state: &str, failure: &Outcome) -> bool {
        let is_behind_a_failure = |trace: &Trace| {
            let mut led_to_it = trace.0.last().into_iter().flat_map(|last| visits::leading_to(trace, last));
            led_to_it.nth(1).is_some_and(|event| is_failure(&event.kind))
        };
        shape::is_of_evaluation(failure)
            && shape::failed_state(failure) == Some(state)
            && self.expected.trace.as_ref().is_some_and(is_behind_a_failure)
    }

    /// The way with the failure that the catcher caught, where what the catcher makes of it is what fails, and the engine knows
    /// of neither.
    fn before_its_catcher<'b>(&self, way: &Way<'b>) -> Option<Way<'b>> {
        let (Then::Ends, Then::To(next)) = (&way.expected, &way.actual) else { return None };
        let fails_there = self.fails_in_catcher(way.state, way.expected.failure(&self.expected.outcome)?);
        let is_failure = |event: &&TraceEvent| is_failure(&event.kind);
        let has_failed = self.actual.trace.iter().flat_map(|trace| &trace.0).any(|event| is_failure(&event));
        let trace = self.expected.trace.as_ref().filter(|_| fails_there && !has_failed)?;
        let entry =
            visits::visits(trace).filter(|visit| visit.is_entry && visit.state == way.state).last()?;
        let caught =
            trace.0[entry.position..].iter().filter(is_failure).find_map(caught::failure_of_event)?;
        let is_caught_there = self.states.is_caught_to(way.state, next);
        (!is_caught_there).then_some(Way { expected: Then::Caught(caught), actual: Then::To(next), ..*way })
    }

    /// The way with the failure of the work that the catcher caught, where the work succeeded for the engine, which only fails in
    /// what it makes of that.
    fn behind_a_success<'b>(&self, way: &Way<'b>) -> Option<Way<'b>> {
        let Then::To(next) = way.expected else { return None };
        let found = way.actual.failure(&self.actual.outcome)?;
        let is_behind = self.states.catches_to(way.state, next)
            && shape::is_of_evaluation(found)
            && self.has_done_more_work();
        let trace = self.expected.trace.as_ref().filter(|_| is_behind)?;
        let exit =
            visits::visits(trace).filter(|visit| !visit.is_entry && visit.state == way.state).last()?;
        let failure = caught::caught(&self.states, way.state, trace, exit.position)?.failure;
        let (expected, actual) = (Then::Caught(failure), Then::To(way.state));
        Some(Way { state: way.state, expected, actual })
    }

    /// Whether the engine fails like this behind all that is inside of this Parallel or Map, which succeeded for it.
    pub(super) fn has_succeeded_inside(&self, composite: &str, found: Option<&Outcome>) -> bool {
        found.and_then(shape::failed_state) == Some(composite)
            && self.actual.trace.as_ref().is_some_and(visits::fails_behind_its_inside)
    }

    /// A failure is caught that no catcher should catch.
    fn of_wrong_catch(&self, failure: &Outcome) -> Signature {
        Signature {
            facet: Facet::Status,
            place: ANY_STATE.to_owned(),
            constructs: BTreeSet::from(["Catch".to_owned()]),
            expected: format!("failed with {}", self.shapes.error_of(failure)),
            actual: GOES_ON.to_owned(),
        }
    }

    /// One side ends well behind a state behind which the other one goes on: no data has a part in that.
    fn of_other_end(&self, state: &str, should_end: bool) -> Signature {
        let (ends, goes_on) = ("ends the execution".to_owned(), GOES_ON.to_owned());
        let (expected, actual) = if should_end { (ends, goes_on) } else { (goes_on, ends) };
        let place = self.states.kind(state).to_owned();
        Signature { place, expected, actual, ..Signature::of_facet(Facet::Status) }
    }

    /// Whether a Parallel or Map fails because something inside of it does.
    fn fails_inside(&self, composite: &str, failure: &Outcome) -> bool {
        let inside = self.states.inside(composite);
        let is_told = |failing: &str| inside.contains(failing);
        let tolerates = self.states.fields(composite).is_some_and(constructs::tolerates_failures);
        let is_own = shape::is_of_evaluation(failure) || shape::is_of_composite(failure) || tolerates;
        *failure != Outcome::TimedOut
            && !inside.is_empty()
            && shape::failed_state(failure).map_or(!is_own, is_told)
    }

    /// Whether something inside should fail in the evaluation of a field, and the engine's history says nothing of it.
    fn may_go_on_inside(&self, composite: &str, failure: &Outcome) -> bool {
        let is_silent = |trace| parting::is_silent_inside(&self.states, trace, composite);
        shape::is_of_evaluation(failure) && self.actual.trace.as_ref().is_some_and(is_silent)
    }

    /// Whether a failure is not that of a Parallel or Map itself.
    fn may_fail_inside(&self, failure: &Outcome) -> bool {
        let is_composite = |state: &str| !self.states.inside(state).is_empty();
        !shape::is_of_composite(failure) && !shape::failed_state(failure).is_some_and(is_composite)
    }

    /// A Parallel or Map goes on after a failure inside of it, whatever that is.
    fn of_failure_inside(&self, composite: &str) -> Signature {
        Signature {
            place: self.states.kind(composite).to_owned(),
            expected: FAILS_AS_INSIDE.to_owned(),
            actual: GOES_ON.to_owned(),
            ..Signature::of_facet(Facet::Status)
        }
    }

    /// A Choice goes another way, because of a rule or its default.
    fn of_rule(&self, choice: &str, constructs: BTreeSet<String>) -> Signature {
        let (expected, actual) = (RIGHT_WAY.to_owned(), ANOTHER_WAY.to_owned());
        let place = self.states.kind(choice).to_owned();
        Signature { facet: Facet::Status, place, constructs, expected, actual }
    }

    /// How this state fails that should not. What is inside of a Parallel or Map may be what the text is about, until all of
    /// that has succeeded.
    fn wrong_failure(&self, state: &str, failure: &Outcome) -> String {
        let has_succeeded_inside = self.actual.trace.as_ref().is_some_and(visits::fails_behind_its_inside);
        let is_composite = !self.states.inside(state).is_empty() && !has_succeeded_inside;
        let is_told = self.states.owner(state).is_none() || shape::failed_state(failure) == Some(state);
        self.shapes.wrong_failure(failure, is_told && !is_composite)
    }

    /// What is in play in a failure of which AWS's text says what it is about, and which call failed.
    fn narrowed(
        &self,
        (told, failure): (Failure, &Outcome),
        call: Option<&str>,
        state: &str,
        in_play: &InPlay,
    ) -> InPlay {
        let expression = |constructs| InPlay { place: EXPRESSION.to_owned(), constructs };
        match told {
            Failure::PathMiss => {
                let path = shape::failed_path(failure).map(|path| format!("${path}"));
                let assigned = path.map(|path| constructs::in_assign_alone(&self.states, state, &path));
                expression(assigned.unwrap_or_default())
            }
            Failure::Function => {
                let one = |function: &str| BTreeSet::from([function.to_owned()]);
                let functions = call.map_or_else(|| constructs::functions(&self.states, state), one);
                if functions.is_empty() { in_play.clone() } else { expression(functions) }
            }
            Failure::Rule => {
                let path = shape::path_of_rule(failure);
                let is_operand = path.is_none_or(|path| choice::is_operand(&self.states, state, path));
                let is_kept = |construct: &&String| match construct.as_str() {
                    "path operand" => is_operand,
                    construct => construct == "timestamp",
                };
                let constructs = in_play.constructs.iter().filter(is_kept).cloned().collect();
                InPlay { place: "Choice".to_owned(), constructs }
            }
            Failure::NoRule => InPlay { place: "Choice".to_owned(), constructs: BTreeSet::new() },
        }
    }

    /// Where the engine's history does not tell what happened inside of a Parallel or Map, all of that is in play.
    fn with_silent_inside(&self, state: &str, in_play: InPlay) -> InPlay {
        let is_silent = |trace| parting::is_silent_inside(&self.states, trace, state);
        let has_failed_itself = shape::failed_state(&self.actual.outcome) == Some(state);
        if has_failed_itself || !self.actual.trace.as_ref().is_some_and(is_silent) {
            return in_play;
        }
        let inside = self.states.inside(state).into_iter();
        let inside = inside.flat_map(|inner| constructs::inside(&self.states, inner));
        let own = constructs::of_state(&self.states, state);
        let constructs = in_play.constructs.into_iter().chain(own).chain(inside).collect();
        InPlay { place: self.states.kind(state).to_owned(), constructs }
    }

    /// Whether AWS tells nothing of what is inside of a Map, and the engine does: the iterations are no executions of their own.
    fn is_told_only_by_engine(&self, map: &str) -> bool {
        let (right, found) = (self.expected.trace.as_ref(), self.actual.trace.as_ref());
        let is_silent = |trace| parting::is_silent_inside(&self.states, trace, map);
        right.is_some_and(is_silent) && found.is_some_and(|found| !is_silent(found))
    }

    /// The histories do not part, or there are none: the end itself differs, or events that are of no state.
    fn of_end(&self, divergence: &Divergence) -> Signature {
        let Divergence { facet, expected, actual, .. } = divergence;
        let (place, expected, actual) = match facet {
            Facet::Trace => return self.of_history(expected, actual),
            Facet::TestState => {
                let place = member_that_differs(expected, actual);
                let (expected, actual) = kinds_of_first_difference(expected, actual);
                (place, expected, actual)
            }
            Facet::Output => {
                let (expected, actual) = kinds_of_first_difference(expected, actual);
                (EXECUTION.to_owned(), expected, actual)
            }
            Facet::Error | Facet::Cause => {
                let state = self.expected.trace.as_ref().and_then(visits::last_open_state);
                return self.of_failures(state, &self.expected.outcome, &self.actual.outcome);
            }
            Facet::Acceptance | Facet::Status => {
                let (expected, actual) = (&self.expected.outcome, &self.actual.outcome);
                if let Some(way) = self.missed_timeout() {
                    return self.of_way(&way);
                }
                let found = match expected {
                    Outcome::Succeeded(_) => self.shapes.wrong_failure(actual, self.states.is_flat()),
                    _ => self.shapes.outcome(actual),
                };
                let right = match expected {
                    Outcome::Succeeded(_) => GOES_ON.to_owned(),
                    _ => self.shapes.outcome(expected),
                };
                // Whatever the state does, there is no time left for it.
                let place = match expected {
                    Outcome::TimedOut => ANY_STATE.to_owned(),
                    _ => self.place_of_failure(),
                };
                (place, right, found)
            }
        };
        let is_about_all = self.is_blind() && *facet != Facet::TestState;
        let constructs = if is_about_all { self.states.constructs() } else { BTreeSet::new() };
        self.in_only_state(Signature { facet: *facet, place, constructs, expected, actual })
    }

    /// A state should fail because of its time limit, and goes on until the time of the whole execution is over.
    fn missed_timeout(&self) -> Option<Way<'a>> {
        let right = &self.expected.outcome;
        let state = self.expected.trace.as_ref().and_then(visits::last_open_state)?;
        let is_missed = shape::error_name(right) == Some("States.Timeout")
            && self.actual.outcome == Outcome::TimedOut
            && !self.is_blind();
        is_missed.then(|| Way { state, expected: Then::Caught(right.clone()), actual: Then::To(state) })
    }

    /// Events that are of no state, or are told wrongly.
    fn of_history(&self, expected: &Value, actual: &Value) -> Signature {
        let state = self.expected.trace.as_ref().and_then(visits::last_open_state);
        if let Some(signature) = self.of_other_field(state, &self.expected.outcome, &self.actual.outcome) {
            return signature;
        }
        let (place, expected, actual) =
            match history::broken_rule(self.actual.trace.as_ref(), expected, actual) {
                Some(rule) => (rule.to_owned(), KEPT.to_owned(), "broken".to_owned()),
                None if self.has_other_attempts() => return of_attempts(),
                None => history::shapes(expected, actual),
            };
        let constructs = if self.is_blind() { self.states.constructs() } else { BTreeSet::new() };
        self.in_only_state(Signature {
            place,
            constructs,
            expected,
            actual,
            ..Signature::of_facet(Facet::Trace)
        })
    }

    fn has_other_attempts(&self) -> bool {
        let (right, found) = (self.expected.trace.as_ref(), self.actual.trace.as_ref());
        right.zip(found).is_some_and(|(right, found)| history::has_other_attempts(&self.states, right, found))
    }

    /// Where nobody can see inside, and there is only one state, it is that one.
    fn in_only_state(&self, mut signature: Signature) -> Signature {
        let mut names = self.states.names();
        if let (true, Some(only), None) = (self.is_blind(), names.next(), names.next())
            && signature.place == EXECUTION
        {
            self.states.kind(only).clone_into(&mut signature.place);
            signature.constructs.remove(&signature.place);
        }
        signature
    }

    fn is_blind(&self) -> bool {
        self.expected.trace.is_none() || self.actual.trace.is_none()
    }

    /// The type of the state in which both sides ended.
    fn place_of_failure(&self) -> String {
        let state = self.expected.trace.as_ref().and_then(visits::last_open_state);
        state.map_or("execution", |state| self.states.kind(state)).to_owned()
    }
}

fn has_variables(made: &Made) -> bool {
    matches!(made, Made::Variables(_))
}

/// A state makes another document than it should, because of these fields.
fn another_document(place: String, constructs: BTreeSet<String>) -> Signature {
    let (expected, actual) = ANOTHER_DOCUMENT;
    let (expected, actual) = (expected.to_owned(), actual.to_owned());
    Signature { facet: Facet::Output, place, constructs, expected, actual }
}

/// The right failure is not caught, whatever it is.
fn of_missed_catch() -> Signature {
    Signature {
        facet: Facet::Status,
        place: ANY_STATE.to_owned(),
        constructs: BTreeSet::from(["Catch".to_owned()]),
        expected: GOES_ON.to_owned(),
        actual: FAILS.to_owned(),
    }
}

/// The right failure is caught, but not by the right catcher.
fn of_other_catcher() -> Signature {
    Signature { expected: RIGHT_WAY.to_owned(), actual: ANOTHER_WAY.to_owned(), ..of_missed_catch() }
}

/// A state with a Retry is tried more or less often than it should be, and nothing else is wrong.
fn of_attempts() -> Signature {
    Signature {
        facet: Facet::Trace,
        place: ANY_STATE.to_owned(),
        constructs: BTreeSet::from(["Retry".to_owned()]),
        expected: "the right number of attempts".to_owned(),
        actual: "another number of attempts".to_owned(),
    }
}

/// The member of an answer of `TestState`, and of its inspection data.
fn member_that_differs(expected: &Value, actual: &Value) -> String {
    let pointer = first_difference(expected, actual).map(|found| found.pointer).unwrap_or_default();
    let depth = if pointer.starts_with("/inspectionData") { 2 } else { 1 };
    pointer.split('/').skip(1).take(depth).collect::<Vec<_>>().join("/")
}

fn kinds_of_first_difference(expected: &Value, actual: &Value) -> (String, String) {
    match first_difference(expected, actual) {
        Some(found) => {
            let (right, found) = shape::kinds(found.expected.as_ref(), found.actual.as_ref());
            (right.to_owned(), found.to_owned())
        }
        None => ("same".to_owned(), "same".to_owned()),
    }
}

#[cfg(test)]
mod tests;
