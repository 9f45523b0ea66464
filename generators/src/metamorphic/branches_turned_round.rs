//! The branches of a Parallel in the opposite order, and its result turned back.

use asl_cases::Case;
use serde_json::{Value, json};

use super::{Domain, Object, Relation, TraceMapping, Twin, fresh_name, looks_around, pick_state, states_mut};
use crate::{
    draw::Draw,
    shrink::{state_mut, with_definition},
};

pub(super) const RELATION: Relation = Relation {
    id: "branches-turned-round",
    statement: "Documented: the branches of a Parallel run side by side, and its result lists their outputs in the order of the branches, whichever ends first.",
    domain: Domain::Success,
    rewrite,
};

fn rewrite(case: &Case, draw: &mut Draw) -> Option<Twin> {
    if looks_around(case) {
        return None;
    }
    let (scope, name) = pick_state(case, draw, is_fit)?;
    let fresh = fresh_name(case, "In Order");
    let twin = with_definition(case, |definition| {
        let state = state_mut(definition, &scope, &name)?;
        let branches = state.get_mut("Branches")?.as_array_mut()?;
        branches.reverse();
        let places: Vec<String> = (0..branches.len()).rev().map(|place| format!("$[{place}]")).collect();
        let call = format!("States.Array({})", places.join(", "));
        let mut pass = json!({"Type": "Pass", "Parameters": {"outputs.$": call}, "OutputPath": "$.outputs"});
        for field in ["Next", "End"] {
            if let Some(way_on) = state.shift_remove(field) {
                pass[field] = way_on;
            }
        }
        state.insert("Next".to_owned(), fresh.clone().into());
        states_mut(definition, &scope)?.insert(fresh.clone(), pass);
        Some(())
    })?;
    Some(Twin { case: twin, mapping: TraceMapping::Untold })
}

/// A Parallel whose output is its result. With a retrier or catcher it would matter which branch fails first.
fn is_fit(state: &Object) -> bool {
    let reads_result =
        ["ResultPath", "ResultSelector", "OutputPath", "Assign", "Catch", "Retry", "QueryLanguage", "Output"];
    state.get("Branches").and_then(Value::as_array).is_some_and(|branches| branches.len() > 1)
        && !reads_result.iter().any(|field| state.contains_key(*field))
}
