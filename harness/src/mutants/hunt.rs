//! The hunt: the phases of a run against one mutant, until a divergence is confirmed, which is then shrunk.
//!
//! What a run would find is found, and nothing is asked twice: the right answers are computed once for all mutants, and a
//! case whose right answer did not come by the mutant's place is not run on it, because nothing could differ.

use std::{panic, sync::Arc, time::Duration, time::Instant};

use asl_cases::{Case, Divergence, Observation, Oracle, Phase, Policy, Profile, Verdict};
use asl_generators::Twin;
use asl_reference::reference::{ReferenceError, Settings};
use asl_reports::CaseRecord;
use futures::executor::block_on;
use serde_json::Value;

use super::{Mutant, RightAnswer};
use crate::{
    engine::{Engine, Fault, FaultyEngine},
    judge::{Judgement, broken_invariants, judge_twin},
    plan::{Job, Plan, PlanSettings},
    runner::{Believed, CaseRun, RunSettings, ShrinkLimits, Subject},
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
    pub relation: Option<&'static str>,
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
        let hunted = hunted.unwrap_or_else(|_| Hunted {
            mutant,
            found: None,
            relation: None,
            rule: None,
            n_wrong: 0,
            took: Duration::ZERO,
        });
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
    run: CaseRun,
    hunted: Hunted,
}

impl<'a> Hunt<'a> {
    fn new(prepared: &'a Prepared, mutant: &'static Mutant) -> Self {
        let engine: Arc<dyn Engine> = Arc::new(FaultyEngine::new(Fault::Mutant(mutant)));
        let run = CaseRun::new(Subject { engine, liveness: Arc::new(Believed) }, run_settings());
        let hunted =
            Hunted { mutant, found: None, relation: None, rule: None, n_wrong: 0, took: Duration::ZERO };
        Self { prepared, mutant, run, hunted }
    }

    fn run(mut self) -> Hunted {
        for (index, prepared) in self.prepared.jobs.iter().enumerate() {
            match prepared.job.relation {
                None => self.try_case(index + 1, prepared),
                Some(_) => self.try_twin(index + 1, prepared),
            }
        }
        self.hunted
    }

    fn try_case(&mut self, n_cases: usize, prepared: &PreparedJob) {
        let PreparedJob { job, right, .. } = prepared;
        let Some(wrong) = self.mutant.wrong_answer(&job.case, right, self.prepared.settings) else { return };
        self.hunted.n_wrong += 1;
        let broken = wrong.as_ref().map_or_else(|_| Vec::new(), |wrong| broken_invariants(&job.case, wrong));
        if let (None, Some(Oracle::Invariant { rule })) =
            (&self.hunted.rule, broken.first().map(|first| &first.oracle))
        {
            self.hunted.rule = Some(rule.clone());
        }
        if self.hunted.found.is_some() {
            return;
        }
        let record = block_on(self.run.run(job.clone())).record;
        if record.verdict == Verdict::Diverge {
            self.hunted.found = self.found(n_cases, &record);
        } else if let Some(first) = broken.first() {
            self.hunted.found = Some(found_as_drawn(n_cases, job, first));
        }
    }

    fn found(&self, n_cases: usize, record: &CaseRecord) -> Option<Found> {
        let first = record.divergences.first()?;
        let ends_at = tokio::time::Instant::now() + SHRINK_TIME_MAX;
        let limits = ShrinkLimits { calls: SHRINK_CALLS_MAX, ends_at, at_once: 1 };
        let shrunk = block_on(self.run.shrink(record, limits));
        let smallest = shrunk.as_ref().unwrap_or(record).case.as_ref()?;
        Some(Found {
            oracle: first.oracle.clone(),
            phase: record.phase.unwrap_or(Phase::Corpus),
            n_cases,
            case: record.name.clone(),
            signature: first.signature.id().to_string(),
            sentence: first.sentence.clone(),
            n_states: n_states(smallest),
        })
    }

    fn try_twin(&mut self, n_cases: usize, prepared: &PreparedJob) {
        if self.hunted.found.is_some() && self.hunted.relation.is_some() {
            return;
        }
        let Some((judgement, is_wrong)) = self.judge_forms(prepared) else { return };
        self.hunted.n_wrong += usize::from(is_wrong);
        let (Some(relation), Some(first)) = (prepared.job.relation, judgement.divergences.first()) else {
            return;
        };
        self.hunted.relation.get_or_insert(relation.id);
        if self.hunted.found.is_none() {
            self.hunted.found = Some(found_as_drawn(n_cases, &prepared.job, first));
        }
    }

    /// Both forms on the mutant; `None` if it answers both rightly, and a right engine keeps every relation.
    fn judge_forms(&self, prepared: &PreparedJob) -> Option<(Judgement, bool)> {
        let PreparedJob { job, right, twin: Some((twin, right_twin)) } = prepared else { return None };
        let settings = self.prepared.settings;
        let first = self.mutant.wrong_answer(&job.case, right, settings);
        let other = self.mutant.wrong_answer(&twin.case, right_twin, settings);
        if first.is_none() && other.is_none() {
            return None;
        }
        let first = said(first, right)?;
        let other = said(other, right_twin)?;
        Some((judge_twin(job.relation?, (&job.case, &first), (twin, &other))?, true))
    }
}

/// What the mutant says to a form, with what AWS permits, which an engine cannot know.
fn said(wrong: Option<Result<Observation, ReferenceError>>, right: &RightAnswer) -> Option<Observation> {
    let right = right.observed.as_ref().ok()?;
    match wrong {
        None => Some(right.clone()),
        Some(wrong) => Some(Observation { permits: right.permits.clone(), ..wrong.ok()? }),
    }
}

fn found_as_drawn(n_cases: usize, job: &Job, first: &Divergence) -> Found {
    Found {
        oracle: first.oracle.clone(),
        phase: job.phase,
        n_cases,
        case: job.case.name.clone(),
        signature: first.signature.id().to_string(),
        sentence: first.sentence.clone(),
        n_states: n_states(&job.case),
    }
}

fn run_settings() -> RunSettings {
    RunSettings {
        jobs: 1,
        deadline: Duration::from_secs(30),
        policy: Policy::default(),
        repeats: 2,
        shrink: None,
        ends_at: None,
        reference: Settings::default(),
        known: Arc::default(),
    }
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
