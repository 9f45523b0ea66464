//! The state under test: found in the definition, raw and as a model.

use std::sync::Arc;

use asl_cases::MachineType;
use serde_json::{Map, Value, json};

use super::{Refusal, Request, TestStateError};
use crate::definition::{self, DefinitionError, Diagnostic, Flow, State, StateKind, StateMachine};

/// Recorded: the name that a state has which comes without a machine; in its context object every tested state.
pub(super) const STATE_NAME: &str = "StateName";

/// The state under test.
pub(super) struct Subject {
    /// The state as it is written.
    pub(super) raw: Map<String, Value>,
    located: Result<Located, String>,
}

/// The state under test in the model of its definition.
pub(super) struct Located {
    pub(super) flow: Arc<Flow>,
    pub(super) state: usize,
    /// Whether the state is inside a Map.
    pub(super) is_in_map: bool,
}

impl Located {
    pub(super) fn state(&self) -> &State {
        &self.flow.states[self.state]
    }

    pub(super) fn name(&self) -> &str {
        &self.state().name
    }
}

impl Subject {
    /// Recorded: the refusal of a name that is not in the definition.
    pub(super) fn of(request: &Request) -> Result<Self, TestStateError> {
        let document: Value = serde_json::from_str(&request.definition).unwrap_or_default();
        let (document, text, name) = match &request.test.state_name {
            Some(name) => (document, request.definition.clone(), name.as_str()),
            None if document.is_object() => {
                let machine = machine_around(document);
                let text = machine.to_string();
                (machine, text, STATE_NAME)
            }
            None => (document, request.definition.clone(), STATE_NAME),
        };
        let located = match definition::parse(&text, MachineType::Standard) {
            Ok(machine) => locate(&machine, name).ok_or_else(String::new),
            Err(DefinitionError::Invalid(diagnostics)) => {
                let is_alone = request.test.state_name.is_none();
                return Err(refused(if is_alone { of_the_state(diagnostics) } else { diagnostics }));
            }
            Err(DefinitionError::Unsupported(what)) => Err(what),
        };
        let raw =
            find(&document, name).ok_or_else(|| Refusal::validation("State not found in definition"))?;
        Ok(Self { raw: raw.clone(), located })
    }

    /// The state in the model.
    pub(super) fn located(&self) -> Result<&Located, TestStateError> {
        self.located.as_ref().map_err(|what| TestStateError::Unsupported(what.clone()))
    }

    /// A member of the state that is a text.
    pub(super) fn text(&self, name: &str) -> &str {
        self.raw.get(name).and_then(Value::as_str).unwrap_or_default()
    }

    pub(super) fn state_type(&self) -> &str {
        self.text("Type")
    }
}

/// Recorded: the place of a problem in a state that comes alone. What concerns the machine around it is ours.
fn of_the_state(diagnostics: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let concerns_machine = |place: &String| !place.starts_with("/States/");
    diagnostics.into_iter().filter(|found| !found.location.as_ref().is_some_and(concerns_machine)).collect()
}

fn refused(diagnostics: Vec<Diagnostic>) -> TestStateError {
    if diagnostics.is_empty() {
        return TestStateError::Unsupported("a state that leads to itself only".to_owned());
    }
    Refusal::definition(DefinitionError::Invalid(diagnostics).to_string()).into()
}

/// A machine of this one state. The states that it leads to need only be there.
fn machine_around(state: Value) -> Value {
    let mut names = Vec::new();
    for field in ["Next", "Default"] {
        names.extend(state.get(field));
    }
    for field in ["Catch", "Choices"] {
        let entries = state.get(field).and_then(Value::as_array).into_iter().flatten();
        names.extend(entries.filter_map(|entry| entry.get("Next")));
    }
    let targets: Map<_, _> = names
        .into_iter()
        .filter_map(Value::as_str)
        .filter(|name| *name != STATE_NAME)
        .map(|name| (name.to_owned(), json!({"Type": "Succeed"})))
        .collect();
    let mut states = Map::from_iter([(STATE_NAME.to_owned(), state)]);
    states.extend(targets);
    json!({"StartAt": STATE_NAME, "States": states})
}

/// The state of this name, as it is written, however deep.
fn find<'a>(flow: &'a Value, name: &str) -> Option<&'a Map<String, Value>> {
    let states = flow.get("States")?.as_object()?;
    if let Some(state) = states.get(name) {
        return state.as_object();
    }
    states.values().flat_map(inner_flows).find_map(|flow| find(flow, name))
}

fn inner_flows(state: &Value) -> impl Iterator<Item = &Value> {
    let branches = state.get("Branches").and_then(Value::as_array).into_iter().flatten();
    branches.chain(state.get("ItemProcessor")).chain(state.get("Iterator"))
}

fn locate(machine: &StateMachine, name: &str) -> Option<Located> {
    locate_in(&machine.flow, name, false)
}

fn locate_in(flow: &Arc<Flow>, name: &str, is_in_map: bool) -> Option<Located> {
    if let Some(state) = flow.states.iter().position(|state| &*state.name == name) {
        return Some(Located { flow: Arc::clone(flow), state, is_in_map });
    }
    flow.states.iter().find_map(|state| match &state.kind {
        StateKind::Parallel(parallel) => {
            parallel.branches.iter().find_map(|branch| locate_in(branch, name, is_in_map))
        }
        StateKind::Map(map) => locate_in(&map.processor, name, true),
        _ => None,
    })
}
