//! Evaluation: follows the steps through a document.
//!
//! Jayway distinguishes two situations, and so does this: while every step so far is definite, what is missing is an
//! error; after the first indefinite step, what does not fit is passed over.

use std::borrow::Cow;
use std::cell::Cell;
use std::fmt::Write;

use serde_json::{Map, Value};

use super::filter::{Filter, Surroundings};
use super::step::Step;
use super::{JsonPath, PathMiss};
use crate::java::display_text;
use crate::seeded::{Site, seeded};

/// Scans after scans visit a deep document combinatorially often; no honest path comes near this number.
const VISITS_MAX: usize = 1_000_000;

/// How many nodes an evaluation may still visit.
#[derive(Debug)]
pub(super) struct Work {
    left: Cell<usize>,
}

impl Work {
    pub(super) fn new() -> Self {
        Self { left: Cell::new(VISITS_MAX) }
    }

    pub(super) fn spend(&self) -> Result<(), PathMiss> {
        let left = self.left.get().checked_sub(1).ok_or(PathMiss::TooMuchWork { limit: VISITS_MAX })?;
        self.left.set(left);
        Ok(())
    }

    /// Spends one visit on each node.
    fn spend_on(&self, value: &Value) -> Result<(), PathMiss> {
        self.spend()?;
        match value {
            Value::Array(items) => items.iter().try_for_each(|item| self.spend_on(item)),
            Value::Object(members) => members.values().try_for_each(|member| self.spend_on(member)),
            _ => Ok(()),
        }
    }
}

impl JsonPath {
    /// Evaluates from `start`, where `$` inside filters means `document`.
    pub(super) fn evaluate_within<'v>(
        &self,
        start: &'v Value,
        document: &'v Value,
        work: &Work,
    ) -> Result<Cow<'v, Value>, PathMiss> {
        if self.is_single_node() {
            work.spend()?;
            return self.descend(0, start).map(Cow::Borrowed);
        }
        let mut walk = Walk { path: self, document, work, found: Vec::new() };
        walk.visit(0, start)?;
        let found = walk.found;
        let Some(function) = &self.function else { return self.gather(found, work) };
        let around = Surroundings { item: start, document, work };
        if self.aggregates_scan() {
            return function.apply(&collect(found, work)?, around).map(Cow::Owned);
        }
        let mut results = Vec::with_capacity(found.len());
        for value in &found {
            results.push(Cow::Owned(function.apply(value, around)?));
        }
        self.gather(results, work)
    }

    fn gather<'v>(&self, mut found: Vec<Cow<'v, Value>>, work: &Work) -> Result<Cow<'v, Value>, PathMiss> {
        if found.is_empty() && seeded(Site::NoMatchIsNull) {
            return Ok(Cow::Owned(Value::Null));
        }
        match found.pop() {
            Some(only) if self.is_definite() => Ok(only),
            Some(only) if found.is_empty() && seeded(Site::SingleMatchUnwrapped) => Ok(only),
            None if seeded(Site::NoMatchFails) => Err(PathMiss::NothingToAggregate),
            last => {
                found.extend(last);
                collect(found, work).map(Cow::Owned)
            }
        }
    }

    /// Follows a path to a single node, of which so many steps are done.
    pub(crate) fn descend<'v>(&self, n_done: usize, start: &'v Value) -> Result<&'v Value, PathMiss> {
        let mut node = start;
        for (index, step) in self.steps.iter().enumerate().skip(n_done) {
            let child = step.as_single().and_then(|single| single.child(node));
            node = child.ok_or_else(|| self.explain(index, node))?;
        }
        Ok(node)
    }

    /// Why a definite step cannot be taken from this node.
    fn explain(&self, index: usize, node: &Value) -> PathMiss {
        let step = &self.steps[index];
        let text = step.to_string();
        let is_leaf = index + 1 == self.steps.len() && self.function.is_none();
        match (step, node) {
            (Step::Property { name, .. }, Value::Object(_)) if is_leaf => {
                PathMiss::Leaf { path: self.canonical_text(), step: name.clone() }
            }
            (Step::Property { name, .. }, Value::Object(_)) => PathMiss::Intermediate {
                path: format!("{}['{name}']", self.prefix_text(index)),
                step: name.clone(),
            },
            (Step::Property { .. } | Step::Properties(_), _) => PathMiss::NotAnObject {
                step: text,
                path: self.prefix_text(index),
                class: java_class(node, index.checked_sub(1).map(|before| &self.steps[before])),
            },
            (Step::Index(_), Value::Array(_)) if is_leaf => {
                PathMiss::IndexOutOfRange { path: self.canonical_text(), step: text }
            }
            (Step::Index(_), Value::Array(_)) => self.explain_out_of_range(index),
            (Step::Filter(_), _) => PathMiss::Primitive { step: text, context: display_text(node) },
            (_, Value::Null) => PathMiss::NullArray { path: self.prefix_text(index), step: text },
            _ => PathMiss::NotAnArray { step: text, context: display_text(node) },
        }
    }

    /// Jackson answers an index out of range with null, on which the next step fails.
    fn explain_out_of_range(&self, index: usize) -> PathMiss {
        let path = self.prefix_text(index + 1);
        match self.steps.get(index + 1) {
            Some(next @ Step::Property { .. }) => {
                PathMiss::NotAnObject { step: next.to_string(), path, class: "null" }
            }
            _ => PathMiss::NullArray { path, step: self.steps[index].to_string() },
        }
    }

    fn canonical_text(&self) -> String {
        self.prefix_text(self.steps.len())
    }

    fn prefix_text(&self, step_count: usize) -> String {
        let mut text = String::from("$");
        for step in &self.steps[..step_count] {
            write!(text, "{step}").expect("writing to a string cannot fail");
        }
        text
    }
}

/// Jackson unwraps scalars that it reads from an object, but not those from an array.
fn java_class(node: &Value, step_before: Option<&Step>) -> &'static str {
    let is_unwrapped = matches!(step_before, Some(Step::Property { .. }));
    match node {
        Value::Null if is_unwrapped => "null",
        Value::Null => "com.fasterxml.jackson.databind.node.NullNode",
        Value::Bool(_) if is_unwrapped => "java.lang.Boolean",
        Value::Bool(_) => "com.fasterxml.jackson.databind.node.BooleanNode",
        Value::Number(number) if is_unwrapped => match number.as_i64().map(i32::try_from) {
            Some(Ok(_)) => "java.lang.Integer",
            Some(Err(_)) => "java.lang.Long",
            None => "java.lang.Double",
        },
        Value::Number(number) => match number.as_i64().map(i32::try_from) {
            Some(Ok(_)) => "com.fasterxml.jackson.databind.node.IntNode",
            Some(Err(_)) => "com.fasterxml.jackson.databind.node.LongNode",
            None => "com.fasterxml.jackson.databind.node.DoubleNode",
        },
        Value::String(_) if is_unwrapped => "java.lang.String",
        Value::String(_) => "com.fasterxml.jackson.databind.node.TextNode",
        Value::Array(_) => "com.fasterxml.jackson.databind.node.ArrayNode",
        Value::Object(_) => "com.fasterxml.jackson.databind.node.ObjectNode",
    }
}

/// Copies what was found; a scan finds a node again in each of the nodes around it.
/// Requirement: asl.paths.indefinite-empty
fn collect(found: Vec<Cow<'_, Value>>, work: &Work) -> Result<Value, PathMiss> {
    found.iter().try_for_each(|value| work.spend_on(value))?;
    Ok(found.into_iter().map(Cow::into_owned).collect())
}

/// The item at a position, counted from the end when negative.
pub(super) fn item_at(items: &[Value], position: i64) -> Option<&Value> {
    if position < 0 && seeded(Site::NegativeIndexUnknown) {
        return None;
    }
    items.get(usize::try_from(position_from_start(items, position)).ok()?)
}

fn position_from_start(items: &[Value], position: i64) -> i64 {
    let length = i64::try_from(items.len()).unwrap_or(i64::MAX);
    if position < 0 { position.saturating_add(length) } else { position }
}

/// One evaluation of an indefinite path.
struct Walk<'p, 'v> {
    path: &'p JsonPath,
    document: &'v Value,
    work: &'p Work,
    found: Vec<Cow<'v, Value>>,
}

impl<'v> Walk<'_, 'v> {
    fn visit(&mut self, index: usize, node: &'v Value) -> Result<(), PathMiss> {
        self.work.spend()?;
        let path = self.path;
        let Some(step) = path.steps.get(index) else {
            self.found.push(Cow::Borrowed(node));
            return Ok(());
        };
        match (step, node) {
            (Step::Scan, _) => self.scan(index + 1, node),
            (Step::Wildcard, Value::Array(items)) => self.visit_all(index + 1, items),
            (Step::Wildcard, Value::Object(_)) if seeded(Site::WildcardSkipsObjects) => Ok(()),
            (Step::Wildcard, Value::Object(members)) => self.visit_all(index + 1, members.values()),
            (Step::Wildcard, _) => Ok(()),
            (Step::Property { name, .. }, Value::Object(members)) if members.contains_key(name) => {
                self.visit(index + 1, &members[name])
            }
            (Step::Properties(names), Value::Object(members)) => self.visit_keys(index, names, members),
            (Step::Index(position), Value::Array(items)) if item_at(items, *position).is_some() => {
                self.visit_all(index + 1, item_at(items, *position))
            }
            (Step::Indices(positions), Value::Array(items)) => {
                let n_taken = if seeded(Site::FirstOfIndicesAlone) { 1 } else { positions.len() };
                let positions = &positions[..n_taken];
                self.visit_all(index + 1, positions.iter().filter_map(|position| item_at(items, *position)))
            }
            (Step::Slice { from, to }, Value::Array(items)) => {
                self.visit_all(index + 1, slice(items, *from, *to))
            }
            (Step::Filter(filter), Value::Array(items)) => self.visit_accepted(index + 1, filter, items),
            (Step::Filter(filter), Value::Object(_)) => self.visit_accepted(index + 1, filter, [node]),
            _ if index <= path.definite_steps => Err(path.explain(index, node)),
            _ => Ok(()),
        }
    }

    /// Requirement: asl.paths.wildcard
    fn visit_all(
        &mut self,
        index: usize,
        nodes: impl IntoIterator<Item = &'v Value>,
    ) -> Result<(), PathMiss> {
        nodes.into_iter().try_for_each(|node| self.visit(index, node))
    }

    fn visit_accepted(
        &mut self,
        index: usize,
        filter: &Filter,
        nodes: impl IntoIterator<Item = &'v Value>,
    ) -> Result<(), PathMiss> {
        for node in nodes {
            if filter.accepts(self.around(node))? {
                self.visit(index, node)?;
            }
        }
        Ok(())
    }

    /// At the end of a path several keys are merged into one object; before, each is followed.
    fn visit_keys(
        &mut self,
        index: usize,
        names: &[String],
        members: &'v Map<String, Value>,
    ) -> Result<(), PathMiss> {
        if index + 1 < self.path.steps.len() || self.path.function.is_some() {
            return self.visit_all(index + 1, names.iter().filter_map(|name| members.get(name)));
        }
        let chosen = names.iter().filter_map(|name| Some((name.clone(), members.get(name)?.clone())));
        self.found.push(Cow::Owned(Value::Object(chosen.collect())));
        Ok(())
    }

    /// Takes the next step from this node and from everything below, where it applies.
    /// Requirement: asl.paths.deep-scan
    fn scan(&mut self, index: usize, node: &'v Value) -> Result<(), PathMiss> {
        self.work.spend()?;
        if self.applies(index, node)? {
            self.visit(index, node)?;
            if seeded(Site::ScanStopsAtMatch) {
                return Ok(());
            }
        }
        match node {
            Value::Array(items) => items.iter().try_for_each(|item| self.scan(index, item)),
            Value::Object(members) => members.values().try_for_each(|member| self.scan(index, member)),
            _ => Ok(()),
        }
    }

    fn applies(&self, index: usize, node: &'v Value) -> Result<bool, PathMiss> {
        Ok(match (self.path.steps.get(index), node) {
            (Some(Step::Property { name, .. }), Value::Object(members)) => members.contains_key(name),
            (Some(Step::Filter(filter)), _) if !node.is_array() => filter.accepts(self.around(node))?,
            (Some(Step::Index(_) | Step::Indices(_) | Step::Slice { .. }), _) => node.is_array(),
            (Some(Step::Properties(_)), _) => node.is_object(),
            (Some(Step::Wildcard), _) => true,
            (Some(Step::Filter(_) | Step::Property { .. } | Step::Scan) | None, _) => false,
        })
    }

    fn around(&self, item: &'v Value) -> Surroundings<'v, '_> {
        Surroundings { item, document: self.document, work: self.work }
    }
}

/// Requirement: asl.paths.subscript
fn slice(items: &[Value], from: Option<i64>, to: Option<i64>) -> &[Value] {
    let bound = |bound: i64| usize::try_from(position_from_start(items, bound)).unwrap_or(0).min(items.len());
    let start = match from {
        Some(negative) if negative < 0 && seeded(Site::NegativeSliceFromStart) => 0,
        from => from.map_or(0, bound),
    };
    let mut end = to.map_or(items.len(), bound);
    if to.is_some() && seeded(Site::SliceIncludesEnd) {
        end = (end + 1).min(items.len());
    }
    items.get(start..end).unwrap_or_default()
}
