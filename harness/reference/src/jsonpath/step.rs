//! One step of a path, and its canonical text.

use std::fmt::{self, Display, Formatter};

use serde_json::Value;

use super::filter::Filter;
use super::walk::item_at;

/// One step from a set of values to the next.
#[derive(Debug, Clone)]
pub(super) enum Step {
    /// `.name`, `['name']`; the quote is kept for the canonical text.
    Property { name: String, quote: char },
    /// `['a','b']`
    Properties(Vec<String>),
    /// `[n]`, counted from the end when negative.
    Index(i64),
    /// `[0,2]`
    Indices(Vec<i64>),
    /// `[from:to]`
    Slice { from: Option<i64>, to: Option<i64> },
    /// `*`
    Wildcard,
    /// `..`
    Scan,
    /// `[?(…)]`
    Filter(Filter),
}

impl Step {
    pub(super) fn is_single_node(&self) -> bool {
        matches!(self, Self::Property { .. } | Self::Index(_))
    }

    /// Several keys at the end of a path are merged into one object, which Jayway counts as one value.
    pub(super) fn is_definite(&self, is_leaf: bool) -> bool {
        self.is_single_node() || (is_leaf && matches!(self, Self::Properties(_)))
    }
}

impl Display for Step {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Property { name, quote } => write!(formatter, "[{quote}{name}{quote}]"),
            Self::Properties(names) => write!(formatter, "['{}']", names.join("','")),
            Self::Index(index) => write!(formatter, "[{index}]"),
            Self::Indices(indices) => {
                let texts: Vec<_> = indices.iter().map(i64::to_string).collect();
                write!(formatter, "[{}]", texts.join(","))
            }
            Self::Slice { from, to } => {
                let bound = |bound: &Option<i64>| bound.map(|bound| bound.to_string()).unwrap_or_default();
                write!(formatter, "[{}:{}]", bound(from), bound(to))
            }
            Self::Wildcard => formatter.write_str("[*]"),
            Self::Scan => formatter.write_str(".."),
            Self::Filter(_) => formatter.write_str("[?]"),
        }
    }
}

/// One step of a path that leads to a single node.
#[derive(Debug, Clone, Copy)]
pub(crate) enum SingleStep<'p> {
    /// A key of an object.
    Key(&'p str),
    /// A position in an array, counted from the end when negative.
    Position(i64),
}

impl Step {
    pub(super) fn as_single(&self) -> Option<SingleStep<'_>> {
        match self {
            Self::Property { name, .. } => Some(SingleStep::Key(name)),
            Self::Index(position) => Some(SingleStep::Position(*position)),
            _ => None,
        }
    }
}

impl SingleStep<'_> {
    pub(crate) fn child<'v>(&self, node: &'v Value) -> Option<&'v Value> {
        match (self, node) {
            (Self::Key(name), Value::Object(members)) => members.get(*name),
            (Self::Position(position), Value::Array(items)) => item_at(items, *position),
            _ => None,
        }
    }
}

impl Display for SingleStep<'_> {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Key(name) => formatter.write_str(name),
            Self::Position(position) => write!(formatter, "{position}"),
        }
    }
}
