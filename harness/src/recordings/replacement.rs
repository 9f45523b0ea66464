//! What was replaced in every recording, done to our side: a JSON object in a text is parsed, names and ARNs become
//! placeholders, times become words.

use std::sync::LazyLock;

use asl_reference::java::json_text;
use regex::Regex;
use serde_json::{Map, Value, json};

use super::Record;

static DATE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?(Z|[+-][0-9]{2}:?[0-9]{2})")
        .expect("the pattern is constant")
});

static QUOTED_INPUT: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(?s)the input '[\{\[].*[\}\]]'").expect("the pattern is constant"));

static MAP_RUN_ARN: LazyLock<Regex> = LazyLock::new(|| pattern(&format!("(:mapRun:[^/]+)/{UUID}:{UUID}")));
static LABELLED_MAP_RUN_ARN: LazyLock<Regex> =
    LazyLock::new(|| pattern(&format!("(:mapRun:[^/]+/[^:]+):{UUID}")));
static MAP_RUN_MANIFEST: LazyLock<Regex> = LazyLock::new(|| pattern(&format!("{UUID}/manifest[.]json")));
const UUID: &str = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}";

fn pattern(pattern: &str) -> Regex {
    Regex::new(pattern).expect("the pattern is constant")
}

/// A document as a recording shows it: an object as it is, anything else as JSON text.
pub(super) fn document(value: &Value) -> Value {
    match value {
        Value::Object(_) => value.clone(),
        other => Value::from(json_text(other)),
    }
}

/// An object whose members are documents.
pub(super) fn documents(value: &Value) -> Value {
    let members = value.as_object().into_iter().flatten();
    members.map(|(name, value)| (name.clone(), document(value))).collect()
}

/// A text as a recording shows it: parsed when it is a JSON object.
pub(super) fn text(value: &str) -> Value {
    match serde_json::from_str(value) {
        Ok(parsed @ Value::Object(_)) => parsed,
        _ => Value::from(value),
    }
}

/// All replacements, at every depth.
pub(super) fn replaced(value: &Value, record: &Record) -> Value {
    match value {
        Value::String(text) => Value::from(replaced_text(text, record)),
        Value::Array(items) => items.iter().map(|item| replaced(item, record)).collect(),
        Value::Object(members) => {
            let replaced: Map<_, _> = members
                .iter()
                .map(|(key, value)| (replaced_text(key, record), replaced_member(key, value, record)))
                .collect();
            Value::Object(replaced)
        }
        scalar => scalar.clone(),
    }
}

/// A member that the recording masks by its name; and the value of one whose name contains `timestamp`, in any case, is masked unless it is a date-time.
fn replaced_member(key: &str, value: &Value, record: &Record) -> Value {
    let own =
        record.normalisations.jsonpaths.iter().find(|rule| rule.jsonpath.strip_prefix("$..") == Some(key));
    if let Some(rule) = own {
        return json!(rule.replacement);
    }
    if key.to_lowercase().contains("timestamp") {
        let is_date = value.as_str().is_some_and(|text| DATE.is_match(text));
        return json!(if is_date { "date" } else { "timestamp" });
    }
    replaced(value, record)
}

fn replaced_text(text: &str, record: &Record) -> String {
    let mut text = text.to_owned();
    for (literal, placeholder) in &record.normalisations.substitutions {
        text = text.replace(literal.as_str(), placeholder);
    }
    let text = MAP_RUN_ARN.replace_all(&text, "${1}/<MapRunArnPart0>:<MapRunArnPart1>");
    let text = LABELLED_MAP_RUN_ARN.replace_all(&text, "${1}:<MapRunArnPart1>");
    let text = MAP_RUN_MANIFEST.replace_all(&text, "<MapRunArnPart1>/manifest.json");
    let text = text.replace("us-east-1", "<region>").replace("arn:aws:", "arn:<partition>:");
    let text = DATE.replace_all(&text, "date");
    QUOTED_INPUT.replace_all(&text, "the input '<json-input>'").into_owned()
}

/// A recorded text with the numbers in placeholders left out that have none on our side.
pub(super) fn without_numbers(text: &str) -> String {
    static NUMBERED: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"<(json-input|MapRunArnPart[01])(:[0-9]+|_[0-9]+idx)>").expect("the pattern is constant")
    });
    NUMBERED.replace_all(text, "<$1>").into_owned()
}
