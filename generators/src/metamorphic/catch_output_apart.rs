//! The output of a JSONata catcher, computed by a Pass behind it.

use asl_cases::Case;
use serde_json::{Value, json};

use super::{
    Domain, Object, Relation, TraceMapping, Twin, fresh_name, fresh_variable, looks_around, pick_state,
    states_mut,
};
use crate::{
    draw::Draw,
    shrink::{state_mut, with_definition},
};

pub(super) const RELATION: Relation = Relation {
    id: "catch-output-apart",
    statement: "Documented: a catcher without Output hands the error output on, of which, and of the input in a variable, a Pass as next state computes the same.",
    domain: Domain::OwnEnd,
    rewrite,
};

fn rewrite(case: &Case, draw: &mut Draw) -> Option<Twin> {
    if looks_around(case) {
        return None;
    }
    let (scope, name) = pick_state(case, draw, |state| place_of(state).is_some())?;
    let (fresh, variable) = (fresh_name(case, "Caught Output"), fresh_variable(case, "caughtInput"));
    let twin = with_definition(case, |definition| {
        let state = state_mut(definition, &scope, &name)?;
        let place = place_of(state)?;
        let language = state.get("QueryLanguage").cloned();
        let catcher = state.get_mut("Catch")?.get_mut(place)?.as_object_mut()?;
        let next = catcher.insert("Next".to_owned(), fresh.clone().into())?;
        let output = catcher.shift_remove("Output")?.to_string();
        let output = output
            .replace("$states.input", &format!("${variable}"))
            .replace("$states.errorOutput", "$states.input");
        catcher.insert("Assign".to_owned(), json!({variable.clone(): "{% $states.input %}"}));
        let output: Value = serde_json::from_str(&output).ok()?;
        let mut pass = json!({"Type": "Pass", "Output": output, "Next": next});
        if let Some(language) = language {
            pass["QueryLanguage"] = language;
        }
        states_mut(definition, &scope)?.insert(fresh.clone(), pass);
        Some(())
    })?;
    Some(Twin { case: twin, mapping: TraceMapping::Untold })
}

/// A catcher with an Output.
fn place_of(state: &Object) -> Option<usize> {
    let catchers = state.get("Catch").and_then(Value::as_array)?;
    catchers.iter().position(|catcher| catcher.get("Output").is_some() && catcher.get("Assign").is_none())
}
