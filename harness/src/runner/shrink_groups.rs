//! After the cases of a run: which bug each group of them is, and the smallest case of each bug.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard},
};

use asl_cases::{Divergence, EXPRESSION, Signature, Verdict};
use asl_reports::{CaseRecord, SameBug};
use tokio::{
    sync::{mpsc, watch},
    task::JoinSet,
    time::Instant,
};

use super::{
    CaseRun, Finished, RunSettings, ShrinkLimits, StopReason,
    groups::{Group, Groups, Roots, SearchEnd},
};

/// A group that has a root already may cost this part of the calls: mostly it is that bug, and soon seen to be.
const PART_OF_A_CASE_OF_A_ROOT: u32 = 5;

/// Shrinks the smallest random case of every bug that no authored case shows, as many at once as cases run.
pub(super) async fn shrink_groups(
    run: &Arc<CaseRun>,
    groups: Groups,
    settings: &RunSettings,
    ends_at: Option<Instant>,
    mut stop: watch::Receiver<bool>,
    keep: &mut impl FnMut(Finished) -> Result<(), String>,
) -> Option<StopReason> {
    let (budget, ends_at) = (settings.shrink?, ends_at?);
    let at_once = settings.jobs / groups.len().max(1);
    let limits = ShrinkLimits { calls: budget.calls, ends_at, at_once: at_once.max(1) };
    let (sender, mut found) = mpsc::unbounded_channel();
    let roots = Arc::new(Mutex::new(groups.roots()));
    let search = GroupSearch { run: Arc::clone(run), roots: Arc::clone(&roots), limits, found: sender };
    let mut waiting = groups.in_order();
    let mut set = JoinSet::new();
    let mut stopped = None;
    loop {
        while set.len() < settings.jobs {
            let Some(group) = next_group(&mut waiting, &roots) else { break };
            let search = search.clone();
            set.spawn(Box::pin(search.shrink(group)));
        }
        tokio::select! {
            // What cannot be kept is still in the log as it was drawn.
            Some(finished) = found.recv() => drop(keep(finished)),
            // So is a case whose shrinking panicked.
            ended = set.join_next() => if ended.is_none() { break },
            _ = stop.wait_for(|stopped| *stopped) => {
                stopped = Some(StopReason::Interrupted);
                break;
            }
        }
    }
    set.shutdown().await;
    while let Ok(finished) = found.try_recv() {
        drop(keep(finished));
    }
    for same in locked(&roots).united() {
        drop(keep(Finished::SameBug(run.named(same))));
    }
    stopped
}

/// The next group; those that have a root already wait until all others were looked at.
fn next_group(waiting: &mut VecDeque<Group>, roots: &Mutex<Roots>) -> Option<Group> {
    loop {
        let mut group = waiting.pop_front()?;
        let has_root = |signature| locked(roots).likely(signature).is_some();
        if group.has_waited || !group.signature().is_some_and(has_root) {
            return Some(group);
        }
        group.has_waited = true;
        waiting.push_back(group);
    }
}

/// What the searches for the bugs of all groups share.
#[derive(Clone)]
struct GroupSearch {
    run: Arc<CaseRun>,
    roots: Arc<Mutex<Roots>>,
    limits: ShrinkLimits,
    /// What is to be kept; read as long as anybody sends.
    found: mpsc::UnboundedSender<Finished>,
}

impl GroupSearch {
    /// Shrinks the case of a group until it shows a root, or nothing else than a bug of its own. Where there is no time left,
    /// it is of the root that it has.
    async fn shrink(self, group: Group) {
        let is_minimal = group.is_minimal();
        let Some(signature) = group.signature().cloned() else { return };
        let Group { record, is_authored, .. } = group;
        let likely = self.roots_of(&record).likely(&signature);
        let has_root = likely.is_some();
        if let Some(same) = likely.filter(|_| is_minimal || Instant::now() >= self.limits.ends_at) {
            return self.send_same(same);
        }
        let (shrunk, end) = if is_minimal {
            (None, SearchEnd::Smallest)
        } else if has_root {
            self.search_of_a_root(&record).await
        } else {
            self.search(&record, self.limits).await
        };
        let smallest = shrunk.as_ref().unwrap_or(&record);
        let root = first_signature(smallest).unwrap_or(&signature).clone();
        let before = match self.root_of(smallest, &root, end) {
            None if !is_minimal => self.lead(&record, shrunk.as_ref(), (&root, end)).await,
            Some(before) if before != root => Some(self.or_expression(before, smallest, end).await),
            before => before,
        };
        if let Some(root) = before {
            return self.send_same(SameBug { signature, root, known: None });
        }
        let smallest = smallest.case.clone();
        // What somebody wrote and looked up stands for the bug, also where a smaller case is found.
        if let Some(shrunk) = shrunk.filter(|shrunk| !is_authored && stands_for(shrunk, &record)) {
            self.send(Finished::Shrunk(shrunk));
        }
        if root != signature {
            self.send_same(SameBug { signature, root: root.clone(), known: None });
        }
        locked(&self.roots).add(root, end, smallest.as_ref());
    }

    /// The smallest case of a record, and whether nothing can be taken away from it any more. `None` if there is none.
    async fn search(&self, record: &CaseRecord, limits: ShrinkLimits) -> (Option<CaseRecord>, SearchEnd) {
        let is_end =
            |signature: &Signature| locked(&self.roots).is_root(signature) || self.run.is_known(signature);
        let shrunk = self.run.shrink_until(record, limits, &is_end).await;
        let end = search_end(shrunk.as_ref(), limits);
        (shrunk, end)
    }

    /// The same for a case that has a root: a short search, unless it turns out to be something else.
    async fn search_of_a_root(&self, record: &CaseRecord) -> (Option<CaseRecord>, SearchEnd) {
        let few = ShrinkLimits { calls: self.limits.calls / PART_OF_A_CASE_OF_A_ROOT, ..self.limits };
        let (shrunk, end) = self.search(record, few).await;
        let smallest = shrunk.as_ref().unwrap_or(record);
        match first_signature(smallest).and_then(|found| self.root_of(smallest, found, end)) {
            Some(_) => (shrunk, end),
            None => self.search(record, self.limits).await,
        }
    }

    /// The root of which the smallest case may be one, or that of an expression there that is wrong by itself: what comes of
    /// that is up to what is around it.
    async fn or_expression(&self, root: Signature, smallest: &CaseRecord, end: SearchEnd) -> Signature {
        let is_around = |reason: &Signature| {
            let is_beside =
                first_signature(smallest).is_some_and(|own| own.differs_in_more_than_escapes(reason));
            !is_beside && (root.place != EXPRESSION || (reason.is_of_operand() && !root.is_of_operand()))
        };
        let is_found = |signature: &Signature| is_around(signature) && locked(&self.roots).has(signature);
        let reason = self.run.lead_of_expressions(smallest, self.limits, &is_found).await;
        reason.and_then(|reason| self.root_of(smallest, &reason, end)).unwrap_or(root)
    }

    /// The root that the smallest case leads to, or that the record shows when its case is run again. Where nothing was found
    /// before, there is none.
    async fn lead(
        &self,
        record: &CaseRecord,
        shrunk: Option<&CaseRecord>,
        (root, end): (&Signature, SearchEnd),
    ) -> Option<Signature> {
        if locked(&self.roots).is_empty() && !self.run.has_known() {
            return None;
        }
        let smallest = shrunk.unwrap_or(record);
        let is_found =
            |signature: &Signature| locked(&self.roots).has(signature) || self.run.is_known(signature);
        let reason = self.run.lead(smallest, self.limits, &is_found).await;
        // Others were searched meanwhile.
        let before = self.root_of(smallest, root, end).or_else(|| self.root_of(smallest, &reason?, end));
        if before.is_some() {
            return before;
        }
        let shown = self.run.shown_instead(record, &is_found).await?;
        self.root_of(record, &shown, end)
    }

    /// The root that this signature is or has, in the smallest case of a record.
    fn root_of(&self, smallest: &CaseRecord, found: &Signature, end: SearchEnd) -> Option<Signature> {
        let root = self.roots_of(smallest).root_of(found, end);
        root.or_else(|| self.run.known_root_of(found, end))
    }

    /// The roots of which the case of this record can be one.
    fn roots_of(&self, record: &CaseRecord) -> Roots {
        let roots = locked(&self.roots);
        record.case.as_ref().map(|case| roots.borne_by(case)).unwrap_or_default()
    }

    fn send_same(&self, same: SameBug) {
        self.send(Finished::SameBug(self.run.named(same)));
    }

    fn send(&self, finished: Finished) {
        drop(self.found.send(finished));
    }
}

fn first_signature(record: &CaseRecord) -> Option<&Signature> {
    record.divergences.first().map(|first| &first.signature)
}

/// Whether there was enough of the budget for all steps. A case of which nothing smaller was found may be one that did not
/// show its bug again.
fn search_end(shrunk: Option<&CaseRecord>, limits: ShrinkLimits) -> SearchEnd {
    match shrunk.and_then(|shrunk| shrunk.shrinking.as_ref()) {
        Some(notes) if notes.calls < limits.calls && Instant::now() < limits.ends_at => SearchEnd::Smallest,
        _ => SearchEnd::CutShort,
    }
}

fn locked(roots: &Mutex<Roots>) -> MutexGuard<'_, Roots> {
    roots.lock().expect("nothing panics while it holds the roots")
}

/// A smaller case of a known bug says nothing about what else is new in the case that it was shrunk from.
fn stands_for(shrunk: &CaseRecord, record: &CaseRecord) -> bool {
    let bug = first_signature(record);
    let is_of_that_bug =
        |divergence: &Divergence| divergence.known.is_some() || Some(&divergence.signature) == bug;
    shrunk.verdict != Verdict::Known || record.differences().all(is_of_that_bug)
}
