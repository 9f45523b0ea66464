//! De Morgan's laws on the conditions of Choice rules.

use asl_cases::Case;
use serde_json::{Value, json};

use super::{Domain, Object, Relation, Twin, rules::rewrite_conditions};
use crate::draw::Draw;

pub(super) const RELATION: Relation = Relation {
    id: "de-morgan",
    statement: "`And` of conditions is `Not` of the `Or` of their negations, and the other way round; both stop at the same condition.",
    domain: Domain::AnyEnd,
    rewrite,
};

fn rewrite(case: &Case, _: &mut Draw) -> Option<Twin> {
    rewrite_conditions(case, |condition| {
        negated_parts(condition, "And", "Or").or_else(|| negated_parts(condition, "Or", "And"))
    })
}

fn negated_parts(condition: &Object, from: &str, to: &str) -> Option<Value> {
    let parts = condition.get(from)?.as_array()?;
    let negated: Vec<Value> = parts.iter().map(|part| json!({"Not": part})).collect();
    Some(json!({"Not": {to: negated}}))
}
