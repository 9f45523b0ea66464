//! What a log adds up to: counts by area and verdict, and the divergences, grouped.

use std::collections::BTreeMap;

use asl_cases::{Facet, Signature, Verdict};

use crate::{CaseRecord, RunLog};

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

    /// The counts as the log's footer holds them.
    pub fn to_map(&self) -> BTreeMap<Verdict, u64> {
        self.0.clone()
    }

    /// Counts one more case.
    pub fn add(&mut self, verdict: Verdict) {
        *self.0.entry(verdict).or_insert(0) += 1;
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

/// The divergences with one signature: one bug.
#[derive(Clone, Debug, PartialEq)]
pub struct DivergenceGroup<'a> {
    /// The facet of the first divergence of each case.
    pub facet: Facet,
    /// The cases, the smallest first. Never empty.
    pub records: Vec<&'a CaseRecord>,
}

impl<'a> DivergenceGroup<'a> {
    /// The smallest case, which stands for the others.
    ///
    /// # Panics
    /// Never: a group is made of at least one case.
    pub fn smallest(&self) -> &'a CaseRecord {
        self.records.first().expect("a group is made of at least one case")
    }
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
    /// The new divergences: wrong answers first, then refusals, histories and texts; in each the largest group first.
    pub groups: Vec<DivergenceGroup<'a>>,
    /// Everything that is neither an agreement nor a divergence, by verdict and reason.
    pub reasons: Vec<ReasonCount>,
}

impl<'a> Summary<'a> {
    /// Adds up a log.
    pub fn of(log: &'a RunLog) -> Self {
        let mut areas: BTreeMap<&str, Counts> = BTreeMap::new();
        let mut total = Counts::default();
        for record in &log.records {
            areas.entry(&record.area).or_default().add(record.verdict);
            total.add(record.verdict);
        }
        let areas =
            areas.into_iter().map(|(area, counts)| AreaCounts { area: area.to_owned(), counts }).collect();
        Self { areas, total, groups: groups_of(&log.records), reasons: reasons_of(&log.records) }
    }
}

fn groups_of(records: &[CaseRecord]) -> Vec<DivergenceGroup<'_>> {
    let mut by_signature: BTreeMap<&Signature, Vec<&CaseRecord>> = BTreeMap::new();
    for record in records.iter().filter(|record| record.verdict == Verdict::Diverge) {
        if let Some(first) = record.divergences.first() {
            by_signature.entry(&first.signature).or_default().push(record);
        }
    }
    let mut groups: Vec<_> = by_signature.into_values().map(group_of).collect();
    groups.sort_by_key(|group| (tier(group.facet), std::cmp::Reverse(group.records.len())));
    groups
}

fn group_of(mut records: Vec<&CaseRecord>) -> DivergenceGroup<'_> {
    records.sort_by_key(|record| (size_of_case(record), record.name.clone()));
    let facet = records[0].divergences[0].facet;
    DivergenceGroup { facet, records }
}

/// A wrong answer comes before a wrong text or history.
fn tier(facet: Facet) -> u8 {
    match facet {
        Facet::Status | Facet::Output | Facet::Error => 0,
        Facet::Acceptance => 1,
        Facet::Trace => 2,
        Facet::Cause => 3,
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
    let allowed = || record.allowed.first().map(|allowed| allowed.permit.reason());
    said.or_else(differs).or_else(allowed).unwrap_or_else(|| "no reason was recorded".to_owned())
}

fn size_of_case(record: &CaseRecord) -> usize {
    let text = |case: &asl_cases::Case| {
        serde_json::to_string(&(&case.machines, &case.input)).map_or(0, |text| text.len())
    };
    record.case.as_ref().map_or(usize::MAX, text)
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
    fn divergences_that_read_the_same_are_one_group_shown_by_its_smallest_case() {
        let log = sample::log();
        let summary = Summary::of(&log);
        let groups: Vec<_> = summary
            .groups
            .iter()
            .map(|group| (group.facet, group.smallest().name.as_str(), group.records.len()))
            .collect();
        assert_eq!(groups, [(Facet::Status, "choice/string-equals", 2), (Facet::Trace, "map/two-items", 1)]);
    }

    #[test]
    fn reasons_are_counted() {
        let log = sample::log();
        let reasons = Summary::of(&log).reasons;
        let texts: Vec<_> = reasons.iter().map(|reason| (reason.verdict, reason.count)).collect();
        assert_eq!(texts, [(Verdict::Flaky, 1), (Verdict::Unsupported, 2), (Verdict::EngineError, 1)]);
    }
}
