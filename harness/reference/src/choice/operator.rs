//! The table of the 39 comparison operators of Choice rules.

use super::{Comparison, Family, ValueKind};

/// One comparison operator: a name, and what it asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Operator {
    /// The key in the rule, such as `NumericLessThanPath`.
    pub name: &'static str,
    /// What it asks of the value of `Variable`.
    pub test: OperatorTest,
}

/// What an operator asks of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OperatorTest {
    /// How the value compares with an operand of the same family.
    Compare {
        /// The type of both sides.
        family: Family,
        /// The relation that must hold.
        comparison: Comparison,
        /// Where the right side comes from.
        source: OperandSource,
    },
    /// Whether a text matches a pattern with `*`.
    Matches,
    /// Whether the value is of a kind.
    Is(ValueKind),
}

/// Where the right side of a comparison comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OperandSource {
    /// It is written in the rule.
    Literal,
    /// The rule holds a path to it (the `…Path` variants).
    Path,
}

impl Operator {
    /// All operators, in the order in which AWS lists them in its diagnostics (recorded April 2026).
    pub const ALL: [Self; 39] = [
        compare("StringEquals", Family::String, Comparison::Equals, OperandSource::Literal),
        is("IsBoolean", ValueKind::Boolean),
        compare("StringLessThan", Family::String, Comparison::LessThan, OperandSource::Literal),
        is("IsNumeric", ValueKind::Numeric),
        compare("BooleanEquals", Family::Boolean, Comparison::Equals, OperandSource::Literal),
        compare("StringLessThanEqualsPath", Family::String, Comparison::LessThanEquals, OperandSource::Path),
        compare("NumericLessThan", Family::Numeric, Comparison::LessThan, OperandSource::Literal),
        compare("NumericGreaterThan", Family::Numeric, Comparison::GreaterThan, OperandSource::Literal),
        compare("NumericLessThanPath", Family::Numeric, Comparison::LessThan, OperandSource::Path),
        Self { name: "StringMatches", test: OperatorTest::Matches },
        compare(
            "TimestampLessThanEqualsPath",
            Family::Timestamp,
            Comparison::LessThanEquals,
            OperandSource::Path,
        ),
        compare("NumericEquals", Family::Numeric, Comparison::Equals, OperandSource::Literal),
        compare("TimestampGreaterThan", Family::Timestamp, Comparison::GreaterThan, OperandSource::Literal),
        compare(
            "StringGreaterThanEqualsPath",
            Family::String,
            Comparison::GreaterThanEquals,
            OperandSource::Path,
        ),
        compare(
            "TimestampGreaterThanEqualsPath",
            Family::Timestamp,
            Comparison::GreaterThanEquals,
            OperandSource::Path,
        ),
        compare(
            "TimestampLessThanEquals",
            Family::Timestamp,
            Comparison::LessThanEquals,
            OperandSource::Literal,
        ),
        compare(
            "NumericLessThanEqualsPath",
            Family::Numeric,
            Comparison::LessThanEquals,
            OperandSource::Path,
        ),
        compare("TimestampEquals", Family::Timestamp, Comparison::Equals, OperandSource::Literal),
        compare("BooleanEqualsPath", Family::Boolean, Comparison::Equals, OperandSource::Path),
        is("IsTimestamp", ValueKind::Timestamp),
        compare("StringLessThanEquals", Family::String, Comparison::LessThanEquals, OperandSource::Literal),
        compare("NumericLessThanEquals", Family::Numeric, Comparison::LessThanEquals, OperandSource::Literal),
        compare("StringLessThanPath", Family::String, Comparison::LessThan, OperandSource::Path),
        compare("TimestampGreaterThanPath", Family::Timestamp, Comparison::GreaterThan, OperandSource::Path),
        compare("StringGreaterThan", Family::String, Comparison::GreaterThan, OperandSource::Literal),
        compare("StringGreaterThanPath", Family::String, Comparison::GreaterThan, OperandSource::Path),
        is("IsString", ValueKind::String),
        compare("StringEqualsPath", Family::String, Comparison::Equals, OperandSource::Path),
        compare("TimestampEqualsPath", Family::Timestamp, Comparison::Equals, OperandSource::Path),
        compare("TimestampLessThan", Family::Timestamp, Comparison::LessThan, OperandSource::Literal),
        compare(
            "StringGreaterThanEquals",
            Family::String,
            Comparison::GreaterThanEquals,
            OperandSource::Literal,
        ),
        compare("NumericGreaterThanPath", Family::Numeric, Comparison::GreaterThan, OperandSource::Path),
        compare(
            "NumericGreaterThanEquals",
            Family::Numeric,
            Comparison::GreaterThanEquals,
            OperandSource::Literal,
        ),
        compare("NumericEqualsPath", Family::Numeric, Comparison::Equals, OperandSource::Path),
        compare("TimestampLessThanPath", Family::Timestamp, Comparison::LessThan, OperandSource::Path),
        is("IsNull", ValueKind::Null),
        is("IsPresent", ValueKind::Present),
        compare(
            "TimestampGreaterThanEquals",
            Family::Timestamp,
            Comparison::GreaterThanEquals,
            OperandSource::Literal,
        ),
        compare(
            "NumericGreaterThanEqualsPath",
            Family::Numeric,
            Comparison::GreaterThanEquals,
            OperandSource::Path,
        ),
    ];

    /// The operator of a name; names are case-sensitive.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|operator| operator.name == name)
    }

    /// The names of all operators, joined as AWS lists them.
    pub(crate) fn list() -> String {
        Self::ALL.map(|operator| operator.name).join(", ")
    }
}

const fn compare(
    name: &'static str,
    family: Family,
    comparison: Comparison,
    source: OperandSource,
) -> Operator {
    Operator { name, test: OperatorTest::Compare { family, comparison, source } }
}

const fn is(name: &'static str, kind: ValueKind) -> Operator {
    Operator { name, test: OperatorTest::Is(kind) }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn operator_names_spell_what_they_do() {
        for operator in Operator::ALL {
            let expected = match operator.test {
                OperatorTest::Matches => "StringMatches".to_owned(),
                OperatorTest::Is(ValueKind::Present) => "IsPresent".to_owned(),
                OperatorTest::Is(kind) => format!("Is{kind:?}"),
                OperatorTest::Compare { family, comparison, source } => {
                    let suffix = if source == OperandSource::Path { "Path" } else { "" };
                    format!("{family:?}{comparison:?}{suffix}")
                }
            };
            assert_eq!(operator.name, expected);
        }
    }

    #[test]
    fn operator_names_are_distinct() {
        let names: BTreeSet<_> = Operator::ALL.iter().map(|operator| operator.name).collect();
        assert_eq!(names.len(), 39);
    }
}
