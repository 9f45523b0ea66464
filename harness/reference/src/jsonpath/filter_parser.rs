//! The grammar of filters: `||` binds weaker than `&&`, `!` negates an existence check or a parenthesis.

use super::cursor::Cursor;
use super::filter::{Filter, Operand};
use super::literal::parse_operand;
use super::operators::Operator;
use super::parser::DEPTH_MAX;
use super::syntax::PathSyntaxError;

/// Reads `(…)` after `?`.
pub(super) fn parse_filter(cursor: &mut Cursor<'_>, depth: usize) -> Result<Filter, PathSyntaxError> {
    cursor.skip_blanks();
    if cursor.peek() != Some('(') {
        return Err(PathSyntaxError::at(cursor, "a filter needs parentheses"));
    }
    parse_parenthesis(cursor, depth)
}

fn parse_parenthesis(cursor: &mut Cursor<'_>, depth: usize) -> Result<Filter, PathSyntaxError> {
    if depth > DEPTH_MAX {
        return Err(PathSyntaxError::at(cursor, "parentheses are nested too deeply"));
    }
    cursor.next();
    let filter = parse_or(cursor, depth)?;
    cursor.skip_blanks();
    if !cursor.skip_if(')') {
        return Err(PathSyntaxError::at(cursor, "expected `)`"));
    }
    Ok(filter)
}

fn parse_or(cursor: &mut Cursor<'_>, depth: usize) -> Result<Filter, PathSyntaxError> {
    let mut filters = vec![parse_and(cursor, depth)?];
    while skip_connective(cursor, "||") {
        filters.push(parse_and(cursor, depth)?);
    }
    Ok(unwrap_single(filters, Filter::Any))
}

fn parse_and(cursor: &mut Cursor<'_>, depth: usize) -> Result<Filter, PathSyntaxError> {
    let mut filters = vec![parse_condition(cursor, depth)?];
    while skip_connective(cursor, "&&") {
        filters.push(parse_condition(cursor, depth)?);
    }
    Ok(unwrap_single(filters, Filter::All))
}

fn skip_connective(cursor: &mut Cursor<'_>, connective: &str) -> bool {
    cursor.skip_blanks();
    cursor.skip_text(connective)
}

fn unwrap_single(mut filters: Vec<Filter>, several: fn(Vec<Filter>) -> Filter) -> Filter {
    match filters.pop() {
        Some(only) if filters.is_empty() => only,
        last => {
            filters.extend(last);
            several(filters)
        }
    }
}

fn parse_condition(cursor: &mut Cursor<'_>, depth: usize) -> Result<Filter, PathSyntaxError> {
    cursor.skip_blanks();
    let mut negations = 0;
    while cursor.skip_if('!') {
        negations += 1;
        cursor.skip_blanks();
    }
    let condition = match cursor.peek() {
        Some('(') => parse_parenthesis(cursor, depth + 1)?,
        _ => parse_comparison(cursor, depth)?,
    };
    Ok(if negations % 2 == 0 { condition } else { Filter::Not(Box::new(condition)) })
}

fn parse_comparison(cursor: &mut Cursor<'_>, depth: usize) -> Result<Filter, PathSyntaxError> {
    let left = parse_operand(cursor, depth)?;
    cursor.skip_blanks();
    match parse_operator(cursor)? {
        Some(operator) => {
            let right = parse_operand(cursor, depth)?;
            Ok(Filter::Compare { left, operator, right })
        }
        None if matches!(left, Operand::Item(_) | Operand::Document(_)) => Ok(Filter::Exists(left)),
        None => Err(PathSyntaxError::at(cursor, "expected an operator")),
    }
}

fn parse_operator(cursor: &mut Cursor<'_>) -> Result<Option<Operator>, PathSyntaxError> {
    if let Some((text, operator)) = Operator::SIGNS.iter().find(|(text, _)| cursor.rest().starts_with(text)) {
        cursor.skip_text(text);
        return Ok(Some(*operator));
    }
    let start = cursor.clone();
    let word = cursor.take_while(|character| character.is_ascii_alphabetic());
    if word.is_empty() {
        return Ok(None);
    }
    let operator = Operator::WORDS.iter().find(|(name, _)| name.eq_ignore_ascii_case(word));
    operator
        .map(|(_, operator)| Some(*operator))
        .ok_or_else(|| PathSyntaxError::at(&start, "no such operator"))
}
