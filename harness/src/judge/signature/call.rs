//! The call of a function that fails, or should.

use std::{ops::RangeInclusive, sync::LazyLock};

use asl_cases::Outcome;
use regex::Regex;

use super::shape::{FUNCTION_FAILED, cause};

/// Why a function failed, and which one, in AWS's text about a call.
static FAILED_CALL: LazyLock<Regex> = LazyLock::new(|| {
    let texts =
        r"(Invalid arguments|Invalid template|Cannot convert String to Json) in (States\.[A-Za-z0-9]+)";
    Regex::new(texts).expect("the pattern is constant")
});
/// A call of any function.
pub(super) const CALL_OF_A_FUNCTION: &str = "intrinsic call";

/// How many arguments the functions take, as the documentation says. Not here: those that take any number.
const ARITIES: &[(&str, RangeInclusive<usize>)] = &[
    ("States.ArrayContains", 2..=2),
    ("States.ArrayGetItem", 2..=2),
    ("States.ArrayLength", 1..=1),
    ("States.ArrayPartition", 2..=2),
    ("States.ArrayRange", 3..=3),
    ("States.ArrayUnique", 1..=1),
    ("States.Base64Decode", 1..=1),
    ("States.Base64Encode", 1..=1),
    ("States.Hash", 2..=2),
    ("States.JsonMerge", 3..=3),
    ("States.JsonToString", 1..=1),
    ("States.MathAdd", 2..=2),
    ("States.MathRandom", 2..=3),
    ("States.StringSplit", 2..=2),
    ("States.StringToJson", 1..=1),
];

/// The call of a function that failed, where AWS's text says so: the function, or that it may be any, and how the failure reads.
pub(super) fn failed_call(outcome: &Outcome) -> Option<(&str, String)> {
    let cause = cause(outcome)?;
    let told = FAILED_CALL.captures_iter(cause).last()?;
    let function = told.get(2)?.as_str();
    let (_, quoted) = cause.split_once(FUNCTION_FAILED)?;
    let reason = match &told[1] {
        "Invalid template" => "a call with an invalid template fails".to_owned(),
        "Cannot convert String to Json" => "a call with a text that is no JSON fails".to_owned(),
        _ => match n_arguments(quoted, function) {
            // Nobody has to look at the arguments for that, nor at the function.
            Some(count) if !may_have(function, count) => {
                let (construct, reason) =
                    (CALL_OF_A_FUNCTION, "a call with a wrong number of arguments fails");
                return Some((construct, reason.to_owned()));
            }
            Some(1) => "a call with 1 argument fails".to_owned(),
            Some(count) => format!("a call with {count} arguments fails"),
            None => "a call fails".to_owned(),
        },
    };
    Some((function, reason))
}

/// Whether the function takes so many arguments.
fn may_have(function: &str, count: usize) -> bool {
    ARITIES.iter().find(|(name, _)| *name == function).is_none_or(|(_, counts)| counts.contains(&count))
}

/// How many arguments the first call of this function has in an expression.
fn n_arguments(expression: &str, function: &str) -> Option<usize> {
    let (_, rest) = expression.split_once(&format!("{function}("))?;
    let (mut depth, mut is_quoted, mut is_escaped) = (0_usize, false, false);
    let (mut n_commas, mut is_empty) = (0, true);
    for letter in rest.chars() {
        match letter {
            _ if is_escaped => is_escaped = false,
            '\\' if is_quoted => is_escaped = true,
            '\'' => is_quoted = !is_quoted,
            _ if is_quoted => {}
            '(' | '[' => depth += 1,
            ')' if depth == 0 => return Some(if is_empty { 0 } else { n_commas + 1 }),
            ')' | ']' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => n_commas += 1,
            _ => {}
        }
        is_empty &= letter.is_whitespace();
    }
    None
}
