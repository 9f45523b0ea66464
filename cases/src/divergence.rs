//! One difference between what is right and what an engine did.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{Facet, Oracle, Signature};

/// One facet on which the engine differs, with both sides after normalisation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Divergence {
    /// The facet.
    pub facet: Facet,
    /// What differs, in one sentence.
    pub sentence: String,
    /// Which bug it shows: divergences with one signature are one bug.
    pub signature: Signature,
    /// The right side.
    pub expected: Value,
    /// The engine's side.
    pub actual: Value,
    /// Who says what is right, and how they know.
    pub oracle: Oracle,
    /// Why it is accepted for now, if it is on the list of what is known about the engine.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known: Option<String>,
}
