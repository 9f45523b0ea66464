//! State machines: create, update, describe, list, delete.

use std::{collections::BTreeMap, sync::Arc};

use asl_cases::MachineType;
use asl_reference::history::seconds;
use serde_json::{Value, json};

use super::{
    aliases::Alias,
    api_error::ApiError,
    arn::{ArnKind, resource},
    request::{document, flag, optional_text, text, wants_data},
    revision::Revision,
    service::{Service, check_name},
    tags::{Tags, tags_of},
    variable_references::variable_references,
    versions::Version,
};

/// A state machine with its versions and aliases.
#[derive(Debug)]
pub(super) struct StoredMachine {
    pub(super) arn: String,
    pub(super) name: String,
    pub(super) kind: MachineType,
    pub(super) created_ms: i64,
    pub(super) revision: Arc<Revision>,
    pub(super) tags: Tags,
    pub(super) versions: BTreeMap<u64, Version>,
    /// The number of the last version; numbers are never given again.
    pub(super) last_version: u64,
    pub(super) aliases: BTreeMap<String, Alias>,
}

/// What an ARN in a request stands for: a machine, a version, or the version that an alias leads to.
#[derive(Clone, Debug)]
pub(super) struct Target {
    pub(super) machine_arn: String,
    pub(super) machine_name: String,
    pub(super) kind: MachineType,
    pub(super) revision: Arc<Revision>,
    pub(super) version_arn: Option<String>,
    pub(super) alias_arn: Option<String>,
}

impl Service {
    /// Recorded: creating the same machine again is idempotent; another definition under the name is refused, even one
    /// that differs in blanks only.
    pub(super) fn create_state_machine(&mut self, request: &Value, now_ms: i64) -> Result<Value, ApiError> {
        let name = text(request, "name");
        check_name(name)?;
        check_version_description(request)?;
        let kind = machine_type(request);
        let arn = self.arn("stateMachine", name);
        if let Some(existing) = self.machines.get(&arn) {
            return if existing.kind == kind && existing.revision.is_what_was_asked(request)? {
                Ok(created(existing, flag(request, "publish")))
            } else {
                Err(ApiError::new(
                    "StateMachineAlreadyExists",
                    format!("State Machine Already Exists: '{arn}'"),
                ))
            };
        }
        self.check_log_groups(request)?;
        let mut machine = StoredMachine {
            arn: arn.clone(),
            name: name.to_owned(),
            kind,
            created_ms: now_ms,
            revision: Arc::new(Revision::first(request, kind, now_ms)?),
            tags: tags_of(document(request, "tags"), Tags::new(), &arn)?,
            versions: BTreeMap::new(),
            last_version: 0,
            aliases: BTreeMap::new(),
        };
        if flag(request, "publish") {
            machine.publish(optional_text(request, "versionDescription"), now_ms);
        }
        let reply = created(&machine, flag(request, "publish"));
        self.machines.insert(arn, machine);
        Ok(reply)
    }

    /// Recorded: a change makes a new revision, and what changes nothing makes none; a version cannot be updated.
    pub(super) fn update_state_machine(&mut self, request: &Value, now_ms: i64) -> Result<Value, ApiError> {
        const PARTS: [&str; 5] = [
            "definition",
            "roleArn",
            "loggingConfiguration",
            "tracingConfiguration",
            "encryptionConfiguration",
        ];
        let arn = text(request, "stateMachineArn");
        resource(arn, ArnKind::Machine)?;
        if !PARTS.iter().any(|part| document(request, part).is_some()) {
            return Err(ApiError::new(
                "MissingRequiredParameter",
                "Either the definition, the role ARN, the LoggingConfiguration, or the TracingConfiguration must be specified",
            ));
        }
        check_version_description(request)?;
        self.check_log_groups(request)?;
        let id = self.draw_uuid();
        let machine = self.machines.get_mut(arn).ok_or_else(|| machine_does_not_exist(arn))?;
        if let Some(next) = machine.revision.next(request, machine.kind, now_ms)? {
            machine.revision = Arc::new(Revision { id: Some(id), ..next });
        }
        let mut reply = json!({"updateDate": seconds(now_ms)});
        if let Some(id) = &machine.revision.id {
            reply["revisionId"] = json!(id);
        }
        if flag(request, "publish") {
            let version = machine.publish(optional_text(request, "versionDescription"), now_ms);
            reply["stateMachineVersionArn"] = json!(machine.version_arn(version));
        }
        Ok(reply)
    }

    /// Recorded, for a log group that was deleted; the number of destinations is checked with the rest.
    fn check_log_groups(&self, request: &Value) -> Result<(), ApiError> {
        let destinations = document(request, "loggingConfiguration")
            .and_then(|logging| logging["destinations"].as_array())
            .filter(|destinations| destinations.len() == 1);
        let mut groups = destinations.into_iter().flatten().filter_map(|destination| {
            let arn = destination.pointer("/cloudWatchLogsLogGroup/logGroupArn")?.as_str()?;
            arn.split(":log-group:").nth(1)?.split(':').next()
        });
        if groups.any(|group| self.settings.deleted_log_groups.contains(group)) {
            return Err(ApiError::new(
                "InvalidLoggingConfiguration",
                "Invalid Logging Configuration: Log Destination not found.",
            ));
        }
        Ok(())
    }

    pub(super) fn describe_state_machine(&self, request: &Value) -> Result<Value, ApiError> {
        let arn = text(request, "stateMachineArn");
        let (machine, version) = self.machine_or_version(arn)?;
        let revision = version.map_or(&machine.revision, |version| &version.revision);
        let mut reply = json!({
            "stateMachineArn": arn,
            "name": machine.name,
            "status": "ACTIVE",
            "type": machine.kind,
            "creationDate": seconds(version.map_or(machine.created_ms, |version| version.created_ms)),
        });
        describe_revision(&mut reply, revision, wants_data(request));
        if let Some(description) = version.and_then(|version| version.description.as_ref()) {
            reply["description"] = json!(description);
        }
        Ok(reply)
    }

    pub(super) fn list_state_machines(&self, request: &Value) -> Result<Value, ApiError> {
        let all: Vec<_> = self
            .machines
            .values()
            .map(|machine| {
                json!({
                    "stateMachineArn": machine.arn,
                    "name": machine.name,
                    "type": machine.kind,
                    "creationDate": seconds(machine.created_ms),
                })
            })
            .collect();
        super::paging::page(&all, request, "stateMachines")
    }

    /// Recorded: deleting a machine that is not there succeeds, and so does deleting one with versions and aliases. Its
    /// executions go with it.
    pub(super) fn delete_state_machine(&mut self, request: &Value) -> Result<Value, ApiError> {
        let arn = text(request, "stateMachineArn");
        resource(arn, ArnKind::Machine)?;
        if self.machines.remove(arn).is_some() {
            self.forget_executions_of(arn);
        }
        Ok(json!({}))
    }

    /// The machine with this ARN, which names no version and no alias.
    pub(super) fn machine(&self, arn: &str) -> Result<&StoredMachine, ApiError> {
        resource(arn, ArnKind::Machine)?;
        self.machines.get(arn).ok_or_else(|| machine_does_not_exist(arn))
    }

    /// The machine, and the version if the ARN names one.
    fn machine_or_version(&self, arn: &str) -> Result<(&StoredMachine, Option<&Version>), ApiError> {
        let Some((machine_arn, number)) = version_of(arn)? else { return Ok((self.machine(arn)?, None)) };
        let machine = self.machines.get(machine_arn);
        let found = machine.and_then(|machine| Some((machine, Some(machine.versions.get(&number)?))));
        found.ok_or_else(|| machine_does_not_exist(arn))
    }

    /// What an execution of this ARN runs.
    pub(super) fn target(&self, arn: &str) -> Result<Target, ApiError> {
        let resource = resource(arn, ArnKind::Machine)?;
        if let Some((_, alias)) = resource.split_once(':').filter(|_| matches!(version_of(arn), Ok(None))) {
            return self.target_of_alias(arn, alias);
        }
        let (machine, version) = self.machine_or_version(arn)?;
        Ok(Target {
            machine_arn: machine.arn.clone(),
            machine_name: machine.name.clone(),
            kind: machine.kind,
            revision: Arc::clone(version.map_or(&machine.revision, |version| &version.revision)),
            version_arn: version.map(|_| arn.to_owned()),
            alias_arn: None,
        })
    }
}

/// The ARN of the machine and the number, if the ARN is that of a version.
pub(super) fn version_of(arn: &str) -> Result<Option<(&str, u64)>, ApiError> {
    let resource = resource(arn, ArnKind::Machine)?;
    let Some((_, qualifier)) = resource.split_once(':') else { return Ok(None) };
    let machine_arn = &arn[..arn.len() - qualifier.len() - 1];
    let is_number = qualifier.bytes().all(|byte| byte.is_ascii_digit());
    Ok(qualifier.parse().ok().filter(|_| is_number).map(|number| (machine_arn, number)))
}

pub(super) fn machine_does_not_exist(arn: &str) -> ApiError {
    ApiError::new("StateMachineDoesNotExist", format!("State Machine Does Not Exist: '{arn}'"))
}

/// What every description of a machine says about a revision.
pub(super) fn describe_revision(reply: &mut Value, revision: &Revision, wants_data: bool) {
    reply["definition"] = json!(if wants_data { revision.definition.as_str() } else { "" });
    reply["roleArn"] = json!(revision.role_arn);
    reply["loggingConfiguration"] = revision.logging.clone();
    reply["tracingConfiguration"] = revision.tracing.clone();
    reply["encryptionConfiguration"] = revision.encryption.clone();
    if let Some(id) = &revision.id {
        reply["revisionId"] = json!(id);
    }
    let references = variable_references(&revision.definition);
    if wants_data && !references.is_empty() {
        reply["variableReferences"] = json!(references);
    }
}

/// Recorded.
fn check_version_description(request: &Value) -> Result<(), ApiError> {
    if document(request, "versionDescription").is_some() && !flag(request, "publish") {
        return Err(ApiError::validation("Version description can only be set when publish is true"));
    }
    Ok(())
}

/// With the version that the creation has published.
fn created(machine: &StoredMachine, is_published: bool) -> Value {
    let mut reply = json!({"stateMachineArn": machine.arn, "creationDate": seconds(machine.created_ms)});
    if let Some(version) = machine.versions.keys().next().filter(|_| is_published) {
        reply["stateMachineVersionArn"] = json!(machine.version_arn(*version));
    }
    reply
}

pub(super) fn machine_type(request: &Value) -> MachineType {
    match optional_text(request, "type") {
        Some("EXPRESS") => MachineType::Express,
        _ => MachineType::Standard,
    }
}
