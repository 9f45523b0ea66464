//! The search: greedy, the largest steps first, going on where the last one succeeded.

use std::collections::HashSet;

use asl_cases::{Case, CaseId, Facet, Signature};
use futures::future::join_all;

use super::{Shrinking, Shrunk};
use crate::runner::case_run::{Compared, RightAnswer};

/// How many parts of the smallest case are varied.
const VARIATIONS_MAX: usize = 40;

/// How many child executions are looked at.
const CHILDREN_MAX: usize = 5;

/// A search for a smaller case that shows one bug.
pub(in crate::runner) struct Search<'a> {
    shrinking: Shrinking<'a>,
    /// Gets fewer constructs on the way.
    signature: Signature,
    found: Shrunk,
    /// A part of the smallest case that shows a wrong value of which the bug may come.
    reason: Option<(Case, Compared)>,
    /// What does not show the bug, or was not sent.
    refused: HashSet<CaseId>,
}

impl<'a> Search<'a> {
    /// A search from this case on, of which `compared` shows the bug with its first divergence.
    pub(in crate::runner) fn new(shrinking: Shrinking<'a>, case: &Case, compared: Compared) -> Option<Self> {
        let signature = compared.judgement.divergences.first()?.signature.clone();
        let path = vec![case.clone()];
        let shown_as = signature.clone();
        let found = Shrunk { path, shown_as, compared, calls: 0, immaterial: Vec::new() };
        Some(Self { shrinking, signature, found, reason: None, refused: HashSet::new() })
    }

    /// Searches until the bug is one that was found before, no step is left, or the budget is used up; then varies what is
    /// left of a bug that is new.
    pub(in crate::runner) async fn run(mut self) -> Shrunk {
        loop {
            self.look_inside().await;
            self.isolate().await;
            if !self.round().await {
                break;
            }
        }
        self.vary().await;
        self.found
    }

    /// What nobody can see into is looked at where it can be seen: an Express execution as a Standard one, and an execution
    /// that was started by another one, or is a child of a distributed Map, by itself. It counts if it differs in the same
    /// facet, or else in what it does. A definition that is refused does nothing.
    async fn look_inside(&mut self) {
        if self.signature.facet == Facet::Acceptance {
            return;
        }
        let standard = asl_generators::as_standard(self.found.case());
        self.look_at(standard).await;
        let started = self.started_machine();
        self.look_at(started).await;
        for child in self.children() {
            if self.look_at(Some(child)).await {
                break;
            }
        }
    }

    /// Goes on from this case if it differs like that. Whether it does.
    async fn look_at(&mut self, case: Option<Case>) -> bool {
        let case = case.filter(|case| !self.is_over() && !self.refused.contains(&case.id()));
        let first = self.found.compared.judgement.divergences.first();
        let (Some(case), Some(facet)) = (case, first.map(|first| first.facet)) else { return false };
        let right = self.right_answer(&case, facet);
        self.found.calls += u32::from(right.is_some());
        let compared = match right {
            Some(right) => {
                self.shrinking.run.try_answer(right).await.and_then(|compared| compared.differing_in(facet))
            }
            None => None,
        };
        let Some(compared) = compared else {
            self.refused.insert(case.id());
            return false;
        };
        self.take((case, compared));
        self.found.shown_as = self.signature.clone();
        true
    }

    /// The machine alone that was started by the state at which the executions part; where they do not, by any state.
    fn started_machine(&self) -> Option<Case> {
        let compared = &self.found.compared;
        let (name, input) = match &compared.judgement.first_difference {
            Some(first) => compared.started_by(Some(&first.state))?,
            None => compared.started_by(None)?,
        };
        asl_generators::isolate_machine(self.found.case(), &name, &input)
    }

    /// The first child executions of the distributed Map at which the executions part, each alone.
    fn children(&self) -> Vec<Case> {
        let first = self.found.compared.judgement.first_difference.as_ref();
        let inputs =
            first.map(|first| self.shrinking.run.inputs_of_children(self.found.case(), &first.state));
        let inputs = inputs.into_iter().flatten().take(CHILDREN_MAX);
        let alone = inputs
            .filter_map(|input| asl_generators::isolate_child(self.found.case(), &first?.state, &input));
        alone.collect()
    }

    /// Tries one state alone: that at which the executions part, on the input that it had; of a refused definition, each.
    async fn isolate(&mut self) {
        let candidates = self.isolated();
        let mut place = 0;
        while place < candidates.len() && !self.is_over() {
            if let Some((_, smaller)) = self.first_that_shows(&candidates, &mut place).await {
                return self.take(smaller);
            }
        }
    }

    fn isolated(&self) -> Vec<Case> {
        if self.signature.facet == Facet::Acceptance {
            return asl_generators::isolate_each(self.found.case());
        }
        self.found.compared.first_state_alone(self.found.case()).into_iter().collect()
    }

    /// One round through all steps. Whether another one makes sense. A wrong value is taken for the reason only when nothing
    /// else can be taken away: a larger case may hold others.
    async fn round(&mut self) -> bool {
        let mut has_improved = false;
        let mut place = 0;
        let mut candidates = asl_generators::simplifications(self.found.case());
        while place < candidates.len() && !self.is_over() {
            if let Some((at, smaller)) = self.first_that_shows(&candidates, &mut place).await {
                self.take(smaller);
                has_improved = true;
                // The steps before have failed on a larger case already; the next round tries them again.
                place = at;
                candidates = asl_generators::simplifications(self.found.case());
            }
        }
        let is_over = self.is_over();
        match self.reason.take().filter(|_| !has_improved && !is_over) {
            Some(reason) => {
                self.take(reason);
                true
            }
            None => has_improved && !is_over,
        }
    }

    /// Asks about the next candidates at once, and moves `place` behind them.
    async fn first_that_shows(
        &mut self,
        candidates: &[Case],
        place: &mut usize,
    ) -> Option<(usize, (Case, Compared))> {
        let batch = self.next_batch(candidates, place);
        let run = self.shrinking.run;
        let asked = batch.into_iter().map(async |(place, right)| (place, run.try_answer(right).await));
        let answers = join_all(asked).await;
        self.found.calls += u32::try_from(answers.len()).unwrap_or(u32::MAX);
        let mut first = None;
        for (place, compared) in answers {
            let case = &candidates[place];
            match compared.and_then(|compared| compared.showing(&self.signature)) {
                Some(compared) if !self.is_kept(&compared) => {
                    self.reason.get_or_insert_with(|| (case.clone(), compared));
                }
                Some(compared) if first.is_none() => first = Some((place, (case.clone(), compared))),
                Some(_) => {}
                None => drop(self.refused.insert(case.id())),
            }
        }
        first
    }

    /// Whether the first difference is still the bug, and not what it may come of.
    fn is_kept(&self, compared: &Compared) -> bool {
        let first = compared.judgement.divergences.first();
        first.is_some_and(|first| self.signature.is_kept_by(&first.signature))
    }

    /// The next candidates that are worth a call, with their places.
    fn next_batch<'b>(&mut self, candidates: &'b [Case], place: &mut usize) -> Vec<(usize, RightAnswer<'b>)> {
        let left = usize::try_from(self.shrinking.limits.calls.saturating_sub(self.found.calls))
            .unwrap_or(usize::MAX);
        let size_max = self.shrinking.limits.at_once.max(1).min(left);
        let mut batch = Vec::new();
        while batch.len() < size_max && *place < candidates.len() {
            let case = &candidates[*place];
            let id = case.id();
            if !self.refused.contains(&id) {
                match self.right_answer(case, self.signature.facet) {
                    Some(right) => batch.push((*place, right)),
                    None => drop(self.refused.insert(id)),
                }
            }
            *place += 1;
        }
        batch
    }

    /// Varies every value of the smallest case: what still shows the bug does not matter.
    async fn vary(&mut self) {
        for (pointer, case) in asl_generators::variations(self.found.case()).into_iter().take(VARIATIONS_MAX)
        {
            if self.is_over() {
                return;
            }
            let right = self.right_answer(&case, self.signature.facet);
            let Some(right) = right else { continue };
            self.found.calls += 1;
            let compared = self.shrinking.run.try_answer(right).await;
            let shown = compared.and_then(|compared| compared.showing(&self.signature));
            if shown.is_some_and(|compared| self.is_kept(&compared)) {
                self.found.immaterial.push(pointer);
            }
        }
    }

    /// The right answer to a candidate, if it may be sent.
    fn right_answer<'b>(&self, case: &'b Case, facet: Facet) -> Option<RightAnswer<'b>> {
        self.shrinking.run.right_answer(case, self.shrinking.relation, facet)
    }

    fn take(&mut self, (case, compared): (Case, Compared)) {
        if let Some(first) = compared.judgement.divergences.first() {
            self.signature = first.signature.clone();
        }
        self.reason = None;
        self.found.path.push(case);
        self.found.compared = compared;
    }

    fn is_over(&self) -> bool {
        self.shrinking.is_spent(self.found.calls) || (self.shrinking.is_found)(&self.signature)
    }
}
