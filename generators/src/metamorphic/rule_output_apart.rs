//! The output of a JSONata rule, computed by a Pass behind it.

use asl_cases::Case;
use serde_json::{Value, json};

use super::{Domain, Object, Relation, TraceMapping, Twin, fresh_name, looks_around, pick_state, states_mut};
use crate::{
    draw::Draw,
    shrink::{state_mut, with_definition},
};

pub(super) const RELATION: Relation = Relation {
    id: "rule-output-apart",
    statement: "Recorded: the Output of a Choice is for Default alone; that of a rule takes the place of the input, of which a Pass as next state computes the same.",
    domain: Domain::OwnEnd,
    rewrite,
};

fn rewrite(case: &Case, draw: &mut Draw) -> Option<Twin> {
    if looks_around(case) {
        return None;
    }
    let (scope, name) = pick_state(case, draw, |state| place_of(state).is_some())?;
    let fresh = fresh_name(case, "Rule Output");
    let twin = with_definition(case, |definition| {
        let state = state_mut(definition, &scope, &name)?;
        let place = place_of(state)?;
        let language = state.get("QueryLanguage").cloned();
        let rule = state.get_mut("Choices")?.get_mut(place)?.as_object_mut()?;
        let next = rule.insert("Next".to_owned(), fresh.clone().into())?;
        let mut pass = json!({"Type": "Pass", "Output": rule.shift_remove("Output")?, "Next": next});
        if let Some(language) = language {
            pass["QueryLanguage"] = language;
        }
        states_mut(definition, &scope)?.insert(fresh.clone(), pass);
        Some(())
    })?;
    Some(Twin { case: twin, mapping: TraceMapping::Untold })
}

fn place_of(state: &Object) -> Option<usize> {
    let rules = state.get("Choices").and_then(Value::as_array)?;
    rules.iter().position(|rule| rule.get("Output").is_some() && rule.get("Assign").is_none())
}
