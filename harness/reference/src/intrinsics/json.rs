//! The functions between JSON and text, and the merge of objects.

use serde_json::{Map, Value};

use super::arguments::{Argument, exactly};
use super::failure::Refusal;
use crate::{
    jackson,
    java::{in_hash_map_order, json_text},
};

/// `States.StringToJson(text)`. Recorded: blank text is null, and `-0` is 0.
/// Requirement: asl.intrinsics.string-to-json
pub(super) fn string_to_json(arguments: &[Argument<'_>]) -> Result<Value, Refusal> {
    let [text] = exactly(arguments)?;
    let text = text.as_text()?.trim_matches([' ', '\t', '\n', '\r']);
    match text {
        "" => Ok(Value::Null),
        "-0" => Ok(0.into()),
        _ => serde_json::from_str(text).map_err(|error| Refusal::NotJson(not_json(text, &error))),
    }
}

/// Recorded (April 2026): the words are Jackson's. What is not known of them is told in ours.
fn not_json(text: &str, error: &serde_json::Error) -> String {
    jackson::redacted_problem(text).unwrap_or_else(|| error.to_string())
}

/// `States.JsonToString(value)`.
/// Requirement: asl.intrinsics.json-to-string
pub(super) fn json_to_string(arguments: &[Argument<'_>]) -> Result<Value, Refusal> {
    match arguments {
        [argument] => Ok(json_text(&argument.value).into()),
        _ => Err(Refusal::SingleArgument),
    }
}

/// `States.JsonMerge(first, second, deep)`. Recorded: only `true` as `deep` fails; anything else merges shallowly.
/// Requirement: asl.intrinsics.json-merge
pub(super) fn merge(arguments: &[Argument<'_>]) -> Result<Value, Refusal> {
    let [first, second, deep] = exactly(arguments)?;
    let (first, second) = (as_object(first)?, as_object(second)?);
    if *deep.value == Value::Bool(true) {
        return Err(Refusal::Arguments);
    }
    let mut merged = first.clone();
    merged.extend(second.iter().map(|(key, value)| (key.clone(), value.clone())));
    Ok(Value::Object(in_hash_map_order(merged)))
}

fn as_object<'s>(argument: &'s Argument<'_>) -> Result<&'s Map<String, Value>, Refusal> {
    argument.value.as_object().ok_or(Refusal::Arguments)
}
