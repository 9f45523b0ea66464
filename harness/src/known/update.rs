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
    /// Entries whose own case agrees now; they are off the list.
    pub fixed: Vec<SignatureId>,
}

/// Brings the list up to what a run found, and says which case shows each bug that is new: the smallest one.
pub fn update<'a>(
    file: &mut KnownFile,
    log: &'a RunLog,
    today: Date,
) -> (KnownChanges, Vec<(&'a Signature, &'a CaseRecord)>) {
    let mut changes = KnownChanges::default();
    let version = log.header.engine.rsplit(' ').next().unwrap_or_default().to_owned();
    let fixed = fixed_ids(log);
    file.known.retain(|entry| {
        let is_fixed = fixed.contains(&entry.id);
        changes.fixed.extend(is_fixed.then(|| entry.id.clone()));
        !is_fixed
    });
    let mut shown_by = Vec::new();
    for (signature, record) in smallest_by_signature(log) {
        let listed = file.known.iter_mut().find(|entry| signature.is_rooted_in(&entry.signature));
        if let Some(entry) = listed {
            entry.last_seen = entry.last_seen.max(today);
            entry.last_version.clone_from(&version);
            changes.seen.push(entry.id.clone());
            continue;
        }
        let (id, reason) = (signature.id(), NO_REASON.to_owned());
        changes.added.push(id.clone());
        shown_by.push((signature, record));
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
    file.known.sort_by(|left, right| left.signature.cmp(&right.signature));
    (changes, shown_by)
}

/// The entries that no case of the run showed, and that no case of the run says are fixed.
pub fn not_observed<'a>(known: &'a Known, log: &RunLog) -> Vec<&'a KnownEntry> {
    let fixed = fixed_ids(log);
    let is_shown = |entry: &KnownEntry| {
        let mut shown = log.records.iter().flat_map(|record| &record.divergences);
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
    for (record, divergence) in
        wrong.flat_map(|record| record.divergences.iter().map(move |one| (record, one)))
    {
        let kept = smallest.entry(&divergence.signature).or_insert(record);
        if size(record) < size(kept) {
            *kept = record;
        }
    }
    let mut found: Vec<_> = smallest.into_iter().collect();
    found.sort_by_key(|(signature, _)| (signature.constructs.len(), signature.place != EXPRESSION));
    found
}
