//! `variableReferences`: which workflow variables each state of a definition reads.
//!
//! Recorded: states at every depth are named, variables that a state assigns do not count, nor does what stands in a
//! text that is neither a path nor an intrinsic call.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::LazyLock,
};

use asl_cases::scopes::{SCOPE_FIELDS, inner_scopes};
use regex::Regex;
use serde_json::{Map, Value};

/// `$name`, and not `$$.…`, `$.…` or `$[…`.
static VARIABLE: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(?:^|[^$\w])\$([A-Za-z_][A-Za-z0-9_]*)").expect("the pattern is constant"));
/// A quoted text in an intrinsic call or in a JSONata expression.
static QUOTED: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r#"'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*""#).expect("the pattern is constant"));
/// `$f(…)` calls a function; `$x :=` and `function($x)` bind a name of the expression's own.
static OWN_NAME: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\$(\w+)\s*(?:\(|:=)|function\s*\(([^)]*)\)").expect("the pattern is constant")
});

/// By state name, the names of the variables; states without any are left out.
pub(super) fn variable_references(definition: &str) -> BTreeMap<String, BTreeSet<String>> {
    let mut references = BTreeMap::new();
    if definition.contains('$')
        && let Ok(definition) = serde_json::from_str::<Value>(definition)
    {
        collect_in_scope(&definition, &mut references);
    }
    references
}

fn collect_in_scope(scope: &Value, references: &mut BTreeMap<String, BTreeSet<String>>) {
    for (name, state) in scope.get("States").and_then(Value::as_object).into_iter().flatten() {
        let Some(fields) = state.as_object() else { continue };
        let mut names = BTreeSet::new();
        collect_in_fields(fields, &mut names);
        if !names.is_empty() {
            references.entry(name.clone()).or_default().extend(names);
        }
        inner_scopes(fields).for_each(|scope| collect_in_scope(scope, references));
    }
}

fn collect_in_fields(fields: &Map<String, Value>, names: &mut BTreeSet<String>) {
    for (key, value) in fields.iter().filter(|(key, _)| !SCOPE_FIELDS.contains(&key.as_str())) {
        match value {
            Value::String(text) => collect_in_text(key, text, names),
            Value::Object(inner) => collect_in_fields(inner, names),
            Value::Array(items) => items.iter().for_each(|item| collect_in_item(item, names)),
            _ => {}
        }
    }
}

fn collect_in_item(item: &Value, names: &mut BTreeSet<String>) {
    match item {
        Value::String(text) => collect_in_text("", text, names),
        Value::Object(inner) => collect_in_fields(inner, names),
        Value::Array(items) => items.iter().for_each(|item| collect_in_item(item, names)),
        _ => {}
    }
}

/// A JSONata expression, or the value of a field that is looked up.
fn collect_in_text(key: &str, text: &str, names: &mut BTreeSet<String>) {
    let expression = text.strip_prefix("{%").and_then(|rest| rest.strip_suffix("%}"));
    let is_path = key.ends_with(".$") || key.ends_with("Path") || key == "Variable";
    if expression.is_none() && !is_path {
        return;
    }
    let code = QUOTED.replace_all(expression.unwrap_or(text), "''");
    let own = if expression.is_some() { own_names(&code) } else { BTreeSet::new() };
    let found = VARIABLE.captures_iter(&code).map(|found| found[1].to_owned());
    names.extend(found.filter(|name| name != "states" && !own.contains(name)));
}

fn own_names(code: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for found in OWN_NAME.captures_iter(code) {
        names.extend(found.get(1).map(|name| name.as_str().to_owned()));
        let parameters = found.get(2).map_or("", |list| list.as_str()).split(',');
        names.extend(parameters.map(|name| name.trim().trim_start_matches('$').to_owned()));
    }
    names
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::json;

    use super::*;

    #[rstest]
    #[case::path(json!({"InputPath": "$answer.x[0]"}), "answer")]
    #[case::template(json!({"Parameters": {"a": {"b.$": "$result"}}}), "result")]
    #[case::intrinsic(json!({"Parameters": {"b.$": "States.Format('$no {}', $yes, $.no, $$.no)"}}), "yes")]
    #[case::choice(json!({"Choices": [{"Variable": "$guess", "StringEqualsPath": "$answer"}]}), "answer,guess")]
    #[case::assigned(json!({"Assign": {"a": 1, "b.$": "$c"}}), "c")]
    #[case::literal(json!({"ItemSelector": {"bucketName": "$bucket"}, "Result": "$x"}), "")]
    #[case::nested_path(json!({"ItemReader": {"ReaderConfig": {"MaxItemsPath": "$maxItems"}}}), "maxItems")]
    #[case::jsonata(json!({"Output": "{% $sum($prices) + $states.input.x & '$no' %}"}), "prices")]
    #[case::jsonata_own(json!({"Output": "{% ($y := 1; $map($list, function($v, $i) { $v + $y })) %}"}), "list")]
    fn state_names_the_variables_that_it_reads(#[case] fields: Value, #[case] expected: &str) {
        let definition = json!({"StartAt": "S", "States": {"S": fields}}).to_string();
        let found = variable_references(&definition).remove("S").unwrap_or_default();
        assert_eq!(found.into_iter().collect::<Vec<_>>().join(","), expected);
    }

    #[test]
    fn inner_states_are_named_and_outer_ones_do_not_read_for_them() {
        let inner = json!({"StartAt": "I", "States": {"I": {"InputPath": "$x"}}});
        let definition = json!({"StartAt": "M", "States": {"M": {"Type": "Map", "ItemProcessor": inner}}});
        let found = variable_references(&definition.to_string());
        assert_eq!(found.keys().collect::<Vec<_>>(), ["I"]);
    }
}
