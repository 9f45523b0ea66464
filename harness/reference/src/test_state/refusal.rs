//! The errors with which `TestState` refuses a call.

/// An error reply of the API: code and message.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {message}")]
pub struct Refusal {
    /// The error code, for instance `ValidationException`.
    pub code: &'static str,
    /// The message.
    pub message: String,
}

impl Refusal {
    pub(super) fn validation(message: impl Into<String>) -> Self {
        Self { code: "ValidationException", message: message.into() }
    }

    pub(super) fn definition(message: impl Into<String>) -> Self {
        Self { code: "InvalidDefinition", message: message.into() }
    }

    /// A member that breaks a constraint of the API's model.
    pub(super) fn constraint(value: &str, member: &str, constraint: &str) -> Self {
        Self::validation(format!(
            "1 validation error detected: Value {value} at '{member}' failed to satisfy constraint: {constraint}"
        ))
    }
}

/// Why a state could not be tested.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TestStateError {
    /// The API refuses the call.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The state needs something that is not modelled.
    #[error("the reference does not model this yet: {0}")]
    Unsupported(String),
}
