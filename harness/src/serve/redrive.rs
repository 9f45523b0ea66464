//! `RedriveExecution`: an execution that ended without success goes on where it stopped.

use asl_reference::history::seconds;
use serde_json::{Value, json};

use super::{
    api_error::ApiError,
    clock::Family,
    executions::execution_does_not_exist,
    request::{optional_text, text},
    service::Service,
};

/// The last redrive of an execution.
pub(super) struct Redriven {
    pub(super) at_ms: i64,
    client_token: Option<String>,
}

impl Service {
    /// Documented: idempotent by `clientToken`; each of several reasons refuses it.
    pub(super) fn redrive_execution(&mut self, request: &Value, now_ms: i64) -> Result<Value, ApiError> {
        let arn = text(request, "executionArn");
        let client_token = optional_text(request, "clientToken").map(str::to_owned);
        let stored = self.standard_execution(arn)?;
        if let Some(last) = &stored.last_redrive
            && client_token.is_some()
            && last.client_token == client_token
        {
            return Ok(json!({"redriveDate": seconds(last.at_ms)}));
        }
        let stored = self.executions.get_mut(arn).ok_or_else(|| execution_does_not_exist(arn))?;
        // Its clock may have run ahead, and does not go back.
        let clock_ms = stored.execution.now_ms().max(now_ms);
        stored
            .execution
            .redrive(clock_ms)
            .map_err(|reason| ApiError::new("ExecutionNotRedrivable", reason.to_string()))?;
        stored.last_redrive = Some(Redriven { at_ms: clock_ms, client_token });
        let family = self
            .families
            .entry(stored.family)
            .or_insert_with(|| Family { skipped_ms: clock_ms - now_ms, ..Family::default() });
        family.running.insert((stored.number, arn.to_owned()));
        self.finished.retain(|finished| finished != arn);
        self.go_on(arn, now_ms);
        Ok(json!({"redriveDate": seconds(clock_ms)}))
    }
}
