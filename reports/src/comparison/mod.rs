//! Two runs held against each other: what is new, what was fixed, and what cannot be said.
//!
//! Cases are aligned by what is sent, so that a case that was renamed is the same case and one that was edited is not; in
//! two forms, by the relation too. Only what is new counts against the head; what changed in the suite is said apart, so
//! that nobody blames the engine.

mod html;
mod job;
mod markdown;
mod suite;

use std::{
    cmp::Ordering,
    collections::{BTreeMap, BTreeSet},
};

use asl_cases::{CaseId, Severity, Verdict};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use html::render_comparison_html;
pub use job::keep_chosen;
pub use markdown::render_comparison_markdown;

use self::job::{Job, by_job};
use crate::{CaseRecord, RunHeader, RunLog, signature_of, wording};

/// The version of the format of [`Comparison`] as JSON.
pub const COMPARISON_FORMAT: u32 = 1;

/// What became of a case from the base to the head.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// It differs now and did not, or it is a case of the head alone with a signature that the base does not have.
    New,
    /// It differed in the base in a way that was less bad, see [`Severity`].
    Worse,
    /// It differed in the base in another way that was as bad.
    Changed,
    /// It differed in the base in a way that was worse.
    Better,
    /// It differed and agrees now.
    Fixed,
    /// It has a verdict in one run only: the other did not get so far, or got no answer.
    NotRun,
    /// The head alone has it.
    Added,
    /// The base alone has it.
    Removed,
}

impl Change {
    /// All changes, in the order of reports.
    pub const ALL: [Self; 8] = [
        Self::New,
        Self::Worse,
        Self::Changed,
        Self::Better,
        Self::Fixed,
        Self::NotRun,
        Self::Added,
        Self::Removed,
    ];

    /// Whether the head has to answer for it.
    pub fn is_new(self) -> bool {
        matches!(self, Self::New | Self::Worse)
    }

    /// The change in words.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Worse => "worse",
            Self::Changed => "changed",
            Self::Better => "better",
            Self::Fixed => "fixed",
            Self::NotRun => "not run",
            Self::Added => "added",
            Self::Removed => "removed",
        }
    }
}

/// Two runs, compared.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Comparison {
    /// The version of this format, [`COMPARISON_FORMAT`].
    pub format: u32,
    /// The run to compare with.
    pub base: RunHeader,
    /// The run that is judged.
    pub head: RunHeader,
    /// How many cases ended with each verdict in the base.
    pub base_counts: BTreeMap<Verdict, u64>,
    /// The same in the head.
    pub head_counts: BTreeMap<Verdict, u64>,
    /// In which ways the suite itself is not the same in both.
    pub suite_changes: Vec<String>,
    /// What a reader should know before believing the comparison.
    pub warnings: Vec<String>,
    /// How many cases are as they were.
    pub same: u64,
    /// Every case that is not, by change and signature.
    pub cases: Vec<ChangedCase>,
}

/// A case that is not as it was.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangedCase {
    /// What became of it.
    pub change: Change,
    /// Its id, that of the drawn case if it was shrunk.
    pub id: CaseId,
    /// Its name.
    pub name: String,
    /// Its area.
    pub area: String,
    /// The metamorphic relation by which it was run in two forms.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub relation: Option<String>,
    /// The verdict in the base.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base: Option<Verdict>,
    /// The verdict in the head.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub head: Option<Verdict>,
    /// The id of the signature that tells: that of the head, or of the base where the head has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signature: Option<String>,
    /// What differs, or why there is no verdict.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub sentence: String,
    /// What differed in the base, where both differ.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub before: String,
    /// The command that runs it again.
    pub replay: String,
}

impl Comparison {
    /// Compares two runs.
    pub fn of(base: &RunLog, head: &RunLog) -> Self {
        let sides = Sides::of(base, head);
        let jobs: BTreeSet<&Job> = sides.base.keys().chain(sides.head.keys()).collect();
        let mut cases: Vec<ChangedCase> = jobs.iter().filter_map(|job| sides.changed_case(job)).collect();
        cases.sort_by(|one, other| {
            let key = |case: &ChangedCase| {
                (case.change, case.area.clone(), case.signature.clone(), case.name.clone())
            };
            key(one).cmp(&key(other))
        });
        let counts = |log: &RunLog| crate::Summary::of(log).total.to_map();
        let side = |name: &'static str, log| {
            wording::warnings(log).into_iter().map(move |text| format!("{name}: {text}"))
        };
        Self {
            format: COMPARISON_FORMAT,
            base: base.header.clone(),
            head: head.header.clone(),
            base_counts: counts(base),
            head_counts: counts(head),
            suite_changes: suite::changes(base, head),
            warnings: side("base", base).chain(side("head", head)).collect(),
            same: (jobs.len() - cases.len()) as u64,
            cases,
        }
    }

    /// The cases with this change.
    pub fn with(&self, change: Change) -> impl Iterator<Item = &ChangedCase> {
        self.cases.iter().filter(move |case| case.change == change)
    }

    /// Whether the head has something new to answer for.
    pub fn has_new(&self) -> bool {
        self.cases.iter().any(|case| case.change.is_new())
    }

    /// The cases with this change, those with one signature together, the largest group first.
    pub fn groups(&self, change: Change) -> Vec<Vec<&ChangedCase>> {
        let mut groups: BTreeMap<(Option<&str>, &str), Vec<&ChangedCase>> = BTreeMap::new();
        for case in self.with(change) {
            // Without a signature, like sentences belong together.
            let sentence = if case.signature.is_some() { "" } else { case.sentence.as_str() };
            groups.entry((case.signature.as_deref(), sentence)).or_default().push(case);
        }
        let mut groups: Vec<_> = groups.into_values().collect();
        groups.sort_by_key(|group| std::cmp::Reverse(group.len()));
        groups
    }
}

/// The comparison as JSON text.
///
/// # Panics
/// Never: the types are plain data.
pub fn render_comparison_json(comparison: &Comparison) -> String {
    serde_json::to_string_pretty(comparison).expect("plain data") + "\n"
}

/// The records of both runs by what was run.
struct Sides<'a> {
    base: BTreeMap<Job, &'a CaseRecord>,
    head: BTreeMap<Job, &'a CaseRecord>,
    base_log: &'a RunLog,
    head_log: &'a RunLog,
    base_signatures: BTreeSet<&'a asl_cases::Signature>,
}

impl<'a> Sides<'a> {
    fn of(base_log: &'a RunLog, head_log: &'a RunLog) -> Self {
        let base_signatures = base_log.records.iter().filter_map(signature_of).collect();
        Self { base: by_job(base_log), head: by_job(head_log), base_log, head_log, base_signatures }
    }

    fn changed_case(&self, job: &Job) -> Option<ChangedCase> {
        let (base, head) = (self.base.get(job).copied(), self.head.get(job).copied());
        let change = self.change(base, head)?;
        let differing = |record: &&CaseRecord| differs(record.verdict);
        let telling = head.filter(differing).or_else(|| base.filter(differing)).or(head).or(base)?;
        let log = if head.is_some() { self.head_log } else { self.base_log };
        Some(ChangedCase {
            change,
            id: job.case.clone(),
            name: telling.name.clone(),
            area: telling.area.clone(),
            relation: telling.relation.clone(),
            base: base.map(|record| record.verdict),
            head: head.map(|record| record.verdict),
            signature: signature_of(telling).map(|signature| signature.id().as_str().to_owned()),
            sentence: sentence(telling),
            before: head
                .and(base)
                .filter(differing)
                .filter(|base| !std::ptr::eq(*base, telling))
                .map_or_else(String::new, sentence),
            replay: wording::replay_command(log, telling),
        })
    }

    fn change(&self, base: Option<&CaseRecord>, head: Option<&CaseRecord>) -> Option<Change> {
        match (base, head) {
            (Some(base), Some(head)) => change_of(base, head),
            (None, Some(_)) if !was_whole(self.base_log) => Some(Change::NotRun),
            (None, Some(head)) => Some(self.added(head)),
            (Some(_), None) if was_whole(self.head_log) => Some(Change::Removed),
            (Some(_), None) => Some(Change::NotRun),
            (None, None) => None,
        }
    }

    /// A case of the head alone tells something new only if its difference was not seen in the base.
    fn added(&self, head: &CaseRecord) -> Change {
        let is_seen = signature_of(head).is_some_and(|signature| self.base_signatures.contains(signature));
        if head.verdict == Verdict::Diverge && !is_seen { Change::New } else { Change::Added }
    }
}

/// A case that a whole run does not have was not in its suite.
fn was_whole(log: &RunLog) -> bool {
    log.footer.as_ref().is_some_and(|footer| footer.stopped_early.is_none())
}

fn change_of(base: &CaseRecord, head: &CaseRecord) -> Option<Change> {
    let agrees = |verdict| matches!(verdict, Verdict::Agree | Verdict::Fixed);
    match (base.verdict, head.verdict) {
        (one, other) if differs(one) && differs(other) => {
            (signature_of(base) != signature_of(head)).then(|| other_difference(base, head))
        }
        // A race that was lost once more or less is neither a regression nor a fix.
        (Verdict::Flaky, _) | (_, Verdict::Flaky) => None,
        (one, other) if differs(one) && agrees(other) => Some(Change::Fixed),
        (one, Verdict::Diverge) if agrees(one) => Some(Change::New),
        (one, other) if is_judged(one) != is_judged(other) => Some(Change::NotRun),
        _ => None,
    }
}

/// A listed difference is nobody's news, however bad it is.
fn other_difference(base: &CaseRecord, head: &CaseRecord) -> Change {
    let severity = |record: &CaseRecord| Severity::of(&record.divergences);
    match severity(head).cmp(&severity(base)) {
        Ordering::Less if head.verdict == Verdict::Diverge => Change::Worse,
        Ordering::Less | Ordering::Equal => Change::Changed,
        Ordering::Greater => Change::Better,
    }
}

fn differs(verdict: Verdict) -> bool {
    matches!(verdict, Verdict::Diverge | Verdict::Known)
}

fn is_judged(verdict: Verdict) -> bool {
    matches!(verdict, Verdict::Agree | Verdict::Fixed | Verdict::Diverge | Verdict::Known)
}

fn sentence(record: &CaseRecord) -> String {
    let differs = record.divergences.first().map(|divergence| divergence.sentence.clone());
    differs.or_else(|| record.reason.clone()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;
    use rstest::rstest;

    fn compared(edit: impl FnOnce(&mut RunLog)) -> Comparison {
        let base = sample::log_with_ids();
        let mut head = base.clone();
        edit(&mut head);
        Comparison::of(&base, &head)
    }

    fn changes(comparison: &Comparison) -> Vec<(Change, &str)> {
        comparison.cases.iter().map(|case| (case.change, case.name.as_str())).collect()
    }

    #[test]
    fn run_is_like_itself() {
        let comparison = compared(|_| {});
        assert_eq!((changes(&comparison), comparison.same), (Vec::new(), 9));
        assert!(comparison.suite_changes.is_empty() && !comparison.has_new());
    }

    #[rstest]
    #[case::fixed(4, Verdict::Agree, Some(Change::Fixed))]
    #[case::broken(0, Verdict::Diverge, Some(Change::New))]
    #[case::flaky_now(4, Verdict::Flaky, None)]
    #[case::known_now(4, Verdict::Known, None)]
    #[case::no_answer_now(0, Verdict::EngineError, Some(Change::NotRun))]
    #[case::answered_now(7, Verdict::Agree, Some(Change::NotRun))]
    #[case::broken_where_it_was_not_run(5, Verdict::Diverge, Some(Change::NotRun))]
    fn verdict_that_changes_is_a_change(
        #[case] at: usize,
        #[case] verdict: Verdict,
        #[case] change: Option<Change>,
    ) {
        let comparison = compared(|head| head.records[at].verdict = verdict);
        assert_eq!(comparison.cases.first().map(|case| case.change), change);
        assert_eq!(comparison.has_new(), change == Some(Change::New));
    }

    /// Record 3 has a wrong status, record 4 a wrong history.
    #[rstest]
    #[case::wrong_status_instead_of_a_wrong_history(4, 3, Verdict::Diverge, Change::Worse)]
    #[case::listed_as_known(4, 3, Verdict::Known, Change::Changed)]
    #[case::wrong_history_instead_of_a_wrong_status(3, 4, Verdict::Diverge, Change::Better)]
    fn other_signature_is_worse_or_better(
        #[case] at: usize,
        #[case] like: usize,
        #[case] verdict: Verdict,
        #[case] change: Change,
    ) {
        let comparison = compared(|head| {
            head.records[at].divergences = head.records[like].divergences.clone();
            head.records[at].verdict = verdict;
        });
        assert_eq!(comparison.cases.iter().map(|case| case.change).collect::<Vec<_>>(), [change]);
        assert_eq!(comparison.has_new(), change == Change::Worse);
    }

    #[test]
    fn other_signature_that_is_as_bad_is_a_changed_case() {
        let comparison = compared(|head| {
            head.records[3].divergences[0].signature =
                asl_cases::Signature::of_facet(asl_cases::Facet::Error);
        });
        assert_eq!(changes(&comparison), [(Change::Changed, "choice/string-equals")]);
    }

    #[rstest]
    #[case::whole(false, Change::Removed)]
    #[case::killed(true, Change::NotRun)]
    fn case_that_is_missing_was_removed_only_if_the_run_was_whole(
        #[case] killed: bool,
        #[case] change: Change,
    ) {
        let comparison = compared(|head| {
            head.records.remove(0);
            head.footer = head.footer.take().filter(|_| !killed);
        });
        assert_eq!(changes(&comparison), [(change, "pass/result")]);
    }

    #[test]
    fn added_case_is_new_only_with_a_new_signature() {
        let whole = sample::log_with_ids();
        let mut base = whole.clone();
        base.records.remove(3);
        let seen = Comparison::of(&base, &whole);
        assert_eq!(changes(&seen), [(Change::Added, "choice/string-equals")]);
        base.records.remove(3);
        assert_eq!(changes(&Comparison::of(&base, &whole))[0], (Change::New, "map/two-items"));
    }

    #[test]
    fn case_that_a_base_that_was_cut_off_does_not_have_was_not_run_there() {
        let whole = sample::log_with_ids();
        let mut base = whole.clone();
        base.records.remove(0);
        assert_eq!(changes(&Comparison::of(&base, &whole)), [(Change::Added, "pass/result")]);
        base.footer = None;
        assert_eq!(changes(&Comparison::of(&base, &whole)), [(Change::NotRun, "pass/result")]);
    }

    #[test]
    fn change_of_the_suite_is_said() {
        let comparison = compared(|head| {
            head.header.suite_version = "0.2.0".to_owned();
            head.header.seed = 7;
        });
        assert_eq!(comparison.suite_changes.len(), 2, "{:?}", comparison.suite_changes);
    }

    #[test]
    fn comparison_satisfies_its_schema() {
        let comparison = compared(|head| head.records[4].verdict = Verdict::Agree);
        crate::schema::check("comparison.schema.json", &render_comparison_json(&comparison));
    }

    #[test]
    fn comparison_reads_like_this() {
        let comparison = compared(|head| {
            head.header.engine = "ministack 1.5.0".to_owned();
            head.header.suite_version = "0.2.0".to_owned();
            head.records[4].verdict = Verdict::Agree;
            head.records[0] = CaseRecord { name: "pass/result".to_owned(), ..head.records[3].clone() };
            head.records[0].id = sample::log_with_ids().records[0].id.clone();
            head.records[7].verdict = Verdict::Agree;
        });
        sample::check_rendered("comparison.md", &render_comparison_markdown(&comparison));
    }
}
