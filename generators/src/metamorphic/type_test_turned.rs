//! A test of a type by its opposite.

use asl_cases::Case;
use serde_json::{Value, json};

use super::{
    Domain, Object, Relation, Twin,
    rules::{DataTest, rewrite_tests},
};
use crate::draw::Draw;

pub(super) const RELATION: Relation = Relation {
    id: "type-test-turned",
    statement: "Recorded: a test of a type or of presence with false holds exactly where the one with true does not.",
    domain: Domain::AnyEnd,
    rewrite,
};

fn rewrite(case: &Case, _: &mut Draw) -> Option<Twin> {
    rewrite_tests(case, turned)
}

fn turned(condition: &Object) -> Option<Value> {
    let test = DataTest::of(condition).filter(|test| test.operator.starts_with("Is"))?;
    let expected = test.operand.as_bool()?;
    Some(json!({"Not": {"Variable": test.variable, test.operator: !expected}}))
}
