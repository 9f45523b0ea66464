//! The run as `JUnit` XML, for the test view of a CI service.
//!
//! A suite is an engine and an area. A divergence is a failure; a known one is skipped with its reason; a flaky one
//! passes with a flaky failure; what the engine does not claim is skipped; and a run that did not come to its end is an
//! error of its own.

use std::{collections::BTreeMap, time::Duration};

use asl_cases::Verdict;
use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestRerun, TestSuite};

use crate::{CaseRecord, RunLog, diff::unified_diff, signature_of, wording};

/// How many lines of a diff are written.
const LINES_MAX: usize = 200;

/// The runs as one document.
///
/// # Panics
/// Never: writing into a string does not fail.
pub fn render_junit(logs: &[RunLog]) -> String {
    let mut report = Report::new("asl-conformance");
    for log in logs {
        report.add_test_suites(suites(log));
    }
    report.to_string().expect("writing into a string does not fail")
}

fn suites(log: &RunLog) -> Vec<TestSuite> {
    let engine = &log.header.engine;
    let mut areas: BTreeMap<&str, Vec<&CaseRecord>> = BTreeMap::new();
    for record in &log.records {
        areas.entry(&record.area).or_default().push(record);
    }
    let mut suites: Vec<_> = areas
        .into_iter()
        .map(|(area, records)| {
            let mut suite = TestSuite::new(format!("{engine}: {area}"));
            let elapsed = records.iter().map(|record| record.elapsed_ms).sum();
            suite.set_time(Duration::from_millis(elapsed));
            suite.add_property(("seed", log.header.seed.to_string().as_str()));
            suite.add_property(("suite-version", log.header.suite_version.as_str()));
            suite.add_test_cases(records.into_iter().map(|record| test_case(log, record)));
            suite
        })
        .collect();
    suites.extend(whole_run(log));
    suites
}

/// What is wrong with the run as a whole.
fn whole_run(log: &RunLog) -> Option<TestSuite> {
    let warnings = wording::warnings(log);
    if warnings.is_empty() {
        return None;
    }
    let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
    status.set_message(warnings[0].clone()).set_type("incomplete").set_description(warnings.join("\n"));
    let mut suite = TestSuite::new(format!("{}: the run itself", log.header.engine));
    suite.add_test_case(TestCase::new("the run came to its end and its log is whole", status));
    Some(suite)
}

fn test_case(log: &RunLog, record: &CaseRecord) -> TestCase {
    // A case in two forms is not the same test as the case alone.
    let relation = record.relation.as_ref().map(|relation| format!(" ({relation})")).unwrap_or_default();
    let mut case = TestCase::new(format!("{}{relation}", record.name), status(log, record));
    case.set_classname(format!("{}.{}", record.engine, record.area));
    case.set_time(Duration::from_millis(record.elapsed_ms));
    case.add_property(("id", record.id.as_str()));
    case.add_property(("verdict", record.verdict.as_str()));
    if let Some(signature) = signature_of(record) {
        case.add_property(("signature", signature.id().as_str()));
    }
    case
}

fn status(log: &RunLog, record: &CaseRecord) -> TestCaseStatus {
    let mut status = match record.verdict {
        Verdict::Agree | Verdict::Fixed => return TestCaseStatus::success(),
        Verdict::Flaky => return flaky(log, record),
        Verdict::Diverge => TestCaseStatus::non_success(NonSuccessKind::Failure),
        Verdict::EngineError | Verdict::HarnessError => TestCaseStatus::non_success(NonSuccessKind::Error),
        Verdict::Known | Verdict::Inconclusive | Verdict::Unsupported | Verdict::Skipped => {
            TestCaseStatus::skipped()
        }
    };
    status.set_message(message(record)).set_type(record.verdict.as_str());
    if !record.divergences.is_empty() {
        status.set_description(details(log, record));
    }
    status
}

fn flaky(log: &RunLog, record: &CaseRecord) -> TestCaseStatus {
    let mut rerun = TestRerun::new(NonSuccessKind::Failure);
    rerun
        .set_message(message(record))
        .set_type(record.verdict.as_str())
        .set_description(details(log, record));
    let mut status = TestCaseStatus::success();
    status.add_rerun(rerun);
    status
}

fn message(record: &CaseRecord) -> String {
    let sentence = record.divergences.first().map(|divergence| divergence.sentence.clone());
    let permit = || record.allowed.first().map(|allowed| allowed.permit.reason());
    let text = record.reason.clone().or(sentence).or_else(permit).unwrap_or_default();
    if record.verdict == Verdict::Known { format!("known: {text}") } else { text }
}

fn details(log: &RunLog, record: &CaseRecord) -> String {
    let mut lines = Vec::new();
    for divergence in &record.divergences {
        lines.push(format!("{}: {}", divergence.facet, divergence.sentence));
        lines.extend(unified_diff(&divergence.expected, &divergence.actual).into_iter().take(LINES_MAX));
        lines.push(format!("says who: {}", divergence.oracle));
    }
    lines.push(format!("replay: {}", wording::replay_command(log, record)));
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;
    use rstest::rstest;

    #[rstest]
    #[case(Verdict::Agree, "")]
    #[case(Verdict::Diverge, "<failure message=")]
    #[case(Verdict::Known, "<skipped message=\"known: ")]
    #[case(Verdict::Flaky, "<flakyFailure message=")]
    #[case(Verdict::EngineError, "<error message=")]
    #[case(Verdict::Unsupported, "<skipped message=")]
    fn verdict_has_its_element(#[case] verdict: Verdict, #[case] element: &str) {
        let mut log = sample::log();
        log.records.drain(..4);
        log.records.truncate(1);
        log.records[0].verdict = verdict;
        let xml = render_junit(&[log]);
        assert!(xml.contains(element), "{xml}");
        assert_eq!(xml.contains("<failure"), verdict == Verdict::Diverge, "{xml}");
    }

    #[test]
    fn case_in_two_forms_is_another_test_than_the_case() {
        let mut log = sample::log();
        log.records.truncate(1);
        log.records.push(CaseRecord { relation: Some("comments".to_owned()), ..log.records[0].clone() });
        let name = log.records[0].name.clone();
        let xml = render_junit(&[log]);
        let count = |name: &str| xml.matches(&format!("<testcase name=\"{name}\"")).count();
        assert_eq!((count(&name), count(&format!("{name} (comments)"))), (1, 1), "{xml}");
    }

    #[test]
    fn run_that_was_killed_is_an_error() {
        let mut log = sample::log();
        log.footer = None;
        assert!(render_junit(&[log]).contains("This run was cut off"));
    }
}
