//! `states:startExecution`: another machine of the case is started for real, and the service tells how it ended.

use std::{
    cell::Cell,
    hash::{DefaultHasher, Hash, Hasher},
};

use asl_cases::{Answer, Case, Machine, MachineType, Permit};
use serde_json::{Map, Value, json};

use crate::{
    definition::{CallPattern, ServiceCall, StateMachine},
    execution::{End, Execution, Identifiers, Identity, Start, TaskView},
    history::Failure,
    java::json_text,
    seeded::{Site, seeded},
    stub_driver,
};

/// How many executions a case may start in all, however deep: machines that start each other must come to an end.
const STARTS_MAX: u32 = 200;

/// All machines of a case, ready to run.
pub struct Troupe<'a> {
    machines: Vec<(&'a Machine, StateMachine)>,
    starts_left: Cell<u32>,
    seed: u64,
}

/// Documented: a cause has no more characters. Causes of executions in executions quote each other and would grow
/// without bounds.
const CAUSE_CHARACTERS_MAX: usize = 32_768;

/// What the starting task hears.
pub(crate) struct Started {
    pub(crate) at_once: Answer,
    /// After so many milliseconds.
    pub(crate) later: Option<(i64, Answer)>,
    /// What the started execution did that nobody knows of AWS.
    pub(crate) unmodelled: Option<&'static str>,
    /// Where its end could be another one on AWS, as it concerns the state that waits for it.
    pub(crate) permits: Vec<Permit>,
}

impl Started {
    /// The task hears no more than this.
    fn at_once(at_once: Answer, unmodelled: Option<&'static str>) -> Self {
        Self { at_once, later: None, unmodelled, permits: Vec::new() }
    }
}

impl<'a> Troupe<'a> {
    /// The machines of the case; those after the first are given as models, in order.
    pub fn new(case: &'a Case, others: Vec<StateMachine>, seed: u64) -> Self {
        let machines = case.machines.iter().skip(1).zip(others).collect();
        Self { machines, starts_left: Cell::new(STARTS_MAX), seed }
    }

    fn machine(&self, arn: &str) -> Option<&(&'a Machine, StateMachine)> {
        let name = arn.rsplit(':').next()?;
        self.machines.iter().find(|(machine, _)| machine.name == name)
    }
}

/// Starts what the task names. `None` if the task starts no machine, or one whose end nobody learns.
pub(crate) fn start(parent: &Execution, task: &TaskView, troupe: &Troupe<'_>) -> Option<Started> {
    let call = task.integration.service_call()?;
    if (&*call.resource_type, call.action()) != ("states", "startExecution") {
        return None;
    }
    let Some(machine_arn) = task.input.get("StateMachineArn").and_then(Value::as_str) else {
        // No recording shows what AWS answers then.
        let unmodelled = Some("states:startExecution without a StateMachineArn");
        return Some(Started::at_once(no_such_machine(""), unmodelled));
    };
    let Some((machine, model)) = troupe.machine(machine_arn) else {
        return Some(Started::at_once(no_such_machine(machine_arn), None));
    };
    troupe.starts_left.set(troupe.starts_left.get().checked_sub(1)?);
    let start = start_of(parent, task, machine_arn, troupe);
    let mut child = stub_driver::begin(model, machine, start);
    stub_driver::run_to_end(&mut child, machine, troupe);
    let unmodelled = child.unmodelled();
    let output = started(&child);
    if call.pattern == CallPattern::RequestResponse {
        return Some(Started::at_once(Answer::Succeed(output), unmodelled));
    }
    let is_told = call.pattern == CallPattern::Sync && machine.kind == MachineType::Standard;
    let then = Box::new(Answer::Silence);
    let at_once = Answer::Submitted { output, then };
    let end = child.end().filter(|_| is_told);
    let later = end.map(|end| (child.now_ms() - child.started_ms(), ended(&child, end, call)));
    let permits = if later.is_some() { permits_of_the_task(&child, task) } else { Vec::new() };
    Some(Started { at_once, later, unmodelled, permits })
}

/// Whatever may be otherwise in the started execution, may be in what is told of it: its output, or the text of its failure
/// with the numbers of its events.
fn permits_of_the_task(child: &Execution, task: &TaskView) -> Vec<Permit> {
    let concerning_the_task = |permit| match permit {
        Permit::Random => Some(Permit::Random),
        // Its history is not told.
        Permit::UncertainHistory { .. } => None,
        Permit::SiblingProgress { .. }
        | Permit::FirstFailure { .. }
        | Permit::UncertainText { .. }
        | Permit::UncertainOutcome { .. }
        | Permit::UncertainValue => Some(Permit::UncertainOutcome { state: task.state_name.to_string() }),
    };
    child.permits().into_iter().filter_map(concerning_the_task).collect()
}

fn start_of(parent: &Execution, task: &TaskView, machine_arn: &str, troupe: &Troupe<'_>) -> Start {
    let input = input_of(task);
    // No recording shows a name that nobody gave. A UUID is compared by where it comes, and not by its digits.
    let drawn = || {
        let mut parent_and_task = DefaultHasher::new();
        (&parent.identity().execution_name, task.id, troupe.seed).hash(&mut parent_and_task);
        Identifiers::new(parent_and_task.finish()).draw()
    };
    let name = task.input.get("Name").and_then(Value::as_str).map_or_else(drawn, str::to_owned);
    let execution_arn = format!("{}:{name}", machine_arn.replace(":stateMachine:", ":execution:"));
    let identity = Identity {
        execution_arn: execution_arn.into(),
        execution_name: name.into(),
        machine_name: machine_arn.rsplit(':').next().unwrap_or_default().into(),
        machine_arn: machine_arn.into(),
        ..parent.identity().clone()
    };
    Start { identity, input, now_ms: parent.now_ms(), seed: troupe.seed, preferred_child: None }
}

/// The input of the execution that a task starts. Recorded: without `Input`, or with `null`, it is `{}`. Documented: a
/// text is JSON already.
pub fn input_of(task: &TaskView) -> Value {
    match task.input.get("Input") {
        None | Some(Value::Null) => json!({}),
        Some(Value::String(text)) => {
            serde_json::from_str(text).unwrap_or_else(|_| Value::from(text.as_str()))
        }
        Some(input) => input.clone(),
    }
}

/// The answer when there is no such machine. Recorded text, but for the id of the request.
pub fn no_such_machine(arn: &str) -> Answer {
    let cause = format!(
        "State Machine Does Not Exist: '{arn}' (Service: AWSStepFunctions; Status Code: 400; \
         Error Code: StateMachineDoesNotExist; Request ID: {REQUEST_ID}; Proxy: null)"
    );
    Answer::Fail {
        error: Some("StepFunctions.StateMachineDoesNotExistException".to_owned()),
        cause: Some(cause),
    }
}

const REQUEST_ID: &str = "00000000-0000-4000-8000-000000000000";

/// The response to the start. Recorded with the headers of the transport too, which say nothing about the execution.
pub fn started(child: &Execution) -> Value {
    json!({
        "ExecutionArn": &*child.identity().execution_arn,
        "SdkHttpMetadata": {"HttpStatusCode": 200},
        "SdkResponseMetadata": {"RequestId": REQUEST_ID},
        "StartDate": child.started_ms(),
    })
}

/// Recorded: whatever the child's error was, the parent's is `States.TaskFailed`; the cause describes the child, its
/// input as text; the result of `.sync` holds input and output as text, that of `.sync:2` as documents.
/// Requirement: asl.task.nested-result
pub fn ended(child: &Execution, end: &End, call: &ServiceCall) -> Answer {
    let is_parsed = call.resource.ends_with(":2") && !seeded(Site::NestedOutputStaysText);
    let document = |value: &Value| if is_parsed { value.clone() } else { Value::from(json_text(value)) };
    let included = json!({"Included": true});
    let mut described = description(child);
    match end {
        End::Succeeded(output) => {
            described.insert("Status".to_owned(), json!("SUCCEEDED"));
            described.insert("Input".to_owned(), document(child.input()));
            described.insert("Output".to_owned(), document(output));
            described.insert("OutputDetails".to_owned(), included);
            Answer::Succeed(sorted(described))
        }
        End::Failed(failure) | End::Aborted(failure) => {
            let status = if matches!(end, End::Failed(_)) { "FAILED" } else { "ABORTED" };
            failed(described, status, failure)
        }
        End::TimedOut => failed(described, "TIMED_OUT", &Failure::default()),
    }
}

/// Requirement: asl.task.nested-failure
fn failed(mut described: Map<String, Value>, status: &str, failure: &Failure) -> Answer {
    described.insert("Status".to_owned(), json!(status));
    for (key, text) in [("Cause", &failure.cause), ("Error", &failure.error)] {
        if let Some(text) = text {
            described.insert(key.to_owned(), json!(&**text));
        }
    }
    described.insert("RedriveCount".to_owned(), json!(0));
    described.insert("RedriveStatus".to_owned(), json!("REDRIVABLE"));
    let cause = json_text(&sorted(described)).chars().take(CAUSE_CHARACTERS_MAX).collect();
    if let Some(error) = failure.error.as_ref().filter(|_| seeded(Site::NestedFailureKeepsItsName)) {
        return Answer::Fail { error: Some(error.to_string()), cause: Some(cause) };
    }
    Answer::Fail { error: Some("States.TaskFailed".to_owned()), cause: Some(cause) }
}

fn description(child: &Execution) -> Map<String, Value> {
    let identity = child.identity();
    let described = json!({
        "ExecutionArn": &*identity.execution_arn,
        "Input": json_text(child.input()),
        "InputDetails": {"Included": true},
        "Name": &*identity.execution_name,
        "StartDate": child.started_ms(),
        "StateMachineArn": &*identity.machine_arn,
        "StopDate": child.now_ms(),
    });
    match described {
        Value::Object(members) => members,
        _ => Map::new(),
    }
}

/// Recorded: the keys are in alphabetical order.
fn sorted(members: Map<String, Value>) -> Value {
    let mut members: Vec<_> = members.into_iter().collect();
    members.sort_by(|(left, _), (right, _)| left.cmp(right));
    Value::Object(members.into_iter().collect())
}
