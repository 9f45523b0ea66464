//! Which jobs a run has: a pure list, made from a seed and a profile before any engine is asked.

use std::collections::BTreeMap;

use asl_cases::{Case, Phase, Profile, Verdict, corpus::corpus};
use asl_generators::{
    AREAS, RELATIONS, Relation, boundary_cases, generate_case, generate_case_in, generate_invalid,
};
use asl_reports::{CaseRecord, Planned, Query};

use crate::known::relation_of;

/// One thing to run.
#[derive(Clone, Debug)]
pub struct Job {
    /// The case; of a metamorphic job, the first form.
    pub case: Case,
    /// The part of the run.
    pub phase: Phase,
    /// The relation by which the case is run in two forms.
    pub relation: Option<&'static Relation>,
}

impl From<Case> for Job {
    /// The case, in the phase that its name tells; alone, unless it was kept of a bug that shows in two forms.
    fn from(case: Case) -> Self {
        Self { phase: Phase::of_name(&case.name), relation: relation_of(&case.name), case }
    }
}

impl Job {
    /// The two forms of a case by a relation.
    pub fn related(case: Case, relation: &'static Relation) -> Self {
        Self { case, phase: Phase::Metamorphic, relation: Some(relation) }
    }

    /// The record of this job with this verdict.
    pub fn record(&self, engine: &str, verdict: Verdict) -> CaseRecord {
        CaseRecord {
            phase: Some(self.phase),
            relation: self.relation.map(|relation| relation.id.to_owned()),
            ..CaseRecord::new(&self.case, engine, verdict)
        }
    }
}

/// With which relations cases are run in two forms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Forms {
    /// As many jobs as there are drawn cases; each relation has its turn.
    InTurn,
    /// Each case of the phases corpus, boundary and random with every relation that applies to it.
    Every,
}

/// What a plan is made from.
#[derive(Clone, Debug)]
pub struct PlanSettings {
    /// The phases. The kept cases are run in any case.
    pub phases: Vec<Phase>,
    /// What both the engine and the oracle know: drawn cases need no more.
    pub profile: Profile,
    /// The seed of what is drawn.
    pub seed: u64,
    /// How many cases to draw in each of the phases that draw.
    pub drawn: u64,
    /// The jobs of the metamorphic phase.
    pub forms: Forms,
    /// Only these areas; all, if there is none.
    pub areas: Vec<String>,
    /// Only what this query chooses.
    pub only: Option<Query>,
    /// The engine's name, for the query.
    pub engine: String,
    /// The kept cases of known bugs.
    pub kept: Vec<Case>,
}

impl PlanSettings {
    /// Every phase and area, without kept cases.
    pub fn new(profile: Profile, seed: u64, drawn: u64) -> Self {
        Self {
            phases: Phase::ALL.to_vec(),
            profile,
            seed,
            drawn,
            forms: Forms::InTurn,
            areas: Vec::new(),
            only: None,
            engine: String::new(),
            kept: Vec::new(),
        }
    }
}

/// Which jobs a run has.
#[derive(Clone, Debug)]
pub struct Plan {
    settings: PlanSettings,
    counts: BTreeMap<Phase, u64>,
}

/// The cases of the metamorphic phase are not those of the random phase: they are drawn from here on.
const METAMORPHIC_FROM: u64 = 1_000_000_000;

/// How many draws a relation gets in its turn until one fits, and how many authored and enumerated cases after them.
const DRAWS_FOR_A_RELATION: u64 = 6;
const KNOWN_FOR_A_RELATION: usize = 200;

/// The cases that are there without a draw. Whether a relation applies to one is found out once: it is asked in every turn
/// of the relation, and to rewrite a case costs more than to draw one.
struct KnownCases {
    cases: Vec<Case>,
    /// By relation and case.
    applies: Vec<Vec<Option<bool>>>,
}

impl KnownCases {
    fn of(cases: impl Iterator<Item = Case>) -> Self {
        let cases: Vec<Case> = cases.collect();
        Self { applies: vec![vec![None; cases.len()]; RELATIONS.len()], cases }
    }

    /// The first of the cases from a place on to which the relation of this number applies.
    fn first_from(
        &mut self,
        place: usize,
        relation: usize,
        applies: impl Fn(&Case) -> bool,
    ) -> Option<&Case> {
        let count = self.cases.len();
        let known = &mut self.applies[relation];
        let mut places = (0..KNOWN_FOR_A_RELATION.min(count)).map(|step| (place + step) % count);
        let found = places.find(|at| *known[*at].get_or_insert_with(|| applies(&self.cases[*at])))?;
        Some(&self.cases[found])
    }
}

impl Plan {
    /// The plan that follows from these settings.
    pub fn new(settings: PlanSettings) -> Self {
        let mut plan = Self { settings, counts: BTreeMap::new() };
        plan.counts = plan.count();
        plan
    }

    /// How many jobs there are.
    pub fn length(&self) -> u64 {
        self.counts.values().sum()
    }

    /// How many jobs each phase has; phases without one are left out.
    pub fn counts(&self) -> &BTreeMap<Phase, u64> {
        &self.counts
    }

    /// The jobs, phase by phase; drawn when it is their turn, so that memory stays flat.
    pub fn jobs(&self) -> impl Iterator<Item = Job> {
        Phase::ALL.into_iter().flat_map(|phase| self.jobs_of(phase))
    }

    fn jobs_of(&self, phase: Phase) -> impl Iterator<Item = Job> {
        let is_wanted = phase == Phase::Regression || self.settings.phases.contains(&phase);
        let all = is_wanted.then(|| self.all_of(phase)).into_iter().flatten();
        all.filter(|job| self.is_chosen(job))
    }

    /// All jobs of a phase, whatever the query says.
    fn all_of(&self, phase: Phase) -> Box<dyn Iterator<Item = Job> + '_> {
        let draws = 0..self.drawn_in_areas();
        match phase {
            Phase::Regression => {
                let kept = self.settings.kept.iter().cloned();
                Box::new(kept.map(move |case| Job { phase, ..Job::from(case) }))
            }
            Phase::Corpus => {
                let authored = corpus().into_iter().filter(|case| self.is_in_areas(case));
                Box::new(authored.map(Job::from))
            }
            Phase::Random => Box::new(draws.map(|index| Job::from(self.draw(index)))),
            Phase::Metamorphic if self.settings.forms == Forms::Every => Box::new(self.every_relation()),
            Phase::Metamorphic => {
                let mut known = KnownCases::of(self.known());
                Box::new(draws.filter_map(move |index| self.related(index, &mut known)))
            }
            Phase::Boundary => {
                let all = boundary_cases(&self.settings.profile).filter(|case| self.is_in_areas(case));
                Box::new(all.map(Job::from))
            }
            Phase::Invalid => {
                let PlanSettings { profile, seed, drawn, .. } = &self.settings;
                let all = (0..*drawn).map(|index| generate_invalid(profile, *seed, index));
                Box::new(all.filter(|case| self.is_in_areas(case)).map(Job::from))
            }
        }
    }

    /// With a query, by drawing everything once: the number of the jobs is part of the plan. Without one, every draw is a
    /// job.
    fn count(&self) -> BTreeMap<Phase, u64> {
        let count = |phase: Phase| match (phase, &self.settings.only) {
            (Phase::Metamorphic, None) if self.settings.forms == Forms::Every => {
                self.jobs_of(phase).count() as u64
            }
            (Phase::Random | Phase::Metamorphic, None) => {
                if self.settings.phases.contains(&phase) {
                    self.drawn_in_areas()
                } else {
                    0
                }
            }
            _ => self.jobs_of(phase).count() as u64,
        };
        let counts = Phase::ALL.into_iter().map(|phase| (phase, count(phase)));
        counts.filter(|(_, count)| *count > 0).collect()
    }

    /// None, where no area of random cases is wanted.
    fn drawn_in_areas(&self) -> u64 {
        let draws = self.settings.areas.is_empty() || !self.random_areas().is_empty();
        if draws { self.settings.drawn } else { 0 }
    }

    fn random_areas(&self) -> Vec<&str> {
        let areas = self.settings.areas.iter().map(String::as_str);
        areas.filter(|area| AREAS.contains(area)).collect()
    }

    fn draw(&self, index: u64) -> Case {
        let PlanSettings { profile, seed, .. } = &self.settings;
        let areas = self.random_areas();
        match areas.len() {
            0 => generate_case(profile, *seed, index),
            count => {
                let place = usize::try_from(index % count as u64).expect("below the number of areas");
                generate_case_in(profile, areas[place], *seed, index)
            }
        }
    }

    /// A case to which the relation in turn applies: one of a few draws, or one that is known without a draw. Where there
    /// is none, another relation has its turn.
    fn related(&self, index: u64, known: &mut KnownCases) -> Option<Job> {
        let first = METAMORPHIC_FROM + index * DRAWS_FOR_A_RELATION;
        let mut draws = (first..first + DRAWS_FOR_A_RELATION).map(|index| self.draw(index));
        let turn = usize::try_from(index % RELATIONS.len() as u64).expect("below the number of relations");
        let round = usize::try_from(index / RELATIONS.len() as u64).expect("as many as cases");
        let relation = &RELATIONS[turn];
        let case = draws.find(|case| self.applies(relation, case)).or_else(|| {
            known.first_from(round * KNOWN_FOR_A_RELATION, turn, |case| self.applies(relation, case)).cloned()
        });
        if let Some(case) = case {
            return Some(Job::related(case, relation));
        }
        let case = self.draw(first);
        let mut others = RELATIONS[turn..].iter().chain(&RELATIONS[..turn]);
        let relation = others.find(|relation| self.applies(relation, &case))?;
        Some(Job::related(case, relation))
    }

    fn every_relation(&self) -> impl Iterator<Item = Job> {
        let draws = (0..self.drawn_in_areas()).map(|index| self.draw(index));
        self.known().chain(draws).flat_map(|case| {
            let relations = RELATIONS.iter().filter(|relation| self.applies(relation, &case));
            relations.map(|relation| Job::related(case.clone(), relation)).collect::<Vec<_>>()
        })
    }

    /// The cases that are there without a draw.
    fn known(&self) -> impl Iterator<Item = Case> {
        let all = corpus().into_iter().chain(boundary_cases(&self.settings.profile));
        all.filter(|case| self.is_in_areas(case) && self.settings.profile.missing(case).is_empty())
    }

    fn applies(&self, relation: &Relation, case: &Case) -> bool {
        relation.twin(case).is_some_and(|twin| self.settings.profile.missing(&twin.case).is_empty())
    }

    fn is_in_areas(&self, case: &Case) -> bool {
        self.settings.areas.is_empty() || self.settings.areas.iter().any(|area| area == case.area())
    }

    fn is_chosen(&self, job: &Job) -> bool {
        let planned = Planned {
            case: &job.case,
            phase: job.phase,
            relation: job.relation.map(|relation| relation.id),
            engine: &self.settings.engine,
        };
        self.settings.only.as_ref().is_none_or(|query| query.matches_planned(&planned))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(drawn: u64) -> PlanSettings {
        PlanSettings::new(Profile::everything(), 7, drawn)
    }

    fn names(plan: &Plan) -> Vec<(Phase, String, Option<&'static str>)> {
        let name = |job: Job| (job.phase, job.case.name, job.relation.map(|relation| relation.id));
        plan.jobs().map(name).collect()
    }

    #[test]
    fn plan_has_as_many_jobs_as_it_says_and_the_same_ones_each_time() {
        let plan = Plan::new(settings(40));
        let all = names(&plan);
        assert_eq!(all.len() as u64, plan.length());
        assert_eq!(names(&Plan::new(settings(40))), all);
        for (phase, count) in plan.counts() {
            assert_eq!(all.iter().filter(|(of, _, _)| of == phase).count() as u64, *count, "{phase}");
        }
        assert!(all.is_sorted_by_key(|(phase, _, _)| *phase));
    }

    #[test]
    fn every_relation_has_its_turn_and_every_draw_has_a_relation() {
        let only = PlanSettings { phases: vec![Phase::Metamorphic], ..settings(400) };
        let plan = Plan::new(only);
        assert_eq!(plan.length(), 400);
        let drawn: Vec<_> = plan.jobs().filter_map(|job| job.relation).map(|relation| relation.id).collect();
        let missing: Vec<_> = RELATIONS.iter().filter(|relation| !drawn.contains(&relation.id)).collect();
        assert!(missing.len() < 4, "{missing:?}");
    }

    #[test]
    fn every_form_of_a_known_case_is_a_job_where_the_engine_speaks_alone() {
        let areas = vec!["choice".to_owned()];
        let phases = vec![Phase::Metamorphic];
        let plan = Plan::new(PlanSettings { forms: Forms::Every, areas, phases, ..settings(2) });
        let all = names(&plan);
        assert_eq!(all.len() as u64, plan.length());
        let of = |relation: &str| all.iter().filter(|(_, _, of)| *of == Some(relation)).count();
        assert!(of("complement-operator") > 2 && of("comments") > of("complement-operator"), "{}", all.len());
    }

    #[test]
    fn query_and_areas_choose_jobs() {
        let only = "phase(random) & area(map) | relation(comments)".parse().expect("a query");
        let plan = Plan::new(PlanSettings { only: Some(only), ..settings(60) });
        let all = names(&plan);
        assert_eq!(all.len() as u64, plan.length());
        assert!(all.iter().all(|(phase, name, relation)| match phase {
            Phase::Random => name.starts_with("random/map/"),
            _ => *relation == Some("comments"),
        }));
        let areas = vec!["wait".to_owned()];
        let plan = Plan::new(PlanSettings { areas, ..settings(5) });
        assert!(plan.jobs().all(|job| job.case.area() == "wait"));
        let areas = vec!["workshop".to_owned()];
        assert!(
            Plan::new(PlanSettings { areas, ..settings(5) }).jobs().all(|job| job.phase == Phase::Corpus)
        );
    }

    #[test]
    fn kept_cases_come_first_whatever_the_phases() {
        let kept = vec![Case { name: "regression/s1-1".to_owned(), ..corpus().remove(0) }];
        let plan = Plan::new(PlanSettings { phases: vec![Phase::Random], kept, ..settings(1) });
        let phases: Vec<_> = plan.jobs().map(|job| job.phase).collect();
        assert_eq!(phases, [Phase::Regression, Phase::Random]);
    }
}
