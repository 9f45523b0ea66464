//! Why an engine gave no answer that can be judged. Never a divergence.

use std::time::Duration;

/// An engine that gave no answer to one request or case.
#[derive(Clone, Debug, thiserror::Error)]
#[error("engine `{engine}` {kind}")]
pub struct EngineError {
    /// The engine's name.
    pub engine: String,
    /// What went wrong.
    pub kind: EngineErrorKind,
}

/// What went wrong.
#[derive(Clone, Debug, thiserror::Error)]
pub enum EngineErrorKind {
    /// Nothing listens there, or the connection broke.
    #[error("cannot be reached at {endpoint}: {detail}; see that it is running and listens there")]
    Unreachable {
        /// The endpoint.
        endpoint: String,
        /// What the connection said.
        detail: String,
    },
    /// The answer is no answer of the Step Functions API.
    #[error(
        "answered {operation} with something that is not the Step Functions API; see that the endpoint is the right one: {detail}"
    )]
    Garbage {
        /// The API operation.
        operation: String,
        /// The head of what came back.
        detail: String,
    },
    /// The engine said that it does not implement the operation, or failed inside.
    #[error("failed inside {operation}: {detail}")]
    Internal {
        /// The API operation.
        operation: String,
        /// What it said.
        detail: String,
    },
    /// The execution did not end in time.
    #[error("did not finish the execution within {} s (last seen: {last_seen})", deadline.as_secs_f32())]
    Deadline {
        /// The time it was given.
        deadline: Duration,
        /// The last thing known about the execution.
        last_seen: String,
        /// Whether the engine had accepted it and said that it was under way.
        running: bool,
    },
    /// The process that we started is gone.
    #[error("died during the run: its last words are in {log_file}")]
    Died {
        /// The log file.
        log_file: String,
    },
}

impl EngineErrorKind {
    /// Whether every further case on this engine would end the same way.
    pub fn is_fatal(&self) -> bool {
        matches!(self, Self::Unreachable { .. } | Self::Died { .. })
    }
}
