//! The Result of a Pass as its Parameters, and the other way round.

use asl_cases::Case;
use serde_json::Value;

use super::{Domain, Object, Relation, TraceMapping, Twin, pick_state};
use crate::{
    draw::Draw,
    shrink::{state_mut, with_definition},
};

pub(super) const RELATION: Relation = Relation {
    id: "pass-parameters",
    statement: "A Pass gives its Result, or without one its effective input, which Parameters without `.$` replace by themselves.",
    domain: Domain::AnyEnd,
    rewrite,
};

fn rewrite(case: &Case, draw: &mut Draw) -> Option<Twin> {
    let (scope, name) = pick_state(case, draw, is_constant_pass)?;
    let twin = with_definition(case, |definition| {
        let state = state_mut(definition, &scope, &name)?;
        let (from, to) =
            if state.contains_key("Result") { ("Result", "Parameters") } else { ("Parameters", "Result") };
        let constant = state.shift_remove(from)?;
        state.insert(to.to_owned(), constant);
        Some(())
    })?;
    Some(Twin { case: twin, mapping: TraceMapping::Same })
}

fn is_constant_pass(state: &Object) -> bool {
    let (result, parameters) = (state.get("Result"), state.get("Parameters"));
    let ((Some(constant), None) | (None, Some(constant))) = (result, parameters) else { return false };
    state.get("Type").is_some_and(|kind| kind == "Pass") && constant.is_object() && is_constant(constant)
}

fn is_constant(value: &Value) -> bool {
    match value {
        Value::Object(members) => {
            members.iter().all(|(key, value)| !key.ends_with(".$") && is_constant(value))
        }
        Value::Array(items) => items.iter().all(is_constant),
        _ => true,
    }
}
