//! What else a smallest case shows: the bug that was found before and that it only shows in another way.

use std::collections::HashSet;

use asl_cases::{Case, CaseId, EXPRESSION, Signature};

use super::Shrinking;
use crate::runner::case_run::Compared;

/// A walk from the smallest case of a bug to that of another one which it comes of.
///
/// Parts are taken away without which the bug does not show as it did, as long as what is left differs in a way that it can
/// come of.
pub(in crate::runner) struct Lead<'a> {
    shrinking: Shrinking<'a>,
    /// What the smallest case shows.
    signature: Signature,
    calls: u32,
    asked: HashSet<CaseId>,
}

impl<'a> Lead<'a> {
    pub(in crate::runner) fn new(shrinking: Shrinking<'a>, signature: Signature) -> Self {
        Self { shrinking, signature, calls: 0, asked: HashSet::new() }
    }

    /// The bug that this case, with both sides of it, leads to; `None` if there is none, or the budget is used up.
    pub(in crate::runner) async fn from(mut self, case: &Case, compared: &Compared) -> Option<Signature> {
        self.asked.insert(case.id());
        let mut left = vec![parts_of(case, compared)];
        while let Some(parts) = left.last_mut()
            && !self.shrinking.is_spent(self.calls)
        {
            let Some(part) = parts.next() else {
                left.pop();
                continue;
            };
            let Some((reason, compared)) = self.reason_shown_by(&part).await else { continue };
            if (self.shrinking.is_found)(&reason) {
                return Some(reason);
            }
            left.push(parts_of(&part, &compared));
        }
        None
    }

    /// What is wrong by itself with an expression of the state at which the executions part, if that was found before.
    pub(in crate::runner) async fn expression_from(
        mut self,
        case: &Case,
        compared: &Compared,
    ) -> Option<Signature> {
        let alone = compared.first_state_alone(case);
        let expressions = asl_generators::expressions_alone(alone.as_ref().unwrap_or(case));
        for expression in expressions {
            if self.shrinking.is_spent(self.calls) {
                return None;
            }
            let shown = self.reason_shown_by(&expression).await.map(|(reason, _)| reason);
            let found =
                shown.filter(|reason| reason.place == EXPRESSION && (self.shrinking.is_found)(reason));
            if found.is_some() {
                return found;
            }
        }
        None
    }

    /// What the bug can come of, where this part of the case differs like that.
    async fn reason_shown_by(&mut self, part: &Case) -> Option<(Signature, Compared)> {
        let Shrinking { run, relation, .. } = self.shrinking;
        let right = run.right_answer(part, relation, self.signature.facet)?;
        if !self.asked.insert(part.id()) {
            return None;
        }
        self.calls += 1;
        let compared = run.try_answer(right).await?;
        let mut signatures = compared.judgement.divergences.iter().map(|divergence| &divergence.signature);
        let reason = signatures.find(|reason| self.signature.can_come_of(reason))?.clone();
        Some((reason, compared))
    }
}

/// The state alone at which the executions part, then each expression of the first state alone, then the case with a little
/// less of it.
fn parts_of(case: &Case, compared: &Compared) -> impl Iterator<Item = Case> + use<> {
    let alone = compared.first_state_alone(case).into_iter().chain(asl_generators::expressions_alone(case));
    alone.chain(asl_generators::simplifications(case))
}
