//! The `Is…` family: what kind of value the variable holds.

use serde_json::Value;

use super::timestamps;
use crate::seeded::{Site, seeded};

/// The kinds that the `Is…` operators ask for.
/// Requirement: asl.choice.is-boolean, asl.choice.is-null, asl.choice.is-numeric, asl.choice.is-string
/// Requirement: asl.choice.is-timestamp
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValueKind {
    /// `IsNull`.
    Null,
    /// `IsPresent`: any value, `null` included.
    Present,
    /// `IsNumeric`: a number, never a numeric text.
    Numeric,
    /// `IsString`: any text, timestamps included.
    String,
    /// `IsBoolean`.
    Boolean,
    /// `IsTimestamp`: a text with date, `T`, time and zone.
    Timestamp,
}

impl ValueKind {
    /// Whether a value is of the kind.
    pub(super) fn contains(self, value: &Value) -> bool {
        match self {
            Self::Null => value.is_null(),
            Self::Present => true,
            Self::Numeric => value.is_number() || is_text(value, Site::TextOfDigitsIsNumeric, is_number),
            Self::String if seeded(Site::TimestampIsNoString) => {
                value.is_string() && timestamps::instant(value).is_none()
            }
            Self::String => value.is_string(),
            Self::Boolean => value.is_boolean() || is_text(value, Site::TextMayBeBoolean, is_boolean),
            Self::Timestamp if seeded(Site::AnyTextIsTimestamp) => value.is_string(),
            Self::Timestamp => timestamps::instant(value).is_some(),
        }
    }
}

/// What engines say that take a text for the value that it spells.
fn is_text(value: &Value, site: Site, spells: fn(&str) -> bool) -> bool {
    value.as_str().is_some_and(|text| seeded(site) && spells(text))
}

fn is_number(text: &str) -> bool {
    text.parse::<f64>().is_ok()
}

fn is_boolean(text: &str) -> bool {
    matches!(text, "true" | "false")
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::json;

    use super::*;

    #[rstest]
    #[case(ValueKind::Null, json!(null), true)]
    #[case(ValueKind::Null, json!(""), false)]
    #[case(ValueKind::Present, json!(null), true)]
    #[case(ValueKind::Numeric, json!(1.1), true)]
    #[case(ValueKind::Numeric, json!("1"), false)]
    #[case(ValueKind::String, json!("2012-10-09T19:00:55Z"), true)]
    #[case(ValueKind::Boolean, json!("true"), false)]
    #[case(ValueKind::Boolean, json!(false), true)]
    #[case(ValueKind::Timestamp, json!("2012-10-09T19:00:55+01:00"), true)]
    #[case(ValueKind::Timestamp, json!("2012-10-09T19:00:55"), false)]
    #[case(ValueKind::Timestamp, json!(1_349_809_255), false)]
    fn kinds_are_told_apart(#[case] kind: ValueKind, #[case] value: Value, #[case] expected: bool) {
        assert_eq!(kind.contains(&value), expected);
    }
}
