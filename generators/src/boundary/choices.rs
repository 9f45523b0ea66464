//! Every comparison operator just below, at and just above its operand, against a literal and against a path.

use serde_json::{Value, json};

use super::{Bound, one_rule};

/// A family of operators: its name, an operand in the middle, and values around it.
struct Family {
    name: &'static str,
    requirement: &'static str,
    operators: &'static [&'static str],
    around: fn() -> Vec<(&'static str, Value, Value)>,
}

const ORDER: &[&str] = &["Equals", "LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals"];

const FAMILIES: &[Family] = &[
    Family { name: "Numeric", requirement: "asl.choice.numeric-order", operators: ORDER, around: numbers },
    Family { name: "String", requirement: "asl.choice.string-order", operators: ORDER, around: texts },
    Family { name: "Timestamp", requirement: "asl.choice.timestamp-order", operators: ORDER, around: times },
    Family {
        name: "Boolean",
        requirement: "asl.choice.boolean-equals",
        operators: &["Equals"],
        around: booleans,
    },
];

fn numbers() -> Vec<(&'static str, Value, Value)> {
    vec![
        ("below", json!(-1), json!(0)),
        ("same", json!(0), json!(0)),
        ("above", json!(1), json!(0)),
        ("same-with-a-fraction", json!(1.0), json!(1)),
        ("just-below", json!(0.999_999_999), json!(1)),
        ("largest", json!(1e308), json!(1e307)),
        ("text", json!("0"), json!(0)),
        ("null", Value::Null, json!(0)),
    ]
}

fn texts() -> Vec<(&'static str, Value, Value)> {
    vec![
        ("below", json!("a"), json!("b")),
        ("same", json!("b"), json!("b")),
        ("above", json!("c"), json!("b")),
        ("prefix", json!("b"), json!("bb")),
        ("empty", json!(""), json!("b")),
        ("both-empty", json!(""), json!("")),
        ("upper-case", json!("B"), json!("b")),
        ("number", json!(1), json!("1")),
    ]
}

fn times() -> Vec<(&'static str, Value, Value)> {
    let noon = json!("2020-01-01T12:00:00Z");
    vec![
        ("below", json!("2020-01-01T11:59:59Z"), noon.clone()),
        ("same", noon.clone(), noon.clone()),
        ("above", json!("2020-01-01T12:00:01Z"), noon.clone()),
        ("same-elsewhere", json!("2020-01-01T13:00:00+01:00"), noon.clone()),
        ("no-time", json!("noon"), noon),
    ]
}

fn booleans() -> Vec<(&'static str, Value, Value)> {
    vec![
        ("same", json!(true), json!(true)),
        ("other", json!(false), json!(true)),
        ("text", json!("true"), json!(true)),
        ("null", Value::Null, json!(false)),
    ]
}

pub(super) fn cases() -> Vec<Bound> {
    let mut cases = Vec::new();
    for family in FAMILIES {
        for operator in family.operators {
            for (name, value, operand) in (family.around)() {
                let operator = format!("{}{operator}", family.name);
                let rule = json!({"Variable": "$.value", operator.clone(): operand});
                let case_name = format!("{operator}-{name}");
                let input = json!({"value": value, "operand": operand});
                cases.push(Bound::new(
                    ("choice", &case_name),
                    family.requirement,
                    one_rule(rule),
                    input.clone(),
                ));
                let operator = format!("{operator}Path");
                let rule = json!({"Variable": "$.value", operator.clone(): "$.operand"});
                let case_name = format!("{operator}-{name}");
                cases.push(Bound::new(
                    ("choice", &case_name),
                    "asl.choice.path-operand",
                    one_rule(rule),
                    input,
                ));
            }
        }
    }
    cases.extend(patterns());
    cases.extend(combined());
    cases.extend(pairs());
    cases.extend(ways());
    cases
}

fn patterns() -> Vec<Bound> {
    const PATTERNS: &[(&str, &str, &str)] = &[
        ("empty-of-empty", "", ""),
        ("empty-of-text", "", "a"),
        ("star-of-empty", "*", ""),
        ("stars", "**", "abc"),
        ("star-in-the-middle", "a*c", "ac"),
        ("escaped-star", "a\\*", "a*"),
        ("escaped-star-of-text", "a\\*", "ab"),
        ("escaped-backslash", "a\\\\*", "a\\b"),
        ("dot-is-no-wildcard", "a.c", "abc"),
        ("whole-text", "a", "ab"),
        ("line-end", "a*b", "a\nb"),
    ];
    let pattern = |(name, pattern, text): &(&str, &str, &str)| {
        let rule = json!({"Variable": "$.value", "StringMatches": pattern});
        let name = format!("StringMatches-{name}");
        Bound::new(("choice", &name), "asl.choice.string-matches", one_rule(rule), json!({"value": text}))
    };
    PATTERNS.iter().map(pattern).collect()
}

/// Combinations of one part, and as deep as anybody writes them.
fn combined() -> Vec<Bound> {
    const DEPTHS: &[usize] = &[1, 2, 16];
    let mut cases = Vec::new();
    for (operator, requirement) in
        [("Not", "asl.choice.not"), ("And", "asl.choice.and"), ("Or", "asl.choice.or")]
    {
        for depth in DEPTHS {
            let mut rule = json!({"Variable": "$.value", "IsPresent": true});
            for _ in 0..*depth {
                rule = if operator == "Not" { json!({"Not": rule}) } else { json!({operator: [rule]}) };
            }
            let name = format!("{operator}-{depth}-deep");
            cases.push(Bound::new(("choice", &name), requirement, one_rule(rule), json!({"value": null})));
        }
    }
    cases
}

/// Every combination of two parts that hold, do not hold, or look at what is not there.
fn pairs() -> Vec<Bound> {
    let parts = [
        ("true", json!({"Variable": "$.value", "IsNull": false})),
        ("false", json!({"Variable": "$.value", "IsNull": true})),
        ("missing", json!({"Variable": "$.missing", "NumericEquals": 1})),
    ];
    let mut cases = Vec::new();
    for (operator, requirement) in [("And", "asl.choice.and"), ("Or", "asl.choice.or")] {
        for (first_name, first) in &parts {
            for (second_name, second) in &parts {
                for (form, rule) in [
                    ("", json!({operator: [first, second]})),
                    ("Not-", json!({"Not": {operator: [first, second]}})),
                ] {
                    let name = format!("{form}{operator}-of-{first_name}-and-{second_name}");
                    let definition = one_rule(rule);
                    cases.push(Bound::new(("choice", &name), requirement, definition, json!({"value": 1})));
                }
            }
        }
    }
    cases
}

/// Which of several rules is followed, and what comes if none is.
fn ways() -> Vec<Bound> {
    let holds =
        |number: u64| json!({"Variable": "$.value", "NumericEquals": number, "Next": format!("To {number}")});
    let missing = json!({"Variable": "$.missing", "IsPresent": true, "Next": "To 1"});
    let at_once = json!({"Variable": "$.value", "IsNumeric": true, "Next": "To 2"});
    let lists = [
        ("first-of-two", json!([holds(1), at_once]), false),
        (
            "second-of-two",
            json!([holds(2), {"Variable": "$.value", "IsNumeric": true, "Next": "To 1"}]),
            false,
        ),
        ("none-with-default", json!([holds(2), missing]), true),
        ("none-without-default", json!([holds(2), missing]), false),
        ("one-with-default", json!([holds(1)]), true),
    ];
    let mut cases = Vec::new();
    for (name, rules, has_default) in lists {
        let mut states = json!({"Ask": {"Type": "Choice", "Choices": rules}});
        if has_default {
            states["Ask"]["Default"] = "To 3".into();
        }
        for number in 1..=3 {
            let target = format!("To {number}");
            let is_led_to = |rule: &Value| rule["Next"] == target.as_str();
            let rules = states["Ask"]["Choices"].as_array().expect("rules");
            if rules.iter().any(is_led_to) || (has_default && number == 3) {
                states[&target] = json!({"Type": "Pass", "Result": number, "End": true});
            }
        }
        let definition = json!({"StartAt": "Ask", "States": states});
        cases.push(Bound::new(("choice", name), "asl.choice.first-match", definition, json!({"value": 1})));
    }
    cases
}
