//! From the text of a definition to JSON, with refusals in the words of Jackson, which AWS quotes.
//!
//! Recorded is the text for an unrecognised token; the other texts follow Jackson's own wording.

use serde_json::{Value, error::Category};

use super::{DefinitionError, Diagnostic, DiagnosticCode};

/// Jackson quotes so many characters of the source.
const QUOTED_CHARACTERS_MAX: usize = 500;
const VALUES: &str = "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')";

/// Reads the text.
pub(super) fn read(text: &str) -> Result<Value, DefinitionError> {
    if text.trim().is_empty() {
        return Err(no_object());
    }
    match serde_json::from_str(text) {
        Ok(value @ Value::Object(_)) => Ok(value),
        Ok(_) => Err(no_object()),
        Err(error) => Err(refusal(text, &error)),
    }
}

/// Recorded for the empty text.
fn no_object() -> DefinitionError {
    DefinitionError::Invalid(vec![Diagnostic {
        code: DiagnosticCode::SchemaValidationFailed,
        message: "Definition must be a valid JSON object".to_owned(),
        location: None,
    }])
}

fn refusal(text: &str, error: &serde_json::Error) -> DefinitionError {
    let reason = error.to_string();
    if let Some(limit) = LIMITS_OF_OUR_READER.iter().find(|limit| reason.starts_with(**limit)) {
        return DefinitionError::Unsupported(format!("a JSON text with {limit}"));
    }
    let place = Place::of(text, error);
    let (problem, column) = problem(&reason, error.classify(), &place);
    let source = format!("[Source: (String){}; line: {}, column: {column}]", quoted(text), place.line);
    DefinitionError::Invalid(vec![Diagnostic {
        code: DiagnosticCode::InvalidJsonDescription,
        message: format!("{problem}\n at {source}"),
        location: Some(source),
    }])
}

/// Where our reader is stricter than Jackson is, or may be.
const LIMITS_OF_OUR_READER: [&str; 5] = [
    "recursion limit exceeded",
    "number out of range",
    "trailing characters",
    "lone leading surrogate in hex escape",
    "unexpected end of hex escape",
];

/// Where the reader stopped.
struct Place<'a> {
    line: usize,
    /// The word around the place, if there is one.
    token: &'a str,
    /// Counted from 1.
    token_column: usize,
    character: Option<char>,
}

impl<'a> Place<'a> {
    fn of(text: &'a str, error: &serde_json::Error) -> Self {
        let line = text.split('\n').nth(error.line().saturating_sub(1)).unwrap_or_default();
        let mut offset = error.column().saturating_sub(1).min(line.len());
        while !line.is_char_boundary(offset) {
            offset -= 1;
        }
        let is_word = |character: char| character.is_alphanumeric() || matches!(character, '_' | '$');
        let start = line[..offset]
            .rfind(|character| !is_word(character))
            .map_or(0, |index| index + line[index..].chars().next().map_or(0, char::len_utf8));
        let end = line[offset..].find(|character| !is_word(character)).map_or(line.len(), |n| offset + n);
        Self {
            line: error.line(),
            token: &line[start..end],
            token_column: line[..start].chars().count() + 1,
            character: line[offset..].chars().next(),
        }
    }
}

/// The words, and the column that Jackson names: the one behind what it has read.
fn problem(reason: &str, category: Category, place: &Place<'_>) -> (String, usize) {
    let end_column = place.token_column + place.token.chars().count();
    if category == Category::Eof {
        return ("Unexpected end-of-input".to_owned(), end_column);
    }
    if reason.starts_with("control character") || reason.starts_with("invalid escape") {
        return ("Illegal character in a JSON string".to_owned(), end_column);
    }
    if !place.token.is_empty() {
        return (format!("Unrecognized token '{}': was expecting {VALUES}", place.token), end_column);
    }
    let expectation = match reason {
        reason if reason.starts_with("key must be a string") => {
            "was expecting double-quote to start field name".to_owned()
        }
        reason if reason.starts_with("trailing comma") => {
            "was expecting double-quote to start field name".to_owned()
        }
        reason if reason.starts_with("expected `:`") => {
            "was expecting a colon to separate field name and value".to_owned()
        }
        reason if reason.starts_with("expected `,` or `}`") => {
            "was expecting comma to separate Object entries".to_owned()
        }
        reason if reason.starts_with("expected `,` or `]`") => {
            "was expecting comma to separate Array entries".to_owned()
        }
        _ => format!("expected a valid value {VALUES}"),
    };
    let character = place.character.unwrap_or(' ');
    let code = u32::from(character);
    (format!("Unexpected character ('{character}' (code {code})): {expectation}"), end_column + 1)
}

fn quoted(text: &str) -> String {
    let n_characters = text.chars().count();
    if n_characters <= QUOTED_CHARACTERS_MAX {
        return format!("\"{text}\"");
    }
    let beginning: String = text.chars().take(QUOTED_CHARACTERS_MAX).collect();
    format!("\"{beginning}\"[truncated {} chars]", n_characters - QUOTED_CHARACTERS_MAX)
}
