//! What a mock says in place of the work of a state, and whether the API that a task calls could have said it.

use asl_cases::{Answer, FieldValidationMode};
use serde_json::Value;

use super::{
    Refusal, Request, TestStateError,
    api_model::{self, Expected},
    subject::Subject,
};
use crate::history::Failure;

/// Whether the mocked result of this call, if it has one, can be held against the API that the task calls: AWS does
/// that from its models of all services, of which a part is known here.
///
/// # Errors
/// As [`super::test_state`].
pub fn checks_shape(request: &Request) -> Result<bool, TestStateError> {
    let Some(mock) = &request.test.mock else { return Ok(true) };
    let is_free = mock.result.is_none() || mock.field_validation_mode == Some(FieldValidationMode::None);
    let subject = Subject::of(request)?;
    Ok(is_free || subject.state_type() != "Task" || !matches!(expected(&subject), Expected::Unknown))
}

/// Holds a mocked result of a task against the API that the task calls.
/// Requirement: asl.test-state.mock-validation
pub(super) fn check_shape(
    result: &Value,
    mode: FieldValidationMode,
    subject: &Subject,
) -> Result<(), Refusal> {
    if mode == FieldValidationMode::None {
        return Ok(());
    }
    let Expected::Shape(shape) = expected(subject) else { return Ok(()) };
    shape
        .check(result, mode)
        .map_err(|problem| Refusal::validation(format!("Mock result schema validation error: {problem}")))
}

fn expected(subject: &Subject) -> Expected {
    api_model::expected(subject.text("Resource"))
}

/// What the children of a Map or Parallel give, as a mock says it.
pub(super) fn of_children(work: Answer) -> Option<Result<Value, Failure>> {
    match work {
        Answer::Succeed(result) => Some(Ok(result)),
        Answer::Fail { error, cause } => {
            Some(Err(Failure { error: error.map(Into::into), cause: cause.map(Into::into) }))
        }
        _ => None,
    }
}
