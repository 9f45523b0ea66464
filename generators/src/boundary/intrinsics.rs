//! Intrinsic functions at the edges of what their documentation allows, and one step beyond.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{Bound, one_state};
use crate::bad_calls::bad_calls;

/// A name, the requirement, the call, and the document that it reads.
type Call = (&'static str, &'static str, &'static str, fn() -> Value);

const CALLS: &[Call] = &[
    ("array-of-nothing", "asl.intrinsics.array", "States.Array()", || json!({})),
    ("partition-1", "asl.intrinsics.array-partition", "States.ArrayPartition($.a, 1)", three),
    ("partition-all", "asl.intrinsics.array-partition", "States.ArrayPartition($.a, 3)", three),
    ("partition-more-than-all", "asl.intrinsics.array-partition", "States.ArrayPartition($.a, 4)", three),
    ("partition-0", "asl.intrinsics.invalid-arguments", "States.ArrayPartition($.a, 0)", three),
    (
        "partition-empty",
        "asl.intrinsics.array-partition",
        "States.ArrayPartition($.a, 1)",
        || json!({"a": []}),
    ),
    (
        "contains-in-empty",
        "asl.intrinsics.array-contains",
        "States.ArrayContains($.a, 1)",
        || json!({"a": []}),
    ),
    (
        "contains-null",
        "asl.intrinsics.array-contains",
        "States.ArrayContains($.a, $.n)",
        || json!({"a": [null], "n": null}),
    ),
    ("range-of-one", "asl.intrinsics.array-range", "States.ArrayRange(0, 0, 1)", || json!({})),
    ("range-downwards", "asl.intrinsics.array-range", "States.ArrayRange(3, -3, -2)", || json!({})),
    ("range-of-1000", "asl.intrinsics.array-range", "States.ArrayRange(1, 1000, 1)", || json!({})),
    ("range-of-1001", "asl.intrinsics.invalid-arguments", "States.ArrayRange(1, 1001, 1)", || json!({})),
    ("range-step-0", "asl.intrinsics.invalid-arguments", "States.ArrayRange(1, 2, 0)", || json!({})),
    ("item-first", "asl.intrinsics.array-get-item", "States.ArrayGetItem($.a, 0)", three),
    ("item-last", "asl.intrinsics.array-get-item", "States.ArrayGetItem($.a, 2)", three),
    ("item-beyond", "asl.intrinsics.invalid-arguments", "States.ArrayGetItem($.a, 3)", three),
    ("item-negative", "asl.intrinsics.invalid-arguments", "States.ArrayGetItem($.a, -1)", three),
    ("length-0", "asl.intrinsics.array-length", "States.ArrayLength($.a)", || json!({"a": []})),
    ("unique-of-nothing", "asl.intrinsics.array-unique", "States.ArrayUnique($.a)", || json!({"a": []})),
    ("unique-of-one", "asl.intrinsics.array-unique", "States.ArrayUnique($.a)", || json!({"a": [1, 1, 1]})),
    ("encode-empty", "asl.intrinsics.base64-encode", "States.Base64Encode('')", || json!({})),
    ("encode-10000", "asl.intrinsics.base64-encode", "States.Base64Encode($.a)", || text_of(10_000)),
    ("encode-10001", "asl.intrinsics.invalid-arguments", "States.Base64Encode($.a)", || text_of(10_001)),
    ("decode-empty", "asl.intrinsics.base64-decode", "States.Base64Decode('')", || json!({})),
    ("decode-unicode", "asl.intrinsics.base64-decode", "States.Base64Decode('w6Twn5iA')", || json!({})),
    ("hash-empty-md5", "asl.intrinsics.hash", "States.Hash('', 'MD5')", || json!({})),
    ("hash-empty-sha-1", "asl.intrinsics.hash", "States.Hash('', 'SHA-1')", || json!({})),
    ("hash-empty-sha-256", "asl.intrinsics.hash", "States.Hash('', 'SHA-256')", || json!({})),
    ("hash-empty-sha-384", "asl.intrinsics.hash", "States.Hash('', 'SHA-384')", || json!({})),
    ("hash-empty-sha-512", "asl.intrinsics.hash", "States.Hash('', 'SHA-512')", || json!({})),
    ("hash-10000", "asl.intrinsics.hash", "States.Hash($.a, 'SHA-256')", || text_of(10_000)),
    ("hash-10001", "asl.intrinsics.invalid-arguments", "States.Hash($.a, 'SHA-256')", || text_of(10_001)),
    (
        "merge-of-nothing",
        "asl.intrinsics.json-merge",
        "States.JsonMerge($.a, $.b, false)",
        || json!({"a": {}, "b": {}}),
    ),
    (
        "merge-null-wins",
        "asl.intrinsics.json-merge",
        "States.JsonMerge($.a, $.b, false)",
        || json!({"a": {"k": 1}, "b": {"k": null}}),
    ),
    ("add-0", "asl.intrinsics.math-add", "States.MathAdd(0, 0)", || json!({})),
    ("add-largest", "asl.intrinsics.math-add", "States.MathAdd(2147483646, 1)", || json!({})),
    ("add-smallest", "asl.intrinsics.math-add", "States.MathAdd(-2147483647, -1)", || json!({})),
    ("format-of-nothing", "asl.intrinsics.format", "States.Format('')", || json!({})),
    ("format-escaped-braces", "asl.intrinsics.format", "States.Format('\\{\\} {}', 1)", || json!({})),
    ("format-escaped-quote", "asl.intrinsics.format", "States.Format('it\\'s {}', 'x')", || json!({})),
    ("split-empty", "asl.intrinsics.string-split", "States.StringSplit('', ',')", || json!({})),
    ("split-only-separators", "asl.intrinsics.string-split", "States.StringSplit(',,', ',')", || json!({})),
    (
        "split-two-separators",
        "asl.intrinsics.string-split",
        "States.StringSplit('a.b,c', '.,')",
        || json!({}),
    ),
    ("string-of-null", "asl.intrinsics.json-to-string", "States.JsonToString($.a)", || json!({"a": null})),
    ("string-of-empty", "asl.intrinsics.json-to-string", "States.JsonToString($.a)", || json!({"a": {}})),
    ("json-of-null", "asl.intrinsics.string-to-json", "States.StringToJson('null')", || json!({})),
    ("json-of-number", "asl.intrinsics.string-to-json", "States.StringToJson('1')", || json!({})),
    ("json-of-no-json", "asl.intrinsics.invalid-arguments", "States.StringToJson('{')", || json!({})),
];

/// A name, the requirement, and a call of a function with a text, which stands for `TEXT`.
const CALLS_WITH_A_TEXT: &[(&str, &str, &str)] = &[
    ("array", "asl.intrinsics.array", "States.Array(TEXT)"),
    ("contains", "asl.intrinsics.array-contains", "States.ArrayContains(States.Array(TEXT), TEXT)"),
    ("encode", "asl.intrinsics.base64-encode", "States.Base64Encode(TEXT)"),
    ("decode", "asl.intrinsics.base64-decode", "States.Base64Decode(States.Base64Encode(TEXT))"),
    ("hash", "asl.intrinsics.hash", "States.Hash(TEXT, 'SHA-256')"),
    ("format", "asl.intrinsics.format", "States.Format('{}', TEXT)"),
    ("split", "asl.intrinsics.string-split", "States.StringSplit(TEXT, 's')"),
    ("string", "asl.intrinsics.json-to-string", "States.JsonToString(TEXT)"),
    ("json", "asl.intrinsics.string-to-json", "States.StringToJson(States.JsonToString(TEXT))"),
];
/// Texts that are encoded and escaped in different ways: a name, the text, and how it is written in a call. Recorded: what is
/// escaped in a literal, and that quotes, line ends and Unicode are not.
const TEXTS: &[(&str, &str, &str)] = &[
    ("backslash", r"back\slash", r"'back\\slash'"),
    ("quote", "it's", r"'it\'s'"),
    ("unicode", "São 日本 🙂", "'São 日本 🙂'"),
    ("line-end", "two\nlines", "'two\nlines'"),
    ("quoted", "\"as\"", "'\"as\"'"),
];

pub(super) fn cases() -> Vec<Bound> {
    let one = |(name, requirement, call, input): &Call| {
        let state = json!({"Type": "Pass", "Parameters": {"made.$": call}});
        Bound::new(("intrinsics", name), requirement, one_state("Call", state), input())
    };
    CALLS.iter().map(one).chain(with_texts()).chain(nested()).chain(refused()).collect()
}

/// Each function that takes a text with each text, written in the call and read from the input.
fn with_texts() -> impl Iterator<Item = Bound> {
    CALLS_WITH_A_TEXT.iter().flat_map(|(function, requirement, call)| {
        TEXTS.iter().flat_map(move |(kind, text, literal)| {
            [("written", *literal), ("read", "$.a")].map(|(way, argument)| {
                let call = call.replace("TEXT", argument);
                let state = json!({"Type": "Pass", "Parameters": {"made.$": call}});
                let name = format!("{function}-of-{kind}-{way}");
                Bound::new(("intrinsics", &name), requirement, one_state("Call", state), json!({"a": text}))
            })
        })
    })
}

/// Each way of each function to fail, in every spelling.
fn refused() -> Vec<Bound> {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let mut refused = Vec::new();
    for call in bad_calls().filter(|call| !CALLS.iter().any(|(_, _, other, _)| other == call)) {
        let function = call.split('(').next().unwrap_or_default().trim_start_matches("States.").to_owned();
        let number = seen.entry(function.clone()).and_modify(|number| *number += 1).or_insert(1);
        let name = format!("{function}-fails-{number}");
        let is_missing = call.contains("$.missing");
        let requirement =
            if is_missing { "asl.intrinsics.argument-missing" } else { "asl.intrinsics.invalid-arguments" };
        let definition = one_state("Call", json!({"Type": "Pass", "Parameters": {"made.$": call}}));
        // What puts out its input tells itself from what puts out nothing.
        let input = json!({"other": "unused"});
        refused.push(Bound::new(("intrinsics", &name), requirement, definition, input));
    }
    refused
}

/// Documented: calls nest ten deep.
fn nested() -> Vec<Bound> {
    let deep = |depth: usize| {
        let call = (1..depth).fold("States.Array(1)".to_owned(), |inner, _| format!("States.Array({inner})"));
        let state = json!({"Type": "Pass", "Parameters": {"made.$": call}});
        let name = format!("nested-{depth}");
        Bound::new(("intrinsics", &name), "asl.intrinsics.nesting", one_state("Call", state), json!({}))
    };
    vec![deep(2), deep(10)]
}

fn three() -> Value {
    json!({"a": [1, 2, 3]})
}

fn text_of(length: usize) -> Value {
    json!({"a": "x".repeat(length)})
}
