//! What one block of cases is made of. Every block draws its own subset of features and its own weights, so that
//! features also meet in combinations that no single mix would bring forth; realistic and uniform blocks take turns.

use asl_cases::{Feature, MachineType, Profile};

use crate::draw::Draw;

/// How many cases in a row share one swarm.
pub(crate) const BLOCK: u64 = 32;

/// How rare things are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mix {
    /// With the weights of the census and the habits of Workflow Studio.
    Realistic,
    /// All alike, so that what nobody uses is not starved.
    Uniform,
}

/// The features and weights of one block of cases. Percentages are of 100 places where the thing could stand.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Swarm {
    /// How rare things are drawn.
    pub(crate) mix: Mix,
    /// Machines in JSONata.
    pub(crate) jsonata: usize,
    /// States in JSONata in machines in JSONPath.
    pub(crate) mixed: usize,
    /// States, rules and catchers with an Assign.
    pub(crate) variables: usize,
    /// Express machines.
    pub(crate) express: usize,
    /// Maps in distributed mode.
    pub(crate) distributed: usize,
    /// Weight of activities among tasks.
    pub(crate) activities: usize,
    /// Weight of services among tasks.
    pub(crate) services: usize,
    /// Weight of other machines among tasks.
    pub(crate) nested: usize,
    /// Tasks, Parallels and Maps that fail.
    pub(crate) failures: usize,
    /// Weights of the parts of a chain: Pass, intrinsic calls, data flow, Wait, Choice, loop, Map, Parallel, Task.
    pub(crate) blocks: [usize; 9],
}

const REALISTIC_BLOCKS: [usize; 9] = [20, 8, 10, 6, 18, 2, 14, 8, 38];
const UNIFORM_BLOCKS: [usize; 9] = [12, 12, 12, 10, 18, 3, 14, 10, 28];

impl Swarm {
    /// The swarm of the block in which the case of this index lies.
    pub(crate) fn of(profile: &Profile, seed: u64, index: u64) -> Self {
        let mut draw = Draw::new(seed, index / BLOCK, "swarm");
        let mix = if draw.chance(50) { Mix::Realistic } else { Mix::Uniform };
        let has = |feature: Feature| profile.has(feature);
        let jsonata = [0, 0, 25, 50, 100];
        Self {
            mix,
            jsonata: on(&mut draw, has(Feature::Jsonata), &jsonata),
            mixed: on(&mut draw, has(Feature::Jsonata), &[0, 0, 10, 30, 60]),
            variables: on(&mut draw, has(Feature::Variables), &[0, 0, 12, 25, 45]),
            express: on(&mut draw, has(Feature::Express), &[0, 10, 10, 30]),
            distributed: on(&mut draw, has(Feature::DistributedMap), &[0, 30, 50, 70]),
            activities: on(&mut draw, has(Feature::Activities), &[10, 30, 30]),
            services: on(&mut draw, has(Feature::Integrations), &[0, 30, 60, 90]),
            nested: on(&mut draw, has(Feature::NestedExecutions), &[0, 0, 8, 25]),
            failures: draw.pick(&[12, 26, 45]),
            blocks: blocks(&mut draw, mix),
        }
    }

    /// The weights of the kinds of tasks that a machine of this type may have: activities, services, machines.
    pub(crate) fn task_weights(&self, kind: MachineType) -> [usize; 3] {
        let activities = if kind == MachineType::Standard { self.activities } else { 0 };
        [activities, self.services, self.nested]
    }
}

fn on(draw: &mut Draw, is_claimed: bool, choices: &[usize]) -> usize {
    let choice = draw.pick(choices);
    if is_claimed { choice } else { 0 }
}

/// Each part is left out of one block in ten, and has up to twice its weight in the others.
fn blocks(draw: &mut Draw, mix: Mix) -> [usize; 9] {
    let weights = match mix {
        Mix::Realistic => REALISTIC_BLOCKS,
        Mix::Uniform => UNIFORM_BLOCKS,
    };
    let drawn = weights.map(|weight| weight * draw.pick(&[0, 1, 2, 2, 2, 2, 2, 3, 3, 4]) / 2);
    if drawn.iter().sum::<usize>() == 0 { weights } else { drawn }
}
