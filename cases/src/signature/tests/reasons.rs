//! Claims about what is wrong by itself, and what only comes of it.

use super::*;

#[test]
fn what_an_engine_says_of_an_end_in_two_ways_comes_of_nothing_that_it_does() {
    let of = |place: &str| Signature { expected: KEPT.to_owned(), ..of_field(Facet::Cause, place, &[]) };
    let miss = Signature {
        expected: PATH_MISS.to_owned(),
        actual: GOES_ON.to_owned(),
        ..of_field(Facet::Status, EXPRESSION, &[])
    };
    assert!(!of("last-event").can_come_of(&miss) && of("last-event").can_come_of(&of("last-event")));
    let output = Signature { facet: Facet::Output, ..of("last-event") };
    let error = Signature { place: ANY_STATE.to_owned(), ..of_field(Facet::Error, ANY_STATE, &[]) };
    assert!(!error.may_become(&output), "a rule about histories is no wrong value");
}

#[test]
fn path_that_finds_nothing_is_none_that_puts_a_value_into_a_list() {
    let of = |facet: Facet, expected: &str, actual: &str, constructs: &[&str]| Signature {
        place: EXPRESSION.to_owned(),
        expected: expected.to_owned(),
        actual: actual.to_owned(),
        ..of_field(facet, EXPRESSION, constructs)
    };
    let fails = of(Facet::Status, GOES_ON, FAILS, &["index"]);
    let wraps = of(Facet::Output, "a value", "array", &["any index"]);
    let loses = of(Facet::Output, "a value", "null", &["any index"]);
    assert!(!fails.needs(&wraps) && fails.needs(&loses));
    let called = of(Facet::Status, GOES_ON, FAILS, &["States.Hash", "index"]);
    assert!(called.needs(&wraps), "a function may fail with a list");
}

#[test]
fn path_that_is_not_understood_is_none_that_gives_a_wrong_value() {
    let of = |facet: Facet, actual: &str, construct: &str| Signature {
        place: EXPRESSION.to_owned(),
        expected: if facet == Facet::Status { GOES_ON } else { "a value" }.to_owned(),
        actual: actual.to_owned(),
        ..of_field(facet, EXPRESSION, &[construct])
    };
    let wrong = of(Facet::Output, "null", "path to a list");
    let says = |words: &str| of(Facet::Status, &format!("fails: {words}"), "list of indexes");
    let comes_of_it =
        |found: &Signature| [found.is_rooted_in(&wrong), found.needs(&wrong), found.can_come_of(&wrong)];
    assert_eq!(comes_of_it(&says("Parse error near token")), [false; 3]);
    assert!(comes_of_it(&says("no such element")).contains(&true));
}

#[test]
fn missed_catch_comes_of_no_wrong_document() {
    let of = |facet: Facet, constructs: &[&str]| Signature {
        place: ANY_STATE.to_owned(),
        expected: GOES_ON.to_owned(),
        actual: FAILS.to_owned(),
        ..of_field(facet, ANY_STATE, constructs)
    };
    let missed = of(Facet::Status, &["Catch"]);
    assert!(
        !missed.can_come_of(&of(Facet::Output, &["Catch"]))
            && !missed.may_become(&of(Facet::Output, &["Catch"]))
    );
    let of_catcher = of(Facet::Status, &["$states.errorOutput", "Catch"]);
    assert!(
        !of_catcher.can_come_of(&of(Facet::Output, &[]))
            && of_catcher.can_come_of(&of(Facet::Output, &["Catch"]))
    );
}

#[test]
fn call_of_what_is_wrong_by_itself_may_turn_out_to_be_that_and_not_the_other_way_round() {
    let of = |constructs: &[&str]| Signature {
        place: EXPRESSION.to_owned(),
        ..of_field(Facet::Output, "Pass", constructs)
    };
    let (call, inner) = (of(&["States.ArrayRange", "States.JsonToString"]), of(&["States.ArrayRange"]));
    assert!(call.may_become(&inner) && !inner.may_become(&call));
    let path = Signature { actual: "null".to_owned(), ..of(&["negative index"]) };
    assert!(of(&["States.JsonToString", "negative index"]).may_become(&path));
    assert!(!of(&["index", "negative index"]).may_become(&path), "no call is around it");
}

#[test]
fn literal_with_escapes_that_stands_alone_is_what_any_call_is_given() {
    let of = |constructs: &[&str]| Signature {
        place: EXPRESSION.to_owned(),
        ..of_field(Facet::Output, "Pass", constructs)
    };
    let (call, alone) = (of(&["States.Hash", "escaped quote"]), of(&["States.Array", "escaped quote"]));
    assert!(alone.is_of_operand() && !call.is_of_operand() && !of(&["States.Array"]).is_of_operand());
    let of_template = of(&["States.Format", "escaped quote", "text: literals"]);
    assert!(
        !of_template.is_rooted_in(&alone) && !of_template.needs(&alone),
        "a word of another language is no escape"
    );
    assert!(!alone.may_become(&of(&["States.Array"])), "that function was not in play before");
    assert!(call.is_rooted_in(&alone) && call.may_become(&alone) && !of(&["States.Hash"]).may_become(&alone));
}

#[test]
fn failure_in_a_comparison_that_says_nothing_may_turn_out_to_be_one_of_its_kind() {
    let of = |constructs: &[&str], actual: &str| Signature {
        expected: GOES_ON.to_owned(),
        ..Signature { actual: actual.to_owned(), ..of_field(Facet::Status, "Choice", constructs) }
    };
    let operand = of(&["path operand"], "fails: bad operand");
    assert!(of(&["StringLessThanPath"], FAILS_SOMEHOW).may_become(&operand));
    assert!(!of(&["StringLessThan"], FAILS_SOMEHOW).may_become(&operand));
}
