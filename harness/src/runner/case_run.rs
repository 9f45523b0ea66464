//! One case from the oracle to the record.

use std::{borrow::Cow, collections::BTreeSet, iter, time::Duration};

use asl_cases::{
    Case, CrossCheck, Divergence, Facet, Identities, Observation, Outcome, Permit, Signature, TraceEvent,
    Verdict, scopes::states_of,
};
use asl_generators::Relation;
use asl_reference::reference::{self, ReferenceError, Settings};
use asl_reports::{CaseRecord, SameBug, ShrinkNotes};
use serde_json::{Value, json};
use tokio::time::Instant;

use super::{
    RunOracle, RunSettings, Subject,
    groups::SearchEnd,
    related::Related,
    shrink::{self, IsFound, Lead, Search, ShrinkLimits, Shrinking, Shrunk},
};
use crate::{
    engine::{EngineError, EngineErrorKind},
    judge::{
        Judgement, broken_invariants, check_expectation, judge, judge_answer, reason_for_end, speaks_about,
    },
    known::RegressionEnd,
    plan::Job,
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
    pub(super) settings: RunSettings,
}

/// What is right for a case, or for both forms of it.
pub(super) enum RightAnswer<'a> {
    Of(&'a Case, Box<Observation>),
    OfBoth(Box<Related<'a>>),
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

    /// Runs the case, and again if it differs. A kept case that does not show its bug as it did is run again too: an engine
    /// that runs branches at once may not always show it, and even less one that draws at random.
    pub async fn run(&self, job: impl Into<Job>) -> CaseEnd {
        let started = Instant::now();
        let job = job.into();
        let mut end = self.decide_job(&job).await;
        let mut repeats = 0;
        while is_shown_no_more(&end.record) && repeats < self.repeats_of(&job.case) {
            let again = Box::pin(self.decide_job(&job)).await;
            let is_still_there =
                RegressionEnd::of(&again.record).is_some_and(|(_, end)| end == RegressionEnd::Still);
            // What shows at times is not fixed.
            if is_still_there || again.record.verdict == Verdict::Flaky {
                end = again;
            }
            repeats += 1;
        }
        end.record.phase = Some(job.phase);
        end.record.elapsed_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
        end
    }

    /// How often a kept case that does not show its bug is run again.
    fn repeats_of(&self, case: &Case) -> u32 {
        let least = if asl_generators::draws_at_random(case) { REPEATS_OF_DRAWS } else { 0 };
        self.settings.repeats.max(least)
    }

    async fn decide_job(&self, job: &Job) -> CaseEnd {
        match job.relation {
            None => self.decide(&job.case).await,
            Some(relation) => self.decide_related(&job.case, relation).await,
        }
    }

    async fn decide(&self, case: &Case) -> CaseEnd {
        let expected = match self.claims_all_of(case).and_then(|()| self.expect(case)) {
            Ok(expected) => expected,
            Err((verdict, reason)) => return self.ended(case, verdict, Some(reason)),
        };
        match self.observe(case, &expected).await {
            Ok(actual) => self.judge(case, expected, actual).await,
            Err(error) => self.engine_failed(case, error).with_limit_of(&expected),
        }
    }

    /// A case that needs more than the engine claims is not sent.
    pub(super) fn claims_all_of(&self, case: &Case) -> Result<(), (Verdict, String)> {
        let missing = self.subject.engine.profile().missing(case);
        if missing.is_empty() {
            return Ok(());
        }
        let names: Vec<_> = missing.iter().map(|feature| feature.as_str()).collect();
        Err((Verdict::Unsupported, format!("needs {}", names.join(", "))))
    }

    /// What the engine does. Where AWS refuses the case, an execution that had to be stopped at the deadline is answer
    /// enough: the engine accepted it.
    pub(super) async fn observe(
        &self,
        case: &Case,
        expected: &Observation,
    ) -> Result<Observation, EngineError> {
        let refused = !expected.outcome.is_accepted();
        let deadline =
            if refused { self.settings.deadline.min(REFUSAL_DEADLINE) } else { self.settings.deadline };
        match self.ask(case, expected, deadline).await {
            Err(EngineError { kind: EngineErrorKind::Deadline { running: true, .. }, .. }) if refused => {
                Ok(Observation {
                    outcome: Outcome::Aborted,
                    trace: None,
                    identities: Identities::default(),
                    permits: Vec::new(),
                    cross_check: CrossCheck::default(),
                })
            }
            observed => observed,
        }
    }

    /// What those who may speak have against an answer.
    pub(super) fn judgement(&self, case: &Case, expected: &Observation, actual: &Observation) -> Judgement {
        match self.settings.oracle {
            RunOracle::Reference => judge_answer(case, expected, actual, &self.settings.policy),
            RunOracle::Metamorphic => Judgement::of(broken_invariants(case, actual), Vec::new()),
        }
    }

    /// What is right; the reference must not contradict the authored expectation.
    pub(super) fn expect(&self, case: &Case) -> Result<Observation, (Verdict, String)> {
        let expected = reference::observe(case, self.settings.reference).map_err(|error| match error {
            ReferenceError::Unsupported(_) => (Verdict::Unsupported, error.to_string()),
            ReferenceError::NeverEnds => (Verdict::HarnessError, format!("{error}{}", of_no_state(case))),
        })?;
        match check_expectation(case, &expected).first() {
            None => Ok(expected),
            Some(contradiction) => Err((
                Verdict::HarnessError,
                format!("the reference contradicts the authored expectation: {}", contradiction.sentence),
            )),
        }
    }

    pub(super) async fn judge(&self, case: &Case, expected: Observation, actual: Observation) -> CaseEnd {
        let judgement = self.judgement(case, &expected, &actual);
        if judgement.verdict != Verdict::Diverge {
            let mut end = self.agreed(case, judgement.verdict);
            end.record.allowed = judgement.allowed.into_iter().map(Into::into).collect();
            return end;
        }
        if let Some(reason) = self.contradiction_of_reference(case, &expected) {
            return self.ended(case, Verdict::HarnessError, Some(reason));
        }
        let repeated = match self.repeat(case, &expected, &actual, &judgement).await {
            Ok(repeated) => repeated,
            Err(error) => return self.engine_failed(case, error),
        };
        let mut judgement = judgement;
        let verdict = repeated.verdict();
        if verdict == Verdict::Diverge {
            judgement.divergences.retain(|divergence| repeated.stable.contains(&divergence.facet));
        }
        let mut end = self.ended(case, verdict, repeated.reason(verdict));
        end.record.attempts = 1 + repeated.repeats;
        show(&mut end.record, case.clone(), Compared { expected, actual, judgement });
        self.sign_by_history(&mut end.record).await;
        self.say_if_known(&mut end.record);
        end
    }

    /// An Express execution tells of nothing but its end. Which bug that shows is seen in the history of the same machine as a
    /// Standard one, where that comes to the same end. What is right must be known for that.
    async fn sign_by_history(&self, record: &mut CaseRecord) {
        let is_known = self.settings.oracle == RunOracle::Reference;
        let standard = record.case.as_ref().filter(|case| is_known && case.test_state.is_none());
        let Some(standard) = standard.and_then(asl_generators::as_standard) else { return };
        let Some(first) = record.divergences.first() else { return };
        let (facet, own, actual) = (first.facet, first.signature.clone(), first.actual.clone());
        let Some(compared) = self.try_case(&standard, None, facet).await else { return };
        let is_same = |other: &Divergence| other.facet == facet && other.actual == actual;
        if !compared.judgement.divergences.iter().any(is_same) {
            return;
        }
        let RunSettings { reference, policy, .. } = &self.settings;
        let Some(told) = reason_for_end(&standard, &compared.actual, facet, *reference, policy) else {
            return;
        };
        for divergence in record.divergences.iter_mut().filter(|divergence| divergence.signature == own) {
            divergence.signature = told.clone();
        }
    }

    /// A case is no new divergence if each of its differences is on the list of known ones. One that is not comes first.
    pub(super) fn say_if_known(&self, record: &mut CaseRecord) {
        for divergence in &mut record.divergences {
            let Some(entry) = self.settings.known.entry(&divergence.signature) else { continue };
            divergence.known = Some(entry.reason.clone());
            divergence.signature = entry.signature.clone();
        }
        record.settle_known();
    }

    /// Whether the bug is on the list of known ones.
    pub(super) fn is_known(&self, signature: &Signature) -> bool {
        self.settings.known.entry(signature).is_some()
    }

    /// Whether there is anything on that list.
    pub(super) fn has_known(&self) -> bool {
        !self.settings.known.entries().is_empty()
    }

    /// The known bug that the signature at the end of a search shows.
    pub(super) fn known_root_of(&self, found: &Signature, end: SearchEnd) -> Option<Signature> {
        let known = &self.settings.known;
        let of_smallest = || known.entry_needed_by(found).or_else(|| known.entry_with_more(found));
        let entry = known.entry(found).or_else(|| of_smallest().filter(|_| end == SearchEnd::Smallest));
        entry.map(|entry| entry.signature.clone())
    }

    /// Says why the bug is known, if it is.
    pub(super) fn named(&self, same: SameBug) -> SameBug {
        match self.settings.known.entry(&same.root) {
            Some(entry) => {
                SameBug { root: entry.signature.clone(), known: Some(entry.reason.clone()), ..same }
            }
            None => same,
        }
    }

    /// The case of a known divergence that agrees is the end of that entry.
    pub(super) fn agreed(&self, case: &Case, verdict: Verdict) -> CaseEnd {
        match self.settings.known.entry_of_case(case).filter(|_| verdict == Verdict::Agree) {
            Some(entry) => {
                let reason = format!("known divergence {} does not occur any more", entry.id);
                let mut end = self.ended(case, Verdict::Fixed, Some(reason));
                end.record.case = Some(case.clone());
                end
            }
            None => self.ended(case, verdict, None),
        }
    }

    /// The smallest case found that shows the bug of this record, as a record of its own; `None` if there is nothing to
    /// say about it that the record does not say.
    pub async fn shrink(&self, record: &CaseRecord, limits: ShrinkLimits) -> Option<CaseRecord> {
        self.shrink_until(record, limits, &|_| false).await
    }

    /// The same, but no further than to a bug that was found before.
    pub(super) async fn shrink_until(
        &self,
        record: &CaseRecord,
        limits: ShrinkLimits,
        is_found: IsFound<'_>,
    ) -> Option<CaseRecord> {
        let (case, shrunk) = self.search(record, limits, is_found).await?;
        let has_found = shrunk.path.len() > 1 || !shrunk.immaterial.is_empty();
        has_found.then(|| self.shrunk_record(record, &case, shrunk))
    }

    /// The same, searched on another engine where calls are cheap, and confirmed on this one in a few.
    pub async fn shrink_elsewhere(
        &self,
        cheap: &Self,
        record: &CaseRecord,
        limits: ShrinkLimits,
    ) -> Option<CaseRecord> {
        let (case, mut shrunk) = cheap.search(record, limits, &|_| false).await?;
        if !shrunk.shown_as.may_become(&shrunk.compared.judgement.divergences.first()?.signature) {
            return None;
        }
        let (smallest, compared) =
            shrink::confirm(self, &shrunk.path[1..], relation_of(record), &shrunk.shown_as).await?;
        // What does not matter in one case may matter in another one.
        if smallest.id() != shrunk.case().id() {
            shrunk.immaterial.clear();
        }
        shrunk.path.push(smallest);
        Some(self.shrunk_record(record, &case, Shrunk { compared, ..shrunk }))
    }

    /// The bug found before that the smallest case leads to, where parts of it are taken away without which it shows in
    /// another way.
    pub(super) async fn lead(
        &self,
        smallest: &CaseRecord,
        limits: ShrinkLimits,
        is_found: IsFound<'_>,
    ) -> Option<Signature> {
        let (lead, case, compared) = self.lead_of(smallest, limits, is_found).await?;
        lead.from(&case, &compared).await
    }

    /// The bug found before of an expression that is wrong by itself, in the state at which the executions of the smallest case
    /// part.
    pub(super) async fn lead_of_expressions(
        &self,
        smallest: &CaseRecord,
        limits: ShrinkLimits,
        is_found: IsFound<'_>,
    ) -> Option<Signature> {
        let (lead, case, compared) = self.lead_of(smallest, limits, is_found).await?;
        lead.expression_from(&case, &compared).await
    }

    /// A walk that begins at the smallest case, that case, and both sides of it.
    async fn lead_of<'a>(
        &'a self,
        smallest: &'a CaseRecord,
        limits: ShrinkLimits,
        is_found: IsFound<'a>,
    ) -> Option<(Lead<'a>, Cow<'a, Case>, Compared)> {
        let (case, compared) = self.shown_again(smallest).await?;
        let signature = compared.judgement.divergences.first()?.signature.clone();
        let shrinking = Shrinking { run: self, relation: relation_of(smallest), limits, is_found };
        Some((Lead::new(shrinking, signature), case, compared))
    }

    fn shrunk_record(&self, record: &CaseRecord, case: &Case, shrunk: Shrunk) -> CaseRecord {
        let mut smaller = CaseRecord { verdict: Verdict::Diverge, ..record.clone() };
        smaller.id = shrunk.case().id();
        smaller.shrunk_from = Some(case.id());
        smaller.shrinking = Some(ShrinkNotes { calls: shrunk.calls, immaterial: shrunk.immaterial.clone() });
        smaller.twin =
            relation_of(record).and_then(|relation| relation.twin(shrunk.case())).map(|twin| twin.case);
        show(&mut smaller, shrunk.case().clone(), shrunk.compared);
        self.say_if_known(&mut smaller);
        smaller
    }

    async fn search(
        &self,
        record: &CaseRecord,
        limits: ShrinkLimits,
        is_found: IsFound<'_>,
    ) -> Option<(Case, Shrunk)> {
        // What does not show it again cannot be shrunk.
        let (case, compared) = self.shown_again(record).await?;
        let shrinking = Shrinking { run: self, relation: relation_of(record), limits, is_found };
        let search = Search::new(shrinking, &case, compared)?;
        let shrunk = search.run().await;
        Some((case.into_owned(), shrunk))
    }

    /// The case of this record, or the same as a Standard machine, and both sides of it that show its bug again, in one of a
    /// few times.
    async fn shown_again<'a>(&self, record: &'a CaseRecord) -> Option<(Cow<'a, Case>, Compared)> {
        let case = record.case.as_ref()?;
        let signature = &record.divergences.first()?.signature;
        let standard = asl_generators::as_standard(case).map(Cow::Owned);
        for case in iter::once(Cow::Borrowed(case)).chain(standard) {
            for _ in 0..=self.settings.repeats {
                let Some(answer) = self.answer_again(&case, relation_of(record)) else { break };
                // An engine may have no answer to the one form, and one to the other.
                let Some(compared) = self.try_answer(answer).await else { break };
                if let Some(compared) = compared.showing(signature) {
                    return Some((case, compared));
                }
            }
        }
        None
    }

    /// The bug found before that a case shows when it is run again, where it does not show its own then: an engine that runs
    /// branches at once may show the one or the other.
    pub(super) async fn shown_instead(
        &self,
        record: &CaseRecord,
        is_found: IsFound<'_>,
    ) -> Option<Signature> {
        let case = record.case.as_ref()?;
        let own = &record.divergences.first()?.signature;
        for _ in 0..self.settings.repeats {
            let compared = self.try_answer(self.answer_again(case, relation_of(record))?).await?;
            let mut shown = compared.judgement.divergences.iter().map(|divergence| &divergence.signature);
            if shown.clone().any(|signature| own.may_become(signature)) {
                return None;
            }
            if let Some(found) = shown.find(|signature| is_found(signature)) {
                return Some(found.clone());
            }
        }
        None
    }

    /// The reference too is asked again, with other random values: where it differs from itself without a permit, it
    /// cannot speak against an engine.
    fn contradiction_of_reference(&self, case: &Case, expected: &Observation) -> Option<String> {
        let other =
            Settings { seed: self.settings.reference.seed.wrapping_add(1), ..self.settings.reference };
        let again = reference::observe(case, other).ok()?;
        let judgement = judge(case, expected, &again, &self.settings.policy);
        let first = judgement.divergences.first()?;
        Some(format!("the reference differs from itself: {}; please report this case", first.sentence))
    }

    /// Runs a diverging case again, and compares the engine with itself.
    async fn repeat(
        &self,
        case: &Case,
        expected: &Observation,
        actual: &Observation,
        first: &Judgement,
    ) -> Result<Repeated, EngineError> {
        let mut repeated = Repeated::of(&first.divergences);
        // What AWS may do in more than one way, the engine may too.
        let own = Observation { permits: expected.permits.clone(), ..actual.clone() };
        while repeated.repeats < self.settings.repeats && !repeated.stable.is_empty() {
            let again = self.observe(case, expected).await?;
            let judgement = self.judgement(case, expected, &again);
            let own = judge(case, &own, &again, &self.settings.policy);
            repeated.count(&judgement.divergences, own.divergences);
        }
        Ok(repeated)
    }

    /// The right answer to a candidate for shrinking; `None` when it is not known well enough to prove anything about this
    /// facet: how a failure is worded does not matter to whether it is one, say.
    pub(super) fn certain_answer(&self, case: &Case, facet: Facet) -> Option<Observation> {
        self.claims_all_of(case).ok()?;
        let is_uncertain = |permit: &Permit| {
            let of_aws = matches!(
                permit,
                Permit::UncertainText { .. }
                    | Permit::UncertainHistory { .. }
                    | Permit::UncertainOutcome { .. }
                    | Permit::UncertainValue
            );
            of_aws && speaks_about(permit, facet)
        };
        let expected = self.expect(case).ok()?;
        (!expected.permits.iter().any(is_uncertain)).then_some(expected)
    }

    /// The inputs of the child executions that the distributed Map with this name should start.
    pub(super) fn inputs_of_children(&self, case: &Case, map: &str) -> Vec<Value> {
        reference::inputs_of_children(case, self.settings.reference, map)
    }

    /// What is right for a case that differs already, whatever else in it is not known well.
    fn answer_again<'a>(
        &self,
        case: &'a Case,
        relation: Option<&'static Relation>,
    ) -> Option<RightAnswer<'a>> {
        match relation {
            None => self.expect(case).ok().map(|expected| RightAnswer::Of(case, Box::new(expected))),
            Some(_) => self.right_answer(case, relation, Facet::Trace),
        }
    }

    /// What is right for a candidate; `None` when asking the engine about it proves nothing about this facet.
    pub(super) fn right_answer<'a>(
        &self,
        case: &'a Case,
        relation: Option<&'static Relation>,
        facet: Facet,
    ) -> Option<RightAnswer<'a>> {
        match relation {
            None => {
                self.certain_answer(case, facet).map(|expected| RightAnswer::Of(case, Box::new(expected)))
            }
            Some(relation) => self.related(case, relation).ok().map(Box::new).map(RightAnswer::OfBoth),
        }
    }

    /// The engine's answer to a candidate, if it comes soon.
    pub(super) async fn ask_shortly(&self, case: &Case, expected: &Observation) -> Option<Observation> {
        let deadline = self.settings.deadline.min(SHRINK_DEADLINE);
        self.ask(case, expected, deadline).await.ok()
    }

    async fn ask(
        &self,
        case: &Case,
        expected: &Observation,
        deadline: Duration,
    ) -> Result<Observation, EngineError> {
        let engine = &self.subject.engine;
        if is_refused_at_creation(case, expected) {
            engine.observe_creation(case, deadline).await
        } else {
            engine.observe(case, deadline).await
        }
    }

    /// Both sides of a case; `None` when it proves nothing, or the engine gave no answer.
    pub(super) async fn try_case(
        &self,
        case: &Case,
        relation: Option<&'static Relation>,
        facet: Facet,
    ) -> Option<Compared> {
        self.try_answer(self.right_answer(case, relation, facet)?).await
    }

    /// Both sides of a case of which the right one is known; `None` when the engine gave no answer.
    pub(super) async fn try_answer(&self, right: RightAnswer<'_>) -> Option<Compared> {
        let (case, expected) = match right {
            RightAnswer::Of(case, expected) => (case, *expected),
            RightAnswer::OfBoth(related) => return self.ask_related(&related).await,
        };
        let actual = self.ask_shortly(case, &expected).await?;
        let judgement = self.judgement(case, &expected, &actual);
        Some(Compared { expected, actual, judgement })
    }

    pub(super) fn engine_failed(&self, case: &Case, error: EngineError) -> CaseEnd {
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

    pub(super) fn ended(&self, case: &Case, verdict: Verdict, reason: Option<String>) -> CaseEnd {
        let mut record = CaseRecord::new(case, self.engine_id(), verdict);
        if verdict == Verdict::Unsupported {
            record.missing = self.subject.engine.profile().missing(case);
        }
        // A fault of ours can only be found with the case at hand.
        record.case = (verdict == Verdict::HarnessError).then(|| case.clone());
        record.reason = reason;
        CaseEnd { record, fatal: None, hung: false }
    }
}

impl CaseEnd {
    /// Where the engine did not come to an end that a time limit brings about on AWS, says so: the engine may not know it.
    pub(super) fn with_limit_of(mut self, expected: &Observation) -> Self {
        if let Some(reason) = self.record.reason.as_mut().filter(|_| self.hung && ends_by_a_limit(expected)) {
            reason.push_str("; on AWS a time limit ends it");
        }
        self
    }
}

/// Whether an execution, a task or a worker's silence takes longer than it may.
fn ends_by_a_limit(expected: &Observation) -> bool {
    let mut events = expected.trace.iter().flat_map(|trace| &trace.0);
    let is_of_limit = match &expected.outcome {
        Outcome::TimedOut => true,
        Outcome::Failed { error: Some(error), .. } => {
            ["States.Timeout", "States.HeartbeatTimeout"].contains(&error.as_str())
        }
        _ => false,
    };
    is_of_limit || events.any(|event| event.kind.ends_with("TimedOut"))
}

/// What came of running a diverging case again.
pub(super) struct Repeated {
    pub(super) repeats: u32,
    /// How many of the repeats differed from what is right.
    differed: u32,
    /// The facets that differed every time.
    pub(super) stable: BTreeSet<Facet>,
    /// How the engine differs from itself.
    own_difference: Option<String>,
}

impl Repeated {
    /// Nothing was run again yet.
    pub(super) fn of(divergences: &[Divergence]) -> Self {
        Self { repeats: 0, differed: 0, stable: facets(divergences), own_difference: None }
    }

    /// Counts one more time, in which this differed from what is right, and this from the time before.
    pub(super) fn count(&mut self, divergences: &[Divergence], own: Vec<Divergence>) {
        self.repeats += 1;
        self.differed += u32::from(!divergences.is_empty());
        self.stable = self.stable.intersection(&facets(divergences)).copied().collect();
        let own_sentence = own.into_iter().next().map(|first| first.sentence);
        self.own_difference = self.own_difference.take().or(own_sentence);
    }

    /// What differed each time is a divergence.
    pub(super) fn verdict(&self) -> Verdict {
        if self.stable.is_empty() { Verdict::Flaky } else { Verdict::Diverge }
    }

    /// What the record says beside the differences.
    pub(super) fn reason(&self, verdict: Verdict) -> Option<String> {
        let own = self.own_difference.as_ref().map(|own| format!("the engine differs from itself: {own}"));
        if verdict != Verdict::Flaky {
            return own;
        }
        let times =
            format!("differed {} of {} times, no facet each time", 1 + self.differed, 1 + self.repeats);
        Some(own.map_or(times.clone(), |own| format!("{times}; {own}")))
    }
}

impl Compared {
    /// The comparison with the difference in front that is this bug, perhaps with fewer constructs in play; `None` if
    /// there is none.
    pub(super) fn showing(mut self, signature: &Signature) -> Option<Self> {
        let divergences = &mut self.judgement.divergences;
        let first = |may_be: fn(&Signature, &Signature) -> bool| {
            divergences.iter().position(|divergence| may_be(signature, &divergence.signature))
        };
        let at = first(Signature::is_kept_by).or_else(|| first(Signature::may_become))?;
        divergences[..=at].rotate_right(1);
        Some(self)
    }

    /// The comparison with the first difference in this facet in front, or else one in what the execution does; `None` if
    /// there is none.
    pub(super) fn differing_in(mut self, facet: Facet) -> Option<Self> {
        let divergences = &mut self.judgement.divergences;
        let is_there = |divergence: &Divergence| divergence.facet == facet;
        let shows_what_is_done = |divergence: &Divergence| divergence.signature.is_of_behaviour();
        let at = divergences
            .iter()
            .position(is_there)
            .or_else(|| divergences.iter().position(shows_what_is_done))?;
        divergences[..=at].rotate_right(1);
        Some(self)
    }

    /// The name and the input of the machine that this state, or any one, started if it should have.
    pub(super) fn started_by(&self, state: Option<&str>) -> Option<(String, Value)> {
        let events = &self.expected.trace.as_ref()?.0;
        let is_entry = |event: &&TraceEvent| {
            event.kind == "TaskStateEntered" && state.is_none_or(|state| event.state_name() == Some(state))
        };
        let entries: BTreeSet<i64> = events.iter().filter(is_entry).map(|event| event.id).collect();
        let scheduled = events.iter().filter(|event| event.kind == "TaskScheduled");
        let started = scheduled.filter(|event| entries.contains(&event.previous_event_id));
        let mut parameters = started.filter_map(|event| event.details.get("parameters"));
        let parameters = parameters.find(|parameters| parameters.get("StateMachineArn").is_some())?;
        let (_, name) = parameters.get("StateMachineArn")?.as_str()?.rsplit_once(':')?;
        let input = parameters.get("Input").cloned().unwrap_or_else(|| json!({}));
        // A text is what the machine gets as a document.
        let input = input.as_str().and_then(|text| serde_json::from_str(text).ok()).unwrap_or(input);
        Some((name.to_owned(), input))
    }

    /// The state of this case alone at which the executions part, on the input that it had then.
    pub(super) fn first_state_alone(&self, case: &Case) -> Option<Case> {
        let first = self.judgement.first_difference.as_ref()?;
        let input = self.expected.trace.as_ref()?.input_of(&first.state, first.event_id)?;
        asl_generators::isolate(case, &first.state, input)
    }
}

/// Whether AWS already refuses to make the machine.
fn is_refused_at_creation(case: &Case, expected: &Observation) -> bool {
    let is_invalid =
        |outcome: &Outcome| matches!(outcome, Outcome::Rejected { code, .. } if code == "InvalidDefinition");
    case.test_state.is_none() && is_invalid(&expected.outcome)
}

/// Which facets differ. What repeats of them is a divergence; the first differing event of a race need not.
pub(super) fn facets(divergences: &[Divergence]) -> BTreeSet<Facet> {
    divergences.iter().map(|divergence| divergence.facet).collect()
}

/// The relation by which a record's case was run in two forms.
fn relation_of(record: &CaseRecord) -> Option<&'static Relation> {
    record.relation.as_deref().and_then(Relation::named)
}

pub(super) fn show(record: &mut CaseRecord, case: Case, compared: Compared) {
    record.case = Some(case);
    record.first_difference = compared.judgement.first_difference.map(|first| first.event);
    record.divergences = compared.judgement.divergences;
    record.allowed = compared.judgement.allowed.into_iter().map(Into::into).collect();
    record.expected = Some(compared.expected);
    record.actual = Some(compared.actual);
}

/// Scripted answers under a name that no state has, with a leading `; `; else empty.
fn of_no_state(case: &Case) -> String {
    let unused = case.machines.iter().flat_map(|machine| {
        let states = states_of(&machine.definition);
        machine.stubs.keys().filter(move |name| states.iter().all(|(state, _)| state != name))
    });
    let names: Vec<_> = unused.map(|name| format!("`{name}`")).collect();
    match names.as_slice() {
        [] => String::new(),
        names => format!("; there is no state for the stubs of {}", names.join(", ")),
    }
}

/// Whether a record says that a kept case does not show its bug any more, or not as it did.
fn is_shown_no_more(record: &CaseRecord) -> bool {
    let kept = RegressionEnd::of(record).map(|(_, end)| end);
    matches!(kept, Some(RegressionEnd::Fixed | RegressionEnd::Changed(_)))
}

/// How often more a kept case is run that draws at random: a bug that shows half of the time is missed once in a million.
const REPEATS_OF_DRAWS: u32 = 20;

/// The time that an engine is given to refuse a case.
const REFUSAL_DEADLINE: Duration = Duration::from_secs(8);

/// A candidate that takes longer than this is not a smaller reproducer worth having.
const SHRINK_DEADLINE: Duration = Duration::from_secs(10);

#[cfg(test)]
mod tests {
    use asl_cases::{Answer, Machine};
    use asl_reference::reference::{self, Settings};
    use rstest::rstest;
    use serde_json::json;

    use super::*;

    #[rstest]
    #[case::a_task(json!({"TimeoutSeconds": 1}), true)]
    #[case::a_task_whose_time_out_is_caught(
        json!({"TimeoutSeconds": 1, "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Z"}]}),
        true
    )]
    #[case::nothing(json!({}), false)]
    fn engine_that_knows_no_time_limit_is_told_where_aws_has_one(
        #[case] fields: Value,
        #[case] is_told: bool,
    ) {
        let mut task = json!({"Type": "Task", "Resource": "arn:aws:states:us-east-1:123456789012:activity:a", "Next": "Z"});
        for (field, value) in fields.as_object().into_iter().flatten() {
            task[field] = value.clone();
        }
        let mut machine =
            Machine::new(json!({"StartAt": "T", "States": {"T": task, "Z": {"Type": "Succeed"}}}));
        let answer = if is_told { Answer::Silence } else { Answer::Succeed(json!(1)) };
        machine.stubs.insert("T".to_owned(), vec![answer]);
        let case = Case::new(machine, json!({}));
        let expected = reference::observe(&case, Settings::default()).expect("it is modelled");
        let mut record = CaseRecord::new(&case, "an engine", Verdict::EngineError);
        record.reason = Some("did not finish".to_owned());
        let reason = |hung| {
            let end = CaseEnd { record: record.clone(), fatal: None, hung };
            end.with_limit_of(&expected).record.reason.expect("it has one")
        };
        let wanted = if is_told { "did not finish; on AWS a time limit ends it" } else { "did not finish" };
        assert_eq!(reason(true), wanted);
        assert_eq!(reason(false), "did not finish");
    }
}
