//! A Map with its older field names.

use asl_cases::Case;
use serde_json::Value;

use super::{Domain, Object, Relation, TraceMapping, Twin, for_each_state_mut, speaks_jsonata};
use crate::{draw::Draw, shrink::with_definition};

pub(super) const RELATION: Relation = Relation {
    id: "legacy-map-fields",
    statement: "Documented: ItemProcessor and ItemSelector took the place of Iterator and Parameters, which still work the same way.",
    domain: Domain::AnyEnd,
    rewrite,
};

const NAMES: &[(&str, &str)] = &[("ItemProcessor", "Iterator"), ("ItemSelector", "Parameters")];

fn rewrite(case: &Case, _: &mut Draw) -> Option<Twin> {
    if speaks_jsonata(case) {
        return None;
    }
    let mut changed = false;
    let twin = with_definition(case, |definition| {
        for_each_state_mut(definition, &mut |state| changed |= use_older_names(state));
        changed.then_some(())
    })?;
    Some(Twin { case: twin, mapping: TraceMapping::Same })
}

fn use_older_names(state: &mut Object) -> bool {
    let is_inline = match state.get("ItemProcessor") {
        Some(processor) => processor.pointer("/ProcessorConfig").is_none(),
        None => false,
    };
    if !is_inline || state.contains_key("QueryLanguage") {
        return false;
    }
    for (new, old) in NAMES {
        if let Some(value) = state.shift_remove(*new) {
            state.insert((*old).to_owned(), Value::clone(&value));
        }
    }
    true
}
