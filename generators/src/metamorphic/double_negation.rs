//! Two negations around the condition of a Choice rule.

use asl_cases::Case;
use serde_json::json;

use super::{Domain, Relation, Twin, rules::rewrite_conditions};
use crate::draw::Draw;

pub(super) const RELATION: Relation = Relation {
    id: "double-negation",
    statement: "`Not` gives the opposite of its condition, so that two of them give the condition.",
    domain: Domain::AnyEnd,
    rewrite,
};

fn rewrite(case: &Case, _: &mut Draw) -> Option<Twin> {
    rewrite_conditions(case, |condition| {
        let is_jsonata = condition.contains_key("Condition");
        (!is_jsonata).then(|| json!({"Not": {"Not": condition}}))
    })
}
