//! Whole machines: what a finished definition is put into, and the machines that tasks of another one start.

use std::{collections::BTreeMap, mem};

use asl_cases::{Answer, Machine, MachineType, Resources};
use serde_json::{Map, Value};

use crate::{
    builder::{Builder, Language, Place, Scope},
    names::Names,
    scope::Plan,
    shape::Shape,
    variables::Assigned,
};

/// More machines than this are in no case.
const OTHERS_MAX: usize = 2;

/// What belongs to one machine while it is built.
struct Bench {
    names: Names,
    stubs: BTreeMap<String, Vec<Answer>>,
    variables: Vec<Assigned>,
    side_ends: Vec<Vec<Shape>>,
    kind: MachineType,
    machine_language: Language,
    language: Language,
    resources: Resources,
    input: Shape,
    laid: Option<Map<String, Value>>,
}

/// A machine that a task can start.
pub(crate) struct Child {
    /// Its ARN.
    pub(crate) arn: String,
    /// What it puts out.
    pub(crate) output: Shape,
}

impl Builder {
    /// The machine of a definition, with the stubs that were scripted for it.
    pub(crate) fn finish_machine(&mut self, name: &str, mut definition: Map<String, Value>) -> Machine {
        if self.machine_language == Language::Jsonata {
            definition.insert("QueryLanguage".to_owned(), "JSONata".into());
        } else if self.draw.chance(3) {
            definition.insert("QueryLanguage".to_owned(), "JSONPath".into());
        }
        if self.draw.chance(3) {
            definition.insert("Version".to_owned(), "1.0".into());
        }
        match self.draw.below(100) {
            0..=6 => {
                definition.insert("TimeoutSeconds".to_owned(), 86_400.into());
            }
            7 | 8 if !self.real_time => {
                definition.insert("TimeoutSeconds".to_owned(), self.draw.pick(&[1, 3, 20]).into());
            }
            _ => {}
        }
        let mut machine = Machine::new(Value::Object(definition));
        name.clone_into(&mut machine.name);
        machine.kind = self.kind;
        machine.stubs = mem::take(&mut self.stubs);
        machine.resources = mem::take(&mut self.resources);
        machine
    }

    /// Whether another machine may be added to the case.
    pub(crate) fn may_add_machine(&self) -> bool {
        self.others.len() < OTHERS_MAX && self.swarm.nested > 0
    }

    /// Adds a Standard machine that takes such an input and ends well, or fails where that is asked for.
    pub(crate) fn child_machine(&mut self, input: Shape, doom: Option<&str>) -> Child {
        let name = format!("child-{}", self.others.len() + 1);
        let outer = self.swap_bench(Bench::new(input.clone()));
        // Its place is taken at once: a machine that it starts comes after it.
        self.others.push(Machine::new(Value::Null));
        let place = self.others.len() - 1;
        if self.draw.chance(self.swarm.jsonata) {
            self.machine_language = Language::Jsonata;
        }
        let scope = Scope {
            may_fail: false,
            is_sequential: false,
            may_wait: false,
            levels_left: 0,
            place: Place::Top,
            item: None,
        };
        let length = self.draw.weighted(&[(50, 1), (35, 2), (15, 3)]);
        let (definition, output) = self.scope(&scope, &Plan { length, focus: None, doom }, input);
        let mut machine = self.finish_machine(&name, definition);
        if let Value::Object(definition) = &mut machine.definition {
            definition.shift_remove("TimeoutSeconds");
        }
        self.others[place] = machine;
        self.swap_bench(outer);
        Child { arn: format!("arn:aws:states:us-east-1:123456789012:stateMachine:{name}"), output }
    }

    fn swap_bench(&mut self, bench: Bench) -> Bench {
        Bench {
            names: mem::replace(&mut self.names, bench.names),
            stubs: mem::replace(&mut self.stubs, bench.stubs),
            variables: mem::replace(&mut self.variables, bench.variables),
            side_ends: mem::replace(&mut self.side_ends, bench.side_ends),
            kind: mem::replace(&mut self.kind, bench.kind),
            machine_language: mem::replace(&mut self.machine_language, bench.machine_language),
            language: mem::replace(&mut self.language, bench.language),
            resources: mem::replace(&mut self.resources, bench.resources),
            input: mem::replace(&mut self.input, bench.input),
            laid: mem::replace(&mut self.laid, bench.laid),
        }
    }
}

impl Bench {
    fn new(input: Shape) -> Self {
        Self {
            names: Names::default(),
            stubs: BTreeMap::new(),
            variables: Vec::new(),
            side_ends: Vec::new(),
            kind: MachineType::Standard,
            machine_language: Language::JsonPath,
            language: Language::JsonPath,
            resources: Resources::default(),
            input,
            laid: None,
        }
    }
}
