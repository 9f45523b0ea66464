//! The whole answer of `TestState`, by meaning: status, output, error, cause, the state that follows, and the state's
//! data after each of its fields.

use asl_cases::{Outcome, Strictness, TestedState};
use serde_json::Value;

use super::{Difference, Sides};
use crate::judge::json_difference::{first_difference, shape_of};

pub(super) fn compare(sides: Sides<'_>, strictness: Strictness) -> Option<Difference> {
    let (Outcome::Tested(expected), Outcome::Tested(actual)) =
        (&sides.expected.outcome, &sides.actual.outcome)
    else {
        return None;
    };
    let (expected, actual) = (document(expected), document(actual));
    let found = match strictness {
        Strictness::Exact => first_difference(&expected, &actual),
        Strictness::Template => first_difference(&shape_of(&expected), &shape_of(&actual)),
        Strictness::Ignored => None,
    };
    let sentence = found.map(|difference| difference.sentence("the answer of TestState"))?;
    Some(Difference { sentence, expected, actual })
}

/// Whether both states ended alike.
pub(super) fn have_one_status(sides: Sides<'_>) -> bool {
    match (&sides.expected.outcome, &sides.actual.outcome) {
        (Outcome::Tested(expected), Outcome::Tested(actual)) => expected.status == actual.status,
        _ => true,
    }
}

fn document(tested: &TestedState) -> Value {
    serde_json::to_value(tested).expect("an answer is plain data")
}
