//! Activities and the tasks that their workers take and answer.

use std::{collections::VecDeque, sync::Arc};

use asl_reference::{
    execution::{TaskAnswer, TaskError, TaskId, TaskState},
    history::{Failure, seconds},
    java::json_text,
};
use serde_json::{Value, json};

use super::{
    api_error::{ApiError, optional_text, text},
    service::{Service, is_valid_name},
};

/// An activity and the tasks that wait for a worker, oldest first.
pub(super) struct Activity {
    name: String,
    created_ms: i64,
    pub(super) queue: VecDeque<(String, TaskId)>,
}

impl Service {
    /// Documented: creating an activity that exists is idempotent.
    pub(super) fn create_activity(&mut self, request: &Value, now_ms: i64) -> Result<Value, ApiError> {
        let name = text(request, "name")?;
        if !is_valid_name(name) {
            return Err(ApiError::new("InvalidName", format!("Invalid Name: '{name}'")));
        }
        let arn = Self::arn("activity", name);
        let activity = self.activities.entry(arn.clone()).or_insert_with(|| Activity {
            name: name.to_owned(),
            created_ms: now_ms,
            queue: VecDeque::new(),
        });
        Ok(json!({"activityArn": arn, "creationDate": seconds(activity.created_ms)}))
    }

    pub(super) fn describe_activity(&self, request: &Value) -> Result<Value, ApiError> {
        let arn = text(request, "activityArn")?;
        let activity = self.activities.get(arn).ok_or_else(|| activity_does_not_exist(arn))?;
        Ok(json!({"activityArn": arn, "name": activity.name, "creationDate": seconds(activity.created_ms)}))
    }

    pub(super) fn list_activities(&self, request: &Value) -> Result<Value, ApiError> {
        let all: Vec<_> = self
            .activities
            .iter()
            .map(|(arn, activity)| {
                json!({"activityArn": arn, "name": activity.name, "creationDate": seconds(activity.created_ms)})
            })
            .collect();
        super::paging::page(&all, request, "activities")
    }

    pub(super) fn delete_activity(&mut self, request: &Value) -> Result<Value, ApiError> {
        self.activities.remove(text(request, "activityArn")?);
        Ok(json!({}))
    }

    /// The oldest task that waits for a worker of this activity; `None` when there is none now.
    pub(super) fn take_activity_task(&mut self, request: &Value) -> Result<Option<Value>, ApiError> {
        let arn = text(request, "activityArn")?;
        let worker_name: Option<Arc<str>> = optional_text(request, "workerName").map(Into::into);
        let activity = self.activities.get_mut(arn).ok_or_else(|| activity_does_not_exist(arn))?;
        let waiting: Vec<_> = activity.queue.drain(..).collect();
        let mut rest = waiting.into_iter();
        let mut taken = None;
        for (execution_arn, task) in rest.by_ref() {
            if let Some(input) = self.start_task(&execution_arn, task, worker_name.clone()) {
                taken = Some(json!({"taskToken": self.token(execution_arn, task), "input": input}));
                break;
            }
        }
        if let Some(activity) = self.activities.get_mut(arn) {
            activity.queue.extend(rest);
        }
        Ok(taken)
    }

    fn start_task(&mut self, execution_arn: &str, task: TaskId, worker: Option<Arc<str>>) -> Option<String> {
        let execution = &mut self.executions.get_mut(execution_arn)?.execution;
        let view = execution.task(task).filter(|view| view.state == TaskState::Scheduled)?;
        execution.start_task(task, worker).ok()?;
        Some(json_text(&view.input))
    }

    pub(super) fn send_task_success(&mut self, request: &Value, now_ms: i64) -> Result<Value, ApiError> {
        let output = serde_json::from_str(text(request, "output")?)
            .map_err(|error| ApiError::new("InvalidOutput", format!("Invalid Output: '{error}'")))?;
        self.answer_task(request, TaskAnswer::Success(output), now_ms)
    }

    pub(super) fn send_task_failure(&mut self, request: &Value, now_ms: i64) -> Result<Value, ApiError> {
        let failure = Failure {
            error: optional_text(request, "error").map(Into::into),
            cause: optional_text(request, "cause").map(Into::into),
        };
        self.answer_task(request, TaskAnswer::Failure(failure), now_ms)
    }

    pub(super) fn send_task_heartbeat(&mut self, request: &Value, now_ms: i64) -> Result<Value, ApiError> {
        self.answer_task(request, TaskAnswer::Heartbeat, now_ms)
    }

    fn answer_task(&mut self, request: &Value, answer: TaskAnswer, now_ms: i64) -> Result<Value, ApiError> {
        let token = text(request, "taskToken")?;
        let (arn, task) = self
            .tokens
            .get(token)
            .cloned()
            .ok_or_else(|| ApiError::new("InvalidToken", "Invalid Token: 'Invalid token'"))?;
        let gone = || ApiError::new("TaskTimedOut", "Task Timed Out: 'Provided task does not exist anymore'");
        let stored = self.executions.get_mut(&arn).ok_or_else(gone)?;
        let is_last = !matches!(answer, TaskAnswer::Heartbeat);
        stored.execution.complete_task(task, answer).map_err(|error| match error {
            TaskError::TimedOut | TaskError::DoesNotExist => gone(),
        })?;
        if is_last {
            self.tokens.remove(token);
        }
        self.advance_one(&arn, now_ms);
        Ok(json!({}))
    }
}

fn activity_does_not_exist(arn: &str) -> ApiError {
    ApiError::new("ActivityDoesNotExist", format!("Activity Does Not Exist: '{arn}'"))
}
