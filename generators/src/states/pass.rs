//! Pass states: plain ones, ones full of intrinsic calls, and ones that filter and place data.

use serde_json::{Map, Value};

use crate::{
    builder::{Builder, Env, link},
    jsonata::Sight,
    scope::{Site, States},
    shape::Shape,
};

impl Builder {
    /// Any Pass state. The census: half Parameters, half bare, few with Result; Result gets more here.
    pub(crate) fn pass_state(&mut self, states: &mut States, site: Site<'_>, raw: &Shape) -> Shape {
        if self.is_jsonata() {
            return self.jsonata_pass(states, site, raw, 75);
        }
        let mut state = self.state_of_type("Pass");
        let mut result_shape = None;
        let out = match self.draw.weighted(&[(20, 0), (40, 1), (40, 2)]) {
            0 => raw.clone(),
            1 => {
                let literal = self.result_literal();
                let result = Shape::of(&literal);
                state.insert("Result".to_owned(), literal);
                result_shape = Some(result.clone());
                self.result_path(&mut state, site.scope, raw, result)
            }
            _ => {
                let effective = self.input_path(&mut state, site.scope, raw, 12);
                let env = Env::new(&effective, site.scope, site.name);
                let payload = self.template_field(&mut state, "Parameters", &env, 90);
                let result = payload.unwrap_or_else(|| effective.clone());
                result_shape = Some(result.clone());
                self.result_path(&mut state, site.scope, raw, result)
            }
        };
        let out = self.output_path(&mut state, site.scope, out, 6);
        self.pass_assign(&mut state, site, result_shape.as_ref().unwrap_or(raw), 0);
        finish(states, site, state);
        out
    }

    /// Assign of a Pass in JSONPath, whose `$` is the result of the Pass.
    fn pass_assign(
        &mut self,
        state: &mut Map<String, Value>,
        site: Site<'_>,
        result: &Shape,
        at_least: usize,
    ) {
        let env = Env::new(result, site.scope, site.name);
        let assigned = if self.draw.chance(at_least) {
            self.insert_assign(state, &env)
        } else {
            self.assign_by_path(state, &env)
        };
        self.declare(assigned);
    }

    /// A Pass that assigns variables, for the area that is about them.
    pub(crate) fn assigning_state(&mut self, states: &mut States, site: Site<'_>, raw: &Shape) -> Shape {
        let mut state = self.state_of_type("Pass");
        if self.is_jsonata() {
            let sight = Sight::before(raw, site.scope, site.name);
            let out = self.jsonata_output(&mut state, &sight, raw.clone(), 40);
            let assigned = self.insert_jsonata_assign(&mut state, &sight);
            self.declare(assigned);
            finish(states, site, state);
            return out;
        }
        self.pass_assign(&mut state, site, raw, 100);
        finish(states, site, state);
        raw.clone()
    }

    /// A Pass in JSONata: an Output, or nothing.
    fn jsonata_pass(&mut self, states: &mut States, site: Site<'_>, raw: &Shape, percent: usize) -> Shape {
        let mut state = self.state_of_type("Pass");
        let out = self.hand_on_input(&mut state, site, raw, percent);
        finish(states, site, state);
        out
    }

    /// A Pass whose Parameters call intrinsic functions.
    pub(crate) fn intrinsic_state(&mut self, states: &mut States, site: Site<'_>, raw: &Shape) -> Shape {
        if self.is_jsonata() {
            return self.jsonata_pass(states, site, raw, 100);
        }
        let mut state = self.state_of_type("Pass");
        let env = Env::new(raw, site.scope, site.name);
        let (template, result) = self.intrinsic_template(&env);
        state.insert("Parameters".to_owned(), template);
        let out = self.result_path(&mut state, site.scope, raw, result);
        finish(states, site, state);
        out
    }

    /// A Pass with most of the fields that filter and place data.
    pub(crate) fn data_flow_state(&mut self, states: &mut States, site: Site<'_>, raw: &Shape) -> Shape {
        if self.is_jsonata() {
            return self.jsonata_pass(states, site, raw, 100);
        }
        let mut state = self.state_of_type("Pass");
        let effective = self.input_path(&mut state, site.scope, raw, 55);
        let env = Env::new(&effective, site.scope, site.name);
        let payload = self.template_field(&mut state, "Parameters", &env, 65);
        let result = payload.unwrap_or_else(|| effective.clone());
        let whole = self.result_path(&mut state, site.scope, raw, result);
        let out = self.output_path(&mut state, site.scope, whole, 35);
        finish(states, site, state);
        out
    }
}

fn finish(states: &mut States, site: Site<'_>, mut state: Map<String, Value>) {
    link(&mut state, site.next);
    states.insert(site.name.to_owned(), Value::Object(state));
}
