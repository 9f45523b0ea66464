//! Paths, templates and calls that cannot be read.

use asl_cases::Case;
use serde_json::{Value, json};

use super::{Rule, put, rule, state_of_type, transitions::choice};
use crate::draw::Draw;

pub(super) const RULES: &[Rule] = &[
    rule("input-path-no-path", "InputPath does not begin with $", "asl.validation.paths", |case, draw| {
        let state = state_of_type(case, draw, "Pass", json!({"Type": "Pass"}))?;
        put(state, "InputPath", "value");
        Some(())
    }),
    rule(
        "result-path-into-the-context",
        "ResultPath leads into the context",
        "asl.validation.paths",
        |case, draw| {
            let state = state_of_type(case, draw, "Pass", json!({"Type": "Pass"}))?;
            put(state, "ResultPath", "$$.value");
            Some(())
        },
    ),
    rule("variable-no-path", "Variable does not begin with $", "asl.validation.paths", |case, draw| {
        let state = state_of_type(case, draw, "Choice", choice())?;
        let next = state.get("Choices")?.get(0)?.get("Next")?.clone();
        put(state, "Choices", json!([{"Variable": "value", "IsPresent": true, "Next": next}]));
        Some(())
    }),
    rule(
        "template-value-no-path",
        "a template has a value that is no path",
        "asl.validation.template-values",
        |case, draw| template(case, draw, &json!("value")),
    ),
    rule(
        "template-value-number",
        "a template has a number where a path stands",
        "asl.validation.template-values",
        |case, draw| template(case, draw, &json!(1)),
    ),
    rule(
        "call-not-closed",
        "a call has no closing parenthesis",
        "asl.validation.template-values",
        |case, draw| template(case, draw, &json!("States.Array(1, 2")),
    ),
    rule(
        "call-unknown",
        "a call of a function that nobody knows",
        "asl.validation.template-values",
        |case, draw| template(case, draw, &json!("States.Nothing($)")),
    ),
];

/// A Pass with one template. Its static result would stand for the template.
fn template(case: &mut Case, draw: &mut Draw, value: &Value) -> Option<()> {
    let state = state_of_type(case, draw, "Pass", json!({"Type": "Pass"}))?;
    state.shift_remove("Result");
    put(state, "Parameters", json!({"made.$": value}));
    Some(())
}
