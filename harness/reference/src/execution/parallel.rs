//! Parallel: every branch gets the same input; the result is the array of their outputs, in the order of `Branches`.

use std::sync::Arc;

use super::{Execution, ThreadId, state_error::StateError, thread::Step};
use crate::{
    definition::{Parallel, State},
    history::EventKind,
    seeded::{Site, seeded},
};

impl Execution {
    /// Requirement: asl.parallel.branch-input, asl.assign.scope
    pub(crate) fn run_parallel(
        &mut self,
        id: ThreadId,
        state: &State,
        parallel: &Parallel,
    ) -> Result<Step, StateError> {
        let mut fields = self.fields(id, state);
        let input = fields.input()?;
        let effective = fields.arguments(input)?;
        if self.probe.is_some() {
            return self.deliver_mock(id, state);
        }
        let started_event_id = self.push(id, self.threads[id].last_event_id, EventKind::ParallelStateStarted);
        let length = parallel.branches.len();
        let composite = self.add_composite(id, length, &effective, Vec::new(), length);
        let effective =
            if seeded(Site::BranchesGetRawInput) { Arc::clone(&self.threads[id].data) } else { effective };
        for branch in &parallel.branches {
            self.spawn_child(composite, branch, Arc::clone(&effective), started_event_id);
        }
        Ok(Step::Suspended)
    }
}
