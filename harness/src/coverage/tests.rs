//! Cells are counted where a case reached them, and nowhere else.

use asl_cases::{Case, Machine, Verdict};
use asl_generators::RELATIONS;
use asl_reports::CaseRecord;
use rstest::rstest;
use serde_json::{Value, json};

use super::*;
use crate::plan::Job;

fn coverage_of(definition: Value, input: Value) -> Coverage {
    let mut coverage = Coverage::default();
    let name = "random/area/1-0".to_owned();
    coverage.run(&Case { name, ..Case::new(Machine::new(definition), input) }, Settings::default());
    coverage
}

fn reaches(coverage: &Coverage, name: &str) -> bool {
    let count = coverage.matrix.counts().find(|(cell, _)| cell.name == name).map(|(_, count)| count);
    count.unwrap_or_else(|| panic!("there is no cell `{name}`")) > 0
}

/// A Choice whose second rule is never asked, and whose ways out are a Pass and a Fail state.
fn choice() -> Value {
    json!({"StartAt": "C", "States": {
        "C": {"Type": "Choice", "Choices": [
            {"Variable": "$.n", "NumericLessThan": 5, "Next": "P"},
            {"Variable": "$.n", "NumericEquals": 5, "Next": "F"},
        ]},
        "P": {"Type": "Pass", "Parameters": {"l.$": "States.ArrayLength($.list)"}, "End": true},
        "F": {"Type": "Fail", "Error": "E"},
    }})
}

#[rstest]
#[case("NumericLessThan: true", true)]
#[case("NumericLessThan: false", false)]
#[case("NumericEquals: true", false)]
#[case("Choice.Choices.Variable in JSONPath", true)]
#[case("Pass.Parameters in JSONPath", true)]
#[case("Fail.Error in JSONPath", false)]
#[case("States.ArrayLength: success", true)]
#[case("Pass.Parameters: hit", true)]
#[case("Standard in JSONPath: succeeded", true)]
fn only_what_ran_is_reached(#[case] cell: &str, #[case] expected: bool) {
    let coverage = coverage_of(choice(), json!({"n": 3, "list": [1]}));
    assert_eq!(reaches(&coverage, cell), expected);
}

#[rstest]
#[case(json!({"n": "3"}), "NumericLessThan: wrong type")]
#[case(json!({}), "NumericLessThan: missing")]
#[case(json!({"n": 3, "list": 7}), "States.ArrayLength: wrong type of argument")]
#[case(json!({"n": 3}), "States.ArrayLength: argument missing")]
#[case(json!({"n": 3}), "States.Runtime: neither")]
#[case(json!({"n": 5}), "an error of the author's: neither")]
fn what_goes_wrong_has_cells_of_its_own(#[case] input: Value, #[case] cell: &str) {
    assert!(reaches(&coverage_of(choice(), input), cell));
}

#[test]
fn failures_of_expressions_are_told_by_form_and_field() {
    let coverage = coverage_of(
        json!({"QueryLanguage": "JSONata", "StartAt": "P", "States": {
            "P": {"Type": "Pass", "Output": {"x": "{% $states.input.none %}"}, "End": true},
        }}),
        json!({}),
    );
    for cell in ["undefined", "Pass.Output: undefined", "States.QueryEvaluationError: neither"] {
        assert!(reaches(&coverage, cell), "{cell}");
    }
}

#[test]
fn retry_and_catch_are_told_apart() {
    let coverage = coverage_of(
        json!({"StartAt": "M", "States": {
            "M": {"Type": "Parallel", "Branches": [{"StartAt": "F", "States": {"F": {"Type": "Fail", "Error": "E"}}}],
                "Retry": [{"ErrorEquals": ["E"], "MaxAttempts": 1}],
                "Catch": [{"ErrorEquals": ["E"], "ResultPath": "$.e", "Next": "Z"}], "End": true},
            "Z": {"Type": "Pass", "End": true},
        }}),
        json!({}),
    );
    let own = "an error of the author's";
    for end in ["retried", "caught", "neither"] {
        assert!(reaches(&coverage, &format!("{own}: {end}")), "{end}");
    }
    assert!(reaches(&coverage, "Parallel in JSONPath: retried, then caught"));
    assert!(reaches(&coverage, "Parallel.Catch.ResultPath: placed"));
}

#[test]
fn a_machine_that_only_passes_on_is_trivial() {
    let idle = json!({"StartAt": "P", "States": {"P": {"Type": "Pass", "End": true}}});
    let share = |coverage: &Coverage, name| {
        coverage.health.shares().into_iter().find(|share| share.name == name).expect("it is shown")
    };
    assert!(share(&coverage_of(idle, json!({})), "were trivial").is_bad);
    assert!(!share(&coverage_of(choice(), json!({"n": 3, "list": []})), "were trivial").is_bad);
}

#[test]
fn case_that_is_run_in_several_forms_is_drawn_once() {
    let mut coverage = Coverage::default();
    let case = Case { name: "random/a/1-0".to_owned(), ..Case::new(Machine::new(choice()), json!({})) };
    (0..3).for_each(|_| coverage.run(&case, Settings::default()));
    assert_eq!((coverage.n_cases, coverage.health.n_cases()), (3, 1));
    assert!(
        coverage.health.shares().iter().all(|share| share.name != "were duplicates" || share.n_cases == 0)
    );
}

#[test]
fn the_same_case_again_is_a_duplicate() {
    let mut coverage = Coverage::default();
    let case = Case { name: "random/a/1-0".to_owned(), ..Case::new(Machine::new(choice()), json!({})) };
    coverage.run(&case, Settings::default());
    coverage.run(&Case { name: "random/b/1-1".to_owned(), ..case }, Settings::default());
    assert!(
        coverage.health.shares().iter().any(|share| share.name == "were duplicates" && share.n_cases == 1)
    );
}

#[test]
fn cells_have_names_of_their_own_in_their_group() {
    let cells = universe();
    assert_eq!(cells.iter().collect::<BTreeSet<_>>().len(), cells.len());
    assert_eq!(cells.iter().filter(|cell| cell.group == Group::Operators).count(), 2 * (39 + 3));
}

#[test]
fn census_counts_each_part_of_a_definition() {
    let mut tally = Tally::default();
    tally.count(&Case::new(Machine::new(choice()), json!({})));
    let ours = |name: &str| {
        let rows = tally.rows();
        rows.iter().find(|row| row.name == name).map_or(0.0, |row| row.our_percent)
    };
    assert!((ours("Choice") - 100.0 / 3.0).abs() < 1e-9);
    assert!((ours("NumericEquals") - 50.0).abs() < 1e-9);
    assert!((ours("States.ArrayLength") - 100.0).abs() < 1e-9);
    assert!((ours("Parameters") - 100.0).abs() < 1e-9);
}

#[test]
fn what_an_engine_did_not_answer_does_not_count_for_a_run() {
    let run = RunCoverage::default();
    for (name, verdict) in [("a/a", Verdict::Agree), ("a/b", Verdict::EngineError)] {
        let case = Case { name: name.to_owned(), ..Case::new(Machine::new(choice()), json!({})) };
        run.send(&Job::from(case.clone()));
        run.receive(&CaseRecord::new(&case, "engine", verdict));
    }
    assert_eq!(run.into_coverage().n_cases, 1);
}

#[test]
fn every_form_of_a_case_counts_for_a_run_whoever_names_its_bug() {
    let run = RunCoverage::default();
    let case = Case { name: "a/a".to_owned(), ..Case::new(Machine::new(choice()), json!({})) };
    let jobs = [&RELATIONS[0], &RELATIONS[1]].map(|relation| Job::related(case.clone(), relation));
    for job in &jobs {
        run.send(job);
    }
    run.receive(&jobs[1].record("engine", Verdict::Diverge));
    run.receive(&CaseRecord::new(&case, "engine", Verdict::Diverge));
    assert_eq!(run.into_coverage().n_cases, 2);
}
