//! Child executions of distributed Maps: each has an identity, a context object and a count of events of its own. They
//! share the threads, the tasks and the clock of the execution that started them.

use std::sync::Arc;

use asl_cases::MachineType;
use serde_json::Value;

use super::{
    ChildId, End, Execution, Identity, MapRunId, ThreadId, history_limit_failure, limits::EVENTS_MAX,
    thread::Thread,
};
use crate::{
    definition::Flow,
    history::Failure,
    seeded::{Site, seeded},
};

/// One child execution.
#[derive(Debug)]
pub(crate) struct ChildExecution {
    pub(crate) identity: Arc<Identity>,
    pub(crate) input: Arc<Value>,
    pub(crate) started_ms: i64,
    pub(crate) redrive_count: u64,
    pub(crate) kind: MachineType,
    pub(crate) map_run: MapRunId,
    /// Which of the Map Run's inputs it works on.
    pub(crate) index: usize,
    pub(crate) root: ThreadId,
    last_event_id: i64,
    /// Whether a redrive of the Map Run started another one in its place.
    pub(crate) is_replaced: bool,
    /// How and when it ended.
    pub(crate) end: Option<(End, i64)>,
}

impl ChildExecution {
    /// Counts an event of the child's own history. Causes name such ids.
    pub(crate) fn count_event(&mut self) -> i64 {
        self.last_event_id += 1;
        self.last_event_id
    }

    /// Whether the child has reached the end that AWS sets to every history.
    pub(crate) fn is_full(&self) -> bool {
        self.kind == MachineType::Standard
            && usize::try_from(self.last_event_id).is_ok_and(|events| events + 1 >= EVENTS_MAX)
    }
}

impl Execution {
    pub(crate) fn start_child(
        &mut self,
        map_run: MapRunId,
        index: usize,
        kind: MachineType,
        flow: &Arc<Flow>,
        input: Arc<Value>,
    ) -> ChildId {
        let parent = self.map_runs[map_run].parent;
        let identity = Arc::new(self.child_identity(map_run, kind));
        let child = self.children.len();
        let variables = if seeded(Site::ChildExecutionsSeeVariables) {
            Arc::clone(&self.threads[parent].variables)
        } else {
            Arc::default()
        };
        let root = self.spawn(Thread {
            owner: Some(child),
            variables,
            priority: self.threads[parent].priority,
            ..Thread::main(Arc::clone(flow), Arc::clone(&input))
        });
        self.children.push(ChildExecution {
            identity,
            input,
            started_ms: self.now_ms,
            redrive_count: 0,
            is_replaced: false,
            kind,
            map_run,
            index,
            root,
            // `ExecutionStarted`.
            last_event_id: 1,
            end: None,
        });
        child
    }

    /// Recorded: the child's machine is `<machine>/<label>` in its ARNs.
    fn child_identity(&mut self, map_run: MapRunId, kind: MachineType) -> Identity {
        let machine_path = self.map_runs[map_run].machine_path.clone();
        let name = self.identifiers.draw();
        let resource = match kind {
            MachineType::Standard => format!("execution:{machine_path}:{name}"),
            MachineType::Express => format!("express:{machine_path}:{name}:{}", self.identifiers.draw()),
        };
        let prefix = self.identity.machine_arn.split(":stateMachine:").next().unwrap_or_default();
        Identity {
            execution_arn: format!("{prefix}:{resource}").into(),
            execution_name: name.into(),
            machine_arn: format!("{prefix}:stateMachine:{machine_path}").into(),
            machine_name: machine_path.into(),
            role_arn: Arc::clone(&self.identity.role_arn),
            is_redrivable: true,
        }
    }

    /// The execution that a thread belongs to fails: the whole one, or a child.
    pub(crate) fn fail_owner(&mut self, id: ThreadId, previous: i64, failure: Failure) {
        self.permit_sibling_progress_around(id);
        match self.threads[id].owner {
            None => self.fail(previous, failure),
            Some(child) => self.fail_child_execution(child, failure),
        }
    }

    /// A child ends with the output of its last state.
    pub(crate) fn succeed_child_execution(&mut self, child: ChildId, output: Arc<Value>) {
        self.end_child_execution(child, Ok(output));
    }

    fn fail_child_execution(&mut self, child: ChildId, failure: Failure) {
        let (root, last_event_id) = (self.children[child].root, self.children[child].last_event_id);
        self.abort_thread(root, last_event_id);
        self.end_child_execution(child, Err(failure));
    }

    fn end_child_execution(&mut self, child: ChildId, end: Result<Arc<Value>, Failure>) {
        if self.children[child].end.is_some() {
            return;
        }
        let how = match &end {
            Ok(output) => End::Succeeded(Arc::clone(output)),
            Err(failure) => End::Failed(failure.clone()),
        };
        self.children[child].end = Some((how, self.now_ms));
        self.note_child_ended(child, end);
    }

    /// Cuts off the children of a Map Run that still run.
    pub(crate) fn stop_children(&mut self, map_run: MapRunId) {
        self.map_runs[map_run].abort(self.now_ms);
        for child in std::mem::take(&mut self.map_runs[map_run].running) {
            self.children[child].end = Some((End::Aborted(Failure::default()), self.now_ms));
            self.abort_thread(self.children[child].root, 0);
        }
    }

    /// Fails the children whose history has become too long.
    pub(crate) fn end_full_children(&mut self) {
        while let Some(child) = self.full_children.pop() {
            self.fail_child_execution(child, history_limit_failure());
        }
    }
}
