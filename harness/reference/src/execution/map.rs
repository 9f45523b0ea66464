//! Map in inline mode: one iteration per item, at most `MaxConcurrency` at once; the result keeps the order of the items.

use std::sync::Arc;

use serde_json::Value;

use super::{
    CompositeId, Execution, ThreadId,
    composite::Completion,
    context::{MapItem, StateScope},
    data_flow::{Fields, reference_path_conflict},
    state_error::StateError,
    thread::{Activity, Step},
};
use crate::{
    definition::{Map, Number, State},
    history::{EventKind, IterationPhase},
    java::json_text,
    jsonpath::PathMiss,
    path::{Path, ReferencePath},
};

/// Documented: inline iterations run at most this many at once, whatever `MaxConcurrency` says.
const MAX_INLINE_CONCURRENCY: usize = 40;

impl Execution {
    pub(crate) fn run_map(&mut self, id: ThreadId, state: &State, map: &Map) -> Result<Step, StateError> {
        let raw = Arc::clone(&self.threads[id].data);
        let fields = self.fields(id, state);
        let effective = fields.select(&state.input_path, &raw)?;
        let concurrency = concurrency(&fields, map.max_concurrency.as_ref(), &effective)?;
        let items = items(&fields, map.items_path.as_ref(), &effective)?;
        let length = items.len();
        let started_event_id =
            self.push(self.threads[id].last_event_id, EventKind::MapStateStarted { length });
        let composite = self.add_composite(id, length, items, concurrency);
        if length == 0 {
            self.finish_composite(composite, state, started_event_id);
            return Ok(Step::Suspended);
        }
        for _ in 0..concurrency.min(length) {
            self.start_iteration(composite, state, map, started_event_id)?;
        }
        Ok(Step::Suspended)
    }

    /// Starts the next iteration, if one is left. Recorded: a later one follows the last event of the one that made
    /// room for it.
    pub(crate) fn start_iteration(
        &mut self,
        composite: CompositeId,
        state: &State,
        map: &Map,
        previous_event_id: i64,
    ) -> Result<(), StateError> {
        let parent = self.composites[composite].parent;
        let child = self.composites[composite].children.len();
        let Some(value) = self.composites[composite].items.get(child).cloned() else { return Ok(()) };
        let item = Arc::new(MapItem { index: child, value: Arc::clone(&value) });
        let input = self.item_input(parent, state, map, &item)?;
        let started = self.push_iteration(
            IterationPhase::Started,
            state,
            Completion { composite, child, last_event_id: previous_event_id },
        );
        let thread = self.spawn_child(composite, &map.processor, input, started);
        self.threads[thread].item = Some(item);
        Ok(())
    }

    /// `ItemSelector`: `$` is the effective input of the Map, the item is in the context object.
    fn item_input(
        &mut self,
        parent: ThreadId,
        state: &State,
        map: &Map,
        item: &Arc<MapItem>,
    ) -> Result<Arc<Value>, StateError> {
        let Some(selector) = &map.item_selector else { return Ok(Arc::clone(&item.value)) };
        let raw = Arc::clone(&self.threads[parent].data);
        let mut fields = self.fields(parent, state);
        let effective = fields.select(&state.input_path, &raw)?;
        fields.facts.item = Some(Arc::clone(item));
        let input = fields.fill(Some(selector), effective);
        if input.is_err() {
            self.threads[parent].activity = Activity::Over;
        }
        input
    }
}

fn concurrency(fields: &Fields<'_>, field: Option<&Number>, effective: &Value) -> Result<usize, StateError> {
    let limit = match field {
        None => 0,
        Some(Number::Literal(limit)) => *limit,
        Some(Number::At(path)) => limit_at(fields, path, effective)?,
    };
    match usize::try_from(limit) {
        Ok(0) | Err(_) => Ok(MAX_INLINE_CONCURRENCY),
        Ok(limit) => Ok(limit.min(MAX_INLINE_CONCURRENCY)),
    }
}

/// Recorded: a text of digits is an integer as well; the words for a value that is none.
fn limit_at(fields: &Fields<'_>, path: &Path, effective: &Value) -> Result<u64, StateError> {
    let scope = StateScope::new(&fields.facts, effective);
    let found = path.evaluate(&scope).map_err(|miss| fields.invalid_path(path, &miss.to_string()))?;
    let digits = || found.as_str().and_then(|text| text.parse().ok());
    found.as_u64().or_else(digits).ok_or_else(|| {
        let shown = found.as_str().map_or_else(|| json_text(&found), str::to_owned);
        fields.runtime(&format!(
            "The MaxConcurrencyPath field refers to value \"{shown}\" which is not a valid integer: {}",
            path.text()
        ))
    })
}

fn items(fields: &Fields<'_>, path: Option<&Path>, effective: &Value) -> Result<Vec<Arc<Value>>, StateError> {
    let scope = StateScope::new(&fields.facts, effective);
    let found = match path {
        None => std::borrow::Cow::Borrowed(effective),
        Some(path) => path.evaluate(&scope).map_err(|miss| items_conflict(fields, path, effective, &miss))?,
    };
    let Value::Array(items) = &*found else {
        let text = path.map_or("$", Path::text);
        return Err(fields.runtime(&format!("Reference path \"{text}\" must point to array.")));
    };
    Ok(items.iter().cloned().map(Arc::new).collect())
}

/// Public run logs: an `ItemsPath` that leads nowhere is `States.ReferencePathConflict`, naming the first step.
fn items_conflict(fields: &Fields<'_>, path: &Path, effective: &Value, miss: &PathMiss) -> StateError {
    let conflict = ReferencePath::parse(path.text()).ok().and_then(|path| path.select(effective).err());
    match conflict {
        Some(conflict) => reference_path_conflict(&conflict.to_string()),
        None => fields.invalid_path(path, &miss.to_string()),
    }
}
