//! State type × field × query language: the fields of the specification, those of Retry, Catch, Choices and of the parts
//! of a Map included.

use serde_json::{Map, Value};

use super::case_view::{CaseView, Language, StateView};

type Names = &'static [&'static str];

/// The state types with the fields that they have in both languages, in `JSONPath` only, and in JSONata only.
const TABLE: [(&str, [Names; 3]); 8] = [
    (
        "Pass",
        [
            &["Next", "End", "Assign"],
            &["InputPath", "OutputPath", "Parameters", "Result", "ResultPath"],
            &["Output"],
        ],
    ),
    (
        "Task",
        [
            &[
                "Next",
                "End",
                "Assign",
                "Retry",
                "Catch",
                "Resource",
                "TimeoutSeconds",
                "HeartbeatSeconds",
                "Credentials",
            ],
            &[
                "InputPath",
                "OutputPath",
                "Parameters",
                "ResultSelector",
                "ResultPath",
                "TimeoutSecondsPath",
                "HeartbeatSecondsPath",
            ],
            &["Arguments", "Output"],
        ],
    ),
    ("Choice", [&["Choices", "Default", "Assign"], &["InputPath", "OutputPath"], &["Output"]]),
    (
        "Wait",
        [
            &["Next", "End", "Assign", "Seconds", "Timestamp"],
            &["InputPath", "OutputPath", "SecondsPath", "TimestampPath"],
            &["Output"],
        ],
    ),
    ("Succeed", [&[], &["InputPath", "OutputPath"], &["Output"]]),
    ("Fail", [&["Error", "Cause"], &["ErrorPath", "CausePath"], &[]]),
    (
        "Parallel",
        [
            &["Next", "End", "Assign", "Retry", "Catch", "Branches"],
            &["InputPath", "OutputPath", "Parameters", "ResultSelector", "ResultPath"],
            &["Arguments", "Output"],
        ],
    ),
    (
        "Map",
        [
            &[
                "Next",
                "End",
                "Assign",
                "Retry",
                "Catch",
                "ItemProcessor",
                "Iterator",
                "ItemSelector",
                "MaxConcurrency",
                "ItemReader",
                "ItemBatcher",
                "ResultWriter",
                "ToleratedFailureCount",
                "ToleratedFailurePercentage",
                "Label",
            ],
            &[
                "InputPath",
                "OutputPath",
                "Parameters",
                "ResultSelector",
                "ResultPath",
                "ItemsPath",
                "MaxConcurrencyPath",
                "ToleratedFailureCountPath",
                "ToleratedFailurePercentagePath",
            ],
            &["Items", "Output"],
        ],
    ),
];

/// The fields that every state has.
const COMMON: Names = &["Type", "Comment", "QueryLanguage"];

/// The parts of a state that have fields of their own: where they are, and their fields in both languages, in
/// `JSONPath` only, and in JSONata only.
const PARTS: [(&str, [Names; 3]); 9] = [
    (
        "Retry",
        [
            &[
                "ErrorEquals",
                "IntervalSeconds",
                "MaxAttempts",
                "BackoffRate",
                "MaxDelaySeconds",
                "JitterStrategy",
            ],
            &[],
            &[],
        ],
    ),
    ("Catch", [&["ErrorEquals", "Next", "Assign"], &["ResultPath"], &["Output"]]),
    ("Choices", [&["Next", "Assign"], &["Variable", "And", "Or", "Not"], &["Condition", "Output"]]),
    ("ItemProcessor.ProcessorConfig", [&["Mode", "ExecutionType"], &[], &[]]),
    ("ItemReader", [&["Resource", "ReaderConfig"], &["Parameters"], &["Arguments"]]),
    (
        "ItemReader.ReaderConfig",
        [
            &[
                "InputType",
                "MaxItems",
                "CSVHeaderLocation",
                "CSVHeaders",
                "CSVDelimiter",
                "ItemsPointer",
                "Transformation",
            ],
            &["MaxItemsPath"],
            &[],
        ],
    ),
    (
        "ItemBatcher",
        [
            &["MaxItemsPerBatch", "MaxInputBytesPerBatch", "BatchInput"],
            &["MaxItemsPerBatchPath", "MaxInputBytesPerBatchPath"],
            &[],
        ],
    ),
    ("ResultWriter", [&["Resource", "WriterConfig"], &["Parameters"], &["Arguments"]]),
    ("ResultWriter.WriterConfig", [&["Transformation", "OutputType"], &[], &[]]),
];

pub(super) fn universe() -> Vec<String> {
    TABLE.iter().flat_map(|(kind, fields)| names_of(kind, fields)).collect()
}

fn names_of(kind: &str, fields: &[Names; 3]) -> Vec<String> {
    let mut names = Vec::new();
    for language in Language::ALL {
        let own = own_fields(fields, language);
        let mut add = |field: &str| names.push(name(kind, field, language));
        COMMON.iter().chain(own.iter()).for_each(|field| add(field));
        for (part, fields) in PARTS {
            let root = part.split('.').next().unwrap_or(part);
            if own.contains(&root) {
                for field in own_fields(&fields, language) {
                    add(&format!("{part}.{field}"));
                }
            }
        }
    }
    names
}

/// The state types that have a field in a language. `ItemReader.Parameters` and `Catch/Output` are of those that have
/// `ItemReader` and `Catch`; of a field that only a part has, the part counts.
pub(super) fn types_with(field: &str, language: Language) -> Vec<&'static str> {
    let has = |name: &str, fields: &[Names; 3]| own_fields(fields, language).contains(&name);
    let first = field.split(['.', '/']).next().unwrap_or(field);
    let part = PARTS.iter().find(|(_, fields)| has(field, fields)).map(|(part, _)| *part);
    let is_of_state = TABLE.iter().any(|(_, fields)| has(first, fields));
    let root =
        if is_of_state { first } else { part.and_then(|part| part.split('.').next()).unwrap_or(first) };
    TABLE.iter().filter(|(_, fields)| has(root, fields)).map(|(kind, _)| *kind).collect()
}

/// The fields in a language.
fn own_fields(fields: &[Names; 3], language: Language) -> Vec<&'static str> {
    let only = match language {
        Language::JsonPath => fields[1],
        Language::Jsonata => fields[2],
    };
    fields[0].iter().chain(only).copied().collect()
}

fn name(kind: &str, field: &str, language: Language) -> String {
    format!("{kind}.{field} in {language}")
}

pub(super) fn reached(view: &CaseView<'_>, found: &mut dyn FnMut(String)) {
    for state in view.entered() {
        for field in fields_of(state) {
            found(name(state.kind, &field, state.language));
        }
    }
}

/// The fields of a state, those of its parts under the place of the part.
pub(super) fn fields_of(state: &StateView<'_>) -> Vec<String> {
    let mut fields: Vec<String> = state.fields.keys().cloned().collect();
    for (part, _) in PARTS {
        for object in parts(state.fields, part) {
            fields.extend(object.keys().map(|field| format!("{part}.{field}")));
        }
    }
    fields
}

/// The objects at this place of a state: one, or the entries of an array.
fn parts<'a>(state: &'a Map<String, Value>, place: &str) -> Vec<&'a Map<String, Value>> {
    let mut steps = place.split('.');
    let first = steps.next().and_then(|step| state.get(step));
    let part = steps.fold(first, |part, step| part?.get(step));
    match part {
        Some(Value::Object(object)) => vec![object],
        Some(Value::Array(entries)) => entries.iter().filter_map(Value::as_object).collect(),
        _ => Vec::new(),
    }
}
