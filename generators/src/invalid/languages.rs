//! Fields and expressions of the other query language.

use asl_cases::Feature;
use serde_json::json;

use super::{Rule, definition, put, put_in_front, rule, state_of_type};

const NEEDS: &[Feature] = &[Feature::Jsonata];

pub(super) const RULES: &[Rule] = &[
    rule(
        "output-in-json-path",
        "a JSONPath state has Output",
        "asl.validation.query-language",
        |case, draw| {
            let state = state_of_type(case, draw, "Pass", json!({"Type": "Pass"}))?;
            put(state, "Output", json!({"x": 1}));
            Some(())
        },
    ),
    Rule {
        id: "json-path-field-in-jsonata",
        title: "a JSONata state has InputPath",
        requirement: "asl.validation.query-language",
        needs: NEEDS,
        break_it: |case, _| {
            let state = json!({"Type": "Pass", "QueryLanguage": "JSONata", "InputPath": "$.value"});
            put_in_front(definition(case)?, state).map(drop)
        },
    },
    Rule {
        id: "json-path-state-in-jsonata-machine",
        title: "a JSONata machine has a JSONPath state",
        requirement: "asl.validation.query-language",
        needs: NEEDS,
        break_it: |case, _| {
            *definition(case)? = json!({"QueryLanguage": "JSONata", "StartAt": "A", "States": {
                "A": {"Type": "Pass", "QueryLanguage": "JSONPath", "End": true}}});
            Some(())
        },
    },
    Rule {
        id: "expression-not-closed",
        title: "an expression has no end",
        requirement: "asl.validation.expressions",
        needs: NEEDS,
        break_it: |case, _| {
            let state = json!({"Type": "Pass", "QueryLanguage": "JSONata", "Output": "{% 1 + 1"});
            put_in_front(definition(case)?, state).map(drop)
        },
    },
    Rule {
        id: "expression-malformed",
        title: "an expression cannot be read",
        requirement: "asl.validation.expressions",
        needs: NEEDS,
        break_it: |case, _| {
            let state = json!({"Type": "Pass", "QueryLanguage": "JSONata", "Output": "{% (1 + %}"});
            put_in_front(definition(case)?, state).map(drop)
        },
    },
    Rule {
        id: "result-in-pass",
        title: "the Output of a Pass reads a result",
        requirement: "asl.validation.states-variable",
        needs: NEEDS,
        break_it: |case, _| {
            let state = json!({"Type": "Pass", "QueryLanguage": "JSONata", "Output": "{% $states.result %}"});
            put_in_front(definition(case)?, state).map(drop)
        },
    },
];
