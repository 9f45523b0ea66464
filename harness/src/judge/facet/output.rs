//! The output document of a successful execution, by meaning.

use asl_cases::{Outcome, Strictness};

use super::{Difference, Sides};
use crate::judge::json_difference::{first_difference, shape_of};

pub(super) fn compare(sides: Sides<'_>, strictness: Strictness) -> Option<Difference> {
    let (Outcome::Succeeded(expected), Outcome::Succeeded(actual)) =
        (&sides.expected.outcome, &sides.actual.outcome)
    else {
        return None;
    };
    let found = match strictness {
        Strictness::Exact => first_difference(expected, actual),
        Strictness::Template => first_difference(&shape_of(expected), &shape_of(actual)),
        Strictness::Ignored => None,
    };
    found.map(|difference| Difference {
        sentence: difference.sentence("the output"),
        expected: expected.clone(),
        actual: actual.clone(),
    })
}
