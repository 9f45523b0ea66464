//! The default of a Choice as a rule of its own: none of the other conditions holds.

use asl_cases::Case;
use serde_json::{Value, json};

use super::{
    Domain, Object, Relation, TraceMapping, Twin, fresh_name, pick_state, rules::condition_of, states_mut,
};
use crate::{
    draw::Draw,
    shrink::{state_mut, with_definition},
};

pub(super) const RELATION: Relation = Relation {
    id: "choice-negation",
    statement: "Default is taken when no rule matches, that is, when the negations of all conditions hold together.",
    domain: Domain::AnyEnd,
    rewrite,
};

fn rewrite(case: &Case, draw: &mut Draw) -> Option<Twin> {
    let (scope, name) = pick_state(case, draw, has_default)?;
    let never = fresh_name(case, "Never");
    let twin = with_definition(case, |definition| {
        let state = state_mut(definition, &scope, &name)?;
        let default = state.insert("Default".to_owned(), never.clone().into())?;
        let rules = state.get_mut("Choices")?.as_array_mut()?;
        let negated: Vec<Value> = rules
            .iter()
            .filter_map(Value::as_object)
            .map(|rule| json!({"Not": condition_of(rule)}))
            .collect();
        rules.push(json!({"And": negated, "Next": default}));
        states_mut(definition, &scope)?.insert(never, json!({"Type": "Fail", "Error": "Never"}));
        Some(())
    })?;
    Some(Twin { case: twin, mapping: TraceMapping::Same })
}

fn has_default(state: &Object) -> bool {
    state.contains_key("Default")
        && !state.contains_key("QueryLanguage")
        // The state's own Assign is for the way of the Default alone.
        && !state.contains_key("Assign")
        && state
            .get("Choices")
            .and_then(Value::as_array)
            .is_some_and(|rules| rules.iter().all(|rule| rule.get("Condition").is_none()))
}
