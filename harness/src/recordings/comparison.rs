//! A recorded value against one of ours.

use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

use super::replacement::without_numbers;

/// A placeholder that stands for something drawn by AWS in that run: an id, a hash of it, a token.
static DRAWN: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^(<(uuid|resource):[0-9]+>|generated-uuid|RandomNumberGenerated)$")
        .expect("the pattern is constant")
});

/// The JSON pointer of the first place where the two differ; `None` when they are the same by meaning.
pub(super) fn first_difference(recorded: &Value, ours: &Value) -> Option<String> {
    difference_at(recorded, ours, String::new())
}

fn difference_at(recorded: &Value, ours: &Value, place: String) -> Option<String> {
    match (recorded, ours) {
        (Value::Object(left), Value::Object(right)) => {
            if let Some(extra) = right.keys().find(|key| !left.contains_key(*key)) {
                return Some(format!("{place}/{extra}"));
            }
            left.iter().find_map(|(key, value)| match right.get(key) {
                None => Some(format!("{place}/{key}")),
                Some(other) => difference_at(value, other, format!("{place}/{key}")),
            })
        }
        (Value::Array(left), Value::Array(right)) if left.len() == right.len() => left
            .iter()
            .zip(right)
            .enumerate()
            .find_map(|(index, (left, right))| difference_at(left, right, format!("{place}/{index}"))),
        (Value::Number(left), Value::Number(right)) => {
            let same = left == right || left.as_f64() == right.as_f64();
            (!same).then_some(place)
        }
        (Value::String(left), _) if DRAWN.is_match(left) => None,
        (Value::String(left), Value::String(right)) => (!same_text(left, right)).then_some(place),
        (left, right) => (left != right).then_some(place),
    }
}

/// Texts, or two documents that were written as text.
fn same_text(recorded: &str, ours: &str) -> bool {
    if without_numbers(recorded) == *ours {
        return true;
    }
    let parsed = |text: &str| serde_json::from_str::<Value>(text).ok().filter(|value| !value.is_string());
    match (parsed(recorded), parsed(ours)) {
        (Some(left), Some(right)) => difference_at(&left, &right, String::new()).is_none(),
        _ => false,
    }
}
