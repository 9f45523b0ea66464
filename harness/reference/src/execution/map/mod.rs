//! What a Map state does: here what both modes do first (concurrency, items, `ItemSelector`); then `inline.rs` runs one
//! iteration per item in this execution, or `distributed.rs` runs child executions in a Map Run.

mod batcher;
mod csv;
pub(crate) mod distributed;
mod inline;
mod manifest;
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
    thread::Step,
};
use crate::{
    definition::{DataFields, Items, Map, Number, Payload, State},
    java::json_text,
    jsonata::JsonataTemplate,
    jsonpath::PathMiss,
    path::{Path, ReferencePath},
    seeded::{Site, seeded},
};

impl Execution {
    pub(crate) fn run_map(&mut self, id: ThreadId, state: &State, map: &Map) -> Result<Step, StateError> {
        let effective = self.fields(id, state).input()?;
        if self.probe.is_some() {
            return self.run_tested_map(id, state, map, &effective);
        }
        match &map.distributed {
            None => self.run_inline(id, state, map, &effective),
            Some(distributed) => self.run_distributed(id, state, map, distributed, &effective),
        }
    }

    /// `ItemSelector`: `$` is the effective input of the Map, the item is in the context object. Whether the history says
    /// that the Map started before a path of it leads nowhere is not known.
    /// Requirement: asl.map.item-selector, asl.jsonata.map
    fn item_input(
        &mut self,
        parent: ThreadId,
        state: &State,
        map: &Map,
        effective: &Arc<Value>,
        item: &Arc<MapItem>,
    ) -> Result<Arc<Value>, StateError> {
        let Some(selector) = &map.item_selector else { return Ok(Arc::clone(&item.value)) };
        let mut fields = self.fields(parent, state);
        fields.facts.item = Some(Arc::clone(item));
        let effective = if seeded(Site::ItemSelectorSeesItem) { &item.value } else { effective };
        let is_jsonata = matches!(selector, Payload::Jsonata(_));
        let selected = fields.payload(selector, "ItemSelector", effective);
        selected.map_err(|error| error.untold_unless(|| is_jsonata))
    }
}

/// `MaxConcurrency`: 0 and absence mean what the mode allows at most.
/// Requirement: asl.map.max-concurrency
fn concurrency(
    fields: &mut Fields<'_>,
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
/// Requirement: asl.map.max-concurrency-path
fn max_concurrency(
    fields: &mut Fields<'_>,
    field: Option<&Number>,
    effective: &Value,
) -> Result<u64, StateError> {
    field.map_or(Ok(0), |field| whole_number(fields, "MaxConcurrency", field, effective))
}

/// One of the Map's numbers; a field of a part of the Map is named with its place.
fn whole_number<T: FromStr + TryFrom<u64>>(
    fields: &mut Fields<'_>,
    name: &str,
    field: &Number,
    effective: &Value,
) -> Result<T, StateError> {
    let number = match field {
        Number::Literal(number) => *number,
        Number::At(path) => {
            let name = name.rsplit('/').next().unwrap_or(name);
            return number_at(fields, &format!("{name}Path"), "integer", path, effective);
        }
        Number::Expression(expression) => fields.evaluated_integer(expression, name, u64::MAX)?,
    };
    T::try_from(number).map_err(|_| fields.unusable(name, &format!("{name} is too large: {number}")))
}

/// The number at one of the Map's paths. Recorded: a text of digits is a number as well; the words for what is none, but
/// not those for a path that leads nowhere.
fn number_at<T: FromStr>(
    fields: &Fields<'_>,
    field: &str,
    kind: &str,
    path: &Path,
    effective: &Value,
) -> Result<T, StateError> {
    let scope = StateScope::new(&fields.facts, field, effective);
    let miss = |miss| fields.invalid_path(path, &miss).uncertain_unless(|| false);
    let found = path.evaluate(&scope).map_err(miss)?;
    let shown = found.as_str().map_or_else(|| json_text(&found), str::to_owned);
    let number = match &*found {
        Value::Number(_) | Value::String(_) => shown.parse().ok(),
        _ => None,
    };
    number.ok_or_else(|| {
        let path = path.text();
        let text =
            format!("The {field} field refers to value \"{shown}\" which is not a valid {kind}: {path}");
        // What becomes of a negative integer is recorded for the fields that read one, not for the others.
        fields.runtime(&text).doubtful_if(|| shown.parse::<i64>().is_ok_and(|integer| integer < 0))
    })
}

/// `ItemsPath` or `Items`, or the whole effective input.
/// Requirement: asl.map.items-path, asl.map.items-invalid
fn items(
    fields: &mut Fields<'_>,
    items: Option<&Items>,
    effective: &Value,
) -> Result<Vec<Arc<Value>>, StateError> {
    match (items, fields.data) {
        (Some(Items::Jsonata(items)), _) => evaluated_items(fields, items),
        (Some(Items::At(path)), _) => items_at(fields, Some(path), effective),
        (None, DataFields::JsonPath(_)) => items_at(fields, None, effective),
        (None, DataFields::Jsonata(_)) => match effective {
            Value::Array(items) => Ok(shared(items)),
            // Recorded: no field is to blame.
            other => Err(fields
                .query_failure(
                    &format!("Map state input must be an array but was: {}", json_text(other)),
                    None,
                )
                // Documented in 2025: also an object is iterated over.
                .doubtful_if(|| other.is_object())),
        },
    }
}

/// Recorded in November 2024: an array; also an object is refused. Documented in 2025: an object is iterated over.
/// Requirement: asl.jsonata.unexpected-type
fn evaluated_items(fields: &mut Fields<'_>, items: &JsonataTemplate) -> Result<Vec<Arc<Value>>, StateError> {
    const NAME: &str = "Items";
    let found = fields.document(items, NAME)?;
    let error = match (&found, items.as_expression()) {
        (Value::Array(items), _) => return Ok(shared(items)),
        (other, Some(expression)) => fields.unexpected_type(expression, NAME, "array", other),
        (other, None) => {
            fields.unusable(NAME, &format!("Items must be an array but was: {}", json_text(other)))
        }
    };
    Err(error.doubtful_if(|| found.is_object()))
}

fn shared(items: &[Value]) -> Vec<Arc<Value>> {
    items.iter().cloned().map(Arc::new).collect()
}

fn items_at(
    fields: &Fields<'_>,
    path: Option<&Path>,
    effective: &Value,
) -> Result<Vec<Arc<Value>>, StateError> {
    let raw = if seeded(Site::ItemsOfRawInput) { &fields.raw } else { effective };
    let scope = StateScope::new(&fields.facts, "ItemsPath", raw);
    let found = match path {
        None => Cow::Borrowed(effective),
        Some(path) => path.evaluate(&scope).map_err(|miss| items_conflict(fields, path, effective, &miss))?,
    };
    match &*found {
        Value::Array(_) => {}
        single if seeded(Site::SingleItemWrapped) => return Ok(vec![Arc::new(single.clone())]),
        _ => {}
    }
    let Value::Array(items) = &*found else {
        let text = path.map_or("$", Path::text);
        // Recorded: a path into the context object is shown as one into that object.
        let text = text.strip_prefix('$').filter(|rest| rest.starts_with('$')).unwrap_or(text);
        return Err(fields
            .runtime(&format!("Reference path \"{text}\" must point to array."))
            .uncertain_unless(|| false)
            // Documented in 2025: also an object is iterated over.
            .doubtful_if(|| found.is_object()));
    };
    Ok(shared(items))
}

/// Public run logs: an `ItemsPath` that leads nowhere is `States.ReferencePathConflict`, naming the first step.
fn items_conflict(fields: &Fields<'_>, path: &Path, effective: &Value, miss: &PathMiss) -> StateError {
    let conflict = ReferencePath::parse(path.text()).ok().and_then(|path| path.select(effective).err());
    match conflict {
        Some(conflict) => reference_path_conflict(&conflict),
        None => fields.invalid_path(path, miss),
    }
}
