//! The `String…` family: order by UTF-16 code units, as Java's `compareTo` does; nothing is folded or trimmed.

use std::cmp::Ordering;

use crate::seeded::{Site, seeded};
use serde_json::Value;

/// How two texts are ordered.
/// Requirement: asl.choice.string-equals, asl.choice.string-order
pub(super) fn order(left: &Value, right: &Value) -> Option<Ordering> {
    let (left, right) = (left.as_str()?, right.as_str()?);
    if seeded(Site::StringsFoldCase) {
        return Some(left.to_lowercase().encode_utf16().cmp(right.to_lowercase().encode_utf16()));
    }
    if seeded(Site::StringsAreTrimmed) {
        return Some(left.trim().encode_utf16().cmp(right.trim().encode_utf16()));
    }
    if seeded(Site::StringsByCodePoint) {
        return Some(left.cmp(right));
    }
    Some(left.encode_utf16().cmp(right.encode_utf16()))
}

/// Why a literal operand is refused.
pub(super) fn literal_problem(operand: &Value) -> Option<&'static str> {
    (!operand.is_string()).then_some("Expected value of type String")
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("", "", Ordering::Equal)]
    #[case("A", "AB", Ordering::Less)]
    #[case("A", "A ", Ordering::Less)]
    #[case("Z", "a", Ordering::Less)]
    #[case("\t\n", "\t\r\n", Ordering::Less)]
    #[case("e\u{301}", "é", Ordering::Less)]
    // By code points the order would be the other way round: the surrogates of U+1F600 begin with D83D.
    #[case("\u{1F600}", "\u{FF21}", Ordering::Less)]
    fn texts_are_ordered_by_code_units(#[case] left: &str, #[case] right: &str, #[case] expected: Ordering) {
        assert_eq!(order(&left.into(), &right.into()), Some(expected));
        assert_eq!(order(&right.into(), &left.into()), Some(expected.reverse()));
    }
}
