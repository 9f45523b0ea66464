//! The grammar of calls.

use serde_json::{Number, Value};
use thiserror::Error;

use super::expression::{Call, Expression};
use super::function::Function;
use crate::jsonpath::{Cursor, PathSyntaxError};
use crate::path::Path;
use crate::seeded::{Site, seeded};

/// Documented: ten functions within one field. Where AWS enforces that is unknown, so this only bounds the stack.
const DEPTH_MAX: usize = 64;

/// A text that is not a call.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{problem} (at byte {position})")]
pub struct IntrinsicSyntaxError {
    position: usize,
    problem: String,
}

impl IntrinsicSyntaxError {
    fn at(cursor: &Cursor<'_>, problem: &str) -> Self {
        Self { position: cursor.position(), problem: problem.to_owned() }
    }

    fn in_path(start: usize, error: &PathSyntaxError) -> Self {
        Self { position: start + error.position(), problem: format!("not a path: {error}") }
    }

    /// The offset in bytes of the first character that does not fit.
    pub fn position(&self) -> usize {
        self.position
    }
}

/// Reads a text that is one call and nothing else.
/// Requirement: asl.intrinsics.grammar, asl.intrinsics.nesting
pub(super) fn parse_call_text(text: &str) -> Result<Call, IntrinsicSyntaxError> {
    let mut cursor = Cursor::new(text);
    let call = parse_call(&mut cursor, 0)?;
    cursor.skip_blanks();
    match cursor.peek() {
        None => Ok(call),
        Some(_) => Err(IntrinsicSyntaxError::at(&cursor, "text follows the call")),
    }
}

fn parse_call(cursor: &mut Cursor<'_>, depth: usize) -> Result<Call, IntrinsicSyntaxError> {
    if depth > DEPTH_MAX {
        return Err(IntrinsicSyntaxError::at(cursor, "calls are nested too deeply"));
    }
    let start = cursor.clone();
    let name = cursor.take_while(|character| character.is_ascii_alphanumeric() || character == '.');
    let function = Function::parse(name)
        .ok_or_else(|| IntrinsicSyntaxError::at(&start, "no such intrinsic function"))?;
    if !cursor.skip_if('(') {
        return Err(IntrinsicSyntaxError::at(cursor, "expected `(`"));
    }
    let arguments = parse_arguments(cursor, depth)?;
    // Recorded: this one is refused at creation, although any other argument is ignored.
    if function == Function::Uuid
        && matches!(arguments.as_slice(), [Expression::Path(path)] if path.text() == "$")
    {
        return Err(IntrinsicSyntaxError::at(cursor, "`States.UUID` does not take `$`"));
    }
    Ok(Call { function, arguments })
}

fn parse_arguments(cursor: &mut Cursor<'_>, depth: usize) -> Result<Vec<Expression>, IntrinsicSyntaxError> {
    let mut arguments = Vec::new();
    cursor.skip_blanks();
    if cursor.skip_if(')') {
        return Ok(arguments);
    }
    loop {
        cursor.skip_blanks();
        arguments.push(parse_argument(cursor, depth)?);
        cursor.skip_blanks();
        if cursor.skip_if(')') {
            return Ok(arguments);
        }
        if !cursor.skip_if(',') {
            return Err(IntrinsicSyntaxError::at(cursor, "expected `,` or `)`"));
        }
    }
}

fn parse_argument(cursor: &mut Cursor<'_>, depth: usize) -> Result<Expression, IntrinsicSyntaxError> {
    match cursor.peek() {
        Some('\'') => parse_string(cursor),
        Some('$') => parse_path(cursor),
        Some('S') => parse_call(cursor, depth + 1).map(Expression::Call),
        _ => parse_word(cursor),
    }
}

/// Recorded: `\'`, `\{`, `\}` and `\\` are the only escapes; any other is refused at creation.
fn parse_string(cursor: &mut Cursor<'_>) -> Result<Expression, IntrinsicSyntaxError> {
    cursor.next();
    let start = cursor.position();
    let mut text = String::new();
    loop {
        let source = cursor.since(start);
        match cursor.next() {
            Some('\'') => {
                return Ok(Expression::Text { value: Value::String(text), source: source.to_owned() });
            }
            Some('\\') => match cursor.next() {
                Some(escaped @ ('\'' | '{' | '}' | '\\')) => text.push(escaped),
                Some(other) if seeded(Site::AnyEscapeAccepted) => text.push(other),
                _ => return Err(IntrinsicSyntaxError::at(cursor, "no such escape")),
            },
            Some(plain) => text.push(plain),
            None => return Err(IntrinsicSyntaxError::at(cursor, "the string is never closed")),
        }
    }
}

fn parse_path(cursor: &mut Cursor<'_>) -> Result<Expression, IntrinsicSyntaxError> {
    let start = cursor.position();
    skip_path(cursor);
    let text = cursor.since(start).trim_end();
    Path::parse(text).map(Expression::Path).map_err(|error| IntrinsicSyntaxError::in_path(start, &error))
}

/// A path ends at the first `,` or `)` that is outside of brackets, parentheses and quotes.
fn skip_path(cursor: &mut Cursor<'_>) {
    let mut open = 0_usize;
    let mut quote = None;
    while let Some(character) = cursor.peek() {
        match (character, quote) {
            ('\\', _) => {
                cursor.next();
            }
            (_, Some(opened)) if character == opened => quote = None,
            ('\'' | '"', None) if open > 0 => quote = Some(character),
            (',' | ')', None) if open == 0 => return,
            ('[' | '(', None) => open += 1,
            (']' | ')', None) => open = open.saturating_sub(1),
            _ => {}
        }
        cursor.next();
    }
}

/// A number, `true`, `false` or `null`.
fn parse_word(cursor: &mut Cursor<'_>) -> Result<Expression, IntrinsicSyntaxError> {
    let start = cursor.clone();
    let word = cursor
        .take_while(|character| character.is_ascii_alphanumeric() || matches!(character, '-' | '+' | '.'));
    let value = match word {
        "true" => Some(Value::Bool(true)),
        "false" => Some(Value::Bool(false)),
        "null" => Some(Value::Null),
        _ => parse_number(word),
    };
    value.map(Expression::Literal).ok_or_else(|| IntrinsicSyntaxError::at(&start, "expected an argument"))
}

/// Recorded: `1e309` is accepted, although no double holds it; the largest double stands for it.
fn parse_number(word: &str) -> Option<Value> {
    if let Ok(number) = serde_json::from_str::<Number>(word) {
        return Some(Value::Number(number));
    }
    let is_numeric = word.trim_start_matches('-').starts_with(|character: char| character.is_ascii_digit());
    let double: f64 = word.parse().ok().filter(|double: &f64| is_numeric && double.is_infinite())?;
    Number::from_f64(f64::MAX.copysign(double)).map(Value::Number)
}
