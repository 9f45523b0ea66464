//! Claims about what is known from the words of a failure or a refusal.

use asl_cases::{Answer, Case, Machine, Observation, Outcome, TraceEvent};
use asl_reference::reference::{self, Settings};
use rstest::rstest;
use serde_json::{Value, json};

use super::{confusing, signature_between, two_passes};

fn pass(expression: &str) -> Value {
    json!({"StartAt": "A", "States": {"A": {"Type": "Pass", "Parameters": {"a.$": expression}, "End": true}}})
}

fn failed(says: &str) -> Outcome {
    Outcome::Failed { error: Some("States.Runtime".to_owned()), cause: Some(says.to_owned()) }
}

/// The signature where an engine comes to this end.
fn ending_wrongly(case: &Case, outcome: Outcome) -> String {
    let expected = reference::observe(case, Settings::default()).expect("modelled");
    let actual = Observation { outcome, trace: None, ..expected.clone() };
    signature_between(case, &expected, &actual).expect("they differ").to_string()
}

#[rstest]
#[case::too_many("States.ArrayLength($.list, 1)", "intrinsic call", "a wrong number of arguments")]
#[case::too_few("States.Hash('a')", "intrinsic call", "a wrong number of arguments")]
#[case::of_another_type("States.ArrayLength('a')", "States.ArrayLength", "an argument of the wrong type")]
#[case::of_another_type_behind_a_path(
    "States.MathAdd($.list, 1)",
    "States.MathAdd",
    "an argument of the wrong type"
)]
#[case::out_of_range("States.ArrayGetItem($.list, -1)", "States.ArrayGetItem", "a wrong argument")]
#[case::too_few_values(
    "States.Array(States.Format('a{}{}', $.list))",
    "States.Format",
    "a wrong number of values"
)]
#[case::an_open_brace("States.Format('{', 1)", "States.Format", "an invalid template")]
#[case::no_json("States.StringToJson('{')", "States.StringToJson", "a text that is no JSON")]
fn failing_call_is_about_its_function_and_what_is_wrong_with_its_arguments(
    #[case] call: &str,
    #[case] place: &str,
    #[case] reason: &str,
) {
    let wanted = format!("status of an expression ({place}): a call with {reason} fails -> goes on");
    assert_eq!(confusing(&pass(call), &pass("$.list"), &json!({"list": [1]})), wanted);
}

#[test]
fn call_that_is_over_a_limit_fails_for_that() {
    let found = confusing(&pass("States.ArrayRange(1, 1001, 1)"), &pass("$.list"), &json!({"list": [1]}));
    assert_eq!(
        found,
        "status of an expression (States.ArrayRange): a call that is over a limit fails -> goes on"
    );
}

#[rstest]
#[case::of_an_exception(
    "ValueError(Expected step argument to be non negative, but got: '-3'.)",
    "fails: Expected step argument to be non negative, but got"
)]
#[case::of_the_same_in_a_state(
    "An error occurred while executing the state 'A' (entered at the event id #2). Expected step argument to be \
     non negative, but got: '-3'.",
    "fails: Expected step argument to be non negative, but got"
)]
#[case::of_an_exception_that_quotes_what_it_says(
    "RuntimeError(('Too much of %s', 'A'))",
    "fails: Too much of %s"
)]
#[case::of_an_exception_that_says_nothing("KeyError('x')", "fails: KeyError")]
#[case::in_words_of_aws("Invalid path '$.list' : No results for path: $['list']", "fails")]
#[case::in_words_of_the_case("a text", "fails")]
#[case::in_none("", "fails")]
fn failure_that_should_not_be_is_told_by_the_words_of_the_engine(#[case] cause: &str, #[case] wanted: &str) {
    let case =
        Case::new(Machine::new(pass("States.ArrayRange(3, $.list, -1)")), json!({"list": 1, "b": "a text"}));
    let found = ending_wrongly(&case, failed(cause));
    assert!(found.ends_with(&format!(": goes on -> {wanted}")), "{found}");
}

#[rstest]
#[case::names_the_field(
    "Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED: Field is not supported at /States/A/Comment'",
    "acceptance of CreateStateMachine: accepted -> refused with InvalidDefinition: SCHEMA_VALIDATION_FAILED at Comment (Field is not supported)"
)]
#[case::says_something(
    "cannot parse this",
    "acceptance of CreateStateMachine (ResultPath): accepted -> refused with InvalidDefinition: cannot"
)]
fn refusal_that_names_a_field_is_about_that_field(#[case] message: &str, #[case] wanted: &str) {
    let outcome = Outcome::Rejected { code: "InvalidDefinition".to_owned(), message: message.to_owned() };
    assert_eq!(ending_wrongly(&two_passes(), outcome), wanted);
}

#[rstest]
#[case::in_words(
    "Error=ValueError Args=[\"The Seconds value is wrong\"] in {\"End\": true}",
    "Error=ValueError at Seconds"
)]
#[case::in_quotes("ParserError line 1:9, at \"Seconds\", expecting {'\"End\"'}", "ParserError at Seconds")]
#[case::as_the_type_of_the_state(
    "ParserError line 1:9, at \"Wait\", expecting \"Pass\"",
    "ParserError at Type Wait"
)]
#[case::that_the_case_does_not_have("Error=ValueError The Timestamp value", "Error=ValueError")]
fn refusal_in_words_of_an_engine_is_about_the_field_that_it_names(
    #[case] message: &str,
    #[case] wanted: &str,
) {
    let wait = json!({"StartAt": "A", "States": {"A": {"Type": "Wait", "Seconds": 1, "End": true}}});
    let outcome = Outcome::Rejected { code: "X".to_owned(), message: message.to_owned() };
    let found = ending_wrongly(&Case::new(Machine::new(wait), json!({})), outcome);
    let of_field = if wanted.contains(" at ") { "" } else { " (Seconds)" };
    assert_eq!(
        found,
        format!("acceptance of CreateStateMachine{of_field}: accepted -> refused with X: {wanted}")
    );
}

#[rstest]
#[case::no_integer(json!(1.5))]
#[case::out_of_range(json!(-1))]
fn number_that_a_field_cannot_have_is_wrong_whatever_is_wrong_with_it(#[case] n: Value) {
    let task = |seconds: &str| {
        json!({"QueryLanguage": "JSONata", "StartAt": "V", "States": {
            "V": {"Type": "Pass", "Assign": {"n": n.clone()}, "Next": "A"},
            "A": {"Type": "Wait", "Seconds": seconds, "End": true}}})
    };
    let found = confusing(&task("{% $n %}"), &task("{% 1 %}"), &json!({}));
    assert!(found.contains("a wrong value of Seconds -> goes on"), "{found}");
}

#[test]
fn iteration_that_fails_for_the_engine_alone_is_no_matter_of_the_history() {
    let map = json!({"StartAt": "M", "States": {"M": {"Type": "Map", "ItemSelector": {"a.$": "$.n"},
        "ItemProcessor": {"StartAt": "I", "States": {"I": {"Type": "Pass", "End": true}}},
        "ItemsPath": "$.list", "ResultSelector": {"b.$": "$.missing"}, "End": true}}});
    let case = Case::new(Machine::new(map), json!({"n": 1, "list": [1, 2]}));
    let expected = reference::observe(&case, Settings::default()).expect("modelled");
    let mut actual = expected.clone();
    actual.outcome = failed("TypeError(Expected a number)");
    let events = &mut actual.trace.as_mut().expect("a history").0;
    events.retain(|event| event.id < 6 || event.kind == "ExecutionFailed");
    "MapIterationFailed".clone_into(&mut events[4].kind);
    let found = signature_between(&case, &expected, &actual).expect("they differ").to_string();
    assert_eq!(found, "status of Map (ItemSelector, ItemsPath, ResultSelector): goes on -> fails somehow");
}

#[test]
fn words_about_a_failure_may_be_about_the_branch_around_it() {
    let pass = pass("States.ArrayRange(3, 1, -1)");
    let parallel =
        json!({"StartAt": "P", "States": {"P": {"Type": "Parallel", "Branches": [pass], "End": true}}});
    let case = Case::new(Machine::new(parallel), json!({}));
    let expected = reference::observe(&case, Settings::default()).expect("modelled");
    let found = |says: &str| {
        let mut actual = expected.clone();
        actual.outcome = failed(says);
        actual
            .trace
            .as_mut()
            .expect("a history")
            .0
            .retain(|event| event.id < 5 || event.kind == "ExecutionFailed");
        signature_between(&case, &expected, &actual).expect("they differ").to_string()
    };
    let of_call = "status of an expression (States.ArrayRange): goes on -> fails";
    assert_eq!(found("ValueError(No such branch)"), format!("{of_call} somehow"));
    let told = "An error occurred while executing the state 'A' (entered at the event id #4). Bad step";
    assert_eq!(found(told), format!("{of_call}: Bad step"));
}

#[rstest]
#[case::of_a_limit("States.DataLimitExceeded", "fails with States.DataLimitExceeded")]
#[case::that_a_task_may_have("States.Http.Socket", "fails")]
#[case::that_aws_does_not_have("Crash", "fails with Crash")]
#[case::of_whatever_failed_inside("States.ExceedToleratedFailureThreshold", "fails")]
#[case::of_an_evaluation("States.Runtime", "fails")]
fn failure_that_should_not_be_is_told_by_a_name_that_says_why(#[case] error: &str, #[case] wanted: &str) {
    let outcome = Outcome::Failed { error: Some(error.to_owned()), cause: None };
    let found = ending_wrongly(&Case::new(Machine::new(pass("$.list")), json!({"list": 1})), outcome);
    assert!(found.ends_with(&format!(": goes on -> {wanted}")), "{found}");
}

#[test]
fn what_a_task_says_of_its_failure_is_of_the_case() {
    let task = json!({"StartAt": "A", "States": {"A": {"Type": "Task", "Resource": "arn:aws:lambda:::function:F",
        "End": true}}});
    let mut machine = Machine::new(task);
    let fails = Answer::Fail { error: Some("States.TaskFailed".to_owned()), cause: Some("UPPER".to_owned()) };
    machine.stubs.insert("A".to_owned(), vec![fails]);
    let found = ending_wrongly(&Case::new(machine, json!({})), Outcome::Succeeded(json!({})));
    assert!(found.ends_with(": failed with States.TaskFailed -> succeeded"), "{found}");
}

#[rstest]
#[case::that_throws("{% 'a' * 1 %}", "the expression throws T2001")]
#[case::that_throws_for_its_other_side("{% 1 * 'a' %}", "the expression throws T2001")]
#[case::that_never_ends(
    "{% ($f := function($n) { 1 + $f($n + 1) }; $f(0)) %}",
    "the expression is stopped: Stack overflow error"
)]
#[case::that_gives_no_number("{% 'a' %}", "the expression gives no number")]
#[case::that_gives_a_function("{% $abs %}", "the expression gives what is no JSON")]
fn expression_fails_in_the_way_that_aws_says(#[case] seconds: &str, #[case] wanted: &str) {
    let wait = |seconds: &str| {
        json!({"QueryLanguage": "JSONata", "StartAt": "A", "States": {
            "A": {"Type": "Wait", "Seconds": seconds, "End": true}}})
    };
    let found = confusing(&wait(seconds), &wait("{% 1 %}"), &json!({}));
    assert!(found.ends_with(&format!("States.QueryEvaluationError: {wanted} -> goes on")), "{found}");
}

#[test]
fn operator_that_there_is_not_is_no_wrong_operand() {
    let message = "Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED: Field 'StringContains' is not \
        supported at /States/A/Choices[0]/StringContains'";
    let outcome = Outcome::Rejected { code: "X".to_owned(), message: message.to_owned() };
    let found = ending_wrongly(&two_passes(), outcome);
    assert!(
        found.ends_with("SCHEMA_VALIDATION_FAILED at StringContains (Field is not supported)"),
        "{found}"
    );
}

#[rstest]
#[case::of_a_task(json!({"Type": "Task", "Resource": "arn:aws:states:us-east-1:123456789012:activity:a"}))]
#[case::of_a_map(json!({"Type": "Map", "ItemsPath": "$.list", "ItemProcessor": {"StartAt": "F", "States": {
    "F": {"Type": "Fail", "Error": "E", "Cause": "c"}}}}))]
fn path_of_a_catcher_that_leads_nowhere_is_no_failure_that_was_caught(#[case] mut state: Value) {
    let mut case = |assign: Value| {
        state["Catch"] = json!([{"ErrorEquals": ["States.ALL"], "Assign": assign, "Next": "B"}]);
        state["End"] = json!(true);
        let states = json!({"A": state, "B": {"Type": "Pass", "End": true}});
        let mut machine = Machine::new(json!({"StartAt": "A", "States": states}));
        let fails = Answer::Fail { error: Some("E".to_owned()), cause: Some("c".to_owned()) };
        machine.stubs.insert("A".to_owned(), vec![fails]);
        Case::new(machine, json!({"list": [1]}))
    };
    let (right, wrong) = (case(json!({"v.$": "$.missing"})), case(json!({"v": 1})));
    let observe = |case: &Case| reference::observe(case, Settings::default()).expect("modelled");
    let found = signature_between(&right, &observe(&right), &observe(&wrong)).expect("they differ");
    let wanted = "status of any state (Assign, Catch): a path that leads nowhere fails -> goes on";
    assert_eq!(found.to_string(), wanted);
}

/// The signature where an engine's history goes on otherwise behind its first events, and it comes to this end.
fn told_wrongly(case: &Case, outcome: Outcome, wrong: impl FnOnce(&mut Vec<TraceEvent>)) -> String {
    let expected = reference::observe(case, Settings::default()).expect("modelled");
    let mut actual = Observation { outcome, ..expected.clone() };
    wrong(&mut actual.trace.as_mut().expect("a history").0);
    signature_between(case, &expected, &actual).expect("they differ").to_string()
}

#[test]
fn state_that_fails_is_the_one_that_the_events_tell_where_a_text_names_the_map() {
    let map = json!({"StartAt": "M", "States": {"M": {"Type": "Map", "ItemProcessor":
        pass("States.ArrayRange(3, 1, -1)"), "End": true}}});
    let text = "An error occurred while executing the state 'M' (entered at the event id #5). Bad name";
    let found = told_wrongly(&Case::new(Machine::new(map), json!([{}])), failed(text), |events| {
        events.truncate(6);
        "MapIterationFailed".clone_into(&mut events[5].kind);
        events[5].details = serde_json::from_value(json!({"name": "M", "index": 0})).expect("details");
    });
    assert_eq!(found, "status of an expression (States.ArrayRange): goes on -> fails somehow");
}

#[test]
fn path_that_is_a_field_may_be_wrong_because_of_the_field() {
    let wait =
        json!({"StartAt": "A", "States": {"A": {"Type": "Wait", "TimestampPath": "$['a b']", "End": true}}});
    let case = Case::new(Machine::new(wait), json!({"a b": "2020-01-01T00:00:00+01:00"}));
    let text = "The TimestampPath parameter does not reference a valid ISO-8601 timestamp";
    let found = told_wrongly(&case, failed(text), |events| events.truncate(2));
    assert_eq!(found, "status of Wait (TimestampPath, quoted step): goes on -> fails");
}

#[test]
fn time_that_is_up_is_of_no_state_where_the_histories_do_not_part() {
    let wait = json!({"StartAt": "A", "TimeoutSeconds": 1, "States": {
        "A": {"Type": "Wait", "Seconds": 9, "End": true}}});
    let outcome = Outcome::Failed { error: Some("States.Timeout".to_owned()), cause: None };
    let found = told_wrongly(&Case::new(Machine::new(wait), json!({})), outcome, |_| {});
    assert_eq!(found, "status of any state: timed out -> failed with States.Timeout");
}

#[test]
fn rules_that_were_asked_about_what_is_not_there_are_about_the_path() {
    let rule = json!({"Variable": "$.n", "IsNull": true, "Next": "A"});
    let choice = json!({"StartAt": "C", "States": {
        "C": {"Type": "Choice", "InputPath": "$.missing", "Choices": [rule]},
        "A": {"Type": "Succeed"}}});
    let outcome = Outcome::Failed { error: Some("States.NoChoiceMatched".to_owned()), cause: None };
    let found = told_wrongly(&Case::new(Machine::new(choice), json!({})), outcome, |_| {});
    assert_eq!(found, "status of an expression: a path that leads nowhere fails -> goes on");
}

#[test]
fn limit_of_an_expression_is_no_matter_of_what_it_calls() {
    let wait = |seconds: &str| {
        json!({"QueryLanguage": "JSONata", "StartAt": "A", "States": {
            "A": {"Type": "Wait", "Seconds": seconds, "End": true}}})
    };
    let found = confusing(&wait("{% $count([1..900000]) %}"), &wait("{% 1 %}"), &json!({}));
    assert!(
        found.starts_with("status of an expression (JSONata): ") && found.contains("is stopped"),
        "{found}"
    );
}
