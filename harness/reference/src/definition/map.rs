//! The Map state in inline mode; the distributed mode is checked where its rules are known, and not modelled.

use std::sync::Arc;

use asl_cases::MachineType;

use super::{
    Flow, Map,
    fields::Fields,
    parse::{StateNames, inner_flow},
    states,
};

/// Fields that are documented for the distributed mode only; recorded runs had some of them in inline mode as well.
const DISTRIBUTED_FIELDS: [&str; 8] = [
    "ItemReader",
    "ItemBatcher",
    "ResultWriter",
    "ToleratedFailureCount",
    "ToleratedFailureCountPath",
    "ToleratedFailurePercentage",
    "ToleratedFailurePercentagePath",
    "Label",
];

/// Parses the fields of a Map state.
pub(super) fn map(fields: &Fields<'_>, names: &StateNames<'_>) -> Option<Map> {
    for name in DISTRIBUTED_FIELDS.into_iter().filter(|name| fields.has(name)) {
        fields.machine.unsupported(name);
    }
    // Recorded: refused together.
    fields.at_most_one_of(&["ItemSelector", "Parameters"]);
    fields.at_most_one_of(&["ToleratedFailureCount", "ToleratedFailureCountPath"]);
    fields.at_most_one_of(&["ToleratedFailurePercentage", "ToleratedFailurePercentagePath"]);
    let items_path = fields.single_path("ItemsPath");
    let item_selector = fields.template("ItemSelector").or_else(|| fields.template("Parameters"));
    let max_concurrency = fields.number("MaxConcurrency", "MaxConcurrencyPath", 0..=u64::MAX);
    let processor = processor(fields);
    let result = states::result_fields(fields, names);
    Some(Map { items_path, item_selector, processor: Arc::new(processor?), max_concurrency, result: result? })
}

/// `ItemProcessor`, or the older `Iterator`.
pub(super) fn processor(fields: &Fields<'_>) -> Option<Flow> {
    if !fields.has("Iterator") {
        fields.require(&["ItemProcessor"]);
    }
    fields.at_most_one_of(&["ItemProcessor", "Iterator"]);
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
    config.machine.unsupported("distributed Map");
    // Both documented; the texts are not recorded.
    config.require(&["ExecutionType"]);
    if config.machine.kind == MachineType::Express {
        config.refuse("Mode", "Express state machine does not support Distributed Map");
    }
}
