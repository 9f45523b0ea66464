//! Claims about what AWS limits: sizes, and how long an execution may run.

use asl_cases::{Case, Machine, MachineType, Outcome, Permit};
use asl_reference::reference::{ReferenceError, Settings, observe};
use rstest::rstest;
use serde_json::{Value, json};

const YEAR_SECONDS: u64 = 365 * 24 * 3600;

fn run(states: &Value, kind: MachineType, input: Value) -> Outcome {
    let machine = Machine { kind, ..Machine::new(json!({"StartAt": "S", "States": states})) };
    observe(&Case::new(machine, input), Settings::default()).expect("modelled, and it ends").outcome
}

#[rstest]
#[case(MachineType::Express, 300, false)]
#[case(MachineType::Express, 301, true)]
#[case(MachineType::Standard, YEAR_SECONDS, false)]
#[case(MachineType::Standard, YEAR_SECONDS + 1, true)]
fn execution_times_out_at_the_age_that_its_type_allows(
    #[case] kind: MachineType,
    #[case] seconds: u64,
    #[case] times_out: bool,
) {
    let states = json!({"S": {"Type": "Wait", "Seconds": seconds, "End": true}});
    assert_eq!(run(&states, kind, json!({})) == Outcome::TimedOut, times_out);
}

#[test]
fn task_without_answer_and_time_out_never_ends() {
    let task =
        json!({"Type": "Task", "Resource": "arn:aws:states:us-east-1:123456789012:activity:a", "End": true});
    let machine = Machine::new(json!({"StartAt": "S", "States": {"S": task}}));
    let answer = observe(&Case::new(machine, json!({})), Settings::default());
    assert_eq!(answer, Err(ReferenceError::NeverEnds));
}

/// 100 KiB to a branch, so that two of them fit and three do not.
#[rstest]
#[case(2, None)]
#[case(3, Some("States.DataLimitExceeded"))]
fn result_of_a_parallel_is_limited_as_any_output(#[case] n_branches: usize, #[case] error: Option<&str>) {
    let branch = |index| {
        let name = format!("B{index}");
        json!({"StartAt": &name, "States": {&name: {"Type": "Pass", "End": true}}})
    };
    let branches: Vec<_> = (0..n_branches).map(branch).collect();
    let states = json!({"S": {"Type": "Parallel", "Branches": branches, "End": true}});
    let found = match run(&states, MachineType::Standard, json!("x".repeat(100 * 1024))) {
        Outcome::Failed { error, .. } => error,
        Outcome::Succeeded(_) => None,
        other => panic!("{other:?}"),
    };
    assert_eq!(found.as_deref(), error);
}

#[rstest]
#[case::by_name(&["States.DataLimitExceeded"], true, true)]
#[case::by_another_name(&["Boom"], false, true)]
#[case::by_a_wildcard(&["States.ALL"], false, false)]
#[case::by_name_before_a_wildcard(&["States.DataLimitExceeded", "States.TaskFailed"], true, true)]
#[case::by_a_wildcard_before_the_name(&["States.TaskFailed", "States.DataLimitExceeded"], true, false)]
fn output_that_is_too_large_is_caught_by_name(
    #[case] names: &[&str],
    #[case] is_caught: bool,
    #[case] is_known: bool,
) {
    let pass = json!({"Type": "Pass", "Parameters": {"a.$": "$", "b.$": "$"}, "End": true});
    let branch = json!({"StartAt": "P", "States": {"P": pass}});
    let catch: Vec<_> = names.iter().map(|name| json!({"ErrorEquals": [name], "Next": "Z"})).collect();
    let parallel = json!({"Type": "Parallel", "Branches": [branch], "Catch": catch, "End": true});
    let states = json!({"S": parallel, "Z": {"Type": "Succeed"}});
    let case = Case::new(Machine::new(json!({"StartAt": "S", "States": states})), json!("x".repeat(140_000)));
    let observation = observe(&case, Settings::default()).expect("it is modelled");
    assert_eq!(matches!(observation.outcome, Outcome::Succeeded(_)), is_caught);
    let is_open = |permit: &Permit| matches!(permit, Permit::UncertainOutcome { .. });
    assert_eq!(observation.permits.iter().any(is_open), !is_known);
}
