//! Claims about executions that are redriven: what goes on, what is kept, and who may not.

use asl_cases::{MachineType, Permit};
use asl_reference::{
    definition::{self, StateMachine},
    execution::{End, Execution, Identity, NotRedrivable, Start, TaskAnswer},
    history::Failure,
};
use rstest::rstest;
use serde_json::{Value, json};

const NOW_MS: i64 = 1_767_225_600_000;
const DAY_MS: i64 = 24 * 3_600_000;

fn activity(more: &Value) -> Value {
    let resource = "arn:aws:states:us-east-1:123456789012:activity:work";
    let mut task = json!({"Type": "Task", "Resource": resource, "End": true});
    for (name, value) in more.as_object().into_iter().flatten() {
        task[name] = value.clone();
    }
    task
}

fn parse(definition: &Value) -> StateMachine {
    definition::parse(&definition.to_string(), MachineType::Standard).expect("valid and modelled")
}

/// One execution with its worker.
struct Run(Execution);

impl Run {
    fn of(definition: &Value, input: Value) -> Self {
        let identity = Identity {
            execution_arn: "arn:aws:states:us-east-1:123456789012:execution:m:e".into(),
            execution_name: "e".into(),
            machine_arn: "arn:aws:states:us-east-1:123456789012:stateMachine:m".into(),
            machine_name: "m".into(),
            role_arn: "arn:aws:iam::123456789012:role/r".into(),
            is_redrivable: true,
        };
        let start = Start { identity, input, now_ms: NOW_MS, seed: 0, preferred_child: None };
        let mut run = Self(Execution::start(&parse(definition), start));
        run.0.advance(NOW_MS);
        run
    }

    /// Answers the tasks that are scheduled now; `false` fails one.
    fn work(&mut self, answer: impl Fn(&Value) -> bool) -> usize {
        let mut n_answered = 0;
        while let Some(task) = self.0.take_newly_scheduled() {
            let failure = Failure { error: Some("Boom".into()), cause: None };
            let answer = if answer(&task.input) {
                TaskAnswer::Success(Value::clone(&task.input))
            } else {
                TaskAnswer::Failure(failure)
            };
            self.0.start_task(task.id, None).expect("it waits for a worker");
            self.0.complete_task(task.id, answer).expect("it is open");
            self.0.advance(self.0.now_ms());
            n_answered += 1;
        }
        n_answered
    }

    fn redrive(&mut self) {
        self.0.redrive(self.0.now_ms()).expect("it can be redriven");
        self.0.advance(self.0.now_ms());
    }

    fn output(&self) -> Value {
        match self.0.end() {
            Some(End::Succeeded(output)) => Value::clone(output),
            other => panic!("{other:?}"),
        }
    }

    /// `id<previous type` of every event from this id on.
    fn events_from(&self, id: i64) -> Vec<String> {
        let events = self.0.history().iter().filter(|event| event.id >= id);
        events
            .map(|event| {
                let shown = event.to_trace_event();
                format!("{}<{} {}", shown.id, shown.previous_event_id, shown.kind)
            })
            .collect()
    }
}

fn one(state: &Value) -> Value {
    json!({"StartAt": "S", "States": {"S": state}})
}

#[test]
fn failed_task_is_scheduled_again_with_the_same_input() {
    let mut run = Run::of(&one(&activity(&json!({}))), json!({"x": 1}));
    run.work(|_| false);
    run.redrive();
    assert_eq!(run.0.redrive_count(), 1);
    run.work(|_| true);
    let expected = [
        "7<6 ExecutionRedriven",
        "8<7 ActivityScheduled",
        "9<8 ActivityStarted",
        "10<9 ActivitySucceeded",
        "11<10 TaskStateExited",
        "12<11 ExecutionSucceeded",
    ];
    assert_eq!(run.events_from(7), expected);
    assert_eq!(run.output(), json!({"x": 1}));
}

#[test]
fn context_counts_the_redrives() {
    let task = activity(&json!({"Parameters": {"n.$": "$$.Execution.RedriveCount"}}));
    let mut run = Run::of(&one(&task), json!({}));
    run.work(|_| false);
    run.redrive();
    run.work(|_| false);
    run.redrive();
    run.work(|_| true);
    assert_eq!(run.output(), json!({"n": 2}));
}

#[test]
fn retries_are_counted_from_zero() {
    let retry = json!([{"ErrorEquals": ["Boom"], "IntervalSeconds": 1, "MaxAttempts": 1}]);
    let task = activity(&json!({"Retry": retry, "Parameters": {"n.$": "$$.State.RetryCount"}}));
    let mut run = Run::of(&one(&task), json!({}));
    run.work(|_| false);
    run.0.advance(NOW_MS + 1_000);
    run.work(|_| false);
    assert!(run.0.end().is_some());
    run.redrive();
    run.work(|_| false);
    assert!(run.0.end().is_none(), "it is retried");
    run.0.advance(run.0.now_ms() + 1_000);
    run.work(|_| true);
    assert_eq!(run.output(), json!({"n": 1}));
}

#[test]
fn fail_state_is_entered_again() {
    let mut run = Run::of(&one(&json!({"Type": "Fail", "Error": "E"})), json!({}));
    run.redrive();
    assert_eq!(run.events_from(4), ["4<3 ExecutionRedriven", "5<4 FailStateEntered", "6<5 ExecutionFailed"]);
}

#[test]
fn pass_that_failed_is_left() {
    let states = json!({
        "S": {"Type": "Pass", "InputPath": "$.missing", "Next": "Z"},
        "Z": {"Type": "Succeed"},
    });
    let mut run = Run::of(&json!({"StartAt": "S", "States": states}), json!({"x": 1}));
    run.redrive();
    let expected = [
        "4<3 ExecutionRedriven",
        "5<4 PassStateExited",
        "6<5 SucceedStateEntered",
        "7<6 SucceedStateExited",
        "8<7 ExecutionSucceeded",
    ];
    assert_eq!(run.events_from(4), expected);
    assert_eq!(run.0.permits(), [Permit::UncertainOutcome { state: "S".to_owned() }]);
}

#[test]
fn pass_that_failed_in_an_iteration_is_left() {
    let pass = json!({"Type": "Pass", "InputPath": "$.x", "End": true});
    let processor = json!({"StartAt": "I", "States": {"I": pass}});
    let map = json!({"Type": "Map", "MaxConcurrency": 1, "ItemProcessor": processor, "End": true});
    let mut run = Run::of(&one(&map), json!([{"x": 1}, {}, {"x": 3}]));
    run.redrive();
    assert_eq!(run.output(), json!([1, {}, 3]));
}

#[test]
fn finished_branches_are_not_run_again() {
    let branch = |name: &str| json!({"StartAt": name, "States": {name: activity(&json!({"Parameters": {"name": name}}))}});
    let parallel = json!({"Type": "Parallel", "Branches": [branch("A"), branch("B")], "End": true});
    let mut run = Run::of(&one(&parallel), json!({}));
    run.work(|input| input["name"] == "A");
    run.redrive();
    assert_eq!(run.work(|_| true), 1);
    assert_eq!(run.output(), json!([{"name": "A"}, {"name": "B"}]));
}

#[test]
fn iterations_that_did_not_begin_come_after_those_that_failed() {
    let processor = json!({"StartAt": "I", "States": {"I": activity(&json!({}))}});
    let map = json!({"Type": "Map", "MaxConcurrency": 1, "ItemProcessor": processor, "End": true});
    let mut run = Run::of(&one(&map), json!([1, 2, 3]));
    run.work(|item| *item == 1);
    run.redrive();
    assert_eq!(run.work(|_| true), 2);
    assert_eq!(run.output(), json!([1, 2, 3]));
}

#[rstest]
#[case("STANDARD")]
#[case("EXPRESS")]
fn map_run_is_redriven_with_its_failed_children(#[case] execution_type: &str) {
    let work = match execution_type {
        "STANDARD" => activity(&json!({})),
        _ => {
            json!({"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage", "Parameters": {"n.$": "$"}, "End": true})
        }
    };
    let config = json!({"Mode": "DISTRIBUTED", "ExecutionType": execution_type});
    let processor = json!({"ProcessorConfig": config, "StartAt": "I", "States": {"I": work}});
    let map = json!({"Type": "Map", "ItemProcessor": processor, "End": true});
    let mut run = Run::of(&one(&map), json!([1, 2]));
    run.work(|input| *input == 1 || input["n"] == 1);
    assert!(matches!(run.0.end(), Some(End::Failed(_))));
    run.redrive();
    assert_eq!(run.work(|_| true), 1);
    let expected = [
        "8<7 ExecutionRedriven",
        "9<8 MapRunRedriven",
        "10<9 MapRunSucceeded",
        "11<10 MapStateSucceeded",
        "12<9 MapStateExited",
        "13<12 ExecutionSucceeded",
    ];
    assert_eq!(run.events_from(8), expected);
}

#[test]
fn time_out_of_the_machine_begins_anew() {
    let mut definition = one(&activity(&json!({})));
    definition["TimeoutSeconds"] = json!(10);
    let mut run = Run::of(&definition, json!({}));
    run.0.advance(NOW_MS + 10_000);
    assert!(matches!(run.0.end(), Some(End::TimedOut)));
    run.redrive();
    run.0.advance(NOW_MS + 19_000);
    assert!(run.0.end().is_none());
    run.work(|_| true);
    assert_eq!(run.output(), json!({}));
}

#[test]
fn wait_until_a_time_that_has_passed_is_over() {
    let states = json!({
        "S": {"Type": "Wait", "Timestamp": "2026-01-01T00:01:00Z", "Next": "F"},
        "F": {"Type": "Succeed"},
    });
    let mut run = Run::of(&json!({"StartAt": "S", "States": states}), json!({}));
    run.0.stop(Failure::default());
    run.0.redrive(NOW_MS + 60_000).expect("it was aborted");
    run.0.advance(NOW_MS + 60_000);
    assert_eq!(run.output(), json!({}));
}

#[test]
fn answer_to_an_earlier_attempt_comes_too_late() {
    let mut run = Run::of(&one(&activity(&json!({}))), json!({}));
    let old = run.0.take_newly_scheduled().expect("scheduled");
    run.0.stop(Failure::default());
    run.redrive();
    assert!(run.0.start_task(old.id, None).is_err());
    assert_eq!(run.work(|_| true), 1);
}

#[rstest]
#[case::running(activity(&json!({})), 0, Err(NotRedrivable::Running))]
#[case::succeeded(json!({"Type": "Succeed"}), 0, Err(NotRedrivable::Succeeded))]
#[case::in_time(json!({"Type": "Fail"}), 14 * DAY_MS, Ok(()))]
#[case::too_late(json!({"Type": "Fail"}), 14 * DAY_MS + 1, Err(NotRedrivable::PeriodOver))]
#[case::a_year_old(json!({"Type": "Fail"}), 365 * DAY_MS, Err(NotRedrivable::TooOld))]
fn redrive_is_for_executions_that_ended_without_success_not_long_ago(
    #[case] state: Value,
    #[case] later_ms: i64,
    #[case] expected: Result<(), NotRedrivable>,
) {
    let mut run = Run::of(&one(&state), json!({}));
    assert_eq!(run.0.check_redrivable(NOW_MS + later_ms), expected);
    assert_eq!(run.0.redrive(NOW_MS + later_ms), expected);
}
