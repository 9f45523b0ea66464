//! Who answers a task: workers, stubs, other machines, nobody.

use asl_conformance::serve::{Reply, Settings, Stubs, TimeMode};
use serde_json::{Value, json};

use crate::talk::{ACTIVITY, Talk, task, text};

fn stubbed(time: TimeMode, stubs: Value) -> Talk {
    let stubs: Stubs = serde_json::from_value(stubs).expect("stubs");
    Talk::new(Settings { time, stubs, ..Settings::default() })
}

#[test]
fn worker_gets_the_task_and_its_answer_is_the_output() {
    let mut talk = Talk::new(Settings::default());
    talk.ask("CreateActivity", &json!({"name": "work"}));
    let pending = talk.wait("GetActivityTask", &json!({"activityArn": ACTIVITY, "workerName": "w"}));
    let machine = talk.machine("m", &task(ACTIVITY), &json!({}));
    let execution = talk.start(&machine, &json!({"a": 1}));
    let taken = talk.service.resume(&pending, talk.now_ms).expect("there is a task");
    let Reply::Done(taken) = taken else { panic!("{taken:?}") };
    assert_eq!(taken["input"], "{\"a\":1}");
    let answer = json!({"taskToken": taken["taskToken"], "output": "\"done\""});
    talk.ask("SendTaskHeartbeat", &json!({"taskToken": taken["taskToken"]}));
    talk.ask("SendTaskSuccess", &answer);
    assert_eq!(talk.describe(&execution)["output"], "\"done\"");
    assert_eq!(
        talk.refusal("SendTaskSuccess", &answer),
        "TaskTimedOut: Task Timed Out: 'Provided task does not exist anymore'"
    );
}

#[test]
fn poll_without_a_task_ends_after_a_minute_with_a_null_token() {
    let mut talk = Talk::new(Settings::default());
    talk.ask("CreateActivity", &json!({"name": "work"}));
    let pending = talk.wait("GetActivityTask", &json!({"activityArn": ACTIVITY}));
    let reply = talk.service.resume(&pending, talk.now_ms + 60_000).expect("no error");
    let Reply::Done(reply) = reply else { panic!("{reply:?}") };
    assert_eq!(reply["taskToken"], Value::Null);
}

#[test]
fn missing_activity_fails_the_execution() {
    let mut talk = Talk::new(Settings::default());
    let machine = talk.machine("m", &task(ACTIVITY), &json!({}));
    let execution = talk.start(&machine, &json!({}));
    let described = talk.describe(&execution);
    assert_eq!(described["status"], "FAILED");
    assert!(
        text(&described, "cause").contains(&format!("The activity {ACTIVITY} does not exist")),
        "{described}"
    );
}

#[test]
fn service_that_is_not_there_fails_the_execution_and_names_the_way_out() {
    let mut talk = Talk::new(Settings::default());
    let mut states = task("arn:aws:states:::sqs:sendMessage");
    states["T"]["Catch"] = json!([{"ErrorEquals": ["States.ALL"], "Next": "Caught"}]);
    states["Caught"] = json!({"Type": "Succeed"});
    let machine = talk.machine("m", &states, &json!({}));
    let execution = talk.start(&machine, &json!({}));
    let described = talk.describe(&execution);
    assert_eq!((&described["status"], &described["error"]), (&json!("FAILED"), &json!("States.Runtime")));
    let cause = text(&described, "cause");
    for part in ["`sqs:sendMessage`", "state 'T' of the machine 'm'", "serve --stubs"] {
        assert!(cause.contains(part), "{cause}");
    }
}

#[test]
fn stubs_answer_attempt_by_attempt() {
    let answers = json!([{"fail": {"error": "Busy"}}, {"succeed": {"id": 7}}]);
    let mut talk = stubbed(TimeMode::Virtual, json!({"machines": {"m": {"T": answers}}}));
    let mut states = task("arn:aws:states:::lambda:invoke");
    states["T"]["Retry"] = json!([{"ErrorEquals": ["Busy"]}]);
    let machine = talk.machine("m", &states, &json!({}));
    let execution = talk.start(&machine, &json!({"FunctionName": "f"}));
    assert_eq!(talk.describe(&execution)["output"], "{\"id\":7}");
}

#[test]
fn token_of_a_stubbed_call_can_be_returned_by_anybody() {
    // In virtual time, silence lasts until the execution is too old.
    let mut talk = stubbed(TimeMode::Real, json!({"machines": {"m": {"T": ["silence"]}}}));
    let mut states = task("arn:aws:states:::sqs:sendMessage.waitForTaskToken");
    states["T"]["Parameters"] = json!({"MessageBody": {"Token.$": "$$.Task.Token"}, "QueueUrl": "q"});
    let machine = talk.machine("m", &states, &json!({}));
    let execution = talk.start(&machine, &json!({}));
    let history = talk.ask("GetExecutionHistory", &json!({"executionArn": execution}));
    let scheduled = text(&history["events"][2]["taskScheduledEventDetails"], "parameters");
    let parameters: Value = serde_json::from_str(&scheduled).expect("JSON");
    let token = text(&parameters["MessageBody"], "Token");
    talk.ask("SendTaskSuccess", &json!({"taskToken": token, "output": "1"}));
    assert_eq!(talk.describe(&execution)["output"], "1");
    let wrong = json!({"taskToken": "x", "output": "1"});
    assert_eq!(talk.refusal("SendTaskSuccess", &wrong), "InvalidToken: Invalid Token: 'Invalid token'");
}

/// A machine that waits for the end of `inner`.
fn outer(talk: &mut Talk, inner: &str) -> String {
    let mut states = task("arn:aws:states:::states:startExecution.sync:2");
    states["T"]["Parameters"] = json!({"StateMachineArn": inner, "Input.$": "$"});
    states["T"]["OutputPath"] = json!("$.Output");
    talk.machine("outer", &states, &json!({}))
}

#[test]
fn nested_machine_runs_here_with_its_own_workers() {
    let mut talk = Talk::new(Settings::default());
    talk.ask("CreateActivity", &json!({"name": "work"}));
    let inner = talk.machine("inner", &task(ACTIVITY), &json!({}));
    let outer = outer(&mut talk, &inner);
    let execution = talk.start(&outer, &json!({"a": 1}));
    assert_eq!(talk.status(&execution), "RUNNING");
    let taken = talk.ask("GetActivityTask", &json!({"activityArn": ACTIVITY}));
    assert_eq!(taken["input"], "{\"a\":1}");
    talk.ask("SendTaskSuccess", &json!({"taskToken": taken["taskToken"], "output": "{\"b\":2}"}));
    assert_eq!(talk.describe(&execution)["output"], "{\"b\":2}");
}

#[test]
fn stopping_the_outer_execution_stops_the_inner_one() {
    let mut talk = Talk::new(Settings { time: TimeMode::Real, ..Settings::default() });
    let inner = talk.machine("inner", &json!({"W": {"Type": "Wait", "Seconds": 9, "End": true}}), &json!({}));
    let outer = outer(&mut talk, &inner);
    let execution = talk.start(&outer, &json!({}));
    talk.ask("StopExecution", &json!({"executionArn": execution}));
    let listed = talk.ask("ListExecutions", &json!({"stateMachineArn": inner}));
    let ended = talk.describe(&text(&listed["executions"][0], "executionArn"));
    let cause = format!(
        "The Task state in AWS Step Functions execution [{execution}] which was managing this resource was aborted"
    );
    assert_eq!((text(&ended, "status"), text(&ended, "cause")), ("ABORTED".to_owned(), cause));
    assert_eq!(ended.get("error"), None);
}

#[test]
fn machine_that_starts_itself_for_ever_comes_to_an_end() {
    let mut talk = Talk::new(Settings::default());
    let own = "arn:aws:states:us-east-1:123456789012:stateMachine:m";
    let mut states = task("arn:aws:states:::states:startExecution.sync");
    states["T"]["Parameters"] = json!({"StateMachineArn": own});
    let machine = talk.machine("m", &states, &json!({}));
    let execution = talk.start(&machine, &json!({}));
    assert_eq!(talk.status(&execution), "FAILED");
}
