//! The error name of a failed execution. No name is different from an empty one.

use asl_cases::Outcome;
use serde_json::json;

use super::{Difference, Sides};

pub(super) fn compare(sides: Sides<'_>) -> Option<Difference> {
    let (Outcome::Failed { error: expected, .. }, Outcome::Failed { error: actual, .. }) =
        (&sides.expected.outcome, &sides.actual.outcome)
    else {
        return None;
    };
    if expected == actual {
        return None;
    }
    let sentence = match (expected, actual) {
        (Some(expected), Some(actual)) => {
            format!("failed with the error {} instead of {}", named(actual), named(expected))
        }
        (Some(expected), None) => {
            format!("failed without an error name instead of with the error {}", named(expected))
        }
        (None, _) => {
            let actual = actual.as_deref().unwrap_or_default();
            format!("failed with the error {} instead of without an error name", named(actual))
        }
    };
    Some(Difference { sentence, expected: json!(expected), actual: json!(actual) })
}

fn named(error: &str) -> &str {
    if error.is_empty() { "\"\"" } else { error }
}
