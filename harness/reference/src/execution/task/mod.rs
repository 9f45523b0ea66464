//! Task: work done by somebody else; the answer comes from a worker, from a service, or from a stub.
//!
//! One attempt: the fields are evaluated, the request is scheduled, started, perhaps submitted, and it ends with an
//! answer or a time-out. The three families of tasks differ only in the names of their events (`history::task_event`).

mod attempt;
mod refusal;

use std::sync::Arc;

use serde_json::Value;

use super::{
    Execution, TaskId, ThreadId,
    agenda::Wake,
    limits::is_too_large,
    probe::Stage,
    seconds_to_ms,
    state_error::{Origin, StateError, TIMEOUT},
    thread::{Activity, Step},
};
use crate::{
    definition::{Integration, Number, State, StateKind, Task},
    history::{EventKind, TaskEvent, TaskPhase, TaskRequest},
    seeded::{Site, seeded},
};

pub(crate) use attempt::TaskAttempt;
pub use attempt::{TaskAnswer, TaskError, TaskState, TaskView};

impl Execution {
    /// Every attempt evaluates the fields anew: `$$.State.RetryCount` differs between attempts.
    pub(crate) fn run_task(&mut self, id: ThreadId, state: &State, task: &Task) -> Result<Step, StateError> {
        let request = Arc::new(self.task_request(id, state, task)?);
        let refusal = match &*request.integration {
            Integration::Activity if self.missing_activities.contains(&request.resource) => {
                Some(refusal::missing_activity(&request.resource))
            }
            _ => refusal::unusable_parameters(&request),
        };
        if let Some(text) = refusal {
            return Err(self.fields(id, state).runtime(&text));
        }
        if let Some(text) = refusal::forbidden_header(&request) {
            return Err(self.fields(id, state).runtime(&text).uncertain_unless(|| false));
        }
        let task_id = self.tasks.len();
        self.tasks.push(TaskAttempt {
            thread: id,
            state_name: Arc::clone(&state.name),
            request,
            heartbeats: 0,
            state: TaskState::Scheduled,
        });
        self.push_phase(task_id, TaskPhase::Scheduled);
        self.newly_scheduled.push_back(task_id);
        self.threads[id].activity = Activity::InTask(task_id);
        Ok(Step::Suspended)
    }

    /// The effective input, the time limits, the arguments and `Credentials`, in this order.
    /// Requirement: asl.task.timeout-path, asl.task.credentials
    fn task_request(&mut self, id: ThreadId, state: &State, task: &Task) -> Result<TaskRequest, StateError> {
        let task_token = task.integration.is_answered_later().then(|| self.next_task_token());
        let region = Arc::clone(&self.region);
        let mut fields = self.fields(id, state);
        fields.facts.task_token = task_token;
        let selected = fields.input()?;
        fields.note_json_path(Stage::AfterInputPath, &selected);
        let mut seconds = |field: &Option<Number>, name| {
            field.as_ref().map(|field| fields.seconds(field, name, &selected)).transpose()
        };
        let timeout = seconds(&task.timeout, "TimeoutSeconds")?;
        let heartbeat = seconds(&task.heartbeat, "HeartbeatSeconds")?;
        // Specified, and held of literals: heartbeats are shorter than the time limit.
        if heartbeat.is_some_and(|heartbeat| timeout.is_some_and(|timeout| heartbeat >= timeout)) {
            fields.random.note_unknown();
        }
        let input = fields.arguments(Arc::clone(&selected))?;
        fields.note_json_path(Stage::AfterParameters, &input);
        let role_arn = match &task.credentials {
            None => None,
            Some(credentials) => {
                fields.payload(credentials, "Credentials", &selected)?.get("RoleArn").cloned()
            }
        };
        Ok(TaskRequest {
            integration: Arc::clone(&task.integration),
            resource: Arc::clone(&task.resource),
            region,
            input,
            timeout,
            heartbeat,
            role_arn,
        })
    }

    /// `$$.Task.Token` of the attempt that comes next.
    fn next_task_token(&self) -> Arc<str> {
        self.task_token(self.tasks.len())
    }

    /// The token of an attempt. Documented: an opaque text, another one for every attempt.
    pub fn task_token(&self, id: TaskId) -> Arc<str> {
        format!("token-{}-{}-{id}", self.identity.machine_name, self.identity.execution_name).into()
    }

    /// From now on a task of this activity fails, as after `DeleteActivity`.
    pub fn forget_activity(&mut self, activity_arn: &str) {
        self.missing_activities.insert(activity_arn.into());
    }

    /// From now on the activity is there (again).
    pub fn remember_activity(&mut self, activity_arn: &str) {
        self.missing_activities.remove(activity_arn);
    }

    /// The attempts that were scheduled since the last call, oldest first.
    pub fn take_newly_scheduled(&mut self) -> Option<TaskView> {
        while let Some(id) = self.newly_scheduled.pop_front() {
            if self.tasks[id].state == TaskState::Scheduled {
                return self.task(id);
            }
        }
        None
    }

    /// What is known about an attempt.
    pub fn task(&self, id: TaskId) -> Option<TaskView> {
        self.tasks.get(id).map(|attempt| attempt.view(id))
    }

    /// Whether an attempt waits for a worker or for its answer.
    pub fn has_open_tasks(&self) -> bool {
        self.end.is_none() && self.has_unanswered_tasks()
    }

    /// The same, also after the end.
    pub(crate) fn has_unanswered_tasks(&self) -> bool {
        self.tasks.iter().any(|attempt| attempt.state != TaskState::Over)
    }

    /// A worker takes the attempt. Its time-out and its heartbeat count from here (documented).
    ///
    /// # Errors
    /// If the attempt is not waiting for a worker.
    /// Requirement: asl.task.timeout, asl.task.heartbeat
    pub fn start_task(&mut self, id: TaskId, worker_name: Option<Arc<str>>) -> Result<(), TaskError> {
        let attempt = self.open_task(id)?;
        if attempt.state != TaskState::Scheduled {
            return Err(TaskError::TimedOut);
        }
        attempt.state = TaskState::Started;
        let (timeout, heartbeat) = (attempt.request.timeout, attempt.request.heartbeat);
        self.push_phase(id, TaskPhase::Started { worker_name });
        if let Some(seconds) = timeout {
            self.add_wake_after(seconds_to_ms(seconds), 0, Wake::TaskTimeout(id));
        }
        if let Some(seconds) = heartbeat {
            self.add_wake_after(seconds_to_ms(seconds), 0, Wake::HeartbeatTimeout(id, 0));
        }
        Ok(())
    }

    /// A worker answers.
    ///
    /// # Errors
    /// If the attempt is over, or does not exist.
    /// Requirement: asl.task.result, asl.task.failure, asl.task.task-token
    pub fn complete_task(&mut self, id: TaskId, answer: TaskAnswer) -> Result<(), TaskError> {
        let attempt = self.open_task(id)?;
        match answer {
            TaskAnswer::Heartbeat if seeded(Site::HeartbeatsAreNotHeard) => {}
            TaskAnswer::Heartbeat => {
                attempt.heartbeats += 1;
                let (heartbeats, heartbeat) = (attempt.heartbeats, attempt.request.heartbeat);
                if let Some(seconds) = heartbeat {
                    self.add_wake_after(seconds_to_ms(seconds), 0, Wake::HeartbeatTimeout(id, heartbeats));
                }
            }
            TaskAnswer::Submitted(output) => {
                self.push_phase(id, TaskPhase::Submitted { output: Arc::new(output) });
            }
            TaskAnswer::Success(Value::String(text)) if seeded(Site::ResultTextIsParsed) => {
                let result = serde_json::from_str(&text).unwrap_or(Value::String(text));
                self.finish_task(id, Arc::new(result));
            }
            TaskAnswer::Success(output) => match too_large(&attempt.request, &output) {
                Some(error) => self.fail_task(id, error),
                None => self.finish_task(id, Arc::new(output)),
            },
            TaskAnswer::Failure(failure) => self.fail_task(id, StateError::reported(failure)),
        }
        Ok(())
    }

    pub(crate) fn time_out_task(&mut self, id: TaskId) {
        self.time_out_with(id, Origin::Timeout);
    }

    pub(crate) fn time_out_heartbeat(&mut self, id: TaskId, heartbeats: u32) {
        if self.tasks[id].heartbeats == heartbeats {
            self.time_out_with(id, Origin::Heartbeat);
        }
    }

    /// An attempt is cut off because a sibling failed.
    pub(crate) fn drop_task(&mut self, id: TaskId) {
        self.tasks[id].state = TaskState::Over;
    }

    /// Nobody may answer any attempt any more.
    pub(crate) fn drop_all_tasks(&mut self) {
        self.tasks.iter_mut().for_each(|attempt| attempt.state = TaskState::Over);
        self.newly_scheduled.clear();
    }

    /// Recorded: the history says `States.Timeout` for a missed heartbeat too; and of tasks whose time is over at the same
    /// instant, it says so of each before the first of them cuts the others off.
    fn time_out_with(&mut self, id: TaskId, origin: Origin) {
        if self.open_task(id).is_err() {
            return;
        }
        self.tasks[id].state = TaskState::Over;
        self.push_phase(id, TaskPhase::TimedOut(timed_out(origin).failure));
        let priority = self.threads[self.tasks[id].thread].priority;
        self.add_wake_after(0, priority, Wake::TaskTimedOut(id, origin));
    }

    /// The state of a task whose time is over fails, unless a sibling has cut it off.
    pub(crate) fn fail_timed_out(&mut self, id: TaskId, origin: Origin) {
        let thread = self.tasks[id].thread;
        if self.threads[thread].activity != Activity::InTask(id) {
            return;
        }
        let flow = Arc::clone(&self.threads[thread].flow);
        self.fail_state(thread, &flow.states[self.threads[thread].state], timed_out(origin));
    }

    fn fail_task(&mut self, id: TaskId, error: StateError) {
        let phase = TaskPhase::Failed(error.failure.clone());
        self.end_task(id, phase, error);
    }

    /// The attempt is over without a result.
    fn end_task(&mut self, id: TaskId, phase: TaskPhase, error: StateError) {
        self.tasks[id].state = TaskState::Over;
        self.push_phase(id, phase);
        let thread = self.tasks[id].thread;
        let flow = Arc::clone(&self.threads[thread].flow);
        self.fail_state(thread, &flow.states[self.threads[thread].state], error);
    }

    /// The attempt is over with a result.
    fn finish_task(&mut self, id: TaskId, result: Arc<Value>) {
        self.tasks[id].state = TaskState::Over;
        self.push_phase(id, TaskPhase::Succeeded { output: Arc::clone(&result) });
        let thread = self.tasks[id].thread;
        let flow = Arc::clone(&self.threads[thread].flow);
        let state = &flow.states[self.threads[thread].state];
        let StateKind::Task(task) = &state.kind else { return };
        let mut fields = self.fields(thread, state);
        fields.note(Stage::Result, &result);
        let exit = fields.finish(result);
        self.take_step(thread, state, exit.map(|exit| Step::Exit(exit, task.result.transition)));
    }

    fn open_task(&mut self, id: TaskId) -> Result<&mut TaskAttempt, TaskError> {
        let ended = self.end.is_some();
        let attempt = self.tasks.get_mut(id).ok_or(TaskError::DoesNotExist)?;
        if ended || attempt.state == TaskState::Over { Err(TaskError::TimedOut) } else { Ok(attempt) }
    }

    /// Appends an event of an attempt to its thread's chain.
    fn push_phase(&mut self, id: TaskId, phase: TaskPhase) {
        let attempt = &self.tasks[id];
        let event = TaskEvent { request: Arc::clone(&attempt.request), phase };
        self.push_for(attempt.thread, EventKind::Task(event));
    }

    /// Appends an event to a thread's chain.
    pub(crate) fn push_for(&mut self, id: ThreadId, kind: EventKind) {
        let event_id = self.push(id, self.threads[id].last_event_id, kind);
        self.threads[id].last_event_id = event_id;
    }
}

fn timed_out(origin: Origin) -> StateError {
    if origin == Origin::Heartbeat && seeded(Site::HeartbeatHasItsOwnName) {
        return StateError::new("States.HeartbeatTimeout", None, origin);
    }
    StateError::new(TIMEOUT, None, origin)
}

/// Recorded: a result above the size limit fails the task, and Catch sees it; the cause names the function's ARN or the
/// service. What an activity worker sends is limited by the API already.
fn too_large(request: &TaskRequest, output: &Value) -> Option<StateError> {
    let what = match &*request.integration {
        Integration::Activity => return None,
        Integration::Lambda => &request.resource,
        Integration::Service(call) => &call.resource_type,
    };
    is_too_large(output).then(|| StateError::data_limit(what))
}
