//! What texts say apart from the values in them, and in what they differ.

use std::collections::BTreeSet;

use asl_cases::TEXT_DIFFERENCE;
use serde_json::Value;

/// What programs say where there is nothing.
const NOTHING: &[&str] = &["None", "NoneType", "null", "nil", "undefined", "NaN"];

/// A text that has backslashes which the other one does not have.
const BACKSLASHES: &str = "backslashes";

pub(super) fn replace_word(text: &str, word: &str) -> String {
    replace_word_by(text, word, "…")
}

/// Replaces the word where it is not a part of another one.
fn replace_word_by(text: &str, word: &str, by: &str) -> String {
    let is_part = |character: Option<char>| character.is_some_and(char::is_alphanumeric);
    let mut replaced = String::with_capacity(text.len());
    let mut from = 0;
    for (start, _) in text.match_indices(word) {
        let end = start + word.len();
        if !is_part(text[..start].chars().next_back()) && !is_part(text[end..].chars().next()) {
            replaced.push_str(&text[from..start]);
            replaced.push_str(by);
            from = end;
        }
    }
    replaced.push_str(&text[from..]);
    replaced
}

/// The text without what is between quotes or brackets, and without digits; but that there was nothing, it may say there.
pub(super) fn without_quoted(text: &str) -> String {
    let mut shape = String::new();
    let mut closing: Vec<char> = Vec::new();
    let mut quoted = String::new();
    let mut before = ' ';
    for character in text.chars() {
        let is_apostrophe = character == '\'' && before.is_alphanumeric() && closing.is_empty();
        before = character;
        if closing.last() == Some(&character) {
            closing.pop();
            let quoted = std::mem::take(&mut quoted);
            shape.push_str(if NOTHING.contains(&quoted.as_str()) { "nothing" } else { "" });
            continue;
        }
        match character {
            '"' | '\'' | '`' if closing.is_empty() && !is_apostrophe => closing.push(character),
            '{' => closing.push('}'),
            '[' => closing.push(']'),
            other if !closing.is_empty() => quoted.push(other),
            _ if character.is_ascii_digit() => {}
            other => shape.push(other),
        }
    }
    shape
}

/// Whether a text has a word for nothing that the right one does not have: what is said there was lost before.
pub(super) fn has_lost_a_value(right: &Value, found: &Value) -> bool {
    let count = |text: &str| {
        let words = text.split(|letter: char| !letter.is_alphanumeric());
        words.filter(|word| NOTHING.contains(word)).count()
    };
    right.as_str().zip(found.as_str()).is_some_and(|(right, found)| count(found) > count(right))
}

/// In what two texts differ, for a part of the language that makes texts; nothing if all of it is different. Where escapes are
/// in play, backslashes say no more than that.
pub(super) fn differences(
    (expected, actual): (Option<&Value>, Option<&Value>),
    has_escapes: bool,
) -> BTreeSet<String> {
    let (Some(Value::String(right)), Some(Value::String(found))) = (expected, actual) else {
        return BTreeSet::new();
    };
    let is_same = |without: &dyn Fn(&str) -> bool| {
        let left_out = |text: &str| {
            let kept = TEXT_KINDS.iter().filter(|(kind, _)| !without(kind));
            kept.fold(text.to_owned(), |text, (_, leave_out)| leave_out(&text))
        };
        left_out(right) == left_out(found)
    };
    if !is_same(&|_| false) {
        return BTreeSet::new();
    }
    let is_said = |kind: &str| has_escapes && kind == BACKSLASHES;
    let matters = |kind: &&str| !is_said(kind) && !is_same(&|other| other == *kind);
    TEXT_KINDS
        .iter()
        .map(|(kind, _)| *kind)
        .filter(matters)
        .map(|kind| format!("{TEXT_DIFFERENCE}{kind}"))
        .collect()
}

type LeaveOut = fn(&str) -> String;

/// In what texts can differ, and how to leave that out.
const TEXT_KINDS: &[(&str, LeaveOut)] = &[
    ("literals", |text| {
        LITERALS.iter().fold(text.to_owned(), |text, (from, to)| replace_word_by(&text, from, to))
    }),
    ("quotes", |text| text.replace(['"', '\''], "")),
    (BACKSLASHES, |text| text.replace('\\', "")),
    ("blanks", |text| text.replace(char::is_whitespace, "")),
    ("order", |text| {
        let mut characters: Vec<char> = text.chars().collect();
        characters.sort_unstable();
        characters.into_iter().collect()
    }),
];

/// How languages print the literals of JSON.
const LITERALS: &[(&str, &str)] = &[("True", "true"), ("False", "false"), ("None", "null"), ("nil", "null")];

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::values("bad '12' in \"a\" at 3", "bad  in  at ")]
    #[case::nothing("'<' not supported between 'str' and 'NoneType'", " not supported between  and nothing")]
    #[case::documents("got {'a': [1]} for it's [2]", "got  for it's ")]
    fn quotes_hold_values_but_where_they_hold_nothing(#[case] text: &str, #[case] shape: &str) {
        assert_eq!(without_quoted(text), shape);
    }
}
