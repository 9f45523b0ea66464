//! What keeps a task from being scheduled at all: each ends the execution with `States.Runtime`.

use serde_json::Value;

use crate::{
    definition::{Integration, ServiceCall},
    history::TaskRequest,
    java::json_text,
};

/// Documented: the headers that an HTTP task may not set.
const FORBIDDEN_HEADERS: [&str; 32] = [
    "a-im",
    "accept-charset",
    "accept-datetime",
    "accept-encoding",
    "authorization",
    "cache-control",
    "connection",
    "content-encoding",
    "content-md5",
    "date",
    "expect",
    "forwarded",
    "from",
    "host",
    "http2-settings",
    "if-match",
    "if-modified-since",
    "if-none-match",
    "if-range",
    "if-unmodified-since",
    "max-forwards",
    "origin",
    "pragma",
    "proxy-authorization",
    "referer",
    "server",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "via",
    "warning",
];
const FORBIDDEN_PREFIXES: [&str; 3] = ["x-forwarded-", "x-amz-", "x-amzn-"];

/// Recorded: the activity was deleted after the machine was created.
/// Requirement: asl.task.activity-missing
pub(super) fn missing_activity(arn: &str) -> String {
    format!("The activity {arn} does not exist.")
}

/// The text that AWS gives for parameters which the service's call cannot take, if it cannot.
/// Requirement: asl.task.unusable-parameters
pub(super) fn unusable_parameters(request: &TaskRequest) -> Option<String> {
    let Integration::Service(call) = &*request.integration else { return None };
    let problems = problems(call, &request.input);
    if problems.is_empty() {
        return None;
    }
    let parameters = json_text(&request.input);
    let problems = problems.join(", ");
    Some(format!("The Parameters '{parameters}' could not be used to start the Task: [{problems}]"))
}

/// The text for a header that an HTTP task may not set, if there is one. Documented: the execution fails; the words and
/// when it does are not recorded.
/// Requirement: asl.task.unusable-parameters
pub(super) fn forbidden_header(request: &TaskRequest) -> Option<String> {
    let Integration::Service(call) = &*request.integration else { return None };
    if (&*call.resource_type, call.action()) != ("http", "invoke") {
        return None;
    }
    let headers = request.input.get("Headers")?.as_object()?;
    let name = headers.keys().find(|name| is_forbidden(&name.to_ascii_lowercase()))?;
    Some(format!("The header '{name}' cannot be set by an HTTP task."))
}

fn is_forbidden(header: &str) -> bool {
    FORBIDDEN_HEADERS.contains(&header) || FORBIDDEN_PREFIXES.iter().any(|prefix| header.starts_with(prefix))
}

/// Recorded for the headers and the query of `apigateway:invoke`, whose values are lists.
fn problems(call: &ServiceCall, parameters: &Value) -> Vec<String> {
    if (&*call.resource_type, call.action()) != ("apigateway", "invoke") {
        return Vec::new();
    }
    let is_unusable = |name: &&str| parameters.get(*name).is_some_and(|field| !holds_lists(field));
    ["Headers", "QueryParameters"]
        .into_iter()
        .filter(is_unusable)
        .map(|name| format!("The value of the field '{name}' has an invalid format"))
        .collect()
}

fn holds_lists(field: &Value) -> bool {
    field.is_null() || field.as_object().is_some_and(|members| members.values().all(Value::is_array))
}
