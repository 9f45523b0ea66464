//! What the tasks of a server hear that no worker answers: scripted answers by machine and state, and S3 objects.

use std::collections::BTreeMap;

use asl_cases::{Answer, Resources};
use serde::Deserialize;

/// The scripted answers of a server, in the words of the case format.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stubs {
    /// By machine name and state name, the answers in the order of the attempts.
    #[serde(default)]
    pub machines: BTreeMap<String, BTreeMap<String, Vec<Answer>>>,
    /// What the readers of distributed Maps find.
    #[serde(default)]
    pub resources: Resources,
}

impl Stubs {
    /// The answers of one state; empty if nothing is scripted.
    pub(super) fn answers(&self, machine: &str, state: &str) -> &[Answer] {
        self.machines.get(machine).and_then(|states| states.get(state)).map_or(&[], Vec::as_slice)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn answers_are_found_by_machine_and_state() {
        let text = r#"{"machines": {"Orders": {"Charge": [{"succeed": {"paid": true}}]}}}"#;
        let stubs: Stubs = serde_json::from_str(text).expect("stubs");
        assert_eq!(stubs.answers("Orders", "Charge"), [Answer::Succeed(json!({"paid": true}))]);
        assert_eq!(stubs.answers("Orders", "Ship"), []);
        assert_eq!(stubs.answers("Other", "Charge"), []);
    }
}
