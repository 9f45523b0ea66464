//! What a Map state does: here what both modes do first (concurrency, items, `ItemSelector`); then `inline.rs` runs one
//! iteration per item in this execution, or `distributed.rs` runs child executions in a Map Run.

mod batcher;
mod csv;
pub(crate) mod distributed;
mod inline;
mod reader;
mod results;
pub(crate) mod run_view;
mod tested;
mod tolerance;

use std::{borrow::Cow, str::FromStr, sync::Arc};

use serde_json::Value;

use super::{
    Execution, ThreadId,
    context::{MapItem, StateScope},
    data_flow::{Fields, reference_path_conflict},
    state_error::StateError,
    thread::{Activity, Step},
};
use crate::{
    definition::{Map, Number, State},
    java::json_text,
    jsonpath::PathMiss,
    path::{Path, ReferencePath},
};

impl Execution {
    pub(crate) fn run_map(&mut self, id: ThreadId, state: &State, map: &Map) -> Result<Step, StateError> {
        let raw = Arc::clone(&self.threads[id].data);
        let effective = self.fields(id, state).select(&state.input_path, &raw)?;
        if self.probe.is_some() {
            return self.run_tested_map(id, state, map, &effective);
        }
        match &map.distributed {
            None => self.run_inline(id, state, map, &effective),
            Some(distributed) => self.run_distributed(id, state, map, distributed, &effective),
        }
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

/// `MaxConcurrency`: 0 and absence mean what the mode allows at most.
fn concurrency(
    fields: &Fields<'_>,
    field: Option<&Number>,
    effective: &Value,
    max: usize,
) -> Result<usize, StateError> {
    match usize::try_from(max_concurrency(fields, field, effective)?) {
        Ok(0) | Err(_) => Ok(max),
        Ok(limit) => Ok(limit.min(max)),
    }
}

/// `MaxConcurrency` as it is written or found, 0 where it is absent.
fn max_concurrency(
    fields: &Fields<'_>,
    field: Option<&Number>,
    effective: &Value,
) -> Result<u64, StateError> {
    match field {
        None => Ok(0),
        Some(Number::Literal(limit)) => Ok(*limit),
        Some(Number::At(path)) => number_at(fields, "MaxConcurrencyPath", "integer", path, effective),
    }
}

/// The number at one of the Map's paths. Recorded: a text of digits is a number as well; the words for what is none.
fn number_at<T: FromStr>(
    fields: &Fields<'_>,
    field: &str,
    kind: &str,
    path: &Path,
    effective: &Value,
) -> Result<T, StateError> {
    let scope = StateScope::new(&fields.facts, effective);
    let found = path.evaluate(&scope).map_err(|miss| fields.invalid_path(path, &miss))?;
    let shown = found.as_str().map_or_else(|| json_text(&found), str::to_owned);
    let number = match &*found {
        Value::Number(_) | Value::String(_) => shown.parse().ok(),
        _ => None,
    };
    number.ok_or_else(|| {
        let path = path.text();
        fields.runtime(&format!(
            "The {field} field refers to value \"{shown}\" which is not a valid {kind}: {path}"
        ))
    })
}

/// `ItemsPath`, or the whole effective input.
fn items(fields: &Fields<'_>, path: Option<&Path>, effective: &Value) -> Result<Vec<Arc<Value>>, StateError> {
    let scope = StateScope::new(&fields.facts, effective);
    let found = match path {
        None => Cow::Borrowed(effective),
        Some(path) => path.evaluate(&scope).map_err(|miss| items_conflict(fields, path, effective, &miss))?,
    };
    let Value::Array(items) = &*found else {
        let text = path.map_or("$", Path::text);
        // Recorded: a path into the context object is shown as one into that object.
        let text = text.strip_prefix('$').filter(|rest| rest.starts_with('$')).unwrap_or(text);
        return Err(fields
            .runtime(&format!("Reference path \"{text}\" must point to array."))
            .uncertain_unless(|| false));
    };
    Ok(items.iter().cloned().map(Arc::new).collect())
}

/// Public run logs: an `ItemsPath` that leads nowhere is `States.ReferencePathConflict`, naming the first step.
fn items_conflict(fields: &Fields<'_>, path: &Path, effective: &Value, miss: &PathMiss) -> StateError {
    let conflict = ReferencePath::parse(path.text()).ok().and_then(|path| path.select(effective).err());
    match conflict {
        Some(conflict) => reference_path_conflict(&conflict.to_string()),
        None => fields.invalid_path(path, miss),
    }
}
