//! Was the definition accepted and the execution started? When both sides refuse, the API error code.

use asl_cases::Outcome;
use serde_json::json;

use super::{Difference, Sides, wording};

pub(super) fn compare(sides: Sides<'_>) -> Option<Difference> {
    let (expected, actual) = (&sides.expected.outcome, &sides.actual.outcome);
    match (expected, actual) {
        (Outcome::Rejected { code: right, .. }, Outcome::Rejected { code, .. }) => {
            (right != code).then(|| Difference {
                sentence: format!("was refused with {code} instead of {right}"),
                expected: json!(right),
                actual: json!(code),
            })
        }
        _ if expected.is_accepted() == actual.is_accepted() => None,
        // What was taken may have been run no further.
        (Outcome::Rejected { .. }, Outcome::Aborted) => Some(Difference {
            sentence: format!("was accepted {}", wording::instead_of_doing(expected)),
            expected: wording::document(expected),
            actual: json!("accepted"),
        }),
        _ => Some(Difference {
            sentence: format!("{} {}", wording::did(actual), wording::instead_of_doing(expected)),
            expected: wording::document(expected),
            actual: wording::document(actual),
        }),
    }
}
