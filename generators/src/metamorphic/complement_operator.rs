//! A comparison by the operator that says the opposite.

use asl_cases::Case;
use serde_json::{Value, json};

use super::{
    Domain, Object, Relation, Twin,
    rules::{DataTest, rewrite_tests},
};
use crate::draw::Draw;

pub(super) const RELATION: Relation = Relation {
    id: "complement-operator",
    statement: "Of two values of one kind, one is less than the other exactly where it is not greater or equal; a value of another kind never is.",
    domain: Domain::OwnEnd,
    rewrite,
};

fn rewrite(case: &Case, _: &mut Draw) -> Option<Twin> {
    rewrite_tests(case, complement)
}

fn complement(condition: &Object) -> Option<Value> {
    let test = DataTest::of(condition)?;
    let (family, comparison) = test.comparison()?;
    let opposite = match comparison {
        "LessThan" => "GreaterThanEquals",
        "LessThanEquals" => "GreaterThan",
        "GreaterThan" => "LessThanEquals",
        "GreaterThanEquals" => "LessThan",
        _ => return None,
    };
    let mut parts = test.type_tests(family);
    parts.push(json!({"Not": test.with_operator(&format!("{family}{opposite}"))}));
    Some(json!({"And": parts}))
}
