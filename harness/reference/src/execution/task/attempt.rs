//! One attempt of a Task state, and the words in which a worker or a service speaks about it.

use std::sync::Arc;

use serde_json::Value;

use crate::{
    definition::Integration,
    execution::{TaskId, ThreadId},
    history::{Failure, TaskRequest},
};

/// One attempt of a Task state.
#[derive(Debug)]
pub(crate) struct TaskAttempt {
    pub(super) thread: ThreadId,
    pub(super) state_name: Arc<str>,
    pub(super) request: Arc<TaskRequest>,
    pub(super) heartbeats: u32,
    pub(super) state: TaskState,
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
    /// What the resource stands for.
    pub integration: Arc<Integration>,
    /// The effective input.
    pub input: Arc<Value>,
    /// Where the attempt stands.
    pub state: TaskState,
}

/// What a worker or a service says.
#[derive(Clone, Debug)]
pub enum TaskAnswer {
    /// The service accepts a call that is answered later, with this response.
    Submitted(Value),
    /// `SendTaskSuccess`, or the service's response.
    Success(Value),
    /// `SendTaskFailure`, or the service's error.
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

impl TaskAttempt {
    pub(super) fn view(&self, id: TaskId) -> TaskView {
        TaskView {
            id,
            state_name: Arc::clone(&self.state_name),
            resource: Arc::clone(&self.request.resource),
            integration: Arc::clone(&self.request.integration),
            input: Arc::clone(&self.request.input),
            state: self.state,
        }
    }
}
