//! What is shared while one definition is built: the random source, the names, the stubs and the budgets.

use std::collections::BTreeMap;

use asl_cases::{Answer, Feature, Machine, MachineType, Profile, Resources};
use serde_json::{Map, Value};

use crate::{draw::Draw, faults::Faults, names::Names, shape::Shape, swarm::Swarm, variables::Assigned};

/// Seconds that a definition may wait in virtual time: far more than any definition asks for.
const VIRTUAL_SECONDS: u32 = 100_000;

/// The language in which the fields of a state are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Language {
    /// `JSONPath`.
    JsonPath,
    /// `JSONata`.
    Jsonata,
}

/// Builds the definitions of a case, one at a time. The states, fields and rules are methods in the files of their nouns.
pub(crate) struct Builder {
    /// The random source.
    pub(crate) draw: Draw,
    /// State names given out so far.
    pub(crate) names: Names,
    /// Scripted answers by state name.
    pub(crate) stubs: BTreeMap<String, Vec<Answer>>,
    /// The execution input.
    pub(crate) input: Shape,
    /// What was added to it for operators to compare with; `None` where the input is not that of the case.
    pub(crate) laid: Option<Map<String, Value>>,
    /// Whether waiting costs real time.
    pub(crate) real_time: bool,
    /// The features and weights of this block of cases.
    pub(crate) swarm: Swarm,
    /// Whether the machine that is built is Standard or Express.
    pub(crate) kind: MachineType,
    /// The language of the machine that is built.
    pub(crate) machine_language: Language,
    /// The language of the state that is built.
    pub(crate) language: Language,
    /// The variables that can be read, by scope, innermost last.
    pub(crate) variables: Vec<Assigned>,
    /// The other machines of the case, those that tasks start.
    pub(crate) others: Vec<Machine>,
    /// What the readers of the machine find.
    pub(crate) resources: Resources,
    /// Whether readers may be built: they need S3.
    pub(crate) has_services: bool,
    /// How many activities were named.
    pub(crate) n_activities: usize,
    /// How many labels were given to Maps.
    pub(crate) n_labels: usize,
    /// Seconds that the execution may still spend waiting.
    pub(crate) seconds_left: u32,
    /// What comes out at the side ends of the open scopes, innermost last.
    pub(crate) side_ends: Vec<Vec<Shape>>,
    /// Where the case goes wrong.
    pub(crate) faults: Faults,
}

/// Where in the definition a state stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// In the outermost scope.
    Top,
    /// In a Parallel or Map, which may have a Retry and a Catch.
    Region,
}

/// What is allowed where a state is put, and what it can see.
#[derive(Clone)]
pub(crate) struct Scope {
    /// A failure here ends the execution or its region predictably; false where siblings would race with it.
    pub(crate) may_fail: bool,
    /// Attempts, answers and waits may differ from one another; false where iterations run at the same time.
    pub(crate) is_sequential: bool,
    /// Waiting costs no more than it says; false where a state may be run many times in real time.
    pub(crate) may_wait: bool,
    /// How many levels of Parallel and Map may still be opened.
    pub(crate) levels_left: usize,
    /// Where in the definition it is.
    pub(crate) place: Place,
    /// The item of the enclosing Map.
    pub(crate) item: Option<Shape>,
}

impl Scope {
    /// Whether a path that a field refers to may lead nowhere, on purpose. It is not known whether a Retry or Catch sees
    /// such a failure, so that none may be around it.
    pub(crate) fn may_conflict(&self) -> bool {
        self.may_fail && self.place == Place::Top
    }

    /// The scope of a region where nothing may fail, wait or differ.
    pub(crate) fn calm(&self) -> Self {
        Self { may_fail: false, is_sequential: false, may_wait: false, ..self.clone() }
    }

    /// The scope one level further in.
    pub(crate) fn inner(&self) -> Self {
        Self { levels_left: self.levels_left.saturating_sub(1), place: Place::Region, ..self.clone() }
    }
}

/// The document that a template or path is applied to, and what the context object holds.
pub(crate) struct Env<'a> {
    /// What `$` means.
    pub(crate) root: &'a Shape,
    /// The item of the enclosing Map.
    pub(crate) item: Option<&'a Shape>,
    /// The state whose field it is.
    pub(crate) state_name: &'a str,
    /// Whether a failure is allowed here.
    pub(crate) may_fail: bool,
}

impl<'a> Env<'a> {
    /// The surroundings of a field of this state.
    pub(crate) fn new(root: &'a Shape, scope: &'a Scope, state_name: &'a str) -> Self {
        Self { root, item: scope.item.as_ref(), state_name, may_fail: scope.may_fail }
    }
}

impl Builder {
    /// A builder for an engine with this profile and an execution with this input.
    pub(crate) fn new(mut draw: Draw, profile: &Profile, swarm: Swarm, input: &Value) -> Self {
        let real_seconds = draw.weighted(&[(3, 0), (1, 1)]);
        let faults = Faults::new(&mut draw);
        Self {
            draw,
            names: Names::default(),
            stubs: BTreeMap::new(),
            input: Shape::of(input),
            laid: Some(Map::new()),
            real_time: profile.real_time,
            swarm,
            kind: MachineType::Standard,
            machine_language: Language::JsonPath,
            language: Language::JsonPath,
            variables: Vec::new(),
            others: Vec::new(),
            resources: Resources::default(),
            has_services: profile.has(Feature::Integrations),
            n_activities: 0,
            n_labels: 0,
            seconds_left: if profile.real_time { real_seconds } else { VIRTUAL_SECONDS },
            side_ends: Vec::new(),
            faults,
        }
    }

    /// Takes seconds from what the execution may wait; false if that is too much, or not allowed here.
    pub(crate) fn spend_seconds(&mut self, scope: &Scope, seconds: u32) -> bool {
        let affordable = seconds == 0 || (scope.may_wait && seconds <= self.seconds_left);
        if affordable {
            self.seconds_left -= seconds;
        }
        affordable
    }
}

impl Builder {
    /// A state object that begins with its type, and with its language where that is not the machine's.
    pub(crate) fn state_of_type(&mut self, kind: &str) -> Map<String, Value> {
        let mut state = Map::new();
        state.insert("Type".to_owned(), kind.into());
        if self.language != self.machine_language {
            state.insert("QueryLanguage".to_owned(), "JSONata".into());
        } else if self.draw.chance(4) {
            let name = if self.language == Language::Jsonata { "JSONata" } else { "JSONPath" };
            state.insert("QueryLanguage".to_owned(), name.into());
        }
        if self.draw.chance(4) {
            state.insert("Comment".to_owned(), "A remark".into());
        }
        state
    }

    /// Whether the state that is built is written in JSONata.
    pub(crate) fn is_jsonata(&self) -> bool {
        self.language == Language::Jsonata
    }

    /// The language of a state: that of its machine, or JSONata in a JSONPath machine.
    pub(crate) fn language_of_state(&mut self) -> Language {
        let is_mixed = self.machine_language == Language::JsonPath && self.swarm.mixed > 0;
        if is_mixed && self.draw.chance(self.swarm.mixed) { Language::Jsonata } else { self.machine_language }
    }
}

/// Says where a state leads: on, or to the end of its scope.
pub(crate) fn link(state: &mut Map<String, Value>, next: Option<&str>) {
    match next {
        Some(name) => state.insert("Next".to_owned(), name.into()),
        None => state.insert("End".to_owned(), true.into()),
    };
}
