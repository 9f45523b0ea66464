//! The dialect as a table: path, document, answer.

use rstest::rstest;
use serde_json::json;

use super::*;

fn evaluate(path: &str, document: &Value) -> Result<Value, String> {
    let path = JsonPath::parse(path).unwrap();
    path.evaluate(document).map(Cow::into_owned).map_err(|miss| miss.to_string())
}

fn store() -> Value {
    json!({
        "books": [
            {"title": "A", "price": 8.5, "tags": ["x", "y"], "isbn": "1"},
            {"title": "B", "price": 12, "tags": ["y"]},
            {"title": "C", "price": 22.5, "tags": []}
        ],
        "limit": 12,
        "delivery-partner": "D",
        "a.b": 1,
        "nothing": null,
        "empty": ""
    })
}

#[rstest]
#[case("$.limit", json!(12))]
#[case("$['limit']", json!(12))]
#[case("$[\"limit\"]", json!(12))]
#[case("$.delivery-partner", json!("D"))]
#[case("$.a\\.b", json!(1))]
#[case("$.nothing", json!(null))]
#[case("$.books[0].title", json!("A"))]
#[case("$.books[-1].title", json!("C"))]
#[case("$.books[ 1 ]['title']", json!("B"))]
#[case("$['limit','empty']", json!({"limit": 12, "empty": ""}))]
#[case("$.books.length()", json!(3))]
#[case("$.length()", json!(6))]
#[case("$.limit.length()", json!(null))]
#[case("$.books[1].keys()", json!(["title", "price", "tags"]))]
#[case("$.books[0].tags.first()", json!("x"))]
#[case("$.books[0].tags.last()", json!("y"))]
#[case("$.books[0].tags.index(1)", json!("y"))]
#[case("$.books[0].tags.concat('!', $.limit)", json!("xy!12"))]
#[case("$.books[0].tags.append('z')", json!(["x", "y", "z"]))]
#[case("$..price.sum()", json!(43.0))]
#[case("$..price.max()", json!(22.5))]
#[case("$..price.min()", json!(8.5))]
fn definite_paths_give_the_value(#[case] path: &str, #[case] expected: Value) {
    assert!(JsonPath::parse(path).unwrap().is_definite());
    assert_eq!(evaluate(path, &store()), Ok(expected));
}

#[rstest]
#[case("$.books[0,2].title", json!(["A", "C"]))]
#[case("$.books[0,9].title", json!(["A"]))]
#[case("$.books[1:].title", json!(["B", "C"]))]
#[case("$.books[:1].title", json!(["A"]))]
#[case("$.books[1:2].title", json!(["B"]))]
#[case("$.books[-2:].title", json!(["B", "C"]))]
#[case("$.books[:-2].title", json!(["A"]))]
#[case("$.books[5:].title", json!([]))]
#[case("$.books[*].title", json!(["A", "B", "C"]))]
#[case("$.books.*.title", json!(["A", "B", "C"]))]
#[case("$.books[*].tags[*]", json!(["x", "y", "y"]))]
#[case("$.books[*].tags[0]", json!(["x", "y"]))]
#[case("$.books[*].isbn", json!(["1"]))]
#[case("$.books[*].nope", json!([]))]
#[case("$..title", json!(["A", "B", "C"]))]
#[case("$..tags[0]", json!(["x", "y"]))]
#[case("$..nope", json!([]))]
#[case("$.limit.*", json!([]))]
#[case("$.books[0]['title','isbn'].length()", json!([null, null]))]
fn indefinite_paths_gather_an_array(#[case] path: &str, #[case] expected: Value) {
    assert!(!JsonPath::parse(path).unwrap().is_definite());
    assert_eq!(evaluate(path, &store()), Ok(expected));
}

#[rstest]
#[case("@.title == 'B'", json!(["B"]))]
#[case("@.title == \"B\"", json!(["B"]))]
#[case("@['title']=='B'", json!(["B"]))]
#[case("@.title != 'B'", json!(["A", "C"]))]
#[case("@.price < 12", json!(["A"]))]
#[case("@.price <= 12", json!(["A", "B"]))]
#[case("@.price > 12.0", json!(["C"]))]
#[case("@.price >= $.limit", json!(["B", "C"]))]
#[case("@.price == '12'", json!(["B"]))]
#[case("@.price === '12'", json!([]))]
#[case("@.title < 'B'", json!(["A"]))]
#[case("@.title > 1", json!([]))]
#[case("@.isbn", json!(["A"]))]
#[case("!@.isbn", json!(["B", "C"]))]
#[case("@.isbn != '1'", json!(["B", "C"]))]
#[case("@.isbn == null", json!([]))]
#[case("@.isbn && @.price < 10", json!(["A"]))]
#[case("@.price<10||@.price>20", json!(["A", "C"]))]
#[case("@.price < 10 || @.price > 20 && @.isbn", json!(["A"]))]
#[case("(@.price < 10 || @.price > 20) && !(@.isbn)", json!(["C"]))]
#[case("@.title =~ /[ab]/i", json!(["A", "B"]))]
#[case("@.title =~ /[AB]x?/", json!(["A", "B"]))]
#[case("@.title in ['A', 'C']", json!(["A", "C"]))]
#[case("@.title nin ['A', 'C']", json!(["B"]))]
#[case("'y' in @.tags", json!(["A", "B"]))]
#[case("@.tags contains 'x'", json!(["A"]))]
#[case("@.tags subsetof ['y', 'z']", json!(["B", "C"]))]
#[case("@.tags anyof ['x']", json!(["A"]))]
#[case("@.tags noneof ['x']", json!(["B", "C"]))]
#[case("@.tags all ['x', 'y']", json!(["A"]))]
#[case("@.tags size 2", json!(["A"]))]
#[case("@.tags empty true", json!(["C"]))]
#[case("@.tags EMPTY false", json!(["A", "B"]))]
#[case("@.tags.length() > 0", json!(["A", "B"]))]
#[case("@.tags[?(@ == 'x')] empty false", json!(["A"]))]
fn filters_accept(#[case] condition: &str, #[case] expected: Value) {
    assert_eq!(evaluate(&format!("$.books[?({condition})].title"), &store()), Ok(expected));
}

#[test]
fn filter_result_stays_an_array_and_an_index_applies_to_each_match() {
    assert_eq!(evaluate("$.books[?(@.isbn)].tags[0]", &store()), Ok(json!(["x"])));
    assert_eq!(evaluate("$.books[?(@.isbn)][0]", &store()), Ok(json!([])));
}

#[test]
fn filter_on_an_object_tests_the_object() {
    assert_eq!(evaluate("$.a[?(@.b == 1)]", &json!({"a": {"b": 1}})), Ok(json!([{"b": 1}])));
    assert_eq!(evaluate("$..[?(@.b == 1)]", &json!({"a": {"b": 1}})), Ok(json!([{"b": 1}])));
}

/// Recorded: the filter of a template keeps the whole matching users.
#[test]
fn recorded_filter_keeps_matching_users() {
    let document = json!({"users": [{"year": 1997, "status": 0}, {"year": 1998, "status": 1}]});
    let expected = json!([{"year": 1997, "status": 0}]);
    assert_eq!(evaluate("$.users[?(@.status == 0)]", &document), Ok(expected));
}

/// Recorded: a backslash before a double quote inside single quotes belongs to the key.
#[test]
fn recorded_backslash_before_a_double_quote_stays() {
    let document = json!({"Test\\\"\"Name\"": "found", "it's": 1});
    assert_eq!(evaluate("$['Test\\\"\"Name\"']", &document), Ok(json!("found")));
    assert_eq!(evaluate("$['it\\'s']", &document), Ok(json!(1)));
}

#[test]
fn characters_beyond_ascii_may_be_escaped() {
    assert_eq!(evaluate("$.&Ж中.\\uD800\\uDF46", &json!({"&Ж中": {"\u{10346}": 1}})), Ok(json!(1)));
}

#[rstest]
#[case("$.a.b", json!({"a": {}}), "No results for path: $['a']['b']")]
#[case("$.no.such.path", json!({}), "Missing property in path $['no']")]
#[case("$.a.no.c", json!({"a": {}}), "Missing property in path $['a']['no']")]
#[case("$.a.no[*]", json!({"a": {}}), "Missing property in path $['a']['no']")]
#[case("$.no.length()", json!({}), "Missing property in path $['no']")]
#[case("$.a[5]", json!({"a": [1]}), "No results for path: $['a'][5]")]
#[case("$.a[99999999999999999999]", json!({"a": [1]}), "No results for path: $['a'][9223372036854775807]")]
#[case("$.x[0]", json!({"x": 1}), "Filter: [0] can only be applied to arrays. Current context is: 1")]
#[case("$.x[0:1]", json!({"x": "t"}), "Filter: [0:1] can only be applied to arrays. Current context is: t")]
#[case("$.x[0]", json!({"x": null}), "The path $['x'] is null")]
#[case("$.a.max()", json!({"a": []}), "Aggregation function attempted to calculate value using empty array")]
fn misses_are_told_in_the_words_of_jayway(#[case] path: &str, #[case] document: Value, #[case] text: &str) {
    assert_eq!(evaluate(path, &document), Err(text.to_owned()));
}

#[rstest]
#[case("x")]
#[case("$x")]
#[case("$.")]
#[case("$..")]
#[case("$.a.")]
#[case("$.a b")]
#[case("$[")]
#[case("$[]")]
#[case("$['a")]
#[case("$['a'")]
#[case("$['a',]")]
#[case("$[a]")]
#[case("$[1:2:3]")]
#[case("$[:]")]
#[case("$[?(@.a == )]")]
#[case("$[?(@.a ~ 1)]")]
#[case("$[?@.a]")]
#[case("$[?(@.a =~ /(/)]")]
#[case("$.a.nope()")]
#[case("$.a.length().b")]
#[case("$.a.length(")]
fn malformed_paths_are_rejected(#[case] path: &str) {
    assert!(JsonPath::parse(path).is_err(), "{path} was accepted");
}

#[test]
fn definite_evaluation_borrows_from_the_document() {
    let document = store();
    let path = JsonPath::parse("$.books[0].title").unwrap();
    assert!(matches!(path.evaluate(&document), Ok(Cow::Borrowed(_))));
}

#[rstest]
#[case("(".repeat(100_000))]
#[case("!".repeat(100_000))]
#[case("@[?(".repeat(10_000))]
#[case("[".repeat(100_000))]
#[case(format!("@ == {}", "[".repeat(100_000)))]
fn hostile_nesting_is_an_error_and_not_a_crash(#[case] condition: String) {
    assert!(JsonPath::parse(&format!("$[?({condition}")).is_err());
    assert!(JsonPath::parse(&format!("${}", ".a".repeat(10_000))).is_err());
}

#[test]
fn hostile_scans_are_cut_off() {
    let document = (0..100).fold(json!(1), |inner, _| json!({"a": inner}));
    let path = JsonPath::parse(&format!("${}", "..a".repeat(60))).unwrap();
    assert!(matches!(path.evaluate(&document), Err(PathMiss::TooMuchWork { .. })));
}
