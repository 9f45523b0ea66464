//! Integers that a double does not hold.
//!
//! Observed (August 2026): AWS's are exact up to 2^63 - 1; the evaluator knows doubles only. An expression that meets such
//! an integer is evaluated once more, with a token in the place of each. Where a token comes out, it stands for its
//! integer; where the two values differ in another way, the expression computes with it, and nobody knows what AWS gives.

use std::{cell::Cell, collections::BTreeSet, rc::Rc};

use jsonata_core::{ast::AstNode, evaluator::Context, value::JValue};
use serde_json::Value;

use super::{
    convert::{as_integer, number},
    syntax_tree::for_each_child,
};

/// Up to here every integer has a double of its own.
const EXACT_MAX: u64 = 1 << 53;
/// The token of a literal whose digits are not known. No function has such a name, nor one that is made of digits.
const UNKNOWN: &str = "?";

/// How large integers are shown to the evaluator, and whether there was one.
#[derive(Clone, Debug)]
pub(super) struct Integers {
    form: Form,
    has_large: Rc<Cell<bool>>,
}

#[derive(Clone, Copy, Debug)]
enum Form {
    Doubles,
    Tokens,
}

impl Integers {
    pub(super) fn as_doubles() -> Self {
        Self { form: Form::Doubles, has_large: Rc::default() }
    }

    pub(super) fn as_tokens() -> Self {
        Self { form: Form::Tokens, has_large: Rc::default() }
    }

    /// Whether a large integer was shown.
    pub(super) fn has_large(&self) -> bool {
        self.has_large.get()
    }

    /// A number that is written as a double.
    pub(super) fn of_double(&self, double: f64) -> JValue {
        as_integer(double).map_or(JValue::Number(double), |integer| self.of_integer(integer))
    }

    pub(super) fn of_integer(&self, integer: i64) -> JValue {
        let double = rounded(integer);
        if is_large(integer) { self.large(double, || integer.to_string()) } else { JValue::Number(double) }
    }

    fn large(&self, double: f64, token: impl FnOnce() -> String) -> JValue {
        self.has_large.set(true);
        match self.form {
            Form::Doubles => JValue::Number(double),
            Form::Tokens => JValue::builtin(token()),
        }
    }
}

/// The large integers that an expression writes down, each as a variable that no expression can name.
#[derive(Debug, Default)]
pub(super) struct Literals(Vec<Literal>);

#[derive(Debug)]
struct Literal {
    name: String,
    double: f64,
    token: String,
}

impl Literals {
    /// Puts the variables into the syntax tree. The parser has rounded: the digits are looked up in the text.
    pub(super) fn of(ast: &mut AstNode, text: &str) -> Self {
        let mut literals = Self::default();
        literals.replace(ast, text);
        literals
    }

    fn replace(&mut self, node: &mut AstNode, text: &str) {
        if let AstNode::Number(double) = *node
            && let Some(token) = token(double, text)
        {
            let name = format!("!literal {}", self.0.len());
            *node = AstNode::Variable(name.clone());
            self.0.push(Literal { name, double, token });
        }
        for_each_child(node, &mut |child| self.replace(child, text));
    }

    pub(super) fn bind(&self, context: &mut Context, integers: &Integers) {
        for Literal { name, double, token } in &self.0 {
            context.bind(name.clone(), integers.large(*double, || token.clone()));
        }
    }
}

/// The token of a literal; `None` where the double says all.
fn token(double: f64, text: &str) -> Option<String> {
    let digits = text.split(|character: char| !character.is_ascii_digit());
    let written: BTreeSet<u64> = digits.filter_map(|digits| digits.parse().ok()).collect();
    let mut written = written
        .into_iter()
        .filter(|integer| rounded_up_to_64_bits(*integer).total_cmp(&double.abs()).is_eq());
    match (written.next(), written.next()) {
        (Some(_), Some(_)) => Some(UNKNOWN.to_owned()),
        (Some(integer), None) => {
            let integer = i128::from(integer) * if double < 0.0 { -1 } else { 1 };
            i64::try_from(integer)
                .ok()
                .filter(|integer| is_large(*integer))
                .map(|integer| integer.to_string())
        }
        (None, _) => {
            as_integer(double).filter(|integer| is_large(*integer)).map(|integer| integer.to_string())
        }
    }
}

/// Gives a value the integers that the tokens stand for. Whether AWS's value is known then.
pub(super) fn restore(value: &mut Value, tokens: &JValue) -> bool {
    match (&mut *value, tokens) {
        (Value::Number(_), JValue::Builtin { name }) => {
            let integer = name.parse().ok().filter(|integer| number(rounded(*integer)) == *value);
            if let Some(integer) = integer {
                *value = integer.into();
            }
            integer.is_some()
        }
        (Value::Null, JValue::Null) => true,
        (Value::Bool(flag), JValue::Bool(other)) => flag == other,
        (Value::Number(_), JValue::Number(double)) => number(*double) == *value && is_exact(value),
        (Value::String(text), JValue::String(other)) => **text == **other,
        // A number that is not finite.
        (Value::String(_), JValue::Number(double)) => number(*double) == *value,
        (Value::Array(items), JValue::Array(others)) => {
            items.len() == others.len()
                && items.iter_mut().zip(others.iter()).all(|(item, other)| restore(item, other))
        }
        (Value::Object(members), JValue::Object(others)) => {
            let n_others = others.values().filter(|member| !member.is_undefined()).count();
            members.len() == n_others
                && members
                    .iter_mut()
                    .all(|(key, member)| others.get(key).is_some_and(|other| restore(member, other)))
        }
        _ => false,
    }
}

/// Whether no integer in a value is so large that it may have been rounded on the way.
pub(super) fn is_exact(value: &Value) -> bool {
    match value {
        Value::Number(number) => !number.as_i64().is_some_and(is_large),
        Value::Array(items) => items.iter().all(is_exact),
        Value::Object(members) => members.values().all(is_exact),
        _ => true,
    }
}

fn is_large(integer: i64) -> bool {
    integer.unsigned_abs() >= EXACT_MAX
}

#[expect(clippy::cast_precision_loss, reason = "the evaluator knows doubles only")]
fn rounded(integer: i64) -> f64 {
    integer as f64
}

#[expect(clippy::cast_precision_loss, reason = "the evaluator knows doubles only")]
fn rounded_up_to_64_bits(integer: u64) -> f64 {
    integer as f64
}
