//! Texts that are no definition at all.

use asl_cases::Case;
use serde_json::{Value, json};

use super::{Rule, rule};

pub(super) const RULES: &[Rule] = &[
    rule("json-cut-off", "its text ends too early", "asl.validation.json", |case, draw| {
        as_text(case, |text| text.chars().take(1 + draw.below(text.len() / 2)).collect())
    }),
    rule("empty-object", "it has neither States nor StartAt", "asl.validation.required-fields", |case, _| {
        case.machines.first_mut()?.definition = json!({});
        Some(())
    }),
];

/// Sends another text than that of a document.
fn as_text(case: &mut Case, change: impl FnOnce(&str) -> String) -> Option<()> {
    let machine = case.machines.first_mut()?;
    machine.definition = Value::String(change(&machine.definition_text()));
    machine.stubs.clear();
    Some(())
}
