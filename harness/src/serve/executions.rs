//! Executions: start, wait for the end, stop.

use asl_cases::MachineType;
use asl_reference::{
    definition::{self, DiagnosticCode},
    execution::{Execution, Identity, Start, TaskId},
    history::{Failure, seconds},
    java::json_text,
    reference::ReferenceError,
    stub_driver::ScriptedWorkers,
};
use serde_json::{Value, json};

use super::{
    api_error::ApiError,
    clock::FamilyId,
    descriptions::description,
    machines::Target,
    pending::Pending,
    redrive::Redriven,
    request::{optional_text, text, wants_data},
    service::{Reply, Service, check_name},
};

/// One execution, what it runs, and who answers its tasks.
pub(super) struct StoredExecution {
    pub(super) execution: Execution,
    pub(super) target: Target,
    /// Executions are numbered in the order of their starts.
    pub(super) number: u64,
    pub(super) family: FamilyId,
    pub(super) scripted: ScriptedWorkers,
    /// The tasks that were left to somebody from outside.
    pub(super) outside: Vec<TaskId>,
    /// The tokens by which its tasks are found.
    pub(super) tokens: Vec<String>,
    pub(super) trace_header: Option<String>,
    pub(super) last_redrive: Option<Redriven>,
}

/// What an execution is begun with.
pub(super) struct Begin {
    pub(super) target: Target,
    pub(super) name: Option<String>,
    pub(super) input: Value,
    pub(super) now_ms: i64,
    /// The family of the execution that starts it.
    pub(super) family: Option<FamilyId>,
}

impl StoredExecution {
    /// When something happens in it by itself.
    pub(super) fn next_ms(&self) -> Option<i64> {
        self.execution.end().is_none().then_some(())?;
        [self.execution.next_wake_ms(), self.scripted.next_ms()].into_iter().flatten().min()
    }
}

impl Service {
    /// Recorded: the same name and input again is idempotent while the execution runs, anything else under the name is
    /// refused.
    pub(super) fn start_execution(&mut self, request: &Value, now_ms: i64) -> Result<Value, ApiError> {
        let begin = self.begin_of(request, now_ms)?;
        let existing = begin.name.as_ref().and_then(|name| {
            let arn = self.standard_arn(&begin.target, name)?;
            let stored = self.executions.get(&arn).filter(|stored| stored.execution.end().is_none())?;
            (json_text(stored.execution.input()) == json_text(&begin.input)).then_some((arn, stored))
        });
        if let Some((arn, stored)) = existing {
            return Ok(json!({"executionArn": arn, "startDate": seconds(stored.execution.started_ms())}));
        }
        let arn = self.begin(begin)?;
        self.keep_trace_header(&arn, request);
        self.go_on(&arn, now_ms);
        Ok(json!({"executionArn": arn, "startDate": seconds(now_ms)}))
    }

    /// Recorded: Express only; the reply carries the outcome.
    pub(super) fn start_sync_execution(&mut self, request: &Value, now_ms: i64) -> Result<Reply, ApiError> {
        if self.target(text(request, "stateMachineArn"))?.kind != MachineType::Express {
            return Err(not_for_this_type());
        }
        let begin = self.begin_of(request, now_ms)?;
        let arn = self.begin(begin)?;
        self.keep_trace_header(&arn, request);
        self.go_on(&arn, now_ms);
        let answer = self.take_sync_execution(&arn)?;
        let answer = answer.map(|body| if wants_data(request) { body } else { without_data(body) });
        Ok(Self::later_or_done(answer, Pending::sync_execution(arn)))
    }

    /// The outcome of an execution whose caller waits for it; `None` while it runs.
    pub(super) fn take_sync_execution(&mut self, arn: &str) -> Result<Option<Value>, ApiError> {
        let stored = self.executions.get(arn).ok_or_else(|| execution_does_not_exist(arn))?;
        if stored.execution.end().is_none() {
            return Ok(None);
        }
        let mut reply = description(stored, arn, self.now_ms);
        for member in ["redriveCount", "redriveStatus", "redriveStatusReason"] {
            reply.as_object_mut().map(|reply| reply.remove(member));
        }
        // Recorded: it is there without an output too.
        reply["outputDetails"] = json!({"included": true});
        reply["billingDetails"] = json!({"billedMemoryUsedInMB": 64, "billedDurationInMilliseconds": 100});
        self.finished.retain(|finished| finished != arn);
        self.forget_execution(arn);
        Ok(Some(reply))
    }

    fn begin_of(&self, request: &Value, now_ms: i64) -> Result<Begin, ApiError> {
        let target = self.target(text(request, "stateMachineArn"))?;
        let name = optional_text(request, "name").map(str::to_owned);
        name.as_deref().map_or(Ok(()), check_name)?;
        Ok(Begin { target, name, input: execution_input(request)?, now_ms, family: None })
    }

    /// Makes an execution that is ready to go on; the error says that its name is taken.
    pub(super) fn begin(&mut self, begin: Begin) -> Result<String, ApiError> {
        let Begin { target, name, input, now_ms, family } = begin;
        let name = name.unwrap_or_else(|| self.draw_uuid());
        let arn = if let Some(arn) = self.standard_arn(&target, &name) {
            arn
        } else {
            let unique = self.draw_uuid();
            self.arn("express", &format!("{}:{name}:{unique}", target.machine_name))
        };
        if self.executions.contains_key(&arn) {
            return Err(ApiError::new(
                "ExecutionAlreadyExists",
                format!("Execution Already Exists: '{arn}'"),
            ));
        }
        self.started += 1;
        let number = self.started;
        let start = Start {
            identity: identity(&target, &arn, &name),
            input,
            now_ms,
            seed: number,
            preferred_child: None,
        };
        let mut execution = Execution::start(&target.revision.model, start)
            .with_resources(self.settings.stubs.resources.clone());
        for activity in self.missing_activities(&target.revision.model.flow) {
            execution.forget_activity(&activity);
        }
        let family = family.unwrap_or(number);
        self.families.entry(family).or_default().running.insert((number, arn.clone()));
        let stored = StoredExecution {
            execution,
            target,
            number,
            family,
            scripted: ScriptedWorkers::default(),
            outside: Vec::new(),
            tokens: Vec::new(),
            trace_header: None,
            last_redrive: None,
        };
        self.executions.insert(arn.clone(), stored);
        Ok(arn)
    }

    /// `None` for an Express execution: its ARN has a part that is drawn.
    fn standard_arn(&self, target: &Target, name: &str) -> Option<String> {
        (target.kind == MachineType::Standard)
            .then(|| self.arn("execution", &format!("{}:{name}", target.machine_name)))
    }

    fn keep_trace_header(&mut self, arn: &str, request: &Value) {
        if let Some(stored) = self.executions.get_mut(arn) {
            stored.trace_header = optional_text(request, "traceHeader").map(str::to_owned);
        }
    }

    pub(super) fn stop_execution(&mut self, request: &Value, now_ms: i64) -> Result<Value, ApiError> {
        let arn = text(request, "executionArn");
        self.standard_execution(arn)?;
        let failure = Failure {
            error: optional_text(request, "error").map(Into::into),
            cause: optional_text(request, "cause").map(Into::into),
        };
        self.bring_up_to_date(arn, now_ms);
        if let Some(stored) = self.executions.get_mut(arn) {
            stored.execution.stop(failure);
        }
        self.go_on(arn, now_ms);
        Ok(json!({"stopDate": seconds(now_ms)}))
    }

    pub(super) fn forget_executions_of(&mut self, machine_arn: &str) {
        let of_machine: Vec<String> = self
            .executions
            .iter()
            .filter(|(_, stored)| stored.target.machine_arn == machine_arn)
            .map(|(arn, _)| arn.clone())
            .collect();
        for arn in of_machine {
            self.stop_nested_of(&arn);
            self.forget_execution(&arn);
            self.finished.retain(|finished| *finished != arn);
        }
        self.families.retain(|_, family| !family.running.is_empty());
    }
}

pub(super) fn execution_does_not_exist(arn: &str) -> ApiError {
    ApiError::new("ExecutionDoesNotExist", format!("Execution Does Not Exist: '{arn}'"))
}

/// Recorded.
pub(super) fn not_for_this_type() -> ApiError {
    ApiError::new(
        "StateMachineTypeNotSupported",
        "This operation is not supported by this type of state machine",
    )
}

/// Without input and output, which the details say.
pub(super) fn without_data(mut reply: Value) -> Value {
    for (data, details) in [("input", "inputDetails"), ("output", "outputDetails")] {
        reply.as_object_mut().map(|reply| reply.remove(data));
        if reply.get(details).is_some() {
            reply[details] = json!({"included": false});
        }
    }
    reply
}

/// Recorded: without an input the execution gets `{}`; what is no JSON is refused in the words of Jackson, which the
/// diagnostics of a definition know.
fn execution_input(request: &Value) -> Result<Value, ApiError> {
    /// Documented for all payloads; the member itself may have as many characters.
    const BYTES_MAX: usize = 262_144;
    let text = optional_text(request, "input").unwrap_or("{}");
    if text.len() > BYTES_MAX {
        let what = "an execution input of more than 262,144 bytes of UTF-8".to_owned();
        return Err(ApiError::validation(ReferenceError::Unsupported(what).to_string()));
    }
    serde_json::from_str(text).map_err(|_| {
        let diagnostics = definition::diagnostics(text, MachineType::Standard);
        let of_syntax = diagnostics
            .iter()
            .find(|diagnostic| diagnostic.code == DiagnosticCode::InvalidJsonDescription)
            .and_then(|diagnostic| diagnostic.message.split("\n at ").next());
        let reason = of_syntax.unwrap_or("Invalid execution input.");
        ApiError::new("InvalidExecutionInput", format!("Invalid State Machine Execution Input: '{reason}'"))
    })
}

fn identity(target: &Target, arn: &str, name: &str) -> Identity {
    Identity {
        execution_arn: arn.into(),
        execution_name: name.into(),
        machine_arn: target.machine_arn.as_str().into(),
        machine_name: target.machine_name.as_str().into(),
        role_arn: target.revision.role_arn.as_str().into(),
        is_redrivable: target.kind == MachineType::Standard,
    }
}
