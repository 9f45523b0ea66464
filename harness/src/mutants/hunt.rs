//! The hunt: the phases of a run against one mutant, until a divergence is confirmed, which is then shrunk.
//!
//! What a run would find is found, and nothing is asked twice: the right answers are computed once for all mutants, and a
//! case whose right answer did not come by the mutant's place is not run on it, because nothing could differ.
//!
//! Beside it the mutant is held against itself: every relation on the cases that it answers wrongly, and a sample of the
//! other forms of all cases. Both are part of what `run --oracle metamorphic` runs.

use std::{
    collections::BTreeMap,
    panic,
    sync::Arc,
    time::{Duration, Instant},
};

use asl_cases::{Case, Observation, Oracle, Phase, Profile, Verdict};
use asl_generators::{Relation, Twin, twins};
use asl_reference::reference::Settings;
use asl_reports::CaseRecord;
use futures::executor::block_on;
use serde_json::Value;

use super::{Mutant, RightAnswer};
use crate::{
    engine::{Engine, Fault, FaultyEngine},
    judge::{broken_invariants, judge_twin},
    plan::{Job, Plan, PlanSettings},
    runner::{Believed, CaseRun, RunSettings, ShrinkLimits, Subject},
};

/// A plan with the right answer to each of its jobs.
pub struct Prepared {
    jobs: Vec<PreparedJob>,
    forms: Vec<PreparedForm>,
    settings: Settings,
}

/// A case of the plan in another form.
struct PreparedForm {
    job: usize,
    relation: &'static Relation,
    twin: Twin,
    right: RightAnswer,
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
    /// How many cases of the plan the mutant answers wrongly, whether the difference is compared or not; counted until it
    /// is found by everyone who could.
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

/// How many other forms by one relation are tried on a mutant that answers their first forms rightly.
const FORMS_OF_A_RELATION: usize = 40;
/// How many cases that a mutant answers wrongly are tried with every relation.
const WRONG_CASES_MAX: usize = 60;

/// How much shrinking may cost for one mutant.
const SHRINK_CALLS_MAX: u32 = 300;
const SHRINK_TIME_MAX: Duration = Duration::from_secs(20);

impl Prepared {
    /// The default phases with this seed and so many drawn cases in each phase.
    pub fn new(profile: Profile, seed: u64, drawn: u64) -> Self {
        let settings = Settings::default();
        let plan = Plan::new(PlanSettings::new(profile, seed, drawn));
        let jobs: Vec<_> = plan.jobs().map(|job| PreparedJob::new(job, settings)).collect();
        let forms = sample_of_forms(&jobs, settings);
        Self { jobs, forms, settings }
    }

    /// How many other forms are tried on every mutant.
    pub fn n_forms(&self) -> usize {
        self.forms.len()
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

/// Other forms of the cases, not many by one relation, from all parts of the plan.
fn sample_of_forms(jobs: &[PreparedJob], settings: Settings) -> Vec<PreparedForm> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let mut forms = Vec::new();
    // From many places of the plan, so that no phase fills the sample alone.
    let stride = 17;
    let places = (0..stride).flat_map(|start| (start..jobs.len()).step_by(stride));
    for place in places.filter(|place| jobs[*place].has_forms()) {
        for (relation, twin) in twins(&jobs[place].job.case) {
            let count = counts.entry(relation.id).or_default();
            if *count < FORMS_OF_A_RELATION {
                *count += 1;
                let right = RightAnswer::to(&twin.case, settings);
                forms.push(PreparedForm { job: place, relation, twin, right });
            }
        }
    }
    forms
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

impl PreparedJob {
    /// Whether `run --oracle metamorphic` tries every relation on it.
    fn has_forms(&self) -> bool {
        matches!(self.job.phase, Phase::Corpus | Phase::Boundary | Phase::Random)
    }
}

struct Hunt<'a> {
    prepared: &'a Prepared,
    mutant: &'static Mutant,
    /// The run as everybody makes it.
    run: CaseRun,
    hunted: Hunted,
}

impl<'a> Hunt<'a> {
    fn new(prepared: &'a Prepared, mutant: &'static Mutant) -> Self {
        let engine: Arc<dyn Engine> = Arc::new(FaultyEngine::new(Fault::Bugs(vec![mutant])));
        let subject = Subject { engine, liveness: Arc::new(Believed) };
        let run = CaseRun::new(subject, run_settings());
        Self { prepared, mutant, run, hunted: Hunted::nothing(mutant) }
    }

    fn run(mut self) -> Hunted {
        for (index, prepared) in self.prepared.jobs.iter().enumerate() {
            if self.hunted.is_complete() {
                break;
            }
            if self.answers_wrongly(prepared) {
                self.hunted.n_wrong += 1;
                self.try_job(index + 1, prepared);
            }
        }
        self.try_sample();
        self.hunted
    }

    /// Where it answers rightly it agrees, as every right engine does, also with itself in another form.
    fn answers_wrongly(&self, prepared: &PreparedJob) -> bool {
        self.is_wrong(&prepared.job.case, &prepared.right)
            || prepared.twin.as_ref().is_some_and(|(twin, right)| self.is_wrong(&twin.case, right))
    }

    fn is_wrong(&self, case: &Case, right: &RightAnswer) -> bool {
        self.mutant.is_wrong(case, right, self.prepared.settings)
    }

    fn try_job(&mut self, n_cases: usize, prepared: &PreparedJob) {
        if self.hunted.found.is_none() {
            let record = block_on(self.run.run(prepared.job.clone())).record;
            self.hunted.found = self.found(n_cases, &record);
        }
        if self.hunted.rule.is_none() {
            self.hunted.rule = self.broken_rule(&prepared.job.case);
        }
        if self.hunted.relation.is_none() && self.hunted.n_wrong <= WRONG_CASES_MAX && prepared.has_forms() {
            self.try_every_relation(prepared);
        }
    }

    /// The rule for every engine that the mutant breaks in a case.
    fn broken_rule(&self, case: &Case) -> Option<String> {
        let observed = self.mutant.observe(case, self.prepared.settings).ok()?;
        match &broken_invariants(case, &observed).first()?.oracle {
            Oracle::Invariant { rule, .. } => Some(rule.clone()),
            _ => None,
        }
    }

    fn try_every_relation(&mut self, prepared: &PreparedJob) {
        let settings = self.prepared.settings;
        for (relation, twin) in twins(&prepared.job.case) {
            let right = RightAnswer::to(&twin.case, settings);
            if self.breaks(relation, prepared, (&twin, &right)) {
                self.hunted.relation = Some(relation.id.to_owned());
                return;
            }
        }
    }

    fn try_sample(&mut self) {
        for form in &self.prepared.forms {
            if self.hunted.relation.is_some() {
                return;
            }
            let prepared = &self.prepared.jobs[form.job];
            if self.is_wrong(&form.twin.case, &form.right)
                && self.breaks(form.relation, prepared, (&form.twin, &form.right))
            {
                self.hunted.relation = Some(form.relation.id.to_owned());
            }
        }
    }

    /// Whether the mutant contradicts itself where the right engine does not.
    fn breaks(
        &self,
        relation: &'static Relation,
        prepared: &PreparedJob,
        (twin, right_of_twin): (&Twin, &RightAnswer),
    ) -> bool {
        let case = &prepared.job.case;
        let (Ok(right), Ok(right_of_twin)) = (&prepared.right.observed, &right_of_twin.observed) else {
            return false;
        };
        let is_broken = |first: &Observation, other: &Observation| {
            judge_twin(relation, (case, first), (twin, other))
                .is_some_and(|judgement| judgement.verdict == Verdict::Diverge)
        };
        let settings = self.prepared.settings;
        let observe = |case: &Case, right: &Observation| {
            let observed = self.mutant.observe(case, settings).ok()?;
            Some(Observation { permits: right.permits.clone(), ..observed })
        };
        let Some(first) = observe(case, right) else { return false };
        let Some(other) = observe(&twin.case, right_of_twin) else { return false };
        is_broken(&first, &other) && !is_broken(right, right_of_twin)
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
    /// Whether there is nothing left to hunt for: a rule that so many wrong answers keep is not broken by more.
    fn is_complete(&self) -> bool {
        self.found.is_some()
            && self.relation.is_some()
            && (self.rule.is_some() || self.n_wrong >= WRONG_CASES_MAX)
    }

    fn nothing(mutant: &'static Mutant) -> Self {
        Self { mutant, found: None, relation: None, rule: None, n_wrong: 0, took: Duration::ZERO }
    }
}

fn run_settings() -> RunSettings {
    RunSettings::default()
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
