//! What a run says about the list: new bugs, bugs that were seen again, and bugs that are fixed.

use std::collections::{BTreeMap, BTreeSet};

use asl_cases::{EXPRESSION, Signature, SignatureId, Verdict};
use asl_reports::{CaseRecord, RunLog};
use jiff::civil::Date;

use super::{Known, KnownEntry, KnownFile, RegressionEnd, entry::version_of};

/// The reason of an entry to which nobody gave one yet.
const NO_REASON: &str = "not looked at yet";
/// The version of an engine that tells none.
const NO_VERSION: &str = "unknown";

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
    let version = version_of(&log.header.engine).unwrap_or(NO_VERSION).to_owned();
    let fixed = fixed_ids(&file.known, log);
    let mut shown_by = Vec::new();
    for (signature, record) in smallest_by_signature(log) {
        let id = signature.id();
        let near = file.known.iter_mut().filter_map(|entry| Some((entry.nearness(signature, &id)?, entry)));
        if let Some((_, entry)) = near.max_by_key(|(nearness, _)| *nearness) {
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
        let reason = NO_REASON.to_owned();
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
            also: BTreeSet::new(),
            signature: signature.clone(),
        });
    }
    for (signature, root) in log.united.iter().filter(|(signature, _)| is_telling(signature)) {
        let entry = file.known.iter_mut().find(|entry| entry.signature == *root);
        if let Some(entry) = entry.filter(|_| !signature.is_rooted_in(root)) {
            entry.also.insert(signature.id());
        }
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
    let fixed = fixed_ids(known.entries(), log);
    let shown = log.records.iter().flat_map(CaseRecord::differences);
    let shown: BTreeMap<SignatureId, &Signature> =
        shown.map(|divergence| (divergence.signature.id(), &divergence.signature)).collect();
    let is_shown = |entry: &KnownEntry| shown.iter().any(|(id, signature)| entry.is_shown_as(signature, id));
    known.entries().iter().filter(|entry| !fixed.contains(&entry.id) && !is_shown(entry)).collect()
}

/// The entries about the version that was run whose own case agrees.
fn fixed_ids(entries: &[KnownEntry], log: &RunLog) -> Vec<SignatureId> {
    let ends = log.records.iter().filter_map(RegressionEnd::of);
    let fixed = ends.filter(|(_, end)| *end == RegressionEnd::Fixed).map(|(id, _)| id);
    fixed
        .filter(|id| entries.iter().any(|entry| entry.id == *id && entry.is_about(&log.header.engine)))
        .collect()
}

/// Whether a signature says enough for another case with it to show the same bug. Without anything in play what an execution
/// does may come of many bugs.
fn is_telling(signature: &Signature) -> bool {
    !signature.constructs.is_empty() || !signature.is_of_behaviour()
}

/// Those with the fewest constructs first, so that others are cases of them.
fn smallest_by_signature(log: &RunLog) -> Vec<(&Signature, &CaseRecord)> {
    // A case that shows the bug in another way would do so when it is replayed.
    let size = |record: &CaseRecord| {
        let length = serde_json::to_string(&record.case).map_or(usize::MAX, |text| text.len());
        (record.shows_otherwise, length)
    };
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
    use rstest::rstest;
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
        RunLog::of(header, records)
    }

    /// A list with one entry that has a reason, about all versions.
    fn listed() -> KnownFile {
        let mut file = KnownFile::default();
        let log = log(vec![record("random/a/1-1", Verdict::Diverge)]);
        update(&mut file, &log, "2026-01-01".parse().expect("a day"));
        "somebody looked".clone_into(&mut file.known[0].reason);
        file
    }

    /// That list, brought up to these records.
    fn updated(records: Vec<CaseRecord>) -> (KnownFile, KnownChanges, Vec<String>) {
        updated_from(listed(), records)
    }

    fn updated_from(mut file: KnownFile, records: Vec<CaseRecord>) -> (KnownFile, KnownChanges, Vec<String>) {
        let day = |text: &str| text.parse().expect("a day");
        let log = log(records);
        let (changes, shown_by) = update(&mut file, &log, day("2026-02-02"));
        let shown_by = shown_by.into_iter().map(|(_, record)| record.name.clone()).collect();
        (file, changes, shown_by)
    }

    #[test]
    fn case_that_shows_the_bug_in_another_way_is_not_kept_for_it() {
        let otherwise = CaseRecord { shows_otherwise: true, ..record("random/a/1", Verdict::Diverge) };
        let larger = record("random/with-a-long-name/1-1", Verdict::Diverge);
        let log = log(vec![otherwise, larger]);
        let kept: Vec<_> = smallest_by_signature(&log).iter().map(|(_, record)| &*record.name).collect();
        assert_eq!(kept, ["random/with-a-long-name/1-1"]);
    }

    #[rstest]
    #[case::with_something_in_play(&["Retry"], true)]
    #[case::with_nothing_in_play(&[], false)]
    fn other_ways_in_which_the_run_saw_a_bug_are_known_too(
        #[case] constructs: &[&str],
        #[case] is_known: bool,
    ) {
        let constructs = constructs.iter().map(|construct| (*construct).to_owned()).collect();
        let other = Signature { constructs, actual: "otherwise".to_owned(), ..signature() };
        let mut log = log(vec![record("random/a/1-1", Verdict::Diverge)]);
        log.united.insert(other.clone(), signature());
        let mut file = KnownFile::default();
        let day = "2026-01-01".parse().expect("a day");
        update(&mut file, &log, day);
        let known = Known::of(file, "test 1.0.0", day);
        assert_eq!(known.entry(&other).map(|entry| &entry.signature), is_known.then(signature).as_ref());
    }

    #[test]
    fn run_and_update_take_what_the_signature_says_before_what_a_run_found_out() {
        let with = |constructs: &[&str]| {
            let constructs = constructs.iter().map(|construct| (*construct).to_owned()).collect();
            Signature { constructs, ..signature() }
        };
        let (shown, own, other) = (with(&["a", "b"]), with(&["a"]), with(&["c", "d", "e"]));
        let mut file = listed();
        let entry = |signature: &Signature, also: &[&Signature]| KnownEntry {
            id: signature.id(),
            signature: signature.clone(),
            also: also.iter().map(|signature| signature.id()).collect(),
            ..file.known[0].clone()
        };
        file.known = vec![entry(&own, &[]), entry(&other, &[&shown])];
        let mut record = record("random/a/2-1", Verdict::Known);
        record.divergences[0].signature = shown.clone();
        let (_, changes, _) = updated_from(file.clone(), vec![record]);
        let known = Known::of(file, "test 1.0.0", "2026-01-01".parse().expect("a day"));
        assert_eq!(known.entry(&shown).map(|entry| &entry.signature), Some(&own));
        assert_eq!(changes.seen, [own.id()]);
    }

    #[test]
    fn bug_of_which_a_smaller_case_has_less_in_play_is_known() {
        let with = |constructs: &[&str]| {
            let constructs = constructs.iter().map(|construct| (*construct).to_owned()).collect();
            Signature { constructs, ..signature() }
        };
        let mut file = listed();
        file.known[0].signature = with(&["InputPath", "negative index"]);
        let known = Known::of(file, "test 1.0.0", "2026-01-01".parse().expect("a day"));
        assert!(known.entry_with_more(&with(&["InputPath"])).is_some());
        assert!(known.entry_with_more(&with(&[])).is_none(), "it says too little");
        assert!(known.entry_with_more(&with(&["OutputPath"])).is_none());
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

    /// A list with one entry about versions that this run is none of.
    fn of_other_versions() -> KnownFile {
        let mut file = listed();
        file.known[0].versions = Some("<1".parse().expect("a range"));
        file
    }

    #[rstest]
    #[case::alone(vec![], vec![])]
    #[case::while_another_shows_it(vec![record("random/a/2-1", Verdict::Diverge)], vec![signature().id()])]
    fn bug_of_other_versions_stays_with_its_case_when_that_agrees(
        #[case] others: Vec<CaseRecord>,
        #[case] seen: Vec<SignatureId>,
    ) {
        let mut agrees = vec![record(&regression_name(&signature().id(), None), Verdict::Fixed)];
        agrees[0].verdict = Verdict::Agree;
        agrees.extend(others);
        let (file, changes, shown_by) = updated_from(of_other_versions(), agrees);
        assert_eq!((file.known.len(), shown_by), (1, Vec::new()));
        assert_eq!(changes, KnownChanges { seen, ..KnownChanges::default() });
    }

    #[test]
    fn entry_of_other_versions_is_known_to_be_one() {
        let known = |file| Known::of(file, "test 1.0.0", "2026-02-02".parse().expect("a day"));
        let is_of_other = |file| known(file).is_of_other_version(&signature().id());
        assert!(is_of_other(of_other_versions()) && known(of_other_versions()).entries().is_empty());
        assert!(!is_of_other(listed()));
    }

    #[rstest]
    #[case("ministack 1.5.33", "1.5.33")]
    #[case("reference 0.1.0 behind the API", "0.1.0")]
    #[case("http://127.0.0.1:4566", "unknown")]
    fn version_that_showed_a_bug_is_that_in_the_name_of_the_engine(
        #[case] engine: &str,
        #[case] version: &str,
    ) {
        let mut log = log(vec![record("random/a/1-1", Verdict::Diverge)]);
        engine.clone_into(&mut log.header.engine);
        let mut file = KnownFile::default();
        update(&mut file, &log, "2026-01-01".parse().expect("a day"));
        assert_eq!(file.known[0].last_version, version);
    }
}
