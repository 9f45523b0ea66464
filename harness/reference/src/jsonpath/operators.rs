//! The operators of filters, with Jayway's rules for comparing values of different types.

use std::cmp::Ordering;

use serde_json::{Number, Value};

use super::filter::Resolved;
use crate::java::{display_text, numbers_equal, values_equal};
use crate::seeded::{Site, seeded};

/// A comparison inside a filter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operator {
    Equal,
    NotEqual,
    TypedEqual,
    TypedNotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Matches,
    In,
    NotIn,
    Contains,
    ContainsAll,
    SubsetOf,
    AnyOf,
    NoneOf,
    Size,
    Empty,
}

impl Operator {
    /// Operators written as signs, the longer before their prefixes.
    pub(super) const SIGNS: [(&str, Self); 9] = [
        ("===", Self::TypedEqual),
        ("!==", Self::TypedNotEqual),
        ("==", Self::Equal),
        ("!=", Self::NotEqual),
        ("=~", Self::Matches),
        ("<=", Self::LessOrEqual),
        (">=", Self::GreaterOrEqual),
        ("<", Self::Less),
        (">", Self::Greater),
    ];

    /// Operators written as words.
    pub(super) const WORDS: [(&str, Self); 9] = [
        ("in", Self::In),
        ("nin", Self::NotIn),
        ("contains", Self::Contains),
        ("all", Self::ContainsAll),
        ("subsetof", Self::SubsetOf),
        ("anyof", Self::AnyOf),
        ("noneof", Self::NoneOf),
        ("size", Self::Size),
        ("empty", Self::Empty),
    ];
}

/// Whether the comparison holds.
pub(super) fn holds(operator: Operator, left: &Resolved<'_>, right: &Resolved<'_>) -> bool {
    if operator == Operator::Matches {
        return matches_pattern(left, right);
    }
    let (Resolved::Value(left), Resolved::Value(right)) = (left, right) else {
        // A missing value is equal to nothing, hence different from and outside of everything.
        return matches!(operator, Operator::NotEqual | Operator::TypedNotEqual)
            || (operator == Operator::NotIn && matches!(right, Resolved::Value(list) if list.is_array()));
    };
    let (left, right) = (left.as_ref(), right.as_ref());
    match operator {
        Operator::Equal => equal(left, right),
        Operator::NotEqual => !equal(left, right),
        Operator::TypedEqual => values_equal(left, right),
        Operator::TypedNotEqual => !values_equal(left, right),
        Operator::Less if seeded(Site::FilterLessIncludesEqual) => {
            matches!(compare(left, right), Some(Ordering::Less | Ordering::Equal))
        }
        Operator::Less => compare(left, right) == Some(Ordering::Less),
        Operator::LessOrEqual => matches!(compare(left, right), Some(Ordering::Less | Ordering::Equal)),
        Operator::Greater => compare(left, right) == Some(Ordering::Greater),
        Operator::GreaterOrEqual => matches!(compare(left, right), Some(Ordering::Greater | Ordering::Equal)),
        Operator::Contains => contains(left, right),
        Operator::Size => has_size(left, right),
        Operator::Empty => is_empty(left).is_some_and(|empty| right.as_bool() == Some(empty)),
        _ => compare_lists(operator, left, right),
    }
}

fn compare_lists(operator: Operator, left: &Value, right: &Value) -> bool {
    let Value::Array(list) = right else { return false };
    let is_listed = |value: &Value| list.iter().any(|item| equal(value, item));
    match (operator, left) {
        (Operator::In, value) => is_listed(value),
        (Operator::NotIn, value) => !is_listed(value),
        (Operator::SubsetOf, Value::Array(items)) => items.iter().all(is_listed),
        (Operator::AnyOf, Value::Array(items)) => items.iter().any(is_listed),
        (Operator::NoneOf, Value::Array(items)) => !items.iter().any(is_listed),
        (Operator::ContainsAll, Value::Array(items)) => {
            list.iter().all(|wanted| items.iter().any(|item| equal(item, wanted)))
        }
        _ => false,
    }
}

/// A number equals the string that spells it.
fn equal(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Number(number), Value::String(text)) => spells(text, number),
        (Value::String(text), Value::Number(number)) => *text == display_text(&Value::Number(number.clone())),
        _ => values_equal(left, right),
    }
}

fn spells(text: &str, number: &Number) -> bool {
    matches!(serde_json::from_str(text), Ok(Value::Number(spelt)) if numbers_equal(&spelt, number))
}

fn compare(left: &Value, right: &Value) -> Option<Ordering> {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => crate::java::compare_numbers(left, right),
        (Value::String(left), Value::String(right)) => Some(left.encode_utf16().cmp(right.encode_utf16())),
        _ => None,
    }
}

fn contains(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::String(text), Value::String(part)) => text.contains(part.as_str()),
        (Value::Array(items), value) => items.iter().any(|item| equal(item, value)),
        _ => false,
    }
}

fn has_size(left: &Value, right: &Value) -> bool {
    let size = match left {
        Value::Array(items) => items.len(),
        Value::String(text) => text.encode_utf16().count(),
        _ => return false,
    };
    right.as_u64().is_some_and(|wanted| usize::try_from(wanted) == Ok(size))
}

fn is_empty(value: &Value) -> Option<bool> {
    match value {
        Value::String(text) => Some(text.is_empty()),
        Value::Array(items) => Some(items.is_empty()),
        Value::Object(members) => Some(members.is_empty()),
        _ => None,
    }
}

fn matches_pattern(left: &Resolved<'_>, right: &Resolved<'_>) -> bool {
    let ((Resolved::Value(value), Resolved::Pattern(pattern))
    | (Resolved::Pattern(pattern), Resolved::Value(value))) = (left, right)
    else {
        return false;
    };
    match value.as_ref() {
        Value::Array(items) => items.iter().any(|item| pattern.is_match(&display_text(item))),
        Value::Object(_) | Value::Null => false,
        scalar => pattern.is_match(&display_text(scalar)),
    }
}
