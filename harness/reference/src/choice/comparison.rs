//! The five relations of the comparison operators, and the four families of values that they relate.

use std::cmp::Ordering;

use serde_json::Value;

use super::{boolean, numeric, string, timestamps};

/// The relation that a comparison operator asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// `…Equals`.
    Equals,
    /// `…LessThan`.
    LessThan,
    /// `…GreaterThan`.
    GreaterThan,
    /// `…LessThanEquals`.
    LessThanEquals,
    /// `…GreaterThanEquals`.
    GreaterThanEquals,
}

impl Comparison {
    /// Whether two values that stand in an order to each other fulfil the relation.
    pub(super) fn holds(self, ordering: Ordering) -> bool {
        match self {
            Self::Equals => ordering.is_eq(),
            Self::LessThan => ordering.is_lt(),
            Self::GreaterThan => ordering.is_gt(),
            Self::LessThanEquals => ordering.is_le(),
            Self::GreaterThanEquals => ordering.is_ge(),
        }
    }
}

/// The type that both sides of a comparison must have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// `String…`.
    String,
    /// `Numeric…`.
    Numeric,
    /// `Boolean…`.
    Boolean,
    /// `Timestamp…`.
    Timestamp,
}

impl Family {
    /// How two values are ordered; `None` if either is not of the family (recorded: then the rule is just false).
    pub(super) fn order(self, left: &Value, right: &Value) -> Option<Ordering> {
        match self {
            Self::String => string::order(left, right),
            Self::Numeric => numeric::order(left, right),
            Self::Boolean => boolean::order(left, right),
            Self::Timestamp => timestamps::order(left, right),
        }
    }

    /// Why AWS refuses a literal operand, or `None` if it is of the family.
    pub(super) fn literal_problem(self, operand: &Value) -> Option<&'static str> {
        match self {
            Self::String => string::literal_problem(operand),
            Self::Numeric => numeric::literal_problem(operand),
            Self::Boolean => boolean::literal_problem(operand),
            Self::Timestamp => timestamps::literal_problem(operand),
        }
    }
}
