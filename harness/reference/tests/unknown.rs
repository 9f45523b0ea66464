//! Claims about what nobody knows of AWS: an answer is given, and said to prove nothing.

use asl_cases::{Answer, Case, Machine, Observation, Outcome, Permit};
use asl_reference::reference::{Settings, observe};
use rstest::rstest;
use serde_json::{Value, json};

const ACTIVITY: &str = "arn:aws:states:us-east-1:123456789012:activity:work";

#[rstest]
#[case::a_character("States.StringSplit($.text, ',')", "a,b", true)]
#[case::none("States.StringSplit($.text, '')", "a,b", false)]
#[case::none_of_an_empty_text("States.StringSplit($.text, '')", "", true)]
#[case::none_inside_of_another_call("States.ArrayLength(States.StringSplit($.text, ''))", "a", false)]
fn what_a_text_is_split_into_without_a_delimiter_is_not_known(
    #[case] call: &str,
    #[case] text: &str,
    #[case] is_known: bool,
) {
    let pass = json!({"Type": "Pass", "Parameters": {"parts.$": call}, "End": true});
    let case = Case::new(Machine::new(json!({"StartAt": "A", "States": {"A": pass}})), json!({"text": text}));
    let observation = observe(&case, Settings::default()).expect("it is modelled");
    assert!(matches!(observation.outcome, Outcome::Succeeded(Value::Object(_))), "{observation:?}");
    assert_eq!(observation.permits.contains(&Permit::UncertainValue), !is_known);
}

/// What a machine does that begins in `A`, a state that says nothing of where it leads; `Z` ends it well.
fn observation(first: &Value, input: Value) -> Observation {
    let mut states = json!({"A": first});
    if first["Type"] != "Fail" {
        states["Z"] = json!({"Type": "Pass", "End": true});
    }
    if !["Fail", "Choice"].iter().any(|kind| first["Type"] == *kind) {
        states["A"]["Next"] = "Z".into();
    }
    let machine = Machine::new(json!({"StartAt": "A", "States": states}));
    observe(&Case::new(machine, input), Settings::default()).expect("it is modelled")
}

fn text() -> Permit {
    Permit::UncertainText { state: "A".to_owned() }
}

fn outcome() -> Permit {
    Permit::UncertainOutcome { state: "A".to_owned() }
}

/// Jackson reads a whole value from the beginning of a text, and by itself does not mind what follows.
#[rstest]
#[case::another_number("[1] 2", false)]
#[case::another_object("{}{}", false)]
#[case::broken_object("{\"a\": }", true)]
#[case::no_json("nothing", true)]
fn what_becomes_of_a_text_behind_json_is_not_known(#[case] text: &str, #[case] is_known: bool) {
    let call = json!({"Type": "Pass", "Parameters": {"json.$": "States.StringToJson($.text)"}});
    let found = observation(&call, json!({"text": text}));
    assert!(matches!(found.outcome, Outcome::Failed { .. }), "{found:?}");
    assert_eq!(found.permits.contains(&Permit::UncertainValue), !is_known);
}

#[rstest]
#[case::beyond_the_array("$.items[7]", vec![outcome()])]
#[case::in_an_array_that_is_not_there("$.more[0]", vec![outcome()])]
#[case::below_null("$.a.n.z", vec![outcome()])]
#[case::below_a_number("$.a.one.z", vec![text()])]
#[case::key_of_an_array("$.items.z", vec![text()])]
#[case::position_of_an_object("$.a[0]", vec![text()])]
fn whether_a_result_can_be_placed_there_is_not_always_known(
    #[case] result_path: &str,
    #[case] expected: Vec<Permit>,
) {
    let pass = json!({"Type": "Pass", "Result": 1, "ResultPath": result_path});
    let found = observation(&pass, json!({"items": [1, 2], "a": {"n": null, "one": 1}}));
    assert!(matches!(found.outcome, Outcome::Failed { .. }), "{found:?}");
    assert_eq!(found.permits, expected);
}

#[rstest]
#[case("$.items[7]", outcome())]
#[case("$.items.z", text())]
fn whether_an_error_output_can_be_placed_there_is_not_known_either(
    #[case] result_path: &str,
    #[case] expected: Permit,
) {
    let branch = json!({"StartAt": "F", "States": {"F": {"Type": "Fail", "Error": "E", "Cause": "c"}}});
    let catcher = json!({"ErrorEquals": ["E"], "ResultPath": result_path, "Next": "Z"});
    let parallel = json!({"Type": "Parallel", "Branches": [branch], "Catch": [catcher]});
    assert_eq!(observation(&parallel, json!({"items": []})).permits, [expected]);
}

/// A missed heartbeat is a time-out with a name of its own; whether `States.TaskFailed` matches that is not known.
#[rstest]
#[case::the_wildcard(json!({"Catch": [catcher("States.TaskFailed")]}), true)]
#[case::before_a_catcher_that_matches(
    json!({"Catch": [catcher("States.TaskFailed"), catcher("States.HeartbeatTimeout")]}),
    true
)]
#[case::behind_a_catcher_that_matches(
    json!({"Catch": [catcher("States.HeartbeatTimeout"), catcher("States.TaskFailed")]}),
    false
)]
#[case::a_retrier(json!({"Retry": [{"ErrorEquals": ["States.TaskFailed"], "MaxAttempts": 1}]}), true)]
#[case::a_catcher_that_is_not_asked(
    json!({"Retry": [{"ErrorEquals": ["States.Timeout"]}], "Catch": [catcher("States.TaskFailed")]}),
    false
)]
#[case::another_name(json!({"Catch": [catcher("Other")]}), false)]
fn whether_task_failed_matches_a_missed_heartbeat_is_not_known(
    #[case] handlers: Value,
    #[case] is_open: bool,
) {
    let mut task = json!({"Type": "Task", "Resource": ACTIVITY, "HeartbeatSeconds": 5, "Next": "Z"});
    for (field, value) in handlers.as_object().into_iter().flatten() {
        task[field] = value.clone();
    }
    let states = json!({"A": task, "Z": {"Type": "Pass", "End": true}});
    let mut machine = Machine::new(json!({"StartAt": "A", "States": states}));
    let answers = vec![Answer::Silence, Answer::Succeed(json!(1))];
    machine.stubs.insert("A".to_owned(), answers);
    let found = observe(&Case::new(machine, json!({})), Settings::default()).expect("it is modelled");
    assert_eq!(found.permits.contains(&outcome()), is_open, "{found:?}");
}

fn catcher(name: &str) -> Value {
    json!({"ErrorEquals": [name], "Next": "Z"})
}

/// AWS's own `States.Runtime` passes every handler by; whether one that a definition gives does is not known.
#[rstest]
#[case::a_catcher_that_would_match("States.Runtime", Some("States.ALL"), vec![outcome_of("F")])]
#[case::a_catcher_of_another_error("States.Runtime", Some("Other"), vec![text_of("F")])]
#[case::no_catcher("States.Runtime", None, vec![text_of("F")])]
#[case::another_error("Own", Some("States.ALL"), vec![])]
fn what_becomes_of_a_runtime_error_that_a_fail_state_gives_is_not_known(
    #[case] error: &str,
    #[case] caught: Option<&str>,
    #[case] expected: Vec<Permit>,
) {
    let fail = json!({"Type": "Fail", "Error": error, "Cause": "c"});
    let branch = json!({"StartAt": "F", "States": {"F": fail}});
    let mut parallel = json!({"Type": "Parallel", "Branches": [branch]});
    if let Some(caught) = caught {
        parallel["Catch"] = json!([catcher(caught)]);
    }
    assert_eq!(observation(&parallel, json!({})).permits, expected);
}

#[test]
fn runtime_error_that_a_fail_state_gives_outside_of_branches_is_the_end() {
    let fail = json!({"Type": "Fail", "Error": "States.Runtime", "Cause": "c"});
    assert_eq!(observation(&fail, json!({})).permits, []);
}

fn text_of(state: &str) -> Permit {
    Permit::UncertainText { state: state.to_owned() }
}

fn outcome_of(state: &str) -> Permit {
    Permit::UncertainOutcome { state: state.to_owned() }
}

/// Specified: a positive number of seconds, and heartbeats that are shorter than the time-out. What AWS does with others
/// that are looked up is not known.
#[rstest]
#[case::usual(json!({"TimeoutSecondsPath": "$.nine"}), true)]
#[case::none(json!({"TimeoutSecondsPath": "$.none"}), false)]
#[case::the_longest(json!({"TimeoutSecondsPath": "$.longest"}), true)]
#[case::too_long(json!({"TimeoutSecondsPath": "$.too_long"}), false)]
#[case::no_heartbeat(json!({"TimeoutSeconds": 9, "HeartbeatSecondsPath": "$.none"}), false)]
#[case::shorter_heartbeat(json!({"TimeoutSeconds": 10, "HeartbeatSecondsPath": "$.nine"}), true)]
#[case::heartbeat_as_long(json!({"TimeoutSeconds": 9, "HeartbeatSecondsPath": "$.nine"}), false)]
#[case::longer_heartbeat(json!({"TimeoutSecondsPath": "$.nine", "HeartbeatSeconds": 10}), false)]
fn what_becomes_of_a_time_limit_out_of_range_is_not_known(#[case] limits: Value, #[case] is_known: bool) {
    let mut task = json!({"Type": "Task", "Resource": ACTIVITY, "End": true});
    for (field, value) in limits.as_object().into_iter().flatten() {
        task[field] = value.clone();
    }
    let mut machine = Machine::new(json!({"StartAt": "A", "States": {"A": task}}));
    machine.stubs.insert("A".to_owned(), vec![Answer::Succeed(json!(1))]);
    let input = json!({"none": 0, "nine": 9, "longest": 99_999_999, "too_long": 100_000_000});
    let found = observe(&Case::new(machine, input), Settings::default()).expect("it is modelled");
    assert_eq!(found.permits.contains(&Permit::UncertainValue), !is_known);
}

/// `$` in `Assign` is the result: the specification does not say whether before or after `ResultSelector`.
#[rstest]
#[case::without_a_selector(None, "$[0]", vec![])]
#[case::other_value(Some(json!({"k.$": "$[0].k"})), "$", vec![Permit::UncertainValue])]
#[case::nowhere_after_the_selector(Some(json!({"k": 1})), "$[0].k", vec![Permit::UncertainValue])]
#[case::nowhere_before_the_selector(Some(json!({"sum": 1})), "$.sum", vec![text(), Permit::UncertainValue])]
#[case::nowhere_at_all(Some(json!({"sum": 1})), "$.none", vec![text()])]
#[case::same_value(Some(json!({"all.$": "$"})), "$$.State.Name", vec![])]
#[case::same_call(Some(json!({"all.$": "$"})), "States.MathAdd(1, 2)", vec![])]
#[case::drawn(Some(json!({"all.$": "$"})), "States.UUID()", vec![])]
fn whether_assign_sees_what_result_selector_makes_is_not_known(
    #[case] selector: Option<Value>,
    #[case] assigned: &str,
    #[case] expected: Vec<Permit>,
) {
    let branch = json!({"StartAt": "P", "States": {"P": {"Type": "Pass", "End": true}}});
    let mut parallel = json!({"Type": "Parallel", "Branches": [branch], "Assign": {"v.$": assigned}});
    if let Some(selector) = selector {
        parallel["ResultSelector"] = selector;
    }
    assert_eq!(observation(&parallel, json!({"k": 1})).permits, expected);
}

#[rstest]
#[case::text(json!("E"), vec![])]
#[case::number(json!(1), vec![text()])]
#[case::object(json!({"k": 1}), vec![text()])]
#[case::null(json!(null), vec![text()])]
fn which_error_a_value_that_is_no_text_becomes_is_not_known(
    #[case] value: Value,
    #[case] expected: Vec<Permit>,
    #[values("Error", "Cause")] field: &str,
) {
    let mut fail = json!({"Type": "Fail"});
    fail[format!("{field}Path")] = "$.v".into();
    let found = observation(&fail, json!({"v": value}));
    assert!(matches!(found.outcome, Outcome::Failed { .. }), "{found:?}");
    assert_eq!(found.permits, expected);
}

/// Recorded: the words for a value that is no integer, and for a negative `ToleratedFailureCount`; not what comes of a
/// negative `MaxConcurrency`.
#[rstest]
#[case::no_integer(json!("many"), vec![])]
#[case::negative(json!(-1), vec![outcome()])]
#[case::negative_text(json!("-1"), vec![outcome()])]
#[case::negative_fraction(json!(-1.5), vec![])]
fn what_becomes_of_a_negative_concurrency_is_not_known(#[case] found: Value, #[case] expected: Vec<Permit>) {
    let found = observation(&map(&json!({"MaxConcurrencyPath": "$.n"})), json!({"items": [1], "n": found}));
    assert!(matches!(found.outcome, Outcome::Failed { .. }), "{found:?}");
    assert_eq!(found.permits, expected);
}

/// A Map over `$.items` with these fields.
fn map(more: &Value) -> Value {
    let processor = json!({"StartAt": "I", "States": {"I": {"Type": "Pass", "End": true}}});
    let mut map = json!({"Type": "Map", "ItemsPath": "$.items", "ItemProcessor": processor});
    for (field, value) in more.as_object().into_iter().flatten() {
        map[field] = value.clone();
    }
    map
}

/// Recorded: the words for a missing time limit; not those for another number that a path does not lead to.
#[rstest]
#[case("MaxConcurrencyPath")]
#[case("ToleratedFailureCountPath")]
#[case("ToleratedFailurePercentagePath")]
fn words_about_a_missing_number_of_a_map_are_not_known(#[case] field: &str) {
    let found = observation(&map(&json!({field: "$.n"})), json!({"items": [1]}));
    assert!(matches!(found.outcome, Outcome::Failed { .. }), "{found:?}");
    assert_eq!(found.permits, [text()]);
}

/// That the Map fails is known, and with which words; whether it says before that it started is not.
#[rstest]
#[case::nowhere("$.zz", vec![Permit::UncertainHistory { state: "A".to_owned() }])]
#[case::somewhere("$.items", vec![])]
fn history_before_a_failing_item_selector_is_not_known(#[case] path: &str, #[case] expected: Vec<Permit>) {
    let selecting = map(&json!({"ItemSelector": {"x.$": path}}));
    assert_eq!(observation(&selecting, json!({"items": [1]})).permits, expected);
}

/// The formatter that AWS's own words name takes lower case, and a time without seconds.
#[rstest]
#[case::blank("2026-01-01 00:00:00Z", vec![])]
#[case::no_zone("2026-01-01T00:00:00", vec![])]
#[case::month("2026-13-01T00:00:00Z", vec![])]
#[case::no_seconds("2026-01-01T00:00Z", vec![outcome()])]
#[case::no_seconds_and_no_zone("2026-01-01T00:00", vec![])]
#[case::lower_case("2026-01-01t00:00:00z", vec![outcome()])]
#[case::multi_byte("2026-01-01T00:0é", vec![])]
fn whether_an_unusual_instant_is_one_is_not_always_known(
    #[case] instant: &str,
    #[case] expected: Vec<Permit>,
    #[values(false, true)] is_jsonata: bool,
) {
    let wait = if is_jsonata {
        json!({"Type": "Wait", "QueryLanguage": "JSONata", "Timestamp": "{% $states.input.at %}"})
    } else {
        json!({"Type": "Wait", "TimestampPath": "$.at"})
    };
    let found = observation(&wait, json!({"at": instant}));
    assert!(matches!(found.outcome, Outcome::Failed { .. }), "{found:?}");
    assert_eq!(found.permits, expected);
}

/// Recorded for a negative number, a fraction and an object.
#[rstest]
#[case::negative(json!(-1), vec![])]
#[case::fraction(json!(1.5), vec![])]
#[case::object(json!({"raw": "3"}), vec![])]
#[case::whole_number_with_a_fraction(json!(3.0), vec![outcome()])]
#[case::digits(json!("3"), vec![outcome()])]
#[case::letters(json!("three"), vec![text()])]
#[case::null(json!(null), vec![text()])]
#[case::too_large_for_java(json!(1_u64 << 63), vec![text()])]
fn whether_an_unusual_number_of_seconds_is_one_is_not_always_known(
    #[case] seconds: Value,
    #[case] expected: Vec<Permit>,
) {
    let found = observation(&json!({"Type": "Wait", "SecondsPath": "$.s"}), json!({"s": seconds}));
    assert!(matches!(found.outcome, Outcome::Failed { .. }), "{found:?}");
    assert_eq!(found.permits, expected);
}

#[rstest]
#[case::template(json!({"Type": "Pass", "Parameters": {"k.$": "$v"}}))]
#[case::member(json!({"Type": "Pass", "Parameters": {"k.$": "$v.k"}}))]
#[case::argument(json!({"Type": "Pass", "Parameters": {"k.$": "States.Format('{}', $v)"}}))]
#[case::error(json!({"Type": "Fail", "ErrorPath": "$v", "Cause": "c"}))]
#[case::seconds(json!({"Type": "Wait", "SecondsPath": "$v"}))]
#[case::instant(json!({"Type": "Wait", "TimestampPath": "$v"}))]
#[case::compared(choice(&json!({"Variable": "$v", "NumericEquals": 1})))]
#[case::compared_with(choice(&json!({"Variable": "$.x", "NumericEqualsPath": "$v"})))]
fn words_about_a_variable_that_is_not_assigned_are_not_known(#[case] state: Value) {
    let found = observation(&state, json!({"x": 1}));
    assert!(matches!(found.outcome, Outcome::Failed { .. }), "{found:?}");
    assert_eq!(found.permits, [text()]);
}

#[rstest]
#[case::template(json!({"Type": "Pass", "Parameters": {"k.$": "$.v"}}))]
#[case::argument(json!({"Type": "Pass", "Parameters": {"k.$": "States.Format('{}', $.v)"}}))]
#[case::seconds(json!({"Type": "Wait", "SecondsPath": "$.v"}))]
#[case::compared(choice(&json!({"Variable": "$.v", "NumericEquals": 1})))]
fn words_about_a_missing_member_of_the_input_are_known(#[case] state: Value) {
    assert_eq!(observation(&state, json!({"x": 1})).permits, []);
}

fn choice(rule: &Value) -> Value {
    let mut rule = rule.clone();
    rule["Next"] = "Z".into();
    json!({"Type": "Choice", "Choices": [rule], "Default": "Z"})
}

/// Documented: a limit for what is assigned at once, and not how it fails.
#[test]
fn error_of_an_assignment_above_the_limit_is_not_known() {
    let pass = json!({"Type": "Pass", "Assign": {"a.$": "$", "b.$": "$"}});
    let found = observation(&pass, json!("x".repeat(150_000)));
    assert!(matches!(found.outcome, Outcome::Failed { .. }), "{found:?}");
    assert_eq!(found.permits, [text()]);
}

#[rstest]
#[case::added_to("$states.input.id + 1", false)]
#[case::halved("$states.input.id % 2", false)]
#[case::as_a_text("$string($states.input.id)", false)]
#[case::negative_literal("-9007199254740993", false)]
#[case::computed("9007199254740991 + 2", false)]
#[case::carried("{'id': $states.input.id}", true)]
#[case::not_looked_at("$uppercase($states.input.name) & $count($states.input.*)", true)]
#[case::fails_without_it("$uppercase($states.input.n)", true)]
fn what_is_computed_with_an_integer_that_no_double_holds_is_not_known(
    #[case] expression: &str,
    #[case] is_known: bool,
) {
    let pass = json!({"Type": "Pass", "Output": format!("{{% {expression} %}}"), "End": true});
    let machine = json!({"QueryLanguage": "JSONata", "StartAt": "A", "States": {"A": pass}});
    let input = json!({"id": 9_007_199_254_740_993_i64, "name": "a", "n": 1});
    let observation = observe(&Case::new(Machine::new(machine), input), Settings::default());
    let permits = observation.expect("it is modelled").permits;
    assert_eq!(permits.contains(&Permit::UncertainValue), !is_known);
}
