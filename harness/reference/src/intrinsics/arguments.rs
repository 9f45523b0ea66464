//! Evaluated arguments, and what functions may ask of them.

use std::borrow::Cow;

use serde_json::{Number, Value};

use super::failure::Refusal;
use super::function::Function;
use crate::java::truncate;

/// An evaluated argument.
#[derive(Debug)]
pub(super) struct Argument<'a> {
    pub(super) value: Cow<'a, Value>,
    pub(super) origin: Origin<'a>,
}

/// Where an argument came from, which `States.Format` can tell.
#[derive(Debug, Clone, Copy)]
pub(super) enum Origin<'a> {
    /// A path, a call, or a literal that is not a string.
    Plain,
    /// A string literal, with what stood between its quotes.
    Literal(&'a str),
    /// The answer of `States.StringToJson`.
    ParsedJson,
}

impl Origin<'_> {
    pub(super) fn of_call(function: Function) -> Self {
        if function == Function::StringToJson { Self::ParsedJson } else { Self::Plain }
    }
}

/// The arguments, if there are exactly so many.
pub(super) fn exactly<'s, 'a, const COUNT: usize>(
    arguments: &'s [Argument<'a>],
) -> Result<&'s [Argument<'a>; COUNT], Refusal> {
    arguments.try_into().map_err(|_| Refusal::Arguments)
}

impl Argument<'_> {
    pub(super) fn as_array(&self) -> Result<&[Value], Refusal> {
        self.value.as_array().map(Vec::as_slice).ok_or(Refusal::Arguments)
    }

    pub(super) fn as_text(&self) -> Result<&str, Refusal> {
        self.value.as_str().ok_or(Refusal::Arguments)
    }

    pub(super) fn as_number(&self) -> Result<&Number, Refusal> {
        self.value.as_number().ok_or(Refusal::Arguments)
    }

    /// The number without its fraction. Recorded: AWS truncates where its guide says that it rounds.
    /// Requirement: asl.intrinsics.truncation
    pub(super) fn as_truncated(&self) -> Result<i128, Refusal> {
        self.as_number().map(truncate)
    }
}
