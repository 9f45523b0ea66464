//! What needs no machine: `ValidateStateMachineDefinition` and `TestState`.

use asl_reference::{
    definition::{self, Severity},
    reference::{ReferenceError, Settings},
    test_state::{self, TestStateError},
};
use serde_json::Value;

use super::{
    api_error::ApiError,
    machines::machine_type,
    request::{number, optional_text, text},
    service::Service,
};

impl Service {
    pub(super) fn validate_definition(request: &Value) -> Result<Value, ApiError> {
        let severity = match optional_text(request, "severity") {
            Some("WARNING") => Severity::Warning,
            _ => Severity::Error,
        };
        let limit = number(request, "maxResults").and_then(|limit| usize::try_from(limit).ok()).unwrap_or(0);
        let found = definition::validate(text(request, "definition"), machine_type(request), severity, limit);
        match &found.unsupported {
            Some(what) => Err(ApiError::validation(ReferenceError::Unsupported(what.clone()).to_string())),
            None => Ok(found.to_json()),
        }
    }

    pub(super) fn test_state(&self, request: &Value, now_ms: i64) -> Result<Value, ApiError> {
        let request = test_state::Request::from_json(request)
            .map_err(|refusal| ApiError::new(refusal.code, refusal.message))?;
        let settings = Settings { seed: self.started, now_ms };
        match test_state::test_state(&request, settings, None) {
            Ok(response) => Ok(response.to_json()),
            Err(TestStateError::Refused(refusal)) => Err(ApiError::new(refusal.code, refusal.message)),
            Err(error @ TestStateError::Unsupported(_)) => Err(ApiError::validation(error.to_string())),
        }
    }
}
