//! The title of a case: one sentence, read off its definition.

use asl_cases::{
    Case,
    scopes::{inner_scopes, states_of},
};
use serde_json::{Map, Value};

type Object = Map<String, Value>;

const NO_OPERATORS: &[&str] = &["Variable", "Next", "Comment", "And", "Or", "Not", "Assign", "Output"];
const DATA_FLOW_FIELDS: &[&str] = &[
    "InputPath",
    "Parameters",
    "ItemsPath",
    "ItemSelector",
    "ResultSelector",
    "ResultPath",
    "OutputPath",
    "Assign",
];
const JSONATA_FIELDS: &[&str] = &["Arguments", "Output", "Items"];

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

/// The type of a state.
pub(crate) fn kind_of(state: &Object) -> &str {
    state.get("Type").and_then(Value::as_str).unwrap_or_default()
}

fn stands_for(state: &Object, area: &str) -> bool {
    match area {
        "retry" => state.contains_key("Retry"),
        "catch" => state.contains_key("Catch"),
        "intrinsics" => !functions_in_fields(state).is_empty(),
        "assign" => state.contains_key("Assign"),
        "jsonata" => JSONATA_FIELDS.iter().any(|field| state.contains_key(*field)),
        "data-flow" => {
            kind_of(state) == "Pass" && DATA_FLOW_FIELDS.iter().any(|field| state.contains_key(*field))
        }
        _ => kind_of(state).eq_ignore_ascii_case(area),
    }
}

fn detail(state: &Object, area: &str) -> String {
    let inner: Vec<&str> = inner_scopes(state)
        .filter_map(|scope| scope.get("States").and_then(Value::as_object))
        .flat_map(Map::values)
        .filter_map(|state| state.get("Type").and_then(Value::as_str))
        .collect();
    match (area, kind_of(state)) {
        ("retry" | "catch", _) => format!(" with a {}", if area == "retry" { "Retry" } else { "Catch" }),
        ("intrinsics", _) => format!(" that calls {}", list(&functions_in_fields(state))),
        (_, "Map") => format!(" whose processor runs {}", list_kinds(&inner)),
        (_, "Parallel") => format!(" whose branches run {}", list_kinds(&inner)),
        (_, "Choice") => format!(" by {}", list(&operators_in(state.get("Choices").unwrap_or(&Value::Null)))),
        _ => {
            let fields: Vec<&str> =
                state.keys().map(String::as_str).filter(|field| is_telling(field)).collect();
            if fields.is_empty() { String::new() } else { format!(" with {}", list(&fields)) }
        }
    }
}

fn is_telling(field: &str) -> bool {
    !matches!(field, "Type" | "Next" | "End" | "Comment" | "Resource")
}

fn list_kinds(kinds: &[&str]) -> String {
    let kinds: Vec<String> = kinds.iter().map(|kind| format!("a {kind}")).collect();
    list(&kinds.iter().map(String::as_str).collect::<Vec<_>>())
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

/// The comparison operators of rules, nested ones included.
pub(crate) fn operators_in(rules: &Value) -> Vec<&str> {
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

/// The intrinsic functions that the fields of a state call.
pub(crate) fn functions_in_fields(state: &Object) -> Vec<&str> {
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
