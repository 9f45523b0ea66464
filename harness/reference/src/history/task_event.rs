//! The events of a task: the same phases for activities, Lambda functions and services, under names of their own.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::{Failure, insert_some, object, output_details, untruncated};
use crate::definition::{Integration, ServiceCall};

/// One event of one attempt of a Task state.
#[derive(Clone, Debug)]
pub struct TaskEvent {
    /// What was asked.
    pub request: Arc<TaskRequest>,
    /// What happened.
    pub phase: TaskPhase,
}

/// What an attempt asks, with all its fields evaluated.
#[derive(Debug)]
pub struct TaskRequest {
    /// The family of the task.
    pub integration: Arc<Integration>,
    /// `Resource`, the whole ARN.
    pub resource: Arc<str>,
    /// The region of the execution.
    pub region: Arc<str>,
    /// The effective input: a payload, or the parameters of a call.
    pub input: Arc<Value>,
    /// `TimeoutSeconds`.
    pub timeout: Option<u64>,
    /// `HeartbeatSeconds`.
    pub heartbeat: Option<u64>,
    /// `RoleArn` of `Credentials`.
    pub role_arn: Option<Value>,
}

/// What happens to an attempt.
/// Requirement: asl.history.activity, asl.history.service-task
#[derive(Clone, Debug)]
pub enum TaskPhase {
    /// It waits for whoever does the work.
    Scheduled,
    /// The work has begun.
    Started {
        /// The name that an activity worker gave.
        worker_name: Option<Arc<str>>,
    },
    /// The service has accepted the call; the answer comes later.
    Submitted {
        /// The service's response.
        output: Arc<Value>,
    },
    /// The work is done.
    Succeeded {
        /// The result.
        output: Arc<Value>,
    },
    /// The work failed.
    Failed(Failure),
    /// Nobody answered in time.
    TimedOut(Failure),
}

impl TaskEvent {
    /// The event type, and the key of its details on the wire where it has details.
    pub(super) fn names(&self) -> (&'static str, Option<&'static str>) {
        use Integration::{Activity, Lambda, Service};
        use TaskPhase::{Failed, Scheduled, Started, Submitted, Succeeded, TimedOut};
        let (name, key) = match (&*self.request.integration, &self.phase) {
            (Activity, Scheduled) => ("ActivityScheduled", "activityScheduledEventDetails"),
            (Activity, Started { .. }) => ("ActivityStarted", "activityStartedEventDetails"),
            (Activity, Succeeded { .. }) => ("ActivitySucceeded", "activitySucceededEventDetails"),
            (Activity, Failed(_)) => ("ActivityFailed", "activityFailedEventDetails"),
            (Activity, TimedOut(_)) => ("ActivityTimedOut", "activityTimedOutEventDetails"),
            (Lambda, Scheduled) => ("LambdaFunctionScheduled", "lambdaFunctionScheduledEventDetails"),
            (Lambda, Started { .. }) => return ("LambdaFunctionStarted", None),
            (Lambda, Succeeded { .. }) => ("LambdaFunctionSucceeded", "lambdaFunctionSucceededEventDetails"),
            (Lambda, Failed(_)) => ("LambdaFunctionFailed", "lambdaFunctionFailedEventDetails"),
            (Lambda, TimedOut(_)) => ("LambdaFunctionTimedOut", "lambdaFunctionTimedOutEventDetails"),
            (Service(_), Scheduled) => ("TaskScheduled", "taskScheduledEventDetails"),
            (Service(_), Started { .. }) => ("TaskStarted", "taskStartedEventDetails"),
            // Only calls of services are submitted.
            (_, Submitted { .. }) => ("TaskSubmitted", "taskSubmittedEventDetails"),
            (Service(_), Succeeded { .. }) => ("TaskSucceeded", "taskSucceededEventDetails"),
            (Service(_), Failed(_)) => ("TaskFailed", "taskFailedEventDetails"),
            (Service(_), TimedOut(_)) => ("TaskTimedOut", "taskTimedOutEventDetails"),
        };
        (name, Some(key))
    }

    /// The details; every event of a service's call names the call.
    pub(super) fn details(&self, document: fn(&Value) -> Value) -> Map<String, Value> {
        let mut details = match &self.phase {
            TaskPhase::Scheduled => self.request.details(document),
            TaskPhase::Started { worker_name } => {
                let mut details = Map::new();
                insert_some(&mut details, "workerName", worker_name.as_deref().map(Value::from));
                details
            }
            TaskPhase::Submitted { output } | TaskPhase::Succeeded { output } => {
                output_details(document(output))
            }
            TaskPhase::Failed(failure) | TaskPhase::TimedOut(failure) => failure.details(),
        };
        if let Some(ServiceCall { resource_type, resource, .. }) = self.request.integration.service_call() {
            details.extend(object([
                ("resourceType", Value::from(&**resource_type)),
                ("resource", Value::from(&**resource)),
            ]));
        }
        details
    }
}

impl TaskRequest {
    /// Recorded: a Lambda function shows no heartbeat; only a service's call shows its region.
    fn details(&self, document: fn(&Value) -> Value) -> Map<String, Value> {
        let input = document(&self.input);
        let mut details = match &*self.integration {
            Integration::Service(_) => {
                object([("region", Value::from(&*self.region)), ("parameters", input)])
            }
            Integration::Activity | Integration::Lambda => object([
                ("resource", Value::from(&*self.resource)),
                ("input", input),
                ("inputDetails", untruncated()),
            ]),
        };
        insert_some(&mut details, "timeoutInSeconds", self.timeout.map(Value::from));
        if *self.integration != Integration::Lambda {
            insert_some(&mut details, "heartbeatInSeconds", self.heartbeat.map(Value::from));
        }
        let credentials =
            self.role_arn.clone().map(|role_arn| Value::Object(object([("roleArn", role_arn)])));
        insert_some(&mut details, "taskCredentials", credentials);
        details
    }
}
