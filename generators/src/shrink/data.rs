//! Steps on documents: the input, the literals and paths of templates, the operands of rules, the stubs.

use asl_cases::{Answer, Case};
use serde_json::{Map, Value, json};

use super::{
    calls::simpler_calls, expressions::simpler_expressions, kept::Kept, state_mut, state_places,
    with_definition,
};

const DOCUMENTS: &[&str] =
    &["Parameters", "ResultSelector", "ItemSelector", "Result", "Arguments", "Output", "Assign", "Items"];
/// Those of them that are templates. None is left empty: what an engine makes of that can be another bug.
const TEMPLATES: &[&str] = &["Parameters", "ResultSelector", "ItemSelector", "Arguments", "Output", "Assign"];
/// Not the paths to items, errors and causes: what is around such a value is of another kind.
const PATHS: &[&str] = &["InputPath", "OutputPath", "ResultPath"];

pub(super) fn steps(case: &Case) -> Vec<Case> {
    let mut found = Vec::new();
    let kept = Kept::by(case);
    found.extend(simpler_values(&kept, &case.input).into_iter().map(|input| Case { input, ..case.clone() }));
    simplify_stubs(case, &kept, &mut found);
    for (scope, name) in state_places(&case.main().definition) {
        let state = case.main().definition.pointer(&scope).and_then(|scope| scope.get("States")?.get(&name));
        for field in DOCUMENTS {
            let document = state.and_then(|state| state.get(*field));
            let is_left_empty = |simpler: &Value| TEMPLATES.contains(field) && *simpler == json!({});
            let simpler = document.map(|document| simpler_values(&kept, document)).unwrap_or_default();
            for simpler in simpler.into_iter().filter(|simpler| !is_left_empty(simpler)) {
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

fn simplify_stubs(case: &Case, kept: &Kept, found: &mut Vec<Case>) {
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
            for simpler in simpler_answers(kept, answer) {
                let mut changed = answers.clone();
                changed[index] = simpler;
                add(changed);
            }
        }
    }
}

fn simpler_answers(kept: &Kept, answer: &Answer) -> Vec<Answer> {
    match answer {
        Answer::Succeed(output) => simpler_values(kept, output).into_iter().map(Answer::Succeed).collect(),
        Answer::Fail { error, cause } => {
            let without_cause = Answer::Fail { error: error.clone(), cause: Some(String::new()) };
            let has_cause = cause.as_deref() != Some("");
            has_cause.then_some(without_cause).into_iter().chain([Answer::Succeed(json!({}))]).collect()
        }
        Answer::Heartbeats { then, .. } | Answer::Submitted { then, .. } => vec![(**then).clone()],
        _ => Vec::new(),
    }
}

/// Smaller values of the same kind in the place of this one: nothing of it, one part less, one part simpler.
///
/// The kind stays, since what a field makes of a value of another kind can be another matter, or one that is not known.
fn simpler_values(kept: &Kept, value: &Value) -> Vec<Value> {
    match value {
        Value::String(text) if text.starts_with("{%") => simpler_expressions(text),
        Value::Object(members) => simpler_objects(kept, members),
        Value::Array(items) => simpler_arrays(kept, items),
        Value::String(text) => vec![json!(""), json!(text.chars().take(1).collect::<String>())],
        Value::Number(_) => vec![json!(0)],
        Value::Bool(_) | Value::Null => Vec::new(),
    }
}

fn simpler_objects(kept: &Kept, members: &Map<String, Value>) -> Vec<Value> {
    let mut found = Vec::new();
    if !kept.is_in(&Value::Object(members.clone())) {
        found.push(json!({}));
    }
    for (key, inner) in members {
        let name = key.trim_end_matches(".$");
        if !kept.has(name) && !kept.is_in(inner) {
            let mut fewer = members.clone();
            fewer.shift_remove(key);
            found.push(Value::Object(fewer));
        }
        let is_frozen = kept.has(name) && !(inner.is_object() || inner.is_array());
        for simpler in simpler_member(kept, key, inner).into_iter().filter(|_| !is_frozen) {
            let mut changed = members.clone();
            changed.insert(key.clone(), simpler);
            found.push(Value::Object(changed));
        }
    }
    found
}

fn simpler_arrays(kept: &Kept, items: &[Value]) -> Vec<Value> {
    let mut found = Vec::new();
    if kept.length == 0 && !items.iter().any(|item| kept.is_in(item)) {
        found.push(json!([]));
    }
    for (index, inner) in items.iter().enumerate() {
        if items.len() > kept.length {
            let mut fewer = items.to_vec();
            fewer.remove(index);
            found.push(Value::Array(fewer));
        }
        for simpler in simpler_values(kept, inner) {
            let mut changed = items.to_vec();
            changed[index] = simpler;
            found.push(Value::Array(changed));
        }
    }
    found
}

/// A `.$` member must stay a path or a call.
fn simpler_member(kept: &Kept, key: &str, value: &Value) -> Vec<Value> {
    match value.as_str().filter(|text| key.ends_with(".$") && !text.starts_with("{%")) {
        Some(expression) => shorter_paths(expression).into_iter().map(Value::from).collect(),
        None => simpler_values(kept, value),
    }
}

fn shorter_paths(expression: &str) -> Vec<String> {
    if expression.starts_with("States.") {
        return simpler_calls(expression);
    }
    let mut found = vec!["$".to_owned()];
    let cut = expression.rfind(['.', '[']).filter(|at| *at > 0);
    found.extend(cut.map(|at| expression[..at].trim_end_matches('.').to_owned()).filter(|path| path != "$"));
    found.retain(|path| path.len() < expression.len() && path.ends_with([']', '$']) | path.contains('.'));
    // The inside of a filter is no place to cut.
    found.retain(|path| path.matches('[').count() == path.matches(']').count());
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use asl_cases::Machine;
    use rstest::rstest;

    #[rstest]
    #[case::template("Parameters", false)]
    #[case::result("Result", true)]
    fn template_is_not_left_empty(#[case] field: &str, #[case] is_left_empty: bool) {
        let definition =
            json!({"StartAt": "A", "States": {"A": {"Type": "Pass", field: {"a": [1]}, "End": true}}});
        let case = Case::new(Machine::new(definition), json!(0));
        let simpler: Vec<_> =
            steps(&case).iter().map(|case| case.main().definition["States"]["A"][field].clone()).collect();
        assert_eq!(simpler.contains(&json!({})), is_left_empty, "{simpler:?}");
        assert!(simpler.contains(&json!({"a": []})), "{simpler:?}");
    }

    #[rstest]
    #[case("$.a.b", &["$", "$.a"])]
    #[case("$.a[0]", &["$", "$.a"])]
    #[case("$", &[])]
    #[case("States.UUID($.a)", &["$", "$.a", "States.UUID('a')"])]
    fn paths_get_shorter(#[case] expression: &str, #[case] expected: &[&str]) {
        assert_eq!(shorter_paths(expression), expected);
    }

    #[rstest]
    #[case(json!({"a": [1, "x"], "b": {"c": false}}))]
    #[case(json!([null, {"a": 5}]))]
    #[case(json!("text"))]
    fn every_value_keeps_its_kind(#[case] value: Value) {
        for simpler in simpler_values(&Kept::default(), &value) {
            assert_same_kinds(&value, &simpler);
        }
    }

    fn assert_same_kinds(whole: &Value, simpler: &Value) {
        assert_eq!(
            std::mem::discriminant(whole),
            std::mem::discriminant(simpler),
            "{whole} became {simpler}"
        );
        for (key, inner) in simpler.as_object().into_iter().flatten() {
            assert_same_kinds(&whole[key], inner);
        }
    }

    #[test]
    fn what_a_path_relies_on_stays() {
        let definition = json!({"States": {"A": {"ItemsPath": "$.list", "InputPath": "$.rows[1]"}}});
        let kept = Kept::by(&Case::new(asl_cases::Machine::new(definition), json!({})));
        let found = simpler_values(&kept, &json!({"list": [1, 2, 3], "rows": [7, 8], "x": 5}));
        assert!(found.contains(&json!({"list": [1, 2, 3], "rows": [7, 8]})));
        assert!(found.iter().all(|value| value["list"].as_array().is_some_and(|list| list.len() > 1)));
        assert!(found.iter().all(|value| value.get("rows").is_none_or(|rows| rows[1].is_number())));
    }
}
