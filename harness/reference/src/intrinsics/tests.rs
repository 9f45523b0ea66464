//! Every answer of AWS that is known, as tables.

use rstest::rstest;
use serde_json::{Value, json};

use super::*;
use crate::scope::documents::{Documents, FixedRandomness};

fn evaluate_on(expression: &str, input: Value) -> Result<Value, String> {
    let documents = Documents {
        variables: [("kept".to_owned(), input.clone())].into_iter().collect(),
        input,
        context: json!({"Name": "machine-1", "Machine": {"Id": "arn", "Name": "x"}}),
    };
    let intrinsic = Intrinsic::parse(expression).unwrap();
    intrinsic.evaluate(&documents, &mut FixedRandomness(7)).map_err(|failure| failure.to_string())
}

fn check(expression: &str, expected: Value) {
    assert_eq!(evaluate_on(expression, sample()), Ok(expected), "{expression}");
}

fn check_refused(expression: &str, function: &str) {
    let text = format!(
        "There was an error while evaluating the intrinsic function: {expression}. Invalid arguments in States.{function}"
    );
    assert_eq!(evaluate_on(expression, sample()), Err(text));
}

fn sample() -> Value {
    json!({
        "text": "Hello", "number": 3.5, "big": 9_007_199_254_740_991_i64, "flag": true, "nothing": null, "empty": [],
        "list": [1, 2, 3, 4, 5, 6, 7, 8, 9], "object": {"Arg1": 1, "Arg2": []}, "reversed": {"Arg2": [], "Arg1": 1},
        "objects": [{"Arg1": 1, "Arg2": []}], "nested": [[1, 2], [1, 2], [2, 1]], "template": "{} and {}",
        "mixed": ["true", "9007199254740991", [1, 2, 3], null]
    })
}

#[rstest]
#[case("States.Format('no placeholder')", "no placeholder")]
#[case("States.Format('Formatting argument {}.', $.text)", "Formatting argument Hello.")]
#[case("States.Format(' {}  {} ', 'a', 'b')", " a  b ")]
#[case("States.Format('{} {} {} {}', $.number, $.big, $.flag, $.nothing)", "3.5 9007199254740991 true null")]
#[case("States.Format('Format:{}', 101)", "Format:101")]
#[case("States.Format('{}', $.object)", "{Arg1=1, Arg2=[]}")]
#[case("States.Format('fst={} and snd={}.', $$.Name, $$.Machine)", "fst=machine-1 and snd={Id=arn, Name=x}.")]
#[case("States.Format($.template, 1, 2)", "1 and 2")]
#[case("States.Format('{}', $kept.text)", "Hello")]
#[case("States.Format('\\{\\} \\' \\\\ {}', 1)", "{} ' \\ 1")]
#[case("States.Format('{}', States.StringToJson('\"x\"'))", "\"x\"")]
#[case("States.Format('é😀{}', '😀')", "é😀😀")]
fn format_fills_templates(#[case] expression: &str, #[case] expected: &str) {
    check(expression, json!(expected));
}

#[rstest]
#[case("States.Format('{', 1)", "Invalid template in States.Format: matching '}' not found for '{'.")]
#[case("States.Format('{{}}', 1)", "Invalid template in States.Format: matching '}' not found for '{'.")]
#[case("States.Format('}', 1)", "Invalid template in States.Format: matching '{' not found for '}'.")]
#[case(
    "States.JsonToString()",
    "Invalid arguments in States.JsonToString: only a single argument is allowed."
)]
#[case(
    "States.JsonToString(1, 2)",
    "Invalid arguments in States.JsonToString: only a single argument is allowed."
)]
fn special_refusals_have_their_own_text(#[case] expression: &str, #[case] ending: &str) {
    let text = format!("There was an error while evaluating the intrinsic function: {expression}. {ending}");
    assert_eq!(evaluate_on(expression, sample()), Err(text));
}

#[test]
fn malformed_json_text_is_told_with_its_cause() {
    let failure = evaluate_on("States.StringToJson('{bad')", json!({})).unwrap_err();
    let beginning = "There was an error while evaluating the intrinsic function: States.StringToJson('{bad'). \
                     Cannot convert String to Json in States.StringToJson, caused by: ";
    assert!(failure.starts_with(beginning), "{failure}");
}

#[rstest]
#[case("States.StringToJson(' {\"a\": [1, 2]} ')", json!({"a": [1, 2]}))]
#[case("States.StringToJson('')", json!(null))]
#[case("States.StringToJson(' ')", json!(null))]
#[case("States.StringToJson('1.1')", json!(1.1))]
#[case("States.StringToJson('-0')", json!(0))]
#[case("States.StringToJson('\"HelloWorld\"')", json!("HelloWorld"))]
#[case("States.JsonToString($.reversed)", json!("{\"Arg2\":[],\"Arg1\":1}"))]
#[case("States.JsonToString('x')", json!("\"x\""))]
#[case("States.JsonToString($.nothing)", json!("null"))]
#[case("States.JsonMerge(States.StringToJson('{\"a\":{\"x\":1},\"b\":2}'), $.object, false)",
    json!({"a": {"x": 1}, "b": 2, "Arg1": 1, "Arg2": []}))]
#[case("States.JsonMerge(States.StringToJson('{\"a\":{\"x\":1},\"b\":1}'), States.StringToJson('{\"a\":{\"y\":2},\"b\":null}'), false)",
    json!({"a": {"y": 2}, "b": null}))]
#[case("States.JsonMerge($.object, $.object, 'false')", json!({"Arg1": 1, "Arg2": []}))]
#[case("States.JsonMerge(States.StringToJson('{\"__proto__\":1}'), $.object, false)",
    json!({"__proto__": 1, "Arg1": 1, "Arg2": []}))]
fn json_functions_answer_as_aws_does(#[case] expression: &str, #[case] expected: Value) {
    check(expression, expected);
}

#[rstest]
#[case("States.Array()", json!([]))]
#[case("States.Array('', ' ', 1, 1.1, null, true, $.object)", json!(["", " ", 1, 1.1, null, true, {"Arg1": 1, "Arg2": []}]))]
#[case("States.ArrayPartition($.list, 4)", json!([[1, 2, 3, 4], [5, 6, 7, 8], [9]]))]
#[case("States.ArrayPartition(States.Array(0, 1, 2), 2.6)", json!([[0, 1], [2]]))]
#[case("States.ArrayPartition(States.Array(0, 1), 3)", json!([[0, 1]]))]
#[case("States.ArrayPartition($.empty, 5)", json!([]))]
#[case("States.ArrayContains($.mixed, true)", json!(true))]
#[case("States.ArrayContains($.mixed, $.big)", json!(true))]
#[case("States.ArrayContains($.mixed, States.Array(1, 2, 3))", json!(true))]
#[case("States.ArrayContains($.mixed, null)", json!(true))]
#[case("States.ArrayContains(States.Array(0), false)", json!(false))]
#[case("States.ArrayContains($.objects, $.object)", json!(true))]
#[case("States.ArrayContains($.objects, $.reversed)", json!(false))]
#[case("States.ArrayContains($.empty, null)", json!(false))]
#[case("States.ArrayRange(0, 9, 3)", json!([0, 3, 6, 9]))]
#[case("States.ArrayRange(1, 9, 2)", json!([1, 3, 5, 7, 9]))]
#[case("States.ArrayRange(1.4, 5.6, 2.2)", json!([1, 3, 5]))]
#[case("States.ArrayRange(1.6, 1.4, 1)", json!([1]))]
#[case("States.ArrayRange(5.4, -0.6, -2.4)", json!([5, 3, 1]))]
#[case("States.ArrayRange(5, 1, 1)", json!([]))]
#[case("States.ArrayRange(1, 5, -1)", json!([]))]
#[case("States.ArrayRange(3, 3, -1)", json!([3]))]
#[case("States.ArrayLength(States.ArrayRange(1, 1000, 1))", json!(1000))]
#[case("States.ArrayGetItem($.list, 5)", json!(6))]
#[case("States.ArrayGetItem($.list, 1.2)", json!(2))]
#[case("States.ArrayGetItem($.empty, 3)", json!(null))]
#[case("States.ArrayLength($.list)", json!(9))]
#[case("States.ArrayLength($.list[*].nope)", json!(0))]
#[case("States.ArrayUnique($.nested)", json!([[2, 1], [1, 2]]))]
#[case("States.ArrayUnique(States.Array(true, false, true, false))", json!([false, true]))]
#[case("States.ArrayUnique(States.Array(1, '1', 1.0, '01'))", json!([1, "1", "01"]))]
fn array_functions_answer_as_aws_does(#[case] expression: &str, #[case] expected: Value) {
    check(expression, expected);
}

#[rstest]
#[case("States.Base64Encode('Data to encode')", json!("RGF0YSB0byBlbmNvZGU="))]
#[case("States.Base64Encode('')", json!(""))]
#[case("States.Base64Decode('RGVjb2RlZCBkYXRh')", json!("Decoded data"))]
#[case("States.Base64Decode(' RGVj*b2Rl\nZCBkYXRh ')", json!("Decoded data"))]
#[case("States.Base64Decode('YQ')", json!("a"))]
#[case("States.Base64Decode('AAA=')", json!("\u{0}\u{0}"))]
#[case("States.Hash('input data', 'SHA-1')", json!("aaff4a450a104cd177d28d18d74485e8cae074b7"))]
#[case("States.Hash('', 'MD5')", json!("d41d8cd98f00b204e9800998ecf8427e"))]
#[case("States.Hash('', 'SHA-256')", json!("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"))]
#[case("States.MathRandom(1, 100, 42)", json!(63))]
#[case("States.MathRandom(1, 1000, 1)", json!(106))]
#[case("States.MathRandom(1, 1000, 2)", json!(806))]
#[case("States.MathRandom(1, 10, -10)", json!(1))]
#[case("States.MathRandom(1, 10, 0)", json!(7))]
#[case("States.MathRandom(2147483640, 2147483647, 1)", json!(2_147_483_644))]
#[case("States.MathRandom(1.6, 5.4)", json!(4))]
#[case("States.MathAdd(-9, 3)", json!(-6))]
#[case("States.MathAdd(1.49, 1.5)", json!(3))]
#[case("States.MathAdd(-1.5, -1.51)", json!(-3))]
#[case("States.MathAdd(1.49, -1.49)", json!(0))]
#[case("States.MathAdd(-0.5, 0.5)", json!(1))]
#[case("States.MathAdd(2.5, 0)", json!(3))]
#[case("States.MathAdd(-3.5, 0)", json!(-3))]
#[case("States.MathAdd(1.6, 2.7)", json!(5))]
#[case("States.MathAdd(2147483647, 0)", json!(2_147_483_647))]
#[case("States.StringSplit('1,2;;3', ',;')", json!(["1", "2", "3"]))]
#[case("States.StringSplit(',a, b,,', ',')", json!(["a", " b"]))]
#[case("States.StringSplit('', ',')", json!([]))]
#[case("States.StringSplit('Hello\nWorld', '\n')", json!(["Hello", "World"]))]
#[case("States.UUID( )", json!("00000000-0000-4000-8000-000000000000"))]
#[case("States.UUID('x', 1)", json!("00000000-0000-4000-8000-000000000000"))]
#[case("States.ArrayGetItem(States.StringSplit($$.Name, '-'), States.MathAdd(States.ArrayLength(States.StringSplit($$.Name, '-')), -1))", json!("1"))]
fn text_and_number_functions_answer_as_aws_does(#[case] expression: &str, #[case] expected: Value) {
    check(expression, expected);
}

#[rstest]
#[case("ArrayPartition", &["$.list, 0.6", "$.list, 0", "$.list, -1", "$.list, -0.4", "$.list, '2'", "$.list, null", "1, 1", "$.list"])]
#[case("ArrayContains", &["1, 1", "$.list", "$.list, 1, 1"])]
#[case("ArrayRange", &["1, 5, 0", "1, 5, 0.49", "1, 1001, 1", "1001, 1, -1", "'1', 5, 1", "1, 5"])]
#[case("ArrayGetItem", &["$.list, 9", "$.list, -1", "$.list, '0'", "$.object, 0", "$.list"])]
#[case("ArrayLength", &["1", "'text'", "$.object", ""])]
#[case("ArrayUnique", &["1", "", "$.list, $.list"])]
#[case("Base64Encode", &["1", "null", "", "'a', 'b'"])]
#[case("Base64Decode", &["1", ""])]
#[case("Hash", &["'x', ''", "'x', 'MD-5'", "'x', 'sha-256'", "'x', 'SHA256'", "'x', 1", "'x'"])]
#[case("JsonMerge", &["$.object, $.object, true", "1, $.object, false", "$.object, $.list, false", "$.object, $.object"])]
#[case("MathRandom", &["1, 1", "5, 1", "1.4, 1.6", "1, 9, '1'", "1, 9, null", "1, 2, 3, 4", "1", "-2147483648, 2147483647"])]
#[case("MathAdd", &["2147483647, 1", "2147483648, 0", "-2147483648, -1", "'1', 1", "true, 1", "null, 1", "1", "1e309, 0"])]
#[case("StringSplit", &["1, ','", "'a', 1", "null, ','", "$.list, ','", "'a'"])]
#[case("StringToJson", &["1", "", "null"])]
#[case("Format", &["", "1", "'{}'", "'{}', 1, 2", "$.nothing"])]
fn wrong_arguments_are_refused_at_run_time(#[case] function: &str, #[case] arguments: &[&str]) {
    for arguments in arguments {
        check_refused(&format!("States.{function}({arguments})"), function);
    }
}

#[test]
fn base64_takes_ten_thousand_characters_and_not_one_more() {
    for function in ["Base64Encode", "Base64Decode"] {
        let expression = format!("States.{function}($.x)");
        assert!(evaluate_on(&expression, json!({"x": "A".repeat(10_000)})).is_ok());
        assert!(evaluate_on(&expression, json!({"x": "A".repeat(10_001)})).is_err());
    }
}

#[test]
fn hash_takes_data_that_is_no_string() {
    let hashed = |expression| evaluate_on(expression, json!({"n": 12, "o": {"a": 1}})).unwrap();
    assert_eq!(hashed("States.Hash($.n, 'MD5')"), hashed("States.Hash('12', 'MD5')"));
    assert_eq!(hashed("States.Hash($.o, 'MD5')"), hashed("States.Hash('{\"a\":1}', 'MD5')"));
}

#[test]
fn failure_quotes_the_outermost_call_and_names_the_innermost_function() {
    let failure = evaluate_on("States.Array(1, States.MathAdd('1', 1))", json!({})).unwrap_err();
    assert_eq!(
        failure,
        "There was an error while evaluating the intrinsic function: States.Array(1, States.MathAdd('1', 1)). \
         Invalid arguments in States.MathAdd"
    );
}

#[rstest]
#[case("$.no")]
#[case("$.list[5]")]
fn missing_argument_names_call_path_and_input(#[case] path: &str) {
    let expression = format!("States.Array(States.Array({path}))");
    let text = format!(
        "The function '{expression}' had the following error: The JsonPath argument for the field '{path}' could not \
         be found in the input '{{\"list\":[1]}}'"
    );
    assert_eq!(evaluate_on(&expression, json!({"list": [1]})), Err(text));
}

#[test]
fn index_of_a_scalar_is_told_in_the_words_of_jayway() {
    let failure = evaluate_on("States.Array($.x[0])", json!({"x": 1})).unwrap_err();
    assert!(
        failure.ends_with("Filter: [0] can only be applied to arrays. Current context is: 1"),
        "{failure}"
    );
}

#[rstest]
#[case("States.Array( $.a , $.b )")]
#[case("States.Array($.a[?(@.x == 'a, b)')], $.c['(,'], $.d.length())")]
#[case("States.Array(1e309, -1.5, 1E2)")]
#[case("States.StringToJson('{\"a\":\"plain \"}')")]
fn lenient_spelling_is_accepted(#[case] text: &str) {
    assert_eq!(Intrinsic::parse(text).unwrap().text(), text);
}

#[rstest]
#[case("")]
#[case("States.UUID")]
#[case("States.UUID (")]
#[case("States.UUID(")]
#[case("States.UUID())")]
#[case("States.UUID(,)")]
#[case("States.UUID() x")]
#[case("States.UUID($)")]
#[case("States.Nope()")]
#[case("Array()")]
#[case("States.Array(1,)")]
#[case("States.Array(1 2)")]
#[case("States.Array([1])")]
#[case("States.Array({})")]
#[case("States.Array(x)")]
#[case("States.Array(inf)")]
#[case("States.Array('open)")]
#[case("States.Array('\\n')")]
#[case("States.Array('\\\"')")]
#[case("States.Array($.)")]
fn malformed_calls_are_rejected(#[case] text: &str) {
    assert!(Intrinsic::parse(text).is_err(), "{text} was accepted");
}

#[test]
fn calls_nest_as_deep_as_documented_and_not_without_end() {
    let nested = |depth| format!("{}1{}", "States.Array(".repeat(depth), ")".repeat(depth));
    assert!(Intrinsic::parse(&nested(10)).is_ok());
    assert!(Intrinsic::parse(&nested(100_000)).is_err());
}
