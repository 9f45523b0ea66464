//! Jackson's words for broken texts.

use proptest::prelude::*;
use rstest::rstest;
use serde_json::{Deserializer, Value, json};

use super::*;

fn told(text: &str) -> (String, String) {
    let problem = problem(text).expect("a broken text");
    let place = problem.source.rsplit("\"; ").next().expect("a place").trim_end_matches(']').to_owned();
    (problem.message, place)
}

const VALUES: &str = "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')";

#[rstest]
// Recorded.
#[case("not a definition", "Unrecognized token 'not': was expecting VALUES", "line: 1, column: 4")]
#[case(
    "{'a': 1}",
    "Unexpected character (''' (code 39)): was expecting double-quote to start field name",
    "line: 1, column: 3"
)]
// Jackson's own.
#[case(
    "{\"a\": 1,\n}",
    "Unexpected character ('}' (code 125)): was expecting double-quote to start field name",
    "line: 2, column: 2"
)]
#[case(
    "{\"a\" 1}",
    "Unexpected character ('1' (code 49)): was expecting a colon to separate field name and value",
    "line: 1, column: 7"
)]
#[case(
    "{\"a\": 1 \"b\"}",
    "Unexpected character ('\"' (code 34)): was expecting comma to separate Object entries",
    "line: 1, column: 10"
)]
#[case(
    "[1 2]",
    "Unexpected character ('2' (code 50)): was expecting comma to separate Array entries",
    "line: 1, column: 5"
)]
#[case("[1,]", "Unexpected character (']' (code 93)): expected a valid value VALUES", "line: 1, column: 5")]
#[case("[1,}", "Unexpected character ('}' (code 125)): expected a value", "line: 1, column: 5")]
#[case(
    "{\"a\":}",
    "Unexpected character ('}' (code 125)): expected a valid value VALUES",
    "line: 1, column: 7"
)]
#[case("{\"a\":", "Unexpected end-of-input within/between Object entries", "line: 1, column: 6")]
#[case("{\"a", "Unexpected end-of-input in field name", "line: 1, column: 4")]
#[case(
    "[\"a",
    "Unexpected end-of-input: was expecting closing quote for a string value",
    "line: 1, column: 4"
)]
#[case(
    "[\"a\nb\"]",
    "Illegal unquoted character ((CTRL-CHAR, code 10)): has to be escaped using backslash to be included in string value",
    "line: 1, column: 5"
)]
#[case("[\"\\x\"]", "Unrecognized character escape 'x' (code 120)", "line: 1, column: 5")]
#[case(
    "[\"\\u00g0\"]",
    "Unexpected character ('g' (code 103)): expected a hex-digit for character escape sequence",
    "line: 1, column: 8"
)]
#[case("[01]", "Invalid numeric value: Leading zeroes not allowed", "line: 1, column: 4")]
#[case(
    "[-a]",
    "Unexpected character ('a' (code 97)) in numeric value: expected digit (0-9) to follow minus sign, for valid numeric value",
    "line: 1, column: 4"
)]
#[case(
    "[1.]",
    "Unexpected character (']' (code 93)) in numeric value: Decimal point not followed by a digit",
    "line: 1, column: 5"
)]
#[case(
    "[NaN]",
    "Non-standard token 'NaN': enable JsonParser.Feature.ALLOW_NON_NUMERIC_NUMBERS to allow",
    "line: 1, column: 5"
)]
#[case("{\"a\": tru}", "Unrecognized token 'tru': was expecting VALUES", "line: 1, column: 10")]
#[case("{\"a\": True}", "Unrecognized token 'True': was expecting VALUES", "line: 1, column: 11")]
#[case(
    "{ // why\n}",
    "Unexpected character ('/' (code 47)): maybe a (non-standard) comment? (not recognized as one since Feature 'ALLOW_COMMENTS' not enabled for parser)",
    "line: 1, column: 4"
)]
#[case(
    "\u{1}",
    "Illegal character ((CTRL-CHAR, code 1)): only regular white space (\\r, \\n, \\t) is allowed between tokens",
    "line: 1, column: 2"
)]
#[case(
    "\r\n\r[☃",
    "Unexpected character ('☃' (code 9731 / 0x2603)): expected a valid value VALUES",
    "line: 3, column: 3"
)]
fn broken_texts_are_told_as_jackson_tells_them(
    #[case] text: &str,
    #[case] message: &str,
    #[case] place: &str,
) {
    assert_eq!(told(text), (message.replace("VALUES", VALUES), place.to_owned()));
}

#[test]
fn an_open_bracket_is_told_with_its_own_place() {
    let text = "{\n  \"a\": [1";
    let message = problem(text).expect("a broken text").message;
    let start = format!("[Source: (String)\"{text}\"; line: 2, column: 8]");
    assert_eq!(
        message,
        format!("Unexpected end-of-input: expected close marker for Array (start marker at {start})")
    );
    let message = problem("{]").expect("a broken text").message;
    let start = "[Source: (String)\"{]\"; line: 1, column: 1]";
    assert_eq!(
        message,
        format!("Unexpected close marker ']': expected '}}' (for Object starting at {start})")
    );
}

#[test]
fn a_long_source_is_cut() {
    let text = format!("[{}", "é".repeat(600));
    let source = problem(&text).expect("a broken text").source;
    let expected =
        format!("[Source: (String)\"[{}\"[truncated 101 chars]; line: 1, column: 602]", "é".repeat(499));
    assert_eq!(source.replace("column: 258", "column: 602"), expected, "a word is read up to 256 characters");
}

#[rstest]
#[case("{}")]
#[case(" [1, -0.5e+3, \"\\u00e9\\n\", {\"a\": {}}, [], null, true] ")]
#[case("\"text\"")]
#[case("12 ")]
#[case("{} trailing")]
#[case("")]
fn texts_that_jackson_reads_have_no_problem(#[case] text: &str) {
    assert_eq!(problem(text), None);
}

#[test]
fn nesting_without_end_does_not_overflow() {
    assert!(problem(&"[{\"a\":".repeat(100_000)).is_some());
}

#[test]
fn what_is_wrong_ends_where_the_reader_stopped() {
    let text = "{\"é😀\": tru, 1}";
    let problem = problem(text).expect("a broken text");
    assert_eq!(&text[..problem.n_bytes_read], "{\"é😀\": tru");
}

/// A good text in which some characters were replaced, put in or left out.
fn damaged_text() -> impl Strategy<Value = String> {
    let text = json!({"StartAt": "A", "States": {"é😀": {"End": true, "Seconds": -1.5e+3, "Result": [null, "\n\u{1}\\"]}}});
    let text = serde_json::to_string_pretty(&text).expect("JSON");
    let n_characters = text.chars().count();
    let characters = vec![
        "", "\"", "{", "}", "[", "]", ",", ":", "0", "-", ".", "e", "t", "\\", "\n", "\r", "\u{1}", "☃", " ",
    ];
    let damage = (0..n_characters, prop::sample::select(characters), any::<bool>());
    prop::collection::vec(damage, 1..4).prop_map(move |damages| {
        let mut parts: Vec<String> = text.chars().map(String::from).collect();
        for (index, character, replaces) in damages {
            parts[index] = if replaces { character.to_owned() } else { parts[index].clone() + character };
        }
        parts.concat()
    })
}

/// Whether another reader takes the first value of the text; an empty text is left to the caller by both. Jackson wants
/// a blank or the end after a number that stands alone, which the other reader does not ask for.
fn is_read_by_serde(text: &str) -> bool {
    let mut stream = Deserializer::from_str(text).into_iter::<Value>();
    let Some(first) = stream.next() else { return true };
    let rest = &text[stream.byte_offset()..];
    let is_set_off = rest.is_empty() || rest.starts_with([' ', '\t', '\r', '\n']);
    first.is_ok_and(|value| !value.is_number() || is_set_off)
}

proptest! {
    #[test]
    fn damaged_texts_are_refused_by_both_readers_or_by_none(text in damaged_text()) {
        let problem = problem(&text);
        prop_assert_eq!(problem.is_none(), is_read_by_serde(&text), "{:?}", problem);
        if let Some(problem) = problem {
            prop_assert!(text.is_char_boundary(problem.n_bytes_read));
        }
    }

    #[test]
    fn no_text_makes_the_reader_panic(text in any::<String>()) {
        if let Some(problem) = problem(&text) {
            prop_assert!(!is_read_by_serde(&text), "{}", problem.message);
        }
    }
}

#[rstest]
#[case(
    "{b",
    "Unexpected character ('b' (code 98)): was expecting double-quote to start field name\n at [@; line: 1, column: 2]"
)]
#[case(
    "{\"a\":1",
    "Unexpected end-of-input: expected close marker for Object (start marker at [@; line: 1, column: 1])\n at [@; line: 1, column: 7]"
)]
#[case(
    "undefined",
    "Unrecognized token 'undefined': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')\n at [@; line: 1, column: 10]"
)]
fn later_version_tells_the_place_without_the_text(#[case] text: &str, #[case] expected: &str) {
    let source = "Source: REDACTED (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled)";
    assert_eq!(redacted_problem(text), Some(expected.replace('@', source)));
}
