//! The API operations that the suite needs, one method each, with the SDK's answers checked for what must be there.

use asl_cases::{MachineType, Outcome, Trace, TraceEvent};
use aws_sdk_sfn::types::{ExecutionStatus, StateMachineType, SyncExecutionStatus};

use super::{
    api_failure::ApiError,
    capture::{BodyCapture, PlainHost},
    client::Api,
    history::read_events,
};

/// Pages of a list or a history that are read at most. A history of AWS ends at 25 000 events: 25 pages.
const PAGES_MAX: usize = 100;

/// Entries asked for in one page: the API's own maximum.
const PAGE_LENGTH: i32 = 1000;

/// What `ValidateStateMachineDefinition` says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Validation {
    /// Whether the result was `OK`.
    pub accepted: bool,
    /// The diagnostics, in the engine's order.
    pub diagnostics: Vec<Diagnostic>,
}

/// One diagnostic of a validation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// `ERROR` or `WARNING`.
    pub severity: String,
    /// The code, for instance `SCHEMA_VALIDATION_FAILED`.
    pub code: String,
    /// The message.
    pub message: String,
    /// The place in the definition.
    pub location: Option<String>,
}

/// The name and ARN of something that the engine holds.
#[derive(Clone, Debug)]
pub(super) struct Listed {
    pub(super) name: String,
    pub(super) arn: String,
}

/// In which order a history is read.
#[derive(Clone, Copy)]
pub(super) enum HistoryOrder {
    Forward,
    Reverse,
}

impl HistoryOrder {
    /// `reverseOrder`; left out where it says nothing.
    fn flag(self) -> Option<bool> {
        matches!(self, Self::Reverse).then_some(true)
    }
}

/// What `StartSyncExecution` says about an execution that is over.
pub(super) struct SyncExecution {
    pub(super) arn: String,
    pub(super) outcome: Outcome,
}

impl Api {
    pub(super) async fn create_state_machine(
        &self,
        name: &str,
        definition: &str,
        role_arn: &str,
        kind: MachineType,
    ) -> Result<String, ApiError> {
        let call = || {
            let request = self.client.create_state_machine().name(name).definition(definition);
            request.role_arn(role_arn).r#type(api_type(kind)).send()
        };
        let created = self.call("CreateStateMachine", call).await?;
        present("CreateStateMachine", "stateMachineArn", created.state_machine_arn)
    }

    pub(super) async fn delete_state_machine(&self, arn: &str) -> Result<(), ApiError> {
        let call = || self.client.delete_state_machine().state_machine_arn(arn).send();
        self.call("DeleteStateMachine", call).await.map(drop)
    }

    pub(super) async fn list_state_machines(&self) -> Result<Vec<Listed>, ApiError> {
        let mut machines = Vec::new();
        let mut next_token = None;
        for _ in 0..PAGES_MAX {
            let call = || {
                let request = self.client.list_state_machines().max_results(PAGE_LENGTH);
                request.set_next_token(next_token.clone()).send()
            };
            let page = self.call("ListStateMachines", call).await?;
            machines.extend(
                page.state_machines
                    .into_iter()
                    .map(|machine| Listed { name: machine.name, arn: machine.state_machine_arn }),
            );
            next_token = page.next_token;
            if next_token.is_none() {
                return Ok(machines);
            }
        }
        Err(endless("ListStateMachines"))
    }

    pub(super) async fn validate_definition(
        &self,
        definition: &str,
        kind: MachineType,
    ) -> Result<Validation, ApiError> {
        let call = || {
            let request = self.client.validate_state_machine_definition().definition(definition);
            request.r#type(api_type(kind)).send()
        };
        let answer = self.call("ValidateStateMachineDefinition", call).await?;
        let diagnostics = answer.diagnostics.into_iter().map(|diagnostic| Diagnostic {
            severity: diagnostic.severity.as_str().to_owned(),
            code: diagnostic.code,
            message: diagnostic.message,
            location: diagnostic.location,
        });
        Ok(Validation { accepted: answer.result.as_str() == "OK", diagnostics: diagnostics.collect() })
    }

    pub(super) async fn start_execution(
        &self,
        machine_arn: &str,
        name: &str,
        input: &str,
    ) -> Result<String, ApiError> {
        let call =
            || self.client.start_execution().state_machine_arn(machine_arn).name(name).input(input).send();
        let started = self.call("StartExecution", call).await?;
        present("StartExecution", "executionArn", started.execution_arn)
    }

    pub(super) async fn start_sync_execution(
        &self,
        machine_arn: &str,
        name: &str,
        input: &str,
    ) -> Result<SyncExecution, ApiError> {
        let call = || {
            let request = self.client.start_sync_execution().state_machine_arn(machine_arn).name(name);
            request.input(input).customize().interceptor(PlainHost(self.endpoint.clone())).send()
        };
        let ended = self.call("StartSyncExecution", call).await?;
        let outcome = match ended.status {
            SyncExecutionStatus::Succeeded => succeeded(ended.output.as_deref()),
            SyncExecutionStatus::Failed => Outcome::Failed { error: ended.error, cause: ended.cause },
            SyncExecutionStatus::TimedOut => Outcome::TimedOut,
            status => return Err(unknown_status("StartSyncExecution", status.as_str())),
        };
        Ok(SyncExecution {
            arn: present("StartSyncExecution", "executionArn", ended.execution_arn)?,
            outcome,
        })
    }

    /// The outcome of an execution that is over; `None` while it is not.
    pub(super) async fn describe_execution(&self, arn: &str) -> Result<Option<Outcome>, ApiError> {
        let call = || self.client.describe_execution().execution_arn(arn).send();
        let description = self.call("DescribeExecution", call).await?;
        self.remember_status(description.status.as_str());
        match description.status {
            ExecutionStatus::Running | ExecutionStatus::PendingRedrive => Ok(None),
            ExecutionStatus::Succeeded => Ok(Some(succeeded(description.output.as_deref()))),
            ExecutionStatus::Failed => {
                Ok(Some(Outcome::Failed { error: description.error, cause: description.cause }))
            }
            ExecutionStatus::TimedOut => Ok(Some(Outcome::TimedOut)),
            ExecutionStatus::Aborted => Ok(Some(Outcome::Aborted)),
            status => Err(unknown_status("DescribeExecution", status.as_str())),
        }
    }

    /// The whole history, all pages, by ascending id.
    pub(super) async fn execution_history(&self, arn: &str) -> Result<Trace, ApiError> {
        let Trace(mut events) = self.history_pages(arn, HistoryOrder::Forward, PAGE_LENGTH).await?;
        events.sort_by_key(|event| event.id);
        Ok(Trace(events))
    }

    /// The pages of a history one after the other, as they come.
    pub(super) async fn history_pages(
        &self,
        arn: &str,
        order: HistoryOrder,
        page_length: i32,
    ) -> Result<Trace, ApiError> {
        let mut events = Vec::new();
        let mut next_token = None;
        for _ in 0..PAGES_MAX {
            let body = BodyCapture::default();
            let call = || {
                let request = self.client.get_execution_history().execution_arn(arn).max_results(page_length);
                let request = request.set_reverse_order(order.flag());
                let request = request.include_execution_data(true).set_next_token(next_token.clone());
                request.customize().interceptor(body.clone()).send()
            };
            let page = self.call("GetExecutionHistory", call).await?;
            events.extend(
                read_events(&body.take())
                    .map_err(|detail| ApiError::garbage("GetExecutionHistory", detail))?,
            );
            next_token = page.next_token;
            if next_token.is_none() {
                return Ok(Trace(events));
            }
        }
        Err(endless("GetExecutionHistory"))
    }

    pub(super) async fn stop_execution(&self, arn: &str) -> Result<(), ApiError> {
        let call = || self.client.stop_execution().execution_arn(arn).send();
        self.call("StopExecution", call).await.map(drop)
    }

    pub(super) async fn create_activity(&self, name: &str) -> Result<String, ApiError> {
        let created = self.call("CreateActivity", || self.client.create_activity().name(name).send()).await?;
        present("CreateActivity", "activityArn", created.activity_arn)
    }

    pub(super) async fn delete_activity(&self, arn: &str) -> Result<(), ApiError> {
        self.call("DeleteActivity", || self.client.delete_activity().activity_arn(arn).send()).await.map(drop)
    }

    pub(super) async fn list_activities(&self) -> Result<Vec<Listed>, ApiError> {
        let mut activities = Vec::new();
        let mut next_token = None;
        for _ in 0..PAGES_MAX {
            let call = || {
                let request = self.client.list_activities().max_results(PAGE_LENGTH);
                request.set_next_token(next_token.clone()).send()
            };
            let page = self.call("ListActivities", call).await?;
            activities.extend(
                page.activities
                    .into_iter()
                    .map(|activity| Listed { name: activity.name, arn: activity.activity_arn }),
            );
            next_token = page.next_token;
            if next_token.is_none() {
                return Ok(activities);
            }
        }
        Err(endless("ListActivities"))
    }

    /// The token of a task, or `None` when the long poll ended without one.
    pub(super) async fn get_activity_task(&self, activity_arn: &str) -> Result<Option<String>, ApiError> {
        let call = || self.client.get_activity_task().activity_arn(activity_arn).send();
        let task = self.call("GetActivityTask", call).await?;
        Ok(task.task_token.filter(|token| !token.is_empty()))
    }

    pub(super) async fn send_task_success(&self, token: &str, output: &str) -> Result<(), ApiError> {
        let call = || self.client.send_task_success().task_token(token).output(output).send();
        self.call("SendTaskSuccess", call).await.map(drop)
    }

    pub(super) async fn send_task_failure(
        &self,
        token: &str,
        error: Option<&str>,
        cause: Option<&str>,
    ) -> Result<(), ApiError> {
        let call = || {
            let request = self.client.send_task_failure().task_token(token);
            request.set_error(error.map(str::to_owned)).set_cause(cause.map(str::to_owned)).send()
        };
        self.call("SendTaskFailure", call).await.map(drop)
    }

    pub(super) async fn send_task_heartbeat(&self, token: &str) -> Result<(), ApiError> {
        self.call("SendTaskHeartbeat", || self.client.send_task_heartbeat().task_token(token).send())
            .await
            .map(drop)
    }
}

fn api_type(kind: MachineType) -> StateMachineType {
    match kind {
        MachineType::Standard => StateMachineType::Standard,
        MachineType::Express => StateMachineType::Express,
    }
}

/// A success without an output reads as the empty text, which is no JSON document.
fn succeeded(output: Option<&str>) -> Outcome {
    Outcome::Succeeded(TraceEvent::document(output.unwrap_or_default()))
}

/// The SDK fills a missing text with the empty one.
fn present(operation: &'static str, field: &str, value: String) -> Result<String, ApiError> {
    if value.is_empty() {
        Err(ApiError::garbage(operation, format!("`{field}` is missing")))
    } else {
        Ok(value)
    }
}

fn unknown_status(operation: &'static str, status: &str) -> ApiError {
    ApiError::garbage(operation, format!("the status {status:?} is none of the API"))
}

fn endless(operation: &'static str) -> ApiError {
    ApiError::garbage(operation, format!("there is a next page after {PAGES_MAX} pages"))
}
