//! Pass states: plain ones, ones full of intrinsic calls, and ones that filter and place data.

use serde_json::{Map, Value};

use crate::{
    builder::{Builder, Env, link, state_of_type},
    scope::{Site, States},
    shape::Shape,
};

impl Builder {
    /// Any Pass state. The census: half Parameters, half bare, few with Result; Result gets more here.
    pub(crate) fn pass_state(&mut self, states: &mut States, site: Site<'_>, raw: &Shape) -> Shape {
        let mut state = state_of_type("Pass");
        let out = match self.draw.weighted(&[(20, 0), (40, 1), (40, 2)]) {
            0 => raw.clone(),
            1 => {
                let literal = self.result_literal();
                let result = Shape::of(&literal);
                state.insert("Result".to_owned(), literal);
                self.result_path(&mut state, site.scope, raw, result)
            }
            _ => {
                let effective = self.input_path(&mut state, site.scope, raw, 12);
                let env = Env::new(&effective, site.scope, site.name);
                let payload = self.template_field(&mut state, "Parameters", &env, 90);
                let result = payload.unwrap_or_else(|| effective.clone());
                self.result_path(&mut state, site.scope, raw, result)
            }
        };
        let out = self.output_path(&mut state, site.scope, out, 6);
        finish(states, site, state);
        out
    }

    /// A Pass whose Parameters call intrinsic functions.
    pub(crate) fn intrinsic_state(&mut self, states: &mut States, site: Site<'_>, raw: &Shape) -> Shape {
        let mut state = state_of_type("Pass");
        let env = Env::new(raw, site.scope, site.name);
        let (template, result) = self.intrinsic_template(&env);
        state.insert("Parameters".to_owned(), template);
        let out = self.result_path(&mut state, site.scope, raw, result);
        finish(states, site, state);
        out
    }

    /// A Pass with most of the fields that filter and place data.
    pub(crate) fn data_flow_state(&mut self, states: &mut States, site: Site<'_>, raw: &Shape) -> Shape {
        let mut state = state_of_type("Pass");
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
