//! A pattern with one wildcard as a text between two bounds.

use asl_cases::Case;
use serde_json::{Value, json};

use super::{
    Domain, Object, Relation, Twin,
    rules::{DataTest, rewrite_tests},
};
use crate::draw::Draw;

pub(super) const RELATION: Relation = Relation {
    id: "pattern-in-parts",
    statement: "`*` matches any text, also none: what begins with a prefix lies between it and the prefix with the last of all letters, and every text matches a star alone, once or twice.",
    domain: Domain::AnyEnd,
    rewrite,
};

fn rewrite(case: &Case, _: &mut Draw) -> Option<Twin> {
    rewrite_tests(case, other_form)
}

fn other_form(condition: &Object) -> Option<Value> {
    let test = DataTest::of(condition).filter(|test| test.operator == "StringMatches")?;
    let pattern = test.operand.as_str()?;
    let variable = test.variable;
    if !pattern.is_empty() && pattern.chars().all(|letter| letter == '*') {
        return Some(json!({"Variable": variable, "IsString": true}));
    }
    if let Some(prefix) = pattern.strip_suffix('*').filter(|prefix| !prefix.contains(['*', '\\'])) {
        let behind = format!("{prefix}\u{ffff}");
        return Some(json!({"And": [
            {"Variable": variable, "StringGreaterThanEquals": prefix},
            {"Variable": variable, "StringLessThan": behind}
        ]}));
    }
    pattern.contains('*').then(|| {
        // A second star beside the first one matches the empty text.
        let doubled = pattern.replacen('*', "**", 1).replace("\\**", "\\*");
        json!({"Variable": variable, "StringMatches": doubled})
    })
}
