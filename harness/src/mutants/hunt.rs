//! The hunt: the phases of a run against one mutant, until a divergence is confirmed, which is then shrunk.
//!
//! What a run would find is found, and nothing is asked twice: the right answers are computed once for all mutants, and a
//! case whose right answer did not come by the mutant's place is not run on it, because nothing could differ.

use std::{
    panic,
    sync::Arc,
    time::{Duration, Instant},
};

use asl_cases::{Case, Oracle, Phase, Profile, Verdict};
use asl_generators::Twin;
use asl_reference::reference::Settings;
use asl_reports::CaseRecord;
use futures::executor::block_on;
use serde_json::Value;

use super::{Mutant, RightAnswer};
use crate::{
    engine::{Engine, Fault, FaultyEngine},
    plan::{Job, Plan, PlanSettings},
    runner::{Believed, CaseRun, RunOracle, RunSettings, ShrinkLimits, Subject},
};

/// A plan with the right answer to each of its jobs.
pub struct Prepared {
    jobs: Vec<PreparedJob>,
    settings: Settings,
}

struct PreparedJob {
    job: Job,
    right: RightAnswer,
    twin: Option<(Twin, RightAnswer)>,
}

/// What came of hunting one mutant.
#[derive(Clone, Debug)]
pub struct Hunted {
    /// The mutant.
    pub mutant: &'static Mutant,
    /// The first confirmed divergence of the run; `None` if the suite misses the bug.
    pub found: Option<Found>,
    /// The relation that finds it without any reference or expectation.
    pub relation: Option<String>,
    /// The rule for every engine that finds it alone.
    pub rule: Option<String>,
    /// How many cases of the plan the mutant answers wrongly, whether the difference is compared or not.
    pub n_wrong: usize,
    /// How long the hunt took.
    pub took: Duration,
}

/// A confirmed divergence.
#[derive(Clone, Debug)]
pub struct Found {
    /// Who spoke.
    pub oracle: Oracle,
    /// The part of the run.
    pub phase: Phase,
    /// How many cases had been run, this one included.
    pub n_cases: usize,
    /// The name of the case.
    pub case: String,
    /// The id of the signature.
    pub signature: String,
    /// The difference in a sentence.
    pub sentence: String,
    /// How many states the shrunk case has.
    pub n_states: usize,
}

/// How much shrinking may cost for one mutant.
const SHRINK_CALLS_MAX: u32 = 300;
const SHRINK_TIME_MAX: Duration = Duration::from_secs(20);

impl Prepared {
    /// The default phases with this seed and so many drawn cases in each phase.
    pub fn new(profile: Profile, seed: u64, drawn: u64) -> Self {
        let settings = Settings::default();
        let plan = Plan::new(PlanSettings::new(profile, seed, drawn));
        let jobs = plan.jobs().map(|job| PreparedJob::new(job, settings)).collect();
        Self { jobs, settings }
    }

    /// How many jobs there are.
    pub fn length(&self) -> usize {
        self.jobs.len()
    }

    /// Hunts one mutant. A mutant that makes the reference panic is as good as an engine that dies: nothing is found.
    pub fn hunt(&self, mutant: &'static Mutant) -> Hunted {
        let started = Instant::now();
        let hunted = panic::catch_unwind(panic::AssertUnwindSafe(|| Hunt::new(self, mutant).run()));
        let hunted = hunted.unwrap_or_else(|_| Hunted::nothing(mutant));
        Hunted { took: started.elapsed(), ..hunted }
    }
}

impl PreparedJob {
    fn new(job: Job, settings: Settings) -> Self {
        let right = RightAnswer::to(&job.case, settings);
        let twin = job.relation.and_then(|relation| relation.twin(&job.case)).map(|twin| {
            let right = RightAnswer::to(&twin.case, settings);
            (twin, right)
        });
        Self { job, right, twin }
    }
}

struct Hunt<'a> {
    prepared: &'a Prepared,
    mutant: &'static Mutant,
    /// The run as everybody makes it.
    run: CaseRun,
    /// The same where nobody knows what is right: relations and rules speak alone.
    alone: CaseRun,
    hunted: Hunted,
}

impl<'a> Hunt<'a> {
    fn new(prepared: &'a Prepared, mutant: &'static Mutant) -> Self {
        let engine: Arc<dyn Engine> = Arc::new(FaultyEngine::new(Fault::Mutant(mutant)));
        let run = |oracle| {
            let subject = Subject { engine: Arc::clone(&engine), liveness: Arc::new(Believed) };
            CaseRun::new(subject, run_settings(oracle))
        };
        let (run, alone) = (run(RunOracle::Reference), run(RunOracle::Metamorphic));
        Self { prepared, mutant, run, alone, hunted: Hunted::nothing(mutant) }
    }

    fn run(mut self) -> Hunted {
        for (index, prepared) in self.prepared.jobs.iter().enumerate() {
            if self.answers_wrongly(prepared) {
                self.hunted.n_wrong += 1;
                self.try_job(index + 1, prepared);
            }
        }
        self.hunted
    }

    /// Where it answers rightly it agrees, as every right engine does, also with itself in another form.
    fn answers_wrongly(&self, prepared: &PreparedJob) -> bool {
        let settings = self.prepared.settings;
        let is_wrong = |case: &Case, right: &RightAnswer| self.mutant.is_wrong(case, right, settings);
        is_wrong(&prepared.job.case, &prepared.right)
            || prepared.twin.as_ref().is_some_and(|(twin, right)| is_wrong(&twin.case, right))
    }

    fn try_job(&mut self, n_cases: usize, prepared: &PreparedJob) {
        if self.hunted.found.is_none() {
            let record = block_on(self.run.run(prepared.job.clone())).record;
            self.hunted.found = self.found(n_cases, &record);
        }
        if self.hunted.relation.is_some() {
            return;
        }
        let record = block_on(self.alone.run(prepared.job.clone())).record;
        if record.verdict != Verdict::Diverge {
            return;
        }
        match record.divergences.first().map(|first| &first.oracle) {
            Some(Oracle::Metamorphic { relation, .. }) => self.hunted.relation = Some(relation.clone()),
            Some(Oracle::Invariant { rule, .. }) => drop(self.hunted.rule.get_or_insert(rule.clone())),
            _ => {}
        }
    }

    fn found(&self, n_cases: usize, record: &CaseRecord) -> Option<Found> {
        let first = record.divergences.first().filter(|_| record.verdict == Verdict::Diverge)?;
        let ends_at = tokio::time::Instant::now() + SHRINK_TIME_MAX;
        let limits = ShrinkLimits { calls: SHRINK_CALLS_MAX, ends_at, at_once: 1 };
        let shrunk = block_on(self.run.shrink(record, limits));
        let smallest = shrunk.as_ref().unwrap_or(record).case.as_ref()?;
        Some(Found {
            oracle: first.oracle.clone(),
            phase: record.phase?,
            n_cases,
            case: record.name.clone(),
            signature: first.signature.id().to_string(),
            sentence: first.sentence.clone(),
            n_states: n_states(smallest),
        })
    }
}

impl Hunted {
    fn nothing(mutant: &'static Mutant) -> Self {
        Self { mutant, found: None, relation: None, rule: None, n_wrong: 0, took: Duration::ZERO }
    }
}

fn run_settings(oracle: RunOracle) -> RunSettings {
    RunSettings { oracle, ..RunSettings::default() }
}

/// How many states the machine under test has, at any depth; a state that is tested alone is one.
fn n_states(case: &Case) -> usize {
    fn count(value: &Value) -> usize {
        match value {
            Value::Object(members) => {
                let own = members.get("States").and_then(Value::as_object).map_or(0, serde_json::Map::len);
                own + members.values().map(count).sum::<usize>()
            }
            Value::Array(items) => items.iter().map(count).sum(),
            _ => 0,
        }
    }
    count(&case.main().definition).max(usize::from(case.test_state.is_some()))
}
