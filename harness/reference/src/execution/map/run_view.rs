//! What the API shows of the Map Runs of an execution, and what it may change of one that runs.

use std::{collections::BTreeSet, sync::Arc};

use serde_json::Value;

use super::distributed::{MapRun, MapRunEnd};
use crate::{
    execution::{End, Execution, Identity, MapRunId, children::ChildExecution},
    history::Failure,
};

/// A Map Run as it stands.
#[derive(Clone, Debug)]
pub struct MapRunView {
    /// `mapRunArn`.
    pub arn: Arc<str>,
    /// When it was started, milliseconds since the epoch.
    pub started_ms: i64,
    /// How and when it ended; `None` while it runs.
    pub end: Option<(MapRunEnd, i64)>,
    /// How many children run at once at most.
    pub max_concurrency: usize,
    /// `ToleratedFailureCount`; 0 by default.
    pub tolerated_count: u64,
    /// `ToleratedFailurePercentage`; 0 by default.
    pub tolerated_percentage: f64,
    /// The children by what became of them.
    pub executions: MapRunCounts,
    /// The items by what became of the children that work on them.
    pub items: MapRunCounts,
}

/// How many children or items of a Map Run stand where.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the members are those of the API")]
pub struct MapRunCounts {
    pub pending: usize,
    pub running: usize,
    pub succeeded: usize,
    pub failed: usize,
    pub aborted: usize,
}

/// A child execution of a Map Run.
#[derive(Clone, Debug)]
pub struct ChildView {
    /// Its names.
    pub identity: Arc<Identity>,
    /// Its input.
    pub input: Arc<Value>,
    /// When it was started, milliseconds since the epoch.
    pub started_ms: i64,
    /// How and when it ended; `None` while it runs.
    pub end: Option<(End, i64)>,
    /// How many items it works on.
    pub n_items: usize,
    /// The Map Run that started it.
    pub map_run_arn: Arc<str>,
}

/// What `UpdateMapRun` changes; `None` leaves a limit as it is.
#[derive(Clone, Copy, Debug, Default)]
pub struct MapRunUpdate {
    /// How many children may run at once; 0 for as many as the service allows.
    pub max_concurrency: Option<usize>,
    /// `toleratedFailureCount`.
    pub tolerated_count: Option<u64>,
    /// `toleratedFailurePercentage`.
    pub tolerated_percentage: Option<f64>,
}

impl MapRunCounts {
    /// All of them.
    pub fn total(&self) -> usize {
        self.pending + self.running + self.succeeded + self.failed + self.aborted
    }
}

impl Execution {
    /// The Map Runs so far, oldest first.
    pub fn map_runs(&self) -> Vec<MapRunView> {
        (0..self.map_runs.len()).map(|run| self.map_run_view(run)).collect()
    }

    /// The child executions so far, oldest first.
    pub fn children(&self) -> Vec<ChildView> {
        self.children.iter().map(|child| self.child_view(child)).collect()
    }

    /// The inputs of the child executions that the distributed Map with this name has started, oldest first.
    pub fn inputs_of_children(&self, map: &str) -> Vec<Arc<Value>> {
        let is_entry = |run: &MapRun| {
            let entry = self.history.iter().find(|event| event.id == run.entered_event_id);
            // The events of a child execution have numbers of their own.
            self.threads[run.parent].owner.is_none()
                && entry.is_some_and(|event| event.to_trace_event().state_name() == Some(map))
        };
        let started = self.children.iter().filter(|child| is_entry(&self.map_runs[child.map_run]));
        started.map(|child| Arc::clone(&child.input)).collect()
    }

    /// Changes the limits of a Map Run that runs; `false` if there is none with this ARN.
    pub fn update_map_run(&mut self, arn: &str, update: MapRunUpdate) -> bool {
        let is_meant = |run: &MapRun| &*run.arn == arn && !run.is_over();
        let Some(run) = self.map_runs.iter().position(is_meant) else { return false };
        let map_run = &mut self.map_runs[run];
        if let Some(max_concurrency) = update.max_concurrency {
            map_run.max_concurrency = if max_concurrency == 0 { usize::MAX } else { max_concurrency };
        }
        map_run.tolerance.count = update.tolerated_count.or(map_run.tolerance.count);
        map_run.tolerance.percentage = update.tolerated_percentage.or(map_run.tolerance.percentage);
        self.start_children(run);
        true
    }

    fn map_run_view(&self, run: MapRunId) -> MapRunView {
        let map_run = &self.map_runs[run];
        let (executions, items) = self.map_run_counts(run);
        MapRunView {
            arn: Arc::clone(&map_run.arn),
            started_ms: map_run.started_ms,
            end: self.map_run_end(map_run),
            max_concurrency: map_run.max_concurrency.min(super::distributed::MAX_CHILDREN),
            tolerated_count: map_run.tolerance.count.unwrap_or(0),
            tolerated_percentage: map_run.tolerance.percentage.unwrap_or(0.0),
            executions,
            items,
        }
    }

    /// A Map Run does not outlive its execution.
    fn map_run_end(&self, map_run: &MapRun) -> Option<(MapRunEnd, i64)> {
        map_run.end.or_else(|| self.end.as_ref().map(|_| (MapRunEnd::Aborted, self.ended_ms())))
    }

    /// When the last event was written.
    fn ended_ms(&self) -> i64 {
        self.history.last().map_or(self.now_ms, |event| event.timestamp_ms)
    }

    fn map_run_counts(&self, run: MapRunId) -> (MapRunCounts, MapRunCounts) {
        let map_run = &self.map_runs[run];
        let (mut executions, mut items) = (MapRunCounts::default(), MapRunCounts::default());
        let belongs = |child: &&ChildExecution| child.map_run == run && !child.is_replaced;
        let mut has_begun = BTreeSet::new();
        for child in self.children.iter().filter(belongs) {
            has_begun.insert(child.index);
            let n_items = map_run.inputs.get(child.index).map_or(0, |input| input.n_items);
            for (counts, number) in [(&mut executions, 1), (&mut items, n_items)] {
                match self.child_end(child) {
                    None => counts.running += number,
                    Some((End::Succeeded(_), _)) => counts.succeeded += number,
                    Some((End::Failed(_) | End::TimedOut, _)) => counts.failed += number,
                    Some((End::Aborted(_), _)) => counts.aborted += number,
                }
            }
        }
        let waits = map_run.waiting.iter().filter(|index| !has_begun.contains(index));
        let waiting = waits.filter_map(|index| map_run.inputs.get(*index));
        let (n_waiting, n_items) =
            waiting.fold((0, 0), |(children, items), input| (children + 1, items + input.n_items));
        if self.map_run_end(map_run).is_some() {
            (executions.aborted, items.aborted) = (executions.aborted + n_waiting, items.aborted + n_items);
        } else {
            (executions.pending, items.pending) = (n_waiting, n_items);
        }
        (executions, items)
    }

    fn child_end(&self, child: &ChildExecution) -> Option<(End, i64)> {
        let cut_off = || self.end.as_ref().map(|_| (End::Aborted(Failure::default()), self.ended_ms()));
        child.end.clone().or_else(cut_off)
    }

    fn child_view(&self, child: &ChildExecution) -> ChildView {
        let map_run = &self.map_runs[child.map_run];
        ChildView {
            identity: Arc::clone(&child.identity),
            input: Arc::clone(&child.input),
            started_ms: child.started_ms,
            end: self.child_end(child),
            n_items: map_run.inputs.get(child.index).map_or(0, |input| input.n_items),
            map_run_arn: Arc::clone(&map_run.arn),
        }
    }
}
