//! How many cases reached each cell.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::{
    cell::{Cell, Group},
    universe,
};

/// The cells that there are, each with the number of cases that reached it.
#[derive(Clone, Debug)]
pub struct Matrix {
    counts: BTreeMap<Cell, u64>,
}

/// The counts of one group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct GroupCounts {
    /// The group.
    pub group: Group,
    /// How many cells it has.
    pub n_cells: usize,
    /// How many of them enough cases reached.
    pub n_enough: usize,
    /// The cells that too few cases reached, each with how many did.
    pub lacking: Vec<(String, u64)>,
}

impl Default for Matrix {
    /// Every cell, never reached.
    fn default() -> Self {
        Self { counts: universe().into_iter().map(|cell| (cell, 0)).collect() }
    }
}

impl Matrix {
    /// Counts the cells that a case reached. What is in no table is not counted.
    pub fn count(&mut self, cells: &BTreeSet<Cell>) {
        for cell in cells {
            if let Some(count) = self.counts.get_mut(cell) {
                *count += 1;
            }
        }
    }

    /// The cells with their counts, in the order of the groups.
    pub fn counts(&self) -> impl Iterator<Item = (&Cell, u64)> {
        self.counts.iter().map(|(cell, count)| (cell, *count))
    }

    /// The cells that no case reached.
    pub fn never_reached(&self) -> impl Iterator<Item = &Cell> {
        self.counts().filter(|(_, count)| *count == 0).map(|(cell, _)| cell)
    }

    /// The groups, each with the cells that fewer than so many cases reached.
    pub fn groups(&self, min: u64) -> Vec<GroupCounts> {
        Group::ALL.into_iter().map(|group| self.group(group, min)).collect()
    }

    fn group(&self, group: Group, min: u64) -> GroupCounts {
        let of_group = || self.counts().filter(move |(cell, _)| cell.group == group);
        let lacking: Vec<_> = of_group()
            .filter(|(_, count)| *count < min)
            .map(|(cell, count)| (cell.name.clone(), count))
            .collect();
        let n_cells = of_group().count();
        GroupCounts { group, n_cells, n_enough: n_cells - lacking.len(), lacking }
    }
}
