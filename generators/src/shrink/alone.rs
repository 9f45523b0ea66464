//! The smallest place for an expression: a Pass that puts out what it gives, on the input that its state had.

use asl_cases::Case;
use serde_json::{Map, Value, json};

use super::{Object, is_sound, looping_states, tidy};

/// Fields of any state that are evaluated on its input alone, with all that is in them.
const OF_INPUT: &[&str] = &[
    "Parameters",
    "Arguments",
    "Assign",
    "ItemsPath",
    "Items",
    "Choices",
    "SecondsPath",
    "Seconds",
    "TimestampPath",
    "Timestamp",
    "ErrorPath",
    "Error",
    "CausePath",
    "Cause",
    "TimeoutSecondsPath",
    "TimeoutSeconds",
    "HeartbeatSecondsPath",
    "HeartbeatSeconds",
    "MaxConcurrencyPath",
    "MaxConcurrency",
    "ToleratedFailureCountPath",
    "ToleratedFailureCount",
    "ToleratedFailurePercentagePath",
    "ToleratedFailurePercentage",
];
/// States without a result: their output comes of their input too.
const WITHOUT_RESULT: &[&str] = &["Choice", "Fail", "Pass", "Succeed", "Wait"];
/// What only means something where the expression stood.
const BOUND: &[&str] = &["$states.result", "$states.errorOutput", "$$.Map.", "$$.Task.", "context.Task"];

/// For each expression of the first state a machine of one Pass with it. They are valid, but not always smaller.
pub fn expressions_alone(case: &Case) -> Vec<Case> {
    let definition = &case.main().definition;
    let Some(name) = definition["StartAt"].as_str() else { return Vec::new() };
    let Some(state) = definition["States"][name].as_object() else { return Vec::new() };
    let mut expressions = Vec::new();
    let is_of_input = |field: &str| {
        let is_output = field == "Output" && WITHOUT_RESULT.iter().any(|kind| state["Type"] == *kind);
        is_output || OF_INPUT.contains(&field)
    };
    state.iter().filter(|(field, _)| is_of_input(field)).for_each(|(field, value)| {
        collect(field, value, &mut expressions);
    });
    let machines = expressions.into_iter().map(|expression| {
        let mut alone = case.clone();
        alone.machines[0].definition = json!({"StartAt": name, "States": {name: pass(state, expression)}});
        if let Some(language) = definition.get("QueryLanguage") {
            alone.machines[0].definition["QueryLanguage"] = language.clone();
        }
        tidy(case, alone)
    });
    let is_other = |alone: &Case| alone.main().definition["States"][name].as_object() != Some(state);
    machines
        .filter(|alone| is_other(alone) && is_sound(alone, &looping_states(&alone.main().definition)))
        .collect()
}

/// A Pass that puts out what an expression gives. What its state selects of the input stays.
fn pass(state: &Object, expression: &str) -> Value {
    let mut pass = Map::new();
    pass.insert("Type".to_owned(), "Pass".into());
    let kept = ["QueryLanguage", "InputPath"].into_iter();
    pass.extend(kept.filter_map(|field| Some((field.to_owned(), state.get(field)?.clone()))));
    if is_jsonata(expression) {
        pass.insert("Output".to_owned(), json!({"value": expression}));
    } else {
        pass.insert("Parameters".to_owned(), json!({"value.$": expression}));
    }
    pass.insert("End".to_owned(), true.into());
    pass.into()
}

fn is_jsonata(text: &str) -> bool {
    text.starts_with("{%") && text.ends_with("%}")
}

/// The expressions in the value of a field, whole.
fn collect<'a>(field: &str, value: &'a Value, found: &mut Vec<&'a str>) {
    match value {
        Value::String(text) => {
            let is_path = field.ends_with(".$") || field.ends_with("Path") || field == "Variable";
            let is_bound = BOUND.iter().any(|bound| text.contains(bound));
            if (is_path || is_jsonata(text)) && !is_bound && !found.contains(&text.as_str()) {
                found.push(text);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| collect("", item, found)),
        Value::Object(members) => members.iter().for_each(|(name, value)| collect(name, value, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use asl_cases::Machine;
    use rstest::rstest;

    use super::*;

    fn alone(state: &Value) -> Vec<Value> {
        let definition = json!({"StartAt": "A", "States": {"A": state, "B": {"Type": "Succeed"}}});
        let found = expressions_alone(&Case::new(Machine::new(definition), json!({})));
        found.iter().map(|case| case.main().definition["States"]["A"].clone()).collect()
    }

    #[rstest]
    #[case::rules(
        json!({"Type": "Choice", "InputPath": "$.in", "Default": "B", "Choices": [
            {"Not": {"Variable": "$$.State.Name", "StringEqualsPath": "$.a"}, "Assign": {"v.$": "States.UUID()"}, "Next": "B"}
        ]}),
        &["$$.State.Name", "$.a", "States.UUID()"]
    )]
    #[case::seconds(json!({"Type": "Wait", "InputPath": "$.in", "SecondsPath": "$.s", "Next": "B"}), &["$.s"])]
    #[case::bound_to_its_place(
        json!({"Type": "Task", "InputPath": "$.in", "Resource": "arn:aws:states:us-east-1:123456789012:activity:work",
               "Parameters": {"a": [{"t.$": "$$.Task.Token"}]}, "ResultSelector": {"b.$": "$.b"}, "Next": "B"}),
        &[]
    )]
    fn expressions_on_the_input_stand_alone(#[case] state: Value, #[case] expressions: &[&str]) {
        let pass = |text: &&str| json!({"Type": "Pass", "InputPath": "$.in", "Parameters": {"value.$": text}, "End": true});
        assert_eq!(alone(&state), expressions.iter().map(pass).collect::<Vec<_>>());
    }

    #[test]
    fn jsonata_stands_alone_with_its_language() {
        let state = json!({"Type": "Fail", "QueryLanguage": "JSONata", "Cause": "{% $hash('a', 'MD5') %}"});
        let wanted = json!({"Type": "Pass", "QueryLanguage": "JSONata", "Output": {"value": "{% $hash('a', 'MD5') %}"}, "End": true});
        assert_eq!(alone(&state), std::slice::from_ref(&wanted));
        assert!(alone(&wanted).is_empty(), "it stands alone already");
    }
}
