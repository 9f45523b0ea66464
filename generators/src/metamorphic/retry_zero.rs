//! A retrier that never retries.

use asl_cases::Case;
use serde_json::json;

use super::{Domain, Object, Relation, TraceMapping, Twin, for_each_state_mut};
use crate::{draw::Draw, shrink::with_definition};

pub(super) const RELATION: Relation = Relation {
    id: "retry-zero",
    statement: "Documented: a retrier with MaxAttempts 0 never retries, and a state without Retry does not either.",
    domain: Domain::AnyEnd,
    rewrite,
};

fn rewrite(case: &Case, _: &mut Draw) -> Option<Twin> {
    let mut changed = false;
    let twin = with_definition(case, |definition| {
        for_each_state_mut(definition, &mut |state| changed |= add_retrier(state));
        changed.then_some(())
    })?;
    Some(Twin { case: twin, mapping: TraceMapping::Same })
}

fn add_retrier(state: &mut Object) -> bool {
    let can_retry =
        state.get("Type").is_some_and(|kind| kind == "Task" || kind == "Parallel" || kind == "Map");
    if !can_retry || state.contains_key("Retry") {
        return false;
    }
    state.insert("Retry".to_owned(), json!([{"ErrorEquals": ["States.ALL"], "MaxAttempts": 0}]));
    true
}
