//! Succeed and Fail: the states that end a scope.

use serde_json::{Map, Value, json};

use crate::{
    builder::{Builder, Env, Place, state_of_type},
    path::{Want, find_reference, missing_reference},
    scope::{Site, States},
    shape::Shape,
    values::draw_text,
};

/// Error names of generated failures; none begins with the reserved prefix.
pub(crate) const ERRORS: &[&str] =
    &["OrderError", "Custom.Timeout", "Worker.Busy", "E", "my error", "ÉchecTotal"];

impl Builder {
    /// A Succeed state.
    pub(crate) fn succeed_state(&mut self, states: &mut States, site: Site<'_>, raw: &Shape) -> Shape {
        let mut state = state_of_type("Succeed");
        let effective = self.input_path(&mut state, site.scope, raw, 8);
        let out = self.output_path(&mut state, site.scope, effective, 8);
        states.insert(site.name.to_owned(), Value::Object(state));
        out
    }

    /// A Fail state with a constant error, one from the data, or none.
    pub(crate) fn fail_state(&mut self, states: &mut States, site: Site<'_>, raw: &Shape) -> Shape {
        let mut state = state_of_type("Fail");
        let error = self.draw.pick(ERRORS);
        self.failure_field(&mut state, "Error", error, site, raw);
        let cause = draw_text(&mut self.draw);
        self.failure_field(&mut state, "Cause", cause, site, raw);
        states.insert(site.name.to_owned(), Value::Object(state));
        Shape::Anything
    }

    /// The Fail state at the end of a scope that has to fail with this error.
    pub(crate) fn doomed_state(&mut self, states: &mut States, site: Site<'_>, error: &str) -> Shape {
        let state = json!({"Type": "Fail", "Error": error, "Cause": draw_text(&mut self.draw)});
        states.insert(site.name.to_owned(), state);
        Shape::Anything
    }

    fn failure_field(
        &mut self,
        state: &mut Map<String, Value>,
        field: &str,
        constant: &str,
        site: Site<'_>,
        raw: &Shape,
    ) {
        let env = Env::new(raw, site.scope, site.name);
        // What a Catch gets from a Fail state without a name or a cause is not known: inside a region it has both.
        let nothing = if site.scope.place == Place::Region { 0 } else { 12 };
        match self.draw.weighted(&[(62, 0), (18, 1), (8, 2), (nothing, 3)]) {
            0 => {
                state.insert(field.to_owned(), constant.into());
            }
            1 => {
                let path = self.text_source(&env);
                state.insert(format!("{field}Path"), path.into());
            }
            2 => {
                state.insert(
                    format!("{field}Path"),
                    format!("States.Format('{field}: {{}}', $$.State.Name)").into(),
                );
            }
            _ => {}
        }
    }

    fn text_source(&mut self, env: &Env<'_>) -> String {
        if self.fault(env.may_fail) {
            return missing_reference(&mut self.draw, env.root);
        }
        find_reference(&mut self.draw, env.root, Want::Text)
            .map_or_else(|| "$$.State.Name".to_owned(), |found| found.path)
    }
}
