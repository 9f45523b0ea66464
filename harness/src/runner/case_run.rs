//! One case from the oracle to the record.

use std::{collections::BTreeSet, time::Duration};

use asl_cases::{Case, Divergence, Facet, Identities, Observation, Outcome, Verdict};
use asl_reference::reference::{self, ReferenceError};
use asl_reports::CaseRecord;
use tokio::time::Instant;

use super::{RunSettings, Subject, shrink};
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
        Self { subject, settings }
    }

    /// The engine's name and version.
    pub fn engine_id(&self) -> &str {
        self.subject.engine.id()
    }

    /// Runs the case, and again if it differs.
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
        match self.observe(case, &expected).await {
            Ok(actual) => self.judge(case, expected, actual).await,
            Err(error) => self.engine_failed(case, error),
        }
    }

    /// What the engine does. Where AWS refuses the case, an execution that had to be stopped at the deadline is answer
    /// enough: the engine accepted it.
    async fn observe(&self, case: &Case, expected: &Observation) -> Result<Observation, EngineError> {
        let refused = !expected.outcome.is_accepted();
        let deadline =
            if refused { self.settings.deadline.min(REFUSAL_DEADLINE) } else { self.settings.deadline };
        match self.subject.engine.observe(case, deadline).await {
            Err(EngineError { kind: EngineErrorKind::Deadline { running: true, .. }, .. }) if refused => {
                Ok(Observation {
                    outcome: Outcome::Aborted,
                    trace: None,
                    identities: Identities::default(),
                    permits: Vec::new(),
                })
            }
            observed => observed,
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
        let (repeats, stable) = match self.repeat(case, &expected, &judgement).await {
            Ok(repeated) => repeated,
            Err(error) => return self.engine_failed(case, error),
        };
        let mut judgement = judgement;
        let verdict = if stable.is_empty() { Verdict::Flaky } else { Verdict::Diverge };
        if verdict == Verdict::Diverge {
            judgement.divergences.retain(|divergence| stable.contains(&divergence.facet));
        }
        let mut end = self.ended(case, verdict, None);
        end.record.attempts = 1 + repeats;
        show(&mut end.record, case.clone(), Compared { expected, actual, judgement });
        end
    }

    /// The smallest case found that differs in the same way as this record, as a record of its own.
    pub async fn shrink(&self, record: &CaseRecord, calls_max: u32, ends_at: Instant) -> Option<CaseRecord> {
        let (case, signature) = (record.case.as_ref()?, &record.divergences.first()?.signature);
        let (smaller, compared) = shrink::shrink(self, case, signature, calls_max, ends_at).await?;
        let mut shrunk = record.clone();
        shrunk.id = smaller.id();
        shrunk.shrunk_from = Some(record.id.clone());
        show(&mut shrunk, smaller, compared);
        Some(shrunk)
    }

    /// Runs a diverging case again: how often it was repeated, and the facets that differed every time.
    async fn repeat(
        &self,
        case: &Case,
        expected: &Observation,
        first: &Judgement,
    ) -> Result<(u32, BTreeSet<Facet>), EngineError> {
        let mut stable = facets(&first.divergences);
        for repeat in 1..=self.settings.repeats {
            let again = self.observe(case, expected).await?;
            let judgement = judge(case, expected, &again, &self.settings.policy);
            stable = stable.intersection(&facets(&judgement.divergences)).copied().collect();
            if stable.is_empty() {
                return Ok((repeat, stable));
            }
        }
        Ok((self.settings.repeats, stable))
    }

    /// Both sides of a candidate for shrinking; `None` when it proves nothing.
    pub(super) async fn compare(&self, case: &Case) -> Option<Compared> {
        if !self.subject.engine.profile().missing(case).is_empty() {
            return None;
        }
        let expected = self.expect(case).ok()?;
        let actual =
            self.subject.engine.observe(case, self.settings.deadline.min(SHRINK_DEADLINE)).await.ok()?;
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

/// Which facets differ. What repeats of them is a divergence; the first differing event of a race need not.
fn facets(divergences: &[Divergence]) -> BTreeSet<Facet> {
    divergences.iter().map(|divergence| divergence.facet).collect()
}

fn show(record: &mut CaseRecord, case: Case, compared: Compared) {
    record.case = Some(case);
    record.divergences = compared.judgement.divergences;
    record.allowed = compared.judgement.allowed.into_iter().map(Into::into).collect();
    record.expected = Some(compared.expected);
    record.actual = Some(compared.actual);
}

/// The time that an engine is given to refuse a case.
const REFUSAL_DEADLINE: Duration = Duration::from_secs(8);

/// A candidate that takes longer than this is not a smaller reproducer worth having.
const SHRINK_DEADLINE: Duration = Duration::from_secs(10);
