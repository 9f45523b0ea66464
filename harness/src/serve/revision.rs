//! One revision of a state machine: everything that an update can change.

use asl_cases::MachineType;
use asl_reference::definition::{self, DefinitionError, StateMachine};
use serde_json::{Value, json};

use super::{
    api_error::ApiError,
    arn,
    request::{document, optional_text},
};

/// What a machine is at one time.
#[derive(Debug)]
pub(super) struct Revision {
    pub(super) definition: String,
    pub(super) role_arn: String,
    pub(super) model: StateMachine,
    pub(super) logging: Value,
    pub(super) tracing: Value,
    pub(super) encryption: Value,
    /// Recorded: a machine that was never updated has none.
    pub(super) id: Option<String>,
    pub(super) updated_ms: i64,
}

impl Revision {
    /// The first revision, as `CreateStateMachine` asks for it.
    pub(super) fn first(request: &Value, kind: MachineType, now_ms: i64) -> Result<Self, ApiError> {
        let text = |member| optional_text(request, member).unwrap_or_default();
        arn::check_role(text("roleArn"))?;
        Ok(Self {
            definition: text("definition").to_owned(),
            role_arn: text("roleArn").to_owned(),
            logging: logging(document(request, "loggingConfiguration"))?,
            tracing: tracing(document(request, "tracingConfiguration")),
            encryption: encryption(document(request, "encryptionConfiguration")),
            model: model(text("definition"), kind)?,
            id: None,
            updated_ms: now_ms,
        })
    }

    /// The revision after this one, as `UpdateStateMachine` asks for it; `None` if nothing changes.
    pub(super) fn next(
        &self,
        request: &Value,
        kind: MachineType,
        now_ms: i64,
    ) -> Result<Option<Self>, ApiError> {
        let definition = optional_text(request, "definition").unwrap_or(&self.definition);
        let role_arn = optional_text(request, "roleArn").unwrap_or(&self.role_arn);
        arn::check_role(role_arn)?;
        let logging = document(request, "loggingConfiguration")
            .map_or(Ok(self.logging.clone()), |new| logging(Some(new)))?;
        let tracing =
            document(request, "tracingConfiguration").map_or(self.tracing.clone(), |new| tracing(Some(new)));
        let encryption = document(request, "encryptionConfiguration")
            .map_or(self.encryption.clone(), |new| encryption(Some(new)));
        let is_same = definition == self.definition
            && role_arn == self.role_arn
            && logging == self.logging
            && tracing == self.tracing
            && encryption == self.encryption;
        let model = model(definition, kind)?;
        Ok((!is_same).then(|| Self {
            definition: definition.to_owned(),
            role_arn: role_arn.to_owned(),
            model,
            logging,
            tracing,
            encryption,
            id: None,
            updated_ms: now_ms,
        }))
    }

    /// Documented: the role does not count when a machine is created again.
    pub(super) fn is_what_was_asked(&self, request: &Value) -> Result<bool, ApiError> {
        Ok(optional_text(request, "definition") == Some(&self.definition)
            && logging(document(request, "loggingConfiguration"))? == self.logging
            && tracing(document(request, "tracingConfiguration")) == self.tracing
            && encryption(document(request, "encryptionConfiguration")) == self.encryption)
    }
}

fn model(definition: &str, kind: MachineType) -> Result<StateMachine, ApiError> {
    definition::parse(definition, kind).map_err(|error| match error {
        DefinitionError::Invalid(_) => ApiError::new("InvalidDefinition", error.to_string()),
        DefinitionError::Unsupported(what) => ApiError::unmodelled(&what),
    })
}

/// Recorded: the defaults, that an empty list of destinations is kept, and that a level other than `OFF` needs exactly
/// one destination. Which log groups exist is for the service to know.
fn logging(asked: Option<&Value>) -> Result<Value, ApiError> {
    let part = |name: &str| asked.and_then(|asked| document(asked, name)).cloned();
    let destinations = part("destinations");
    let n_destinations = destinations.as_ref().and_then(Value::as_array).map_or(0, Vec::len);
    let level = part("level").unwrap_or_else(|| json!("OFF"));
    if n_destinations > 1 || (level != "OFF" && n_destinations != 1) {
        return Err(ApiError::new(
            "InvalidLoggingConfiguration",
            "Invalid Logging Configuration: Must specify exactly one Log Destination.",
        ));
    }
    let mut logging = json!({
        "includeExecutionData": part("includeExecutionData").unwrap_or(Value::Bool(false)),
        "level": level,
    });
    if let Some(destinations) = destinations {
        logging["destinations"] = destinations;
    }
    Ok(logging)
}

fn tracing(asked: Option<&Value>) -> Value {
    let enabled = asked.and_then(|asked| asked.get("enabled")).and_then(Value::as_bool);
    json!({"enabled": enabled.unwrap_or(false)})
}

/// Recorded: what is not asked for is encrypted with a key of AWS.
pub(super) fn encryption(asked: Option<&Value>) -> Value {
    asked.cloned().unwrap_or_else(|| json!({"type": "AWS_OWNED_KEY"}))
}
