//! The defaults of JSONata states, written out.

use asl_cases::Case;
use serde_json::{Value, json};

use super::{Domain, Object, Relation, TraceMapping, Twin, for_each_state_mut};
use crate::{draw::Draw, shrink::with_definition};

pub(super) const RELATION: Relation = Relation {
    id: "explicit-jsonata",
    statement: "Documented: a JSONata state without Output gives its result, or its input where it has none, and a catcher without Output gives the error output.",
    domain: Domain::AnyEnd,
    rewrite,
};

fn rewrite(case: &Case, _: &mut Draw) -> Option<Twin> {
    let is_default =
        case.main().definition.get("QueryLanguage").is_some_and(|language| language == "JSONata");
    let mut changed = false;
    let twin = with_definition(case, |definition| {
        for_each_state_mut(definition, &mut |state| {
            let is_jsonata = state.get("QueryLanguage").map_or(is_default, |language| language == "JSONata");
            if is_jsonata {
                changed |= write_out(state);
            }
        });
        changed.then_some(())
    })?;
    Some(Twin { case: twin, mapping: TraceMapping::Same })
}

fn write_out(state: &mut Object) -> bool {
    let default = match state.get("Type").and_then(Value::as_str) {
        Some("Task" | "Parallel" | "Map") => "{% $states.result %}",
        Some("Pass" | "Wait" | "Succeed") => "{% $states.input %}",
        _ => return false,
    };
    let mut changed = false;
    if !state.contains_key("Output") {
        state.insert("Output".to_owned(), default.into());
        changed = true;
    }
    for catcher in state.get_mut("Catch").and_then(Value::as_array_mut).into_iter().flatten() {
        if catcher.get("Output").is_none() {
            catcher["Output"] = json!("{% $states.errorOutput %}");
            changed = true;
        }
    }
    changed
}
