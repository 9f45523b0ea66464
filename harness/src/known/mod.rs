//! What is known to be wrong with one engine: a strict list, and a small case for each entry of it.
//!
//! Both live in one folder for each engine: `known.toml`, and one case file for each signature, which is replayed first
//! in every run. An entry whose case agrees is fixed; an entry that no case of a run showed was not observed in it.

mod entry;
mod regression;
mod store;
mod update;

use std::sync::Arc;

use asl_cases::{Case, Signature, SignatureId};

pub use entry::{KNOWN_FORMAT, KnownEntry, KnownFile};
pub use regression::{REGRESSION, RegressionEnd, regression_name, regression_of, relation_of};
pub use store::{Store, StoreError};
pub use update::{KnownChanges, not_observed, update};

/// The entries that hold for one version of an engine on one day.
#[derive(Debug, Default)]
pub struct Known {
    entries: Vec<KnownEntry>,
    expired: Vec<KnownEntry>,
    of_other_versions: Vec<KnownEntry>,
}

impl Known {
    /// The entries of a list that hold for this engine, named as `ministack 1.5.33`, on this day.
    pub fn of(file: KnownFile, engine: &str, today: jiff::civil::Date) -> Arc<Self> {
        let (listed, of_other_versions): (Vec<_>, _) =
            file.known.into_iter().partition(|entry| entry.is_about(engine));
        let (entries, expired) = listed.into_iter().partition(|entry| entry.holds_for(engine, today));
        Arc::new(Self { entries, expired, of_other_versions })
    }

    /// The entry that this signature is a case of: the most particular one.
    pub fn entry(&self, signature: &Signature) -> Option<&KnownEntry> {
        let id = signature.id();
        let near = self.entries.iter().filter_map(|entry| Some((entry.nearness(signature, &id)?, entry)));
        near.max_by_key(|(nearness, _)| *nearness).map(|(_, entry)| entry)
    }

    /// The entry about something wrong by itself that is still in play in a smallest case with this signature: the simplest
    /// one.
    pub fn entry_needed_by(&self, smallest: &Signature) -> Option<&KnownEntry> {
        let entries = self.entries.iter().filter(|entry| smallest.needs(&entry.signature));
        entries.min_by_key(|entry| entry.signature.constructs.len())
    }

    /// The entry that is a case of what the smallest case of another run shows, with less in play: the simplest one. What has
    /// nothing in play says too little.
    pub fn entry_with_more(&self, smallest: &Signature) -> Option<&KnownEntry> {
        let has_more =
            |entry: &&KnownEntry| !smallest.constructs.is_empty() && entry.signature.is_rooted_in(smallest);
        self.entries.iter().filter(has_more).min_by_key(|entry| entry.signature.constructs.len())
    }

    /// The entry whose own case this is.
    pub fn entry_of_case(&self, case: &Case) -> Option<&KnownEntry> {
        let id = regression_of(&case.name)?;
        self.entries.iter().find(|entry| entry.id == id)
    }

    /// Whether this is only listed for other versions: that its case agrees is nothing new then.
    pub fn is_of_other_version(&self, id: &SignatureId) -> bool {
        self.of_other_versions.iter().any(|entry| entry.id == *id)
    }

    /// The entries about this version that held until a day that is over.
    pub fn expired(&self) -> &[KnownEntry] {
        &self.expired
    }

    /// All entries that hold.
    pub fn entries(&self) -> &[KnownEntry] {
        &self.entries
    }
}
