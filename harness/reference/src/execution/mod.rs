//! One execution of a state machine as AWS runs it: synchronous, without a clock, without I/O.
//!
//! Time comes in through [`Execution::advance`], task answers through [`Execution::start_task`] and
//! [`Execution::complete_task`], random values from the seed. Whoever drives it decides whether a second takes a second:
//! `stub_driver` answers from a case's stubs in virtual time, `serve` lets workers answer over the API.
//!
//! One state type, one file: what a Map state does is in `map/`. The pipeline of a state's data is in `data_flow.rs`.

mod agenda;
mod children;
mod choice;
mod composite;
mod context;
mod data_flow;
mod fail;
mod limits;
mod map;
mod parallel;
mod pass;
pub(crate) mod probe;
mod random;
mod redrive;
mod retry;
mod state_error;
mod task;
mod thread;
mod wait;

use std::{
    collections::{BTreeSet, VecDeque},
    sync::Arc,
};

use asl_cases::{Permit, Resources};
use serde_json::Value;

use self::{
    agenda::{Agenda, Wake},
    children::ChildExecution,
    composite::Composite,
    limits::{Budget, Limits},
    map::distributed::MapRun,
    probe::Probe,
    random::SeededRandom,
    thread::Thread,
};
use crate::{
    definition::StateMachine,
    history::{Event, EventKind, Failure},
    sighting::{Sighting, Sightings},
};

pub use context::Identity;
pub use map::{
    distributed::MapRunEnd,
    run_view::{ChildView, MapRunCounts, MapRunUpdate, MapRunView},
};
pub(crate) use random::Identifiers;
pub use redrive::NotRedrivable;
pub use task::{TaskAnswer, TaskError, TaskState, TaskView};

/// Index of a thread of control within its execution.
pub(crate) type ThreadId = usize;
/// Index of a task attempt within its execution.
pub type TaskId = usize;
/// Index of a running Parallel or Map within its execution.
pub(crate) type CompositeId = usize;
/// Index of a Map Run within its execution.
pub(crate) type MapRunId = usize;
/// Index of a child execution within the execution that started it.
pub(crate) type ChildId = usize;

/// How an execution ended.
#[derive(Clone, Debug)]
pub enum End {
    /// `SUCCEEDED`.
    Succeeded(Arc<Value>),
    /// `FAILED`.
    Failed(Failure),
    /// `TIMED_OUT`.
    TimedOut,
    /// `ABORTED`.
    Aborted(Failure),
}

/// What an execution is started with.
pub struct Start {
    /// Its names and ARNs.
    pub identity: Identity,
    /// The execution input.
    pub input: Value,
    /// The time of the start, milliseconds since the epoch.
    pub now_ms: i64,
    /// The source of every random value in it.
    pub seed: u64,
    /// Of concurrent children that could go on at the same instant, the one with this index goes first; `None` for the
    /// order of the document. AWS promises no order: comparing two preferences shows what is a race.
    pub preferred_child: Option<usize>,
}

/// One execution.
pub struct Execution {
    identity: Arc<Identity>,
    /// Recorded: the region that a service's events show is the execution's.
    region: Arc<str>,
    input: Arc<Value>,
    started_ms: i64,
    redrive_count: u64,
    limits: Limits,
    now_ms: i64,
    history: Vec<Event>,
    threads: Vec<Thread>,
    composites: Vec<Composite>,
    map_runs: Vec<MapRun>,
    children: Vec<ChildExecution>,
    full_children: Vec<ChildId>,
    tasks: Vec<task::TaskAttempt>,
    newly_scheduled: VecDeque<TaskId>,
    missing_activities: BTreeSet<Arc<str>>,
    agenda: Agenda,
    budget: Budget,
    random: SeededRandom,
    identifiers: Identifiers,
    resources: Resources,
    preferred_child: Option<usize>,
    permits: Vec<Permit>,
    unmodelled: Option<&'static str>,
    probe: Option<Box<Probe>>,
    sightings: Option<Arc<Sightings>>,
    end: Option<End>,
}

impl Execution {
    /// Starts an execution: writes `ExecutionStarted` and makes the first state ready. Nothing runs before
    /// [`Execution::advance`].
    pub fn start(machine: &StateMachine, start: Start) -> Self {
        let input = Arc::new(start.input);
        let region = start.identity.machine_arn.split(':').nth(3).unwrap_or_default();
        let mut execution = Self {
            region: region.into(),
            identity: Arc::new(start.identity),
            input: Arc::clone(&input),
            started_ms: start.now_ms,
            redrive_count: 0,
            limits: Limits::of(machine),
            now_ms: start.now_ms,
            history: Vec::with_capacity(32),
            threads: Vec::with_capacity(1),
            composites: Vec::new(),
            map_runs: Vec::new(),
            children: Vec::new(),
            full_children: Vec::new(),
            tasks: Vec::new(),
            newly_scheduled: VecDeque::new(),
            missing_activities: BTreeSet::new(),
            agenda: Agenda::default(),
            budget: Budget::default(),
            random: SeededRandom::new(start.seed),
            identifiers: Identifiers::new(start.seed),
            resources: Resources::default(),
            preferred_child: start.preferred_child,
            permits: Vec::new(),
            unmodelled: None,
            probe: None,
            sightings: None,
            end: None,
        };
        let role_arn = Arc::clone(&execution.identity.role_arn);
        execution.push_main(0, EventKind::ExecutionStarted { input: Arc::clone(&input), role_arn });
        execution.spawn(Thread::main(Arc::clone(&machine.flow), input));
        execution.start_time_limits();
        execution
    }

    /// The same with what the readers of distributed Maps find.
    #[must_use]
    pub fn with_resources(self, resources: Resources) -> Self {
        Self { resources, ..self }
    }

    /// The same with an onlooker, who notes what happens from now on.
    #[must_use]
    pub fn watched_by(self, sightings: Option<Arc<Sightings>>) -> Self {
        Self { sightings, ..self }
    }

    /// Shows a thing that happened to the onlooker, if there is one.
    fn sight(&self, sighting: impl FnOnce() -> Sighting) {
        if let Some(sightings) = &self.sightings {
            sightings.note(sighting());
        }
    }

    /// What the execution did that nobody knows of AWS; its output then means nothing.
    pub fn unmodelled(&self) -> Option<&'static str> {
        self.unmodelled
    }

    /// Something happened of which nobody knows what AWS does.
    pub(crate) fn note_unmodelled(&mut self, what: &'static str) {
        self.unmodelled = Some(what);
    }

    /// Runs everything that is due up to this time (milliseconds since the epoch).
    pub fn advance(&mut self, until_ms: i64) {
        while self.end.is_none() {
            let Some((time_ms, wake)) = self.agenda.take_due(until_ms) else { break };
            self.now_ms = self.now_ms.max(time_ms);
            self.budget.take_step();
            self.handle_wake(wake);
            self.end_full_children();
            self.end_beyond_budget();
        }
        self.now_ms = self.now_ms.max(until_ms);
    }

    /// When the next thing is due; `None` when nothing will happen without a task answer.
    pub fn next_wake_ms(&self) -> Option<i64> {
        if self.end.is_some() { None } else { self.agenda.next_time_ms() }
    }

    /// Stops the execution from outside (`StopExecution`). Recorded: the event's predecessor is 0.
    /// Requirement: asl.execution.abort
    pub fn stop(&mut self, failure: Failure) {
        if self.end.is_none() {
            self.push_main(0, EventKind::ExecutionAborted(failure.clone()));
            self.end = Some(End::Aborted(failure));
        }
    }

    /// Ends the execution as failed, whatever it catches: somebody who drives it cannot go on.
    pub fn give_up(&mut self, failure: Failure) {
        if self.end.is_none() {
            let previous = self.history.last().map_or(0, |event| event.id);
            self.fail(previous, failure);
        }
    }

    /// How it ended; `None` while it runs.
    pub fn end(&self) -> Option<&End> {
        self.end.as_ref()
    }

    /// The events so far.
    pub fn history(&self) -> &[Event] {
        &self.history
    }

    /// The execution's names.
    pub fn identity(&self) -> &Identity {
        &self.identity
    }

    /// The execution input.
    pub fn input(&self) -> &Value {
        &self.input
    }

    /// When it was started, milliseconds since the epoch.
    pub fn started_ms(&self) -> i64 {
        self.started_ms
    }

    /// The execution's own clock, milliseconds since the epoch.
    pub fn now_ms(&self) -> i64 {
        self.now_ms
    }

    /// Where AWS could have answered differently.
    pub fn permits(&self) -> Vec<Permit> {
        let mut permits = self.permits.clone();
        if self.random.was_drawn() && !permits.contains(&Permit::Random) {
            permits.push(Permit::Random);
        }
        if self.random.has_unknown() {
            permits.push(Permit::UncertainValue);
        }
        permits
    }

    fn handle_wake(&mut self, wake: Wake) {
        match wake {
            Wake::Enter(thread) => self.enter_state(thread),
            Wake::Attempt(thread) => self.attempt_state(thread),
            Wake::Leave(thread) => self.leave_pass(thread),
            Wake::WaitOver(thread) => self.end_wait(thread),
            Wake::TaskTimeout(task) => self.time_out_task(task),
            Wake::HeartbeatTimeout(task, heartbeats) => self.time_out_heartbeat(task, heartbeats),
            Wake::TaskTimedOut(task, origin) => self.fail_timed_out(task, origin),
            Wake::ExecutionTimeout => self.time_out(),
        }
    }

    /// Ends an execution that takes more than any honest one.
    fn end_beyond_budget(&mut self) {
        let Some(what) = self.budget.exceeded else { return };
        self.note_unmodelled(what);
        let previous = self.history.last().map_or(0, |event| event.id);
        self.fail(previous, Failure { error: Some(state_error::RUNTIME.into()), cause: Some(what.into()) });
    }

    /// Recorded: a machine-level time-out writes no `…StateAborted` events.
    /// Requirement: asl.execution.timeout
    fn time_out(&mut self) {
        let previous = self.history.last().map_or(0, |event| event.id);
        self.push_main(previous, EventKind::ExecutionTimedOut);
        self.end = Some(End::TimedOut);
    }

    fn succeed(&mut self, previous: i64, output: Arc<Value>) {
        self.push_main(previous, EventKind::ExecutionSucceeded { output: Arc::clone(&output) });
        self.end.get_or_insert(End::Succeeded(output));
    }

    fn fail(&mut self, previous: i64, failure: Failure) {
        self.push_main(previous, EventKind::ExecutionFailed(failure.clone()));
        self.end.get_or_insert(End::Failed(failure));
    }

    /// Appends an event to the history that a thread belongs to, and returns its id. Of a child's history only the ids
    /// are kept.
    fn push(&mut self, thread: ThreadId, previous_event_id: i64, kind: EventKind) -> i64 {
        let Some(owner) = self.threads[thread].owner else {
            return self.push_main(previous_event_id, kind);
        };
        let child = &mut self.children[owner];
        let event_id = child.count_event();
        if child.is_full() {
            self.full_children.push(owner);
        }
        event_id
    }

    /// Appends an event to the execution's own history and returns its id. Nothing is written after the end; the event that would fill the history is
    /// replaced by the failure that AWS reports then.
    fn push_main(&mut self, previous_event_id: i64, kind: EventKind) -> i64 {
        let last_id = i64::try_from(self.history.len()).expect("a history is short");
        if self.end.is_some() {
            return last_id;
        }
        let is_full = self.history.len() + 1 >= self.limits.events_max;
        let (previous_event_id, kind) = if is_full {
            let failure = history_limit_failure();
            self.end = Some(End::Failed(failure.clone()));
            (last_id, EventKind::ExecutionFailed(failure))
        } else {
            (previous_event_id, kind)
        };
        self.history.push(Event { id: last_id + 1, previous_event_id, timestamp_ms: self.now_ms, kind });
        last_id + 1
    }

    /// The machine's own time-out begins anew with every redrive, the one of its type does not.
    fn start_time_limits(&mut self) {
        if let Some(seconds) = self.limits.timeout_seconds {
            self.add_wake_after(seconds_to_ms(seconds), 0, Wake::ExecutionTimeout);
        }
        // What happens at the very last moment still happens.
        let last_ms = self.started_ms.saturating_add(self.limits.duration_ms_max);
        self.agenda.add(last_ms, u8::MAX, Wake::ExecutionTimeout);
    }

    /// Whether it was cut off because it is as old as an execution may become, while a task waited for its answer.
    pub fn waited_for_ever(&self) -> bool {
        let is_over = matches!(self.end, Some(End::TimedOut)) && self.limits.timeout_seconds.is_none();
        is_over && self.limits.duration_ms_max == limits::STANDARD_MS_MAX && self.has_unanswered_tasks()
    }

    fn add_wake_after(&mut self, delay_ms: i64, priority: u8, wake: Wake) {
        self.agenda.add(self.now_ms.saturating_add(delay_ms), priority, wake);
    }
}

fn history_limit_failure() -> Failure {
    Failure {
        error: Some(state_error::RUNTIME.into()),
        cause: Some("The execution reached the maximum number of history events (25000).".into()),
    }
}

/// Seconds as the interpreter counts them.
fn seconds_to_ms(seconds: u64) -> i64 {
    i64::try_from(seconds).unwrap_or(i64::MAX).saturating_mul(1000)
}
