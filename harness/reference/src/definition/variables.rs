//! Workflow variables: the names that `Assign` may give, and the scopes in which they live.
//!
//! Documented: every `States` object is a scope; states of an inner one read the variables of the outer ones and assign
//! none of them. Which value a reference finds is the business of the execution.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::{
    Payload,
    fields::Fields,
    findings::{Language, Machine},
    location::Location,
};
use crate::{
    jsonata::{Available, JsonataTemplate},
    template::Template,
};

/// Documented.
const NAME_CHARACTERS_MAX: usize = 80;
const DYNAMIC_ENDING: &str = ".$";

impl Fields<'_> {
    /// `Assign` of a Choice rule.
    pub(super) fn rule_assignments(&self) -> Option<Payload> {
        match self.language {
            Language::JsonPath => self.assigned_template().map(Payload::Template),
            Language::Jsonata => self.assigned_jsonata(Available::Input).map(Payload::Jsonata),
        }
    }

    /// `Assign` in JSONPath, of a state, of a Choice rule or of a catcher.
    pub(super) fn assigned_template(&self) -> Option<Template> {
        let assignments = self.object("Assign")?;
        for key in assignments.members.keys() {
            check_name(key.strip_suffix(DYNAMIC_ENDING).unwrap_or(key), &assignments);
        }
        self.template("Assign")
    }

    /// `Assign` in JSONata, of the same.
    pub(super) fn assigned_jsonata(&self, available: Available) -> Option<JsonataTemplate> {
        let assignments = self.object("Assign")?;
        for key in assignments.members.keys() {
            check_name(key, &assignments);
        }
        self.jsonata("Assign", available)
    }
}

/// Documented: a Unicode identifier of at most 80 characters that is not `states`. The texts are not recorded.
fn check_name(name: &str, assignments: &Fields<'_>) {
    let mut characters = name.chars();
    let begins_well = characters.next().is_some_and(|first| first.is_alphabetic() || first == '_');
    let goes_on_well = characters.all(|character| character.is_alphanumeric() || character == '_');
    let is_identifier = begins_well && goes_on_well;
    if !is_identifier || name.chars().count() > NAME_CHARACTERS_MAX || name == "states" {
        assignments.refuse(name, format!("The variable name '{name}' is not valid."));
    } else if name.starts_with('_') {
        // No start of a Unicode identifier, but nobody has recorded that it is refused.
        assignments.machine.unsupported("a variable name that begins with an underscore");
    }
}

/// Recorded: an inner scope that assigns a variable of an outer one is refused, whatever the order of the states is.
pub(super) fn check_scopes(machine: &Fields<'_>) {
    check_flow(machine.members, &machine.location, &BTreeSet::new(), machine.machine);
}

/// Requirement: asl.validation.assign-scope
fn check_flow(flow: &Map<String, Value>, location: &Location, outer: &BTreeSet<&str>, machine: &Machine) {
    let Some(states) = flow.get("States").and_then(Value::as_object) else { return };
    let states_location = location.field("States");
    let mut visible = outer.clone();
    for (name, state) in states {
        for (place, variable) in assigned_by(state, &states_location.field(name)) {
            if outer.contains(variable) {
                let message =
                    format!("The variable name '{variable}' was already defined in a parent scope.");
                machine.refuse(&place, message);
            }
            visible.insert(variable);
        }
    }
    for (name, state) in states {
        check_inner_flows(state, &states_location.field(name), &visible, machine);
    }
}

fn check_inner_flows(state: &Value, location: &Location, outer: &BTreeSet<&str>, machine: &Machine) {
    let branches = state.get("Branches").and_then(Value::as_array);
    for (index, branch) in branches.into_iter().flatten().enumerate() {
        let place = location.field("Branches").item(index);
        if let Some(flow) = branch.as_object() {
            check_flow(flow, &place, outer, machine);
        }
    }
    for name in ["ItemProcessor", "Iterator"] {
        let Some(flow) = state.get(name).and_then(Value::as_object) else { continue };
        check_flow(flow, &location.field(name), scope_of_processor(flow, outer), machine);
    }
}

/// Documented: the children of a distributed Map do not see the variables of the machine that starts them.
fn scope_of_processor<'a, 'v>(
    processor: &Map<String, Value>,
    outer: &'a BTreeSet<&'v str>,
) -> &'a BTreeSet<&'v str> {
    static NOTHING: BTreeSet<&str> = BTreeSet::new();
    let mode = processor.get("ProcessorConfig").and_then(|config| config.get("Mode"));
    if mode.and_then(Value::as_str) == Some("DISTRIBUTED") { &NOTHING } else { outer }
}

/// The names that a state, its rules and its catchers assign, with their places.
fn assigned_by<'a>(state: &'a Value, location: &Location) -> Vec<(Location, &'a str)> {
    let mut found = Vec::new();
    push_names(&mut found, state, location);
    for list in ["Choices", "Catch"] {
        let items = state.get(list).and_then(Value::as_array).into_iter().flatten();
        for (index, item) in items.enumerate() {
            push_names(&mut found, item, &location.field(list).item(index));
        }
    }
    found
}

fn push_names<'a>(found: &mut Vec<(Location, &'a str)>, object: &'a Value, location: &Location) {
    let assignments = object.get("Assign").and_then(Value::as_object).into_iter().flatten();
    for (key, _) in assignments {
        let name = key.strip_suffix(DYNAMIC_ENDING).unwrap_or(key);
        found.push((location.field("Assign").field(name), name));
    }
}
