//! Small cases that show whether an engine has a feature at all: for `doctor`, and to narrow the profile of an endpoint
//! about which nothing is known.

use std::time::Duration;

use asl_cases::{Answer, Case, Feature, Machine, MachineType, Mock, Profile, StateTest};
use serde_json::{Value, json};

use crate::engine::{Engine, EngineError, EngineErrorKind};

/// The time for one probe: an engine that needs longer for one state is not one to send 500 cases to.
pub const PROBE_MAX: Duration = Duration::from_secs(10);

/// One feature, the case that needs it, and the output that AWS gives.
pub struct Probe {
    /// The feature.
    pub feature: Feature,
    /// What is tried, in words.
    pub what: &'static str,
    /// The case.
    pub case: Case,
    /// The right output.
    pub output: Value,
}

/// A definition that every engine runs; its output is [`greeting`].
pub fn one_pass() -> Value {
    json!({"StartAt": "Greet", "States": {"Greet": {"Type": "Pass", "Result": greeting(), "End": true}}})
}

/// The output of [`one_pass`].
pub fn greeting() -> Value {
    json!({"greeting": "hello"})
}

/// A probe for each feature that a case of one machine can show.
pub fn probes() -> Vec<Probe> {
    let task = json!({"StartAt": "Work", "States": {"Work": {"Type": "Task", "End": true,
        "Resource": "arn:aws:states:us-east-1:123456789012:activity:work"}}});
    let mut with_activity = Machine::new(task);
    with_activity.stubs.insert("Work".to_owned(), vec![Answer::Succeed(greeting())]);
    let express = Machine { kind: MachineType::Express, ..Machine::new(one_pass()) };
    let jsonata = json!({"QueryLanguage": "JSONata", "StartAt": "Add", "States": {
        "Add": {"Type": "Pass", "Output": "{% 1 + 2 %}", "End": true}}});
    let assign = json!({"StartAt": "Keep", "States": {
        "Keep": {"Type": "Pass", "Assign": {"kept": 7}, "Next": "Use"},
        "Use": {"Type": "Pass", "Parameters": {"seen.$": "$kept"}, "End": true}}});
    let probe =
        |feature, what, machine, output| Probe { feature, what, case: Case::new(machine, json!({})), output };
    let tested = Probe {
        feature: Feature::TestState,
        what: "test one state with a mock",
        case: mocked_task(),
        output: greeting(),
    };
    vec![
        tested,
        probe(Feature::Activities, "answer a task as an activity", with_activity, greeting()),
        probe(Feature::Express, "run an Express workflow", express, greeting()),
        probe(Feature::Jsonata, "evaluate JSONata", Machine::new(jsonata), json!(3)),
        probe(Feature::Variables, "keep a variable", Machine::new(assign), json!({"seen": 7})),
    ]
}

fn mocked_task() -> Case {
    let state = json!({"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage", "End": true,
        "Parameters": {"QueueUrl": "queue", "MessageBody": "body"}});
    let mock = Mock { result: Some(greeting().to_string()), ..Mock::default() };
    let test = StateTest { mock: Some(mock), ..StateTest::default() };
    Case { test_state: Some(test), ..Case::new(Machine::new(state), json!({})) }
}

/// Runs one Pass state: an engine that has no answer to that has none to anything.
///
/// # Errors
/// When the engine gave no answer.
pub async fn first_answer(engine: &dyn Engine) -> Result<(), EngineError> {
    engine.observe(&Case::new(Machine::new(one_pass()), json!({})), PROBE_MAX).await.map(drop)
}

/// The features of `wanted` that the engine says it does not have: its API fails inside, or answers with no answer.
/// A wrong answer is no lack: it is for a run to report.
pub async fn lacking(engine: &dyn Engine, wanted: &Profile) -> Vec<Feature> {
    let mut lacking = Vec::new();
    for probe in probes().into_iter().filter(|probe| wanted.has(probe.feature)) {
        if let Err(EngineError { kind, .. }) = engine.observe(&probe.case, PROBE_MAX).await
            && matches!(kind, EngineErrorKind::Internal { .. } | EngineErrorKind::Garbage { .. })
        {
            lacking.push(probe.feature);
        }
    }
    lacking
}
