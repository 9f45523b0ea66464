//! Every odd JSON value in every place through which a document flows.

use serde_json::{Value, json};

use super::{Bound, one_jsonata_state, one_rule, one_state};

/// The values, each with a name.
fn values() -> Vec<(&'static str, Value)> {
    vec![
        ("null", Value::Null),
        ("true", json!(true)),
        ("false", json!(false)),
        ("zero", json!(0)),
        ("negative-zero", json!(-0.0)),
        ("minus-one", json!(-1)),
        ("two-to-the-53", json!(9_007_199_254_740_992_i64)),
        ("largest-int", json!(2_147_483_647)),
        ("smallest-fraction", json!(5e-324)),
        ("largest-double", json!(1e308)),
        ("tenth", json!(0.1)),
        ("whole-fraction", json!(1.0)),
        ("empty-text", json!("")),
        ("blank", json!(" ")),
        ("text-null", json!("null")),
        ("text-like-a-path", json!("$.value")),
        ("text-like-a-context-path", json!("$$.Execution.Id")),
        ("text-like-a-call", json!("States.UUID()")),
        ("text-like-an-expression", json!("{% 1 %}")),
        ("quotes-and-backslashes", json!("\"'\\`/")),
        ("control-characters", json!("a\tb\nc\u{1}\u{7f}")),
        ("beyond-the-basic-plane", json!("😀 e\u{301} \u{202e}abc")),
        ("empty-array", json!([])),
        ("array-of-empty-array", json!([[]])),
        ("array-of-null", json!([null])),
        ("empty-object", json!({})),
        ("empty-key", json!({"": {"": 0}})),
        ("odd-keys", json!({"a.b": 1, "a b": 2, "$": 3, "ä": 4, "0": 5, "length": 6})),
        ("key-with-dollar-at-the-end", json!({"a.$": "$.b"})),
    ]
}

/// Where a document flows: a name, the requirement, and the machine with its input.
type Place = (&'static str, &'static str, &'static str, fn(&Value) -> (Value, Value));

const PLACES: &[Place] = &[
    ("data-flow", "input", "asl.data-flow.any-json", |value| {
        (one_state("Keep", json!({"Type": "Pass"})), value.clone())
    }),
    ("data-flow", "parameters", "asl.data-flow.parameters", |value| {
        (
            one_state("Keep", json!({"Type": "Pass", "Parameters": {"kept.$": "$.value"}})),
            json!({"value": value}),
        )
    }),
    ("data-flow", "input-path", "asl.data-flow.input-path", |value| {
        (one_state("Keep", json!({"Type": "Pass", "InputPath": "$.value"})), json!({"value": value}))
    }),
    ("data-flow", "output-path", "asl.data-flow.output-path", |value| {
        (one_state("Keep", json!({"Type": "Pass", "OutputPath": "$.value"})), json!({"value": value}))
    }),
    ("data-flow", "result-path", "asl.data-flow.result-path-insert", |value| {
        let state = json!({"Type": "Pass", "InputPath": "$.value", "ResultPath": "$.kept"});
        (one_state("Keep", state), json!({"value": value}))
    }),
    ("parallel", "branch", "asl.parallel.branch-input", |value| {
        let branch = one_state("Keep", json!({"Type": "Pass"}));
        (one_state("Both", json!({"Type": "Parallel", "Branches": [branch]})), value.clone())
    }),
    ("map", "item", "asl.map.result-order", |value| {
        let processor = one_state("Keep", json!({"Type": "Pass"}));
        (one_state("Each", json!({"Type": "Map", "ItemProcessor": processor})), json!([value, value]))
    }),
    ("intrinsics", "array", "asl.intrinsics.array", |value| {
        let state = json!({"Type": "Pass", "Parameters": {"kept.$": "States.Array($.value, $.value)"}});
        (one_state("Call", state), json!({"value": value}))
    }),
    ("choice", "is-null", "asl.choice.is-null", |value| asked("IsNull", value)),
    ("choice", "is-string", "asl.choice.is-string", |value| asked("IsString", value)),
    ("choice", "is-numeric", "asl.choice.is-numeric", |value| asked("IsNumeric", value)),
    ("choice", "is-boolean", "asl.choice.is-boolean", |value| asked("IsBoolean", value)),
    ("choice", "is-present", "asl.choice.is-present", |value| asked("IsPresent", value)),
    ("choice", "is-timestamp", "asl.choice.is-timestamp", |value| asked("IsTimestamp", value)),
    ("jsonata", "output", "asl.jsonata.output", |value| {
        let state = json!({"Type": "Pass", "Output": {"kept": "{% $states.input.value %}"}});
        (one_jsonata_state("Keep", state), json!({"value": value}))
    }),
    ("jsonata", "input", "asl.jsonata.output", |value| {
        (one_jsonata_state("Keep", json!({"Type": "Pass"})), value.clone())
    }),
];

fn asked(operator: &str, value: &Value) -> (Value, Value) {
    (one_rule(json!({"Variable": "$.value", operator: true})), json!({"value": value}))
}

pub(super) fn cases() -> Vec<Bound> {
    let mut cases = Vec::new();
    for (value_name, value) in values() {
        for (area, place, requirement, build) in PLACES {
            let (definition, input) = build(&value);
            cases.push(Bound::new((area, &format!("{place}-{value_name}")), requirement, definition, input));
        }
        // A literal that looks like a template or an expression is one.
        if !is_evaluated(&value) {
            let literal = one_state("Make", json!({"Type": "Pass", "Result": value}));
            let name = format!("result-{value_name}");
            cases.push(Bound::new(("pass", &name), "asl.pass.result", literal, json!("input")));
            let literal = one_jsonata_state("Make", json!({"Type": "Pass", "Output": value}));
            let name = format!("literal-output-{value_name}");
            cases.push(Bound::new(("jsonata", &name), "asl.jsonata.output", literal, json!("input")));
        }
    }
    cases
}

fn is_evaluated(value: &Value) -> bool {
    value.as_str().is_some_and(|text| text.starts_with("{%")) || value.get("a.$").is_some()
}
