//! Shrinking on engines with planted bugs: it keeps the bug and the validity, and comes to the smallest machine that
//! shows the bug. `ASL_DIVERGENCES` says how many random divergences are shrunk (60), `ASL_SEED` from which seed (77).
#![allow(clippy::disallowed_methods, reason = "it reads the environment, as the harness does")]
#![allow(clippy::print_stdout, reason = "its figures are read with --nocapture")]

#[path = "shrinking/bugs.rs"]
mod bugs;

use std::{
    env,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use asl_cases::{Case, Facet, Machine, MachineType, Observation, Outcome, Verdict};
use asl_conformance::{
    engine::{Engine, Fault, FaultyEngine},
    mutants::Mutant,
    runner::{Believed, CaseRun, Finished, RunSettings, ShrinkBudget, ShrinkLimits, Subject, run_cases},
};
use asl_generators::{check_definition, generate_case, generate_case_in};
use asl_reference::reference;
use asl_reports::CaseRecord;
use bugs::{BUGS, Bug, n_states};
use rstest::rstest;
use serde_json::{Value, json};
use tokio::{sync::watch, time::Instant};

/// Not seed 1, where a `Catch` whose own `Assign` fails stops at four states.
const SEEDS: [u64; 3] = [2, 3, 4];

fn settings() -> RunSettings {
    RunSettings { repeats: 1, ..RunSettings::default() }
}

fn limits(calls: u32) -> ShrinkLimits {
    ShrinkLimits { calls, ends_at: Instant::now() + Duration::from_hours(1), at_once: 1 }
}

fn run_on(engine: Arc<FaultyEngine>) -> CaseRun {
    CaseRun::new(Subject { engine: engine as Arc<dyn Engine>, liveness: Arc::new(Believed) }, settings())
}

fn engine_with(bug: &Bug) -> Arc<FaultyEngine> {
    let distort = bug.distort;
    Arc::new(FaultyEngine::with_bug(bug.name, distort))
}

/// The first drawn cases of the bug's area that show it.
async fn first_diverging(run: &CaseRun, bug: &Bug, seed: u64) -> Option<CaseRecord> {
    for index in 0..1000 {
        let case = generate_case_in(&reference::profile(), bug.area, seed, index);
        let record = run.run(case).await.record;
        if record.verdict == Verdict::Diverge && n_states(record.case.as_ref()?) > bug.states + 2 {
            return Some(record);
        }
    }
    None
}

#[tokio::test]
async fn planted_bugs_shrink_to_their_smallest_machine_within_the_budget() {
    let mut failures = Vec::new();
    for bug in BUGS {
        for seed in SEEDS {
            let engine = engine_with(bug);
            let run = run_on(Arc::clone(&engine));
            let Some(record) = first_diverging(&run, bug, seed).await else {
                failures.push(format!("{}: nothing diverges with seed {seed}", bug.name));
                continue;
            };
            let before = engine.asked();
            let shrunk = run.shrink(&record, limits(400)).await.unwrap_or_else(|| record.clone());
            let (calls, case) = (engine.asked() - before, shrunk.case.expect("it differs"));
            let states = n_states(&case);
            if states > bug.states + 1 || calls >= 400 {
                failures.push(format!(
                    "{} (seed {seed}): {states} states after {calls} calls, {} are enough: {} with {}",
                    bug.name,
                    bug.states,
                    case.main().definition,
                    case.input
                ));
            }
            println!(
                "{:<44} seed {seed}: {:>2} states from {:>2} in {calls} calls",
                bug.name,
                states,
                n_states(record.case.as_ref().expect("it differs"))
            );
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// An engine with a bug may loop and nest its data deeper each time.
#[test]
fn shrinking_keeps_the_bug_and_the_validity() {
    const STACK_BYTES: usize = 1 << 30;
    let runtime = || tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let test = move || runtime().block_on(random_divergences_keep_their_bug());
    let thread = std::thread::Builder::new().stack_size(STACK_BYTES).spawn(test).expect("a thread");
    if let Err(panic) = thread.join() {
        std::panic::resume_unwind(panic);
    }
}

async fn random_divergences_keep_their_bug() {
    let wanted: u64 = env::var("ASL_DIVERGENCES").ok().and_then(|text| text.parse().ok()).unwrap_or(60);
    let seed: u64 = env::var("ASL_SEED").ok().and_then(|text| text.parse().ok()).unwrap_or(77);
    let runs: Vec<(&Bug, CaseRun)> = BUGS.iter().map(|bug| (bug, run_on(engine_with(bug)))).collect();
    let (mut found, mut index) = (0, 0);
    while found < wanted {
        let case = generate_case(&reference::profile(), seed, index);
        let (bug, run) = &runs[usize::try_from(index).expect("small") % runs.len()];
        index += 1;
        assert!(index < wanted * 200 + 2000, "only {found} of {wanted} divergences in {index} cases");
        let record = run.run(case).await.record;
        if record.verdict != Verdict::Diverge {
            continue;
        }
        found += 1;
        let signature = record.divergences[0].signature.clone();
        let Some(shrunk) = run.shrink(&record, limits(60)).await else { continue };
        let case: Case = shrunk.case.clone().expect("it differs");
        check_definition(&case.main().definition)
            .unwrap_or_else(|fault| panic!("{}: {fault}: {case:?}", bug.name));
        let answer = reference::observe(&case, reference::Settings::default()).expect("it is modelled");
        assert!(answer.outcome.is_accepted(), "{}: {answer:?}", bug.name);
        let again = run.run(case).await.record;
        assert_eq!(again.verdict, Verdict::Diverge, "{}", bug.name);
        // What nobody could see into was looked at where it can be seen.
        let (drawn, smallest) =
            (record.case.as_ref().expect("it differs"), shrunk.case.as_ref().expect("it differs"));
        let (before, after) = (hidden_in(drawn), hidden_in(smallest));
        let kinds = |hidden: &[(MachineType, usize)]| hidden.iter().map(|one| one.0).collect::<Vec<_>>();
        // What is wrong in a child execution, the Map around it or a rule for histories tells.
        let may_be_of_a_child = signature.place == "Map" || signature.facet == Facet::Trace;
        let is_the_same = if may_be_of_a_child { before == after } else { kinds(&before) == kinds(&after) };
        assert!(
            !is_the_same
                || again.divergences.iter().any(|divergence| signature.may_become(&divergence.signature)),
            "{}: {signature} became {}: {}",
            bug.name,
            again.divergences[0].signature,
            drawn.name
        );
    }
    println!("{found} divergences of {index} cases");
}

/// What nobody can see into: the types of the machines of a case, and how many Maps of each are distributed.
fn hidden_in(case: &Case) -> Vec<(MachineType, usize)> {
    let n_distributed = |machine: &Machine| machine.definition_text().matches("DISTRIBUTED").count();
    case.machines.iter().map(|machine| (machine.kind, n_distributed(machine))).collect()
}

#[tokio::test]
async fn what_is_shrunk_on_a_cheap_engine_is_confirmed_in_a_few_calls() {
    let bug = &BUGS[0];
    let (cheap, paid) = (engine_with(bug), engine_with(bug));
    let (cheap_run, paid_run) = (run_on(Arc::clone(&cheap)), run_on(Arc::clone(&paid)));
    let record = first_diverging(&paid_run, bug, SEEDS[0]).await.expect("the bug shows");
    let before = paid.asked();
    let shrunk = paid_run.shrink_elsewhere(&cheap_run, &record, limits(400)).await.expect("a smaller case");
    assert!(n_states(&shrunk.case.expect("it differs")) <= bug.states + 1);
    assert!(paid.asked() - before <= 8, "{} calls", paid.asked() - before);
}

#[tokio::test]
async fn values_that_do_not_matter_are_named() {
    let engine = Arc::new(FaultyEngine::with_bug("swallows", bugs::swallow_field));
    let run = run_on(engine);
    let case: Case = serde_json::from_value(json!({
        "format": 1, "name": "random/pass/0-0",
        "machines": [{"definition": {"StartAt": "A", "States": {
            "A": {"Type": "Pass", "Result": {"gone": 1}, "End": true}}}}],
        "input": {}
    }))
    .expect("a case");
    let record = run.run(case).await.record;
    assert_eq!(record.verdict, Verdict::Diverge);
    let shrunk = run.shrink(&record, limits(400)).await.expect("a value that does not matter");
    assert_eq!(shrunk.shrinking.expect("notes").immaterial, ["/definition/States/A/Result/gone"]);
    assert!(shrunk.first_difference.expect("the histories part").contains("PassStateExited A"));
}

/// A bug shows in a Pass that nobody can see: in an Express machine, in one that another one starts, or in a child execution.
#[rstest]
#[case::of_an_express_machine(json!([{"type": "EXPRESS", "definition": {"StartAt": "A", "States": {
    "A": {"Type": "Pass", "Result": {"gone": 1}, "Next": "B"}, "B": {"Type": "Wait", "Seconds": 0, "End": true}}}}]))]
#[case::of_a_started_machine(json!([
    {"definition": {"StartAt": "S", "States": {"S": {"Type": "Task", "End": true,
        "Resource": "arn:aws:states:::states:startExecution.sync:2",
        "Parameters": {"StateMachineArn": "arn:aws:states:us-east-1:123456789012:stateMachine:child"}}}}},
    {"name": "child", "definition": {"StartAt": "A", "States": {
        "A": {"Type": "Pass", "Result": {"gone": 1}, "End": true}}}}]))]
#[case::of_a_child_execution(json!([{"definition": {"StartAt": "M", "States": {"M": {"Type": "Map", "End": true,
    "ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, "StartAt": "A", "States": {
        "A": {"Type": "Pass", "Result": {"gone": 1}, "End": true}}},
    "ResultSelector": {"first.$": "$[0]"}}}}}]))]
#[tokio::test]
async fn bug_is_looked_at_where_it_can_be_seen(#[case] machines: Value) {
    let run = run_on(Arc::new(FaultyEngine::with_bug("swallows", bugs::swallow_field)));
    let case = json!({"format": 1, "name": "random/pass/0-0", "machines": machines, "input": [1]});
    let record = run.run(serde_json::from_value::<Case>(case).expect("a case")).await.record;
    assert_eq!(record.verdict, Verdict::Diverge);
    let shrunk = run.shrink(&record, limits(400)).await.expect("a smaller case");
    let smallest = shrunk.case.expect("it differs");
    assert_eq!(hidden_in(&smallest), [(MachineType::Standard, 0)]);
    assert_eq!(
        shrunk.divergences[0].signature.to_string(),
        "output of Pass (Result): the right document -> another document"
    );
}

/// As a Standard machine it is accepted, and shows another bug.
#[tokio::test]
async fn definition_that_should_be_refused_is_no_case_of_what_it_would_do() {
    let accepts_and_swallows = |case: &Case, truth: Observation| match truth.outcome {
        Outcome::Rejected { .. } => Observation { outcome: Outcome::Aborted, ..truth },
        _ => bugs::swallow_field(case, truth),
    };
    let run = run_on(Arc::new(FaultyEngine::with_bug("accepts", accepts_and_swallows)));
    let inside = json!({"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, "StartAt": "A",
        "States": {"A": {"Type": "Pass", "End": true}}});
    let states = json!({"M": {"Type": "Map", "ItemProcessor": inside, "Next": "B"},
        "B": {"Type": "Pass", "Result": {"gone": 1}, "End": true}});
    let machines = json!([{"type": "EXPRESS", "definition": {"StartAt": "M", "States": states}}]);
    let case = json!({"format": 1, "name": "invalid/map/0-0", "machines": machines, "input": []});
    let record = run.run(serde_json::from_value::<Case>(case).expect("a case")).await.record;
    assert_eq!(record.divergences[0].signature.facet, Facet::Acceptance);
    let shrunk = run.shrink(&record, limits(400)).await;
    assert!(shrunk.is_none_or(|smaller| smaller.divergences[0].signature.facet == Facet::Acceptance));
}

/// Both executions fail in the same state, and the cause tells in which way the machine did that it started.
#[tokio::test]
async fn machine_is_looked_at_alone_where_its_failure_is_told_otherwise() {
    let mutant = Mutant::named("wrong-type-fails").expect("a bug of the catalogue");
    let run = run_on(Arc::new(FaultyEngine::new(Fault::Bugs(vec![mutant]))));
    let start = json!({"Type": "Task", "Resource": "arn:aws:states:::states:startExecution.sync:2", "End": true,
        "Parameters": {"StateMachineArn": "arn:aws:states:us-east-1:123456789012:stateMachine:child", "Input": {"n": 1}}});
    let rule = json!({"Variable": "$.n", "TimestampGreaterThan": "2020-02-29T00:00:00Z", "Next": "B"});
    let states = json!({"A": {"Type": "Choice", "Choices": [rule]}, "B": {"Type": "Succeed"}});
    let machines = json!([{"definition": {"StartAt": "S", "States": {"S": start}}},
        {"name": "child", "definition": {"StartAt": "A", "States": states}}]);
    let case = json!({"format": 1, "name": "random/choice/0-0", "machines": machines, "input": {}});
    let record = run.run(serde_json::from_value::<Case>(case).expect("a case")).await.record;
    assert_eq!(record.divergences[0].signature.facet, Facet::Cause);
    let shrunk = run.shrink(&record, limits(1)).await.expect("a smaller case");
    assert_eq!(hidden_in(&shrunk.case.expect("it differs")), [(MachineType::Standard, 0)]);
}

/// One call is enough for that: what the child got is known.
#[tokio::test]
async fn child_execution_is_looked_at_with_its_own_input() {
    let run = run_on(Arc::new(FaultyEngine::with_bug("swallows", bugs::swallow_field)));
    let inside = json!({"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, "StartAt": "A",
        "States": {"A": {"Type": "Pass", "InputPath": "$.here", "End": true}}});
    let map = json!({"Type": "Map", "ItemProcessor": inside, "ItemSelector": {"here": {"gone": 1}},
        "ResultSelector": {"first.$": "$[0]"}, "End": true});
    let machines = json!([{"definition": {"StartAt": "M", "States": {"M": map}}}]);
    let case = json!({"format": 1, "name": "random/pass/0-0", "machines": machines, "input": [1]});
    let record = run.run(serde_json::from_value::<Case>(case).expect("a case")).await.record;
    let shrunk = run.shrink(&record, limits(1)).await.expect("a smaller case");
    assert_eq!(shrunk.case.expect("it differs").input, json!({"here": {"gone": 1}}));
}

/// States of which the first one reads what is not there, as a drawn case.
fn drawn(name: &str, states: &Value, stubs: &Value) -> Case {
    let mut states = states.clone();
    states["A"]["Parameters"] = json!({"a.$": "$.missing"});
    states["A"]["End"] = true.into();
    let machines = json!([{"definition": {"StartAt": "A", "States": states}, "stubs": stubs}]);
    let case = json!({"format": 1, "name": format!("random/pass/{name}"), "machines": machines, "input": {}});
    serde_json::from_value(case).expect("a case")
}

/// The signatures of these cases as they are run, and which of them are which others.
async fn signatures_of(subject: &Subject, cases: [Case; 2]) -> (Vec<String>, Vec<(String, String)>) {
    let settings = RunSettings { shrink: Some(ShrinkBudget::default()), ..settings() };
    let (_running, stop) = watch::channel(false);
    let (mut found, mut same) = (Vec::new(), Vec::new());
    run_cases(subject, cases.into_iter(), &settings, stop, |finished| {
        match finished {
            Finished::Case(record) => found.push(record.divergences[0].signature.to_string()),
            Finished::SameBug(one) => same.push((one.signature.to_string(), one.root.to_string())),
            Finished::Shrunk(_) => {}
        }
        Ok(())
    })
    .await;
    (found, same)
}

/// For this engine a path that leads nowhere is `null`. A Task that should never have started then fails in its own way, which
/// is caught.
#[tokio::test]
async fn bug_that_only_shows_in_another_way_is_the_one_that_it_leads_to() {
    let bug = Mutant::named("missing-template-path-is-null").expect("a bug of the catalogue");
    let engine: Arc<dyn Engine> = Arc::new(FaultyEngine::new(Fault::Bugs(vec![bug])));
    let subject = Subject { engine, liveness: Arc::new(Believed) };
    let task = json!({"Type": "Task", "Resource": "arn:aws:states:us-east-1:123456789012:activity:work-1",
        "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "B"}]});
    let caught = json!({"A": task, "B": {"Type": "Succeed"}});
    let fails = json!({"A": [{"fail": {"error": "Its.Own", "cause": ""}}]});
    let cases = [drawn("0-0", &json!({"A": {"Type": "Pass"}}), &json!({})), drawn("0-1", &caught, &fails)];
    let (mut found, same) = signatures_of(&subject, cases).await;
    found.sort();
    let [goes_on, caught] = &found[..] else { panic!("{found:?}") };
    assert_eq!(goes_on, "status of an expression: a path that leads nowhere fails -> goes on");
    assert_eq!(caught, "status of any state (Catch): failed with States.Runtime -> goes on");
    assert_eq!(same, [(caught.clone(), goes_on.clone())]);
}

/// This engine fails in a function, also where a rule of a Choice assigns what that gives.
#[tokio::test]
async fn state_that_fails_because_of_an_expression_leads_to_that_alone() {
    let bug = Mutant::named("get-item-counts-from-one").expect("a bug of the catalogue");
    let engine: Arc<dyn Engine> = Arc::new(FaultyEngine::new(Fault::Bugs(vec![bug])));
    let subject = Subject { engine, liveness: Arc::new(Believed) };
    let case = |name: &str, states: Value| {
        let machines = json!([{"definition": {"StartAt": "A", "States": states}}]);
        let case = json!({"format": 1, "name": name, "machines": machines, "input": {"a": [1]}});
        serde_json::from_value(case).expect("a case")
    };
    let call = json!({"first.$": "States.ArrayGetItem($.a, 0)"});
    let pass = json!({"Type": "Pass", "Parameters": call, "End": true});
    let rule = json!({"Variable": "$.a[0]", "NumericEqualsPath": "$.a[0]", "Assign": call, "Next": "B"});
    let choice = json!({"A": {"Type": "Choice", "Choices": [rule]}, "B": {"Type": "Succeed"}});
    let cases = [case("random/pass/0-0", json!({"A": pass})), case("random/choice/0-1", choice)];
    let (mut found, same) = signatures_of(&subject, cases).await;
    found.sort();
    let [rule, call] = &found[..] else { panic!("{found:?}") };
    assert!(
        call.starts_with("status of an expression (") && rule.starts_with("status of Choice"),
        "{found:?}"
    );
    assert_eq!(same, [(rule.clone(), call.clone())]);
}

/// This engine fails in one function, and gives a wrong value of another one that the same template calls.
#[tokio::test]
async fn failure_is_not_taken_for_a_wrong_value_that_stands_beside_it() {
    let engine = FaultyEngine::with_bug("fails and is wrong", |case, right| {
        let outcome = match case.main().definition_text() {
            text if text.contains("States.Hash") => {
                let cause = "no digest for this argument".to_owned();
                Outcome::Failed { error: Some("Its.Own".to_owned()), cause: Some(cause) }
            }
            text if text.contains("States.ArrayUnique") => Outcome::Succeeded(json!({"wrong": true})),
            _ => return right,
        };
        Observation { outcome, trace: None, ..right }
    });
    let subject = Subject { engine: Arc::new(engine), liveness: Arc::new(Believed) };
    let case = |name: &str, parameters: Value| -> Case {
        let pass = json!({"Type": "Pass", "Parameters": parameters, "End": true});
        let machines = json!([{"definition": {"StartAt": "A", "States": {"A": pass}}}]);
        let case =
            json!({"format": 1, "name": name, "machines": machines, "input": {"list": [1, 2], "text": "a"}});
        serde_json::from_value(case).expect("a case")
    };
    let (unique, hash) = ("States.ArrayUnique($.list)", "States.Hash($.text, 'MD5')");
    let cases = [
        case("random/pass/0-0", json!({"a.$": unique})),
        // The first step takes the call away that fails.
        case("random/pass/0-1", json!({"a.$": hash, "b.$": unique})),
    ];
    let (_, same) = signatures_of(&subject, cases).await;
    let is_of_unique = |root: &str| root.contains("ArrayUnique") && !root.contains("Hash");
    assert!(same.iter().all(|(own, root)| !own.contains("Hash") || !is_of_unique(root)), "{same:?}");
    assert!(same.iter().any(|(_, root)| root.contains("States.Hash")), "{same:?}");
}

/// A case that is judged by what it shows twice, and shows something else from then on: branches that race, say.
#[tokio::test]
async fn case_that_does_not_show_its_bug_again_is_of_the_bug_found_before_that_it_shows_then() {
    let racing = drawn("0-1", &json!({"A": {"Type": "Pass"}}), &json!({}));
    let (id, asked) = (racing.id(), AtomicUsize::new(0));
    let engine = FaultyEngine::with_bug("races", move |case, right| {
        if matches!(right.outcome, Outcome::Succeeded(_)) {
            return right;
        }
        let is_late = case.id() == id && asked.fetch_add(1, Ordering::Relaxed) < 2;
        let outcome = if is_late { Outcome::TimedOut } else { Outcome::Succeeded(json!({})) };
        Observation { outcome, trace: None, ..right }
    });
    let subject = Subject { engine: Arc::new(engine), liveness: Arc::new(Believed) };
    let pass = json!({"A": {"Type": "Pass", "Comment": "another case"}});
    let cases = [drawn("0-0", &pass, &json!({})), racing];
    let (found, same) = signatures_of(&subject, cases).await;
    assert_eq!(found.len(), 2, "{found:?}");
    assert_ne!(found[0], found[1]);
    assert_eq!(same, [(found[1].clone(), found[0].clone())]);
}
