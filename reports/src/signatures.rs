//! The differences of a run by signature: what an engine gets wrong, once each, with the cases that show it.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
};

use asl_cases::{Facet, Severity, Signature, Verdict};

use crate::{CaseRecord, RunLog};

/// What like differences have in common; `None` for a record that does not differ.
///
/// The one place that knows what differences are grouped by.
pub fn signature_of(record: &CaseRecord) -> Option<&Signature> {
    record.divergences.first().map(|divergence| &divergence.signature)
}

/// The cases of a run that differ in the same way.
#[derive(Clone, Debug, PartialEq)]
pub struct SignatureGroup<'a> {
    /// What they have in common.
    pub signature: &'a Signature,
    /// New, known or flaky.
    pub verdict: Verdict,
    /// The facet of the first difference.
    pub facet: Facet,
    /// The cases, the smallest first, and those that show the bug in another way last. Never empty.
    pub records: Vec<&'a CaseRecord>,
}

impl<'a> SignatureGroup<'a> {
    /// The smallest case, which stands for the others.
    ///
    /// # Panics
    /// Never: a group is made of at least one case.
    pub fn smallest(&self) -> &'a CaseRecord {
        self.records.first().expect("a group is made of at least one case")
    }

    /// The cases beside the smallest one: those that differ as it does, and those that differ in another way, which the search
    /// took for cases of the same bug.
    pub fn others(&self) -> (Vec<&'a CaseRecord>, Vec<&'a CaseRecord>) {
        let others = self.records.iter().skip(1).copied();
        others.partition(|record| !record.shows_otherwise)
    }

    /// How bad its smallest case is.
    pub fn severity(&self) -> Option<Severity> {
        Severity::of(&self.smallest().divergences)
    }

    /// The areas of its cases.
    pub fn areas(&self) -> BTreeSet<&'a str> {
        self.records.iter().map(|record| record.area.as_str()).collect()
    }
}

/// The groups of a run: new ones first, and in each verdict the worst, of those as bad as each other the largest
/// first.
pub fn signature_groups(log: &RunLog) -> Vec<SignatureGroup<'_>> {
    let mut by_signature: BTreeMap<(Verdict, &Signature), Vec<&CaseRecord>> = BTreeMap::new();
    for record in &log.records {
        if let Some(signature) = signature_of(record).filter(|_| is_grouped(record.verdict)) {
            by_signature.entry((record.verdict, signature)).or_default().push(record);
        }
    }
    let mut groups: Vec<_> = by_signature
        .into_iter()
        .map(|((verdict, signature), records)| group(verdict, signature, records))
        .collect();
    groups.sort_by_key(|group| (group.verdict, group.severity(), Reverse(group.records.len())));
    groups
}

fn is_grouped(verdict: Verdict) -> bool {
    matches!(verdict, Verdict::Diverge | Verdict::Known | Verdict::Flaky)
}

fn group<'a>(
    verdict: Verdict,
    signature: &'a Signature,
    mut records: Vec<&'a CaseRecord>,
) -> SignatureGroup<'a> {
    records.sort_by_cached_key(|record| (record.shows_otherwise, size_of_case(record), record.name.clone()));
    let facet = records[0].divergences[0].facet;
    SignatureGroup { signature, verdict, facet, records }
}

/// A wrong answer comes before a wrong text or history.
pub(crate) fn tier(facet: Facet) -> u8 {
    match facet {
        Facet::Status | Facet::Output | Facet::Error | Facet::TestState => 0,
        Facet::Acceptance => 1,
        Facet::Trace => 2,
        Facet::Cause => 3,
    }
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
    fn case_that_shows_the_bug_in_another_way_stands_for_no_other_one() {
        let mut log = sample::log();
        let all: Vec<String> = signature_groups(&log)
            .iter()
            .find(|group| group.records.len() > 1)
            .map(|group| group.records.iter().map(|record| record.name.clone()).collect())
            .expect("a group of several cases");
        let smallest = log.records.iter_mut().find(|record| record.name == all[0]).expect("its record");
        smallest.shows_otherwise = true;
        let groups = signature_groups(&log);
        let group = groups.iter().find(|group| group.records.iter().any(|record| record.name == all[0]));
        let names: Vec<_> =
            group.expect("the same group").records.iter().map(|record| &record.name).collect();
        assert_eq!(names.last(), Some(&&all[0]));
        assert_ne!(names.first(), Some(&&all[0]));
        let (same, otherwise) = group.expect("the same group").others();
        assert_eq!((same.len(), otherwise.len()), (all.len() - 2, 1));
    }

    #[test]
    fn differences_that_read_the_same_are_one_group_shown_by_its_smallest_case() {
        let log = sample::log();
        let groups: Vec<_> = signature_groups(&log)
            .iter()
            .map(|group| (group.facet, group.smallest().name.clone(), group.records.len()))
            .collect();
        let wanted = [(Facet::Status, "choice/string-equals", 2), (Facet::Trace, "map/two-items", 1)];
        assert_eq!(groups, wanted.map(|(facet, name, count)| (facet, name.to_owned(), count)));
    }

    #[test]
    fn known_and_new_are_groups_of_their_own() {
        let mut log = sample::log();
        log.records[2].verdict = Verdict::Known;
        let verdicts: Vec<_> = signature_groups(&log).iter().map(|group| group.verdict).collect();
        assert_eq!(verdicts, [Verdict::Diverge, Verdict::Diverge, Verdict::Known]);
    }
}
