//! The one source of random values in an execution: a seeded generator that remembers whether it was asked, and whether a
//! value was given that nobody knows.

use crate::scope::Randomness;

/// The generator `SplitMix64` (Steele, Lea, Flood 2014).
#[derive(Debug)]
pub(crate) struct SeededRandom {
    state: u64,
    drawn: u64,
    has_unknown: bool,
}

impl SeededRandom {
    pub(crate) fn new(seed: u64) -> Self {
        Self { state: seed, drawn: 0, has_unknown: false }
    }

    pub(crate) fn was_drawn(&self) -> bool {
        self.drawn > 0
    }

    pub(crate) fn has_unknown(&self) -> bool {
        self.has_unknown
    }
}

impl Randomness for SeededRandom {
    fn next_u64(&mut self) -> u64 {
        self.drawn += 1;
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A version 4 UUID.
    /// Requirement: asl.intrinsics.uuid
    fn uuid(&mut self) -> String {
        let (high, low) = (self.next_u64(), self.next_u64());
        format!(
            "{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
            high >> 32,
            (high >> 16) & 0xffff,
            high & 0x0fff,
            0x8000 | ((low >> 48) & 0x3fff),
            low & 0xffff_ffff_ffff,
        )
    }

    fn note_unknown(&mut self) {
        self.has_unknown = true;
    }
}

/// The source of identifiers such as those of Map Runs: nothing that a definition can ask for, so that drawing one does
/// not make an outcome random.
#[derive(Debug)]
pub(crate) struct Identifiers(SeededRandom);

impl Identifiers {
    pub(crate) fn new(seed: u64) -> Self {
        Self(SeededRandom::new(!seed))
    }

    /// A fresh UUID.
    pub(crate) fn draw(&mut self) -> String {
        self.0.uuid()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uuid_is_version_four_and_depends_on_the_seed() {
        let uuid = SeededRandom::new(7).uuid();
        assert_eq!(uuid.len(), 36);
        assert_eq!(&uuid[14..15], "4");
        assert!("89ab".contains(&uuid[19..20]), "{uuid}");
        assert_ne!(uuid, SeededRandom::new(8).uuid());
    }
}
