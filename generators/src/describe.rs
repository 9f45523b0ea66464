//! What a definition contains, read off it: the title of a case, and the requirements that it exercises.

use std::{collections::BTreeSet, sync::LazyLock};

use asl_cases::{Case, RequirementId, requirements};
use serde_json::{Map, Value};

use crate::check::inner_scopes;

type Object = Map<String, Value>;

const MAX_REQUIREMENTS: usize = 12;
const NO_OPERATORS: &[&str] = &["Variable", "Next", "Comment", "And", "Or", "Not"];
const DATA_FLOW_FIELDS: &[&str] =
    &["InputPath", "Parameters", "ItemsPath", "ItemSelector", "ResultSelector", "ResultPath", "OutputPath"];

static KNOWN_IDS: LazyLock<BTreeSet<&'static str>> =
    LazyLock::new(|| requirements().iter().map(|entry| entry.id.0.as_str()).collect());

/// One sentence about the state that stands for the area.
pub(crate) fn describe(case: &Case, area: &str) -> String {
    let states = states_of(&case.main().definition);
    let subject = states.iter().map(|(_, state)| *state).find(|state| stands_for(state, area));
    let Some(state) = subject.or_else(|| states.first().map(|(_, state)| *state)) else {
        return "A definition without states".to_owned();
    };
    let rest = match states.len() {
        1 => String::new(),
        count => format!(", in a machine of {count} states"),
    };
    format!("A {}{}{rest}", kind_of(state), detail(state, area))
}

/// The ids of the catalogue that the case exercises, those of its area first.
pub(crate) fn requirements_of(case: &Case, area: &str) -> Vec<RequirementId> {
    let mut found = Vec::new();
    for (_, state) in states_of(&case.main().definition) {
        collect_from_state(state, &mut found);
    }
    let mut ids: Vec<String> = Vec::new();
    for id in found {
        if KNOWN_IDS.contains(id.as_str()) && !ids.contains(&id) {
            ids.push(id);
        }
    }
    let prefix = format!("asl.{area}.");
    ids.sort_by_key(|id| !id.starts_with(&prefix));
    ids.truncate(MAX_REQUIREMENTS);
    ids.into_iter().map(RequirementId).collect()
}

/// Every state of a definition with its name, outer ones before the ones inside them.
pub(crate) fn states_of(definition: &Value) -> Vec<(&str, &Object)> {
    let mut found = Vec::new();
    let mut open = vec![definition];
    while let Some(scope) = open.pop() {
        let Some(states) = scope.get("States").and_then(Value::as_object) else { continue };
        for (name, state) in states {
            let Some(state) = state.as_object() else { continue };
            found.push((name.as_str(), state));
            open.extend(inner_scopes(state));
        }
    }
    found
}

fn kind_of(state: &Object) -> &str {
    state.get("Type").and_then(Value::as_str).unwrap_or_default()
}

fn stands_for(state: &Object, area: &str) -> bool {
    match area {
        "retry" => state.contains_key("Retry"),
        "catch" => state.contains_key("Catch"),
        "intrinsics" => !functions_in_fields(state).is_empty(),
        "data-flow" => kind_of(state) == "Pass" && DATA_FLOW_FIELDS.iter().any(|field| state.contains_key(*field)),
        _ => kind_of(state).eq_ignore_ascii_case(area),
    }
}

fn detail(state: &Object, area: &str) -> String {
    let inner: Vec<&str> = inner_scopes(state)
        .into_iter()
        .filter_map(|scope| scope.get("States").and_then(Value::as_object))
        .flat_map(Map::values)
        .filter_map(|state| state.get("Type").and_then(Value::as_str))
        .collect();
    match (area, kind_of(state)) {
        ("retry" | "catch", _) => format!(" with a {}", if area == "retry" { "Retry" } else { "Catch" }),
        ("intrinsics", _) => format!(" that calls {}", list(&functions_in_fields(state))),
        (_, "Map") => format!(" whose processor runs {}", list(&inner)),
        (_, "Parallel") => format!(" whose branches run {}", list(&inner)),
        (_, "Choice") => format!(" by {}", list(&operators_in(state.get("Choices").unwrap_or(&Value::Null)))),
        _ => {
            let fields: Vec<&str> = state.keys().map(String::as_str).filter(|field| is_telling(field)).collect();
            if fields.is_empty() { String::new() } else { format!(" with {}", list(&fields)) }
        }
    }
}

fn is_telling(field: &str) -> bool {
    !matches!(field, "Type" | "Next" | "End" | "Comment" | "Resource")
}

/// `a, b and c`, each once.
fn list(words: &[&str]) -> String {
    let mut unique: Vec<&str> = Vec::new();
    for word in words {
        if !unique.contains(word) {
            unique.push(word);
        }
    }
    match unique.as_slice() {
        [] => "nothing".to_owned(),
        [one] => (*one).to_owned(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

fn operators_in(rules: &Value) -> Vec<&str> {
    match rules {
        Value::Array(rules) => rules.iter().flat_map(operators_in).collect(),
        Value::Object(rule) => {
            let own = rule.keys().map(String::as_str).filter(|key| !NO_OPERATORS.contains(key));
            let inner = ["And", "Or", "Not"].iter().filter_map(|key| rule.get(*key)).flat_map(operators_in);
            own.chain(inner).collect()
        }
        _ => Vec::new(),
    }
}

fn functions_in_fields(state: &Object) -> Vec<&str> {
    let mut found = Vec::new();
    for field in DATA_FLOW_FIELDS.iter().chain(&["ErrorPath", "CausePath"]) {
        state.get(*field).into_iter().for_each(|value| collect_functions(value, &mut found));
    }
    found
}

fn collect_functions<'a>(value: &'a Value, found: &mut Vec<&'a str>) {
    match value {
        Value::Object(members) => members.values().for_each(|inner| collect_functions(inner, found)),
        Value::Array(items) => items.iter().for_each(|inner| collect_functions(inner, found)),
        Value::String(text) if text.starts_with("States.") => {
            found.extend(text.match_indices("States.").filter_map(|(at, _)| text[at..].split('(').next()));
        }
        _ => {}
    }
}

fn collect_from_state(state: &Object, ids: &mut Vec<String>) {
    let kind = kebab(kind_of(state));
    for field in state.keys() {
        let field = kebab(field);
        ids.push(format!("asl.{kind}.{field}"));
        ids.push(format!("asl.data-flow.{field}"));
    }
    let rules = state.get("Choices").unwrap_or(&Value::Null);
    ids.extend(operators_in(rules).into_iter().map(|operator| format!("asl.choice.{}", kebab(operator))));
    let names = functions_in_fields(state).into_iter().map(|name| name.trim_start_matches("States."));
    ids.extend(names.map(|name| format!("asl.intrinsics.{}", kebab(name))));
    for (field, area) in [("Retry", "retry"), ("Catch", "catch")] {
        for matcher in state.get(field).and_then(Value::as_array).into_iter().flatten() {
            let fields = matcher.as_object().into_iter().flat_map(Map::keys);
            ids.extend(fields.map(|field| format!("asl.{area}.{}", kebab(field))));
        }
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
        assert_eq!(kebab("TimestampEqualsPath"), "timestamp-equals-path");
        assert_eq!(kebab("UUID"), "uuid");
        assert_eq!(kebab("Base64Encode"), "base64-encode");
    }
}
