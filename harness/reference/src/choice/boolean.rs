//! The `Boolean…` family.

use std::cmp::Ordering;

use serde_json::Value;

/// How two booleans are ordered; only equality is ever asked for.
/// Requirement: asl.choice.boolean-equals
pub(super) fn order(left: &Value, right: &Value) -> Option<Ordering> {
    Some(left.as_bool()?.cmp(&right.as_bool()?))
}

/// Why a literal operand is refused.
pub(super) fn literal_problem(operand: &Value) -> Option<&'static str> {
    (!operand.is_boolean()).then_some("Expected value of type Boolean")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_booleans_are_compared() {
        assert_eq!(order(&json!(true), &json!(true)), Some(Ordering::Equal));
        assert_eq!(order(&json!(true), &json!("true")), None);
        assert_eq!(order(&json!(1), &json!(true)), None);
    }
}
