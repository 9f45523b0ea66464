//! Runs on engines with bugs of the catalogue, as a user makes them, in virtual time.
#![allow(dead_code, reason = "each test uses its part")]
#![allow(clippy::disallowed_methods, reason = "it reads the environment, as the harness does")]

use std::{env, sync::Arc, time::Duration};

use asl_cases::{Phase, Policy};
use asl_conformance::{
    engine::{Fault, FaultyEngine},
    known::{Known, KnownFile},
    mutants::{Mutant, RightAnswer},
    plan::{Job, Plan, PlanSettings},
    runner::{Believed, Finished, RunOracle, RunSettings, ShrinkBudget, Subject, run_cases},
};
use asl_reference::reference::{self, Settings};
use asl_reports::{LOG_FORMAT, RunFooter, RunHeader, RunLog, RunLogWriter, read_run_log};
use tokio::sync::watch;

/// A job with its right answer, computed once for all engines.
pub(crate) struct Prepared {
    pub(crate) job: Job,
    pub(crate) right: RightAnswer,
}

/// What a run with this seed would send, with so many drawn cases in each phase that draws.
pub(crate) fn prepared(seed: u64, drawn: u64, phases: &[Phase]) -> Vec<Prepared> {
    let mut settings = PlanSettings::new(reference::profile(), seed, drawn);
    settings.phases = phases.to_vec();
    let plan = Plan::new(settings);
    plan.jobs().map(|job| Prepared { right: RightAnswer::to(&job.case, Settings::default()), job }).collect()
}

/// What an engine with these bugs answers wrongly: all that a run need send it to know which.
pub(crate) fn answered_wrongly(bugs: &[&'static Mutant], run: &[Prepared]) -> Vec<Job> {
    let is_wrong =
        |one: &Prepared| bugs.iter().any(|bug| bug.is_wrong(&one.job.case, &one.right, Settings::default()));
    run.iter().filter(|one| is_wrong(one)).map(|one| one.job.clone()).collect()
}

/// A run as a user makes it, on an engine with these bugs.
pub(crate) async fn run_on(bugs: &[&'static Mutant], jobs: Vec<Job>, known: &KnownFile) -> RunLog {
    let fault = Fault::Bugs(bugs.to_vec());
    let name = fault.to_string();
    let engine = Arc::new(FaultyEngine::new(fault));
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
        known: Known::of(known.clone(), &name, "2026-01-01".parse().expect("a day")),
    };
    let (_running, stop) = watch::channel(false);
    let mut log = RunLogWriter::begin(Vec::new(), header(&name, &settings)).expect("memory");
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

fn header(name: &str, settings: &RunSettings) -> RunHeader {
    RunHeader {
        format: LOG_FORMAT,
        suite_version: String::new(),
        engine: format!("faulty:{name}"),
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

/// Does the work on a thread with a stack that is deep enough for what shrinking looks into.
pub(crate) fn on_a_deep_stack<F: Future<Output = ()>>(work: impl FnOnce() -> F + Send + 'static) {
    const STACK_BYTES: usize = 1 << 30;
    let runtime = || tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let test = move || runtime().block_on(work());
    let thread = std::thread::Builder::new().stack_size(STACK_BYTES).spawn(test).expect("a thread");
    if let Err(panic) = thread.join() {
        std::panic::resume_unwind(panic);
    }
}

/// A number that the environment gives.
pub(crate) fn number(name: &str) -> Option<usize> {
    env::var(name).ok()?.parse().ok()
}

/// The bugs with these ids, split by commas.
pub(crate) fn bugs_named(ids: &str) -> Vec<&'static Mutant> {
    ids.split(',').map(|id| Mutant::named(id).expect("a bug of the catalogue")).collect()
}
