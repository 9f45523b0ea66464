//! The comparison operators of Choice rules and the combinators, with each answer.

use asl_reference::{
    choice::{Operator, OperatorTest, ValueKind},
    sighting::{Answer, Sighting},
};

use super::case_view::CaseView;

const COMBINATORS: [&str; 3] = ["And", "Or", "Not"];

pub(super) fn universe() -> Vec<String> {
    let operators = Operator::ALL.iter().map(|operator| operator.name);
    let both = |name: &str| [format!("{name}: true"), format!("{name}: false")];
    operators.chain(COMBINATORS).flat_map(both).collect()
}

/// A value of another type is false for a comparison; for the `Is…` operators it is the question.
pub(super) fn universe_of_misses() -> Vec<String> {
    let mut names = Vec::new();
    for operator in Operator::ALL {
        if !matches!(operator.test, OperatorTest::Is(_)) {
            names.push(format!("{}: wrong type", operator.name));
        }
        if !matches!(operator.test, OperatorTest::Is(ValueKind::Present)) {
            names.push(format!("{}: missing", operator.name));
        }
    }
    names
}

pub(super) fn reached(view: &CaseView<'_>, found: &mut dyn FnMut(String)) {
    for sighting in view.sightings {
        match sighting {
            Sighting::Compared { operator, answer: Answer::True } => found(format!("{operator}: true")),
            Sighting::Compared { operator, answer: Answer::False } => found(format!("{operator}: false")),
            Sighting::Combined { combinator, holds } => found(format!("{combinator}: {holds}")),
            _ => {}
        }
    }
}

pub(super) fn reached_misses(view: &CaseView<'_>, found: &mut dyn FnMut(String)) {
    for sighting in view.sightings {
        match sighting {
            Sighting::Compared { operator, answer: Answer::WrongType } => {
                found(format!("{operator}: wrong type"));
            }
            Sighting::Compared { operator, answer: Answer::Missing } => found(format!("{operator}: missing")),
            _ => {}
        }
    }
}
