//! Task states: what their resource stands for, and how the task ended.

use asl_reference::sighting::Handling;
use serde_json::Value;

use super::case_view::{CaseView, StateView};

const KINDS: [&str; 13] = [
    "activity",
    "Lambda function by its ARN",
    "optimised integration",
    "optimised integration .sync",
    "optimised integration .sync:2",
    "optimised integration .waitForTaskToken",
    "AWS SDK integration",
    "AWS SDK integration .waitForTaskToken",
    "HTTP endpoint",
    "another machine",
    "another machine .sync",
    "another machine .sync:2",
    "another machine .waitForTaskToken",
];

pub(super) fn universe() -> Vec<String> {
    KINDS.iter().flat_map(|kind| ["succeeds", "fails"].map(|end| format!("{kind}: {end}"))).collect()
}

pub(super) fn reached(view: &CaseView<'_>, found: &mut dyn FnMut(String)) {
    for state in view.entered().filter(|state| state.kind == "Task") {
        let Some(kind) = kind_of(state) else { continue };
        if view.was_exited(state.name) && !view.was_handled(state.name, Handling::Caught) {
            found(format!("{kind}: succeeds"));
        }
        if view.failures().any(|(failed, _)| failed.name == state.name) {
            found(format!("{kind}: fails"));
        }
    }
}

/// What the resource stands for.
pub(super) fn kind_of(state: &StateView<'_>) -> Option<&'static str> {
    let resource = state.fields.get("Resource").and_then(Value::as_str)?;
    if resource.contains(":activity:") {
        return Some("activity");
    }
    let Some(call) = resource.split(":states:::").nth(1) else {
        return Some("Lambda function by its ARN");
    };
    let family = match call {
        _ if call.starts_with("http:invoke") => return Some("HTTP endpoint"),
        _ if call.starts_with("aws-sdk:") => "AWS SDK integration",
        _ if call.starts_with("states:startExecution") => "another machine",
        _ => "optimised integration",
    };
    let pattern = call.split_once('.').map_or(String::new(), |(_, pattern)| format!(" .{pattern}"));
    KINDS.into_iter().find(|kind| kind.strip_prefix(family) == Some(pattern.as_str()))
}
