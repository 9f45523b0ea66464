//! A catcher for all errors, with catchers by name before it that do the same.

use asl_cases::Case;
use serde_json::Value;

use super::{
    Domain, Relation, Twin,
    handlers::{is_for_all, own_error_names, rewrite_handlers},
};
use crate::draw::Draw;

pub(super) const RELATION: Relation = Relation {
    id: "catchers-by-name",
    statement: "Documented: States.ALL matches every error that can be caught, so that a catcher by name before it with the same way on changes nothing.",
    domain: Domain::AnyEnd,
    rewrite,
};

/// Documented: the last of them is never caught, whoever names it.
const RESERVED: &[&str] = &[
    "States.Timeout",
    "States.HeartbeatTimeout",
    "States.TaskFailed",
    "States.QueryEvaluationError",
    "States.Runtime",
];

fn rewrite(case: &Case, _: &mut Draw) -> Option<Twin> {
    let names: Vec<Value> = own_error_names(case)
        .into_iter()
        .map(Value::from)
        .chain(RESERVED.iter().map(|name| (*name).into()))
        .collect();
    rewrite_handlers(case, &["Catch"], |_, catchers| {
        let last = catchers.last().filter(|last| is_for_all(last))?;
        let mut by_name = last.clone();
        by_name["ErrorEquals"] = names.clone().into();
        let mut other = catchers.to_vec();
        other.insert(catchers.len() - 1, by_name);
        Some(other)
    })
}
