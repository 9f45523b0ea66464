//! A recorded execution, replayed in the reference.

use asl_cases::{Case, Machine, MachineType, Observation, Outcome, TraceEvent};
use asl_reference::{
    execution::Identity,
    history::Failure,
    reference::{self, ReferenceError, Settings, Stop},
    timestamp,
};
use serde_json::{Value, json};

use super::{
    Record, drift,
    record::RecordedOutcome,
    replacement::{self, Replacement},
    task_script,
};

/// What the reference made of a record, in the form of the recording.
pub(super) struct Replay {
    pub(super) status: String,
    pub(super) output: Option<Value>,
    pub(super) error: Option<Value>,
    pub(super) cause: Option<Value>,
    pub(super) events: Vec<Value>,
}

impl Replay {
    /// Of an execution that never ends.
    pub(super) fn running() -> Self {
        Self { status: "RUNNING".to_owned(), output: None, error: None, cause: None, events: Vec::new() }
    }
}

/// Runs the record's machine with the names that AWS used, as far as they are known.
pub(super) fn replay(record: &Record) -> Result<Replay, ReferenceError> {
    let kind = record.machine_type.unwrap_or_default();
    let stubs = task_script::stubs(record);
    let resources = record.resources.readable();
    let machine = Machine { kind, stubs, resources, ..Machine::new(record.definition.clone()) };
    let input = if record.has_input { record.input.clone() } else { json!({}) };
    let case = Case::new(machine, input);
    let identity = identity(record, kind);
    let observed = match stop(record) {
        Some(stop) => reference::observe_stopped(&case, settings(record), &identity, stop)?,
        None => reference::observe_as(&case, settings(record), &identity)?,
    };
    Ok(in_recorded_form(&observed, record))
}

/// A recording happens on its own day: instants in it are counted from then.
fn settings(record: &Record) -> Settings {
    let default = Settings::default();
    let recorded_ms = record.recorded.as_deref().and_then(timestamp::parse_ms);
    Settings { now_ms: recorded_ms.unwrap_or(default.now_ms), ..default }
}

/// The stop from outside that the history shows.
fn stop(record: &Record) -> Option<Stop> {
    let events = record.recorded_history()?;
    let after_events = events.iter().position(|event| event["type"] == "ExecutionAborted")?;
    let details = &events[after_events]["executionAbortedEventDetails"];
    let text = |key: &str| details[key].as_str().map(Into::into);
    Some(Stop { after_events, failure: Failure { error: text("error"), cause: text("cause") } })
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
        role_arn: role_arn(record).into(),
        is_redrivable: record.kind != "express-sync" && is_after_redrive(record),
    }
}

/// Documented: executions started since 2023-11-15 can be redriven; from then on the context counts it.
fn is_after_redrive(record: &Record) -> bool {
    record.recorded.as_deref().is_none_or(|recorded| recorded >= "2023-11-15")
}

/// The role that the test made for the machine; else what the execution was started with.
fn role_arn(record: &Record) -> String {
    let started = record.recorded_history().and_then(|events| events.first());
    let recorded = started.and_then(|event| event["executionStartedEventDetails"]["roleArn"].as_str());
    let substituted = record.normalisations.substitutions.iter().find(|(_, to)| recorded == Some(to));
    let made = || record.resources.roles.last().cloned();
    let role = substituted.map(|(literal, _)| literal.clone()).or_else(made);
    role.or_else(|| recorded.map(str::to_owned)).unwrap_or_default()
}

fn in_recorded_form(observed: &Observation, record: &Record) -> Replay {
    let replacement = Replacement::of(record);
    let succeeded = ["executionSucceededEventDetails", "output"];
    let part = |text: &Option<String>, name: &str| {
        let text = text.as_deref()?;
        Some(replacement.apply(&replacement::text(text), &["executionFailedEventDetails", name]))
    };
    let (output, error, cause) = match &observed.outcome {
        Outcome::Succeeded(output) => (Some(replacement.apply(output, &succeeded)), None, None),
        Outcome::Failed { error, cause } => (None, part(error, "error"), part(cause, "cause")),
        Outcome::Rejected { code, message } => (None, Some(json!(code)), Some(json!(message))),
        Outcome::TimedOut | Outcome::Aborted | Outcome::Tested(_) => (None, None, None),
    };
    let trace = observed.trace.iter().flat_map(|trace| &trace.0);
    let output_form: fn(&Value) -> Value =
        if record.normalisations.parses_outputs() { Value::clone } else { replacement::document };
    let events = trace.map(|event| our_event(event, &replacement, output_form)).collect();
    let events = drift::as_of(record.recorded.as_deref().unwrap_or_default(), events);
    Replay { status: observed.outcome.status().to_owned(), output, error, cause, events }
}

/// `output` decides in which form an output appears.
fn our_event(event: &TraceEvent, replacement: &Replacement<'_>, output: fn(&Value) -> Value) -> Value {
    let mut details = serde_json::Map::new();
    for (key, value) in &event.details {
        let shown = match key.as_str() {
            "output" => output(value),
            "input" | "parameters" => replacement::document(value),
            "assignedVariables" => replacement::documents(value),
            "cause" => value.as_str().map_or_else(|| value.clone(), replacement::text),
            _ => value.clone(),
        };
        details.insert(key.clone(), shown);
    }
    json!({
        "id": event.id,
        "previousEventId": event.previous_event_id,
        "type": event.kind,
        "details": replacement.apply(&Value::Object(details), &[&details_key(&event.kind)]),
    })
}

/// The key under which AWS shows the details of an event of this type.
fn details_key(kind: &str) -> String {
    let name = match kind {
        _ if kind.ends_with("StateEntered") => "stateEntered".to_owned(),
        _ if kind.ends_with("StateExited") => "stateExited".to_owned(),
        _ => kind[..1].to_lowercase() + &kind[1..],
    };
    name + "EventDetails"
}

/// The recorded events in the same form: one details object, without its name.
pub(super) fn recorded_events(record: &Record) -> Option<Vec<Value>> {
    Some(record.recorded_history()?.iter().map(recorded_event).collect())
}

fn recorded_event(event: &Value) -> Value {
    let details = event
        .as_object()
        .and_then(|members| members.iter().find(|(key, _)| key.ends_with("EventDetails")))
        .map_or_else(|| json!({}), |(_, details)| without_worker(details));
    json!({
        "id": event["id"],
        "previousEventId": event["previousEventId"],
        "type": event["type"],
        "details": details,
    })
}

/// A worker's name is what the worker says of itself; ours say nothing.
fn without_worker(details: &Value) -> Value {
    let mut details = details.clone();
    if let Some(details) = details.as_object_mut() {
        details.remove("workerName");
    }
    details
}

/// The recorded outcome, where its status was recorded.
pub(super) fn recorded_outcome(record: &Record) -> Option<&RecordedOutcome> {
    record.outcome.as_ref().filter(|outcome| outcome.status.is_some())
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    /// 24,855 days after the recording a Wait may end, 24,856 days after it may not.
    #[rstest]
    #[case("2091-12-31T07:09:46Z", None)]
    #[case("2092-01-01T07:09:46Z", Some("Wait state delay is too long."))]
    fn instants_are_counted_from_the_day_of_the_recording(
        #[case] instant: &str,
        #[case] problem: Option<&str>,
    ) {
        let wait = json!({"Type": "Wait", "Timestamp": instant, "End": true});
        let record = json!({
            "id": "a", "kind": "execution", "recorded": "2023-12-13T07:09:46Z",
            "definition": {"StartAt": "W", "States": {"W": wait}},
        });
        let replay = replay(&serde_json::from_value(record).expect("a record")).expect("it is modelled");
        let cause = replay.cause.unwrap_or_default();
        let cause = cause.as_str().and_then(|cause| cause.split_once("). ")).map(|(_, problem)| problem);
        assert_eq!(cause, problem);
    }
}
