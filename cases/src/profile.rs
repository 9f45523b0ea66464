//! What an engine claims to support.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Case, Feature};

/// What an engine claims to support; narrows the strategy, and makes a case that needs more `Unsupported`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// The features that the engine claims.
    pub features: BTreeSet<Feature>,
    /// Whether waiting costs real time on this engine: generated waits and back-offs are then kept short.
    #[serde(default)]
    pub real_time: bool,
}

impl Profile {
    /// Everything, in virtual time: the profile of the reference.
    pub fn everything() -> Self {
        Self { features: Feature::ALL.into_iter().collect(), real_time: false }
    }

    /// Everything but what needs services beside Step Functions, in real time: the profile of an endpoint about which
    /// nothing is known.
    pub fn everything_real_time() -> Self {
        let features = Feature::ALL.into_iter().filter(|feature| *feature != Feature::Integrations).collect();
        Self { features, real_time: true }
    }

    /// Whether the engine claims this feature.
    pub fn has(&self, feature: Feature) -> bool {
        self.features.contains(&feature)
    }

    /// The features that the case needs and the engine does not claim.
    pub fn missing(&self, case: &Case) -> BTreeSet<Feature> {
        case.features().difference(&self.features).copied().collect()
    }
}
