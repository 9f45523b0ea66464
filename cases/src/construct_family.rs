//! Constructs that most engines handle in one place: what is wrong with two of a family is wrong with all.

/// The families of kinds of paths.
const PATH_TO_A_LIST: &str = "path to a list";
const ANY_INDEX: &str = "any index";

/// Kinds of paths that select a list, however much it holds.
const LIST_PATHS: &[&str] = &["descent", "filter", "list of indexes", "slice", "wildcard"];

/// Kinds of paths to one element of a list.
const INDEXES: &[&str] = &["index", "negative index"];

/// What a literal in a call has escaped; braces mean something in a template alone.
const ESCAPES: &[&str] = &["escaped backslash", "escaped quote"];

/// The construct of a path to anything in the context object.
pub const CONTEXT_PATH: &str = "context path";

/// The context object as a whole in an expression in JSONata.
pub const JSONATA_CONTEXT: &str = "$states.context";

/// A variable that a path reads.
pub const VARIABLE_OF_A_PATH: &str = "variable";

/// A variable that an expression in JSONata reads: an engine may know of them in one of the languages alone.
pub const JSONATA_VARIABLE: &str = "variable in JSONata";

/// That a rule of any type compares with what a path leads to.
const PATH_OPERAND: &str = "path operand";

/// That a rule compares timestamps, with an operand of any form.
const TIMESTAMP: &str = "timestamp";

/// What is true or false can only be equal.
const BOOLEANS: &[&str] = &["BooleanEquals", "BooleanEqualsPath"];

/// The types of values that a rule of a Choice compares, and what their comparisons are called together.
const COMPARED: &[(&str, &str, &str)] = &[
    ("Numeric", "comparison of numbers", "comparison of numbers with a path"),
    ("String", "comparison of texts", "comparison of texts with a path"),
    ("Timestamp", "comparison of timestamps", "comparison of timestamps with a path"),
];

/// What is compared with may be read in one place for all types.
const COMPARISON_WITH_A_PATH: &str = "comparison with a path";

/// What follows the type in the name of a comparison.
const COMPARISONS: &[&str] = &["Equals", "GreaterThan", "GreaterThanEquals", "LessThan", "LessThanEquals"];

/// The family of a construct; none for most.
pub(crate) fn family(construct: &str) -> Option<&'static str> {
    let path = LIST_PATHS.contains(&construct).then_some(PATH_TO_A_LIST);
    let comparison = COMPARED.iter().find_map(|(of_type, family, with_a_path)| {
        if construct == *with_a_path {
            return Some(COMPARISON_WITH_A_PATH);
        }
        let operator = construct.strip_prefix(of_type)?;
        match operator.strip_suffix("Path") {
            Some(operator) => COMPARISONS.contains(&operator).then_some(*with_a_path),
            None => COMPARISONS.contains(&operator).then_some(*family),
        }
    });
    let index = INDEXES.contains(&construct).then_some(ANY_INDEX);
    let escape = ESCAPES.contains(&construct).then_some("escaped text");
    let booleans = BOOLEANS.contains(&construct).then_some("comparison of booleans");
    path.or(index).or(escape).or(booleans).or(comparison).or_else(|| Some(in_context_object(construct)?.0))
}

/// The families that a construct belongs to: its own, that of this one, and so on.
pub(crate) fn families(construct: &str) -> impl Iterator<Item = &'static str> {
    std::iter::successors(family(construct), |found| family(found).filter(|next| next != found))
}

/// The family of a path to one field of the context object, and the field: `$$.State.Name` and `$states.context.State.Name`.
fn in_context_object(construct: &str) -> Option<(&'static str, &str)> {
    let in_path = construct.strip_prefix("$$.").map(|field| (CONTEXT_PATH, field));
    in_path.or_else(|| {
        let field = construct.strip_prefix(JSONATA_CONTEXT)?.strip_prefix('.')?;
        Some((JSONATA_CONTEXT, field))
    })
}

/// Whether what a rule compares in this way is of the kind that this construct names where its operator does not matter.
pub(crate) fn is_operator_with(operator: &str, construct: &str) -> bool {
    let compared = COMPARED.iter().find_map(|(of_type, ..)| Some((of_type, operator.strip_prefix(of_type)?)));
    let comparison =
        compared.filter(|(_, rest)| COMPARISONS.contains(&rest.strip_suffix("Path").unwrap_or(rest)));
    match construct {
        PATH_OPERAND => comparison.is_some_and(|(_, rest)| rest.ends_with("Path")) || operator == BOOLEANS[1],
        TIMESTAMP => comparison.is_some_and(|(of_type, _)| *of_type == "Timestamp"),
        _ => false,
    }
}

/// Whether it is a path into the context object.
pub fn is_context_path(construct: &str) -> bool {
    construct == CONTEXT_PATH || family(construct) == Some(CONTEXT_PATH)
}

/// Whether it is a kind of path to elements of a list, or a family of them.
pub(crate) fn is_path_into_a_list(construct: &str) -> bool {
    [PATH_TO_A_LIST, ANY_INDEX].contains(&construct)
        || LIST_PATHS.contains(&construct)
        || INDEXES.contains(&construct)
}

/// The nearest family that both constructs belong to. Two fields of one object in the context object may each be wrong; what
/// is wrong in two of its objects is wrong with all of it.
pub(crate) fn family_of_both(one: &str, other: &str) -> Option<&'static str> {
    let object = |construct| in_context_object(construct).and_then(|(_, field)| field.split('.').next());
    let is_of_one_object = object(one).is_some_and(|one| object(other) == Some(one));
    families(one).find(|of_one| is_of_family(other, of_one) && !is_of_one_object)
}

/// Whether a construct belongs to this family.
pub fn is_of_family(construct: &str, wanted: &str) -> bool {
    families(construct).any(|family| family == wanted)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("StringLessThanPath", "path operand", true)]
    #[case("BooleanEqualsPath", "path operand", true)]
    #[case("StringLessThan", "path operand", false)]
    #[case("TimestampEqualsPath", "timestamp", true)]
    #[case("IsTimestamp", "timestamp", false)]
    #[case("TimestampPath", "path operand", false)]
    fn comparison_tells_what_it_is_with(
        #[case] operator: &str,
        #[case] construct: &str,
        #[case] is_with: bool,
    ) {
        assert_eq!(is_operator_with(operator, construct), is_with);
    }

    #[rstest]
    #[case("slice", "filter", Some("path to a list"))]
    #[case("StringEquals", "StringLessThan", Some("comparison of texts"))]
    #[case("StringEquals", "StringLessThanPath", None)]
    #[case("StringEqualsPath", "StringLessThanPath", Some("comparison of texts with a path"))]
    #[case("StringEqualsPath", "NumericLessThanPath", Some("comparison with a path"))]
    #[case("BooleanEquals", "BooleanEqualsPath", Some("comparison of booleans"))]
    #[case("StringEquals", "NumericEquals", None)]
    #[case("StringMatches", "StringEquals", None)]
    #[case("index", "negative index", Some("any index"))]
    #[case("index", "slice", None)]
    #[case("escaped quote", "escaped backslash", Some("escaped text"))]
    #[case("escaped quote", "escaped brace", None)]
    #[case("States.Format", "States.Hash", None)]
    #[case("$$.State.Name", "$$.Execution.Id", Some("context path"))]
    #[case("$$.State.Name", "$$.State.RetryCount", None)]
    #[case("$states.context.State.Name", "$states.context.Map.Item", Some("$states.context"))]
    #[case("$$.State.Name", "$states.context.Map.Item", None)]
    fn two_constructs_of_one_family_have_it(
        #[case] one: &str,
        #[case] other: &str,
        #[case] family: Option<&str>,
    ) {
        assert_eq!(family_of_both(one, other), family);
    }
}
