//! Conditions of Choice rules as expressions of JSONata.

use serde_json::Value;

use super::{Object, intrinsic_calls::quoted, jsonata_paths::definite};

/// A condition that holds exactly where the rule holds; `None` where nobody can tell. A Variable that leads nowhere
/// fails in one language and not in the other.
pub(super) fn condition_in_jsonata(rule: &Object, document: &str) -> Option<String> {
    for (combinator, word) in [("And", "and"), ("Or", "or")] {
        if let Some(parts) = rule.get(combinator) {
            return combined(parts.as_array()?, word, document);
        }
    }
    if let Some(inner) = rule.get("Not") {
        return Some(format!("$not({})", condition_in_jsonata(inner.as_object()?, document)?));
    }
    let variable = definite(rule.get("Variable")?.as_str()?, document)?;
    let (operator, operand) =
        rule.iter().find(|(key, _)| !matches!(key.as_str(), "Variable" | "Next" | "Comment" | "Assign"))?;
    data_test(&variable, operator, operand, document)
}

/// Later parts are asked only where the earlier ones do not decide.
fn combined(parts: &[Value], word: &str, document: &str) -> Option<String> {
    let parts: Option<Vec<String>> =
        parts.iter().map(|part| condition_in_jsonata(part.as_object()?, document)).collect();
    let parts = parts?;
    let (last, earlier) = parts.split_last()?;
    let join = |rest: String, part: &String| match word {
        "and" => format!("(({part}) ? ({rest}) : false)"),
        _ => format!("(({part}) ? true : ({rest}))"),
    };
    Some(earlier.iter().rev().fold(last.clone(), join))
}

fn data_test(variable: &str, operator: &str, operand: &Value, document: &str) -> Option<String> {
    if let Some(kind) = operator.strip_prefix("Is") {
        return type_test(variable, kind, operand.as_bool()?);
    }
    if operator == "StringMatches" {
        let pattern = pattern(operand.as_str()?)?;
        return Some(format!("$type({variable}) = 'string' ? $contains({variable}, /^{pattern}$/) : false"));
    }
    let (operator, operand, kind_of_operand) = match operator.strip_suffix("Path") {
        Some(operator) => {
            let operand = definite(operand.as_str()?, document)?;
            (operator, operand.clone(), Some(operand))
        }
        None => (operator, constant(operand)?, None),
    };
    let (kind, sign) = ["String", "Numeric", "Boolean"].iter().find_map(|family| {
        let sign = match operator.strip_prefix(family)? {
            "Equals" => "=",
            "LessThan" => "<",
            "LessThanEquals" => "<=",
            "GreaterThan" => ">",
            "GreaterThanEquals" => ">=",
            _ => return None,
        };
        let kind = match *family {
            "Numeric" => "number",
            "String" => "string",
            _ => "boolean",
        };
        Some((kind, sign))
    })?;
    let of_operand =
        kind_of_operand.map_or(String::new(), |operand| format!(" and $type({operand}) = '{kind}'"));
    Some(format!("($type({variable}) = '{kind}'{of_operand}) ? {variable} {sign} {operand} : false"))
}

fn type_test(variable: &str, kind: &str, expected: bool) -> Option<String> {
    let test = match kind {
        "Present" => format!("$exists({variable})"),
        "Null" => format!("$type({variable}) = 'null'"),
        "String" => format!("$type({variable}) = 'string'"),
        "Numeric" => format!("$type({variable}) = 'number'"),
        "Boolean" => format!("$type({variable}) = 'boolean'"),
        _ => return None,
    };
    Some(if expected { format!("({test})") } else { format!("$not({test})") })
}

fn constant(operand: &Value) -> Option<String> {
    match operand {
        Value::String(text) => (!text.contains("%}")).then(|| quoted(text)),
        Value::Number(_) | Value::Bool(_) => Some(operand.to_string()),
        _ => None,
    }
}

/// A pattern of `StringMatches` as a regular expression; only of characters that mean themselves.
fn pattern(text: &str) -> Option<String> {
    let mut found = String::new();
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '*' => found.push_str("[\\s\\S]*"),
            '\\' => match letters.next()? {
                '*' => found.push_str("\\*"),
                '\\' => found.push_str("\\\\"),
                _ => return None,
            },
            _ if letter.is_alphanumeric() || " _:,;@#=!-".contains(letter) => found.push(letter),
            '.' => found.push_str("\\."),
            _ => return None,
        }
    }
    Some(found)
}
