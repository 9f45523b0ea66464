//! The body of one `GetExecutionHistory` page, read into trace events.
//!
//! Documented: every event holds `id`, `previousEventId`, `timestamp` (seconds since the epoch, with decimals), `type`,
//! and at most one object whose name ends in `EventDetails`. Reading is generic, so that fields which the SDK does not
//! know yet are kept.

use asl_cases::TraceEvent;
use serde_json::{Map, Value};

/// Members of a details object that carry a JSON document as text.
const DOCUMENTS: [&str; 3] = ["input", "output", "parameters"];

/// Reads the events of one page.
///
/// # Errors
/// With what is wrong, when the body is no page of a history.
pub(super) fn read_events(body: &[u8]) -> Result<Vec<TraceEvent>, String> {
    let page: Value =
        serde_json::from_slice(body).map_err(|error| format!("the page is not JSON: {error}"))?;
    let events = page.get("events").and_then(Value::as_array).ok_or("the page has no `events`")?;
    events.iter().map(read_event).collect()
}

fn read_event(event: &Value) -> Result<TraceEvent, String> {
    let lacks = |field: &str| format!("the event {event} lacks a proper `{field}`");
    Ok(TraceEvent {
        id: event.get("id").and_then(Value::as_i64).ok_or_else(|| lacks("id"))?,
        // Left out by some engines for 0, as JSON encoders do with defaults.
        previous_event_id: event.get("previousEventId").and_then(Value::as_i64).unwrap_or(0),
        kind: event.get("type").and_then(Value::as_str).ok_or_else(|| lacks("type"))?.to_owned(),
        timestamp_ms: event.get("timestamp").and_then(milliseconds).ok_or_else(|| lacks("timestamp"))?,
        details: details_of(event),
    })
}

#[expect(clippy::cast_possible_truncation, reason = "milliseconds since the epoch fit for 290 million years")]
fn milliseconds(seconds: &Value) -> Option<i64> {
    seconds.as_f64().map(|seconds| (seconds * 1000.0).round() as i64)
}

/// The members of the details objects. The API gives at most one; of an engine that gives more, none is lost.
fn details_of(event: &Value) -> Map<String, Value> {
    let objects = event.as_object().into_iter().flatten().filter(|(key, _)| key.ends_with("EventDetails"));
    let members = objects.filter_map(|(_, details)| details.as_object()).flatten();
    members
        .filter(|(_, value)| !value.is_null())
        .map(|(key, value)| (key.clone(), read_member(key, value)))
        .collect()
}

fn read_member(key: &str, value: &Value) -> Value {
    match value {
        Value::String(text) if DOCUMENTS.contains(&key) => TraceEvent::document(text),
        Value::Object(variables) if key == "assignedVariables" => {
            variables.iter().map(|(name, value)| (name.clone(), read_variable(value))).collect()
        }
        other => other.clone(),
    }
}

fn read_variable(value: &Value) -> Value {
    value.as_str().map_or_else(|| value.clone(), TraceEvent::document)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use serde_json::json;

    fn only_event(event: &Value) -> TraceEvent {
        read_events(json!({"events": [event]}).to_string().as_bytes()).expect("a page").remove(0)
    }

    #[test]
    fn documents_in_details_are_read_and_the_rest_is_kept() {
        let event = only_event(&json!({
            "id": 2, "previousEventId": 0, "timestamp": 1_700_000_000.123, "type": "PassStateEntered",
            "stateEnteredEventDetails": {"name": "A", "input": "{\"a\": 1.0}", "inputDetails": {"truncated": false}}}));
        assert_eq!(event.kind, "PassStateEntered");
        assert_eq!(event.timestamp_ms, 1_700_000_000_123);
        let expected = json!({"name": "A", "input": {"a": 1.0}, "inputDetails": {"truncated": false}});
        assert_eq!(Value::Object(event.details), expected);
    }

    #[test]
    fn assigned_variables_are_documents_one_by_one() {
        let event = only_event(&json!({
            "id": 3, "previousEventId": 2, "timestamp": 1, "type": "PassStateExited",
            "stateExitedEventDetails": {"name": "A", "assignedVariables": {"x": "[1]", "y": "no json"}}}));
        assert_eq!(event.details["assignedVariables"], json!({"x": [1], "y": {"$text": "no json"}}));
    }

    #[test]
    fn error_and_cause_stay_text_even_if_they_look_like_json() {
        let event = only_event(&json!({
            "id": 4, "previousEventId": 3, "timestamp": 1, "type": "ExecutionFailed",
            "executionFailedEventDetails": {"error": "1", "cause": "{}"}}));
        assert_eq!(Value::Object(event.details), json!({"error": "1", "cause": "{}"}));
    }

    #[test]
    fn details_of_a_type_from_the_future_are_kept() {
        let event = only_event(&json!({
            "id": 1, "timestamp": 1, "type": "StateDreamt", "stateDreamtEventDetails": {"depth": 3}}));
        assert_eq!(event.details["depth"], json!(3));
        assert_eq!(event.previous_event_id, 0);
    }

    #[rstest]
    #[case("<html>")]
    #[case("{}")]
    #[case(r#"{"events": [{}]}"#)]
    #[case(r#"{"events": [{"id": 1, "type": "X", "timestamp": "yesterday"}]}"#)]
    fn body_that_is_no_page_is_refused(#[case] body: &str) {
        assert!(read_events(body.as_bytes()).is_err());
    }
}
