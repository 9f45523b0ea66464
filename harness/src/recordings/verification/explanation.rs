//! The list of mismatches that are understood: each names what differs, and why. It explains and excuses nothing, an
//! explained mismatch counts as any other.

use std::sync::LazyLock;

use serde::Deserialize;

use super::{Mismatch, RecordedFacet, Verification};

static LISTED: LazyLock<Vec<Explanation>> = LazyLock::new(|| {
    let text = include_str!("../explained.toml");
    toml::from_str::<List>(text).expect("the list is part of the program, and a test reads it").mismatch
});

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct List {
    #[serde(default)]
    mismatch: Vec<Explanation>,
}

/// One entry of the list.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Explanation {
    /// The record; absent in an entry about everything that the reference lacks.
    #[serde(default)]
    pub id: Option<String>,
    /// The facet; absent where the entry explains all of them.
    #[serde(default)]
    pub facet: Option<RecordedFacet>,
    /// What the reference does not model.
    #[serde(default)]
    pub lacks: Option<String>,
    /// Why the two differ.
    pub reason: String,
}

/// The reason for a mismatch, where it is known.
pub(super) fn reason_for(mismatch: &Mismatch) -> Option<&'static str> {
    LISTED.iter().find(|entry| entry.explains(mismatch)).map(|entry| entry.reason.as_str())
}

/// The entries that explain nothing in this verification: they are to be taken off the list.
pub fn needless_explanations(verification: &Verification) -> Vec<&'static Explanation> {
    let explains = |entry: &&Explanation| verification.mismatches.iter().any(|found| entry.explains(found));
    LISTED.iter().filter(|entry| !explains(entry)).collect()
}

impl Explanation {
    fn explains(&self, mismatch: &Mismatch) -> bool {
        let is_about = match (&self.id, &self.lacks) {
            (Some(id), None) => *id == mismatch.id,
            (None, Some(what)) => mismatch.actual == super::lacking(what),
            _ => false,
        };
        is_about && self.facet.is_none_or(|facet| facet == mismatch.facet)
    }
}
