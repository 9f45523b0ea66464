//! What the API tells of executions: descriptions, lists, histories.

use std::cmp::Reverse;

use asl_cases::MachineType;
use asl_reference::{
    execution::{ChildView, End},
    history::{Event, seconds},
    java::json_text,
};
use serde_json::{Value, json};

use super::{
    api_error::ApiError,
    arn::{ArnKind, resource},
    executions::{StoredExecution, execution_does_not_exist, not_for_this_type, without_data},
    machines::{describe_revision, version_of},
    request::{flag, optional_text, text, wants_data},
    service::Service,
};

/// The members of a description that an entry of a list has too.
const LISTED: [&str; 10] = [
    "executionArn",
    "stateMachineArn",
    "name",
    "status",
    "startDate",
    "stopDate",
    "redriveCount",
    "redriveDate",
    "stateMachineVersionArn",
    "stateMachineAliasArn",
];

/// The members of an event that hold data.
const EVENT_DATA: [&str; 4] = ["input", "inputDetails", "output", "outputDetails"];

impl Service {
    pub(super) fn describe_execution(&self, request: &Value) -> Result<Value, ApiError> {
        let arn = text(request, "executionArn");
        let reply = match self.child(arn) {
            Some((_, child)) => description_of_child(&child),
            None => description(self.standard_execution(arn)?, arn, self.now_ms),
        };
        Ok(if wants_data(request) { reply } else { without_data(reply) })
    }

    pub(super) fn describe_machine_for_execution(&self, request: &Value) -> Result<Value, ApiError> {
        let arn = text(request, "executionArn");
        let (stored, child) = match self.child(arn) {
            Some((stored, child)) => (stored, Some(child)),
            None => (self.standard_execution(arn)?, None),
        };
        let revision = &stored.target.revision;
        let mut reply = json!({
            "stateMachineArn": stored.target.machine_arn,
            "name": stored.target.machine_name,
            "updateDate": seconds(revision.updated_ms),
        });
        describe_revision(&mut reply, revision, wants_data(request));
        if let Some(child) = child {
            reply["stateMachineArn"] = json!(&*child.identity.machine_arn);
            reply["mapRunArn"] = json!(&*child.map_run_arn);
            reply["label"] = json!(child.identity.machine_name.rsplit('/').next());
        }
        Ok(reply)
    }

    /// Recorded: the newest execution comes first, and the ARN of a version asks for the executions of that version.
    pub(super) fn list_executions(&self, request: &Value) -> Result<Value, ApiError> {
        let mut all = match (optional_text(request, "stateMachineArn"), optional_text(request, "mapRunArn")) {
            (Some(machine_arn), None) => self.entries_of_machine(machine_arn)?,
            (None, Some(map_run_arn)) => self.entries_of_map_run(map_run_arn)?,
            _ => {
                return Err(ApiError::validation(
                    "Exactly one of stateMachineArn and mapRunArn must be specified",
                ));
            }
        };
        if let Some(wanted) = optional_text(request, "statusFilter") {
            all.retain(|entry| entry["status"] == wanted);
        }
        if let Some(wanted) = optional_text(request, "redriveFilter") {
            all.retain(|entry| (entry["redriveCount"] != 0) == (wanted == "REDRIVEN"));
        }
        super::paging::page(&all, request, "executions")
    }

    fn entries_of_machine(&self, arn: &str) -> Result<Vec<Value>, ApiError> {
        let target = self.target(arn)?;
        if target.kind == MachineType::Express {
            return Err(not_for_this_type());
        }
        let is_version = version_of(arn)?.is_some();
        let is_meant = |stored: &StoredExecution| {
            let of = &stored.target;
            match (&target.alias_arn, is_version) {
                (Some(alias_arn), _) => of.alias_arn.as_ref() == Some(alias_arn),
                (None, true) => of.version_arn.as_deref() == Some(arn),
                (None, false) => of.machine_arn == arn,
            }
        };
        let mut found: Vec<_> = self.executions.iter().filter(|(_, stored)| is_meant(stored)).collect();
        found.sort_by_key(|(_, stored)| Reverse(stored.number));
        Ok(found.into_iter().map(|(arn, stored)| listed(&description(stored, arn, self.now_ms))).collect())
    }

    fn entries_of_map_run(&self, arn: &str) -> Result<Vec<Value>, ApiError> {
        let (_, run) = self.map_run(arn)?;
        let children = self.executions.values().flat_map(|stored| stored.execution.children());
        let mut entries: Vec<_> = children
            .filter(|child| child.map_run_arn == run.arn)
            .map(|child| {
                let mut entry = listed(&description_of_child(&child));
                entry["mapRunArn"] = json!(&*child.map_run_arn);
                entry["itemCount"] = json!(child.n_items);
                entry
            })
            .collect();
        entries.reverse();
        Ok(entries)
    }

    pub(super) fn execution_history(&self, request: &Value) -> Result<Value, ApiError> {
        let arn = text(request, "executionArn");
        if self.child(arn).is_some() {
            return Err(ApiError::validation(
                "The histories of the child executions of a Map Run are not kept by this server",
            ));
        }
        let stored = self.standard_execution(arn)?;
        let mut events: Vec<_> = stored.execution.history().iter().map(Event::to_wire).collect();
        if let Some(details) =
            events.first_mut().and_then(|event| event.get_mut("executionStartedEventDetails"))
        {
            insert_origin(details, stored);
        }
        if flag(request, "reverseOrder") {
            events.reverse();
        }
        if request.get("includeExecutionData") == Some(&Value::Bool(false)) {
            events.iter_mut().for_each(remove_data);
        }
        super::paging::page(&events, request, "events")
    }

    pub(super) fn standard_execution(&self, arn: &str) -> Result<&StoredExecution, ApiError> {
        resource(arn, ArnKind::Execution)?;
        self.executions.get(arn).ok_or_else(|| execution_does_not_exist(arn))
    }

    /// The child execution with this ARN: `execution:MACHINE/LABEL:NAME`.
    fn child(&self, arn: &str) -> Option<(&StoredExecution, ChildView)> {
        let (machine_name, _) = resource(arn, ArnKind::Execution).ok()?.split_once('/')?;
        let of_machine = self.executions.values().filter(|stored| stored.target.machine_name == machine_name);
        of_machine.into_iter().find_map(|stored| {
            let mut children = stored.execution.children().into_iter();
            Some((stored, children.find(|child| &*child.identity.execution_arn == arn)?))
        })
    }
}

/// Recorded: what `DescribeExecution` tells, the count of redrives and its reason included.
pub(super) fn description(stored: &StoredExecution, arn: &str, now_ms: i64) -> Value {
    let execution = &stored.execution;
    let mut reply = json!({
        "executionArn": arn,
        "stateMachineArn": stored.target.machine_arn,
        "name": &*execution.identity().execution_name,
        "startDate": seconds(execution.started_ms()),
        "input": json_text(execution.input()),
        "inputDetails": {"included": true},
    });
    insert_origin(&mut reply, stored);
    let stopped_ms = execution.history().last().map_or(execution.now_ms(), |event| event.timestamp_ms);
    insert_end(&mut reply, execution.end(), stopped_ms);
    insert_redrive(&mut reply, stored, now_ms);
    if let Some(trace_header) = &stored.trace_header {
        reply["traceHeader"] = json!(trace_header);
    }
    reply
}

fn description_of_child(child: &ChildView) -> Value {
    let mut reply = json!({
        "executionArn": &*child.identity.execution_arn,
        "stateMachineArn": &*child.identity.machine_arn,
        "name": &*child.identity.execution_name,
        "startDate": seconds(child.started_ms),
        "input": json_text(&child.input),
        "inputDetails": {"included": true},
        "mapRunArn": &*child.map_run_arn,
    });
    let (end, stopped_ms) = child.end.as_ref().map_or((None, 0), |(end, at_ms)| (Some(end), *at_ms));
    insert_end(&mut reply, end, stopped_ms);
    reply["redriveCount"] = json!(0);
    reply["redriveStatus"] = json!("REDRIVABLE_BY_MAP_RUN");
    reply
}

/// Recorded: the count, the status, and the reason where it cannot be redriven.
fn insert_redrive(reply: &mut Value, stored: &StoredExecution, now_ms: i64) {
    reply["redriveCount"] = json!(stored.execution.redrive_count());
    if let Some(redriven) = &stored.last_redrive {
        reply["redriveDate"] = json!(seconds(redriven.at_ms));
    }
    match stored.execution.check_redrivable(now_ms) {
        Ok(()) => reply["redriveStatus"] = json!("REDRIVABLE"),
        Err(reason) => {
            reply["redriveStatus"] = json!("NOT_REDRIVABLE");
            reply["redriveStatusReason"] = json!(reason.to_string());
        }
    }
}

fn insert_end(reply: &mut Value, end: Option<&End>, stopped_ms: i64) {
    reply["status"] = json!(status_of(end));
    if end.is_some() {
        reply["stopDate"] = json!(seconds(stopped_ms));
    }
    match end {
        Some(End::Succeeded(output)) => {
            reply["output"] = json_text(output).into();
            reply["outputDetails"] = json!({"included": true});
        }
        Some(End::Failed(failure) | End::Aborted(failure)) => {
            for (member, part) in [("error", &failure.error), ("cause", &failure.cause)] {
                if let Some(part) = part {
                    reply[member] = (**part).into();
                }
            }
        }
        Some(End::TimedOut) | None => {}
    }
}

/// The version and the alias that the execution was started through.
fn insert_origin(reply: &mut Value, stored: &StoredExecution) {
    for (member, arn) in [
        ("stateMachineVersionArn", &stored.target.version_arn),
        ("stateMachineAliasArn", &stored.target.alias_arn),
    ] {
        if let Some(arn) = arn {
            reply[member] = json!(arn);
        }
    }
}

pub(super) fn status_of(end: Option<&End>) -> &'static str {
    match end {
        None => "RUNNING",
        Some(End::Succeeded(_)) => "SUCCEEDED",
        Some(End::Failed(_)) => "FAILED",
        Some(End::TimedOut) => "TIMED_OUT",
        Some(End::Aborted(_)) => "ABORTED",
    }
}

fn listed(description: &Value) -> Value {
    let members =
        LISTED.iter().filter_map(|name| Some(((*name).to_owned(), description.get(*name)?.clone())));
    Value::Object(members.collect())
}

fn remove_data(event: &mut Value) {
    let details = event.as_object_mut().into_iter().flatten().map(|(_, details)| details);
    for details in details.filter_map(Value::as_object_mut) {
        for name in EVENT_DATA {
            details.remove(name);
        }
    }
}
