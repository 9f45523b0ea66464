//! Constructs that most engines handle in one place: what is wrong with two of a family is wrong with all.

/// Kinds of paths that select a list, however much it holds.
const LIST_PATHS: &[&str] = &["descent", "filter", "list of indexes", "slice", "wildcard"];

/// The types of values that a rule of a Choice compares, and what their comparisons are called together.
const COMPARED: &[(&str, &str)] = &[
    ("Numeric", "comparison of numbers"),
    ("String", "comparison of texts"),
    ("Timestamp", "comparison of timestamps"),
];

/// What follows the type in the name of a comparison.
const COMPARISONS: &[&str] = &["Equals", "GreaterThan", "GreaterThanEquals", "LessThan", "LessThanEquals"];

/// The families of a construct, by which two of them are one; none for most.
pub(crate) fn families(construct: &str) -> impl Iterator<Item = &'static str> {
    let path = LIST_PATHS.contains(&construct).then_some("path to a list");
    let comparison = COMPARED.iter().find_map(|(of_type, family)| {
        let rest = construct.strip_prefix(of_type)?;
        let operator = rest.strip_suffix("Path");
        COMPARISONS.contains(&operator.unwrap_or(rest)).then_some((*family, operator.is_some()))
    });
    let with_path = comparison.is_some_and(|(_, has_path)| has_path).then_some("comparison with a path");
    path.into_iter().chain(comparison.map(|(family, _)| family)).chain(with_path)
}

/// The family that both constructs belong to.
pub(crate) fn family_of_both(one: &str, other: &str) -> Option<&'static str> {
    families(one).find(|family| families(other).any(|of_other| of_other == *family))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("slice", "filter", Some("path to a list"))]
    #[case("StringEquals", "StringLessThanPath", Some("comparison of texts"))]
    #[case("StringEqualsPath", "NumericLessThanPath", Some("comparison with a path"))]
    #[case("StringEquals", "NumericEquals", None)]
    #[case("StringMatches", "StringEquals", None)]
    #[case("index", "slice", None)]
    #[case("States.Format", "States.Hash", None)]
    fn two_constructs_of_one_family_have_it(
        #[case] one: &str,
        #[case] other: &str,
        #[case] family: Option<&str>,
    ) {
        assert_eq!(family_of_both(one, other), family);
    }
}
