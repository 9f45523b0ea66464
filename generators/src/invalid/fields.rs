//! Fields that are missing, unknown, empty, or not of this state type.

use asl_cases::{Feature, MachineType};
use serde_json::json;

use super::{
    Object, Rule, definition, put, rule, state_like, state_of_type,
    transitions::{choice, parallel},
};

const ACTIVITY: &str = "arn:aws:states:us-east-1:123456789012:activity:work";

pub(super) const RULES: &[Rule] = &[
    rule("start-at-missing", "StartAt is missing", "asl.validation.required-fields", |case, _| {
        definition(case)?.as_object_mut()?.shift_remove("StartAt").map(drop)
    }),
    rule("states-missing", "States is missing", "asl.validation.required-fields", |case, _| {
        definition(case)?.as_object_mut()?.shift_remove("States").map(drop)
    }),
    rule("states-empty", "States is empty", "asl.validation.not-empty", |case, _| {
        definition(case)?["States"] = json!({});
        Some(())
    }),
    rule("type-missing", "a state has no Type", "asl.validation.type", |case, draw| {
        state_like(case, draw, |_| true, json!({"Type": "Pass"}))?.shift_remove("Type").map(drop)
    }),
    rule("type-unknown", "the Type of a state is none", "asl.validation.type", |case, draw| {
        let state = state_like(case, draw, |_| true, json!({"Type": "Pass"}))?;
        let names = ["pass", "Lambda", "Loop", "", "TASK"];
        put(state, "Type", draw.pick(&names));
        Some(())
    }),
    rule(
        "unknown-field",
        "a state has a field that no state has",
        "asl.validation.unknown-field",
        |case, draw| {
            let state = state_like(case, draw, |_| true, json!({"Type": "Pass"}))?;
            let names = ["Nxt", "Inputpath", "comment", "Timeout", "OnError"];
            put(state, draw.pick(&names), "x");
            Some(())
        },
    ),
    rule(
        "result-selector-on-pass",
        "a Pass has ResultSelector",
        "asl.validation.unknown-field",
        |case, draw| {
            let state = state_of_type(case, draw, "Pass", json!({"Type": "Pass"}))?;
            put(state, "ResultSelector", json!({"x.$": "$"}));
            Some(())
        },
    ),
    rule("retry-on-pass", "a Pass has Retry", "asl.validation.unknown-field", |case, draw| {
        let state = state_of_type(case, draw, "Pass", json!({"Type": "Pass"}))?;
        put(state, "Retry", json!([{"ErrorEquals": ["States.ALL"]}]));
        Some(())
    }),
    rule("catch-on-wait", "a Wait has Catch", "asl.validation.unknown-field", |case, draw| {
        let leads_on = |state: &Object| {
            state.get("Type").is_some_and(|kind| kind == "Wait") && state.contains_key("Next")
        };
        let state = state_like(case, draw, leads_on, json!({"Type": "Wait", "Seconds": 0}))?;
        let next = state.get("Next").cloned()?;
        put(state, "Catch", json!([{"ErrorEquals": ["States.ALL"], "Next": next}]));
        Some(())
    }),
    rule("fail-with-input-path", "a Fail has InputPath", "asl.validation.unknown-field", |case, draw| {
        let otherwise = json!({"Type": "Fail", "End": true});
        let state = state_of_type(case, draw, "Fail", otherwise)?;
        state.shift_remove("End");
        put(state, "InputPath", "$");
        Some(())
    }),
    rule("branches-empty", "Branches is empty", "asl.validation.not-empty", |case, draw| {
        put(state_of_type(case, draw, "Parallel", parallel())?, "Branches", json!([]));
        Some(())
    }),
    rule("choices-empty", "Choices is empty", "asl.validation.not-empty", |case, draw| {
        put(state_of_type(case, draw, "Choice", choice())?, "Choices", json!([]));
        Some(())
    }),
    Rule {
        id: "task-without-resource",
        title: "a Task has no Resource",
        requirement: "asl.validation.required-fields",
        needs: &[],
        break_it: |case, _| super::put_in_front(definition(case)?, json!({"Type": "Task"})).map(drop),
    },
    Rule {
        id: "time-out-and-its-path",
        title: "a Task has both TimeoutSeconds and TimeoutSecondsPath",
        requirement: "asl.validation.exclusive-fields",
        needs: &[Feature::Activities],
        break_it: |case, _| {
            let task = json!({"Type": "Task", "Resource": ACTIVITY, "TimeoutSeconds": 9, "TimeoutSecondsPath": "$.t"});
            super::put_in_front(definition(case)?, task).map(drop)
        },
    },
    rule(
        "error-and-its-path",
        "a Fail has both Error and ErrorPath",
        "asl.validation.exclusive-fields",
        |case, draw| {
            let state = state_of_type(case, draw, "Fail", json!({"Type": "Fail", "End": true}))?;
            state.shift_remove("End");
            put(state, "Error", "Boom");
            put(state, "ErrorPath", "$.error");
            Some(())
        },
    ),
    Rule {
        id: "express-with-activity",
        title: "an Express workflow has an activity",
        requirement: "asl.validation.express",
        needs: &[Feature::Activities, Feature::Express],
        break_it: |case, _| {
            super::put_in_front(definition(case)?, json!({"Type": "Task", "Resource": ACTIVITY}))?;
            case.machines.first_mut()?.kind = MachineType::Express;
            Some(())
        },
    },
];
