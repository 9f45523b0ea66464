//! Runs cases on an engine: bounded concurrency, a deadline per case, a clean stop.
//!
//! The runner sees no file and no terminal: every finished case is handed to a listener as a record.

mod agreements;
mod case_run;
mod groups;
mod related;
mod shrink;
mod shrink_groups;

use std::{collections::HashMap, sync::Arc, time::Duration};

use asl_cases::{Case, Policy, Verdict};
use asl_reference::reference::Settings;
use asl_reports::{CaseRecord, NOT_SENT, SameBug};
use tokio::{
    sync::watch,
    task::{JoinError, JoinSet},
    time::Instant,
};

use self::{groups::Groups, shrink_groups::shrink_groups};
use crate::{engine::Engine, known::Known, plan::Job};

pub use case_run::{CaseEnd, CaseRun};
pub use shrink::{ShrinkBudget, ShrinkLimits};

/// How cases are run.
#[derive(Clone, Debug)]
pub struct RunSettings {
    /// How many cases at once.
    pub jobs: usize,
    /// The time for one case on the engine.
    pub deadline: Duration,
    /// Who may speak against an answer.
    pub oracle: RunOracle,
    /// How each facet is compared.
    pub policy: Policy,
    /// How often a divergence is run again before it is reported.
    pub repeats: u32,
    /// What shrinking may cost; `None` leaves cases as they were drawn.
    pub shrink: Option<ShrinkBudget>,
    /// When the run is over, finished or not.
    pub ends_at: Option<Instant>,
    /// Seed and clock of the reference.
    pub reference: Settings,
    /// What is known to be wrong with the engine.
    pub known: Arc<Known>,
}

/// One case at a time, half a minute each, repeated twice and left as it was drawn.
impl Default for RunSettings {
    fn default() -> Self {
        Self {
            jobs: 1,
            deadline: Duration::from_secs(30),
            oracle: RunOracle::default(),
            policy: Policy::default(),
            repeats: 2,
            shrink: None,
            ends_at: None,
            reference: Settings::default(),
            known: Arc::default(),
        }
    }
}

/// Who may speak against an answer of the engine.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum RunOracle {
    /// The authored expectation where a case has one, else the reference; then the engine itself
    #[default]
    Reference,
    /// The engine itself alone: metamorphic relations, and the rules that every engine must keep
    Metamorphic,
}

impl RunOracle {
    /// Who speaks, in words.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Reference => "expectation, else reference",
            Self::Metamorphic => "metamorphic relations and invariants alone",
        }
    }
}

/// Why a run ended before its last case.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StopReason {
    /// Ctrl-C.
    #[error("interrupted")]
    Interrupted,
    /// `--max-time` is used up.
    #[error("the time given with --max-time is used up")]
    TimeUp,
    /// A record could not be kept.
    #[error("the run log cannot be written: {0}")]
    LogBroken(String),
}

/// Something to keep of a run.
pub enum Finished {
    /// A case.
    Case(CaseRecord),
    /// A smaller case than the one that it says it was shrunk from.
    Shrunk(CaseRecord),
    /// Two signatures that are one bug.
    SameBug(SameBug),
}

/// How a run ended.
#[derive(Clone, Debug, Default)]
pub struct RunEnd {
    /// Why it ended early.
    pub stopped: Option<StopReason>,
    /// Why the engine was given up.
    pub engine_down: Option<String>,
}

/// The engine with a way to ask whether it is still there.
#[derive(Clone)]
pub struct Subject {
    /// The engine.
    pub engine: Arc<dyn Engine>,
    /// Whether the process that we started is still there, and where its log is.
    pub liveness: Arc<dyn Liveness>,
}

/// Whether an engine's process is still there.
pub trait Liveness: Send + Sync {
    /// `None` while it is alive; else the log file of the dead process.
    fn death(&self) -> Option<String>;
}

/// An engine in whose process nobody can look: believed to be alive.
pub struct Believed;

impl Liveness for Believed {
    fn death(&self) -> Option<String> {
        None
    }
}

/// After this many cases in a row that ran into their deadline, the engine is given up.
const HANGS_MAX: u32 = 24;

/// Runs all jobs, then shrinks what no authored case shows, and hands each record to `keep`, in the order in which they
/// finish. `stop` turns true when the user interrupts.
pub async fn run_cases(
    subject: &Subject,
    jobs: impl Iterator<Item = impl Into<Job>>,
    settings: &RunSettings,
    mut stop: watch::Receiver<bool>,
    mut keep: impl FnMut(Finished) -> Result<(), String>,
) -> RunEnd {
    let started = Instant::now();
    let mut jobs = jobs.map(Into::into).fuse();
    let mut running = Running::new(subject.clone(), settings.clone());
    let mut groups = Groups::default();
    let mut end = RunEnd::default();
    loop {
        while end.engine_down.is_none() && running.set.len() < settings.jobs {
            let Some(job) = jobs.next() else { break };
            running.spawn(job);
        }
        let finished = tokio::select! {
            finished = running.next() => finished,
            _ = stop.wait_for(|stopped| *stopped) => {
                end.stopped = Some(StopReason::Interrupted);
                break;
            }
            () = until(settings.ends_at) => {
                end.stopped = Some(StopReason::TimeUp);
                break;
            }
        };
        let Some((finished, case)) = finished else { break };
        running.watch_for_death(&finished, &mut end);
        groups.add(&finished.record, &case);
        if let Err(reason) = keep(Finished::Case(finished.record)) {
            end.stopped = Some(StopReason::LogBroken(reason));
            break;
        }
    }
    running.set.shutdown().await;
    if end.stopped.is_none() {
        give_up_rest(&end, subject, jobs, &mut keep);
    }
    if end.stopped.is_none() && end.engine_down.is_none() {
        let time = settings.shrink.map(|budget| budget.time_after(started.elapsed()));
        let ends_at = settings.ends_at.into_iter().chain(time.map(|time| Instant::now() + time)).min();
        end.stopped = shrink_groups(&running.run, groups, settings, ends_at, stop, &mut keep).await;
    }
    end
}

/// The rest of the jobs of an engine that is gone: never sent, and never a divergence.
fn give_up_rest(
    end: &RunEnd,
    subject: &Subject,
    jobs: impl Iterator<Item = Job>,
    keep: &mut impl FnMut(Finished) -> Result<(), String>,
) {
    let Some(reason) = &end.engine_down else { return };
    for job in jobs {
        let mut record = job.record(subject.engine.id(), Verdict::EngineError);
        record.reason = Some(format!("{NOT_SENT}{reason}"));
        if keep(Finished::Case(record)).is_err() {
            return;
        }
    }
}

async fn until(ends_at: Option<Instant>) {
    match ends_at {
        Some(at) => tokio::time::sleep_until(at).await,
        None => std::future::pending().await,
    }
}

/// The cases that are running now.
struct Running {
    run: Arc<CaseRun>,
    set: JoinSet<CaseEnd>,
    names: HashMap<tokio::task::Id, Job>,
    hangs: u32,
}

impl Running {
    fn new(subject: Subject, settings: RunSettings) -> Self {
        let run = Arc::new(CaseRun::new(subject, settings));
        Self { run, set: JoinSet::new(), names: HashMap::new(), hangs: 0 }
    }

    fn spawn(&mut self, job: Job) {
        let run = Arc::clone(&self.run);
        let sent = job.clone();
        let handle = self.set.spawn(async move { run.run(sent).await });
        self.names.insert(handle.id(), job);
    }

    /// How the next case ended, and the case.
    async fn next(&mut self) -> Option<(CaseEnd, Case)> {
        let joined = self.set.join_next_with_id().await?;
        let id = joined.as_ref().map_or_else(JoinError::id, |(id, _)| *id);
        let job = self.names.remove(&id).expect("every task has its job");
        Some(match joined {
            Ok((_, end)) => (end, job.case),
            Err(error) => {
                let case = job.case.clone();
                (self.panicked(job, &error), case)
            }
        })
    }

    /// A panic while a case ran is a fault of ours; the run goes on.
    fn panicked(&self, job: Job, error: &JoinError) -> CaseEnd {
        let mut record = job.record(self.run.engine_id(), Verdict::HarnessError);
        record.reason = Some(format!("the harness panicked: {error}; please report this case"));
        record.case = Some(job.case);
        CaseEnd { record, fatal: None, hung: false }
    }

    /// An engine that cannot be reached any more, whose process is gone, or that hangs case after case, is given up.
    fn watch_for_death(&mut self, finished: &CaseEnd, end: &mut RunEnd) {
        self.hangs = if finished.hung { self.hangs + 1 } else { 0 };
        if end.engine_down.is_some() {
            return;
        }
        if let Some(reason) = &finished.fatal {
            end.engine_down = Some(reason.clone());
        } else if self.hangs >= HANGS_MAX {
            end.engine_down =
                Some(format!("{HANGS_MAX} cases in a row ran into their deadline; the engine hangs"));
        }
    }
}
