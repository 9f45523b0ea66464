//! The requirements that a definition exercises, read off its fields.

use asl_cases::{Case, RequirementId, scopes::states_of};
use serde_json::{Map, Value};

use crate::describe::{functions_in_fields, kind_of, operators_in};

type Object = Map<String, Value>;

const MAX_REQUIREMENTS: usize = 12;

/// What a field stands for, by state type; an empty type is any.
const FIELDS: &[(&str, &str, &str)] = &[
    ("Pass", "Result", "asl.pass.result"),
    ("Pass", "Parameters", "asl.pass.parameters"),
    ("Task", "Parameters", "asl.data-flow.parameters"),
    ("Task", "Resource", "asl.task.result"),
    ("Task", "TimeoutSeconds", "asl.task.timeout"),
    ("Task", "TimeoutSecondsPath", "asl.task.timeout-path"),
    ("Task", "HeartbeatSeconds", "asl.task.heartbeat"),
    ("Parallel", "Branches", "asl.parallel.result-order"),
    ("Parallel", "Parameters", "asl.parallel.branch-input"),
    ("Map", "ItemsPath", "asl.map.items-path"),
    ("Map", "ItemSelector", "asl.map.item-selector"),
    ("Map", "Parameters", "asl.map.legacy-fields"),
    ("Map", "Iterator", "asl.map.legacy-fields"),
    ("Map", "ItemProcessor", "asl.map.result-order"),
    ("Map", "MaxConcurrencyPath", "asl.map.max-concurrency-path"),
    ("Wait", "Seconds", "asl.wait.seconds"),
    ("Wait", "SecondsPath", "asl.wait.seconds-path"),
    ("Wait", "Timestamp", "asl.wait.timestamp"),
    ("Wait", "TimestampPath", "asl.wait.timestamp-path"),
    ("Fail", "Error", "asl.fail.error-cause"),
    ("Fail", "Cause", "asl.fail.error-cause"),
    ("Fail", "ErrorPath", "asl.fail.paths"),
    ("Fail", "CausePath", "asl.fail.paths"),
    ("Choice", "Default", "asl.choice.default"),
    ("Map", "ItemReader", "asl.map.item-reader"),
    ("Map", "ItemBatcher", "asl.map.batches"),
    ("Map", "ResultWriter", "asl.map.result-writer"),
    ("Map", "ToleratedFailureCount", "asl.map.tolerated-failures"),
    ("Map", "ToleratedFailurePercentage", "asl.map.tolerated-failures"),
    ("Map", "Items", "asl.jsonata.map"),
    ("Task", "Credentials", "asl.task.credentials"),
    ("", "Output", "asl.jsonata.output"),
    ("", "Assign", "asl.assign.basic"),
    ("Task", "HeartbeatSecondsPath", "asl.task.heartbeat"),
    ("", "ResultSelector", "asl.data-flow.result-selector"),
];

/// What a text inside a state stands for.
const TEXTS: &[(&str, &str)] = &[
    ("$$.", "asl.data-flow.context"),
    ("[?(", "asl.paths.filter"),
    ("[*]", "asl.paths.wildcard"),
    ("[99]", "asl.paths.index-out-of-range"),
    ("[-", "asl.paths.subscript"),
];

/// The ids of the catalogue that the case exercises, those of its area first.
pub(crate) fn requirements_of(case: &Case, area: &str) -> Vec<RequirementId> {
    let mut ids: Vec<String> = Vec::new();
    for (_, state) in states_of(&case.main().definition) {
        for id in requirements_of_state(state) {
            if !ids.contains(&id) {
                ids.push(id);
            }
        }
    }
    let prefix = format!("asl.{area}.");
    ids.sort_by_key(|id| !id.starts_with(&prefix));
    ids.truncate(MAX_REQUIREMENTS);
    ids.into_iter().map(RequirementId).collect()
}

fn requirements_of_state(state: &Object) -> Vec<String> {
    let kind = kind_of(state);
    let fields = FIELDS.iter().filter(|(type_name, field, _)| {
        (type_name.is_empty() || *type_name == kind) && state.contains_key(*field)
    });
    let mut ids: Vec<String> = fields.map(|(_, _, id)| (*id).to_owned()).collect();
    match kind {
        "Pass" if !state.contains_key("Result") && !state.contains_key("Parameters") => {
            ids.push("asl.pass.identity".to_owned());
        }
        "Succeed" => ids.push("asl.succeed.output".to_owned()),
        "Task" => ids.extend(requirement_of_resource(state).map(str::to_owned)),
        "Fail" if state.len() == 1 => ids.push("asl.fail.optional-fields".to_owned()),
        "Choice" => choice_requirements(state, &mut ids),
        _ => {}
    }
    data_flow_requirements(state, &mut ids);
    handling_requirements(state, &mut ids);
    text_requirements(state, &mut ids);
    ids
}

/// What the way of a call stands for.
fn requirement_of_resource(state: &Object) -> Option<&'static str> {
    let resource = state.get("Resource")?.as_str()?;
    if resource.ends_with(".waitForTaskToken") {
        Some("asl.task.task-token")
    } else if resource.contains(":startExecution.sync") {
        Some("asl.task.nested-result")
    } else if resource.contains(":lambda:") {
        Some("asl.task.lambda")
    } else {
        None
    }
}

fn choice_requirements(state: &Object, ids: &mut Vec<String>) {
    let rules = state.get("Choices").unwrap_or(&Value::Null);
    for operator in operators_in(rules) {
        if operator == "Condition" {
            ids.push("asl.jsonata.choice".to_owned());
            continue;
        }
        ids.push(requirement_of_operator(operator.trim_end_matches("Path")));
        if operator.ends_with("Path") {
            ids.push("asl.choice.path-operand".to_owned());
        }
    }
    for rule in rules.as_array().into_iter().flatten() {
        for (operator, id) in [("And", "and"), ("Or", "or"), ("Not", "not")] {
            if rule.get(operator).is_some() {
                ids.push(format!("asl.choice.{id}"));
            }
        }
    }
}

/// The four ordering operators of a family share one requirement.
fn requirement_of_operator(operator: &str) -> String {
    let is_order = operator.contains("Less") || operator.contains("Greater");
    match ["String", "Numeric", "Timestamp"].into_iter().find(|family| operator.starts_with(family)) {
        Some(family) if is_order => format!("asl.choice.{}-order", family.to_ascii_lowercase()),
        _ => format!("asl.choice.{}", kebab(operator)),
    }
}

fn data_flow_requirements(state: &Object, ids: &mut Vec<String>) {
    for (field, id) in [("InputPath", "input-path"), ("OutputPath", "output-path")] {
        match state.get(field) {
            None => {}
            Some(Value::Null) => ids.push("asl.data-flow.null-path".to_owned()),
            Some(_) => ids.push(format!("asl.data-flow.{id}")),
        }
    }
    match state.get("ResultPath") {
        None => {}
        Some(Value::Null) => ids.push("asl.data-flow.result-path-null".to_owned()),
        Some(path) if path == "$" => ids.push("asl.data-flow.result-path-replace".to_owned()),
        Some(_) => ids.push("asl.data-flow.result-path-insert".to_owned()),
    }
    match state.get("MaxConcurrency").and_then(Value::as_u64) {
        None => {}
        Some(1) => ids.push("asl.map.sequential".to_owned()),
        Some(_) => ids.push("asl.map.max-concurrency".to_owned()),
    }
}

fn handling_requirements(state: &Object, ids: &mut Vec<String>) {
    let is_composite = matches!(kind_of(state), "Parallel" | "Map");
    let suffix = if is_composite { "composite-state" } else { "basic" };
    if let Some(Value::Array(retriers)) = state.get("Retry") {
        ids.push(format!("asl.retry.{suffix}"));
        for (field, id) in
            [("MaxAttempts", "max-attempts"), ("BackoffRate", "backoff"), ("MaxDelaySeconds", "max-delay")]
        {
            if retriers.iter().any(|retrier| retrier.get(field).is_some()) {
                ids.push(format!("asl.retry.{id}"));
            }
        }
        if state.contains_key("Catch") {
            ids.push("asl.retry.then-catch".to_owned());
        }
    }
    if let Some(Value::Array(catchers)) = state.get("Catch") {
        ids.push(format!("asl.catch.{suffix}"));
        if catchers.iter().any(|catcher| catcher["ErrorEquals"][0] == "States.ALL") {
            ids.push("asl.catch.all".to_owned());
        }
        if catchers.iter().any(|catcher| catcher.get("ResultPath").is_some()) {
            ids.push("asl.catch.result-path".to_owned());
        }
    }
}

fn text_requirements(state: &Object, ids: &mut Vec<String>) {
    for function in functions_in_fields(state) {
        ids.push(format!("asl.intrinsics.{}", kebab(function.trim_start_matches("States."))));
    }
    for (_, value) in state.iter().filter(|(field, _)| !matches!(field.as_str(), "Result" | "Branches")) {
        if !value.get("States").is_some_and(Value::is_object) {
            collect_text_requirements(value, ids);
        }
    }
}

fn collect_text_requirements(value: &Value, ids: &mut Vec<String>) {
    match value {
        Value::Object(members) => members.values().for_each(|inner| collect_text_requirements(inner, ids)),
        Value::Array(items) => items.iter().for_each(|inner| collect_text_requirements(inner, ids)),
        Value::String(text) if text.starts_with('$') => {
            let found = TEXTS.iter().filter(|(part, _)| text.contains(part));
            ids.extend(found.map(|(_, id)| (*id).to_owned()));
            if text.contains("..") {
                ids.push("asl.paths.deep-scan".to_owned());
            }
        }
        _ => {}
    }
}

/// `TimestampEqualsPath` as `timestamp-equals-path`.
fn kebab(name: &str) -> String {
    let mut text = String::with_capacity(name.len() + 4);
    let mut was_upper = true;
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && !was_upper {
            text.push('-');
        }
        was_upper = letter.is_ascii_uppercase();
        text.push(letter.to_ascii_lowercase());
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_written_in_kebab_case() {
        assert_eq!(kebab("BooleanEquals"), "boolean-equals");
        assert_eq!(kebab("UUID"), "uuid");
        assert_eq!(kebab("Base64Encode"), "base64-encode");
    }

    #[test]
    fn every_listed_id_is_in_the_catalogue() {
        let listed = FIELDS.iter().map(|(_, _, id)| *id).chain(TEXTS.iter().map(|(_, id)| *id));
        for id in listed {
            assert!(RequirementId(id.to_owned()).entry().is_some(), "{id} is not in the catalogue");
        }
    }
}
