//! Claims about whole rules.

use rstest::rstest;
use serde_json::{Value, json};

use super::*;
use crate::scope::documents::Documents;

fn evaluate(rule: &Value, input: Value) -> Result<bool, InvalidChoicePath> {
    Condition::compile(rule)
        .expect("the rule is valid")
        .evaluate(&Documents { input, ..Documents::default() })
}

#[rstest]
#[case(json!({"Variable": "$.a", "NumericEquals": 1}), true)]
#[case(json!({"Variable": "$.a", "NumericEquals": 1.0}), true)]
#[case(json!({"Variable": "$.a", "StringEquals": "1"}), false)]
#[case(json!({"Not": {"Variable": "$.a", "StringEquals": "1"}}), true)]
#[case(json!({"Variable": "$.a", "NumericLessThanPath": "$.b"}), true)]
#[case(json!({"Variable": "$.a", "NumericGreaterThanEqualsPath": "$.b"}), false)]
#[case(json!({"Variable": "$.a", "StringEqualsPath": "$.text"}), false)]
#[case(json!({"Variable": "$.text", "StringMatches": "t*t"}), true)]
#[case(json!({"Variable": "$.a", "StringMatches": "*"}), false)]
#[case(json!({"Variable": "$.null", "IsPresent": true}), true)]
#[case(json!({"Variable": "$.missing", "IsPresent": true}), false)]
#[case(json!({"Variable": "$.missing", "IsPresent": false}), true)]
#[case(json!({"Variable": "$.null", "IsNull": false}), false)]
#[case(json!({"Variable": "$.a", "IsString": false}), true)]
#[case(json!({"And": [{"Variable": "$.a", "IsNumeric": true}], "Comment": "one is enough"}), true)]
#[case(json!({"Or": [{"Variable": "$.a", "IsNull": true}, {"Variable": "$.b", "NumericEquals": 2}]}), true)]
fn rules_hold_as_recorded(#[case] rule: Value, #[case] expected: bool) {
    let input = json!({"a": 1, "b": 2, "text": "text", "null": null});
    assert_eq!(evaluate(&rule, input), Ok(expected));
}

#[rstest]
#[case(json!({"Variable": "$.missing", "NumericEquals": 1}), "$.missing")]
#[case(json!({"Variable": "$.missing", "IsNull": false}), "$.missing")]
#[case(json!({"Variable": "$.a", "TimestampLessThanPath": "$.right"}), "$.right")]
#[case(json!({"Not": {"Variable": "$.missing", "StringMatches": "*"}}), "$.missing")]
fn a_missing_path_is_an_error_that_names_it(#[case] rule: Value, #[case] path: &str) {
    let error = evaluate(&rule, json!({"a": 1})).unwrap_err();
    let text =
        format!("Invalid path '{path}': The choice state's condition path references an invalid value.");
    assert_eq!(error.to_string(), text);
}

#[test]
fn guards_protect_what_stands_behind_them() {
    let guarded =
        json!({"And": [{"Variable": "$.x", "IsPresent": true}, {"Variable": "$.x", "IsNull": true}]});
    assert_eq!(evaluate(&guarded, json!({})), Ok(false));
    let alternative =
        json!({"Or": [{"Variable": "$.x", "IsPresent": false}, {"Variable": "$.x", "IsNull": true}]});
    assert_eq!(evaluate(&alternative, json!({})), Ok(true));
}

#[rstest]
#[case(json!([]), "", "Expected value of type Object")]
#[case(json!({"And": []}), "/And", "Value cannot be empty")]
#[case(json!({"Or": []}), "/Or", "Value cannot be empty")]
#[case(
    json!({"Variable": "a", "IsNull": true}),
    "/Variable",
    "Value is not a Reference Path: Reference path didn't start with '$'"
)]
#[case(json!({"Variable": "$", "IsNull": "true"}), "/IsNull", "Expected value of type Boolean")]
#[case(json!({"Variable": "$", "StringEquals": 1}), "/StringEquals", "Expected value of type String")]
#[case(
    json!({"Variable": "$", "TimestampEquals": "2024-01-01"}),
    "/TimestampEquals",
    "String does not match RFC3339 timestamp"
)]
#[case(
    json!({"And": [{"Variable": "$", "IsNull": true, "Next": "A"}]}),
    "/And[0]/Next",
    "Field 'Next' is not supported"
)]
fn refused_rules_say_where_and_why(#[case] rule: Value, #[case] location: &str, #[case] message: &str) {
    let problem = RuleProblem::Invalid { location: location.to_owned(), message: message.to_owned() };
    assert_eq!(Condition::compile(&rule).unwrap_err(), [problem]);
}

#[test]
fn a_rule_without_operator_lists_all_of_them() {
    let problems = Condition::compile(&json!({"Variable": "$.a", "Next": "A"})).unwrap_err();
    let [RuleProblem::Invalid { message, .. }] = problems.as_slice() else { panic!("{problems:?}") };
    assert!(message.starts_with(
        "This object should have only one of the following fields: [StringEquals, IsBoolean, StringLessThan,"
    ));
    assert!(message.ends_with("TimestampGreaterThanEquals, NumericGreaterThanEqualsPath]"));
}

#[test]
fn deep_nesting_is_unsupported_and_does_not_overflow() {
    let mut rule = json!({"Variable": "$", "IsNull": true});
    for _ in 0..1_000 {
        rule = json!({"Not": rule});
    }
    let problems = Condition::compile(&rule).unwrap_err();
    assert!(matches!(problems.as_slice(), [RuleProblem::Unsupported(_)]));
}
