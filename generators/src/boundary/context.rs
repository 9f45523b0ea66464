//! The context object in each kind of place where an expression reads it: alone, as a member, in a rule, in what a task is given.

use asl_cases::Answer;
use serde_json::{Value, json};

use super::{ACTIVITY, Bound, one_jsonata_state, one_state};

/// What an iteration reads of its item.
const OF_THE_ITEM: &[(&str, &str)] =
    &[("item", "Map.Item"), ("value", "Map.Item.Value"), ("index", "Map.Item.Index")];

pub(super) fn cases() -> Vec<Bound> {
    let mut cases = Vec::new();
    for (name, field) in OF_THE_ITEM {
        let path = json!({"Type": "Pass", "Parameters": {"read.$": format!("$$.{field}")}});
        cases.push(in_iterations(&format!("context-{name}"), &one_state("Read", path), "JSONPath"));
        let read = format!("$states.context.{field}");
        let forms = [
            ("", json!(format!("{{% {read} %}}"))),
            ("-as-a-member", json!({"read": format!("{{% {read} %}}")})),
            ("-in-an-object", json!(format!("{{% {{'read': {read}}} %}}"))),
        ];
        for (form, output) in forms {
            let name = format!("context-jsonata-{name}{form}");
            let inner = one_state("Read", json!({"Type": "Pass", "Output": output}));
            cases.push(in_iterations(&name, &inner, "JSONata"));
        }
    }
    let by_path = json!({"Variable": "$$.Map.Item.Index", "NumericEquals": 0, "Next": "First"});
    cases.push(in_iterations("context-in-a-rule", &first_or_other(&by_path), "JSONPath"));
    let condition = json!({"Condition": "{% $states.context.Map.Item.Index = 0 %}", "Next": "First"});
    cases.push(in_iterations("context-jsonata-in-a-rule", &first_or_other(&condition), "JSONata"));
    for catches in [false, true] {
        cases.extend([given_to_a_task("JSONPath", catches), given_to_a_task("JSONata", catches)]);
    }
    cases
}

/// A Choice that goes one way or the other.
fn first_or_other(rule: &Value) -> Value {
    json!({"StartAt": "Ask", "States": {
        "Ask": {"Type": "Choice", "Choices": [rule], "Default": "Other"},
        "First": {"Type": "Pass", "End": true},
        "Other": {"Type": "Succeed"}
    }})
}

/// A Map of three items with these iterations.
fn in_iterations(name: &str, inner: &Value, language: &str) -> Bound {
    let map = json!({"Type": "Map", "ItemProcessor": inner});
    let definition =
        if language == "JSONata" { one_jsonata_state("Each", map) } else { one_state("Each", map) };
    Bound::new(("map", name), "asl.map.item-context", definition, json!([4, "b", {"c": 1}]))
}

/// A task that is given the input of the execution, where that of its state is another one.
fn given_to_a_task(language: &str, catches: bool) -> Bound {
    let is_jsonata = language == "JSONata";
    let (field, text, made) = if is_jsonata {
        ("Arguments", json!({"text": "{% $states.context.Execution.Input.text %}"}), "Output")
    } else {
        ("Parameters", json!({"text.$": "$$.Execution.Input.text"}), "Result")
    };
    let mut task = json!({"Type": "Task", "Resource": ACTIVITY, field: text, "End": true});
    if catches {
        task["Catch"] = json!([{"ErrorEquals": ["States.ALL"], "Next": "Caught"}]);
    }
    let mut definition = json!({"StartAt": "Change", "QueryLanguage": language, "States": {
        "Change": {"Type": "Pass", made: {"other": 1}, "Next": "Work"},
        "Work": task
    }});
    if catches {
        definition["States"]["Caught"] = json!({"Type": "Pass", "End": true});
    }
    let name = format!(
        "context-{}given{}",
        if is_jsonata { "jsonata-" } else { "" },
        if catches { "-with-a-catcher" } else { "" }
    );
    let input = json!({"text": "of the execution"});
    Bound::new(("task", &name), "asl.data-flow.context", definition, input)
        .with_answers("Work", vec![Answer::Succeed(json!("done"))])
}
