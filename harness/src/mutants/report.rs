//! What the mutation score says, for machines and for people.

use std::{collections::BTreeMap, fmt::Write, time::Duration};

use asl_cases::Oracle;
use serde::Serialize;

use super::{Found, Hunted};

/// Which mutants the suite finds.
#[derive(Clone, Debug, Serialize)]
pub struct MutationScore {
    /// How many mutants were hunted.
    pub mutants: usize,
    /// How many were found.
    pub found: usize,
    /// Wall time of everything: drawing the cases, and all hunts.
    pub seconds: f64,
    /// The ids of those that were not found.
    pub missed: Vec<String>,
    /// The median of the number of cases until a mutant was found.
    pub median_cases: usize,
    /// The median of the number of states in the shrunk case.
    pub median_states: usize,
    /// How many were found by whom.
    pub by_oracle: BTreeMap<String, usize>,
    /// How many were found in which part of the run.
    pub by_phase: BTreeMap<String, usize>,
    /// How many are found by metamorphic relations alone, without reference and expectation.
    pub by_relations_alone: usize,
    /// How many are found by the rules for every engine alone.
    pub by_rules_alone: usize,
    /// How many are found by relations or rules.
    pub without_oracle: usize,
    /// How many cases a hunt has at most.
    pub cases: usize,
    /// The mutants one by one.
    pub each: Vec<MutantScore>,
}

/// One mutant.
#[derive(Clone, Debug, Serialize)]
pub struct MutantScore {
    /// Its id.
    pub id: String,
    /// Its area.
    pub area: String,
    /// What the author of the engine got wrong.
    pub mistake: String,
    /// Who found it.
    pub oracle: Option<String>,
    /// In which part of the run.
    pub phase: Option<String>,
    /// The case that showed it.
    pub case: Option<String>,
    /// The signature of the first difference.
    pub signature: Option<String>,
    /// The first difference in a sentence.
    pub sentence: Option<String>,
    /// How many cases it took.
    pub cases: Option<usize>,
    /// How many states the shrunk case has.
    pub states: Option<usize>,
    /// The relation that finds it alone.
    pub relation: Option<String>,
    /// The rule that finds it alone.
    pub rule: Option<String>,
    /// How many cases it answers wrongly, whether the difference is compared or not.
    pub wrong_answers: usize,
    /// How long the hunt took.
    pub seconds: f64,
}

impl MutationScore {
    /// The score of these hunts.
    pub fn of(hunted: &[Hunted], cases: usize, took: Duration) -> Self {
        let found: Vec<&Found> = hunted.iter().filter_map(|hunted| hunted.found.as_ref()).collect();
        let missed = hunted.iter().filter(|hunted| hunted.found.is_none());
        let count = |holds: fn(&Hunted) -> bool| hunted.iter().filter(|hunted| holds(hunted)).count();
        Self {
            mutants: hunted.len(),
            found: found.len(),
            seconds: seconds(took),
            missed: missed.map(|hunted| hunted.mutant.id.to_owned()).collect(),
            median_cases: median(found.iter().map(|found| found.n_cases)),
            median_states: median(found.iter().map(|found| found.n_states)),
            by_oracle: counted(found.iter().map(|found| oracle_name(&found.oracle))),
            by_phase: counted(found.iter().map(|found| found.phase.as_str())),
            by_relations_alone: count(|hunted| hunted.relation.is_some()),
            by_rules_alone: count(|hunted| hunted.rule.is_some()),
            without_oracle: count(|hunted| hunted.relation.is_some() || hunted.rule.is_some()),
            cases,
            each: hunted.iter().map(MutantScore::of).collect(),
        }
    }

    /// A table by area, and the missed ones with what is wrong with them.
    pub fn to_text(&self) -> String {
        let mut text =
            String::from("area                    mutants   found   by relations alone   by rules alone\n");
        let mut areas: Vec<&str> = Vec::new();
        for score in &self.each {
            if !areas.contains(&score.area.as_str()) {
                areas.push(&score.area);
            }
        }
        for area in areas {
            let of_area = || self.each.iter().filter(|score| score.area == area);
            let count = |holds: fn(&MutantScore) -> bool| of_area().filter(|score| holds(score)).count();
            let _ = writeln!(
                text,
                "{area:<22} {:>8} {:>7} {:>20} {:>16}",
                of_area().count(),
                count(|score| score.oracle.is_some()),
                count(|score| score.relation.is_some()),
                count(|score| score.rule.is_some()),
            );
        }
        let _ = writeln!(
            text,
            "{:<22} {:>8} {:>7} {:>20} {:>16}\n",
            "together", self.mutants, self.found, self.by_relations_alone, self.by_rules_alone
        );
        for score in self.each.iter().filter(|score| score.oracle.is_none()) {
            let _ = writeln!(
                text,
                "missed  {} ({}): {} {} wrong answers in {} cases.",
                score.id, score.area, score.mistake, score.wrong_answers, self.cases
            );
        }
        let oracles: Vec<_> =
            self.by_oracle.iter().map(|(oracle, count)| format!("{count} by {oracle}")).collect();
        let _ = writeln!(
            text,
            "{} of {} mutants found in {:.1} s: {}. Median: {} cases, {} states in the shrunk case.",
            self.found,
            self.mutants,
            self.seconds,
            oracles.join(", "),
            self.median_cases,
            self.median_states,
        );
        text
    }
}

impl MutantScore {
    fn of(hunted: &Hunted) -> Self {
        let found = hunted.found.as_ref();
        Self {
            id: hunted.mutant.id.to_owned(),
            area: hunted.mutant.area.to_owned(),
            mistake: hunted.mutant.mistake.to_owned(),
            oracle: found.map(|found| oracle_name(&found.oracle).to_owned()),
            phase: found.map(|found| found.phase.to_string()),
            case: found.map(|found| found.case.clone()),
            signature: found.map(|found| found.signature.clone()),
            sentence: found.map(|found| found.sentence.clone()),
            cases: found.map(|found| found.n_cases),
            states: found.map(|found| found.n_states),
            relation: hunted.relation.clone(),
            rule: hunted.rule.clone(),
            wrong_answers: hunted.n_wrong,
            seconds: seconds(hunted.took),
        }
    }
}

fn oracle_name(oracle: &Oracle) -> &'static str {
    match oracle {
        Oracle::Expectation { .. } => "expectation",
        Oracle::Reference => "reference",
        Oracle::Metamorphic { .. } => "metamorphic",
        Oracle::Invariant { .. } => "invariant",
    }
}

/// To the millisecond.
fn seconds(took: Duration) -> f64 {
    (took.as_secs_f64() * 1_000.0).round() / 1_000.0
}

/// The lower one of the two in the middle.
fn median(numbers: impl Iterator<Item = usize>) -> usize {
    let mut numbers: Vec<usize> = numbers.collect();
    numbers.sort_unstable();
    let middle = numbers.len().saturating_sub(1) / 2;
    numbers.get(middle).copied().unwrap_or_default()
}

fn counted<'a>(names: impl Iterator<Item = &'a str>) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for name in names {
        *counts.entry(name.to_owned()).or_default() += 1;
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn median_is_a_number_that_was_there() {
        assert_eq!(median([3, 1, 2].into_iter()), 2);
        assert_eq!(median([4, 1].into_iter()), 1);
        assert_eq!(median(std::iter::empty()), 0);
    }
}
