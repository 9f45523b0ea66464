//! Engines with a fault, in this process: each leads to its own verdict, and none that is down, slow or garbling ever
//! to a divergence.

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use asl_cases::{Case, Machine, Observation, Profile, Verdict};
use asl_conformance::{
    engine::{Engine, EngineError, Fault, FaultyEngine},
    known::{RegressionEnd, regression_name},
    runner::{Believed, CaseRun, Finished, RunEnd, RunSettings, Subject, run_cases},
};
use asl_generators::generate_case;
use asl_reference::reference;
use asl_reports::CaseRecord;
use futures::future::BoxFuture;
use rstest::rstest;
use serde_json::json;
use tokio::sync::watch;

const N_CASES: u64 = 60;
/// Of cases that ask for features, and cases that ask for none.
const SEED: u64 = 10;

/// Runs drawn cases on the engine. Time passes at once when everything waits.
async fn run(fault: Fault) -> (Vec<CaseRecord>, RunEnd) {
    let engine: Arc<dyn Engine> = Arc::new(FaultyEngine::new(fault));
    let subject = Subject { engine, liveness: Arc::new(Believed) };
    let settings = RunSettings { jobs: 4, deadline: Duration::from_secs(2), ..RunSettings::default() };
    let (_running, stop) = watch::channel(false);
    let cases = (0..N_CASES).map(|index| generate_case(&reference::profile(), SEED, index));
    let mut records = Vec::new();
    let end = run_cases(&subject, cases, &settings, stop, |finished| {
        if let Finished::Case(record) = finished {
            records.push(record);
        }
        Ok(())
    })
    .await;
    (records, end)
}

fn counts(records: &[CaseRecord]) -> BTreeMap<Verdict, usize> {
    let mut counts = BTreeMap::new();
    for record in records {
        *counts.entry(record.verdict).or_insert(0) += 1;
    }
    counts
}

#[rstest]
#[case::hangs(Fault::Hangs)]
#[case::dies_at_once(Fault::Dies(0))]
#[case::garbles(Fault::Garbles)]
#[case::too_slow(Fault::Slow(2_500))]
#[tokio::test(start_paused = true)]
async fn engine_without_an_answer_never_diverges(#[case] fault: Fault) {
    let (records, _) = run(fault).await;
    let counts = counts(&records);
    assert_eq!(records.len() as u64, N_CASES);
    assert!(
        counts.get(&Verdict::EngineError).is_some_and(|errors| *errors as u64 > N_CASES * 9 / 10),
        "{counts:?}"
    );
    let judged = |verdict: &Verdict| !matches!(verdict, Verdict::EngineError | Verdict::Unsupported);
    assert!(!counts.keys().any(judged), "{counts:?}");
}

#[rstest]
#[case::hangs("hangs@0.3")]
#[case::garbles("garbles@0.3")]
#[case::too_slow("slow=2500@0.3")]
#[case::nearly_always_garbles("garbles@0.9")]
#[case::nearly_always_right("garbles@0.05")]
#[tokio::test(start_paused = true)]
async fn engine_that_fails_at_times_has_engine_errors_and_agrees_else(#[case] fault: &str) {
    let (records, end) = run(fault.parse().expect("a fault")).await;
    let counts = counts(&records);
    assert_eq!((records.len() as u64, end.engine_down), (N_CASES, None));
    assert!(counts.contains_key(&Verdict::EngineError) && counts.contains_key(&Verdict::Agree), "{counts:?}");
    assert_never_judged_wrong(&counts);
}

#[rstest]
#[case::seldom("dies=0@0.05")]
#[case::often("dies=0@0.5")]
#[tokio::test(start_paused = true)]
async fn engine_that_is_down_at_times_is_given_up_and_never_diverges(#[case] fault: &str) {
    let (records, end) = run(fault.parse().expect("a fault")).await;
    assert_eq!(records.len() as u64, N_CASES);
    assert!(end.engine_down.is_some());
    assert_never_judged_wrong(&counts(&records));
}

fn assert_never_judged_wrong(counts: &BTreeMap<Verdict, usize>) {
    let is_wrong = |verdict: &Verdict| {
        matches!(
            verdict,
            Verdict::Diverge | Verdict::Known | Verdict::Fixed | Verdict::Flaky | Verdict::HarnessError
        )
    };
    assert!(!counts.keys().any(is_wrong), "{counts:?}");
}

#[tokio::test(start_paused = true)]
async fn engine_that_dies_in_the_middle_agrees_before_and_is_given_up_after() {
    let (records, end) = run(Fault::Dies(20)).await;
    let counts = counts(&records);
    assert!(end.engine_down.is_some_and(|reason| reason.contains("cannot be reached")));
    assert!(counts[&Verdict::Agree] > 10 && counts[&Verdict::EngineError] > 30, "{counts:?}");
    assert!(!counts.contains_key(&Verdict::Diverge), "{counts:?}");
}

#[rstest]
#[case::right(Fault::Agrees)]
#[case::slow_but_in_time(Fault::Slow(1_500))]
#[tokio::test(start_paused = true)]
async fn engine_that_is_right_agrees(#[case] fault: Fault) {
    let (records, end) = run(fault).await;
    let counts = counts(&records);
    assert_eq!(end.engine_down, None);
    let rightly =
        |verdict: &Verdict| matches!(verdict, Verdict::Agree | Verdict::Inconclusive | Verdict::Unsupported);
    assert!(counts.keys().all(rightly), "{counts:?}");
}

#[tokio::test(start_paused = true)]
async fn engine_that_is_always_wrong_diverges_wherever_there_is_an_output() {
    let (records, _) = run(Fault::AlwaysWrong).await;
    let succeeds = |record: &&CaseRecord| {
        let case: Case = generate_case(&reference::profile(), SEED, index_of(record));
        let truth = reference::observe(&case, reference::Settings::default());
        truth.is_ok_and(|truth| {
            matches!(truth.outcome, asl_cases::Outcome::Succeeded(_)) && truth.permits.is_empty()
        })
    };
    for record in records.iter().filter(succeeds) {
        assert_eq!(record.verdict, Verdict::Diverge, "{}", record.name);
    }
    assert!(records.iter().filter(succeeds).count() > 10);
}

fn index_of(record: &CaseRecord) -> u64 {
    record.name.rsplit('-').next().and_then(|index| index.parse().ok()).expect("a drawn case")
}

#[tokio::test(start_paused = true)]
async fn engine_that_is_wrong_at_times_is_flaky() {
    let (records, _) = run(Fault::Flaky(0.2)).await;
    let counts = counts(&records);
    let count = |verdict| counts.get(&verdict).copied().unwrap_or(0);
    assert!(count(Verdict::Flaky) > 0, "{counts:?}");
    // Three wrong answers in a row have a chance of 0.8 %.
    assert!(count(Verdict::Diverge) <= 1, "{counts:?}");
    let flaky = records.iter().find(|record| record.verdict == Verdict::Flaky).expect("counted");
    assert!(flaky.reason.as_deref().is_some_and(|reason| reason.contains("times")), "{:?}", flaky.reason);
}

/// An engine that is right in its first answers, and wrong from then on.
struct RightAtFirst {
    n_right: usize,
    /// Whether every other answer is right behind those.
    alternates: bool,
    asked: AtomicUsize,
    right: FaultyEngine,
    wrong: FaultyEngine,
}

impl RightAtFirst {
    fn new(n_right: usize) -> Self {
        let (right, wrong) = (FaultyEngine::new(Fault::Agrees), FaultyEngine::new(Fault::AlwaysWrong));
        Self { n_right, alternates: false, asked: AtomicUsize::new(0), right, wrong }
    }
}

impl Engine for RightAtFirst {
    fn id(&self) -> &str {
        self.right.id()
    }

    fn endpoint(&self) -> Option<&str> {
        None
    }

    fn profile(&self) -> &Profile {
        self.right.profile()
    }

    fn observe<'a>(
        &'a self,
        case: &'a Case,
        deadline: Duration,
    ) -> BoxFuture<'a, Result<Observation, EngineError>> {
        let number = self.asked.fetch_add(1, Ordering::Relaxed);
        let is_right = number < self.n_right || (self.alternates && number.is_multiple_of(2));
        if is_right { self.right.observe(case, deadline) } else { self.wrong.observe(case, deadline) }
    }
}

#[rstest]
#[case::at_once("text", 0, RegressionEnd::Still)]
#[case::at_the_second_time("text", 1, RegressionEnd::Still)]
#[case::too_late("text", 10, RegressionEnd::Fixed)]
#[case::never("text", usize::MAX, RegressionEnd::Fixed)]
#[case::late_where_something_is_drawn("{% $random() %}", 10, RegressionEnd::Still)]
#[tokio::test(start_paused = true)]
async fn kept_case_is_fixed_where_its_bug_does_not_show_in_any_of_its_runs(
    #[case] comment: &str,
    #[case] n_right: usize,
    #[case] wanted: RegressionEnd,
) {
    assert_eq!(end_of_kept_case(comment, RightAtFirst::new(n_right)).await, wanted);
}

#[tokio::test(start_paused = true)]
async fn kept_case_that_shows_its_bug_at_times_is_not_fixed() {
    let engine = RightAtFirst { alternates: true, ..RightAtFirst::new(1) };
    let end = end_of_kept_case("{% $random() %}", engine).await;
    assert!(matches!(&end, RegressionEnd::NotJudged(_)), "{end}");
}

/// What becomes on this engine of the case that is kept for the bug of an engine that is always wrong.
async fn end_of_kept_case(comment: &str, engine: RightAtFirst) -> RegressionEnd {
    let pass = json!({"Comment": comment, "StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}}});
    let mut case = Case::new(Machine::new(pass), json!({}));
    let run = |engine| {
        let subject = Subject { engine: Arc::new(engine), liveness: Arc::new(Believed) };
        CaseRun::new(subject, RunSettings::default())
    };
    let shown = run(RightAtFirst::new(0)).run(case.clone()).await.record;
    case.name = regression_name(&shown.divergences[0].signature.id(), None);
    RegressionEnd::of(&run(engine).run(case).await.record).expect("a kept case").1
}

#[tokio::test(start_paused = true)]
async fn engine_that_lies_about_its_profile_has_engine_errors() {
    let (records, end) = run(Fault::LiesAboutItsProfile).await;
    let counts = counts(&records);
    assert_eq!(end.engine_down, None, "one feature that is missing is no death");
    assert!(counts.contains_key(&Verdict::EngineError) && counts.contains_key(&Verdict::Agree), "{counts:?}");
    assert!(!counts.contains_key(&Verdict::Diverge), "{counts:?}");
}
