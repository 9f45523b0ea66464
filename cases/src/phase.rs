//! The parts of a run, by where their cases come from.

use std::{fmt, str::FromStr};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A part of a run, by where its cases come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// The cases that are kept of known bugs.
    Regression,
    /// The authored cases.
    Corpus,
    /// Each field with each of its boundary values, enumerated.
    Boundary,
    /// Definitions drawn from the seed.
    Random,
    /// Drawn definitions in which one documented rule is broken.
    Invalid,
    /// Drawn definitions in two forms that must give the same answer.
    Metamorphic,
}

impl Phase {
    /// All phases, in the order in which they are run.
    pub const ALL: [Self; 6] =
        [Self::Regression, Self::Corpus, Self::Boundary, Self::Random, Self::Invalid, Self::Metamorphic];

    /// The phase as one lower-case word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Regression => "regression",
            Self::Corpus => "corpus",
            Self::Boundary => "boundary",
            Self::Random => "random",
            Self::Invalid => "invalid",
            Self::Metamorphic => "metamorphic",
        }
    }

    /// The phase that a case of this name comes from: `random/choice/1-0` was drawn, `choice/default` is authored.
    pub fn of_name(name: &str) -> Self {
        let head = name.split('/').next().unwrap_or_default();
        Self::ALL.into_iter().find(|phase| phase.as_str() == head).unwrap_or(Self::Corpus)
    }
}

impl fmt::Display for Phase {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

impl FromStr for Phase {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let known = || Self::ALL.map(Self::as_str).join(", ");
        Self::ALL
            .into_iter()
            .find(|phase| phase.as_str() == text)
            .ok_or_else(|| format!("there is no phase `{text}`; the phases are {}", known()))
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("random/choice/1-0", Phase::Random)]
    #[case("boundary/wait/seconds-0", Phase::Boundary)]
    #[case("choice/default", Phase::Corpus)]
    #[case("", Phase::Corpus)]
    fn name_of_a_case_tells_its_phase(#[case] name: &str, #[case] phase: Phase) {
        assert_eq!(Phase::of_name(name), phase);
    }

    #[test]
    fn every_phase_reads_back_from_its_name() {
        for phase in Phase::ALL {
            assert_eq!(phase.as_str().parse(), Ok(phase));
            assert_eq!(serde_json::to_value(phase).expect("serialises"), serde_json::json!(phase.as_str()));
        }
        assert!("fuzz".parse::<Phase>().is_err());
    }
}
