//! Engines with known bugs, to measure the suite itself: which of them does it find, and how soon?
//!
//! A mutant is the reference with one mistake that an engine author really makes, seeded in one of three ways: a change
//! at one place of the reference, a definition that is read wrongly, or an answer that is told wrongly. The catalogue is
//! data; `hunt.rs` runs the suite's phases against a mutant.

mod catalogue;
mod hunt;
mod misreading;
mod misstatement;
mod report;

use asl_cases::{Case, Observation};
use asl_reference::{
    reference::{self, ReferenceError, Settings},
    seeded::{Site, SiteSet, noting_sites, with_sites},
};
use serde_json::Value;

pub use self::{
    hunt::{Found, Hunted, Prepared},
    report::{MutantScore, MutationScore},
};
use self::{misreading::Misreading, misstatement::Misstatement};

/// An engine with one bug.
#[derive(Debug)]
pub struct Mutant {
    /// Its name after `faulty:` on the command line.
    pub id: &'static str,
    /// What part of the language the bug is in.
    pub area: &'static str,
    /// What the author of the engine got wrong, in one sentence.
    pub mistake: &'static str,
    seed: Seed,
}

/// How the bug is seeded.
#[derive(Clone, Copy, Debug)]
enum Seed {
    /// A change at one place of the reference.
    Site(Site),
    /// The engine takes one definition for another.
    Definition(Misreading),
    /// The engine does the right thing and says another.
    Observation(Misstatement),
}

impl PartialEq for Mutant {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

/// What an engine without bugs answers, and what a mutant's answer can be told from.
#[derive(Clone, Debug)]
pub struct RightAnswer {
    /// The answer.
    pub observed: Result<Observation, ReferenceError>,
    sites: SiteSet,
}

impl RightAnswer {
    /// The right answer to a case.
    pub fn to(case: &Case, settings: Settings) -> Self {
        let (observed, sites) = noting_sites(|| reference::observe(case, settings));
        Self { observed, sites }
    }
}

/// All mutants.
pub fn catalogue() -> Vec<&'static Mutant> {
    catalogue::all().collect()
}

impl Mutant {
    /// The mutant of this name.
    pub fn named(id: &str) -> Option<&'static Self> {
        catalogue::all().find(|mutant| mutant.id == id)
    }

    /// What the mutant answers.
    pub fn observe(&self, case: &Case, settings: Settings) -> Result<Observation, ReferenceError> {
        observe_all(&[self], case, settings)
    }

    /// Whether the mutant answers otherwise than the right answer, which is known; what AWS permits is not part of an
    /// answer.
    pub fn is_wrong(&self, case: &Case, right: &RightAnswer, settings: Settings) -> bool {
        let said = match self.seed {
            Seed::Site(site) if !right.sites.contains(site) => return false,
            Seed::Definition(misreading) if misreading.of(&case.main().definition).is_none() => return false,
            Seed::Site(_) | Seed::Definition(_) => self.observe(case, settings),
            Seed::Observation(misstatement) => right.observed.clone().map(|mut observation| {
                misstatement.apply(&mut observation);
                observation
            }),
        };
        match (&said, &right.observed) {
            (Ok(said), Ok(right)) => said.outcome != right.outcome || said.trace != right.trace,
            (said, right) => said != right,
        }
    }
}

/// What an engine answers that has all these bugs: it takes one definition for another, makes mistakes in what it runs, and
/// tells something else.
pub fn observe_all(bugs: &[&Mutant], case: &Case, settings: Settings) -> Result<Observation, ReferenceError> {
    let sites = bugs.iter().fold(SiteSet::default(), |sites, bug| match bug.seed {
        Seed::Site(site) => sites.with(site),
        Seed::Definition(_) | Seed::Observation(_) => sites,
    });
    let mut read = None;
    for bug in bugs {
        if let Seed::Definition(misreading) = bug.seed {
            let misread = misreading.of(read.as_ref().unwrap_or(&case.main().definition));
            read = misread.or(read);
        }
    }
    let observe = |sites, case: &Case| with_sites(sites, || reference::observe(case, settings));
    let mut observation = match read {
        Some(definition) => misread(definition, case, sites, observe),
        None => observe(sites, case),
    }?;
    for bug in bugs {
        if let Seed::Observation(misstatement) = bug.seed {
            misstatement.apply(&mut observation);
        }
    }
    Ok(observation)
}

/// What is accepted is decided on the definition as it stands; what is run is what the engine reads. Parts to which
/// nothing leads any more do not matter to it.
fn misread(
    definition: Value,
    case: &Case,
    sites: SiteSet,
    observe: impl Fn(SiteSet, &Case) -> Result<Observation, ReferenceError>,
) -> Result<Observation, ReferenceError> {
    let as_it_stands = observe(sites, case);
    if !as_it_stands.as_ref().is_ok_and(|answer| answer.outcome.is_accepted()) {
        return as_it_stands;
    }
    let mut misread = case.clone();
    misread.machines[0].definition = definition;
    match observe(sites.with(Site::UnreachableStatesAccepted), &misread) {
        Ok(observation) if observation.outcome.is_accepted() => Ok(observation),
        Err(ReferenceError::NeverEnds) => Err(ReferenceError::NeverEnds),
        _ => as_it_stands,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn ids_are_unique_and_kebab_case() {
        let ids: BTreeSet<_> = catalogue().iter().map(|mutant| mutant.id).collect();
        assert_eq!(ids.len(), catalogue().len());
        let is_kebab =
            |id: &&str| id.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
        assert!(ids.iter().all(is_kebab));
        assert!(ids.len() >= 200, "only {}", ids.len());
    }

    #[test]
    fn no_site_is_seeded_twice_and_mistakes_are_sentences() {
        let mut sites = Vec::new();
        for mutant in catalogue() {
            assert!(mutant.mistake.ends_with('.'), "{}", mutant.id);
            if let Seed::Site(site) = mutant.seed {
                assert!(!sites.contains(&site), "{}", mutant.id);
                sites.push(site);
            }
        }
    }
}
