//! By what the records of two runs are aligned, and the choice of those that are compared.

use std::collections::{BTreeMap, BTreeSet};

use asl_cases::{CaseId, Phase};

use super::differs;
use crate::{CaseRecord, Query, RunLog};

/// What was run: the case that was drawn, in which part of the run, and by which relation. Phases may share a case, and
/// relations do.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Job {
    pub(super) case: CaseId,
    phase: Phase,
    relation: Option<String>,
}

impl Job {
    fn of(record: &CaseRecord) -> Self {
        Self {
            case: record.shrunk_from.as_ref().unwrap_or(&record.id).clone(),
            phase: record.phase.unwrap_or_else(|| Phase::of_name(&record.name)),
            relation: record.relation.clone(),
        }
    }
}

/// The records of a run by what was run. If a case was drawn twice, the record that differs tells.
pub(super) fn by_job(log: &RunLog) -> BTreeMap<Job, &CaseRecord> {
    let (differing, others): (Vec<_>, Vec<_>) =
        log.records.iter().partition(|record| differs(record.verdict));
    others.into_iter().chain(differing).map(|record| (Job::of(record), record)).collect()
}

/// Keeps what the query chooses in either run: a case that agrees now is still one that was asked for.
pub fn keep_chosen(query: &Query, base: &mut RunLog, head: &mut RunLog) {
    let both = base.records.iter().chain(&head.records);
    let chosen: BTreeSet<Job> = both.filter(|record| query.matches(record)).map(Job::of).collect();
    for log in [base, head] {
        log.records.retain(|record| chosen.contains(&Job::of(record)));
    }
}

#[cfg(test)]
mod tests {
    use asl_cases::Verdict;
    use rstest::rstest;

    use super::{
        super::{Change, Comparison},
        *,
    };
    use crate::sample;

    /// Two runs of one case by two relations; in the head, it breaks the first one.
    fn related() -> (RunLog, RunLog) {
        let mut base = sample::log_with_ids();
        let form = |relation: &str| CaseRecord {
            phase: Some(Phase::Metamorphic),
            relation: Some(relation.to_owned()),
            verdict: Verdict::Agree,
            divergences: Vec::new(),
            ..base.records[3].clone()
        };
        base.records = vec![form("comments"), form("rename-states")];
        let mut head = base.clone();
        head.records[0].verdict = Verdict::Diverge;
        (base, head)
    }

    #[test]
    fn case_that_breaks_one_relation_is_new_whatever_becomes_of_the_others() {
        let (base, mut head) = related();
        for _ in 0..2 {
            let comparison = Comparison::of(&base, &head);
            let [changed] = &comparison.cases[..] else { panic!("{:?}", comparison.cases) };
            assert_eq!((changed.change, changed.relation.as_deref()), (Change::New, Some("comments")));
            assert!(changed.replay.ends_with("--relation comments"), "{}", changed.replay);
            assert_eq!(comparison.same, 1);
            head.records.reverse();
        }
    }

    #[test]
    fn phases_that_share_a_case_are_compared_each() {
        let mut base = sample::log_with_ids();
        base.records[0].phase = Some(Phase::Boundary);
        base.records[1].id = base.records[0].id.clone();
        let mut head = base.clone();
        head.records[0].verdict = Verdict::Diverge;
        let comparison = Comparison::of(&base, &head);
        assert_eq!((comparison.cases.len(), comparison.same), (1, 8));
        assert!(comparison.has_new());
    }

    #[test]
    fn case_that_was_drawn_twice_tells_by_its_difference() {
        let mut base = sample::log_with_ids();
        base.records[1].id = base.records[0].id.clone();
        let mut head = base.clone();
        head.records[0].verdict = Verdict::Diverge;
        assert!(Comparison::of(&base, &head).has_new());
    }

    #[test]
    fn record_of_an_earlier_version_is_of_the_phase_of_its_name() {
        let base = sample::log_with_ids();
        let mut head = base.clone();
        head.records.iter_mut().for_each(|record| record.phase = None);
        assert_eq!(Comparison::of(&base, &head).cases, []);
    }

    #[rstest]
    #[case::chosen_in_the_head("diverge", 1)]
    #[case::chosen_in_the_base("verdict(agree) & relation(comments)", 1)]
    #[case::all_relations("relation(*)", 2)]
    fn chosen_is_what_the_query_chooses_in_either_run(#[case] query: &str, #[case] count: usize) {
        let (mut base, mut head) = related();
        keep_chosen(&query.parse().expect("a query"), &mut base, &mut head);
        let relations = |log: &RunLog| log.records.iter().map(Job::of).collect::<Vec<_>>();
        assert_eq!(relations(&base), relations(&head));
        assert_eq!(base.records.len(), count);
    }
}
