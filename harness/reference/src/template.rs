//! Payload templates: `Parameters`, `ItemSelector`, `ResultSelector`, `Assign` and their like.
//!
//! A key that ends in `.$` loses the ending and takes the value of a path or an intrinsic function. Everything else is
//! literal; subtrees without such keys are kept as constants.

use std::{collections::HashMap, sync::Arc};

use serde_json::{Map, Value};
use thiserror::Error;

use crate::intrinsics::{Intrinsic, IntrinsicFailure, IntrinsicSyntaxError};
use crate::java::in_hash_map_order;
use crate::jsonpath::{PathMiss, PathSyntaxError};
use crate::path::{self, Path};
use crate::scope::{Randomness, Scope};
use crate::seeded::{Site, seeded};

/// The ending of the keys that are evaluated.
const DYNAMIC_ENDING: &str = ".$";

/// A compiled payload template.
#[derive(Debug, Clone)]
pub struct Template {
    root: Node,
}

#[derive(Debug, Clone)]
enum Node {
    Constant(Arc<Value>),
    /// The field is named as in the definition, with its ending.
    Dynamic {
        field: String,
        source: PathOrIntrinsic,
    },
    Object(Vec<(String, Node)>),
    Array(Vec<Node>),
}

/// A template that AWS refuses when the machine is created.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum TemplateSyntaxError {
    /// Recorded: the text that AWS answers for the field.
    #[error("The value for the field '{key}' must be a valid JSONPath or a valid intrinsic function call")]
    Value {
        /// The key with its ending `.$`.
        key: String,
    },
    /// Specified: no two keys may have the same name once the ending is gone.
    #[error("the fields '{key}' and '{key}.$' have the same name")]
    Duplicate {
        /// The key without its ending.
        key: String,
    },
}

impl TemplateSyntaxError {
    /// The offending key.
    pub fn key(&self) -> &str {
        match self {
            Self::Value { key } | Self::Duplicate { key } => key,
        }
    }
}

/// A template whose evaluation failed.
/// Requirement: asl.data-flow.template-path-missing
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum TemplateFailure {
    /// Recorded: the text that AWS puts after the standard prefix.
    #[error(
        "The JSONPath '{path}' specified for the field '{field}' could not be found in the input '{input}'"
    )]
    MissingPath {
        /// The path as it was written.
        path: String,
        /// The innermost key, with its ending `.$`.
        field: String,
        /// The searched document as compact JSON.
        input: String,
    },
    /// An intrinsic function failed.
    #[error(transparent)]
    Intrinsic(#[from] IntrinsicFailure),
}

impl TemplateFailure {
    /// Whether AWS's words for this failure were recorded. What it dumps of the context object, what it says of a
    /// variable, and how it words some refusals of functions, is not known.
    pub fn is_recorded(&self) -> bool {
        match self {
            Self::MissingPath { path, .. } => path::begins_at_input(path),
            Self::Intrinsic(failure) => failure.is_recorded(),
        }
    }
}

impl Template {
    /// Compiles a template, or says all that is wrong with it, in the order of the document.
    /// Requirement: asl.validation.template-values
    pub fn compile(value: &Value) -> Result<Self, Vec<TemplateSyntaxError>> {
        let mut problems = Vec::new();
        match compile_node(value, &mut problems) {
            Some(root) if problems.is_empty() => Ok(Self { root }),
            _ => Err(problems),
        }
    }

    /// How many calls of intrinsic functions are nested in each other at most.
    pub fn n_call_levels(&self) -> usize {
        self.root.n_call_levels()
    }

    /// Fills the template.
    pub fn evaluate(&self, scope: &dyn Scope, random: &mut dyn Randomness) -> Result<Value, TemplateFailure> {
        self.root.evaluate(scope, random)
    }

    /// The value of a template in which nothing is evaluated.
    pub fn as_constant(&self) -> Option<&Arc<Value>> {
        match &self.root {
            Node::Constant(value) => Some(value),
            _ => None,
        }
    }

    /// Whether some value is drawn at random.
    pub fn is_random(&self) -> bool {
        self.root.is_random()
    }
}

impl Node {
    fn evaluate(&self, scope: &dyn Scope, random: &mut dyn Randomness) -> Result<Value, TemplateFailure> {
        match self {
            Self::Constant(value) => Ok(value.as_ref().clone()),
            Self::Dynamic { field, source } => source.evaluate(field, scope, random),
            Self::Array(items) => items.iter().map(|item| item.evaluate(scope, random)).collect(),
            Self::Object(members) => {
                let mut evaluated = Map::with_capacity(members.len());
                for (key, member) in members {
                    let member = match member.evaluate(scope, random) {
                        Err(TemplateFailure::MissingPath { .. }) if seeded(Site::MissingMemberLeftOut) => {
                            continue;
                        }
                        member => member?,
                    };
                    evaluated.insert(key.clone(), member);
                }
                Ok(Value::Object(evaluated))
            }
        }
    }

    fn is_random(&self) -> bool {
        match self {
            Self::Constant(_) => false,
            Self::Dynamic { source, .. } => source.is_random(),
            Self::Array(items) => items.iter().any(Self::is_random),
            Self::Object(members) => members.iter().any(|(_, member)| member.is_random()),
        }
    }
}

/// `None` where a problem was noted.
fn compile_node(value: &Value, problems: &mut Vec<TemplateSyntaxError>) -> Option<Node> {
    if !has_dynamic_key(value) {
        return Some(Node::Constant(Arc::new(value.clone())));
    }
    match value {
        Value::Array(_) if seeded(Site::TemplatesStopAtArrays) => {
            Some(Node::Constant(Arc::new(value.clone())))
        }
        Value::Array(items) => {
            let items: Vec<_> = items.iter().map(|item| compile_node(item, problems)).collect();
            items.into_iter().collect::<Option<_>>().map(Node::Array)
        }
        Value::Object(members) => {
            let compiled: Vec<_> =
                members.iter().map(|(key, member)| compile_member(key, member, members, problems)).collect();
            let members = compiled.into_iter().collect::<Option<_>>()?;
            Some(Node::Object(in_order_of_result(members)))
        }
        scalar => Some(Node::Constant(Arc::new(scalar.clone()))),
    }
}

/// Recorded: the result holds the literal members first, in the order of the document, then the evaluated ones, in the
/// order of a hash map.
fn in_order_of_result(members: Vec<(String, Node)>) -> Vec<(String, Node)> {
    let is_evaluated = |(_, node): &(String, Node)| matches!(node, Node::Dynamic { .. });
    let (mut evaluated, mut ordered): (Vec<_>, Vec<_>) = members.into_iter().partition(is_evaluated);
    let names: Map<_, _> = evaluated.iter().map(|(name, _)| (name.clone(), Value::Null)).collect();
    let ranks: HashMap<String, usize> =
        in_hash_map_order(names).into_iter().map(|(name, _)| name).zip(0..).collect();
    evaluated.sort_by_key(|(name, _)| ranks.get(name).copied());
    ordered.extend(evaluated);
    ordered
}

impl Node {
    fn n_call_levels(&self) -> usize {
        match self {
            Self::Constant(_) | Self::Dynamic { source: PathOrIntrinsic::Path(_), .. } => 0,
            Self::Dynamic { source: PathOrIntrinsic::Intrinsic(call), .. } => call.n_levels(),
            Self::Object(members) => members.iter().map(|(_, node)| node.n_call_levels()).max().unwrap_or(0),
            Self::Array(items) => items.iter().map(Self::n_call_levels).max().unwrap_or(0),
        }
    }
}

fn compile_member(
    key: &str,
    member: &Value,
    siblings: &Map<String, Value>,
    problems: &mut Vec<TemplateSyntaxError>,
) -> Option<(String, Node)> {
    let Some(name) = key.strip_suffix(DYNAMIC_ENDING) else {
        if member.is_object() && seeded(Site::TemplatesStopAtObjects) {
            return Some((key.to_owned(), Node::Constant(Arc::new(member.clone()))));
        }
        return Some((key.to_owned(), compile_node(member, problems)?));
    };
    if siblings.contains_key(name) {
        problems.push(TemplateSyntaxError::Duplicate { key: name.to_owned() });
        return None;
    }
    let source = member.as_str().and_then(|text| PathOrIntrinsic::parse(text).ok());
    if source.is_none() && seeded(Site::TemplateValuesNotChecked) {
        return Some((name.to_owned(), Node::Constant(Arc::new(member.clone()))));
    }
    if source.is_none() {
        problems.push(TemplateSyntaxError::Value { key: key.to_owned() });
    }
    let name = if seeded(Site::DynamicKeyKeepsEnding) { key } else { name };
    Some((name.to_owned(), Node::Dynamic { field: key.to_owned(), source: source? }))
}

fn has_dynamic_key(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.iter().any(has_dynamic_key),
        Value::Object(members) => {
            members.iter().any(|(key, member)| key.ends_with(DYNAMIC_ENDING) || has_dynamic_key(member))
        }
        _ => false,
    }
}

/// What a dynamic field holds: `$.x`, or `States.Format('{}', $.x)`.
#[derive(Debug, Clone)]
pub enum PathOrIntrinsic {
    /// A path.
    Path(Path),
    /// A call of an intrinsic function.
    Intrinsic(Intrinsic),
}

/// A text that is neither a path nor a call.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PathOrIntrinsicSyntaxError {
    /// It begins with `$` and is no path.
    #[error(transparent)]
    Path(#[from] PathSyntaxError),
    /// It does not begin with `$` and is no call.
    #[error(transparent)]
    Intrinsic(#[from] IntrinsicSyntaxError),
}

impl PathOrIntrinsic {
    /// Compiles a text: a path if it begins with `$`, else a call.
    pub fn parse(text: &str) -> Result<Self, PathOrIntrinsicSyntaxError> {
        if text.starts_with('$') {
            return Ok(Self::Path(Path::parse(text)?));
        }
        Ok(Self::Intrinsic(Intrinsic::parse(text)?))
    }

    /// The text as it was written.
    pub fn text(&self) -> &str {
        match self {
            Self::Path(path) => path.text(),
            Self::Intrinsic(intrinsic) => intrinsic.text(),
        }
    }

    /// Whether the value is drawn at random.
    pub fn is_random(&self) -> bool {
        matches!(self, Self::Intrinsic(intrinsic) if intrinsic.is_random())
    }

    /// The value for a field, such as `k.$` or `ErrorPath`, which is named when a path leads to nothing.
    ///
    /// Observed: an index out of range is read as null; and a path that gathers an array gathers an empty one where a key
    /// before its first `*`, slice or filter is missing, though Jayway itself fails there.
    pub fn evaluate(
        &self,
        field: &str,
        scope: &dyn Scope,
        random: &mut dyn Randomness,
    ) -> Result<Value, TemplateFailure> {
        let path = match self {
            Self::Intrinsic(intrinsic) => return Ok(intrinsic.evaluate(scope, random)?),
            Self::Path(path) => path,
        };
        match path.evaluate(scope) {
            Ok(found) => Ok(found.into_owned()),
            Err(PathMiss::IndexOutOfRange { .. }) if !seeded(Site::IndexOutOfRangeFails) => Ok(Value::Null),
            Err(PathMiss::Intermediate { .. }) if !path.is_definite() => Ok(Value::Array(Vec::new())),
            Err(_) if seeded(Site::MissingMemberIsNull) => Ok(Value::Null),
            Err(_) => Err(TemplateFailure::MissingPath {
                path: path.text().to_owned(),
                field: field.to_owned(),
                input: path.document_text(scope),
            }),
        }
    }
}

#[cfg(test)]
mod tests;
