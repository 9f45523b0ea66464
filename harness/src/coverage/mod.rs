//! What a set of cases reaches: cells of ASL counted from executed traces, the health of the cases, and how they compare
//! with real definitions.
//!
//! Everything here is pure: a case and what was seen of its execution in the reference go in, counts come out. A cell
//! counts for a case only if that part of it ran; the cells that there are stand in tables, so that what was never
//! reached is known by name.

mod case_view;
mod cell;
mod census;
mod document;
mod errors;
mod fields;
mod health;
mod intrinsics;
mod jsonata;
mod machines;
mod maps;
mod matrix;
mod of_run;
mod operators;
mod pairs;
mod paths;
mod retries;
mod tasks;

use std::collections::BTreeSet;

use asl_cases::{Case, Phase};
use asl_reference::reference::{Settings, Watched, observe_watched};

pub use case_view::{CaseView, Language, StateView};
pub use cell::{Cell, Group};
pub use census::{CensusRow, Tally, census};
pub use health::{Health, Share};
pub use matrix::{GroupCounts, Matrix};
pub use of_run::RunCoverage;
pub use pairs::Pairs;

/// The coverage of a set of cases.
#[derive(Debug, Default)]
pub struct Coverage {
    /// How many cases were counted.
    pub n_cases: u64,
    /// How many cases reached each cell.
    pub matrix: Matrix,
    /// How much the drawn cases are worth.
    pub health: Health,
    /// Which fields met in one case.
    pub pairs: Pairs,
    /// What the cases are made of, beside real definitions.
    pub tally: Tally,
    /// How many cases the reference could not run to an end.
    pub n_unknown: u64,
}

impl Coverage {
    /// Runs a case in the reference, and counts what it reaches.
    pub fn run(&mut self, case: &Case, settings: Settings) {
        match observe_watched(case, settings) {
            Ok(watched) => self.count(case, &watched),
            Err(_) => self.n_unknown += 1,
        }
    }

    /// Counts what a case reached.
    pub fn count(&mut self, case: &Case, watched: &Watched) {
        let view = CaseView::new(case, watched);
        self.matrix.count(&cells_of(&view));
        self.n_cases += 1;
        if Phase::of_name(&case.name) == Phase::Random {
            self.health.count(&view);
        }
        self.pairs.count(&view);
        self.tally.count(case);
    }
}

/// Every cell that there is.
pub fn universe() -> Vec<Cell> {
    let cells = |group: Group| group.universe().into_iter().map(move |name| Cell { group, name });
    Group::ALL.into_iter().flat_map(cells).collect()
}

/// The cells that an execution reached.
pub fn cells_of(view: &CaseView<'_>) -> BTreeSet<Cell> {
    let mut cells = BTreeSet::new();
    for group in Group::ALL {
        group.reached(view, &mut |name| {
            cells.insert(Cell { group, name });
        });
    }
    cells
}

#[cfg(test)]
mod tests;
