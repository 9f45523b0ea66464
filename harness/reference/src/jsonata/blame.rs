//! Which built-in function refused its arguments: AWS names it in the cause, the library does not.
//!
//! Only after a failure, the expression is evaluated once more, with a note at every call: the innermost function that
//! was begun and not left is to blame.

use std::{cell::RefCell, rc::Rc};

use jsonata_core::{
    ast::AstNode,
    evaluator::{Evaluator, EvaluatorError},
    value::JValue,
};

use super::syntax_tree::for_each_child;

const BEGIN: &str = "!begin";
const LEAVE: &str = "!leave";

/// The calls of an evaluation that go on.
type Calls = Rc<RefCell<Vec<Rc<str>>>>;

/// Evaluates the expression again with this evaluator and names the function to blame.
pub(super) fn function_to_blame(ast: &AstNode, mut evaluator: Evaluator) -> Option<Rc<str>> {
    let mut noted = ast.clone();
    note_calls(&mut noted);
    let calls = Calls::default();
    let (beginning, leaving) = (Rc::clone(&calls), Rc::clone(&calls));
    let begin = move |args: &[JValue]| -> Result<JValue, EvaluatorError> {
        if let Some(JValue::String(name)) = args.first() {
            beginning.borrow_mut().push(Rc::clone(name));
        }
        Ok(args.get(1).cloned().unwrap_or(JValue::Undefined))
    };
    let leave = move |args: &[JValue]| -> Result<JValue, EvaluatorError> {
        leaving.borrow_mut().pop();
        Ok(args.first().cloned().unwrap_or(JValue::Undefined))
    };
    evaluator.register_fn(BEGIN, begin).ok()?;
    evaluator.register_fn(LEAVE, leave).ok()?;
    evaluator.evaluate(&noted, &JValue::Undefined).err()?;
    calls.take().pop()
}

/// Notes the beginning of a call when its last argument is known, and its end when it has a value.
fn note_calls(node: &mut AstNode) {
    for_each_child(node, &mut note_calls);
    let AstNode::Function { name, args, is_builtin: true } = node else { return };
    if name.starts_with('!') || args.iter().any(|arg| matches!(arg, AstNode::Placeholder)) {
        return;
    }
    // A callback is called with its own syntax tree, which is not to be changed.
    let is_callback = matches!(args.last(), Some(AstNode::Lambda { .. } | AstNode::Variable(_)));
    let n_left = if is_callback && args.len() > 1 { 2 } else { 1 };
    let Some(index) = args.len().checked_sub(n_left) else { return };
    wrap_argument(&mut args[index], name);
    let inner = std::mem::replace(node, AstNode::Null);
    *node = call(LEAVE, vec![inner]);
}

fn wrap_argument(argument: &mut AstNode, function: &str) {
    let inner = std::mem::replace(argument, AstNode::Null);
    *argument = call(BEGIN, vec![AstNode::String(function.to_owned()), inner]);
}

fn call(function: &str, args: Vec<AstNode>) -> AstNode {
    AstNode::Function { name: function.to_owned(), args, is_builtin: true }
}
