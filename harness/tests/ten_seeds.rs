//! An unchanged engine gives no new divergence: after `known update` on one run, runs with ten other seeds show what is on
//! the list and nothing else. `ASL_TEN_SEEDS` says how many bugs of the whole catalogue are tried instead of those named
//! here, `ASL_BUG` which ones alone (split by commas), `ASL_SEED_CASES` how many cases are drawn in each phase (60),
//! `ASL_FIRST_CASES` how many in the run of which the list is made, `ASL_SEED` with which seed that is drawn (1; the others
//! follow).
#![allow(clippy::disallowed_methods, reason = "it reads the environment, as the harness does")]
#![allow(clippy::print_stdout, reason = "its figures are read with --nocapture")]

use std::{env, sync::Arc, time::Duration};

use asl_cases::{Phase, Policy, Verdict};
use asl_conformance::{
    engine::{Fault, FaultyEngine},
    known::{Known, KnownFile, update},
    mutants::{Mutant, RightAnswer, catalogue},
    plan::{Job, Plan, PlanSettings},
    runner::{Believed, Finished, RunOracle, RunSettings, ShrinkBudget, Subject, run_cases},
};
use asl_reference::reference::{self, Settings};
use asl_reports::{LOG_FORMAT, RunFooter, RunHeader, RunLog, RunLogWriter, read_run_log};
use tokio::sync::watch;

/// Engines with one bug each, in different parts of the language, whose list is complete after one run. Of the whole
/// catalogue (`ASL_FIRST_CASES=500 ASL_TEN_SEEDS=392`, other seeds with `ASL_SEED`) most are so; the rest get an entry or two more
/// from a fresh seed.
const BUGS: &[&str] = &[
    "string-greater-path-turned-round",
    "partition-drops-rest",
    "hash-in-upper-case",
    "split-keeps-empty-parts",
    "wait-missing-timestamp-is-now",
    "iteration-started-missing",
    "operands-not-checked",
    "input-path-ignored",
    "parameters-see-raw-input",
    "map-ignores-result-selector",
    "timestamp-greater-equals-path-excludes-equal",
    "retry-counter-not-reset",
    "jsonata-no-error-output",
    "entered-input-is-output",
    "context-without-token",
    "error-output-in-lower-case",
    "single-branch-unwrapped",
    "type-tests-ignore-false",
    "csv-reads-numbers",
];

/// How many runs with fresh seeds follow the one of which the list is made.
const N_FRESH: u64 = 10;

/// A job with its right answer, computed once for all engines.
struct Prepared {
    job: Job,
    right: RightAnswer,
}

#[test]
fn unchanged_engine_shows_nothing_new_with_ten_other_seeds() {
    const STACK_BYTES: usize = 1 << 30;
    let runtime = || tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let test = move || runtime().block_on(every_bug_stays_known());
    let thread = std::thread::Builder::new().stack_size(STACK_BYTES).spawn(test).expect("a thread");
    if let Err(panic) = thread.join() {
        std::panic::resume_unwind(panic);
    }
}

async fn every_bug_stays_known() {
    let seed = number("ASL_SEED").unwrap_or(1) as u64;
    let fresh = (1..=N_FRESH).map(|more| prepared(seed + more, false));
    let runs: Vec<Vec<Prepared>> = std::iter::once(prepared(seed, true)).chain(fresh).collect();
    let mut new_ones = Vec::new();
    let mut entries = 0;
    let bugs = bugs();
    for bug in &bugs {
        let mut known = KnownFile::default();
        let (mut fresh, mut diverging) = (Vec::new(), 0);
        for (number, run) in runs.iter().enumerate() {
            let log = run_on(bug, run, &known).await;
            if number == 0 {
                let (changes, _) = update(&mut known, &log, "2026-01-01".parse().expect("a day"));
                for entry in &known.known {
                    println!("  {:<40} {} {}", bug.id, entry.id, entry.signature);
                }
                entries += changes.added.len();
                continue;
            }
            diverging += log.records.len();
            let new = log.records.iter().filter(|record| record.verdict == Verdict::Diverge);
            fresh.extend(new.map(|record| {
                let first =
                    record.differences().find(|one| one.known.is_none()).unwrap_or(&record.divergences[0]);
                let shown = record
                    .case
                    .as_ref()
                    .map(|case| format!("{} on {}", case.main().definition_text(), case.input));
                let shown = shown.unwrap_or_default();
                format!("{}: {} ({}: {shown})", bug.id, first.signature, record.name)
            }));
        }
        println!("{:<44} {} entries, {} new of {diverging}", bug.id, known.known.len(), fresh.len());
        for one in &fresh {
            println!("    NEW {one}");
        }
        new_ones.extend(fresh);
    }
    println!("{} bugs, {entries} entries, {} new", bugs.len(), new_ones.len());
    assert!(new_ones.is_empty(), "{}", new_ones.join("\n"));
}

fn bugs() -> Vec<&'static Mutant> {
    if let Ok(ids) = env::var("ASL_BUG") {
        return ids.split(',').map(|id| Mutant::named(id).expect("a bug of the catalogue")).collect();
    }
    match number("ASL_TEN_SEEDS") {
        Some(wanted) => {
            let all = catalogue();
            let step = (all.len() / wanted.max(1)).max(1);
            all.into_iter().step_by(step).collect()
        }
        None => BUGS.iter().map(|id| Mutant::named(id).expect("a bug of the catalogue")).collect(),
    }
}

fn number(name: &str) -> Option<usize> {
    env::var(name).ok()?.parse().ok()
}

/// What a run with this seed would send.
fn prepared(seed: u64, is_first: bool) -> Vec<Prepared> {
    let first = number("ASL_FIRST_CASES").filter(|_| is_first);
    let drawn = first.or(number("ASL_SEED_CASES")).unwrap_or(60) as u64;
    let mut settings = PlanSettings::new(reference::profile(), seed, drawn);
    settings.phases = vec![Phase::Random, Phase::Invalid];
    if is_first {
        settings.phases.extend([Phase::Corpus, Phase::Boundary]);
    }
    let plan = Plan::new(settings);
    plan.jobs().map(|job| Prepared { right: RightAnswer::to(&job.case, Settings::default()), job }).collect()
}

/// A run as a user makes it; what the engine answers rightly is left out.
async fn run_on(bug: &'static Mutant, run: &[Prepared], known: &KnownFile) -> RunLog {
    let engine = Arc::new(FaultyEngine::new(Fault::Mutant(bug)));
    let subject = Subject { engine, liveness: Arc::new(Believed) };
    let settings = RunSettings {
        jobs: 1,
        deadline: Duration::from_secs(30),
        oracle: RunOracle::default(),
        policy: Policy::default(),
        repeats: 1,
        shrink: Some(ShrinkBudget { time: Some(Duration::from_hours(1)), ..ShrinkBudget::default() }),
        ends_at: None,
        reference: Settings::default(),
        known: Known::of(known.clone(), bug.id, "2026-01-01".parse().expect("a day")),
    };
    let wrong = run.iter().filter(|one| bug.is_wrong(&one.job.case, &one.right, Settings::default()));
    let jobs: Vec<Job> = wrong.map(|one| one.job.clone()).collect();
    let (_running, stop) = watch::channel(false);
    let mut log = RunLogWriter::begin(Vec::new(), header(bug, &settings)).expect("memory");
    run_cases(&subject, jobs.into_iter(), &settings, stop, |finished| {
        let written = match finished {
            Finished::Case(record) => log.record(record),
            Finished::Shrunk(record) => log.shrunk(record),
            Finished::SameBug(same) => log.same_bug(same),
        };
        written.map_err(|error| error.to_string())
    })
    .await;
    let bytes = log.finish(RunFooter::default()).expect("memory");
    read_run_log(&String::from_utf8(bytes).expect("JSON")).expect("a log")
}

fn header(bug: &Mutant, settings: &RunSettings) -> RunHeader {
    RunHeader {
        format: LOG_FORMAT,
        suite_version: String::new(),
        engine: format!("faulty:{}", bug.id),
        engine_spec: String::new(),
        endpoint: None,
        oracle: String::new(),
        seed: 0,
        profile: reference::profile(),
        cases_planned: 0,
        policy: settings.policy.clone(),
        started_at: String::new(),
    }
}
