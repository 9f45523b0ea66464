//! A metamorphic job: both forms of a machine on the engine, judged by what is right and then by each other.
//!
//! Who speaks first names the bug: where the reference has something against one of the two answers, that is the bug, and
//! the broken relation stands beside it as further evidence. Only where the reference agrees with both does the relation
//! name a bug of its own.

use std::collections::BTreeSet;

use asl_cases::{Case, Divergence, Facet, Observation, Permit, Verdict};
use asl_generators::{Relation, Twin};

use super::case_run::{CaseEnd, CaseRun, Compared, Repeated, facets, show};
use crate::{
    engine::EngineError,
    judge::{Judgement, judge, judge_twin},
};

/// Both forms of a machine, and what is right for each.
pub(super) struct Related<'a> {
    relation: &'static Relation,
    case: &'a Case,
    twin: Twin,
    expected: Observation,
    expected_of_twin: Observation,
}

/// What the engine did with both forms. The permits are those of the reference.
struct BothAnswers {
    first: Observation,
    of_twin: Observation,
}

impl CaseRun {
    pub(super) async fn decide_related(&self, case: &Case, relation: &'static Relation) -> CaseEnd {
        let related = match self.related(case, relation) {
            Ok(related) => related,
            Err((verdict, reason)) => return in_two_forms(self.ended(case, verdict, Some(reason)), relation),
        };
        match self.ask_both(&related).await {
            Ok(answers) => self.judge_related(&related, answers).await,
            Err(error) => {
                in_two_forms(self.engine_failed(case, error).with_limit_of(&related.expected), relation)
            }
        }
    }

    /// Both forms with what is right for them.
    pub(super) fn related<'a>(
        &self,
        case: &'a Case,
        relation: &'static Relation,
    ) -> Result<Related<'a>, (Verdict, String)> {
        let Some(twin) = relation.twin(case) else {
            return Err((
                Verdict::HarnessError,
                format!("the relation {} does not apply to this case", relation.id),
            ));
        };
        self.claims_all_of(case)?;
        self.claims_all_of(&twin.case)?;
        let (expected, expected_of_twin) = (self.expect(case)?, self.expect(&twin.case)?);
        let related = Related { relation, case, twin, expected, expected_of_twin };
        let own = related.judge(&related.expected, &related.expected_of_twin);
        match own.and_then(|own| own.divergences.into_iter().next()) {
            None => Ok(related),
            Some(first) => Err((
                Verdict::HarnessError,
                format!("the reference breaks {}: {}; please report this case", relation.id, first.sentence),
            )),
        }
    }

    async fn ask_both(&self, related: &Related<'_>) -> Result<BothAnswers, EngineError> {
        let first = self.observe(related.case, &related.expected).await?;
        let of_twin = self.observe(&related.twin.case, &related.expected_of_twin).await?;
        Ok(related.with_permits(first, of_twin))
    }

    async fn judge_related(&self, related: &Related<'_>, answers: BothAnswers) -> CaseEnd {
        let BothAnswers { first, of_twin } = &answers;
        let judged = self.judgement(related.case, &related.expected, first);
        if judged.verdict == Verdict::Diverge {
            let end = self.judge(related.case, related.expected.clone(), first.clone()).await;
            return related.with_evidence(end, &answers);
        }
        let judged_of_twin = self.judgement(&related.twin.case, &related.expected_of_twin, of_twin);
        if judged_of_twin.verdict == Verdict::Diverge {
            let end = self.judge(&related.twin.case, related.expected_of_twin.clone(), of_twin.clone()).await;
            return related.with_evidence(related.of_other_form(end), &answers);
        }
        match related.judge(first, of_twin) {
            Some(judgement) if judgement.verdict == Verdict::Diverge => {
                self.confirm_related(related, answers, judgement).await
            }
            by_relation => {
                let by_relation = by_relation.into_iter().flat_map(|judgement| judgement.allowed);
                let allowed =
                    each_once(judged.allowed.into_iter().chain(judged_of_twin.allowed).chain(by_relation));
                let verdict = if allowed.is_empty() { Verdict::Agree } else { Verdict::Inconclusive };
                let mut end = in_two_forms(self.agreed(related.case, verdict), related.relation);
                end.record.allowed = allowed.into_iter().map(Into::into).collect();
                end
            }
        }
    }

    /// Runs both forms again: what differs each time, while the first form does not differ from itself, is a divergence.
    async fn confirm_related(
        &self,
        related: &Related<'_>,
        answers: BothAnswers,
        mut judgement: Judgement,
    ) -> CaseEnd {
        let repeated = match self.repeat_related(related, &answers, &judgement).await {
            Ok(repeated) => repeated,
            Err(error) => return in_two_forms(self.engine_failed(related.case, error), related.relation),
        };
        let verdict = repeated.verdict();
        if verdict == Verdict::Diverge {
            judgement.divergences.retain(|divergence| repeated.stable.contains(&divergence.facet));
        }
        let mut end =
            in_two_forms(self.ended(related.case, verdict, repeated.reason(verdict)), related.relation);
        end.record.attempts = 1 + repeated.repeats;
        end.record.twin = Some(related.twin.case.clone());
        let BothAnswers { first, of_twin } = answers;
        show(&mut end.record, related.case.clone(), Compared { expected: first, actual: of_twin, judgement });
        self.say_if_known(&mut end.record);
        end
    }

    async fn repeat_related(
        &self,
        related: &Related<'_>,
        answers: &BothAnswers,
        judgement: &Judgement,
    ) -> Result<Repeated, EngineError> {
        let mut repeated = Repeated::of(&judgement.divergences);
        while repeated.repeats < self.settings.repeats && !repeated.stable.is_empty() {
            let again = self.ask_both(related).await?;
            let by_relation = related.judge(&again.first, &again.of_twin);
            let by_relation = by_relation.map(|judgement| judgement.divergences).unwrap_or_default();
            let own = judge(related.case, &answers.first, &again.first, &self.settings.policy).divergences;
            let unstable: BTreeSet<Facet> = facets(&own);
            repeated.count(&by_relation, own);
            repeated.stable.retain(|facet| !unstable.contains(facet));
        }
        Ok(repeated)
    }

    /// Both sides of a candidate for shrinking; `None` where the reference has something against either answer.
    pub(super) async fn ask_related(&self, related: &Related<'_>) -> Option<Compared> {
        let first = self.ask_shortly(related.case, &related.expected).await?;
        let of_twin = self.ask_shortly(&related.twin.case, &related.expected_of_twin).await?;
        let BothAnswers { first, of_twin } = related.with_permits(first, of_twin);
        let agrees = |case: &Case, expected: &Observation, actual: &Observation| {
            self.judgement(case, expected, actual).verdict != Verdict::Diverge
        };
        let is_of_relation = agrees(related.case, &related.expected, &first)
            && agrees(&related.twin.case, &related.expected_of_twin, &of_twin);
        is_of_relation.then_some(())?;
        let judgement = related.judge(&first, &of_twin)?;
        Some(Compared { expected: first, actual: of_twin, judgement })
    }
}

impl Related<'_> {
    /// Judges two answers by the relation; `None` where it says nothing.
    fn judge(&self, first: &Observation, of_twin: &Observation) -> Option<Judgement> {
        judge_twin(self.relation, (self.case, first), (&self.twin, of_twin))
    }

    /// Where AWS itself may answer in more than one way, only the oracle says.
    fn with_permits(&self, first: Observation, of_twin: Observation) -> BothAnswers {
        BothAnswers {
            first: Observation { permits: self.expected.permits.clone(), ..first },
            of_twin: Observation { permits: self.expected_of_twin.permits.clone(), ..of_twin },
        }
    }

    /// The bug is in the answer to the other form alone, which is a case like any other.
    fn of_other_form(&self, mut end: CaseEnd) -> CaseEnd {
        let note =
            format!("{} written another way ({}), is answered rightly", self.case.name, self.relation.id);
        let reason = end.record.reason.take();
        end.record.reason = Some(reason.map_or(note.clone(), |reason| format!("{reason}; {note}")));
        end
    }

    /// The broken relation beside the bug that the reference names.
    fn with_evidence(&self, mut end: CaseEnd, answers: &BothAnswers) -> CaseEnd {
        if matches!(end.record.verdict, Verdict::Diverge | Verdict::Known) {
            let evidence: Vec<Divergence> = self
                .judge(&answers.first, &answers.of_twin)
                .map(|judgement| judgement.divergences)
                .unwrap_or_default();
            end.record.divergences.extend(evidence);
        }
        end
    }
}

/// The record of what takes both forms to be seen. What one form shows by itself is shrunk and run again without the other.
fn in_two_forms(mut end: CaseEnd, relation: &Relation) -> CaseEnd {
    end.record.relation = Some(relation.id.to_owned());
    end
}

/// The differences without those that were there before.
fn each_once(differences: impl Iterator<Item = (Facet, Permit)>) -> Vec<(Facet, Permit)> {
    let mut once = Vec::new();
    for difference in differences {
        if !once.contains(&difference) {
            once.push(difference);
        }
    }
    once
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use asl_generators::generate_case_in;
    use asl_reference::reference;
    use rstest::rstest;

    use super::*;
    use crate::{
        engine::FaultyEngine,
        plan::Job,
        runner::{Believed, RunSettings, Subject},
    };

    #[test]
    fn difference_that_both_forms_are_allowed_is_said_once() {
        let [one, other] = [Facet::Error, Facet::Cause].map(|facet| (facet, Permit::Random));
        let of_both_forms = [&one, &other, &one, &other].map(Clone::clone);
        assert_eq!(each_once(of_both_forms.into_iter()), [one, other]);
    }

    #[rstest]
    #[case::at_once("dies=0")]
    #[case::at_the_other_form("dies=1")]
    #[tokio::test]
    async fn case_on_which_the_engine_failed_is_run_again_in_both_forms(#[case] fault: &str) {
        let engine = Arc::new(FaultyEngine::new(fault.parse().expect("a fault")));
        let subject = Subject { engine, liveness: Arc::new(Believed) };
        let case = generate_case_in(&reference::profile(), "data-flow", 3, 0);
        let job = Job::related(case, Relation::named("comments").expect("a relation"));
        let record = CaseRun::new(subject, RunSettings::default()).run(job).await.record;
        assert_eq!((record.verdict, record.relation.as_deref()), (Verdict::EngineError, Some("comments")));
    }
}
