//! A recorded value against one of ours.

use std::{collections::BTreeMap, sync::LazyLock};

use regex::Regex;
use serde_json::Value;

use super::replacement::without_numbers;

/// A placeholder that stands for something drawn by AWS in that run, without a number.
static DRAWN: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new("^(generated-uuid|RandomNumberGenerated)$").expect("the pattern is constant")
});

/// A placeholder with a number: equal ones stand for equal values.
static NUMBERED: LazyLock<Regex> =
    LazyLock::new(|| Regex::new("<[A-Za-z0-9_-]+:[0-9]+>").expect("the pattern is constant"));

/// The JSON pointer of the first place where the two differ; `None` when they are the same by meaning.
pub(super) fn first_difference(recorded: &Value, ours: &Value) -> Option<String> {
    Comparison::default().first_difference(recorded, ours)
}

/// One comparison, with what its numbered placeholders turned out to stand for.
#[derive(Default)]
pub(super) struct Comparison {
    meanings: BTreeMap<String, Value>,
}

impl Comparison {
    /// The same where a placeholder means what it meant in the comparisons before.
    pub(super) fn first_difference(&mut self, recorded: &Value, ours: &Value) -> Option<String> {
        self.difference_at(recorded, ours, String::new())
    }

    fn difference_at(&mut self, recorded: &Value, ours: &Value, place: String) -> Option<String> {
        match (recorded, ours) {
            (Value::Object(left), Value::Object(right)) => {
                if let Some(extra) = right.keys().find(|key| !left.contains_key(*key)) {
                    return Some(format!("{place}/{extra}"));
                }
                left.iter().find_map(|(key, value)| match right.get(key) {
                    None => Some(format!("{place}/{key}")),
                    Some(other) => self.difference_at(value, other, format!("{place}/{key}")),
                })
            }
            (Value::Array(left), Value::Array(right)) if left.len() == right.len() => {
                left.iter().zip(right).enumerate().find_map(|(index, (left, right))| {
                    self.difference_at(left, right, format!("{place}/{index}"))
                })
            }
            (Value::Number(left), Value::Number(right)) => {
                let same = left == right || left.as_f64() == right.as_f64();
                (!same).then_some(place)
            }
            (Value::String(left), _) if DRAWN.is_match(left) => None,
            (Value::String(left), _) if is_numbered(left) => (!self.stands_for(left, ours)).then_some(place),
            (Value::String(left), Value::String(right)) => (!self.same_text(left, right)).then_some(place),
            (left, right) => (left != right).then_some(place),
        }
    }

    /// A placeholder stands for itself where our side has it from the recording's own script.
    fn stands_for(&mut self, placeholder: &str, ours: &Value) -> bool {
        if ours == placeholder {
            return true;
        }
        if let Some(meaning) = self.meanings.get(placeholder) {
            return meaning == ours;
        }
        let kind = |text: &str| text.split(':').next().map(str::to_owned);
        let is_taken =
            self.meanings.iter().any(|(other, meaning)| kind(other) == kind(placeholder) && meaning == ours);
        self.meanings.insert(placeholder.to_owned(), ours.clone());
        !is_taken
    }

    /// Texts, or two documents that were written as text.
    fn same_text(&mut self, recorded: &str, ours: &str) -> bool {
        let recorded = without_numbers(recorded);
        if recorded == *ours {
            return true;
        }
        let parsed = |text: &str| serde_json::from_str::<Value>(text).ok().filter(|value| !value.is_string());
        match (parsed(&recorded), parsed(ours)) {
            (Some(left), Some(right)) => self.difference_at(&left, &right, String::new()).is_none(),
            _ => self.same_pattern(&recorded, ours),
        }
    }

    /// A text with numbered placeholders in it.
    fn same_pattern(&mut self, recorded: &str, ours: &str) -> bool {
        let placeholders: Vec<&str> = NUMBERED.find_iter(recorded).map(|found| found.as_str()).collect();
        if placeholders.is_empty() {
            return false;
        }
        let fixed: Vec<String> = NUMBERED.split(recorded).map(regex::escape).collect();
        let Ok(pattern) = Regex::new(&format!("(?s)^{}$", fixed.join("(.+?)"))) else { return false };
        let Some(found) = pattern.captures(ours) else { return false };
        placeholders
            .into_iter()
            .zip(found.iter().skip(1).flatten())
            .all(|(placeholder, meaning)| self.stands_for(placeholder, &Value::from(meaning.as_str())))
    }
}

fn is_numbered(text: &str) -> bool {
    NUMBERED.find(text).is_some_and(|found| found.len() == text.len())
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::json;

    use super::*;

    #[rstest]
    #[case(json!(["<uuid:1>", "<uuid:1>"]), json!(["a", "a"]), true)]
    #[case(json!(["<uuid:1>", "<uuid:1>"]), json!(["a", "b"]), false)]
    #[case(json!(["<uuid:1>", "<uuid:2>"]), json!(["a", "a"]), false)]
    #[case(json!(["role/<resource:1>", "<resource:1>"]), json!(["role/r", "r"]), true)]
    #[case(json!(["role/<resource:1>", "<resource:1>"]), json!(["role/r", "s"]), false)]
    #[case(json!("{\"id\":\"<uuid:1>\"}"), json!("{\"id\": \"a\"}"), true)]
    #[case(json!("generated-uuid"), json!("a"), true)]
    #[case(json!("1"), json!("1.0"), true)]
    #[case(json!("a"), json!("b"), false)]
    fn equal_placeholders_stand_for_equal_values(
        #[case] recorded: Value,
        #[case] ours: Value,
        #[case] same: bool,
    ) {
        assert_eq!(first_difference(&recorded, &ours).is_none(), same);
    }
}
