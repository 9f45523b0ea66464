//! The batches of a distributed Map as items of an inline Map.

use asl_cases::Case;
use serde_json::{Value, json};

use super::{
    Domain, Object, Relation, TraceMapping, Twin, fresh_name, fresh_variable, pick_state, redirect,
    speaks_jsonata, starts_machines, states_mut,
};
use crate::{
    draw::Draw,
    shrink::{state_mut, with_definition},
};

pub(super) const RELATION: Relation = Relation {
    id: "batches-by-partition",
    statement: "Documented: ItemBatcher hands each child an object of Items, as many as MaxItemsPerBatch at most, and BatchInput; partitioned items with a selector that builds this object of the same effective input are the same inputs.",
    domain: Domain::Success,
    rewrite,
};

/// The fields that such a Map may have.
const KNOWN: &[&str] = &[
    "Type",
    "Comment",
    "Next",
    "End",
    "ItemsPath",
    "InputPath",
    "ItemProcessor",
    "ItemBatcher",
    "MaxConcurrency",
    "Label",
    "OutputPath",
    "ResultPath",
    "ResultSelector",
    "Retry",
    "Catch",
];

fn rewrite(case: &Case, draw: &mut Draw) -> Option<Twin> {
    if starts_machines(case) || speaks_jsonata(case) {
        return None;
    }
    let (scope, name) = pick_state(case, draw, |state| batch_size(state).is_some())?;
    let (fresh, variable) = (fresh_name(case, "Batches"), fresh_variable(case, "batches"));
    let twin = with_definition(case, |definition| {
        redirect(definition.pointer_mut(&scope)?, &name, &fresh);
        let state = state_mut(definition, &scope, &name)?;
        let size = batch_size(state)?;
        state.shift_remove("Label");
        let batcher = state.shift_remove("ItemBatcher")?;
        let mut selector = json!({"Items.$": "$$.Map.Item.Value"});
        if let Some(input) = batcher.get("BatchInput") {
            selector["BatchInput"] = input.clone();
        }
        let items = state.shift_remove("ItemsPath").unwrap_or_else(|| "$".into());
        let items = items.as_str()?.to_owned();
        state.get_mut("ItemProcessor")?.as_object_mut()?.shift_remove("ProcessorConfig");
        state.insert("ItemsPath".to_owned(), format!("${variable}").into());
        state.insert("ItemSelector".to_owned(), selector);
        let call = format!("States.ArrayPartition({items}, {size})");
        let mut pass = json!({"Type": "Pass", "Assign": {format!("{variable}.$"): call}, "ResultPath": null, "Next": name});
        if let Some(path) = state.get("InputPath") {
            pass["InputPath"] = path.clone();
        }
        states_mut(definition, &scope)?.insert(fresh.clone(), pass);
        Some(())
    })?;
    Some(Twin { case: twin, mapping: TraceMapping::Untold })
}

fn batch_size(state: &Object) -> Option<u64> {
    let batcher = state.get("ItemBatcher")?.as_object()?;
    // Inside a child, the context object is that of the child.
    let reads_context = Value::Object(state.clone()).to_string().contains("$$.");
    let is_plain = !reads_context
        && state.keys().all(|field| KNOWN.contains(&field.as_str()))
        && batcher.keys().all(|field| matches!(field.as_str(), "MaxItemsPerBatch" | "BatchInput"));
    batcher.get("MaxItemsPerBatch").and_then(Value::as_u64).filter(|_| is_plain)
}
