//! `States.Format`: its templates, and how it prints each kind of argument.

use serde_json::Value;

use super::arguments::{Argument, Origin};
use super::failure::Refusal;
use crate::java::{json_text, to_string_text};
use crate::seeded::{Site, seeded};

/// `States.Format(template, a…)`.
/// Requirement: asl.intrinsics.format
pub(super) fn format(arguments: &[Argument<'_>]) -> Result<Value, Refusal> {
    let [template, values @ ..] = arguments else { return Err(Refusal::Arguments) };
    let source = match template.origin {
        Origin::Literal(source) => source,
        _ => template.as_text()?,
    };
    fill(source, values).map(Value::String)
}

/// Puts the values into the placeholders. Recorded: there must be as many of the one as of the other.
/// Requirement: asl.intrinsics.format-invalid
fn fill(source: &str, values: &[Argument<'_>]) -> Result<String, Refusal> {
    let mut text = String::with_capacity(source.len());
    let mut placeholder_count = 0;
    let mut characters = source.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '\\' if seeded(Site::FormatKeepsBackslashes) => text.push('\\'),
            '\\' => {
                let escaped = characters.next_if(|escaped| matches!(escaped, '\'' | '{' | '}' | '\\'));
                text.push(escaped.unwrap_or('\\'));
            }
            '{' => {
                characters.next_if_eq(&'}').ok_or(Refusal::UnclosedBrace)?;
                // A broken brace further on is reported before a missing value.
                text.push_str(&values.get(placeholder_count).map(printed).unwrap_or_default());
                placeholder_count += 1;
            }
            '}' => return Err(Refusal::UnopenedBrace),
            plain => text.push(plain),
        }
    }
    let is_enough = placeholder_count < values.len() && seeded(Site::FormatIgnoresSurplus);
    if is_enough || placeholder_count == values.len() { Ok(text) } else { Err(Refusal::Arguments) }
}

/// Recorded: objects print as Java maps do, and the answer of `States.StringToJson` as JSON.
/// Requirement: asl.intrinsics.format-object
fn printed(argument: &Argument<'_>) -> String {
    match argument.value.as_ref() {
        Value::Null if seeded(Site::FormatNullIsEmpty) => return String::new(),
        Value::String(_) if seeded(Site::FormatQuotesTexts) => return json_text(&argument.value),
        Value::Array(_) | Value::Object(_) if seeded(Site::FormatPrintsJson) => {
            return json_text(&argument.value);
        }
        _ => {}
    }
    match argument.origin {
        Origin::ParsedJson => json_text(&argument.value),
        Origin::Plain | Origin::Literal(_) => to_string_text(&argument.value),
    }
}
