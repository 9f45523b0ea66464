//! The states of every scope in the opposite order.

use asl_cases::{Case, scopes::inner_scopes_mut};
use serde_json::Value;

use super::{Domain, Relation, TraceMapping, Twin};
use crate::{draw::Draw, shrink::with_definition};

pub(super) const RELATION: Relation = Relation {
    id: "reorder-states",
    statement: "States is a JSON object: where a state is written says nothing about when it runs.",
    domain: Domain::AnyEnd,
    rewrite,
};

fn rewrite(case: &Case, _: &mut Draw) -> Option<Twin> {
    let twin = with_definition(case, |definition| {
        reverse(definition);
        Some(())
    })?;
    Some(Twin { case: twin, mapping: TraceMapping::Same })
}

fn reverse(scope: &mut Value) {
    let Some(Value::Object(states)) = scope.get_mut("States") else { return };
    *states = std::mem::take(states).into_iter().rev().collect();
    states.values_mut().filter_map(Value::as_object_mut).flat_map(inner_scopes_mut).for_each(reverse);
}
