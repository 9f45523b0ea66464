//! A chain of states from `StartAt` to an end: what a machine, a branch and an item processor are made of.

use serde_json::{Map, Value, json};

use crate::{
    area::Area,
    builder::{Builder, Scope, link, state_of_type},
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
}

impl Builder {
    /// A whole scope (`StartAt` and `States`) over a document of this shape, and the shape of its output.
    pub(crate) fn scope(
        &mut self,
        scope: &Scope,
        plan: &Plan<'_>,
        data: Shape,
    ) -> (Map<String, Value>, Shape) {
        let blocks = self.blocks(scope, plan);
        let names: Vec<String> = blocks.iter().map(|_| self.names.fresh(&mut self.draw)).collect();
        let mut states = States::new();
        let mut data = data;
        self.side_ends.push(Vec::new());
        for (index, block) in blocks.iter().enumerate() {
            let site = Site { scope, name: &names[index], next: names.get(index + 1).map(String::as_str) };
            data = match (block, plan.doom) {
                (Block::Fail, Some(error)) => self.doomed_state(&mut states, site, error),
                _ => self.block(&mut states, site, *block, &data),
            };
        }
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

    fn blocks(&mut self, scope: &Scope, plan: &Plan<'_>) -> Vec<Block> {
        let mut blocks: Vec<Block> = (0..plan.length).map(|_| self.any_block(scope)).collect();
        if let Some(focus) = plan.focus {
            let wanted = block_of(focus);
            let place = if wanted == Block::Fail { plan.length - 1 } else { self.draw.below(plan.length) };
            blocks[place] = wanted;
        }
        let ending = match plan.doom {
            Some(_) => Some(Block::Fail),
            None if blocks.last() == Some(&Block::Fail) => None,
            None if scope.may_fail && self.draw.chance(4) => Some(Block::Fail),
            None if self.draw.chance(12) => Some(Block::Succeed),
            None => None,
        };
        blocks.extend(ending);
        blocks
    }

    /// Weights near the census, with Task states only where there are activities.
    fn any_block(&mut self, scope: &Scope) -> Block {
        let nested = if scope.levels_left > 0 { 18 } else { 0 };
        let tasks = if self.has_activities { 30 } else { 0 };
        self.draw.weighted(&[
            (26, Block::Pass),
            (10, Block::Intrinsics),
            (12, Block::DataFlow),
            (6, Block::Wait),
            (16, Block::Choice),
            (2, Block::Loop),
            (nested, Block::Map),
            (nested / 2, Block::Parallel),
            (tasks, Block::Task),
        ])
    }

    fn block(&mut self, states: &mut States, site: Site<'_>, block: Block, data: &Shape) -> Shape {
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
        }
    }

    /// A Task, Parallel or Map that fails and has a Retry or a Catch.
    fn failing_state(&mut self, states: &mut States, site: Site<'_>, data: &Shape, focus: Area) -> Shape {
        let tasks = if self.has_activities { 60 } else { 0 };
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
            0..=6 => marker_state(states, corner, data),
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

/// A Pass that leaves a mark beside the data and keeps the rest.
fn marker_state(states: &mut States, site: Site<'_>, data: &Shape) -> Shape {
    let mut state = state_of_type("Pass");
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

fn block_of(area: Area) -> Block {
    match area {
        Area::Choice => Block::Choice,
        Area::Map => Block::Map,
        Area::Parallel => Block::Parallel,
        Area::Retry => Block::Retry,
        Area::Catch => Block::Catch,
        Area::Intrinsics => Block::Intrinsics,
        Area::DataFlow => Block::DataFlow,
        Area::Pass => Block::Pass,
        Area::Wait => Block::Wait,
        Area::Fail => Block::Fail,
        Area::Task => Block::Task,
    }
}
