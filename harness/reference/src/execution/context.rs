//! The context object (`$$`) of a state, built when somebody looks at it.

use std::{cell::OnceCell, sync::Arc};

use serde_json::{Map, Value, json};

use crate::{scope::Scope, timestamp};

/// The names and ARNs of one execution.
#[derive(Clone, Debug)]
pub struct Identity {
    /// `$$.Execution.Id`.
    pub execution_arn: Arc<str>,
    /// `$$.Execution.Name`.
    pub execution_name: Arc<str>,
    /// `$$.StateMachine.Id`.
    pub machine_arn: Arc<str>,
    /// `$$.StateMachine.Name`.
    pub machine_name: Arc<str>,
    /// `$$.Execution.RoleArn`.
    pub role_arn: Arc<str>,
    /// Whether `$$.Execution.RedriveCount` is there. Recorded: not in a synchronous Express execution.
    pub is_redrivable: bool,
}

/// Where a Map iteration stands.
#[derive(Debug)]
pub(crate) struct MapItem {
    pub(crate) index: usize,
    pub(crate) value: Arc<Value>,
    /// Where the item comes from. Recorded: only in distributed mode.
    pub(crate) source: Option<Arc<str>>,
}

/// Everything that the context object of one state shows.
/// Requirement: asl.data-flow.context, asl.retry.count-in-context, asl.map.item-context, asl.map.item-source
#[derive(Clone)]
pub(crate) struct ContextFacts {
    pub(crate) identity: Arc<Identity>,
    pub(crate) execution_input: Arc<Value>,
    pub(crate) started_ms: i64,
    /// How often the execution was redriven.
    pub(crate) redrive_count: u64,
    pub(crate) state_name: Arc<str>,
    pub(crate) entered_ms: i64,
    /// Present for Task and Map. Recorded: absent for Pass.
    pub(crate) retry_count: Option<u64>,
    pub(crate) item: Option<Arc<MapItem>>,
    /// Present while a task is asked that somebody answers later.
    pub(crate) task_token: Option<Arc<str>>,
    /// The workflow variables as they were when the state was entered. Not part of the object, but of every scope.
    pub(crate) variables: Arc<Map<String, Value>>,
    /// The whole object but for the item, where a test of the state gives it.
    pub(crate) given: Option<Arc<Value>>,
    /// The time. Not part of the object either.
    pub(crate) now_ms: i64,
}

impl ContextFacts {
    fn to_json(&self) -> Value {
        let mut context = match &self.given {
            Some(given) => Value::clone(given),
            None => self.own(),
        };
        if let Some(item) = &self.item {
            context["Map"] = json!({"Item": {"Index": item.index, "Value": &*item.value}});
            if let Some(source) = &item.source {
                context["Map"]["Item"]["Source"] = (&**source).into();
            }
        }
        context
    }

    /// The object without an item, in AWS's order of keys.
    fn own(&self) -> Value {
        let mut context = json!({
            "Execution": {
                "Id": &*self.identity.execution_arn,
                "Input": &*self.execution_input,
                "StartTime": timestamp::to_text(self.started_ms),
                "Name": &*self.identity.execution_name,
                "RoleArn": &*self.identity.role_arn,
            },
            "StateMachine": {"Id": &*self.identity.machine_arn, "Name": &*self.identity.machine_name},
            "State": {"Name": &*self.state_name, "EnteredTime": timestamp::to_text(self.entered_ms)},
        });
        if self.identity.is_redrivable {
            context["Execution"]["RedriveCount"] = self.redrive_count.into();
        }
        if let Some(count) = self.retry_count {
            context["State"]["RetryCount"] = count.into();
        }
        if let Some(token) = &self.task_token {
            context["Task"] = json!({"Token": &**token});
        }
        context
    }
}

/// What `$`, `$$`, `$name` and `$states` mean in one field of one state.
pub(crate) struct StateScope<'a> {
    facts: &'a ContextFacts,
    input: &'a Value,
    context: OnceCell<Value>,
    result: Option<&'a Value>,
    error_output: Option<&'a Value>,
}

impl<'a> StateScope<'a> {
    pub(crate) fn new(facts: &'a ContextFacts, input: &'a Value) -> Self {
        Self { facts, input, context: OnceCell::new(), result: None, error_output: None }
    }

    /// The same with `$states.result`.
    pub(crate) fn with_result(self, result: &'a Value) -> Self {
        Self { result: Some(result), ..self }
    }

    /// The same with `$states.errorOutput`.
    pub(crate) fn with_error_output(self, error_output: &'a Value) -> Self {
        Self { error_output: Some(error_output), ..self }
    }
}

impl Scope for StateScope<'_> {
    fn input(&self) -> &Value {
        self.input
    }

    fn context(&self) -> &Value {
        self.context.get_or_init(|| self.facts.to_json())
    }

    fn variable(&self, name: &str) -> Option<&Value> {
        self.facts.variables.get(name)
    }

    fn result(&self) -> Option<&Value> {
        self.result
    }

    fn error_output(&self) -> Option<&Value> {
        self.error_output
    }

    fn now_ms(&self) -> i64 {
        self.facts.now_ms
    }
}
