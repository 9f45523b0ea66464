//! Claims about histories that tell wrongly of executions that went the right way.

use asl_cases::{Case, Machine, Observation, Outcome, Policy, Trace, TraceEvent};
use asl_reference::reference::{self, Settings};
use rstest::rstest;
use serde_json::{Value, json};

use super::signature_between;
use crate::judge::{judge, signature::history};

/// What an engine's history looks like to which this happened.
fn told_wrongly(definition: Value, wrong: impl FnOnce(&mut Vec<TraceEvent>)) -> String {
    let case = Case::new(Machine::new(definition), json!({}));
    let expected = reference::observe(&case, Settings::default()).expect("modelled");
    let mut actual = expected.clone();
    wrong(&mut actual.trace.as_mut().expect("a history").0);
    signature_between(&case, &expected, &actual).expect("they differ").to_string()
}

#[test]
fn state_that_the_history_leaves_out_is_no_failure_of_the_one_before() {
    let found = told_wrongly(
        json!({"StartAt": "A", "States": {
            "A": {"Type": "Pass", "Next": "B"}, "B": {"Type": "Wait", "SecondsPath": "$.missing", "End": true}}}),
        |events| events.retain(|event| event.kind != "WaitStateEntered"),
    );
    assert_eq!(found, "trace of history: WaitStateEntered -> missing");
}

#[test]
fn uuids_in_documents_are_not_told_apart_by_the_events_before() {
    const RUN: &str = "01234567-89ab-cdef-0123-456789abcdef";
    const OTHER: &str = "76543210-89ab-cdef-0123-456789abcdef";
    let event = |id: i64, kind: &str, details: Value| json!({"id": id, "previous_event_id": id - 1, "type": kind, "timestamp_ms": 0, "details": details});
    let told = |events: Vec<Value>| {
        let events =
            events.into_iter().map(|event| serde_json::from_value(event).expect("an event")).collect();
        let outcome = Outcome::Succeeded(json!({"run": RUN}));
        let case = Case::new(
            Machine::new(json!({"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}}})),
            json!({}),
        );
        let right = reference::observe(&case, Settings::default()).expect("modelled");
        (case, Observation { outcome, trace: Some(Trace(events)), ..right })
    };
    let entered = event(2, "PassStateEntered", json!({"name": "A", "input": {}}));
    let exited = event(4, "PassStateExited", json!({"name": "A", "output": {"run": RUN}}));
    let (case, expected) =
        told(vec![entered.clone(), event(3, "MapRunStarted", json!({"mapRunArn": OTHER})), exited.clone()]);
    let (_, actual) = told(vec![entered, exited]);
    let found = signature_between(&case, &expected, &actual).expect("they differ").to_string();
    assert_eq!(found, "trace of history: MapRunStarted -> missing");
}

#[rstest]
#[case::of_another_kind("ActivityScheduled", "TaskScheduled", "TaskScheduled")]
#[case::of_what_follows("MapRunStarted", "MapIterationStarted", "missing")]
fn event_stands_in_the_place_of_one_that_says_the_same(
    #[case] right: &str,
    #[case] wrong: &str,
    #[case] instead: &str,
) {
    let (_, expected, actual) =
        history::shapes(&json!(["StateEntered A", right]), &json!(["StateEntered A", wrong]));
    assert_eq!((&*expected, &*actual), (right, instead));
}

#[test]
fn executions_part_at_an_event_that_the_engine_does_not_have() {
    let iterations = json!({"StartAt": "S", "States": {"S": {"Type": "Pass", "End": true}}});
    let map = json!({"Type": "Map", "ItemSelector": {"a.$": "$.missing[0]"}, "ItemProcessor": iterations, "End": true});
    let definition = json!({"StartAt": "A", "States": {"A": map}});
    let observe = |definition: Value, input: Value| {
        let case = Case::new(Machine::new(definition), input);
        let observed = reference::observe(&case, Settings::default()).expect("modelled");
        (case, observed)
    };
    let mut right = definition.clone();
    right["States"]["A"]["ItemSelector"] = json!({"a": 1});
    let (case, expected) = observe(right, json!([{}]));
    let (_, mut actual) = observe(definition, json!([{}]));
    // This engine sees it when the iteration has begun.
    let mut begun = expected.trace.as_ref().expect("a history").0[..4].to_vec();
    begun.push(TraceEvent {
        id: 5,
        previous_event_id: 4,
        kind: "MapIterationFailed".to_owned(),
        ..begun[3].clone()
    });
    let events = &mut actual.trace.as_mut().expect("a history").0;
    events.retain(|event| event.kind == "ExecutionFailed");
    events[0].id = 6;
    events.splice(..0, begun);
    let judgement = judge(&case, &expected, &actual, &Policy::default());
    let first = judgement.first_difference.expect("the histories part");
    assert_eq!(first.event, "event 5, PassStateEntered S, is missing");
}
