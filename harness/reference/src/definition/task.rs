//! The Task state.

use std::sync::Arc;

use super::{
    Integration, Number, Task,
    fields::Fields,
    parse::{SECONDS_MAX, StateNames},
    resource, states,
};
use crate::seeded::{Site, seeded};

/// Parses the fields of a Task state.
pub(super) fn task(fields: &Fields<'_>, names: &StateNames<'_>) -> Option<Task> {
    let resource = resource_field(fields);
    check_credentials(fields);
    let credentials = fields.payload("Credentials");
    let timeout = fields.number("TimeoutSeconds", "TimeoutSecondsPath", 1..=SECONDS_MAX);
    let heartbeat = fields.number("HeartbeatSeconds", "HeartbeatSecondsPath", 1..=SECONDS_MAX);
    check_heartbeat(timeout.as_ref(), heartbeat.as_ref(), fields);
    let result = states::result_fields(fields, names);
    let (resource, integration) = resource?;
    Some(Task {
        resource: resource.into(),
        integration: Arc::new(integration),
        credentials,
        timeout,
        heartbeat,
        result: result?,
    })
}

/// `Resource`.
fn resource_field<'a>(fields: &Fields<'a>) -> Option<(&'a str, Integration)> {
    fields.require_one("Resource");
    let resource = fields.text("Resource")?;
    let integration = resource::read(resource, &fields.location.field("Resource"), fields.machine)?;
    Some((resource, integration))
}

/// Recorded: the refusal of an empty object.
/// Requirement: asl.validation.credentials
fn check_credentials(fields: &Fields<'_>) {
    let Some(credentials) = fields.object("Credentials") else { return };
    if seeded(Site::CredentialsNotChecked) {
        return;
    }
    if !credentials.has("RoleArn") && !credentials.has("RoleArn.$") {
        let message = "The field 'RoleArn' is required but was missing";
        fields.machine.refuse(&credentials.location, message);
    }
}

/// Specified: an interval of heartbeats is smaller than the time-out.
fn check_heartbeat(timeout: Option<&Number>, heartbeat: Option<&Number>, fields: &Fields<'_>) {
    let (Some(Number::Literal(timeout)), Some(Number::Literal(heartbeat))) = (timeout, heartbeat) else {
        return;
    };
    if heartbeat >= timeout && !seeded(Site::HeartbeatMayExceedTimeout) {
        fields.refuse("HeartbeatSeconds", "HeartbeatSeconds must be smaller than TimeoutSeconds");
    }
}
