//! The API errors that the service answers, with AWS's codes and wording.

use serde_json::{Value, json};

const UNMODELLED: &str = "the reference does not model this yet: ";

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

    /// A request that breaks a rule of its operation.
    pub(super) fn validation(message: impl Into<String>) -> Self {
        Self::new("ValidationException", message)
    }

    /// A definition that needs something that is not modelled.
    pub(super) fn unmodelled(what: &str) -> Self {
        Self::new("StateMachineTypeNotSupported", format!("{UNMODELLED}{what}"))
    }

    /// What the definition needs that is not modelled, if that is why it was refused.
    pub fn unmodelled_part(&self) -> Option<&str> {
        self.message.strip_prefix(UNMODELLED)
    }

    /// Recorded, for a list, a task and an alias.
    pub(super) fn invalid_token() -> Self {
        Self::new("InvalidToken", "Invalid Token: 'Invalid token'")
    }

    /// Recorded, with the name as it was sent.
    pub(super) fn invalid_name(name: &str) -> Self {
        Self::new("InvalidName", format!("Invalid Name: '{name}'"))
    }

    /// Recorded, for an alias.
    pub(super) fn no_such_resource() -> Self {
        Self::new("ResourceNotFound", "Request references a resource that does not exist.")
    }

    /// The body of the reply in the JSON protocol.
    pub fn body(&self) -> Value {
        json!({"__type": self.code, "message": self.message})
    }
}
