//! A Succeed state in the place of `"End": true`.

use asl_cases::Case;
use serde_json::json;

use super::{Domain, Relation, TraceMapping, Twin, fresh_name, looks_around, pick_state, states_mut};
use crate::{
    draw::Draw,
    shrink::{state_mut, with_definition},
};

pub(super) const RELATION: Relation = Relation {
    id: "succeed-at-end",
    statement: "A Succeed state without fields ends its scope with its input as the output, as the state before it would have.",
    domain: Domain::AnyEnd,
    rewrite,
};

fn rewrite(case: &Case, draw: &mut Draw) -> Option<Twin> {
    if looks_around(case) {
        return None;
    }
    let (scope, name) = pick_state(case, draw, |state| state.contains_key("End"))?;
    let fresh = fresh_name(case, "Finished");
    let twin = with_definition(case, |definition| {
        let state = state_mut(definition, &scope, &name)?;
        state.shift_remove("End");
        state.insert("Next".to_owned(), fresh.clone().into());
        states_mut(definition, &scope)?.insert(fresh.clone(), json!({"Type": "Succeed"}));
        Some(())
    })?;
    Some(Twin { case: twin, mapping: TraceMapping::without([fresh]) })
}
