//! Claims about what the bugs of the catalogue look like: about the bug, and not about the case that shows it.

#![allow(clippy::needless_pass_by_value, reason = "what json! makes is handed on as it is")]

use asl_cases::{Case, Machine, Observation, Outcome, TraceEvent};
use asl_reference::reference::{self, Settings};
use rstest::rstest;
use serde_json::{Value, json};

use super::{
    super::{
        Signer,
        parting::{Then, Way},
        shape,
    },
    confusing, signature_between,
};
use crate::mutants::Mutant;

const ACTIVITY: &str = "arn:aws:states:us-east-1:123456789012:activity:work-1";

fn machine(states: Value, stubs: Value, input: Value) -> Case {
    let definition =
        json!({"StartAt": "A", "QueryLanguage": "JSONata", "TimeoutSeconds": 86400, "States": states});
    let mut machine = Machine::new(definition);
    machine.stubs = serde_json::from_value(stubs).expect("answers");
    Case::new(machine, input)
}

/// What a case shows of a bug.
fn shown_by(case: &Case, bug: &str) -> String {
    let expected = reference::observe(case, Settings::default()).expect("modelled");
    let actual = Mutant::named(bug).expect("a bug").observe(case, Settings::default()).expect("modelled");
    signature_between(case, &expected, &actual).map_or("none".to_owned(), |found| found.to_string())
}

/// What a machine with these states and answers of its tasks shows of a bug.
fn shown(bug: &str, states: Value, stubs: Value, input: Value) -> String {
    shown_by(&machine(states, stubs, input), bug)
}

/// What a distributed Map does with each item: this state.
fn distributed(state: Value) -> Value {
    let config = json!({"Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS"});
    json!({"StartAt": "D", "States": {"D": state}, "ProcessorConfig": config})
}

/// A Parallel in which a branch fails while the other one waits for a worker.
fn failing_branch() -> Value {
    let fails = json!({"F": {"Type": "Pass", "Next": "E"}, "E": {"Type": "Pass", "Output": {"a": "{% $sum %}"}, "End": true}});
    let waits =
        json!({"D": {"Type": "Task", "Resource": ACTIVITY, "Next": "G"}, "G": {"Type": "Pass", "End": true}});
    let branches = json!([{"StartAt": "F", "States": fails}, {"StartAt": "D", "States": waits}]);
    json!({"A": {"Type": "Parallel", "Branches": branches, "End": true}})
}

#[test]
fn failure_inside_that_is_passed_over_is_about_the_state_around_it() {
    let found =
        shown("failed-branch-gives-null", failing_branch(), json!({"D": [{"succeed": {}}]}), json!({}));
    assert_eq!(found, "status of Parallel: fails as what is inside -> goes on");
    let fails = |inner: Value| json!({"A": {"Type": "Map", "ItemProcessor": {"StartAt": "B", "States": {"B": inner}}, "End": true}});
    for inner in [
        json!({"Type": "Fail", "Error": "{% 'a' & 'b' %}"}),
        json!({"Type": "Task", "Resource": ACTIVITY, "TimeoutSeconds": 5, "End": true}),
    ] {
        let found =
            shown("failed-iteration-gives-null", fails(inner), json!({"B": ["silence"]}), json!([{}]));
        assert_eq!(found, "status of Map: fails as what is inside -> goes on");
    }
}

#[test]
fn failure_that_should_be_tried_again_is_no_other_document() {
    let fails = json!({"StartAt": "B", "States": {"B": {"Type": "Fail", "Error": "E", "Cause": "c"}}});
    let retrier = json!({"ErrorEquals": ["E"], "MaxAttempts": 2});
    let states = json!({"A": {"Type": "Map", "Items": [1, 2, 3], "ItemProcessor": fails, "Retry": [retrier], "End": true}});
    let found = shown("failed-iteration-gives-null", states, json!({}), json!({}));
    assert_eq!(found, "status of Map: fails as what is inside -> goes on");
}

#[test]
fn state_that_fails_as_it_should_is_not_where_the_executions_part() {
    let fails =
        json!({"E": {"Type": "Pass", "Next": "F"}, "F": {"Type": "Fail", "Error": "E", "Cause": "pending"}});
    let works = json!({"D": {"Type": "Task", "Resource": ACTIVITY, "End": true}});
    let branches = json!([{"StartAt": "E", "States": fails}, {"StartAt": "D", "States": works}]);
    let catcher = json!({"ErrorEquals": ["E"], "Next": "B"});
    let states = json!({
        "A": {"Type": "Parallel", "Branches": branches, "Catch": [catcher], "End": true}, "B": {"Type": "Fail"}
    });
    let found = shown("branch-failure-has-its-own-name", states, json!({"D": [{"succeed": {}}]}), json!({}));
    assert_eq!(found, "status of any state (Catch): goes on -> fails with States.BranchFailed");
}

#[test]
fn rule_that_should_fail_is_about_the_failure_wherever_the_others_lead() {
    let first = json!({"Variable": "$", "IsPresent": false, "Next": "C"});
    let fails = json!({"Variable": "$.missing", "StringEqualsPath": "$", "Next": "B"});
    let states = json!({
        "A": {"Type": "Choice", "Choices": [first, fails], "Default": "C"},
        "B": {"Type": "Succeed"}, "C": {"Type": "Succeed"}
    });
    let mut case = machine(states, json!({}), json!({}));
    case.machines[0].definition["QueryLanguage"] = json!("JSONPath");
    let found = shown_by(&case, "missing-variable-is-false");
    assert!(found.starts_with("status of Choice: failed with States.Runtime"), "{found}");
}

#[test]
fn failure_that_a_catcher_hides_is_one() {
    let fails = json!({"StartAt": "F", "States": {"F": {"Type": "Fail", "Error": "E", "Cause": "c"}}});
    let catcher = json!({"ErrorEquals": ["E"], "Output": "{% {'a': 1} %}", "Next": "B"});
    let states = json!({
        "A": {"Type": "Parallel", "Branches": [fails], "Catch": [catcher], "Output": 2, "End": true},
        "B": {"Type": "Fail"}
    });
    let found = shown("failed-branch-gives-null", states, json!({}), json!({}));
    assert_eq!(found, "status of Parallel: fails as what is inside -> goes on");
}

#[test]
fn branch_that_is_forgotten_is_about_the_parallel_whatever_follows() {
    let branch = |name: &str| json!({"StartAt": name, "States": {name: {"Type": "Pass", "End": true}}});
    let parallel = |more: Value| {
        let mut parallel = json!({"Type": "Parallel", "Branches": [branch("C"), branch("D")]});
        parallel.as_object_mut().expect("fields").extend(more.as_object().expect("fields").clone());
        json!({"A": parallel, "B": {"Type": "Pass", "End": true}})
    };
    for (more, unused) in [(json!({"End": true}), true), (json!({"Next": "B"}), false)] {
        let mut states = parallel(more);
        if unused {
            states.as_object_mut().expect("states").remove("B");
        }
        let found = shown("parallel-forgets-last-branch", states, json!({}), json!({}));
        assert_eq!(found, "status of Parallel: goes on -> goes on");
    }
}

#[test]
fn numbers_of_events_in_texts_follow_from_the_way() {
    let rule = json!({"Condition": false, "Next": "B"});
    let catcher = json!({"ErrorEquals": ["States.QueryEvaluationError"], "Next": "D"});
    let states = json!({
        "A": {"Type": "Choice", "Choices": [rule], "Default": "C"}, "B": {"Type": "Pass", "Next": "C"},
        "C": {"Type": "Task", "Resource": ACTIVITY, "Arguments": "{% $sum %}", "Catch": [catcher], "End": true},
        "D": {"Type": "Pass", "End": true}
    });
    let found = shown("default-is-first-rule", states, json!({"C": ["silence"]}), json!({}));
    assert_eq!(found, "status of Choice: the right way -> another way");
}

#[test]
fn variable_of_another_rule_is_about_the_rule() {
    let rule = |value: i32, next: &str| json!({"Condition": true, "Assign": {"x": value}, "Next": next});
    let states = json!({
        "A": {"Type": "Choice", "Choices": [rule(1, "B"), rule(2, "C")]},
        "B": {"Type": "Pass", "Output": "{% $x %}", "End": true}, "C": {"Type": "Pass", "Output": 3, "End": true}
    });
    let found = shown("last-rule-wins", states, json!({}), json!({}));
    assert_eq!(found, "status of Choice: the right way -> another way");
}

#[test]
fn rule_that_fails_is_found_by_its_path_though_the_engine_reads_another_document() {
    let rule = json!({"Variable": "$$.Execution.Input.n", "NumericLessThan": 0, "Next": "B"});
    let states = json!({"A": {"Type": "Choice", "Choices": [rule]}, "B": {"Type": "Succeed"}});
    let mut case = machine(states, json!({}), json!({"n": 1}));
    case.machines[0].definition["QueryLanguage"] = json!("JSONPath");
    let found = shown_by(&case, "context-path-reads-input");
    assert_eq!(found, "status of Choice ($$.Execution.Input): goes on -> fails");
}

#[test]
fn state_that_failed_is_the_one_that_the_text_names() {
    let works = json!({"C": {"Type": "Task", "Resource": ACTIVITY, "Output": "{% $states.result.Payload %}", "End": true}});
    let waits = json!({"B": {"Type": "Task", "Resource": ACTIVITY, "HeartbeatSeconds": "{% $states.input.limit %}", "End": true}});
    let branches = json!([{"StartAt": "C", "States": works}, {"StartAt": "B", "States": waits}]);
    let states = json!({"A": {"Type": "Parallel", "Branches": branches, "End": true}});
    let stubs = json!({"B": [{"succeed": {}}], "C": [{"succeed": {"Payload": {}}}]});
    let found = shown("jsonata-result-is-input", states, stubs, json!({"limit": 90}));
    assert_eq!(found, "status of an expression ($states.result, JSONata): goes on -> fails");
}

#[rstest]
#[case::caught(
    "task-timeout-ignored",
    json!({
        "A": {"Type": "Task", "Resource": ACTIVITY, "TimeoutSeconds": 25, "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "E"}], "End": true},
        "E": {"Type": "Pass", "End": true}
    }),
    "status of Task (Catch, TimeoutSeconds): failed with States.Timeout -> timed out"
)]
#[case::tried_again(
    "assign-ignored",
    json!({"A": {
        "Type": "Parallel", "Branches": [{"StartAt": "B", "States": {"B": {"Type": "Pass", "End": true}}}],
        "Retry": [{"ErrorEquals": ["States.QueryEvaluationError"], "MaxAttempts": 1}],
        "Assign": {"x": "{% $partition([1, 2], 0) %}"}, "End": true
    }}),
    "status of Parallel ($partition, Assign, JSONata, Retry): failed with States.QueryEvaluationError: \
     The JSONata expression specified for the field returned nothing -> goes on"
)]
fn failure_that_is_handled_is_still_what_should_happen(
    #[case] bug: &str,
    #[case] states: Value,
    #[case] signature: &str,
) {
    assert_eq!(shown(bug, states, json!({"A": ["silence"]}), json!({})), signature);
}

#[rstest]
#[case::is_ignored(
    "catch-output-ignored",
    "{% $states.errorOutput.Error %}",
    "any state (Catch): the right document -> another document"
)]
#[case::has_no_error(
    "jsonata-no-error-output",
    "{% $merge([$states.errorOutput, {'a': 1}]) %}",
    "any state (Catch): the right document -> another document"
)]
#[case::is_wrong_itself(
    "jsonata-no-context",
    "{% [$states.context.State.Name, 1] %}",
    "an expression ($states.context.State.Name, JSONata): a value -> a value of another type"
)]
fn output_of_a_catcher_is_in_play_where_it_is_evaluated(
    #[case] bug: &str,
    #[case] output: &str,
    #[case] signature: &str,
) {
    let catcher = json!({"ErrorEquals": ["States.ALL"], "Output": {"id": output}, "Next": "B"});
    let states = json!({
        "A": {"Type": "Task", "Resource": ACTIVITY, "TimeoutSeconds": 17, "Catch": [catcher], "End": true},
        "B": {"Type": "Succeed"}
    });
    let found = shown(bug, states, json!({"A": ["silence"]}), json!({}));
    assert_eq!(found, format!("output of {signature}"));
}

#[test]
fn what_iterations_get_has_no_part_in_what_comes_of_them() {
    let branch = json!({"StartAt": "C", "States": {"C": {"Type": "Pass", "End": true}}});
    let states = json!({"A": {"Type": "Parallel", "Arguments": {"a": 1}, "Branches": [branch], "End": true}});
    let found = shown("branch-outputs-merged", states, json!({}), json!({}));
    assert_eq!(found, "output of Parallel: the right document -> another document");
}

#[test]
fn error_that_a_fail_makes_is_about_what_it_makes_it_of() {
    let states = json!({"A": {"Type": "Fail", "Error": "{% $states.context.State.Name & '1' %}"}});
    let found = shown("jsonata-no-context", states, json!({}), json!({}));
    assert_eq!(
        found,
        "error of Fail ($states.context.State.Name, JSONata): an error of the case -> another error"
    );
}

#[test]
fn last_state_need_not_be_told_where_the_execution_fails_alike() {
    let states = json!({
        "A": {"Type": "Wait", "Seconds": "{% 0 * 1 %}", "Next": "C"},
        "B": {"Type": "Wait", "Timestamp": "{% 5 %}", "End": true},
        "C": {"Type": "Pass", "Next": "B"}
    });
    let found = shown("wait-entered-missing", states, json!({}), json!({}));
    assert_eq!(found, "trace of history: WaitStateEntered -> missing");
}

#[test]
fn text_that_names_another_event_is_about_the_history() {
    let processor = distributed(json!({"Type": "Pass", "End": true}));
    let states = json!({
        "A": {"Type": "Map", "Items": [], "ItemProcessor": processor, "Next": "C"},
        "C": {"Type": "Pass", "Output": "{% $sum %}", "End": true}
    });
    let found = shown("distributed-runs-inline", states, json!({}), json!({}));
    assert_eq!(found, "trace of history: MapRunStarted -> missing");
}

#[test]
fn iterations_that_are_no_executions_of_their_own_are_about_the_map() {
    let processor = distributed(json!({"Type": "Pass", "End": true}));
    let states = json!({
        "A": {"Type": "Map", "Items": "{% [1, 2] %}", "ItemProcessor": processor, "Next": "C"},
        "C": {"Type": "Pass", "Output": "{% $sum %}", "End": true}
    });
    let found = shown("distributed-runs-inline", states, json!({}), json!({}));
    assert_eq!(found, "status of Map: goes on -> goes on");
}

#[rstest]
#[case::none_tolerated(None, "status of Map: fails as what is inside -> goes on")]
#[case::tolerated(
    Some(0),
    "status of Map (Cause, Error, Fail, Items, ToleratedFailureCount): failed with States.ExceedToleratedFailureThreshold: \
     The specified tolerated failure threshold was exceeded -> goes on"
)]
fn failed_iterations_are_inside_unless_their_number_matters(
    #[case] tolerated: Option<u32>,
    #[case] signature: &str,
) {
    let map = |tolerated: Option<u32>| {
        let mut map = json!({
            "Type": "Map", "Items": [1, 2], "End": true,
            "ItemProcessor": distributed(json!({"Type": "Fail", "Error": "E", "Cause": "c"}))
        });
        if let Some(count) = tolerated {
            map["ToleratedFailureCount"] = json!(count);
        }
        json!({"StartAt": "A", "QueryLanguage": "JSONata", "States": {"A": map}})
    };
    assert_eq!(confusing(&map(tolerated), &map(Some(5)), &json!({})), signature);
}

#[test]
fn execution_that_ends_too_soon_is_no_fault_of_the_history() {
    let branch = json!({"StartAt": "C", "States": {"C": {"Type": "Succeed"}}});
    let states = json!({
        "A": {"Type": "Parallel", "Branches": [branch], "Output": {}, "Next": "B"}, "B": {"Type": "Pass", "End": true}
    });
    let found = shown("succeed-ends-execution", states, json!({}), json!({}));
    assert_eq!(found, "status of Parallel: goes on -> ends the execution");
}

#[test]
fn time_that_is_up_is_no_matter_of_what_would_be_caught_later() {
    let catcher = json!({"ErrorEquals": ["States.HeartbeatTimeout"], "Next": "B"});
    let states = json!({
        "A": {"Type": "Task", "Resource": ACTIVITY, "HeartbeatSeconds": 5, "Catch": [catcher], "End": true},
        "B": {"Type": "Succeed"}
    });
    let mut case = machine(states, json!({"A": ["silence"]}), json!({}));
    case.machines[0].definition["TimeoutSeconds"] = json!(3);
    assert_eq!(shown_by(&case, "machine-timeout-ignored"), "status of any state: timed out -> goes on");
}

#[rstest]
#[case::missing("item-batcher-ignored", json!({"Items": [7, 8]}))]
#[case::input("batch-input-ignored", json!({"Items": "{% $states.input.n %}"}))]
#[case::arrays("batches-are-arrays", json!({"Items": [7, 8], "ItemSelector": {"a": 1}}))]
fn batch_is_about_the_batcher_whatever_is_in_it(#[case] bug: &str, #[case] source: Value) {
    let mut map = json!({
        "Type": "Map", "ItemBatcher": {"MaxItemsPerBatch": 1, "BatchInput": {"a": "{% $states.input.n[0] %}"}},
        "ItemProcessor": distributed(json!({"Type": "Pass", "End": true})),
        "End": true
    });
    map.as_object_mut().expect("fields").extend(source.as_object().expect("fields").clone());
    let found = shown(bug, json!({"A": map}), json!({}), json!({"n": [1, 2]}));
    assert_eq!(found, "output of Map (ItemBatcher): the right document -> another document");
}

#[test]
fn rule_that_puts_out_another_document_is_about_its_output() {
    let rule = json!({"Condition": true, "Output": {"name": "{% $states.input.n %}", "more": "{% $count([1]) %}"}, "Next": "B"});
    let states = json!({"A": {"Type": "Choice", "Choices": [rule]}, "B": {"Type": "Succeed"}});
    let found = shown("jsonata-rule-output-ignored", states, json!({}), json!({"n": 1}));
    assert_eq!(found, "output of Choice (Output): the right document -> another document");
}

#[test]
fn path_into_the_context_object_is_in_play_by_itself_though_nothing_inside_is_told() {
    let states = |inside: Value, selector: Value| {
        let branch = json!({"StartAt": "B", "States": {"B": inside}});
        json!({"StartAt": "A", "States": {
            "A": {"Type": "Parallel", "Branches": [branch], "ResultSelector": selector, "End": true}}})
    };
    let found = |right: &Value, wrong: &Value| {
        let case = |definition: &Value| Case::new(Machine::new(definition.clone()), json!({}));
        let observe =
            |definition| reference::observe(&case(definition), Settings::default()).expect("modelled");
        let mut silent = observe(wrong);
        let trace = silent.trace.as_mut().expect("a history");
        trace.0.retain(|event| event.state_name() != Some("B"));
        let signature = signature_between(&case(right), &observe(right), &silent);
        signature.map_or("none".to_owned(), |found| found.to_string())
    };
    let (pass, name) = (json!({"Type": "Pass", "End": true}), json!({"a.$": "$$.State.Name"}));
    let selected = found(&states(pass.clone(), name.clone()), &states(pass.clone(), json!({"a": null})));
    assert_eq!(selected, "output of an expression ($$.State.Name, in ResultSelector): a value -> null");
    let made = |value: Value| json!({"Type": "Pass", "Parameters": value, "End": true});
    let all = json!({"all.$": "$"});
    let inside = found(&states(made(name), all.clone()), &states(made(json!({"a": null})), all));
    assert_eq!(inside, "output of Parallel ($$.State.Name, Pass, ResultSelector): a value -> null");
}

#[test]
fn failure_of_which_the_history_tells_no_more_than_that_it_was_caught_is_one() {
    let case = |inside: Value| {
        let catcher = json!({"ErrorEquals": ["States.ALL"], "Next": "C"});
        let processor = json!({"StartAt": "D", "States": {"D": inside}});
        let map = json!({"Type": "Map", "ItemProcessor": processor, "Catch": [catcher], "Next": "B"});
        let states = json!({"A": map, "B": {"Type": "Pass", "End": true}, "C": {"Type": "Succeed"}});
        machine(states, json!({}), json!([1]))
    };
    let right = case(json!({"Type": "Pass", "End": true}));
    let observe = |case: &Case| reference::observe(case, Settings::default()).expect("modelled");
    let mut caught = observe(&case(json!({"Type": "Fail", "Error": "E"})));
    let is_told = |event: &TraceEvent| event.state_name() != Some("D") && event.kind != "MapStateFailed";
    caught.trace.as_mut().expect("a history").0.retain(is_told);
    let found = signature_between(&right, &observe(&right), &caught).map(|found| found.to_string());
    assert_eq!(found.as_deref(), Some("status of any state (Catch): goes on -> fails somehow"));
    // What should be caught is no failure of the engine alone.
    let should_be_caught = observe(&case(json!({"Type": "Fail", "Error": "E"})));
    let way = Way { state: "A", expected: Then::To("D"), actual: Then::To("C") };
    let shape = |expected| Signer::new(&right, expected, &caught).way_of_engine(&way, None);
    assert_eq!((&*shape(&observe(&right)), &*shape(&should_be_caught)), ("fails somehow", "goes on"));
}

#[test]
fn output_that_should_fail_where_the_input_is_put_out_is_about_the_state() {
    let states = |output: Value| json!({"StartAt": "A", "QueryLanguage": "JSONata", "States": {"A": {"Type": "Succeed", "Output": output}}});
    let ignored = json!({"StartAt": "A", "States": {"A": {"Type": "Succeed"}}});
    let fails = states(json!("{% $eval(1) %}"));
    let found = confusing(&fails, &ignored, &json!({"n": 1}));
    assert_eq!(found, "output of Succeed (Output): the right document -> another document");
    let found = confusing(&fails, &states(json!("{% 1 %}")), &json!({"n": 1}));
    assert!(found.starts_with("status of an expression ($eval, JSONata): failed with"), "{found}");
}

#[rstest]
#[case("cause-is-encoded-twice", "the text as JSON")]
#[case("cause-is-cut-short", "the beginning of the text")]
#[case("cause-without-place", "the text without its state")]
#[case("cause-names-last-event", "the text with another event")]
fn what_is_done_to_any_text_is_told_as_that(#[case] bug: &str, #[case] wrong: &str) {
    let states = json!({"A": {"Type": "Pass", "Output": "{% $states.input.nowhere %}", "End": true}});
    let found = shown(bug, states, json!({}), json!({}));
    let right = "The JSONata expression specified for the field returned nothing";
    assert_eq!(found, format!("cause of cause: {right} -> {wrong}"));
}

#[test]
fn refusals_in_other_words_are_one_bug() {
    let refused = |words: &str| {
        let message = format!("Invalid State Machine Definition: '{words}'");
        Outcome::Rejected { code: "InvalidDefinition".to_owned(), message }
    };
    let case = machine(json!({"A": {"Type": "Pass", "End": true}}), json!({}), json!({}));
    let right = reference::observe(&case, Settings::default()).expect("modelled");
    let observed = |words: &str| Observation { outcome: refused(words), trace: None, ..right.clone() };
    let (expected, actual) = (observed("SCHEMA_VALIDATION_FAILED: no state"), observed("nothing in it"));
    let signature =
        Signer::new(&case, &expected, &actual).of_failures(None, &expected.outcome, &actual.outcome);
    assert_eq!(signature.to_string(), "cause of CreateStateMachine: a refusal -> another wording");
}

#[test]
fn name_that_a_parallel_has_for_every_failure_says_nothing_of_what_failed() {
    let answers = json!({"D": [{"succeed": {}}]});
    let found = shown("branch-failure-has-its-own-name", failing_branch(), answers, json!({}));
    assert_eq!(found, "error of any state: the error of what failed inside -> States.BranchFailed");
}

#[test]
fn name_for_every_failure_is_wrong_by_itself_where_the_map_fails_and_nothing_inside() {
    let inner = json!({"StartAt": "B", "States": {"B": {"Type": "Pass", "End": true}}});
    let map = json!({"Type": "Map", "InputPath": "$.missing", "ItemProcessor": inner, "End": true});
    let case = Case::new(Machine::new(json!({"StartAt": "A", "States": {"A": map}})), json!({}));
    let expected = reference::observe(&case, Settings::default()).expect("modelled");
    let Outcome::Failed { cause, .. } = expected.outcome.clone() else { panic!("{expected:?}") };
    let outcome = Outcome::Failed { error: Some("States.MapFailed".to_owned()), cause };
    let found = signature_between(&case, &expected, &Observation { outcome, ..expected.clone() });
    let found = found.expect("they differ").to_string();
    assert_eq!(found, "error of any state: States.Runtime -> States.MapFailed");
}

#[test]
fn what_is_aborted_follows_from_what_is_told_behind_it() {
    let answers = json!({"D": [{"succeed": {}}]});
    let found = shown("jsonata-errors-are-terminal", failing_branch(), answers, json!({}));
    assert_eq!(found, "trace of history: ParallelStateFailed -> missing");
}

#[test]
fn text_that_only_names_another_event_is_about_the_history() {
    let retried = json!({"Type": "Task", "Resource": ACTIVITY, "Next": "B",
        "Retry": [{"ErrorEquals": ["E"], "MaxAttempts": 1}]});
    let caught = json!({"Type": "Task", "Resource": ACTIVITY, "Output": "{% 'a' * 2 %}", "Next": "C",
        "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "C"}]});
    let states = json!({"A": retried, "B": caught, "C": {"Type": "Succeed"}});
    let fails = json!({"fail": {"error": "E", "cause": "c"}});
    let answers = json!({"A": [fails, {"succeed": {}}], "B": [{"succeed": {}}]});
    let found = shown("retry-enters-again", states, answers, json!({}));
    assert_eq!(found, "trace of history: nothing -> TaskStateEntered");
}

#[rstest]
#[case::whose_text_names_the_state(json!({"Type": "Pass", "InputPath": "$.missing", "End": true}))]
#[case::of_the_case(json!({"Type": "Fail", "Error": "E", "Cause": "c"}))]
fn how_far_another_branch_came_before_one_failed_is_no_difference(#[case] fails: Value) {
    let alone = |name: &str, state: Value| json!({"StartAt": name, "States": {name: state}});
    let works = alone("Work", json!({"Type": "Wait", "Seconds": 1, "End": true}));
    let parallel = json!({"Type": "Parallel", "Branches": [alone("Look", fails), works], "End": true});
    let case = Case::new(Machine::new(alone("Both", parallel)), json!({}));
    let expected = reference::observe(&case, Settings::default()).expect("modelled");
    let mut actual = expected.clone();
    let events = &mut actual.trace.as_mut().expect("a history").0;
    let looks = |event: &TraceEvent| event.state_name() == Some("Look");
    let at = events.iter().position(looks).expect("it is entered");
    let mut entered = events[at].clone();
    "WaitStateEntered".clone_into(&mut entered.kind);
    entered.details.insert("name".to_owned(), json!("Work"));
    events.insert(at + 1, entered);
    for (event, id) in events.iter_mut().skip(at + 1).zip((at + 2)..) {
        event.id = i64::try_from(id).expect("a few events");
    }
    let (error, says) = (shape::error_name(&expected.outcome).map(str::to_owned), "no such name".to_owned());
    actual.outcome = Outcome::Failed { error, cause: Some(says) };
    let found = signature_between(&case, &expected, &actual).expect("they differ").to_string();
    assert!(found.starts_with("cause of cause: "), "{found}");
}

#[test]
fn parameters_that_are_not_looked_at_are_what_it_is_about_and_not_the_call_in_them() {
    let task = json!({"Type": "Task", "Resource": ACTIVITY, "End": true,
        "Parameters": {"a.$": "States.StringToJson('no JSON')"}});
    let found = shown_by(&task_machine(task, json!({"b": 1})), "task-parameters-ignored");
    assert_eq!(found, "output of Task (Parameters): the right document -> another document");
}

#[test]
fn parameters_that_give_the_input_have_no_part_in_what_fails_behind_them() {
    let task = json!({"Type": "Task", "Resource": ACTIVITY, "End": true,
        "Parameters": {"b.$": "$.b"}, "OutputPath": "$.missing"});
    let found = shown_by(&task_machine(task, json!({"b": 1})), "output-path-ignored");
    assert_eq!(found, "status of an expression: a path that leads nowhere fails -> goes on");
}

/// A machine of this Task, in JSONPath.
fn task_machine(task: Value, input: Value) -> Case {
    let mut case = machine(json!({"A": task}), json!({"A": [{"succeed": {}}]}), input);
    case.machines[0].definition["QueryLanguage"] = json!("JSONPath");
    case
}

#[rstest]
#[case::behind_the_rules("OutputPath", "status of Choice: goes on -> fails")]
#[case::before_them(
    "InputPath",
    "cause of cause: Invalid path : No results for path: -> a text about something else"
)]
fn rule_that_fails_too_soon_is_about_the_rule(#[case] field: &str, #[case] wanted: &str) {
    let rule = json!({"Variable": "$.a", "StringEquals": "x", "Next": "B"});
    let mut choice = json!({"Type": "Choice", "Choices": [rule], "Default": "B"});
    choice[field] = json!("$.missing");
    let states = json!({"A": choice, "B": {"Type": "Succeed"}});
    let case = Case::new(Machine::new(json!({"StartAt": "A", "States": states})), json!({"a": 1}));
    let expected = reference::observe(&case, Settings::default()).expect("modelled");
    let cause = "An error occurred while executing the state 'A' (entered at the event id #2). Invalid path '$.a': \
        The choice state's condition path references an invalid value.";
    let outcome = Outcome::Failed { error: Some("States.Runtime".to_owned()), cause: Some(cause.to_owned()) };
    let found = signature_between(&case, &expected, &Observation { outcome, ..expected.clone() });
    assert_eq!(found.expect("they differ").to_string(), wanted);
}

/// What an engine shows whose history ends behind the first event of this kind, and that fails then with this text.
fn failing_behind(case: &Case, kind: &str, says: &str) -> String {
    let expected = reference::observe(case, Settings::default()).expect("modelled");
    let mut trace = expected.trace.clone().expect("a history");
    let last = trace.0.iter().position(|event| event.kind == kind).expect("such an event");
    let mut end = trace.0.pop().expect("an end");
    trace.0.truncate(last + 1);
    end.kind = "ExecutionFailed".to_owned();
    end.details = serde_json::Map::new();
    trace.0.push(end);
    let outcome = Outcome::Failed { error: Some("States.Runtime".to_owned()), cause: Some(says.to_owned()) };
    let actual = Observation { outcome, trace: Some(trace), ..expected.clone() };
    signature_between(case, &expected, &actual).expect("they differ").to_string()
}

#[rstest]
#[case::behind_all_that_is_inside(
    "MapStateSucceeded",
    "status of Map (ResultSelector, States.ArrayRange): goes on -> fails: Expected a step, but got"
)]
#[case::too_soon_to_tell(
    "MapStateStarted",
    "status of Map (ResultSelector, States.ArrayRange): goes on -> fails somehow"
)]
fn words_are_about_a_map_once_all_inside_has_succeeded(#[case] last: &str, #[case] wanted: &str) {
    let inner = json!({"StartAt": "B", "States": {"B": {"Type": "Pass", "End": true}}});
    let map = json!({"Type": "Map", "ItemProcessor": inner, "End": true,
        "ResultSelector": {"a.$": "States.ArrayRange(0, 3, -1)"}});
    let case = Case::new(Machine::new(json!({"StartAt": "A", "States": {"A": map}})), json!([]));
    assert_eq!(failing_behind(&case, last, "Expected a step, but got: '-1'."), wanted);
}

#[test]
fn rule_that_fails_inside_without_words_of_its_own_is_about_its_operator() {
    let inner = json!({"StartAt": "C", "States": {
        "C": {"Type": "Choice", "Choices": [{"Variable": "$.a", "NumericLessThanPath": "$.b", "Next": "D"}], "Default": "D"},
        "D": {"Type": "Pass", "End": true}
    }});
    let map = json!({"Type": "Map", "ItemProcessor": inner.clone(), "End": true});
    let around =
        Case::new(Machine::new(json!({"StartAt": "A", "States": {"A": map}})), json!([{"a": 1, "b": 2}]));
    let alone = Case::new(Machine::new(inner), json!({"a": 1, "b": 2}));
    let found = [&around, &alone].map(|case| failing_behind(case, "ChoiceStateEntered", "bad operands"));
    assert_eq!(
        found,
        [
            "status of Choice (NumericLessThanPath): goes on -> fails somehow",
            "status of Choice (path operand): goes on -> fails: bad operands"
        ]
    );
}

#[test]
fn failure_that_is_caught_around_the_state_is_told_by_the_history() {
    let token = json!({"FunctionName": "f", "Payload": {"token": "{% $states.context.Task.Token %}"}});
    let task = json!({"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke.waitForTaskToken",
        "Arguments": token, "End": true});
    let inner = json!({"StartAt": "B", "States": {"B": task}});
    let map = json!({"Type": "Map", "ItemProcessor": inner, "End": true,
        "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "C"}]});
    let states = json!({"A": map, "C": {"Type": "Pass", "Output": "caught", "End": true}});
    let found = shown("context-without-token", states, json!({"B": [{"succeed": 1}]}), json!([1]));
    assert_eq!(found, "status of an expression ($states.context.Task.Token, JSONata): goes on -> fails");
}

#[test]
fn text_about_something_else_is_told_from_one_about_the_path_of_a_rule() {
    let choice =
        json!({"Type": "Choice", "Choices": [{"Variable": "$.missing", "IsNull": true, "Next": "B"}]});
    let states = json!({"A": choice, "B": {"Type": "Succeed"}});
    let case = Case::new(Machine::new(json!({"StartAt": "A", "States": states})), json!({}));
    let expected = reference::observe(&case, Settings::default()).expect("modelled");
    let shown = |says: &str| {
        let outcome =
            Outcome::Failed { error: Some("States.Runtime".to_owned()), cause: Some(says.to_owned()) };
        let actual = Observation { outcome, ..expected.clone() };
        signature_between(&case, &expected, &actual).expect("they differ").actual
    };
    assert_eq!(shown("Parse error near token $"), "a text about something else");
    assert_eq!(shown("Invalid path '$.missing': No results for path"), "another wording");
}

#[test]
fn failure_of_a_catcher_is_not_where_an_engine_parts_that_had_nothing_to_catch() {
    let iterations = json!({"StartAt": "C", "States": {"C": {"Type": "Pass", "End": true}}});
    let catcher = json!({"ErrorEquals": ["States.ALL"], "Output": "{% $single([1, 2], function($v) { true }) %}", "Next": "B"});
    let map = |catchers: Value| {
        let map = json!({"Type": "Map", "Items": [1], "ItemSelector": {"a": "{% $hash('text', 'SHA256') %}"},
            "ItemProcessor": iterations, "Catch": catchers, "End": true});
        let states = json!({"A": map, "B": {"Type": "Succeed"}});
        shown("jsonata-hash-ignores-algorithm", states, json!({}), json!({}))
    };
    let alone = map(json!([{"ErrorEquals": ["Other"], "Next": "B"}]));
    assert!(alone.starts_with("status of Map ($hash, Catch, ItemSelector, JSONata): failed"), "{alone}");
    let caught = map(json!([catcher]));
    let end = |signature: &str| signature.split_once("): ").map(|(_, end)| end.to_owned());
    assert!(caught.contains("$hash") && end(&caught) == end(&alone), "{caught}");
}

#[test]
fn failure_of_a_parallel_before_its_branches_is_no_other_wording_of_one_in_them() {
    let choice = json!({"Type": "Choice", "Choices": [{"Variable": "$", "IsNull": true, "Next": "C"}]});
    let branch = json!({"StartAt": "B", "States": {"B": choice, "C": {"Type": "Pass", "End": true}}});
    let states =
        json!({"A": {"Type": "Parallel", "InputPath": "$$.Execution", "Branches": [branch], "End": true}});
    let mut case = machine(states, json!({}), json!({}));
    case.machines[0].definition["QueryLanguage"] = json!("JSONPath");
    let found = shown_by(&case, "context-path-reads-input");
    assert_eq!(found, "status of Parallel (InputPath, context path): goes on -> fails");
}

#[test]
fn failure_inside_a_map_that_should_fail_behind_it_is_about_what_is_inside() {
    let task = json!({"Type": "Task", "Resource": ACTIVITY, "TimeoutSeconds": 5,
        "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "B"}], "End": true});
    let processor = json!({"StartAt": "C", "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
        "States": {"B": {"Type": "Succeed", "Output": "{% $states.input.Error %}"}, "C": task}});
    let states = |output: &str| {
        let map =
            json!({"Type": "Map", "Items": [1], "ItemProcessor": processor, "Output": output, "End": true});
        shown("error-output-in-lower-case", json!({"A": map}), json!({"C": ["silence"]}), json!({}))
    };
    let found = states("{% $f %}");
    assert!(found.starts_with("status of Map"), "{found}");
    assert!(found.contains("goes on -> fails"), "{found}");
}

#[test]
fn failure_inside_of_which_a_silent_engine_tells_nothing_is_one_that_it_did_not_have() {
    let inner = json!({"Type": "Pass", "Output": "{% $sum('a') %}", "End": true});
    let branch = json!({"StartAt": "B", "States": {"B": inner}});
    let parallel = json!({"Type": "Parallel", "Branches": [branch], "End": true});
    let case = machine(json!({"A": parallel}), json!({}), json!({}));
    let expected = reference::observe(&case, Settings::default()).expect("modelled");
    let swallows = Mutant::named("failed-branch-gives-null").expect("a bug");
    let mut actual = swallows.observe(&case, Settings::default()).expect("modelled");
    let swallowed = signature_between(&case, &expected, &actual).expect("they differ").to_string();
    assert_eq!(swallowed, "status of Parallel: fails as what is inside -> goes on");
    let events = &mut actual.trace.as_mut().expect("a history").0;
    events.retain(|event| event.state_name() != Some("B") && event.kind != "EvaluationFailed");
    let silent = signature_between(&case, &expected, &actual).expect("they differ").to_string();
    assert!(silent.starts_with("status of an expression ($sum, JSONata): failed"), "{silent}");
}

#[test]
fn text_about_another_expression_is_no_other_wording() {
    let fail = json!({"Type": "Fail", "Error": "{% $states.input.error %}", "Cause": "{% $sum('a') %}"});
    let case = machine(json!({"A": fail}), json!({}), json!({}));
    let expected = reference::observe(&case, Settings::default()).expect("modelled");
    let says = |text: &str| {
        let mut actual = expected.clone();
        let Outcome::Failed { error, .. } = &expected.outcome else { panic!("it fails") };
        actual.outcome = Outcome::Failed { error: error.clone(), cause: Some(text.to_owned()) };
        signature_between(&case, &expected, &actual).expect("they differ").to_string()
    };
    let wording = says("JSONata gave nothing: $states.input.error");
    assert!(wording.starts_with("cause of cause"), "{wording}");
    let elsewhere = says("JSONata failed: $sum('a')");
    assert!(elsewhere.ends_with("fails in the right field -> fails in another field"), "{elsewhere}");
}

#[test]
fn failure_of_a_catcher_is_where_an_engine_parts_that_caught_the_same() {
    let catcher = json!({"ErrorEquals": ["States.ALL"], "Output": "{% $sum('a') %}", "Next": "B"});
    let iterations = json!({"StartAt": "C", "States": {"C": {"Type": "Pass", "End": true}}});
    let map = json!({"Type": "Map", "Items": "{% $sqrt(-1) %}", "ItemProcessor": iterations, "Catch": [catcher], "Next": "B"});
    let states = json!({"A": map, "B": {"Type": "Succeed"}});
    let found = shown("catch-output-ignored", states, json!({}), json!({}));
    assert!(found.contains("throws T0412"), "{found}");
}
