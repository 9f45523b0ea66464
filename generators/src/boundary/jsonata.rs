//! Expressions that fail, and values that the field around the expression cannot use, one by one.

use asl_cases::Answer;
use serde_json::{Value, json};

use super::{ACTIVITY, Bound, one_jsonata_state, one_state};
use crate::jsonata::{Field, failing_expressions};

/// A state with an expression in a field, and the type that this wants.
type Place = (&'static str, &'static str, Field, fn(String) -> Value);

const PLACES: &[Place] = &[
    (
        "choice",
        "Condition",
        Field::Condition,
        |expression| json!({"Type": "Choice", "Choices": [{"Condition": expression, "Next": "Then"}]}),
    ),
    ("wait", "Seconds", Field::Seconds, |expression| json!({"Type": "Wait", "Seconds": expression})),
    ("wait", "Timestamp", Field::Timestamp, |expression| json!({"Type": "Wait", "Timestamp": expression})),
    ("map", "Items", Field::Items, |expression| {
        let mut map = map();
        map["Items"] = expression.into();
        map
    }),
    ("map", "MaxConcurrency", Field::Count, |expression| {
        let mut map = map();
        map["MaxConcurrency"] = expression.into();
        map
    }),
    (
        "task",
        "TimeoutSeconds",
        Field::Limit,
        |expression| json!({"Type": "Task", "Resource": ACTIVITY, "TimeoutSeconds": expression}),
    ),
    (
        "task",
        "HeartbeatSeconds",
        Field::Limit,
        |expression| json!({"Type": "Task", "Resource": ACTIVITY, "HeartbeatSeconds": expression}),
    ),
    ("fail", "Error", Field::Words, |expression| json!({"Type": "Fail", "Error": expression, "Cause": "c"})),
    ("fail", "Cause", Field::Words, |expression| json!({"Type": "Fail", "Error": "E", "Cause": expression})),
];

fn map() -> Value {
    let processor = one_state("Keep", json!({"Type": "Pass"}));
    json!({"Type": "Map", "Items": [1], "ItemProcessor": processor})
}

pub(super) fn cases() -> Vec<Bound> {
    let failing = failing_expressions().enumerate().map(|(number, expression)| {
        let definition =
            one_jsonata_state("Make", json!({"Type": "Pass", "Output": format!("{{% {expression} %}}")}));
        let name = format!("fails-{}", number + 1);
        Bound::new(("jsonata", &name), "asl.jsonata.thrown", definition, json!({}))
    });
    let in_lists = failing_expressions().enumerate().map(|(number, expression)| {
        let output = json!({"list": [format!("{{% {expression} %}}")]});
        let definition = one_jsonata_state("Make", json!({"Type": "Pass", "Output": output}));
        let name = format!("fails-in-a-list-{}", number + 1);
        Bound::new(("jsonata", &name), "asl.jsonata.thrown", definition, json!({}))
    });
    failing.chain(in_lists).chain(items()).chain(PLACES.iter().flat_map(unusable)).collect()
}

/// Items that a function makes.
fn items() -> impl Iterator<Item = Bound> {
    const LISTS: &[(&str, &str)] = &[
        ("range", "$range(1, 10, 3)"),
        ("range-of-the-language", "[1..3]"),
        ("partition", "$partition([1, 2, 3], 2)"),
        ("append", "$append([1], [2, 3])"),
        ("sort", "$sort([3, 1, 2])"),
        ("split", "$split('a,b', ',')"),
        ("keys", "$keys($states.input)"),
    ];
    LISTS.iter().flat_map(|(name, list)| {
        let map = |output: Value| {
            let mut map = map();
            map["Items"] = format!("{{% {list} %}}").into();
            map["Output"] = output;
            one_jsonata_state("Each", map)
        };
        let input = json!({"a": 1, "b": 2});
        [("", json!("{% $states.result %}")), ("-not-put-out", json!("done"))].map(|(form, output)| {
            let name = format!("jsonata-Items-of-{name}{form}");
            Bound::new(("map", &name), "asl.map.item-source", map(output), input.clone())
        })
    })
}

/// Each value that this field cannot use.
fn unusable((area, field, wanted, state): &Place) -> Vec<Bound> {
    let mut cases = Vec::new();
    for expression in wanted.wrong().iter().flat_map(|spellings| spellings.iter()) {
        let mut definition = one_jsonata_state("Try", state(format!("{{% {expression} %}}")));
        if *area == "choice" {
            definition["States"]["Then"] = json!({"Type": "Succeed"});
        }
        let name = format!("jsonata-{field}-is-unusable-{}", cases.len() + 1);
        let bound = Bound::new((area, &name), "asl.jsonata.unexpected-type", definition, json!({}));
        let answers = vec![Answer::Succeed(json!("done"))];
        cases.push(if *area == "task" { bound.with_answers("Try", answers) } else { bound });
    }
    cases
}
