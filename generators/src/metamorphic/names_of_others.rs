//! Handlers for errors that do not occur, before those for errors that do.

use asl_cases::Case;
use serde_json::{Value, json};

use super::{
    Domain, Object, Relation, TraceMapping, Twin, fresh_name, handlers::own_error_names, pick_state,
    states_mut,
};
use crate::{
    draw::Draw,
    shrink::{state_mut, with_definition},
};

pub(super) const RELATION: Relation = Relation {
    id: "names-of-others",
    statement: "Specified: error names match as they are, in every letter and to the end; a handler for the same name in small letters, or for a part of it, is never asked.",
    domain: Domain::AnyEnd,
    rewrite,
};

fn rewrite(case: &Case, draw: &mut Draw) -> Option<Twin> {
    let text = case.main().definition_text();
    if text.contains("\"ErrorPath\"") || text.contains("\"Error\":\"{%") {
        return None;
    }
    let names = other_names(case);
    let (scope, name) =
        pick_state(case, draw, |state| state.contains_key("Catch") || state.contains_key("Retry"))?;
    let never = fresh_name(case, "Never");
    let twin = with_definition(case, |definition| {
        let state = state_mut(definition, &scope, &name).filter(|_| !names.is_empty())?;
        add(state, "Retry", json!({"ErrorEquals": names, "MaxAttempts": 4}));
        if add(state, "Catch", json!({"ErrorEquals": names, "Next": never})) {
            states_mut(definition, &scope)?.insert(never, json!({"Type": "Fail", "Error": "Never"}));
        }
        Some(())
    })?;
    Some(Twin { case: twin, mapping: TraceMapping::Same })
}

/// Names that are almost those of the case's errors.
fn other_names(case: &Case) -> Vec<String> {
    let own = own_error_names(case);
    let mut others: Vec<String> = own
        .iter()
        .flat_map(|name| {
            let most: String = name.chars().take(name.chars().count().saturating_sub(1)).collect();
            [name.to_lowercase(), most]
        })
        .filter(|name| !name.is_empty() && !name.starts_with("States.") && !own.contains(name))
        .collect();
    others.sort();
    others.dedup();
    others
}

fn add(state: &mut Object, field: &str, handler: Value) -> bool {
    let handlers = state.get_mut(field).and_then(Value::as_array_mut);
    handlers.is_some_and(|handlers| {
        handlers.insert(0, handler);
        true
    })
}
