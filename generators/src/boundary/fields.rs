//! Fields of states and machines with the smallest and largest values that AWS accepts.

use asl_cases::Answer;
use serde_json::{Value, json};

use super::{ACTIVITY, Bound, one_jsonata_state, one_state};

/// Documented: the largest number of seconds and of attempts.
const LARGEST: u64 = 99_999_999;

pub(super) fn cases() -> Vec<Bound> {
    let mut cases = waits();
    cases.extend(retriers());
    cases.extend(time_outs());
    cases.extend(maps());
    cases.extend(fails());
    cases.extend(paths());
    cases
}
const TIMES: &[(&str, &str)] = &[
    ("epoch", "1970-01-01T00:00:00Z"),
    ("leap-day", "2000-02-29T23:59:59Z"),
    ("fraction", "2001-01-01T00:00:00.123Z"),
    ("far-east", "2001-01-01T00:00:00+14:00"),
    ("far-west", "2001-01-01T00:00:00-12:00"),
];

fn waits() -> Vec<Bound> {
    let wait = |name: &str, requirement: &str, fields: &Value, input: Value| {
        Bound::new(("wait", name), requirement, one_state("Pause", of_type("Wait", fields)), input)
    };
    let in_jsonata = |name: &str, requirement: &str, fields: &Value| {
        Bound::new(
            ("wait", name),
            requirement,
            one_jsonata_state("Pause", of_type("Wait", fields)),
            json!({}),
        )
    };
    let mut cases = vec![
        wait("seconds-0", "asl.wait.seconds", &json!({"Seconds": 0}), json!({})),
        wait("seconds-1", "asl.wait.seconds", &json!({"Seconds": 1}), json!({})),
        wait("seconds-largest", "asl.wait.seconds", &json!({"Seconds": LARGEST}), json!({}))
            .that_waits_long(),
        wait("seconds-path-0", "asl.wait.seconds-path", &json!({"SecondsPath": "$.s"}), json!({"s": 0})),
        wait(
            "seconds-path-largest",
            "asl.wait.seconds-path",
            &json!({"SecondsPath": "$.s"}),
            json!({"s": LARGEST}),
        )
        .that_waits_long(),
        wait(
            "seconds-path-negative",
            "asl.wait.seconds-path-invalid",
            &json!({"SecondsPath": "$.s"}),
            json!({"s": -1}),
        ),
        wait(
            "seconds-path-text",
            "asl.wait.seconds-path-invalid",
            &json!({"SecondsPath": "$.s"}),
            json!({"s": "1"}),
        ),
        in_jsonata("jsonata-seconds-0", "asl.wait.seconds", &json!({"Seconds": "{% 0 %}"})),
        in_jsonata("jsonata-seconds-literal-0", "asl.wait.seconds", &json!({"Seconds": 0})),
        in_jsonata("jsonata-seconds-largest", "asl.wait.seconds", &json!({"Seconds": "{% 99999999 %}"}))
            .that_waits_long(),
    ];
    for (name, time) in TIMES {
        let path = json!({"TimestampPath": "$.t"});
        cases.push(wait(
            &format!("timestamp-{name}"),
            "asl.wait.timestamp",
            &json!({"Timestamp": time}),
            json!({}),
        ));
        cases.push(wait(
            &format!("timestamp-path-{name}"),
            "asl.wait.timestamp-path",
            &path,
            json!({"t": time}),
        ));
        let expression = json!({"Timestamp": format!("{{% '{time}' %}}")});
        cases.push(in_jsonata(&format!("jsonata-timestamp-{name}"), "asl.wait.timestamp", &expression));
    }
    cases
}

/// A state that fails each time, with one retrier.
fn failing_parallel(retrier: &Value) -> Value {
    let branch =
        json!({"StartAt": "Break", "States": {"Break": {"Type": "Fail", "Error": "Boom", "Cause": "c"}}});
    json!({"Type": "Parallel", "Branches": [branch], "Retry": [retrier], "End": true})
}

fn retriers() -> Vec<Bound> {
    const FIELDS: &[(&str, &str, &str, &str)] = &[
        ("max-attempts-0", "asl.retry.max-attempts", "MaxAttempts", "0"),
        ("max-attempts-1", "asl.retry.max-attempts", "MaxAttempts", "1"),
        ("max-attempts-largest", "asl.retry.max-attempts", "MaxAttempts", "99999999"),
        ("interval-1", "asl.retry.backoff", "IntervalSeconds", "1"),
        ("interval-largest", "asl.retry.backoff", "IntervalSeconds", "99999999"),
        ("backoff-1", "asl.retry.backoff", "BackoffRate", "1"),
        ("backoff-1.0", "asl.retry.backoff", "BackoffRate", "1.0"),
        ("backoff-1.000001", "asl.retry.backoff", "BackoffRate", "1.000001"),
        ("backoff-1000", "asl.retry.backoff", "BackoffRate", "1000"),
        ("max-delay-2", "asl.retry.max-delay", "MaxDelaySeconds", "2"),
        ("max-delay-largest", "asl.retry.max-delay", "MaxDelaySeconds", "31622400"),
        ("jitter-full", "asl.retry.jitter", "JitterStrategy", "\"FULL\""),
        ("jitter-none", "asl.retry.jitter", "JitterStrategy", "\"NONE\""),
    ];
    let mut cases = Vec::new();
    for (name, requirement, field, text) in FIELDS {
        let value: Value = serde_json::from_str(text).expect("the table holds JSON");
        // Of another error: the field is read, and nothing is retried.
        let idle = with_field(json!({"ErrorEquals": ["Other"]}), field, &value);
        let definition = one_state("Try", failing_parallel(&idle));
        cases.push(Bound::new(("retry", &format!("idle-{name}")), requirement, definition, json!({})));
        // What a retrier without the field does too is no case of its own.
        let is_bounded = match *field {
            "MaxAttempts" => value.as_u64() == Some(0),
            "IntervalSeconds" => false,
            _ => true,
        };
        let is_brief = value.as_u64() != Some(LARGEST);
        if is_bounded && is_brief {
            let retrier = json!({"ErrorEquals": ["Boom"], "IntervalSeconds": 1, "MaxAttempts": 1});
            let definition = one_state("Try", failing_parallel(&with_field(retrier, field, &value)));
            cases.push(Bound::new(("retry", name), requirement, definition, json!({})));
        }
    }
    cases
}

fn time_outs() -> Vec<Bound> {
    let mut cases = Vec::new();
    for seconds in [1, LARGEST] {
        let mut machine = one_state("Keep", json!({"Type": "Pass"}));
        machine["TimeoutSeconds"] = seconds.into();
        let name = format!("machine-time-out-{seconds}");
        cases.push(Bound::new(("execution", &name), "asl.execution.timeout", machine, json!({})));
    }
    let task = |name: &str, requirement: &str, fields: &Value, input: Value| {
        let state = with_field(of_type("Task", fields), "Resource", &ACTIVITY.into());
        Bound::new(("task", name), requirement, one_state("Work", state), input)
            .with_answers("Work", vec![Answer::Succeed(json!("done"))])
    };
    let heartbeat = json!({"TimeoutSeconds": LARGEST, "HeartbeatSeconds": LARGEST - 1});
    let by_path = json!({"TimeoutSecondsPath": "$.t"});
    cases.extend([
        task("time-out-5", "asl.task.timeout", &json!({"TimeoutSeconds": 5}), json!({})),
        task("time-out-largest", "asl.task.timeout", &json!({"TimeoutSeconds": LARGEST}), json!({})),
        task("heartbeat-one-below-time-out", "asl.task.heartbeat", &heartbeat, json!({})),
        task("time-out-path-largest", "asl.task.timeout-path", &by_path, json!({"t": LARGEST})),
    ]);
    cases
}

fn maps() -> Vec<Bound> {
    let processor = || json!({"StartAt": "Keep", "States": {"Keep": {"Type": "Pass", "End": true}}});
    let mut cases = Vec::new();
    for concurrency in [0, 1, 40, 1000] {
        for count in [0, 1, 2, 41] {
            let items: Vec<u64> = (0..count).collect();
            let state = json!({"Type": "Map", "ItemProcessor": processor(), "MaxConcurrency": concurrency});
            let name = format!("concurrency-{concurrency}-items-{count}");
            let definition = one_state("Each", state.clone());
            cases.push(Bound::new(("map", &name), "asl.map.max-concurrency", definition, json!(items)));
            let state = with_field(state, "Items", &"{% $states.input.all %}".into());
            let definition = one_jsonata_state("Each", state);
            let input = json!({"all": items});
            cases.push(Bound::new(("map", &format!("jsonata-{name}")), "asl.jsonata.map", definition, input));
        }
    }
    let by_path = json!({"Type": "Map", "ItemProcessor": processor(), "ItemsPath": "$.all", "MaxConcurrencyPath": "$.n"});
    for concurrency in [0, 1] {
        let name = format!("concurrency-path-{concurrency}");
        let input = json!({"all": [1, 2], "n": concurrency});
        let definition = one_state("Each", by_path.clone());
        cases.push(Bound::new(("map", &name), "asl.map.max-concurrency-path", definition, input));
    }
    cases
}

fn fails() -> Vec<Bound> {
    let long = "x".repeat(256);
    let texts = [
        ("empty", ""),
        ("blank", " "),
        ("reserved", "States.ALL"),
        ("long", long.as_str()),
        ("odd", "ä\"\\😀"),
    ];
    let mut cases = vec![Bound::new(
        ("fail", "without-fields"),
        "asl.fail.optional-fields",
        one_state("Break", json!({"Type": "Fail"})),
        json!({}),
    )];
    for (name, text) in texts {
        let state = json!({"Type": "Fail", "Error": text, "Cause": text});
        let definition = one_state("Break", state.clone());
        cases.push(Bound::new(("fail", name), "asl.fail.error-cause", definition, json!({})));
        let definition = one_jsonata_state("Break", state);
        cases.push(Bound::new(
            ("fail", &format!("jsonata-{name}")),
            "asl.fail.error-cause",
            definition,
            json!({}),
        ));
        let state = json!({"Type": "Fail", "ErrorPath": "$.text", "CausePath": "$.text"});
        let (definition, input) = (one_state("Break", state), json!({"text": text}));
        cases.push(Bound::new(("fail", &format!("path-{name}")), "asl.fail.paths", definition, input));
    }
    cases
}

fn paths() -> Vec<Bound> {
    const FIELDS: &[(&str, &str, &str)] = &[
        ("input-path", "InputPath", "asl.data-flow.input-path"),
        ("output-path", "OutputPath", "asl.data-flow.output-path"),
        ("result-path", "ResultPath", "asl.data-flow.result-path-replace"),
    ];
    let mut cases = Vec::new();
    for (name, field, requirement) in FIELDS {
        for (value_name, value) in
            [("null", Value::Null), ("whole", json!("$")), ("bracket", json!("$['a']"))]
        {
            let state = with_field(json!({"Type": "Pass"}), field, &value);
            let definition = one_state("Keep", state);
            let name = format!("{name}-is-{value_name}");
            cases.push(Bound::new(("data-flow", &name), requirement, definition, json!({"a": {"b": 1}})));
        }
    }
    cases
}

fn of_type(kind: &str, fields: &Value) -> Value {
    let mut state = json!({"Type": kind});
    for (name, value) in fields.as_object().into_iter().flatten() {
        state[name.as_str()] = value.clone();
    }
    state
}

fn with_field(mut state: Value, field: &str, value: &Value) -> Value {
    state[field] = value.clone();
    state
}
