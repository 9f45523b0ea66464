//! Jobs of two forms, and rules for every engine: who names a bug, and how it shrinks, on engines with planted bugs.

use std::{sync::Arc, time::Duration};

use asl_cases::{Case, Facet, Machine, MachineType, Observation, Oracle, Outcome, Phase, Verdict};
use asl_conformance::{
    engine::{Engine, FaultyEngine},
    mutants::Mutant,
    plan::Job,
    runner::{Believed, CaseRun, RunOracle, RunSettings, ShrinkLimits, Subject},
};
use asl_generators::{Relation, generate_case_in};
use asl_reference::reference;
use asl_reports::CaseRecord;
use serde_json::json;
use tokio::time::Instant;

type Distort = fn(&Case, Observation) -> Observation;

fn run_with(distort: Distort, oracle: RunOracle) -> CaseRun {
    let settings = RunSettings { oracle, repeats: 1, ..RunSettings::default() };
    let engine: Arc<dyn Engine> = Arc::new(FaultyEngine::with_bug("planted", distort));
    CaseRun::new(Subject { engine, liveness: Arc::new(Believed) }, settings)
}

fn job(relation: &str) -> Job {
    let case = generate_case_in(&reference::profile(), "data-flow", 3, 0);
    Job::related(case, Relation::named(relation).expect("a relation"))
}

fn oracles(record: &CaseRecord) -> Vec<&'static str> {
    let kind = |oracle: &Oracle| match oracle {
        Oracle::Expectation { .. } => "expectation",
        Oracle::Reference => "reference",
        Oracle::Metamorphic { .. } => "relation",
        Oracle::Invariant { .. } => "rule",
    };
    record.divergences.iter().map(|divergence| kind(&divergence.oracle)).collect()
}

/// An engine without histories that does something with comments.
fn reads_comments(case: &Case, mut truth: Observation) -> Observation {
    truth.trace = None;
    if case.main().definition_text().contains("{% $.not.read %}") {
        truth.outcome = Outcome::Succeeded(json!("a comment was read"));
    }
    truth
}

fn always_wrong(_: &Case, mut truth: Observation) -> Observation {
    truth.outcome = Outcome::Succeeded(json!("wrong"));
    truth
}

fn counts_from_zero(_: &Case, mut truth: Observation) -> Observation {
    for event in truth.trace.iter_mut().flat_map(|trace| &mut trace.0) {
        event.id -= 1;
        event.previous_event_id -= 1;
    }
    truth
}

/// A path with an index from the end gives nothing.
fn knows_no_index_from_the_end(case: &Case, truth: Observation) -> Observation {
    let bug = Mutant::named("negative-index-unknown").expect("a bug");
    bug.observe(case, reference::Settings::default()).unwrap_or(truth)
}

#[tokio::test]
async fn express_execution_is_told_by_what_it_does_as_a_standard_one() {
    let states = json!({
        "A": {"Type": "Pass", "Parameters": {"last.$": "$[-1]"}, "Next": "B"},
        "B": {"Type": "Pass", "Parameters": {"a.$": "$.last", "n.$": "States.MathAdd(1, 2)"}, "End": true}
    });
    let mut machine = Machine::new(json!({"StartAt": "A", "States": states}));
    machine.kind = MachineType::Express;
    let case = Case::new(machine, json!([1, 2]));
    let run = run_with(knows_no_index_from_the_end, RunOracle::Reference);
    let record = run.run(Job::from(case)).await.record;
    let told = record.divergences.first().map(|first| first.signature.to_string());
    assert_eq!(told.as_deref(), Some("output of an expression (negative index): a value -> null"));
    let limits = ShrinkLimits { calls: 400, ends_at: Instant::now() + Duration::from_mins(1), at_once: 1 };
    let shrunk = run.shrink(&record, limits).await.expect("a smaller one");
    let case = shrunk.case.expect("a case");
    assert_eq!(case.main().definition["States"].as_object().map(serde_json::Map::len), Some(1));
}

#[tokio::test]
async fn wrong_answer_to_the_other_form_is_a_bug_of_that_form_with_the_relation_as_evidence() {
    let record = run_with(reads_comments, RunOracle::Reference).run(job("comments")).await.record;
    assert_eq!((record.verdict, record.phase), (Verdict::Diverge, Some(Phase::Metamorphic)));
    let oracles = oracles(&record);
    assert_eq!((oracles.first(), oracles.last()), (Some(&"reference"), Some(&"relation")), "{oracles:?}");
    assert_eq!((&record.relation, &record.twin), (&None, &None), "its case alone shows it");
    assert!(reads_text(&record), "the case is the other form");
    assert!(record.reason.is_some_and(|reason| reason.contains("(comments)")));
}

fn reads_text(record: &CaseRecord) -> bool {
    record.case.as_ref().is_some_and(|case| case.main().definition_text().contains("$.not.read"))
}

#[tokio::test]
async fn wrong_answer_to_the_first_form_is_the_bug_that_the_reference_names() {
    let record = run_with(always_wrong, RunOracle::Reference).run(job("comments")).await.record;
    assert_eq!(record.verdict, Verdict::Diverge);
    assert_eq!(oracles(&record).first(), Some(&"reference"));
    assert!(!oracles(&record).contains(&"relation"), "both forms are wrong alike");
    assert_eq!(record.relation, None);
    assert!(!reads_text(&record));
}

#[tokio::test]
async fn relation_alone_needs_no_oracle_and_shrinks_the_first_form() {
    let run = run_with(reads_comments, RunOracle::Metamorphic);
    let record = run.run(job("comments")).await.record;
    assert_eq!(record.verdict, Verdict::Diverge);
    assert_eq!(record.relation.as_deref(), Some("comments"));
    assert!(record.divergences[0].signature.place.ends_with("under comments"));
    let limits = ShrinkLimits { calls: 200, ends_at: Instant::now() + Duration::from_mins(5), at_once: 1 };
    let shrunk = run.shrink(&record, limits).await.expect("it gets smaller");
    let case = shrunk.case.as_ref().expect("it differs");
    let n_states = |case: &Case| case.main().definition["States"].as_object().map(serde_json::Map::len);
    assert!(n_states(case) <= Some(2), "{case:?}");
    assert!(!reads_text(&shrunk), "the first form has no comment");
    assert!(shrunk.twin.as_ref().is_some_and(|twin| twin.main().definition_text().contains("$.not.read")));
    assert!(record.divergences[0].signature.may_become(&shrunk.divergences[0].signature));
}

#[tokio::test]
async fn relation_says_nothing_about_an_engine_that_is_wrong_alike_in_both_forms() {
    let record = run_with(always_wrong, RunOracle::Metamorphic).run(job("rename-states")).await.record;
    // The history still ends as the truth does.
    assert!(oracles(&record).iter().all(|oracle| *oracle == "rule"), "{:?}", record.divergences);
}

#[tokio::test]
async fn broken_rule_names_the_bug_only_where_the_answer_is_right() {
    let case = generate_case_in(&reference::profile(), "pass", 3, 0);
    let run = run_with(counts_from_zero, RunOracle::Reference);
    let record = run.run(case.clone()).await.record;
    assert_eq!((record.verdict, oracles(&record)), (Verdict::Diverge, vec!["rule"]));
    assert_eq!(record.divergences[0].facet, Facet::Trace);
    let both: Distort = |case, truth| always_wrong(case, counts_from_zero(case, truth));
    let record = run_with(both, RunOracle::Reference).run(case).await.record;
    assert_eq!(oracles(&record).first(), Some(&"reference"));
    assert!(oracles(&record).contains(&"rule"));
}
