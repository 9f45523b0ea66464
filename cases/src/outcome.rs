//! How an execution ended.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::TestedState;

/// The end of an execution, or the refusal to start one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Outcome {
    /// Status `SUCCEEDED`, with the output document.
    Succeeded(Value),
    /// Status `FAILED`. A missing error or cause is different from an empty one.
    Failed {
        /// The error name, if the engine gave one.
        error: Option<String>,
        /// The cause, if the engine gave one.
        cause: Option<String>,
    },
    /// Status `TIMED_OUT`: the execution as a whole ran out of time.
    TimedOut,
    /// Status `ABORTED`: stopped from outside.
    Aborted,
    /// The answer of `TestState` to the test of one state.
    Tested(Box<TestedState>),
    /// The API refused the definition or the start of the execution.
    Rejected {
        /// The API error code, for instance `InvalidDefinition`.
        code: String,
        /// The API error message.
        message: String,
    },
}

impl Outcome {
    /// The status as the Step Functions API words it, `REJECTED` for a refusal, `TESTED` for a state that was tested.
    pub fn status(&self) -> &'static str {
        match self {
            Self::Succeeded(_) => "SUCCEEDED",
            Self::Failed { .. } => "FAILED",
            Self::TimedOut => "TIMED_OUT",
            Self::Aborted => "ABORTED",
            Self::Tested(_) => "TESTED",
            Self::Rejected { .. } => "REJECTED",
        }
    }

    /// Whether the definition was accepted and the execution was started.
    pub fn is_accepted(&self) -> bool {
        !matches!(self, Self::Rejected { .. })
    }
}
