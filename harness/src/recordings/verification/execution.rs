//! Records of executions: what came out, and the whole history where it was recorded.

use asl_reference::reference::ReferenceError;
use serde_json::{Value, json};

use super::{
    super::{
        Record,
        comparison::first_difference,
        free_order,
        replay::{Replay, recorded_events, recorded_outcome, replay},
        sorted_range::in_recorded_order,
    },
    Examined, RecordedFacet, Skip, lacking, same,
};

/// Replays the record of an execution.
pub(super) fn examine(record: &Record) -> Result<Vec<Examined>, Skip> {
    let recorded = recorded_facets(record)?;
    Ok(match replay(record) {
        Ok(ours) => recorded.into_iter().map(|(facet, recorded)| compare(facet, &recorded, &ours)).collect(),
        Err(ReferenceError::NeverEnds) => recorded
            .into_iter()
            .map(|(facet, recorded)| compare(facet, &recorded, &Replay::running()))
            .collect(),
        Err(ReferenceError::Unsupported(what)) => lacks(recorded, &what),
    })
}

/// What the record says; the error is why it says nothing that can be compared. Where it is not known which of several
/// tasks heard which answer, the outcome's documents are left out.
fn recorded_facets(record: &Record) -> Result<Vec<(RecordedFacet, Value)>, Skip> {
    if record.aws_marker.as_deref() == Some("needs_fixing") {
        return Err(Skip::NeedsFixing);
    }
    let outcome = recorded_outcome(record).ok_or(Skip::OutcomeNotRecorded)?;
    if !record.task_script_hidden.is_empty() {
        return Err(Skip::AnswersHidden);
    }
    if record.lacks_task_answers() {
        return Err(Skip::AnswersNotRecorded);
    }
    let knows_answers = record.task_script_incomplete == 0;
    let facets = [
        (RecordedFacet::Acceptance, Some(json!(true))),
        (RecordedFacet::Status, Some(json!(outcome.status))),
        (RecordedFacet::Output, outcome.output.clone()),
        (RecordedFacet::Error, outcome.error.clone()),
        (RecordedFacet::Cause, outcome.cause.clone()),
        (RecordedFacet::Trace, recorded_events(record).map(Value::from)),
    ];
    let is_certain = |facet| knows_answers || facet < RecordedFacet::Output;
    let said = facets.into_iter().filter_map(|(facet, recorded)| Some((facet, recorded?)));
    Ok(said.filter(|(facet, _)| is_certain(*facet)).collect())
}

fn compare(facet: RecordedFacet, recorded: &Value, ours: &Replay) -> Examined {
    match facet {
        RecordedFacet::Acceptance => same(facet, recorded, &json!(ours.status != "REJECTED")),
        RecordedFacet::Status => same(facet, recorded, &json!(ours.status)),
        RecordedFacet::Output => same(facet, recorded, &json!(ours.output)),
        RecordedFacet::Error => same(facet, recorded, &json!(ours.error)),
        RecordedFacet::Cause => same(facet, recorded, &json!(ours.cause)),
        RecordedFacet::Trace | RecordedFacet::TestState | RecordedFacet::Api => {
            trace(recorded, ours.events.clone())
        }
    }
}

/// The reference has no answer to any of the facets.
fn lacks(recorded: Vec<(RecordedFacet, Value)>, what: &str) -> Vec<Examined> {
    let differs = |(facet, recorded)| Examined { facet, difference: Some((recorded, lacking(what))) };
    recorded.into_iter().map(differs).collect()
}

/// Shows of two histories the first event that differs, or how many events there are.
fn trace(recorded: &Value, ours: Vec<Value>) -> Examined {
    let events = recorded.as_array().map_or(&[][..], Vec::as_slice);
    let ours = Value::from(free_order::in_recorded_order(events, in_recorded_order(events, ours)));
    let difference = first_difference(recorded, &ours).map(|place| {
        let event = place.split('/').nth(1).and_then(|index| index.parse::<usize>().ok());
        let side = |events: &Value| event.and_then(|index| events.get(index)).cloned().unwrap_or_default();
        let lengths = |events: &Value| json!({"events": events.as_array().map_or(0, Vec::len)});
        match event {
            Some(_) => (side(recorded), side(&ours)),
            None => (lengths(recorded), lengths(&ours)),
        }
    });
    Examined { facet: RecordedFacet::Trace, difference }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(id: i64, previous: i64, kind: &str, details: Value) -> Value {
        let key = match kind {
            "TaskStateEntered" | "MapStateEntered" => "stateEntered".to_owned(),
            _ => kind[..1].to_lowercase() + &kind[1..],
        };
        let mut event =
            json!({"id": id, "previousEventId": previous, "timestamp": "timestamp", "type": kind});
        if details.is_object() {
            event[key + "EventDetails"] = details;
        }
        event
    }

    /// Four iterations that time out at once, with their events in an order in which AWS wrote them.
    fn events() -> Vec<Value> {
        let task = || json!({"resourceType": "lambda", "resource": "invoke"});
        let with = |mut details: Value, key: &str, value: Value| {
            details[key] = value;
            details
        };
        let details = json!({"truncated": false});
        let input = json!({"input": "[0,0,0,0]", "inputDetails": details});
        let started = with(input.clone(), "roleArn", json!("snf_role_arn"));
        let mut events = vec![
            event(1, 0, "ExecutionStarted", started),
            event(2, 0, "MapStateEntered", with(input, "name", json!("M"))),
            event(3, 2, "MapStateStarted", json!({"length": 4})),
        ];
        let iteration = |index: i64| json!({"name": "M", "index": index});
        for index in 0..4 {
            events.push(event(4 + index, 3, "MapIterationStarted", iteration(index)));
        }
        for index in 0..4 {
            let entered = json!({"name": "T", "input": "0", "inputDetails": details});
            let scheduled = with(task(), "region", json!("<region>"));
            let scheduled = with(scheduled, "parameters", json!({"FunctionName": "f"}));
            let id = 8 + 2 * index;
            events.push(event(id, 4 + index, "TaskStateEntered", entered));
            events.push(event(id + 1, id, "TaskScheduled", with(scheduled, "timeoutInSeconds", json!(1))));
        }
        for (id, index) in (16..).zip([2, 0, 1, 3]) {
            events.push(event(id, 9 + 2 * index, "TaskStarted", task()));
        }
        for (id, previous) in [(20, 17), (21, 16), (22, 18), (23, 19)] {
            events.push(event(id, previous, "TaskTimedOut", with(task(), "error", json!("States.Timeout"))));
        }
        events.push(event(24, 20, "MapIterationFailed", iteration(0)));
        for (id, index) in (1..4).map(|index| (23 + 2 * index, index)) {
            events.push(event(id, 20, "TaskStateAborted", Value::Null));
            events.push(event(id + 1, 20, "MapIterationAborted", iteration(index)));
        }
        events.push(event(31, 20, "TaskStateAborted", Value::Null));
        events.push(event(32, 20, "MapStateFailed", Value::Null));
        events.push(event(33, 32, "ExecutionFailed", json!({"error": "States.Timeout"})));
        events
    }

    fn differing(events: &[Value]) -> Vec<RecordedFacet> {
        let task = json!({"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "TimeoutSeconds": 1,
            "Parameters": {"FunctionName": "f"}, "End": true});
        let processor = json!({"StartAt": "T", "States": {"T": task}});
        let map = json!({"Type": "Map", "ItemProcessor": processor, "End": true});
        let answers: Vec<_> = (20..24).map(|id| json!({"timeout": true, "event_id": id})).collect();
        let record = json!({
            "id": "a", "kind": "execution", "input": [0, 0, 0, 0], "has_input": true, "history_key": "history",
            "definition": {"StartAt": "M", "States": {"M": map}},
            "task_script": {"T": answers},
            "recorded_content": {"history": {"events": events}},
            "outcome": {"status": "FAILED", "error": "States.Timeout"},
            "normalisations": {"substitutions": [["role", "snf_role_arn"]]},
        });
        let examined = examine(&serde_json::from_value(record).expect("a record")).expect("it is compared");
        examined.into_iter().filter(|facet| facet.difference.is_some()).map(|facet| facet.facet).collect()
    }

    #[test]
    fn order_of_concurrent_events_is_free_and_nothing_else() {
        assert_eq!(differing(&events()), []);
        let mut other = events();
        other[23]["mapIterationFailedEventDetails"]["index"] = json!(1);
        assert_eq!(differing(&other), [RecordedFacet::Trace]);
    }
}
