//! How bad a divergence is for somebody who relies on the engine, apart from how often it occurs.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{Divergence, Facet};

/// How bad a divergence is, the worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The engine succeeds where AWS fails or refuses, or it succeeds with another output: nobody notices.
    SilentWrongAnswer,
    /// The engine fails where AWS does not, in another way, or with another error name.
    WrongFailure,
    /// The right end with another text or history.
    WrongText,
    /// The engine refuses what AWS takes, and says so.
    HonestRefusal,
}

impl Severity {
    /// The severity of the worst of these divergences; `None` if there are none.
    pub fn of(divergences: &[Divergence]) -> Option<Self> {
        divergences.iter().map(Self::of_one).min()
    }

    fn of_one(divergence: &Divergence) -> Self {
        match divergence.facet {
            Facet::Output => Self::SilentWrongAnswer,
            Facet::Cause | Facet::Trace => Self::WrongText,
            // What a test shows of the way to the right end is text.
            Facet::TestState if same_end(divergence) => Self::WrongText,
            Facet::Error | Facet::TestState => Self::WrongFailure,
            Facet::Acceptance | Facet::Status => match status(&divergence.actual) {
                "succeeded" => Self::SilentWrongAnswer,
                "rejected" => Self::HonestRefusal,
                _ => Self::WrongFailure,
            },
        }
    }

    /// The severity in words.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SilentWrongAnswer => "silent wrong answer",
            Self::WrongFailure => "wrong status or error",
            Self::WrongText => "wrong text or history",
            Self::HonestRefusal => "honest refusal",
        }
    }
}

fn same_end(divergence: &Divergence) -> bool {
    let members = ["status", "output", "error", "nextState"];
    members.into_iter().all(|member| divergence.expected.get(member) == divergence.actual.get(member))
}

impl fmt::Display for Severity {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

/// The tag of an outcome as a document; a refusal with another code is a bare text.
fn status(outcome: &Value) -> &str {
    let tag = outcome.as_object().and_then(|members| members.keys().next());
    tag.map_or("failed", String::as_str)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::json;

    use super::*;
    use crate::{Oracle, Signature};

    fn divergence(facet: Facet, actual: Value) -> Divergence {
        Divergence {
            facet,
            sentence: String::new(),
            signature: Signature::of_facet(facet),
            expected: json!(null),
            actual,
            oracle: Oracle::Reference,
            known: None,
        }
    }

    #[rstest]
    #[case::succeeds_wrongly(Facet::Status, json!({"succeeded": 1}), Severity::SilentWrongAnswer)]
    #[case::takes_what_is_invalid(Facet::Acceptance, json!({"succeeded": 1}), Severity::SilentWrongAnswer)]
    #[case::other_output(Facet::Output, json!(1), Severity::SilentWrongAnswer)]
    #[case::fails_wrongly(Facet::Status, json!({"failed": {"error": "E"}}), Severity::WrongFailure)]
    #[case::times_out(Facet::Status, json!("timed_out"), Severity::WrongFailure)]
    #[case::other_error(Facet::Error, json!("E"), Severity::WrongFailure)]
    #[case::other_code(Facet::Acceptance, json!("InvalidName"), Severity::WrongFailure)]
    #[case::other_text(Facet::Cause, json!("text"), Severity::WrongText)]
    #[case::other_history(Facet::Trace, json!([]), Severity::WrongText)]
    #[case::refuses(Facet::Acceptance, json!({"rejected": {"code": "C"}}), Severity::HonestRefusal)]
    fn severity_of_one_divergence(#[case] facet: Facet, #[case] actual: Value, #[case] severity: Severity) {
        assert_eq!(Severity::of(&[divergence(facet, actual)]), Some(severity));
    }

    #[test]
    fn worst_divergence_decides() {
        let both = [divergence(Facet::Trace, json!([])), divergence(Facet::Output, json!(1))];
        assert_eq!(Severity::of(&both), Some(Severity::SilentWrongAnswer));
        assert_eq!(Severity::of(&[]), None);
    }
}
