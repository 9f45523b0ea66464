//! The reference against a set of recordings: what agrees, what was skipped and why, and every mismatch.

use std::collections::BTreeMap;

use asl_reference::reference::ReferenceError;
use serde::Serialize;
use serde_json::{Value, json};

use super::{
    Record,
    comparison::first_difference,
    replay::{Replay, recorded_events, recorded_outcome, replay},
};

/// How many records agree on one facet, of how many that recorded it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct FacetCount {
    /// Records on which both sides say the same.
    pub agree: u64,
    /// Records that say something about the facet.
    pub of: u64,
}

/// One facet of one record on which the reference differs.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Mismatch {
    /// The record.
    pub id: String,
    /// The facet.
    pub facet: &'static str,
    /// What AWS answered.
    pub expected: Value,
    /// What the reference answers.
    pub actual: Value,
}

/// What came of a set of recordings.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Verification {
    /// How many recordings there are.
    pub records: u64,
    /// How many were replayed.
    pub replayed: u64,
    /// Why the others were not, with their numbers.
    pub skipped: BTreeMap<String, u64>,
    /// The count of every facet.
    pub facets: BTreeMap<&'static str, FacetCount>,
    /// Everything that differs.
    pub mismatches: Vec<Mismatch>,
}

/// Replays every record and compares.
pub fn verify(records: &[Record]) -> Verification {
    let mut verification = Verification { records: records.len() as u64, ..Verification::default() };
    for record in records {
        match examine(record) {
            Ok(examined) => {
                verification.replayed += 1;
                for facet in examined {
                    verification.count(record, facet);
                }
            }
            Err(reason) => *verification.skipped.entry(reason).or_default() += 1,
        }
    }
    verification
}

/// One facet of one record: both sides, `None` when they agree.
struct Examined {
    facet: &'static str,
    difference: Option<(Value, Value)>,
}

impl Verification {
    fn count(&mut self, record: &Record, examined: Examined) {
        let count = self.facets.entry(examined.facet).or_default();
        count.of += 1;
        match examined.difference {
            None => count.agree += 1,
            Some((expected, actual)) => {
                self.mismatches.push(Mismatch {
                    id: record.id.clone(),
                    facet: examined.facet,
                    expected,
                    actual,
                });
            }
        }
    }
}

const EXECUTIONS: [&str; 4] = ["execution", "express-sync", "express-async", "mocked-execution"];

fn examine(record: &Record) -> Result<Vec<Examined>, String> {
    if !EXECUTIONS.contains(&record.kind.as_str()) {
        return Err(format!("kind `{}` is not replayed yet", record.kind));
    }
    let outcome = recorded_outcome(record).ok_or("the outcome was not recorded")?;
    if record.aws_marker.as_deref() == Some("needs_fixing") {
        return Err("marked needs_fixing".to_owned());
    }
    if outcome.status.as_deref() == Some("ABORTED") {
        return Err("was stopped from outside, which is not replayed yet".to_owned());
    }
    // Without a task that calls it, S3 is what a reader reads or a writer writes.
    let calls_services = record.features.iter().any(|feature| feature.starts_with("integration:"));
    if !record.task_script_hidden.is_empty() {
        return Err("its task answers are hidden in child executions".to_owned());
    }
    if calls_services || record.needs.iter().any(|service| service != "s3") {
        return Err("calls other services, which are not replayed yet".to_owned());
    }
    let ours = replay(record).map_err(|error| match error {
        ReferenceError::Unsupported(what) => format!("not modelled yet: {}", what_kind(&what)),
        ReferenceError::NeverEnds => "waits for a task answer, which is not replayed yet".to_owned(),
    })?;
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

fn same(facet: &'static str, recorded: &Value, ours: &Value) -> Examined {
    let difference = first_difference(recorded, ours).map(|_| (recorded.clone(), ours.clone()));
    Examined { facet, difference }
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
