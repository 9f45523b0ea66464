//! The aspects of a recording that are compared, in the order in which they are reported.

use std::fmt;

use serde::{Deserialize, Serialize};

/// One comparable aspect of a recording.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RecordedFacet {
    /// Was the definition accepted, and the call answered?
    Acceptance,
    /// The final status.
    Status,
    /// The output document.
    Output,
    /// The error name, of an execution or of a refused call.
    Error,
    /// The cause of an execution's failure, or the message of a refused call.
    Cause,
    /// The execution history.
    Trace,
    /// What `TestState` answered.
    TestState,
    /// A reply of the API, of a script of calls.
    Api,
}

impl RecordedFacet {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Acceptance,
        Self::Status,
        Self::Output,
        Self::Error,
        Self::Cause,
        Self::Trace,
        Self::TestState,
        Self::Api,
    ];

    /// The facet as one lower-case word, as in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Acceptance => "acceptance",
            Self::Status => "status",
            Self::Output => "output",
            Self::Error => "error",
            Self::Cause => "cause",
            Self::Trace => "trace",
            Self::TestState => "test_state",
            Self::Api => "api",
        }
    }
}

impl fmt::Display for RecordedFacet {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}
