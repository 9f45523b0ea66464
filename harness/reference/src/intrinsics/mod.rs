//! Intrinsic functions: `States.Format('{}', $.x)` and the seventeen others.
//!
//! An expression is compiled once. Recorded: the counts and types of arguments are only checked when the expression
//! is evaluated, and every failure is `States.Runtime`, whose cause quotes the outermost expression as it was written.

mod arguments;
mod arrays;
mod encoding;
mod expression;
mod failure;
mod format;
mod function;
mod json;
mod math;
mod parser;
mod strings;
mod watched;

use serde_json::Value;

use crate::scope::{Randomness, Scope};
use expression::Call;
pub use failure::IntrinsicFailure;
pub use parser::IntrinsicSyntaxError;

/// A compiled call of an intrinsic function.
#[derive(Debug, Clone)]
pub struct Intrinsic {
    text: String,
    call: Call,
}

impl Intrinsic {
    /// Compiles a call. The whole text has to be one call.
    pub fn parse(text: &str) -> Result<Self, IntrinsicSyntaxError> {
        Ok(Self { text: text.to_owned(), call: parser::parse_call_text(text)? })
    }

    /// The call as it was written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether the value is drawn at random: by `States.UUID`, or by `States.MathRandom` without a seed.
    pub fn is_random(&self) -> bool {
        self.call.is_random()
    }

    /// How many calls are nested in each other.
    pub fn n_levels(&self) -> usize {
        self.call.n_levels()
    }

    /// Evaluates the call.
    pub fn evaluate(
        &self,
        scope: &dyn Scope,
        random: &mut dyn Randomness,
    ) -> Result<Value, IntrinsicFailure> {
        self.call.evaluate(scope, random).map_err(|problem| IntrinsicFailure::new(&self.text, problem))
    }
}

#[cfg(test)]
mod tests;
