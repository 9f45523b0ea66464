//! A catcher that fails again with what it caught.

use asl_cases::{Answer, Case};
use serde_json::json;

use super::{
    Domain, Object, Relation, TraceMapping, Twin, fresh_name, pick_state, speaks_jsonata, states_mut,
};
use crate::{
    draw::Draw,
    shrink::{state_mut, with_definition},
};

pub(super) const RELATION: Relation = Relation {
    id: "catch-reraise",
    statement: "A catcher hands on Error and Cause; a Fail state that reads both fails with the same error and cause.",
    domain: Domain::AnyEnd,
    rewrite,
};

fn rewrite(case: &Case, draw: &mut Draw) -> Option<Twin> {
    if speaks_jsonata(case) || !case.main().stubs.values().flatten().all(says_error_and_cause) {
        return None;
    }
    let (scope, name) = pick_state(case, draw, can_catch)?;
    let fresh = fresh_name(case, "Again");
    let twin = with_definition(case, |definition| {
        let state = state_mut(definition, &scope, &name)?;
        let catcher = json!([{"ErrorEquals": ["States.ALL"], "Next": fresh}]);
        state.insert("Catch".to_owned(), catcher);
        let again = json!({"Type": "Fail", "ErrorPath": "$.Error", "CausePath": "$.Cause"});
        states_mut(definition, &scope)?.insert(fresh.clone(), again);
        Some(())
    })?;
    // A sibling that was still running is aborted earlier or later: the history of the failure differs.
    Some(Twin { case: twin, mapping: TraceMapping::Untold })
}

/// Only tasks: Recorded, a Parallel or Map that fails hands on what its branch failed with, but may know no cause. A
/// task that is out of time has none either.
fn can_catch(state: &Object) -> bool {
    let is_timed =
        state.keys().any(|field| field.starts_with("TimeoutSeconds") || field.starts_with("Heartbeat"));
    state.get("Type").is_some_and(|kind| kind == "Task") && !state.contains_key("Catch") && !is_timed
}

/// A failure without an error name or a cause leaves the Fail state nothing to read.
fn says_error_and_cause(answer: &Answer) -> bool {
    match answer {
        Answer::Succeed(_) => true,
        Answer::Fail { error, cause } => error.is_some() && cause.is_some(),
        Answer::Heartbeats { then, .. } | Answer::Submitted { then, .. } => says_error_and_cause(then),
        Answer::Silence | Answer::Unpolled | Answer::NoSuchActivity => false,
    }
}
