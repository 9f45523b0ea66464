//! Variables in branches and iterations: those from around them are read inside, and each reads what it assigned itself. And in
//! one state: what it reads is from before what it assigns.

use serde_json::{Value, json};

use super::{Bound, one_jsonata_state, one_state};

/// Makes the state `Inside` with this inner scope.
type Around = fn(Value) -> Value;

/// The states with inner scopes, each with its area.
const AROUND: &[(&str, Around)] = &[
    ("parallel", |inner| json!({"Type": "Parallel", "Branches": [inner]})),
    ("map", |inner| json!({"Type": "Map", "ItemProcessor": inner})),
];

/// How a variable is read.
const READINGS: &[(&str, &str)] =
    &[("all", "$kept"), ("member", "$kept.text"), ("argument", "States.ArrayLength($kept.list)")];

const JSONATA_READINGS: &[(&str, &str)] = &[
    ("all", "$kept"),
    ("member", "$kept.text"),
    ("argument", "$uppercase($kept.text)"),
    ("operand", "$kept.text & '!'"),
    ("in-an-object", "{'in': $kept.text}"),
    ("in-a-list", "[$kept.text, 'end']"),
    ("null-in-an-object", "{'in': $none}"),
    ("null-as-an-operand", "'it is ' & $none"),
    ("null-in-a-list", "[$none, 'end']"),
    ("bound-to-a-name", "($local := $kept.text; {'in': $local})"),
    // Recorded: a variable hides the function.
    ("with-the-name-of-a-function", "$shuffle"),
];

pub(super) fn cases() -> Vec<Bound> {
    let mut cases = Vec::new();
    for (area, around) in AROUND {
        for (name, reading) in READINGS {
            let read = json!({"Type": "Pass", "Parameters": {"read.$": reading}});
            cases.push(bound(
                area,
                &format!("reads-variable-{name}"),
                around(one_state("Read", read)),
                "JSONPath",
            ));
        }
        for (name, reading) in JSONATA_READINGS {
            let read = json!({"Type": "Pass", "Output": {"read": format!("{{% {reading} %}}")}});
            let name = format!("reads-variable-jsonata-{name}");
            cases.push(bound(area, &name, around(one_state("Read", read)), "JSONata"));
        }
        let assigned = json!({"StartAt": "Assign", "States": {
            "Assign": {"Type": "Pass", "Assign": {"own.$": "$"}, "Next": "Read"},
            "Read": {"Type": "Pass", "Parameters": {"read.$": "$own"}, "End": true}
        }});
        cases.push(bound(area, "assigns-variable", around(assigned), "JSONPath"));
    }
    // What another state assigns leaves a variable as it is.
    for (name, reading) in READINGS {
        cases.push(read_behind_another(name, &json!({"read.$": reading}), "JSONPath"));
    }
    for (name, reading) in JSONATA_READINGS {
        let name = format!("jsonata-{name}");
        cases.push(read_behind_another(&name, &json!({"read": format!("{{% {reading} %}}")}), "JSONata"));
    }
    for (name, before, now) in KINDS {
        for language in ["JSONPath", "JSONata"] {
            cases.push(read_before_it_is_assigned(name, &before(), &now(), language));
        }
    }
    cases
}

/// Makes a value.
type Make = fn() -> Value;

/// What a variable holds, and what it holds then.
const KINDS: &[(&str, Make, Make)] = &[
    ("a-text-for-a-text", || json!("before"), || json!("now")),
    ("a-text-for-a-list", || json!([1, 2]), || json!("now")),
    ("a-list-for-a-text", || json!("before"), || json!([1, 2])),
    ("a-number-for-an-object", || json!({"text": "before"}), || json!(7)),
];

/// A state that reads a variable and assigns it.
fn read_before_it_is_assigned(name: &str, before: &Value, now: &Value, language: &str) -> Bound {
    let is_jsonata = language == "JSONata";
    let (field, read) = if is_jsonata {
        ("Output", json!({"read": "{% $kept %}"}))
    } else {
        ("Parameters", json!({"read.$": "$kept"}))
    };
    let definition = json!({"StartAt": "Keep", "QueryLanguage": language, "States": {
        "Keep": {"Type": "Pass", "Assign": {"kept": before}, "Next": "Change"},
        "Change": {"Type": "Pass", field: read, "Assign": {"kept": now}, "End": true}
    }});
    let part = if is_jsonata { "jsonata-" } else { "" };
    Bound::new(("pass", &format!("reads-{part}{name}")), "asl.assign.basic", definition, json!({}))
}

/// A state that reads variables behind one that assigns another.
fn read_behind_another(name: &str, read: &Value, language: &str) -> Bound {
    let field = if language == "JSONata" { "Output" } else { "Parameters" };
    let definition = json!({"StartAt": "Keep", "QueryLanguage": language, "States": {
        "Keep": {"Type": "Pass", "Assign": kept(), "Next": "Assign another"},
        "Assign another": {"Type": "Pass", "Assign": {"another": 1}, "Next": "Read"},
        "Read": {"Type": "Pass", field: read, "End": true}
    }});
    Bound::new(("pass", &format!("reads-behind-another-{name}")), "asl.assign.basic", definition, json!({}))
}

/// The variables that are read.
fn kept() -> Value {
    json!({"kept": {"text": "kept", "list": [1, 2]}, "none": null, "shuffle": {"text": "no function"}})
}

/// The state behind one that assigns a variable, and before one that reads it.
fn bound(area: &str, name: &str, mut state: Value, language: &str) -> Bound {
    state["Next"] = "After".into();
    let read = json!({"inside.$": "$", "after.$": "$kept"});
    let mut definition = one_state("After", json!({"Type": "Pass", "Parameters": read}));
    if language == "JSONata" {
        let read = json!({"inside": "{% $states.input %}", "after": "{% $kept %}"});
        definition = one_jsonata_state("After", json!({"Type": "Pass", "Output": read}));
    }
    definition["StartAt"] = "Keep".into();
    definition["States"]["Keep"] = json!({"Type": "Pass", "Assign": kept(), "Next": "Inside"});
    definition["States"]["Inside"] = state;
    Bound::new((area, name), "asl.assign.scope", definition, json!([1, 2]))
}
