//! A pattern without a wildcard as a text, and a text as a pattern.

use asl_cases::Case;
use serde_json::{Value, json};

use super::{
    Domain, Object, Relation, Twin,
    rules::{DataTest, rewrite_tests},
};
use crate::draw::Draw;

pub(super) const RELATION: Relation = Relation {
    id: "pattern-without-star",
    statement: "Documented: only `*` is a wildcard of StringMatches, and a backslash takes its meaning; without one it matches the whole text alone.",
    domain: Domain::AnyEnd,
    rewrite,
};

fn rewrite(case: &Case, _: &mut Draw) -> Option<Twin> {
    rewrite_tests(case, other_form)
}

fn other_form(condition: &Object) -> Option<Value> {
    let test = DataTest::of(condition)?;
    let operand = test.operand.as_str().filter(|_| !test.has_path)?;
    match test.operator {
        "StringEquals" => {
            let pattern = operand.replace('\\', "\\\\").replace('*', "\\*");
            Some(json!({"Variable": test.variable, "StringMatches": pattern}))
        }
        "StringMatches" => Some(json!({"Variable": test.variable, "StringEquals": literal(operand)?})),
        _ => None,
    }
}

/// The only text that a pattern matches; `None` if there are more.
fn literal(pattern: &str) -> Option<String> {
    let mut text = String::new();
    let mut letters = pattern.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '*' => return None,
            '\\' => text.push(letters.next().filter(|next| matches!(next, '*' | '\\'))?),
            _ => text.push(letter),
        }
    }
    Some(text)
}
