//! Map states in inline mode. Iterations that can fail, wait or answer differently run one at a time.

use serde_json::{Map, Value, json};

use super::ending::ERRORS;
use crate::{
    area::Area,
    builder::{Builder, Env, Scope, link, state_of_type},
    flow::has_handlers,
    handling::Failure,
    path::{Want, find_path, find_reference, missing_reference},
    scope::{Plan, Site, States},
    shape::Shape,
    values::draw_value,
};

type State = Map<String, Value>;

impl Builder {
    /// A Map, after a Pass that lays out items where the document has none.
    pub(crate) fn map_state(
        &mut self,
        states: &mut States,
        site: Site<'_>,
        raw: &Shape,
        focus: Option<Area>,
    ) -> Shape {
        let has_items = find_path(&mut self.draw, raw, "$", Want::Array).is_some();
        if has_items && !self.draw.chance(8) {
            return self.map_over(states, site, raw, focus);
        }
        let map_name = self.names.fresh(&mut self.draw);
        let with_items = self.items_state(states, Site { next: Some(&map_name), ..site }, raw);
        self.map_over(states, Site { name: &map_name, ..site }, &with_items, focus)
    }

    fn items_state(&mut self, states: &mut States, site: Site<'_>, raw: &Shape) -> Shape {
        let count = self.draw.weighted(&[(8, 0), (22, 1), (40, 2), (30, 3)]);
        let items: Value =
            (0..count).map(|index| json!({"n": index, "v": draw_value(&mut self.draw, 0)})).collect();
        let mut state = state_of_type("Pass");
        state.insert("Result".to_owned(), items.clone());
        let mut out = Shape::of(&items);
        if matches!(raw, Shape::Object(_)) {
            state.insert("ResultPath".to_owned(), "$.list".into());
            let mut whole = raw.clone();
            whole.set("list", out);
            out = whole;
        }
        link(&mut state, site.next);
        states.insert(site.name.to_owned(), Value::Object(state));
        out
    }

    fn map_over(&mut self, states: &mut States, site: Site<'_>, raw: &Shape, focus: Option<Area>) -> Shape {
        let mut state = state_of_type("Map");
        let items = self.items_path(&mut state, raw);
        let element = Shape::common_of(items.elements());
        let is_doomed = self.is_doomed(site.scope, focus);
        let scope = self.iteration_scope(&mut state, site, raw, is_doomed, element.clone());
        let item = self.item_selector(&mut state, site, raw, element);
        let error = self.draw.pick(ERRORS);
        let length = self.draw.weighted(&[(45, 1), (35, 2), (20, 3)]);
        let plan = Plan { length, focus: None, doom: is_doomed.then_some(error) };
        let (processor, out) = self.scope(&scope, &plan, item);
        self.insert_processor(&mut state, processor);
        let failure = is_doomed.then_some(Failure { error: Some(error), times: None });
        let handled = self.handle_failure(states, &mut state, site, raw, (failure, focus));
        self.spoil_items_path(&mut state, site.scope, raw);
        let result = self.result_selector(&mut state, site, results_of(&items, &out), 12);
        let placed = self.result_path(&mut state, site.scope, raw, result);
        let percent = if handled.has_catch { 0 } else { 5 };
        let out = self.output_path(&mut state, site.scope, placed, percent);
        link(&mut state, site.next);
        states.insert(site.name.to_owned(), Value::Object(state));
        handled.meet(&out)
    }

    /// Adds `ItemsPath`, unless the document itself is the array; the items.
    fn items_path(&mut self, state: &mut State, raw: &Shape) -> Shape {
        let found =
            find_reference(&mut self.draw, raw, Want::Array).expect("the caller made sure of an array");
        if found.path != "$" || self.draw.chance(30) {
            state.insert("ItemsPath".to_owned(), found.path.into());
        }
        found.shape
    }

    /// Perhaps lets `ItemsPath` lead to nothing, or to a scalar. Never to an object: newer documents let a Map go over one.
    fn spoil_items_path(&mut self, state: &mut State, scope: &Scope, raw: &Shape) {
        if has_handlers(state) || !self.fault(scope.may_conflict()) {
            return;
        }
        let kind = self.draw.pick(&[Want::Text, Want::Number, Want::Boolean]);
        let scalar = find_reference(&mut self.draw, raw, kind).filter(|_| self.draw.chance(50));
        let path = scalar.map_or_else(|| missing_reference(&mut self.draw, raw), |found| found.path);
        state.insert("ItemsPath".to_owned(), path.into());
    }

    fn iteration_scope(
        &mut self,
        state: &mut State,
        site: Site<'_>,
        raw: &Shape,
        is_doomed: bool,
        item: Shape,
    ) -> Scope {
        let one_by_one = is_doomed || self.draw.chance(35);
        let inner = Scope { item: Some(item), ..site.scope.inner() };
        if one_by_one {
            state.insert("MaxConcurrency".to_owned(), 1.into());
            let may_fail = site.scope.may_fail && !is_doomed && self.draw.chance(40);
            return Scope { may_fail, may_wait: inner.may_wait && !self.real_time, ..inner };
        }
        match self.draw.below(10) {
            0..=2 => {
                state.insert("MaxConcurrency".to_owned(), self.draw.pick(&[0, 2, 5, 40]).into());
            }
            3 => {
                if let Some(found) = find_reference(&mut self.draw, raw, Want::Positive) {
                    state.insert("MaxConcurrencyPath".to_owned(), found.path.into());
                }
            }
            _ => {}
        }
        inner.calm()
    }

    /// Perhaps adds `ItemSelector`, or Parameters as it was once called; the input of an iteration.
    fn item_selector(&mut self, state: &mut State, site: Site<'_>, raw: &Shape, element: Shape) -> Shape {
        let field = if self.draw.chance(80) { "ItemSelector" } else { "Parameters" };
        let env = Env { item: Some(&element), ..Env::new(raw, site.scope, site.name) };
        self.template_field(state, field, &env, 32).unwrap_or(element)
    }

    /// The census: a third of the Map states still says Iterator.
    fn insert_processor(&mut self, state: &mut State, mut processor: Map<String, Value>) {
        match self.draw.below(100) {
            0..=17 => {
                state.insert("Iterator".to_owned(), Value::Object(processor));
            }
            18..=30 => {
                state.insert("ItemProcessor".to_owned(), Value::Object(processor));
            }
            _ => {
                processor.insert("ProcessorConfig".to_owned(), json!({"Mode": "INLINE"}));
                state.insert("ItemProcessor".to_owned(), Value::Object(processor));
            }
        }
    }
}

fn results_of(items: &Shape, out: &Shape) -> Shape {
    match items {
        Shape::Array(items) => Shape::Array(vec![out.clone(); items.len()]),
        _ => Shape::ArrayOf(Box::new(out.clone())),
    }
}
