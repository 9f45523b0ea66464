//! The content hash of a case.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{Case, canonical_json};

/// Sixteen hexadecimal digits: the head of the BLAKE3 hash of the canonical content (machines, input, stubs).
///
/// Two cases with one id send the same bytes to an engine, up to the order of object keys.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct CaseId(String);

impl CaseId {
    const DIGITS: usize = 16;

    /// The id of a case.
    pub fn of(case: &Case) -> Self {
        let mut content = json!({"machines": case.machines, "input": case.input});
        if let Some(test) = &case.test_state {
            content["test_state"] = json!(test);
        }
        let hash = blake3::hash(canonical_json(&content).as_bytes()).to_hex();
        Self(hash[..Self::DIGITS].to_owned())
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for CaseId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Machine, StateTest};

    #[test]
    fn id_ignores_names_and_key_order_but_not_input() {
        let one = Case::new(Machine::new(json!({"StartAt": "A", "States": {}})), json!(1));
        let mut renamed = Case::new(Machine::new(json!({"States": {}, "StartAt": "A"})), json!(1));
        renamed.name = "pass/renamed".to_owned();
        assert_eq!(one.id(), renamed.id());
        renamed.input = json!(2);
        assert_ne!(one.id(), renamed.id());
        let tested = Case { test_state: Some(StateTest::default()), ..one.clone() };
        assert_ne!(one.id(), tested.id());
    }
}
