//! What a log adds up to: counts by area and verdict, and the divergences, grouped.

use std::{collections::BTreeMap, fmt};

use asl_cases::{Phase, Verdict};

use crate::{CaseRecord, RunLog, SignatureGroup, signature_groups, wording};

/// How many cases ended with each verdict.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts(BTreeMap<Verdict, u64>);

impl Counts {
    /// How many cases ended with this verdict.
    pub fn of(&self, verdict: Verdict) -> u64 {
        self.0.get(&verdict).copied().unwrap_or(0)
    }

    /// How many cases there are.
    pub fn total(&self) -> u64 {
        self.0.values().sum()
    }

    /// The verdicts that occurred with how often, in the order of reports.
    pub fn occurred(&self) -> impl Iterator<Item = (Verdict, u64)> {
        Verdict::ALL.into_iter().map(|verdict| (verdict, self.of(verdict))).filter(|(_, count)| *count > 0)
    }

    /// How many cases say something about the engine.
    pub fn judged(&self) -> u64 {
        let judged = [Verdict::Agree, Verdict::Diverge, Verdict::Known, Verdict::Fixed, Verdict::Flaky];
        judged.into_iter().map(|verdict| self.of(verdict)).sum()
    }

    /// The counts as the log's footer holds them.
    pub fn to_map(&self) -> BTreeMap<Verdict, u64> {
        self.0.clone()
    }

    /// Counts one more case.
    pub fn add(&mut self, verdict: Verdict) {
        *self.0.entry(verdict).or_insert(0) += 1;
    }
}

/// "3 cases: 2 agree, 1 diverge".
impl fmt::Display for Counts {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words: Vec<_> = self.occurred().map(|(verdict, count)| format!("{count} {verdict}")).collect();
        write!(formatter, "{}: {}", wording::cases(self.total()), words.join(", "))
    }
}

impl From<BTreeMap<Verdict, u64>> for Counts {
    fn from(counts: BTreeMap<Verdict, u64>) -> Self {
        Self(counts)
    }
}

/// The counts of one area.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AreaCounts {
    /// The area.
    pub area: String,
    /// Its counts.
    pub counts: Counts,
}

/// Cases without a judgement that have one reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReasonCount {
    /// The verdict.
    pub verdict: Verdict,
    /// The reason.
    pub reason: String,
    /// How many cases.
    pub count: u64,
    /// The name of the first of them.
    pub example: String,
}

/// What a log adds up to.
#[derive(Clone, Debug, PartialEq)]
pub struct Summary<'a> {
    /// The counts by area, ordered by name.
    pub areas: Vec<AreaCounts>,
    /// The counts over all areas.
    pub total: Counts,
    /// The counts of each part of the run, in the order in which they are run; of records that know theirs.
    pub phases: Vec<(Phase, Counts)>,
    /// The new divergences: the worst first, of those as bad as each other the largest group first.
    pub groups: Vec<SignatureGroup<'a>>,
    /// Everything that is neither an agreement nor a divergence, by verdict and reason.
    pub reasons: Vec<ReasonCount>,
}

impl<'a> Summary<'a> {
    /// Adds up a log.
    pub fn of(log: &'a RunLog) -> Self {
        let mut areas: BTreeMap<&str, Counts> = BTreeMap::new();
        let mut phases: BTreeMap<Phase, Counts> = BTreeMap::new();
        let mut total = Counts::default();
        for record in &log.records {
            if let Some(phase) = record.phase {
                phases.entry(phase).or_default().add(record.verdict);
            }
            areas.entry(&record.area).or_default().add(record.verdict);
            total.add(record.verdict);
        }
        let areas =
            areas.into_iter().map(|(area, counts)| AreaCounts { area: area.to_owned(), counts }).collect();
        let mut groups = signature_groups(log);
        groups.retain(|group| group.verdict == Verdict::Diverge);
        let phases = phases.into_iter().collect();
        Self { areas, total, phases, groups, reasons: reasons_of(&log.records) }
    }
}

fn reasons_of(records: &[CaseRecord]) -> Vec<ReasonCount> {
    let mut by_reason: BTreeMap<(Verdict, String), ReasonCount> = BTreeMap::new();
    for record in records {
        if matches!(record.verdict, Verdict::Agree | Verdict::Diverge) {
            continue;
        }
        let (verdict, reason) = (record.verdict, reason_of(record));
        let count = by_reason.entry((verdict, reason.clone())).or_insert_with(|| ReasonCount {
            verdict,
            reason,
            count: 0,
            example: record.name.clone(),
        });
        count.count += 1;
    }
    by_reason.into_values().collect()
}

fn reason_of(record: &CaseRecord) -> String {
    let said = record.reason.clone();
    let differs = || record.divergences.first().map(|divergence| divergence.sentence.clone());
    let allowed = || record.allowed.first().map(|allowed| allowed.permit.reason_in_general().to_owned());
    said.or_else(differs).or_else(allowed).unwrap_or_else(|| "no reason was recorded".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;

    #[test]
    fn counts_add_up_over_areas() {
        let log = sample::log();
        let summary = Summary::of(&log);
        let sum: u64 = summary.areas.iter().map(|area| area.counts.total()).sum();
        assert_eq!(sum, log.records.len() as u64);
        assert_eq!(summary.total.total(), sum);
        let areas: Vec<_> = summary.areas.iter().map(|area| area.area.as_str()).collect();
        assert_eq!(areas, ["activity", "choice", "map", "pass"]);
        assert_eq!(summary.total.of(Verdict::Diverge), 3);
    }

    #[test]
    fn one_reason_in_two_states_is_one() {
        let mut log = sample::log();
        log.records.truncate(2);
        for (record, state) in log.records.iter_mut().zip(["A", "B"]) {
            let permit = asl_cases::Permit::UncertainOutcome { state: state.to_owned() };
            let allowed = crate::AllowedDifference { facet: asl_cases::Facet::Output, permit };
            (record.verdict, record.reason, record.allowed) = (Verdict::Inconclusive, None, vec![allowed]);
            record.divergences.clear();
        }
        let counts: Vec<_> = Summary::of(&log).reasons.iter().map(|reason| reason.count).collect();
        assert_eq!(counts, [2]);
    }

    #[test]
    fn reasons_are_counted() {
        let log = sample::log();
        let reasons = Summary::of(&log).reasons;
        let texts: Vec<_> = reasons.iter().map(|reason| (reason.verdict, reason.count)).collect();
        assert_eq!(texts, [(Verdict::Flaky, 1), (Verdict::Unsupported, 2), (Verdict::EngineError, 1)]);
    }
}
