//! Claims about failures that are caught, or come late: which of the two sides went another way, and where.

#![allow(clippy::needless_pass_by_value, reason = "what json! makes is handed on as it is")]

use asl_cases::{Case, Machine, Outcome};
use asl_reference::reference::{self, Settings};
use rstest::rstest;
use serde_json::{Value, json};

use super::signature_between;
use crate::mutants::Mutant;

const ACTIVITY: &str = "arn:aws:states:us-east-1:123456789012:activity:work-1";

/// What a machine with these states shows of a bug, with these answers of its tasks.
fn shown(bug: &str, language: &str, states: Value, stubs: Value) -> String {
    let mut machine = Machine::new(
        json!({"StartAt": "A", "QueryLanguage": language, "TimeoutSeconds": 600, "States": states}),
    );
    machine.stubs = serde_json::from_value(stubs).expect("answers");
    let case = Case::new(machine, json!([{}, {}]));
    let expected = reference::observe(&case, Settings::default()).expect("modelled");
    let actual = Mutant::named(bug).expect("a bug").observe(&case, Settings::default()).expect("modelled");
    signature_between(&case, &expected, &actual).map_or("none".to_owned(), |found| found.to_string())
}

fn task(more: Value) -> Value {
    let mut task = json!({"Type": "Task", "Resource": ACTIVITY, "End": true});
    task.as_object_mut().expect("fields").extend(more.as_object().expect("fields").clone());
    task
}

fn catches(name: &str, next: &str) -> Value {
    json!({"ErrorEquals": [name], "Next": next})
}

#[test]
fn error_without_a_cause_that_is_put_elsewhere_is_about_the_catcher() {
    let catcher = json!({"ErrorEquals": ["States.ALL"], "ResultPath": "$.status", "Next": "B"});
    let states = json!({
        "A": {"Type": "Pass", "Result": {}, "Next": "C"},
        "C": task(json!({"HeartbeatSeconds": 5, "Catch": [catcher]})),
        "B": {"Type": "Succeed"}
    });
    let found = shown("catch-result-path-ignored", "JSONPath", states, json!({"C": ["silence"]}));
    assert_eq!(found, "output of any state (Catch): the right document -> the error elsewhere");
}

#[test]
fn failure_that_another_catcher_catches_is_about_who_catches_what() {
    let all = json!({"ErrorEquals": ["States.ALL"], "ResultPath": null, "Next": "C"});
    let states = json!({
        "A": task(json!({"Catch": [catches("Order", "B"), all]})),
        "B": {"Type": "Succeed"}, "C": {"Type": "Succeed"}
    });
    let stubs = json!({"A": [{"fail": {"error": "Order2", "cause": "c"}}]});
    let found = shown("error-names-match-by-prefix", "JSONPath", states, stubs);
    assert_eq!(found, "status of any state (Catch): the right way -> another way");
}

#[test]
fn evaluation_that_only_the_engine_tells_of_is_no_missing_event() {
    let iterations = json!({"StartAt": "C", "States": {
        "C": {"Type": "Pass", "Output": {"a": "{% $states.context.State.Name %}"}, "Next": "D"},
        "D": {"Type": "Fail", "Error": "E", "Cause": "c"}
    }});
    let catcher = json!({"ErrorEquals": ["States.ALL"], "Output": 1, "Next": "B"});
    let states = json!({
        "A": {"Type": "Map", "ItemProcessor": iterations, "Catch": [catcher], "End": true},
        "B": {"Type": "Succeed"}
    });
    let found = shown("jsonata-no-context", "JSONata", states, json!({}));
    assert!(found.starts_with("status of an expression ($states.context.State.Name, JSONata): "), "{found}");
}

#[test]
fn way_out_through_a_catcher_that_is_missing_is_no_missing_event() {
    let branch = json!({"StartAt": "C", "States": {
        "C": task(json!({"Catch": [catches("States.ALL", "D")]})),
        "D": {"Type": "Fail", "Error": "E", "Cause": "c"}
    }});
    let catcher = json!({"ErrorEquals": ["States.ALL"], "ResultPath": null, "Next": "B"});
    let states = json!({
        "A": {"Type": "Parallel", "Branches": [branch], "Catch": [catcher], "End": true},
        "B": {"Type": "Succeed"}
    });
    let stubs = json!({"C": [{"fail": {"error": "F", "cause": "c"}}]});
    let found = shown("task-ignores-catch", "JSONPath", states, stubs);
    assert_eq!(found, "status of any state (Catch): goes on -> fails");
}

#[test]
fn task_that_is_entered_more_often_is_not_tried_more_often() {
    let retrier = json!({"ErrorEquals": ["E"], "MaxAttempts": 0});
    let mut work = task(json!({"Retry": [retrier], "Next": "D"}));
    work.as_object_mut().expect("fields").remove("End");
    let iterations =
        json!({"StartAt": "C", "States": {"C": work, "D": {"Type": "Fail", "Error": "E", "Cause": "c"}}});
    let states = json!({"A": {"Type": "Map", "MaxConcurrency": 1, "ItemProcessor": iterations, "End": true}});
    let stubs = json!({"C": [{"succeed": {}}, {"succeed": {}}]});
    let found = shown("map-max-concurrency-ignored", "JSONPath", states, stubs);
    assert_eq!(found, "trace of history: nothing -> MapIterationStarted");
}

#[test]
fn failure_inside_that_is_passed_over_is_no_failure_of_what_comes_behind() {
    let branches = json!([{"StartAt": "C", "States": {"C": {"Type": "Fail", "Error": "E", "Cause": "c"}}}]);
    let output = json!({"a": "{% $sum('x') %}"});
    let states = json!({"A": {"Type": "Parallel", "Branches": branches, "Output": output, "End": true}});
    let found = shown("failed-branch-gives-null", "JSONata", states, json!({}));
    assert_eq!(found, "status of Parallel: fails as what is inside -> goes on");
}

#[test]
fn failure_of_the_work_is_told_from_one_of_what_is_made_of_the_result() {
    let states = json!({
        "A": task(json!({
            "Resource": "arn:aws:states:::ecs:runTask.sync",
            "Catch": [catches("States.DataLimitExceeded", "B")],
            "Output": {"a": "{% $states.result.a %}"}
        })),
        "B": {"Type": "Succeed"}
    });
    let stubs = json!({"A": [{"succeed": "x".repeat(300_000)}]});
    let found = shown("payloads-have-no-limit", "JSONata", states, stubs);
    assert!(found.starts_with("status of any state: failed with States.DataLimitExceeded"), "{found}");
}

#[test]
fn execution_that_runs_out_of_time_did_not_keep_the_limit_of_its_task() {
    let states = json!({"A": task(json!({"TimeoutSeconds": 5}))});
    let found = shown("task-timeout-ignored", "JSONPath", states, json!({"A": ["silence"]}));
    assert_eq!(found, "status of Task (TimeoutSeconds): failed with States.Timeout -> goes on");
}

#[test]
fn cause_in_the_place_of_the_error_is_that_whatever_makes_it() {
    let fail = json!({"Type": "Fail", "Error": "E", "Cause": "{% $hash('a', 'MD5') %}"});
    let found = shown("fail-swaps-error-and-cause", "JSONata", json!({"A": fail}), json!({}));
    assert!(found.ends_with("an error of the case -> the cause"), "{found}");
}

#[test]
fn cause_that_a_fail_makes_is_a_text_of_the_case_whatever_the_error() {
    let fail = json!({"Type": "Fail", "Error": "Lambda.Unknown", "Cause": "{% $hash('a', 'MD5') %}"});
    let found = shown("jsonata-hash-ignores-algorithm", "JSONata", json!({"A": fail}), json!({}));
    assert_eq!(found, "cause of cause: a text of the case -> another wording");
}

#[rstest]
#[case::output_of_a_parallel("Parallel", "Output")]
#[case::arguments_of_a_parallel("Parallel", "Arguments")]
#[case::output_of_a_map("Map", "Output")]
#[case::output_of_a_task("Task", "Output")]
#[case::arguments_of_a_task("Task", "Arguments")]
#[case::output_of_a_pass("Pass", "Output")]
fn field_that_should_fail_and_is_not_looked_at_makes_another_document(
    #[case] kind: &str,
    #[case] field: &str,
) {
    let inner = |name: &str| json!({"StartAt": name, "States": {name: {"Type": "Pass", "End": true}}});
    let mut without = json!({"Type": kind, "End": true});
    match kind {
        "Parallel" => without["Branches"] = json!([inner("B"), inner("C")]),
        "Map" => without["ItemProcessor"] = inner("B"),
        "Task" => without["Resource"] = json!(ACTIVITY),
        _ => {}
    }
    let mut with = without.clone();
    with[field] = json!({"a": "{% $sum('x') %}"});
    let case = |state: &Value| {
        let definition = json!({"StartAt": "A", "QueryLanguage": "JSONata", "States": {"A": state}});
        let mut machine = Machine::new(definition);
        machine.stubs = serde_json::from_value(json!({"A": [{"succeed": 1}]})).expect("answers");
        Case::new(machine, json!([1]))
    };
    let observe = |state: &Value| reference::observe(&case(state), Settings::default()).expect("modelled");
    let found = signature_between(&case(&with), &observe(&with), &observe(&without));
    let found = found.expect("they differ").to_string();
    assert_eq!(found, format!("output of {kind} ({field}): the right document -> another document"));
}

#[test]
fn output_that_is_not_looked_at_is_about_the_field_whatever_it_holds() {
    let rule = json!({"Condition": true, "Output": "{% $merge([{'a': 1}]) %}", "Next": "B"});
    let states = json!({"A": {"Type": "Choice", "Choices": [rule]}, "B": {"Type": "Succeed"}});
    // Its input is two empty items.
    let found = shown("jsonata-rule-output-ignored", "JSONata", states, json!({}));
    assert_eq!(found, "output of Choice (Output): the right document -> another document");
}

#[test]
fn result_that_is_wrong_is_not_about_what_the_task_was_given() {
    let arn = "arn:aws:states:us-east-1:123456789012:stateMachine:child-1";
    let states = json!({"A": task(json!({
        "Resource": "arn:aws:states:::states:startExecution.sync:2", "Arguments": {"StateMachineArn": arn}
    }))});
    let mut case = Case::new(
        Machine::new(json!({"StartAt": "A", "QueryLanguage": "JSONata", "States": states})),
        json!({}),
    );
    let child = json!({"StartAt": "B", "States": {"B": {"Type": "Pass", "Result": {"a": 1}, "End": true}}});
    case.machines.push(Machine { name: "child-1".to_owned(), ..Machine::new(child) });
    let expected = reference::observe(&case, Settings::default()).expect("modelled");
    let bug = Mutant::named("nested-output-stays-text").expect("a bug");
    let actual = bug.observe(&case, Settings::default()).expect("modelled");
    let found = signature_between(&case, &expected, &actual).expect("they differ").to_string();
    assert!(found.starts_with("output of Task: "), "{found}");
}

#[test]
fn attempt_is_that_of_the_state_around_what_was_left_before() {
    let inner = json!({"Type": "Parallel", "Next": "D", "Branches": [
        {"StartAt": "E", "States": {"E": {"Type": "Succeed"}}}
    ]});
    let branch = json!({"StartAt": "C", "States": {
        "C": inner, "D": {"Type": "Fail", "Error": "F", "Cause": "c"}
    }});
    let retrier = json!({"ErrorEquals": ["F"], "MaxAttempts": 1});
    let states = json!({"A": {"Type": "Parallel", "Branches": [branch], "Retry": [retrier], "End": true}});
    let found = shown("max-attempts-one-more", "JSONPath", states, json!({}));
    assert_eq!(
        found,
        "trace of any state (Retry): the right number of attempts -> another number of attempts"
    );
}

#[rstest]
#[case::of_the_state(json!({"Assign": {"a": "{% $sum('x') %}"}}), "Assign, JSONata")]
#[case::of_a_catcher(
    json!({"Catch": [{"ErrorEquals": ["States.ALL"], "Assign": {"a": "{% $sum('x') %}"}, "Next": "B"}]}),
    "Assign, Catch, JSONata"
)]
fn expression_that_throws_in_an_assign_alone_is_about_that(#[case] more: Value, #[case] constructs: &str) {
    let (bug, answer, states) = match constructs {
        "Assign, JSONata" => ("assign-ignored", json!({"succeed": {}}), json!({"A": task(more)})),
        _ => (
            "catch-assign-ignored",
            json!({"fail": {"error": "E", "cause": "c"}}),
            json!({"A": task(more), "B": {"Type": "Succeed"}}),
        ),
    };
    let found = shown(bug, "JSONata", states, json!({"A": [answer]}));
    assert_eq!(found, format!("output of Task ({constructs}): the right document -> another document"));
}

#[test]
fn work_that_is_begun_although_its_parameters_fail_passes_the_failure_over() {
    let states = json!({"A": task(json!({"Parameters": {"a": {"b.$": "$.missing"}}, "TimeoutSeconds": 5}))});
    let found = shown("templates-stop-at-objects", "JSONPath", states, json!({"A": ["silence"]}));
    assert!(found.ends_with("a path that leads nowhere fails -> goes on"), "{found}");
}

#[test]
fn call_with_too_few_arguments_in_an_assign_that_is_ignored_is_about_that() {
    let states = json!({"A": {"Type": "Pass", "Assign": {"v.$": "States.Base64Decode()"}, "End": true}});
    let found = shown("assign-ignored", "JSONPath", states, json!({}));
    assert_eq!(found, "output of any state (Assign): the right document -> another document");
}

#[test]
fn path_that_a_rule_assigns_from_nowhere_is_about_what_is_assigned() {
    let rule = json!({"Variable": "$", "IsPresent": true, "Assign": {"v.$": "$.missing"}, "Next": "B"});
    let states = json!({"A": {"Type": "Choice", "Choices": [rule]}, "B": {"Type": "Succeed"}});
    let found = shown("rule-assign-ignored", "JSONPath", states, json!({}));
    assert_eq!(found, "status of any state (Assign): a path that leads nowhere fails -> goes on");
}

#[rstest]
#[case::of_the_cause(json!({"kept": {"Error": "E", "Cause": ""}}), "cause of cause: none -> an empty text")]
#[case::of_the_name(json!({"kept": {"Error": "F", "Cause": null}}), "error of Task: an error of the case -> another error")]
#[case::of_more(json!({"other": {"Error": "E", "Cause": ""}}), "output of any state (Catch): the right document -> not the right error")]
fn what_a_catcher_with_an_output_of_its_own_tells_of_the_failure_is_about_that(
    #[case] output: Value,
    #[case] wanted: &str,
) {
    let catcher =
        json!({"ErrorEquals": ["States.ALL"], "Output": {"kept": "{% $states.errorOutput %}"}, "Next": "B"});
    let states = json!({"A": task(json!({"Catch": [catcher]})), "B": {"Type": "Succeed"}});
    let mut machine = Machine::new(json!({"StartAt": "A", "QueryLanguage": "JSONata", "States": states}));
    machine.stubs = serde_json::from_value(json!({"A": [{"fail": {"error": "E"}}]})).expect("answers");
    let case = Case::new(machine, json!({}));
    let right = reference::observe(&case, Settings::default()).expect("modelled");
    let mut wrong = right.clone();
    wrong.outcome = Outcome::Succeeded(output.clone());
    let events = wrong.trace.as_mut().expect("a history");
    events.0.retain(|event| event.kind != "ActivityFailed");
    for event in &mut events.0 {
        for member in ["input", "output"].into_iter().filter(|_| event.id > 5) {
            if let Some(document) = event.details.get_mut(member) {
                document.clone_from(&output);
            }
        }
    }
    let found = signature_between(&case, &right, &wrong).map_or("none".to_owned(), |found| found.to_string());
    assert_eq!(found, wanted);
}
