//! The Map state: what both modes have. What only the distributed mode has stands in `distributed_map.rs`.

use std::sync::Arc;

use asl_cases::MachineType;

use crate::jsonata::Available;

use super::{
    Flow, Items, Map, Payload,
    distributed_map::{distributed, tolerated_failures},
    fields::Fields,
    findings::Language,
    parse::{StateNames, inner_flow},
    states,
};
use crate::seeded::{Site, seeded};

/// Fields that are documented for the distributed mode only; nobody has recorded what they do in inline mode.
const DISTRIBUTED_FIELDS: [&str; 4] = ["ItemReader", "ItemBatcher", "ResultWriter", "Label"];

/// Parses the fields of a Map state.
pub(super) fn map(fields: &Fields<'_>, names: &StateNames<'_>) -> Option<Map> {
    // Recorded: refused together.
    fields.at_most_one_of(&["ItemSelector", "Parameters"]);
    let items = items(fields);
    let item_selector = item_selector(fields);
    let max_concurrency = fields.number("MaxConcurrency", "MaxConcurrencyPath", 0..=u64::MAX);
    let tolerated = Box::new(tolerated_failures(fields));
    let processor = processor(fields);
    let distributed = execution_type(fields).map(|kind| Box::new(distributed(fields, kind)));
    if distributed.is_none() {
        check_inline(fields);
    }
    let result = states::result_fields(fields, names);
    Some(Map {
        items,
        item_selector,
        processor: Arc::new(processor?),
        max_concurrency,
        tolerated,
        distributed,
        result: result?,
    })
}

fn items(fields: &Fields<'_>) -> Option<Items> {
    match fields.language {
        Language::JsonPath => fields.single_path("ItemsPath").map(Items::At),
        Language::Jsonata => fields.jsonata("Items", Available::Input).map(Items::Jsonata),
    }
}

fn item_selector(fields: &Fields<'_>) -> Option<Payload> {
    match fields.language {
        Language::JsonPath if !fields.has("ItemSelector") => {
            fields.template("Parameters").map(Payload::Template)
        }
        _ => fields.payload("ItemSelector"),
    }
}

fn check_inline(fields: &Fields<'_>) {
    for name in DISTRIBUTED_FIELDS.into_iter().filter(|name| fields.has(name)) {
        fields.machine.unsupported(format!("{name} in inline mode"));
    }
}

/// `ItemProcessor`, or the older `Iterator`.
/// Requirement: asl.map.legacy-fields
fn processor(fields: &Fields<'_>) -> Option<Flow> {
    if !fields.has("Iterator") {
        fields.require(&["ItemProcessor"]);
    }
    fields.at_most_one_of(&["ItemProcessor", "Iterator"]);
    if fields.has("Iterator") && seeded(Site::IteratorRefused) {
        fields.refuse("Iterator", "Field 'Iterator' is not supported");
    }
    let processor = fields.object("ItemProcessor").or_else(|| fields.object("Iterator"))?;
    if let Some(config) = processor.object("ProcessorConfig") {
        check_processor_config(&config);
    }
    inner_flow(&processor, &["ProcessorConfig"])
}

fn check_processor_config(config: &Fields<'_>) {
    config.allow_only(|name| matches!(name, "Mode" | "ExecutionType" | "Comment"));
    let mode = config.one_of("Mode", &["INLINE", "DISTRIBUTED"]);
    config.one_of("ExecutionType", &["STANDARD", "EXPRESS"]);
    if mode != Some("DISTRIBUTED") {
        return;
    }
    // Both documented; the texts are not recorded.
    config.require(&["ExecutionType"]);
    if config.machine.kind == MachineType::Express {
        config.refuse("Mode", "Express state machine does not support Distributed Map");
    }
}

/// What kind of execution the children of a distributed Map are; `None` in inline mode.
fn execution_type(fields: &Fields<'_>) -> Option<MachineType> {
    let processor = fields.members.get("ItemProcessor").or_else(|| fields.members.get("Iterator"))?;
    let config = processor.get("ProcessorConfig")?;
    let is_distributed = config.get("Mode").is_some_and(|mode| mode == "DISTRIBUTED");
    let is_express = config.get("ExecutionType").is_some_and(|kind| kind == "EXPRESS");
    is_distributed.then_some(if is_express { MachineType::Express } else { MachineType::Standard })
}
