//! The defaults of a retrier, written out.

use asl_cases::Case;
use serde_json::{Value, json};

use super::{Domain, Relation, Twin, handlers::rewrite_handlers};
use crate::draw::Draw;

pub(super) const RELATION: Relation = Relation {
    id: "explicit-retrier",
    statement: "Documented: IntervalSeconds is 1, MaxAttempts 3 and BackoffRate 2.0 where a retrier does not say.",
    domain: Domain::AnyEnd,
    rewrite,
};

fn rewrite(case: &Case, _: &mut Draw) -> Option<Twin> {
    rewrite_handlers(case, &["Retry"], |_, retriers| {
        let other: Vec<Value> = retriers.iter().map(written_out).collect();
        (other != retriers).then_some(other)
    })
}

fn written_out(retrier: &Value) -> Value {
    let mut other = retrier.clone();
    let defaults = [("IntervalSeconds", json!(1)), ("MaxAttempts", json!(3)), ("BackoffRate", json!(2.0))];
    for (field, default) in defaults {
        if other.get(field).is_none() {
            other[field] = default;
        }
    }
    other
}
