//! The requirement catalogue: what AWS promises or was seen to do, each with an id that cases and reports refer to.

use std::{fmt, sync::LazyLock};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::EvidenceKind;

/// A requirement id such as `asl.choice.timestamp-equals`: `asl`, the area, the behaviour.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct RequirementId(pub String);

impl fmt::Display for RequirementId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// How binding a requirement is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// Documented or specified: every engine has to.
    Must,
    /// Recommended.
    Should,
    /// Seen on AWS, written down nowhere.
    Observed,
}

/// One entry of the catalogue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Requirement {
    /// The id.
    pub id: RequirementId,
    /// The requirement in one sentence.
    pub title: String,
    /// How binding it is.
    pub level: Level,
    /// How we know.
    pub evidence: EvidenceKind,
    /// Where to read about it.
    pub link: String,
}

static CATALOGUE: LazyLock<Vec<Requirement>> = LazyLock::new(|| {
    serde_json::from_str(include_str!("../requirements.json")).expect("a test reads the embedded catalogue")
});

/// The whole catalogue, ordered by id.
pub fn requirements() -> &'static [Requirement] {
    &CATALOGUE
}

impl RequirementId {
    /// The catalogue's entry, `None` for an id that is not in it.
    pub fn entry(&self) -> Option<&'static Requirement> {
        requirements().iter().find(|requirement| requirement.id == *self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn catalogue_is_ordered_without_doubles() {
        let ids: Vec<_> = requirements().iter().map(|requirement| &requirement.id).collect();
        assert!(!ids.is_empty());
        assert!(
            ids.is_sorted_by(|left, right| left < right),
            "requirements.json is ordered by id, each once"
        );
    }

    #[test]
    fn every_id_names_its_area() {
        for requirement in requirements() {
            let parts = requirement.id.0.split('.').count();
            assert!(
                requirement.id.0.starts_with("asl.") && parts == 3,
                "{} is not asl.<area>.<behaviour>",
                requirement.id
            );
        }
    }
}
