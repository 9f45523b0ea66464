//! Task: work done by somebody else. Here: activities, whose worker answers through the API or through a stub.

use std::sync::Arc;

use serde_json::Value;

use super::{
    Execution, TaskId, ThreadId,
    agenda::Wake,
    seconds_to_ms,
    state_error::{Origin, StateError, TIMEOUT},
    thread::{Activity, Step},
};
use crate::{
    definition::{State, StateKind, Task},
    history::{EventKind, Failure},
};

/// One attempt of a Task state.
#[derive(Debug)]
pub(crate) struct TaskAttempt {
    thread: ThreadId,
    state_name: Arc<str>,
    resource: Arc<str>,
    input: Arc<Value>,
    timeout: Option<u64>,
    heartbeat: Option<u64>,
    heartbeats: u32,
    state: TaskState,
}

/// Where an attempt stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TaskState {
    /// No worker has taken it yet.
    Scheduled,
    /// A worker has taken it.
    Started,
    /// Answered, timed out, or cut off.
    Over,
}

/// What a worker sees of an attempt.
#[derive(Clone, Debug)]
pub struct TaskView {
    /// The attempt.
    pub id: TaskId,
    /// The Task state.
    pub state_name: Arc<str>,
    /// Its `Resource`.
    pub resource: Arc<str>,
    /// The effective input.
    pub input: Arc<Value>,
    /// Where the attempt stands.
    pub state: TaskState,
}

/// What a worker says.
#[derive(Clone, Debug)]
pub enum TaskAnswer {
    /// `SendTaskSuccess`.
    Success(Value),
    /// `SendTaskFailure`.
    Failure(Failure),
    /// `SendTaskHeartbeat`.
    Heartbeat,
}

/// Why an answer is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TaskError {
    /// The attempt timed out, was answered, or its execution ended.
    #[error("task timed out")]
    TimedOut,
    /// There is no such attempt.
    #[error("task does not exist")]
    DoesNotExist,
}

impl Execution {
    /// Every attempt evaluates the fields anew: `$$.State.RetryCount` differs between attempts.
    pub(crate) fn run_task(&mut self, id: ThreadId, state: &State, task: &Task) -> Result<Step, StateError> {
        let raw = Arc::clone(&self.threads[id].data);
        let mut fields = self.fields(id, state);
        let selected = fields.select(&state.input_path, &raw)?;
        let timeout = task.timeout.as_ref().map(|field| fields.number(field, &selected)).transpose()?;
        let heartbeat = task.heartbeat.as_ref().map(|field| fields.number(field, &selected)).transpose()?;
        let input = fields.fill(task.parameters.as_ref(), selected)?;
        let scheduled = EventKind::ActivityScheduled {
            resource: Arc::clone(&task.resource),
            input: Arc::clone(&input),
            timeout,
            heartbeat,
        };
        let event_id = self.push(id, self.threads[id].last_event_id, scheduled);
        let task_id = self.tasks.len();
        self.tasks.push(TaskAttempt {
            thread: id,
            state_name: Arc::clone(&state.name),
            resource: Arc::clone(&task.resource),
            input,
            timeout,
            heartbeat,
            heartbeats: 0,
            state: TaskState::Scheduled,
        });
        self.newly_scheduled.push_back(task_id);
        self.threads[id].last_event_id = event_id;
        self.threads[id].activity = Activity::InTask(task_id);
        Ok(Step::Suspended)
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
        let attempt = self.tasks.get(id)?;
        Some(TaskView {
            id,
            state_name: Arc::clone(&attempt.state_name),
            resource: Arc::clone(&attempt.resource),
            input: Arc::clone(&attempt.input),
            state: attempt.state,
        })
    }

    /// Whether an attempt waits for a worker or for its answer.
    pub fn has_open_tasks(&self) -> bool {
        self.end.is_none() && self.tasks.iter().any(|attempt| attempt.state != TaskState::Over)
    }

    /// A worker takes the attempt. Its time-out and its heartbeat count from here (documented).
    ///
    /// # Errors
    /// If the attempt is not waiting for a worker.
    pub fn start_task(&mut self, id: TaskId, worker_name: Option<Arc<str>>) -> Result<(), TaskError> {
        let attempt = self.open_task(id)?;
        if attempt.state != TaskState::Scheduled {
            return Err(TaskError::TimedOut);
        }
        attempt.state = TaskState::Started;
        let (thread, timeout, heartbeat) = (attempt.thread, attempt.timeout, attempt.heartbeat);
        self.push_for(thread, EventKind::ActivityStarted { worker_name });
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
    pub fn complete_task(&mut self, id: TaskId, answer: TaskAnswer) -> Result<(), TaskError> {
        let attempt = self.open_task(id)?;
        let thread = attempt.thread;
        match answer {
            TaskAnswer::Heartbeat => {
                attempt.heartbeats += 1;
                let (heartbeats, heartbeat) = (attempt.heartbeats, attempt.heartbeat);
                if let Some(seconds) = heartbeat {
                    self.add_wake_after(seconds_to_ms(seconds), 0, Wake::HeartbeatTimeout(id, heartbeats));
                }
            }
            TaskAnswer::Success(output) => {
                attempt.state = TaskState::Over;
                let output = Arc::new(output);
                self.push_for(thread, EventKind::ActivitySucceeded { output: Arc::clone(&output) });
                self.finish_task(thread, output);
            }
            TaskAnswer::Failure(failure) => {
                attempt.state = TaskState::Over;
                self.push_for(thread, EventKind::ActivityFailed(failure.clone()));
                self.fail_task(thread, StateError::reported(failure));
            }
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

    /// Recorded: the history says `States.Timeout` for a missed heartbeat too.
    fn time_out_with(&mut self, id: TaskId, origin: Origin) {
        let Ok(attempt) = self.open_task(id) else { return };
        attempt.state = TaskState::Over;
        let thread = attempt.thread;
        let error = StateError::new(TIMEOUT, None, origin);
        self.push_for(thread, EventKind::ActivityTimedOut(error.failure.clone()));
        self.fail_task(thread, error);
    }

    fn finish_task(&mut self, id: ThreadId, result: Arc<Value>) {
        let flow = Arc::clone(&self.threads[id].flow);
        let state = &flow.states[self.threads[id].state];
        let StateKind::Task(task) = &state.kind else { return };
        let raw = Arc::clone(&self.threads[id].data);
        let fields = &task.result;
        let output = self.fields(id, state).finish(
            fields.result_selector.as_ref(),
            &fields.result_path,
            &state.output_path,
            &raw,
            result,
        );
        self.take_step(id, state, output.map(|output| Step::Exit(output, fields.transition)));
    }

    fn fail_task(&mut self, id: ThreadId, error: StateError) {
        let flow = Arc::clone(&self.threads[id].flow);
        self.fail_state(id, &flow.states[self.threads[id].state], error);
    }

    fn open_task(&mut self, id: TaskId) -> Result<&mut TaskAttempt, TaskError> {
        let ended = self.end.is_some();
        let attempt = self.tasks.get_mut(id).ok_or(TaskError::DoesNotExist)?;
        if ended || attempt.state == TaskState::Over { Err(TaskError::TimedOut) } else { Ok(attempt) }
    }

    /// Appends an event to a thread's chain.
    pub(crate) fn push_for(&mut self, id: ThreadId, kind: EventKind) {
        let event_id = self.push(id, self.threads[id].last_event_id, kind);
        self.threads[id].last_event_id = event_id;
    }
}
