//! The engine that speaks the Step Functions API, against loopback stand-ins that behave well and badly.

mod support;

use std::time::Duration;

use asl_cases::{Answer, Case, Machine, MachineType, Observation, Outcome, Profile};
use asl_conformance::{
    engine::{
        Engine, EngineError, EngineErrorKind,
        http::{HttpEngine, HttpEngineConfig},
    },
    judge::broken_invariants,
};
use rstest::rstest;
use serde_json::{Value, json};
use support::{Call, Reply, StandIn, description, machine_arn, well};

/// Long enough for a loopback answer on a busy machine.
const AMPLE: Duration = Duration::from_secs(20);

/// Short enough for a test of what happens when time runs out.
const SHORT: Duration = Duration::from_millis(50);

const WORK: &str = "arn:aws:states:us-east-1:123456789012:activity:work";

fn engine(stand_in: &StandIn) -> HttpEngine {
    let mut config = HttpEngineConfig::new(&stand_in.endpoint, Profile::everything(), "t");
    config.first_back_off = Duration::from_millis(1);
    config.cross_checked_one_in = 0;
    HttpEngine::new(config)
}

fn pass_case() -> Case {
    Case::new(
        Machine::new(json!({"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}}})),
        json!({}),
    )
}

fn task_case(answers: Vec<Answer>) -> Case {
    let mut machine = Machine::new(json!({"StartAt": "Work", "States": {
        "Work": {"Type": "Task", "Resource": WORK, "End": true}}}));
    machine.stubs.insert("Work".to_owned(), answers);
    Case::new(machine, json!({}))
}

async fn observe(stand_in: &StandIn, case: &Case) -> Result<Observation, EngineError> {
    engine(stand_in).observe(case, AMPLE).await
}

async fn failure(stand_in: &StandIn) -> EngineErrorKind {
    observe(stand_in, &pass_case()).await.expect_err("no answer").kind
}

/// The script that does one thing at one operation, and goes well otherwise.
fn at(operation: &'static str, reply: impl Fn() -> Reply) -> impl Fn(&Call) -> Reply {
    move |call| if call.operation == operation { reply() } else { well(call) }
}

#[tokio::test]
async fn execution_is_observed_with_all_pages_of_its_history() {
    let stand_in = StandIn::scripted(well).await;
    let observation = observe(&stand_in, &pass_case()).await.expect("goes well");
    assert_eq!(observation.outcome, Outcome::Succeeded(json!({"a": 1.5})));
    let labels = observation.trace.expect("a history").labels();
    assert_eq!(labels, ["ExecutionStarted", "PassStateEntered A", "PassStateExited A", "ExecutionSucceeded"]);
    assert_eq!(stand_in.calls_of("GetExecutionHistory").len(), 3);
}

/// An engine that is asked everything a second time in another way.
async fn cross_checked(script: impl Fn(&Call) -> Reply + Send + Sync + 'static) -> Vec<String> {
    broken_rules(script, 1, pass_case()).await
}

/// The rules between two answers that this engine breaks, if one case in so many is asked twice.
async fn broken_rules(
    script: impl Fn(&Call) -> Reply + Send + Sync + 'static,
    cross_checked_one_in: u64,
    case: Case,
) -> Vec<String> {
    let stand_in = StandIn::scripted(script).await;
    let mut config = HttpEngineConfig::new(&stand_in.endpoint, Profile::everything(), "t");
    config.cross_checked_one_in = cross_checked_one_in;
    let observation = HttpEngine::new(config).observe(&case, AMPLE).await.expect("an answer");
    let broken = broken_invariants(&case, &observation).into_iter();
    broken.map(|divergence| divergence.signature.place).filter(|rule| rule.contains('-')).collect()
}

fn validation(result: &str) -> Reply {
    Reply::Json(json!({"result": result, "diagnostics": []}))
}

/// All goes well, and both ways of asking give the same.
fn consistent(call: &Call) -> Reply {
    match call.operation.as_str() {
        "ValidateStateMachineDefinition" => validation("OK"),
        "GetExecutionHistory" => Reply::Json(whole_history(call.body["reverseOrder"] == true)),
        "DescribeExecution" => Reply::Json(description("SUCCEEDED")),
        _ => well(call),
    }
}

fn whole_history(is_reversed: bool) -> Value {
    let mut events = vec![
        json!({"id": 1, "previousEventId": 0, "timestamp": 1.5, "type": "ExecutionStarted",
               "executionStartedEventDetails": {"input": "{}"}}),
        json!({"id": 2, "previousEventId": 0, "timestamp": 1.5, "type": "PassStateEntered",
               "stateEnteredEventDetails": {"name": "A", "input": "{}"}}),
        json!({"id": 3, "previousEventId": 2, "timestamp": 1.5, "type": "PassStateExited",
               "stateExitedEventDetails": {"name": "A", "output": "{\"a\":1.50}"}}),
        json!({"id": 4, "previousEventId": 3, "timestamp": 1.5, "type": "ExecutionSucceeded",
               "executionSucceededEventDetails": {"output": "{\"a\":1.50}"}}),
    ];
    if is_reversed {
        events.reverse();
    }
    json!({ "events": events })
}

#[tokio::test]
async fn engine_that_says_the_same_in_every_way_breaks_no_rule() {
    assert_eq!(cross_checked(consistent).await, [""; 0]);
}

/// Otherwise a kept case that shows its bug there alone would count as fixed.
#[tokio::test]
async fn kept_case_is_always_asked_twice() {
    let ignores_reverse_order = |call: &Call| match call.operation.as_str() {
        "GetExecutionHistory" => Reply::Json(whole_history(false)),
        _ => consistent(call),
    };
    let kept = Case { name: "regression/s18-f360daf882".to_owned(), ..pass_case() };
    assert_eq!(broken_rules(ignores_reverse_order, 0, pass_case()).await, [""; 0]);
    assert_eq!(broken_rules(ignores_reverse_order, 0, kept).await, ["history-reversed"]);
}

#[rstest]
#[case::ignores_reverse_order("GetExecutionHistory", || Reply::Json(whole_history(false)), "history-reversed")]
#[case::creates_what_is_not_valid("ValidateStateMachineDefinition", || validation("FAIL"), "validated-as-created")]
#[case::refuses_what_is_valid(
    "CreateStateMachine", || Reply::Error(400, "InvalidDefinition", "no"), "validated-as-created")]
#[tokio::test]
async fn engine_that_contradicts_itself_breaks_a_rule(
    #[case] operation: &'static str,
    #[case] reply: fn() -> Reply,
    #[case] rule: &str,
) {
    let script = move |call: &Call| if call.operation == operation { reply() } else { consistent(call) };
    assert_eq!(cross_checked(script).await, [rule]);
}

/// The pages of the stand-in are those of `well`: the last event again on a page of its own.
#[tokio::test]
async fn page_that_says_an_event_twice_breaks_a_rule() {
    let script = |call: &Call| match (call.operation.as_str(), call.body["maxResults"].as_i64()) {
        ("GetExecutionHistory", Some(2)) => {
            let mut page = whole_history(false);
            page["events"].as_array_mut().expect("events").push(whole_history(true)["events"][0].clone());
            Reply::Json(page)
        }
        _ => consistent(call),
    };
    assert_eq!(cross_checked(script).await, ["history-pages"]);
}

#[tokio::test]
async fn identities_are_named_and_the_machine_is_deleted() {
    let stand_in = StandIn::scripted(well).await;
    let observation = observe(&stand_in, &pass_case()).await.expect("goes well");
    let placeholders: Vec<&str> = observation.identities.0.values().map(String::as_str).collect();
    for placeholder in
        ["<execution-arn>", "<execution-name>", "<machine-arn>", "<machine-name>", "<role-arn>"]
    {
        assert!(placeholders.contains(&placeholder), "{placeholder} in {placeholders:?}");
    }
    let deleted = stand_in.calls_of("DeleteStateMachine").remove(0).body;
    assert_eq!(observation.identities.0[deleted["stateMachineArn"].as_str().unwrap()], "<machine-arn>");
}

#[tokio::test]
async fn child_machines_are_made_before_their_parent() {
    let stand_in = StandIn::scripted(well).await;
    let mut case = pass_case();
    case.machines.push(Machine { name: "child".to_owned(), ..case.machines[0].clone() });
    let observation = observe(&stand_in, &case).await.expect("goes well");
    let names: Vec<String> =
        stand_in.calls_of("CreateStateMachine").iter().map(|call| call.body["name"].to_string()).collect();
    assert_eq!(names, ["\"t-0-m1-child\"", "\"t-0-m0-main\""]);
    assert_eq!(observation.identities.0["t-0-m1-child"], "<machine-name:child>");
    assert_eq!(stand_in.calls_of("StartExecution")[0].body["stateMachineArn"], machine_arn("t-0-m0-main"));
}

#[rstest]
#[case::definition("CreateStateMachine", "InvalidDefinition")]
#[case::other_validation("CreateStateMachine", "ValidationException")]
#[case::input("StartExecution", "InvalidExecutionInput")]
#[tokio::test]
async fn refusal_of_the_case_is_an_outcome(#[case] operation: &'static str, #[case] code: &'static str) {
    let stand_in = StandIn::scripted(at(operation, move || Reply::Error(400, code, "no"))).await;
    let observation = observe(&stand_in, &pass_case()).await.expect("a refusal is an answer");
    assert_eq!(observation.outcome, Outcome::Rejected { code: code.to_owned(), message: "no".to_owned() });
    assert_eq!(observation.trace, None);
}

#[tokio::test]
async fn definition_that_should_be_refused_is_made_and_never_run() {
    let stand_in = StandIn::scripted(well).await;
    let asked = engine(&stand_in).observe_creation(&pass_case(), AMPLE).await;
    assert_eq!(asked.expect("an answer").outcome, Outcome::Aborted);
    assert_eq!(stand_in.calls_of("CreateStateMachine").len(), 1);
    assert_eq!(stand_in.calls_of("StartExecution").len(), 0);
    assert_eq!(stand_in.calls_of("DeleteStateMachine").len(), 1);
}

#[rstest]
#[case::unknown_operation("CreateStateMachine", "UnknownOperationException")]
#[case::lost_execution("DescribeExecution", "ExecutionDoesNotExist")]
#[case::lost_history("GetExecutionHistory", "ExecutionDoesNotExist")]
#[tokio::test]
async fn refusal_that_is_not_about_the_case_is_a_fault(
    #[case] operation: &'static str,
    #[case] code: &'static str,
) {
    let stand_in = StandIn::scripted(at(operation, move || Reply::Error(400, code, "no"))).await;
    let kind = failure(&stand_in).await;
    assert!(matches!(&kind, EngineErrorKind::Internal { detail, .. } if detail.contains(code)), "{kind}");
}

#[rstest]
#[case::html_page(Reply::Raw(500, "text/html", "<h1>Internal Server Error</h1>"))]
#[case::api_error(Reply::Error(500, "InternalError", "boom"))]
#[case::not_implemented(Reply::Raw(501, "text/plain", "not yet"))]
#[tokio::test]
async fn fault_inside_the_engine_is_internal(#[case] reply: Reply) {
    let reply = std::sync::Mutex::new(Some(reply));
    let script = move || reply.lock().unwrap().take().unwrap_or(Reply::Raw(500, "text/html", "again"));
    let stand_in = StandIn::scripted(at("CreateStateMachine", script)).await;
    let kind = failure(&stand_in).await;
    assert!(
        matches!(&kind, EngineErrorKind::Internal { operation, .. } if operation == "CreateStateMachine"),
        "{kind}"
    );
}

#[rstest]
#[case::html_with_200("CreateStateMachine", 200, "<html>hello</html>")]
#[case::no_arn("CreateStateMachine", 200, "{}")]
#[case::page_not_found("CreateStateMachine", 404, "<html>nothing here</html>")]
#[case::cut_json("StartExecution", 200, "{\"executionArn\": \"arn")]
#[case::no_status("DescribeExecution", 200, "{}")]
#[case::invented_status("DescribeExecution", 200, "{\"status\": \"DREAMING\", \"startDate\": 1}")]
#[case::no_events("GetExecutionHistory", 200, "{}")]
#[case::nonsense_event("GetExecutionHistory", 200, "{\"events\": [{}]}")]
#[case::endless_history("GetExecutionHistory", 200, "{\"events\": [], \"nextToken\": \"more\"}")]
#[tokio::test]
async fn answer_that_is_not_of_the_api_is_garbage(
    #[case] operation: &'static str,
    #[case] status: u16,
    #[case] body: &'static str,
) {
    let stand_in = StandIn::scripted(at(operation, move || Reply::Raw(status, "text/html", body))).await;
    let kind = failure(&stand_in).await;
    assert!(matches!(&kind, EngineErrorKind::Garbage { operation: at, .. } if at == operation), "{kind}");
}

#[tokio::test]
async fn server_that_speaks_no_http_is_garbage() {
    let kind = failure(&StandIn::blurting(b"SSH-2.0-OpenSSH_9.2\r\n").await).await;
    assert!(matches!(kind, EngineErrorKind::Garbage { .. }), "{kind}");
}

#[tokio::test]
async fn closed_port_is_unreachable() {
    let kind = failure(&StandIn::nobody().await).await;
    assert!(matches!(kind, EngineErrorKind::Unreachable { .. }), "{kind}");
    assert!(kind.is_fatal());
}

#[tokio::test]
async fn dropped_connections_are_unreachable() {
    let kind = failure(&StandIn::blurting(b"").await).await;
    assert!(matches!(kind, EngineErrorKind::Unreachable { .. }), "{kind}");
}

#[rstest]
#[case::exception(400, "ThrottlingException")]
#[case::too_many_requests(429, "TooManyRequestsException")]
#[case::unavailable(503, "ServiceUnavailable")]
#[tokio::test]
async fn throttled_call_is_repeated(#[case] status: u16, #[case] code: &'static str) {
    let stand_in = StandIn::scripted(move |call| {
        let throttled = call.operation == "StartExecution" && call.earlier < 2;
        if throttled { Reply::Error(status, code, "slow down") } else { well(call) }
    })
    .await;
    let observation = observe(&stand_in, &pass_case()).await.expect("the third attempt goes well");
    assert_eq!(observation.outcome.status(), "SUCCEEDED");
    assert_eq!(stand_in.calls_of("StartExecution").len(), 3);
}

#[tokio::test]
async fn throttling_without_end_is_a_missed_deadline() {
    let stand_in =
        StandIn::scripted(at("StartExecution", || Reply::Error(429, "ThrottlingException", "slow down")))
            .await;
    let error = engine(&stand_in).observe(&pass_case(), SHORT).await.expect_err("no answer");
    assert!(error.to_string().contains("StartExecution is being throttled"), "{error}");
}

#[tokio::test]
async fn hanging_engine_misses_the_deadline() {
    let stand_in = StandIn::scripted(at("CreateStateMachine", || Reply::Hang)).await;
    let error = engine(&stand_in).observe(&pass_case(), SHORT).await.expect_err("no answer");
    assert!(error.to_string().contains("no answer to CreateStateMachine yet"), "{error}");
}

#[tokio::test]
async fn endless_execution_misses_the_deadline_and_is_stopped() {
    let stand_in = StandIn::scripted(at("DescribeExecution", || Reply::Json(description("RUNNING")))).await;
    let error =
        engine(&stand_in).observe(&pass_case(), Duration::from_millis(500)).await.expect_err("no end");
    assert!(
        matches!(&error.kind, EngineErrorKind::Deadline { last_seen, .. } if last_seen.contains("RUNNING"))
    );
    assert_eq!(stand_in.calls_of("StopExecution").len(), 1);
    assert_eq!(stand_in.calls_of("DeleteStateMachine").len(), 1);
}

#[tokio::test]
async fn clean_up_deletes_what_an_unheard_call_has_made() {
    let stand_in = StandIn::scripted(|call| match call.operation.as_str() {
        "CreateStateMachine" => Reply::Hang,
        "ListStateMachines" => Reply::Json(json!({"stateMachines": [
            {"name": "t-0-m0-main", "stateMachineArn": machine_arn("t-0-m0-main"), "type": "STANDARD", "creationDate": 1},
            {"name": "theirs", "stateMachineArn": machine_arn("theirs"), "type": "STANDARD", "creationDate": 1}]})),
        _ => well(call),
    })
    .await;
    let engine = engine(&stand_in);
    engine.observe(&pass_case(), SHORT).await.expect_err("no answer");
    engine.clean_up().await;
    let deleted = stand_in.calls_of("DeleteStateMachine");
    assert_eq!(deleted.len(), 1, "only what bears the run's name");
    assert_eq!(deleted[0].body["stateMachineArn"], machine_arn("t-0-m0-main"));
}

#[tokio::test]
async fn express_machine_runs_synchronously_on_the_plain_host() {
    let stand_in = StandIn::scripted(|call| match call.operation.as_str() {
        "StartSyncExecution" => {
            Reply::Json(json!({"executionArn": "arn:sync", "status": "FAILED", "startDate": 1,
            "stopDate": 2, "error": "E"}))
        }
        _ => well(call),
    })
    .await;
    let mut case = pass_case();
    case.machines[0].kind = MachineType::Express;
    let observation = observe(&stand_in, &case).await.expect("goes well");
    assert_eq!(observation.outcome, Outcome::Failed { error: Some("E".to_owned()), cause: None });
    assert_eq!(observation.trace, None);
    assert_eq!(stand_in.calls_of("CreateStateMachine")[0].body["type"], "EXPRESS");
}

/// An engine whose one task is handed out `tasks` times, and whose execution ends when the last answer came.
async fn engine_with_tasks(tasks: usize) -> StandIn {
    let answered = std::sync::atomic::AtomicUsize::new(0);
    StandIn::scripted(move |call| {
        use std::sync::atomic::Ordering::Relaxed;
        match call.operation.as_str() {
            "GetActivityTask" if call.earlier < tasks => {
                Reply::Json(json!({"taskToken": format!("token-{}", call.earlier), "input": "{}"}))
            }
            "GetActivityTask" => Reply::Hang,
            "SendTaskSuccess" | "SendTaskFailure" => {
                answered.fetch_add(1, Relaxed);
                Reply::Json(json!({}))
            }
            "DescribeExecution" if answered.load(Relaxed) < tasks => Reply::Json(description("RUNNING")),
            "DescribeExecution" => Reply::Json(description("SUCCEEDED")),
            _ => well(call),
        }
    })
    .await
}

#[tokio::test]
async fn task_attempts_are_answered_in_the_order_of_the_stub() {
    let stand_in = engine_with_tasks(3).await;
    let fail = Answer::Fail { error: Some("Boom".to_owned()), cause: None };
    let case = task_case(vec![fail, Answer::Succeed(json!({"ok": true}))]);
    let observation = observe(&stand_in, &case).await.expect("goes well");
    let failures = stand_in.calls_of("SendTaskFailure");
    assert_eq!(failures.len(), 1);
    assert_eq!(failures[0].body, json!({"taskToken": "token-0", "error": "Boom"}));
    let successes = stand_in.calls_of("SendTaskSuccess");
    assert_eq!(successes.len(), 2, "the last answer serves all further attempts");
    assert_eq!(successes[0].body["output"], "{\"ok\":true}");
    assert_eq!(observation.identities.0["token-0"], "<task-token:Work:0>");
}

#[tokio::test]
async fn activity_is_made_for_the_state_and_deleted() {
    let stand_in = engine_with_tasks(1).await;
    let observation =
        observe(&stand_in, &task_case(vec![Answer::Succeed(json!(1))])).await.expect("goes well");
    let made = support::activity_arn(stand_in.calls_of("CreateActivity")[0].body["name"].as_str().unwrap());
    assert!(stand_in.calls_of("CreateStateMachine")[0].body["definition"].as_str().unwrap().contains(&made));
    assert_eq!(observation.identities.0[&made], WORK);
    assert_eq!(stand_in.calls_of("DeleteActivity")[0].body["activityArn"], made);
}

#[tokio::test]
async fn heartbeats_come_before_the_answer_that_follows_them() {
    let stand_in = engine_with_tasks(1).await;
    let then = Box::new(Answer::Succeed(json!(1)));
    let case = task_case(vec![Answer::Heartbeats { count: 2, every_seconds: 0, then }]);
    observe(&stand_in, &case).await.expect("goes well");
    assert_eq!(stand_in.calls_of("SendTaskHeartbeat").len(), 2);
    assert_eq!(stand_in.calls_of("SendTaskSuccess").len(), 1);
}

#[rstest]
#[case::silence(vec![Answer::Silence], 1)]
#[case::unpolled(vec![Answer::Unpolled], 0)]
#[case::no_stub(vec![], 0)]
#[tokio::test]
async fn unanswered_task_is_polled_only_for_silence(#[case] answers: Vec<Answer>, #[case] polls_min: usize) {
    let stand_in = engine_with_tasks(1).await;
    let error =
        engine(&stand_in).observe(&task_case(answers), Duration::from_millis(300)).await.expect_err("no end");
    assert!(matches!(error.kind, EngineErrorKind::Deadline { .. }), "{error}");
    let polls = stand_in.calls_of("GetActivityTask").len();
    assert!(polls >= polls_min && (polls_min > 0 || polls == 0), "{polls}");
    assert_eq!(stand_in.calls_of("SendTaskSuccess").len() + stand_in.calls_of("SendTaskFailure").len(), 0);
}

#[tokio::test]
async fn answer_that_comes_too_late_is_no_fault() {
    let stand_in = StandIn::scripted(|call| match call.operation.as_str() {
        "GetActivityTask" if call.earlier == 0 => Reply::Json(json!({"taskToken": "t", "input": "{}"})),
        "GetActivityTask" => Reply::Hang,
        "SendTaskSuccess" => Reply::Error(400, "TaskTimedOut", "too late"),
        _ => well(call),
    })
    .await;
    observe(&stand_in, &task_case(vec![Answer::Succeed(json!(1))])).await.expect("goes well");
}

#[tokio::test]
async fn worker_that_meets_nonsense_fails_the_case() {
    let stand_in = StandIn::scripted(|call| match call.operation.as_str() {
        "GetActivityTask" => Reply::Raw(500, "text/html", "<h1>not implemented</h1>"),
        "DescribeExecution" => Reply::Json(description("RUNNING")),
        _ => well(call),
    })
    .await;
    let error = observe(&stand_in, &task_case(vec![Answer::Succeed(json!(1))])).await.expect_err("no worker");
    assert!(
        matches!(&error.kind, EngineErrorKind::Internal { operation, .. } if operation == "GetActivityTask"),
        "{error}"
    );
}

#[tokio::test]
async fn validation_is_read_with_its_diagnostics() {
    let stand_in = StandIn::scripted(|call| match call.operation.as_str() {
        "ValidateStateMachineDefinition" => Reply::Json(json!({"result": "FAIL", "truncated": false,
            "diagnostics": [{"severity": "ERROR", "code": "SCHEMA_VALIDATION_FAILED", "message": "m", "location": "/States/A"}]})),
        _ => well(call),
    })
    .await;
    let validation =
        engine(&stand_in).validate_definition("{}", MachineType::Standard).await.expect("an answer");
    assert!(!validation.accepted);
    assert_eq!(validation.diagnostics[0].location.as_deref(), Some("/States/A"));
}
