//! A case: the state machine definitions, the input and the scripted task answers that are given to an engine.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{Answer, CaseId, Expectation, Feature, Phase, RequirementId, Resources, StateTest};

/// The version of the case file format that this crate reads and writes.
pub const CASE_FORMAT: u32 = 1;

/// Everything an engine needs to run one execution, and what is known about the right answer.
///
/// The file form is one JSON object a case; unknown fields are errors. The first machine is the one under test; further
/// machines can be started by it by name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// Version of the file format, [`CASE_FORMAT`].
    pub format: u32,
    /// Where the case lives: `area/name` in the corpus, `random/area/seed-index` for a drawn one.
    pub name: String,
    /// One sentence for a reader: the claim that the case makes.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub title: String,
    /// The requirements that the case exercises, the most specific one first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub requirements: Vec<RequirementId>,
    /// The state machines; the first is started.
    pub machines: Vec<Machine>,
    /// The execution input, any JSON value.
    pub input: Value,
    /// What `TestState` is asked besides the definition of the first machine and the input, where the case is a test of
    /// one state and no execution. The definition is then that of a state, or of a machine that holds the named one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub test_state: Option<StateTest>,
    /// The authored answer, if somebody wrote one down with its evidence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expectation: Option<Expectation>,
}

/// One state machine of a case.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Machine {
    /// The name by which other machines of the case refer to it.
    #[serde(default = "default_machine_name")]
    pub name: String,
    /// Standard or Express.
    #[serde(rename = "type", default)]
    pub kind: MachineType,
    /// The ASL document as an object; or a string that is sent as it is, for texts that are no JSON object.
    pub definition: Value,
    /// The scripted answers of its Task states, by state name. State names are unique in a whole machine.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub stubs: BTreeMap<String, Vec<Answer>>,
    /// What it reads from other services without a task.
    #[serde(default, skip_serializing_if = "Resources::is_empty")]
    pub resources: Resources,
}

/// The workflow type of a state machine (`type` of `CreateStateMachine`).
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum MachineType {
    /// Durable, exactly-once workflow with a history.
    #[default]
    Standard,
    /// Short, at-least-once workflow without a history API.
    Express,
}

fn default_machine_name() -> String {
    "main".to_owned()
}

impl Machine {
    /// A standard machine named `main` without stubs.
    pub fn new(definition: Value) -> Self {
        Self {
            name: default_machine_name(),
            kind: MachineType::Standard,
            definition,
            stubs: BTreeMap::new(),
            resources: Resources::default(),
        }
    }

    /// The definition as the text that is sent to `CreateStateMachine`.
    pub fn definition_text(&self) -> String {
        match &self.definition {
            Value::String(text) => text.clone(),
            document => document.to_string(),
        }
    }
}

impl Case {
    /// A case of one machine, without a name, requirements or an expectation.
    pub fn new(machine: Machine, input: Value) -> Self {
        Self {
            format: CASE_FORMAT,
            name: String::new(),
            title: String::new(),
            requirements: Vec::new(),
            machines: vec![machine],
            input,
            test_state: None,
            expectation: None,
        }
    }

    /// The machine that is started.
    ///
    /// # Panics
    /// If the case holds no machine; reading a case file refuses that.
    pub fn main(&self) -> &Machine {
        self.machines.first().expect("a case holds at least one machine")
    }

    /// The hash of what is sent to the engine: machines, input and stubs; not of names, titles or expectations.
    pub fn id(&self) -> CaseId {
        CaseId::of(self)
    }

    /// The first part of the name after `random/`, `boundary/` or `invalid/`, for grouping: `choice`, `retry`, ….
    pub fn area(&self) -> &str {
        let (head, rest) = self.name.split_once('/').unwrap_or((&self.name, ""));
        let is_generated = [Phase::Random, Phase::Boundary, Phase::Invalid].contains(&Phase::of_name(head));
        if is_generated { rest.split('/').next().unwrap_or(rest) } else { head }
    }

    /// What an engine must support to be given this case at all.
    pub fn features(&self) -> BTreeSet<Feature> {
        Feature::of(self)
    }
}
