//! One case from the oracle to the record.

use std::{
    collections::BTreeSet,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use asl_cases::{Case, Observation, Verdict};
use asl_reference::reference::{self, ReferenceError};
use asl_reports::CaseRecord;
use tokio::time::Instant;

use super::{RunSettings, Subject, difference_key, shrink};
use crate::{
    engine::{EngineError, EngineErrorKind},
    judge::{Judgement, check_expectation, judge},
};

/// What came of one case.
pub struct CaseEnd {
    /// For the log.
    pub record: CaseRecord,
    /// Set when every further case on this engine would end the same way.
    pub fatal: Option<String>,
    /// Whether the case ran into its deadline.
    pub hung: bool,
}

/// Runs single cases; shared by all that run at once.
pub struct CaseRun {
    subject: Subject,
    settings: RunSettings,
    /// The differences that were shrunk already: one smallest case each is enough.
    shrunk: Mutex<BTreeSet<String>>,
}

/// Both sides of one comparison.
pub(super) struct Compared {
    pub(super) expected: Observation,
    pub(super) actual: Observation,
    pub(super) judgement: Judgement,
}

impl CaseRun {
    /// Cases on this engine with these settings.
    pub fn new(subject: Subject, settings: RunSettings) -> Self {
        Self { subject, settings, shrunk: Mutex::default() }
    }

    /// The engine's name and version.
    pub fn engine_id(&self) -> &str {
        self.subject.engine.id()
    }

    /// Runs the case, repeats and shrinks what differs.
    pub async fn run(&self, case: Case) -> CaseEnd {
        let started = Instant::now();
        let mut end = self.decide(&case).await;
        end.record.elapsed_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
        end
    }

    async fn decide(&self, case: &Case) -> CaseEnd {
        let missing = self.subject.engine.profile().missing(case);
        if !missing.is_empty() {
            let names: Vec<_> = missing.iter().map(|feature| feature.as_str()).collect();
            return self.ended(case, Verdict::Unsupported, Some(format!("needs {}", names.join(", "))));
        }
        let expected = match self.expect(case) {
            Ok(expected) => expected,
            Err((verdict, reason)) => return self.ended(case, verdict, Some(reason)),
        };
        match self.subject.engine.observe(case, self.settings.deadline).await {
            Ok(actual) => self.judge(case, expected, actual).await,
            Err(error) => self.engine_failed(case, error),
        }
    }

    /// What is right; the reference must not contradict the authored expectation.
    pub(super) fn expect(&self, case: &Case) -> Result<Observation, (Verdict, String)> {
        let expected = reference::observe(case, self.settings.reference).map_err(|error| {
            let verdict = match error {
                ReferenceError::Unsupported(_) => Verdict::Unsupported,
                ReferenceError::NeverEnds => Verdict::HarnessError,
            };
            (verdict, error.to_string())
        })?;
        match check_expectation(case, &expected).first() {
            None => Ok(expected),
            Some(contradiction) => Err((
                Verdict::HarnessError,
                format!("the reference contradicts the authored expectation: {}", contradiction.sentence),
            )),
        }
    }

    async fn judge(&self, case: &Case, expected: Observation, actual: Observation) -> CaseEnd {
        let judgement = judge(case, &expected, &actual, &self.settings.policy);
        if judgement.verdict != Verdict::Diverge {
            let mut end = self.ended(case, judgement.verdict, None);
            end.record.allowed = judgement.allowed.into_iter().map(Into::into).collect();
            return end;
        }
        let (repeats, is_stable) = match self.repeat(case, &expected, &judgement).await {
            Ok(repeated) => repeated,
            Err(error) => return self.engine_failed(case, error),
        };
        let verdict = if is_stable { Verdict::Diverge } else { Verdict::Flaky };
        let compared = Compared { expected, actual, judgement };
        let mut end = self.ended(case, verdict, None);
        end.record.attempts = 1 + repeats;
        let shrunk = if is_stable { self.shrink(case, &compared).await } else { None };
        let (case, compared) = match shrunk {
            Some((smaller, compared)) => {
                end.record.shrunk_from = Some(case.id());
                (smaller, compared)
            }
            None => (case.clone(), compared),
        };
        end.record.case = Some(case);
        end.record.divergences = compared.judgement.divergences;
        end.record.allowed = compared.judgement.allowed.into_iter().map(Into::into).collect();
        end.record.expected = Some(compared.expected);
        end.record.actual = Some(compared.actual);
        end
    }

    /// Runs a diverging case again: how often it was repeated, and whether it differed in the same way each time.
    async fn repeat(
        &self,
        case: &Case,
        expected: &Observation,
        first: &Judgement,
    ) -> Result<(u32, bool), EngineError> {
        for repeat in 1..=self.settings.repeats {
            let again = self.subject.engine.observe(case, self.settings.deadline).await?;
            let judgement = judge(case, expected, &again, &self.settings.policy);
            if difference_key(&judgement.divergences) != difference_key(&first.divergences) {
                return Ok((repeat, false));
            }
        }
        Ok((self.settings.repeats, true))
    }

    async fn shrink(&self, case: &Case, compared: &Compared) -> Option<(Case, Compared)> {
        let budget = self.settings.shrink?;
        if case.expectation.is_some() {
            return None;
        }
        let key = difference_key(&compared.judgement.divergences);
        let is_new = self.shrunk.lock().unwrap_or_else(PoisonError::into_inner).insert(key.clone());
        if is_new { shrink::shrink(self, case, &key, budget).await } else { None }
    }

    /// Both sides of a candidate for shrinking; `None` when it proves nothing.
    pub(super) async fn compare(&self, case: &Case) -> Option<Compared> {
        if !self.subject.engine.profile().missing(case).is_empty() {
            return None;
        }
        let expected = self.expect(case).ok()?;
        let actual = self.subject.engine.observe(case, self.settings.deadline.min(SHRINK_DEADLINE)).await.ok()?;
        let judgement = judge(case, &expected, &actual, &self.settings.policy);
        Some(Compared { expected, actual, judgement })
    }

    fn engine_failed(&self, case: &Case, error: EngineError) -> CaseEnd {
        let error = match self.subject.liveness.death() {
            Some(log_file) => EngineError { kind: EngineErrorKind::Died { log_file }, ..error },
            None => error,
        };
        let mut end = self.ended(case, Verdict::EngineError, Some(error.to_string()));
        end.record.case = Some(case.clone());
        end.fatal = error.kind.is_fatal().then(|| error.to_string());
        end.hung = matches!(error.kind, EngineErrorKind::Deadline { .. });
        end
    }

    fn ended(&self, case: &Case, verdict: Verdict, reason: Option<String>) -> CaseEnd {
        let mut record = CaseRecord::new(case, self.engine_id(), verdict);
        record.reason = reason;
        CaseEnd { record, fatal: None, hung: false }
    }
}

/// A candidate that takes longer than this is not a smaller reproducer worth having.
const SHRINK_DEADLINE: Duration = Duration::from_secs(10);
