//! Which bug a divergence shows: where the two executions part, and the shape of both sides, without names or values.
//!
//! What counts is the first place at which the histories part, not what came of it: a wrong value that makes a later
//! state fail is a wrong value. One file each: where they part, which parts of the language are in play there, and the
//! shapes of texts and documents. Computed before anything is redacted.

mod constructs;
mod history;
mod parting;
mod shape;
mod states;

use std::collections::BTreeSet;

use asl_cases::{Case, Divergence, EXECUTION, EXPRESSION, Facet, Observation, Outcome, Signature};
use serde_json::Value;

use self::{
    constructs::{InPlay, Turn},
    parting::{Found, Parting, Way, parting_of},
    shape::{Failure, Shapes},
    states::States,
};
use super::json_difference::first_difference;

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
    let signer = Signer::new(case, expected, actual);
    let first = divergences.first().map(|first| settled(signer.signature(first)));
    for divergence in divergences {
        // What only follows from another end or another output is that bug.
        let follows = first.as_ref().filter(|first| {
            !matches!(first.facet, Facet::Cause | Facet::Trace | Facet::TestState)
                || first.facet == divergence.facet
        });
        divergence.signature = follows.cloned().unwrap_or_else(|| settled(signer.signature(divergence)));
    }
    signer.found.as_ref().map(first_difference_of)
}

/// Without a history an output may be wrong in ways that have nothing to do with any state.
fn settled(signature: Signature) -> Signature {
    if signature.place == EXECUTION { signature } else { signature.settled() }
}

fn first_difference_of(found: &Found<'_>) -> FirstDifference {
    let (id, label) = (found.event.id, found.event.label());
    let event = match (&found.parting, found.is_too_much) {
        (Parting::Data { .. }, _) => format!("event {id}, {label}, has another document"),
        (Parting::Way(_), true) => format!("event {id}, {label}, should not be there"),
        (Parting::Way(_), false) => format!("event {id}, {label}, is missing"),
    };
    let event_id = (!found.is_too_much).then_some(id);
    FirstDifference { state: found.parting.state().to_owned(), event, event_id }
}

struct Signer<'a> {
    states: States<'a>,
    shapes: Shapes<'a>,
    expected: &'a Observation,
    actual: &'a Observation,
    found: Option<Found<'a>>,
}

impl<'a> Signer<'a> {
    fn new(case: &'a Case, expected: &'a Observation, actual: &'a Observation) -> Self {
        let states = States::of(&case.main().definition);
        let found = parting_of(&states, expected, actual);
        Self { shapes: Shapes::of(case, &states), states, expected, actual, found }
    }

    fn signature(&self, divergence: &Divergence) -> Signature {
        if divergence.facet == Facet::Acceptance {
            return self.of_acceptance();
        }
        match self.found.as_ref().map(|found| &found.parting) {
            Some(Parting::Data { state, pointer, is_caught, expected, actual }) => {
                let sides = (expected.as_ref(), actual.as_ref());
                let in_play = if *is_caught {
                    constructs::of_catch(&self.states, state)
                } else {
                    constructs::at(&self.states, state, pointer.as_deref(), sides)
                };
                let InPlay { place, mut constructs } = self.with_silent_inside(state, in_play);
                constructs.extend(shape::text_differences(expected.as_ref(), actual.as_ref()));
                let (expected, actual) = shape::kinds(expected.as_ref(), actual.as_ref());
                let (expected, actual) = (expected.to_owned(), actual.to_owned());
                Signature { facet: Facet::Output, place, constructs, expected, actual }
            }
            Some(Parting::Way(way)) => self.of_way(way),
            None => self.of_end(divergence),
        }
    }

    /// One side was refused. What the other one came to does not matter.
    fn of_acceptance(&self) -> Signature {
        let shape = |outcome: &Outcome| match outcome {
            Outcome::Rejected { code, message } => self.shapes.refusal(code, message),
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
        let is_refused_wrongly = self.expected.outcome.is_accepted();
        let constructs =
            if is_refused_wrongly { constructs::of_refusal(&self.states) } else { BTreeSet::new() };
        Signature {
            facet: Facet::Acceptance,
            place: "CreateStateMachine".to_owned(),
            constructs,
            expected: shape(&self.expected.outcome),
            actual: shape(&self.actual.outcome),
        }
    }

    fn of_way<'b>(&self, way: &Way<'b>) -> Signature {
        let shape = |ends_here: bool, outcome: &Outcome| match outcome {
            Outcome::Succeeded(_) => "goes on".to_owned(),
            _ if ends_here => self.shapes.outcome(outcome),
            _ => "goes on".to_owned(),
        };
        let turn = |next: Option<&'b str>, outcome: &Outcome| match next {
            Some(next) => Turn::To(next),
            None if shape::failure(outcome) == Some(Failure::NoRule) => Turn::NoRule,
            None => Turn::Fails,
        };
        let (right, found) =
            (turn(way.expected, &self.expected.outcome), turn(way.actual, &self.actual.outcome));
        if let Some(constructs) = constructs::rule_in_play(&self.states, way.state, right, found) {
            let (expected, actual) = ("the right way".to_owned(), "another way".to_owned());
            let place = self.states.kind(way.state).to_owned();
            return Signature { facet: Facet::Status, place, constructs, expected, actual };
        }
        let in_play = self.with_silent_inside(way.state, constructs::in_state(&self.states, way.state));
        let told = shape::failure(&self.expected.outcome).filter(|_| way.expected.is_none());
        let InPlay { place, constructs } =
            told.map_or_else(|| in_play.clone(), |told| self.narrowed(told, way.state, &in_play));
        let expected = match told {
            Some(Failure::PathMiss) => "a path that leads nowhere fails".to_owned(),
            _ => shape(way.expected.is_none(), &self.expected.outcome),
        };
        let actual = match &self.actual.outcome {
            failed @ Outcome::Failed { .. } if way.actual.is_none() => self.shapes.wrong_failure(failed),
            outcome => shape(way.actual.is_none(), outcome),
        };
        Signature { facet: Facet::Status, place, constructs, expected, actual }
    }

    /// What is in play in a failure of which AWS's text says what it is about.
    fn narrowed(&self, told: Failure, state: &str, in_play: &InPlay) -> InPlay {
        let expression = |constructs| InPlay { place: EXPRESSION.to_owned(), constructs };
        match told {
            Failure::PathMiss => expression(BTreeSet::new()),
            Failure::Function => {
                let functions = constructs::functions(&self.states, state);
                if functions.is_empty() { in_play.clone() } else { expression(functions) }
            }
            Failure::Rule => {
                let is_kept =
                    |construct: &&String| matches!(construct.as_str(), "path operand" | "timestamp");
                let constructs = in_play.constructs.iter().filter(is_kept).cloned().collect();
                InPlay { place: "Choice".to_owned(), constructs }
            }
            Failure::NoRule => InPlay { place: "Choice".to_owned(), constructs: BTreeSet::new() },
        }
    }

    /// Where the engine's history does not tell what happened inside of a Parallel or Map, all of that is in play.
    fn with_silent_inside(&self, state: &str, in_play: InPlay) -> InPlay {
        let is_silent = |trace| parting::is_silent_inside(&self.states, trace, state);
        if !self.actual.trace.as_ref().is_some_and(is_silent) {
            return in_play;
        }
        let inside = self.states.inside(state).into_iter().flat_map(|inner| self.states.constructs_of(inner));
        let constructs = in_play.constructs.into_iter().chain(inside).collect();
        InPlay { place: self.states.kind(state).to_owned(), constructs }
    }

    /// The histories do not part, or there are none: the end itself differs, or events that are of no state.
    fn of_end(&self, divergence: &Divergence) -> Signature {
        let Divergence { facet, expected, actual, .. } = divergence;
        let (place, expected, actual) = match facet {
            Facet::Trace => history::shapes(expected, actual),
            Facet::TestState => {
                let place = member_that_differs(expected, actual);
                let (expected, actual) = kinds_of_first_difference(expected, actual);
                (place, expected, actual)
            }
            Facet::Output => {
                let (expected, actual) = kinds_of_first_difference(expected, actual);
                (EXECUTION.to_owned(), expected, actual)
            }
            Facet::Error => return self.of_error(),
            Facet::Cause if self.is_blind() && shape::name_other_states(expected, actual) => {
                return self.of_other_way();
            }
            Facet::Cause if shape::quote_other_inputs(expected, actual) => {
                if let Some(signature) = self.of_effective_input() {
                    return signature;
                }
                let (right, found) = self.shapes.texts(expected, actual);
                ("cause".to_owned(), right, found)
            }
            Facet::Cause => {
                let (right, found) = self.shapes.texts(expected, actual);
                ("cause".to_owned(), right, found)
            }
            Facet::Acceptance | Facet::Status => {
                let (expected, actual) = (&self.expected.outcome, &self.actual.outcome);
                let found = match expected {
                    Outcome::Succeeded(_) => self.shapes.wrong_failure(actual),
                    _ => self.shapes.outcome(actual),
                };
                (self.place_of_failure(), self.shapes.outcome(expected), found)
            }
        };
        let is_about_all = self.is_blind() && !matches!(facet, Facet::Cause | Facet::TestState);
        let constructs = if is_about_all { self.states.constructs() } else { BTreeSet::new() };
        self.in_only_state(Signature { facet: *facet, place, constructs, expected, actual })
    }

    /// The texts quote what a path was looked for in: no event shows it, and it is not the same.
    fn of_effective_input(&self) -> Option<Signature> {
        let state = self.expected.trace.as_ref().and_then(parting::last_open_state)?;
        let constructs = constructs::of_effective_input(&self.states, state);
        let place = self.states.kind(state).to_owned();
        let (expected, actual) = ("the right document".to_owned(), "another document".to_owned());
        (!constructs.is_empty()).then_some(Signature {
            facet: Facet::Output,
            place,
            constructs,
            expected,
            actual,
        })
    }

    /// Nobody can see inside, but the texts say that the execution failed in another state: it went another way, or with
    /// other data.
    fn of_other_way(&self) -> Signature {
        self.in_only_state(Signature {
            facet: Facet::Status,
            place: EXECUTION.to_owned(),
            constructs: self.states.constructs(),
            expected: "fails in the right state".to_owned(),
            actual: "fails in another state".to_owned(),
        })
    }

    /// Both sides fail, with other names. Where the state should have done its work, and failed in it, the engine did not
    /// come as far.
    fn of_error(&self) -> Signature {
        let error = |outcome: &Outcome| match outcome {
            Outcome::Failed { error, .. } => {
                self.shapes.error(&error.as_deref().map_or(Value::Null, Value::from))
            }
            outcome => self.shapes.outcome(outcome),
        };
        let (right, found) = (error(&self.expected.outcome), error(&self.actual.outcome));
        let state = self.expected.trace.as_ref().and_then(parting::last_open_state);
        let place = self.place_of_failure();
        let all = if self.is_blind() { self.states.constructs() } else { BTreeSet::new() };
        let signature = if is_of_evaluation(&found) && !is_of_evaluation(&right) {
            let in_play = state.map(|state| constructs::in_state(&self.states, state));
            let InPlay { place, constructs } = in_play.unwrap_or(InPlay { place, constructs: all });
            let (expected, actual) = ("goes on".to_owned(), "fails".to_owned());
            Signature { facet: Facet::Status, place, constructs, expected, actual }
        } else {
            let expected = if is_of_evaluation(&right) {
                self.shapes.error_with_text(&self.expected.outcome)
            } else {
                right
            };
            Signature { facet: Facet::Error, place, constructs: all, expected, actual: found }
        };
        self.in_only_state(signature)
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
        let state = self.expected.trace.as_ref().and_then(parting::last_open_state);
        state.map_or("execution", |state| self.states.kind(state)).to_owned()
    }
}

/// Whether a state fails with this error while it evaluates a field, and not in its work.
fn is_of_evaluation(error: &str) -> bool {
    let names = [
        "Runtime",
        "QueryEvaluationError",
        "ParameterPathFailure",
        "ResultPathMatchFailure",
        "IntrinsicFailure",
    ];
    error.strip_prefix("States.").is_some_and(|name| names.contains(&name))
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
