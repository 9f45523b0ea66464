//! The compiled form of a call, and its evaluation: arguments first, then the function.

use std::borrow::Cow;

use serde_json::Value;

use super::arguments::{Argument, Origin};
use super::failure::Problem;
use super::function::Function;
use super::watched::end_of_call;
use crate::jsonpath::PathMiss;
use crate::path::Path;
use crate::scope::{Randomness, Scope};
use crate::seeded::{Site, seeded};
use crate::sighting::{CallEnd, Sighting};

/// A function with its arguments.
#[derive(Debug, Clone)]
pub(super) struct Call {
    pub(super) function: Function,
    pub(super) arguments: Vec<Expression>,
}

/// An argument.
#[derive(Debug, Clone)]
pub(super) enum Expression {
    /// A number, a boolean or null.
    Literal(Value),
    /// A string, and what stood between its quotes.
    Text { value: Value, source: String },
    /// A path.
    Path(Path),
    /// A nested call.
    Call(Call),
}

impl Call {
    pub(super) fn is_random(&self) -> bool {
        let draws = match self.function {
            Function::Uuid => true,
            Function::MathRandom => self.arguments.len() < 3,
            _ => false,
        };
        draws || self.arguments.iter().any(Expression::is_random)
    }

    /// How many calls are nested, this one among them.
    pub(super) fn n_levels(&self) -> usize {
        let below = self.arguments.iter().map(|argument| match argument {
            Expression::Call(call) => call.n_levels(),
            _ => 0,
        });
        1 + below.max().unwrap_or(0)
    }

    pub(super) fn evaluate(&self, scope: &dyn Scope, random: &mut dyn Randomness) -> Result<Value, Problem> {
        let mut arguments = Vec::with_capacity(self.arguments.len());
        for expression in &self.arguments {
            let argument = expression.evaluate(scope, random);
            if matches!((expression, &argument), (Expression::Path(_), Err(_))) {
                self.show(scope, || CallEnd::MissingArgument);
            }
            arguments.push(argument?);
        }
        let function = self.function;
        let answer = function.apply(&arguments, random);
        self.show(scope, || end_of_call(function, &arguments, answer.as_ref().err()));
        answer.map_err(|refusal| Problem::Refused { function, refusal })
    }

    fn show(&self, scope: &dyn Scope, end: impl FnOnce() -> CallEnd) {
        if let Some(onlooker) = scope.onlooker() {
            let function = self.function.name();
            onlooker.sightings.note(Sighting::Called { function, end: end() });
        }
    }
}

impl Expression {
    fn is_random(&self) -> bool {
        matches!(self, Self::Call(call) if call.is_random())
    }

    fn evaluate<'a>(
        &'a self,
        scope: &'a dyn Scope,
        random: &mut dyn Randomness,
    ) -> Result<Argument<'a>, Problem> {
        let (value, origin) = match self {
            Self::Literal(value) => (Cow::Borrowed(value), Origin::Plain),
            Self::Text { value, source } => (Cow::Borrowed(value), Origin::Literal(source)),
            Self::Path(path) => (evaluate_path(path, scope)?, Origin::Plain),
            Self::Call(call) => (Cow::Owned(call.evaluate(scope, random)?), Origin::of_call(call.function)),
        };
        Ok(Argument { value, origin })
    }
}

/// Observed: an index out of range is missing here, while a template reads it as null.
fn evaluate_path<'a>(path: &'a Path, scope: &'a dyn Scope) -> Result<Cow<'a, Value>, Problem> {
    if seeded(Site::MissingArgumentIsNull) && path.evaluate(scope).is_err() {
        return Ok(Cow::Owned(Value::Null));
    }
    path.evaluate(scope).map_err(|miss| match miss {
        PathMiss::NotAnArray { .. } | PathMiss::NullArray { .. } | PathMiss::TooMuchWork { .. } => {
            Problem::UnfitArgument(miss.to_string())
        }
        _ => Problem::MissingArgument { path: path.text().to_owned(), document: path.document_text(scope) },
    })
}
