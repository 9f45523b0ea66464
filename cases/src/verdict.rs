//! What was concluded about one case on one engine.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The conclusion about one case on one engine. Faults of the harness or of a dead engine never count as divergences.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Every compared facet is the same.
    Agree,
    /// At least one facet differs, and did so again when the case was run again.
    Diverge,
    /// Differs as the list of known divergences says.
    Known,
    /// Listed as known, but no longer differs.
    Fixed,
    /// Differed, but no facet differed each time it was run again.
    Flaky,
    /// AWS itself is not deterministic here, or nobody knows what it answers (see `Permit`).
    Inconclusive,
    /// The engine does not claim to support what the case needs.
    Unsupported,
    /// The engine was down, hung, or answered with something that is no answer.
    EngineError,
    /// The harness failed, or the authored expectation contradicts the reference.
    HarnessError,
    /// Not run: the run was stopped or capped.
    Skipped,
}

impl Verdict {
    /// All verdicts, in the order in which reports list them.
    pub const ALL: [Self; 10] = [
        Self::Agree,
        Self::Diverge,
        Self::Known,
        Self::Fixed,
        Self::Flaky,
        Self::Inconclusive,
        Self::Unsupported,
        Self::EngineError,
        Self::HarnessError,
        Self::Skipped,
    ];

    /// The verdict in words.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Agree => "agree",
            Self::Diverge => "diverge",
            Self::Known => "known",
            Self::Fixed => "fixed",
            Self::Flaky => "flaky",
            Self::Inconclusive => "inconclusive",
            Self::Unsupported => "unsupported",
            Self::EngineError => "engine error",
            Self::HarnessError => "harness error",
            Self::Skipped => "skipped",
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}
