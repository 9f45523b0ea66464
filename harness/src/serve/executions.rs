//! Executions: start, describe, list, stop, history.

use asl_cases::MachineType;
use asl_reference::{
    execution::{End, Execution, Identity, Start},
    history::{Event, Failure, seconds},
    java::json_text,
};
use serde_json::{Value, json};

use super::{
    api_error::{ApiError, optional_text, text},
    machines::StoredMachine,
    service::{Service, is_valid_name},
};

/// One execution and its clock.
pub(super) struct StoredExecution {
    pub(super) execution: Execution,
    pub(super) machine_arn: String,
    /// How far the execution's clock runs ahead: waiting costs nothing while no worker is waited for.
    pub(super) skipped_ms: i64,
}

impl Service {
    pub(super) fn start_execution(&mut self, request: &Value, now_ms: i64) -> Result<Value, ApiError> {
        let machine_arn = text(request, "stateMachineArn")?.to_owned();
        let machine = self.machine(&machine_arn)?;
        let input = execution_input(request)?;
        let kind = machine.kind;
        let name = self.execution_name(request)?;
        let arn = self.execution_arn(&machine_arn, &name)?;
        if let Some(existing) = self.executions.get(&arn) {
            let same_input = json_text(existing.execution.input()) == json_text(&input);
            return if kind == MachineType::Standard && existing.execution.end().is_none() && same_input {
                Ok(json!({"executionArn": arn, "startDate": seconds(existing.execution.started_ms())}))
            } else {
                Err(ApiError::new("ExecutionAlreadyExists", format!("Execution Already Exists: '{arn}'")))
            };
        }
        self.begin(&machine_arn, &arn, &name, input, now_ms)?;
        Ok(json!({"executionArn": arn, "startDate": seconds(now_ms)}))
    }

    /// Documented: Express only; the reply carries the outcome.
    pub(super) fn start_sync_execution(&mut self, request: &Value, now_ms: i64) -> Result<Value, ApiError> {
        let machine_arn = text(request, "stateMachineArn")?.to_owned();
        if self.machine(&machine_arn)?.kind != MachineType::Express {
            return Err(ApiError::new(
                "StateMachineTypeNotSupported",
                "This operation is not supported by this type of state machine",
            ));
        }
        let input = execution_input(request)?;
        let name = self.execution_name(request)?;
        let arn = self.execution_arn(&machine_arn, &name)?;
        self.begin(&machine_arn, &arn, &name, input, now_ms)?;
        let stored = self.executions.remove(&arn).ok_or_else(|| does_not_exist(&arn))?;
        self.running.remove(&arn);
        let mut reply = describe(&arn, &name, &stored);
        reply["billingDetails"] = json!({"billedMemoryUsedInMB": 64, "billedDurationInMilliseconds": 100});
        Ok(reply)
    }

    fn begin(
        &mut self,
        machine_arn: &str,
        arn: &str,
        name: &str,
        input: Value,
        now_ms: i64,
    ) -> Result<(), ApiError> {
        self.started += 1;
        let seed = self.started;
        let machine = self.machine(machine_arn)?;
        let start =
            Start { identity: identity(machine, arn, name), input, now_ms, seed, preferred_child: None };
        let execution = Execution::start(&machine.model, start);
        let stored = StoredExecution { execution, machine_arn: machine_arn.to_owned(), skipped_ms: 0 };
        self.executions.insert(arn.to_owned(), stored);
        self.running.insert(arn.to_owned());
        self.advance_one(arn, now_ms);
        Ok(())
    }

    pub(super) fn describe_execution(&self, request: &Value) -> Result<Value, ApiError> {
        let arn = text(request, "executionArn")?;
        let stored = self.standard_execution(arn)?;
        let name = stored.execution.identity().execution_name.to_string();
        Ok(describe(arn, &name, stored))
    }

    pub(super) fn list_executions(&self, request: &Value) -> Result<Value, ApiError> {
        let machine_arn = text(request, "stateMachineArn")?;
        if self.machine(machine_arn)?.kind == MachineType::Express {
            return Err(ApiError::new(
                "StateMachineTypeNotSupported",
                "This operation is not supported by this type of state machine",
            ));
        }
        let wanted = optional_text(request, "statusFilter");
        let all: Vec<_> = self
            .executions
            .iter()
            .filter(|(_, stored)| stored.machine_arn == machine_arn)
            .filter(|(_, stored)| wanted.is_none_or(|status| status == status_of(stored.execution.end())))
            .map(|(arn, stored)| {
                let name = stored.execution.identity().execution_name.to_string();
                let mut entry = describe(arn, &name, stored);
                for member in ["input", "inputDetails", "output", "outputDetails", "error", "cause"] {
                    entry.as_object_mut().map(|entry| entry.remove(member));
                }
                entry
            })
            .collect();
        super::paging::page(&all, request, "executions")
    }

    pub(super) fn stop_execution(&mut self, request: &Value, now_ms: i64) -> Result<Value, ApiError> {
        let arn = text(request, "executionArn")?.to_owned();
        self.standard_execution(&arn)?;
        let failure = Failure {
            error: optional_text(request, "error").map(Into::into),
            cause: optional_text(request, "cause").map(Into::into),
        };
        if let Some(stored) = self.executions.get_mut(&arn) {
            stored.execution.stop(failure);
        }
        self.running.remove(&arn);
        Ok(json!({"stopDate": seconds(now_ms)}))
    }

    pub(super) fn execution_history(&self, request: &Value) -> Result<Value, ApiError> {
        let stored = self.standard_execution(text(request, "executionArn")?)?;
        let mut events: Vec<_> = stored.execution.history().iter().map(Event::to_wire).collect();
        if request.get("reverseOrder").and_then(Value::as_bool) == Some(true) {
            events.reverse();
        }
        super::paging::page(&events, request, "events")
    }

    fn standard_execution(&self, arn: &str) -> Result<&StoredExecution, ApiError> {
        if arn.contains(":express:") {
            return Err(ApiError::new(
                "InvalidArn",
                "Invalid Arn: 'Resource type not valid in this context: express'",
            ));
        }
        self.executions.get(arn).ok_or_else(|| does_not_exist(arn))
    }

    fn execution_name(&mut self, request: &Value) -> Result<String, ApiError> {
        match optional_text(request, "name") {
            Some(name) if is_valid_name(name) => Ok(name.to_owned()),
            Some(name) => Err(ApiError::new("InvalidName", format!("Invalid Name: '{name}'"))),
            None => Ok(self.unique("execution")),
        }
    }

    fn execution_arn(&mut self, machine_arn: &str, name: &str) -> Result<String, ApiError> {
        let machine = self.machine(machine_arn)?;
        let (kind, machine_name) = (machine.kind, machine.name.clone());
        Ok(match kind {
            MachineType::Standard => Self::arn("execution", &format!("{machine_name}:{name}")),
            MachineType::Express => {
                let unique = self.unique("express");
                Self::arn("express", &format!("{machine_name}:{name}:{unique}"))
            }
        })
    }
}

fn does_not_exist(arn: &str) -> ApiError {
    ApiError::new("ExecutionDoesNotExist", format!("Execution Does Not Exist: '{arn}'"))
}

/// Documented: without an input the execution gets `{}`.
fn execution_input(request: &Value) -> Result<Value, ApiError> {
    let input_text = optional_text(request, "input").unwrap_or("{}");
    match serde_json::from_str(input_text) {
        Ok(input) => Ok(input),
        Err(_) if input_text.is_empty() => Err(ApiError::new(
            "InvalidExecutionInput",
            "Invalid State Machine Execution Input: 'Invalid execution input.'",
        )),
        Err(error) => Err(ApiError::new(
            "InvalidExecutionInput",
            format!("Invalid State Machine Execution Input: '{error}'"),
        )),
    }
}

fn identity(machine: &StoredMachine, arn: &str, name: &str) -> Identity {
    Identity {
        execution_arn: arn.into(),
        execution_name: name.into(),
        machine_arn: machine.arn.as_str().into(),
        machine_name: machine.name.as_str().into(),
        role_arn: machine.role_arn.as_str().into(),
        is_redrivable: machine.kind == MachineType::Standard,
    }
}

fn status_of(end: Option<&End>) -> &'static str {
    match end {
        None => "RUNNING",
        Some(End::Succeeded(_)) => "SUCCEEDED",
        Some(End::Failed(_)) => "FAILED",
        Some(End::TimedOut) => "TIMED_OUT",
        Some(End::Aborted(_)) => "ABORTED",
    }
}

fn describe(arn: &str, name: &str, stored: &StoredExecution) -> Value {
    let execution = &stored.execution;
    let mut reply = json!({
        "executionArn": arn,
        "stateMachineArn": stored.machine_arn,
        "name": name,
        "status": status_of(execution.end()),
        "startDate": seconds(execution.started_ms()),
        "input": json_text(execution.input()),
        "inputDetails": {"included": true},
    });
    if execution.end().is_some() {
        let stopped_ms = execution.history().last().map_or(execution.now_ms(), |event| event.timestamp_ms);
        reply["stopDate"] = seconds(stopped_ms).into();
    }
    match execution.end() {
        Some(End::Succeeded(output)) => {
            reply["output"] = json_text(output).into();
            reply["outputDetails"] = json!({"included": true});
        }
        Some(End::Failed(failure) | End::Aborted(failure)) => {
            for (member, part) in [("error", &failure.error), ("cause", &failure.cause)] {
                if let Some(part) = part {
                    reply[member] = (**part).into();
                }
            }
        }
        Some(End::TimedOut) | None => {}
    }
    reply
}
