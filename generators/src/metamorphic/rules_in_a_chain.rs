//! The rules of a Choice in a chain of two Choice states.

use asl_cases::Case;
use serde_json::{Value, json};

use super::{Domain, Object, Relation, TraceMapping, Twin, fresh_name, looks_around, pick_state, states_mut};
use crate::{
    draw::Draw,
    shrink::{state_mut, with_definition},
};

pub(super) const RELATION: Relation = Relation {
    id: "rules-in-a-chain",
    statement: "The rules of a Choice are asked in their order until one holds, so that those behind the first may be asked by a Choice to which Default leads.",
    domain: Domain::OwnEnd,
    rewrite,
};

fn rewrite(case: &Case, draw: &mut Draw) -> Option<Twin> {
    if looks_around(case) {
        return None;
    }
    let (scope, name) = pick_state(case, draw, is_plain)?;
    let fresh = fresh_name(case, "Else");
    let twin = with_definition(case, |definition| {
        let state = state_mut(definition, &scope, &name)?;
        let rules = state.get_mut("Choices")?.as_array_mut()?;
        let rest: Vec<Value> = rules.drain(1..).collect();
        let mut other = json!({"Type": "Choice", "Choices": rest});
        if let Some(language) = state.get("QueryLanguage") {
            other["QueryLanguage"] = language.clone();
        }
        if let Some(default) = state.insert("Default".to_owned(), fresh.clone().into()) {
            other["Default"] = default;
        }
        states_mut(definition, &scope)?.insert(fresh.clone(), other);
        Some(())
    })?;
    Some(Twin { case: twin, mapping: TraceMapping::without([fresh]) })
}

fn is_plain(state: &Object) -> bool {
    let has_more =
        ["InputPath", "OutputPath", "Assign", "Output"].iter().any(|field| state.contains_key(*field));
    !has_more && state.get("Choices").and_then(Value::as_array).is_some_and(|rules| rules.len() > 1)
}
