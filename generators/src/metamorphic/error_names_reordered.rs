//! The names of retriers and catchers in another order.

use asl_cases::Case;
use serde_json::Value;

use super::{
    Domain, Relation, Twin,
    handlers::{names_of, rewrite_handlers},
};
use crate::draw::Draw;

pub(super) const RELATION: Relation = Relation {
    id: "error-names-reordered",
    statement: "Specified: a retrier or catcher matches if any of its names does; their order says nothing.",
    domain: Domain::AnyEnd,
    rewrite,
};

fn rewrite(case: &Case, _: &mut Draw) -> Option<Twin> {
    rewrite_handlers(case, &["Retry", "Catch"], |_, handlers| {
        let has_several = handlers.iter().any(|handler| names_of(handler).len() > 1);
        has_several.then(|| handlers.iter().map(turned_round).collect())
    })
}

fn turned_round(handler: &Value) -> Value {
    let mut other = handler.clone();
    if let Some(names) = other.get_mut("ErrorEquals").and_then(Value::as_array_mut) {
        names.reverse();
    }
    other
}
