//! The short way for the commonest expressions: `$states.input.a.b` and `$name.a.b`, read off the document without an
//! evaluation. Numbers that pass through this way keep all their digits.

use jsonata_core::ast::{AstNode, PathStep};
use serde_json::Value;

use super::{convert::with_integers, expression::Member, failure::EvaluationFailure};
use crate::{
    scope::Scope,
    seeded::{Site, seeded},
};

/// A chain of keys.
#[derive(Debug)]
pub(super) struct Direct {
    root: Root,
    keys: Vec<String>,
}

#[derive(Debug)]
enum Root {
    States(Member),
    Variable(String),
}

impl Direct {
    /// The chain that an expression is, if it is one.
    pub(super) fn of(ast: &AstNode) -> Option<Self> {
        match ast {
            AstNode::Variable(name) if is_variable(name) => {
                Some(Self { root: Root::Variable(name.clone()), keys: Vec::new() })
            }
            AstNode::Path { steps } => {
                let AstNode::Variable(name) = &plain(steps.first()?)? else { return None };
                let mut keys = steps[1..].iter().map(key).collect::<Option<Vec<_>>>()?;
                if name == "states" {
                    let member = Member::named(keys.first()?)?;
                    keys.remove(0);
                    return Some(Self { root: Root::States(member), keys });
                }
                is_variable(name).then(|| Self { root: Root::Variable(name.clone()), keys })
            }
            _ => None,
        }
    }

    /// The value; `None` where only an evaluation can tell, because the chain leads through an array.
    pub(super) fn evaluate(&self, scope: &dyn Scope) -> Option<Result<Value, EvaluationFailure>> {
        let mut keys = self.keys.iter().map(String::as_str);
        if let Root::States(Member::Context) = self.root
            && !seeded(Site::NoContext)
            && let Some((part, n_taken)) = scope.context_part(&mut keys)
        {
            return follow(&part, &self.keys[n_taken..]);
        }
        let root = match &self.root {
            Root::States(member) => member.value(scope),
            Root::Variable(name) => scope.variable(name),
        };
        follow(root?, &self.keys)
    }
}

fn follow(root: &Value, keys: &[String]) -> Option<Result<Value, EvaluationFailure>> {
    let mut found = root;
    for key in keys {
        match found {
            Value::Object(members) => match members.get(key) {
                Some(member) => found = member,
                None => return Some(Err(EvaluationFailure::Nothing)),
            },
            Value::Array(_) => return None,
            _ => return Some(Err(EvaluationFailure::Nothing)),
        }
    }
    Some(Ok(with_integers(found).unwrap_or_else(|| found.clone())))
}

/// `$` is no variable of AWS's.
fn is_variable(name: &str) -> bool {
    !name.is_empty() && name != "states"
}

fn key(step: &PathStep) -> Option<String> {
    match plain(step)? {
        AstNode::Name(name) => Some(name.clone()),
        _ => None,
    }
}

/// The node of a step that has nothing but a node.
fn plain(step: &PathStep) -> Option<&AstNode> {
    let is_plain =
        step.stages.is_empty() && step.focus.is_none() && step.index_var.is_none() && !step.is_tuple;
    is_plain.then_some(&step.node)
}
