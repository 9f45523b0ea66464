//! Whole cases: drawn by seed and index, or by proptest with structural shrinking.

use asl_cases::{Case, Machine, MachineType, Profile};
use proptest::{
    prelude::Rng,
    strategy::{NewTree, Strategy, ValueTree},
    test_runner::TestRunner,
};
use serde_json::Value;

use crate::{
    area::Area,
    builder::{Builder, Language, Place, Scope},
    describe::describe,
    draw::Draw,
    explain::Explanation,
    requirements::requirements_of,
    scope::Plan,
    shape::Shape,
    shrink::simplifications,
    swarm::Swarm,
    values::draw_input,
};

/// The strategy of random cases for an engine with one profile.
#[derive(Clone, Debug)]
pub struct CaseStrategy {
    profile: Profile,
}

/// The strategy of random cases for an engine with this profile.
pub fn case_strategy(profile: &Profile) -> CaseStrategy {
    CaseStrategy { profile: profile.clone() }
}

/// Case number `index` of `seed`, of an area that is drawn too. It does not depend on other indices.
pub fn generate_case(profile: &Profile, seed: u64, index: u64) -> Case {
    let area = Area::draw(&mut Draw::new(seed, index, "area"), profile);
    draw_case(profile, area, seed, index)
}

/// Case number `index` of `seed` in one area; the same as [`generate_case`] gives if it draws that area.
///
/// An engine without activities gets no Task: its cases of the area `task` come from `pass`.
///
/// # Panics
/// If there is no such area; [`crate::AREAS`] lists them.
pub fn generate_case_in(profile: &Profile, area: &str, seed: u64, index: u64) -> Case {
    let area = Area::named(area).unwrap_or_else(|| panic!("there is no area `{area}`"));
    draw_case(profile, if area.fits(profile) { area } else { Area::Pass }, seed, index)
}

/// The case that [`generate_case`] gives, and why it was drawn so.
pub fn explain_case(profile: &Profile, seed: u64, index: u64) -> (Case, Explanation) {
    let mut draw = Draw::new(seed, index, "area");
    draw.notes.begin();
    let area = Area::draw(&mut draw, profile);
    let of_area = draw.notes.take();
    let mut draw = Draw::new(seed, index, area.name());
    draw.notes.begin();
    let (case, mut draw) = draw_with(profile, area, seed, index, draw);
    let swarm = format!("{:?}", Swarm::of(profile, seed, index));
    (case, Explanation { area: of_area, swarm, decisions: draw.notes.take() })
}

fn draw_case(profile: &Profile, area: Area, seed: u64, index: u64) -> Case {
    draw_with(profile, area, seed, index, Draw::new(seed, index, area.name())).0
}

/// A case from this stream, and the stream as it is left.
fn draw_with(profile: &Profile, area: Area, seed: u64, index: u64, mut draw: Draw) -> (Case, Draw) {
    let swarm = Swarm::of(profile, seed, index);
    let mut input = draw_input(&mut draw);
    let mut builder = Builder::new(draw, profile, swarm, &input);
    let machine = draw_machine(&mut builder, profile, area, &input);
    if let (Value::Object(members), Some(laid)) = (&mut input, builder.laid.take()) {
        members.extend(laid);
    }
    let mut case = Case::new(machine, input);
    case.machines.append(&mut builder.others);
    case.name = format!("random/{}/{seed}-{index}", area.name());
    case.title = describe(&case, area.name());
    case.requirements = requirements_of(&case, area.name());
    (case, builder.draw)
}

fn draw_machine(builder: &mut Builder, profile: &Profile, area: Area, input: &Value) -> Machine {
    draw_kind(builder, area);
    // The census: 57 % flat, 41 % one level deep, 2 % deeper.
    let levels = builder.draw.weighted(&[(50, 0), (47, 1), (3, 2)]).max(area.levels(profile));
    let scope = Scope {
        may_fail: true,
        is_sequential: true,
        may_wait: true,
        levels_left: levels,
        place: Place::Top,
        item: None,
    };
    // The census has a median of 4 states and 9 at the ninetieth percentile; side ways come on top of the chain. Short
    // chains are rarer here: what they show, longer ones show too.
    let length =
        builder.draw.weighted(&[(2, 1), (7, 2), (34, 3), (26, 4), (13, 5), (8, 6), (5, 7), (3, 8), (2, 9)]);
    let plan = Plan { length, focus: Some(area), doom: None };
    let (definition, _) = builder.scope(&scope, &plan, Shape::of(input));
    builder.finish_machine("main", definition)
}

/// The type and the language of the machine, as far as the area leaves them open.
fn draw_kind(builder: &mut Builder, area: Area) {
    let needs_activities =
        matches!(area, Area::Task | Area::Retry | Area::Catch) && builder.swarm.services == 0;
    if !needs_activities && builder.draw.chance(builder.swarm.express) {
        builder.kind = MachineType::Express;
    }
    let is_jsonpath = matches!(area, Area::Intrinsics | Area::DataFlow);
    if area == Area::Jsonata || (!is_jsonpath && builder.draw.chance(builder.swarm.jsonata)) {
        builder.machine_language = Language::Jsonata;
    }
    builder.faults.spoil_focus = match area {
        Area::Intrinsics => builder.draw.chance(90),
        Area::Jsonata => builder.draw.chance(70),
        _ => false,
    };
}

impl Strategy for CaseStrategy {
    type Tree = CaseTree;
    type Value = Case;

    fn new_tree(&self, runner: &mut TestRunner) -> NewTree<Self> {
        let seed = runner.rng().next_u64();
        Ok(CaseTree::new(generate_case(&self.profile, seed, 0)))
    }
}

/// A drawn case and the way down to simpler ones.
#[derive(Debug)]
pub struct CaseTree {
    /// The simplest case that was found interesting.
    best: Case,
    /// The case that is being tried.
    current: Case,
    candidates: std::vec::IntoIter<Case>,
    knows_candidates: bool,
}

impl CaseTree {
    fn new(case: Case) -> Self {
        Self {
            best: case.clone(),
            current: case,
            candidates: Vec::new().into_iter(),
            knows_candidates: false,
        }
    }

    fn try_next(&mut self) -> bool {
        if let Some(candidate) = self.candidates.next() {
            self.current = candidate;
            true
        } else {
            self.current = self.best.clone();
            false
        }
    }
}

impl ValueTree for CaseTree {
    type Value = Case;

    fn current(&self) -> Case {
        self.current.clone()
    }

    /// The current case is interesting: go on from it.
    fn simplify(&mut self) -> bool {
        if self.knows_candidates && self.current == self.best {
            return self.try_next();
        }
        self.best = self.current.clone();
        self.candidates = simplifications(&self.best).into_iter();
        self.knows_candidates = true;
        self.try_next()
    }

    /// The current case is not interesting: try the next simpler form of the last interesting one.
    fn complicate(&mut self) -> bool {
        self.current != self.best && self.try_next()
    }
}
