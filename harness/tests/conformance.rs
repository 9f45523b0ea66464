//! The suite under `cargo test`: one trial for each authored case, and one for each block of random cases of an area.
//!
//! `ASL_ENGINE` names the engine as `--engine` does (default `reference`), `ASL_SEED` the seed (1), and `ASL_CASES` how
//! many random cases there are, spread over the areas (500). The runner runs the cases of all trials, as `run` does, and
//! each trial waits for its own: `--test-threads` says how many cases run at once. No engine is started for `--list`.
#![allow(
    clippy::disallowed_methods,
    reason = "it reads the environment and writes files, as the harness does"
)]

#[path = "conformance/failure.rs"]
mod failure;

use std::{
    collections::HashMap,
    env,
    ops::Range,
    process,
    sync::{
        Arc,
        mpsc::{self, Receiver, Sender},
    },
    time::Duration,
};

use asl_cases::{Case, Profile, Verdict, corpus::corpus};
use asl_conformance::{
    engine::{Engine, EngineSpec},
    exit_code::ExitCode,
    output,
    registry::{Registry, RegistryError},
    runner::{CaseRun, Finished, RunSettings, ShrinkBudget, ShrinkLimits, Subject, run_cases},
    session::Session,
};
use asl_generators::{areas_for, generate_case_in};
use asl_reference::reference;
use asl_reports::{CaseRecord, RunHeader};
use failure::Failure;
use libtest_mimic::{Arguments, Completion, Failed, Trial};
use tokio::{
    runtime::{Handle, Runtime},
    sync::watch,
    time::Instant,
};

/// How many random cases make one trial.
const BLOCK: u64 = 25;
/// What shrinking the case of one failing block may cost.
const SHRINK_TIME: Duration = Duration::from_secs(20);
const SHRINK: ShrinkBudget = ShrinkBudget { calls: 100, time: Some(SHRINK_TIME) };
/// The threads on which trials wait; also how many failing blocks are shrunk at once.
const WAITING_THREADS: usize = 8;

fn main() -> process::ExitCode {
    let arguments = Arguments::from_args();
    match Wanted::from_environment() {
        Ok(wanted) => conformance(arguments, wanted).unwrap_or_else(|error| {
            output::complain(&error);
            ExitCode::Engine.into()
        }),
        Err(error) => {
            output::complain(&error);
            ExitCode::Usage.into()
        }
    }
}

/// Lists or runs the trials. The engine is opened only when something runs on it.
fn conformance(mut arguments: Arguments, mut wanted: Wanted) -> Result<process::ExitCode, String> {
    let contents = wanted.contents();
    if arguments.list || !contents.iter().any(|content| content.will_run(&arguments)) {
        let trials = contents.iter().map(Content::trial_that_passes).collect();
        return Ok(libtest_mimic::run(&arguments, trials).exit_code());
    }
    let runtime = Runtime::new().map_err(|error| format!("no threads to run on: {error}"))?;
    let session = runtime
        .block_on(Session::open(&wanted.spec, &run_name(), None, output::say))
        .map_err(|error| error.to_string())?;
    clean_up_on_ctrl_c(&runtime, Arc::clone(&session.engine));
    // An endpoint about which nothing is known may have turned out to have less.
    wanted.profile = session.engine.profile().clone();
    let contents = wanted.contents();
    let chosen = contents.iter().filter(|content| content.will_run(&arguments)).cloned().collect();
    let bench = Arc::new(Bench::new(&session, &arguments, wanted, runtime.handle().clone()));
    let mut post = Post::default();
    let trials = contents.iter().map(|content| {
        if content.will_run(&arguments) {
            post.trial_for(content, Arc::clone(&bench))
        } else {
            content.trial_that_passes()
        }
    });
    let trials = trials.collect();
    let run = runtime.spawn(Arc::clone(&bench).run(chosen, post));
    arguments.test_threads.get_or_insert(WAITING_THREADS);
    let conclusion = libtest_mimic::run(&arguments, trials);
    // It is over by now, unless a trial panicked and left its cases behind.
    run.abort();
    let _ = runtime.block_on(run);
    // Whatever holds the engine keeps the emulator alive.
    drop(bench);
    runtime.block_on(session.close());
    Ok(conclusion.exit_code())
}

/// Begins the names of everything that is made in the engine.
fn run_name() -> String {
    format!("aslc-test-{:x}-{:x}", jiff::Timestamp::now().as_second(), process::id())
}

/// What an emulator that we started holds goes with it; what somebody else's engine holds is deleted.
fn clean_up_on_ctrl_c(runtime: &Runtime, engine: Arc<dyn Engine>) {
    runtime.spawn(async move {
        if tokio::signal::ctrl_c().await.is_ok() {
            engine.clean_up().await;
            process::exit(ExitCode::Interrupted as i32);
        }
    });
}

/// What the environment asks for.
struct Wanted {
    spec: EngineSpec,
    /// What the engine claims to support.
    profile: Profile,
    /// The areas of random cases.
    areas: Vec<&'static str>,
    seed: u64,
    cases: u64,
}

impl Wanted {
    fn from_environment() -> Result<Self, String> {
        let spec: EngineSpec =
            variable("ASL_ENGINE", "reference")?.parse().map_err(|error| format!("ASL_ENGINE: {error}"))?;
        let profile = profile_of(&spec).map_err(|error| format!("ASL_ENGINE: {error}"))?;
        let areas = areas_for(&profile);
        Ok(Self { spec, profile, areas, seed: number("ASL_SEED", "1")?, cases: number("ASL_CASES", "500")? })
    }

    /// What both the engine and the oracle know.
    fn drawn_profile(&self) -> Profile {
        let modelled = reference::profile();
        Profile {
            features: self.profile.features.intersection(&modelled.features).copied().collect(),
            real_time: self.profile.real_time,
        }
    }

    /// What the trials are about, in their order. Which there are follows from the engine's name alone; which are ignored
    /// follows from the profile.
    fn contents(&self) -> Vec<Content> {
        let authored = corpus().into_iter().map(|case| Content::Authored {
            is_ignored: !self.profile.missing(&case).is_empty(),
            case: Box::new(case),
        });
        let fitting = areas_for(&self.drawn_profile());
        let count = self.areas.len() as u64;
        let random = (0..).zip(&self.areas).flat_map(|(position, area)| {
            let cases = self.cases / count + u64::from(position < self.cases % count);
            let is_ignored = !fitting.contains(area);
            blocks(cases).map(move |indices| Content::Random { area, indices, is_ignored })
        });
        authored.chain(random).collect()
    }
}

fn blocks(cases: u64) -> impl Iterator<Item = Range<u64>> {
    (0..cases.div_ceil(BLOCK)).map(move |block| block * BLOCK..((block + 1) * BLOCK).min(cases))
}

fn variable(name: &str, default: &str) -> Result<String, String> {
    match env::var(name) {
        Ok(value) if !value.is_empty() => Ok(value),
        Ok(_) | Err(env::VarError::NotPresent) => Ok(default.to_owned()),
        Err(env::VarError::NotUnicode(value)) => Err(format!("{name}: {} is not UTF-8", value.display())),
    }
}

fn number(name: &str, default: &str) -> Result<u64, String> {
    let text = variable(name, default)?;
    text.parse().map_err(|_| format!("{name}: `{text}` is not a whole number from 0 to {}", u64::MAX))
}

fn profile_of(spec: &EngineSpec) -> Result<Profile, RegistryError> {
    Ok(match spec {
        EngineSpec::Reference | EngineSpec::Faulty(_) => reference::profile(),
        EngineSpec::Serve | EngineSpec::Http(_) => Profile { real_time: true, ..reference::profile() },
        EngineSpec::Named { name, version } => {
            let registry = Registry::embedded();
            let entry = registry.get(name)?;
            entry.release(version.as_deref())?;
            entry.profile.clone()
        }
    })
}

/// What one trial is about.
#[derive(Clone)]
enum Content {
    Authored { case: Box<Case>, is_ignored: bool },
    Random { area: &'static str, indices: Range<u64>, is_ignored: bool },
}

impl Content {
    fn trial_name(&self) -> String {
        match self {
            Self::Authored { case, .. } => format!("corpus/{}", case.name),
            Self::Random { area, indices, .. } => format!("random/{area}/{:02}", indices.start / BLOCK),
        }
    }

    /// For lists, and for what is filtered out or ignored.
    fn trial_that_passes(&self) -> Trial {
        Trial::test(self.trial_name(), || Ok(())).with_ignored_flag(self.is_ignored())
    }

    fn is_ignored(&self) -> bool {
        let (Self::Authored { is_ignored, .. } | Self::Random { is_ignored, .. }) = self;
        *is_ignored
    }

    fn will_run(&self, arguments: &Arguments) -> bool {
        let trial = self.trial_that_passes();
        !arguments.is_filtered_out(&trial) && !arguments.is_ignored(&trial)
    }

    /// The names of its cases; drawing them can wait.
    fn case_names(&self, seed: u64) -> Vec<String> {
        match self {
            Self::Authored { case, .. } => vec![case.name.clone()],
            Self::Random { area, indices, .. } => {
                indices.clone().map(|index| format!("random/{area}/{seed}-{index}")).collect()
            }
        }
    }

    fn into_cases(self, profile: &Profile, seed: u64) -> Vec<Case> {
        match self {
            Self::Authored { case, .. } => vec![*case],
            Self::Random { area, indices, .. } => {
                indices.map(|index| generate_case_in(profile, area, seed, index)).collect()
            }
        }
    }
}

/// Brings each record to the trial that waits for it.
#[derive(Default)]
struct Post(HashMap<String, Sender<CaseRecord>>);

impl Post {
    fn trial_for(&mut self, content: &Content, bench: Arc<Bench>) -> Trial {
        let (sender, records) = mpsc::channel();
        let names = content.case_names(bench.seed);
        self.0.extend(names.into_iter().map(|name| (name, sender.clone())));
        let content = content.clone();
        let (name, is_ignored) = (content.trial_name(), content.is_ignored());
        Trial::ignorable_test(name, move || bench.conclude(&content, &records)).with_ignored_flag(is_ignored)
    }

    fn deliver(&self, finished: Finished) -> Result<(), String> {
        let (Finished::Case(record) | Finished::Shrunk(record)) = finished else { return Ok(()) };
        let trial = self.0.get(&record.name).ok_or_else(|| format!("no trial waits for {}", record.name))?;
        // A trial that panicked does not wait any more.
        let _ = trial.send(record);
        Ok(())
    }
}

/// The engine, and how cases are run on it.
struct Bench {
    subject: Subject,
    settings: RunSettings,
    header: RunHeader,
    drawn_profile: Profile,
    seed: u64,
    runtime: Handle,
}

impl Bench {
    fn new(session: &Session, arguments: &Arguments, wanted: Wanted, runtime: Handle) -> Self {
        let settings = RunSettings {
            jobs: arguments.test_threads.unwrap_or(session.jobs),
            deadline: session.deadline,
            ..RunSettings::default()
        };
        let drawn_profile = wanted.drawn_profile();
        let header = header(session, wanted);
        Self { subject: session.subject(), settings, seed: header.seed, header, drawn_profile, runtime }
    }

    /// Runs the cases of all chosen trials, in their order.
    async fn run(self: Arc<Self>, chosen: Vec<Content>, post: Post) {
        // Dropping the sender would mean to stop.
        let (_running, stop) = watch::channel(false);
        let bench = Arc::clone(&self);
        let cases =
            chosen.into_iter().flat_map(move |content| content.into_cases(&bench.drawn_profile, bench.seed));
        run_cases(&self.subject, cases, &self.settings, stop, |record| post.deliver(record)).await;
    }

    /// Waits for the records of the trial's cases, and says what follows.
    fn conclude(&self, content: &Content, records: &Receiver<CaseRecord>) -> Result<Completion, Failed> {
        let names = content.case_names(self.seed);
        let mut records: Vec<_> = records.iter().take(names.len()).collect();
        records.sort_by_key(|record| names.iter().position(|name| *name == record.name));
        if records.len() < names.len() {
            return Err("the run ended before all cases of this trial were run".into());
        }
        let first = |fails: fn(Verdict) -> bool| records.iter().find(|record| fails(record.verdict));
        if let Some(record) = first(|verdict| verdict == Verdict::Diverge).or_else(|| first(is_failure)) {
            return Err(self.explain(content, record, &records).into());
        }
        match records.iter().find(|record| record.verdict != Verdict::Unsupported) {
            Some(_) => Ok(Completion::Completed),
            None => Ok(Completion::ignored_with(records[0].reason.as_deref().unwrap_or("unsupported"))),
        }
    }

    /// What a failing trial prints.
    fn explain(&self, content: &Content, record: &CaseRecord, all: &[CaseRecord]) -> String {
        let is_random = matches!(content, Content::Random { .. });
        let shrunk = (is_random && record.verdict == Verdict::Diverge).then(|| self.shrink(record)).flatten();
        let record = shrunk.as_ref().unwrap_or(record);
        let case = record.case.clone().or_else(|| {
            let cases = content.clone().into_cases(&self.drawn_profile, self.seed);
            cases.into_iter().find(|case| case.name == record.name)
        });
        let case = case.expect("a trial gets the records of its own cases");
        Failure { header: &self.header, case: &case, record, trial: all }.text()
    }

    /// A smaller case that differs in the same way, if there is one.
    fn shrink(&self, record: &CaseRecord) -> Option<CaseRecord> {
        let run = CaseRun::new(self.subject.clone(), self.settings.clone());
        let limits = ShrinkLimits { calls: SHRINK.calls, ends_at: Instant::now() + SHRINK_TIME, at_once: 1 };
        self.runtime.block_on(run.shrink(record, limits))
    }
}

fn header(session: &Session, wanted: Wanted) -> RunHeader {
    let Wanted { spec, seed, profile, .. } = wanted;
    RunHeader { engine_spec: spec.to_string(), seed, profile, ..session.header(&RunSettings::default()) }
}

fn is_failure(verdict: Verdict) -> bool {
    matches!(verdict, Verdict::Diverge | Verdict::Flaky | Verdict::EngineError | Verdict::HarnessError)
}
