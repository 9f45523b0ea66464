//! The context object of a tested state: the one that is given, checked, or the one that AWS makes up.

use serde_json::{Map, Value, json};

use super::{
    Refusal, Request,
    subject::{Located, STATE_NAME, Subject},
};
use crate::{
    definition::StateKind,
    execution::{Identifiers, Identity},
    reference::{ACCOUNT, REGION, Settings},
    timestamp,
};

/// The objects of a context object, with the members that each may have and what these are.
const OBJECTS: [(&str, &[(&str, Kind)]); 4] = [
    (
        "Execution",
        &[
            ("Id", Kind::Text),
            ("Input", Kind::Any),
            ("Name", Kind::Text),
            ("RoleArn", Kind::Text),
            ("StartTime", Kind::Text),
            ("RedriveCount", Kind::Number),
            ("RedriveTime", Kind::Text),
        ],
    ),
    ("State", &[("EnteredTime", Kind::Text), ("Name", Kind::Text), ("RetryCount", Kind::Number)]),
    ("StateMachine", &[("Id", Kind::Text), ("Name", Kind::Text)]),
    ("Task", &[("Token", Kind::Text)]),
];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Any,
    Number,
    Text,
}

impl Kind {
    fn fits(self, value: &Value) -> bool {
        match self {
            Self::Any => true,
            Self::Number => value.is_number(),
            Self::Text => value.is_string(),
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Any => "a value",
            Self::Number => "a number",
            Self::Text => "a string",
        }
    }
}

/// Reads a context object that is given. Recorded: the texts for unknown members, for a text that is none, for `Map`
/// and `Task`; that members may be missing. The others follow them.
/// Requirement: asl.test-state.context
pub(super) fn read(text: &str, subject: &Subject) -> Result<Value, Refusal> {
    let Ok(Value::Object(context)) = serde_json::from_str(text) else {
        return Err(invalid("must be a valid JSON object"));
    };
    for (name, value) in &context {
        if name == "Map" {
            return Err(invalid("'Map' field is not supported when mocking a Context object"));
        }
        let Some((_, members)) = OBJECTS.iter().find(|(object, _)| object == name) else {
            return Err(not_allowed(name));
        };
        let Value::Object(object) = value else { return Err(invalid(&format!("{name} must be an object"))) };
        check_members(name, object, members)?;
    }
    if context.contains_key("Task") && !is_answered_later(subject) {
        return Err(invalid(
            "Context object contains 'Task' when state is not a Task state with a '.sync' or '.waitForTaskToken' service integration pattern",
        ));
    }
    Ok(context.into())
}

fn check_members(name: &str, object: &Map<String, Value>, members: &[(&str, Kind)]) -> Result<(), Refusal> {
    for (member, value) in object {
        let Some((_, kind)) = members.iter().find(|(known, _)| known == member) else {
            return Err(not_allowed(member));
        };
        if !kind.fits(value) {
            return Err(invalid(&format!("{name}.{member} must be {}", kind.name())));
        }
    }
    Ok(())
}

fn is_answered_later(subject: &Subject) -> bool {
    let resource = subject.text("Resource");
    let is_service = resource.split(':').nth(2) == Some("states") && !resource.contains(":activity:");
    subject.state_type() == "Task"
        && is_service
        && (resource.contains(".sync") || resource.ends_with(".waitForTaskToken"))
}

fn not_allowed(name: &str) -> Refusal {
    invalid(&format!("Field '{name}' is not allowed"))
}

fn invalid(problem: &str) -> Refusal {
    Refusal::validation(format!("Invalid Context object provided: {problem}"))
}

/// The execution that AWS makes up around a tested state. Recorded: an Express one, of a machine whose name is as
/// random as its own; without a role, `RoleArn` is `null`.
pub(super) struct Surroundings<'a> {
    input: &'a Value,
    role_arn: Option<&'a str>,
    machine_name: String,
    execution_name: String,
    token: String,
    now_ms: i64,
}

impl<'a> Surroundings<'a> {
    pub(super) fn new(request: &'a Request, settings: Settings, input: &'a Value) -> Self {
        let mut identifiers = Identifiers::new(settings.seed);
        Self {
            input,
            role_arn: request.test.role_arn.as_deref(),
            machine_name: identifiers.draw(),
            execution_name: identifiers.draw(),
            token: identifiers.draw(),
            now_ms: settings.now_ms,
        }
    }

    pub(super) fn identity(&self) -> Identity {
        let prefix = format!("arn:aws:states:{REGION}:{ACCOUNT}");
        let (machine, execution) = (&self.machine_name, &self.execution_name);
        Identity {
            execution_arn: format!("{prefix}:express:{machine}:{execution}").into(),
            execution_name: execution.as_str().into(),
            machine_arn: format!("{prefix}:stateMachine:{machine}").into(),
            machine_name: machine.as_str().into(),
            role_arn: self.role_arn.unwrap_or_default().into(),
            is_redrivable: false,
        }
    }

    /// Recorded: the order of the keys; `StateName` for a state of any name. Documented: a state inside a Map sees its
    /// input as the first item.
    pub(super) fn context(&self, subject: &Subject, located: &Located) -> Value {
        let identity = self.identity();
        let now = timestamp::to_text(self.now_ms);
        let mut context = json!({
            "Execution": {
                "Id": &*identity.execution_arn,
                "Input": self.input,
                "Name": &*identity.execution_name,
                "RoleArn": self.role_arn,
                "StartTime": now,
            },
            "StateMachine": {"Id": &*identity.machine_arn, "Name": &*identity.machine_name},
            "State": {"Name": STATE_NAME, "EnteredTime": now},
        });
        if matches!(located.state().kind, StateKind::Task(_) | StateKind::Map(_)) {
            context["State"]["RetryCount"] = 0.into();
        }
        if is_answered_later(subject) {
            context["Task"] = json!({"Token": self.token});
        }
        if located.is_in_map {
            context["Map"] = json!({"Item": {"Index": 0, "Value": self.input}});
        }
        context
    }
}
