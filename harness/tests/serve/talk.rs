//! A conversation with the pure service: calls, replies, and a clock that the test moves.

use asl_conformance::serve::{ApiError, Pending, Reply, Service, Settings};
use serde_json::{Value, json};

pub(crate) const ROLE: &str = "arn:aws:iam::123456789012:role/r";
pub(crate) const ACTIVITY: &str = "arn:aws:states:us-east-1:123456789012:activity:work";

/// A service and its time.
pub(crate) struct Talk {
    pub(crate) service: Service,
    pub(crate) now_ms: i64,
}

impl Talk {
    pub(crate) fn new(settings: Settings) -> Self {
        Self { service: Service::new(settings), now_ms: 1_767_225_600_000 }
    }

    pub(crate) fn call(&mut self, operation: &str, request: &Value) -> Result<Reply, ApiError> {
        self.service.call(operation, request, self.now_ms)
    }

    /// A call that succeeds at once.
    #[track_caller]
    pub(crate) fn ask(&mut self, operation: &str, request: &Value) -> Value {
        match self.call(operation, request) {
            Ok(Reply::Done(body)) => body,
            other => panic!("{operation} {request}: {other:?}"),
        }
    }

    /// A call that is answered later.
    #[track_caller]
    pub(crate) fn wait(&mut self, operation: &str, request: &Value) -> Pending {
        match self.call(operation, request) {
            Ok(Reply::Later(pending)) => pending,
            other => panic!("{operation} {request}: {other:?}"),
        }
    }

    /// A call that is refused: `CODE: message`.
    #[track_caller]
    pub(crate) fn refusal(&mut self, operation: &str, request: &Value) -> String {
        match self.call(operation, request) {
            Err(error) => format!("{}: {}", error.code, error.message),
            other => panic!("{operation} {request}: {other:?}"),
        }
    }

    /// Makes a machine and gives its ARN.
    #[track_caller]
    pub(crate) fn machine(&mut self, name: &str, states: &Value, more: &Value) -> String {
        let first = states.as_object().and_then(|states| states.keys().next()).expect("a state");
        let definition = json!({"StartAt": first, "States": states}).to_string();
        let mut request = json!({"name": name, "roleArn": ROLE, "definition": definition});
        for (member, value) in more.as_object().into_iter().flatten() {
            request[member] = value.clone();
        }
        text(&self.ask("CreateStateMachine", &request), "stateMachineArn")
    }

    /// Starts an execution and gives its ARN.
    #[track_caller]
    pub(crate) fn start(&mut self, machine_arn: &str, input: &Value) -> String {
        let request = json!({"stateMachineArn": machine_arn, "input": input.to_string()});
        text(&self.ask("StartExecution", &request), "executionArn")
    }

    #[track_caller]
    pub(crate) fn describe(&mut self, execution_arn: &str) -> Value {
        self.ask("DescribeExecution", &json!({"executionArn": execution_arn}))
    }

    #[track_caller]
    pub(crate) fn status(&mut self, execution_arn: &str) -> String {
        text(&self.describe(execution_arn), "status")
    }
}

#[track_caller]
pub(crate) fn text(reply: &Value, member: &str) -> String {
    reply[member].as_str().unwrap_or_else(|| panic!("no {member} in {reply}")).to_owned()
}

pub(crate) fn pass() -> Value {
    json!({"A": {"Type": "Pass", "End": true}})
}

pub(crate) fn task(resource: &str) -> Value {
    json!({"T": {"Type": "Task", "Resource": resource, "End": true}})
}
