//! What the service holds, and which operation does what. Synchronous: the time is passed in.
//!
//! Each execution has its own clock: real time, and ahead of it by what was skipped. While no worker is waited for,
//! waiting costs nothing.

use std::collections::{BTreeMap, BTreeSet};

use asl_reference::{
    execution::TaskId,
    reference::{ACCOUNT, REGION},
};
use serde_json::{Value, json};

use super::{
    activities::Activity, api_error::ApiError, executions::StoredExecution, machines::StoredMachine,
};

/// State machines, executions and activities of one account in one region.
#[derive(Default)]
pub struct Service {
    pub(super) machines: BTreeMap<String, StoredMachine>,
    pub(super) executions: BTreeMap<String, StoredExecution>,
    /// ARNs of the executions that have not ended.
    pub(super) running: BTreeSet<String>,
    pub(super) activities: BTreeMap<String, Activity>,
    pub(super) tokens: BTreeMap<String, (String, TaskId)>,
    pub(super) started: u64,
    uniques: u64,
}

/// The reply to one call.
pub enum Reply {
    /// The body of a success.
    Done(Value),
    /// Nothing to give yet: ask again later, up to the operation's own time limit.
    NothingYet,
}

impl Service {
    /// Carries out one operation at this time (milliseconds since the epoch).
    ///
    /// # Errors
    /// The API error that AWS would answer.
    pub fn call(&mut self, operation: &str, request: &Value, now_ms: i64) -> Result<Reply, ApiError> {
        self.advance(now_ms);
        let body = match operation {
            "CreateStateMachine" => self.create_state_machine(request, now_ms),
            "DescribeStateMachine" => self.describe_state_machine(request),
            "ListStateMachines" => self.list_state_machines(request),
            "DeleteStateMachine" => self.delete_state_machine(request),
            "ValidateStateMachineDefinition" => Self::validate_definition(request),
            "StartExecution" => self.start_execution(request, now_ms),
            "StartSyncExecution" => self.start_sync_execution(request, now_ms),
            "DescribeExecution" => self.describe_execution(request),
            "ListExecutions" => self.list_executions(request),
            "StopExecution" => self.stop_execution(request, now_ms),
            "GetExecutionHistory" => self.execution_history(request),
            "CreateActivity" => self.create_activity(request, now_ms),
            "DescribeActivity" => self.describe_activity(request),
            "ListActivities" => self.list_activities(request),
            "DeleteActivity" => self.delete_activity(request),
            "GetActivityTask" => {
                return Ok(self.take_activity_task(request)?.map_or(Reply::NothingYet, Reply::Done));
            }
            "SendTaskSuccess" => self.send_task_success(request, now_ms),
            "SendTaskFailure" => self.send_task_failure(request, now_ms),
            "SendTaskHeartbeat" => self.send_task_heartbeat(request, now_ms),
            _ => Err(ApiError::new("UnknownOperationException", "")),
        };
        body.map(Reply::Done)
    }

    /// Lets every running execution go on up to this time.
    fn advance(&mut self, now_ms: i64) {
        let running: Vec<_> = self.running.iter().cloned().collect();
        for arn in running {
            self.advance_one(&arn, now_ms);
        }
    }

    /// Lets one execution go on up to this time, and further while it waits for no worker.
    pub(super) fn advance_one(&mut self, arn: &str, now_ms: i64) {
        let Some(stored) = self.executions.get_mut(arn) else { return };
        loop {
            stored.execution.advance(now_ms + stored.skipped_ms);
            while let Some(task) = stored.execution.take_newly_scheduled() {
                if let Some(activity) = self.activities.get_mut(&*task.resource) {
                    activity.queue.push_back((arn.to_owned(), task.id));
                }
            }
            let Some(next_ms) = stored.execution.next_wake_ms() else { break };
            let ahead_ms = next_ms - (now_ms + stored.skipped_ms);
            if ahead_ms > 0 && stored.execution.has_open_tasks() {
                break;
            }
            stored.skipped_ms += ahead_ms.max(0);
        }
        if stored.execution.end().is_some() {
            self.running.remove(arn);
        }
    }

    pub(super) fn forget_executions_of(&mut self, machine_arn: &str) {
        self.executions.retain(|_, stored| stored.machine_arn != machine_arn);
        let executions = &self.executions;
        self.running.retain(|arn| executions.contains_key(arn));
        self.tokens.retain(|_, (arn, _)| executions.contains_key(arn));
    }

    pub(super) fn arn(kind: &str, rest: &str) -> String {
        format!("arn:aws:states:{REGION}:{ACCOUNT}:{kind}:{rest}")
    }

    /// A name that was not given before.
    pub(super) fn unique(&mut self, kind: &str) -> String {
        self.uniques += 1;
        format!("{kind}-{:08x}", self.uniques)
    }

    pub(super) fn token(&mut self, execution_arn: String, task: TaskId) -> String {
        let token = self.unique("task-token");
        self.tokens.insert(token.clone(), (execution_arn, task));
        token
    }
}

/// Documented: 1 to 80 characters; no white space, wildcards, brackets, quotes, separators or control characters.
pub(super) fn is_valid_name(name: &str) -> bool {
    const FORBIDDEN: &str = "?*<>{}[]\"#%\\^|~`$&,;:/";
    let length = name.chars().count();
    (1..=80).contains(&length)
        && name.chars().all(|c| !c.is_whitespace() && !c.is_control() && !FORBIDDEN.contains(c))
}

/// The empty reply of `GetActivityTask` when no task came up in time.
pub(super) fn no_task() -> Value {
    json!({"taskToken": null, "input": null})
}
