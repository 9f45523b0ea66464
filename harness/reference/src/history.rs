//! The typed execution history, and its two serial forms: the API's wire form and the suite's `TraceEvent`.
//!
//! Documents are shared (`Arc`), not copied: an event costs no serialisation until somebody asks for it.

mod task_event;

use std::sync::Arc;

use asl_cases::TraceEvent;
use serde_json::{Map, Value};

use crate::java::json_text;

pub use task_event::{TaskEvent, TaskPhase, TaskRequest};

/// One event of an execution.
#[derive(Clone, Debug)]
pub struct Event {
    /// From 1, without gaps.
    pub id: i64,
    /// The event that led to this one; 0 for none.
    pub previous_event_id: i64,
    /// Milliseconds since the epoch.
    pub timestamp_ms: i64,
    /// What happened.
    pub kind: EventKind,
}

/// Error name and cause, each of which may be absent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Failure {
    /// The error name.
    pub error: Option<Arc<str>>,
    /// The cause.
    pub cause: Option<Arc<str>>,
}

/// The eight state types, as they appear in event types.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are the state types of ASL")]
pub enum StateType {
    Pass,
    Task,
    Choice,
    Wait,
    Succeed,
    Fail,
    Parallel,
    Map,
}

/// What happens to one iteration of a Map.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are those of the event types")]
pub enum IterationPhase {
    Started,
    Succeeded,
    Failed,
    Aborted,
}

/// The event types that the reference writes, with their details.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "names and members are those of the API's event types")]
pub enum EventKind {
    ExecutionStarted { input: Arc<Value>, role_arn: Arc<str> },
    ExecutionSucceeded { output: Arc<Value> },
    ExecutionFailed(Failure),
    ExecutionTimedOut,
    ExecutionAborted(Failure),
    ExecutionRedriven { count: u64 },
    EvaluationFailed { failure: Failure, location: Option<Arc<str>>, state: Arc<str> },
    StateEntered { state: StateType, name: Arc<str>, input: Arc<Value> },
    StateExited { state: StateType, name: Arc<str>, output: Arc<Value>, assigned: Map<String, Value> },
    StateAborted(StateType),
    Task(TaskEvent),
    ParallelStateStarted,
    ParallelStateSucceeded,
    ParallelStateFailed,
    MapStateStarted { length: usize },
    MapIteration { phase: IterationPhase, name: Arc<str>, index: usize },
    MapStateSucceeded,
    MapStateFailed,
    MapRunStarted { arn: Arc<str> },
    MapRunRedriven { arn: Arc<str>, count: u64 },
    MapRunSucceeded,
    MapRunFailed(Failure),
    MapRunAborted,
}

impl StateType {
    fn entered(self) -> &'static str {
        match self {
            Self::Pass => "PassStateEntered",
            Self::Task => "TaskStateEntered",
            Self::Choice => "ChoiceStateEntered",
            Self::Wait => "WaitStateEntered",
            Self::Succeed => "SucceedStateEntered",
            Self::Fail => "FailStateEntered",
            Self::Parallel => "ParallelStateEntered",
            Self::Map => "MapStateEntered",
        }
    }

    fn exited(self) -> &'static str {
        match self {
            Self::Pass => "PassStateExited",
            Self::Task => "TaskStateExited",
            Self::Choice => "ChoiceStateExited",
            Self::Wait => "WaitStateExited",
            Self::Succeed => "SucceedStateExited",
            Self::Fail => "FailStateExited",
            Self::Parallel => "ParallelStateExited",
            Self::Map => "MapStateExited",
        }
    }

    fn aborted(self) -> &'static str {
        match self {
            Self::Wait => "WaitStateAborted",
            Self::Parallel => "ParallelStateAborted",
            Self::Map => "MapStateAborted",
            _ => "TaskStateAborted",
        }
    }
}

impl EventKind {
    /// The event type as the API names it.
    pub fn type_name(&self) -> &'static str {
        match self {
            Self::ExecutionStarted { .. } => "ExecutionStarted",
            Self::ExecutionSucceeded { .. } => "ExecutionSucceeded",
            Self::ExecutionFailed(_) => "ExecutionFailed",
            Self::ExecutionTimedOut => "ExecutionTimedOut",
            Self::ExecutionAborted(_) => "ExecutionAborted",
            Self::EvaluationFailed { .. } => "EvaluationFailed",
            Self::StateEntered { state, .. } => state.entered(),
            Self::StateExited { state, .. } => state.exited(),
            Self::StateAborted(state) => state.aborted(),
            Self::Task(event) => event.names().0,
            Self::ParallelStateStarted => "ParallelStateStarted",
            Self::ParallelStateSucceeded => "ParallelStateSucceeded",
            Self::ParallelStateFailed => "ParallelStateFailed",
            Self::MapStateStarted { .. } => "MapStateStarted",
            Self::MapIteration { phase: IterationPhase::Started, .. } => "MapIterationStarted",
            Self::MapIteration { phase: IterationPhase::Succeeded, .. } => "MapIterationSucceeded",
            Self::MapIteration { phase: IterationPhase::Failed, .. } => "MapIterationFailed",
            Self::MapIteration { phase: IterationPhase::Aborted, .. } => "MapIterationAborted",
            Self::MapStateSucceeded => "MapStateSucceeded",
            Self::MapStateFailed => "MapStateFailed",
            Self::MapRunStarted { .. } => "MapRunStarted",
            Self::MapRunSucceeded => "MapRunSucceeded",
            Self::MapRunFailed(_) => "MapRunFailed",
            Self::MapRunRedriven { .. } => "MapRunRedriven",
            Self::ExecutionRedriven { .. } => "ExecutionRedriven",
            Self::MapRunAborted => "MapRunAborted",
        }
    }

    /// The key of the details object on the wire, for types that have one.
    fn details_key(&self) -> Option<&'static str> {
        Some(match self {
            Self::ExecutionStarted { .. } => "executionStartedEventDetails",
            Self::ExecutionSucceeded { .. } => "executionSucceededEventDetails",
            Self::ExecutionFailed(_) => "executionFailedEventDetails",
            Self::ExecutionTimedOut => "executionTimedOutEventDetails",
            Self::ExecutionAborted(_) => "executionAbortedEventDetails",
            Self::EvaluationFailed { .. } => "evaluationFailedEventDetails",
            Self::StateEntered { .. } => "stateEnteredEventDetails",
            Self::StateExited { .. } => "stateExitedEventDetails",
            Self::Task(event) => return event.names().1,
            Self::MapStateStarted { .. } => "mapStateStartedEventDetails",
            Self::MapIteration { phase: IterationPhase::Started, .. } => "mapIterationStartedEventDetails",
            Self::MapIteration { phase: IterationPhase::Succeeded, .. } => {
                "mapIterationSucceededEventDetails"
            }
            Self::MapIteration { phase: IterationPhase::Failed, .. } => "mapIterationFailedEventDetails",
            Self::MapIteration { phase: IterationPhase::Aborted, .. } => "mapIterationAbortedEventDetails",
            Self::MapRunStarted { .. } => "mapRunStartedEventDetails",
            Self::MapRunFailed(_) => "mapRunFailedEventDetails",
            Self::MapRunRedriven { .. } => "mapRunRedrivenEventDetails",
            Self::ExecutionRedriven { .. } => "executionRedrivenEventDetails",
            Self::StateAborted(_)
            | Self::ParallelStateStarted
            | Self::ParallelStateSucceeded
            | Self::ParallelStateFailed
            | Self::MapStateSucceeded
            | Self::MapStateFailed
            | Self::MapRunSucceeded
            | Self::MapRunAborted => return None,
        })
    }

    /// The members of the details object; `document` decides in which form a document appears.
    fn details(&self, document: fn(&Value) -> Value) -> Map<String, Value> {
        match self {
            Self::ExecutionStarted { input, role_arn } => object([
                ("input", document(input)),
                ("inputDetails", untruncated()),
                ("roleArn", Value::from(&**role_arn)),
            ]),
            Self::ExecutionSucceeded { output } => output_details(document(output)),
            Self::StateEntered { name, input, .. } => object([
                ("name", Value::from(&**name)),
                ("input", document(input)),
                ("inputDetails", untruncated()),
            ]),
            Self::StateExited { name, output, assigned, .. } => {
                let mut details = object([
                    ("name", Value::from(&**name)),
                    ("output", document(output)),
                    ("outputDetails", untruncated()),
                ]);
                insert_assigned(&mut details, assigned, document);
                details
            }
            Self::ExecutionFailed(failure)
            | Self::ExecutionAborted(failure)
            | Self::MapRunFailed(failure) => failure.details(),
            Self::EvaluationFailed { failure, location, state } => {
                let mut details = failure.details();
                insert_some(&mut details, "location", location.as_deref().map(Value::from));
                details.insert("state".to_owned(), Value::from(&**state));
                details
            }
            Self::Task(event) => event.details(document),
            Self::MapStateStarted { length } => object([("length", Value::from(*length))]),
            Self::MapRunStarted { arn } => object([("mapRunArn", Value::from(&**arn))]),
            Self::MapRunRedriven { arn, count } => {
                object([("mapRunArn", Value::from(&**arn)), ("redriveCount", Value::from(*count))])
            }
            Self::ExecutionRedriven { count } => object([("redriveCount", Value::from(*count))]),
            Self::MapIteration { name, index, .. } => {
                object([("name", Value::from(&**name)), ("index", Value::from(*index))])
            }
            Self::ExecutionTimedOut
            | Self::StateAborted(_)
            | Self::ParallelStateStarted
            | Self::ParallelStateSucceeded
            | Self::ParallelStateFailed
            | Self::MapStateSucceeded
            | Self::MapStateFailed
            | Self::MapRunSucceeded
            | Self::MapRunAborted => Map::new(),
        }
    }
}

impl Failure {
    fn details(&self) -> Map<String, Value> {
        let mut details = Map::new();
        insert_some(&mut details, "error", self.error.as_deref().map(Value::from));
        insert_some(&mut details, "cause", self.cause.as_deref().map(Value::from));
        details
    }
}

/// An object of these members. The macro `json!` would copy each document once more.
fn object<const N: usize>(members: [(&str, Value); N]) -> Map<String, Value> {
    members.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
}

fn output_details(output: Value) -> Map<String, Value> {
    object([("output", output), ("outputDetails", untruncated())])
}

fn untruncated() -> Value {
    Value::Object(object([("truncated", Value::Bool(false))]))
}

/// Recorded: the variables that the state has assigned, each as a document of its own; nothing when there are none.
/// Requirement: asl.history.assigned-variables
fn insert_assigned(
    details: &mut Map<String, Value>,
    assigned: &Map<String, Value>,
    document: fn(&Value) -> Value,
) {
    if assigned.is_empty() {
        return;
    }
    let documents = assigned.iter().map(|(name, value)| (name.clone(), document(value))).collect();
    details.insert("assignedVariables".to_owned(), Value::Object(documents));
    details.insert("assignedVariablesDetails".to_owned(), untruncated());
}

fn insert_some(details: &mut Map<String, Value>, key: &str, value: Option<Value>) {
    if let Some(value) = value {
        details.insert(key.to_owned(), value);
    }
}

impl Event {
    /// The event as the suite compares it.
    pub fn to_trace_event(&self) -> TraceEvent {
        TraceEvent {
            id: self.id,
            previous_event_id: self.previous_event_id,
            kind: self.kind.type_name().to_owned(),
            timestamp_ms: self.timestamp_ms,
            details: self.kind.details(Value::clone),
        }
    }

    /// The event as `GetExecutionHistory` returns it: documents as text, the timestamp in seconds.
    pub fn to_wire(&self) -> Value {
        let mut event = object([
            ("timestamp", Value::from(seconds(self.timestamp_ms))),
            ("type", Value::from(self.kind.type_name())),
            ("id", Value::from(self.id)),
            ("previousEventId", Value::from(self.previous_event_id)),
        ]);
        if let Some(key) = self.kind.details_key() {
            let details = self.kind.details(|document| Value::from(json_text(document)));
            event.insert(key.to_owned(), Value::Object(details));
        }
        Value::Object(event)
    }
}

/// Milliseconds as the API's JSON protocol writes a time: seconds with a fraction.
#[expect(clippy::cast_precision_loss, reason = "milliseconds of this era are exact in a double")]
pub fn seconds(timestamp_ms: i64) -> f64 {
    timestamp_ms as f64 / 1000.0
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn exited() -> Event {
        let kind = EventKind::StateExited {
            state: StateType::Pass,
            name: "A".into(),
            output: Arc::new(json!({"x": 1})),
            assigned: Map::from_iter([("v".to_owned(), json!("text"))]),
        };
        Event { id: 3, previous_event_id: 2, timestamp_ms: 1_500, kind }
    }

    #[test]
    fn wire_form_carries_documents_as_text() {
        let wire = exited().to_wire();
        assert_eq!(wire["stateExitedEventDetails"]["output"], json!(r#"{"x":1}"#));
        assert_eq!(wire["stateExitedEventDetails"]["assignedVariables"], json!({"v": r#""text""#}));
        assert_eq!(wire["timestamp"], json!(1.5));
        assert_eq!(wire["type"], json!("PassStateExited"));
    }

    #[test]
    fn trace_form_carries_documents_as_documents() {
        let event = exited().to_trace_event();
        assert_eq!(event.details["output"], json!({"x": 1}));
        assert_eq!(event.details["assignedVariables"], json!({"v": "text"}));
        assert_eq!(event.label(), "PassStateExited A");
    }

    #[test]
    fn absent_error_and_cause_leave_no_member() {
        let failure = EventKind::ExecutionFailed(Failure { error: Some("E".into()), cause: None });
        assert_eq!(Value::Object(failure.details(Value::clone)), json!({"error": "E"}));
    }
}
