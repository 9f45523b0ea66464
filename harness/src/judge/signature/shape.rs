//! Texts and outcomes without the names, numbers and documents of the case.

use std::{collections::BTreeSet, sync::LazyLock};

use asl_cases::{Case, Outcome};
use regex::Regex;
use serde_json::Value;

use super::states::States;

/// How many words of a text belong to its shape: enough to tell two messages apart.
const SHAPE_WORDS: usize = 9;

static REFUSAL_CODE: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"\b[A-Z]{3,}(?:_[A-Z]+)+\b").expect("the pattern is constant"));
static POINTER: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"/[A-Z][A-Za-z]*(?:/[^\s'/]+)*").expect("the pattern is constant"));

/// The shape of a text that is a JSON document as a whole.
const JSON: &str = "a JSON document";

/// What the case says itself, and so must not be in a shape.
pub(super) struct Shapes<'a> {
    names: BTreeSet<&'a str>,
    /// Everything that the case says, to know its own error names.
    said: String,
}

impl<'a> Shapes<'a> {
    pub(super) fn of(case: &'a Case, states: &States<'a>) -> Self {
        let stubs = serde_json::to_string(&case.main().stubs).expect("stubs are plain data");
        Self {
            names: states.names().collect(),
            said: format!("{}{stubs}{}", case.main().definition, case.input),
        }
    }

    pub(super) fn outcome(&self, outcome: &Outcome) -> String {
        match outcome {
            Outcome::Succeeded(_) => "succeeded".to_owned(),
            Outcome::Failed { .. } => format!("failed with {}", self.error_with_text(outcome)),
            Outcome::TimedOut => "timed out".to_owned(),
            Outcome::Aborted => "aborted".to_owned(),
            Outcome::Tested(tested) => format!("tested as {}", tested.status.as_str()),
            Outcome::Rejected { code, message } => self.refusal(code, message),
        }
    }

    /// A refusal: the API's code, and the codes and the field of a diagnostic, else the first words.
    pub(super) fn refusal(&self, code: &str, message: &str) -> String {
        let codes: BTreeSet<&str> = REFUSAL_CODE.find_iter(message).map(|found| found.as_str()).collect();
        if codes.is_empty() {
            return format!("refused with {code}: {}", self.text(message));
        }
        let field = POINTER.find(message).and_then(|pointer| self.field_of(pointer.as_str()));
        let codes = codes.into_iter().collect::<Vec<_>>().join(" ");
        format!("refused with {code}: {codes} at {}", field.unwrap_or("the definition"))
    }

    /// The last step of a pointer that is a field of the language and no name of the case.
    fn field_of<'b>(&self, pointer: &'b str) -> Option<&'b str> {
        let is_field =
            |step: &&str| step.starts_with(|c: char| c.is_ascii_uppercase()) && !self.names.contains(step);
        pointer.split('/').rev().find(is_field)
    }

    /// An error name: one of the language or of the engine as it is, one of the case as such.
    pub(super) fn error(&self, error: &Value) -> String {
        match error.as_str() {
            None => "no error name".to_owned(),
            Some(name) if !name.starts_with("States.") && self.said.contains(name) => {
                "an error of the case".to_owned()
            }
            Some(name) => name.to_owned(),
        }
    }

    /// The error of a failure with the shape of its cause.
    pub(super) fn error_with_text(&self, outcome: &Outcome) -> String {
        let Outcome::Failed { error, cause } = outcome else { return self.outcome(outcome) };
        let error = self.error(&error.as_deref().map_or(Value::Null, Value::from));
        match cause.as_deref() {
            Some(cause) if error.starts_with("States.") || !self.said.contains(cause) => {
                format!("{error}: {}", self.text(cause))
            }
            _ => error,
        }
    }

    /// Two texts: the right wording tells what it is about; of the engine's it only matters how it differs.
    pub(super) fn texts(&self, expected: &Value, actual: &Value) -> (String, String) {
        let (right, found) = (self.value(expected), self.value(actual));
        let found = match actual.as_str() {
            None | Some("") => found,
            Some(_) if found == right => "the same wording with other values".to_owned(),
            Some(_) if found == JSON => found,
            Some(_) => "another wording".to_owned(),
        };
        (right, found)
    }

    fn value(&self, value: &Value) -> String {
        match value.as_str() {
            None => "none".to_owned(),
            Some("") => "an empty text".to_owned(),
            Some(text) if self.said.contains(text) => "a text of the case".to_owned(),
            Some(text) => self.text(text),
        }
    }

    /// The first words of a text without its quoted parts, documents, numbers and the names of states, and without
    /// AWS's standard prefix.
    fn text(&self, text: &str) -> String {
        if serde_json::from_str::<Value>(text).is_ok_and(|value| value.is_object() || value.is_array()) {
            return JSON.to_owned();
        }
        let without_prefix = match text.split_once(" (entered at the event id #") {
            Some((_, rest)) => rest.split_once("). ").map_or(rest, |(_, rest)| rest),
            None => text,
        };
        let shape = without_quoted(&self.without_names(without_prefix));
        let is_no_path = |word: &&str| !word.starts_with('$');
        shape.split_whitespace().filter(is_no_path).take(SHAPE_WORDS).collect::<Vec<_>>().join(" ")
    }

    fn without_names(&self, text: &str) -> String {
        let mut names: Vec<_> = self.names.iter().filter(|name| text.contains(**name)).collect();
        names.sort_by_key(|name| std::cmp::Reverse(name.len()));
        names.into_iter().fold(text.to_owned(), |text, name| replace_word(&text, name))
    }
}

/// Replaces the word where it is not a part of another one.
fn replace_word(text: &str, word: &str) -> String {
    let is_part = |character: Option<char>| character.is_some_and(char::is_alphanumeric);
    let mut replaced = String::with_capacity(text.len());
    let mut from = 0;
    for (start, _) in text.match_indices(word) {
        let end = start + word.len();
        if !is_part(text[..start].chars().next_back()) && !is_part(text[end..].chars().next()) {
            replaced.push_str(&text[from..start]);
            replaced.push('…');
            from = end;
        }
    }
    replaced.push_str(&text[from..]);
    replaced
}

/// The text without what is between quotes or brackets, and without digits.
fn without_quoted(text: &str) -> String {
    let mut shape = String::new();
    let mut closing: Vec<char> = Vec::new();
    let mut before = ' ';
    for character in text.chars() {
        let is_apostrophe = character == '\'' && before.is_alphanumeric() && closing.is_empty();
        before = character;
        if closing.last() == Some(&character) {
            closing.pop();
            continue;
        }
        match character {
            '"' | '\'' | '`' if closing.is_empty() && !is_apostrophe => closing.push(character),
            '{' => closing.push('}'),
            '[' => closing.push(']'),
            _ if !closing.is_empty() || character.is_ascii_digit() => {}
            other => shape.push(other),
        }
    }
    shape
}

/// The kinds of two values that differ. Where one side has nothing, or a list in the place of one of its elements, the
/// kind of the other is that of the data at hand, and says nothing about the bug.
pub(super) fn kinds(expected: Option<&Value>, actual: Option<&Value>) -> (&'static str, &'static str) {
    let kind_of = |value: Option<&Value>| value.map_or("nothing", kind);
    let (right, found) = (kind_of(expected), kind_of(actual));
    let is_plain = |kind: &str| matches!(kind, "nothing" | "null" | "array");
    match (is_plain(right), is_plain(found)) {
        (true, false) => (right, "a value"),
        (false, true) => ("a value", found),
        _ => (right, found),
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
