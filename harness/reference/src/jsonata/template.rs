//! Documents in which JSONata expressions may stand: `Arguments`, `Output`, `Assign`, `Items` and their like.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::{Available, Expression, ExpressionProblem, FieldFailure, expression::is_marked};
use crate::scope::{Randomness, Scope};
use crate::seeded::{Site, seeded};

/// A compiled document. Parts without expressions are kept as constants.
#[derive(Debug)]
pub struct JsonataTemplate {
    root: Node,
}

#[derive(Debug)]
enum Node {
    Constant(Arc<Value>),
    Expression(Box<Expression>),
    Object(Vec<(String, Node)>),
    Array(Vec<Node>),
}

impl JsonataTemplate {
    /// Compiles a document, or says which of its expressions AWS refuses, each with its place, such as `/a[0]`.
    pub fn compile(value: &Value, available: Available) -> Result<Self, Vec<(String, ExpressionProblem)>> {
        let mut problems = Vec::new();
        let root = compile(value, available, "", &mut problems);
        if problems.is_empty() { Ok(Self { root }) } else { Err(problems) }
    }

    /// Evaluates the expressions; the field is named as in the definition.
    /// Requirement: asl.jsonata.output
    pub fn evaluate(
        &self,
        field: &str,
        scope: &dyn Scope,
        random: &mut dyn Randomness,
    ) -> Result<Value, FieldFailure> {
        self.root.evaluate(field, scope, random)
    }

    /// The value of a document without expressions.
    pub fn as_constant(&self) -> Option<&Arc<Value>> {
        match &self.root {
            Node::Constant(value) => Some(value),
            _ => None,
        }
    }

    /// The expression that the whole document is, if it is one.
    pub fn as_expression(&self) -> Option<&Expression> {
        match &self.root {
            Node::Expression(expression) => Some(expression),
            _ => None,
        }
    }
}

impl Node {
    /// Recorded: the place in a cause is made of keys and indices: `Output/a/b[0][1]`.
    fn evaluate(
        &self,
        place: &str,
        scope: &dyn Scope,
        random: &mut dyn Randomness,
    ) -> Result<Value, FieldFailure> {
        match self {
            Self::Constant(value) => Ok(Value::clone(value)),
            Self::Expression(expression) => expression.evaluate_field(place, scope, random),
            Self::Object(members) => {
                let mut evaluated = Map::with_capacity(members.len());
                for (key, member) in members {
                    let value = member.evaluate_below(|| format!("{place}/{key}"), scope, random)?;
                    evaluated.insert(key.clone(), value);
                }
                Ok(Value::Object(evaluated))
            }
            Self::Array(items) => items
                .iter()
                .enumerate()
                .map(|(index, item)| item.evaluate_below(|| format!("{place}[{index}]"), scope, random))
                .collect(),
        }
    }

    /// A constant needs no name.
    fn evaluate_below(
        &self,
        place: impl FnOnce() -> String,
        scope: &dyn Scope,
        random: &mut dyn Randomness,
    ) -> Result<Value, FieldFailure> {
        match self {
            Self::Constant(value) => Ok(Value::clone(value)),
            other => other.evaluate(&place(), scope, random),
        }
    }
}

fn compile(
    value: &Value,
    available: Available,
    place: &str,
    problems: &mut Vec<(String, ExpressionProblem)>,
) -> Node {
    if !holds_expression(value) {
        return Node::Constant(Arc::new(value.clone()));
    }
    match value {
        Value::String(text) => match Expression::parse(text, available) {
            Ok(expression) => Node::Expression(Box::new(expression)),
            Err(problem) => {
                problems.push((place.to_owned(), problem));
                Node::Constant(Arc::default())
            }
        },
        Value::Array(_) if seeded(Site::ExpressionsStopAtArrays) => Node::Constant(Arc::new(value.clone())),
        Value::Array(items) => {
            let items = items.iter().enumerate();
            let item = |(index, item)| compile(item, available, &format!("{place}[{index}]"), problems);
            Node::Array(items.map(item).collect())
        }
        Value::Object(members) => {
            let member = |(key, member): (&String, &Value)| {
                (key.clone(), compile(member, available, &format!("{place}/{key}"), problems))
            };
            Node::Object(members.iter().map(member).collect())
        }
        scalar => Node::Constant(Arc::new(scalar.clone())),
    }
}

fn holds_expression(value: &Value) -> bool {
    match value {
        Value::String(text) => is_marked(text),
        Value::Array(items) => items.iter().any(holds_expression),
        Value::Object(members) => members.values().any(holds_expression),
        _ => false,
    }
}
