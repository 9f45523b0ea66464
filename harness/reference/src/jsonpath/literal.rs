//! Literals inside filters, and the parameters of functions.

use regex::{Regex, RegexBuilder};
use serde_json::{Map, Value};

use super::cursor::Cursor;
use super::filter::Operand;
use super::parser::{DEPTH_MAX, Ending, parse_steps};
use super::syntax::PathSyntaxError;

/// Reads a path, a literal or a pattern.
pub(super) fn parse_operand(cursor: &mut Cursor<'_>, depth: usize) -> Result<Operand, PathSyntaxError> {
    cursor.skip_blanks();
    match cursor.peek() {
        Some('@') => {
            cursor.next();
            parse_steps(cursor, Ending::Operand, depth).map(Operand::Item)
        }
        Some('$') => {
            cursor.next();
            parse_steps(cursor, Ending::Operand, depth).map(Operand::Document)
        }
        Some('/') => parse_pattern(cursor).map(Operand::Pattern),
        _ => parse_literal(cursor, depth).map(Operand::Literal),
    }
}

/// Reads the parameters of a function, up to and including the closing parenthesis.
pub(super) fn parse_parameters(
    cursor: &mut Cursor<'_>,
    depth: usize,
) -> Result<Vec<Operand>, PathSyntaxError> {
    let mut parameters = Vec::new();
    cursor.skip_blanks();
    while !cursor.skip_if(')') {
        if !parameters.is_empty() && !cursor.skip_if(',') {
            return Err(PathSyntaxError::at(cursor, "expected `,` or `)`"));
        }
        parameters.push(parse_operand(cursor, depth)?);
        cursor.skip_blanks();
    }
    Ok(parameters)
}

fn parse_literal(cursor: &mut Cursor<'_>, depth: usize) -> Result<Value, PathSyntaxError> {
    if depth > DEPTH_MAX {
        return Err(PathSyntaxError::at(cursor, "literals are nested too deeply"));
    }
    cursor.skip_blanks();
    match cursor.peek() {
        Some('\'' | '"') => parse_string(cursor).map(Value::String),
        Some('[') => parse_array(cursor, depth),
        Some('{') => parse_object(cursor, depth),
        _ => parse_word(cursor),
    }
}

fn parse_word(cursor: &mut Cursor<'_>) -> Result<Value, PathSyntaxError> {
    let start = cursor.clone();
    let word = cursor
        .take_while(|character| character.is_ascii_alphanumeric() || matches!(character, '-' | '+' | '.'));
    let value: Option<Value> = serde_json::from_str(word).ok();
    value
        .filter(|value| !word.is_empty() && !value.is_string())
        .ok_or_else(|| PathSyntaxError::at(&start, "expected a path or a literal"))
}

fn parse_string(cursor: &mut Cursor<'_>) -> Result<String, PathSyntaxError> {
    let quote = cursor.next();
    let mut text = String::new();
    while let Some(character) = cursor.next() {
        match character {
            '\\' => text.extend(cursor.next().map(unescape)),
            _ if Some(character) == quote => return Ok(text),
            _ => text.push(character),
        }
    }
    Err(PathSyntaxError::at(cursor, "the quote is never closed"))
}

fn unescape(escaped: char) -> char {
    match escaped {
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'b' => '\u{8}',
        'f' => '\u{c}',
        other => other,
    }
}

fn parse_array(cursor: &mut Cursor<'_>, depth: usize) -> Result<Value, PathSyntaxError> {
    cursor.next();
    let mut items = Vec::new();
    cursor.skip_blanks();
    while !cursor.skip_if(']') {
        if !items.is_empty() && !cursor.skip_if(',') {
            return Err(PathSyntaxError::at(cursor, "expected `,` or `]`"));
        }
        items.push(parse_literal(cursor, depth + 1)?);
        cursor.skip_blanks();
    }
    Ok(Value::Array(items))
}

fn parse_object(cursor: &mut Cursor<'_>, depth: usize) -> Result<Value, PathSyntaxError> {
    cursor.next();
    let mut members = Map::new();
    cursor.skip_blanks();
    while !cursor.skip_if('}') {
        if !members.is_empty() && !cursor.skip_if(',') {
            return Err(PathSyntaxError::at(cursor, "expected `,` or `}`"));
        }
        cursor.skip_blanks();
        if !matches!(cursor.peek(), Some('\'' | '"')) {
            return Err(PathSyntaxError::at(cursor, "expected a key in quotes"));
        }
        let key = parse_string(cursor)?;
        cursor.skip_blanks();
        if !cursor.skip_if(':') {
            return Err(PathSyntaxError::at(cursor, "expected `:`"));
        }
        members.insert(key, parse_literal(cursor, depth + 1)?);
        cursor.skip_blanks();
    }
    Ok(Value::Object(members))
}

/// `/…/flags`. Java matches the whole text, so the pattern is anchored.
fn parse_pattern(cursor: &mut Cursor<'_>) -> Result<Regex, PathSyntaxError> {
    let start = cursor.clone();
    cursor.next();
    let mut pattern = String::new();
    loop {
        match cursor.next() {
            Some('/') => break,
            Some('\\') if cursor.skip_if('/') => pattern.push('/'),
            Some('\\') => {
                pattern.push('\\');
                pattern.extend(cursor.next());
            }
            Some(character) => pattern.push(character),
            None => return Err(PathSyntaxError::at(&start, "the pattern is never closed")),
        }
    }
    let flags = cursor.take_while(|character| character.is_ascii_alphabetic());
    RegexBuilder::new(&format!(r"\A(?:{pattern})\z"))
        .case_insensitive(flags.contains('i'))
        .multi_line(flags.contains('m'))
        .dot_matches_new_line(flags.contains('s'))
        .ignore_whitespace(flags.contains('x'))
        .build()
        .map_err(|_| PathSyntaxError::at(&start, "the pattern is not a regular expression"))
}
