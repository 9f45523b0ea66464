//! What Parallel and Map have in common: children that run side by side, and what happens when one ends or fails.

use std::sync::Arc;

use asl_cases::Permit;
use serde_json::Value;

use super::{
    CompositeId, Execution, ThreadId,
    state_error::StateError,
    thread::{Activity, Step, Thread},
};
use crate::{
    definition::{Flow, State, StateKind},
    history::{EventKind, IterationPhase, StateType},
    seeded::{Site, seeded},
};

/// A running Parallel or Map.
#[derive(Debug)]
pub(crate) struct Composite {
    pub(crate) parent: ThreadId,
    /// Of the visit of the state that it belongs to.
    pub(crate) entered_event_id: i64,
    /// The thread of each child that was started, by index.
    pub(crate) children: Vec<ThreadId>,
    pub(crate) results: Vec<Option<Arc<Value>>>,
    pub(crate) remaining: usize,
    /// What the children are made from: the effective input of the state.
    pub(crate) input: Arc<Value>,
    /// The items that a Map still has to start; empty for a Parallel.
    pub(crate) items: Vec<Arc<Value>>,
    /// How many children run at once at most.
    pub(crate) concurrency: usize,
}

impl Composite {
    /// Whether several children run side by side.
    fn races(&self) -> bool {
        self.concurrency > 1 && self.results.len() > 1
    }
}

/// A child has ended.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Completion {
    pub(crate) composite: CompositeId,
    pub(crate) child: usize,
    pub(crate) last_event_id: i64,
}

impl Execution {
    /// Adds a Parallel or Map of this many children to a thread.
    pub(crate) fn add_composite(
        &mut self,
        parent: ThreadId,
        length: usize,
        input: &Arc<Value>,
        items: Vec<Arc<Value>>,
        concurrency: usize,
    ) -> CompositeId {
        let id = self.composites.len();
        self.composites.push(Composite {
            parent,
            entered_event_id: self.threads[parent].entered_event_id,
            children: Vec::with_capacity(length),
            results: vec![None; length],
            remaining: length,
            input: Arc::clone(input),
            items,
            concurrency,
        });
        self.threads[parent].activity = Activity::InComposite(id);
        id
    }

    /// Starts the next child of a composite on this flow.
    pub(crate) fn spawn_child(
        &mut self,
        composite: CompositeId,
        flow: &Arc<Flow>,
        input: Arc<Value>,
        previous_event_id: i64,
    ) -> ThreadId {
        let parent = self.composites[composite].parent;
        let child = self.composites[composite].children.len();
        let item = self.threads[parent].item.clone();
        let owner = self.threads[parent].owner;
        let variables = if seeded(Site::ChildrenStartWithoutVariables) {
            Arc::default()
        } else {
            Arc::clone(&self.threads[parent].variables)
        };
        let priority = self.child_priority(self.threads[parent].priority, child);
        let thread = self.spawn(Thread {
            parent: Some((composite, child)),
            owner,
            item,
            variables,
            priority,
            last_event_id: previous_event_id,
            ..Thread::main(Arc::clone(flow), input)
        });
        self.composites[composite].children.push(thread);
        thread
    }

    fn child_priority(&self, parent_priority: u8, child: usize) -> u8 {
        match self.preferred_child {
            None => 0,
            Some(preferred) => parent_priority.saturating_mul(2).saturating_add(u8::from(preferred != child)),
        }
    }

    pub(crate) fn complete_child(&mut self, completion: Completion, output: Arc<Value>) {
        let composite = &mut self.composites[completion.composite];
        let place = if seeded(Site::ResultsInOrderOfCompletion) {
            composite.results.len() - composite.remaining
        } else {
            completion.child
        };
        composite.results[place] = Some(output);
        composite.remaining -= 1;
        let (parent, remaining) = (composite.parent, composite.remaining);
        let child = composite.children[completion.child];
        let flow = Arc::clone(&self.threads[parent].flow);
        let state = &flow.states[self.threads[parent].state];
        self.leak_variables(child, parent, state);
        let mut last_event_id = completion.last_event_id;
        if let StateKind::Map(map) = &state.kind {
            last_event_id = self.push_iteration(IterationPhase::Succeeded, state, completion);
            let started = self.start_iteration(completion.composite, state, map, completion.last_event_id);
            if let Err(error) = started {
                return self.take_step(parent, state, Err(error));
            }
        }
        if remaining == 0 {
            self.finish_composite(completion.composite, state, last_event_id);
        }
    }

    /// What engines do whose branches or iterations share the variables of the state around them.
    fn leak_variables(&mut self, child: ThreadId, parent: ThreadId, state: &State) {
        let leaks = match state.kind {
            StateKind::Map(_) => seeded(Site::IterationsShareVariables),
            _ => seeded(Site::BranchesShareVariables),
        };
        if leaks {
            self.threads[parent].variables = Arc::clone(&self.threads[child].variables);
        }
    }

    /// All children are done. Recorded: `…Succeeded` and `…Exited` share their predecessor, the last event of
    /// the last branch or `MapIterationSucceeded`; a failing `ResultSelector` follows `…Succeeded`.
    /// Requirement: asl.parallel.result-order, asl.map.result-order, asl.history.parallel
    pub(crate) fn finish_composite(&mut self, id: CompositeId, state: &State, last_event_id: i64) {
        let composite = &mut self.composites[id];
        let parent = composite.parent;
        let results = std::mem::take(&mut composite.results);
        let results: Vec<_> =
            results.into_iter().map(|result| result.map_or(Value::Null, Arc::unwrap_or_clone)).collect();
        let result = gathered(results, &state.kind);
        let succeeded = match state.kind.state_type() {
            StateType::Map => EventKind::MapStateSucceeded,
            _ => EventKind::ParallelStateSucceeded,
        };
        let succeeded_event_id = self.push(parent, last_event_id, succeeded);
        self.threads[parent].last_event_id = last_event_id;
        self.deliver_result(parent, state, succeeded_event_id, result);
    }

    /// The stages after the children's work. A failure of theirs follows `…Succeeded`.
    pub(crate) fn deliver_result(
        &mut self,
        parent: ThreadId,
        state: &State,
        succeeded_event_id: i64,
        result: Value,
    ) {
        let Some(fields) = state.kind.result_fields() else { return };
        let output = self.fields(parent, state).finish(Arc::new(result));
        let step = match output {
            Ok(output) => Ok(Step::Exit(output, fields.transition)),
            Err(error) => Err(StateError { previous: Some(succeeded_event_id), ..error }),
        };
        self.take_step(parent, state, step);
    }

    /// What engines do that go on when a child has failed. Whether it was done.
    fn swallow_failure(&mut self, completion: Completion, state: &State) -> bool {
        let swallows = match state.kind {
            StateKind::Map(_) => seeded(Site::FailedIterationGivesNull),
            _ => seeded(Site::FailedBranchGivesNull),
        };
        if swallows {
            self.complete_child(completion, Arc::new(Value::Null));
        }
        swallows
    }

    /// A child failed and nobody in it caught the error: its siblings are cut off, and the composite fails with the
    /// child's own error (recorded: never `States.BranchFailed`).
    /// Requirement: asl.parallel.branch-failure, asl.parallel.no-branch-failed, asl.map.iteration-failure
    pub(crate) fn fail_child(&mut self, completion: Completion, error: StateError) {
        let composite = &self.composites[completion.composite];
        let (parent, failing) = (composite.parent, composite.children[completion.child]);
        let siblings: Vec<_> = composite
            .children
            .iter()
            .copied()
            .enumerate()
            .filter(|(child, _)| *child != completion.child)
            .collect();
        let races = composite.races();
        let flow = Arc::clone(&self.threads[parent].flow);
        let state = &flow.states[self.threads[parent].state];
        if self.swallow_failure(completion, state) {
            return;
        }
        if races {
            self.add_permit(Permit::SiblingProgress { state: state.name.to_string() });
        }
        let is_map = matches!(state.kind, StateKind::Map(_));
        if matches!(&state.kind, StateKind::Map(map) if map.tolerated.is_any()) {
            self.note_unmodelled("a failing iteration of an inline Map with tolerated failures");
        }
        if is_map {
            self.push_iteration(IterationPhase::Failed, state, completion);
        }
        for (child, thread) in siblings {
            let was_running = self.threads[thread].activity != Activity::Over;
            self.abort_thread(thread, completion.last_event_id);
            if is_map && was_running {
                self.push_iteration(IterationPhase::Aborted, state, Completion { child, ..completion });
            }
        }
        if self.current_state_type(failing) == StateType::Task {
            self.push(failing, completion.last_event_id, EventKind::StateAborted(StateType::Task));
        }
        self.threads[parent].last_event_id = completion.last_event_id;
        let mut error = error;
        if !is_map && seeded(Site::BranchFailureHasItsOwnName) {
            error.failure.error = Some("States.BranchFailed".into());
        }
        self.fail_state(parent, state, error);
    }

    /// Cuts a thread off, and everything that runs inside it.
    pub(crate) fn abort_thread(&mut self, id: ThreadId, failing_event_id: i64) {
        match std::mem::replace(&mut self.threads[id].activity, Activity::Over) {
            Activity::Over | Activity::Ready => {}
            Activity::Waiting => {
                self.push(id, failing_event_id, EventKind::StateAborted(StateType::Wait));
            }
            Activity::InTask(task) => {
                self.drop_task(task);
                self.push(id, failing_event_id, EventKind::StateAborted(StateType::Task));
            }
            Activity::InComposite(composite) => {
                for child in self.composites[composite].children.clone() {
                    self.abort_thread(child, failing_event_id);
                }
                let state_type = self.current_state_type(id);
                self.push(id, failing_event_id, EventKind::StateAborted(state_type));
            }
            Activity::InMapRun(map_run) => {
                self.stop_children(map_run);
                // Documented event types; their order is not recorded.
                self.push(id, failing_event_id, EventKind::MapRunAborted);
                self.push(id, failing_event_id, EventKind::StateAborted(StateType::Map));
            }
        }
    }

    /// Recorded: `ParallelStateFailed` and `MapStateFailed` are written when no retry follows, before Catch.
    /// Requirement: asl.catch.composite-state, asl.retry.composite-state, asl.history.parallel-failure
    /// Requirement: asl.history.map-failure
    pub(crate) fn note_composite_failed(&mut self, id: ThreadId, state: &State) {
        match state.kind.state_type() {
            StateType::Parallel => self.push_for(id, EventKind::ParallelStateFailed),
            StateType::Map => self.push_for(id, EventKind::MapStateFailed),
            _ => {}
        }
    }

    pub(crate) fn push_iteration(
        &mut self,
        phase: IterationPhase,
        state: &State,
        completion: Completion,
    ) -> i64 {
        let kind = EventKind::MapIteration { phase, name: Arc::clone(&state.name), index: completion.child };
        let parent = self.composites[completion.composite].parent;
        self.push(parent, completion.last_event_id, kind)
    }

    fn current_state_type(&self, id: ThreadId) -> StateType {
        let thread = &self.threads[id];
        thread.flow.states[thread.state].kind.state_type()
    }

    /// The execution ends with a failure in this thread: how far the siblings of the thread, and of those around it, came
    /// until then is a race.
    pub(crate) fn permit_sibling_progress_around(&mut self, id: ThreadId) {
        let mut inner = id;
        while let Some((composite, _)) = self.threads[inner].parent {
            let (races, parent) = (self.composites[composite].races(), self.composites[composite].parent);
            if races {
                let thread = &self.threads[parent];
                let state = thread.flow.states[thread.state].name.to_string();
                self.add_permit(Permit::SiblingProgress { state });
            }
            inner = parent;
        }
    }

    pub(crate) fn add_permit(&mut self, permit: Permit) {
        if !self.permits.contains(&permit) {
            self.permits.push(permit);
        }
    }
}

/// The result of a Parallel or Map: the array of the outputs, or what some engines make of it.
fn gathered(mut results: Vec<Value>, kind: &StateKind) -> Value {
    match kind {
        StateKind::Map(_) if results.is_empty() && seeded(Site::EmptyMapGivesNull) => return Value::Null,
        StateKind::Map(_) if seeded(Site::MapDropsNulls) => results.retain(|result| !result.is_null()),
        StateKind::Parallel(_) if results.len() == 1 && seeded(Site::SingleBranchUnwrapped) => {
            return results.remove(0);
        }
        StateKind::Parallel(_) if seeded(Site::BranchOutputsMerged) => {
            let objects: Option<Vec<_>> = results.iter().map(|result| result.as_object().cloned()).collect();
            if let Some(objects) = objects {
                return Value::Object(objects.into_iter().flatten().collect());
            }
        }
        _ => {}
    }
    Value::Array(results)
}
