//! Succeed and Fail: the states that end a scope.

use serde_json::{Map, Value};

use crate::{
    builder::{Builder, Env, Place},
    jsonata::{Field as JsonataField, Sight, spoiled},
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
        let mut state = self.state_of_type("Succeed");
        if self.is_jsonata() {
            let sight = Sight::before(raw, site.scope, site.name);
            let out = self.jsonata_output(&mut state, &sight, raw.clone(), 45);
            states.insert(site.name.to_owned(), Value::Object(state));
            return out;
        }
        let effective = self.input_path(&mut state, site.scope, raw, 8);
        let out = self.output_path(&mut state, site.scope, effective, 8);
        states.insert(site.name.to_owned(), Value::Object(state));
        out
    }

    /// A Fail state with a constant error, one from the data, or none.
    pub(crate) fn fail_state(&mut self, states: &mut States, site: Site<'_>, raw: &Shape) -> Shape {
        let mut state = self.state_of_type("Fail");
        let error = self.draw.pick(ERRORS);
        self.failure_field(&mut state, "Error", error, site, raw);
        let cause = draw_text(&mut self.draw);
        self.failure_field(&mut state, "Cause", cause, site, raw);
        states.insert(site.name.to_owned(), Value::Object(state));
        Shape::Anything
    }

    /// The Fail state at the end of a scope that has to fail with this error.
    pub(crate) fn doomed_state(&mut self, states: &mut States, site: Site<'_>, error: &str) -> Shape {
        let mut state = self.state_of_type("Fail");
        state.insert("Error".to_owned(), error.into());
        state.insert("Cause".to_owned(), draw_text(&mut self.draw).into());
        states.insert(site.name.to_owned(), Value::Object(state));
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
        if self.is_jsonata() {
            return self.jsonata_failure_field(state, (field, constant), site, raw);
        }
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

    fn jsonata_failure_field(
        &mut self,
        state: &mut Map<String, Value>,
        (field, constant): (&str, &str),
        site: Site<'_>,
        raw: &Shape,
    ) {
        let sight = Sight::before(raw, site.scope, site.name);
        let nothing = if site.scope.place == Place::Region { 0 } else { 8 };
        let value = match self.draw.weighted(&[(50, 0), (35, 1), (nothing, 2)]) {
            0 => constant.to_owned(),
            1 if self.fault(site.scope.may_fail) => spoiled(self, JsonataField::Words),
            1 => {
                let (expression, _) = self.expression(&sight, Want::Text);
                self.delimited(&expression)
            }
            _ => return,
        };
        state.insert(field.to_owned(), value.into());
    }

    fn text_source(&mut self, env: &Env<'_>) -> String {
        if self.fault(env.may_fail) {
            return missing_reference(&mut self.draw, env.root);
        }
        find_reference(&mut self.draw, env.root, Want::Text)
            .map_or_else(|| "$$.State.Name".to_owned(), |found| found.path)
    }
}
