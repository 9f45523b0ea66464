//! The items of a Map, selected by a Pass before it.

use asl_cases::Case;
use serde_json::{Value, json};

use super::{
    Domain, Object, Relation, TraceMapping, Twin, fresh_name, looks_around, pick_state, redirect, states_mut,
};
use crate::{
    draw::Draw,
    shrink::{state_mut, with_definition},
};

pub(super) const RELATION: Relation = Relation {
    id: "items-apart",
    statement: "Documented: a Map without ItemsPath or Items runs over its effective input, here the list that a Pass before it selected.",
    domain: Domain::OwnEnd,
    rewrite,
};

/// What reads the data around the items.
const READERS: &[&str] = &[
    "ItemSelector",
    "Parameters",
    "ResultPath",
    "Catch",
    "Output",
    "Assign",
    "MaxConcurrencyPath",
    "ItemReader",
    "ItemBatcher",
    "ToleratedFailureCountPath",
    "ToleratedFailurePercentagePath",
];

fn rewrite(case: &Case, draw: &mut Draw) -> Option<Twin> {
    if looks_around(case) {
        return None;
    }
    let (scope, name) = pick_state(case, draw, is_fit)?;
    let fresh = fresh_name(case, "Items");
    let twin = with_definition(case, |definition| {
        let state = state_mut(definition, &scope, &name)?;
        let mut pass = match state.shift_remove("Items") {
            Some(items) => json!({"Type": "Pass", "Output": items, "Next": name}),
            None => json!({"Type": "Pass", "OutputPath": state.shift_remove("ItemsPath")?, "Next": name}),
        };
        if let Some(language) = state.get("QueryLanguage") {
            pass["QueryLanguage"] = language.clone();
        }
        if let Some(path) = state.shift_remove("InputPath") {
            pass["InputPath"] = path;
        }
        redirect(definition.pointer_mut(&scope)?, &name, &fresh);
        states_mut(definition, &scope)?.insert(fresh.clone(), pass);
        Some(())
    })?;
    Some(Twin { case: twin, mapping: TraceMapping::Untold })
}

/// What reads the data around the items where it is an expression.
const READERS_AS_EXPRESSIONS: &[&str] =
    &["MaxConcurrency", "ToleratedFailureCount", "ToleratedFailurePercentage"];

fn is_fit(state: &Object) -> bool {
    let is_expression = |field: &&str| state.get(*field).is_some_and(Value::is_string);
    (state.contains_key("ItemsPath") || state.contains_key("Items"))
        && !READERS.iter().any(|field| state.contains_key(*field))
        && !READERS_AS_EXPRESSIONS.iter().any(is_expression)
}

#[cfg(test)]
mod tests {
    use asl_cases::Machine;

    use super::*;

    #[test]
    fn map_whose_concurrency_is_read_from_its_input_has_no_other_form() {
        let case = |concurrency: Value| {
            Case::new(
                Machine::new(json!({"QueryLanguage": "JSONata", "StartAt": "M", "States": {"M": {
                    "Type": "Map", "Items": [1, 2], "MaxConcurrency": concurrency, "End": true,
                    "ItemProcessor": {"StartAt": "P", "States": {"P": {"Type": "Pass", "End": true}}}}}})),
                json!({"n": 1}),
            )
        };
        assert!(RELATION.twin(&case(json!(1))).is_some());
        assert!(RELATION.twin(&case(json!("{% $states.input.n %}"))).is_none());
    }
}
