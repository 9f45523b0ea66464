//! The one source of randomness: a `ChaCha` stream that is seeded by what names a case, never by the outside world.

use std::fmt::Debug;

use proptest::{
    prelude::Rng,
    test_runner::{RngAlgorithm, TestRng},
};

use crate::explain::Notes;

/// Changing what is drawn from a seed changes every case: raise this then, so that old seed lines are not misread.
const STREAM_VERSION: u8 = 5;

/// The version of what is drawn from a seed: a seed names the same cases only where this is the same.
pub fn stream_version() -> u8 {
    STREAM_VERSION
}

/// Draws decisions from a deterministic stream.
pub(crate) struct Draw {
    rng: TestRng,
    /// The decisions that have names.
    pub(crate) notes: Notes,
}

impl Draw {
    /// The stream of case `index` of `seed`; `purpose` keeps independent decisions of one case apart.
    pub(crate) fn new(seed: u64, index: u64, purpose: &str) -> Self {
        let mut bytes = [0_u8; 32];
        bytes[..8].copy_from_slice(&seed.to_le_bytes());
        bytes[8..16].copy_from_slice(&index.to_le_bytes());
        for (slot, byte) in bytes[16..31].iter_mut().zip(purpose.bytes()) {
            *slot = byte;
        }
        bytes[31] = STREAM_VERSION;
        Self { rng: TestRng::from_seed(RngAlgorithm::ChaCha, &bytes), notes: Notes::default() }
    }

    /// A number from 0 to `bound - 1`; 0 for a bound of 0.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        let scaled = (u64::from(self.rng.next_u32()) * bound as u64) >> 32;
        usize::try_from(scaled).expect("smaller than the bound, which is a usize")
    }

    /// A number from `low` to `high`, both included.
    pub(crate) fn between(&mut self, low: i64, high: i64) -> i64 {
        let span = usize::try_from(high - low + 1).expect("ranges are small and not empty");
        low + i64::try_from(self.below(span)).expect("below a small span")
    }

    /// True in `percent` of 100 draws.
    #[track_caller]
    pub(crate) fn chance(&mut self, percent: usize) -> bool {
        let is_taken = self.below(100) < percent;
        if is_taken {
            self.notes.add(&is_taken, (percent, 100));
        }
        is_taken
    }

    /// One of the items, all alike.
    pub(crate) fn pick<T: Copy>(&mut self, items: &[T]) -> T {
        items[self.below(items.len())]
    }

    /// One of the items, by weight.
    #[track_caller]
    pub(crate) fn weighted<T: Copy + Debug>(&mut self, items: &[(usize, T)]) -> T {
        let total = items.iter().map(|(weight, _)| weight).sum();
        let mut left = self.below(total);
        for (weight, item) in items {
            if left < *weight {
                self.notes.add(item, (*weight, total));
                return *item;
            }
            left -= weight;
        }
        items[items.len() - 1].1
    }
}
