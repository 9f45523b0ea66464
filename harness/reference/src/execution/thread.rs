//! A thread of control: the execution's main line, a branch of a Parallel, an iteration of a Map.

use std::sync::Arc;

use asl_cases::Permit;
use serde_json::{Map, Value};

use super::{
    ChildId, CompositeId, Execution, Identity, MapRunId, TaskId, ThreadId,
    agenda::Wake,
    composite::Completion,
    context::{ContextFacts, MapItem},
    data_flow::{Exit, Fields},
    retry::RetryCounters,
    state_error::{Certainty, StateError},
};
use crate::{
    definition::{Flow, ResultFields, State, StateKind, Transition},
    history::{EventKind, StateType},
    seeded::{Site, seeded},
    sighting::{Handling, Sighting},
};

/// One thread of control and the state that it is in.
#[derive(Debug)]
pub(crate) struct Thread {
    pub(crate) flow: Arc<Flow>,
    pub(crate) state: usize,
    /// The raw input of the current state.
    pub(crate) data: Arc<Value>,
    pub(crate) parent: Option<(CompositeId, usize)>,
    /// The child execution that the thread belongs to; `None` for the execution itself.
    pub(crate) owner: Option<ChildId>,
    pub(crate) item: Option<Arc<MapItem>>,
    /// The workflow variables that the thread sees: its own and those of the scopes around it.
    pub(crate) variables: Arc<Map<String, Value>>,
    pub(crate) priority: u8,
    /// The tip of the chain of events.
    pub(crate) last_event_id: i64,
    pub(crate) entered_event_id: i64,
    pub(crate) entered_ms: i64,
    pub(crate) retries: RetryCounters,
    pub(crate) activity: Activity,
}

/// What a thread is busy with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Activity {
    /// Between two steps.
    Ready,
    /// In a Wait state.
    Waiting,
    /// A task of its is scheduled or started.
    InTask(TaskId),
    /// Its Parallel or Map runs.
    InComposite(CompositeId),
    /// Its distributed Map runs.
    InMapRun(MapRunId),
    /// Finished, or cut off.
    Over,
}

/// What a state does when it is run.
pub(crate) enum Step {
    /// It is done: what it leaves behind, and what follows.
    Exit(Exit, Transition),
    /// It goes on later.
    Suspended,
}

impl Thread {
    pub(crate) fn main(flow: Arc<Flow>, input: Arc<Value>) -> Self {
        let state = flow.start_at;
        Self {
            flow,
            state,
            data: input,
            parent: None,
            owner: None,
            item: None,
            variables: Arc::default(),
            priority: 0,
            last_event_id: 0,
            entered_event_id: 0,
            entered_ms: 0,
            retries: RetryCounters::default(),
            activity: Activity::Ready,
        }
    }
}

impl Execution {
    /// Adds a thread that enters its first state as soon as it is its turn.
    pub(crate) fn spawn(&mut self, thread: Thread) -> ThreadId {
        let id = self.threads.len();
        let priority = thread.priority;
        self.threads.push(thread);
        self.add_wake_after(0, priority, Wake::Enter(id));
        id
    }

    pub(crate) fn enter_state(&mut self, id: ThreadId) {
        if self.threads[id].activity == Activity::Over {
            return;
        }
        let flow = Arc::clone(&self.threads[id].flow);
        let state = &flow.states[self.threads[id].state];
        let thread = &self.threads[id];
        let entered = EventKind::StateEntered {
            state: state.kind.state_type(),
            name: Arc::clone(&state.name),
            input: Arc::clone(&thread.data),
        };
        let event_id = self.push(id, thread.last_event_id, entered);
        self.sight(|| Sighting::Entered { state: Arc::clone(&state.name) });
        let now_ms = self.now_ms;
        let n_retries = self.probe.as_ref().map_or(0, |probe| probe.n_retries);
        let thread = &mut self.threads[id];
        thread.entered_event_id = event_id;
        thread.last_event_id = event_id;
        thread.entered_ms = now_ms;
        if !seeded(Site::RetryCountersKept) {
            thread.retries = RetryCounters::after(n_retries);
        }
        self.run_state(id, state);
    }

    /// Tries the current state again after a retry delay.
    pub(crate) fn attempt_state(&mut self, id: ThreadId) {
        if self.threads[id].activity == Activity::Over {
            return;
        }
        let flow = Arc::clone(&self.threads[id].flow);
        let state = &flow.states[self.threads[id].state];
        if seeded(Site::RetryEntersAgain) {
            let (kind, input) = (state.kind.state_type(), Arc::clone(&self.threads[id].data));
            self.push_for(id, EventKind::StateEntered { state: kind, name: Arc::clone(&state.name), input });
        }
        self.run_state(id, state);
    }

    fn run_state(&mut self, id: ThreadId, state: &State) {
        let step = match &state.kind {
            StateKind::Pass(pass) => self.run_pass(id, state, pass),
            StateKind::Task(task) => self.run_task(id, state, task),
            StateKind::Choice(choice) => self.run_choice(id, state, choice),
            StateKind::Wait(wait) => self.run_wait(id, state, wait),
            StateKind::Succeed => self.run_succeed(id, state),
            StateKind::Fail(fail) => self.run_fail(id, state, fail),
            StateKind::Parallel(parallel) => self.run_parallel(id, state, parallel),
            StateKind::Map(map) => self.run_map(id, state, map),
        };
        self.take_step(id, state, step);
    }

    /// Acts on what a state's run gave: exit, suspension or failure.
    pub(crate) fn take_step(&mut self, id: ThreadId, state: &State, step: Result<Step, StateError>) {
        match step {
            Ok(Step::Exit(exit, transition)) => self.exit_state(id, state, exit, transition),
            Ok(Step::Suspended) => {}
            Err(error) => self.fail_state(id, state, error),
        }
    }

    /// Documented: what the state assigned is seen from the next state on.
    /// Requirement: asl.pass.next, asl.assign.basic, asl.history.linear
    fn exit_state(&mut self, id: ThreadId, state: &State, exit: Exit, transition: Transition) {
        let Exit { output, assigned } = exit;
        if !Arc::ptr_eq(&output, &self.threads[id].data) {
            self.budget.take_document(&output);
        }
        if !assigned.is_empty() {
            let variables = Arc::make_mut(&mut self.threads[id].variables);
            if seeded(Site::AssignForgetsOthers) {
                variables.clear();
            }
            variables.extend(assigned.clone());
        }
        if self.probe.is_some() {
            return self.end_test(id, output, transition);
        }
        self.sight(|| Sighting::Exited { state: Arc::clone(&state.name) });
        let exited = EventKind::StateExited {
            state: state.kind.state_type(),
            name: Arc::clone(&state.name),
            output: Arc::clone(&output),
            assigned,
        };
        let event_id = self.push(id, self.threads[id].last_event_id, exited);
        let thread = &mut self.threads[id];
        thread.last_event_id = event_id;
        thread.data = output;
        thread.activity = Activity::Ready;
        match transition {
            Transition::Next(next) => {
                thread.state = next;
                let priority = thread.priority;
                self.add_wake_after(0, priority, Wake::Enter(id));
            }
            Transition::End => self.end_thread(id),
        }
    }

    /// Requirement: asl.succeed.scope
    fn end_thread(&mut self, id: ThreadId) {
        let thread = &mut self.threads[id];
        thread.activity = Activity::Over;
        let (last_event_id, output) = (thread.last_event_id, Arc::clone(&thread.data));
        let is_succeed = matches!(thread.flow.states[thread.state].kind, StateKind::Succeed);
        if is_succeed && thread.parent.is_some() && seeded(Site::SucceedEndsExecution) {
            return self.succeed(last_event_id, output);
        }
        match (thread.parent, thread.owner) {
            (None, None) => self.succeed(last_event_id, output),
            (None, Some(owner)) => self.succeed_child_execution(owner, output),
            (Some((composite, child)), _) => {
                self.complete_child(Completion { composite, child, last_event_id }, output);
            }
        }
    }

    /// A state failed: Retry, then Catch, then the enclosing state or the end (specification, Errors).
    /// Requirement: asl.errors.runtime-is-terminal, asl.retry.then-catch, asl.retry.basic, asl.history.retry
    pub(crate) fn fail_state(&mut self, id: ThreadId, state: &State, error: StateError) {
        let error = self.doubt_runtime_by_name(id, error);
        self.permit_what_is_not_known(state, &error);
        let mut error = self.note_error(id, state, error);
        let location = error.evaluation.as_ref().and_then(|evaluation| evaluation.location.clone());
        self.note_evaluation_failed(id, state, &mut error);
        let sighting = |handling| Sighting::Failed(error.sighted(&state.name, location, handling));
        if error.is_uncatchable() {
            self.sight(|| sighting(Handling::Neither));
            let previous = error.previous.unwrap_or(self.threads[id].last_event_id);
            return self.fail_owner(id, previous, error.failure);
        }
        let Some(fields) = state.kind.result_fields() else {
            self.sight(|| sighting(Handling::Neither));
            return self.propagate(id, error);
        };
        self.permit_either_match(state, &error, fields.retriers.iter().map(|retrier| &retrier.error_equals));
        let thread = &mut self.threads[id];
        let is_caught =
            |error: &StateError| fields.catchers.iter().any(|catcher| error.matches(&catcher.error_equals));
        let passes_by = seeded(Site::CatchBeforeRetry) && is_caught(&error);
        if !passes_by && let Some(retry) = thread.retries.next(&fields.retriers, &error, &mut self.random) {
            self.note_retry(retry);
            if let Some(delay_ms) = retry.delay_ms {
                self.sight(|| sighting(Handling::Retried));
                let thread = &mut self.threads[id];
                thread.activity = Activity::Ready;
                let priority = thread.priority;
                return self.add_wake_after(delay_ms, priority, Wake::Attempt(id));
            }
        }
        let failing_event_id = self.threads[id].last_event_id;
        self.note_composite_failed(id, state);
        self.permit_either_match(state, &error, fields.catchers.iter().map(|catcher| &catcher.error_equals));
        let catcher = fields.catchers.iter().position(|catcher| error.matches(&catcher.error_equals));
        self.sight(|| sighting(if catcher.is_some() { Handling::Caught } else { Handling::Neither }));
        match catcher {
            Some(index) => {
                self.note_catcher(index);
                self.catch(
                    id,
                    state,
                    fields,
                    index,
                    &StateError { previous: Some(failing_event_id), ..error },
                );
            }
            None => self.propagate(id, error),
        }
    }

    /// Recorded: every attempt that fails in an evaluation writes an event of its own.
    fn note_evaluation_failed(&mut self, id: ThreadId, state: &State, error: &mut StateError) {
        let Some(evaluation) = error.evaluation.take() else { return };
        if let Some(previous) = error.previous.take() {
            self.threads[id].last_event_id = previous;
        }
        self.push_for(
            id,
            EventKind::EvaluationFailed {
                failure: error.failure.clone(),
                location: evaluation.location,
                state: Arc::clone(&state.name),
            },
        );
    }

    /// AWS's own `States.Runtime` passes every handler by, and the events of what is around it. Whether one that a worker
    /// or a Fail state names so does is not known.
    fn doubt_runtime_by_name(&self, id: ThreadId, error: StateError) -> StateError {
        if !error.is_runtime_by_name() {
            return error;
        }
        let (is_alone, is_handled) = (self.threads[id].parent.is_none(), self.may_be_handled(id, &error));
        error.uncertain_unless(|| is_alone).doubtful_if(|| is_handled)
    }

    /// Whether a handler of this state or of one around it would take the error.
    fn may_be_handled(&self, id: ThreadId, error: &StateError) -> bool {
        let thread = &self.threads[id];
        let is_taken_by = |fields: &ResultFields| {
            let retried = fields.retriers.iter().any(|retrier| error.matches(&retrier.error_equals));
            retried || fields.catchers.iter().any(|catcher| error.matches(&catcher.error_equals))
        };
        thread.flow.states[thread.state].kind.result_fields().is_some_and(is_taken_by)
            || thread
                .parent
                .is_some_and(|(composite, _)| self.may_be_handled(self.composites[composite].parent, error))
    }

    /// Where AWS's answer is not known well enough, a difference proves nothing.
    fn permit_what_is_not_known(&mut self, state: &State, error: &StateError) {
        let handles = |fields: &ResultFields| !fields.retriers.is_empty() || !fields.catchers.is_empty();
        let may_go_on = !error.is_uncatchable() && state.kind.result_fields().is_some_and(handles);
        let name = || state.name.to_string();
        let is_open = may_go_on && (error.certainty != Certainty::Known || !error.has_known_output());
        match error.certainty {
            Certainty::Doubtful => self.add_permit(Permit::UncertainOutcome { state: name() }),
            _ if is_open => self.add_permit(Permit::UncertainOutcome { state: name() }),
            Certainty::Uncertain => self.add_permit(Permit::UncertainText { state: name() }),
            Certainty::Untold => self.add_permit(Permit::UncertainHistory { state: name() }),
            Certainty::Known => {}
        }
    }

    /// The same where it is not known which of these handlers takes the error.
    fn permit_either_match<'a>(
        &mut self,
        state: &State,
        error: &StateError,
        handlers: impl Iterator<Item = &'a Vec<String>>,
    ) {
        if error.matches_in_doubt(handlers) {
            self.add_permit(Permit::UncertainOutcome { state: state.name.to_string() });
        }
    }

    /// Observed (August 2026): where the catcher's own `Output` fails, the history tells of both failures, each after the
    /// event that the first one follows.
    /// Requirement: asl.catch.basic, asl.catch.order, asl.history.catch
    fn catch(
        &mut self,
        id: ThreadId,
        state: &State,
        fields: &ResultFields,
        index: usize,
        error: &StateError,
    ) {
        let catcher = &fields.catchers[index];
        match self.fields(id, state).catch(index, &catcher.data, error) {
            Ok(exit) => self.exit_state(id, state, exit, Transition::Next(catcher.next)),
            Err(mut failure) => {
                let name = || state.name.to_string();
                match failure.certainty {
                    Certainty::Known | Certainty::Untold => {}
                    Certainty::Uncertain => self.add_permit(Permit::UncertainText { state: name() }),
                    Certainty::Doubtful => self.add_permit(Permit::UncertainOutcome { state: name() }),
                }
                let location = failure.evaluation.as_ref().and_then(|evaluation| evaluation.location.clone());
                self.sight(|| Sighting::Failed(failure.sighted(&state.name, location, Handling::Neither)));
                if failure.evaluation.is_some() {
                    failure.previous = error.previous;
                    self.note_evaluation_failed(id, state, &mut failure);
                    self.note_composite_failed(id, state);
                }
                self.propagate(id, failure);
            }
        }
    }

    /// Nobody in this thread caught the error.
    /// Requirement: asl.catch.no-match, asl.history.runtime-error
    fn propagate(&mut self, id: ThreadId, error: StateError) {
        let thread = &mut self.threads[id];
        thread.activity = Activity::Over;
        let last_event_id = thread.last_event_id;
        match thread.parent {
            Some((composite, child)) if !error.is_uncatchable() => {
                self.fail_child(Completion { composite, child, last_event_id }, error);
            }
            _ => self.fail_owner(id, error.previous.unwrap_or(last_event_id), error.failure),
        }
    }

    /// The names of the execution that a thread belongs to: its own, or those of a child.
    pub(crate) fn identity_of(&self, id: ThreadId) -> Arc<Identity> {
        let owner = self.threads[id].owner.map(|owner| &self.children[owner].identity);
        Arc::clone(owner.unwrap_or(&self.identity))
    }

    /// The surroundings in which the thread's current state evaluates its fields.
    pub(crate) fn fields<'a>(&'a mut self, id: ThreadId, state: &'a State) -> Fields<'a> {
        let thread = &self.threads[id];
        let counts_retries = matches!(state.kind, StateKind::Task(_) | StateKind::Map(_));
        let child = thread.owner.map(|owner| &self.children[owner]);
        let facts = ContextFacts {
            identity: self.identity_of(id),
            execution_input: if seeded(Site::ContextInputIsOfState) {
                Arc::clone(&thread.data)
            } else {
                Arc::clone(child.map_or(&self.input, |child| &child.input))
            },
            started_ms: child.map_or(self.started_ms, |child| child.started_ms),
            redrive_count: child.map_or(self.redrive_count, |child| child.redrive_count),
            state_name: Arc::clone(&state.name),
            entered_ms: if seeded(Site::ContextEnteredAtStart) { self.started_ms } else { thread.entered_ms },
            retry_count: if seeded(Site::ContextRetryCountStands) {
                counts_retries.then_some(0)
            } else {
                (counts_retries || seeded(Site::ContextRetryCountEverywhere)).then_some(thread.retries.total)
            },
            item: thread.item.clone(),
            task_token: None,
            variables: Arc::clone(&thread.variables),
            given: self.probe.as_ref().map(|probe| Arc::clone(&probe.context)),
            now_ms: self.now_ms,
            sightings: self.sightings.clone(),
        };
        Fields {
            facts,
            entered_event_id: thread.entered_event_id,
            random: &mut self.random,
            budget: &mut self.budget,
            data: &state.data,
            raw: Arc::clone(&thread.data),
            probe: self.probe.as_deref(),
        }
    }
}

impl StateKind {
    /// The state type, as it appears in event types.
    pub fn state_type(&self) -> StateType {
        match self {
            Self::Pass(_) => StateType::Pass,
            Self::Task(_) => StateType::Task,
            Self::Choice(_) => StateType::Choice,
            Self::Wait(_) => StateType::Wait,
            Self::Succeed => StateType::Succeed,
            Self::Fail(_) => StateType::Fail,
            Self::Parallel(_) => StateType::Parallel,
            Self::Map(_) => StateType::Map,
        }
    }

    /// The fields of the state types that have Retry and Catch.
    pub(crate) fn result_fields(&self) -> Option<&ResultFields> {
        match self {
            Self::Task(task) => Some(&task.result),
            Self::Parallel(parallel) => Some(&parallel.result),
            Self::Map(map) => Some(&map.result),
            _ => None,
        }
    }
}
