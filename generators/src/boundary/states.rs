//! Every field that works on documents, in each type of state that may have it: engines have one piece of code for the
//! field, or one for each type, and forget some.

use asl_cases::Answer;
use serde_json::{Value, json};

use super::{ACTIVITY, Bound, ended, one_state};

/// A type of state, its area, and the least that it needs.
struct Kind {
    area: &'static str,
    state: fn() -> Value,
    /// The same in JSONata.
    jsonata_state: fn() -> Value,
    /// Whether it has a result, which `ResultPath` puts somewhere.
    has_result: bool,
    /// Whether that is computed outside of the state, and so has a `ResultSelector`, a `Retry` and a `Catch`.
    is_work: bool,
}

const KINDS: &[Kind] = &[
    Kind {
        area: "pass",
        state: || json!({"Type": "Pass"}),
        jsonata_state: || json!({"Type": "Pass"}),
        has_result: true,
        is_work: false,
    },
    Kind {
        area: "task",
        state: || json!({"Type": "Task", "Resource": ACTIVITY}),
        jsonata_state: || json!({"Type": "Task", "Resource": ACTIVITY}),
        has_result: true,
        is_work: true,
    },
    Kind {
        area: "parallel",
        state: || json!({"Type": "Parallel", "Branches": [kept("One"), kept("Other")]}),
        jsonata_state: || json!({"Type": "Parallel", "Branches": [kept("One"), kept("Other")]}),
        has_result: true,
        is_work: true,
    },
    Kind {
        area: "map",
        state: || json!({"Type": "Map", "ItemsPath": "$.list", "ItemProcessor": kept("Keep")}),
        jsonata_state: || json!({"Type": "Map", "Items": [1, {"b": 2}], "ItemProcessor": kept("Keep")}),
        has_result: true,
        is_work: true,
    },
    Kind {
        area: "wait",
        state: || json!({"Type": "Wait", "Seconds": 0}),
        jsonata_state: || json!({"Type": "Wait", "Seconds": 0}),
        has_result: false,
        is_work: false,
    },
    Kind {
        area: "choice",
        state: || json!({"Type": "Choice", "Choices": [{"Variable": "$", "IsPresent": false, "Next": "Never"}], "Default": "Then"}),
        jsonata_state: || json!({"Type": "Choice", "Choices": [{"Condition": false, "Next": "Never"}], "Default": "Then"}),
        has_result: false,
        is_work: false,
    },
    Kind {
        area: "succeed",
        state: || json!({"Type": "Succeed"}),
        jsonata_state: || json!({"Type": "Succeed"}),
        has_result: false,
        is_work: false,
    },
];

/// What a field is set to: the name of the case, and the value.
type Values = fn() -> Vec<(&'static str, Value)>;

fn paths() -> Vec<(&'static str, Value)> {
    vec![
        ("of-a-member", json!("$.inner")),
        ("of-a-quoted-member", json!("$['a key']")),
        ("that-leads-nowhere", json!("$.missing")),
        ("of-the-context", json!("$$.Execution.Input.inner")),
        ("of-an-object-of-the-context", json!("$$.Execution")),
        ("null", Value::Null),
    ]
}

fn result_paths() -> Vec<(&'static str, Value)> {
    vec![
        ("new", json!("$.made")),
        ("over-a-member", json!("$.inner")),
        ("two-new-levels", json!("$.made.deeper")),
        ("beside-a-member", json!("$.inner.made")),
        ("through-a-text", json!("$.text.made")),
        ("null", Value::Null),
    ]
}

fn templates() -> Vec<(&'static str, Value)> {
    vec![
        ("of-the-whole", json!({"all.$": "$"})),
        ("in-an-object", json!({"outer": {"all.$": "$", "plain": "$"}})),
        ("in-an-array", json!({"list": [{"all.$": "$"}, "$"]})),
        ("in-an-array-in-an-array", json!({"list": [[{"all.$": "$"}]]})),
        ("that-is-empty", json!({})),
        ("of-the-context", json!({"name.$": "$$.State.Name", "input.$": "$$.Execution.Input.text"})),
        ("with-a-call", json!({"called.$": "States.JsonToString($)"})),
        ("with-a-path-that-leads-nowhere", json!({"none.$": "$.missing"})),
        ("with-an-argument-that-leads-nowhere", json!({"none.$": "States.JsonToString($.missing)"})),
        ("with-a-call-that-fails", json!({"none.$": "States.StringToJson('{')"})),
        (
            "with-a-call-that-fails-behind-a-path",
            json!({"all.$": "$[0]", "none.$": "States.StringToJson('{')"}),
        ),
    ]
}

fn expressions() -> Vec<(&'static str, Value)> {
    vec![
        ("of-the-input", json!({"all": "{% $states.input %}"})),
        ("in-an-array", json!({"list": [{"text": "{% $states.input.text %}"}, "{% 1 + 1 %}"]})),
        ("in-an-array-in-an-array", json!({"list": [["{% $states.input.text %}"]]})),
        ("that-is-empty", json!({})),
        ("of-the-context", json!({"text": "{% $states.context.Execution.Input.text %}"})),
        ("that-looks-like-a-template", json!({"text.$": "$.text"})),
        ("that-throws", json!({"none": "{% 'a' * 2 %}"})),
        ("of-nothing", json!({"none": "{% $states.input.missing %}"})),
        ("of-a-function", json!({"none": "{% $string %}"})),
    ]
}

/// A field, what it is about, which states have it, and what it is set to.
struct Field {
    name: &'static str,
    requirement: &'static str,
    is_of: fn(&Kind) -> bool,
    values: Values,
}

const FIELDS: &[Field] = &[
    Field { name: "InputPath", requirement: "asl.data-flow.input-path", is_of: |_| true, values: paths },
    Field { name: "OutputPath", requirement: "asl.data-flow.output-path", is_of: |_| true, values: paths },
    Field {
        name: "ResultPath",
        requirement: "asl.data-flow.result-path-insert",
        is_of: |kind| kind.has_result,
        values: result_paths,
    },
    Field {
        name: "ResultSelector",
        requirement: "asl.data-flow.result-selector",
        is_of: |kind| kind.is_work,
        values: templates,
    },
    Field {
        name: "Parameters",
        requirement: "asl.data-flow.parameters",
        is_of: |kind| matches!(kind.area, "pass" | "task" | "parallel"),
        values: templates,
    },
    Field {
        name: "ItemSelector",
        requirement: "asl.map.item-selector",
        is_of: |kind| kind.area == "map",
        values: templates,
    },
    // Its older name.
    Field {
        name: "Parameters",
        requirement: "asl.map.legacy-fields",
        is_of: |kind| kind.area == "map",
        values: templates,
    },
    Field {
        name: "Assign",
        requirement: "asl.assign.basic",
        is_of: |kind| kind.area != "succeed",
        values: templates,
    },
];

/// The same in JSONata.
const JSONATA_FIELDS: &[Field] = &[
    Field { name: "Output", requirement: "asl.jsonata.output", is_of: |_| true, values: expressions },
    Field {
        name: "Arguments",
        requirement: "asl.jsonata.output",
        is_of: |kind| matches!(kind.area, "task" | "parallel"),
        values: expressions,
    },
    Field {
        name: "ItemSelector",
        requirement: "asl.jsonata.map",
        is_of: |kind| kind.area == "map",
        values: expressions,
    },
    Field {
        name: "Assign",
        requirement: "asl.jsonata.variables",
        is_of: |kind| kind.area != "succeed",
        // A variable has another name than a member of a template.
        values: || {
            expressions().into_iter().filter(|(name, _)| *name != "that-looks-like-a-template").collect()
        },
    },
];

pub(super) fn cases() -> Vec<Bound> {
    let mut cases = Vec::new();
    for kind in KINDS {
        for field in FIELDS.iter().filter(|field| (field.is_of)(kind)) {
            for (name, value) in (field.values)() {
                let mut state = (kind.state)();
                state[field.name] = value;
                let name = format!("{}-{name}", field.name);
                cases.push(bound(kind, &name, field.requirement, state, None));
            }
        }
        cases.extend(both_paths(kind));
        for field in JSONATA_FIELDS.iter().filter(|field| (field.is_of)(kind)) {
            for (name, value) in (field.values)() {
                let mut state = (kind.jsonata_state)();
                state[field.name] = value;
                let name = format!("jsonata-{}-{name}", field.name);
                cases.push(bound(kind, &name, field.requirement, state, Some("JSONata")));
            }
        }
    }
    cases
}

/// Where a result is put, and what is put out of all of that: in which order, shows only with both.
fn both_paths(kind: &Kind) -> Vec<Bound> {
    let paths = [
        ("of-the-result", "$.made", "$.made"),
        ("beside-the-result", "$.made", "$.inner"),
        ("inside-of-the-result", "$.inner", "$.inner[0]"),
    ];
    let bound = |(name, result, output): (&str, &str, &str)| {
        let mut state = (kind.state)();
        state["ResultPath"] = result.into();
        state["OutputPath"] = output.into();
        let is_element = output.ends_with(']');
        let gives_a_list = matches!(kind.area, "map" | "parallel");
        let name = format!("OutputPath-{name}");
        (gives_a_list || !is_element).then(|| bound(kind, &name, "asl.data-flow.output-path", state, None))
    };
    paths.into_iter().filter(|_| kind.has_result).filter_map(bound).collect()
}

/// The state with another one behind it, where what it assigns is read.
fn bound(kind: &Kind, name: &str, requirement: &str, mut state: Value, language: Option<&str>) -> Bound {
    let mut then = json!({"Type": "Pass"});
    if let Some(assigned) = state.get("Assign").and_then(Value::as_object) {
        let variable =
            assigned.keys().next().map(|name| name.trim_end_matches(".$").to_owned()).unwrap_or_default();
        let (field, member, read) = match language {
            None => ("Parameters", "read.$", format!("${variable}")),
            Some(_) => ("Output", "read", format!("{{% ${variable} %}}")),
        };
        then[field] = json!({ member: read });
    }
    if !matches!(kind.area, "choice" | "succeed") {
        state["Next"] = "Then".into();
    }
    let mut definition = json!({"StartAt": "It", "States": {"It": state}});
    if kind.area != "succeed" {
        definition["States"]["Then"] = ended(then);
    }
    if definition["States"]["It"]["Default"] == "Then" {
        definition["States"]["Never"] = json!({"Type": "Fail"});
    }
    if let Some(language) = language {
        definition["QueryLanguage"] = language.into();
    }
    let bound = Bound::new((kind.area, name), requirement, definition, input());
    if kind.area == "task" {
        bound.with_answers("It", vec![Answer::Succeed(json!({"inner": {"b": [1]}, "text": "done"}))])
    } else {
        bound
    }
}

/// Its inner object has the same members, so that what works on the input works on that too.
fn input() -> Value {
    json!({
        "inner": {"text": "inside", "list": [], "b": 1},
        "a key": {"text": "quoted", "list": [7]},
        "list": [1, {"b": 2}],
        "text": "whole"
    })
}

/// A scope that hands on its input.
fn kept(name: &str) -> Value {
    one_state(name, json!({"Type": "Pass"}))
}
