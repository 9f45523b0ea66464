//! A list of retriers without one.

use asl_cases::Case;
use serde_json::json;

use super::{Domain, Object, Relation, TraceMapping, Twin, for_each_state_mut};
use crate::{draw::Draw, shrink::with_definition};

pub(super) const RELATION: Relation = Relation {
    id: "empty-retry",
    statement: "Recorded: an empty list of retriers is accepted, and retries nothing, as no list does.",
    domain: Domain::AnyEnd,
    rewrite,
};

fn rewrite(case: &Case, _: &mut Draw) -> Option<Twin> {
    let mut changed = false;
    let twin = with_definition(case, |definition| {
        for_each_state_mut(definition, &mut |state: &mut Object| {
            let is_task = state.get("Type").is_some_and(|kind| kind == "Task");
            if is_task && !state.contains_key("Retry") {
                state.insert("Retry".to_owned(), json!([]));
                changed = true;
            }
        });
        changed.then_some(())
    })?;
    Some(Twin { case: twin, mapping: TraceMapping::Same })
}
