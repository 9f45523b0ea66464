//! What only a Map in distributed mode has: children that are executions, tolerated failures, batches, a result writer.

use std::sync::Arc;

use asl_cases::MachineType;

use super::{
    DiagnosticCode, Number, Payload, Percentage,
    fields::Fields,
    item_reader::{ItemReader, item_reader},
};
use crate::seeded::{Site, seeded};

/// The fields of the distributed mode.
#[derive(Debug)]
pub struct Distributed {
    /// `ExecutionType`: what kind of execution every child is.
    pub execution_type: MachineType,
    /// `Label`, a part of the ARN of the Map Run.
    pub label: Option<Arc<str>>,
    /// `ItemReader`; `None` for items from the state's input.
    pub reader: Option<ItemReader>,
    /// `ItemBatcher`.
    pub batcher: Option<ItemBatcher>,
    /// `ResultWriter`.
    pub writer: Option<ResultWriter>,
}

/// How many items of a Map may fail.
#[derive(Debug, Default)]
pub struct ToleratedFailures {
    /// `ToleratedFailureCount` or its `…Path`.
    pub count: Option<Number>,
    /// `ToleratedFailurePercentage` or its `…Path`.
    pub percentage: Option<Percentage>,
}

impl ToleratedFailures {
    /// Whether the state has one of the fields.
    pub fn is_any(&self) -> bool {
        self.count.is_some() || self.percentage.is_some()
    }
}

/// `ItemBatcher`: several items for one child.
#[derive(Debug)]
pub struct ItemBatcher {
    /// `MaxItemsPerBatch` or its `…Path`.
    pub max_items: Option<Number>,
    /// `MaxInputBytesPerBatch` or its `…Path`.
    pub max_bytes: Option<Number>,
    /// `BatchInput`.
    pub batch_input: Option<Payload>,
}

/// `ResultWriter`: where the results go, and in which shape.
#[derive(Debug)]
pub struct ResultWriter {
    /// `Parameters` or `Arguments` of the export to S3; `None` for no export.
    pub export: Option<Payload>,
    /// `Transformation` of the `WriterConfig`.
    pub transformation: Transformation,
}

/// The shapes of the results that stay in the state's output. What is written to S3 is not looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transformation {
    /// `NONE`: the array of the descriptions of the children.
    None,
    /// `COMPACT`: the array of the outputs. Documented: the default without an export.
    Compact,
    /// `FLATTEN`: the same, outputs that are arrays spread into it.
    Flatten,
}

/// Documented.
const LABEL_CHARACTERS_MAX: usize = 40;
const BATCH_ITEMS_MAX: u64 = 100_000_000;
const BATCH_BYTES_MAX: u64 = 262_144;

/// Parses what only the distributed mode has.
pub(super) fn distributed(map: &Fields<'_>, execution_type: MachineType) -> Distributed {
    let label = map.text("Label").map(|label| checked_label(label, map));
    // A reader that was refused has noted why.
    let reader = map.object("ItemReader").and_then(|fields| item_reader(&fields));
    let batcher = map.object("ItemBatcher").map(|fields| item_batcher(&fields));
    let writer = map.object("ResultWriter").map(|fields| result_writer(&fields));
    Distributed { execution_type, label, reader, batcher, writer }
}

/// `ToleratedFailureCount` and `ToleratedFailurePercentage`, of both modes.
pub(super) fn tolerated_failures(map: &Fields<'_>) -> ToleratedFailures {
    let count = map.number("ToleratedFailureCount", "ToleratedFailureCountPath", 0..=u64::MAX);
    ToleratedFailures { count, percentage: percentage(map) }
}

/// Documented: at most 40 characters, unique, none of the characters that no name may have. The texts are not recorded.
/// Requirement: asl.validation.label
fn checked_label(label: &str, map: &Fields<'_>) -> Arc<str> {
    if seeded(Site::LabelsNotChecked) {
        return label.into();
    }
    let location = map.location.field("Label");
    if label.is_empty() || label.chars().count() > LABEL_CHARACTERS_MAX || label.contains(is_forbidden) {
        let message = format!("Invalid Label name: '{label}'");
        map.machine.refuse_with(DiagnosticCode::InvalidLabelName, &location, message);
    }
    if !map.machine.take_label(label) {
        let message = format!("Duplicate Label name: {label}");
        map.machine.refuse_with(DiagnosticCode::DuplicateLabelName, &location, message);
    }
    label.into()
}

fn is_forbidden(character: char) -> bool {
    character.is_whitespace() || character.is_control() || "?*<>{}[]\"#%\\^|~`$&,;:/".contains(character)
}

fn percentage(map: &Fields<'_>) -> Option<Percentage> {
    const NAME: &str = "ToleratedFailurePercentage";
    const PATH_NAME: &str = "ToleratedFailurePercentagePath";
    if map.is_expression(NAME) {
        return map.expression(NAME).map(Percentage::Expression);
    }
    if !map.at_most_one_of(&[NAME, PATH_NAME]) {
        return None;
    }
    let literal = map.number_from(NAME, 0.0);
    if literal.is_some_and(|percentage| percentage > 100.0) {
        map.refuse(NAME, "Maximum value is 100");
    }
    literal.map(Percentage::Literal).or_else(|| map.single_path(PATH_NAME).map(Percentage::At))
}

fn item_batcher(fields: &Fields<'_>) -> ItemBatcher {
    const LIMITS: [&str; 4] =
        ["MaxItemsPerBatch", "MaxItemsPerBatchPath", "MaxInputBytesPerBatch", "MaxInputBytesPerBatchPath"];
    fields.allow_only(|name| LIMITS.contains(&name) || matches!(name, "BatchInput" | "Comment"));
    // Documented: at least one of the limits; the text is not recorded.
    if !LIMITS.iter().any(|name| fields.has(name)) {
        fields.refuse_none_of(&LIMITS);
    }
    ItemBatcher {
        max_items: fields.number(LIMITS[0], LIMITS[1], 1..=BATCH_ITEMS_MAX),
        max_bytes: fields.number(LIMITS[2], LIMITS[3], 1..=BATCH_BYTES_MAX),
        batch_input: fields.payload("BatchInput"),
    }
}

fn result_writer(fields: &Fields<'_>) -> ResultWriter {
    let call_payload = fields.call_payload_name();
    fields.allow_only(|name| name == call_payload || matches!(name, "Resource" | "WriterConfig" | "Comment"));
    // Documented: not empty; the text is not recorded.
    if fields.members.is_empty() {
        fields.refuse_none_of(&["Resource", "WriterConfig"]);
    }
    let resource = fields.text("Resource");
    if resource.is_some_and(|resource| !resource.ends_with(":states:::s3:putObject")) {
        fields.machine.unsupported("a ResultWriter that does not write to S3");
    }
    let destination = if resource.is_some() { Destination::S3 } else { Destination::Output };
    let config = fields.object("WriterConfig");
    let transformation =
        config.map_or(Transformation::Compact, |config| transformation(&config, destination));
    let parameters = fields.call_payload();
    let export = resource.is_some().then(|| {
        fields.require(&[call_payload]);
        parameters
    });
    ResultWriter { export: export.flatten(), transformation }
}

/// Where the results of a Map Run go.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Destination {
    S3,
    Output,
}

fn transformation(config: &Fields<'_>, destination: Destination) -> Transformation {
    config.allow_only(|name| matches!(name, "Transformation" | "OutputType" | "Comment"));
    if config.one_of("OutputType", &["JSON", "JSONL"]) == Some("JSONL") && destination == Destination::Output
    {
        config.machine.unsupported("a state output in the form of JSONL");
    }
    match config.one_of("Transformation", &["NONE", "COMPACT", "FLATTEN"]) {
        Some("FLATTEN") => Transformation::Flatten,
        Some("NONE") => Transformation::None,
        _ => Transformation::Compact,
    }
}
