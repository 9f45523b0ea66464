//! A case and what was seen of it, side by side: the states that were entered, with their definitions.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use asl_cases::{Case, Outcome, scopes::inner_scopes};
use asl_reference::{
    reference::Watched,
    sighting::{FailedState, Handling, Sighting},
};
use serde_json::{Map, Value};

/// A query language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Language {
    /// `JSONPath`.
    JsonPath,
    /// JSONata.
    Jsonata,
}

impl Language {
    /// Both.
    pub const ALL: [Self; 2] = [Self::JsonPath, Self::Jsonata];

    fn named(name: &Value) -> Self {
        if name == "JSONata" { Self::Jsonata } else { Self::JsonPath }
    }
}

impl fmt::Display for Language {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::JsonPath => "JSONPath",
            Self::Jsonata => "JSONata",
        })
    }
}

/// One state of the machine under test.
#[derive(Clone, Copy, Debug)]
pub struct StateView<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its type.
    pub kind: &'a str,
    /// Its query language.
    pub language: Language,
    /// Its fields.
    pub fields: &'a Map<String, Value>,
}

/// A case that ran.
pub struct CaseView<'a> {
    /// The case.
    pub case: &'a Case,
    /// How the execution ended.
    pub outcome: &'a Outcome,
    /// What was seen of it.
    pub sightings: &'a BTreeSet<Sighting>,
    states: BTreeMap<&'a str, StateView<'a>>,
}

impl<'a> CaseView<'a> {
    /// A case with what was seen of its execution.
    pub fn new(case: &'a Case, watched: &'a Watched) -> Self {
        let states = states_of(&case.main().definition).map(|state| (state.name, state)).collect();
        let (outcome, sightings) = (&watched.observation.outcome, &watched.sightings);
        Self { case, outcome, sightings, states }
    }

    /// The state of this name.
    pub fn state(&self, name: &str) -> Option<&StateView<'a>> {
        self.states.get(name)
    }

    /// The states that were entered, each once.
    pub fn entered(&self) -> impl Iterator<Item = &StateView<'a>> {
        self.sightings.iter().filter_map(|sighting| match sighting {
            Sighting::Entered { state } => self.state(state),
            _ => None,
        })
    }

    /// The failures of states, with the states.
    pub fn failures(&self) -> impl Iterator<Item = (&StateView<'a>, &FailedState)> {
        self.sightings.iter().filter_map(|sighting| match sighting {
            Sighting::Failed(failed) => Some((self.state(&failed.state)?, failed)),
            _ => None,
        })
    }

    /// Whether a state was left with an output at least once.
    pub fn was_exited(&self, name: &str) -> bool {
        self.sightings.contains(&Sighting::Exited { state: name.into() })
    }

    /// Whether an error of a state was handled so.
    pub fn was_handled(&self, name: &str, handling: Handling) -> bool {
        self.failures().any(|(state, failed)| state.name == name && failed.handling == handling)
    }
}

impl StateView<'_> {
    /// The entries of a field that is an array of objects, such as `Retry`.
    pub fn entries(&self, field: &str) -> impl Iterator<Item = &Map<String, Value>> {
        self.fields.get(field).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_object)
    }
}

/// All states of a definition, those in branches and processors included.
pub(super) fn states_of(definition: &Value) -> impl Iterator<Item = StateView<'_>> {
    let mut states = Vec::new();
    collect(definition, Language::named(&definition["QueryLanguage"]), &mut states);
    states.into_iter()
}

fn collect<'a>(scope: &'a Value, language: Language, states: &mut Vec<StateView<'a>>) {
    let Some(members) = scope.get("States").and_then(Value::as_object) else { return };
    for (name, state) in members {
        let Some(fields) = state.as_object() else { continue };
        let language = fields.get("QueryLanguage").map_or(language, Language::named);
        let kind = fields.get("Type").and_then(Value::as_str).unwrap_or_default();
        states.push(StateView { name, kind, language, fields });
    }
    for state in members.values() {
        let scopes = state.as_object().into_iter().flat_map(inner_scopes);
        scopes.for_each(|inner| collect(inner, language, states));
    }
}
