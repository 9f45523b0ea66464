//! Documents with expressions at any depth: Arguments, Output, Assign, Items, `ItemSelector`.

use serde_json::{Map, Value};

use super::Sight;
use crate::{builder::Builder, path::Want, shape::Shape, values::draw_value};

const KEYS: &[&str] = &[
    "id", "name", "value", "total", "list", "first", "flag", "text", "copy", "x", "a key", "größe", "raw.$",
];

impl Builder {
    /// A document, mostly an object; perhaps with an expression that fails.
    pub(crate) fn jsonata_document(&mut self, sight: &Sight<'_>) -> (Value, Shape) {
        if self.fault(sight.may_fail) {
            return (self.failing_document(), Shape::Anything);
        }
        if self.draw.chance(22) {
            let want = if self.draw.chance(75) { Want::Object } else { Want::Any };
            let (expression, shape) = self.expression(sight, want);
            return (self.delimited(&expression).into(), shape);
        }
        self.jsonata_object(sight, 1)
    }

    /// An object of expressions and literals.
    pub(crate) fn jsonata_object(&mut self, sight: &Sight<'_>, depth: usize) -> (Value, Shape) {
        let (mut template, mut shape) = (Map::new(), Shape::empty_object());
        for _ in 0..self.draw.weighted(&[(30, 1), (40, 2), (30, 3)]) {
            let key = self.draw.pick(KEYS);
            let (value, inner) = self.jsonata_value(sight, depth);
            template.insert(key.to_owned(), value);
            shape.set(key, inner);
        }
        (Value::Object(template), shape)
    }

    /// One member of such a document.
    pub(crate) fn jsonata_value(&mut self, sight: &Sight<'_>, depth: usize) -> (Value, Shape) {
        match self.draw.below(if depth == 0 { 85 } else { 100 }) {
            0..=64 => {
                let (expression, shape) = self.expression(sight, Want::Any);
                (self.delimited(&expression).into(), shape)
            }
            65..=84 => {
                let literal = draw_value(&mut self.draw, 1);
                let shape = Shape::of(&literal);
                (literal, shape)
            }
            85..=94 => self.jsonata_object(sight, depth - 1),
            _ => {
                let (first, first_shape) = self.jsonata_value(sight, depth - 1);
                (Value::Array(vec![first, 0.into()]), Shape::Array(vec![first_shape, Shape::Known(0.into())]))
            }
        }
    }

    /// A document of which one expression fails, at the top, in a member or in an array.
    pub(crate) fn failing_document(&mut self) -> Value {
        let expression = self.failing_expression();
        let failing = Value::from(self.delimited(expression));
        match self.draw.below(4) {
            0 => failing,
            1 => serde_json::json!({"list": [1, failing]}),
            2 => serde_json::json!({"a": {"b": failing}}),
            _ => serde_json::json!({"value": failing}),
        }
    }
}
