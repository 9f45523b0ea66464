//! The cause of a failed execution, or the message of a refusal: to the letter, or as a template with holes.

use std::sync::LazyLock;

use asl_cases::{Observation, Outcome, Strictness};
use regex::{Captures, Regex};
use serde_json::json;

use super::{Difference, Sides};
use crate::judge::{
    cause_text::{as_document, template_of},
    json_difference::{first_difference, shortened, shortened_sides},
    threads::has_concurrency,
};

static EVENT_ID: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"\(entered at the event id #(\d+)\)").expect("the pattern is constant"));

pub(super) fn compare(sides: Sides<'_>, strictness: Strictness) -> Option<Difference> {
    let (subject, expected, actual) = texts(sides)?;
    if expected == actual || strictness == Strictness::Ignored {
        return None;
    }
    let (Some(right), Some(found)) = (expected, actual) else {
        return Some(difference(missing_sentence(subject, expected, actual), expected, actual));
    };
    if is_same_up_to_the_parser(right, found) {
        return None;
    }
    if let (Some(right), Some(found)) = (as_document(right), as_document(found)) {
        let found = first_difference(&right, &found)?;
        let sentence = found.sentence(&format!("{subject} (a JSON document)"));
        return Some(difference(sentence, expected, actual));
    }
    let same_wording = template_of(right) == template_of(found);
    if same_wording && (strictness == Strictness::Template || names_the_same_event(sides, right, found)) {
        return None;
    }
    let (right, found) = shortened_sides(&json!(right), &json!(found));
    let sentence = if same_wording {
        format!("{subject} has the right wording but other values: {found} instead of {right}")
    } else {
        format!("{subject} is {found} instead of {right}")
    };
    Some(difference(sentence, expected, actual))
}

/// Recorded: what follows "caused by:" is the message of AWS's JSON parser, which is not compared.
fn is_same_up_to_the_parser(expected: &str, actual: &str) -> bool {
    const PARSER: &str = ", caused by: ";
    match (expected.split_once(PARSER), actual.split_once(PARSER)) {
        (Some((right, _)), Some((found, _))) => right == found,
        _ => false,
    }
}

fn texts(sides: Sides<'_>) -> Option<(&'static str, Option<&str>, Option<&str>)> {
    match (&sides.expected.outcome, &sides.actual.outcome) {
        (Outcome::Failed { cause: expected, .. }, Outcome::Failed { cause: actual, .. }) => {
            Some(("the cause", expected.as_deref(), actual.as_deref()))
        }
        (Outcome::Rejected { message: expected, .. }, Outcome::Rejected { message: actual, .. }) => {
            Some(("the message of the refusal", Some(expected), Some(actual)))
        }
        _ => None,
    }
}

fn missing_sentence(subject: &str, expected: Option<&str>, actual: Option<&str>) -> String {
    let describe = |text: Option<&str>| match text {
        None => None,
        Some("") => Some("empty".to_owned()),
        Some(text) => Some(shortened(&json!(text))),
    };
    match (describe(expected), describe(actual)) {
        (Some(expected), _) if expected == "empty" => format!("{subject} is missing; expected an empty one"),
        (Some(expected), _) => format!("{subject} is missing; expected {expected}"),
        (None, actual) => format!("{subject} is {}; expected none", actual.unwrap_or_default()),
    }
}

/// Recorded: a cause names its state by the id of the event that entered it. Where branches run concurrently that id
/// is a race, so the same state entered under another id is the same cause.
fn names_the_same_event(sides: Sides<'_>, expected: &str, actual: &str) -> bool {
    let race =
        [sides.expected, sides.actual].iter().all(|side| side.trace.as_ref().is_some_and(has_concurrency));
    race && with_labels(sides.expected, expected) == with_labels(sides.actual, actual)
}

fn with_labels(observation: &Observation, cause: &str) -> String {
    let label = |found: &Captures<'_>| {
        let id: Option<i64> = found[1].parse().ok();
        let events = observation.trace.iter().flat_map(|trace| &trace.0);
        let event = events.into_iter().find(|event| Some(event.id) == id);
        event.map_or_else(|| found[0].to_owned(), |event| format!("(entered at {})", event.label()))
    };
    EVENT_ID.replace_all(cause, label).into_owned()
}

fn difference(sentence: String, expected: Option<&str>, actual: Option<&str>) -> Difference {
    Difference { sentence, expected: json!(expected), actual: json!(actual) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use asl_cases::{CrossCheck, Identities, Trace, TraceEvent};
    use rstest::rstest;

    fn failed_in(entered: &[(&str, &str)], id: i64) -> Observation {
        let events = (1_i64..).zip(entered).map(|(id, (kind, name))| TraceEvent {
            id,
            previous_event_id: id - 1,
            kind: (*kind).to_owned(),
            timestamp_ms: 0,
            details: [("name".to_owned(), json!(name))].into_iter().collect(),
        });
        let cause = format!("… the state 'A' (entered at the event id #{id}). Boom");
        Observation {
            outcome: Outcome::Failed { error: None, cause: Some(cause) },
            trace: Some(Trace(events.collect())),
            identities: Identities::default(),
            permits: Vec::new(),
            cross_check: CrossCheck::default(),
        }
    }

    const FORK: (&str, &str) = ("ParallelStateStarted", "");
    const A: (&str, &str) = ("PassStateEntered", "A");
    const B: (&str, &str) = ("PassStateEntered", "B");

    #[rstest]
    #[case::branches_race(&[FORK, A, B], 2, &[FORK, B, A], 3, true)]
    #[case::other_state(&[FORK, A, B], 2, &[FORK, A, B], 3, false)]
    #[case::nothing_runs_concurrently(&[A, B], 1, &[B, A], 2, false)]
    fn event_ids_in_causes_may_differ_only_where_branches_race(
        #[case] expected: &[(&str, &str)],
        #[case] expected_id: i64,
        #[case] actual: &[(&str, &str)],
        #[case] actual_id: i64,
        #[case] is_same: bool,
    ) {
        let (expected, actual) = (failed_in(expected, expected_id), failed_in(actual, actual_id));
        let found = compare(Sides { expected: &expected, actual: &actual }, Strictness::Exact);
        assert_eq!(found.is_none(), is_same, "{found:?}");
    }
}
