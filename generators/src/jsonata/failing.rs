//! Expressions that fail, one for each way that is documented, recorded or observed.

use crate::builder::Builder;

/// Expressions that fail wherever they stand. All of them are well formed.
pub(crate) const FAILING: &[&str] = &[
    // Nothing (undefined).
    "$states.input.missing",
    "$states.input.missing.deeper",
    "$neverAssigned",
    "$states.context.Map.Item.Source",
    "[1, 2][7]",
    "$range(5, 1, 1)",
    "$partition([1, 2], 0)",
    // A function is no result.
    "$sum",
    "function($x) { $x }",
    // Operators.
    "'a' + 1",
    "1 + 'a'",
    "-'a'",
    "'a' < 1",
    "true < false",
    "['a'..3]",
    // Functions that AWS adds.
    "$partition([1, 2], -1)",
    "$partition('text', 1)",
    "$partition([1], '1')",
    "$range(1, '9', 1)",
    "$hash('text', 'SHA256')",
    "$hash(5, 'MD5')",
    "$parse('{bad')",
    "$parse('')",
    "$parse(5)",
    "$random('seed')",
    "$uuid(1)",
    "$eval('1 + 1')",
    "$noSuchFunction(1)",
    // Functions of the language.
    "$number('abc')",
    "$sqrt(-1)",
    "$split('a,b', ',', -1)",
    "$substring(5, 1)",
    "$uppercase(5)",
    "$sum('text')",
    "$sum(['a', 1])",
    "$single([1, 2], function($v) { true })",
    "$single([1, 2], function($v) { $v > 5 })",
    "$reduce([1, 2], function($a) { $a })",
    "$error('custom')",
    "$assert(1 = 2, 'not equal')",
    "$power(-1, 0.5)",
    "($x := 5; $x(1))",
    // Limits.
    "($f := function($n) { 1 + $f($n + 1) }; $f(0))",
    "$range(1, 400000, 1)",
    "$join($range(1, 100, 1))",
];

/// A field that takes a value of one type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Field {
    /// `Condition`.
    Condition,
    /// `Seconds`.
    Seconds,
    /// `Timestamp`.
    Timestamp,
    /// `Items`.
    Items,
    /// `TimeoutSeconds` and `HeartbeatSeconds`.
    Limit,
    /// `MaxConcurrency` and the tolerated failures.
    Count,
    /// `Error` and `Cause`.
    Words,
}

impl Field {
    /// Expressions with a value of another type, or outside the range.
    fn wrong(self) -> &'static [&'static str] {
        match self {
            Self::Condition => &["1", "'true'", "null", "[true]", "{'a': true}"],
            Self::Seconds => &["'5'", "-1", "1.5", "null", "true", "[1]"],
            Self::Timestamp => &["'no time'", "'2024-01-15'", "5", "null", "'2024-13-45T99:00:00Z'"],
            Self::Items => &["5", "'text'", "true", "null"],
            Self::Limit => &["-1", "1.6", "'60'", "null", "0 - 5"],
            Self::Count => &["-1", "1.5", "'2'", "null", "false"],
            Self::Words => &["5", "null", "true", "['E']", "{'a': 1}"],
        }
    }
}

/// An expression that this field cannot use: of the wrong type or out of range, or one that fails anywhere.
pub(crate) fn spoiled(builder: &mut Builder, field: Field) -> String {
    let expression =
        if builder.draw.chance(70) { builder.draw.pick(field.wrong()) } else { builder.draw.pick(FAILING) };
    builder.delimited(expression)
}
