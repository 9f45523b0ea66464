//! What a state hands on, in the words of its query language: fields before its work, and Output, paths and Assign after.

use serde_json::{Map, Value};

use crate::{
    builder::{Builder, Env},
    jsonata::Sight,
    scope::Site,
    shape::Shape,
};

type State = Map<String, Value>;

/// The shares, in percent, in which a state has the fields that filter its result.
#[derive(Clone, Copy)]
pub(crate) struct Odds {
    /// `ResultSelector`.
    pub(crate) selector: usize,
    /// `OutputPath`, of a state that has no Catch.
    pub(crate) output_path: usize,
    /// `Output` in JSONata.
    pub(crate) output: usize,
}

impl Builder {
    /// What a state with a result hands on; the variables that it assigns are declared.
    pub(crate) fn hand_on(
        &mut self,
        state: &mut State,
        site: Site<'_>,
        raw: &Shape,
        result: &Shape,
        odds: Odds,
    ) -> Shape {
        let has_catch = state.contains_key("Catch");
        let before = self.remembered();
        let (out, assigned) = if self.is_jsonata() {
            let sight = Sight { result: Some(result), ..Sight::before(raw, site.scope, site.name) };
            let out = self.jsonata_output(state, &sight, result.clone(), odds.output);
            (out, self.assign_by_jsonata(state, &sight))
        } else {
            let env = Env::new(result, site.scope, site.name);
            let assigned = self.assign_by_path(state, &env);
            let selected = self.result_selector(state, site, result.clone(), odds.selector);
            let placed = self.result_path(state, site.scope, raw, selected);
            let percent = if has_catch { 0 } else { odds.output_path };
            (self.output_path(state, site.scope, placed, percent), assigned)
        };
        self.declare(assigned);
        if has_catch {
            // By way of the Catch the next state is reached without them.
            self.come_back_to(before);
        }
        out
    }

    /// Perhaps adds Output; what the state hands on.
    pub(crate) fn jsonata_output(
        &mut self,
        state: &mut State,
        sight: &Sight<'_>,
        otherwise: Shape,
        percent: usize,
    ) -> Shape {
        if !self.draw.chance(percent) {
            return otherwise;
        }
        if self.draw.chance(25)
            && let Some(kept) = self.merged(state, sight)
        {
            return kept;
        }
        let (document, shape) = self.jsonata_document(sight);
        state.insert("Output".to_owned(), document);
        shape
    }

    /// An Output that adds the result, or a mark, to the input: what `ResultPath` does in JSONPath.
    fn merged(&mut self, state: &mut State, sight: &Sight<'_>) -> Option<Shape> {
        let mut whole = sight.input.clone();
        if !matches!(whole, Shape::Object(_)) {
            return None;
        }
        let key = self.draw.pick(&["result", "data", "step"]);
        let value = if sight.result.is_some() { "$states.result" } else { "$states.context.State.Name" };
        whole.set(key, sight.result.cloned().unwrap_or_else(|| Shape::Known(sight.state_name.into())));
        let output = self.delimited(&format!("$merge([$states.input, {{'{key}': {value}}}])"));
        state.insert("Output".to_owned(), output.into());
        Some(whole)
    }

    /// What a JSONata state without a result hands on, with its Assign.
    pub(crate) fn hand_on_input(
        &mut self,
        state: &mut State,
        site: Site<'_>,
        raw: &Shape,
        percent: usize,
    ) -> Shape {
        let sight = Sight::before(raw, site.scope, site.name);
        let out = self.jsonata_output(state, &sight, raw.clone(), percent);
        let assigned = self.assign_by_jsonata(state, &sight);
        self.declare(assigned);
        out
    }

    /// Perhaps adds the field that says what the work of a state gets: Parameters, or Arguments in JSONata.
    pub(crate) fn request(
        &mut self,
        state: &mut State,
        site: Site<'_>,
        raw: &Shape,
        percents: (usize, usize),
    ) -> Shape {
        let (input_path, payload) = percents;
        if self.is_jsonata() {
            return self.arguments(state, site, raw, payload);
        }
        let effective = self.input_path(state, site.scope, raw, input_path);
        let env = Env::new(&effective, site.scope, site.name);
        self.template_field(state, "Parameters", &env, payload).unwrap_or(effective)
    }

    fn arguments(&mut self, state: &mut State, site: Site<'_>, raw: &Shape, percent: usize) -> Shape {
        if !self.draw.chance(percent) {
            return raw.clone();
        }
        let sight = Sight::before(raw, site.scope, site.name);
        let (document, shape) = self.jsonata_document(&sight);
        state.insert("Arguments".to_owned(), document);
        shape
    }

    /// Adds a document that fails to a JSONata state, where its Retry and Catch see it: before its work, or after it.
    pub(crate) fn fail_evaluation(&mut self, state: &mut State, fields: &[&str]) {
        let field = self.draw.pick(fields);
        let field = if field == "Assign" && self.swarm.variables == 0 { "Output" } else { field };
        let document = match field {
            "Assign" => {
                let failing = self.failing_document();
                let name = self.names_for_failing();
                Value::Object(Map::from_iter([(name, failing)]))
            }
            _ => self.failing_document(),
        };
        state.insert(field.to_owned(), document);
    }

    fn names_for_failing(&mut self) -> String {
        let level = self.variables.len();
        format!("failing{level}")
    }
}
