//! Every part of a case with another value in its place: what does not matter to a difference can be anything.

use asl_cases::{Answer, Case};
use serde_json::{Value, json};

use super::{escape, is_sound, looping_states, state_places};

/// Fields whose values are data; everything else in a state is a part of the language.
const DATA_FIELDS: &[&str] =
    &["Parameters", "Result", "ResultSelector", "ItemSelector", "Arguments", "Output", "Assign"];
/// Fields that hold a text or number of the author's choice.
const VALUE_FIELDS: &[&str] = &["Error", "Cause", "Seconds", "MaxConcurrency"];
/// Members of a rule that are no literal.
const RULE_WORDS: &[&str] = &["Variable", "Next", "Comment", "And", "Or", "Not"];

/// The JSON pointer of each value in the case (from its `input`, `definition` or `stubs`), with a case in which that
/// value is another one of the same kind.
///
/// # Panics
/// If the case holds no machine; reading a case file refuses that.
pub fn variations(case: &Case) -> Vec<(String, Case)> {
    let mut found = Vec::new();
    for (pointer, varied) in varied_leaves(&case.input) {
        found.push((format!("/input{pointer}"), Case { input: varied, ..case.clone() }));
    }
    for pointer in data_places(&case.main().definition) {
        let Some(value) = case.main().definition.pointer(&pointer) else { continue };
        for (inner, varied) in varied_leaves(value) {
            let mut changed = case.clone();
            if let Some(place) = changed.machines[0].definition.pointer_mut(&pointer) {
                *place = varied;
                found.push((format!("/definition{pointer}{inner}"), changed));
            }
        }
    }
    for (state, answers) in &case.main().stubs {
        for (index, answer) in answers.iter().enumerate() {
            let Answer::Succeed(output) = answer else { continue };
            for (inner, varied) in varied_leaves(output) {
                let mut changed = case.clone();
                changed.machines[0].stubs.get_mut(state).expect("it is there")[index] =
                    Answer::Succeed(varied);
                found.push((format!("/stubs/{}/{index}/succeed{inner}", escape(state)), changed));
            }
        }
    }
    let loops = looping_states(&case.main().definition);
    let is_other = |varied: &Case| varied.machines != case.machines || varied.input != case.input;
    found.retain(|(_, varied)| {
        is_other(varied) && (varied.machines == case.machines || is_sound(varied, &loops))
    });
    found
}

fn data_places(definition: &Value) -> Vec<String> {
    let mut found = Vec::new();
    for (scope, name) in state_places(definition) {
        let base = format!("{scope}/States/{}", escape(&name));
        let fields = definition.pointer(&base).and_then(Value::as_object).into_iter().flatten();
        for (field, value) in fields {
            if DATA_FIELDS.contains(&field.as_str()) || VALUE_FIELDS.contains(&field.as_str()) {
                found.push(format!("{base}/{field}"));
            } else if field == "Choices" {
                let rules = value.as_array().into_iter().flatten().enumerate();
                for (index, rule) in rules {
                    let operands = rule.as_object().into_iter().flatten().map(|(member, _)| member);
                    let literal = operands
                        .filter(|member| !RULE_WORDS.contains(&member.as_str()) && !member.ends_with("Path"));
                    found.extend(literal.map(|member| format!("{base}/Choices/{index}/{member}")));
                }
            }
        }
    }
    found
}

/// The whole document with one of its leaves changed, for each leaf.
fn varied_leaves(value: &Value) -> Vec<(String, Value)> {
    match value {
        Value::Object(members) => members
            .iter()
            .filter(|(key, _)| !key.ends_with(".$"))
            .flat_map(|(key, inner)| {
                varied_leaves(inner).into_iter().map(move |(pointer, varied)| {
                    let mut changed = members.clone();
                    changed.insert(key.clone(), varied);
                    (format!("/{}{pointer}", escape(key)), Value::Object(changed))
                })
            })
            .collect(),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .flat_map(|(index, inner)| {
                varied_leaves(inner).into_iter().map(move |(pointer, varied)| {
                    let mut changed = items.clone();
                    changed[index] = varied;
                    (format!("/{index}{pointer}"), Value::Array(changed))
                })
            })
            .collect(),
        Value::String(text) if text.starts_with("{%") || text.starts_with('$') => Vec::new(),
        Value::String(text) => vec![(String::new(), json!(format!("{text}q")))],
        Value::Number(number) => number
            .as_i64()
            .and_then(|whole| whole.checked_add(1))
            .map(|more| (String::new(), json!(more)))
            .into_iter()
            .collect(),
        Value::Bool(truth) => vec![(String::new(), json!(!truth))],
        Value::Null => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use asl_cases::Machine;

    use super::*;

    #[test]
    fn every_value_is_varied_and_no_path_or_name() {
        let definition = json!({"StartAt": "A", "States": {
            "A": {"Type": "Pass", "Parameters": {"k": "v", "p.$": "$.a"}, "Next": "B"},
            "B": {"Type": "Choice", "Choices": [{"Variable": "$.a", "NumericEquals": 1, "Next": "C"}], "Default": "C"},
            "C": {"Type": "Succeed"}
        }});
        let case = Case::new(Machine::new(definition), json!({"a": [1, null, true]}));
        let pointers: Vec<_> = variations(&case).into_iter().map(|(pointer, _)| pointer).collect();
        assert_eq!(
            pointers,
            [
                "/input/a/0",
                "/input/a/2",
                "/definition/States/A/Parameters/k",
                "/definition/States/B/Choices/0/NumericEquals"
            ]
        );
    }
}
