//! The API errors that the service answers, with AWS's codes and wording (facts: workflow types, API behaviour).

use serde_json::{Value, json};

/// An error reply: code and message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiError {
    /// The error code, for instance `StateMachineDoesNotExist`.
    pub code: &'static str,
    /// The message.
    pub message: String,
}

impl ApiError {
    /// An error with this code and message.
    pub fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }

    /// A required member is missing or has the wrong type.
    pub fn missing(member: &str) -> Self {
        Self::new(
            "ValidationException",
            format!(
                "1 validation error detected: Value null at '{member}' failed to satisfy constraint: Member must not be null"
            ),
        )
    }

    /// The body of the reply in the JSON protocol.
    pub fn body(&self) -> Value {
        json!({"__type": self.code, "message": self.message})
    }
}

/// A required text member of a request.
pub(super) fn text<'a>(request: &'a Value, member: &str) -> Result<&'a str, ApiError> {
    request.get(member).and_then(Value::as_str).ok_or_else(|| ApiError::missing(member))
}

/// An optional text member of a request.
pub(super) fn optional_text<'a>(request: &'a Value, member: &str) -> Option<&'a str> {
    request.get(member).and_then(Value::as_str)
}
