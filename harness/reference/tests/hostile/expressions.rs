//! No JSONata expression makes the reference panic, overflow its stack, run on for ever or take all memory.
//!
//! An expression is mutated as the list of its tokens. A few hundred in every `cargo test`;
//! `ASL_HOSTILE_EXPRESSIONS=1000000` in the release profile for a long run, `ASL_HOSTILE_SEED` for others than yesterday's.

use asl_cases::{Case, Machine};
use asl_generators::hostile::{Mutations, withstand};
use asl_reference::reference::{self, Settings};
use serde_json::{Value, json};

use crate::long_run::{TIME_LIMIT, config};

const CASES: u32 = 500;

#[test]
fn reference_survives_mutated_expressions() {
    let expressions = EXPRESSIONS.iter().map(|text| json!(tokens(text))).collect();
    let mutations = Mutations::of(expressions).with_words(WORDS);
    let outcome = withstand(mutations, config("ASL_HOSTILE_EXPRESSIONS", CASES), TIME_LIMIT, |tokens| {
        let mut text = String::from("{% ");
        join(tokens, &mut text);
        text.push_str(" %}");
        // What the answer is does not matter here; that there is one does.
        let _ = reference::observe(&case_of(&text), Settings::default());
    });
    if let Err(mishap) = outcome {
        panic!("{mishap}");
    }
}

/// The expression as the output of a Pass state, whose input has a bit of everything.
fn case_of(expression: &str) -> Case {
    let assign = json!({"v": {"a": [1, 2, 3], "text": "some text"}, "n": 12});
    let machine = Machine::new(json!({"QueryLanguage": "JSONata", "StartAt": "V", "States": {
        "V": {"Type": "Pass", "Assign": assign, "Next": "E"},
        "E": {"Type": "Pass", "Output": expression, "End": true},
    }}));
    let items: Vec<Value> =
        (0..50).map(|index| json!({"n": index, "name": format!("item {index}")})).collect();
    Case::new(
        machine,
        json!({"items": items, "deep": {"er": {"est": [[1, [2]], {"k": null}]}}, "text": "a-b-c"}),
    )
}

/// Names with their `$`, texts, numbers, and single signs.
fn tokens(expression: &str) -> Vec<String> {
    let mut tokens: Vec<String> = Vec::new();
    let mut quote = None;
    for character in expression.chars() {
        let is_word = |character: char| character.is_alphanumeric() || character == '_';
        let goes_on = quote.is_some()
            || (is_word(character)
                && tokens.last().is_some_and(|last| last.ends_with(|c| is_word(c) || c == '$')));
        match (goes_on, tokens.last_mut()) {
            (true, Some(last)) => last.push(character),
            _ => tokens.push(character.to_string()),
        }
        quote = match quote {
            None if character == '\'' => Some(character),
            Some(open) if open == character => None,
            other => other,
        };
    }
    tokens
}

/// A mutated list of tokens as text again: what is no text is written as JSON.
fn join(tokens: &Value, text: &mut String) {
    match tokens {
        Value::Array(items) => items.iter().for_each(|item| join(item, text)),
        Value::String(token) => text.push_str(token),
        other => text.push_str(&other.to_string()),
    }
}

/// Every construct and every family of functions.
const EXPRESSIONS: [&str; 40] = [
    "$states.input.items[n > 3 and n < 9].name",
    "$sum($states.input.items.n) / $count($states.input.items)",
    "$map($states.input.items, function($i, $x) { $i.n * $x })",
    "$filter($states.input.items, function($i) { $contains($i.name, '1') })",
    "$reduce([1..100], function($a, $b) { $a + $b }, 0)",
    "$sort($states.input.items, function($l, $r) { $l.n < $r.n })[0]",
    "$states.input.items^(>n, name).name",
    "$states.input.items{name: n}",
    "$merge([{'a': 1}, $v, {'b': [1..5]}])",
    "$each($v, function($value, $key) { $key & '=' & $string($value) })",
    "$sift($states.input, function($value, $key) { $key = 'text' })",
    "$spread($v)",
    "$lookup($states.input, 'text')",
    "$keys($states.context)",
    "$join($split($states.input.text, '-'), '+')",
    "$replace($states.input.text, '-', $states.input.text, 2)",
    "$replace('aaaa', /a(a)/, '$1$1$1')",
    "$match($states.input.text, /[a-c]/)",
    "$pad('x', 40, '#')",
    "$pad('x', -4000, 'ab')",
    "$substringAfter($substringBefore($v.text, 't'), 's')",
    "$range(1, 1000, 3)",
    "$partition([1..50], 7)",
    "$hash($v.text, 'SHA-256')",
    "$parse($string($v))",
    "$string($states.input, true)",
    "$formatNumber(1234.5678, '#,##0.00')",
    "$formatBase(255, 16)",
    "$fromMillis($toMillis('2020-01-01T00:00:00Z'), '[Y0001]-[M01]-[D01]')",
    "$formatInteger(1999, 'I')",
    "$parseInteger('one hundred', 'w')",
    "$encodeUrlComponent($states.input.text) & $base64encode('x')",
    "($f := function($x) { $x <= 1 ? 1 : $x * $f($x - 1) }; $f(10))",
    "($f := function($x) { $x > 100000 ? $x : $f($x + 1) }; $f(1))",
    "$states.input.** [ $type($) = 'number' ]",
    "$states.input.items@$i#$p.{'p': $p, 'n': $i.n}",
    "$states.input ~> | items | {'n': n + 1}, ['name'] |",
    "[1..1000].($ * 2) ~> $sum",
    "$zip([1..9], [2..8]) ~> $append($distinct([1, 1, 2])) ~> $reverse() ~> $shuffle()",
    "$single($states.input.items, function($i) { $i.n = 3 }) ? $number('12') + $power(2, 10) : $error('no')",
];

const WORDS: [&str; 52] = [
    "$map",
    "$reduce",
    "$filter",
    "$each",
    "$sort",
    "$join",
    "$replace",
    "$pad",
    "$range",
    "$string",
    "$split",
    "$append",
    "$zip",
    "$spread",
    "$merge",
    "$partition",
    "$distinct",
    "$parse",
    "$formatNumber",
    "$match",
    "function($x)",
    "$f",
    "~>",
    "..",
    "**",
    "*",
    "%",
    "^(",
    "{",
    "}",
    "[",
    "]",
    "(",
    ")",
    ":=",
    "?",
    ":",
    "@$i",
    "#$p",
    "|",
    "&",
    "=",
    "!=",
    " and ",
    " in ",
    "/(a*)*b/",
    "[1..873782]",
    "[1..100000]",
    "9007199254740993",
    "1e300",
    "-8388608",
    "$states.context",
];
