//! An outcome in words, as a thing done and as a thing not done.

use asl_cases::Outcome;
use serde_json::Value;

use crate::judge::json_difference::{shortened, shortened_text};

/// What the engine did: "succeeded with …".
pub(super) fn did(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Succeeded(output) => format!("succeeded with {}", shortened(output)),
        Outcome::Failed { error, cause } => {
            format!("failed {}", with_error(error.as_deref(), cause.as_deref()))
        }
        Outcome::TimedOut => "timed out".to_owned(),
        Outcome::Aborted => "was aborted".to_owned(),
        Outcome::Tested(tested) => format!("was tested as {}", tested.status.as_str()),
        Outcome::Rejected { code, message } => format!("was refused with {}", with_text(code, message)),
    }
}

/// What it did not do: "instead of succeeding with …".
pub(super) fn instead_of_doing(outcome: &Outcome) -> String {
    let doing = match outcome {
        Outcome::Succeeded(output) => format!("succeeding with {}", shortened(output)),
        Outcome::Failed { error, cause } => {
            format!("failing {}", with_error(error.as_deref(), cause.as_deref()))
        }
        Outcome::TimedOut => "timing out".to_owned(),
        Outcome::Aborted => "being aborted".to_owned(),
        Outcome::Tested(tested) => format!("being tested as {}", tested.status.as_str()),
        Outcome::Rejected { code, message } => format!("being refused with {}", with_text(code, message)),
    };
    format!("instead of {doing}")
}

/// The outcome as a document for the diff.
pub(super) fn document(outcome: &Outcome) -> Value {
    serde_json::to_value(outcome).expect("an outcome is plain data")
}

fn with_error(error: Option<&str>, cause: Option<&str>) -> String {
    match (error, cause) {
        (Some(error), Some(cause)) => format!("with {}", with_text(error, cause)),
        (Some(error), None) => format!("with {error}"),
        (None, Some(cause)) => format!("without an error name ({})", shortened_text(cause)),
        (None, None) => "without an error name".to_owned(),
    }
}

fn with_text(name: &str, text: &str) -> String {
    format!("{name} ({})", shortened_text(text))
}
