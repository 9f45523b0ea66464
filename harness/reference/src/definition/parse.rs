//! The entry: one pass over the text that makes the model and collects all that AWS says against it.

use std::{collections::HashMap, sync::Arc};

use asl_cases::MachineType;
use serde_json::Value;

use super::{
    DefinitionError, Diagnostic, DiagnosticCode, Flow, Severity, StateMachine,
    fields::Fields,
    findings::{Language, Machine},
    flow_graph, json_text,
    location::Location,
    states, variables,
};
use crate::seeded::{Site, seeded};

const STATE_NAME_CHARACTERS_MAX: usize = 80;
/// Documented: the default of a Task's time-out, and the largest number of seconds anywhere.
pub(super) const SECONDS_MAX: u64 = 99_999_999;

/// Parses a definition, or says why AWS refuses it or the model does not cover it.
pub fn parse(text: &str, kind: MachineType) -> Result<StateMachine, DefinitionError> {
    let Examined { model, diagnostics, unsupported } = examine(text, kind, Severity::Error)?;
    if !diagnostics.is_empty() {
        return Err(DefinitionError::Invalid(diagnostics));
    }
    if let Some(what) = unsupported {
        return Err(DefinitionError::Unsupported(what));
    }
    // Every reader that gives no model has noted why; hostile documents are no place to be proven wrong by a panic.
    model.ok_or_else(|| DefinitionError::Unsupported("a definition without a model".to_owned()))
}

/// Every problem that AWS reports for a definition; none for one that it accepts or that the model does not cover.
pub fn diagnostics(text: &str, kind: MachineType) -> Vec<Diagnostic> {
    match parse(text, kind) {
        Err(DefinitionError::Invalid(diagnostics)) => diagnostics,
        Ok(_) | Err(DefinitionError::Unsupported(_)) => Vec::new(),
    }
}

/// What one pass over a JSON object found.
pub(super) struct Examined {
    model: Option<StateMachine>,
    /// Errors, then warnings where they were asked for.
    pub(super) diagnostics: Vec<Diagnostic>,
    /// What the model does not cover.
    pub(super) unsupported: Option<String>,
}

pub(super) fn examine(
    text: &str,
    kind: MachineType,
    severity: Severity,
) -> Result<Examined, DefinitionError> {
    let document = json_text::read(text)?;
    let machine = Machine::new(kind, language_of(&document.value), severity);
    if let Some(name) = document.repeated_field {
        machine.unsupported(format!("a JSON object with the field '{name}' twice"));
    }
    let model = state_machine(&document.value, &machine);
    let (diagnostics, unsupported) = machine.into_findings();
    let unsupported = unsupported.into_iter().collect::<Vec<_>>().join(", ");
    Ok(Examined { model, diagnostics, unsupported: Some(unsupported).filter(|what| !what.is_empty()) })
}

fn language_of(document: &Value) -> Language {
    match document.get("QueryLanguage").and_then(Value::as_str) {
        Some("JSONata") => Language::Jsonata,
        _ => Language::JsonPath,
    }
}

fn state_machine(document: &Value, machine: &Machine) -> Option<StateMachine> {
    let fields = Fields::of(document, Location::default(), machine)?;
    fields.allow_only(|name| {
        matches!(name, "Comment" | "StartAt" | "States" | "QueryLanguage" | "Version" | "TimeoutSeconds")
    });
    fields.one_of("QueryLanguage", &["JSONPath", "JSONata"]);
    fields.text("Version");
    let timeout_seconds = fields.integer("TimeoutSeconds", 1..=SECONDS_MAX);
    let flow = flow(&fields);
    if !seeded(Site::ScopesNotChecked) {
        variables::check_scopes(&fields);
    }
    Some(StateMachine { kind: machine.kind, timeout_seconds, flow: Arc::new(flow?) })
}

/// A branch of a Parallel state.
pub(super) fn branch(value: &Value, location: Location, machine: &Machine) -> Option<Flow> {
    let fields = Fields::of(value, location, machine)?;
    inner_flow(&fields, &[])
}

/// A branch or processor, which has some fields besides those of every flow.
pub(super) fn inner_flow(fields: &Fields<'_>, own_fields: &[&str]) -> Option<Flow> {
    // The specification does not define a query language of a branch, and nobody has recorded what AWS makes of it.
    if fields.has("QueryLanguage") {
        fields.machine.unsupported("QueryLanguage of a branch or processor");
    }
    fields.allow_only(|name| {
        matches!(name, "Comment" | "StartAt" | "States" | "QueryLanguage") || own_fields.contains(&name)
    });
    flow(fields)
}

/// Requirement: asl.validation.not-empty
fn flow(fields: &Fields<'_>) -> Option<Flow> {
    // Recorded: `[States, StartAt]`, in that order.
    fields.require(&["States", "StartAt"]);
    fields.text("Comment");
    let start_at = fields.text("StartAt");
    let states = fields.object("States");
    let (start_at, states) = (start_at?, states?);
    if states.members.is_empty() {
        fields.refuse("States", "Value cannot be empty");
    }
    let names = StateNames::of(&states);
    let parsed: Vec<_> = states
        .members
        .iter()
        .map(|(name, state)| {
            check_name(name, &states);
            states::state(name, state, &names, &states)
        })
        .collect();
    flow_graph::check(start_at, states.members, &fields.location, fields.machine);
    Some(Flow { start_at: names.index(start_at)?, states: parsed.into_iter().collect::<Option<_>>()? })
}

/// Requirement: asl.validation.state-names
fn check_name(name: &str, states: &Fields<'_>) {
    let location = states.location.field(name);
    if !states.machine.take_state_name(name) && !seeded(Site::NamesMayRepeat) {
        let message = format!("Duplicate State name: {name}");
        states.machine.refuse_with(DiagnosticCode::DuplicateStateName, &location, message);
    }
    if name.chars().count() > STATE_NAME_CHARACTERS_MAX && !seeded(Site::NamesMayBeLong) {
        let message = format!("State name is longer than {STATE_NAME_CHARACTERS_MAX} characters");
        states.machine.refuse_with(DiagnosticCode::InvalidStateName, &location, message);
    }
}

/// The indices of the states of one flow.
pub(super) struct StateNames<'a>(HashMap<&'a str, usize>);

impl<'a> StateNames<'a> {
    fn of(states: &Fields<'a>) -> Self {
        Self(states.members.keys().enumerate().map(|(index, name)| (name.as_str(), index)).collect())
    }

    /// The index of a state. A missing one is noted by the check of the transitions.
    pub(super) fn index(&self, name: &str) -> Option<usize> {
        self.0.get(name).copied()
    }
}
