//! Variables in branches and iterations: those from around them are read inside, and what is assigned inside stays there.

use serde_json::{Value, json};

use super::{Bound, one_jsonata_state, one_state};

/// Makes the state `Inside` with this inner scope.
type Around = fn(Value) -> Value;

/// The states with inner scopes, each with its area.
const AROUND: &[(&str, Around)] = &[
    ("parallel", |inner| json!({"Type": "Parallel", "Branches": [inner]})),
    ("map", |inner| json!({"Type": "Map", "ItemProcessor": inner})),
];

pub(super) fn cases() -> Vec<Bound> {
    let mut cases = Vec::new();
    for (area, around) in AROUND {
        for (name, reading) in
            [("all", "$kept"), ("member", "$kept.text"), ("argument", "States.ArrayLength($kept.list)")]
        {
            let read = json!({"Type": "Pass", "Parameters": {"read.$": reading}});
            cases.push(bound(
                area,
                &format!("reads-variable-{name}"),
                around(one_state("Read", read)),
                "JSONPath",
            ));
        }
        for (name, reading) in
            [("all", "$kept"), ("member", "$kept.text"), ("argument", "$uppercase($kept.text)")]
        {
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
    cases
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
    let value = json!({"text": "kept", "list": [1, 2]});
    definition["StartAt"] = "Keep".into();
    definition["States"]["Keep"] = json!({"Type": "Pass", "Assign": {"kept": value}, "Next": "Inside"});
    definition["States"]["Inside"] = state;
    Bound::new((area, name), "asl.assign.scope", definition, json!([1, 2]))
}
