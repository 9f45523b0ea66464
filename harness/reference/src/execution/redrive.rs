//! Redrive: an execution that ended without success goes on where it stopped, with what it had done so far.
//!
//! Which executions and what happens to each state is documented; where the new events hang in the history is not
//! recorded. They follow `ExecutionRedriven`, which follows the event of the end.

use std::{collections::BTreeSet, sync::Arc};

use asl_cases::MachineType;

use super::{
    ChildId, CompositeId, End, Execution, MapRunId, ThreadId,
    agenda::Wake,
    children::ChildExecution,
    composite::Composite,
    limits::{EVENTS_MAX, STANDARD_MS_MAX},
    map::distributed::MapRun,
    retry::RetryCounters,
    thread::Activity,
};
use crate::{
    definition::StateKind,
    history::{EventKind, Failure},
};

/// Documented: an execution can be redriven for so long after its end.
const PERIOD_MS: i64 = 14 * 24 * 3_600_000;
/// Documented: so many events must be left for a redrive.
const EVENTS_LEFT_MIN: usize = 1;
/// 2023-11-15T00:00:00Z: earlier executions cannot be redriven (documented).
const LAUNCH_MS: i64 = 1_700_006_400_000;
const DATA_LIMIT_EXCEEDED: &str = "States.DataLimitExceeded";
/// The execution's own line of control.
const MAIN: ThreadId = 0;

/// Why an execution cannot be redriven. Documented: these are the reasons that `DescribeExecution` gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotRedrivable {
    /// It still runs.
    #[error("Execution is RUNNING and cannot be redriven")]
    Running,
    /// It has succeeded.
    #[error("Execution is SUCCEEDED and cannot be redriven")]
    Succeeded,
    /// It is older than redriving.
    #[error("Execution was started before the launch of RedriveExecution")]
    BeforeLaunch,
    /// Its history is as good as full.
    #[error("Execution history event limit exceeded")]
    HistoryFull,
    /// It was started a year ago or earlier.
    #[error("Execution has exceeded the max execution time")]
    TooOld,
    /// It ended too long ago.
    #[error("Execution redrivable period exceeded")]
    PeriodOver,
}

/// One redrive, while its threads are picked up.
struct Redrive {
    /// The threads that were about to enter a state.
    entering: BTreeSet<ThreadId>,
    /// Documented: what was too large is not kept, its Parallel or Map begins anew.
    begins_anew: bool,
    /// The event that everything follows.
    event_id: i64,
}

impl Execution {
    /// Whether a Standard execution can be redriven at this time (milliseconds since the epoch).
    ///
    /// # Errors
    /// The reason why not.
    /// Requirement: asl.execution.redrive-eligibility
    pub fn check_redrivable(&self, now_ms: i64) -> Result<(), NotRedrivable> {
        let ended_ms = self.history.last().map_or(self.started_ms, |event| event.timestamp_ms);
        match self.end {
            None => Err(NotRedrivable::Running),
            Some(End::Succeeded(_)) => Err(NotRedrivable::Succeeded),
            _ if self.started_ms < LAUNCH_MS => Err(NotRedrivable::BeforeLaunch),
            _ if self.history.len() + EVENTS_LEFT_MIN >= EVENTS_MAX => Err(NotRedrivable::HistoryFull),
            _ if now_ms.saturating_sub(self.started_ms) >= STANDARD_MS_MAX => Err(NotRedrivable::TooOld),
            _ if now_ms.saturating_sub(ended_ms) > PERIOD_MS => Err(NotRedrivable::PeriodOver),
            Some(_) => Ok(()),
        }
    }

    /// How often it was redriven.
    pub fn redrive_count(&self) -> u64 {
        self.redrive_count
    }

    /// `RedriveExecution`: the unsuccessful states are tried again, retries counted from zero, the machine's time-out
    /// set back. Nothing runs before [`Execution::advance`]. Only Standard executions: the caller knows the type.
    ///
    /// # Errors
    /// If it cannot be redriven.
    /// Requirement: asl.execution.redrive
    pub fn redrive(&mut self, now_ms: i64) -> Result<(), NotRedrivable> {
        self.check_redrivable(now_ms)?;
        let begins_anew = self.end.take().as_ref().is_some_and(exceeded_data_limit);
        self.now_ms = self.now_ms.max(now_ms);
        self.redrive_count += 1;
        let ended = self.history.last().map_or(0, |event| event.id);
        let event_id = self.push_main(ended, EventKind::ExecutionRedriven { count: self.redrive_count });
        let entering = self.agenda.clear();
        self.drop_all_tasks();
        self.start_time_limits();
        self.resume(MAIN, &Redrive { entering, begins_anew, event_id });
        Ok(())
    }

    /// Documented: a Fail state is entered again, a Pass is left, and of a Parallel or Map only what did not succeed is
    /// done again. Everything else is, from the state's input: a Task is scheduled, a Choice looks again, a Wait until a
    /// time that has passed is over.
    fn resume(&mut self, id: ThreadId, redrive: &Redrive) {
        let thread = &mut self.threads[id];
        thread.last_event_id = redrive.event_id;
        thread.retries = RetryCounters::default();
        thread.activity = Activity::Ready;
        let priority = thread.priority;
        let kind = &thread.flow.states[thread.state].kind;
        let (is_fail, is_pass) = (matches!(kind, StateKind::Fail(_)), matches!(kind, StateKind::Pass(_)));
        if is_fail || redrive.entering.contains(&id) || thread.entered_event_id == 0 {
            return self.add_wake_after(0, priority, Wake::Enter(id));
        }
        if is_pass {
            return self.add_wake_after(0, priority, Wake::Leave(id));
        }
        if !redrive.begins_anew
            && let Some(composite) = self.unfinished_composite(id)
        {
            return self.resume_composite(id, composite, redrive);
        }
        match self.unfinished_map_run(id) {
            Some(run) => self.redrive_map_run(id, run, redrive),
            None => self.add_wake_after(0, priority, Wake::Attempt(id)),
        }
    }

    fn unfinished_composite(&self, id: ThreadId) -> Option<CompositeId> {
        let entered = self.threads[id].entered_event_id;
        let belongs = |composite: &Composite| composite.parent == id && composite.entered_event_id == entered;
        let last = self.composites.iter().rposition(belongs)?;
        (self.composites[last].remaining > 0).then_some(last)
    }

    /// The children that did not finish go on; a Map that failed between two of them starts the next.
    fn resume_composite(&mut self, id: ThreadId, composite: CompositeId, redrive: &Redrive) {
        self.threads[id].activity = Activity::InComposite(composite);
        let Composite { children, results, concurrency, .. } = &self.composites[composite];
        let unfinished: Vec<_> = children
            .iter()
            .zip(results)
            .filter(|(_, result)| result.is_none())
            .map(|(child, _)| *child)
            .collect();
        let free = concurrency.saturating_sub(unfinished.len());
        for child in unfinished {
            self.resume(child, redrive);
        }
        let flow = Arc::clone(&self.threads[id].flow);
        let state = &flow.states[self.threads[id].state];
        let StateKind::Map(map) = &state.kind else { return };
        for _ in 0..free {
            if let Err(error) = self.start_iteration(composite, state, map, redrive.event_id) {
                return self.take_step(id, state, Err(error));
            }
        }
    }

    /// A Map Run that has children, and not all of them succeeded.
    fn unfinished_map_run(&self, id: ThreadId) -> Option<MapRunId> {
        let entered = self.threads[id].entered_event_id;
        let last =
            self.map_runs.iter().rposition(|run| run.parent == id && run.entered_event_id == entered)?;
        let is_open = |result: &Option<Result<_, _>>| !matches!(result, Some(Ok(_)));
        self.map_runs[last].results.iter().any(is_open).then_some(last)
    }

    /// Documented: the Map Run is redriven, and with it every child that did not succeed; all of them after
    /// `States.DataLimitExceeded`.
    fn redrive_map_run(&mut self, id: ThreadId, run: MapRunId, redrive: &Redrive) {
        let map_run = &mut self.map_runs[run];
        map_run.redrive_count += 1;
        let redriven =
            EventKind::MapRunRedriven { arn: Arc::clone(&map_run.arn), count: map_run.redrive_count };
        self.push_for(id, redriven);
        self.threads[id].activity = Activity::InMapRun(run);
        let started_event_id = self.threads[id].last_event_id;
        self.map_runs[run].begin_again(started_event_id, redrive.begins_anew);
        self.start_children(run);
    }

    /// Documented: a Standard child is redriven, an Express child started anew. Whether there was one to redrive.
    pub(crate) fn resume_child(&mut self, run: MapRunId, index: usize) -> bool {
        let is_it = |child: &ChildExecution| child.map_run == run && child.index == index;
        let MapRun { redrive_count, begins_anew, .. } = self.map_runs[run];
        if redrive_count == 0 {
            return false;
        }
        let Some(child) = self.children.iter().rposition(is_it) else { return false };
        if self.children[child].kind == MachineType::Express || begins_anew {
            self.children[child].is_replaced = true;
            return false;
        }
        self.redrive_child(child);
        self.map_runs[run].running.insert(child);
        true
    }

    fn redrive_child(&mut self, id: ChildId) {
        let child = &mut self.children[id];
        child.end = None;
        child.redrive_count += 1;
        let redrive =
            Redrive { entering: BTreeSet::new(), begins_anew: false, event_id: child.count_event() };
        let root = child.root;
        self.resume(root, &redrive);
    }
}

fn exceeded_data_limit(end: &End) -> bool {
    matches!(end, End::Failed(Failure { error: Some(error), .. }) if &**error == DATA_LIMIT_EXCEEDED)
}
