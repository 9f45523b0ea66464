//! Activities and the tasks that their workers take and answer.

use std::{
    collections::{BTreeSet, VecDeque},
    sync::Arc,
};

use asl_reference::{
    definition::{Flow, Integration, StateKind},
    execution::{TaskAnswer, TaskError, TaskId, TaskState},
    history::{Failure, seconds},
    jackson,
    java::json_text,
};
use serde_json::{Value, json};

use super::{
    api_error::ApiError,
    arn::{ArnKind, resource},
    pending::Pending,
    request::{document, optional_text, text},
    revision::encryption,
    service::{Reply, Service, check_name},
    tags::{Tags, tags_of},
};

/// An activity and the tasks that wait for a worker, oldest first.
pub(super) struct Activity {
    name: String,
    created_ms: i64,
    encryption: Value,
    pub(super) tags: Tags,
    pub(super) queue: VecDeque<(String, TaskId)>,
}

impl Service {
    /// Recorded: creating an activity that exists is idempotent.
    pub(super) fn create_activity(&mut self, request: &Value, now_ms: i64) -> Result<Value, ApiError> {
        let name = text(request, "name");
        check_name(name)?;
        let arn = self.arn("activity", name);
        let encryption = encryption(document(request, "encryptionConfiguration"));
        if let Some(existing) = self.activities.get(&arn) {
            return if existing.encryption == encryption {
                Ok(json!({"activityArn": arn, "creationDate": seconds(existing.created_ms)}))
            } else {
                Err(ApiError::new("ActivityAlreadyExists", format!("Activity Already Exists: '{arn}'")))
            };
        }
        let tags = tags_of(document(request, "tags"), Tags::new(), &arn)?;
        let activity =
            Activity { name: name.to_owned(), created_ms: now_ms, encryption, tags, queue: VecDeque::new() };
        for stored in self.executions.values_mut() {
            stored.execution.remember_activity(&arn);
        }
        self.activities.insert(arn.clone(), activity);
        Ok(json!({"activityArn": arn, "creationDate": seconds(now_ms)}))
    }

    pub(super) fn describe_activity(&self, request: &Value) -> Result<Value, ApiError> {
        let arn = text(request, "activityArn");
        resource(arn, ArnKind::Activity)?;
        let activity = self.activities.get(arn).ok_or_else(|| activity_does_not_exist(arn))?;
        Ok(json!({
            "activityArn": arn,
            "name": activity.name,
            "creationDate": seconds(activity.created_ms),
            "encryptionConfiguration": activity.encryption,
        }))
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

    /// Recorded: deleting an activity that is not there succeeds, and a task that asks it from then on fails.
    pub(super) fn delete_activity(&mut self, request: &Value) -> Result<Value, ApiError> {
        let arn = text(request, "activityArn");
        resource(arn, ArnKind::Activity)?;
        if self.activities.remove(arn).is_some() {
            for stored in self.executions.values_mut() {
                stored.execution.forget_activity(arn);
            }
        }
        Ok(json!({}))
    }

    pub(super) fn get_activity_task(&mut self, request: &Value, now_ms: i64) -> Result<Reply, ApiError> {
        let arn = text(request, "activityArn");
        resource(arn, ArnKind::Activity)?;
        let worker: Option<Arc<str>> = optional_text(request, "workerName").map(Into::into);
        let task = self.take_activity_task(arn, worker.as_ref(), now_ms)?;
        Ok(Self::later_or_done(task, Pending::activity_task(arn.to_owned(), worker, now_ms)))
    }

    /// The oldest task that waits for a worker of this activity; `None` when there is none now.
    pub(super) fn take_activity_task(
        &mut self,
        arn: &str,
        worker: Option<&Arc<str>>,
        now_ms: i64,
    ) -> Result<Option<Value>, ApiError> {
        loop {
            let activity = self.activities.get_mut(arn).ok_or_else(|| activity_does_not_exist(arn))?;
            let Some((execution_arn, task)) = activity.queue.pop_front() else { return Ok(None) };
            self.bring_up_to_date(&execution_arn, now_ms);
            let Some(input) = self.start_task(&execution_arn, task, worker.cloned()) else { continue };
            let token = self.remember_token(&execution_arn, task);
            self.go_on(&execution_arn, now_ms);
            return Ok(Some(json!({"taskToken": token, "input": input})));
        }
    }

    fn start_task(&mut self, arn: &str, task: TaskId, worker: Option<Arc<str>>) -> Option<String> {
        let execution = &mut self.executions.get_mut(arn)?.execution;
        let view = execution.task(task).filter(|view| view.state == TaskState::Scheduled)?;
        execution.start_task(task, worker).ok()?;
        Some(json_text(&view.input))
    }

    pub(super) fn send_task_success(&mut self, request: &Value, now_ms: i64) -> Result<Value, ApiError> {
        let output = text(request, "output");
        let output = serde_json::from_str(output).map_err(|error| {
            // As for the input of an execution, where it was recorded: the words are Jackson's.
            let reason =
                jackson::problem(output).map_or_else(|| error.to_string(), |problem| problem.message);
            ApiError::new("InvalidOutput", format!("Invalid Output: '{reason}'"))
        })?;
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
        let (arn, task) =
            self.tokens.get(text(request, "taskToken")).cloned().ok_or_else(ApiError::invalid_token)?;
        self.bring_up_to_date(&arn, now_ms);
        let gone = || ApiError::new("TaskTimedOut", "Task Timed Out: 'Provided task does not exist anymore'");
        let stored = self.executions.get_mut(&arn).ok_or_else(gone)?;
        stored.execution.complete_task(task, answer).map_err(|error| match error {
            TaskError::TimedOut | TaskError::DoesNotExist => gone(),
        })?;
        self.go_on(&arn, now_ms);
        Ok(json!({}))
    }

    /// After somebody from outside has spoken.
    pub(super) fn go_on(&mut self, arn: &str, now_ms: i64) {
        self.after_step(arn);
        if let Some(family) = self.executions.get(arn).map(|stored| stored.family) {
            self.advance_family(family, now_ms);
        }
    }

    /// The activities that this flow asks and that are not there.
    pub(super) fn missing_activities(&self, flow: &Flow) -> BTreeSet<Arc<str>> {
        let mut activities = BTreeSet::new();
        collect_activities(flow, &mut activities);
        activities.retain(|arn| !self.activities.contains_key(&**arn));
        activities
    }
}

fn collect_activities(flow: &Flow, activities: &mut BTreeSet<Arc<str>>) {
    for state in &flow.states {
        match &state.kind {
            StateKind::Task(task) if *task.integration == Integration::Activity => {
                activities.insert(Arc::clone(&task.resource));
            }
            StateKind::Parallel(parallel) => {
                parallel.branches.iter().for_each(|branch| collect_activities(branch, activities));
            }
            StateKind::Map(map) => collect_activities(&map.processor, activities),
            _ => {}
        }
    }
}

fn activity_does_not_exist(arn: &str) -> ApiError {
    ApiError::new("ActivityDoesNotExist", format!("Activity Does Not Exist: '{arn}'"))
}
