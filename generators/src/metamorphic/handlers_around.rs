//! Retry and Catch of a state, on a Parallel around it.

use asl_cases::{Answer, Case, scopes::states_of};
use serde_json::{Value, json};

use super::{
    Domain, Object, Relation, TraceMapping, Twin, fresh_name, looks_around, pick_state, redirect,
    speaks_jsonata, states_mut,
};
use crate::{draw::Draw, shrink::with_definition};

const STATEMENT: &str = "Recorded: a Parallel fails with the error and cause of its branch, so that its retriers and catchers see what those of the state in it would have seen; retriers come before catchers.";

pub(super) const CATCH: Relation = Relation {
    id: "catch-around",
    statement: STATEMENT,
    domain: Domain::OwnEnd,
    rewrite: |case, draw| rewrite(case, draw, &["Catch"]),
};

pub(super) const BOTH: Relation = Relation {
    id: "handlers-around",
    statement: STATEMENT,
    domain: Domain::OwnEnd,
    rewrite: |case, draw| rewrite(case, draw, &["Retry", "Catch"]),
};

fn rewrite(case: &Case, draw: &mut Draw, handlers: &[&str]) -> Option<Twin> {
    if looks_around(case) || speaks_jsonata(case) || !fails_in_full(case) {
        return None;
    }
    let (scope, name) = pick_state(case, draw, |state| is_fit(state, handlers))?;
    let fresh = fresh_name(case, "Handled");
    let twin = with_definition(case, |definition| {
        redirect(definition.pointer_mut(&scope)?, &name, &fresh);
        let states = states_mut(definition, &scope)?;
        let mut inner = states.shift_remove(&name)?;
        let fields = inner.as_object_mut()?;
        let mut wrapper = json!({"Type": "Parallel", "OutputPath": "$[0]"});
        for field in ["Next", "End"].iter().chain(handlers) {
            if let Some(value) = fields.shift_remove(*field) {
                wrapper[*field] = value;
            }
        }
        fields.insert("End".to_owned(), true.into());
        wrapper["Branches"] = json!([{"StartAt": name, "States": {name.clone(): inner}}]);
        states.insert(fresh.clone(), wrapper);
        Some(())
    })?;
    Some(Twin { case: twin, mapping: TraceMapping::Untold })
}

/// A state with handlers. Recorded: what becomes of a time-out in a Parallel differs; whether States.TaskFailed matches
/// what a Parallel hands on is not.
fn is_fit(state: &Object, handlers: &[&str]) -> bool {
    let is_timed =
        state.keys().any(|field| field.starts_with("TimeoutSeconds") || field.starts_with("Heartbeat"));
    let kind = state.get("Type").and_then(Value::as_str).unwrap_or_default();
    // A call of a service may fail with what its parameters say.
    let is_plain =
        state.get("Resource").and_then(Value::as_str).is_none_or(|resource| !resource.contains(":states:::"));
    matches!(kind, "Task" | "Map" | "Parallel")
        && handlers.iter().any(|field| state.contains_key(*field))
        && is_plain
        && !is_timed
        && !state.contains_key("Assign")
        && !handlers.iter().filter_map(|field| state.get(*field)).any(|list| {
            ["\"Assign\"", "States.TaskFailed"].iter().any(|part| list.to_string().contains(part))
        })
        && !state.contains_key("ItemReader")
        && !state.keys().any(|field| field.starts_with("Tolerated"))
}

/// Whether every failure that a case scripts has a name and a cause of its own. Recorded: what is absent is told
/// otherwise by a Parallel.
fn fails_in_full(case: &Case) -> bool {
    let is_full = |(_, state): (&str, &Object)| {
        state.get("Type").is_none_or(|kind| kind != "Fail")
            || (state.contains_key("Error") && state.contains_key("Cause"))
    };
    case.main().stubs.values().flatten().all(is_told_in_full)
        && states_of(&case.main().definition).into_iter().all(is_full)
}

fn is_told_in_full(answer: &Answer) -> bool {
    match answer {
        Answer::Succeed(_) => true,
        Answer::Fail { error, cause } => error.is_some() && cause.is_some(),
        _ => false,
    }
}
