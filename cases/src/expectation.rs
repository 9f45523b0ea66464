//! What somebody wrote down as the right answer, and how they know.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::TestedState;

/// An authored answer. What is left out is not asserted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Expectation {
    /// How the execution ends.
    pub outcome: ExpectedOutcome,
    /// The event labels in order (see `TraceEvent::label`), for instance `PassStateEntered Greet`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trace: Option<Vec<String>>,
    /// How we know.
    pub evidence: Evidence,
}

/// The end of an execution, with optional parts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum ExpectedOutcome {
    /// The execution succeeds with this output; numbers compare by value, key order does not matter.
    Succeeded(Value),
    /// The execution fails.
    Failed {
        /// The error name; left out: not asserted.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        error: Option<String>,
        /// The exact cause; left out: not asserted.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        cause: Option<String>,
    },
    /// The execution runs out of its own time.
    TimedOut,
    /// The execution is stopped.
    Aborted,
    /// `TestState` gives this answer, the whole of it.
    Tested(Box<TestedState>),
    /// The API refuses the definition.
    Rejected {
        /// The API error code; left out: not asserted.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        code: Option<String>,
        /// The API error message; left out: not asserted.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        message: Option<String>,
    },
}

/// How we know that AWS answers so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Evidence {
    /// How strong the knowledge is.
    pub kind: EvidenceKind,
    /// Where it can be looked up: a document, a section of the specification, a measurement.
    pub source: String,
}

/// How strong a piece of knowledge about AWS is, strongest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum EvidenceKind {
    /// Seen on real AWS.
    Recorded,
    /// Written in AWS's documentation.
    Documented,
    /// Written in the States Language specification.
    Specified,
    /// What the reference answers; nobody looked at AWS.
    Modelled,
}

impl EvidenceKind {
    /// The kind as one lower-case word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Recorded => "recorded",
            Self::Documented => "documented",
            Self::Specified => "specified",
            Self::Modelled => "modelled",
        }
    }
}
