//! One difference between what is right and what an engine did, and the key under which like differences are counted.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{Facet, Oracle};

/// One facet on which the engine differs, with both sides after normalisation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Divergence {
    /// The facet.
    pub facet: Facet,
    /// What differs, in one sentence.
    pub sentence: String,
    /// The right side.
    pub expected: Value,
    /// The engine's side.
    pub actual: Value,
    /// Who says what is right, and how they know.
    pub oracle: Oracle,
}

impl Divergence {
    /// A key that is the same for like differences: the facet with the shape of both sides. It holds no state name, no
    /// number and no value of the case.
    pub fn key(&self) -> String {
        let (expected, actual) = match self.facet {
            Facet::Trace => first_labels(&self.expected, &self.actual),
            Facet::Output => first_kinds(&self.expected, &self.actual),
            Facet::Acceptance | Facet::Status => (outcome_shape(&self.expected), outcome_shape(&self.actual)),
            Facet::Error => (self.expected.to_string(), self.actual.to_string()),
            Facet::Cause => (value_shape(&self.expected), value_shape(&self.actual)),
        };
        format!("{}: {expected} -> {actual}", self.facet)
    }
}

/// How many words of a text belong to its shape: enough to tell two messages apart.
const SHAPE_WORDS: usize = 9;

fn outcome_shape(outcome: &Value) -> String {
    let Some((tag, body)) = outcome.as_object().and_then(|object| object.iter().next()) else {
        return value_shape(outcome);
    };
    let name = body.get("error").or_else(|| body.get("code")).map_or_else(String::new, Value::to_string);
    let text = body.get("cause").or_else(|| body.get("message")).map_or_else(String::new, value_shape);
    format!("{tag} {name} {text}")
}

fn value_shape(value: &Value) -> String {
    value.as_str().map_or_else(|| kind(value).to_owned(), text_shape)
}

/// The first words of a text without its quoted parts, documents and numbers, and without AWS's standard prefix.
fn text_shape(text: &str) -> String {
    let without_prefix = match text.split_once(" (entered at the event id #") {
        Some((_, rest)) => rest.split_once("). ").map_or(rest, |(_, rest)| rest),
        None => text,
    };
    let mut shape = String::new();
    let mut closing: Vec<char> = Vec::new();
    for character in without_prefix.chars() {
        if closing.last() == Some(&character) {
            closing.pop();
            continue;
        }
        match character {
            '"' | '\'' | '`' if closing.is_empty() => closing.push(character),
            '{' => closing.push('}'),
            '[' => closing.push(']'),
            _ if !closing.is_empty() || character.is_ascii_digit() => {}
            other => shape.push(other),
        }
    }
    shape.split_whitespace().take(SHAPE_WORDS).collect::<Vec<_>>().join(" ")
}

/// The types of the first two events that differ.
fn first_labels(expected: &Value, actual: &Value) -> (String, String) {
    let kind_at = |trace: &Value, index: usize| {
        let label = trace.get(index).and_then(Value::as_str);
        label.map_or_else(|| "end".to_owned(), |label| label.split(' ').next().unwrap_or(label).to_owned())
    };
    let length = |trace: &Value| trace.as_array().map_or(0, Vec::len);
    let index = (0..length(expected).max(length(actual)))
        .find(|index| expected.get(index) != actual.get(index))
        .unwrap_or_default();
    (kind_at(expected, index), kind_at(actual, index))
}

/// The kinds of the first two values that differ.
fn first_kinds(expected: &Value, actual: &Value) -> (String, String) {
    match (expected, actual) {
        (Value::Object(left), Value::Object(right)) => {
            for (key, value) in left {
                match right.get(key) {
                    None => return (kind(value).to_owned(), "missing".to_owned()),
                    Some(other) if other != value => return first_kinds(value, other),
                    Some(_) => {}
                }
            }
            ("nothing more".to_owned(), "another key".to_owned())
        }
        (Value::Array(left), Value::Array(right)) => {
            match left.iter().zip(right).find(|(left, right)| left != right) {
                Some((left, right)) => first_kinds(left, right),
                None => {
                    ("items".to_owned(), if left.len() < right.len() { "more" } else { "fewer" }.to_owned())
                }
            }
        }
        _ => (kind(expected).to_owned(), kind(actual).to_owned()),
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::json;

    use super::*;

    fn key(facet: Facet, expected: Value, actual: Value) -> String {
        Divergence { facet, sentence: String::new(), expected, actual, oracle: Oracle::Reference }.key()
    }

    #[rstest]
    #[case(Facet::Output, json!({"a": [1, 2]}), json!({"a": [1, null]}), "output: number -> null")]
    #[case(Facet::Output, json!({"a": 1}), json!({}), "output: number -> missing")]
    #[case(Facet::Error, json!("States.Runtime"), json!("E"), "error: \"States.Runtime\" -> \"E\"")]
    #[case(
        Facet::Trace,
        json!(["ExecutionStarted", "PassStateEntered A"]),
        json!(["ExecutionStarted", "PassStateExited B"]),
        "trace: PassStateEntered -> PassStateExited"
    )]
    #[case(
        Facet::Status,
        json!({"succeeded": 3}),
        json!({"failed": {"error": "E", "cause": "bad 'x' at 17"}}),
        "status: succeeded   -> failed \"E\" bad at"
    )]
    fn key_is_the_shape_of_both_sides(
        #[case] facet: Facet,
        #[case] expected: Value,
        #[case] actual: Value,
        #[case] shape: &str,
    ) {
        assert_eq!(key(facet, expected, actual), shape);
    }

    #[test]
    fn key_of_a_cause_ignores_state_names_event_ids_and_dumps() {
        let cause = |state: &str, id: u32, dump: &str| {
            json!(format!(
                "An error occurred while executing the state '{state}' (entered at the event id #{id}). The path '$.x' is not in '{dump}'"
            ))
        };
        let one = key(Facet::Cause, cause("A", 2, "{}"), json!("KeyError('x')"));
        let other = key(Facet::Cause, cause("It's B", 17, "{\"a\":1}"), json!("KeyError('yy')"));
        assert_eq!(one, other);
    }
}
