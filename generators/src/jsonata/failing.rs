//! Expressions that fail, one for each way that is documented, recorded or observed.

use crate::builder::Builder;

/// Expressions that fail wherever they stand, one row for each form, in several spellings. All of them are well formed.
const FAILING: &[&[&str]] = &[
    // Nothing (undefined).
    &["$states.input.missing", "$states.input.missing.deeper", "$neverAssigned"],
    &["$states.context.Map.Item.Source", "[1, 2][7]", "$range(5, 1, 1)", "$partition([1, 2], 0)"],
    // A function is no result.
    &["$sum", "function($x) { $x }"],
    // Operators.
    &["'a' + 1", "'a' * 2"],
    &["1 + 'a'", "2 - 'a'"],
    &["'a' < 1", "1 >= 'a'"],
    &["true < false", "[1] <= 2"],
    &["-'a'", "['a'..3]"],
    // Functions that AWS adds.
    &["$partition([1, 2], -1)", "$partition([1, 2], -2)"],
    &["$parse('{bad')", "$parse('')"],
    &["$hash('text', 'SHA256')", "$hash('text', 'sha-1')"],
    &["$partition('text', 1)", "$sum(['a', 1])", "$join($range(1, 100, 1))"],
    &[
        "$range(1, '9', 1)",
        "$hash(5, 'MD5')",
        "$parse(5)",
        "$random('seed')",
        "$uuid(1)",
        "$partition([1], '1')",
    ],
    &["$eval('1 + 1')", "$noSuchFunction(1)", "($x := 5; $x(1))"],
    // Functions of the language.
    &["$substring(5, 1)", "$uppercase(5)", "$sum('text')"],
    &["$split('a,b', ',', -1)"],
    &["$reduce([1, 2], function($a) { $a })"],
    &["$sqrt(-1)"],
    &["$single([1, 2], function($v) { true })"],
    &["$single([1, 2], function($v) { $v > 5 })", "$number('abc')", "$power(-1, 0.5)"],
    &["$error('custom')", "$assert(1 = 2, 'not equal')"],
    // Limits.
    &["($f := function($n) { 1 + $f($n + 1) }; $f(0))"],
    &["$range(1, 400000, 1)", "$count([1..900000])"],
];

/// Without an end. Where an engine has no limit it hangs, and takes with it what comes after: not in real time.
const ENDLESS: &str = "($f := function($n) { $f($n + 1) }; $f(0))";

/// Every expression that fails wherever it stands, in all spellings, and comes to an end by itself.
pub(crate) fn failing_expressions() -> impl Iterator<Item = &'static str> {
    FAILING.iter().flat_map(|spellings| spellings.iter().copied())
}

impl Builder {
    /// An expression that fails in any field.
    pub(crate) fn failing_expression(&mut self) -> &'static str {
        if !self.real_time && self.draw.chance(2) {
            return ENDLESS;
        }
        let spellings = self.draw.pick(FAILING);
        self.draw.pick(spellings)
    }
}

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
    /// Expressions with a value of another type, one out of range, or one of another form, in a row each.
    pub(crate) fn wrong(self) -> &'static [&'static [&'static str]] {
        match self {
            Self::Condition => &[&["1", "'true'", "null", "[true]", "{'a': true}"]],
            Self::Seconds => &[&["'5'", "null", "true", "[1]"], &["-1", "0 - 5"], &["1.5", "3 / 2"]],
            Self::Timestamp => &[&["5", "null"], &["'no time'", "'2024-01-15'"], &["'2024-13-45T99:00:00Z'"]],
            Self::Items => &[&["5", "'text'", "true", "null"]],
            Self::Limit => &[&["'60'", "null"], &["-1", "0 - 5"], &["1.6", "7 / 2"]],
            Self::Count => &[&["'2'", "null", "false"], &["-1"], &["1.5"]],
            Self::Words => &[&["5", "null", "true", "['E']", "{'a': 1}"]],
        }
    }
}

/// An expression that this field cannot use: of the wrong type or out of range, or one that fails anywhere.
pub(crate) fn spoiled(builder: &mut Builder, field: Field) -> String {
    let expression = if builder.draw.chance(75) {
        let spellings = builder.draw.pick(field.wrong());
        builder.draw.pick(spellings)
    } else {
        builder.failing_expression()
    };
    builder.delimited(expression)
}
