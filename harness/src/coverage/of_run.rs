//! The coverage of a run: of the cases that its engine really answered.

use std::cell::RefCell;

use asl_cases::{Case, Verdict};
use asl_reference::reference::Settings;
use asl_reports::CaseRecord;

use super::Coverage;
use crate::plan::Job;

/// Collects the coverage of a run while it goes on.
#[derive(Default)]
pub struct RunCoverage {
    /// The cases that are on their way; no more than are run at once.
    sent: RefCell<Vec<Case>>,
    coverage: RefCell<Coverage>,
}

impl RunCoverage {
    /// A job is on its way.
    pub fn send(&self, job: &Job) {
        self.sent.borrow_mut().push(job.case.clone());
    }

    /// A job came back. It counts if the engine gave an answer that could be judged.
    ///
    /// By its name alone: the record of a case in two forms tells no relation where one of them shows the bug by itself.
    pub fn receive(&self, record: &CaseRecord) {
        let mut sent = self.sent.borrow_mut();
        let place = sent.iter().position(|case| case.name == record.name);
        let sent = place.map(|place| sent.swap_remove(place));
        let is_answered = !matches!(
            record.verdict,
            Verdict::Unsupported | Verdict::EngineError | Verdict::HarnessError | Verdict::Skipped
        );
        if let Some(case) = sent.filter(|_| is_answered) {
            self.coverage.borrow_mut().run(&case, Settings::default());
        }
    }

    /// What was reached.
    pub fn into_coverage(self) -> Coverage {
        self.coverage.into_inner()
    }
}
