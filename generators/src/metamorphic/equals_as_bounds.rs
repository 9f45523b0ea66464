//! Equality as two bounds.

use asl_cases::Case;
use serde_json::{Value, json};

use super::{
    Domain, Object, Relation, Twin,
    rules::{DataTest, rewrite_tests},
};
use crate::draw::Draw;

pub(super) const RELATION: Relation = Relation {
    id: "equals-as-bounds",
    statement: "Two texts, numbers or instants are equal exactly where the first is neither greater nor less than the second.",
    domain: Domain::AnyEnd,
    rewrite,
};

fn rewrite(case: &Case, _: &mut Draw) -> Option<Twin> {
    rewrite_tests(case, bounds)
}

fn bounds(condition: &Object) -> Option<Value> {
    let test = DataTest::of(condition)?;
    let (family, comparison) = test.comparison()?;
    if comparison != "Equals" {
        return None;
    }
    if family == "Boolean" {
        return by_the_other_truth(&test);
    }
    let bound = |side: &str| test.with_operator(&format!("{family}{side}Equals"));
    Some(json!({"And": [bound("LessThan"), bound("GreaterThan")]}))
}

/// A truth value equals one of the two exactly where it does not equal the other.
fn by_the_other_truth(test: &DataTest<'_>) -> Option<Value> {
    let expected = test.operand.as_bool()?;
    let mut parts = test.type_tests("Boolean");
    parts.push(json!({"Not": {"Variable": test.variable, "BooleanEquals": !expected}}));
    Some(json!({"And": parts}))
}
