//! One state alone, as `TestState` runs it: the execution ends when the state has ended, whatever follows, and the
//! state's data is noted after each of its fields.

use std::{cell::RefCell, sync::Arc};

use asl_cases::MachineType;
use serde_json::{Map, Value};

use super::{
    End, Execution, Start, ThreadId,
    retry::Retry,
    state_error::{self, StateError},
    thread::Step,
};
use crate::{
    definition::{Flow, State, StateMachine, Transition},
    history::Failure,
};

/// Documented: a tested state runs for five minutes at most.
const TEST_SECONDS_MAX: u64 = 300;

/// A field of a state after which its data is noted; named as in the API's inspection data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    AfterArguments,
    AfterInputPath,
    AfterParameters,
    Result,
    AfterResultSelector,
    AfterResultPath,
    AfterItemsPath,
    AfterItemsPointer,
    AfterItemSelector,
    AfterItemBatcher,
    ToleratedFailureCount,
    ToleratedFailurePercentage,
    MaxConcurrency,
}

/// The state to test, and its surroundings.
pub(crate) struct Specimen {
    pub(crate) flow: Arc<Flow>,
    pub(crate) state: usize,
    pub(crate) variables: Map<String, Value>,
    /// The whole context object, but for the item of a Map.
    pub(crate) context: Value,
    /// What stands for the children of a Map or Parallel.
    pub(crate) work: Option<Result<Value, Failure>>,
    /// How often each retrier has retried before.
    pub(crate) n_retries: u64,
    /// How many iterations of a Map have failed.
    pub(crate) n_failed_iterations: u64,
    /// What the reader of a Map reads.
    pub(crate) reader_data: Option<String>,
}

/// What is given to a state that is tested, and what is seen of it.
#[derive(Debug)]
pub(crate) struct Probe {
    pub(crate) context: Arc<Value>,
    pub(crate) work: Option<Result<Value, Failure>>,
    pub(crate) n_retries: u64,
    pub(crate) n_failed_iterations: u64,
    pub(crate) reader_data: Option<String>,
    stages: RefCell<Vec<(Stage, Arc<Value>)>>,
    /// The error of the state, whoever handles it.
    pub(crate) failure: Option<Failure>,
    /// The retrier that matched the error.
    pub(crate) retry: Option<Retry>,
    /// The place of the catcher that takes the error.
    pub(crate) catch_index: Option<usize>,
    /// The state that follows.
    pub(crate) next: Option<Arc<str>>,
}

impl Probe {
    /// Notes the data after a field; a later note of the same field counts.
    pub(crate) fn note(&self, stage: Stage, value: &Arc<Value>) {
        self.stages.borrow_mut().push((stage, Arc::clone(value)));
    }

    /// What was noted last after this field.
    pub(crate) fn noted(&self, stage: Stage) -> Option<Arc<Value>> {
        let stages = self.stages.borrow();
        stages.iter().rev().find(|(noted, _)| *noted == stage).map(|(_, value)| Arc::clone(value))
    }
}

impl Execution {
    /// Starts an execution that runs one state and ends.
    pub(crate) fn start_tested(specimen: Specimen, start: Start) -> Self {
        let machine = StateMachine {
            kind: MachineType::Standard,
            timeout_seconds: Some(TEST_SECONDS_MAX),
            flow: specimen.flow,
        };
        let mut execution = Self::start(&machine, start);
        let main = &mut execution.threads[0];
        main.state = specimen.state;
        main.variables = Arc::new(specimen.variables);
        execution.probe = Some(Box::new(Probe {
            context: Arc::new(specimen.context),
            work: specimen.work,
            n_retries: specimen.n_retries,
            n_failed_iterations: specimen.n_failed_iterations,
            reader_data: specimen.reader_data,
            stages: RefCell::default(),
            failure: None,
            retry: None,
            catch_index: None,
            next: None,
        }));
        execution
    }

    /// What was seen of a tested state.
    pub(crate) fn probe(&self) -> Option<&Probe> {
        self.probe.as_deref()
    }

    /// The failure of a tested state, as a test tells it.
    pub(crate) fn without_place(&self, failure: Failure, state_name: &str) -> Failure {
        without_place(failure, state_name, self.threads[0].entered_event_id)
    }

    /// The variables that the main thread sees.
    pub(crate) fn main_variables(&self) -> &Map<String, Value> {
        &self.threads[0].variables
    }

    /// The error of a tested state. Recorded: its cause does not tell where the error occurred, not even to a catcher.
    pub(crate) fn note_error(&mut self, id: ThreadId, state: &State, mut error: StateError) -> StateError {
        let entered_event_id = self.threads[id].entered_event_id;
        if let Some(probe) = &mut self.probe {
            error.failure = without_place(error.failure, &state.name, entered_event_id);
            probe.failure = Some(error.failure.clone());
        }
        error
    }

    /// Whether a tested state ends here: the retry is noted in place of a new attempt.
    pub(crate) fn note_retry(&mut self, retry: Retry) {
        let Some(probe) = &mut self.probe else { return };
        probe.retry = Some(retry);
        if retry.delay_ms.is_some() {
            self.end = probe.failure.clone().map(End::Failed);
        }
    }

    pub(crate) fn note_catcher(&mut self, index: usize) {
        if let Some(probe) = &mut self.probe {
            probe.catch_index = Some(index);
        }
    }

    /// A tested state is left: that is the end.
    pub(crate) fn end_test(&mut self, id: ThreadId, output: Arc<Value>, transition: Transition) {
        let flow = &self.threads[id].flow;
        let next = match transition {
            Transition::Next(next) => Some(Arc::clone(&flow.states[next].name)),
            Transition::End => None,
        };
        if let Some(probe) = &mut self.probe {
            probe.next = next;
        }
        self.end = Some(End::Succeeded(output));
    }

    /// What stands for the children of a tested Map or Parallel is delivered in their place.
    pub(crate) fn deliver_mock(&mut self, id: ThreadId, state: &State) -> Result<Step, StateError> {
        let work = self.probe.as_mut().and_then(|probe| probe.work.take());
        match work {
            Some(Ok(result)) => {
                self.deliver_result(id, state, self.threads[id].last_event_id, result);
                Ok(Step::Suspended)
            }
            Some(Err(failure)) => Err(StateError::reported(failure)),
            None => Ok(Step::Suspended),
        }
    }
}

/// The failure without the words that tell where in an execution it occurred.
fn without_place(failure: Failure, state_name: &str, entered_event_id: i64) -> Failure {
    let place = state_error::place(state_name, entered_event_id);
    let shorter = failure.cause.as_deref().and_then(|cause| cause.strip_prefix(&*place)).map(Arc::from);
    Failure { cause: shorter.or(failure.cause), ..failure }
}
