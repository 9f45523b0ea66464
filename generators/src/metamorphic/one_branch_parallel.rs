//! A state inside a Parallel with one branch.

use asl_cases::Case;
use serde_json::{Value, json};

use super::{
    Domain, Object, Relation, TraceMapping, Twin, fresh_name, looks_around, pick_state, redirect,
    speaks_jsonata, states_mut,
};
use crate::{draw::Draw, shrink::with_definition};

pub(super) const RELATION: Relation = Relation {
    id: "one-branch-parallel",
    statement: "A Parallel hands its input to its branch, gives the list of the outputs, here one, and fails with the error of its branch.",
    domain: Domain::AnyEnd,
    rewrite,
};

fn rewrite(case: &Case, draw: &mut Draw) -> Option<Twin> {
    if looks_around(case) || speaks_jsonata(case) {
        return None;
    }
    let (scope, name) = pick_state(case, draw, can_be_wrapped)?;
    let fresh = fresh_name(case, "Wrapper");
    let twin = with_definition(case, |definition| {
        redirect(definition.pointer_mut(&scope)?, &name, &fresh);
        let states = states_mut(definition, &scope)?;
        let mut inner = states.shift_remove(&name)?;
        let way_on = take_way_on(inner.as_object_mut()?);
        let branch = json!({"StartAt": name, "States": {name.clone(): inner}});
        let mut wrapper = json!({"Type": "Parallel", "Branches": [branch], "OutputPath": "$[0]"});
        wrapper.as_object_mut()?.extend(way_on);
        states.insert(fresh.clone(), wrapper);
        Some(())
    })?;
    Some(Twin { case: twin, mapping: TraceMapping::without([fresh]) })
}

/// A state whose only way out is its `Next`, that says nothing about variables, and speaks JSONPath.
pub(super) fn can_be_wrapped(state: &Object) -> bool {
    let has_next = state.contains_key("Next") || state.contains_key("End");
    let stays_apart = ["Catch", "Assign", "QueryLanguage"].iter().all(|field| !state.contains_key(*field));
    has_next && stays_apart && !state.get("Next").is_some_and(|next| Some(next) == state.get("StartAt"))
}

/// Lets a state end its scope, and gives how it went on before.
pub(super) fn take_way_on(state: &mut Object) -> Object {
    let mut way_on = Object::new();
    for field in ["Next", "End"] {
        if let Some(value) = state.shift_remove(field) {
            way_on.insert(field.to_owned(), value);
        }
    }
    state.insert("End".to_owned(), Value::Bool(true));
    way_on
}
