//! Whether an engine waits as long as it should, by the times of its own events.
//!
//! An engine that is busy may take longer, so only a pause that is too short is a difference. Documented: a Wait delays by
//! so many seconds or until a moment, a retrier pauses between two attempts, and an execution or a task times out when its
//! time is up. No fraction of a second of a moment is relied on.

use std::collections::{BTreeMap, BTreeSet};

use asl_cases::{ANY_STATE, Case, Divergence, Facet, Observation, Oracle, Signature, Trace, TraceEvent};
use serde_json::json;

use super::{
    signature::States,
    threads::{has_concurrency, is_failure},
};

/// Shorter pauses are no pauses: there are no shorter ones in the language.
const PAUSE_MS: i64 = 1_000;

/// How much shorter a pause may look: clocks are read before and after something is done.
const GRACE_MS: i64 = 500;

/// How a definition reads the clock.
const CLOCK: [&str; 4] = ["EnteredTime", "StartTime", "$now(", "$millis("];

/// What is counted from one time to a moment is something else at another time.
const SAME_TIME_MS: u64 = 60_000;

/// The field of a Wait that says until when.
const MOMENT: &str = "Timestamp";

/// What stands for how long an engine waits in signatures.
const PAUSE: &str = "a pause";

/// The event that ends a pause, and the one that begins it.
struct Pause<'a> {
    before: &'a TraceEvent,
    event: &'a TraceEvent,
}

impl Pause<'_> {
    fn ms(&self) -> i64 {
        self.event.timestamp_ms.saturating_sub(self.before.timestamp_ms)
    }
}

/// The first pause that the engine makes too short, where its history tells of the same events as the right one. How long a
/// pause with jitter is, is drawn.
pub(super) fn too_short(case: &Case, expected: &Observation, actual: &Observation) -> Option<Divergence> {
    let (right, found) = (expected.trace.as_ref()?, actual.trace.as_ref()?);
    let text = case.main().definition_text();
    let is_drawn = text.contains("\"FULL\"");
    let is_counted = CLOCK.iter().any(|sign| text.contains(sign)) && are_of_other_times(right, found);
    if !expected.permits.is_empty() || is_drawn || is_counted {
        return None;
    }
    let states = States::of(&case.main().definition);
    let grace_ms = if tells_whole_seconds(found) { PAUSE_MS } else { GRACE_MS };
    pauses(right, found).into_iter().find_map(|(right, found)| {
        let reason = reason(&states, &right)?;
        let is_of_moment = reason == MOMENT;
        // The right answer may come of another time, at which the moment was still to come.
        let has_passed = is_of_moment && right.event.timestamp_ms <= found.before.timestamp_ms;
        let unread_ms = if is_of_moment { PAUSE_MS } else { 0 };
        let is_too_short = right.ms() >= PAUSE_MS && found.ms() < right.ms() - grace_ms - unread_ms;
        (is_too_short && !has_passed).then(|| divergence(&states, &right, &found, reason))
    })
}

fn divergence(states: &States<'_>, right: &Pause<'_>, found: &Pause<'_>, reason: &str) -> Divergence {
    let kind = right.event.state_name().map(|name| states.kind(name));
    let (after, comes) = (right.before.label(), right.event.label());
    let (wanted, took) = (in_seconds(right.ms()), in_seconds(found.ms()));
    Divergence {
        facet: Facet::Trace,
        sentence: format!(
            "by the times of its events, {comes} comes {took} after {after}, expected {wanted}"
        ),
        signature: Signature {
            facet: Facet::Trace,
            place: kind.unwrap_or(ANY_STATE).to_owned(),
            constructs: BTreeSet::new(),
            expected: format!("{PAUSE} ({reason})"),
            actual: "a shorter one".to_owned(),
        },
        expected: json!(format!("{comes}, {wanted} after {after}")),
        actual: json!(format!("{comes}, {took} after {after}")),
        // No authored case asserts times.
        oracle: Oracle::Reference,
        known: None,
    }
}

/// The pauses that both histories tell of. Where something runs beside something else, only a Wait that is entered once tells
/// how long it took.
fn pauses<'a>(right: &'a Trace, found: &'a Trace) -> Vec<(Pause<'a>, Pause<'a>)> {
    if !has_concurrency(right) && !has_concurrency(found) {
        return if right.labels() == found.labels() {
            in_order(right).zip(in_order(found)).collect()
        } else {
            Vec::new()
        };
    }
    let mut found = waits(found);
    let mut right: Vec<_> = waits(right).into_iter().collect();
    right.sort_by_key(|(_, pause)| pause.event.id);
    right.into_iter().filter_map(|(name, right)| Some((right, found.remove(name)?))).collect()
}

fn in_order(trace: &Trace) -> impl Iterator<Item = Pause<'_>> {
    let events = &trace.0;
    (1..events.len()).map(|position| {
        let (event, earlier) = (&events[position], &events[..position]);
        Pause { before: beginning(event, earlier), event }
    })
}

/// Where the time begins of which this event is the end. How soon a worker takes a task, and how long an engine takes for
/// what it does before, is no part of a time limit.
fn beginning<'a>(event: &TraceEvent, earlier: &'a [TraceEvent]) -> &'a TraceEvent {
    let last = earlier.len() - 1;
    let begins = match event.kind.as_str() {
        "ExecutionTimedOut" => Some(0),
        kind if kind.ends_with("TimedOut") => {
            earlier.iter().rposition(|event| event.kind.ends_with("Scheduled"))
        }
        _ => None,
    };
    &earlier[begins.unwrap_or(last)]
}

/// The Wait states that are entered and left once, by name.
fn waits(trace: &Trace) -> BTreeMap<&str, Pause<'_>> {
    let entered = once(trace, "WaitStateEntered");
    let left = once(trace, "WaitStateExited").into_iter();
    left.filter_map(|(name, event)| Some((name, Pause { before: entered.get(name)?, event }))).collect()
}

/// The events of this kind, by the name of the state, of those that have one alone.
fn once<'a>(trace: &'a Trace, kind: &str) -> BTreeMap<&'a str, &'a TraceEvent> {
    let mut events: BTreeMap<&str, Vec<&TraceEvent>> = BTreeMap::new();
    for event in trace.0.iter().filter(|event| event.kind == kind) {
        events.entry(event.state_name().unwrap_or_default()).or_default().push(event);
    }
    events
        .into_iter()
        .filter(|(_, events)| events.len() == 1)
        .map(|(name, events)| (name, events[0]))
        .collect()
}

fn are_of_other_times(right: &Trace, found: &Trace) -> bool {
    let start = |trace: &Trace| trace.0.first().map_or(0, |event| event.timestamp_ms);
    start(right).abs_diff(start(found)) > SAME_TIME_MS
}

/// Whether the engine's clock has no fractions of a second.
fn tells_whole_seconds(trace: &Trace) -> bool {
    trace.0.iter().all(|event| event.timestamp_ms % 1_000 == 0)
}

/// Why the engine has to pause; nothing where it waits for somebody else.
fn reason(states: &States<'_>, pause: &Pause<'_>) -> Option<&'static str> {
    match pause.event.kind.as_str() {
        "WaitStateExited" => {
            let fields = states.fields(pause.event.state_name()?)?;
            let is_by_moment = [MOMENT, "TimestampPath"].iter().any(|field| fields.contains_key(*field));
            Some(if is_by_moment { MOMENT } else { "Seconds" })
        }
        kind if kind.ends_with("TimedOut") => Some("a time limit"),
        _ if is_failure(&pause.before.kind) => Some("Retry"),
        _ => None,
    }
}

fn in_seconds(ms: i64) -> String {
    #[expect(clippy::cast_precision_loss, reason = "executions take less than 2^52 ms")]
    let seconds = ms as f64 / 1_000.0;
    format!("{seconds} s")
}

#[cfg(test)]
mod tests {
    use asl_cases::{CrossCheck, Identities, Machine, Outcome};
    use rstest::rstest;
    use serde_json::Value;

    use super::*;

    const ONE: &[(&str, &str)] = &[("WaitStateEntered", "W"), ("WaitStateExited", "W")];
    const BRANCHES: &[(&str, &str)] = &[
        ("ParallelStateEntered", "P"),
        ("ParallelStateStarted", ""),
        ("WaitStateEntered", "V"),
        ("WaitStateEntered", "W"),
        ("WaitStateExited", "V"),
        ("WaitStateExited", "W"),
    ];
    const TURNED: &[(&str, &str)] = &[
        ("ParallelStateEntered", "P"),
        ("ParallelStateStarted", ""),
        ("WaitStateEntered", "W"),
        ("WaitStateEntered", "V"),
        ("WaitStateExited", "W"),
        ("WaitStateExited", "V"),
    ];
    const ATTEMPTS: &[(&str, &str)] = &[("ActivityFailed", ""), ("ActivityScheduled", "")];

    /// Events at these milliseconds.
    fn observed(events: &[(&str, &str)], times: &[i64]) -> Observation {
        let event = |((id, (kind, name)), time): ((i64, &(&str, &str)), &i64)| TraceEvent {
            id,
            previous_event_id: id - 1,
            kind: (*kind).to_owned(),
            timestamp_ms: *time,
            details: if name.is_empty() {
                serde_json::Map::new()
            } else {
                [("name".to_owned(), json!(name))].into_iter().collect()
            },
        };
        Observation {
            outcome: Outcome::Succeeded(json!({})),
            trace: Some(Trace((1..).zip(events).zip(times).map(event).collect())),
            identities: Identities::default(),
            permits: Vec::new(),
            cross_check: CrossCheck::default(),
        }
    }

    fn case(fields: &Value) -> Case {
        let mut wait = json!({"Type": "Wait", "End": true});
        for (field, value) in fields.as_object().into_iter().flatten() {
            wait[field] = value.clone();
        }
        Case::new(Machine::new(json!({"StartAt": "W", "States": {"W": wait}})), json!({}))
    }

    fn sentence(fields: &Value, expected: &Observation, actual: &Observation) -> Option<String> {
        let found = too_short(&case(fields), expected, actual)?;
        Some(format!("{}; {}", found.sentence, found.signature))
    }

    #[rstest]
    #[case::at_once(&[0, 13], true)]
    #[case::half_of_it(&[0, 1_013], true)]
    #[case::as_long(&[7, 2_009], false)]
    #[case::a_little_shorter(&[7, 1_990], false)]
    #[case::longer(&[7, 9_007], false)]
    #[case::of_whole_seconds(&[1_000, 2_000], false)]
    #[case::of_no_seconds(&[1_000, 1_000], true)]
    fn wait_that_is_too_short_is_seen(#[case] times: &[i64], #[case] is_too_short: bool) {
        let (expected, actual) = (observed(ONE, &[0, 2_000]), observed(ONE, times));
        let found = sentence(&json!({"Seconds": 2}), &expected, &actual);
        assert_eq!(found.is_some(), is_too_short, "{found:?}");
    }

    #[test]
    fn pause_is_told_by_its_events_and_by_its_reason() {
        let found = |fields: Value, events, times: &[i64]| {
            let right = observed(events, &[0, 3_000]);
            sentence(&fields, &right, &observed(events, times)).expect("it is too short")
        };
        assert_eq!(
            found(json!({"Seconds": 3}), ONE, &[1, 21]),
            "by the times of its events, WaitStateExited W comes 0.02 s after WaitStateEntered W, expected 3 s; \
             trace of Wait: a pause (Seconds) -> a shorter one"
        );
        assert!(found(json!({"TimestampPath": "$.at"}), ONE, &[1, 21]).contains("(Timestamp)"));
        assert!(found(json!({}), ATTEMPTS, &[1, 21]).contains("trace of any state: a pause (Retry)"));
    }

    #[test]
    fn pause_for_somebody_else_proves_nothing() {
        let events = &[("ActivityStarted", ""), ("ActivitySucceeded", "")];
        let (expected, actual) = (observed(events, &[0, 3_000]), observed(events, &[0, 1]));
        assert_eq!(sentence(&json!({}), &expected, &actual), None);
    }

    /// Recorded: the time of a task runs from when it is begun. A worker that comes late takes none of it away.
    #[rstest]
    #[case::a_task(&[("ActivityScheduled", ""), ("ActivityStarted", ""), ("ActivityTimedOut", "")])]
    #[case::an_execution(&[("ExecutionStarted", ""), ("WaitStateEntered", "W"), ("ExecutionTimedOut", "")])]
    fn time_limit_is_counted_from_its_beginning(#[case] events: &[(&str, &str)]) {
        let expected = observed(events, &[0, 0, 2_000]);
        assert_eq!(sentence(&json!({}), &expected, &observed(events, &[0, 1_200, 2_000])), None);
        let found = sentence(&json!({}), &expected, &observed(events, &[0, 1_200, 1_300]));
        assert!(found.expect("it is too short").contains("a pause (a time limit)"));
    }

    #[test]
    fn moment_that_has_passed_since_is_not_waited_for() {
        let (expected, actual) = (observed(ONE, &[0, 3_000]), observed(ONE, &[9_000, 9_001]));
        assert_eq!(sentence(&json!({"Timestamp": "2026-01-01T00:00:03Z"}), &expected, &actual), None);
        assert!(sentence(&json!({"Seconds": 3}), &expected, &actual).is_some());
    }

    #[test]
    fn what_is_counted_from_the_clock_is_something_else_at_another_time() {
        let fields = json!({"Seconds": "{% $floor((1800000000000 - $millis()) / 1000) %}"});
        let (expected, actual) = (observed(ONE, &[0, 3_000]), observed(ONE, &[900_000, 900_001]));
        assert_eq!(sentence(&fields, &expected, &actual), None);
        assert!(sentence(&fields, &expected, &observed(ONE, &[5, 6])).is_some());
    }

    #[test]
    fn fractions_of_a_moment_do_not_count() {
        let (expected, actual) = (observed(ONE, &[100, 2_900]), observed(ONE, &[100, 2_001]));
        assert_eq!(sentence(&json!({"Timestamp": "{% $.at %}"}), &expected, &actual), None);
        assert!(sentence(&json!({"Seconds": 3}), &expected, &actual).is_some());
    }

    #[test]
    fn beside_something_else_each_wait_tells_its_own_time() {
        let expected = observed(BRANCHES, &[0, 0, 0, 0, 1_000, 2_000]);
        let late = observed(TURNED, &[3, 4, 5, 6, 2_007, 2_008]);
        assert_eq!(sentence(&json!({"Seconds": 2}), &expected, &late), None);
        let early = observed(TURNED, &[3, 4, 5, 6, 1_007, 1_008]);
        let found = sentence(&json!({"Seconds": 2}), &expected, &early).expect("W is too short");
        assert!(found.contains("WaitStateExited W comes 1.002 s"), "{found}");
    }

    #[test]
    fn drawn_pause_is_as_long_as_it_is() {
        let (expected, actual) = (observed(ONE, &[0, 2_000]), observed(ONE, &[0, 1]));
        assert_eq!(sentence(&json!({"Comment": "FULL"}), &expected, &actual), None);
        let open = Observation { permits: vec![asl_cases::Permit::Random], ..expected };
        assert_eq!(sentence(&json!({"Seconds": 2}), &open, &actual), None);
    }
}
