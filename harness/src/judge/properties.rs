//! Properties of the judge over arbitrary observations, also over such as no engine would ever give.

use asl_cases::{
    Case, CrossCheck, Identities, Machine, Observation, Oracle, Outcome, Permit, Policy, Trace, TraceEvent,
};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{compare, normalise};

const KINDS: [&str; 16] = [
    "ExecutionStarted",
    "PassStateEntered",
    "PassStateExited",
    "ParallelStateEntered",
    "ParallelStateStarted",
    "ParallelStateSucceeded",
    "ParallelStateFailed",
    "ParallelStateExited",
    "MapStateEntered",
    "MapStateStarted",
    "MapIterationStarted",
    "MapIterationSucceeded",
    "MapIterationAborted",
    "MapStateFailed",
    "TaskStateAborted",
    "ExecutionFailed",
];

fn text() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        Just("11111111-1111-4111-8111-111111111111".to_owned()),
        Just("22222222-2222-4222-8222-222222222222".to_owned()),
        Just("2026-01-02T03:04:05Z".to_owned()),
        Just("arn:aws:states:eu-west-1:000000000000:execution:m:x".to_owned()),
        Just("in the input '{\"b\":\"run-1\",\"a\":1}'".to_owned()),
        Just("<uuid:1>".to_owned()),
        "[a-c'{}<> -]{0,4}",
    ];
    proptest::collection::vec(part, 0..4).prop_map(|parts| parts.concat())
}

fn document() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (-3_i64..3).prop_map(Value::from),
        Just(json!(1.0)),
        text().prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            proptest::collection::vec((text(), inner), 0..3)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

fn outcome() -> impl Strategy<Value = Outcome> {
    prop_oneof![
        document().prop_map(Outcome::Succeeded),
        (proptest::option::of("[AB]"), proptest::option::of(text()))
            .prop_map(|(error, cause)| Outcome::Failed { error, cause }),
        Just(Outcome::TimedOut),
        ("[AB]", text()).prop_map(|(code, message)| Outcome::Rejected { code, message }),
    ]
}

fn event() -> impl Strategy<Value = TraceEvent> {
    let kind = proptest::sample::select(KINDS.as_slice());
    let name = proptest::option::of("[PM]");
    (1_i64..12, -1_i64..12, kind, name, proptest::option::of(0..2_u64), document()).prop_map(
        |(id, previous_event_id, kind, name, index, input)| {
            let members =
                [("name", name.map(Value::from)), ("index", index.map(Value::from)), ("input", Some(input))];
            let details =
                members.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?))).collect();
            TraceEvent { id, previous_event_id, kind: kind.to_owned(), timestamp_ms: 0, details }
        },
    )
}

/// Mostly chained backwards and numbered from 1, as engines do; sometimes not.
fn trace() -> impl Strategy<Value = Trace> {
    (proptest::collection::vec(event(), 0..14), any::<bool>()).prop_map(|(mut events, is_tidy)| {
        if is_tidy {
            for (id, event) in (1_i64..).zip(&mut events) {
                event.id = id;
                event.previous_event_id = event.previous_event_id.clamp(0, id - 1);
            }
        }
        Trace(events)
    })
}

fn observation() -> impl Strategy<Value = Observation> {
    (outcome(), proptest::option::of(trace())).prop_map(|(outcome, trace)| {
        let identities = [("run-1", "<execution-name>"), ("run", "<r>"), ("a", "<b>")]
            .map(|(text, placeholder)| (text.to_owned(), placeholder.to_owned()));
        Observation {
            outcome,
            trace,
            identities: Identities(identities.into()),
            permits: Vec::new(),
            cross_check: CrossCheck::default(),
        }
    })
}

fn case() -> Case {
    Case::new(Machine::new(json!({"Comment": "22222222-2222-4222-8222-222222222222"})), json!({}))
}

fn permits() -> Vec<Permit> {
    let state = || "P".to_owned();
    vec![Permit::SiblingProgress { state: state() }, Permit::FirstFailure { state: state() }, Permit::Random]
}

proptest! {
    #[test]
    fn normalising_twice_is_normalising_once(observation in observation()) {
        let once = normalise(&observation, &case());
        prop_assert_eq!(&normalise(&once, &case()), &once);
    }

    #[test]
    fn nothing_differs_from_itself(observation in observation()) {
        for policy in [Policy::default(), Policy::exact()] {
            let comparison = compare(&observation, &observation, &policy, &|_| Oracle::Reference);
            prop_assert_eq!(comparison, super::Comparison::default());
        }
    }

    #[test]
    fn whether_two_sides_differ_does_not_depend_on_which_is_right(
        left in observation(),
        right in observation(),
        is_permitted in any::<bool>(),
    ) {
        let with = |side: &Observation| Observation {
            permits: if is_permitted { permits() } else { Vec::new() },
            cross_check: CrossCheck::default(),
            ..side.clone()
        };
        let (left, right) = (with(&left), with(&right));
        for policy in [Policy::default(), Policy::exact()] {
            let forth = compare(&left, &right, &policy, &|_| Oracle::Reference);
            let back = compare(&right, &left, &policy, &|_| Oracle::Reference);
            prop_assert_eq!(forth.divergences.is_empty(), back.divergences.is_empty());
            prop_assert_eq!(forth.allowed, back.allowed);
        }
    }
}
