//! Versions of state machines: publish, list, delete.

use std::sync::Arc;

use asl_reference::history::seconds;
use serde_json::{Value, json};

use super::{
    api_error::ApiError,
    machines::{StoredMachine, machine_does_not_exist, version_of},
    request::{optional_text, text},
    revision::Revision,
    service::Service,
};

/// A revision that was given a number.
#[derive(Debug)]
pub(super) struct Version {
    pub(super) revision: Arc<Revision>,
    pub(super) description: Option<String>,
    pub(super) created_ms: i64,
}

impl StoredMachine {
    /// Recorded: publishing a revision again gives the version that it has already.
    pub(super) fn publish(&mut self, description: Option<&str>, now_ms: i64) -> u64 {
        let published =
            self.versions.iter().find(|(_, version)| Arc::ptr_eq(&version.revision, &self.revision));
        if let Some((number, _)) = published {
            return *number;
        }
        self.last_version += 1;
        let version = Version {
            revision: Arc::clone(&self.revision),
            description: description.map(str::to_owned),
            created_ms: now_ms,
        };
        self.versions.insert(self.last_version, version);
        self.last_version
    }

    pub(super) fn version_arn(&self, number: u64) -> String {
        format!("{}:{number}", self.arn)
    }
}

impl Service {
    pub(super) fn publish_version(&mut self, request: &Value, now_ms: i64) -> Result<Value, ApiError> {
        let arn = text(request, "stateMachineArn");
        self.machine(arn)?;
        let machine = self.machines.get_mut(arn).ok_or_else(|| machine_does_not_exist(arn))?;
        check_revision(machine, optional_text(request, "revisionId"))?;
        let number = machine.publish(optional_text(request, "description"), now_ms);
        let created_ms = machine.versions.get(&number).map_or(now_ms, |version| version.created_ms);
        Ok(json!({
            "creationDate": seconds(created_ms),
            "stateMachineVersionArn": machine.version_arn(number),
        }))
    }

    /// Recorded: the newest version comes first.
    pub(super) fn list_versions(&self, request: &Value) -> Result<Value, ApiError> {
        let machine = self.machine(text(request, "stateMachineArn"))?;
        let all: Vec<_> = machine
            .versions
            .iter()
            .rev()
            .map(|(number, version)| {
                json!({
                    "stateMachineVersionArn": machine.version_arn(*number),
                    "creationDate": seconds(version.created_ms),
                })
            })
            .collect();
        super::paging::page(&all, request, "stateMachineVersions")
    }

    /// Recorded: deleting a version that is not there succeeds; one to which an alias leads is kept.
    pub(super) fn delete_version(&mut self, request: &Value) -> Result<Value, ApiError> {
        let arn = text(request, "stateMachineVersionArn");
        let Some((machine_arn, number)) = version_of(arn)? else {
            return Err(ApiError::validation("The ARN must be that of a state machine version."));
        };
        let Some(machine) = self.machines.get_mut(machine_arn) else { return Ok(json!({})) };
        let leads_here = machine.aliases.iter().filter(|(_, alias)| alias.leads_to(arn));
        let names: Vec<&str> = leads_here.map(|(name, _)| name.as_str()).collect();
        if !names.is_empty() {
            return Err(ApiError::new(
                "ConflictException",
                format!(
                    "Version to be deleted must not be referenced by an alias. Current list of aliases referencing this version: [{}]",
                    names.join(", ")
                ),
            ));
        }
        machine.versions.remove(&number);
        Ok(json!({}))
    }
}

/// Recorded for a revision that is no longer the current one. Documented: the first one is called `INITIAL`.
fn check_revision(machine: &StoredMachine, asked: Option<&str>) -> Result<(), ApiError> {
    let current = machine.revision.id.as_deref().unwrap_or("INITIAL");
    match asked {
        Some(asked) if asked != current => Err(ApiError::new(
            "ConflictException",
            format!(
                "Failed to publish the State Machine version for revision {asked}. The current State Machine revision is {current}."
            ),
        )),
        _ => Ok(()),
    }
}
