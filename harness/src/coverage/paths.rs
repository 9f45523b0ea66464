//! The fields of `JSONPath` states that hold paths, by state type: what each led to, and what it started from.

use asl_reference::sighting::{FailedState, Handling, PathRoot, Sighting};
use serde_json::Value;

use super::{
    case_view::{CaseView, Language, StateView},
    fields::types_with,
};

/// What can come of the paths of a field, besides a hit and a miss.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// Any value, from any root; `null` gives an empty object.
    Filter,
    /// Any value, from any root.
    Source,
    /// A value of one type.
    Typed,
    /// A value of one type, from any root.
    TypedSource,
}

const FIELDS: [(&str, Kind); 24] = [
    ("InputPath", Kind::Filter),
    ("OutputPath", Kind::Filter),
    ("Parameters", Kind::Source),
    ("ResultSelector", Kind::Source),
    ("ItemSelector", Kind::Source),
    ("Assign", Kind::Source),
    ("Choices", Kind::Source),
    ("ErrorPath", Kind::Source),
    ("CausePath", Kind::Source),
    ("Credentials", Kind::Source),
    ("ItemReader.Parameters", Kind::Source),
    ("ItemBatcher.BatchInput", Kind::Source),
    ("ResultWriter.Parameters", Kind::Source),
    ("ItemsPath", Kind::TypedSource),
    ("SecondsPath", Kind::Typed),
    ("TimestampPath", Kind::Typed),
    ("TimeoutSecondsPath", Kind::Typed),
    ("HeartbeatSecondsPath", Kind::Typed),
    ("MaxConcurrencyPath", Kind::Typed),
    ("ToleratedFailureCountPath", Kind::Typed),
    ("ToleratedFailurePercentagePath", Kind::Typed),
    ("MaxItemsPath", Kind::Typed),
    ("MaxItemsPerBatchPath", Kind::Typed),
    ("MaxInputBytesPerBatchPath", Kind::Typed),
];
const PLACES: [&str; 2] = ["ResultPath", "Catch.ResultPath"];

pub(super) fn universe() -> Vec<String> {
    let mut names = Vec::new();
    for (field, kind) in FIELDS {
        for state in types_with(field, Language::JsonPath) {
            names.extend(outcomes(kind).map(|what| format!("{state}.{field}: {what}")));
        }
    }
    for place in PLACES {
        for state in types_with(place, Language::JsonPath) {
            names.extend(["null", "$", "placed"].map(|what| format!("{state}.{place}: {what}")));
        }
    }
    let conflicts = types_with("ResultPath", Language::JsonPath);
    names.extend(conflicts.into_iter().map(|state| format!("{state}.ResultPath: conflict")));
    names
}

fn outcomes(kind: Kind) -> impl Iterator<Item = &'static str> {
    let more: &[&str] = match kind {
        Kind::Filter => &["null", "context", "variable"],
        Kind::Source => &["context", "variable"],
        Kind::Typed => &["wrong type"],
        Kind::TypedSource => &["wrong type", "context", "variable"],
    };
    ["hit", "miss"].into_iter().chain(more.iter().copied())
}

pub(super) fn reached(view: &CaseView<'_>, found: &mut dyn FnMut(String)) {
    for sighting in view.sightings {
        if let Sighting::Path { state, field, root, found: is_found } = sighting
            && let Some(state) = view.state(state)
        {
            reached_by_path(state.kind, (field, *root, *is_found), found);
        }
    }
    for state in view.entered() {
        reached_by_state(view, state, found);
    }
    for (state, failed) in view.failures() {
        if let Some(name) = wrong_type(state, failed) {
            found(name);
        }
    }
}

fn reached_by_path(state: &str, path: (&str, PathRoot, bool), found: &mut dyn FnMut(String)) {
    let (field, root, is_found) = path;
    let field = match field {
        "ItemReader/Arguments" => "ItemReader.Parameters",
        "ResultWriter/Arguments" => "ResultWriter.Parameters",
        "ItemBatcher/BatchInput" => "ItemBatcher.BatchInput",
        other => other,
    };
    let Some((_, kind)) = FIELDS.iter().find(|(known, _)| *known == field) else { return };
    found(format!("{state}.{field}: {}", if is_found { "hit" } else { "miss" }));
    match root {
        PathRoot::Context if *kind != Kind::Typed => found(format!("{state}.{field}: context")),
        PathRoot::Variable if *kind != Kind::Typed => found(format!("{state}.{field}: variable")),
        _ => {}
    }
}

/// What is no path, or leads to a place: seen by what came of the state.
fn reached_by_state(view: &CaseView<'_>, state: &StateView<'_>, found: &mut dyn FnMut(String)) {
    let is_null = |field: &str| state.fields.get(field).is_some_and(Value::is_null);
    let kind = state.kind;
    if is_null("InputPath") {
        found(format!("{kind}.InputPath: null"));
    }
    let was_caught = view.was_handled(state.name, Handling::Caught);
    let is_done = view.was_exited(state.name) && !was_caught;
    if is_done && is_null("OutputPath") {
        found(format!("{kind}.OutputPath: null"));
    }
    if let Some(place) = state.fields.get("ResultPath").filter(|_| is_done) {
        found(format!("{kind}.ResultPath: {}", placing(place)));
    }
    for place in state.entries("Catch").filter_map(|catcher| catcher.get("ResultPath")) {
        if was_caught {
            found(format!("{kind}.Catch.ResultPath: {}", placing(place)));
        }
    }
}

fn placing(place: &Value) -> &'static str {
    match place.as_str() {
        None => "null",
        Some("$") => "$",
        Some(_) => "placed",
    }
}

/// The cause tells which field could not use what its path led to.
fn wrong_type(state: &StateView<'_>, failed: &FailedState) -> Option<String> {
    let cause = failed.cause.as_deref()?;
    if failed.error.as_deref() == Some("States.ReferencePathConflict") {
        let is_of_items = state.fields.contains_key("ItemsPath") && !state.fields.contains_key("ResultPath");
        return (!is_of_items).then(|| format!("{}.ResultPath: conflict", state.kind));
    }
    let is_said = |words: &str| cause.contains(words);
    let field = if is_said("The SecondsPath parameter ") && !is_said("does not reference") {
        "SecondsPath"
    } else if is_said("The TimestampPath parameter does not reference a valid") {
        "TimestampPath"
    } else if is_said("must point to array") && state.fields.contains_key("ItemsPath") {
        "ItemsPath"
    } else if is_said("The path '") && is_said("refers to value") {
        field_with_path(state, cause)?
    } else {
        FIELDS
            .iter()
            .map(|(field, _)| *field)
            .find(|field| is_said(&format!("The {field} field refers to value")))?
    };
    Some(format!("{}.{field}: wrong type", state.kind))
}

fn field_with_path(state: &StateView<'_>, cause: &str) -> Option<&'static str> {
    ["TimeoutSecondsPath", "HeartbeatSecondsPath"].into_iter().find(|field| {
        let path = state.fields.get(*field).and_then(Value::as_str);
        path.is_some_and(|path| cause.contains(&format!("The path '{path}' refers")))
    })
}
