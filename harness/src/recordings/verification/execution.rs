//! Records of executions: what came out, and the whole history where it was recorded.

use asl_reference::reference::ReferenceError;
use serde_json::{Value, json};

use super::{
    super::{
        Record,
        comparison::first_difference,
        replay::{Replay, recorded_events, recorded_outcome, replay},
    },
    Examined, same,
};

/// Replays the record of an execution; the error is the reason why it cannot be.
pub(super) fn examine(record: &Record) -> Result<Vec<Examined>, String> {
    let outcome = recorded_outcome(record).ok_or("the outcome was not recorded")?;
    if record.aws_marker.as_deref() == Some("needs_fixing") {
        return Err("marked needs_fixing".to_owned());
    }
    let source = record.definition_source.as_deref().unwrap_or_default();
    if source.starts_with("reconstructed") {
        return Err("the definition was reconstructed, it is not the one that AWS ran".to_owned());
    }
    if !record.task_script_hidden.is_empty() {
        return Err("task answers were heard by child executions, which were not recorded".to_owned());
    }
    if record.task_script_incomplete > 0 {
        return Err("task answers cannot be told apart: the recording blanks their event ids".to_owned());
    }
    let ours = match replay(record) {
        Ok(ours) => ours,
        Err(ReferenceError::Unsupported(what)) => {
            return Err(format!("not modelled yet: {}", what_kind(&what)));
        }
        Err(ReferenceError::NeverEnds) if has_no_task_answers(record) => {
            return Err("task answers were not recorded".to_owned());
        }
        Err(ReferenceError::NeverEnds) => {
            return Ok(vec![same("status", &json!(outcome.status), &json!("RUNNING"))]);
        }
    };
    let text = |value: &Option<String>| json!(value);
    let mut examined = vec![
        same("acceptance", &json!(true), &json!(ours.status != "REJECTED")),
        same("status", &text(&outcome.status), &json!(ours.status)),
    ];
    for (facet, recorded, ours) in [
        ("output", &outcome.output, &ours.output),
        ("error", &outcome.error, &ours.error),
        ("cause", &outcome.cause, &ours.cause),
    ] {
        if let Some(recorded) = recorded {
            examined.push(same(facet, recorded, &json!(ours)));
        }
    }
    examined.extend(trace(record, &ours));
    Ok(examined)
}

/// Whether the answers that its tasks heard are nowhere in the record: neither a script nor a history.
fn has_no_task_answers(record: &Record) -> bool {
    record.task_script.is_empty() && record.recorded_history().is_none()
}

/// The whole history, where it was recorded in AWS's own order.
fn trace(record: &Record, ours: &Replay) -> Option<Examined> {
    if record.event_order != "as-recorded" || ours.events.is_empty() {
        return None;
    }
    let recorded = recorded_events(record)?;
    // A sorted range has its ids zeroed.
    if recorded.iter().any(|event| !event["id"].is_i64()) {
        return None;
    }
    let (recorded, ours) = (Value::from(recorded), Value::from(ours.events.clone()));
    let difference = first_difference(&recorded, &ours).map(|place| {
        let event = place.split('/').nth(1).and_then(|index| index.parse::<usize>().ok());
        let side = |events: &Value| event.and_then(|index| events.get(index)).cloned().unwrap_or_default();
        let lengths = |events: &Value| json!({"events": events.as_array().map_or(0, Vec::len)});
        match event {
            Some(_) => (side(&recorded), side(&ours)),
            None => (lengths(&recorded), lengths(&ours)),
        }
    });
    Some(Examined { facet: "trace", difference })
}

/// The first words of a reason, so that like reasons are counted together.
fn what_kind(what: &str) -> String {
    what.split_whitespace().take(4).collect::<Vec<_>>().join(" ")
}
