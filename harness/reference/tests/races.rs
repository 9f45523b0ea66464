//! Where AWS itself may answer in more than one way, the reference says so: races between the children of a state.

use asl_cases::{Case, Machine, Observation, Permit};
use asl_reference::reference::{Settings, observe};
use rstest::rstest;
use serde_json::{Value, json};

fn run(states: &Value) -> Observation {
    let case = Case::new(Machine::new(json!({"StartAt": "P", "States": states})), json!({"items": [{}, {}]}));
    observe(&case, Settings::default()).expect("modelled, and it ends")
}

fn branch(name: &str, state: &Value) -> Value {
    json!({"StartAt": name, "States": {name: state}})
}

fn pass() -> Value {
    json!({"Type": "Pass", "End": true})
}

/// Recorded: a failure with States.Runtime inside a branch ends the execution at once.
fn reading_what_is_not_there() -> Value {
    json!({"Type": "Pass", "InputPath": "$.missing", "End": true})
}

fn parallel(branches: &[Value]) -> Value {
    json!({"P": {"Type": "Parallel", "Branches": branches, "End": true}})
}

fn map(concurrency: u64) -> Value {
    json!({"P": {"Type": "Map", "ItemsPath": "$.items", "MaxConcurrency": concurrency, "End": true,
                 "ItemProcessor": branch("A", &reading_what_is_not_there())}})
}

#[rstest]
#[case::ended_by_a_branch(parallel(&[branch("A", &pass()), branch("B", &reading_what_is_not_there())]), &["P"])]
#[case::only_branch(parallel(&[branch("B", &reading_what_is_not_there())]), &[])]
#[case::items_side_by_side(map(0), &["P"])]
#[case::one_item_after_the_other(map(1), &[])]
#[case::inside_of_another(
    parallel(&[branch("A", &pass()), branch("Q", &json!({"Type": "Parallel", "End": true,
        "Branches": [branch("B", &reading_what_is_not_there())]}))]), &["P"])]
#[case::nothing_fails(parallel(&[branch("A", &pass()), branch("B", &pass())]), &[])]
fn progress_of_siblings_is_a_race_when_a_branch_ends_the_execution(
    #[case] states: Value,
    #[case] racing: &[&str],
) {
    let permit = |state: &&str| Permit::SiblingProgress { state: (*state).to_owned() };
    let racing: Vec<_> = racing.iter().map(permit).collect();
    assert_eq!(run(&states).permits, racing);
}

#[test]
fn causes_that_differ_in_the_number_of_an_event_are_no_race_of_failures() {
    let slow = json!({"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "C"}, "C": pass()}});
    let later = json!({"StartAt": "D", "States": {"D": {"Type": "Pass", "Next": "B"}, "B": reading_what_is_not_there()}});
    assert_eq!(run(&parallel(&[slow, later])).permits, [Permit::SiblingProgress { state: "P".to_owned() }]);
}

#[test]
fn two_branches_that_end_the_execution_race_to_be_the_first() {
    let permits = run(&parallel(&[
        branch("A", &reading_what_is_not_there()),
        branch("B", &reading_what_is_not_there()),
    ]))
    .permits;
    assert!(permits.contains(&Permit::FirstFailure { state: "P".to_owned() }), "{permits:?}");
}
