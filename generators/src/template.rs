//! Payload templates: objects whose `.$` members are paths, context paths or intrinsic calls.

use serde_json::{Map, Value};

use crate::{
    builder::{Builder, Env},
    path::{Want, find_path, gathering_path, missing_path},
    shape::Shape,
    values::{draw_object, draw_value},
};

const KEYS: &[&str] = &[
    "id", "name", "value", "total", "list", "first", "flag", "text", "copy", "sum", "part", "x", "a key",
    "größe",
];

impl Builder {
    /// A payload template and the shape of its payload. The census: 1 to 4 members, half of them flat.
    pub(crate) fn template(&mut self, env: &Env<'_>) -> (Value, Shape) {
        let depth = self.draw.weighted(&[(60, 0), (28, 1), (12, 2)]);
        self.template_object(env, depth)
    }

    /// A template of which at least one member is an intrinsic call.
    pub(crate) fn intrinsic_template(&mut self, env: &Env<'_>) -> (Value, Shape) {
        let (mut template, mut shape) = (Map::new(), Shape::empty_object());
        for _ in 0..self.draw.between(1, 3) {
            let key = self.draw.pick(KEYS);
            if shape.member(key).is_none() {
                let (call, result) = self.intrinsic(env);
                template.insert(format!("{key}.$"), call.into());
                shape.set(key, result);
            }
        }
        (Value::Object(template), shape)
    }

    fn template_object(&mut self, env: &Env<'_>, depth: usize) -> (Value, Shape) {
        let (mut template, mut shape) = (Map::new(), Shape::empty_object());
        for _ in 0..self.draw.weighted(&[(3, 0), (25, 1), (35, 2), (25, 3), (12, 4)]) {
            let key = self.draw.pick(KEYS);
            if shape.member(key).is_none() {
                self.template_member(env, key, depth, &mut template, &mut shape);
            }
        }
        (Value::Object(template), shape)
    }

    pub(crate) fn template_member(
        &mut self,
        env: &Env<'_>,
        key: &str,
        depth: usize,
        template: &mut Map<String, Value>,
        shape: &mut Shape,
    ) {
        match self.draw.below(if depth == 0 { 80 } else { 100 }) {
            0..=39 => {
                let (path, inner) = self.template_path(env);
                template.insert(format!("{key}.$"), path.into());
                shape.set(key, inner);
            }
            40..=57 => {
                let (call, inner) = self.intrinsic(env);
                template.insert(format!("{key}.$"), call.into());
                shape.set(key, inner);
            }
            58..=79 => {
                let literal = draw_value(&mut self.draw, 1);
                shape.set(key, Shape::of(&literal));
                template.insert(key.to_owned(), literal);
            }
            80..=91 => {
                let (inner, inner_shape) = self.template_object(env, depth - 1);
                template.insert(key.to_owned(), inner);
                shape.set(key, inner_shape);
            }
            _ => {
                let (inner, inner_shape) = self.template_object(env, depth - 1);
                template.insert(key.to_owned(), Value::Array(vec![inner, 0.into()]));
                shape.set(key, Shape::Array(vec![inner_shape, Shape::Known(0.into())]));
            }
        }
    }

    fn template_path(&mut self, env: &Env<'_>) -> (String, Shape) {
        if self.fault(env.may_fail) {
            return (missing_path(&mut self.draw, env.root, "$"), Shape::Anything);
        }
        if let Some(found) = self.variable_path(Want::Any, 30) {
            return (found.path, found.shape);
        }
        let found = match self.draw.below(100) {
            0..=11 => return self.context_path(env),
            12..=19 => gathering_path(&mut self.draw, env.root, "$"),
            20..=21 => self.past_the_end(env),
            _ => None,
        };
        let found = found.or_else(|| find_path(&mut self.draw, env.root, "$", Want::Any));
        found.map_or_else(|| ("$".to_owned(), env.root.clone()), |found| (found.path, found.shape))
    }

    /// An index far beyond the array. Seen on AWS: null in a template, and no error.
    fn past_the_end(&mut self, env: &Env<'_>) -> Option<crate::path::Found> {
        let mut found = find_path(&mut self.draw, env.root, "$", Want::Array)?;
        found.path.push_str("[99]");
        found.shape = Shape::Known(Value::Null);
        Some(found)
    }

    /// A path into the context object. What differs between engines is passed on whole and never looked at.
    pub(crate) fn context_path(&mut self, env: &Env<'_>) -> (String, Shape) {
        if let Some(item) = env.item
            && self.draw.chance(60)
        {
            if self.draw.chance(40) {
                return ("$$.Map.Item.Index".to_owned(), Shape::Number);
            }
            let found = find_path(&mut self.draw, item, "$$.Map.Item.Value", Want::Any);
            return found.map_or_else(
                || ("$$.Map.Item.Value".to_owned(), item.clone()),
                |found| (found.path, found.shape),
            );
        }
        match self.draw.below(10) {
            0..=2 => ("$$.State.Name".to_owned(), Shape::Known(env.state_name.into())),
            3 => ("$$.Execution.Name".to_owned(), Shape::Volatile),
            4 => ("$$.Execution.StartTime".to_owned(), Shape::Volatile),
            5 => ("$$.State.EnteredTime".to_owned(), Shape::Volatile),
            6 => ("$$.StateMachine.Name".to_owned(), Shape::Volatile),
            7 => ("$$.Execution.Id".to_owned(), Shape::Volatile),
            _ => {
                let input = self.input.clone();
                find_path(&mut self.draw, &input, "$$.Execution.Input", Want::Any).map_or_else(
                    || ("$$.Execution.Input".to_owned(), input),
                    |found| (found.path, found.shape),
                )
            }
        }
    }

    /// A literal for a Result field.
    pub(crate) fn result_literal(&mut self) -> Value {
        if self.draw.chance(70) { draw_object(&mut self.draw, 1) } else { draw_value(&mut self.draw, 1) }
    }
}
