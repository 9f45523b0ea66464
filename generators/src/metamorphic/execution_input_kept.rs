//! The input of the execution, kept in a variable by the first state.

use asl_cases::Case;
use serde_json::{Value, json};

use super::{Domain, Relation, TraceMapping, Twin, fresh_name, speaks_jsonata, starts_machines};
use crate::{draw::Draw, shrink::with_definition};

pub(super) const RELATION: Relation = Relation {
    id: "execution-input-kept",
    statement: "Documented: Execution.Input of the context object is the input of the execution, which is what the first state gets and may assign.",
    domain: Domain::OwnEnd,
    rewrite,
};

const VARIABLE: &str = "executionInput";

fn rewrite(case: &Case, _: &mut Draw) -> Option<Twin> {
    let text = case.main().definition_text();
    let is_fit = text.contains("$$.Execution.Input")
        && !text.contains(VARIABLE)
        && !text.contains("DISTRIBUTED")
        && !starts_machines(case)
        && !speaks_jsonata(case);
    if !is_fit {
        return None;
    }
    let fresh = fresh_name(case, "Kept Input");
    let twin = with_definition(case, |definition| {
        let replaced = definition.to_string().replace("$$.Execution.Input", &format!("${VARIABLE}"));
        *definition = serde_json::from_str(&replaced).ok()?;
        let start = definition.get("StartAt")?.clone();
        definition["StartAt"] = fresh.clone().into();
        let pass: Value = json!({"Type": "Pass", "Assign": {format!("{VARIABLE}.$"): "$"}, "Next": start});
        definition.get_mut("States")?.as_object_mut()?.insert(fresh.clone(), pass);
        Some(())
    })?;
    Some(Twin { case: twin, mapping: TraceMapping::Untold })
}
