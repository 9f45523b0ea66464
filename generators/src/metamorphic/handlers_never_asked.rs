//! Retriers and catchers behind others of the same names.

use asl_cases::Case;
use serde_json::{Value, json};

use super::{
    Domain, Object, Relation, TraceMapping, Twin, fresh_name,
    handlers::{is_for_all, names_of},
    pick_state, states_mut,
};
use crate::{
    draw::Draw,
    shrink::{state_mut, with_definition},
};

pub(super) const RELATION: Relation = Relation {
    id: "handlers-never-asked",
    statement: "Specified: the first retrier and the first catcher that match count, also when the retrier is used up; a later one of the same names is never asked.",
    domain: Domain::AnyEnd,
    rewrite,
};

fn rewrite(case: &Case, draw: &mut Draw) -> Option<Twin> {
    let (scope, name) =
        pick_state(case, draw, |state| FIELDS.iter().any(|field| can_have_more(state, field)))?;
    let never = fresh_name(case, "Never");
    let twin = with_definition(case, |definition| {
        let state = state_mut(definition, &scope, &name)?;
        if can_have_more(state, "Retry") {
            add(state, "Retry", json!({"IntervalSeconds": 1, "MaxAttempts": 5}))?;
        }
        if can_have_more(state, "Catch") {
            add(state, "Catch", json!({"Next": never}))?;
            let fail = json!({"Type": "Fail", "Error": "Never"});
            states_mut(definition, &scope)?.insert(never, fail);
        }
        Some(())
    })?;
    Some(Twin { case: twin, mapping: TraceMapping::Same })
}

const FIELDS: [&str; 2] = ["Retry", "Catch"];

fn can_have_more(state: &Object, field: &str) -> bool {
    !names_in(state, field).is_empty()
}

fn names_in(state: &Object, field: &str) -> Vec<Value> {
    let handlers = state.get(field).and_then(Value::as_array).into_iter().flatten();
    handlers.filter(|handler| !is_for_all(handler)).flat_map(names_of).map(Value::from).collect()
}

/// One more for all the names, before one for every error.
fn add(state: &mut Object, field: &str, mut handler: Value) -> Option<()> {
    handler["ErrorEquals"] = names_in(state, field).into();
    let handlers = state.get_mut(field)?.as_array_mut()?;
    let place = handlers.iter().position(is_for_all).unwrap_or(handlers.len());
    handlers.insert(place, handler);
    Some(())
}
