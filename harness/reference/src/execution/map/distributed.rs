//! Map in distributed mode: a Map Run starts one child execution per item or batch. A child has a context object and a
//! history of its own; of its events the parent's history shows none, of its variables it sees none.

use std::{
    collections::{BTreeSet, VecDeque},
    sync::Arc,
};

use asl_cases::Permit;
use serde_json::{Value, json};

use super::{
    batcher::{Batching, ChildInput},
    concurrency, items,
    reader::{self, SourcedItem},
    tolerance::Tolerance,
    whole_number,
};
use crate::{
    definition::{Distributed, ItemReader, Map, Number, Payload, State, StateKind, Transformation},
    execution::{
        ChildId, Execution, MapRunId, ThreadId,
        children::ChildExecution,
        context::MapItem,
        data_flow::Fields,
        state_error::{Origin, StateError},
        thread::{Activity, Step},
    },
    history::{EventKind, Failure},
};

/// Documented: as many children of a Map Run run at once at most.
pub(super) const MAX_CHILDREN: usize = 10_000;
/// Documented: where an item comes from that no reader has read.
const STATE_DATA: &str = "STATE_DATA";
const ITEM_READER_FAILED: &str = "States.ItemReaderFailed";
const THRESHOLD_EXCEEDED: &str = "States.ExceedToleratedFailureThreshold";

/// A Map Run: the children of one visit of a distributed Map.
#[derive(Debug)]
pub(crate) struct MapRun {
    pub(crate) parent: ThreadId,
    /// Of the visit of the state that it belongs to.
    pub(crate) entered_event_id: i64,
    pub(crate) arn: Arc<str>,
    pub(super) started_ms: i64,
    pub(crate) redrive_count: u64,
    /// Whether its redrive starts every child anew.
    pub(crate) begins_anew: bool,
    /// How and when it ended.
    pub(super) end: Option<(MapRunEnd, i64)>,
    pub(super) max_concurrency: usize,
    /// The machine's name in the ARNs of the children: `<machine>/<label>`.
    pub(crate) machine_path: String,
    started_event_id: i64,
    pub(super) inputs: Vec<ChildInput>,
    /// Which inputs are still to be started, in order.
    pub(super) waiting: VecDeque<usize>,
    pub(crate) results: Vec<Option<Result<Arc<Value>, Failure>>>,
    pub(crate) running: BTreeSet<ChildId>,
    pub(super) n_items: usize,
    n_failed_items: usize,
    pub(super) tolerance: Tolerance,
    /// What the output is when the results go to S3.
    exported: Option<Value>,
}

/// How a Map Run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MapRunEnd {
    /// `SUCCEEDED`.
    Succeeded,
    /// `FAILED`.
    Failed,
    /// `ABORTED`.
    Aborted,
}

impl MapRun {
    pub(crate) fn is_over(&self) -> bool {
        self.end.is_some()
    }

    /// Cuts it off where it still runs.
    pub(crate) fn abort(&mut self, now_ms: i64) {
        self.end.get_or_insert((MapRunEnd::Aborted, now_ms));
    }

    /// A redrive: what did not succeed waits again, and may fail again.
    pub(crate) fn begin_again(&mut self, started_event_id: i64, begins_anew: bool) {
        self.started_event_id = started_event_id;
        self.begins_anew = begins_anew;
        self.end = None;
        self.running.clear();
        self.n_failed_items = 0;
        let is_kept =
            |result: &Option<Result<Arc<Value>, Failure>>| !begins_anew && matches!(result, Some(Ok(_)));
        self.waiting = (0..self.results.len()).filter(|index| !is_kept(&self.results[*index])).collect();
        for index in &self.waiting {
            self.results[*index] = None;
        }
    }
}

/// What is looked up before the Map Run starts. Recorded: failures here follow `MapStateStarted`.
struct Plan {
    tolerance: Tolerance,
    max_items: i64,
    batching: Option<Batching>,
    reader_parameters: Arc<Value>,
    export: Option<Arc<Value>>,
}

impl Plan {
    fn of(
        fields: &mut Fields<'_>,
        map: &Map,
        distributed: &Distributed,
        effective: &Arc<Value>,
    ) -> Result<Self, StateError> {
        let reader = distributed.reader.as_ref();
        let batcher = distributed.batcher.as_ref();
        let arguments = |fields: &mut Fields<'_>, part: &str, payload: Option<&Payload>| {
            let field = format!("{part}/Arguments");
            payload.map(|payload| fields.payload(payload, &field, effective)).transpose()
        };
        let export = distributed.writer.as_ref().and_then(|writer| writer.export.as_ref());
        let parameters = reader.and_then(|reader| reader.parameters.as_ref());
        let export = arguments(fields, "ResultWriter", export)?;
        Ok(Self {
            tolerance: Tolerance::of(fields, &map.tolerated, effective)?,
            max_items: reader.map_or(Ok(0), |reader| max_items(fields, reader, effective))?,
            batching: batcher.map(|batcher| Batching::of(fields, batcher, effective)).transpose()?,
            reader_parameters: arguments(fields, "ItemReader", parameters)?.unwrap_or_default(),
            export,
        })
    }
}

/// Recorded: -1 is an integer here, and refused by the reader.
/// Requirement: asl.map.max-items
fn max_items(fields: &mut Fields<'_>, reader: &ItemReader, effective: &Value) -> Result<i64, StateError> {
    match &reader.max_items {
        None => Ok(0),
        Some(Number::Literal(max_items)) => Ok(i64::try_from(*max_items).unwrap_or(i64::MAX)),
        Some(number) => whole_number(fields, "ItemReader/ReaderConfig/MaxItems", number, effective),
    }
}

impl Execution {
    /// Recorded: `MapStateStarted` tells the number of items, 0 where a reader is still to find them; an `ItemsPath`
    /// beside a reader is ignored.
    /// Requirement: asl.map.distributed, asl.history.map-run
    pub(super) fn run_distributed(
        &mut self,
        id: ThreadId,
        state: &State,
        map: &Map,
        distributed: &Distributed,
        effective: &Arc<Value>,
    ) -> Result<Step, StateError> {
        let mut fields = self.fields(id, state);
        let concurrency = concurrency(&mut fields, map.max_concurrency.as_ref(), effective, MAX_CHILDREN)?;
        let given = match &distributed.reader {
            None => Some(items(&mut fields, map.items.as_ref(), effective)?),
            Some(_) => None,
        };
        let length = given.as_ref().map_or(0, Vec::len);
        self.push_for(id, EventKind::MapStateStarted { length });
        let plan = Plan::of(&mut self.fields(id, state), map, distributed, effective)?;
        let run = self.start_map_run(id, distributed, &plan, concurrency);
        let items = match (given, &distributed.reader) {
            (None, Some(reader)) => self.read_items(run, reader, &plan)?,
            (given, _) => from_state_data(given.unwrap_or_default()),
        };
        let inputs = match self.child_inputs(id, state, map, effective, items) {
            Ok(inputs) => inputs,
            Err(error) => {
                self.map_runs[run].abort(self.now_ms);
                return Err(error);
            }
        };
        let map_run = &mut self.map_runs[run];
        map_run.n_items = inputs.len();
        map_run.inputs = match &plan.batching {
            Some(batching) => batching.batches(inputs),
            None => inputs.into_iter().map(|input| ChildInput { input, n_items: 1 }).collect(),
        };
        map_run.results = vec![None; map_run.inputs.len()];
        map_run.waiting = (0..map_run.inputs.len()).collect();
        self.threads[id].activity = Activity::InMapRun(run);
        self.start_children(run);
        self.finish_map_run_if_done(run);
        Ok(Step::Suspended)
    }

    fn start_map_run(
        &mut self,
        id: ThreadId,
        distributed: &Distributed,
        plan: &Plan,
        max_concurrency: usize,
    ) -> MapRunId {
        let owner = self.identity_of(id);
        let part = distributed.label.as_deref().map_or_else(|| self.identifiers.draw(), str::to_owned);
        let uuid = self.identifiers.draw();
        let machine_path = format!("{}/{part}", owner.machine_name);
        let prefix = owner.machine_arn.split(":stateMachine:").next().unwrap_or_default();
        let arn = format!("{prefix}:mapRun:{machine_path}:{uuid}");
        let arn: Arc<str> = arn.into();
        self.push_for(id, EventKind::MapRunStarted { arn: Arc::clone(&arn) });
        self.map_runs.push(MapRun {
            parent: id,
            entered_event_id: self.threads[id].entered_event_id,
            redrive_count: 0,
            begins_anew: false,
            started_ms: self.now_ms,
            end: None,
            max_concurrency,
            machine_path,
            started_event_id: self.threads[id].last_event_id,
            inputs: Vec::new(),
            waiting: VecDeque::new(),
            results: Vec::new(),
            running: BTreeSet::new(),
            n_items: 0,
            n_failed_items: 0,
            tolerance: plan.tolerance,
            exported: plan.export.as_deref().map(|export| exported(&arn, &uuid, export)),
            arn,
        });
        self.map_runs.len() - 1
    }

    /// Recorded: what a reader cannot read fails the Map Run, and is an error like any other.
    fn read_items(
        &mut self,
        run: MapRunId,
        reader: &ItemReader,
        plan: &Plan,
    ) -> Result<Vec<SourcedItem>, StateError> {
        let read = reader::read(reader, &plan.reader_parameters, plan.max_items, &self.resources);
        read.map_err(|cause| self.map_run_failed(run, unreadable(&cause)))
    }

    fn map_run_failed(&mut self, run: MapRunId, error: StateError) -> StateError {
        self.map_runs[run].end = Some((MapRunEnd::Failed, self.now_ms));
        self.push_for(self.map_runs[run].parent, EventKind::MapRunFailed(error.failure.clone()));
        error
    }

    /// `ItemSelector`, which comes before the batches (documented).
    fn child_inputs(
        &mut self,
        id: ThreadId,
        state: &State,
        map: &Map,
        effective: &Arc<Value>,
        items: Vec<SourcedItem>,
    ) -> Result<Vec<Arc<Value>>, StateError> {
        let mut inputs = Vec::with_capacity(items.len());
        for (index, SourcedItem { value, source }) in items.into_iter().enumerate() {
            let item = Arc::new(MapItem { index, value, source: Some(source) });
            inputs.push(self.item_input(id, state, map, effective, &item)?);
        }
        Ok(inputs)
    }

    /// Starts as many children as may run beside those that run.
    pub(crate) fn start_children(&mut self, run: MapRunId) {
        while self.map_runs[run].running.len() < self.map_runs[run].max_concurrency
            && !self.map_runs[run].waiting.is_empty()
        {
            self.start_next_child(run);
        }
    }

    fn start_next_child(&mut self, run: MapRunId) {
        let map_run = &mut self.map_runs[run];
        let Some(index) = map_run.waiting.pop_front() else { return };
        if self.resume_child(run, index) {
            return;
        }
        let map_run = &self.map_runs[run];
        let input = Arc::clone(&map_run.inputs[index].input);
        let parent = map_run.parent;
        let flow = Arc::clone(&self.threads[parent].flow);
        let StateKind::Map(map) = &flow.states[self.threads[parent].state].kind else { return };
        let Some(distributed) = &map.distributed else { return };
        let child = self.start_child(run, index, distributed.execution_type, &map.processor, input);
        self.map_runs[run].running.insert(child);
    }

    /// A child execution has ended: the next one starts, or the Map Run ends. Documented: what counts is the number of
    /// failed items, not that of failed children.
    pub(crate) fn note_child_ended(&mut self, child: ChildId, end: Result<Arc<Value>, Failure>) {
        let ChildExecution { map_run: run, index, .. } = self.children[child];
        let map_run = &mut self.map_runs[run];
        map_run.running.remove(&child);
        if map_run.is_over() {
            return;
        }
        if end.is_err() {
            map_run.n_failed_items += map_run.inputs[index].n_items;
        }
        map_run.results[index] = Some(end);
        if map_run.tolerance.is_exceeded(map_run.n_failed_items, map_run.n_items) {
            return self.exceed_threshold(run);
        }
        self.start_children(run);
        self.finish_map_run_if_done(run);
    }

    /// Recorded: the error and its cause. Children that still run are stopped (documented).
    fn exceed_threshold(&mut self, run: MapRunId) {
        self.stop_children(run);
        let parent = self.map_runs[run].parent;
        let error = self.map_run_failed(run, threshold_exceeded());
        let flow = Arc::clone(&self.threads[parent].flow);
        self.fail_state(parent, &flow.states[self.threads[parent].state], error);
    }

    /// Recorded: `MapStateSucceeded` follows `MapRunSucceeded`, `MapStateExited` follows `MapRunStarted`.
    fn finish_map_run_if_done(&mut self, run: MapRunId) {
        let map_run = &mut self.map_runs[run];
        if map_run.is_over() || !map_run.running.is_empty() || !map_run.waiting.is_empty() {
            return;
        }
        map_run.end = Some((MapRunEnd::Succeeded, self.now_ms));
        let (parent, started_event_id) = (map_run.parent, map_run.started_event_id);
        let flow = Arc::clone(&self.threads[parent].flow);
        let state = &flow.states[self.threads[parent].state];
        let result = self.map_run_result(run, state);
        let run_succeeded = self.push(parent, started_event_id, EventKind::MapRunSucceeded);
        let succeeded = self.push(parent, run_succeeded, EventKind::MapStateSucceeded);
        self.threads[parent].last_event_id = started_event_id;
        self.deliver_result(parent, state, succeeded, result);
    }

    fn map_run_result(&mut self, run: MapRunId, state: &State) -> Value {
        let map_run = &mut self.map_runs[run];
        let (results, exported) = (std::mem::take(&mut map_run.results), map_run.exported.take());
        if let Some(exported) = exported {
            return exported;
        }
        let transformation = transformation(state);
        if map_run.n_failed_items > 0 || transformation == Transformation::None {
            // Documented in part: how a child is described; not recorded.
            self.add_permit(Permit::UncertainOutcome { state: state.name.to_string() });
        }
        let ends: Vec<_> = results.into_iter().flatten().collect();
        match transformation {
            Transformation::None => self.described(run, &ends).into(),
            Transformation::Compact => self.compact(run, ends).into(),
            Transformation::Flatten => self.compact(run, ends).into_iter().flat_map(spread).collect(),
        }
    }
}

/// Recorded: the error of a Map whose reader fails.
/// Requirement: asl.map.reader-failure
pub(super) fn unreadable(cause: &str) -> StateError {
    StateError::new(ITEM_READER_FAILED, Some(cause.into()), Origin::Reported)
}

/// Recorded: the error of a Map Run in which too many items failed.
pub(super) fn threshold_exceeded() -> StateError {
    let cause = "The specified tolerated failure threshold was exceeded";
    StateError::new(THRESHOLD_EXCEEDED, Some(cause.into()), Origin::Reported)
}

/// Documented: `COMPACT` is the default.
/// Requirement: asl.map.result-transformation
fn transformation(state: &State) -> Transformation {
    let StateKind::Map(Map { distributed: Some(distributed), .. }) = &state.kind else {
        return Transformation::Compact;
    };
    distributed.writer.as_ref().map_or(Transformation::Compact, |writer| writer.transformation)
}

fn from_state_data(items: Vec<Arc<Value>>) -> Vec<SourcedItem> {
    let source: Arc<str> = STATE_DATA.into();
    items.into_iter().map(|value| SourcedItem { value, source: Arc::clone(&source) }).collect()
}

fn spread(output: Value) -> Vec<Value> {
    match output {
        Value::Array(items) => items,
        other => vec![other],
    }
}

/// Recorded: what the state's output is when the results go to S3.
/// Requirement: asl.map.result-writer
fn exported(arn: &str, uuid: &str, export: &Value) -> Value {
    let prefix = export.get("Prefix").and_then(Value::as_str).unwrap_or_default();
    let folder = if prefix.is_empty() { String::new() } else { format!("{prefix}/") };
    json!({
        "MapRunArn": arn,
        "ResultWriterDetails": {
            "Bucket": export.get("Bucket").cloned().unwrap_or_default(),
            "Key": format!("{folder}{uuid}/manifest.json"),
        },
    })
}
