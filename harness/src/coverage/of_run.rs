//! The coverage of a run: of the cases that its engine really answered.

use std::{cell::RefCell, collections::BTreeMap};

use asl_cases::{Case, Verdict};
use asl_reference::reference::Settings;
use asl_reports::CaseRecord;

use super::Coverage;
use crate::plan::Job;

/// Collects the coverage of a run while it goes on.
#[derive(Default)]
pub struct RunCoverage {
    /// The cases that are on their way, by what their record will be called.
    sent: RefCell<BTreeMap<(String, Option<String>), Case>>,
    coverage: RefCell<Coverage>,
}

impl RunCoverage {
    /// A job is on its way.
    pub fn send(&self, job: &Job) {
        let relation = job.relation.map(|relation| relation.id.to_owned());
        self.sent.borrow_mut().insert((job.case.name.clone(), relation), job.case.clone());
    }

    /// A job came back. It counts if the engine gave an answer that could be judged.
    pub fn receive(&self, record: &CaseRecord) {
        let sent = self.sent.borrow_mut().remove(&(record.name.clone(), record.relation.clone()));
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
