//! Choice rules that say nothing, too much, or compare with a value of the wrong type.

use asl_cases::Case;
use serde_json::{Value, json};

use super::{Rule, put, rule, state_of_type, transitions::choice};
use crate::draw::Draw;

pub(super) const RULES: &[Rule] = &[
    rule("rule-without-operator", "a rule compares nothing", "asl.validation.choice-rules", |case, draw| {
        with_rule(case, draw, &json!({"Variable": "$.value"}))
    }),
    rule("rule-with-two-operators", "a rule compares twice", "asl.validation.choice-rules", |case, draw| {
        with_rule(case, draw, &json!({"Variable": "$.value", "IsNull": true, "IsPresent": true}))
    }),
    rule(
        "operator-unknown",
        "a rule has an operator that nobody knows",
        "asl.validation.choice-rules",
        |case, draw| with_rule(case, draw, &json!({"Variable": "$.value", "StringContains": "x"})),
    ),
    rule(
        "nested-rule-with-next",
        "a rule inside another one has Next",
        "asl.validation.choice-rules",
        |case, draw| {
            let inner = json!({"Variable": "$.value", "IsPresent": true, "Next": "$next"});
            with_rule(case, draw, &json!({"Not": inner}))
        },
    ),
    rule("empty-and", "And is empty", "asl.validation.not-empty", |case, draw| {
        with_rule(case, draw, &json!({"And": []}))
    }),
    rule("empty-or", "Or is empty", "asl.validation.not-empty", |case, draw| {
        with_rule(case, draw, &json!({"Or": []}))
    }),
    rule("number-against-text", "NumericEquals has a text", "asl.validation.choice-rules", |case, draw| {
        with_rule(case, draw, &json!({"Variable": "$.value", "NumericEquals": "1"}))
    }),
    rule("text-against-number", "StringEquals has a number", "asl.validation.choice-rules", |case, draw| {
        with_rule(case, draw, &json!({"Variable": "$.value", "StringEquals": 1}))
    }),
];

/// A Choice whose only rule is this one; `"$next"` in it stands for where it leads.
fn with_rule(case: &mut Case, draw: &mut Draw, rule: &Value) -> Option<()> {
    let state = state_of_type(case, draw, "Choice", choice())?;
    // Everything that the other rules lead to stays reachable.
    let rules = state.get("Choices")?.as_array()?.clone();
    let next = rules.first()?.get("Next")?.clone();
    let text = rule.to_string().replace("\"$next\"", &next.to_string());
    let mut rule: Value = serde_json::from_str(&text).expect("a name in the place of a text");
    rule["Next"] = next;
    let changed: Vec<Value> = std::iter::once(rule).chain(rules.into_iter().skip(1)).collect();
    put(state, "Choices", changed);
    Some(())
}
