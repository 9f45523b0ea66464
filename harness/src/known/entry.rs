//! The file `known.toml`: what is wrong, why that is accepted, and for how long.

use std::collections::BTreeSet;

use asl_cases::{Signature, SignatureId};
use jiff::civil::Date;
use semver::{Version, VersionReq};
use serde::{Deserialize, Serialize};

/// The version of the file format that this crate reads and writes.
pub const KNOWN_FORMAT: u32 = 1;

/// The list of one engine.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KnownFile {
    /// Version of the file format, [`KNOWN_FORMAT`].
    pub format: u32,
    /// The entries.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub known: Vec<KnownEntry>,
}

impl Default for KnownFile {
    fn default() -> Self {
        Self { format: KNOWN_FORMAT, known: Vec::new() }
    }
}

/// One bug that is known.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KnownEntry {
    /// The id of the signature; its case is in the file of that name.
    pub id: SignatureId,
    /// Why the bug is accepted for now.
    pub reason: String,
    /// Where it is worked on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issue: Option<String>,
    /// The versions of the engine that have it, for instance `>=1.5, <2`; left out: all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub versions: Option<VersionReq>,
    /// The last day on which the entry holds; left out: for ever.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<Date>,
    /// The day of the first run that showed it.
    pub first_seen: Date,
    /// The day of the last run that showed it.
    pub last_seen: Date,
    /// The version that showed it last.
    pub last_version: String,
    /// The signatures of other cases of which a run found out that they show this bug too.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub also: BTreeSet<SignatureId>,
    /// What is wrong.
    pub signature: Signature,
}

impl KnownEntry {
    /// Whether a case with this signature, of which this is the id, shows this bug.
    pub fn is_shown_as(&self, signature: &Signature, id: &SignatureId) -> bool {
        self.nearness(signature, id).is_some()
    }

    /// How near this entry is to the bug that a case with this signature shows, of which this is the id; the larger, the nearer,
    /// and `None` if it is another one. What the signature itself says is nearer than what a run found out, and among those the
    /// most particular entry is.
    pub fn nearness(&self, signature: &Signature, id: &SignatureId) -> Option<(bool, usize)> {
        let is_rooted = signature.is_rooted_in(&self.signature);
        (is_rooted || self.also.contains(id)).then_some((is_rooted, self.signature.constructs.len()))
    }

    /// Whether the entry counts for this engine, named as `ministack 1.5.33`, on this day.
    pub fn holds_for(&self, engine: &str, today: Date) -> bool {
        self.is_about(engine) && self.expires.is_none_or(|expires| today <= expires)
    }

    /// Whether the entry says anything about this version of the engine. An engine that tells no version is taken to have
    /// every bug of the list.
    pub fn is_about(&self, engine: &str) -> bool {
        let version = version_of(engine).and_then(|version| Version::parse(version).ok());
        match (&self.versions, version) {
            (Some(versions), Some(version)) => versions.matches(&version),
            _ => true,
        }
    }
}

/// The version in an engine's name, which is the second word of it: `reference 0.1.0 behind the API`.
pub(super) fn version_of(engine: &str) -> Option<&str> {
    engine.split(' ').nth(1)
}

#[cfg(test)]
mod tests {
    use asl_cases::Facet;
    use rstest::rstest;

    use super::*;

    fn entry(versions: Option<&str>, expires: Option<&str>) -> KnownEntry {
        let day = |text: &str| text.parse().expect("a day");
        let signature = Signature::of_facet(Facet::Output);
        KnownEntry {
            id: signature.id(),
            reason: "no time yet".to_owned(),
            issue: None,
            versions: versions.map(|versions| versions.parse().expect("a range")),
            expires: expires.map(day),
            first_seen: day("2026-01-01"),
            last_seen: day("2026-01-01"),
            last_version: "1.5.33".to_owned(),
            also: BTreeSet::new(),
            signature,
        }
    }

    #[rstest]
    #[case::always(None, None, "ministack 1.5.33", true)]
    #[case::in_range(Some(">=1.5, <2"), None, "ministack 1.5.33", true)]
    #[case::too_new(Some(">=1.5, <2"), None, "ministack 2.0.0", false)]
    #[case::behind_the_api(Some("<2"), None, "reference 2.0.0 behind the API", false)]
    #[case::no_version(Some(">=1.5, <2"), None, "http://127.0.0.1:4566", true)]
    #[case::on_its_last_day(None, Some("2026-03-01"), "moto 5.2.5", true)]
    #[case::expired(None, Some("2026-02-28"), "moto 5.2.5", false)]
    fn entry_holds_for_its_versions_until_it_expires(
        #[case] versions: Option<&str>,
        #[case] expires: Option<&str>,
        #[case] engine: &str,
        #[case] holds: bool,
    ) {
        let today = "2026-03-01".parse().expect("a day");
        assert_eq!(entry(versions, expires).holds_for(engine, today), holds);
    }

    #[test]
    fn list_is_read_as_it_is_written_and_knows_no_other_fields() {
        let file = KnownFile { known: vec![entry(Some("^1.5"), Some("2027-01-01"))], ..KnownFile::default() };
        let text = toml::to_string_pretty(&file).expect("TOML");
        assert_eq!(toml::from_str::<KnownFile>(&text).expect("a list"), file);
        assert!(toml::from_str::<KnownFile>(&text.replace("reason", "raeson")).is_err());
    }
}
