//! What paths refer to, and where reference paths put values.

use rstest::rstest;
use serde_json::{Value, json};

use super::*;
use crate::scope::documents::Documents;

fn documents() -> Documents {
    Documents {
        input: json!({"x": 1}),
        context: json!({"Execution": {"Id": "arn"}}),
        variables: [("kept".to_owned(), json!({"list": [7, 8]}))].into_iter().collect(),
    }
}

#[rstest]
#[case("$", json!({"x": 1}))]
#[case("$.x", json!(1))]
#[case("$$", json!({"Execution": {"Id": "arn"}}))]
#[case("$$.Execution.Id", json!("arn"))]
#[case("$$['Execution']['Id']", json!("arn"))]
#[case("$kept", json!({"list": [7, 8]}))]
#[case("$kept.list[1]", json!(8))]
fn root_decides_what_a_path_searches(#[case] text: &str, #[case] expected: Value) {
    let documents = documents();
    assert_eq!(*Path::parse(text).unwrap().evaluate(&documents).unwrap(), expected);
}

#[test]
fn unassigned_variable_is_a_miss() {
    let documents = documents();
    let miss = Path::parse("$lost.x").unwrap().evaluate(&documents).unwrap_err();
    assert_eq!(miss, PathMiss::UnassignedVariable { name: "lost".to_owned() });
}

#[rstest]
#[case("")]
#[case("x")]
#[case("$$$")]
#[case("$$x")]
#[case("$1")]
#[case("$.a b")]
#[case("$.")]
fn text_that_is_no_path_is_rejected(#[case] text: &str) {
    assert!(Path::parse(text).is_err());
}

#[rstest]
#[case("$", true)]
#[case("$.a['b,c'][0]", true)]
#[case("$$.a", true)]
#[case("$name.a", true)]
#[case("$.*", false)]
#[case("$..a", false)]
#[case("$.a[0,1]", false)]
#[case("$.a[0:1]", false)]
#[case("$['a','b']", false)]
#[case("$.a[?(@.b)]", false)]
#[case("$.a.length()", false)]
fn reference_paths_have_only_keys_and_indices(#[case] text: &str, #[case] is_reference: bool) {
    assert_eq!(Path::parse(text).unwrap().is_reference(), is_reference);
    assert_eq!(ReferencePath::parse(text).is_ok(), is_reference);
}

#[rstest]
#[case("$.a.b[0]", false)]
#[case("$.a@", true)]
#[case("$.a:b", true)]
#[case("$.a,b", true)]
#[case("$.a.b?c", true)]
#[case(r"$.a\:b", false)]
#[case("$.a['b:c']", false)]
#[case("$['a]?'].b", false)]
#[case("$[ 'a,b' ]", false)]
#[case("$['a'].b@c", true)]
fn operators_in_keys_are_seen_outside_of_quotes(#[case] text: &str, #[case] has_operator: bool) {
    assert_eq!(Path::parse(text).unwrap().has_operator_in_key(), has_operator);
}

#[rstest]
#[case("$", json!({"k": 1}), json!("R"))]
#[case("$", json!(7), json!("R"))]
#[case("$.a", json!({"k": 1}), json!({"k": 1, "a": "R"}))]
#[case("$.a.b.c", json!({}), json!({"a": {"b": {"c": "R"}}}))]
#[case("$.a", json!({"a": {"old": 1}}), json!({"a": "R"}))]
#[case("$.a.b", json!({"a": {"old": 1}}), json!({"a": {"old": 1, "b": "R"}}))]
#[case("$.a[1]", json!({"a": [1, 2]}), json!({"a": [1, "R"]}))]
#[case("$.a[0].b", json!({"a": [{}]}), json!({"a": [{"b": "R"}]}))]
fn value_is_placed_where_the_path_leads(
    #[case] path: &str,
    #[case] document: Value,
    #[case] expected: Value,
) {
    assert_eq!(ReferencePath::parse(path).unwrap().place(document, json!("R")).unwrap(), expected);
}

#[rstest]
#[case("$.a", json!("text"), "Unable to apply step \"a\" to input \"text\"")]
#[case("$.a.b", json!([1]), "Unable to apply step \"a\" to input [1]")]
#[case("$.a.b", json!(null), "Unable to apply step \"a\" to input null")]
#[case("$.a.b", json!({"a": 1}), "Unable to apply step \"a\" to input {\"a\":1}")]
#[case("$.a[3]", json!({"a": [1]}), "Unable to apply step \"3\" to input {\"a\":[1]}")]
#[case("$.a[0]", json!({}), "Unable to apply step \"0\" to input {}")]
fn value_that_cannot_be_placed_names_step_and_document(
    #[case] path: &str,
    #[case] document: Value,
    #[case] expected: &str,
) {
    let conflict = ReferencePath::parse(path).unwrap().place(document, json!("R")).unwrap_err();
    assert_eq!(conflict.to_string(), expected);
}

#[test]
fn selection_names_the_first_key_that_is_missing() {
    let document = json!({"discovery": {"x": 1}});
    let path = ReferencePath::parse("$.discovery.objects").unwrap();
    assert_eq!(
        path.select(&document).unwrap_err().to_string(),
        "Unable to apply step \"objects\" to input {\"discovery\":{\"x\":1}}"
    );
}
