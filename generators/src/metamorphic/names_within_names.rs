//! The names that a wider name covers, beside it.

use asl_cases::Case;
use serde_json::Value;

use super::{
    Domain, Relation, Twin,
    handlers::{names_of, rewrite_handlers, worker_error_names},
};
use crate::draw::Draw;

pub(super) const RELATION: Relation = Relation {
    id: "names-within-names",
    statement: "Documented: States.TaskFailed matches every error of a task but the time-out, and States.Timeout a missed heartbeat too, so that those names beside it change nothing.",
    domain: Domain::AnyEnd,
    rewrite,
};

fn rewrite(case: &Case, _: &mut Draw) -> Option<Twin> {
    let own: Vec<String> = worker_error_names(case).into_iter().collect();
    rewrite_handlers(case, &["Catch", "Retry"], |_, handlers| {
        let other: Vec<Value> = handlers.iter().map(|handler| widened(handler, &own)).collect();
        (other != handlers).then_some(other)
    })
}

fn widened(handler: &Value, own: &[String]) -> Value {
    let names = names_of(handler);
    let mut all: Vec<&str> = Vec::new();
    if names.contains(&"States.TaskFailed") {
        all.extend(own.iter().map(String::as_str));
    }
    if names.contains(&"States.Timeout") {
        all.push("States.HeartbeatTimeout");
    }
    all.retain(|name| !names.contains(name));
    all.extend(names);
    let mut other = handler.clone();
    other["ErrorEquals"] = all.into();
    other
}
