//! Whole cases: drawn by seed and index, or by proptest with structural shrinking.

use asl_cases::{Case, Machine, Profile};
use proptest::{
    prelude::Rng,
    strategy::{NewTree, Strategy, ValueTree},
    test_runner::TestRunner,
};
use serde_json::Value;

use crate::{
    area::Area,
    builder::{Builder, Place, Scope},
    describe::describe,
    draw::Draw,
    requirements::requirements_of,
    scope::Plan,
    shape::Shape,
    shrink::simplifications,
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

fn draw_case(profile: &Profile, area: Area, seed: u64, index: u64) -> Case {
    let mut draw = Draw::new(seed, index, area.name());
    let input = draw_input(&mut draw);
    let mut builder = Builder::new(draw, profile, &input);
    let mut case = Case::new(draw_machine(&mut builder, profile, area, &input), input);
    case.name = format!("random/{}/{seed}-{index}", area.name());
    case.title = describe(&case, area.name());
    case.requirements = requirements_of(&case, area.name());
    case
}

fn draw_machine(builder: &mut Builder, profile: &Profile, area: Area, input: &Value) -> Machine {
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
    // The census has a median of 4 states and 9 at the ninetieth percentile; side ways come on top of the chain.
    let length =
        builder.draw.weighted(&[(8, 1), (18, 2), (24, 3), (20, 4), (12, 5), (8, 6), (5, 7), (3, 8), (2, 9)]);
    let plan = Plan { length, focus: Some(area), doom: None };
    let (mut definition, _) = builder.scope(&scope, &plan, Shape::of(input));
    if builder.draw.chance(9) {
        definition.insert("TimeoutSeconds".to_owned(), 86_400.into());
    }
    let mut machine = Machine::new(Value::Object(definition));
    machine.stubs = std::mem::take(&mut builder.stubs);
    machine
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
