//! Two JSON documents compared by meaning: numbers by value, key order ignored, array order kept.

use std::collections::BTreeSet;

use serde_json::{Map, Number, Value};

/// How many characters of a value a sentence shows.
const SHOWN_CHARS: usize = 80;

/// The first place, in sorted key order, at which two documents differ.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct JsonDifference {
    /// The JSON pointer (RFC 6901) of the place, empty for the whole document.
    pub(crate) pointer: String,
    /// The right value, `None` when nothing belongs there.
    pub(crate) expected: Option<Value>,
    /// The engine's value, `None` when it has nothing there.
    pub(crate) actual: Option<Value>,
}

/// The first difference in meaning, `None` when the documents say the same.
pub(crate) fn first_difference(expected: &Value, actual: &Value) -> Option<JsonDifference> {
    difference_at("", expected, actual)
}

/// The document with every scalar replaced by the name of its type: what `Strictness::Template` compares.
pub(crate) fn shape_of(value: &Value) -> Value {
    match value {
        Value::Null => "null".into(),
        Value::Bool(_) => "boolean".into(),
        Value::Number(_) => "number".into(),
        Value::String(_) => "string".into(),
        Value::Array(items) => items.iter().map(shape_of).collect(),
        Value::Object(map) => map.iter().map(|(key, inner)| (key.clone(), shape_of(inner))).collect(),
    }
}

/// The value as JSON text, cut to what a sentence can hold; a text of an engine that is no JSON as it is.
pub(crate) fn shortened(value: &Value) -> String {
    let members = value.as_object().filter(|members| members.len() == 1);
    if let Some(text) = members.and_then(|members| members.get("$text")).and_then(Value::as_str) {
        return format!("{} (no JSON)", shortened_text(text));
    }
    shortened_text(&value.to_string())
}

/// The text, cut to what a sentence can hold.
pub(crate) fn shortened_text(text: &str) -> String {
    if text.chars().count() <= SHOWN_CHARS {
        return text.to_owned();
    }
    let head: String = text.chars().take(SHOWN_CHARS - 1).collect();
    format!("{head}…")
}

/// Both values as [`shortened`]; around their first difference where their beginnings are the same.
pub(crate) fn shortened_sides(left: &Value, right: &Value) -> (String, String) {
    const SAME_CHARS: usize = 20;
    let heads = (shortened(left), shortened(right));
    if heads.0 != heads.1 {
        return heads;
    }
    let texts = [left.to_string(), right.to_string()];
    let same = texts[0].chars().zip(texts[1].chars()).take_while(|(left, right)| left == right).count();
    let around = |text: &str| {
        let behind: String = text.chars().skip(same.saturating_sub(SAME_CHARS)).collect();
        shortened_text(&format!("…{behind}"))
    };
    (around(&texts[0]), around(&texts[1]))
}

impl JsonDifference {
    /// The difference as one sentence about `subject`, for instance "the output".
    pub(crate) fn sentence(&self, subject: &str) -> String {
        let place = match self.pointer.as_str() {
            "" => subject.to_owned(),
            pointer => format!("{subject} at {pointer}"),
        };
        match (&self.expected, &self.actual) {
            (Some(expected), Some(actual)) => {
                let (expected, actual) = shortened_sides(expected, actual);
                format!("{place} is {actual} instead of {expected}")
            }
            (Some(expected), None) => format!("{place} is missing; expected {}", shortened(expected)),
            (None, Some(actual)) => format!("{place} should not be there; it is {}", shortened(actual)),
            (None, None) => format!("{place} differs"),
        }
    }
}

fn difference_at(pointer: &str, expected: &Value, actual: &Value) -> Option<JsonDifference> {
    match (expected, actual) {
        (Value::Object(left), Value::Object(right)) => difference_in_objects(pointer, left, right),
        (Value::Array(left), Value::Array(right)) => difference_in_arrays(pointer, left, right),
        (Value::Number(left), Value::Number(right)) if same_number(left, right) => None,
        _ if expected == actual => None,
        (Value::String(left), Value::String(right)) if is_same_compact_json(left, right) => None,
        _ => Some(difference(pointer.to_owned(), Some(expected), Some(actual))),
    }
}

/// Two compact JSON texts of one document: AWS keeps the order of keys in a hash map, so that it is not known. Blanks
/// are a difference: AWS writes none.
fn is_same_compact_json(left: &str, right: &str) -> bool {
    if left.len() != right.len() || !left.starts_with(['{', '[']) {
        return false;
    }
    let compact = |text: &str| {
        serde_json::from_str::<Value>(text).ok().filter(|document| document.to_string().len() == text.len())
    };
    matches!((compact(left), compact(right)), (Some(left), Some(right)) if left == right)
}

fn difference_in_objects(
    pointer: &str,
    expected: &Map<String, Value>,
    actual: &Map<String, Value>,
) -> Option<JsonDifference> {
    let keys: BTreeSet<&String> = expected.keys().chain(actual.keys()).collect();
    keys.into_iter().find_map(|key| {
        let place = format!("{pointer}/{}", key.replace('~', "~0").replace('/', "~1"));
        difference_in_members(place, expected.get(key), actual.get(key))
    })
}

fn difference_in_arrays(pointer: &str, expected: &[Value], actual: &[Value]) -> Option<JsonDifference> {
    (0..expected.len().max(actual.len())).find_map(|index| {
        difference_in_members(format!("{pointer}/{index}"), expected.get(index), actual.get(index))
    })
}

fn difference_in_members(
    place: String,
    expected: Option<&Value>,
    actual: Option<&Value>,
) -> Option<JsonDifference> {
    match (expected, actual) {
        (Some(left), Some(right)) => difference_at(&place, left, right),
        _ => Some(difference(place, expected, actual)),
    }
}

fn difference(pointer: String, expected: Option<&Value>, actual: Option<&Value>) -> JsonDifference {
    JsonDifference { pointer, expected: expected.cloned(), actual: actual.cloned() }
}

/// Whole numbers compare exactly, also beyond 2^53; anything else compares as the nearest double.
fn same_number(left: &Number, right: &Number) -> bool {
    if left == right {
        return true;
    }
    let both_whole = !left.is_f64() && !right.is_f64();
    !both_whole && left.as_f64() == right.as_f64()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use serde_json::json;

    #[rstest]
    #[case(json!(1), json!(1.0))]
    #[case(json!({"a": 1, "b": [2]}), json!({"b": [2.0], "a": 1}))]
    #[case(json!(-0.0), json!(0))]
    fn documents_with_one_meaning_are_the_same(#[case] left: Value, #[case] right: Value) {
        assert_eq!(first_difference(&left, &right), None);
    }

    #[rstest]
    #[case(json!({"a": {"b/c": [1, 2]}}), json!({"a": {"b/c": [1, 3]}}), "the output at /a/b~1c/1 is 3 instead of 2")]
    #[case(json!({"a": 1}), json!({}), "the output at /a is missing; expected 1")]
    #[case(json!([]), json!([null]), "the output at /0 should not be there; it is null")]
    #[case(json!("Go"), json!({"$text": "Go"}), "the output is Go (no JSON) instead of \"Go\"")]
    #[case(json!("1"), json!(1), "the output is 1 instead of \"1\"")]
    #[case(json!(9_007_199_254_740_993_u64), json!(9_007_199_254_740_992_u64), "the output is 9007199254740992 instead of 9007199254740993")]
    fn sentence_names_the_first_difference(
        #[case] left: Value,
        #[case] right: Value,
        #[case] sentence: &str,
    ) {
        let difference = first_difference(&left, &right).expect("they differ");
        assert_eq!(difference.sentence("the output"), sentence);
    }

    #[test]
    fn long_values_are_cut() {
        let text = shortened(&json!("x".repeat(500)));
        assert_eq!(text.chars().count(), SHOWN_CHARS);
        assert!(text.ends_with('…'));
    }

    #[test]
    fn long_values_that_differ_at_their_end_are_shown_there() {
        let value = |end: &str| json!(format!("{}{end}", "x".repeat(500)));
        let (left, right) = shortened_sides(&value("left"), &value("right"));
        let same = "x".repeat(20);
        assert_eq!((left, right), (format!("…{same}left\""), format!("…{same}right\"")));
    }
}
