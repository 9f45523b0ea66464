//! How executions go on: each family (an execution, and those that it has started) has one clock.
//!
//! A family's clock is the time of the calls, and ahead of it by what was skipped. In virtual time, waiting is skipped
//! while no member waits for somebody from outside.

use std::collections::BTreeSet;

use asl_reference::execution::TaskState;

use super::service::{Service, TimeMode};

/// The number of the execution that began the family.
pub(super) type FamilyId = u64;

/// The members of a family that have not ended, and their clock.
#[derive(Debug, Default)]
pub(super) struct Family {
    /// Their ARNs, by the order of their starts.
    pub(super) running: BTreeSet<(u64, String)>,
    /// How far the clock runs ahead.
    pub(super) skipped_ms: i64,
    /// When something happens by itself, in the time of the calls; `None` if nothing does.
    pub(super) due_ms: Option<i64>,
    /// How many executions were started in it.
    pub(super) n_started: u32,
}

impl Service {
    /// Lets every family go on up to this time in which something is due.
    pub(super) fn advance(&mut self, now_ms: i64) {
        let is_due = |due: Option<i64>| due.is_some_and(|due_ms| due_ms <= now_ms);
        let due: Vec<FamilyId> = self
            .families
            .iter()
            .filter(|(_, family)| is_due(family.due_ms))
            .map(|(family, _)| *family)
            .collect();
        for family in due {
            self.advance_family(family, now_ms);
        }
    }

    /// Lets a family go on up to this time, and further while waiting can be skipped. Its members take turns: what is due
    /// first happens first.
    pub(super) fn advance_family(&mut self, id: FamilyId, now_ms: i64) {
        loop {
            let earliest = self.earliest(id);
            let Some(family) = self.families.get_mut(&id) else { return };
            let clock_ms = now_ms.saturating_add(family.skipped_ms);
            let Some((next_ms, arn)) = earliest else {
                family.due_ms = None;
                break;
            };
            if next_ms > clock_ms {
                if self.settings.time == TimeMode::Real || self.waits_for_outside(id) {
                    self.set_due(id, next_ms);
                    break;
                }
                self.skip_to(id, next_ms, now_ms);
            }
            self.step(&arn, next_ms);
        }
        if self.families.get(&id).is_some_and(|family| family.running.is_empty()) {
            self.families.remove(&id);
        }
    }

    fn set_due(&mut self, id: FamilyId, next_ms: i64) {
        if let Some(family) = self.families.get_mut(&id) {
            family.due_ms = Some(next_ms.saturating_sub(family.skipped_ms));
        }
    }

    fn skip_to(&mut self, id: FamilyId, next_ms: i64, now_ms: i64) {
        if let Some(family) = self.families.get_mut(&id) {
            family.skipped_ms = next_ms.saturating_sub(now_ms);
        }
    }

    /// The member in which something is due first, and when. Of two at once, the one that was started first.
    fn earliest(&self, id: FamilyId) -> Option<(i64, String)> {
        let members = self.families.get(&id)?.running.iter();
        let next = members.filter_map(|(_, arn)| Some((self.executions.get(arn)?.next_ms()?, arn)));
        next.min_by_key(|(at_ms, _)| *at_ms).map(|(at_ms, arn)| (at_ms, arn.clone()))
    }

    /// Whether a member waits for somebody from outside.
    fn waits_for_outside(&self, id: FamilyId) -> bool {
        let Some(family) = self.families.get(&id) else { return false };
        let mut members = family.running.iter().filter_map(|(_, arn)| self.executions.get(arn));
        members.any(|stored| {
            let is_open =
                |task| stored.execution.task(task).is_some_and(|view| view.state != TaskState::Over);
            stored.outside.iter().any(|task| is_open(*task))
        })
    }

    /// One member goes on to this time of the family's clock.
    fn step(&mut self, arn: &str, at_ms: i64) {
        let Some(stored) = self.executions.get_mut(arn) else { return };
        if stored.scripted.next_ms() == Some(at_ms) {
            stored.scripted.keep_appointment(&mut stored.execution, at_ms);
        } else {
            stored.execution.advance(at_ms);
        }
        self.after_step(arn);
    }

    /// Shows new tasks to those who answer them, and notes the end.
    pub(super) fn after_step(&mut self, arn: &str) {
        while let Some(task) =
            self.executions.get_mut(arn).and_then(|stored| stored.execution.take_newly_scheduled())
        {
            self.meet_task(arn, &task);
        }
        if self.executions.get(arn).is_some_and(|stored| stored.execution.end().is_some()) {
            self.note_end(arn);
        }
    }

    /// Brings the clock of an execution up to this time: somebody from outside is about to speak to it.
    pub(super) fn bring_up_to_date(&mut self, arn: &str, now_ms: i64) {
        let Some(stored) = self.executions.get_mut(arn) else { return };
        if stored.execution.end().is_none() {
            let skipped_ms = self.families.get(&stored.family).map_or(0, |family| family.skipped_ms);
            stored.execution.advance(now_ms.saturating_add(skipped_ms));
        }
    }

    /// An execution has ended: whoever waits for it hears of it, and the oldest ones that have ended are forgotten.
    fn note_end(&mut self, arn: &str) {
        let Some(stored) = self.executions.get(arn) else { return };
        let Some(family) = self.families.get_mut(&stored.family) else { return };
        if !family.running.remove(&(stored.number, arn.to_owned())) {
            return;
        }
        self.finished.push_back(arn.to_owned());
        self.stop_nested_of(arn);
        self.tell_parent(arn);
        while self.finished.len() > self.settings.finished_max {
            if let Some(oldest) = self.finished.pop_front() {
                self.forget_execution(&oldest);
            }
        }
    }

    /// Forgets an execution with the tokens of its tasks.
    pub(super) fn forget_execution(&mut self, arn: &str) {
        let Some(stored) = self.executions.remove(arn) else { return };
        for token in &stored.tokens {
            self.tokens.remove(token);
        }
        self.nested.remove(arn);
        if let Some(family) = self.families.get_mut(&stored.family) {
            family.running.remove(&(stored.number, arn.to_owned()));
        }
    }
}
