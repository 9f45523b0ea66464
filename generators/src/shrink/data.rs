//! Steps on documents: the input, the literals and paths of templates, the operands of rules, the stubs.

use asl_cases::{Answer, Case};
use serde_json::{Value, json};

use super::{state_mut, state_places, with_definition};

const DOCUMENTS: &[&str] = &["Parameters", "ResultSelector", "ItemSelector", "Result"];
const PATHS: &[&str] = &["InputPath", "OutputPath", "ItemsPath", "ResultPath", "ErrorPath", "CausePath"];

pub(super) fn steps(case: &Case) -> Vec<Case> {
    let mut found = Vec::new();
    found.extend(simpler_values(&case.input).into_iter().map(|input| Case { input, ..case.clone() }));
    simplify_stubs(case, &mut found);
    for (scope, name) in state_places(&case.main().definition) {
        let state = case.main().definition.pointer(&scope).and_then(|scope| scope.get("States")?.get(&name));
        for field in DOCUMENTS {
            let document = state.and_then(|state| state.get(*field));
            for simpler in document.map(simpler_values).unwrap_or_default() {
                found.extend(set_field(case, (&scope, &name), field, simpler));
            }
        }
        for field in PATHS {
            let path = state.and_then(|state| state.get(*field)).and_then(Value::as_str);
            for simpler in path.map(shorter_paths).unwrap_or_default() {
                found.extend(set_field(case, (&scope, &name), field, simpler.into()));
            }
        }
    }
    found
}

fn set_field(case: &Case, (scope, name): (&str, &str), field: &str, value: Value) -> Option<Case> {
    with_definition(case, |definition| {
        state_mut(definition, scope, name)?.insert(field.to_owned(), value);
        Some(())
    })
}

fn simplify_stubs(case: &Case, found: &mut Vec<Case>) {
    for (name, answers) in &case.main().stubs {
        let mut add = |answers: Vec<Answer>| {
            let mut changed = case.clone();
            changed.machines[0].stubs.insert(name.clone(), answers);
            found.push(changed);
        };
        for index in (0..answers.len()).filter(|_| answers.len() > 1) {
            let mut fewer = answers.clone();
            fewer.remove(index);
            add(fewer);
        }
        for (index, answer) in answers.iter().enumerate() {
            for simpler in simpler_answers(answer) {
                let mut changed = answers.clone();
                changed[index] = simpler;
                add(changed);
            }
        }
    }
}

fn simpler_answers(answer: &Answer) -> Vec<Answer> {
    match answer {
        Answer::Succeed(output) => simpler_values(output).into_iter().map(Answer::Succeed).collect(),
        Answer::Fail { error, cause } if cause.as_deref() != Some("") => {
            vec![Answer::Fail { error: error.clone(), cause: Some(String::new()) }]
        }
        Answer::Heartbeats { then, .. } => vec![(**then).clone()],
        _ => Vec::new(),
    }
}

/// Smaller values in the place of this one: nothing of it, one part less, one part simpler.
fn simpler_values(value: &Value) -> Vec<Value> {
    let mut found = Vec::new();
    match value {
        Value::Object(members) => {
            found.push(json!({}));
            for (key, inner) in members {
                let mut fewer = members.clone();
                fewer.shift_remove(key);
                found.push(Value::Object(fewer));
                for simpler in simpler_member(key, inner) {
                    let mut changed = members.clone();
                    changed.insert(key.clone(), simpler);
                    found.push(Value::Object(changed));
                }
            }
        }
        Value::Array(items) => {
            found.extend([json!({}), json!([])]);
            for (index, inner) in items.iter().enumerate() {
                let mut fewer = items.clone();
                fewer.remove(index);
                found.push(Value::Array(fewer));
                for simpler in simpler_values(inner) {
                    let mut changed = items.clone();
                    changed[index] = simpler;
                    found.push(Value::Array(changed));
                }
            }
        }
        // An empty object is the plainest document of all, and shorter than most scalars.
        Value::String(text) => {
            found.extend([json!({}), json!(""), json!(text.chars().take(1).collect::<String>())]);
        }
        Value::Number(_) => found.extend([json!({}), json!(0), json!(1)]),
        Value::Bool(_) | Value::Null => found.extend([json!({}), json!(0)]),
    }
    found
}

/// A `.$` member must stay a path or a call.
fn simpler_member(key: &str, value: &Value) -> Vec<Value> {
    match value.as_str().filter(|_| key.ends_with(".$")) {
        Some(expression) => shorter_paths(expression).into_iter().map(Value::from).collect(),
        None => simpler_values(value),
    }
}

fn shorter_paths(expression: &str) -> Vec<String> {
    if expression.starts_with("States.") {
        return shorter_calls(expression);
    }
    let mut found = vec!["$".to_owned()];
    let cut = expression.rfind(['.', '[']).filter(|at| *at > 0);
    found.extend(cut.map(|at| expression[..at].trim_end_matches('.').to_owned()).filter(|path| path != "$"));
    found.retain(|path| path.len() < expression.len() && path.ends_with([']', '$']) | path.contains('.'));
    found
}

/// The arguments of a call that are calls or paths themselves.
fn shorter_calls(call: &str) -> Vec<String> {
    let mut found = vec!["$".to_owned()];
    let Some(open) = call.find('(') else { return found };
    let arguments = &call[open + 1..call.len().saturating_sub(1)];
    if (arguments.starts_with("States.") && is_one_call(arguments)) || is_one_path(arguments) {
        found.push(arguments.to_owned());
    }
    found
}

fn is_one_call(text: &str) -> bool {
    let quotes = text.matches('\'').count();
    quotes == 0 && text.ends_with(')') && text.matches('(').count() == 1 && text.matches(')').count() == 1
}

fn is_one_path(text: &str) -> bool {
    text.starts_with('$') && !text.contains([',', '\'', ' ', '('])
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("$.a.b", &["$", "$.a"])]
    #[case("$.a[0]", &["$", "$.a"])]
    #[case("$", &[])]
    #[case("States.JsonToString($.a)", &["$", "$.a"])]
    fn paths_get_shorter(#[case] expression: &str, #[case] expected: &[&str]) {
        assert_eq!(shorter_paths(expression), expected);
    }
}
