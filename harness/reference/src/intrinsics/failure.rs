//! Why a call failed, in the words that AWS puts after its standard prefix.

use std::fmt::{self, Display, Formatter};

use thiserror::Error;

use super::function::Function;
use crate::path::begins_at_input;

/// A call that failed while it was evaluated.
/// Requirement: asl.intrinsics.invalid-arguments, asl.intrinsics.no-intrinsic-failure
/// Requirement: asl.intrinsics.argument-missing
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub struct IntrinsicFailure {
    expression: String,
    problem: Problem,
}

/// What went wrong, without the expression around it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Problem {
    /// The path of an argument leads to nothing.
    MissingArgument { path: String, document: String },
    /// The path of an argument cannot be followed; the text is that of the path evaluation.
    UnfitArgument(String),
    /// A function, not always the outermost, refused its arguments.
    Refused { function: Function, refusal: Refusal },
}

/// Why a function refused its arguments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Refusal {
    /// Wrong type, count, range, algorithm or index, or over a limit.
    Arguments,
    /// `States.JsonToString` says more than the others about a wrong count.
    SingleArgument,
    /// The template of `States.Format` has a `{` without `}`.
    UnclosedBrace,
    /// The template of `States.Format` has a `}` without `{`.
    UnopenedBrace,
    /// The text given to `States.StringToJson` is no JSON.
    NotJson(String),
}

impl IntrinsicFailure {
    pub(super) fn new(expression: &str, problem: Problem) -> Self {
        Self { expression: expression.to_owned(), problem }
    }

    /// Whether AWS's words for this failure were recorded.
    pub fn is_recorded(&self) -> bool {
        match &self.problem {
            Problem::MissingArgument { path, .. } => begins_at_input(path),
            Problem::UnfitArgument(_) => false,
            Problem::Refused { function, refusal } => {
                let may_say_more = matches!(function, Function::Format | Function::JsonMerge);
                !(may_say_more && *refusal == Refusal::Arguments)
            }
        }
    }
}

impl Display for IntrinsicFailure {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        let expression = &self.expression;
        match &self.problem {
            Problem::MissingArgument { path, document } => write!(
                formatter,
                "The function '{expression}' had the following error: The JsonPath argument for the field '{path}' \
                 could not be found in the input '{document}'"
            ),
            Problem::UnfitArgument(text) => {
                write!(formatter, "The function '{expression}' had the following error: {text}")
            }
            Problem::Refused { function, refusal } => {
                write!(
                    formatter,
                    "There was an error while evaluating the intrinsic function: {expression}. "
                )?;
                write_refusal(formatter, function.name(), refusal)
            }
        }
    }
}

fn write_refusal(formatter: &mut Formatter<'_>, name: &str, refusal: &Refusal) -> fmt::Result {
    match refusal {
        Refusal::Arguments => write!(formatter, "Invalid arguments in {name}"),
        Refusal::SingleArgument => {
            write!(formatter, "Invalid arguments in {name}: only a single argument is allowed.")
        }
        Refusal::UnclosedBrace => {
            write!(formatter, "Invalid template in {name}: matching '}}' not found for '{{'.")
        }
        Refusal::UnopenedBrace => {
            write!(formatter, "Invalid template in {name}: matching '{{' not found for '}}'.")
        }
        Refusal::NotJson(reason) => {
            write!(formatter, "Cannot convert String to Json in {name}, caused by: {reason}")
        }
    }
}
