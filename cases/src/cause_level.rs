//! How far two causes agree: clients read them in three ways.

use std::fmt;

use serde_json::Value;

/// How far two causes of one error agree, the least first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CauseLevel {
    /// Only the error name is right: enough for a Retry or a Catch.
    Name,
    /// Both are a text, or both a JSON document: enough for a state that parses the cause.
    Shape,
    /// To the letter.
    Verbatim,
}

impl CauseLevel {
    /// How far the two agree.
    pub fn between(expected: Option<&str>, actual: Option<&str>) -> Self {
        match (expected, actual) {
            (left, right) if left == right => Self::Verbatim,
            (Some(left), Some(right)) if is_document(left) == is_document(right) => Self::Shape,
            _ => Self::Name,
        }
    }

    /// The level in words.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Name => "the error name only",
            Self::Shape => "the error name and the kind of cause",
            Self::Verbatim => "the whole cause",
        }
    }
}

impl fmt::Display for CauseLevel {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

fn is_document(text: &str) -> bool {
    serde_json::from_str(text).is_ok_and(|value: Value| value.is_object() || value.is_array())
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(Some("a"), Some("a"), CauseLevel::Verbatim)]
    #[case(None, None, CauseLevel::Verbatim)]
    #[case(Some("a"), Some("b"), CauseLevel::Shape)]
    #[case(Some("{\"a\":1}"), Some("{}"), CauseLevel::Shape)]
    #[case(Some("{\"a\":1}"), Some("a"), CauseLevel::Name)]
    #[case(Some("a"), None, CauseLevel::Name)]
    fn level_is_how_far_two_causes_agree(
        #[case] expected: Option<&str>,
        #[case] actual: Option<&str>,
        #[case] level: CauseLevel,
    ) {
        assert_eq!(CauseLevel::between(expected, actual), level);
    }
}
