//! The two sides of a comparison of paths, exchanged.

use asl_cases::Case;
use serde_json::{Value, json};

use super::{
    Domain, Object, Relation, Twin,
    rules::{DataTest, rewrite_tests},
};
use crate::draw::Draw;

pub(super) const RELATION: Relation = Relation {
    id: "mirrored-operands",
    statement: "One value is less than another exactly where the other is greater than it; both sides of a `…Path` operator are values of the input.",
    domain: Domain::OwnEnd,
    rewrite,
};

fn rewrite(case: &Case, _: &mut Draw) -> Option<Twin> {
    rewrite_tests(case, mirrored)
}

fn mirrored(condition: &Object) -> Option<Value> {
    let test = DataTest::of(condition).filter(|test| test.has_path)?;
    let (family, comparison) = test.comparison()?;
    let mirrored = match comparison {
        "Equals" => "Equals",
        "LessThan" => "GreaterThan",
        "LessThanEquals" => "GreaterThanEquals",
        "GreaterThan" => "LessThan",
        "GreaterThanEquals" => "LessThanEquals",
        _ => return None,
    };
    Some(json!({"Variable": test.operand, format!("{family}{mirrored}Path"): test.variable}))
}
