//! Filters `[?(…)]`: which values they accept.

use std::borrow::Cow;

use regex::Regex;
use serde_json::Value;

use super::operators::{Operator, holds};
use super::walk::Work;
use super::{JsonPath, PathMiss};

/// A condition on one value.
#[derive(Debug, Clone)]
pub(super) enum Filter {
    Any(Vec<Filter>),
    All(Vec<Filter>),
    Not(Box<Filter>),
    Exists(Operand),
    Compare { left: Operand, operator: Operator, right: Operand },
}

/// One side of a comparison, or a parameter of a function.
#[derive(Debug, Clone)]
pub(super) enum Operand {
    /// `@…`: a path in the value that is looked at.
    Item(JsonPath),
    /// `$…`: a path in the whole document.
    Document(JsonPath),
    Literal(Value),
    Pattern(Regex),
}

/// What an operand stands for.
#[derive(Debug)]
pub(super) enum Resolved<'a> {
    /// A path that leads nowhere: equal to nothing, not even to itself.
    Undefined,
    Value(Cow<'a, Value>),
    Pattern(&'a Regex),
}

/// Where the paths inside a filter start.
#[derive(Debug, Clone, Copy)]
pub(super) struct Surroundings<'v, 'w> {
    pub(super) item: &'v Value,
    pub(super) document: &'v Value,
    pub(super) work: &'w Work,
}

impl Filter {
    /// Requirement: asl.paths.filter
    pub(super) fn accepts(&self, around: Surroundings<'_, '_>) -> Result<bool, PathMiss> {
        around.work.spend()?;
        match self {
            Self::Any(filters) => {
                filters.iter().try_fold(false, |any, filter| Ok(any || filter.accepts(around)?))
            }
            Self::All(filters) => {
                filters.iter().try_fold(true, |all, filter| Ok(all && filter.accepts(around)?))
            }
            Self::Not(filter) => Ok(!filter.accepts(around)?),
            Self::Exists(operand) => Ok(!matches!(operand.resolve(around)?, Resolved::Undefined)),
            Self::Compare { left, operator, right } => {
                Ok(holds(*operator, &left.resolve(around)?, &right.resolve(around)?))
            }
        }
    }
}

impl Operand {
    pub(super) fn resolve<'a>(&'a self, around: Surroundings<'a, '_>) -> Result<Resolved<'a>, PathMiss> {
        let found = match self {
            Self::Item(path) => path.evaluate_within(around.item, around.document, around.work),
            Self::Document(path) => path.evaluate_within(around.document, around.document, around.work),
            Self::Literal(value) => Ok(Cow::Borrowed(value)),
            Self::Pattern(pattern) => return Ok(Resolved::Pattern(pattern)),
        };
        match found {
            Ok(value) => Ok(Resolved::Value(value)),
            Err(miss @ PathMiss::TooMuchWork { .. }) => Err(miss),
            Err(_) => Ok(Resolved::Undefined),
        }
    }
}
