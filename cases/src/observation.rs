//! What one engine did with one case.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{CrossCheck, Outcome, Trace};

/// What one engine did with one case: the whole input of the judge.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Observation {
    /// How the execution ended, or that it was refused.
    pub outcome: Outcome,
    /// The history; `None` when the engine cannot give one (Express, a refusal).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trace: Option<Trace>,
    /// The identifiers that the engine chose in this run.
    #[serde(default)]
    pub identities: Identities,
    /// Where AWS itself may answer in more than one way. Only an oracle fills this.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub permits: Vec<Permit>,
    /// What the engine says about the same in another way, if it was asked.
    #[serde(default, skip_serializing_if = "CrossCheck::is_empty")]
    pub cross_check: CrossCheck,
}

/// Texts that an engine chose (execution ARN, names, start times), each with the placeholder that stands for it.
///
/// Key: the text as it appears in outputs and causes. Value: a placeholder such as `<execution-arn>`. Judging replaces
/// the one by the other, longest text first, so that the same identity reads the same on both sides.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Identities(pub BTreeMap<String, String>);

/// A place where AWS is not deterministic, or not known well enough, so that a difference proves nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Permit {
    /// When a branch or iteration of this state fails, how far its running siblings came is a race.
    SiblingProgress {
        /// The Parallel or Map state.
        state: String,
    },
    /// More than one branch or iteration of this state can be the first to fail.
    FirstFailure {
        /// The Parallel or Map state.
        state: String,
    },
    /// That the execution fails is known; cause and history of this failure are not, nor is its error name, unless an
    /// evaluation of JSONata fails.
    UncertainText {
        /// The state that failed.
        state: String,
    },
    /// How the execution fails is known; which events lead from the entry of the state to its failure is not.
    UncertainHistory {
        /// The state that failed.
        state: String,
    },
    /// How AWS goes on after this state, which failed or whose output is not known, is not known.
    UncertainOutcome {
        /// The state.
        state: String,
    },
    /// What AWS gives for a value that a state evaluates is not known.
    UncertainValue,
    /// The value comes from a random source (`States.UUID`, `States.MathRandom` without a seed).
    Random,
}

impl Permit {
    /// One sentence for the report: why a difference is allowed here.
    pub fn reason(&self) -> String {
        match self {
            Self::SiblingProgress { state } => {
                format!("when a branch of \"{state}\" fails, how far its siblings came is a race")
            }
            Self::FirstFailure { state } => {
                format!("more than one branch of \"{state}\" can be the first to fail")
            }
            Self::UncertainText { state } => {
                format!("how AWS words the failure of \"{state}\" is not known")
            }
            Self::UncertainHistory { state } => {
                format!("which events AWS has between the entry of \"{state}\" and its failure is not known")
            }
            Self::UncertainOutcome { state } => {
                format!("how AWS goes on after \"{state}\" is not known")
            }
            Self::UncertainValue => "what AWS gives for a value in it is not known".to_owned(),
            Self::Random => "the value is drawn at random".to_owned(),
        }
    }

    /// The same without the name of a state: one sentence for all cases that have the same reason.
    pub fn reason_in_general(&self) -> &'static str {
        match self {
            Self::SiblingProgress { .. } => "when a branch fails, how far its siblings came is a race",
            Self::FirstFailure { .. } => "more than one branch can be the first to fail",
            Self::UncertainText { .. } => "how AWS words a failure in it is not known",
            Self::UncertainHistory { .. } => "which events AWS has before a failure in it is not known",
            Self::UncertainOutcome { .. } => "how AWS goes on after a state in it is not known",
            Self::UncertainValue => "what AWS gives for a value in it is not known",
            Self::Random => "a value in it is drawn at random",
        }
    }
}
