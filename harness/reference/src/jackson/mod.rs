//! What Jackson, the JSON reader of AWS's service, says to a text that is no JSON.
//!
//! Recorded: an unrecognised token in a definition, with its place, and two refusals of an execution input. The other
//! texts are those of Jackson's own `ReaderBasedJsonParser` under `ObjectMapper.readTree`, version 2.10 to 2.13, whose
//! form of a place is the recorded one. Reading good JSON is left to others: this is for texts that were refused.

mod characters;
mod literal;
mod scanner;
#[cfg(test)]
mod tests;

use scanner::Scanner;

/// Jackson quotes so many characters of the source.
const QUOTED_CHARACTERS_MAX: usize = 500;

/// The first problem of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JsonProblem {
    /// The sentence, without the place.
    pub message: String,
    /// Where, in Jackson's words: `[Source: (String)"…"; line: 1, column: 4]`.
    pub source: String,
    /// The bytes that Jackson had read: what is wrong ends here.
    pub n_bytes_read: usize,
}

/// What Jackson says against the text; `None` if it reads a whole value from its beginning.
pub fn problem(text: &str) -> Option<JsonProblem> {
    let units: Vec<u16> = text.encode_utf16().collect();
    let mut scanner = Scanner::new(text, &units);
    let message = scanner.scan().err()?;
    let n_bytes_read = n_bytes(text, scanner.n_units_read());
    Some(JsonProblem { message, source: source_at(text, scanner.line(), scanner.column()), n_bytes_read })
}

/// The same with its place and without the text, as a later Jackson tells it. Recorded (April 2026): an unexpected
/// character is in the column where it stands, not behind it.
pub fn redacted_problem(text: &str) -> Option<String> {
    let units: Vec<u16> = text.encode_utf16().collect();
    let mut scanner = Scanner::new(text, &units);
    let message = scanner.scan().err()?;
    let n_behind = usize::from(message.starts_with("Unexpected character"));
    let source = source_at(text, scanner.line(), scanner.column() - n_behind);
    let quoted = format!("(String){}", quoted(text));
    Some(format!("{message}\n at {source}").replace(&quoted, REDACTED))
}

const REDACTED: &str = "REDACTED (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled)";

/// A place in Jackson's words. It counts columns in the characters of Java, from 1.
fn source_at(text: &str, line: usize, column: usize) -> String {
    format!("[Source: (String){}; line: {line}, column: {column}]", quoted(text))
}

fn quoted(text: &str) -> String {
    let n_characters = text.encode_utf16().count();
    if n_characters <= QUOTED_CHARACTERS_MAX {
        return format!("\"{text}\"");
    }
    let beginning = &text[..n_bytes(text, QUOTED_CHARACTERS_MAX)];
    format!("\"{beginning}\"[truncated {} chars]", n_characters - QUOTED_CHARACTERS_MAX)
}

/// How many bytes the first characters of Java take; one that is cut in half counts.
fn n_bytes(text: &str, n_units: usize) -> usize {
    let mut n_left = n_units;
    for (offset, character) in text.char_indices() {
        if n_left == 0 {
            return offset;
        }
        n_left = n_left.saturating_sub(character.len_utf16());
    }
    text.len()
}
