//! A chain of states from `StartAt` to an end: what a machine, a branch and an item processor are made of.

use serde_json::{Map, Value, json};

use crate::{
    area::Area,
    builder::{Builder, Scope, link},
    shape::Shape,
};

/// The states of one scope under construction.
pub(crate) type States = Map<String, Value>;

/// One place in the chain.
#[derive(Clone, Copy)]
pub(crate) struct Site<'a> {
    /// What is allowed here.
    pub(crate) scope: &'a Scope,
    /// The name of the state that is built.
    pub(crate) name: &'a str,
    /// The next state of the chain, `None` at its end.
    pub(crate) next: Option<&'a str>,
}

/// What is asked of a scope.
pub(crate) struct Plan<'a> {
    /// How many states the main chain has.
    pub(crate) length: usize,
    /// The feature that has to be in it.
    pub(crate) focus: Option<Area>,
    /// The error with which the chain has to fail at its end.
    pub(crate) doom: Option<&'a str>,
}

/// What is put at one place of the chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Block {
    Pass,
    Intrinsics,
    DataFlow,
    Wait,
    Choice,
    Loop,
    Parallel,
    Map,
    Task,
    Retry,
    Catch,
    Succeed,
    Fail,
    Assign,
}

impl Builder {
    /// A whole scope (`StartAt` and `States`) over a document of this shape, and the shape of its output.
    pub(crate) fn scope(
        &mut self,
        scope: &Scope,
        plan: &Plan<'_>,
        data: Shape,
    ) -> (Map<String, Value>, Shape) {
        let (blocks, focus) = self.blocks(scope, plan);
        let (outer_language, is_machine) = (self.language, self.variables.is_empty());
        let names: Vec<String> = blocks.iter().map(|_| self.names.fresh(&mut self.draw)).collect();
        let mut states = States::new();
        let mut data = data;
        self.side_ends.push(Vec::new());
        self.variables.push(Vec::new());
        for (index, block) in blocks.iter().enumerate() {
            self.faults.is_early = is_machine && index == 0 && blocks.len() > 1;
            self.faults.is_armed = focus == Some(index) && self.faults.spoil_focus;
            let site = Site { scope, name: &names[index], next: names.get(index + 1).map(String::as_str) };
            data = match (block, plan.doom) {
                (Block::Fail, Some(error)) => {
                    self.language = self.machine_language;
                    self.doomed_state(&mut states, site, error)
                }
                _ => self.block(&mut states, site, *block, &data),
            };
        }
        self.language = outer_language;
        self.variables.pop();
        let ends = self.side_ends.pop().expect("pushed above, and every scope pops its own");
        let out = Shape::common_of(std::iter::once(&data).chain(&ends));
        let mut machine = Map::new();
        if self.draw.chance(15) {
            machine.insert("Comment".to_owned(), "A generated definition".into());
        }
        machine.insert("StartAt".to_owned(), names[0].as_str().into());
        machine.insert("States".to_owned(), Value::Object(states));
        (machine, out)
    }

    /// The parts of a chain, and which of them it is about. A part that often ends the machine seldom comes first.
    fn blocks(&mut self, scope: &Scope, plan: &Plan<'_>) -> (Vec<Block>, Option<usize>) {
        let mut blocks: Vec<Block> = (0..plan.length).map(|_| self.any_block(scope)).collect();
        if matches!(blocks[0], Block::Choice | Block::Task) && plan.length > 1 && self.draw.chance(75) {
            blocks[0] = self.draw.pick(&[Block::Pass, Block::DataFlow, Block::Pass, Block::Wait]);
        }
        let mut place = None;
        if let Some(focus) = plan.focus {
            let wanted = self.block_of(focus);
            let last = plan.length - 1;
            let first = last.min(if self.draw.chance(85) { 2 } else { 0 });
            let chosen =
                if wanted == Block::Fail { last } else { first + self.draw.below(plan.length - first) };
            blocks[chosen] = wanted;
            place = Some(chosen);
        }
        let ending = match plan.doom {
            Some(_) => Some(Block::Fail),
            None if blocks.last() == Some(&Block::Fail) => None,
            None if scope.may_fail && self.draw.chance(4) => Some(Block::Fail),
            None if self.draw.chance(12) => Some(Block::Succeed),
            None => None,
        };
        blocks.extend(ending);
        (blocks, place)
    }

    /// With the weights of the swarm. A Task where this machine can have none, and a Map too deep, becomes a Pass.
    fn any_block(&mut self, scope: &Scope) -> Block {
        let [pass, intrinsics, data_flow, wait, choice, a_loop, map, parallel, task] = self.swarm.blocks;
        let is_deep = scope.levels_left == 0;
        let [map, parallel] = [map, parallel].map(|weight| if is_deep { 0 } else { weight });
        let parts = [
            (pass + 1, Block::Pass),
            (intrinsics, Block::Intrinsics),
            (data_flow, Block::DataFlow),
            (wait, Block::Wait),
            (choice, Block::Choice),
            (a_loop, Block::Loop),
            (map, Block::Map),
            (parallel, Block::Parallel),
            (if self.has_tasks() { task } else { 0 }, Block::Task),
        ];
        self.draw.weighted(&parts)
    }

    /// Whether this machine may have tasks at all.
    fn has_tasks(&self) -> bool {
        let [activities, services, nested] = self.swarm.task_weights(self.kind);
        activities + services > 0 || (nested > 0 && self.may_add_machine())
    }

    /// Builds one part in a language of its own. What is about intrinsic functions stays in that of the machine.
    fn block(&mut self, states: &mut States, site: Site<'_>, block: Block, data: &Shape) -> Shape {
        let own = if block == Block::Intrinsics { self.machine_language } else { self.language_of_state() };
        let outer = std::mem::replace(&mut self.language, own);
        let out = self.block_in_language(states, site, block, data);
        self.language = outer;
        out
    }

    fn block_in_language(
        &mut self,
        states: &mut States,
        site: Site<'_>,
        block: Block,
        data: &Shape,
    ) -> Shape {
        match block {
            Block::Pass => self.pass_state(states, site, data),
            Block::Intrinsics => self.intrinsic_state(states, site, data),
            Block::DataFlow => self.data_flow_state(states, site, data),
            Block::Wait => self.wait_state(states, site, data),
            Block::Choice => self.choice_state(states, site, data),
            Block::Loop => self.loop_states(states, site, data),
            Block::Parallel => self.parallel_state(states, site, data, None),
            Block::Map => self.map_state(states, site, data, None),
            Block::Task => self.task_state(states, site, data, None),
            Block::Retry => self.failing_state(states, site, data, Area::Retry),
            Block::Catch => self.failing_state(states, site, data, Area::Catch),
            Block::Succeed => self.succeed_state(states, site, data),
            Block::Fail => self.fail_state(states, site, data),
            Block::Assign => self.assigning_state(states, site, data),
        }
    }

    /// A Task, Parallel or Map that fails and has a Retry or a Catch.
    fn failing_state(&mut self, states: &mut States, site: Site<'_>, data: &Shape, focus: Area) -> Shape {
        let tasks = if self.has_tasks() { 60 } else { 0 };
        let nested = if site.scope.levels_left > 0 { 20 } else { 0 };
        if tasks + nested == 0 {
            return self.pass_state(states, site, data);
        }
        match self.draw.weighted(&[(tasks, 0), (nested, 1), (nested, 2)]) {
            0 => self.task_state(states, site, data, Some(focus)),
            1 => self.parallel_state(states, site, data, Some(focus)),
            _ => self.map_state(states, site, data, Some(focus)),
        }
    }

    /// A way off the chain, for a rule or a catcher: one or two states that end the scope or come back to the chain.
    ///
    /// The name to go to, and the shape that comes back, if it does.
    pub(crate) fn side_way(
        &mut self,
        states: &mut States,
        site: Site<'_>,
        data: &Shape,
    ) -> (String, Option<Shape>) {
        let before = self.remembered();
        let way = self.side_states(states, site, data);
        self.come_back_to(before);
        way
    }

    fn side_states(&mut self, states: &mut States, site: Site<'_>, data: &Shape) -> (String, Option<Shape>) {
        let comes_back = site.next.is_some() && self.draw.chance(45);
        let name = self.names.fresh(&mut self.draw);
        let next = if comes_back { site.next } else { None };
        let corner = Site { name: &name, next, ..site };
        let out = match self.draw.below(10) {
            0..=1 if !comes_back && site.scope.may_fail => {
                self.fail_state(states, corner, data);
                return (name, None);
            }
            0..=4 if !comes_back => self.succeed_state(states, corner, data),
            0..=6 if !self.is_jsonata() => self.marker_state(states, corner, data),
            _ => self.pass_state(states, corner, data),
        };
        if comes_back {
            return (name, Some(out));
        }
        if let Some(ends) = self.side_ends.last_mut() {
            ends.push(out);
        }
        (name, None)
    }
}

impl Builder {
    /// A Pass that leaves a mark beside the data and keeps the rest.
    fn marker_state(&mut self, states: &mut States, site: Site<'_>, data: &Shape) -> Shape {
        let mut state = self.state_of_type("Pass");
        let mut out = data.clone();
        if matches!(data, Shape::Object(_)) {
            let mark = json!(site.name);
            state.insert("Result".to_owned(), mark.clone());
            state.insert("ResultPath".to_owned(), "$.mark".into());
            out.set("mark", Shape::of(&mark));
        }
        link(&mut state, site.next);
        states.insert(site.name.to_owned(), Value::Object(state));
        out
    }
}

impl Builder {
    /// The part that a case of this area is about.
    fn block_of(&mut self, area: Area) -> Block {
        if area != Area::Jsonata {
            return plain_block_of(area);
        }
        let parts = [
            Block::DataFlow,
            Block::Pass,
            Block::Wait,
            Block::Wait,
            Block::Choice,
            Block::Map,
            Block::Task,
            Block::Fail,
        ];
        match self.draw.pick(&parts) {
            Block::Task if !self.has_tasks() => Block::DataFlow,
            part => part,
        }
    }
}

fn plain_block_of(area: Area) -> Block {
    match area {
        Area::Choice => Block::Choice,
        Area::Map => Block::Map,
        Area::Parallel => Block::Parallel,
        Area::Retry => Block::Retry,
        Area::Catch => Block::Catch,
        Area::Intrinsics => Block::Intrinsics,
        Area::DataFlow | Area::Jsonata => Block::DataFlow,
        Area::Pass => Block::Pass,
        Area::Wait => Block::Wait,
        Area::Fail => Block::Fail,
        Area::Task => Block::Task,
        Area::Assign => Block::Assign,
    }
}
