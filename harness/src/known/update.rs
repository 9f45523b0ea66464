//! What a run says about the list: new bugs, bugs that were seen again, and bugs that are fixed.

use std::collections::BTreeMap;

use asl_cases::{EXPRESSION, Signature, SignatureId, Verdict};
use asl_reports::{CaseRecord, RunLog};
use jiff::civil::Date;

use super::{Known, KnownEntry, KnownFile, RegressionEnd};

/// The reason of an entry to which nobody gave one yet.
const NO_REASON: &str = "not looked at yet";

/// What an update changed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KnownChanges {
    /// Entries that are new.
    pub added: Vec<SignatureId>,
    /// Entries that the run showed again.
    pub seen: Vec<SignatureId>,
    /// Entries whose own case agrees now, and that no other case shows; they are off the list.
    pub fixed: Vec<SignatureId>,
    /// Entries whose own case agrees now while another one shows them: that one takes its place.
    pub moved: Vec<SignatureId>,
}

/// Brings the list up to what a run found, and says which case shows each bug that is new: the smallest one.
pub fn update<'a>(
    file: &mut KnownFile,
    log: &'a RunLog,
    today: Date,
) -> (KnownChanges, Vec<(Signature, &'a CaseRecord)>) {
    let mut changes = KnownChanges::default();
    let version = log.header.engine.rsplit(' ').next().unwrap_or_default().to_owned();
    let fixed = fixed_ids(log);
    let mut shown_by = Vec::new();
    for (signature, record) in smallest_by_signature(log) {
        let listed = file.known.iter_mut().filter(|entry| signature.is_rooted_in(&entry.signature));
        if let Some(entry) = listed.max_by_key(|entry| entry.signature.constructs.len()) {
            entry.last_seen = entry.last_seen.max(today);
            entry.last_version.clone_from(&version);
            if !changes.seen.contains(&entry.id) && fixed.contains(&entry.id) {
                changes.moved.push(entry.id.clone());
                shown_by.push((entry.signature.clone(), record));
            }
            if !changes.added.contains(&entry.id) {
                changes.seen.push(entry.id.clone());
            }
            continue;
        }
        let (id, reason) = (signature.id(), NO_REASON.to_owned());
        changes.added.push(id.clone());
        shown_by.push((signature.clone(), record));
        file.known.push(KnownEntry {
            id,
            reason,
            issue: None,
            versions: None,
            expires: None,
            first_seen: today,
            last_seen: today,
            last_version: version.clone(),
            signature: signature.clone(),
        });
    }
    changes.seen.sort();
    changes.seen.dedup();
    file.known.retain(|entry| {
        let is_fixed = fixed.contains(&entry.id) && !changes.seen.contains(&entry.id);
        changes.fixed.extend(is_fixed.then(|| entry.id.clone()));
        !is_fixed
    });
    file.known.sort_by(|left, right| left.signature.cmp(&right.signature));
    (changes, shown_by)
}

/// The entries that no case of the run showed, and that no case of the run says are fixed.
pub fn not_observed<'a>(known: &'a Known, log: &RunLog) -> Vec<&'a KnownEntry> {
    let fixed = fixed_ids(log);
    let is_shown = |entry: &KnownEntry| {
        let mut shown = log.records.iter().flat_map(CaseRecord::differences);
        shown.any(|divergence| divergence.signature.is_rooted_in(&entry.signature))
    };
    known.entries().iter().filter(|entry| !fixed.contains(&entry.id) && !is_shown(entry)).collect()
}

fn fixed_ids(log: &RunLog) -> Vec<SignatureId> {
    let ends = log.records.iter().filter_map(RegressionEnd::of);
    ends.filter(|(_, end)| *end == RegressionEnd::Fixed).map(|(id, _)| id).collect()
}

/// Those with the fewest constructs first, so that others are cases of them.
fn smallest_by_signature(log: &RunLog) -> Vec<(&Signature, &CaseRecord)> {
    let size =
        |record: &CaseRecord| serde_json::to_string(&record.case).map_or(usize::MAX, |text| text.len());
    let mut smallest: BTreeMap<&Signature, &CaseRecord> = BTreeMap::new();
    let wrong =
        log.records.iter().filter(|record| matches!(record.verdict, Verdict::Diverge | Verdict::Known));
    for (record, divergence) in wrong.flat_map(|record| record.differences().map(move |one| (record, one))) {
        let kept = smallest.entry(&divergence.signature).or_insert(record);
        if size(record) < size(kept) {
            *kept = record;
        }
    }
    let mut found: Vec<_> = smallest.into_iter().collect();
    found.sort_by_key(|(signature, _)| (signature.constructs.len(), signature.place != EXPRESSION));
    found
}

#[cfg(test)]
mod tests {
    use asl_cases::{Case, Divergence, Facet, Machine, Oracle, Policy, Profile};
    use asl_reports::{LOG_FORMAT, RunHeader};
    use serde_json::json;

    use super::*;
    use crate::known::regression_name;

    fn signature() -> Signature {
        Signature::of_facet(Facet::Output)
    }

    fn record(name: &str, verdict: Verdict) -> CaseRecord {
        let mut case = Case::new(Machine::new(json!({"Comment": name})), json!({}));
        case.name = name.to_owned();
        let mut record = CaseRecord::new(&case, "test 1.0.0", verdict);
        record.case = Some(case);
        let differs = Divergence {
            facet: Facet::Output,
            sentence: String::new(),
            signature: signature(),
            expected: json!(1),
            actual: json!(2),
            oracle: Oracle::Reference,
            known: None,
        };
        record.divergences.extend((verdict != Verdict::Fixed).then_some(differs));
        record
    }

    fn log(records: Vec<CaseRecord>) -> RunLog {
        let header = RunHeader {
            format: LOG_FORMAT,
            suite_version: String::new(),
            engine: "test 1.0.0".to_owned(),
            engine_spec: String::new(),
            endpoint: None,
            oracle: String::new(),
            seed: 1,
            profile: Profile::everything(),
            cases_planned: 0,
            policy: Policy::default(),
            started_at: String::new(),
        };
        RunLog { header, records, footer: None, damaged: Vec::new() }
    }

    /// A list with one entry that has a reason, brought up to these records.
    fn updated(records: Vec<CaseRecord>) -> (KnownFile, KnownChanges, Vec<String>) {
        let mut file = KnownFile::default();
        let day = |text: &str| text.parse().expect("a day");
        update(&mut file, &log(vec![record("random/a/1-1", Verdict::Diverge)]), day("2026-01-01"));
        "somebody looked".clone_into(&mut file.known[0].reason);
        let log = log(records);
        let (changes, shown_by) = update(&mut file, &log, day("2026-02-02"));
        let shown_by = shown_by.into_iter().map(|(_, record)| record.name.clone()).collect();
        (file, changes, shown_by)
    }

    #[test]
    fn bug_that_is_seen_again_keeps_its_reason() {
        let (file, changes, shown_by) = updated(vec![record("random/a/2-1", Verdict::Known)]);
        assert_eq!(file.known[0].reason, "somebody looked");
        assert_eq!(file.known[0].last_seen.to_string(), "2026-02-02");
        assert_eq!((changes.seen, shown_by), (vec![signature().id()], Vec::new()));
    }

    #[test]
    fn bug_whose_case_agrees_is_taken_off() {
        let kept = regression_name(&signature().id(), None);
        let (file, changes, _) = updated(vec![record(&kept, Verdict::Fixed)]);
        assert_eq!((file.known.len(), changes.fixed), (0, vec![signature().id()]));
    }

    #[test]
    fn bug_whose_case_agrees_while_another_shows_it_keeps_its_reason_and_gets_that_case() {
        let kept = regression_name(&signature().id(), None);
        let (file, changes, shown_by) =
            updated(vec![record(&kept, Verdict::Fixed), record("random/a/2-1", Verdict::Known)]);
        assert_eq!(file.known[0].reason, "somebody looked");
        assert_eq!((changes.fixed.len(), changes.moved), (0, vec![signature().id()]));
        assert_eq!(shown_by, ["random/a/2-1"]);
    }
}
