//! Claims about single expressions, each with AWS's answer.

use rstest::rstest;
use serde_json::{Map, Value, json};

use super::{failure::Limit, *};
use crate::scope::documents::{Documents, FixedRandomness};

fn evaluate_on(input: Value, expression: &str) -> Result<Value, EvaluationFailure> {
    let variables = [("name", json!("Ada")), ("sum", json!(7)), ("list", json!([1, 2, 3]))];
    let scope = Documents {
        input,
        context: json!({"Execution": {"Name": "e"}}),
        variables: variables.map(|(name, value)| (name.to_owned(), value)).into_iter().collect(),
    };
    let expression = Expression::parse(&format!("{{% {expression} %}}"), Available::Input).expect(expression);
    expression.evaluate(&scope, &mut FixedRandomness(7))
}

fn evaluate(expression: &str) -> Result<Value, EvaluationFailure> {
    evaluate_on(json!({"x": 1}), expression)
}

#[rstest]
#[case::name_without_call_is_the_variable("$sum", json!(7))]
#[case::object_member_that_is_undefined_is_dropped(r#"{"a": $foo, "b": 1}"#, json!({"b": 1}))]
#[case::singleton_sequence_collapses("$range(1, 9, 9)", json!(1))]
#[case::array_stays_an_array("$partition([0], 4)", json!([[0]]))]
#[case::partition_truncates("$partition([0, 1, 2], 2.6)", json!([[0, 1], [2]]))]
#[case::partition_without_size("$partition([1, 2, 3])", json!([[1, 2, 3]]))]
#[case::range_truncates("$range(1.4, 5.6, 2.2)", json!([1, 3, 5]))]
#[case::range_truncates_towards_zero("$range(-1.7, 2, 1)", json!([-1, 0, 1, 2]))]
#[case::range_has_no_cap_at_1000("$count($range(1, 1001, 1))", json!(1001))]
#[case::largest_range("$range(1, 360145, 1)[0]", json!(1))]
#[case::largest_sequence("[1..873782][0]", json!(1))]
#[case::seeded_random_is_that_of_java("$random(77)", json!(0.724_070_020_719_196_6))]
#[case::seed_is_truncated("$random(42.9)", json!(0.727_563_680_032_868_1))]
#[case::hash("$hash('a', 'MD5')", json!("0cc175b9c0f1b6a831c399e269772661"))]
#[case::parse_keeps_keys_in_order(r#"$keys($parse(' {"b": 1, "a": 2} '))"#, json!(["b", "a"]))]
#[case::parsed_numbers("$parse('[1.0, 1e2, -0]')", json!([1, 100, 0]))]
#[case::infinite("[1/0, -1/0, 0/0]", json!(["Infinity", "-Infinity", "NaN"]))]
#[case::no_number("$parseInteger('abc', '0')", json!("NaN"))]
#[case::large_text("$string(1e21)", json!("1e+21"))]
#[case::fifteen_digits("$string(1/3)", json!("0.333333333333333"))]
#[case::time_of_the_execution("$now()", json!("2026-01-01T00:00:00.000Z"))]
#[case::time_with_a_picture("$now('[Y0001]')", json!("2026"))]
#[case::millis("$millis()", json!(1_767_225_600_000_i64))]
#[case::variable("$uppercase($name)", json!("ADA"))]
#[case::regular_expression("$match('abc', /b/).index", json!(1))]
#[case::deepest_recursion("($f := function($n){ $n <= 0 ? 0 : 1 + $f($n-1) }; $f(31))", json!(31))]
fn expression_has_the_value_that_aws_gives(#[case] expression: &str, #[case] expected: Value) {
    assert_eq!(evaluate(expression), Ok(expected));
}

#[rstest]
#[case::undefined_variable("$foo")]
#[case::missing_member("$states.input.y")]
#[case::no_input_document("x")]
#[case::no_context_value("$")]
#[case::partition_of_nothing("$partition([], 2)")]
#[case::partition_of_size_zero("$partition([0, 1], 0)")]
#[case::partition_of_size_truncated_to_zero("$partition([0, 1], -0.5)")]
#[case::range_without_step("$range(1, 5)")]
#[case::range_of_step_zero("$range(1, 5, 0.5)")]
#[case::range_in_the_wrong_direction("$range(5, 1, 1)")]
#[case::hash_without_algorithm("$hash('a')")]
#[case::parse_without_argument("$parse()")]
fn expression_returns_nothing(#[case] expression: &str) {
    assert_eq!(evaluate(expression), Err(EvaluationFailure::Nothing));
}

#[rstest]
#[case("'a' + 1", r#"T2001: The left side of the "+" operator must evaluate to a number"#)]
#[case("1 + 'a'", r#"T2002: The right side of the "+" operator must evaluate to a number"#)]
#[case("$missing(1)", "T1006: Attempted to invoke a non-function")]
#[case("$eval('1')", "T1006: Attempted to invoke a non-function")]
#[case(
    "$partition([1], 'a')",
    r#"T0410: Argument 2 of function "partition" does not match function signature"#
)]
#[case(
    "$partition([1], null)",
    r#"T0410: Argument 2 of function "partition" does not match function signature"#
)]
#[case(
    "$partition([1], 1, 2)",
    r#"T0410: Argument 3 of function "partition" does not match function signature"#
)]
#[case("$partition('a', 1)", r#"T0412: Argument 1 of function "partition" must be an array of undefined"#)]
#[case("$partition([1], -1)", "D3137: Second argument must be zero or greater")]
#[case("$range(1)", r#"T0410: Argument 2 of function "range" does not match function signature"#)]
#[case("$hash(1, 'MD5')", r#"T0410: Argument 1 of function "hash" does not match function signature"#)]
#[case(
    "$hash('a', 'UNSUPPORTED')",
    "D3137: Hash algorithm 'UNSUPPORTED' must be one of SHA-1, SHA-384, SHA-256, SHA-512, MD5"
)]
#[case("$random('a')", r#"T0410: Argument 1 of function "random" does not match function signature"#)]
#[case("$random(1, 2)", r#"T0410: Argument 2 of function "random" does not match function signature"#)]
#[case("$uuid(1)", r#"T0410: Argument 1 of function "uuid" does not match function signature"#)]
#[case("$parse(null)", r#"T0410: Argument 1 of function "parse" does not match function signature"#)]
#[case(r#"$parse('{"a": 1, "a": 2}')"#, "D3137: Invalid JSON")]
#[case("$parse('1e400')", "D3137: Invalid JSON")]
#[case("$parse('1 2')", "D3137: Invalid JSON")]
#[case("$parse('')", "D3137: Invalid JSON")]
#[case("$split('a', 'b', -1)", "D3020: Third argument of split function must evaluate to a positive number")]
#[case(
    "$reduce([1, 2, 3], function($x){$x})",
    "D3050: The second argument of reduce function must be a function with at least two arguments"
)]
#[case(
    "$single([1, 1], function($v){$v = 1})",
    "D3138: The $single() function expected exactly 1 matching result.  Instead it matched more."
)]
#[case(r#"$each({"a": 1}, 2)"#, r#"T0410: Argument 2 of function "each" does not match function signature"#)]
#[case("$uppercase($abs('a'))", r#"T0410: Argument 1 of function "abs" does not match function signature"#)]
#[case("$abs($length(1))", r#"T0410: Argument 1 of function "length" does not match function signature"#)]
#[case("$map(1)", r#"T0410: Argument 2 of function "map" does not match function signature"#)]
#[case(
    "$map([1, 2], function($v){$substring('a', $uppercase('b'))})",
    r#"T0410: Argument 2 of function "substring" does not match function signature"#
)]
#[case("$max(['a'])", r#"T0412: Argument 1 of function "max" must be an array of "numbers""#)]
#[case("$number('abc')", r#"D3030: Unable to cast value to a number: "abc""#)]
#[case("$sqrt(-1)", "D3060: The sqrt function cannot be applied to a negative number: -1")]
fn error_has_the_words_of_aws(#[case] expression: &str, #[case] expected: &str) {
    assert_eq!(evaluate(expression), Err(EvaluationFailure::Threw(expected.to_owned())));
}

#[rstest]
#[case("function($x){$x}")]
#[case("$uppercase")]
#[case(r#"{"f": $uppercase}"#)]
fn function_is_no_value(#[case] expression: &str) {
    assert_eq!(evaluate(expression), Err(EvaluationFailure::UnsupportedType));
}

#[rstest]
#[case::beyond_ascii("$fromMillis(1, '[éY0001]')", "é")]
#[case::width_alone("$fromMillis(1, '[Y][ ,1]')", ",")]
#[case::piped("1 ~> $fromMillis('[é]')", "é")]
#[case::in_a_text_to_read("$toMillis('2024', '[é]')", "é")]
fn component_of_a_picture_that_is_no_letter_is_an_error(#[case] expression: &str, #[case] component: &str) {
    let text = format!("D3132: Unknown component specifier \"{component}\" in date/time picture string");
    assert_eq!(evaluate(expression), Err(EvaluationFailure::Threw(text)));
}

#[test]
fn pictures_of_known_components_and_escaped_brackets_are_printed() {
    assert_eq!(evaluate("$fromMillis(0, '[Y0001]-[M01] [[é]]')"), Ok(json!("1970-01 [é]")));
}

#[rstest]
#[case::range("$range(1, 360146, 1)[0]", Limit::Memory)]
#[case::sequence("[1..873783][0]", Limit::Memory)]
#[case::sequence_of_no_countable_length("[-1e308..1000][0]", Limit::Memory)]
#[case::sequence_beyond_64_bits("[-9000000000000000000..9000000000000000000][0]", Limit::Memory)]
#[case::sequence_to_what_is_computed("($n := 1e300; [1..$n * 10][0])", Limit::Memory)]
#[case::padding("$pad('a', 100000000)", Limit::Memory)]
#[case::padding_of_a_piped_text("'a' ~> $pad(100000000)", Limit::Memory)]
#[case::padding_by_another_name("($f := $pad; $f('a', 100000000))", Limit::Memory)]
#[case::numeral("$formatInteger(9e15, 'I')", Limit::Memory)]
#[case::negative_numeral("$formatInteger(-9e15, 'I')", Limit::Memory)]
#[case::numeral_by_another_name("($f := $formatInteger; $f(9e15, 'I'))", Limit::Memory)]
#[case::numeral_of_a_piped_number("9e15 ~> $formatInteger('i')", Limit::Memory)]
#[case::shared_parts_in_a_text(
    "$length($string($reduce([1..60], function($a, $b){{'a': $a, 'b': $a}}, 1)))",
    Limit::Memory
)]
#[case::zipped_parts("$count($reduce([1..60], function($a, $b){$zip($a, $a)}, [1])[0])", Limit::Memory)]
#[case::doubled_text("$reduce([1..40], function($a, $b){$a & $a}, 'x')", Limit::Memory)]
#[case::doubled_array("$count($reduce([1..40], function($a, $b){[$a, $a]}, [1]))", Limit::Memory)]
#[case::shared_parts("$reduce([1..60], function($a, $b){{'a': $a, 'b': $a}}, 1)", Limit::Memory)]
#[case::recursion("($f := function($n){ $n <= 0 ? 0 : 1 + $f($n-1) }; $f(32))", Limit::Depth)]
#[case::endless_loop("($f := function($x){$f($x)}; $f(1))", Limit::Time)]
#[case::nested_loops("$count([1..3000].($x := $; $count([1..800000])))", Limit::Time)]
fn expression_is_cut_off(#[case] expression: &str, #[case] limit: Limit) {
    assert_eq!(evaluate(expression), Err(EvaluationFailure::Exceeded(limit)));
}

#[rstest]
#[case("$count([1e300..1])", 0)]
#[case("$count([$list[0]..$list[2]])", 3)]
#[case("$count([-2..3])", 6)]
fn range_counts_up_from_its_first_end(#[case] expression: &str, #[case] expected: i64) {
    assert_eq!(evaluate(expression), Ok(json!(expected)));
}

#[rstest]
#[case("($f := $pad; $f('a', 3))", "a  ")]
#[case("($f := $pad; $f('a', -3, '-'))", "--a")]
#[case("($f := $formatInteger; $f(4, 'I'))", "IV")]
#[case("($pad := 'own'; $pad)", "own")]
fn function_by_another_name_is_the_same(#[case] expression: &str, #[case] expected: &str) {
    assert_eq!(evaluate(expression), Ok(json!(expected)));
}

#[rstest]
#[case(100, true)]
#[case(101, false)]
fn sum_of_100_terms_is_the_deepest(#[case] n_terms: usize, #[case] succeeds: bool) {
    assert_eq!(evaluate(&vec!["1"; n_terms].join("+")).is_ok(), succeeds);
}

#[rstest]
#[case(99, true)]
#[case(100, false)]
fn parentheses_nest_99_deep(#[case] depth: usize, #[case] succeeds: bool) {
    let expression = format!("{}1{}", "(".repeat(depth), ")".repeat(depth));
    assert_eq!(evaluate(&expression).is_ok(), succeeds);
}

#[rstest]
#[case("{% $states.result %}", Available::Input, "Field '$states.result' does not exist.")]
#[case(
    "{% $f($states.errorOutput.Cause) %}",
    Available::Result,
    "Field '$states.errorOutput' does not exist."
)]
fn member_of_states_that_is_not_there_is_refused(
    #[case] text: &str,
    #[case] available: Available,
    #[case] expected: &str,
) {
    assert_eq!(Expression::parse(text, available).unwrap_err().to_string(), expected);
}

#[rstest]
#[case("{% 1 + %}")]
#[case("{% 1 ")]
#[case("{% $a ?? 1 %}")]
fn what_is_no_expression_of_version_2_0_is_refused(#[case] text: &str) {
    assert!(Expression::parse(text, Available::Input).is_err());
}

#[test]
fn number_that_passes_through_keeps_its_digits_and_loses_its_fraction() {
    let input = json!({"large": 9_007_199_254_740_993_i64, "whole": [1.0, 1.5]});
    let expected = json!({"large": 9_007_199_254_740_993_i64, "whole": [1, 1.5]});
    assert_eq!(evaluate_on(input, "$states.input"), Ok(expected));
}

#[rstest]
#[case::in_an_object(r#"{"id": $states.input.large}"#, json!({"id": 9_007_199_254_740_993_i64}))]
#[case::in_an_array("[$states.input.large]", json!([9_007_199_254_740_993_i64]))]
#[case::chosen("$states.input.ids[1]", json!(-9_223_372_036_854_775_807_i64))]
#[case::of_each("$states.input.ids ~> $map(function($id){{'id': $id}})", json!([
    {"id": 9_223_372_036_854_775_807_i64},
    {"id": -9_223_372_036_854_775_807_i64}
]))]
#[case::literal("9223372036854775807", json!(9_223_372_036_854_775_807_i64))]
#[case::literal_in_an_object("{'a': 5, 'b': 9007199254740993}", json!({"a": 5, "b": 9_007_199_254_740_993_i64}))]
#[case::parsed("$parse('[9007199254740993, 1e2]')", json!([9_007_199_254_740_993_i64, 100]))]
#[case::beyond("[9223372036854775808]", json!([9_223_372_036_854_775_808.0]))]
fn integer_is_exact_up_to_64_bits(#[case] expression: &str, #[case] expected: Value) {
    let ids = json!([9_223_372_036_854_775_807_i64, -9_223_372_036_854_775_807_i64]);
    let input = json!({"large": 9_007_199_254_740_993_i64, "ids": ids});
    assert_eq!(evaluate_on(input, expression), Ok(expected));
}

#[test]
fn chain_of_keys_through_an_array_maps_over_it() {
    let input = json!({"a": [{"b": 1}, {"b": 2}], "c": [{"b": 3}], "d": [4]});
    assert_eq!(evaluate_on(input.clone(), "$states.input.a.b"), Ok(json!([1, 2])));
    assert_eq!(evaluate_on(input.clone(), "$states.input.c.b"), Ok(json!(3)));
    assert_eq!(evaluate_on(input, "$states.input.d"), Ok(json!([4])));
}

#[test]
fn same_seed_gives_the_same_random_values() {
    assert_eq!(
        evaluate("[$uuid(), $random(), $shuffle([1..9])]"),
        evaluate("[$uuid(), $random(), $shuffle([1..9])]")
    );
    let uuid = evaluate("$uuid()").unwrap();
    assert_eq!((uuid.as_str().unwrap().len(), &uuid.as_str().unwrap()[14..15]), (36, "4"));
}

#[test]
fn place_in_a_cause_is_made_of_keys_and_indices() {
    let template = json!({"a": {"b": [0, ["{% 1 %}", "{% $foo %}"]]}});
    let template = JsonataTemplate::compile(&template, Available::Input).unwrap();
    let scope = Documents { input: json!({}), context: json!({}), variables: Map::new() };
    let failure = template.evaluate("Output", &scope, &mut FixedRandomness(1)).unwrap_err();
    assert_eq!(failure.location, "Output/a/b[1][1]");
    let expected = "The JSONata expression '$foo' specified for the field 'Output/a/b[1][1]' returned nothing (undefined).";
    assert_eq!(failure.text, expected);
}

#[test]
fn compiled_expressions_are_shared_between_threads() {
    fn is_shared<T: Send + Sync>() {}
    is_shared::<Expression>();
    is_shared::<JsonataTemplate>();
}
