//! Map states in both modes. Iterations that can fail, wait or answer differently run one at a time.

use serde_json::{Map, Value, json};

use super::{distributed::Mode, ending::ERRORS};
use crate::{
    area::Area,
    builder::{Builder, Env, Scope, link},
    flow::has_handlers,
    handling::Failure,
    jsonata::{Field, Sight, spoiled},
    path::{Want, find_fitting, find_path, find_reference, missing_reference},
    result::Odds,
    scope::{Plan, Site, States},
    shape::Shape,
    values::draw_value,
};

type State = Map<String, Value>;

const ODDS: Odds = Odds { selector: 12, output_path: 5, output: 35 };

impl Builder {
    /// A Map, in JSONPath after a Pass that lays out items where the document has none.
    pub(crate) fn map_state(
        &mut self,
        states: &mut States,
        site: Site<'_>,
        raw: &Shape,
        focus: Option<Area>,
    ) -> Shape {
        let has_items = self.is_jsonata() || find_path(&mut self.draw, raw, "$", Want::Array).is_some();
        if has_items && (self.is_jsonata() || !self.draw.chance(8)) {
            return self.map_over(states, site, raw, focus);
        }
        let map_name = self.names.fresh(&mut self.draw);
        let with_items = self.items_state(states, Site { next: Some(&map_name), ..site }, raw);
        self.map_over(states, Site { name: &map_name, ..site }, &with_items, focus)
    }

    fn items_state(&mut self, states: &mut States, site: Site<'_>, raw: &Shape) -> Shape {
        let items = self.literal_items();
        let mut state = self.state_of_type("Pass");
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

    /// Items that are written out.
    pub(super) fn literal_items(&mut self) -> Value {
        let count = self.draw.weighted(&[(8, 0), (22, 1), (40, 2), (30, 3)]);
        (0..count).map(|index| json!({"n": index, "v": draw_value(&mut self.draw, 0)})).collect()
    }

    fn map_over(&mut self, states: &mut States, site: Site<'_>, raw: &Shape, focus: Option<Area>) -> Shape {
        let mut state = self.state_of_type("Map");
        let mode = self.map_mode(site.scope);
        let data = self.map_input(&mut state, raw);
        let items = self.items(&mut state, site, &data, mode);
        let reader_failure = self.item_reader(&mut state, mode, site, &data);
        let is_read = state.contains_key("ItemReader");
        let element = if is_read { Shape::Anything } else { Shape::common_of(items.elements()) };
        let is_bad = self.has_bad_field(site.scope);
        let is_doomed = !is_bad && self.is_doomed(site.scope, focus);
        let mut scope = self.iteration_scope(&mut state, site, &data, is_doomed, element.clone());
        let item = self.item_selector(&mut state, site, &data, element);
        let item = if mode.is_distributed() {
            scope = Scope { item: None, ..scope };
            self.distributed_fields(&mut state, site, &data, item)
        } else {
            item
        };
        let error = self.draw.pick(ERRORS);
        let length = self.draw.weighted(&[(45, 1), (35, 2), (20, 3)]);
        let plan = Plan { length, focus: None, doom: is_doomed.then_some(error) };
        let (processor, out) = self.processor(mode, &scope, &plan, item);
        self.insert_processor(&mut state, mode, processor);
        let failure = match (is_bad, is_doomed) {
            (true, _) => Some(Failure::of("States.QueryEvaluationError")),
            (_, true) => self.doomed_map_failure(&mut state, mode, &items, error),
            _ => None,
        };
        let failure = reader_failure.or(failure);
        let handled = self.handle_failure(states, &mut state, site, raw, (failure, focus));
        if mode == Mode::Inline && !self.is_jsonata() {
            self.spoil_items_path(&mut state, site.scope, &data);
        }
        let result = self.map_result(&mut state, mode, &items, &out);
        let out = self.hand_on(&mut state, site, raw, &result, ODDS);
        if is_bad {
            self.fail_evaluation(&mut state, &["Items", "Output", "Assign", "ItemSelector"]);
        }
        link(&mut state, site.next);
        states.insert(site.name.to_owned(), Value::Object(state));
        handled.meet(&out)
    }

    /// Perhaps adds an `InputPath` to an array, or to something that holds one; the effective input.
    fn map_input(&mut self, state: &mut State, raw: &Shape) -> Shape {
        if self.is_jsonata() || !self.draw.chance(12) {
            return raw.clone();
        }
        let holds_array = |shape: &Shape| {
            let members = if let Shape::Object(members) = shape { members.as_slice() } else { &[] };
            let is_array = |shape: &Shape| matches!(shape, Shape::Array(_) | Shape::ArrayOf(_));
            is_array(shape) || members.iter().any(|(_, inner)| is_array(inner))
        };
        let Some(found) = find_fitting(&mut self.draw, raw, "$", &holds_array) else { return raw.clone() };
        state.insert("InputPath".to_owned(), found.path.into());
        found.shape
    }

    /// Adds what says which items there are; the items.
    fn items(&mut self, state: &mut State, site: Site<'_>, raw: &Shape, mode: Mode) -> Shape {
        if self.is_jsonata() {
            return self.jsonata_items(state, site, raw, mode);
        }
        if let Some(found) = self.variable_path(Want::Array, 15) {
            state.insert("ItemsPath".to_owned(), found.path.into());
            return found.shape;
        }
        self.items_path(state, raw)
    }

    fn jsonata_items(&mut self, state: &mut State, site: Site<'_>, raw: &Shape, mode: Mode) -> Shape {
        let sight = Sight::before(raw, site.scope, site.name);
        if mode == Mode::Inline && self.fault(site.scope.may_fail) {
            let wrong = spoiled(self, Field::Items);
            state.insert("Items".to_owned(), wrong.into());
            return Shape::Array(Vec::new());
        }
        if matches!(raw, Shape::Array(_)) && self.draw.chance(50) {
            return raw.clone();
        }
        if self.draw.chance(25) {
            let items = self.literal_items();
            state.insert("Items".to_owned(), items.clone());
            return Shape::of(&items);
        }
        if self.draw.chance(3) {
            state.insert("Items".to_owned(), json!({"first": 1, "second": {"n": 2}}));
            return Shape::ArrayOf(Box::new(Shape::Anything));
        }
        let (expression, shape) = self.expression(&sight, Want::Array);
        // One item that stands for itself is no array: brackets keep it one.
        let kept = if matches!(shape, Shape::Array(_)) { expression } else { format!("[{expression}]") };
        let items = self.delimited(&kept);
        state.insert("Items".to_owned(), items.into());
        shape
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
            3 | 4 if self.is_jsonata() => {
                let limit = if self.fault(site.scope.may_fail) {
                    spoiled(self, Field::Count)
                } else {
                    let (expression, _) =
                        self.expression(&Sight::before(raw, site.scope, site.name), Want::Positive);
                    self.delimited(&expression)
                };
                state.insert("MaxConcurrency".to_owned(), limit.into());
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
        if self.is_jsonata() {
            if !self.draw.chance(32) {
                return element;
            }
            let sight = Sight { item: Some(&element), ..Sight::before(raw, site.scope, site.name) };
            let (selector, shape) = self.jsonata_document(&sight);
            state.insert("ItemSelector".to_owned(), selector);
            return shape;
        }
        let field = if self.draw.chance(80) { "ItemSelector" } else { "Parameters" };
        let env = Env { item: Some(&element), ..Env::new(raw, site.scope, site.name) };
        self.template_field(state, field, &env, 32).unwrap_or(element)
    }

    /// The census: a third of the Map states still says Iterator.
    fn insert_processor(&mut self, state: &mut State, mode: Mode, mut processor: Map<String, Value>) {
        if let Mode::Distributed(kind) = mode {
            processor
                .insert("ProcessorConfig".to_owned(), json!({"Mode": "DISTRIBUTED", "ExecutionType": kind}));
            state.insert("ItemProcessor".to_owned(), Value::Object(processor));
            return;
        }
        match self.draw.below(100) {
            0..=17 => {
                state.insert("Iterator".to_owned(), Value::Object(processor));
            }
            18..=38 => {
                state.insert("ItemProcessor".to_owned(), Value::Object(processor));
            }
            _ => {
                processor.insert("ProcessorConfig".to_owned(), json!({"Mode": "INLINE"}));
                state.insert("ItemProcessor".to_owned(), Value::Object(processor));
            }
        }
    }
}

pub(super) fn results_of(items: &Shape, out: &Shape) -> Shape {
    match items {
        Shape::Array(items) => Shape::Array(vec![out.clone(); items.len()]),
        _ => Shape::ArrayOf(Box::new(out.clone())),
    }
}
