//! The final status of an execution that both sides started. Error, cause and output that only follow from another
//! status are said in its sentence and not reported again.

use super::{Difference, Sides, wording};

pub(super) fn compare(sides: Sides<'_>) -> Option<Difference> {
    let (expected, actual) = (&sides.expected.outcome, &sides.actual.outcome);
    let both_started = expected.is_accepted() && actual.is_accepted();
    if !both_started || expected.status() == actual.status() {
        return None;
    }
    Some(Difference {
        sentence: format!("{} {}", wording::did(actual), wording::instead_of_doing(expected)),
        expected: wording::document(expected),
        actual: wording::document(actual),
    })
}
