//! Numbers and times outside of what is allowed.

use asl_cases::Feature;
use serde_json::{Value, json};

use super::{Rule, definition, put, put_in_front, rule, state_of_type, transitions::parallel};

pub(super) const RULES: &[Rule] = &[
    rule("wait-negative", "a Wait of less than no time", "asl.validation.numbers", |case, draw| {
        put(pause(case, draw)?, "Seconds", -1);
        Some(())
    }),
    rule("wait-fraction", "a Wait of a second and a half", "asl.validation.numbers", |case, draw| {
        put(pause(case, draw)?, "Seconds", 1.5);
        Some(())
    }),
    rule("wait-text", "the seconds of a Wait are a text", "asl.validation.numbers", |case, draw| {
        put(pause(case, draw)?, "Seconds", "1");
        Some(())
    }),
    rule(
        "wait-bad-timestamp",
        "the time of a Wait is no RFC 3339 time",
        "asl.validation.wait-fields",
        |case, draw| {
            let times = ["tomorrow", "2020-01-01", "2020-13-01T00:00:00Z", "2020-01-01 00:00:00"];
            put(pause(case, draw)?, "Timestamp", draw.pick(&times));
            Some(())
        },
    ),
    rule("wait-without-a-time", "a Wait says not how long", "asl.validation.wait-fields", |case, draw| {
        pause(case, draw).map(drop)
    }),
    rule("wait-with-two-times", "a Wait says twice how long", "asl.validation.wait-fields", |case, draw| {
        let state = pause(case, draw)?;
        put(state, "Seconds", 1);
        put(state, "SecondsPath", "$.seconds");
        Some(())
    }),
    rule("max-attempts-negative", "MaxAttempts is below 0", "asl.validation.numbers", |case, draw| {
        retrier(case, draw, "MaxAttempts", &json!(-1))
    }),
    rule("backoff-below-one", "BackoffRate is below 1", "asl.validation.numbers", |case, draw| {
        retrier(case, draw, "BackoffRate", &json!(0.5))
    }),
    rule("max-attempts-text", "MaxAttempts is a text", "asl.validation.numbers", |case, draw| {
        retrier(case, draw, "MaxAttempts", &json!("3"))
    }),
    Rule {
        id: "heartbeat-not-below-time-out",
        title: "HeartbeatSeconds is not below TimeoutSeconds",
        requirement: "asl.validation.numbers",
        needs: &[Feature::Activities],
        break_it: |case, _| {
            let task = json!({"Type": "Task", "TimeoutSeconds": 5, "HeartbeatSeconds": 5,
                "Resource": "arn:aws:states:us-east-1:123456789012:activity:work"});
            put_in_front(definition(case)?, task).map(drop)
        },
    },
];

/// A Wait that says not how long.
fn pause<'a>(case: &'a mut asl_cases::Case, draw: &mut crate::draw::Draw) -> Option<&'a mut super::Object> {
    let state = state_of_type(case, draw, "Wait", json!({"Type": "Wait", "Seconds": 1}))?;
    for field in ["Seconds", "SecondsPath", "Timestamp", "TimestampPath"] {
        state.shift_remove(field);
    }
    Some(state)
}

fn retrier(
    case: &mut asl_cases::Case,
    draw: &mut crate::draw::Draw,
    field: &str,
    value: &Value,
) -> Option<()> {
    let state = state_of_type(case, draw, "Parallel", parallel())?;
    put(state, "Retry", json!([{"ErrorEquals": ["Boom"], field: value}]));
    Some(())
}
