//! `JSONPath` in the dialect of Jayway, the Java library whose behaviour AWS shows.
//!
//! A path is compiled once and evaluated often. Definite paths are evaluated without allocating. Both the parser and
//! the evaluator are bounded, so that no path and no document can exhaust the stack or take exponential time.

mod cursor;
mod filter;
mod filter_parser;
mod function;
mod literal;
mod miss;
mod operators;
mod parser;
mod step;
mod syntax;
mod walk;

use std::borrow::Cow;

use serde_json::Value;

pub(crate) use cursor::Cursor;
use function::TailFunction;
pub use miss::PathMiss;
use parser::Ending;
pub(crate) use step::SingleStep;
use step::Step;
pub use syntax::PathSyntaxError;
use walk::Work;

/// A compiled path, without its root.
#[derive(Debug, Clone)]
pub struct JsonPath {
    steps: Vec<Step>,
    function: Option<TailFunction>,
    /// How many of the first steps lead to at most one value each.
    definite_steps: usize,
}

impl JsonPath {
    /// Compiles a path that begins with `$`.
    pub fn parse(text: &str) -> Result<Self, PathSyntaxError> {
        let mut cursor = Cursor::new(text);
        if !cursor.skip_if('$') {
            return Err(PathSyntaxError::at(&cursor, "a path begins with `$`"));
        }
        parser::parse_steps(&mut cursor, Ending::Text, 0)
    }

    /// Compiles what follows a root such as `$`, `$$` or `$name`.
    pub(crate) fn parse_after_root(text: &str) -> Result<Self, PathSyntaxError> {
        parser::parse_steps(&mut Cursor::new(text), Ending::Text, 0)
    }

    /// Whether the path leads to at most one value. An indefinite path always gives an array.
    pub fn is_definite(&self) -> bool {
        self.definite_steps == self.steps.len() || self.aggregates_scan()
    }

    /// Whether the path only names keys and indices, one value at each step.
    pub(crate) fn is_single_node(&self) -> bool {
        self.function.is_none() && self.steps.iter().all(Step::is_single_node)
    }

    /// The steps of a path that leads to a single node.
    pub(crate) fn single_steps(&self) -> impl Iterator<Item = SingleStep<'_>> {
        self.steps.iter().filter_map(Step::as_single)
    }

    /// The keys with which the path begins.
    pub(crate) fn leading_keys(&self) -> impl Iterator<Item = &str> {
        self.steps.iter().map_while(|step| match step.as_single() {
            Some(SingleStep::Key(key)) => Some(key),
            _ => None,
        })
    }

    pub(crate) fn n_steps(&self) -> usize {
        self.steps.len()
    }

    /// What the path leads to in a document.
    pub fn evaluate<'v>(&self, root: &'v Value) -> Result<Cow<'v, Value>, PathMiss> {
        self.evaluate_within(root, root, &Work::new())
    }

    fn new(steps: Vec<Step>, function: Option<TailFunction>) -> Self {
        let is_leaf = |index: usize| index + 1 == steps.len() && function.is_none();
        let definite = |(index, step): &(usize, &Step)| step.is_definite(is_leaf(*index));
        let definite_steps = steps.iter().enumerate().take_while(definite).count();
        Self { steps, function, definite_steps }
    }

    /// Jayway turns `$..x.sum()` round: the function is applied once, to all that the scan found.
    fn aggregates_scan(&self) -> bool {
        self.function.is_some() && matches!(self.steps.first(), Some(Step::Scan))
    }
}

#[cfg(test)]
mod tests;
