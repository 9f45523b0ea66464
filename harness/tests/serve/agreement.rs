//! In process and behind the API, the reference says the same: every authored case, boundary values and some drawn ones.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use asl_cases::{
    Case, Feature, MachineType, Outcome, Policy, StateTest, TestedState, Verdict, corpus::corpus,
    scopes::states_of,
};
use asl_conformance::{
    engine::EngineSpec,
    judge::judge,
    serve::{Reply, Settings, Stubs},
    session::Session,
};
use asl_generators::{boundary_cases, generate_case};
use asl_reference::{reference, test_state::Request};
use serde_json::{Value, json};

use crate::talk::{ACTIVITY, ROLE, Talk};

/// How many drawn cases go over the wire.
const N_DRAWN: u64 = 300;
/// Longer than any case takes on a busy machine.
const AMPLE: Duration = Duration::from_mins(1);

/// Every case of the corpus, boundary values, drawn cases after them.
fn cases() -> Vec<Case> {
    let profile = reference::profile();
    let drawn = (0..N_DRAWN).map(|index| generate_case(&profile, 7, index));
    corpus().into_iter().chain(boundary_cases(&profile)).chain(drawn).collect()
}

/// The status, and the output, or error and cause.
fn ending(outcome: &Outcome) -> Value {
    match outcome {
        Outcome::Succeeded(output) => json!(["SUCCEEDED", output]),
        Outcome::Failed { error, cause } => json!(["FAILED", error, cause]),
        Outcome::TimedOut => json!(["TIMED_OUT"]),
        Outcome::Aborted => json!(["ABORTED"]),
        Outcome::Tested(tested) => json!(["TESTED", tested]),
        Outcome::Rejected { code, message } => json!(["REJECTED", code, message]),
    }
}

/// What the API says about a state that is tested.
fn test_over_the_api(case: &Case, test: StateTest) -> Value {
    let (definition, input) = (case.main().definition_text(), Some(case.input.to_string()));
    let request = Request { definition, input, test };
    match Talk::new(Settings::default()).call("TestState", &request.to_json()) {
        Ok(Reply::Done(answer)) => {
            json!(["TESTED", TestedState::from_api(answer).expect("an answer of TestState")])
        }
        Ok(later) => panic!("TestState is answered at once: {later:?}"),
        Err(error) => json!(["REJECTED", error.code, error.message]),
    }
}

/// What the API says about the case, its tasks scripted in the server; with the event types of a Standard execution.
fn ending_over_the_api(case: &Case) -> (Value, Vec<String>) {
    if let Some(test) = &case.test_state {
        return (test_over_the_api(case, test.clone()), Vec::new());
    }
    let mut machines = BTreeMap::new();
    for machine in &case.machines {
        machines.insert(machine.name.clone(), machine.stubs.clone());
    }
    let stubs = Stubs { machines, resources: case.main().resources.clone() };
    let mut talk = Talk::new(Settings { stubs, ..Settings::default() });
    talk.now_ms = reference::Settings::default().now_ms;
    for activity in activities(case) {
        talk.ask("CreateActivity", &json!({ "name": activity }));
    }
    for machine in case.machines.iter().rev() {
        let request = json!({"name": machine.name, "roleArn": ROLE, "type": machine.kind,
            "definition": machine.definition_text()});
        if let Err(error) = talk.call("CreateStateMachine", &request) {
            return (json!(["REJECTED", error.code, error.message]), Vec::new());
        }
    }
    let arn = format!("arn:aws:states:us-east-1:123456789012:stateMachine:{}", case.main().name);
    let request = json!({"stateMachineArn": arn, "input": case.input.to_string(), "name": "e"});
    if case.main().kind == MachineType::Express {
        return (described(&talk.ask("StartSyncExecution", &request)), Vec::new());
    }
    let execution = talk.ask("StartExecution", &request)["executionArn"].clone();
    let reply = talk.ask("DescribeExecution", &json!({"executionArn": execution}));
    let history = talk.ask("GetExecutionHistory", &json!({"executionArn": execution, "maxResults": 1000}));
    let events = history["events"].as_array().into_iter().flatten();
    (described(&reply), events.map(|event| event["type"].as_str().unwrap_or_default().to_owned()).collect())
}

fn described(reply: &Value) -> Value {
    match reply["status"].as_str().unwrap_or_default() {
        "SUCCEEDED" => {
            let output = reply["output"].as_str().unwrap_or_default();
            json!(["SUCCEEDED", serde_json::from_str::<Value>(output).expect("the output is JSON")])
        }
        "FAILED" => json!(["FAILED", reply["error"], reply["cause"]]),
        status => json!([status]),
    }
}

/// The names of the activities that the definitions name, but for those that are scripted as deleted.
fn activities(case: &Case) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for machine in &case.machines {
        for (state, fields) in states_of(&machine.definition) {
            let resource = fields.get("Resource").and_then(Value::as_str).unwrap_or_default();
            let Some(name) = resource.strip_prefix(ACTIVITY.trim_end_matches("work")) else { continue };
            let answers = machine.stubs.get(state);
            if !answers.is_some_and(|answers| answers.contains(&asl_cases::Answer::NoSuchActivity)) {
                names.insert(name.to_owned());
            }
        }
    }
    names
}

/// What a case says about itself differs with its names, and what is random differs with the seed.
fn is_comparable(case: &Case, observation: &asl_cases::Observation) -> bool {
    let text = case.main().definition_text();
    let names_itself =
        ["$$.Exec", "$$.State", "$$.Task", "$$", "$states.context", "startExecution", "ResultWriter"];
    observation.permits.is_empty()
        && !names_itself.iter().any(|word| text.contains(word))
        && !case.main().stubs.values().flatten().any(|answer| *answer == asl_cases::Answer::Unpolled)
}

#[test]
fn service_with_the_stubs_of_a_case_says_what_the_reference_says_in_process() {
    let mut n_compared = 0;
    for case in cases() {
        let Ok(observation) = reference::observe(&case, reference::Settings::default()) else { continue };
        if !is_comparable(&case, &observation) {
            continue;
        }
        n_compared += 1;
        let (outcome, events) = ending_over_the_api(&case);
        let name = &case.name;
        assert_eq!(outcome, ending(&observation.outcome), "{name}: {}", case.main().definition_text());
        if let Some(trace) = &observation.trace {
            let kinds: Vec<&str> = trace.0.iter().map(|event| event.kind.as_str()).take(1000).collect();
            assert_eq!(events, kinds, "{name}: {}", case.main().definition_text());
        }
    }
    assert!(n_compared >= 400, "only {n_compared} cases were compared");
}

/// Real workers answer the tasks, and time-outs take their time: cases with neither of both.
fn goes_over_the_wire(case: &Case) -> bool {
    let needs = case.features();
    let lacking = [Feature::Integrations, Feature::NestedExecutions, Feature::DistributedMap];
    !lacking.iter().any(|feature| needs.contains(feature)) && case.machines.iter().all(|m| m.stubs.is_empty())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn engine_over_the_wire_says_what_the_reference_says_in_process() {
    let session = Session::open(&EngineSpec::Serve, "agree", None, |_: &str| {}).await.expect("a server");
    let mut n_compared = 0;
    for case in cases().into_iter().filter(goes_over_the_wire) {
        let Ok(expected) = reference::observe(&case, reference::Settings::default()) else { continue };
        let actual = session.engine.observe(&case, AMPLE).await.expect("the server answers");
        let judgement = judge(&case, &expected, &actual, &Policy::default());
        let name = &case.name;
        assert_ne!(judgement.verdict, Verdict::Diverge, "{name}: {:#?}", judgement.divergences);
        n_compared += 1;
    }
    session.close().await;
    assert!(n_compared >= 300, "only {n_compared} cases were compared");
}
