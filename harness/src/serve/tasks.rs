//! Who answers a task: the stubs of the server, a worker of an activity, another machine of the server. What nobody
//! can answer fails the execution and says so: an execution never hangs for want of a service.

use asl_cases::{Answer, MachineType};
use asl_reference::{
    definition::{CallPattern, Integration, ServiceCall},
    execution::{TaskId, TaskView},
    history::Failure,
    nested,
    stub_driver::Meeting,
};
use serde_json::Value;

use super::{executions::Begin, service::Service};

/// How many executions one execution may start in all, however deep: machines that start each other come to an end.
const NESTED_STARTS_MAX: u32 = 200;

/// The task that waits for the end of a nested execution.
pub(super) struct Nested {
    parent_arn: String,
    task: TaskId,
    call: ServiceCall,
}

impl Service {
    /// A task was scheduled: somebody answers it, or takes note of it.
    pub(super) fn meet_task(&mut self, arn: &str, task: &TaskView) {
        let Some(stored) = self.executions.get_mut(arn) else { return };
        let answers =
            self.settings.stubs.answers(&stored.execution.identity().machine_name, &task.state_name);
        match stored.scripted.meet(&mut stored.execution, task, answers) {
            Meeting::Scripted if task.integration.is_answered_later() => {
                self.remember_token(arn, task.id);
            }
            Meeting::Scripted => {}
            Meeting::LeftAlone => self.leave_to_workers(arn, task),
            Meeting::Unscripted => self.call_service(arn, task),
        }
    }

    fn leave_to_workers(&mut self, arn: &str, task: &TaskView) {
        if let Some(stored) = self.executions.get_mut(arn) {
            stored.outside.push(task.id);
        }
        if let Some(activity) = self.activities.get_mut(&*task.resource) {
            activity.queue.push_back((arn.to_owned(), task.id));
        }
    }

    /// From now on `SendTaskSuccess` and its like find the task by its token.
    pub(super) fn remember_token(&mut self, arn: &str, task: TaskId) -> String {
        let Some(stored) = self.executions.get_mut(arn) else { return String::new() };
        let token = stored.execution.task_token(task).to_string();
        stored.tokens.push(token.clone());
        self.tokens.insert(token.clone(), (arn.to_owned(), task));
        token
    }

    fn call_service(&mut self, arn: &str, task: &TaskView) {
        match &*task.integration {
            Integration::Service(call)
                if (&*call.resource_type, call.action()) == ("states", "startExecution") =>
            {
                self.start_nested(arn, task, call);
            }
            Integration::Service(call) => {
                self.give_up(arn, task, &format!("{}:{}", call.resource_type, call.resource));
            }
            Integration::Lambda | Integration::Activity => self.give_up(arn, task, &task.resource),
        }
    }

    /// Nobody can answer the task: the execution fails, whatever it catches.
    fn give_up(&mut self, arn: &str, task: &TaskView, what: &str) {
        let Some(stored) = self.executions.get_mut(arn) else { return };
        let cause = format!(
            "This server has no `{what}`, and nothing is scripted for the state '{}' of the machine '{}'. \
             Script its answers in a file, and name the file with `serve --stubs`.",
            task.state_name,
            stored.execution.identity().machine_name
        );
        let failure = Failure { error: Some("States.Runtime".into()), cause: Some(cause.into()) };
        stored.execution.give_up(failure);
    }

    /// `states:startExecution`: the machine runs here too.
    fn start_nested(&mut self, arn: &str, task: &TaskView, call: &ServiceCall) {
        let machine_arn = task.input.get("StateMachineArn").and_then(Value::as_str).unwrap_or_default();
        let target = self.target(machine_arn);
        let Some(stored) = self.executions.get_mut(arn) else { return };
        // A task that was just scheduled is open: starting it cannot be refused.
        let _ = stored.execution.start_task(task.id, None);
        let Ok(target) = target else {
            return stored.scripted.answer(
                &mut stored.execution,
                task.id,
                nested::no_such_machine(machine_arn),
            );
        };
        let family = self.families.entry(stored.family).or_default();
        family.n_started += 1;
        if family.n_started > NESTED_STARTS_MAX {
            return self.give_up(arn, task, &format!("more than {NESTED_STARTS_MAX} nested executions"));
        }
        // Not recorded: how the wait for an Express execution fails.
        if target.kind == MachineType::Express && call.pattern == CallPattern::Sync {
            return self.give_up(arn, task, "startExecution.sync of an Express machine");
        }
        let name = task.input.get("Name").and_then(Value::as_str).map(str::to_owned);
        let (now_ms, family) = (stored.execution.now_ms(), stored.family);
        let begin = Begin { target, name, input: nested::input_of(task), now_ms, family: Some(family) };
        match self.begin(begin) {
            Ok(child_arn) => self.answer_start(arn, task.id, call, child_arn),
            Err(taken) => self.answer(arn, task.id, already_exists(&taken.message)),
        }
    }

    /// The task hears that the execution was started, and goes on, waits for its end, or waits for its token.
    fn answer_start(&mut self, arn: &str, task: TaskId, call: &ServiceCall, child_arn: String) {
        let Some(child) = self.executions.get(&child_arn) else { return };
        let output = nested::started(&child.execution);
        match call.pattern {
            CallPattern::RequestResponse => self.answer(arn, task, Answer::Succeed(output)),
            CallPattern::Sync => {
                let waiting = Nested { parent_arn: arn.to_owned(), task, call: call.clone() };
                self.nested.insert(child_arn, waiting);
                self.answer(arn, task, Answer::Submitted { output, then: Box::new(Answer::Silence) });
            }
            CallPattern::TaskToken => {
                self.remember_token(arn, task);
                if let Some(stored) = self.executions.get_mut(arn) {
                    stored.outside.push(task);
                }
                self.answer(arn, task, Answer::Submitted { output, then: Box::new(Answer::Silence) });
            }
        }
    }

    fn answer(&mut self, arn: &str, task: TaskId, answer: Answer) {
        if let Some(stored) = self.executions.get_mut(arn) {
            stored.scripted.answer(&mut stored.execution, task, answer);
        }
    }

    /// A nested execution has ended: the task that waits for it hears how.
    pub(super) fn tell_parent(&mut self, child_arn: &str) {
        let Some(waiting) = self.nested.remove(child_arn) else { return };
        let Some(child) = self.executions.get(child_arn) else { return };
        let Some(end) = child.execution.end() else { return };
        let (answer, now_ms) =
            (nested::ended(&child.execution, end, &waiting.call), child.execution.now_ms());
        if let Some(parent) = self.executions.get_mut(&waiting.parent_arn) {
            parent.execution.advance(now_ms);
        }
        self.answer(&waiting.parent_arn, waiting.task, answer);
        self.after_step(&waiting.parent_arn);
    }

    /// Documented: with its parent, an execution that the parent waits for is stopped too.
    pub(super) fn stop_nested_of(&mut self, parent_arn: &str) {
        let children: Vec<String> = self
            .nested
            .iter()
            .filter(|(_, waiting)| waiting.parent_arn == parent_arn)
            .map(|(child_arn, _)| child_arn.clone())
            .collect();
        for child_arn in children {
            self.nested.remove(&child_arn);
            if let Some(child) = self.executions.get_mut(&child_arn) {
                child.execution.stop(cut_off(parent_arn));
            }
            self.after_step(&child_arn);
        }
    }
}

/// What a nested execution ends with whose task is over. Seen on AWS.
fn cut_off(parent_arn: &str) -> Failure {
    let cause = format!(
        "The Task state in AWS Step Functions execution [{parent_arn}] which was managing this resource was aborted"
    );
    Failure { error: None, cause: Some(cause.into()) }
}

/// The message is recorded; the error's name follows that of a missing machine.
fn already_exists(message: &str) -> Answer {
    let cause = format!(
        "{message} (Service: AWSStepFunctions; Status Code: 400; Error Code: ExecutionAlreadyExists; \
         Request ID: 00000000-0000-4000-8000-000000000000; Proxy: null)"
    );
    Answer::Fail {
        error: Some("StepFunctions.ExecutionAlreadyExistsException".to_owned()),
        cause: Some(cause),
    }
}
