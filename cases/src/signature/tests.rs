//! Claims about signatures: which are one bug, and what they say together.

use rstest::rstest;

use super::*;

mod reasons;

fn of_field(facet: Facet, place: &str, constructs: &[&str]) -> Signature {
    Signature { facet, place: place.to_owned(), ..signature(constructs, "fails") }.settled()
}

#[test]
fn what_should_fail_is_no_reason_for_what_should_not() {
    let of_map = |facet, constructs: &[&str], expected: &str| Signature {
        facet,
        place: "Map".to_owned(),
        expected: expected.to_owned(),
        ..signature(constructs, "another")
    };
    let root = of_map(Facet::Status, &["ItemsPath"], "failed with States.Runtime");
    let wrong = of_map(Facet::Output, &["ItemBatcher", "ItemsPath"], "a value");
    assert!(!wrong.needs(&root));
    assert!(wrong.needs(&of_map(Facet::Status, &["ItemsPath"], GOES_ON)));
    assert!(of_map(Facet::Status, &["ItemBatcher", "ItemsPath"], "failed with States.Runtime").needs(&root));
}

#[rstest]
#[case::fails_because_of_the_field(of_field(Facet::Status, "Pass", &["InputPath", "Parameters"]), true)]
#[case::in_another_state(of_field(Facet::Output, "Wait", &["InputPath", "SecondsPath"]), true)]
#[case::where_nobody_sees_inside(of_field(Facet::Output, EXECUTION, &["InputPath", "Pass"]), true)]
#[case::function_could_be_it(of_field(Facet::Status, "Pass", &["InputPath", "States.Format"]), false)]
#[case::without_the_field(of_field(Facet::Status, "Pass", &["Parameters"]), false)]
#[case::in_the_history(of_field(Facet::Trace, "Pass", &["InputPath"]), false)]
fn wrong_document_of_a_field_is_the_root_of_what_comes_of_it(#[case] of: Signature, #[case] is_rooted: bool) {
    let root = of_field(Facet::Output, "Pass", &["InputPath"]);
    assert_eq!(root.to_string(), "output of any state (InputPath): the right document -> another document");
    assert_eq!(of.is_rooted_in(&root), is_rooted);
}

#[rstest]
#[case::in_a_rule(Facet::Status, "Choice", &["IsNumeric", "index"], true)]
#[case::in_a_field(Facet::Output, "Map", &["ItemsPath", "index"], true)]
#[case::without_it(Facet::Status, "Choice", &["IsNumeric"], false)]
#[case::in_the_history(Facet::Trace, "Pass", &["IsNumeric", "index"], false)]
fn smallest_case_in_which_a_wrong_expression_is_in_play_shows_that_bug(
    #[case] facet: Facet,
    #[case] place: &str,
    #[case] constructs: &[&str],
    #[case] needs: bool,
) {
    let expression =
        |constructs: &[&str]| Signature { place: EXPRESSION.to_owned(), ..signature(constructs, "array") };
    let smallest = of_field(facet, place, constructs);
    assert_eq!(smallest.needs(&expression(&["index"])), needs);
    assert!(!smallest.needs(&expression(&["JSONata"])), "that says nothing about what is wrong");
    assert!(!expression(&["index"]).needs(&expression(&["index"])));
}

#[rstest]
#[case::of_that_state(of_field(Facet::Status, "Pass", &["InputPath", "States.Hash"]), true)]
#[case::of_any_state(of_field(Facet::Status, "Task", &["InputPath", "States.Hash"]), true)]
#[case::inside_of_a_map(of_field(Facet::Output, "Map", &["InputPath", "ItemReader", "Pass"]), true)]
#[case::without_the_field(of_field(Facet::Status, "Pass", &["States.Hash"]), false)]
fn smallest_case_in_which_a_wrong_field_is_in_play_shows_that_bug(
    #[case] smallest: Signature,
    #[case] needs: bool,
) {
    assert_eq!(smallest.needs(&of_field(Facet::Output, "Pass", &["InputPath"])), needs);
}

#[rstest]
#[case::with_other_rules(&["And", "IsNull"], &["And", "IsString"], true)]
#[case::with_another_combination(&["And", "IsNull"], &["Or", "IsNull"], false)]
#[case::without_a_combination(&["IsNull"], &["IsString"], false)]
#[case::with_a_plain_path(&["IsNull", "quoted step"], &["IsNull"], true)]
#[case::with_a_special_path(&["IsNull", "slice"], &["IsNull"], false)]
fn smallest_case_of_a_choice_is_about_what_combines_its_rules(
    #[case] smallest: &[&str],
    #[case] root: &[&str],
    #[case] needs: bool,
) {
    let of_choice = |constructs: &[&str]| of_field(Facet::Status, "Choice", constructs);
    assert_eq!(of_choice(smallest).needs(&of_choice(root)), needs);
}

#[rstest]
#[case::with_that_rule("execution", &["Choice", "IsNull", "Pass"], true)]
#[case::with_another_rule("execution", &["Choice", "IsString", "Pass"], false)]
#[case::in_sight("Choice", &["IsNull", "StringEquals"], false)]
fn smallest_case_with_a_wrong_rule_that_nobody_sees_is_about_the_rule(
    #[case] place: &str,
    #[case] constructs: &[&str],
    #[case] needs: bool,
) {
    let smallest = Signature { place: place.to_owned(), ..signature(constructs, "a value") };
    assert_eq!(smallest.needs(&of_field(Facet::Status, "Choice", &["IsNull"])), needs);
}

#[test]
fn wrong_function_gives_wrong_values_of_any_kind() {
    let of_function =
        |actual: &str| Signature { place: EXPRESSION.to_owned(), ..signature(&["States.Array"], actual) };
    assert!(of_function("nothing").needs(&of_function("null")));
    let of_status = |expected: &str, actual: &str| {
        let expected = expected.to_owned();
        Signature { facet: Facet::Status, expected, ..of_function(actual) }
    };
    assert!(of_status(GOES_ON, "fails").needs(&of_function("null")));
    let goes_on = of_status("a call that fails", GOES_ON);
    assert!(!goes_on.needs(&of_function("null")), "that it does not fail is another bug");
}

#[rstest]
#[case::and_nothing_else(&["Parallel"], true)]
#[case::with_plain_parts(&["Choice", "Parallel", "index"], true)]
#[case::with_a_function(&["Parallel", "States.Array"], false)]
#[case::without_it(&["Map"], false)]
fn wrong_document_of_a_state_is_the_root_of_an_execution_that_is_plain(
    #[case] constructs: &[&str],
    #[case] is_rooted: bool,
) {
    let root = Signature { place: "Parallel".to_owned(), ..signature(&[], "a value") }.settled();
    let execution = Signature { place: EXECUTION.to_owned(), ..signature(constructs, "a value") };
    assert_eq!(execution.is_rooted_in(&root), is_rooted);
}

#[rstest]
#[case::text_of_a_wrong_value(Facet::Cause, "a text", Facet::Output, "a value", true)]
#[case::text_of_another_text(Facet::Cause, "a text", Facet::Cause, "no text", true)]
#[case::value_of_a_wrong_text(Facet::Output, "a value", Facet::Cause, "a text", false)]
#[case::failure_of_a_wrong_value(Facet::Status, "fails", Facet::Output, "a value", true)]
#[case::failure_of_another_failure(Facet::Status, "fails", Facet::Error, "an error", true)]
#[case::value_of_what_should_fail(Facet::Output, "a value", Facet::Status, "fails", false)]
#[case::way_of_what_should_fail(Facet::Status, RIGHT_WAY, Facet::Error, "an error", false)]
#[case::value_of_another_way(Facet::Output, "a value", Facet::Status, RIGHT_WAY, true)]
#[case::error_of_what_should_fail(Facet::Error, "an error", Facet::Status, "fails", true)]
#[case::error_of_a_value(Facet::Error, "an error", Facet::Output, "a value", false)]
#[case::value_of_attempts(Facet::Output, "a value", Facet::Trace, "attempts", true)]
#[case::value_of_what_should_go_on(Facet::Output, "a value", Facet::Status, GOES_ON, true)]
#[case::machine_of_another(Facet::Acceptance, "refused", Facet::Acceptance, "accepted", true)]
#[case::machine_of_a_value(Facet::Acceptance, "refused", Facet::Output, "a value", false)]
#[case::value_of_a_machine(Facet::Output, "a value", Facet::Acceptance, "refused", false)]
#[case::one_state_of_a_value(Facet::TestState, "a value", Facet::Output, "a value", false)]
fn difference_comes_of_what_can_lead_to_it(
    #[case] facet: Facet,
    #[case] expected: &str,
    #[case] root_facet: Facet,
    #[case] root_expected: &str,
    #[case] can_come: bool,
) {
    let of = |facet, expected: &str| Signature {
        facet,
        expected: expected.to_owned(),
        ..signature(&["Retry"], "another")
    };
    assert_eq!(of(facet, expected).can_come_of(&of(root_facet, root_expected)), can_come);
}

#[rstest]
#[case::number_of_attempts(&["Retry"], true)]
#[case::what_a_history_holds(&[], false)]
fn history_comes_of_a_wrong_value_where_it_counts_attempts(
    #[case] constructs: &[&str],
    #[case] can_come: bool,
) {
    let history = Signature { facet: Facet::Trace, ..signature(constructs, "another") };
    assert_eq!(history.can_come_of(&signature(&["Retry"], "a value")), can_come);
}

#[rstest]
#[case::task("ActivityScheduled", "missing", true)]
#[case::iteration("MapIterationStarted", "missing", true)]
#[case::iterations("MapStateStarted", "missing", true)]
#[case::branches("ParallelStateStarted", "missing", true)]
#[case::state("PassStateEntered", "missing", false)]
#[case::task_that_is_too_much("nothing", "TaskScheduled", false)]
fn work_that_is_not_begun_comes_of_what_is_wrong_before(
    #[case] event: &str,
    #[case] instead: &str,
    #[case] can_come: bool,
) {
    let history = Signature { facet: Facet::Trace, expected: event.to_owned(), ..signature(&[], instead) };
    assert_eq!(history.can_come_of(&signature(&["Items"], "a value")), can_come);
}

#[rstest]
#[case::catcher(&["Catch"], "failed with an error of the case", true)]
#[case::value(&["ResultPath"], "a value", false)]
fn other_catcher_comes_of_what_a_catcher_alone_does(
    #[case] constructs: &[&str],
    #[case] expected: &str,
    #[case] can_come: bool,
) {
    let other = of_status(&["Catch"], RIGHT_WAY, "another way");
    assert_eq!(other.can_come_of(&of_status(constructs, expected, GOES_ON)), can_come);
}

#[test]
fn variable_that_is_read_needs_the_state_that_does_not_assign_it() {
    let root = of_field(Facet::Output, "Pass", &["Assign", "JSONata"]);
    let reads = |construct: &str| of_field(Facet::Status, "Choice", &["$not", "JSONata", construct]);
    assert!(reads("variable in JSONata").needs(&root) && !reads("$states.input").needs(&root));
    assert!(!reads("variable in JSONata").needs(&of_field(Facet::Output, "Pass", &["Output"])));
}

fn of_status(constructs: &[&str], expected: &str, actual: &str) -> Signature {
    let (facet, place) = (Facet::Status, ANY_STATE.to_owned());
    Signature { facet, place, expected: expected.to_owned(), ..signature(constructs, actual) }
}

#[rstest]
#[case::context_path(&["context path"], true)]
#[case::function(&["States.Format"], false)]
fn expression_that_gives_a_wrong_value_fails_elsewhere_unless_a_function_does(
    #[case] constructs: &[&str],
    #[case] is_same: bool,
) {
    let root = Signature { place: EXPRESSION.to_owned(), ..signature(constructs, "another value") };
    let fails = Signature { place: EXPRESSION.to_owned(), ..of_status(constructs, GOES_ON, "fails") };
    assert_eq!(fails.is_rooted_in(&root), is_same);
}

#[test]
fn path_in_a_result_selector_is_another_matter_than_the_field() {
    let field = Signature { place: ANY_STATE.to_owned(), ..signature(&["ResultSelector"], "") }.settled();
    let path = Signature {
        place: EXPRESSION.to_owned(),
        ..signature(&["$$.State.Name", "in ResultSelector"], "null")
    };
    assert!(!path.is_rooted_in(&field));
}

#[test]
fn field_of_a_rule_in_another_one_is_not_any_field() {
    let any = of_refusal("SCHEMA_VALIDATION_FAILED at any field (Field is not supported)");
    let of = |field| of_refusal(&format!("SCHEMA_VALIDATION_FAILED at {field} (Field is not supported)"));
    assert!(of("Next").is_rooted_in(&any) && !of("Next of a rule in another one").is_rooted_in(&any));
}

#[rstest]
#[case::of_a_caught_failure(&["Catch"], true)]
#[case::of_anything_else(&["Parameters"], false)]
fn wrong_output_comes_of_a_wrong_text_where_a_failure_was_caught(
    #[case] constructs: &[&str],
    #[case] can_come: bool,
) {
    assert_eq!(signature(constructs, "another").can_come_of(&of_text("a text", "none")), can_come);
}

#[test]
fn what_is_of_any_state_may_turn_out_to_be_of_one() {
    let retried = of_field(Facet::Output, "Parallel", &["Retry"]);
    let plain = of_field(Facet::Output, "Parallel", &[]);
    assert!(retried.may_become(&plain) && !plain.may_become(&retried));
}

#[test]
fn failure_may_turn_out_to_come_of_a_wrong_value_and_not_the_other_way_round() {
    let fails = of_field(Facet::Status, "Pass", &["Parameters", "States.Format"]);
    let value = of_field(Facet::Output, "Pass", &["States.Format"]);
    assert!(fails.may_become(&value) && !value.may_become(&fails));
    assert!(!value.may_become(&fails), "nothing is in play that was not");
}

#[rstest]
#[case::in_two_states(
    of_field(Facet::Output, "Map", &["ResultSelector"]),
    of_field(Facet::Output, "Task", &["ResultSelector"]),
    Some("output of any state (ResultSelector): the right document -> another document")
)]
#[case::in_one_state(
    of_field(Facet::Output, "Map", &["ResultSelector"]),
    of_field(Facet::Output, "Map", &["ResultSelector"]),
    None
)]
#[case::of_two_fields(
    of_field(Facet::Output, "Map", &["ResultSelector"]),
    of_field(Facet::Output, "Task", &["Parameters"]),
    None
)]
#[case::with_nothing_in_play(
    of_field(Facet::Output, "Map", &[]),
    of_field(Facet::Output, "Parallel", &[]),
    None
)]
#[case::in_another_way(
    of_field(Facet::Output, "Map", &["ResultSelector"]),
    of_field(Facet::Status, "Task", &["ResultSelector"]),
    None
)]
#[case::of_two_missing_texts(
    of_text("A", "none"),
    of_text("B", "none"),
    Some("cause of cause: a text -> none")
)]
#[case::of_two_paths_to_a_list(
    signature(&["slice", "variable"], "null"),
    signature(&["filter", "variable"], "null"),
    Some("output of Pass (path to a list, variable): array -> null")
)]
#[case::of_two_paths_and_more(signature(&["slice"], "null"), signature(&["filter", "index"], "null"), None)]
#[case::of_two_paths_in_another_way(signature(&["slice"], "null"), signature(&["filter"], "a value"), None)]
#[case::of_two_functions(signature(&["States.Hash"], "null"), signature(&["States.UUID"], "null"), None)]
#[case::of_two_failures_with_a_wrong_name(
    of_error("States.Runtime: A"),
    of_error("States.Runtime: B"),
    Some("error of any state: States.Runtime -> another")
)]
#[case::of_two_expressions_that_throw(
    of_expression("the expression throws T2001"),
    of_expression("the expression throws D3050"),
    Some("status of an expression (JSONata): failed with E: the expression throws -> goes on")
)]
#[case::of_two_expressions_that_give_something_wrong(
    of_expression("the expression gives no boolean"),
    of_expression("the expression gives no number"),
    None
)]
#[case::of_two_fields_that_are_not_checked(
    of_refusal("SCHEMA_VALIDATION_FAILED at Catch (Field is not supported)"),
    of_refusal("SCHEMA_VALIDATION_FAILED at Next (Field is not supported)"),
    Some(
        "acceptance of CreateStateMachine: refused with X: SCHEMA_VALIDATION_FAILED at any field (Field is not supported) -> accepted"
    )
)]
#[case::of_two_targets_that_are_not_checked(
    of_refusal("MISSING_TRANSITION_TARGET at Default (no state)"),
    of_refusal("MISSING_TRANSITION_TARGET at Next (no state)"),
    Some(
        "acceptance of CreateStateMachine: refused with X: MISSING_TRANSITION_TARGET at any field (no state) -> accepted"
    )
)]
#[case::of_two_reasons(
    of_refusal("SCHEMA_VALIDATION_FAILED at Next (no state)"),
    of_refusal("SCHEMA_VALIDATION_FAILED at Next (no text)"),
    None
)]
#[case::of_two_other_checks(
    of_refusal("MISSING_TRANSITION_TARGET at Next (no state)"),
    of_refusal("SCHEMA_VALIDATION_FAILED at Catch (no state)"),
    None
)]
#[case::of_a_field_and_one_of_a_rule_in_another_one(
    of_refusal("SCHEMA_VALIDATION_FAILED at Catch (Field is not supported)"),
    of_refusal("SCHEMA_VALIDATION_FAILED at Next of a rule in another one (Field is not supported)"),
    None
)]
#[case::of_two_texts_that_are_no_json(
    of_refusal("INVALID_JSON_DESCRIPTION at the definition (it ends)"),
    of_refusal("INVALID_JSON_DESCRIPTION at the definition (a comma)"),
    Some("acceptance of CreateStateMachine: refused with X: INVALID_JSON_DESCRIPTION -> accepted")
)]
#[case::of_two_indexes(
    signature(&["index"], "null"),
    signature(&["negative index"], "null"),
    Some("output of Pass (any index): array -> null")
)]
#[case::of_two_errors(of_error("States.Runtime: A"), of_error("States.Timeout: A"), None)]
#[case::of_two_texts_that_are_cut_short(
    of_text("A", WrongText::Beginning.as_str()),
    of_text("B", WrongText::Beginning.as_str()),
    Some("cause of cause: a text -> the beginning of the text")
)]
#[case::of_two_other_wordings(of_text("A", "another wording"), of_text("B", "another wording"), None)]
fn bug_that_shows_in_two_places_is_of_neither(
    #[case] one: Signature,
    #[case] other: Signature,
    #[case] expected: Option<&str>,
) {
    let both = one.of_both(&other);
    assert_eq!(both.as_ref().map(ToString::to_string).as_deref(), expected);
    if let Some(both) = both {
        assert!(one.is_rooted_in(&both) && other.is_rooted_in(&both) && !both.is_rooted_in(&one));
    }
}

#[test]
fn failure_of_a_parallel_may_turn_out_to_be_that_of_what_is_inside() {
    let of = |place: &str, actual: &str| Signature {
        facet: Facet::Status,
        place: place.to_owned(),
        expected: GOES_ON.to_owned(),
        ..signature(&["Pass", "States.Hash"], actual)
    };
    let inside = of("Pass", "fails: bad call");
    assert!(of("Parallel", "fails with States.BranchFailed").is_kept_by(&inside));
    assert!(!of("Parallel", "fails with States.Runtime").is_kept_by(&inside));
    assert!(!inside.is_kept_by(&of("Parallel", "fails with States.BranchFailed")));
}

#[rstest]
#[case::of_nothing_that_hides_it(&["Pass"], false)]
#[case::that_is_caught(&["Catch", "Pass"], true)]
fn wrong_value_comes_of_a_failure_only_where_that_is_hidden(#[case] others: &[&str], #[case] can: bool) {
    let fails = Signature {
        expected: GOES_ON.to_owned(),
        actual: "fails with States.DataLimitExceeded".to_owned(),
        ..of_field(Facet::Status, "Pass", &["Parameters"])
    };
    let constructs = [&["Parameters", "States.Format"], others].concat();
    let value = of_field(Facet::Output, "Map", &constructs);
    assert_eq!((value.needs(&fails), value.can_come_of(&fails)), (can, can));
}

#[rstest]
#[case::of_another_field(&["$$.State.Name"], false)]
#[case::of_the_same(&["$$.State.Name", "context path"], true)]
#[case::in_a_call(&["$$.State.Name", "States.Format"], true)]
fn path_into_the_context_object_is_no_reason_for_another_one(
    #[case] constructs: &[&str],
    #[case] needs: bool,
) {
    let of = |constructs: &[&str], expected: &str, actual: &str| Signature {
        place: EXPRESSION.to_owned(),
        expected: expected.to_owned(),
        ..signature(constructs, actual)
    };
    let root = of(&["context path"], "nothing", "a value");
    assert_eq!(of(constructs, "a value", "null").needs(&root), needs);
}

#[rstest]
#[case::same("a path", "a path", &[], true)]
#[case::other("a number", "a path", &[], false)]
#[case::other_that_is_caught("a number", "a path", &["Catch"], true)]
fn what_should_fail_in_another_way_is_another_bug(
    #[case] expected: &str,
    #[case] root: &str,
    #[case] others: &[&str],
    #[case] needs: bool,
) {
    let of = |expected: &str, constructs: &[&str]| Signature {
        expected: format!("failed with {expected}"),
        actual: GOES_ON.to_owned(),
        ..of_field(Facet::Status, "Map", constructs)
    };
    let constructs = [&["ItemsPath", "MaxConcurrencyPath"], others].concat();
    let (own, root) = (of(expected, &constructs), of(root, &["ItemsPath"]));
    assert_eq!(own.needs(&root), needs);
}

#[rstest]
#[case::of_the_same_text(Facet::Cause, "right", "another wording", true)]
#[case::with_the_same_words(Facet::Cause, "other", "found", true)]
#[case::of_any_text(Facet::Cause, "a text", "none", true)]
#[case::of_another_text(Facet::Cause, "other", "another wording", false)]
#[case::of_a_wrong_name(Facet::Error, "other", "found", false)]
#[case::of_a_wrong_value(Facet::Output, "a value", "null", true)]
fn wrong_text_comes_of_what_concerns_it(
    #[case] facet: Facet,
    #[case] expected: &str,
    #[case] actual: &str,
    #[case] can_come: bool,
) {
    let root = Signature { facet, expected: expected.to_owned(), ..signature(&[], actual) };
    assert_eq!(of_text("right", "found").can_come_of(&root), can_come);
}

#[test]
fn caught_failure_comes_of_nothing_that_lets_the_engine_go_on() {
    let caught = of_field(Facet::Output, "any state", &["Catch"]);
    let fails = |actual: &str| Signature {
        expected: "failed".to_owned(),
        actual: actual.to_owned(),
        ..of_field(Facet::Status, "Pass", &["Parameters"])
    };
    assert!(!caught.can_come_of(&fails(GOES_ON)) && caught.can_come_of(&fails(FAILS)));
}

#[test]
fn call_that_should_fail_does_not_come_of_a_value_that_its_function_gives() {
    let of = |facet, constructs: &[&str], expected: &str| Signature {
        facet,
        place: EXPRESSION.to_owned(),
        expected: expected.to_owned(),
        ..signature(constructs, GOES_ON)
    };
    let fails = of(Facet::Status, &["States.Hash"], "a call with a wrong argument fails");
    assert!(!fails.can_come_of(&of(Facet::Output, &["States.Hash"], "a value")));
    assert!(fails.can_come_of(&of(Facet::Output, &["index"], "a value")));
}

#[test]
fn wrong_name_of_an_error_comes_of_the_same_name() {
    let of = |expected: &str, actual: &str| Signature {
        facet: Facet::Error,
        expected: expected.to_owned(),
        ..signature(&[], actual)
    };
    let wrong = of("States.Runtime: a text", "States.NoChoiceMatched");
    assert!(wrong.can_come_of(&of("States.Runtime: another text", "States.NoChoiceMatched")));
    assert!(!wrong.can_come_of(&of("States.Runtime: another text", "States.TaskFailed")));
}

#[test]
fn wrong_value_is_what_a_failure_may_come_of_and_not_the_same() {
    let fails = of_field(Facet::Status, "Pass", &["Parameters", "States.Format"]);
    let value = of_field(Facet::Output, "Pass", &["States.Format"]);
    assert!(fails.may_become(&value) && !fails.is_kept_by(&value) && fails.is_kept_by(&fails));
}

#[rstest]
#[case::in_any_words(FAILS_SOMEHOW, "fails: bad step", true)]
#[case::in_words_of_aws(FAILS_SOMEHOW, FAILS, true)]
#[case::in_other_words("fails: bad list", "fails: bad step", false)]
#[case::in_words_of_its_own("fails: bad step", FAILS, false)]
#[case::in_no_words(FAILS, "fails: bad step", false)]
fn failure_in_words_about_something_else_may_turn_out_to_be_any(
    #[case] actual: &str,
    #[case] smaller: &str,
    #[case] may_become: bool,
) {
    let of = |actual: &str| Signature {
        facet: Facet::Status,
        expected: GOES_ON.to_owned(),
        ..signature(&["States.ArrayRange"], actual)
    };
    assert_eq!(of(actual).may_become(&of(smaller)), may_become);
    assert!(!of(actual).is_rooted_in(&of(smaller)));
    let other = Signature { place: EXPRESSION.to_owned(), ..of(smaller) };
    assert!(!of(actual).needs(&other) && of(smaller).needs(&other));
}

#[rstest]
#[case::of_a_wrong_value(Facet::Output, "array", "null", true)]
#[case::of_the_same_failure(Facet::Status, GOES_ON, "fails: bad step", true)]
#[case::of_another_failure(Facet::Status, GOES_ON, "fails: bad list", false)]
#[case::of_another_way(Facet::Status, RIGHT_WAY, "another way", false)]
fn failure_in_words_comes_of_a_value_or_of_itself(
    #[case] facet: Facet,
    #[case] expected: &str,
    #[case] actual: &str,
    #[case] can_come: bool,
) {
    let of = |facet, expected: &str, actual: &str| Signature {
        facet,
        expected: expected.to_owned(),
        ..signature(&["index"], actual)
    };
    let fails = of(Facet::Status, GOES_ON, "fails: bad step");
    assert_eq!(fails.can_come_of(&of(facet, expected, actual)), can_come);
}

#[rstest]
#[case::template_that_calls_it("Pass", &["Parameters"], false)]
#[case::field_that_makes_its_input("Pass", &["InputPath"], true)]
#[case::path_to_its_argument(EXPRESSION, &["index"], true)]
#[case::function_that_makes_its_argument(EXPRESSION, &["States.Format"], true)]
#[case::both_functions(EXPRESSION, &["States.Format", "States.StringToJson"], false)]
fn function_fails_in_words_because_of_what_it_gets(
    #[case] place: &str,
    #[case] wrong: &[&str],
    #[case] needs: bool,
) {
    let constructs = ["InputPath", "Parameters", "States.Format", "States.StringToJson", "index"];
    let of = |actual: &str| Signature {
        facet: Facet::Status,
        expected: GOES_ON.to_owned(),
        ..signature(&constructs, actual)
    };
    let root = Signature { place: place.to_owned(), ..signature(wrong, "a value") };
    assert_eq!(of("fails: no text").needs(&root), needs);
    assert!(of(FAILS).needs(&root), "nobody knows what it is about");
}

#[test]
fn expression_in_jsonata_is_no_path() {
    let of =
        |constructs: &[&str]| Signature { place: EXPRESSION.to_owned(), ..signature(constructs, "null") };
    assert!(of(&["index", "variable"]).is_rooted_in(&of(&["variable"])));
    assert!(!of(&["JSONata", "variable in JSONata"]).is_rooted_in(&of(&["variable"])));
    assert!(of(&["JSONata", "variable in JSONata"]).is_rooted_in(&of(&["JSONata"])));
    let around = Signature { place: "Parallel".to_owned(), ..of(&["JSONata", "variable in JSONata"]) };
    assert!(
        !around.is_rooted_in(&of(&["variable"])),
        "an engine may know of variables in one language alone"
    );
}

#[test]
fn call_with_a_missing_argument_fails_because_the_path_does_not() {
    let root = Signature { expected: PATH_MISS.to_owned(), ..of_field(Facet::Status, EXPRESSION, &[]) };
    let root = Signature { actual: GOES_ON.to_owned(), ..root };
    let called =
        |actual: &str| of_text("The function had the following error: The JsonPath argument", actual);
    assert!(called(TEXT_OF_ANOTHER_FAILURE).needs(&root));
    assert!(!called("another wording").needs(&root), "it says that the path leads nowhere");
    assert!(!of_text("Invalid path : No results for path:", TEXT_OF_ANOTHER_FAILURE).needs(&root));
}

#[test]
fn iteration_without_a_result_comes_of_a_map_that_goes_on_whatever_fails() {
    let root = Signature {
        expected: FAILS_AS_INSIDE.to_owned(),
        actual: GOES_ON.to_owned(),
        ..of_field(Facet::Status, "Map", &[])
    };
    let of = |place: &str, actual: &str| Signature {
        expected: "a value".to_owned(),
        actual: actual.to_owned(),
        ..of_field(Facet::Output, place, &["ItemSelector"])
    };
    assert!(of("Map", "null").needs(&root));
    assert!(!of("Map", "array").needs(&root));
    assert!(!of("Parallel", "null").needs(&root));
}

fn of_expression(what: &str) -> Signature {
    Signature {
        facet: Facet::Status,
        place: EXPRESSION.to_owned(),
        expected: format!("failed with E: {what}"),
        ..signature(&["JSONata"], GOES_ON)
    }
}

fn of_refusal(diagnostic: &str) -> Signature {
    Signature {
        facet: Facet::Acceptance,
        place: "CreateStateMachine".to_owned(),
        expected: format!("refused with X: {diagnostic}"),
        ..signature(&[], "accepted")
    }
}

fn of_error(expected: &str) -> Signature {
    Signature {
        facet: Facet::Error,
        place: ANY_STATE.to_owned(),
        expected: expected.to_owned(),
        ..signature(&[], "another")
    }
}

fn of_text(expected: &str, actual: &str) -> Signature {
    Signature {
        facet: Facet::Cause,
        place: "cause".to_owned(),
        expected: expected.to_owned(),
        ..signature(&[], actual)
    }
}

#[test]
fn field_that_is_wrong_in_two_states_is_wrong_in_any() {
    let in_state = |place| of_field(Facet::Output, place, &["ResultSelector"]);
    let both = in_state("Map").of_both(&in_state("Task")).expect("the same");
    let fails = |constructs| of_field(Facet::Status, "Parallel", constructs);
    assert!(fails(&["ResultSelector", "States.Hash"]).needs(&both));
    assert!(!fails(&["States.Hash"]).needs(&both));
}

fn signature(constructs: &[&str], actual: &str) -> Signature {
    Signature {
        facet: Facet::Output,
        place: "Pass".to_owned(),
        constructs: constructs.iter().map(|construct| (*construct).to_owned()).collect(),
        expected: "array".to_owned(),
        actual: actual.to_owned(),
    }
}

#[test]
fn signature_reads_as_a_sentence_and_has_a_short_id() {
    let signature = signature(&["States.ArrayRange", "Parameters"], "null");
    assert_eq!(signature.to_string(), "output of Pass (Parameters, States.ArrayRange): array -> null");
    assert_eq!(signature.id().as_str(), "s18-89d8f668a9", "ids are kept in files: they never change");
}

#[rstest]
#[case::itself(&["a", "b"], &["a", "b"], true)]
#[case::fewer(&["a", "b"], &["a"], true)]
#[case::more(&["a"], &["a", "b"], false)]
#[case::nothing_is_no_root_of_something(&["a"], &[], false)]
#[case::nothing(&[], &[], true)]
fn root_has_some_of_the_constructs(#[case] of: &[&str], #[case] root: &[&str], #[case] is_rooted: bool) {
    assert_eq!(signature(of, "null").is_rooted_in(&signature(root, "null")), is_rooted);
    assert!(!signature(of, "null").is_rooted_in(&signature(root, "string")));
}

#[test]
fn expression_is_a_root_in_any_state_but_not_the_other_way_round() {
    let in_pass = signature(&["Parameters", "slice"], "null");
    let alone = Signature { place: EXPRESSION.to_owned(), ..signature(&["slice"], "null") };
    assert!(in_pass.is_rooted_in(&alone));
    assert!(!alone.is_rooted_in(&signature(&["slice"], "null")));
    assert!(!signature(&["Parameters"], "null").is_rooted_in(&alone));
}

#[rstest]
#[case::of_a_retry(of_field(Facet::Status, "Task", &["Retry"]), true)]
#[case::of_something_else(of_field(Facet::Status, "Task", &["Catch", "Retry"]), false)]
#[case::of_a_value(of_field(Facet::Output, "Task", &["Retry"]), false)]
fn wrong_number_of_attempts_is_that_of_a_retry_that_goes_wrong(
    #[case] root: Signature,
    #[case] needed: bool,
) {
    let attempts = Signature { place: ANY_STATE.to_owned(), ..of_field(Facet::Trace, "Task", &["Retry"]) };
    assert_eq!(attempts.needs(&root), needed);
}

#[rstest]
#[case::of_a_state("Map", &["ToleratedFailureCountPath"], false, false)]
#[case::that_may_be_caught("Map", &["Catch", "ToleratedFailureCountPath"], true, true)]
#[case::of_an_expression(EXPRESSION, &["States.Hash"], true, false)]
fn failure_of_its_own_that_is_passed_over_comes_of_no_path_that_leads_nowhere_and_no_name(
    #[case] place: &str,
    #[case] constructs: &[&str],
    #[case] comes_of_a_path: bool,
    #[case] comes_of_a_name: bool,
) {
    let of = |place: &str, expected: &str, constructs: &[&str]| Signature {
        expected: expected.to_owned(),
        actual: GOES_ON.to_owned(),
        ..of_field(Facet::Status, place, constructs)
    };
    let own = of(place, "failed with States.Runtime: ToleratedFailureCount cannot be negative.", constructs);
    assert_eq!(own.can_come_of(&of(EXPRESSION, PATH_MISS, &[])), comes_of_a_path);
    let name = Signature { facet: Facet::Error, ..of("any state", "States.Runtime: a text", &[]) };
    assert_eq!(own.can_come_of(&name), comes_of_a_name);
}

#[test]
fn path_that_leads_nowhere_in_a_field_is_one_of_any_or_of_that_field() {
    let miss = |place: &str, constructs: &[&str]| Signature {
        facet: Facet::Status,
        place: place.to_owned(),
        expected: PATH_MISS.to_owned(),
        ..signature(constructs, GOES_ON)
    };
    let in_assign = miss(ANY_STATE, &["Assign"]);
    assert!(in_assign.is_rooted_in(&miss(EXPRESSION, &[])));
    let ignored =
        Signature { place: ANY_STATE.to_owned(), ..of_field(Facet::Output, "Pass", &["Assign"]).settled() };
    assert!(in_assign.is_rooted_in(&ignored));
    assert!(!miss("Choice", &["StringEquals"]).is_rooted_in(&miss(EXPRESSION, &[])));
}
