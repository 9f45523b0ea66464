//! The `Numeric…` family: numbers compare by value, whatever way they are written.

use std::cmp::Ordering;

use crate::seeded::{Site, seeded};
use serde_json::{Number, Value};

/// How two numbers are ordered.
/// Requirement: asl.choice.numeric-equals, asl.choice.numeric-order
pub(super) fn order(left: &Value, right: &Value) -> Option<Ordering> {
    if seeded(Site::NumbersByText) {
        return Some(left.as_number()?.to_string().cmp(&right.as_number()?.to_string()));
    }
    match (Exact::of(left)?, Exact::of(right)?) {
        (Exact::Whole(left), Exact::Whole(right)) => Some(left.cmp(&right)),
        (Exact::Double(left), Exact::Double(right)) => left.partial_cmp(&right),
        (Exact::Whole(left), Exact::Double(right)) => Some(order_whole_and_double(left, right)),
        (Exact::Double(left), Exact::Whole(right)) => Some(order_whole_and_double(right, left).reverse()),
    }
}

/// Why a literal operand is refused.
pub(super) fn literal_problem(operand: &Value) -> Option<&'static str> {
    (!operand.is_number()).then_some("Expected value of type Number")
}

enum Exact {
    Whole(i128),
    Double(f64),
}

impl Exact {
    fn of(value: &Value) -> Option<Self> {
        if let Value::String(text) = value
            && seeded(Site::NumbersMayBeText)
        {
            return text.parse().ok().map(Self::Double);
        }
        let number = value.as_number()?;
        match whole(number) {
            Some(whole) => Some(Self::Whole(whole)),
            None => number.as_f64().map(Self::Double),
        }
    }
}

fn whole(number: &Number) -> Option<i128> {
    number.as_i64().map(i128::from).or_else(|| number.as_u64().map(i128::from))
}

/// Exact even where a double cannot hold the whole number: 2^53 + 1 is greater than 2^53.
fn order_whole_and_double(whole: i128, double: f64) -> Ordering {
    // Beyond this every double is larger than any 64-bit whole number, and the cast below would saturate.
    const LIMIT: f64 = 1e30;
    if double >= LIMIT {
        return Ordering::Less;
    }
    if double <= -LIMIT {
        return Ordering::Greater;
    }
    #[expect(clippy::cast_possible_truncation, reason = "the magnitude was checked above")]
    let floor = double.floor() as i128;
    let has_fraction = double > double.floor();
    whole.cmp(&floor).then(if has_fraction { Ordering::Less } else { Ordering::Equal })
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::json;

    use super::*;

    #[rstest]
    #[case(json!(0), json!(0.0), Ordering::Equal)]
    #[case(json!(1), json!(1.0), Ordering::Equal)]
    #[case(json!(-0.0), json!(0), Ordering::Equal)]
    #[case(json!(1.1), json!(1.0), Ordering::Greater)]
    #[case(json!(1), json!(1.5), Ordering::Less)]
    #[case(json!(-1), json!(-1.5), Ordering::Greater)]
    #[case(json!(9_007_199_254_740_993_i64), json!(9_007_199_254_740_992.0), Ordering::Greater)]
    #[case(json!(u64::MAX), json!(i64::MIN), Ordering::Greater)]
    #[case(json!(u64::MAX), json!(1e300), Ordering::Less)]
    #[case(json!(i64::MIN), json!(-1e300), Ordering::Greater)]
    fn numbers_compare_by_value(#[case] left: Value, #[case] right: Value, #[case] expected: Ordering) {
        assert_eq!(order(&left, &right), Some(expected));
        assert_eq!(order(&right, &left), Some(expected.reverse()));
    }

    #[test]
    fn a_numeric_text_is_no_number() {
        assert_eq!(order(&json!("1"), &json!(1)), None);
    }
}
