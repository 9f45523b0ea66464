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
