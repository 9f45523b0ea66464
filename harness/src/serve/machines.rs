//! State machines: create, describe, list, delete, validate.

use asl_cases::MachineType;
use asl_reference::{
    definition::{self, DefinitionError, StateMachine},
    history::seconds,
};
use serde_json::{Value, json};

use super::{
    api_error::{ApiError, optional_text, text},
    service::{Service, is_valid_name},
};

/// A state machine as it was created.
pub(super) struct StoredMachine {
    pub(super) arn: String,
    pub(super) name: String,
    pub(super) kind: MachineType,
    pub(super) role_arn: String,
    pub(super) definition: String,
    pub(super) model: StateMachine,
    created_ms: i64,
}

impl Service {
    /// Recorded: creating the same machine again is idempotent; another definition under the name is refused, even one
    /// that differs in blanks only.
    pub(super) fn create_state_machine(&mut self, request: &Value, now_ms: i64) -> Result<Value, ApiError> {
        let (name, definition) = (text(request, "name")?, text(request, "definition")?);
        let role_arn = text(request, "roleArn")?;
        if !is_valid_name(name) {
            return Err(ApiError::new("InvalidName", format!("Invalid Name: '{name}'")));
        }
        let kind = machine_type(request)?;
        let arn = Self::arn("stateMachine", name);
        if let Some(existing) = self.machines.get(&arn) {
            let same =
                existing.definition == definition && existing.role_arn == role_arn && existing.kind == kind;
            return if same {
                Ok(json!({"stateMachineArn": arn, "creationDate": seconds(existing.created_ms)}))
            } else {
                Err(ApiError::new(
                    "StateMachineAlreadyExists",
                    format!("State Machine Already Exists: '{arn}'"),
                ))
            };
        }
        let model = definition::parse(definition, kind).map_err(|error| refusal(&error))?;
        self.machines.insert(
            arn.clone(),
            StoredMachine {
                arn: arn.clone(),
                name: name.to_owned(),
                kind,
                role_arn: role_arn.to_owned(),
                definition: definition.to_owned(),
                model,
                created_ms: now_ms,
            },
        );
        Ok(json!({"stateMachineArn": arn, "creationDate": seconds(now_ms)}))
    }

    pub(super) fn describe_state_machine(&self, request: &Value) -> Result<Value, ApiError> {
        let machine = self.machine(text(request, "stateMachineArn")?)?;
        Ok(json!({
            "stateMachineArn": machine.arn,
            "name": machine.name,
            "status": "ACTIVE",
            "definition": machine.definition,
            "roleArn": machine.role_arn,
            "type": machine.kind,
            "creationDate": seconds(machine.created_ms),
            "loggingConfiguration": {"level": "OFF", "includeExecutionData": false},
            "tracingConfiguration": {"enabled": false},
        }))
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

    /// Recorded: deleting a machine that is not there succeeds. Its executions go with it.
    pub(super) fn delete_state_machine(&mut self, request: &Value) -> Result<Value, ApiError> {
        let arn = text(request, "stateMachineArn")?;
        self.machines.remove(arn);
        self.forget_executions_of(arn);
        Ok(json!({}))
    }

    pub(super) fn validate_definition(request: &Value) -> Result<Value, ApiError> {
        let kind = machine_type(request)?;
        let text = optional_text(request, "definition").unwrap_or_default();
        let diagnostics: Vec<_> = definition::diagnostics(text, kind)
            .into_iter()
            .map(|diagnostic| {
                let mut entry = json!({
                    "severity": "ERROR",
                    "code": diagnostic.code.to_string(),
                    "message": diagnostic.message,
                });
                if let Some(location) = diagnostic.location {
                    entry["location"] = location.into();
                }
                entry
            })
            .collect();
        let result = if diagnostics.is_empty() { "OK" } else { "FAIL" };
        Ok(json!({"result": result, "diagnostics": diagnostics, "truncated": false}))
    }

    /// The machine with this ARN.
    pub(super) fn machine(&self, arn: &str) -> Result<&StoredMachine, ApiError> {
        if !arn.starts_with("arn:") {
            return Err(ApiError::new("InvalidArn", format!("Invalid Arn: 'Invalid ARN prefix: {arn}'")));
        }
        self.machines.get(arn).ok_or_else(|| {
            ApiError::new("StateMachineDoesNotExist", format!("State Machine Does Not Exist: '{arn}'"))
        })
    }
}

fn refusal(error: &DefinitionError) -> ApiError {
    match error {
        DefinitionError::Invalid(_) => ApiError::new("InvalidDefinition", error.to_string()),
        DefinitionError::Unsupported(what) => ApiError::new(
            "StateMachineTypeNotSupported",
            format!("the reference does not model this yet: {what}"),
        ),
    }
}

fn machine_type(request: &Value) -> Result<MachineType, ApiError> {
    match optional_text(request, "type") {
        None | Some("STANDARD") => Ok(MachineType::Standard),
        Some("EXPRESS") => Ok(MachineType::Express),
        Some(other) => Err(ApiError::new(
            "ValidationException",
            format!(
                "1 validation error detected: Value '{other}' at 'type' failed to satisfy constraint: Member must satisfy enum value set: [STANDARD, EXPRESS]"
            ),
        )),
    }
}
