//! What the relations on Choice states share: finding rules and putting others in their place.

use asl_cases::Case;
use serde_json::Value;

use super::{Object, TraceMapping, Twin, for_each_state_mut};
use crate::shrink::with_definition;

/// Rewrites every condition for which `change` knows another form, without its `Next`; `None` if there is none.
pub(super) fn rewrite_conditions(case: &Case, change: fn(&Object) -> Option<Value>) -> Option<Twin> {
    let mut changed = false;
    let twin = with_definition(case, |definition| {
        for_each_state_mut(definition, &mut |state| {
            let rules = state.get_mut("Choices").and_then(Value::as_array_mut).into_iter().flatten();
            for rule in rules {
                changed |= rewrite_rule(rule, change);
            }
        });
        changed.then_some(())
    })?;
    Some(Twin { case: twin, mapping: TraceMapping::Same })
}

/// A rule without what belongs to the transition: its condition.
pub(super) fn condition_of(rule: &Object) -> Object {
    let is_condition = |key: &str| !matches!(key, "Next" | "Comment" | "Assign" | "Output");
    rule.iter()
        .filter(|(key, _)| is_condition(key))
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect()
}

fn rewrite_rule(rule: &mut Value, change: fn(&Object) -> Option<Value>) -> bool {
    let Some(members) = rule.as_object_mut() else { return false };
    let condition = condition_of(members);
    let Some(Value::Object(other)) = change(&condition) else { return false };
    members.retain(|key, _| !condition.contains_key(key));
    members.extend(other);
    true
}
