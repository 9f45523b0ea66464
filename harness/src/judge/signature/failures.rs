//! Two failures that are not the same: another name, another text, or one that came too soon.

use std::collections::BTreeSet;

use asl_cases::{ANY_STATE, EXECUTION, Facet, GOES_ON, Outcome, Signature};

use super::{
    Signer, another_document,
    choice::{self, Turn},
    constructs::{self, InPlay},
    of_attempts,
    parting::{Then, Way},
    shape::{self, Failure, OTHER_VALUES, TEXT_OF_THE_CASE},
    turn, visits,
};

impl Signer<'_> {
    /// Both sides fail, in this state where a history says so, but not with the same name and text.
    pub(super) fn of_failures(&self, state: Option<&str>, expected: &Outcome, actual: &Outcome) -> Signature {
        if let (Outcome::Rejected { .. }, Outcome::Rejected { .. }) = (expected, actual) {
            return Signature {
                place: "CreateStateMachine".to_owned(),
                expected: "a refusal".to_owned(),
                actual: "another wording".to_owned(),
                ..Signature::of_facet(Facet::Cause)
            };
        }
        // A text that names another event is about the history.
        if let Some(told) = self.told.as_ref().filter(|_| shape::is_same_end(expected, actual)) {
            return self.of_history(&told.expected, &told.actual);
        }
        let (right, found) = (shape::failure(expected), shape::failure(actual));
        if let (Some(Failure::PathMiss), Some(Failure::NoRule), Some(state)) = (right, found, state) {
            // Its rules were asked about what is not there.
            let (expected, actual) = (Then::Caught(expected.clone()), Then::To(state));
            return self.of_way(&Way { state, expected, actual });
        }
        if found == Some(Failure::NoRule) && right != found {
            let in_play = |choice| choice::rule_in_play(&self.states, choice, Turn::Fails, Turn::NoRule);
            if let Some(choice) = state.or_else(|| shape::failed_state(actual))
                && let Some(default) = in_play(choice)
            {
                return self.of_rule(choice, default);
            }
        }
        if let Some(signature) = state.and_then(|state| self.of_other_rule(state, expected, actual)) {
            return signature;
        }
        if let Some(choice) = state.filter(|state| self.fails_in_a_rule_too_soon(state, expected, actual)) {
            let way = Way { state: choice, expected: Then::To(choice), actual: Then::Caught(actual.clone()) };
            let mut found = self.of_way(&way);
            // The engine does not come as far as to that.
            found.constructs.remove("OutputPath");
            return found;
        }
        // An engine that began what AWS does not begin has passed the failure over.
        let has_gone_on = shape::is_of_evaluation(expected)
            && (self.shapes.is_error_of_the_case(actual) || self.has_waited_for_more_work(actual));
        if has_gone_on && let Some(state) = state {
            let (expected, actual) = (Then::Caught(expected.clone()), Then::To(state));
            return self.of_way(&Way { state, expected, actual });
        }
        if has_gone_on {
            return self.of_other_failure("fails in the right state", "fails in another state");
        }
        let behind = shape::failed_state(actual).filter(|composite| {
            self.has_succeeded_inside(composite, Some(actual)) && self.fails_inside(composite, expected)
        });
        if let Some(composite) = behind {
            return self.of_failure_inside(composite);
        }
        if let Some(signature) = self.of_other_field(state, expected, actual) {
            return signature;
        }
        if let Some(composite) = state.filter(|_| self.fails_inside_too_soon(actual)) {
            let (expected, actual) = (Then::To(composite), Then::Caught(actual.clone()));
            return self.of_way(&Way { state: composite, expected, actual });
        }
        if let Some(state) = state.filter(|_| shape::is_of_size(expected) && self.has_done_more_work()) {
            let (expected, actual) = (Then::Caught(expected.clone()), Then::To(state));
            return self.of_way(&Way { state, expected, actual });
        }
        if shape::error_name(expected) == shape::error_name(actual) {
            self.of_causes(state, expected, actual)
        } else {
            self.of_errors(state, expected, actual)
        }
    }

    /// Whether a Parallel or Map should fail only when all inside of it has succeeded, and the engine fails as something inside
    /// does.
    fn fails_inside_too_soon(&self, actual: &Outcome) -> bool {
        let is_of_inside = shape::error_name(actual).is_some_and(shape::is_error_of_inside);
        is_of_inside && self.expected.trace.as_ref().is_some_and(visits::fails_behind_its_inside)
    }

    /// Whether the engine began work that should not have been begun, and failed when its time was over.
    fn has_waited_for_more_work(&self, actual: &Outcome) -> bool {
        shape::error_name(actual).is_some_and(|name| name.ends_with("Timeout"))
            && self.has_more(|kind| kind.ends_with("Scheduled"))
    }

    /// Whether work succeeded for the engine that should not have.
    pub(super) fn has_done_more_work(&self) -> bool {
        self.has_more(|kind| kind.ends_with("Succeeded") && kind != "ExecutionSucceeded")
    }

    /// Both sides fail in this Choice, but not in the same rule: the engine fails in one that is right, or goes on behind one
    /// that should fail.
    fn of_other_rule(&self, choice: &str, expected: &Outcome, actual: &Outcome) -> Option<Signature> {
        let (right, found) = (turn(&Then::Ends, Some(expected)), turn(&Then::Ends, Some(actual)));
        let is_too_soon = choice::fails_too_soon(&self.states, choice, right, found)?;
        let went_on = Then::To(choice);
        let (expected, actual) = if is_too_soon {
            (went_on, Then::Caught(actual.clone()))
        } else {
            (Then::Caught(expected.clone()), went_on)
        };
        Some(self.of_way(&Way { state: choice, expected, actual }))
    }

    /// Both sides fail in this Choice: the engine in a rule, and the right one in a field that only comes after the rules.
    fn fails_in_a_rule_too_soon(&self, choice: &str, expected: &Outcome, actual: &Outcome) -> bool {
        let fails_in = (shape::failure(expected), shape::failure(actual));
        let input_path = self.states.fields(choice).and_then(|fields| fields.get("InputPath")?.as_str());
        let is_of_input =
            input_path.is_some_and(|path| path.strip_prefix('$') == shape::failed_path(expected));
        fails_in == (Some(Failure::PathMiss), Some(Failure::Rule)) && !is_of_input
    }

    /// Both sides fail in the evaluation of this state, but the engine in another field of it.
    pub(super) fn of_other_field(
        &self,
        state: Option<&str>,
        expected: &Outcome,
        actual: &Outcome,
    ) -> Option<Signature> {
        let state = state?;
        let (right, found) = (shape::failed_field(expected), shape::failed_field(actual));
        // One wording may name the field, and the other one not.
        let paths = shape::failed_path(expected).zip(shape::failed_path(actual));
        let is_told = right.is_some() || paths.is_some_and(|(right, found)| right != found);
        let is_other = match found {
            Some(found) => {
                let is_quoted = |code: &str| shape::cause(expected).is_some_and(|cause| cause.contains(code));
                let code = constructs::only_member(&self.states, state, found).filter(|_| right.is_none());
                (is_told && right != Some(found)) || code.is_some_and(|code| !is_quoted(code))
            }
            None => self.quotes_another_expression(expected, actual),
        };
        if !shape::is_of_evaluation(expected) || !is_other {
            return None;
        }
        let InPlay { place, constructs } = constructs::in_state(&self.states, state);
        let (expected, actual) = ("fails in the right field", "fails in another field");
        let (expected, actual) = (expected.to_owned(), actual.to_owned());
        Some(Signature { facet: Facet::Status, place, constructs, expected, actual })
    }

    /// Whether the engine's text is not about the expression that should fail, but about another one of the case.
    fn quotes_another_expression(&self, expected: &Outcome, actual: &Outcome) -> bool {
        // A shorter one may stand in any text.
        const LONG_ENOUGH: usize = 4;
        let Some((right, found)) = shape::failed_code(expected).zip(shape::cause(actual)) else {
            return false;
        };
        let expressions = constructs::jsonata_expressions(&self.states);
        let mut others =
            expressions.iter().filter(|other| other.len() >= LONG_ENOUGH && !right.contains(**other));
        !found.contains(right) && others.any(|other| found.contains(other))
    }

    /// Both sides fail, with other names. Where the state should have done its work, and failed in it, the engine did not
    /// come as far.
    fn of_errors(&self, state: Option<&str>, expected: &Outcome, actual: &Outcome) -> Signature {
        let place = state.map_or(EXECUTION, |state| self.states.kind(state)).to_owned();
        let is_blind = self.is_blind();
        let all = if is_blind { self.states.constructs() } else { BTreeSet::new() };
        let signature = if shape::is_of_evaluation(actual) && !shape::is_of_evaluation(expected) {
            let stopped = self.actual.trace.as_ref().and_then(visits::last_open_state);
            let stopped = shape::failed_state(actual).or(stopped).filter(|_| !is_blind).or(state);
            let in_play = stopped.map(|state| constructs::in_state(&self.states, state));
            let InPlay { place, constructs } = in_play.unwrap_or(InPlay { place, constructs: all });
            let found = stopped.map(|state| self.wrong_failure(state, actual));
            let actual = found.unwrap_or_else(|| self.shapes.wrong_failure(actual, false));
            let expected = GOES_ON.to_owned();
            Signature { facet: Facet::Status, place, constructs, expected, actual }
        } else {
            let (name, found) = self.shapes.errors(expected, actual);
            let is_of_inside = self.may_fail_inside(expected) && !shape::is_error_of_inside(&name);
            if shape::is_error_of_inside(&found) && is_of_inside {
                return of_name_around_failures(found);
            }
            let is_of_evaluation = shape::is_of_evaluation(expected);
            let says_why = is_of_evaluation && !shape::is_name_of_any_failure(&found);
            let right = if says_why { self.shapes.error_with_text(expected) } else { name };
            // What a failing expression is called depends neither on the state nor on what is in it.
            let is_of_expression =
                is_of_evaluation && !(is_blind && shape::name_other_states(expected, actual));
            let of_fail = state.map(|state| constructs::of_fail(&self.states, state)).unwrap_or_default();
            let (place, constructs) = if is_of_expression {
                (ANY_STATE.to_owned(), BTreeSet::new())
            } else {
                (place, if is_blind { all } else { of_fail })
            };
            Signature { facet: Facet::Error, place, constructs, expected: right, actual: found }
        };
        self.in_only_state(signature)
    }

    /// Both sides fail, with other texts.
    fn of_causes(&self, state: Option<&str>, expected: &Outcome, actual: &Outcome) -> Signature {
        let is_blind = self.is_blind();
        if is_blind && shape::name_other_states(expected, actual) {
            return self.of_other_failure("fails in the right state", "fails in another state");
        }
        let (right, found) = (shape::failure(expected), shape::failure(actual));
        if is_blind && found.is_some() && right != found {
            return self.of_other_failure("fails in the right way", "fails in another way");
        }
        if shape::quote_other_inputs(expected, actual)
            && let Some(signature) = state.and_then(|state| self.of_effective_input(state))
        {
            return signature;
        }
        let is_made = state.is_some_and(|state| constructs::makes_its_failure(&self.states, state))
            && !shape::is_of_evaluation(expected);
        let (right, actual) = self.shapes.causes(expected, actual);
        let expected = if is_made { TEXT_OF_THE_CASE.to_owned() } else { right };
        // A text names events and executions by their numbers.
        if actual == OTHER_VALUES && self.has_other_attempts() {
            return of_attempts();
        }
        Signature { expected, actual, place: "cause".to_owned(), ..Signature::of_facet(Facet::Cause) }
    }

    /// The texts quote what a path was looked for in: no event shows it, and it is not the same.
    fn of_effective_input(&self, state: &str) -> Option<Signature> {
        let constructs = constructs::of_effective_input(&self.states, state);
        let place = self.states.kind(state).to_owned();
        (!constructs.is_empty()).then(|| another_document(place, constructs))
    }

    /// Nobody can see inside, but the texts say that the execution did not fail in the right place or way: it went another
    /// way, or with other data.
    fn of_other_failure(&self, expected: &str, actual: &str) -> Signature {
        self.in_only_state(Signature {
            facet: Facet::Status,
            place: EXECUTION.to_owned(),
            constructs: self.states.constructs(),
            expected: expected.to_owned(),
            actual: actual.to_owned(),
        })
    }
}

/// A Parallel or Map fails with a name of its own where it should fail with the error of what is inside.
fn of_name_around_failures(name: String) -> Signature {
    Signature {
        place: ANY_STATE.to_owned(),
        expected: "the error of what failed inside".to_owned(),
        actual: name,
        ..Signature::of_facet(Facet::Error)
    }
}
