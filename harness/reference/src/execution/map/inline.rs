//! Map in inline mode: one iteration per item, at most `MaxConcurrency` at once; the result keeps the order of the items.

use std::sync::Arc;

use serde_json::Value;

use super::{concurrency, items, tolerance::Tolerance};
use crate::{
    definition::{Map, State},
    execution::{
        CompositeId, Execution, ThreadId,
        composite::Completion,
        context::MapItem,
        state_error::StateError,
        thread::{Activity, Step},
    },
    history::{EventKind, IterationPhase},
    seeded::{Site, seeded},
};

/// Documented: inline iterations run at most this many at once, whatever `MaxConcurrency` says.
const MAX_INLINE_CONCURRENCY: usize = 40;

impl Execution {
    /// Requirement: asl.map.empty, asl.history.map
    pub(super) fn run_inline(
        &mut self,
        id: ThreadId,
        state: &State,
        map: &Map,
        effective: &Arc<Value>,
    ) -> Result<Step, StateError> {
        let mut fields = self.fields(id, state);
        let concurrency =
            concurrency(&mut fields, map.max_concurrency.as_ref(), effective, MAX_INLINE_CONCURRENCY)?;
        let items = items(&mut fields, map.items.as_ref(), effective)?;
        Tolerance::of(&mut fields, &map.tolerated, effective)?;
        let length = items.len();
        let started_event_id =
            self.push(id, self.threads[id].last_event_id, EventKind::MapStateStarted { length });
        let composite = self.add_composite(id, length, effective, items, concurrency);
        if length == 0 {
            self.finish_composite(composite, state, started_event_id);
            return Ok(Step::Suspended);
        }
        for _ in 0..concurrency.min(length) {
            self.start_iteration(composite, state, map, started_event_id)?;
        }
        Ok(Step::Suspended)
    }

    /// Starts the next iteration, if one is left. Recorded: a later one follows the last event of the one that made
    /// room for it.
    /// Requirement: asl.map.sequential
    pub(crate) fn start_iteration(
        &mut self,
        composite: CompositeId,
        state: &State,
        map: &Map,
        previous_event_id: i64,
    ) -> Result<(), StateError> {
        let parent = self.composites[composite].parent;
        let child = self.composites[composite].children.len();
        let Some(value) = self.composites[composite].items.get(child).cloned() else { return Ok(()) };
        let item = Arc::new(MapItem { index: child, value: Arc::clone(&value), source: None });
        let effective = Arc::clone(&self.composites[composite].input);
        let input = self.item_input(parent, state, map, &effective, &item);
        let input = input.map_err(|error| self.cut_iterations_off(composite, previous_event_id, error))?;
        let started = self.push_iteration(
            IterationPhase::Started,
            state,
            Completion { composite, child, last_event_id: previous_event_id },
        );
        let thread = self.spawn_child(composite, &map.processor, input, started);
        if !seeded(Site::ItemUnknownInside) {
            self.threads[thread].item = Some(item);
        }
        Ok(())
    }

    /// `ItemSelector` failed: no iteration goes on, and the error follows the last event of the Map.
    fn cut_iterations_off(
        &mut self,
        composite: CompositeId,
        previous_event_id: i64,
        error: StateError,
    ) -> StateError {
        let parent = self.composites[composite].parent;
        for iteration in self.composites[composite].children.clone() {
            self.abort_thread(iteration, previous_event_id);
        }
        self.threads[parent].activity = Activity::Over;
        StateError { previous: Some(previous_event_id), ..error }
    }
}
