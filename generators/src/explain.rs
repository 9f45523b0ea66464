//! Why a case was drawn as it was: the area, the swarm of its block, and the decisions that made the definition, each
//! with its odds.

use std::fmt::{self, Debug};

/// One decision, and the odds that it was taken with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// The place in the sources of the generator.
    pub place: String,
    /// What was decided.
    pub taken: String,
    /// What spoke for it, of all that there was to draw.
    pub odds: (usize, usize),
}

impl fmt::Display for Decision {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (weight, total) = self.odds;
        write!(formatter, "{:<28} {weight:>4} of {total:<4} {}", self.place, self.taken)
    }
}

/// Why a case was drawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// The area, and how it was chosen.
    pub area: Vec<Decision>,
    /// What the block of cases around it is made of.
    pub swarm: String,
    /// The decisions, in order.
    pub decisions: Vec<Decision>,
}

/// Decisions as they are taken, if somebody asked for them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Notes(Option<Vec<Decision>>);

impl Notes {
    /// Takes notes from now on.
    pub(crate) fn begin(&mut self) {
        self.0 = Some(Vec::new());
    }

    /// What was noted.
    pub(crate) fn take(&mut self) -> Vec<Decision> {
        self.0.take().unwrap_or_default()
    }

    #[track_caller]
    pub(crate) fn add(&mut self, taken: &dyn Debug, odds: (usize, usize)) {
        let Some(decisions) = &mut self.0 else { return };
        let caller = std::panic::Location::caller();
        let file = caller.file().rsplit_once("src/").map_or(caller.file(), |(_, file)| file);
        decisions.push(Decision {
            place: format!("{file}:{}", caller.line()),
            taken: format!("{taken:?}"),
            odds,
        });
    }
}
