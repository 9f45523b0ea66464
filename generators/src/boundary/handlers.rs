//! What handles a failure: each way to name an error, on each type of state that can fail in its work; time limits; and
//! failures that have a text of their own.

use asl_cases::Answer;
use serde_json::{Value, json};

use super::{ACTIVITY, Bound, one_state};

/// Makes the fields of a state.
type State = fn() -> Value;

/// The states that fail with the error `Boom` in their work, each with its area.
const FAILING: &[(&str, State)] = &[
    ("task", || json!({"Type": "Task", "Resource": ACTIVITY})),
    ("parallel", || json!({"Type": "Parallel", "Branches": [broken(), kept()]})),
    ("map", || json!({"Type": "Map", "ItemsPath": "$.list", "ItemProcessor": broken()})),
];

/// Names in `ErrorEquals`, each with its name.
const NAMES: &[(&str, &[&str])] = &[
    ("name", &["Boom"]),
    ("second-name", &["Other", "Boom"]),
    ("other-name", &["boom"]),
    ("all", &["States.ALL"]),
    ("task-failed", &["States.TaskFailed"]),
    ("timeout", &["States.Timeout"]),
];

pub(super) fn cases() -> Vec<Bound> {
    let mut cases = handled();
    cases.extend(not_in_the_work());
    cases.extend(silent());
    cases.extend(machines_in_time());
    cases.extend(texts());
    cases
}

fn handled() -> Vec<Bound> {
    let mut cases = Vec::new();
    for (area, state) in FAILING {
        for (name, names) in NAMES {
            let mut retried = state();
            retried["Retry"] = json!([{"ErrorEquals": names, "IntervalSeconds": 1, "MaxAttempts": 1}]);
            cases.push(failing(area, &format!("retry-{name}"), "asl.retry.matching", retried));
            let mut caught = state();
            caught["Catch"] = json!([{"ErrorEquals": names, "Next": "Caught"}]);
            cases.push(failing(area, &format!("catch-{name}"), "asl.catch.basic", caught));
        }
        let catchers = [
            (
                "catch-into-a-member",
                json!([{"ErrorEquals": ["Boom"], "ResultPath": "$.error", "Next": "Caught"}]),
            ),
            ("catch-into-nothing", json!([{"ErrorEquals": ["Boom"], "ResultPath": null, "Next": "Caught"}])),
            (
                "second-catcher",
                json!([{"ErrorEquals": ["Other"], "Next": "Other"}, {"ErrorEquals": ["States.ALL"], "Next": "Caught"}]),
            ),
        ];
        for (name, catchers) in catchers {
            let mut caught = state();
            caught["Catch"] = catchers;
            cases.push(failing(area, name, "asl.catch.result-path", caught));
        }
        let mut caught = state();
        caught["Catch"] =
            json!([{"ErrorEquals": ["Boom"], "Assign": {"error.$": "$.Error"}, "Next": "Caught"}]);
        caught["Assign"] = json!({"error": "of a success"});
        let mut assigned = failing(area, "catch-and-assign", "asl.assign.catch", caught);
        assigned.case.machines[0].definition["States"]["Caught"]["Parameters"] = json!({"read.$": "$error"});
        cases.push(assigned);
        let mut both = state();
        both["Retry"] = json!([{"ErrorEquals": ["Boom"], "IntervalSeconds": 1, "MaxAttempts": 1}]);
        both["Catch"] = json!([{"ErrorEquals": ["Boom"], "Next": "Caught"}]);
        cases.push(failing(area, "retry-then-catch", "asl.retry.then-catch", both));
        let mut default = state();
        default["Retry"] = json!([{"ErrorEquals": ["Boom"]}]);
        cases.push(failing(area, "retry-by-default", "asl.retry.max-attempts", default).that_waits_long());
    }
    cases.extend(handled_in_jsonata());
    cases
}

fn handled_in_jsonata() -> Vec<Bound> {
    let mut cases = Vec::new();
    let mut add = |area: &str, name: &str, requirement: &str, mut caught: Value, reads: Option<Value>| {
        if area == "map" {
            caught.as_object_mut().expect("a state").shift_remove("ItemsPath");
            caught["Items"] = json!([1]);
        }
        let mut bound = failing(area, name, requirement, caught);
        bound.case.machines[0].definition["QueryLanguage"] = "JSONata".into();
        if let Some(output) = reads {
            bound.case.machines[0].definition["States"]["Caught"]["Output"] = output;
        }
        cases.push(bound);
    };
    for (name, output) in [
        ("whole", json!("{% $states.errorOutput %}")),
        ("error", json!({"error": "{% $states.errorOutput.Error %}"})),
        ("input", json!({"text": "{% $states.input.text %}"})),
        ("in-a-list", json!({"list": [1, "{% $states.input.text %}"]})),
        ("throws", json!({"none": "{% 'a' * 2 %}"})),
    ] {
        for (area, state) in FAILING {
            let mut caught = state();
            caught["Catch"] = json!([{"ErrorEquals": ["Boom"], "Output": output, "Next": "Caught"}]);
            add(area, &format!("jsonata-catch-{name}"), "asl.jsonata.catch", caught, None);
        }
    }
    for (area, state) in FAILING {
        let mut caught = state();
        let assigned = json!({"error": "{% $states.errorOutput.Error %}"});
        caught["Catch"] = json!([{"ErrorEquals": ["Boom"], "Assign": assigned, "Next": "Caught"}]);
        caught["Assign"] = json!({"error": "of a success"});
        let read = json!({"read": "{% $error %}"});
        add(area, "jsonata-catch-and-assign", "asl.assign.catch", caught, Some(read));
    }
    cases
}

/// The state `Try`, which fails in its work, with the states that its handlers lead to.
fn failing(area: &str, name: &str, requirement: &str, mut state: Value) -> Bound {
    state["End"] = true.into();
    let mut definition = json!({"StartAt": "Try", "States": {"Try": state}});
    for target in ["Caught", "Other"] {
        let is_target = |catcher: &Value| catcher["Next"] == target;
        if definition["States"]["Try"]["Catch"]
            .as_array()
            .is_some_and(|catchers| catchers.iter().any(is_target))
        {
            definition["States"][target] = json!({"Type": "Pass", "End": true});
        }
    }
    let boom = || Answer::Fail { error: Some("Boom".to_owned()), cause: Some("it broke".to_owned()) };
    let bound = Bound::new((area, name), requirement, definition, json!({"list": [1], "text": "whole"}));
    if area == "task" { bound.with_answers("Try", vec![boom(), boom(), boom(), boom()]) } else { bound }
}

/// A failure before or after the work, which most names do not match.
fn not_in_the_work() -> Vec<Bound> {
    const FIELDS: &[(&str, &str)] = &[("InputPath", "input-path"), ("OutputPath", "output-path")];
    let mut cases = Vec::new();
    for (area, state) in FAILING {
        for (field, field_name) in FIELDS {
            for (name, error) in [("all", "States.ALL"), ("runtime", "States.Runtime")] {
                let mut caught = state();
                caught[*field] = "$.missing".into();
                caught["Catch"] = json!([{"ErrorEquals": [error], "Next": "Caught"}]);
                let name = format!("catch-{name}-of-{field_name}");
                let mut bound = failing(area, &name, "asl.errors.runtime-is-terminal", caught);
                if *field == "OutputPath" {
                    succeed_in_work(&mut bound);
                }
                cases.push(bound);
            }
        }
    }
    // Another branch is in the middle of its work then.
    let branches = json!([
        one_state("Look", json!({"Type": "Pass", "InputPath": "$.missing"})),
        one_state("Work", json!({"Type": "Wait", "Seconds": 1}))
    ]);
    let definition = one_state("Both", json!({"Type": "Parallel", "Branches": branches}));
    cases.push(Bound::new(
        ("parallel", "branch-fails-at-once"),
        "asl.parallel.branch-failure",
        definition,
        json!({}),
    ));
    cases
}

/// Nothing breaks in the work of the state `Try`.
fn succeed_in_work(bound: &mut Bound) {
    let machine = &mut bound.case.machines[0];
    if machine.stubs.contains_key("Try") {
        machine.stubs.insert("Try".to_owned(), vec![Answer::Succeed(json!("done"))]);
    }
    let state = &mut machine.definition["States"]["Try"];
    if state.get("Branches").is_some() {
        state["Branches"] = json!([kept()]);
    }
    if state.get("ItemProcessor").is_some() {
        state["ItemProcessor"] = kept();
    }
}

/// A worker that says nothing: few of them, since an engine without limits waits for its worker for ever.
fn silent() -> Vec<Bound> {
    const LIMITS: &[(&str, &str, &str)] = &[
        ("TimeoutSeconds", "States.Timeout", "asl.task.timeout"),
        ("HeartbeatSeconds", "States.HeartbeatTimeout", "asl.task.heartbeat"),
    ];
    let mut cases = Vec::new();
    for (field, error, requirement) in LIMITS {
        let handlers = [
            ("not-handled", "Catch", json!([])),
            ("caught-by-name", "Catch", json!([{"ErrorEquals": [error], "Next": "Caught"}])),
            ("caught-as-all", "Catch", json!([{"ErrorEquals": ["States.ALL"], "Next": "Caught"}])),
            (
                "retried",
                "Retry",
                json!([{"ErrorEquals": ["States.ALL"], "IntervalSeconds": 1, "MaxAttempts": 1}]),
            ),
            (
                "retried-by-name",
                "Retry",
                json!([{"ErrorEquals": [error], "IntervalSeconds": 1, "MaxAttempts": 1}]),
            ),
        ];
        for (name, handler, list) in handlers {
            // An engine that ignores heartbeats comes to an end all the same.
            let mut state = json!({"Type": "Task", "Resource": ACTIVITY, "TimeoutSeconds": 3});
            state[*field] = 1.into();
            if list != json!([]) {
                state[handler] = list;
            }
            let mut bound = failing("task", &format!("silence-{field}-{name}"), requirement, state);
            bound.case.machines[0].stubs.insert("Try".to_owned(), vec![Answer::Silence; 2]);
            cases.push(bound);
        }
    }
    cases
}

/// Executions that take longer than they may.
fn machines_in_time() -> Vec<Bound> {
    let waits = |scope: fn(Value) -> Value, name: &str| {
        let wait = json!({"Type": "Wait", "Seconds": 60});
        let mut definition = one_state("Hold", scope(wait));
        definition["TimeoutSeconds"] = 2.into();
        Bound::new(("execution", name), "asl.execution.timeout", definition, json!([1]))
    };
    vec![
        waits(|wait| wait, "too-long-in-a-wait"),
        waits(
            |wait| json!({"Type": "Parallel", "Branches": [one_state("Pause", wait)]}),
            "too-long-in-a-branch",
        ),
        waits(
            |wait| json!({"Type": "Map", "ItemProcessor": one_state("Pause", wait)}),
            "too-long-in-an-iteration",
        ),
    ]
}

/// Failures of which the text is made in a place of its own.
fn texts() -> Vec<Bound> {
    let fail = |name: &str, fields: Value| {
        let mut state = json!({"Type": "Fail"});
        for (field, value) in fields.as_object().into_iter().flatten() {
            state[field.as_str()] = value.clone();
        }
        Bound::new(("fail", name), "asl.fail.paths", one_state("Break", state), json!({"text": "whole"}))
    };
    let activity = one_state("Work", json!({"Type": "Task", "Resource": ACTIVITY}));
    let jsonata = |name: &str, fields: Value| {
        let mut bound = fail(name, fields);
        bound.case.machines[0].definition["QueryLanguage"] = "JSONata".into();
        bound
    };
    vec![
        fail("cause-of-a-call", json!({"Error": "E", "CausePath": "States.Format('in {}', $$.State.Name)"})),
        fail("error-of-a-call", json!({"ErrorPath": "States.Format('in {}', $.text)", "Cause": "c"})),
        fail("cause-that-leads-nowhere", json!({"Error": "E", "CausePath": "$.missing"})),
        fail("error-of-the-context", json!({"ErrorPath": "$$.State.Name", "Cause": "c"})),
        jsonata(
            "jsonata-error-of-an-expression",
            json!({"Error": "{% 'in ' & $states.input.text %}", "Cause": "c"}),
        ),
        jsonata("jsonata-cause-that-throws", json!({"Error": "E", "Cause": "{% 'a' * 2 %}"})),
        Bound::new(("task", "activity-that-is-gone"), "asl.task.activity-missing", activity, json!({}))
            .with_answers("Work", vec![Answer::NoSuchActivity]),
    ]
}

/// A scope that fails.
fn broken() -> Value {
    one_state("Break", json!({"Type": "Fail", "Error": "Boom", "Cause": "it broke"}))
}

/// A scope that hands on its input.
fn kept() -> Value {
    one_state("Keep", json!({"Type": "Pass"}))
}
