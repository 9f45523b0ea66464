//! The defaults of paths, written out.

use asl_cases::Case;
use serde_json::Value;

use super::{Domain, Object, Relation, TraceMapping, Twin, for_each_state_mut, speaks_jsonata};
use crate::{draw::Draw, shrink::with_definition};

pub(super) const RELATION: Relation = Relation {
    id: "explicit-defaults",
    statement: "Documented: a state without InputPath, ResultPath or OutputPath is treated as if each were `$`.",
    domain: Domain::AnyEnd,
    rewrite,
};

fn rewrite(case: &Case, _: &mut Draw) -> Option<Twin> {
    if speaks_jsonata(case) {
        return None;
    }
    let twin = with_definition(case, |definition| {
        for_each_state_mut(definition, &mut write_out);
        Some(())
    })?;
    Some(Twin { case: twin, mapping: TraceMapping::Same })
}

fn write_out(state: &mut Object) {
    for field in defaults_of(state.get("Type").and_then(Value::as_str).unwrap_or_default()) {
        if !state.contains_key(*field) {
            state.insert((*field).to_owned(), "$".into());
        }
    }
}

fn defaults_of(kind: &str) -> &'static [&'static str] {
    match kind {
        "Pass" | "Task" | "Parallel" | "Map" => &["InputPath", "ResultPath", "OutputPath"],
        "Choice" | "Wait" | "Succeed" => &["InputPath", "OutputPath"],
        _ => &[],
    }
}
