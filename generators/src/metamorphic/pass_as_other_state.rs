//! A Pass that only selects data as a state of another type that does nothing more.

use asl_cases::Case;
use serde_json::{Value, json};

use super::{Domain, Object, Relation, TraceMapping, Twin, pick_state};
use crate::{
    draw::Draw,
    shrink::{state_mut, with_definition},
};

const STATEMENT: &str = "Documented: InputPath and OutputPath mean the same in every type of state; a state that does nothing else hands on what they select, and its history differs in the names of the types alone.";

macro_rules! relation {
    ($name:ident, $id:literal, $kind:literal) => {
        pub(super) const $name: Relation = Relation {
            id: $id,
            statement: STATEMENT,
            domain: Domain::AnyEnd,
            rewrite: |case, draw| rewrite(case, draw, $kind),
        };
    };
}

relation!(CHOICE, "pass-as-choice", "Choice");
relation!(SUCCEED, "pass-as-succeed", "Succeed");
relation!(WAIT, "pass-as-wait", "Wait");

fn rewrite(case: &Case, draw: &mut Draw, kind: &'static str) -> Option<Twin> {
    let (scope, name) = pick_state(case, draw, |state| is_fit(state, kind))?;
    let twin = with_definition(case, |definition| {
        let state = state_mut(definition, &scope, &name)?;
        state.insert("Type".to_owned(), kind.into());
        match kind {
            "Wait" => drop(state.insert("Seconds".to_owned(), 0.into())),
            "Succeed" => drop(state.shift_remove("End")),
            _ => {
                let next = state.shift_remove("Next")?;
                let always = json!([{"Variable": "$", "IsPresent": true, "Next": next}]);
                state.insert("Choices".to_owned(), always);
            }
        }
        Some(())
    })?;
    Some(Twin { case: twin, mapping: TraceMapping::Retyped { state: name, kind: "Pass" } })
}

fn is_fit(state: &Object, kind: &str) -> bool {
    let selects_alone = state.keys().all(|field| {
        matches!(field.as_str(), "Type" | "Comment" | "Next" | "End" | "InputPath" | "OutputPath")
    });
    let way_on = match kind {
        "Choice" => "Next",
        "Succeed" => "End",
        _ => "Type",
    };
    state.get("Type").and_then(Value::as_str) == Some("Pass") && selects_alone && state.contains_key(way_on)
}
