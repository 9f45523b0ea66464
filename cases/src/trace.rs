//! The execution history in one form for every engine.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The events of one execution, by ascending id.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Trace(pub Vec<TraceEvent>);

/// One event of `GetExecutionHistory`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TraceEvent {
    /// The event id, from 1.
    pub id: i64,
    /// The id of the event that led to this one, 0 for none.
    pub previous_event_id: i64,
    /// The event type as the API names it, for instance `PassStateEntered`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Milliseconds since the epoch on the engine's clock.
    pub timestamp_ms: i64,
    /// The members of the event's details object, in the API's own (camelCase) names. Members that carry a JSON document
    /// as text (`input`, `output`, `parameters`, the values of `assignedVariables`) hold the document; text that is no
    /// JSON is kept as `{"$text": "…"}`.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub details: Map<String, Value>,
}

impl TraceEvent {
    /// The state name in the details, for events that carry one.
    pub fn state_name(&self) -> Option<&str> {
        self.details.get("name").and_then(Value::as_str)
    }

    /// The event in one short line: type, and the state name or Map index where there is one.
    pub fn label(&self) -> String {
        let index = self.details.get("index").and_then(Value::as_u64);
        match (self.state_name(), index) {
            (Some(name), Some(index)) => format!("{} {name} [{index}]", self.kind),
            (Some(name), None) => format!("{} {name}", self.kind),
            (None, _) => self.kind.clone(),
        }
    }

    /// A document that the API carries as text, as [`TraceEvent::details`] holds it.
    pub fn document(text: &str) -> Value {
        serde_json::from_str(text).unwrap_or_else(|_| serde_json::json!({ "$text": text }))
    }
}

impl Trace {
    /// The labels of all events, in order.
    pub fn labels(&self) -> Vec<String> {
        self.0.iter().map(TraceEvent::label).collect()
    }

    /// The input with which a state of this name was entered last, up to the event with this id, if one is given. `None`
    /// if it was not entered, or the history has no documents.
    pub fn input_of(&self, state: &str, until: Option<i64>) -> Option<&Value> {
        let is_entry = |event: &&TraceEvent| {
            event.kind.ends_with("StateEntered")
                && event.state_name() == Some(state)
                && until.is_none_or(|id| event.id <= id)
        };
        self.0.iter().rev().find(is_entry)?.details.get("input")
    }
}
