//! The grammar of paths: dots, brackets, scans, and a function at the end.

use super::cursor::Cursor;
use super::filter_parser::parse_filter;
use super::function::{FunctionName, TailFunction};
use super::literal::parse_parameters;
use super::step::Step;
use super::{JsonPath, PathSyntaxError};

/// No path has more steps. AWS names no limit; the longest honest path is far shorter.
const STEPS_MAX: usize = 256;

/// No path has filters nested deeper, and no filter has deeper parentheses.
pub(super) const DEPTH_MAX: usize = 32;

/// What may follow a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ending {
    /// The path is the whole text.
    Text,
    /// The path is an operand inside a filter or a parameter of a function.
    Operand,
}

/// Reads the steps after a root.
pub(super) fn parse_steps(
    cursor: &mut Cursor<'_>,
    ending: Ending,
    depth: usize,
) -> Result<JsonPath, PathSyntaxError> {
    if depth > DEPTH_MAX {
        return Err(PathSyntaxError::at(cursor, "filters are nested too deeply"));
    }
    let mut steps = Vec::new();
    let mut function = None;
    while let Some(character) = cursor.peek().filter(|_| !is_at_end(cursor, ending)) {
        if function.is_some() {
            return Err(PathSyntaxError::at(cursor, "a function ends the path"));
        }
        if steps.len() >= STEPS_MAX {
            return Err(PathSyntaxError::at(cursor, "the path has too many steps"));
        }
        match character {
            '[' => steps.push(parse_bracket(cursor, depth)?),
            '.' => function = parse_dot(cursor, ending, depth, &mut steps)?,
            _ => return Err(PathSyntaxError::at(cursor, "expected `.` or `[`")),
        }
    }
    Ok(JsonPath::new(steps, function))
}

fn is_at_end(cursor: &Cursor<'_>, ending: Ending) -> bool {
    ending == Ending::Operand && cursor.peek().is_some_and(|character| !matches!(character, '.' | '['))
}

fn parse_dot(
    cursor: &mut Cursor<'_>,
    ending: Ending,
    depth: usize,
    steps: &mut Vec<Step>,
) -> Result<Option<TailFunction>, PathSyntaxError> {
    cursor.next();
    if cursor.skip_if('.') {
        steps.push(Step::Scan);
    }
    if cursor.peek() == Some('[') {
        steps.push(parse_bracket(cursor, depth)?);
        return Ok(None);
    }
    if cursor.skip_if('*') {
        steps.push(Step::Wildcard);
        return Ok(None);
    }
    let name = parse_name(cursor, ending)?;
    if cursor.peek() == Some('(') {
        return parse_function(cursor, &name, depth).map(Some);
    }
    steps.push(Step::Property { name, quote: '\'' });
    Ok(None)
}

/// A key in dot notation, where a backslash takes the next character as it is.
fn parse_name(cursor: &mut Cursor<'_>, ending: Ending) -> Result<String, PathSyntaxError> {
    let mut name = String::new();
    while let Some(character) = cursor.peek() {
        match character {
            '.' | '[' | '(' => break,
            _ if ending == Ending::Operand && ends_operand(cursor) => break,
            ' ' => {
                return Err(PathSyntaxError::at(cursor, "a key with a blank needs the form ['a key']"));
            }
            '\\' => name.push(parse_escape(cursor)?),
            _ => name.extend(cursor.next()),
        }
    }
    if name.is_empty() {
        return Err(PathSyntaxError::at(cursor, "expected a key"));
    }
    Ok(name)
}

fn ends_operand(cursor: &Cursor<'_>) -> bool {
    let rest = cursor.rest();
    rest.starts_with([' ', '\t', '\n', '\r', ')', ']', ',', '<', '>', '=', '!', '~'])
        || rest.starts_with("&&")
        || rest.starts_with("||")
}

fn parse_escape(cursor: &mut Cursor<'_>) -> Result<char, PathSyntaxError> {
    cursor.next();
    if cursor.peek() != Some('u') {
        return cursor.next().ok_or_else(|| PathSyntaxError::at(cursor, "nothing follows the backslash"));
    }
    let invalid =
        |cursor: &Cursor<'_>| PathSyntaxError::at(cursor, "`\\u` needs the four digits of a character");
    let first = parse_code_unit(cursor).ok_or_else(|| invalid(cursor))?;
    if let Some(character) = char::from_u32(first.into()) {
        return Ok(character);
    }
    let second = cursor.skip_if('\\').then(|| parse_code_unit(cursor)).flatten();
    let pair = [first, second.unwrap_or_default()];
    char::decode_utf16(pair).next().and_then(Result::ok).ok_or_else(|| invalid(cursor))
}

fn parse_code_unit(cursor: &mut Cursor<'_>) -> Option<u16> {
    if !cursor.skip_if('u') {
        return None;
    }
    let digits =
        cursor.rest().get(..4).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))?;
    cursor.back_to(cursor.position() + digits.len());
    u16::from_str_radix(digits, 16).ok()
}

fn parse_function(
    cursor: &mut Cursor<'_>,
    name: &str,
    depth: usize,
) -> Result<TailFunction, PathSyntaxError> {
    let function =
        FunctionName::parse(name).ok_or_else(|| PathSyntaxError::at(cursor, "no such function"))?;
    cursor.next();
    let parameters = parse_parameters(cursor, depth + 1)?;
    Ok(TailFunction::new(function, parameters))
}

fn parse_bracket(cursor: &mut Cursor<'_>, depth: usize) -> Result<Step, PathSyntaxError> {
    cursor.next();
    cursor.skip_blanks();
    let step = match cursor.peek() {
        Some('\'' | '"') => parse_quoted_keys(cursor)?,
        Some('*') => {
            cursor.next();
            Step::Wildcard
        }
        Some('?') => {
            cursor.next();
            Step::Filter(parse_filter(cursor, depth + 1)?)
        }
        _ => parse_positions(cursor)?,
    };
    cursor.skip_blanks();
    if !cursor.skip_if(']') {
        return Err(PathSyntaxError::at(cursor, "expected `]`"));
    }
    Ok(step)
}

fn parse_quoted_keys(cursor: &mut Cursor<'_>) -> Result<Step, PathSyntaxError> {
    let mut names = Vec::new();
    let quote = cursor.peek().unwrap_or('\'');
    loop {
        names.push(parse_quoted_key(cursor)?);
        cursor.skip_blanks();
        if !cursor.skip_if(',') {
            break;
        }
        cursor.skip_blanks();
    }
    match <[String; 1]>::try_from(names) {
        Ok([name]) => Ok(Step::Property { name, quote }),
        Err(names) => Ok(Step::Properties(names)),
    }
}

/// Recorded: `$['Test\""Name"']` finds the key `Test\""Name"`, so a backslash before a quote of the other kind stays.
fn parse_quoted_key(cursor: &mut Cursor<'_>) -> Result<String, PathSyntaxError> {
    let Some(quote @ ('\'' | '"')) = cursor.next() else {
        return Err(PathSyntaxError::at(cursor, "expected a key in quotes"));
    };
    let mut name = String::new();
    while let Some(character) = cursor.next() {
        match character {
            '\\' => {
                let escaped = cursor.next();
                name.extend((escaped != Some(quote) && escaped != Some('\\')).then_some('\\'));
                name.extend(escaped);
            }
            _ if character == quote => return Ok(name),
            _ => name.push(character),
        }
    }
    Err(PathSyntaxError::at(cursor, "the quote is never closed"))
}

fn parse_positions(cursor: &mut Cursor<'_>) -> Result<Step, PathSyntaxError> {
    let start = cursor.clone();
    let text = cursor.take_while(|character| matches!(character, '0'..='9' | '-' | ',' | ':' | ' '));
    let invalid = || PathSyntaxError::at(&start, "expected a key in quotes, an index, a slice, `*` or `?`");
    if let Some((from, to)) = text.split_once(':') {
        let step = Step::Slice { from: parse_bound(from)?, to: parse_bound(to)? };
        let is_open = matches!(step, Step::Slice { from: None, to: None });
        return if is_open { Err(invalid()) } else { Ok(step) };
    }
    let indices: Option<Vec<i64>> = text.split(',').map(parse_index).collect();
    match indices.as_deref() {
        Some([index]) => Ok(Step::Index(*index)),
        Some(indices) => Ok(Step::Indices(indices.to_vec())),
        None => Err(invalid()),
    }
}

fn parse_bound(text: &str) -> Result<Option<i64>, PathSyntaxError> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    let index = parse_index(text);
    index.map(Some).ok_or_else(|| PathSyntaxError::at(&Cursor::new(text), "a bound of a slice is an integer"))
}

/// An index too large for any array is still an index: it is out of range.
fn parse_index(text: &str) -> Option<i64> {
    let text = text.trim();
    let digits = text.strip_prefix('-').unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let magnitude: i64 = digits.parse().unwrap_or(i64::MAX);
    Some(if text.starts_with('-') { -magnitude } else { magnitude })
}
