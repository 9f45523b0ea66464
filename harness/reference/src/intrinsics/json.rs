//! The functions between JSON and text, and the merge of objects.

use serde_json::{Map, Value};

use super::arguments::{Argument, exactly};
use super::failure::Refusal;
use crate::{
    jackson,
    java::{in_hash_map_order, json_text},
    scope::Randomness,
    seeded::{Site, seeded},
};

/// `States.StringToJson(text)`. Recorded: blank text is null, and `-0` is 0.
/// Requirement: asl.intrinsics.string-to-json
pub(super) fn string_to_json(
    arguments: &[Argument<'_>],
    random: &mut dyn Randomness,
) -> Result<Value, Refusal> {
    let [text] = exactly(arguments)?;
    let text = text.as_text()?.trim_matches([' ', '\t', '\n', '\r']);
    match text {
        "" if seeded(Site::BlankIsNoJson) => Err(Refusal::Arguments),
        "" => Ok(Value::Null),
        "-0" => Ok(0.into()),
        _ if seeded(Site::JsonIsContainer) && !text.starts_with(['{', '[']) => Ok(text.into()),
        _ => serde_json::from_str(text).map_err(|error| Refusal::NotJson(not_json(text, &error, random))),
    }
}

/// Recorded (April 2026): the words are Jackson's. Where it would read a value, because what is wrong stands behind it,
/// whether AWS fails is not known.
fn not_json(text: &str, error: &serde_json::Error, random: &mut dyn Randomness) -> String {
    jackson::redacted_problem(text).unwrap_or_else(|| {
        random.note_unknown();
        error.to_string()
    })
}

/// `States.JsonToString(value)`.
/// Requirement: asl.intrinsics.json-to-string
pub(super) fn json_to_string(arguments: &[Argument<'_>]) -> Result<Value, Refusal> {
    match arguments {
        [argument] if seeded(Site::JsonTextSortsKeys) => {
            let mut sorted = argument.value.as_ref().clone();
            sorted.sort_all_objects();
            Ok(json_text(&sorted).into())
        }
        [argument] if seeded(Site::JsonTextIsSpaced) => {
            Ok(serde_json::to_string_pretty(argument.value.as_ref()).unwrap_or_default().into())
        }
        [argument] if seeded(Site::JsonTextOfText) && argument.value.is_string() => {
            Ok(argument.value.as_ref().clone())
        }
        [argument] => Ok(json_text(&argument.value).into()),
        _ => Err(Refusal::SingleArgument),
    }
}

/// `States.JsonMerge(first, second, deep)`. Recorded: only `true` as `deep` fails; anything else merges shallowly.
/// Requirement: asl.intrinsics.json-merge
pub(super) fn merge(arguments: &[Argument<'_>]) -> Result<Value, Refusal> {
    let [first, second, deep] = exactly(arguments)?;
    let (first, second) = (as_object(first)?, as_object(second)?);
    if seeded(Site::MergeFirstWins) {
        let mut merged = second.clone();
        merged.extend(first.iter().map(|(key, value)| (key.clone(), value.clone())));
        return Ok(Value::Object(in_hash_map_order(merged)));
    }
    if *deep.value == Value::Bool(true) && !seeded(Site::MergeIgnoresDeep) {
        return Err(Refusal::Arguments);
    }
    let mut merged = first.clone();
    for (key, value) in second {
        match (merged.get_mut(key), value) {
            (Some(Value::Object(inner)), Value::Object(more)) if seeded(Site::MergeIsDeep) => {
                inner.extend(more.iter().map(|(key, value)| (key.clone(), value.clone())));
            }
            _ => drop(merged.insert(key.clone(), value.clone())),
        }
    }
    Ok(Value::Object(in_hash_map_order(merged)))
}

fn as_object<'s>(argument: &'s Argument<'_>) -> Result<&'s Map<String, Value>, Refusal> {
    argument.value.as_object().ok_or(Refusal::Arguments)
}
