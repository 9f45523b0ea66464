//! A small run to render in tests: agreements, two kinds of divergence, and cases without a judgement.

use asl_cases::{
    Case, CaseId, CrossCheck, Divergence, EvidenceKind, Facet, Identities, Machine, Observation, Oracle,
    Outcome, Policy, Profile, RequirementId, Signature, Trace, TraceEvent, Verdict,
};
use serde_json::{Value, json};

use crate::{CaseRecord, RunFooter, RunHeader, RunLog, RunLogWriter, Summary};

pub(crate) fn log() -> RunLog {
    let expectation =
        Oracle::Expectation { evidence: EvidenceKind::Recorded, source: "a recording of AWS".to_owned() };
    let refused = |cause: &str| Divergence {
        facet: Facet::Status,
        sentence: format!(
            "failed with States.Runtime ({cause}) instead of succeeding with {{\"matched\":true}}"
        ),
        signature: Signature::of_facet(Facet::Status),
        expected: json!({"succeeded": {"matched": true}}),
        actual: json!({"failed": {"error": "States.Runtime", "cause": cause}}),
        oracle: expectation.clone(),
        known: None,
    };
    let trace = Divergence {
        facet: Facet::Trace,
        sentence: "event 4 is MapIterationStarted M [1], which should not be there".to_owned(),
        signature: Signature::of_facet(Facet::Trace),
        expected: json!(["ExecutionStarted", "MapStateEntered M", "MapStateStarted", "ExecutionSucceeded"]),
        actual: json!([
            "ExecutionStarted",
            "MapStateEntered M",
            "MapStateStarted",
            "MapIterationStarted M [1]",
            "ExecutionSucceeded"
        ]),
        oracle: Oracle::Reference,
        known: None,
    };
    let mut records = vec![
        record("pass/result", Verdict::Agree),
        record("pass/result-path", Verdict::Agree),
        diverging("choice/string-equals-of-a-longer-text", &"x".repeat(99), refused("event 12")),
        diverging("choice/string-equals", "x", refused("event 2")),
        diverging("map/two-items", "x", trace),
        CaseRecord {
            reason: Some("the engine lacks activities".to_owned()),
            ..record("activity/retry", Verdict::Unsupported)
        },
        CaseRecord {
            reason: Some("the engine lacks activities".to_owned()),
            ..record("activity/catch", Verdict::Unsupported)
        },
        CaseRecord {
            reason: Some("did not finish the execution within 20 s".to_owned()),
            ..record("map/many", Verdict::EngineError)
        },
        CaseRecord {
            reason: Some("differed in 1 of 3 attempts".to_owned()),
            ..record("map/flaky", Verdict::Flaky)
        },
    ];
    records[0].elapsed_ms = 7;
    let mut log = RunLog::of(header("ministack"), records);
    let counts = Summary::of(&log).total.to_map();
    log.footer = Some(RunFooter { counts, elapsed_ms: 12_300, stopped_early: None });
    log
}

/// A divergence with both histories: like events, other data, and two events that only one side has.
pub(crate) fn with_histories() -> CaseRecord {
    let mut record = log().records.remove(3);
    let event = |id: i64, kind: &str, details: Value| TraceEvent {
        id,
        previous_event_id: id - 1,
        kind: kind.to_owned(),
        timestamp_ms: 0,
        details: details.as_object().cloned().unwrap_or_default(),
    };
    let side = |outcome: Outcome, output: &str, events: &[TraceEvent]| Observation {
        outcome,
        trace: Some(Trace(
            [
                event(1, "ExecutionStarted", json!({})),
                event(2, "ChoiceStateEntered", json!({"name": "Pick"})),
                event(3, "ChoiceStateExited", json!({"name": "Pick", "output": output})),
            ]
            .into_iter()
            .chain(events.iter().cloned())
            .collect(),
        )),
        identities: Identities::default(),
        permits: Vec::new(),
        cross_check: CrossCheck::default(),
    };
    let last = event(9, "ExecutionSucceeded", json!({}));
    let expected = [
        event(4, "PassStateEntered", json!({"name": "Yes"})),
        event(5, "PassStateExited", json!({"name": "Yes"})),
        last.clone(),
    ];
    record.expected = Some(side(Outcome::Succeeded(json!({"matched": true})), "right", &expected));
    record.actual = Some(side(Outcome::Succeeded(json!({"matched": true})), "wrong", &[last]));
    record.divergences[0].facet = Facet::Trace;
    record
}

/// The same run, in which each case has an id of its own.
pub(crate) fn log_with_ids() -> RunLog {
    let mut log = log();
    for (index, record) in log.records.iter_mut().enumerate() {
        record.id = serde_json::from_value(Value::from(format!("{index:016x}"))).expect("an id is a text");
    }
    log
}

/// Secrets that no report may hold.
pub(crate) const CANARIES: [&str; 5] =
    ["CANARYinput99", "CANARYoutput99", "CANARYcause99", "CANARYendpoint99", "314159265358"];

/// A run with secrets in input, output, cause and endpoint.
pub(crate) fn with_canaries() -> RunLog {
    let [input, output, cause, endpoint, account] = CANARIES;
    let mut log = log_with_ids();
    log.header.endpoint = Some(format!("http://user:{endpoint}@127.0.0.1:4566/?token={endpoint}"));
    let mut record = with_histories();
    let arn = format!("arn:aws:states:us-east-1:{account}:stateMachine:{output}");
    if let Some(case) = &mut record.case {
        case.input = json!({"db": {"Password": input}});
    }
    let wrong = record.actual.as_mut().expect("a side");
    wrong.outcome =
        Outcome::Failed { error: None, cause: Some(format!("login with secret={cause} at {arn}")) };
    record.expected.as_mut().expect("a side").outcome = Outcome::Succeeded(json!({"sessionToken": output}));
    record.divergences[0].expected = json!({"sessionToken": output, "arn": arn});
    record.divergences[0].actual = json!(format!("{{\"api_key\":\"{cause}\"}}"));
    record.divergences[0].sentence = format!("says password: {cause} instead of {arn}");
    record.id = log.records[3].id.clone();
    log.records[3] = record;
    log.records[7].reason = Some(format!("http://user:{endpoint}@127.0.0.1:4566 did not answer"));
    log
}

pub(crate) fn header(engine_spec: &str) -> RunHeader {
    RunHeader {
        format: crate::LOG_FORMAT,
        suite_version: "0.1.0".to_owned(),
        engine: "ministack 1.4.7".to_owned(),
        engine_spec: engine_spec.to_owned(),
        endpoint: Some("http://127.0.0.1:4566".to_owned()),
        oracle: "expectations, then the reference".to_owned(),
        seed: 42,
        profile: Profile::everything(),
        cases_planned: 9,
        policy: Policy::default(),
        started_at: "2026-01-02T03:04:05Z".to_owned(),
    }
}

pub(crate) fn text(log: &RunLog) -> String {
    let mut writer = RunLogWriter::begin(Vec::new(), log.header.clone()).expect("memory");
    for record in &log.records {
        writer.record(record.clone()).expect("memory");
    }
    let bytes = writer.finish(log.footer.clone().unwrap_or_default()).expect("memory");
    String::from_utf8(bytes).expect("JSON is UTF-8")
}

/// Compares with the file in `tests/`; `BLESS=1 cargo test -p asl-reports` rewrites it.
#[expect(clippy::disallowed_methods, reason = "the test compares what is rendered with a file")]
pub(crate) fn check_rendered(name: &str, text: &str) {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(name);
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&path, text).expect("the tests folder is writable");
    }
    let wanted = std::fs::read_to_string(&path).expect("the rendered file is there");
    assert_eq!(text, wanted, "{name} is out of date: run with BLESS=1");
}

fn diverging(name: &str, text: &str, divergence: Divergence) -> CaseRecord {
    let mut case = Case::new(
        Machine::new(json!({"StartAt": "Pick", "States": {"Pick": {
            "Type": "Choice", "Choices": [{"Variable": "$.text", "StringEquals": text, "Next": "Yes"}]},
            "Yes": {"Type": "Pass", "Result": {"matched": true}, "End": true}}})),
        json!({"text": text}),
    );
    name.clone_into(&mut case.name);
    case.requirements = vec![RequirementId("asl.pass.result".to_owned())];
    let id = case.id();
    CaseRecord {
        id,
        divergences: vec![divergence],
        case: Some(case),
        attempts: 2,
        ..record(name, Verdict::Diverge)
    }
}

fn record(name: &str, verdict: Verdict) -> CaseRecord {
    let id: CaseId = serde_json::from_value(Value::from("0123456789abcdef")).expect("an id is a text");
    CaseRecord {
        id,
        name: name.to_owned(),
        area: name.split('/').next().unwrap_or_default().to_owned(),
        phase: Some(asl_cases::Phase::of_name(name)),
        relation: None,
        engine: "ministack 1.4.7".to_owned(),
        verdict,
        divergences: Vec::new(),
        allowed: Vec::new(),
        missing: std::collections::BTreeSet::new(),
        reason: None,
        elapsed_ms: 30,
        attempts: 1,
        shrunk_from: None,
        shrinking: None,
        first_difference: None,
        case: None,
        twin: None,
        expected: None,
        actual: None,
        shows_otherwise: false,
    }
}
