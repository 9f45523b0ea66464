//! One JSONPath state whose fields are literal, in JSONata.

use asl_cases::Case;
use serde_json::Value;

use super::{Domain, Object, Relation, TraceMapping, Twin, pick_state, speaks_jsonata};
use crate::{
    draw::Draw,
    shrink::{state_mut, with_definition},
};

pub(super) const RELATION: Relation = Relation {
    id: "jsonata-twin",
    statement: "Documented: the query language says how data is read; a state without paths and templates reads none, so it does the same in both.",
    domain: Domain::AnyEnd,
    rewrite,
};

fn rewrite(case: &Case, draw: &mut Draw) -> Option<Twin> {
    if speaks_jsonata(case) {
        return None;
    }
    let (scope, name) = pick_state(case, draw, is_literal)?;
    let twin = with_definition(case, |definition| {
        let state = state_mut(definition, &scope, &name)?;
        state.insert("QueryLanguage".to_owned(), "JSONata".into());
        if let Some(result) = state.shift_remove("Result") {
            state.insert("Output".to_owned(), result);
        }
        Some(())
    })?;
    Some(Twin { case: twin, mapping: TraceMapping::Same })
}

/// Whether every field of the state means the same in both languages.
fn is_literal(state: &Object) -> bool {
    let fields: &[&str] = match state.get("Type").and_then(Value::as_str) {
        Some("Pass") => &["Result"],
        Some("Wait") => &["Seconds", "Timestamp"],
        Some("Fail") => &["Error", "Cause"],
        Some("Succeed") => &[],
        _ => return false,
    };
    let is_common = |field: &str| matches!(field, "Type" | "Comment" | "Next" | "End");
    state.keys().all(|field| is_common(field) || fields.contains(&field.as_str()))
        && !state.values().any(holds_an_expression)
}

fn holds_an_expression(value: &Value) -> bool {
    match value {
        Value::String(text) => text.starts_with("{%"),
        Value::Array(items) => items.iter().any(holds_an_expression),
        Value::Object(members) => members.values().any(holds_an_expression),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}
