//! What the relations on Retry and Catch share: error names, and the lists that hold them.

use std::collections::BTreeSet;

use asl_cases::{Answer, Case, scopes::states_of};
use serde_json::Value;

use super::{Object, TraceMapping, Twin, for_each_state_mut};
use crate::shrink::with_definition;

/// Rewrites the lists of retriers or catchers for which `change` knows another form; `None` if there is none.
pub(super) fn rewrite_handlers(
    case: &Case,
    fields: &[&str],
    mut change: impl FnMut(&str, &[Value]) -> Option<Vec<Value>>,
) -> Option<Twin> {
    let mut changed = false;
    let twin = with_definition(case, |definition| {
        for_each_state_mut(definition, &mut |state| {
            for field in fields {
                let Some(Value::Array(handlers)) = state.get_mut(*field) else { continue };
                if let Some(other) = change(field, handlers) {
                    *handlers = other;
                    changed = true;
                }
            }
        });
        changed.then_some(())
    })?;
    Some(Twin { case: twin, mapping: TraceMapping::Same })
}

/// The names of a retrier or catcher.
pub(super) fn names_of(handler: &Value) -> Vec<&str> {
    handler
        .get("ErrorEquals")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect()
}

/// Whether a retrier or catcher is for every error; then it stands alone and last.
pub(super) fn is_for_all(handler: &Value) -> bool {
    names_of(handler).contains(&"States.ALL")
}

/// The names with which the workers of a case fail.
pub(super) fn worker_error_names(case: &Case) -> BTreeSet<String> {
    let errors = case.main().stubs.values().flatten().filter_map(error_of);
    errors.filter(|name| !name.starts_with("States.")).map(str::to_owned).collect()
}

/// The names with which workers and Fail states of a case fail.
pub(super) fn own_error_names(case: &Case) -> BTreeSet<String> {
    let mut names = worker_error_names(case);
    let fails = states_of(&case.main().definition).into_iter().filter_map(|(_, state): (&str, &Object)| {
        state.get("Error").and_then(Value::as_str).filter(|name| !name.starts_with("{%") && !name.is_empty())
    });
    names.extend(fails.map(str::to_owned));
    names.retain(|name| !name.starts_with("States."));
    names
}

fn error_of(answer: &Answer) -> Option<&str> {
    match answer {
        Answer::Fail { error, .. } => error.as_deref().filter(|name| !name.is_empty()),
        Answer::Heartbeats { then, .. } | Answer::Submitted { then, .. } => error_of(then),
        Answer::Succeed(_) | Answer::Silence | Answer::Unpolled | Answer::NoSuchActivity => None,
    }
}
