//! Pairwise coverage: which two fields of states met in one execution.

use std::collections::BTreeMap;

use super::{case_view::CaseView, cell::Group};

/// The pairs of fields (with state type and query language) that were in entered states of one case.
#[derive(Clone, Debug)]
pub struct Pairs {
    places: BTreeMap<String, usize>,
    /// By the two places, the smaller one first.
    seen: Vec<bool>,
}

impl Default for Pairs {
    fn default() -> Self {
        let names = Group::StateFields.universe();
        let places: BTreeMap<_, _> = names.into_iter().zip(0..).collect();
        Self { seen: vec![false; places.len() * places.len()], places }
    }
}

impl Pairs {
    /// Counts the pairs of one case.
    pub fn count(&mut self, view: &CaseView<'_>) {
        let mut met = Vec::new();
        Group::StateFields.reached(view, &mut |name| met.extend(self.places.get(&name).copied()));
        met.sort_unstable();
        met.dedup();
        for (index, left) in met.iter().enumerate() {
            for right in &met[index + 1..] {
                self.seen[left * self.places.len() + right] = true;
            }
        }
    }

    /// How many pairs met, and how many there are. Some can never meet, such as two that exclude each other.
    pub fn reached(&self) -> (usize, usize) {
        let n_fields = self.places.len();
        (self.seen.iter().filter(|seen| **seen).count(), n_fields * (n_fields - 1) / 2)
    }
}
