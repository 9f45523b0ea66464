//! The fields that filter and place data: `InputPath`, Parameters, `ResultSelector`, `ResultPath`, `OutputPath`.

use serde_json::{Map, Value};

use crate::{
    builder::{Builder, Env, Scope},
    path::{
        Found, Grammar, Want, find_path, find_reference, find_wrong_path, missing_path, missing_reference,
    },
    shape::Shape,
};

type State = Map<String, Value>;

const PLACES: &[&str] = &["result", "data", "out", "step", "details", "status"];

impl Builder {
    /// Perhaps adds `InputPath`; the effective input.
    pub(crate) fn input_path(
        &mut self,
        state: &mut State,
        scope: &Scope,
        raw: &Shape,
        percent: usize,
    ) -> Shape {
        if !self.draw.chance(percent) {
            return raw.clone();
        }
        self.filter_path(state, "InputPath", scope, raw)
    }

    /// Perhaps adds `OutputPath`; the state's output.
    pub(crate) fn output_path(
        &mut self,
        state: &mut State,
        scope: &Scope,
        full: Shape,
        percent: usize,
    ) -> Shape {
        if !self.draw.chance(percent) {
            return full;
        }
        self.filter_path(state, "OutputPath", scope, &full)
    }

    fn filter_path(&mut self, state: &mut State, field: &str, scope: &Scope, whole: &Shape) -> Shape {
        if self.draw.chance(4) {
            state.insert(field.to_owned(), Value::Null);
            return Shape::empty_object();
        }
        if self.fault(scope.may_fail) {
            state.insert(field.to_owned(), missing_path(&mut self.draw, whole, "$").into());
            return Shape::Anything;
        }
        if self.draw.chance(6) {
            state.insert(field.to_owned(), "$$.Execution.Input".into());
            return self.input.clone();
        }
        if let Some(found) = self.variable_path(Want::Any, 12) {
            state.insert(field.to_owned(), found.path.into());
            return found.shape;
        }
        let want = if self.draw.chance(75) { Want::Object } else { Want::Any };
        match find_path(&mut self.draw, whole, "$", want) {
            Some(found) => {
                state.insert(field.to_owned(), found.path.into());
                found.shape
            }
            None => whole.clone(),
        }
    }

    /// Perhaps adds a payload template under this field; the payload.
    pub(crate) fn template_field(
        &mut self,
        state: &mut State,
        field: &str,
        env: &Env<'_>,
        percent: usize,
    ) -> Option<Shape> {
        if !self.draw.chance(percent) {
            return None;
        }
        let (template, shape) = self.template(env);
        state.insert(field.to_owned(), template);
        Some(shape)
    }

    /// Perhaps adds `ResultPath`; the document after the result is placed.
    pub(crate) fn result_path(
        &mut self,
        state: &mut State,
        scope: &Scope,
        raw: &Shape,
        result: Shape,
    ) -> Shape {
        let may_conflict = scope.may_conflict() && !has_handlers(state);
        let path = self.place(may_conflict, raw, &result);
        let Some(place) = path else { return result };
        match place {
            Place::Nowhere => {
                state.insert("ResultPath".to_owned(), Value::Null);
                raw.clone()
            }
            Place::Root => {
                state.insert("ResultPath".to_owned(), "$".into());
                result
            }
            Place::At(steps) => {
                state.insert("ResultPath".to_owned(), format!("$.{}", steps.join(".")).into());
                let mut whole = raw.clone();
                place_at(&mut whole, &steps, result);
                whole
            }
        }
    }

    /// Where a result goes. The census has `$.a` most often, then null, then deeper places.
    fn place(&mut self, may_conflict: bool, raw: &Shape, result: &Shape) -> Option<Place> {
        let Shape::Object(members) = raw else {
            if self.fault(may_conflict) {
                return Some(Place::At(vec!["result".to_owned()]));
            }
            return self
                .draw
                .weighted(&[(6, None), (2, Some(false)), (2, Some(true))])
                .map(|is_root| if is_root { Place::Root } else { Place::Nowhere });
        };
        let replace_weight = if matches!(result, Shape::Object(_)) { 45 } else { 12 };
        match self.draw.weighted(&[(replace_weight, 0), (45, 1), (14, 2), (3, 3), (14, 4)]) {
            0 => None,
            1 => Some(Place::At(vec![self.place_name(members)])),
            2 => Some(Place::Nowhere),
            3 => Some(Place::Root),
            _ => Some(Place::At(self.deep_place(may_conflict, raw))),
        }
    }

    fn place_name(&mut self, members: &[(String, Shape)]) -> String {
        let plain: Vec<&String> =
            members.iter().map(|(key, _)| key).filter(|key| is_plain_word(key)).collect();
        if !plain.is_empty() && self.draw.chance(15) {
            return self.draw.pick(&plain).clone();
        }
        self.draw.pick(PLACES).to_owned()
    }

    /// A place two levels down: below an object, below nothing yet, or on purpose below a scalar.
    fn deep_place(&mut self, may_conflict: bool, raw: &Shape) -> Vec<String> {
        let leaf = self.draw.pick(PLACES).to_owned();
        let wants_scalar = self.fault(may_conflict);
        let Shape::Object(members) = raw else { return vec![leaf] };
        let fits = |shape: &Shape| match shape {
            Shape::Known(_) | Shape::Text | Shape::Number | Shape::Boolean => wants_scalar,
            Shape::Object(_) => !wants_scalar,
            _ => false,
        };
        let parents: Vec<&String> = members
            .iter()
            .filter(|(key, shape)| is_plain_word(key) && fits(shape))
            .map(|(key, _)| key)
            .collect();
        if parents.is_empty() || self.draw.chance(40) {
            let fresh = ["made", "under", "nested"].into_iter().find(|key| raw.member(key).is_none());
            return fresh.map_or_else(|| vec![leaf.clone()], |key| vec![key.to_owned(), leaf.clone()]);
        }
        vec![self.draw.pick(&parents).clone(), leaf]
    }

    /// Perhaps a path into a variable, to a value of this kind.
    pub(crate) fn variable_path(&mut self, want: Want, percent: usize) -> Option<Found> {
        if self.swarm.variables == 0 || !self.draw.chance(percent) {
            return None;
        }
        let (name, shape) = self.any_variable()?;
        find_path(&mut self.draw, &shape, &format!("${name}"), want)
    }

    /// A path to a value of this kind, or a wrong one on purpose; `None` if the document has neither.
    pub(crate) fn value_path(&mut self, env: &Env<'_>, grammar: Grammar, want: Want) -> Option<String> {
        if self.fault(env.may_fail) {
            if self.draw.chance(65) {
                return Some(match grammar {
                    Grammar::Path | Grammar::Jsonata => missing_path(&mut self.draw, env.root, "$"),
                    Grammar::Reference => missing_reference(&mut self.draw, env.root),
                });
            }
            return find_wrong_path(&mut self.draw, env.root, grammar, want).map(|found| found.path);
        }
        let found = match grammar {
            Grammar::Path | Grammar::Jsonata => find_path(&mut self.draw, env.root, "$", want),
            Grammar::Reference => find_reference(&mut self.draw, env.root, want),
        };
        found.map(|found| found.path)
    }
}

/// Whether a state has a Retry or a Catch.
pub(crate) fn has_handlers(state: &State) -> bool {
    state.contains_key("Retry") || state.contains_key("Catch")
}

enum Place {
    Nowhere,
    Root,
    At(Vec<String>),
}

fn place_at(whole: &mut Shape, steps: &[String], result: Shape) {
    match steps {
        [] => *whole = result,
        [last] => whole.set(last, result),
        [first, rest @ ..] => {
            let mut inner = whole.member(first).cloned().unwrap_or_else(Shape::empty_object);
            place_at(&mut inner, rest, result);
            whole.set(first, inner);
        }
    }
}

fn is_plain_word(key: &str) -> bool {
    key.chars().all(|letter| letter.is_ascii_alphanumeric())
}
