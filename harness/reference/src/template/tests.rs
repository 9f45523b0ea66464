//! What templates keep, evaluate and refuse.

use rstest::rstest;
use serde_json::json;

use super::*;
use crate::scope::documents::{Documents, FixedRandomness};

fn evaluate(template: &Value) -> Result<Value, String> {
    let documents = Documents {
        input: json!({"x": 1, "items": [7], "nothing": null}),
        context: json!({"Id": "arn"}),
        ..Documents::default()
    };
    let template = Template::compile(template).unwrap();
    template.evaluate(&documents, &mut FixedRandomness(0)).map_err(|failure| failure.to_string())
}

#[rstest]
#[case(json!({"a": "$.x", "b": [1, {"c": null}]}), json!({"a": "$.x", "b": [1, {"c": null}]}))]
#[case(json!({"a.$": "$.x"}), json!({"a": 1}))]
#[case(json!({"a.$": "$$.Id"}), json!({"a": "arn"}))]
#[case(json!({"a": {"b": [{"c.$": "$.x"}, "$.x"]}}), json!({"a": {"b": [{"c": 1}, "$.x"]}}))]
#[case(json!({"a.$": "States.Format('{}', $.x)"}), json!({"a": "1"}))]
#[case(json!({"a.$": "$.nothing"}), json!({"a": null}))]
#[case(json!({"a.$": "$.items[5]"}), json!({"a": null}))]
#[case(json!({"a.$": "$.items[99999999999]"}), json!({"a": null}))]
#[case(json!({"a.$": "$.no[*]", "b.$": "$.no.such[1:].x"}), json!({"a": [], "b": []}))]
#[case(json!({"a.$": "$..nope"}), json!({"a": []}))]
#[case(json!([{"a.$": "$.x"}]), json!([{"a": 1}]))]
#[case(json!("$.x"), json!("$.x"))]
fn template_evaluates_the_keys_that_ask_for_it(#[case] template: Value, #[case] expected: Value) {
    assert_eq!(evaluate(&template), Ok(expected));
}

#[rstest]
#[case(json!({"a": {"k.$": "$.no.such"}}), "'$.no.such'", "{\"x\":1,\"items\":[7],\"nothing\":null}")]
#[case(json!({"k.$": "$.x.y"}), "'$.x.y'", "{\"x\":1,\"items\":[7],\"nothing\":null}")]
#[case(json!({"k.$": "$[1:5]"}), "'$[1:5]'", "{\"x\":1,\"items\":[7],\"nothing\":null}")]
#[case(json!({"k.$": "$.x[0]"}), "'$.x[0]'", "{\"x\":1,\"items\":[7],\"nothing\":null}")]
#[case(json!({"k.$": "$.items[5].y"}), "'$.items[5].y'", "{\"x\":1,\"items\":[7],\"nothing\":null}")]
#[case(json!({"k.$": "$$.No"}), "'$$.No'", "{\"Id\":\"arn\"}")]
fn missing_path_names_path_innermost_field_and_document(
    #[case] template: Value,
    #[case] path: &str,
    #[case] document: &str,
) {
    let text = format!(
        "The JSONPath {path} specified for the field 'k.$' could not be found in the input '{document}'"
    );
    assert_eq!(evaluate(&template), Err(text));
}

#[test]
fn failing_intrinsic_keeps_its_own_text() {
    let failure = evaluate(&json!({"k.$": "States.ArrayLength($.x)"})).unwrap_err();
    assert!(
        failure.ends_with("States.ArrayLength($.x). Invalid arguments in States.ArrayLength"),
        "{failure}"
    );
}

#[rstest]
#[case(json!({"k.$": "text"}))]
#[case(json!({"k.$": 1}))]
#[case(json!({"k.$": "$."}))]
#[case(json!({"a": [{"k.$": "States.Nope()"}]}))]
#[case(json!({"k.$": "States.StringToJson('{\"text\":\"An \\\"escaped\\\" quote\"}')"}))]
fn value_that_is_neither_path_nor_call_is_refused(#[case] template: Value) {
    let text = "The value for the field 'k.$' must be a valid JSONPath or a valid intrinsic function call";
    assert_eq!(Template::compile(&template).unwrap_err()[0].to_string(), text);
}

#[test]
fn two_keys_of_one_name_are_refused() {
    let template = json!({"k.$": "$.x", "k": 1});
    assert_eq!(
        Template::compile(&template).unwrap_err(),
        [TemplateSyntaxError::Duplicate { key: "k".to_owned() }]
    );
}

#[test]
fn template_without_dynamic_keys_is_a_constant() {
    assert!(Template::compile(&json!({"a": ["$.x"]})).unwrap().as_constant().is_some());
    assert!(Template::compile(&json!({"a.$": "$.x"})).unwrap().as_constant().is_none());
}

#[rstest]
#[case("States.UUID()", true)]
#[case("States.MathRandom(1, 2)", true)]
#[case("States.MathRandom(1, 2, 3)", false)]
#[case("States.Array(States.UUID())", true)]
#[case("$.x", false)]
fn template_tells_whether_it_draws_at_random(#[case] expression: &str, #[case] is_random: bool) {
    let template = json!({"a": [{"k.$": expression}]});
    assert_eq!(Template::compile(&template).unwrap().is_random(), is_random);
}

#[test]
fn failure_can_be_told_for_a_field_outside_of_templates() {
    let documents = Documents { input: json!({}), context: json!({}), ..Documents::default() };
    let expression = PathOrIntrinsic::parse("$.no").unwrap();
    let failure = expression.evaluate("ErrorPath", &documents, &mut FixedRandomness(0)).unwrap_err();
    assert_eq!(
        failure.to_string(),
        "The JSONPath '$.no' specified for the field 'ErrorPath' could not be found in the input '{}'"
    );
}
