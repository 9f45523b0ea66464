//! Bugs in Choice: its rules, and each family of its operators.

use asl_reference::seeded::Site;

use super::{Mutant, definition, rewritings, site};
use crate::mutants::misreading::Misreading as M;

const CHOICE: &str = "choice";
const STRING: &str = "choice-string";
const NUMERIC: &str = "choice-numeric";
const TIMESTAMP: &str = "choice-timestamp";
const BOOLEAN: &str = "choice-boolean";
const KIND: &str = "choice-type-test";

/// One operator is read as another.
const fn operator(
    id: &'static str,
    area: &'static str,
    mistake: &'static str,
    from: &'static str,
    to: &'static str,
) -> Mutant {
    definition(id, area, mistake, M::Operator { from, to })
}

pub(super) const MUTANTS: &[Mutant] = &[
    operator(
        "numeric-less-includes-equal",
        NUMERIC,
        "NumericLessThan holds for equal numbers.",
        "NumericLessThan",
        "NumericLessThanEquals",
    ),
    operator(
        "numeric-greater-includes-equal",
        NUMERIC,
        "NumericGreaterThan holds for equal numbers.",
        "NumericGreaterThan",
        "NumericGreaterThanEquals",
    ),
    operator(
        "numeric-less-equals-excludes-equal",
        NUMERIC,
        "NumericLessThanEquals does not hold for equal numbers.",
        "NumericLessThanEquals",
        "NumericLessThan",
    ),
    operator(
        "numeric-greater-equals-excludes-equal",
        NUMERIC,
        "NumericGreaterThanEquals does not hold for equal numbers.",
        "NumericGreaterThanEquals",
        "NumericGreaterThan",
    ),
    operator(
        "numeric-less-path-turned-round",
        NUMERIC,
        "NumericLessThanPath compares its sides the wrong way round.",
        "NumericLessThanPath",
        "NumericGreaterThanPath",
    ),
    operator(
        "numeric-greater-path-includes-equal",
        NUMERIC,
        "NumericGreaterThanPath holds for equal numbers.",
        "NumericGreaterThanPath",
        "NumericGreaterThanEqualsPath",
    ),
    operator(
        "numeric-less-equals-path-excludes-equal",
        NUMERIC,
        "NumericLessThanEqualsPath does not hold for equal numbers.",
        "NumericLessThanEqualsPath",
        "NumericLessThanPath",
    ),
    site("numbers-by-text", NUMERIC, "Numbers are compared as they are written.", Site::NumbersByText),
    site("numbers-may-be-text", NUMERIC, "A text of digits is compared as a number.", Site::NumbersMayBeText),
    operator(
        "string-less-includes-equal",
        STRING,
        "StringLessThan holds for equal texts.",
        "StringLessThan",
        "StringLessThanEquals",
    ),
    operator(
        "string-greater-includes-equal",
        STRING,
        "StringGreaterThan holds for equal texts.",
        "StringGreaterThan",
        "StringGreaterThanEquals",
    ),
    operator(
        "string-less-equals-excludes-equal",
        STRING,
        "StringLessThanEquals does not hold for equal texts.",
        "StringLessThanEquals",
        "StringLessThan",
    ),
    operator(
        "string-greater-equals-excludes-equal",
        STRING,
        "StringGreaterThanEquals does not hold for equal texts.",
        "StringGreaterThanEquals",
        "StringGreaterThan",
    ),
    operator(
        "string-greater-path-turned-round",
        STRING,
        "StringGreaterThanPath compares its sides the wrong way round.",
        "StringGreaterThanPath",
        "StringLessThanPath",
    ),
    operator(
        "string-greater-equals-path-excludes-equal",
        STRING,
        "StringGreaterThanEqualsPath does not hold for equal texts.",
        "StringGreaterThanEqualsPath",
        "StringGreaterThanPath",
    ),
    site("strings-fold-case", STRING, "Texts are compared whatever their case.", Site::StringsFoldCase),
    site("strings-are-trimmed", STRING, "Blanks around texts do not count.", Site::StringsAreTrimmed),
    site(
        "strings-by-code-point",
        STRING,
        "Texts are ordered by code points instead of UTF-16 units.",
        Site::StringsByCodePoint,
    ),
    site(
        "pattern-matches-part",
        STRING,
        "A pattern without `*` matches a part of the text.",
        Site::PatternMatchesPart,
    ),
    site("star-needs-text", STRING, "`*` does not match the empty text.", Site::StarNeedsText),
    site(
        "escaped-star-is-wild",
        STRING,
        "An escaped `*` is a wildcard all the same.",
        Site::EscapedStarIsWild,
    ),
    site("one-star-alone", STRING, "Only the first `*` of a pattern is a wildcard.", Site::OneStarAlone),
    site("pattern-folds-case", STRING, "A pattern matches whatever the case.", Site::PatternFoldsCase),
    operator(
        "string-matches-is-equals",
        STRING,
        "StringMatches takes its pattern literally.",
        "StringMatches",
        "StringEquals",
    ),
    operator(
        "timestamp-less-includes-equal",
        TIMESTAMP,
        "TimestampLessThan holds for equal instants.",
        "TimestampLessThan",
        "TimestampLessThanEquals",
    ),
    operator(
        "timestamp-greater-includes-equal",
        TIMESTAMP,
        "TimestampGreaterThan holds for equal instants.",
        "TimestampGreaterThan",
        "TimestampGreaterThanEquals",
    ),
    operator(
        "timestamp-less-equals-excludes-equal",
        TIMESTAMP,
        "TimestampLessThanEquals does not hold for equal instants.",
        "TimestampLessThanEquals",
        "TimestampLessThan",
    ),
    operator(
        "timestamp-greater-equals-excludes-equal",
        TIMESTAMP,
        "TimestampGreaterThanEquals does not hold for equal instants.",
        "TimestampGreaterThanEquals",
        "TimestampGreaterThan",
    ),
    operator(
        "timestamp-less-path-includes-equal",
        TIMESTAMP,
        "TimestampLessThanPath holds for equal instants.",
        "TimestampLessThanPath",
        "TimestampLessThanEqualsPath",
    ),
    operator(
        "timestamp-greater-equals-path-excludes-equal",
        TIMESTAMP,
        "TimestampGreaterThanEqualsPath does not hold for equal instants.",
        "TimestampGreaterThanEqualsPath",
        "TimestampGreaterThanPath",
    ),
    site("timestamps-by-text", TIMESTAMP, "Instants are compared as texts.", Site::TimestampsByText),
    site(
        "timestamp-loses-offset",
        TIMESTAMP,
        "The offset of an instant does not count.",
        Site::TimestampLosesOffset,
    ),
    site(
        "timestamp-loses-fraction",
        TIMESTAMP,
        "The fraction of a second does not count.",
        Site::TimestampLosesFraction,
    ),
    site(
        "timestamp-may-be-date",
        TIMESTAMP,
        "A date without a time is a timestamp.",
        Site::TimestampMayBeDate,
    ),
    site(
        "timestamp-may-have-blank",
        TIMESTAMP,
        "A blank may stand between date and time.",
        Site::TimestampMayHaveBlank,
    ),
    site(
        "timestamp-needs-no-zone",
        TIMESTAMP,
        "A timestamp without a zone is taken for UTC.",
        Site::TimestampNeedsNoZone,
    ),
    definition(
        "boolean-equals-negated-by-false",
        BOOLEAN,
        "BooleanEquals false is taken for BooleanEquals true.",
        M::Rule(rewritings::boolean_equals_true),
    ),
    operator(
        "boolean-equals-path-is-string",
        BOOLEAN,
        "BooleanEqualsPath compares texts.",
        "BooleanEqualsPath",
        "StringEqualsPath",
    ),
    site("null-is-not-present", KIND, "IsPresent does not hold for null.", Site::NullIsNotPresent),
    site(
        "is-present-needs-the-path",
        KIND,
        "IsPresent fails where the path leads nowhere.",
        Site::IsPresentNeedsThePath,
    ),
    site("missing-is-null", KIND, "IsNull holds where the path leads nowhere.", Site::MissingIsNull),
    site(
        "text-of-digits-is-numeric",
        KIND,
        "IsNumeric holds for a text of digits.",
        Site::TextOfDigitsIsNumeric,
    ),
    site(
        "timestamp-is-no-string",
        KIND,
        "IsString does not hold for a timestamp.",
        Site::TimestampIsNoString,
    ),
    site("text-may-be-boolean", KIND, "IsBoolean holds for the text `true`.", Site::TextMayBeBoolean),
    site("any-text-is-timestamp", KIND, "IsTimestamp holds for any text.", Site::AnyTextIsTimestamp),
    definition(
        "type-tests-ignore-false",
        KIND,
        "IsNull and its like take false for true.",
        M::Rule(rewritings::type_tests_are_true),
    ),
    definition(
        "is-present-ignores-false",
        KIND,
        "IsPresent takes false for true.",
        M::Rule(rewritings::is_present_is_true),
    ),
    operator("and-is-or", CHOICE, "And is read as Or.", "And", "Or"),
    operator("or-is-and", CHOICE, "Or is read as And.", "Or", "And"),
    definition("not-ignored", CHOICE, "Not does not turn its rule round.", M::Rule(rewritings::unwrap_not)),
    definition(
        "and-first-part-alone",
        CHOICE,
        "Only the first part of And counts.",
        M::Rule(rewritings::first_part_of_and),
    ),
    definition(
        "or-first-part-alone",
        CHOICE,
        "Only the first part of Or counts.",
        M::Rule(rewritings::first_part_of_or),
    ),
    site(
        "and-asks-all-parts",
        CHOICE,
        "And asks the parts behind one that does not hold, so that a guard does not protect them.",
        Site::AndAsksAllParts,
    ),
    site(
        "or-asks-all-parts",
        CHOICE,
        "Or asks the parts behind one that holds, so that a guard does not protect them.",
        Site::OrAsksAllParts,
    ),
    site(
        "missing-variable-is-false",
        CHOICE,
        "A Variable that leads nowhere makes a rule false instead of failing.",
        Site::MissingVariableIsFalse,
    ),
    site(
        "missing-operand-is-false",
        CHOICE,
        "A path operand that leads nowhere makes a rule false instead of failing.",
        Site::MissingOperandIsFalse,
    ),
    site(
        "wrong-type-fails",
        CHOICE,
        "A value of another type fails instead of making the rule false.",
        Site::WrongTypeFails,
    ),
    site(
        "path-operand-is-text",
        CHOICE,
        "The operand of a `…Path` operator is compared as it is written.",
        Site::PathOperandIsText,
    ),
    site("last-rule-wins", CHOICE, "Of several rules that hold the last one counts.", Site::LastRuleWins),
    site(
        "variable-of-raw-input",
        CHOICE,
        "Variable looks at the raw input, past InputPath.",
        Site::VariableOfRawInput,
    ),
    site(
        "no-match-ends-well",
        CHOICE,
        "Without a match and without Default the execution succeeds.",
        Site::NoMatchEndsWell,
    ),
    definition("default-ignored", CHOICE, "Default is not read.", M::FieldIgnored(&["Choice"], "Default")),
    definition(
        "default-is-first-rule",
        CHOICE,
        "Default leads where the first rule leads.",
        M::State(rewritings::default_is_first_rule),
    ),
    definition(
        "choice-ignores-input-path",
        CHOICE,
        "Choice does not know InputPath.",
        M::FieldIgnored(&["Choice"], "InputPath"),
    ),
    definition(
        "choice-ignores-output-path",
        CHOICE,
        "Choice does not know OutputPath.",
        M::FieldIgnored(&["Choice"], "OutputPath"),
    ),
];
