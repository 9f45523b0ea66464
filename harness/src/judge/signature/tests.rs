//! Claims about signatures: what they hold, and what they ignore.

mod catching;
mod failing;
mod ignoring;
mod of_bugs;
mod telling;
mod variables;
mod words;

use std::collections::BTreeSet;

use asl_cases::{Answer, Case, Facet, Machine, Observation, Outcome, Policy, Signature, TraceEvent};
use asl_generators::generate_case;
use asl_reference::reference::{self, Settings};
use rstest::rstest;
use serde_json::{Value, json};

use super::{
    choice::{Turn, rule_in_play},
    states::States,
    text,
};
use crate::judge::judge;

fn signature_between(case: &Case, expected: &Observation, actual: &Observation) -> Option<Signature> {
    let judgement = judge(case, expected, actual, &Policy::default());
    judgement.divergences.into_iter().next().map(|first| first.signature)
}

/// Where the reference on `right` differs from the reference on `wrong`, as if an engine took the one for the other.
fn confusing(right: &Value, wrong: &Value, input: &Value) -> String {
    let case = |definition: &Value| Case::new(Machine::new(definition.clone()), input.clone());
    let observe = |case: &Case| reference::observe(case, Settings::default()).expect("modelled");
    let (right, wrong) = (case(right), case(wrong));
    let signature = signature_between(&right, &observe(&right), &observe(&wrong));
    signature.map_or("none".to_owned(), |signature| signature.to_string())
}

fn pass(expression: &str) -> Value {
    json!({"StartAt": "First", "States": {
        "First": {"Type": "Pass", "Parameters": {"value.$": expression}, "ResultPath": "$.made", "Next": "Then"},
        "Then": {"Type": "Choice", "Choices": [{"Variable": "$.made.value", "IsString": true, "Next": "Text"}],
            "Default": "Other"},
        "Text": {"Type": "Succeed"},
        "Other": {"Type": "Fail", "Error": "Other", "Cause": "no text"}
    }})
}

#[rstest]
#[case::of_a_function(
    "States.ArrayGetItem($.list, 0)",
    "$.list",
    "output of an expression (States.ArrayGetItem): a value -> array"
)]
#[case::of_an_index("$.list[0]", "$.list", "output of an expression (index): a value -> array")]
#[case::of_a_text(
    "States.Format('{}', $.list[0])",
    "States.Format('{}', null)",
    "output of an expression (States.Format, index): a value -> a text of nothing"
)]
#[case::of_a_slice("$.list[0:1]", "$.list[0]", "output of an expression (slice): array -> a value")]
fn wrong_value_is_about_the_expression_and_not_about_what_came_of_it(
    #[case] right: &str,
    #[case] wrong: &str,
    #[case] expected: &str,
) {
    assert_eq!(confusing(&pass(right), &pass(wrong), &json!({"list": ["a", "b"]})), expected);
}

fn choice(rules: &[Value]) -> Value {
    let mut rules: Vec<Value> = rules.to_vec();
    for (index, rule) in rules.iter_mut().enumerate() {
        rule["Next"] = json!(format!("T{index}"));
    }
    let mut states =
        json!({"Decide": {"Type": "Choice", "Choices": rules, "Default": "No"}, "No": {"Type": "Succeed"}});
    for index in 0..rules.len() {
        states[format!("T{index}")] = json!({"Type": "Pass", "End": true});
    }
    json!({"StartAt": "Decide", "States": states})
}

#[rstest]
#[case::should_hold(10, 20)]
#[case::should_not_hold(20, 10)]
fn other_way_is_about_the_operator_of_the_rule(#[case] right: i64, #[case] wrong: i64) {
    let expected = "status of Choice (NumericEquals): the right way -> another way";
    let with = |number: i64| {
        choice(&[
            json!({"Variable": "$.a", "StringEquals": "x"}),
            json!({"Variable": "$.n", "NumericEquals": number}),
            json!({"Variable": "$.a", "IsNull": true}),
        ])
    };
    assert_eq!(confusing(&with(right), &with(wrong), &json!({"a": "b", "n": 10})), expected);
}

#[rstest]
#[case::input_path(json!({"Type": "Pass", "InputPath": "PATH"}))]
#[case::output_path(json!({"Type": "Pass", "OutputPath": "PATH"}))]
#[case::template(json!({"Type": "Pass", "Parameters": {"a.$": "PATH"}, "ResultPath": "$.made"}))]
#[case::argument(json!({"Type": "Pass", "Parameters": {"a.$": "States.Array(PATH)"}}))]
fn tolerated_path_miss_is_one_bug_whatever_the_field(#[case] state: Value) {
    let reads = |path: &str| {
        let read = state.to_string().replace("PATH", path);
        let mut read: Value = serde_json::from_str(&read).expect("JSON");
        read["Next"] = json!("B");
        json!({"StartAt": "A", "States": {
            "A": {"Type": "Pass", "Next": "Read"}, "Read": read, "B": {"Type": "Pass", "End": true}
        }})
    };
    let found = confusing(&reads("$.not_there"), &reads("$.there"), &json!({"there": {"a": 1}}));
    assert_eq!(found, "status of an expression: a path that leads nowhere fails -> goes on");
}

#[rstest]
#[case::in_a_pass(json!({"Type": "Pass", "Parameters": {"a.$": "$.list[-1]"}, "End": true}))]
#[case::in_its_result(json!({"Type": "Pass", "Parameters": {"a": {"b.$": "$.list[-1]"}}, "End": true}))]
fn only_expression_of_a_state_is_what_a_wrong_output_is_about(#[case] state: Value) {
    let right = json!({"StartAt": "A", "States": {"A": state}});
    let wrong = serde_json::from_str(&right.to_string().replace("[-1]", "[0]")).expect("JSON");
    let found = confusing(&right, &wrong, &json!({"list": [1, 2]}));
    assert_eq!(found, "output of an expression (negative index): a value -> another value");
}

#[rstest]
#[case::its_path_may_be_read_wrongly(
    "$.list[-1]",
    "$.list[0]",
    "output of Pass (InputPath, negative index): a value -> another value"
)]
#[case::or_the_field(
    "$.list",
    "$",
    "output of any state (InputPath): the right document -> another document"
)]
fn field_that_is_a_path_is_in_play_with_it(#[case] right: &str, #[case] wrong: &str, #[case] expected: &str) {
    let pass = |path: &str| json!({"StartAt": "A", "States": {"A": {"Type": "Pass", "InputPath": path, "End": true}}});
    assert_eq!(confusing(&pass(right), &pass(wrong), &json!({"list": [1, 2]})), expected);
}

#[rstest]
#[case::literals("it is true, and null", "it is True, and None", &["literals"])]
#[case::quotes_and_blanks(r#"{"a":1}"#, "{'a': 1}", &["blanks", "quotes"])]
#[case::all_three(r#"{"a":true}"#, "{'a': True}", &["blanks", "literals", "quotes"])]
#[case::backslashes(r"a\b", r"ab", &["backslashes"])]
#[case::order("[1,2,3]", "[3,1,2]", &["order"])]
#[case::something_else("one", "two", &[])]
fn texts_differ_in_what_has_to_be_left_out_to_make_them_the_same(
    #[case] right: &str,
    #[case] found: &str,
    #[case] wanted: &[&str],
) {
    let differences = text::differences((Some(&json!(right)), Some(&json!(found))), false);
    let wanted: BTreeSet<String> = wanted.iter().map(|kind| format!("text: {kind}")).collect();
    assert_eq!(differences, wanted);
}

#[test]
fn choice_in_a_map_is_found_although_the_history_is_silent_inside() {
    let pass = |result: bool| json!({"Type": "Pass", "Result": result, "End": true});
    let map = |number: i64| {
        json!({"StartAt": "M", "States": {"M": {"Type": "Map", "ItemProcessor": {
            "StartAt": "C", "States": {
                "C": {"Type": "Choice", "Choices": [{"Variable": "$", "NumericLessThan": number, "Next": "Y"}], "Default": "N"},
                "Y": pass(true), "N": pass(false)
            }}, "End": true}}})
    };
    let case = |definition: Value| Case::new(Machine::new(definition), json!([1, 3, 5]));
    let observe = |case: &Case| reference::observe(case, Settings::default()).expect("modelled");
    let (right, mut wrong) = (observe(&case(map(4))), observe(&case(map(3))));
    let is_outside = |name: Option<&str>| name.is_none_or(|name| name == "M");
    wrong.trace.as_mut().expect("a history").0.retain(|event| is_outside(event.state_name()));
    let signature = signature_between(&case(map(4)), &right, &wrong).expect("they differ");
    let wanted = "status of Choice (NumericLessThan): the right way -> another way";
    assert_eq!(signature.to_string(), wanted);
}

#[test]
fn text_of_the_case_stays_out_although_json_escapes_it() {
    let said = "a \"quoted\" word\nand a line";
    let fails = json!({"StartAt": "A", "States": {"A": {"Type": "Fail", "Cause": said}}});
    let case = Case::new(Machine::new(fails), json!({}));
    let right = reference::observe(&case, Settings::default()).expect("modelled");
    let outcome = Outcome::Failed { error: Some("Invented".to_owned()), cause: Some(said.to_owned()) };
    let signature = signature_between(&case, &right, &Observation { outcome, ..right.clone() });
    assert_eq!(signature.expect("they differ").to_string(), "error of Fail: no error name -> Invented");
}

#[test]
fn signature_holds_no_name_and_no_value_of_the_case() {
    let mut checked = 0;
    for index in 0..300 {
        let case = generate_case(&reference::profile(), 21, index);
        let Ok(expected) = reference::observe(&case, Settings::default()) else { continue };
        let Some(actual) = broken(&expected) else { continue };
        let renamed = renamed(&case);
        let Ok(expected_renamed) = reference::observe(&renamed, Settings::default()) else { continue };
        // Where a Choice asks for the name of its state.
        if kinds(&expected) != kinds(&expected_renamed) {
            continue;
        }
        let Some(actual_renamed) = broken(&expected_renamed) else { continue };
        let (left, right) = (
            signature_between(&case, &expected, &actual),
            signature_between(&renamed, &expected_renamed, &actual_renamed),
        );
        assert_eq!(left, right, "{}", case.main().definition);
        checked += usize::from(left.is_some());
    }
    assert!(checked > 100, "{checked}");
}

fn kinds(observation: &Observation) -> Option<Vec<&str>> {
    let events = &observation.trace.as_ref()?.0;
    Some(events.iter().map(|event| event.kind.as_str()).collect())
}

/// What an engine would have said that stops in the middle of its second state with an error of its own.
fn broken(observation: &Observation) -> Option<Observation> {
    let mut broken = observation.clone();
    let events = &mut broken.trace.as_mut()?.0;
    let cut = events.iter().rposition(|event| event.kind.ends_with("StateExited"))?;
    events.truncate(cut);
    broken.outcome = Outcome::Failed {
        error: Some("KeyError".to_owned()),
        cause: Some("'x' is not in 'y' (17)".to_owned()),
    };
    Some(broken)
}

/// The same case with other state names.
fn renamed(case: &Case) -> Case {
    let mut renamed = case.clone();
    let states = super::States::of(&case.main().definition);
    let mut text = serde_json::to_string(&renamed.machines).expect("plain data");
    for name in states.names() {
        text = text.replace(&json!(name).to_string(), &json!(format!("{name} again")).to_string());
    }
    renamed.machines = serde_json::from_str(&text).expect("still machines");
    renamed
}

#[test]
fn facet_of_a_history_is_the_kind_of_its_first_missing_event() {
    let case = Case::new(
        Machine::new(json!({"StartAt": "M", "States": {
        "M": {"Type": "Map", "ItemsPath": "$.items", "ItemProcessor": {"StartAt": "I", "States": {
            "I": {"Type": "Pass", "End": true}}}, "End": true}}})),
        json!({"items": [1, 2]}),
    );
    let expected = reference::observe(&case, Settings::default()).expect("modelled");
    let mut actual = expected.clone();
    let events = &mut actual.trace.as_mut().expect("a history").0;
    events.retain(|event| event.kind != "MapStateStarted");
    let signature = signature_between(&case, &expected, &actual).expect("they differ");
    assert_eq!(
        (signature.facet, signature.to_string().as_str()),
        (Facet::Trace, "trace of history: MapStateStarted -> missing")
    );
}

/// Two executions that end without a history, as Express workflows do, with these causes.
fn signature_of_causes(case: &Case, right: &str, found: &str) -> String {
    let failed = |cause: &str| {
        let expected = reference::observe(case, Settings::default()).expect("modelled");
        let outcome =
            Outcome::Failed { error: Some("States.Runtime".to_owned()), cause: Some(cause.to_owned()) };
        Observation { outcome, trace: None, ..expected }
    };
    signature_between(case, &failed(right), &failed(found)).expect("they differ").to_string()
}

fn two_passes() -> Case {
    let definition = json!({"StartAt": "A", "States": {
        "A": {"Type": "Pass", "ResultPath": "$.a", "Next": "B"}, "B": {"Type": "Pass", "End": true}}});
    Case::new(Machine::new(definition), json!({}))
}

#[rstest]
#[case::call("The function 'States.Format('it\\'s {}', $.x)' had the following error: bad")]
#[case::another_call("The function 'States.UUID()' had the following error: bad")]
fn code_in_a_text_is_no_part_of_its_shape(#[case] right: &str) {
    let shape = "cause of cause: The function had the following error: bad -> another wording";
    assert_eq!(signature_of_causes(&two_passes(), right, "KeyError"), shape);
}

#[rstest]
#[case::a_boolean("false")]
#[case::a_number("-1.5e3")]
#[case::null("null")]
#[case::an_object("{\"a\":1}")]
fn document_in_a_text_is_no_part_of_its_shape(#[case] document: &str) {
    let right = format!("Unable to apply step \"text\" to input {document}");
    let shape = "cause of cause: Unable to apply step to input -> another wording";
    assert_eq!(signature_of_causes(&two_passes(), &right, "KeyError"), shape);
}

#[test]
fn failure_in_another_state_is_no_other_wording() {
    let text = |state| {
        format!("An error occurred while executing the state '{state}' (entered at the event id #2). No")
    };
    let found = signature_of_causes(&two_passes(), &text("B"), &text("A"));
    assert_eq!(
        found,
        "status of execution (Pass, ResultPath): fails in the right state -> fails in another state"
    );
}

/// A task with a catcher that leads where the state itself does.
fn task_with_catcher(argument: &str) -> Case {
    let mut machine = Machine::new(json!({"QueryLanguage": "JSONata", "StartAt": "A", "States": {
        "A": {"Type": "Task", "Resource": "arn:aws:states:us-east-1:123456789012:activity:work",
            "Arguments": argument, "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "B"}], "Next": "B"},
        "B": {"Type": "Pass", "End": true}
    }}));
    machine.stubs.insert("A".to_owned(), vec![Answer::Succeed(json!({}))]);
    Case::new(machine, json!({"there": 1}))
}

#[rstest]
#[case::should_go_on(
    "{% 1 %}",
    "{% 'a' * 2 %}",
    "status of Task (Arguments, Catch, JSONata): goes on -> fails"
)]
#[case::should_fail(
    "{% 'a' * 2 %}",
    "{% 1 %}",
    "status of Task (Arguments, Catch, JSONata): failed with States.QueryEvaluationError: \
     the expression throws T2001 -> goes on"
)]
fn failure_is_one_bug_whether_it_is_caught_or_not(
    #[case] right: &str,
    #[case] wrong: &str,
    #[case] expected: &str,
) {
    let observe =
        |path: &str| reference::observe(&task_with_catcher(path), Settings::default()).expect("modelled");
    let found = signature_between(&task_with_catcher(right), &observe(right), &observe(wrong));
    assert_eq!(found.expect("they differ").to_string(), expected);
}

#[test]
fn error_that_is_caught_and_told_wrongly_is_about_the_catcher() {
    let map = |catcher: Value| {
        let pass = json!({"StartAt": "B", "States": {"B": {"Type": "Pass", "End": true}}});
        json!({"QueryLanguage": "JSONata", "StartAt": "A", "States": {
            "A": {"Type": "Map", "Items": "{% 'a' * 2 %}", "ItemProcessor": pass, "End": true, "Catch": [catcher]},
            "C": {"Type": "Pass", "End": true}
        }})
    };
    let right = map(json!({"ErrorEquals": ["States.ALL"], "Next": "C"}));
    let wrong =
        map(json!({"ErrorEquals": ["States.ALL"], "Next": "C", "Output": {"error": "in lower case"}}));
    let case = |definition: &Value| Case::new(Machine::new(definition.clone()), json!({}));
    let observe = |case: &Case| reference::observe(case, Settings::default()).expect("modelled");
    let (right, wrong) = (case(&right), case(&wrong));
    let mut actual = observe(&wrong);
    actual.trace.as_mut().expect("a history").0.retain(|event| event.kind != "EvaluationFailed");
    let found = signature_between(&right, &observe(&right), &actual);
    assert_eq!(
        found.expect("they differ").to_string(),
        "output of any state (Catch): the right document -> not the right error"
    );
}

#[test]
fn error_that_is_caught_with_another_text_is_about_the_text() {
    let fails = |cause: &str| {
        let branch = json!({"StartAt": "B", "States": {"B": {"Type": "Fail", "Error": "E", "Cause": cause}}});
        json!({"StartAt": "A", "States": {
            "A": {"Type": "Parallel", "Branches": [branch], "End": true,
                "Catch": [{"ErrorEquals": ["E"], "ResultPath": "$.error", "Next": "C"}]},
            "C": {"Type": "Pass", "End": true}
        }})
    };
    let found = confusing(&fails("one"), &fails("other"), &json!({}));
    assert_eq!(found, "cause of cause: a text of the case -> another wording");
}

#[test]
fn choice_that_knows_no_way_is_about_its_default_although_the_right_way_fails_too() {
    let choice = |default: Option<&str>| {
        let mut choice = json!({"Type": "Choice", "Output": "{% $sqrt(-1) %}",
            "Choices": [{"Condition": false, "Next": "B"}, {"Condition": false, "Next": "C"}]});
        if let Some(default) = default {
            choice["Default"] = json!(default);
        }
        json!({"QueryLanguage": "JSONata", "StartAt": "A", "States": {
            "A": choice, "B": {"Type": "Pass", "End": true}, "C": {"Type": "Pass", "End": true}
        }})
    };
    let found = confusing(&choice(Some("C")), &choice(None), &json!({}));
    assert_eq!(found, "status of Choice (Default): the right way -> another way");
}

#[test]
fn rule_that_holds_before_one_that_should_have_failed_is_what_it_is_about() {
    let with = |number: i64| {
        choice(&[
            json!({"Variable": "$.n", "NumericEquals": number}),
            json!({"Variable": "$.missing", "StringEquals": "x"}),
        ])
    };
    let found = confusing(&with(1), &with(2), &json!({"n": 2}));
    assert_eq!(found, "status of Choice (NumericEquals): the right way -> another way");
}

/// The signature of a history that is all that is wrong, and the first event that shows it.
fn of_history(change: impl Fn(&mut Vec<TraceEvent>)) -> (String, String) {
    let case =
        Case::new(Machine::new(choice(&[json!({"Variable": "$.n", "IsNull": true})])), json!({"n": null}));
    let expected = reference::observe(&case, Settings::default()).expect("modelled");
    let mut actual = expected.clone();
    change(&mut actual.trace.as_mut().expect("a history").0);
    let judgement = judge(&case, &expected, &actual, &Policy::default());
    let first = judgement.divergences.first().expect("they differ");
    (first.signature.to_string(), judgement.first_difference.map(|first| first.event).unwrap_or_default())
}

#[test]
fn history_that_leaves_out_an_exit_says_nothing_about_the_way() {
    let (found, first) = of_history(|events| events.retain(|event| event.kind != "ChoiceStateExited"));
    assert_eq!(found, "trace of history: ChoiceStateExited -> missing");
    assert_eq!(first, "event 3, ChoiceStateExited Decide, is missing");
}

#[test]
fn another_way_to_the_same_end_is_no_fault_of_the_history() {
    let with = |number: i64| {
        json!({"StartAt": "A", "States": {
            "A": {"Type": "Choice", "Default": "B",
                "Choices": [{"Variable": "$.n", "NumericEquals": number, "Next": "C"}]},
            "B": {"Type": "Pass", "Next": "C"},
            "C": {"Type": "Pass", "End": true}
        }})
    };
    let wanted = "status of Choice (NumericEquals): the right way -> another way";
    for (right, wrong) in [(1, 2), (2, 1)] {
        assert_eq!(confusing(&with(right), &with(wrong), &json!({"n": 1})), wanted);
    }
}

#[test]
fn history_without_its_end_and_one_that_has_events_twice_break_a_rule() {
    let (cut, _) = of_history(|events| events.truncate(4));
    assert_eq!(cut, "trace of last-event: kept -> broken");
    let (twice, _) = of_history(|events| {
        let again = events[1..4].to_vec();
        events.splice(4..4, again);
    });
    assert_eq!(twice, "trace of event-ids: kept -> broken");
}

#[test]
fn attempts_are_counted_where_nothing_else_differs() {
    let case = |attempts: u64| {
        let mut machine = Machine::new(json!({"StartAt": "A", "States": {"A": {"Type": "Task", "End": true,
            "Resource": "arn:aws:states:us-east-1:123456789012:activity:work",
            "Retry": [{"ErrorEquals": ["E"], "MaxAttempts": attempts}]}}}));
        let fails = Answer::Fail { error: Some("E".to_owned()), cause: None };
        machine.stubs.insert("A".to_owned(), vec![fails; 4]);
        Case::new(machine, json!({}))
    };
    let observe = |case: &Case| reference::observe(case, Settings::default()).expect("modelled");
    let signature = signature_between(&case(3), &observe(&case(3)), &observe(&case(2)));
    assert_eq!(
        signature.expect("they differ").to_string(),
        "trace of any state (Retry): the right number of attempts -> another number of attempts"
    );
}

/// The second attempt of a Map comes after what was inside of it.
#[test]
fn attempts_of_a_map_are_counted() {
    let map = |attempts: u64| {
        let fails = json!({"StartAt": "F", "States": {"F": {"Type": "Fail", "Error": "E", "Cause": "c"}}});
        json!({"StartAt": "M", "States": {"M": {"Type": "Map", "ItemProcessor": fails, "End": true,
            "Retry": [{"ErrorEquals": ["E"], "MaxAttempts": attempts}]}}})
    };
    assert_eq!(
        confusing(&map(2), &map(1), &json!([1])),
        "trace of any state (Retry): the right number of attempts -> another number of attempts"
    );
}

/// The number of the event in the text differs, because a state before was tried more often.
#[test]
fn other_attempts_before_a_failure_are_no_matter_of_its_text() {
    let machine = |attempts: u64| {
        let mut machine = Machine::new(json!({"StartAt": "A", "States": {
            "A": {"Type": "Task", "Resource": "arn:aws:states:us-east-1:123456789012:activity:work", "End": true,
                "Retry": [{"ErrorEquals": ["E"], "MaxAttempts": attempts}],
                "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "B"}]},
            "B": {"Type": "Pass", "InputPath": "$.missing", "End": true}
        }}));
        let fails = Answer::Fail { error: Some("E".to_owned()), cause: None };
        machine.stubs.insert("A".to_owned(), vec![fails; 4]);
        Case::new(machine, json!({}))
    };
    let observe = |case: &Case| reference::observe(case, Settings::default()).expect("modelled");
    let signature = signature_between(&machine(3), &observe(&machine(3)), &observe(&machine(2)));
    assert_eq!(
        signature.expect("they differ").to_string(),
        "trace of any state (Retry): the right number of attempts -> another number of attempts"
    );
}

#[test]
fn rule_that_only_says_yes_or_no_is_no_part_of_the_bug() {
    let with = |answer: bool| {
        choice(&[
            json!({"Variable": "$", "IsPresent": answer}),
            json!({"Variable": "$.n", "NumericEquals": 1}),
        ])
    };
    let found = confusing(&with(true), &with(false), &json!({"n": 1}));
    assert_eq!(found, "status of Choice: the right way -> another way");
}

#[test]
fn rules_that_lead_to_the_same_state_are_all_in_play() {
    let with = |number: i64| {
        let mut machine = choice(&[
            json!({"Variable": "$.missing", "IsPresent": true}),
            json!({"Variable": "$.n", "NumericEquals": number}),
            json!({"Variable": "$.s", "StringEquals": "x"}),
        ]);
        machine["States"]["Decide"]["Choices"][2]["Next"] = json!("T0");
        machine["States"].as_object_mut().expect("states").shift_remove("T2");
        machine
    };
    let found = confusing(&with(1), &with(2), &json!({"n": 1, "s": "x"}));
    assert_eq!(found, "status of Choice (IsPresent, NumericEquals): the right way -> another way");
}

#[rstest]
#[case::too_soon(true, "status of Choice: goes on -> fails")]
#[case::too_late(
    false,
    "status of Choice: failed with States.Runtime: Invalid path : The choice state's condition path references -> goes on"
)]
fn failure_in_another_rule_is_no_other_wording(#[case] is_too_soon: bool, #[case] wanted: &str) {
    let asked =
        json!({"And": [{"Variable": "$.a", "IsPresent": true}, {"Variable": "$.a", "NumericEquals": 1}]});
    let not_asked = json!({"And": [{"Variable": "$.a", "NumericEquals": 1}]});
    let with = |first: &Value| choice(&[first.clone(), json!({"Variable": "$.b", "NumericEquals": 1})]);
    let (right, wrong) = if is_too_soon { (&asked, &not_asked) } else { (&not_asked, &asked) };
    assert_eq!(confusing(&with(right), &with(wrong), &json!({})), wanted);
}

#[test]
fn condition_that_is_looked_at_although_one_before_holds_is_another_way() {
    let with = |answer: bool| {
        let rules = [json!({"Condition": answer}), json!({"Condition": "{% 'a' * 2 %}"})];
        let mut definition = choice(&rules);
        definition["QueryLanguage"] = json!("JSONata");
        definition
    };
    let found = confusing(&with(true), &with(false), &json!({}));
    assert_eq!(found, "status of Choice: the right way -> another way");
}

#[test]
fn input_path_of_a_choice_is_in_play_where_it_goes_another_way() {
    let mut definition = choice(&[json!({"Variable": "$.n", "NumericEquals": 1})]);
    definition["States"]["Decide"]["InputPath"] = json!("$.inner");
    let found = rule_in_play(&States::of(&definition), "Decide", Turn::To("T0"), Turn::To("No"));
    assert_eq!(found.expect("a rule"), ["InputPath", "NumericEquals"].map(str::to_owned).into());
}

#[test]
fn error_that_a_function_makes_is_one_of_the_case() {
    let ends = |state: Value| json!({"StartAt": "A", "States": {"A": state}});
    let fails = ends(json!({"Type": "Fail", "ErrorPath": "States.Format('in {}', $.n)", "Cause": "c"}));
    let found = confusing(&fails, &ends(json!({"Type": "Succeed"})), &json!({"n": 1}));
    assert!(found.contains(": failed with an error of the case -> "), "{found}");
}

#[test]
fn rule_that_fails_for_one_item_of_a_map_fails() {
    let map = |operator: &str, operand: Value| {
        let rule = json!({"Variable": "$.a", operator: operand});
        json!({"StartAt": "M", "States": {
            "M": {"Type": "Map", "MaxConcurrency": 1, "ItemProcessor": choice(&[rule]), "End": true}}})
    };
    let input = json!([{"a": 1, "b": 2}, {"a": 1}]);
    let found = confusing(&map("NumericEquals", json!(2)), &map("NumericEqualsPath", json!("$.b")), &input);
    assert_eq!(found, "status of Choice: goes on -> fails");
}

#[test]
fn null_for_data_can_be_what_a_rule_is_wrong_about() {
    let with = |answer: bool| choice(&[json!({"Variable": "$", "IsPresent": answer})]);
    let found = confusing(&with(true), &with(false), &Value::Null);
    assert_eq!(found, "status of Choice (IsPresent): the right way -> another way");
}

#[test]
fn rule_and_default_that_lead_to_the_same_state_are_both_in_play() {
    let with = |number: i64| {
        let mut machine = choice(&[
            json!({"Variable": "$", "IsPresent": false}),
            json!({"Variable": "$.n", "NumericEquals": number}),
        ]);
        machine["States"]["Decide"]["Default"] = json!("T0");
        machine["States"].as_object_mut().expect("states").shift_remove("No");
        machine
    };
    let found = confusing(&with(1), &with(2), &json!({"n": 1}));
    assert_eq!(found, "status of Choice (NumericEquals): the right way -> another way");
}

#[test]
fn arn_in_a_text_is_no_part_of_its_shape() {
    let says = |name: &str| {
        format!("The activity arn:aws:states:us-east-1:123456789012:activity:{name} does not exist.")
    };
    let with = |name: &str| signature_of_causes(&two_passes(), &says(name), "gone");
    assert_eq!(with("work"), with("other-1"));
}

#[test]
fn result_that_cannot_be_written_is_no_matter_of_the_state() {
    let parallel = |path: &str| {
        let branch = json!({"StartAt": "B", "States": {"B": {"Type": "Pass", "End": true}}});
        json!({"StartAt": "P", "States": {
            "P": {"Type": "Parallel", "Branches": [branch], "ResultPath": path, "End": true}}})
    };
    let found = confusing(&parallel("$.made.step"), &parallel("$.text.step"), &json!({"text": ""}));
    assert_eq!(found, "status of any state (ResultPath): goes on -> fails with States.ReferencePathConflict");
}

#[test]
fn failure_of_another_kind_is_no_other_wording_where_nobody_sees_inside() {
    let place = "An error occurred while executing the state 'B' (entered at the event id #2). ";
    let right =
        format!("{place}There was an error while evaluating the intrinsic function: 'States.Array()'.");
    let found = format!("{place}Invalid path '$.a': No results for path: $['a']");
    assert_eq!(
        signature_of_causes(&two_passes(), &right, &found),
        "status of execution (Pass, ResultPath): fails in the right way -> fails in another way"
    );
}

#[test]
fn failing_state_is_what_it_is_about_and_not_the_branch_that_it_stops() {
    let parallel = |path: &str| {
        let choice = choice(&[json!({"Variable": "$.n", "IsNull": false})]);
        let map = json!({"StartAt": "W", "States": {"W": {"Type": "Map", "ItemsPath": path, "End": true,
            "ItemProcessor": {"StartAt": "I", "States": {"I": {"Type": "Wait", "Seconds": 9, "End": true}}}}}});
        let mut slow = choice.clone();
        slow["States"]["No"] = json!({"Type": "Fail", "Error": "E"});
        json!({"StartAt": "P", "States": {"P": {"Type": "Parallel", "Branches": [slow, map], "End": true}}})
    };
    let found = confusing(&parallel("$.list"), &parallel("$.n"), &json!({"n": null, "list": [1]}));
    assert_eq!(found, "status of Map (ItemsPath): goes on -> fails");
}

#[test]
fn failure_in_another_field_is_no_other_wording() {
    let pass = |path: &str| {
        json!({"StartAt": "A", "States": {"A": {"Type": "Pass", "InputPath": path, "End": true,
            "Parameters": {"id.$": "$.id", "copy.$": "$.missing"}}}})
    };
    let found = confusing(&pass("$.inner"), &pass("$"), &json!({"inner": {"id": 1}}));
    assert_eq!(
        found,
        "status of Pass (InputPath, Parameters): fails in the right field -> fails in another field"
    );
}

#[test]
fn field_that_one_wording_names_and_the_other_one_does_not_is_no_other_field() {
    let definition = json!({"StartAt": "A", "States": {
        "A": {"Type": "Pass", "Parameters": {"a.$": "States.Array($.x)"}, "End": true}}});
    let case = Case::new(Machine::new(definition), json!({}));
    let place = "An error occurred while executing the state 'A' (entered at the event id #2). ";
    let expected = reference::observe(&case, Settings::default()).expect("modelled");
    let text = format!(
        "{place}The JSONPath '$.x' specified for the field 'a.$' could not be found in the input '{{}}'"
    );
    let outcome = Outcome::Failed { error: Some("States.Runtime".to_owned()), cause: Some(text) };
    let found = signature_between(&case, &expected, &Observation { outcome, ..expected.clone() });
    assert_eq!(
        found.expect("they differ").to_string(),
        "cause of cause: The function had the following error: The JsonPath argument -> another wording"
    );
}

#[test]
fn state_that_the_engine_fails_in_is_what_it_is_about_and_not_where_the_execution_ends() {
    let map = |path: &str| {
        let fails = json!({"StartAt": "F", "States": {"F": {"Type": "Fail", "Error": "E"}}});
        json!({"StartAt": "M", "States": {
            "M": {"Type": "Map", "InputPath": path, "ItemProcessor": fails, "End": true}}})
    };
    let found = confusing(&map("$.list"), &map("$"), &json!({"list": [1]}));
    assert_eq!(found, "status of any state (InputPath): goes on -> fails");
}

#[rstest]
#[case::in_a_branch(json!({"Type": "Parallel", "Branches": [{"StartAt": "In", "States": {"In": {"Type": "Fail", "Error": "E", "Cause": "c"}}}]}))]
#[case::in_an_iteration(json!({"Type": "Map", "ItemProcessor": {"StartAt": "In", "States": {"In": {"Type": "Fail", "Error": "E", "Cause": "c"}}}}))]
fn failure_that_is_caught_wrongly_is_about_the_catcher_and_not_about_what_failed(#[case] state: Value) {
    let catching = |error: &str| {
        let mut state = state.clone();
        state["Catch"] = json!([{"ErrorEquals": [error], "Next": "Caught"}]);
        state["End"] = true.into();
        json!({"StartAt": "A", "States": {"A": state, "Caught": {"Type": "Succeed"}}})
    };
    assert_eq!(
        confusing(&catching("Other"), &catching("E"), &json!([1])),
        "status of any state (Catch): failed with an error of the case -> goes on"
    );
}

#[test]
fn what_should_have_timed_out_is_about_the_time_and_not_about_the_expressions_there() {
    let wait = json!({"Type": "Wait", "SecondsPath": "$.waits[0]", "End": true});
    let right = json!({"StartAt": "A", "States": {"A": wait}, "TimeoutSeconds": 1});
    let wrong = json!({"StartAt": "A", "States": {"A": wait}});
    let expected = "status of any state: timed out -> goes on";
    assert_eq!(confusing(&right, &wrong, &json!({"waits": [3]})), expected);
}

#[test]
fn state_that_takes_no_time_is_not_what_timed_out() {
    let fails = json!({"StartAt": "F", "States": {"F": {"Type": "Fail", "Error": "E", "Cause": "c"}}});
    let retrier = json!({"ErrorEquals": ["E"], "IntervalSeconds": 3600, "MaxAttempts": 1});
    let parallel = json!({"Type": "Parallel", "Branches": [fails], "Retry": [retrier], "End": true});
    let right = json!({"StartAt": "A", "States": {"A": parallel}, "TimeoutSeconds": 60});
    let wrong = json!({"StartAt": "A", "States": {"A": parallel}});
    let found = confusing(&right, &wrong, &json!({}));
    assert!(found.starts_with("status of any state: timed out -> "), "{found}");
}

#[rstest]
#[case::in_a_template(
    json!({"Type": "Pass", "Parameters": {"a.$": "$", "b.$": "$"}, "End": true}),
    json!({"Type": "Pass", "Parameters": {"a.$": "$"}, "End": true})
)]
#[case::in_a_result(
    json!({"Type": "Parallel", "Branches": [{"StartAt": "B", "States": {"B": {"Type": "Succeed"}}}],
        "ResultSelector": {"a.$": "$", "b.$": "$"}, "End": true}),
    json!({"Type": "Parallel", "Branches": [{"StartAt": "B", "States": {"B": {"Type": "Succeed"}}}],
        "ResultSelector": {"a.$": "$"}, "End": true})
)]
fn too_much_data_is_no_matter_of_the_state(#[case] right: Value, #[case] wrong: Value) {
    let machine = |state: Value| json!({"StartAt": "A", "States": {"A": state}});
    let signature = confusing(&machine(right), &machine(wrong), &json!("x".repeat(200_000)));
    assert!(
        signature.starts_with("status of any state: failed with States.DataLimitExceeded"),
        "{signature}"
    );
    assert!(signature.ends_with("-> goes on"), "{signature}");
}

#[test]
fn condition_that_fails_is_about_what_stands_in_it() {
    let choice = |condition: &str| {
        let rules = json!([{"Condition": condition, "Next": "Then"}]);
        json!({"StartAt": "A", "QueryLanguage": "JSONata", "States": {
            "A": {"Type": "Choice", "Choices": rules}, "Then": {"Type": "Succeed"}
        }})
    };
    assert_eq!(
        confusing(&choice("{% $lowercase('A') = 'a' %}"), &choice("{% $lowercase(1) = 'a' %}"), &json!({})),
        "status of Choice ($lowercase, JSONata): goes on -> fails"
    );
}

#[test]
fn executions_part_where_a_state_is_left_out_and_not_where_the_engine_fails_behind_that() {
    let fails = json!({"Type": "Pass", "InputPath": "$.missing", "End": true});
    let right = json!({"StartAt": "A", "States": {
        "A": {"Type": "Pass", "Next": "B"},
        "B": {"Type": "Pass", "Next": "C"},
        "C": {"Type": "Pass", "InputPath": "$.a", "End": true}
    }});
    let wrong = json!({"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "C"}, "C": fails}});
    let observe = |definition: Value| {
        let case = Case::new(Machine::new(definition), json!({"a": 1}));
        let observation = reference::observe(&case, Settings::default()).expect("modelled");
        (case, observation)
    };
    let ((case, expected), (_, actual)) = (observe(right), observe(wrong));
    let judgement = judge(&case, &expected, &actual, &Policy::default());
    let first = judgement.first_difference.expect("the histories part");
    assert!(first.event.contains("PassStateEntered B"), "{first:?}");
}
