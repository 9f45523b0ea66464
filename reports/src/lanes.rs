//! Both histories of a divergence side by side: like events on one line, and the first difference marked.

use asl_cases::{Facet, Identities, Observation, Trace, TraceEvent};
use serde_json::Value;
use similar::{Algorithm, DiffOp, capture_diff_slices};

use crate::CaseRecord;

/// Two histories, aligned.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Lanes {
    pub(crate) rows: Vec<Row>,
    /// The row of the first difference.
    pub(crate) first_difference: Option<usize>,
    /// The state in which the first difference is.
    pub(crate) state: Option<String>,
}

/// One line of both lanes.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Row {
    pub(crate) expected: Option<LaneEvent>,
    pub(crate) actual: Option<LaneEvent>,
    pub(crate) kind: RowKind,
}

/// How the two sides of a row are to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RowKind {
    Same,
    /// The same event with other data.
    OtherData,
    /// Only one side has it.
    OneSided,
}

/// An event as a lane shows it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct LaneEvent {
    pub(crate) id: i64,
    pub(crate) label: String,
    /// The data that a reader compares: input, output, error, cause.
    pub(crate) data: Option<String>,
}

/// The details in which a reader looks for a difference.
const DATA: [&str; 5] = ["input", "output", "error", "cause", "assignedVariables"];
/// How many characters of the data of one event are shown.
const DATA_CHARS_MAX: usize = 400;

/// The lanes of a record; `None` when a side has no history.
pub(crate) fn lanes(record: &CaseRecord) -> Option<Lanes> {
    let (expected, actual) = (record.expected.as_ref()?, record.actual.as_ref()?);
    let (left, right) = (events(expected)?, events(actual)?);
    let labels = |events: &[LaneEvent]| events.iter().map(|event| event.label.clone()).collect::<Vec<_>>();
    let operations = capture_diff_slices(Algorithm::Myers, &labels(&left), &labels(&right));
    let rows: Vec<Row> = operations.iter().flat_map(|operation| rows_of(*operation, &left, &right)).collect();
    let first_difference = first_difference(record, &rows);
    let state = first_difference.and_then(|row| state_of(&rows[row], expected, actual));
    Some(Lanes { rows, first_difference, state })
}

fn events(observation: &Observation) -> Option<Vec<LaneEvent>> {
    let trace = observation.trace.as_ref()?;
    Some(trace.0.iter().map(|event| lane_event(event, &observation.identities)).collect())
}

fn lane_event(event: &TraceEvent, identities: &Identities) -> LaneEvent {
    let lines: Vec<_> = DATA
        .iter()
        .filter_map(|key| event.details.get(*key).map(|value| (key, value)))
        .map(|(key, value)| format!("{key} {}", readable(value)))
        .collect();
    let data = (!lines.is_empty()).then(|| shortened(&without_identities(lines.join("\n"), identities)));
    LaneEvent { id: event.id, label: event.label(), data }
}

fn readable(value: &Value) -> String {
    value.as_str().map_or_else(|| asl_cases::canonical_json(value), str::to_owned)
}

/// What the engine chose itself reads the same on both sides.
fn without_identities(mut text: String, identities: &Identities) -> String {
    let mut texts: Vec<_> = identities.0.iter().filter(|(text, _)| !text.is_empty()).collect();
    texts.sort_by_key(|(text, _)| std::cmp::Reverse(text.len()));
    for (chosen, placeholder) in texts {
        text = text.replace(chosen.as_str(), placeholder);
    }
    text
}

fn shortened(text: &str) -> String {
    if text.chars().count() <= DATA_CHARS_MAX {
        return text.to_owned();
    }
    text.chars().take(DATA_CHARS_MAX).chain(['…']).collect()
}

fn rows_of(operation: DiffOp, left: &[LaneEvent], right: &[LaneEvent]) -> Vec<Row> {
    let (old, new) = (operation.old_range(), operation.new_range());
    if let DiffOp::Equal { .. } = operation {
        let pairs = left[old].iter().zip(&right[new]);
        return pairs.map(|(left, right)| row_of_like(left, right)).collect();
    }
    let expected = left[old].iter().map(|event| Row {
        expected: Some(event.clone()),
        actual: None,
        kind: RowKind::OneSided,
    });
    let actual = right[new].iter().map(|event| Row {
        expected: None,
        actual: Some(event.clone()),
        kind: RowKind::OneSided,
    });
    beside(expected.collect(), actual.collect())
}

fn row_of_like(left: &LaneEvent, right: &LaneEvent) -> Row {
    let kind = if left.data == right.data { RowKind::Same } else { RowKind::OtherData };
    Row { expected: Some(left.clone()), actual: Some(right.clone()), kind }
}

/// Events that replace each other share their lines.
fn beside(expected: Vec<Row>, mut actual: Vec<Row>) -> Vec<Row> {
    let mut rows = expected;
    let shared = rows.len().min(actual.len());
    let rest = actual.split_off(shared);
    for (row, other) in rows.iter_mut().zip(actual) {
        row.actual = other.actual;
    }
    rows.extend(rest);
    rows
}

/// What the judge found is looked for first: a history that differs, else data that does.
fn first_difference(record: &CaseRecord, rows: &[Row]) -> Option<usize> {
    let first = |kind: RowKind| rows.iter().position(|row| row.kind == kind);
    let trace_differs = record.divergences.iter().any(|divergence| divergence.facet == Facet::Trace);
    if trace_differs {
        return first(RowKind::OneSided).or_else(|| first(RowKind::OtherData));
    }
    rows.iter().position(|row| row.kind != RowKind::Same)
}

fn state_of(row: &Row, expected: &Observation, actual: &Observation) -> Option<String> {
    let state = |event: &Option<LaneEvent>, observation: &Observation| {
        enclosing_state(observation.trace.as_ref()?, event.as_ref()?.id)
    };
    state(&row.expected, expected).or_else(|| state(&row.actual, actual))
}

/// The state that an event belongs to: the one it names, else the last one named before it.
fn enclosing_state(trace: &Trace, id: i64) -> Option<String> {
    let mut id = id;
    for _ in 0..trace.0.len() {
        let event = trace.0.iter().find(|event| event.id == id)?;
        if let Some(name) = event.state_name() {
            return Some(name.to_owned());
        }
        id = event.previous_event_id;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::{
        RowKind::{OneSided, OtherData, Same},
        *,
    };
    use crate::sample;

    #[test]
    fn like_events_share_a_row_and_the_first_difference_is_marked() {
        let record = sample::with_histories();
        let lanes = lanes(&record).expect("both sides have a history");
        let kinds: Vec<_> = lanes.rows.iter().map(|row| row.kind).collect();
        assert_eq!(kinds, [Same, Same, OtherData, OneSided, OneSided, Same]);
        assert_eq!(lanes.first_difference, Some(3));
        assert_eq!(lanes.state.as_deref(), Some("Yes"));
    }

    #[test]
    fn data_that_differs_comes_first_when_the_histories_agree() {
        let mut record = sample::with_histories();
        record.divergences[0].facet = Facet::Output;
        assert_eq!(lanes(&record).expect("histories").first_difference, Some(2));
    }

    #[test]
    fn what_the_engine_chose_is_no_difference() {
        let mut record = sample::with_histories();
        for (side, chosen) in [(&mut record.expected, "id-7"), (&mut record.actual, "id-8")] {
            let side = side.as_mut().expect("a side");
            side.identities.0.insert(chosen.to_owned(), "<id:1>".to_owned());
            let exited = &mut side.trace.as_mut().expect("a history").0[2];
            exited.details.insert("output".to_owned(), format!("started {chosen}").into());
        }
        let row = &lanes(&record).expect("histories").rows[2];
        assert_eq!(row.kind, Same);
        let data = row.actual.as_ref().and_then(|event| event.data.as_deref());
        assert_eq!(data, Some("output started <id:1>"));
    }
}
