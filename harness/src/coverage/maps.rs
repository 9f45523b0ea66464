//! Map states: their modes, where the items come from, and what they do with failures.

use serde_json::Value;

use super::case_view::{CaseView, Language, StateView};

const MODES: [&str; 3] =
    ["INLINE", "DISTRIBUTED with STANDARD children", "DISTRIBUTED with EXPRESS children"];
const SOURCES: [&str; 6] = [
    "reads a CSV object",
    "reads a JSON object",
    "reads a JSONL object",
    "reads a manifest",
    "lists objects",
    "loads listed objects",
];
const PARTS: [&str; 6] = [
    "runs over no items",
    "batches its items",
    "writes its results",
    "tolerates a failure",
    "iterates one by one",
    "has the older Iterator",
];

pub(super) fn universe() -> Vec<String> {
    let modes = MODES.iter().flat_map(|mode| {
        Language::ALL
            .into_iter()
            .flat_map(move |language| ["succeeds", "fails"].map(|end| format!("{mode} in {language}: {end}")))
    });
    modes.chain(SOURCES.iter().chain(&PARTS).map(ToString::to_string)).collect()
}

pub(super) fn reached(view: &CaseView<'_>, found: &mut dyn FnMut(String)) {
    for state in view.entered().filter(|state| state.kind == "Map") {
        let mode = mode_of(state);
        if view.was_exited(state.name) {
            found(format!("{mode} in {}: succeeds", state.language));
        }
        if view.failures().any(|(failed, _)| failed.name == state.name) {
            found(format!("{mode} in {}: fails", state.language));
        }
        reached_parts(view, state, found);
    }
}

fn mode_of(state: &StateView<'_>) -> &'static str {
    let config = state.fields.get("ItemProcessor").and_then(|processor| processor.get("ProcessorConfig"));
    let is = |key: &str, wanted: &str| {
        config.and_then(|config| config.get(key)).is_some_and(|value| value == wanted)
    };
    match (is("Mode", "DISTRIBUTED"), is("ExecutionType", "EXPRESS")) {
        (false, _) => MODES[0],
        (true, false) => MODES[1],
        (true, true) => MODES[2],
    }
}

fn reached_parts(view: &CaseView<'_>, state: &StateView<'_>, found: &mut dyn FnMut(String)) {
    let mut add = |what: &str| found(what.to_owned());
    let has = |field: &str| state.fields.contains_key(field);
    let is_done = view.was_exited(state.name);
    let failed_inside =
        || inner_states(state).iter().any(|name| view.failures().any(|(inner, _)| inner.name == *name));
    let tolerates = has("ToleratedFailureCount")
        || has("ToleratedFailurePercentage")
        || has("ToleratedFailureCountPath")
        || has("ToleratedFailurePercentagePath");
    if let Some(source) = state.fields.get("ItemReader").and_then(source_of) {
        add(source);
    }
    if has("ItemBatcher") {
        add("batches its items");
    }
    if has("ResultWriter") && is_done {
        add("writes its results");
    }
    if tolerates && is_done && failed_inside() {
        add("tolerates a failure");
    }
    if state.fields.get("MaxConcurrency").is_some_and(|limit| limit == 1) {
        add("iterates one by one");
    }
    if has("Iterator") {
        add("has the older Iterator");
    }
    if is_done && !inner_states(state).iter().any(|name| view.entered().any(|inner| inner.name == *name)) {
        add("runs over no items");
    }
}

/// The names of the states in the processor, not of those further inside.
fn inner_states<'a>(state: &StateView<'a>) -> Vec<&'a str> {
    let processor = state.fields.get("ItemProcessor").or_else(|| state.fields.get("Iterator"));
    let states = processor.and_then(|processor| processor.get("States")).and_then(Value::as_object);
    states.into_iter().flatten().map(|(name, _)| name.as_str()).collect()
}

fn source_of(reader: &Value) -> Option<&'static str> {
    let config = &reader["ReaderConfig"];
    if reader["Resource"].as_str()?.ends_with("listObjectsV2") {
        let loads = config["Transformation"] == "LOAD_AND_FLATTEN";
        return Some(if loads { "loads listed objects" } else { "lists objects" });
    }
    Some(match config["InputType"].as_str()? {
        "CSV" => "reads a CSV object",
        "JSON" => "reads a JSON object",
        "JSONL" => "reads a JSONL object",
        "MANIFEST" => "reads a manifest",
        _ => return None,
    })
}
