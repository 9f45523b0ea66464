//! The call of a function that fails, or should.

use std::sync::LazyLock;

use asl_cases::{Case, Outcome};
use asl_reference::{
    reference::{Settings, observe_watched},
    sighting::{CallEnd, Sighting},
};
use regex::Regex;

use super::{
    expression::function_called,
    shape::{FUNCTION_FAILED, cause},
};

/// Which function failed, in AWS's text about a call.
static FAILED_CALL: LazyLock<Regex> = LazyLock::new(|| {
    let texts =
        r"(?:Invalid arguments|Invalid template|Cannot convert String to Json) in (States\.[A-Za-z0-9]+)";
    Regex::new(texts).expect("the pattern is constant")
});
/// A call with arguments of the one function that takes none.
static CALL_WITH_IGNORED_ARGUMENTS: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"States\.UUID\(\s*[^)\s]").expect("the pattern is constant"));
/// A call of any function.
pub(super) const CALL_OF_A_FUNCTION: &str = "intrinsic call";

/// The function whose values are counted by its template, and not by the parser.
const FORMAT: &str = "States.Format";

/// The call of a function that failed, where AWS's text says so: the function, or that it may be any, and how the failure
/// reads. AWS says "Invalid arguments" whatever is wrong with them; the reference knows what is.
pub(super) fn failed_call(case: &Case, outcome: &Outcome) -> Option<(String, &'static str)> {
    let (says, function) = failed_function(outcome)?;
    let reason = match end_of_call(case, function) {
        // Nobody has to look at the arguments for that, nor at the function.
        Some(CallEnd::WrongCount) if function != FORMAT => {
            let reason = "a call with a wrong number of arguments fails";
            return Some((CALL_OF_A_FUNCTION.to_owned(), reason));
        }
        Some(CallEnd::WrongCount) => "a call with a wrong number of values fails",
        Some(CallEnd::WrongType) => "a call with an argument of the wrong type fails",
        Some(CallEnd::WrongValue) => "a call with a wrong argument fails",
        Some(CallEnd::OverLimit) => "a call that is over a limit fails",
        Some(CallEnd::UnclosedBrace | CallEnd::UnopenedBrace) => "a call with an invalid template fails",
        Some(CallEnd::NotJson) => "a call with a text that is no JSON fails",
        Some(CallEnd::Success | CallEnd::MissingArgument) | None => "a call fails",
    };
    Some((function_called(function, says), reason))
}

/// AWS's text about the call of a function that failed, and the function.
pub(super) fn failed_function(outcome: &Outcome) -> Option<(&str, &str)> {
    let says = cause(outcome).filter(|says| says.contains(FUNCTION_FAILED))?;
    Some((says, FAILED_CALL.captures_iter(says).last()?.get(1)?.as_str()))
}

/// Whether a call comes to be evaluated with too many or too few arguments, or with some of another type: an engine may see
/// that before it runs the machine. What takes none ignores them, and is no failure of the execution.
pub(super) fn has_unfit_arguments(case: &Case) -> bool {
    let is_unfit = |sighting: &Sighting| {
        matches!(sighting, Sighting::Called { end: CallEnd::WrongCount | CallEnd::WrongType, .. })
    };
    CALL_WITH_IGNORED_ARGUMENTS.is_match(&case.main().definition_text())
        || observe_watched(case, Settings::default())
            .is_ok_and(|watched| watched.sightings.iter().any(is_unfit))
}

/// How the reference's call of this function ends, where it fails.
fn end_of_call(case: &Case, function: &str) -> Option<CallEnd> {
    let watched = observe_watched(case, Settings::default()).ok()?;
    let ends = watched.sightings.into_iter().filter_map(|sighting| match sighting {
        Sighting::Called { function: called, end } if called == function => Some(end),
        _ => None,
    });
    ends.filter(|end| !matches!(end, CallEnd::Success | CallEnd::MissingArgument)).min()
}
