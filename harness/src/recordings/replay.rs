//! A recorded execution, replayed in the reference.

use asl_cases::{Case, Machine, MachineType, Observation, Outcome};
use asl_reference::{
    execution::Identity,
    reference::{self, ReferenceError, Settings},
};
use serde_json::{Value, json};

use super::{Record, drift, record::RecordedOutcome, replacement};

/// What the reference made of a record, in the form of the recording.
pub(super) struct Replay {
    pub(super) status: String,
    pub(super) output: Option<Value>,
    pub(super) error: Option<Value>,
    pub(super) cause: Option<Value>,
    pub(super) events: Vec<Value>,
}

/// Runs the record's machine with the names that AWS used, as far as they are known.
pub(super) fn replay(record: &Record) -> Result<Replay, ReferenceError> {
    let kind = record.machine_type.unwrap_or_default();
    let resources = record.resources.readable();
    let machine = Machine { kind, resources, ..Machine::new(record.definition.clone()) };
    let input = if record.has_input { record.input.clone() } else { json!({}) };
    let case = Case::new(machine, input);
    let observed = reference::observe_as(&case, Settings::default(), &identity(record, kind))?;
    Ok(in_recorded_form(&observed, record))
}

fn identity(record: &Record, kind: MachineType) -> Identity {
    let machine_arn = record.state_machine_arn.clone().unwrap_or_default();
    let machine_name = machine_arn.rsplit(':').next().unwrap_or_default().to_owned();
    let literal = |wanted: &str| {
        let found = record.normalisations.substitutions.iter().find(|(_, to)| to.contains(wanted));
        found.map_or_else(|| wanted.to_owned(), |(literal, _)| literal.clone())
    };
    let (resource, execution_name, unique) = match kind {
        MachineType::Standard => ("execution", literal("<ExecArnPart_"), String::new()),
        MachineType::Express => {
            ("express", literal("ExecArn_Part1"), format!(":{}", literal("ExecArn_Part2")))
        }
    };
    let prefix = machine_arn.split(":stateMachine:").next().unwrap_or_default();
    Identity {
        execution_arn: format!("{prefix}:{resource}:{machine_name}:{execution_name}{unique}").into(),
        execution_name: execution_name.into(),
        machine_arn: machine_arn.into(),
        machine_name: machine_name.into(),
        role_arn: literal("role_arn").into(),
        is_redrivable: record.kind != "express-sync",
    }
}

fn in_recorded_form(observed: &Observation, record: &Record) -> Replay {
    let replaced = |value: &Value| replacement::replaced(value, record);
    let text = |text: &Option<String>| text.as_deref().map(|text| replaced(&replacement::text(text)));
    let (output, error, cause) = match &observed.outcome {
        Outcome::Succeeded(output) => (Some(replaced(output)), None, None),
        Outcome::Failed { error, cause } => (None, text(error), text(cause)),
        Outcome::Rejected { code, message } => (None, Some(json!(code)), Some(json!(message))),
        Outcome::TimedOut | Outcome::Aborted => (None, None, None),
    };
    let events = observed.trace.iter().flat_map(|trace| &trace.0).map(|event| {
        let mut details = serde_json::Map::new();
        for (key, value) in &event.details {
            let shown = match key.as_str() {
                "output" if record.normalisations.parses_outputs() => value.clone(),
                "input" | "output" => replacement::document(value),
                "assignedVariables" => replacement::documents(value),
                "cause" => value.as_str().map_or_else(|| value.clone(), replacement::text),
                _ => value.clone(),
            };
            details.insert(key.clone(), shown);
        }
        replaced(&json!({
            "id": event.id,
            "previousEventId": event.previous_event_id,
            "type": event.kind,
            "details": details,
        }))
    });
    let events = drift::as_of(record.recorded.as_deref().unwrap_or_default(), events.collect());
    Replay { status: observed.outcome.status().to_owned(), output, error, cause, events }
}

/// The recorded events in the same form: one details object, without its name.
pub(super) fn recorded_events(record: &Record) -> Option<Vec<Value>> {
    let history = record.recorded_content.get(record.history_key.as_ref()?)?;
    let events = history.get("events")?.as_array()?;
    Some(events.iter().map(recorded_event).collect())
}

fn recorded_event(event: &Value) -> Value {
    let details = event
        .as_object()
        .and_then(|members| members.iter().find(|(key, _)| key.ends_with("EventDetails")))
        .map_or_else(|| json!({}), |(_, details)| details.clone());
    json!({
        "id": event["id"],
        "previousEventId": event["previousEventId"],
        "type": event["type"],
        "details": details,
    })
}

/// The recorded outcome, where its status was recorded.
pub(super) fn recorded_outcome(record: &Record) -> Option<&RecordedOutcome> {
    record.outcome.as_ref().filter(|outcome| outcome.status.is_some())
}
