//! What the API says about one thing in more than one way.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Trace;

/// Further answers of the API about what was observed, which must agree with it. Asked of a share of the cases.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CrossCheck {
    /// The history read again in small pages, one after the other, as they came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pages: Option<Trace>,
    /// The history with `reverseOrder`, as it came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reversed: Option<Trace>,
    /// What `ValidateStateMachineDefinition` says about the definition.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub validated: Option<Validated>,
}

/// The result of a validation, and what `CreateStateMachine` made of the same text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Validated {
    /// Whether the result was `OK`.
    pub is_ok: bool,
    /// The messages of its errors.
    pub errors: Vec<String>,
    /// The code with which `CreateStateMachine` refused the definition; `None` if it accepted it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refusal: Option<String>,
}

impl CrossCheck {
    /// Whether nothing was asked.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}
