//! The stable key of a divergence: the same for the same bug, whatever the seed, the names and the values.

use std::{collections::BTreeSet, fmt};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Facet;

/// The version of the rules by which signatures are made; the head of every [`SignatureId`].
pub const SIGNATURE_VERSION: u32 = 2;

/// The place of a signature about one expression: which state and field it stands in does not matter.
pub const EXPRESSION: &str = "an expression";

/// What is wrong, without any name or value of the case: where the two sides part, and the shape of both.
///
/// It is made of what a bug is about and not of the case that shows it, so that forty failures of one bug have one
/// signature. Constructs are the parts of the language that are in play at that place; shrinking makes them fewer.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Signature {
    /// What differs first in the course of the execution. A wrong output of a state that later lets the execution fail is
    /// about the output.
    pub facet: Facet,
    /// Where: a state type, [`EXPRESSION`], or a part of the API.
    pub place: String,
    /// The fields, operators, functions and kinds of paths that are in play there.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub constructs: BTreeSet<String>,
    /// The shape of the right side.
    pub expected: String,
    /// The shape of the engine's side.
    pub actual: String,
}

/// A signature as one short word: the version of the rules and ten hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct SignatureId(String);

impl Signature {
    /// A signature that says no more than the facet: nobody looked yet where the executions part.
    pub fn of_facet(facet: Facet) -> Self {
        let unknown = String::new;
        Self { facet, place: unknown(), constructs: BTreeSet::new(), expected: unknown(), actual: unknown() }
    }

    /// The id: equal for equal signatures, and for no others.
    pub fn id(&self) -> SignatureId {
        const DIGITS: usize = 10;
        let hash = blake3::hash(self.to_string().as_bytes()).to_hex();
        SignatureId(format!("s{SIGNATURE_VERSION}-{}", &hash[..DIGITS]))
    }

    /// Whether a case with this signature shows the bug that a smaller case showed with the signature `root`: all is the
    /// same, but that more constructs may be in play here. What is wrong with an expression is wrong with it in any state.
    pub fn is_rooted_in(&self, root: &Self) -> bool {
        let is_same_kind = self.facet == root.facet
            && (self.place == root.place || root.place == EXPRESSION)
            && self.expected == root.expected
            && self.actual == root.actual;
        is_same_kind
            && root.constructs.is_subset(&self.constructs)
            && root.constructs.is_empty() <= self.constructs.is_empty()
    }
}

impl fmt::Display for Signature {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} of {}", self.facet, self.place)?;
        if !self.constructs.is_empty() {
            let constructs: Vec<_> = self.constructs.iter().map(String::as_str).collect();
            write!(formatter, " ({})", constructs.join(", "))?;
        }
        write!(formatter, ": {} -> {}", self.expected, self.actual)
    }
}

impl SignatureId {
    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for SignatureId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&self.0)
    }
}

impl From<&str> for SignatureId {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn signature(constructs: &[&str], actual: &str) -> Signature {
        Signature {
            facet: Facet::Output,
            place: "Pass".to_owned(),
            constructs: constructs.iter().map(|construct| (*construct).to_owned()).collect(),
            expected: "array".to_owned(),
            actual: actual.to_owned(),
        }
    }

    #[test]
    fn signature_reads_as_a_sentence_and_has_a_short_id() {
        let signature = signature(&["States.ArrayRange", "Parameters"], "null");
        assert_eq!(signature.to_string(), "output of Pass (Parameters, States.ArrayRange): array -> null");
        assert_eq!(signature.id().as_str(), "s2-89d8f668a9", "ids are kept in files: they never change");
    }

    #[rstest]
    #[case::itself(&["a", "b"], &["a", "b"], true)]
    #[case::fewer(&["a", "b"], &["a"], true)]
    #[case::more(&["a"], &["a", "b"], false)]
    #[case::nothing_is_no_root_of_something(&["a"], &[], false)]
    #[case::nothing(&[], &[], true)]
    fn root_has_some_of_the_constructs(#[case] of: &[&str], #[case] root: &[&str], #[case] is_rooted: bool) {
        assert_eq!(signature(of, "null").is_rooted_in(&signature(root, "null")), is_rooted);
        assert!(!signature(of, "null").is_rooted_in(&signature(root, "string")));
    }

    #[test]
    fn expression_is_a_root_in_any_state_but_not_the_other_way_round() {
        let in_pass = signature(&["Parameters", "slice"], "null");
        let alone = Signature { place: EXPRESSION.to_owned(), ..signature(&["slice"], "null") };
        assert!(in_pass.is_rooted_in(&alone));
        assert!(!alone.is_rooted_in(&signature(&["slice"], "null")));
        assert!(!signature(&["Parameters"], "null").is_rooted_in(&alone));
    }
}
