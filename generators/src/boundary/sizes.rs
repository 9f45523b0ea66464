//! Names, documents and machines as long, deep and large as they may be.

use asl_cases::Answer;
use serde_json::{Value, json};

use super::{Bound, one_jsonata_state, one_state};

/// Documented: the largest input or output, in bytes.
const PAYLOAD_MAX: usize = 262_144;

pub(super) fn cases() -> Vec<Bound> {
    let mut cases = names();
    cases.extend(depths());
    cases.extend(payloads());
    cases.extend(lengths());
    cases
}

fn names() -> Vec<Bound> {
    let (long, wide) = ("n".repeat(80), "ä".repeat(80));
    let names = [
        ("one-letter", "a"),
        ("digit", "0"),
        ("blank-inside", "a b"),
        ("dots", "a.b.c"),
        ("slash", "a/b"),
        ("quote", "it's \"quoted\""),
        ("dollar", "$"),
        ("word-of-the-language", "States"),
        ("80-letters", long.as_str()),
        ("80-wide-letters", wide.as_str()),
    ];
    let two_states = |name: &str| {
        json!({"StartAt": "First", "States": {
            "First": {"Type": "Pass", "Next": name}, name: {"Type": "Pass", "End": true}}})
    };
    let with_name = |(label, name): (&str, &str)| {
        Bound::new(("pass", &format!("name-{label}")), "asl.pass.next", two_states(name), json!({}))
    };
    names.map(with_name).into()
}

fn depths() -> Vec<Bound> {
    let mut cases = Vec::new();
    for depth in [2, 50, 100] {
        let array = (0..depth).fold(json!(0), |inner, _| json!([inner]));
        let object = (0..depth).fold(json!(0), |inner, _| json!({"a": inner}));
        for (name, document) in [("arrays", array), ("objects", object)] {
            let input = json!({"value": document});
            let state = json!({"Type": "Pass", "InputPath": "$.value"});
            let label = format!("{name}-{depth}-deep");
            let definition = one_state("Keep", state);
            cases.push(Bound::new(
                ("data-flow", &label),
                "asl.data-flow.any-json",
                definition,
                input.clone(),
            ));
            let state = json!({"Type": "Pass", "Output": "{% $states.input.value %}"});
            let definition = one_jsonata_state("Keep", state);
            cases.push(Bound::new(("jsonata", &label), "asl.jsonata.output", definition, input));
        }
        let path = format!("$.value{}", ".a".repeat(depth));
        let object = (0..depth).fold(json!(0), |inner, _| json!({"a": inner}));
        let definition = one_state("Keep", json!({"Type": "Pass", "InputPath": path}));
        let label = format!("path-{depth}-deep");
        let input = json!({"value": object});
        cases.push(Bound::new(("data-flow", &label), "asl.data-flow.input-path", definition, input));
    }
    for depth in [2, 5] {
        let inner = (0..depth).fold(one_state("Keep", json!({"Type": "Pass"})), |branch, level| {
            one_state(&format!("Level {level}"), json!({"Type": "Parallel", "Branches": [branch]}))
        });
        let label = format!("{depth}-inside-each-other");
        cases.push(Bound::new(("parallel", &label), "asl.parallel.result-order", inner, json!("in")));
    }
    cases
}

/// Documents of exactly the largest size, and of one byte more.
fn payloads() -> Vec<Bound> {
    let mut cases = Vec::new();
    for (label, size) in [("largest", PAYLOAD_MAX), ("one-too-many", PAYLOAD_MAX + 1)] {
        // As JSON, a text has two quotes.
        let text = "x".repeat(size - 2);
        if label == "largest" {
            let definition = one_state("Keep", json!({"Type": "Pass"}));
            cases.push(Bound::new(
                ("data-flow", "payload-largest"),
                "asl.limits.payload",
                definition,
                json!(text),
            ));
        }
        // The input is half as large, since the API refuses one that is too large itself; an odd byte goes into a name.
        let rest = size - EMPTY_PAIR.len();
        let state = json!({"Type": "Pass", "Parameters": {
            "a.$": "$.t", (format!("{}.$", "b".repeat(1 + rest % 2))): "$.t"
        }});
        let input = json!({"t": "x".repeat(rest / 2)});
        let definition = one_state("Grow", state);
        let name = format!("parameters-{label}");
        cases.push(Bound::new(("data-flow", &name), "asl.limits.payload", definition, input));
    }
    cases.push(grown());
    cases.extend(results());
    cases
}

/// Results of tasks that are a little larger than they may be: a text as any, and one that reads as JSON. Not of an activity:
/// the API takes none that is so large.
fn results() -> Vec<Bound> {
    let resources =
        [("function", "arn:aws:states:::lambda:invoke"), ("message", "arn:aws:states:::sqs:sendMessage")];
    let list = format!("[{}1]", "1,".repeat(PAYLOAD_MAX / 2));
    let texts = [("text", "x".repeat(PAYLOAD_MAX - 1)), ("list", list)];
    let mut cases = Vec::new();
    for (of, resource) in resources {
        for (kind, text) in &texts {
            let task = json!({"Type": "Task", "Resource": resource});
            let name = format!("result-of-a-{of}-{kind}-too-large");
            let bound = Bound::new(("task", &name), "asl.limits.payload", one_state("Work", task), json!({}));
            cases.push(bound.with_answers("Work", vec![Answer::Succeed(json!(text))]));
            cases.extend(uses(resource, &name, text));
        }
    }
    cases
}

/// The same where something is done with a result, or with the failure in its place.
fn uses(resource: &str, name: &str, text: &str) -> Vec<Bound> {
    let caught = |catcher: Value| json!({"Type": "Task", "Catch": [catcher]});
    let catcher = json!({"ErrorEquals": ["States.DataLimitExceeded"], "Next": "Then"});
    let mut with_output = catcher.clone();
    with_output["Output"] = "{% $states.errorOutput.Error %}".into();
    let tasks = [
        ("put-out-in-part", json!({"Type": "Task", "OutputPath": "$.part"}), None),
        (
            "of-which-a-part-is-selected",
            json!({"Type": "Task", "ResultSelector": {"part.$": "$.part"}}),
            None,
        ),
        ("caught", caught(catcher), None),
        ("caught-with-an-Output", caught(with_output), Some("JSONata")),
    ];
    let bound = |(use_of, mut task, language): (&str, Value, Option<&str>)| {
        task["Resource"] = resource.into();
        let is_caught = task.get("Catch").is_some();
        let mut definition = one_state("Work", task);
        if is_caught {
            definition["States"]["Then"] = json!({"Type": "Succeed"});
        }
        if let Some(language) = language {
            definition["QueryLanguage"] = language.into();
        }
        let name = format!("{name}-{use_of}");
        let bound = Bound::new(("task", &name), "asl.limits.payload", definition, json!({}));
        bound.with_answers("Work", vec![Answer::Succeed(json!(text))])
    };
    tasks.map(bound).into()
}

/// A document of two empty texts.
const EMPTY_PAIR: &str = r#"{"a":"","b":""}"#;

/// A small input that a template makes too large.
fn grown() -> Bound {
    let state = json!({"Type": "Pass", "Parameters": {"a.$": "$.t", "b.$": "$.t", "c.$": "$.t"}});
    let input = json!({"t": "x".repeat(100_000)});
    Bound::new(
        ("data-flow", "parameters-far-too-large"),
        "asl.limits.payload",
        one_state("Grow", state),
        input,
    )
}

fn lengths() -> Vec<Bound> {
    let chain = |count: usize| -> Value {
        let mut states = serde_json::Map::new();
        for number in 1..=count {
            let next = if number == count {
                json!({"End": true})
            } else {
                json!({"Next": format!("S{}", number + 1)})
            };
            let mut state = json!({"Type": "Pass"});
            for (key, value) in next.as_object().into_iter().flatten() {
                state[key.as_str()] = value.clone();
            }
            states.insert(format!("S{number}"), state);
        }
        json!({"StartAt": "S1", "States": states})
    };
    let branches = |count: usize| -> Vec<Value> {
        (0..count).map(|number| one_state(&format!("Keep {number}"), json!({"Type": "Pass"}))).collect()
    };
    vec![
        Bound::new(("pass", "100-states"), "asl.pass.next", chain(100), json!({})),
        Bound::new(
            ("parallel", "one-branch"),
            "asl.parallel.result-order",
            one_state("All", json!({"Type": "Parallel", "Branches": branches(1)})),
            json!(null),
        ),
        Bound::new(
            ("parallel", "40-branches"),
            "asl.parallel.result-order",
            one_state("All", json!({"Type": "Parallel", "Branches": branches(40)})),
            json!(1),
        ),
    ]
}
