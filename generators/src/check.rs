//! The structural rules that every generated and every simplified definition keeps.
//!
//! Documented and recorded rules of `CreateStateMachine`, as far as the generator could break them; no full validator.

use std::{collections::BTreeSet, fmt};

use asl_cases::scopes::inner_scopes;
use serde_json::{Map, Value};

/// Why a definition would be refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DefinitionFault(String);

impl fmt::Display for DefinitionFault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for DefinitionFault {}

type Checked = Result<(), DefinitionFault>;
type Object = Map<String, Value>;

const TEMPLATES: &[&str] = &["Parameters", "ResultSelector", "ItemSelector", "Assign"];
const PATH_FIELDS: &[&str] = &[
    "InputPath",
    "OutputPath",
    "ResultPath",
    "ResultSelector",
    "Parameters",
    "Result",
    "ItemsPath",
    "SecondsPath",
    "TimestampPath",
    "TimeoutSecondsPath",
    "HeartbeatSecondsPath",
    "MaxConcurrencyPath",
    "ErrorPath",
    "CausePath",
];
const JSONATA_FIELDS: &[&str] = &["Arguments", "Output", "Items"];
/// Fields that hold a value which JSONata may compute.
const VALUE_FIELDS: &[&str] = &[
    "Seconds",
    "Timestamp",
    "TimeoutSeconds",
    "HeartbeatSeconds",
    "MaxConcurrency",
    "ToleratedFailureCount",
    "ToleratedFailurePercentage",
];
const DISTRIBUTED_FIELDS: &[&str] = &["ItemReader", "ItemBatcher", "ResultWriter", "Label"];
const WAIT_FIELDS: &[&str] = &["Seconds", "SecondsPath", "Timestamp", "TimestampPath"];
const EXCLUSIVE: &[(&str, &str)] = &[
    ("Next", "End"),
    ("TimeoutSeconds", "TimeoutSecondsPath"),
    ("MaxConcurrency", "MaxConcurrencyPath"),
    ("Error", "ErrorPath"),
    ("Cause", "CausePath"),
    ("ItemProcessor", "Iterator"),
    ("ItemSelector", "Parameters"),
];

/// Checks names, transitions, reachability, ends, and the shape of rules, retriers, catchers and templates.
pub fn check_definition(definition: &Value) -> Checked {
    let is_jsonata = definition.get("QueryLanguage").is_some_and(|language| language == "JSONata");
    check_scope(object(definition, "the definition")?, is_jsonata, &mut BTreeSet::new())?;
    check_variables(definition, &BTreeSet::new())
}

fn check_scope<'a>(scope: &'a Object, is_jsonata: bool, names: &mut BTreeSet<&'a str>) -> Checked {
    let states = object(scope.get("States").unwrap_or(&Value::Null), "States")?;
    let start = scope.get("StartAt").and_then(Value::as_str).unwrap_or_default();
    if reachable_states(states, start).len() != states.len() || states.is_empty() {
        return fault(format!("from `{start}` not every state can be reached"));
    }
    for (name, state) in states {
        if name.chars().count() > 80 || !names.insert(name) {
            return fault(format!("the state name `{name}` is too long or used twice"));
        }
        let state = object(state, name)?;
        check_state(name, state, states)?;
        check_language(name, state, is_jsonata)?;
        for inner in inner_scopes(state) {
            check_scope(object(inner, name)?, is_jsonata, names)?;
        }
    }
    let ends =
        |state: &Value| state.get("End").is_some() || is_type(state, "Succeed") || is_type(state, "Fail");
    if states.values().any(ends) { Ok(()) } else { fault(format!("no state ends the scope of `{start}`")) }
}

/// A state has the fields of its own query language, and none of a mode that it is not in.
fn check_language(name: &str, state: &Object, machine_is_jsonata: bool) -> Checked {
    let own = state.get("QueryLanguage").and_then(Value::as_str);
    if machine_is_jsonata && own == Some("JSONPath") {
        return fault(format!("`{name}` speaks JSONPath in a machine that speaks JSONata"));
    }
    let is_jsonata = machine_is_jsonata || own == Some("JSONata");
    let foreign = if is_jsonata { PATH_FIELDS } else { JSONATA_FIELDS };
    if let Some(field) = foreign.iter().find(|field| state.contains_key(**field)) {
        return fault(format!("`{name}` has {field}, which its query language does not know"));
    }
    let is_expression =
        |field: &str| state.get(field).and_then(Value::as_str).is_some_and(|text| text.starts_with("{%"));
    if let Some(field) = VALUE_FIELDS.iter().find(|field| !is_jsonata && is_expression(field)) {
        return fault(format!("`{name}` has an expression as its {field}"));
    }
    if !is_jsonata {
        TEMPLATES
            .iter()
            .filter_map(|field| state.get(*field))
            .try_for_each(|template| check_template(name, template))?;
    }
    for rule in array(state.get("Choices")) {
        if rule.get("Condition").is_some() != is_jsonata {
            return fault(format!("`{name}` has a rule in another query language"));
        }
    }
    let mode = state.get("ItemProcessor").and_then(|processor| processor.pointer("/ProcessorConfig/Mode"));
    let is_distributed = mode.is_some_and(|mode| mode == "DISTRIBUTED");
    match DISTRIBUTED_FIELDS.iter().find(|field| state.contains_key(**field)) {
        Some(field) if !is_distributed => fault(format!("`{name}` has {field} in inline mode")),
        _ => Ok(()),
    }
}

/// Recorded: an inner scope that assigns a variable of an outer one is refused, whatever the order of the states is.
fn check_variables<'a>(scope: &'a Value, outer: &BTreeSet<&'a str>) -> Checked {
    let states = object(scope.get("States").unwrap_or(&Value::Null), "States")?;
    let mut visible = outer.clone();
    for (name, state) in states {
        let entries = ["Choices", "Catch"].into_iter().flat_map(|field| array(state.get(field)));
        let assignments =
            std::iter::once(state).chain(entries).filter_map(|object| object.get("Assign")?.as_object());
        for variable in assignments.flat_map(Object::keys) {
            let variable = variable.trim_end_matches(".$");
            if outer.contains(variable) {
                return fault(format!("`{name}` assigns `{variable}` of an outer scope"));
            }
            visible.insert(variable);
        }
    }
    for state in states.values().filter_map(Value::as_object) {
        for inner in inner_scopes(state) {
            let is_apart = inner.pointer("/ProcessorConfig/Mode").is_some_and(|mode| mode == "DISTRIBUTED");
            check_variables(inner, if is_apart { const { &BTreeSet::new() } } else { &visible })?;
        }
    }
    Ok(())
}

fn check_state(name: &str, state: &Object, states: &Object) -> Checked {
    let kind = state.get("Type").and_then(Value::as_str).unwrap_or_default();
    for (left, right) in EXCLUSIVE {
        if state.contains_key(*left) && state.contains_key(*right) {
            return fault(format!("`{name}` has both {left} and {right}"));
        }
    }
    for target in targets_of(state) {
        if !states.contains_key(target) {
            return fault(format!("`{name}` leads to `{target}`, which is not there"));
        }
    }
    let goes_on = state.contains_key("Next") || state.contains_key("End");
    if goes_on == matches!(kind, "Choice" | "Succeed" | "Fail") {
        return fault(format!("`{name}` is a {kind} and must, or must not, have Next or End"));
    }
    check_kind(name, kind, state)?;
    for field in ["Retry", "Catch"] {
        check_matchers(name, state.get(field))?;
    }
    Ok(())
}

fn check_kind(name: &str, kind: &str, state: &Object) -> Checked {
    let is_filled =
        |field: &str| state.get(field).and_then(Value::as_array).is_some_and(|items| !items.is_empty());
    let is_right = match kind {
        "Wait" => WAIT_FIELDS.iter().filter(|field| state.contains_key(**field)).count() == 1,
        "Choice" => is_filled("Choices"),
        "Parallel" => is_filled("Branches"),
        "Map" => inner_scopes(state).count() == 1,
        "Task" => state.get("Resource").is_some_and(Value::is_string),
        "Pass" | "Succeed" | "Fail" => true,
        _ => false,
    };
    if !is_right {
        return fault(format!("`{name}` lacks what a state of type `{kind}` needs"));
    }
    array(state.get("Choices")).iter().try_for_each(|rule| check_rule(name, rule, true))
}

fn check_rule(name: &str, rule: &Value, is_top: bool) -> Checked {
    let rule = object(rule, name)?;
    let is_test =
        |key: &&String| !matches!(key.as_str(), "Next" | "Variable" | "Comment" | "Assign" | "Output");
    let tests = rule.keys().filter(is_test).count();
    let is_combined = ["And", "Or", "Not", "Condition"].iter().any(|key| rule.contains_key(*key));
    if tests != 1 || rule.contains_key("Next") != is_top || rule.contains_key("Variable") == is_combined {
        return fault(format!("`{name}` has a malformed rule"));
    }
    for operator in ["And", "Or"] {
        if rule.get(operator).is_some_and(|inner| array(Some(inner)).is_empty()) {
            return fault(format!("`{name}` has an empty {operator}"));
        }
        array(rule.get(operator)).iter().try_for_each(|inner| check_rule(name, inner, false))?;
    }
    rule.get("Not").map_or(Ok(()), |inner| check_rule(name, inner, false))
}

fn check_matchers(name: &str, matchers: Option<&Value>) -> Checked {
    let matchers = array(matchers);
    for (index, matcher) in matchers.iter().enumerate() {
        let errors = array(matcher.get("ErrorEquals"));
        let has_all = errors.iter().any(|error| error == "States.ALL");
        if errors.is_empty() || (has_all && (errors.len() > 1 || index + 1 < matchers.len())) {
            return fault(format!("`{name}` has a malformed ErrorEquals"));
        }
    }
    Ok(())
}

fn check_template(name: &str, template: &Value) -> Checked {
    match template {
        Value::Object(members) => members.iter().try_for_each(|(key, value)| {
            let Some(stripped) = key.strip_suffix(".$") else { return check_template(name, value) };
            let is_expression =
                value.as_str().is_some_and(|text| text.starts_with('$') || text.starts_with("States."));
            if is_expression && !members.contains_key(stripped) {
                return Ok(());
            }
            fault(format!("`{name}` has a malformed or doubled template member `{key}`"))
        }),
        Value::Array(items) => items.iter().try_for_each(|item| check_template(name, item)),
        _ => Ok(()),
    }
}

/// The states that can be reached from this one, itself included, as far as they exist.
pub(crate) fn reachable_states<'a>(states: &'a Object, start: &'a str) -> BTreeSet<&'a str> {
    let mut reached = BTreeSet::new();
    let mut open = vec![start];
    while let Some(name) = open.pop() {
        let Some(state) = states.get(name).and_then(Value::as_object) else { continue };
        if reached.insert(name) {
            open.extend(targets_of(state));
        }
    }
    reached
}

/// The names of the states that may come next.
pub(crate) fn targets_of(state: &Object) -> Vec<&str> {
    let direct = ["Next", "Default"].into_iter().filter_map(|field| state.get(field));
    let listed = ["Choices", "Catch"].into_iter().flat_map(|field| array(state.get(field)));
    direct.chain(listed.filter_map(|entry| entry.get("Next"))).filter_map(Value::as_str).collect()
}

fn is_type(state: &Value, kind: &str) -> bool {
    state.get("Type").is_some_and(|found| found == kind)
}

fn array(value: Option<&Value>) -> &[Value] {
    value.and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

fn object<'a>(value: &'a Value, name: &str) -> Result<&'a Object, DefinitionFault> {
    value.as_object().ok_or_else(|| DefinitionFault(format!("{name} is not an object")))
}

fn fault(sentence: String) -> Checked {
    Err(DefinitionFault(sentence))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use serde_json::json;

    #[rstest]
    #[case::missing_target(json!({"A": {"Type": "Pass", "Next": "B"}}))]
    #[case::unreachable(json!({"A": {"Type": "Succeed"}, "B": {"Type": "Succeed"}}))]
    #[case::endless(json!({"A": {"Type": "Pass", "Next": "A"}}))]
    #[case::succeed_with_end(json!({"A": {"Type": "Succeed", "End": true}}))]
    #[case::two_waits(json!({"A": {"Type": "Wait", "Seconds": 1, "SecondsPath": "$.a", "End": true}}))]
    #[case::text_template(json!({"A": {"Type": "Pass", "Parameters": {"a.$": "text"}, "End": true}}))]
    #[case::all_not_alone(json!({"A": {"Type": "Task", "Resource": "r", "End": true,
        "Retry": [{"ErrorEquals": ["States.ALL", "E"]}]}}))]
    #[case::empty_choices(json!({"A": {"Type": "Choice", "Choices": [], "Default": "B"}, "B": {"Type": "Succeed"}}))]
    fn broken_definition_is_refused(#[case] states: Value) {
        assert!(check_definition(&json!({"StartAt": "A", "States": states})).is_err());
    }
}
