//! The comparable aspects of an observation, how strictly each is compared, and who says what is right.

use std::{collections::BTreeMap, fmt};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::EvidenceKind;

/// One comparable aspect of two observations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Facet {
    /// Was the definition accepted and the execution started?
    Acceptance,
    /// The final status.
    Status,
    /// The error name.
    Error,
    /// The cause text.
    Cause,
    /// The output document.
    Output,
    /// The execution history.
    Trace,
    /// The whole answer of `TestState`.
    TestState,
}

impl Facet {
    /// All facets, in the order in which they are compared.
    pub const ALL: [Self; 7] = [
        Self::Acceptance,
        Self::Status,
        Self::Error,
        Self::Cause,
        Self::Output,
        Self::Trace,
        Self::TestState,
    ];

    /// The facet as one lower-case word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Acceptance => "acceptance",
            Self::Status => "status",
            Self::Error => "error",
            Self::Cause => "cause",
            Self::Output => "output",
            Self::Trace => "trace",
            Self::TestState => "test_state",
        }
    }
}

impl fmt::Display for Facet {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// How strictly one facet is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Strictness {
    /// To the letter. For a trace: every event with its ids and every detail.
    Exact,
    /// The shape. For a cause: with holes for ids and numbers. For a trace: types and state names, concurrent branches
    /// as a partial order.
    Template,
    /// Not at all.
    Ignored,
}

/// How each facet is compared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Policy(pub BTreeMap<Facet, Strictness>);

impl Policy {
    /// Everything to the letter: for two runs that must not differ at all.
    pub fn exact() -> Self {
        Self(Facet::ALL.into_iter().map(|facet| (facet, Strictness::Exact)).collect())
    }

    /// How this facet is compared.
    pub fn strictness(&self, facet: Facet) -> Strictness {
        self.0.get(&facet).copied().unwrap_or(Strictness::Ignored)
    }

    /// The same policy with one facet changed.
    #[must_use]
    pub fn with(mut self, facet: Facet, strictness: Strictness) -> Self {
        self.0.insert(facet, strictness);
        self
    }
}

impl Default for Policy {
    /// Exact, but for the trace: types and state names in order.
    fn default() -> Self {
        Self::exact().with(Facet::Trace, Strictness::Template)
    }
}

/// Who says what is right.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Oracle {
    /// An authored expectation, with its evidence.
    Expectation {
        /// How strong the evidence is.
        evidence: EvidenceKind,
        /// Where it can be looked up.
        source: String,
    },
    /// The reference: modelled behaviour, calibrated on recordings.
    Reference,
    /// The engine itself: what it did with another form of the same machine.
    Metamorphic {
        /// The relation between the two forms.
        relation: String,
        /// Why both must give the same answer, in one sentence.
        #[serde(default)]
        statement: String,
    },
    /// A rule that every engine keeps, whatever AWS would answer.
    Invariant {
        /// The rule.
        rule: String,
        /// What it says, in one sentence.
        #[serde(default)]
        statement: String,
    },
}

impl fmt::Display for Oracle {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Expectation { evidence, source } => {
                write!(formatter, "expectation ({}: {source})", evidence.as_str())
            }
            Self::Reference => formatter.write_str("reference (modelled)"),
            Self::Metamorphic { relation, statement } => {
                write!(
                    formatter,
                    "the engine's own answer to another form of the machine (relation {relation}: {statement})"
                )
            }
            Self::Invariant { rule, statement } => {
                write!(formatter, "a rule for every engine ({rule}: {statement})")
            }
        }
    }
}
