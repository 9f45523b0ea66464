//! `ItemReader` of a distributed Map: which S3 objects hold the items, and how their text becomes items.
//!
//! The messages are recorded (April 2026); codes and places are not.

use serde_json::Value;

use super::{Number, Payload, fields::Fields};

/// `ItemReader`.
#[derive(Debug)]
pub struct ItemReader {
    /// What is read.
    pub source: ItemSource,
    /// `Parameters` or `Arguments`: the bucket, and the key or the prefix.
    pub parameters: Option<Payload>,
    /// `MaxItems` or `MaxItemsPath`; 0 means no limit.
    pub max_items: Option<Number>,
}

/// What a reader reads.
#[derive(Debug)]
pub enum ItemSource {
    /// `s3:getObject`: the items in one object.
    Object(ObjectFormat),
    /// `s3:listObjectsV2`: the entries of the listing.
    Listing,
    /// The rows of the files that the manifest of an S3 inventory names.
    Inventory,
    /// The items in every object that the manifest of an Athena query names.
    AthenaManifest(ObjectFormat),
    /// The same with `LOAD_AND_FLATTEN`: the items in every listed object.
    LoadedListing(ObjectFormat),
}

/// `InputType` with what belongs to it.
#[derive(Debug)]
pub enum ObjectFormat {
    /// A JSON array.
    Json {
        /// `ItemsPointer`: where in the document the array is.
        pointer: Option<String>,
    },
    /// One JSON document a line.
    JsonLines,
    /// A Parquet file of which one version is asked for: recorded (April 2026), it is never read.
    ParquetVersion,
    /// Rows that become objects of texts.
    Csv {
        /// `CSVHeaders` where `CSVHeaderLocation` is `GIVEN`; `None` for the first row.
        headers: Option<Vec<String>>,
        /// `CSVDelimiter`.
        delimiter: char,
    },
}

const GET_OBJECT: &str = ":states:::s3:getObject";
const LIST_OBJECTS: &str = ":states:::s3:listObjectsV2";
/// Documented: a pointer is shorter. What AWS says to a longer one is not known.
const POINTER_CHARACTERS_LIMIT: usize = 2000;
/// Documented: all headers together. How they are counted, and what AWS says to more, is not known.
const HEADERS_BYTES_MAX: usize = 10 * 1024;
const CONFIG_FIELDS: [&str; 8] = [
    "InputType",
    "Transformation",
    "ManifestType",
    "CSVDelimiter",
    "CSVHeaderLocation",
    "CSVHeaders",
    "ItemsPointer",
    "Comment",
];

/// Parses an `ItemReader`.
pub(super) fn item_reader(fields: &Fields<'_>) -> Option<ItemReader> {
    let call_payload = fields.call_payload_name();
    fields.allow_only(|name| name == call_payload || matches!(name, "Resource" | "ReaderConfig" | "Comment"));
    fields.require_one("Resource");
    let resource = fields.text("Resource");
    let parameters = fields.call_payload();
    let config = fields.object("ReaderConfig");
    if let Some(config) = &config {
        let limits = ["MaxItems", "MaxItemsPath"];
        config.allow_only(|name| CONFIG_FIELDS.contains(&name) || limits.contains(&name));
    }
    let source = source(fields, resource?, config.as_ref());
    let max_items = config.and_then(|config| config.number("MaxItems", "MaxItemsPath", 0..=u64::MAX));
    Some(ItemReader { source: source?, parameters, max_items })
}

fn source(reader: &Fields<'_>, resource: &str, config: Option<&Fields<'_>>) -> Option<ItemSource> {
    if resource.ends_with(GET_OBJECT) {
        return object(reader, config);
    }
    if !resource.ends_with(LIST_OBJECTS) {
        reader.machine.unsupported("an ItemReader that reads neither an S3 object nor a listing");
        return None;
    }
    let transformation =
        config.and_then(|config| config.one_of("Transformation", &["NONE", "LOAD_AND_FLATTEN"]));
    match (config, transformation) {
        (Some(config), Some("LOAD_AND_FLATTEN")) => {
            config.require_one("InputType");
            format(reader, config).map(ItemSource::LoadedListing)
        }
        _ => Some(ItemSource::Listing),
    }
}

/// Documented: an inventory has `InputType` `MANIFEST`, or `ManifestType` alone.
fn object(reader: &Fields<'_>, config: Option<&Fields<'_>>) -> Option<ItemSource> {
    let Some(config) = config.filter(|config| config.has("InputType") || config.has("ManifestType")) else {
        reader.machine.unsupported("an ItemReader of an object without InputType");
        return None;
    };
    let is_json = input_type(config) == Some("JSON");
    let manifest = config.one_of("ManifestType", &["ATHENA_DATA", "S3_INVENTORY"]).filter(|_| !is_json);
    match (manifest, input_type(config)) {
        (Some("ATHENA_DATA"), _) => {
            config.require_one("InputType");
            format(reader, config).map(ItemSource::AthenaManifest)
        }
        (_, Some("MANIFEST")) | (Some(_), None) => Some(ItemSource::Inventory),
        (None, _) => format(reader, config).map(ItemSource::Object),
        (Some(_), Some(_)) => {
            // Recorded (April 2026): an inventory of type CSV still has to say where its headers are.
            format(reader, config)?;
            Some(ItemSource::Inventory)
        }
    }
}

fn input_type<'a>(config: &Fields<'a>) -> Option<&'a str> {
    config.members.get("InputType")?.as_str()
}

/// Requirement: asl.validation.item-reader
fn format(reader: &Fields<'_>, config: &Fields<'_>) -> Option<ObjectFormat> {
    let input_type = config.one_of("InputType", &["CSV", "JSON", "JSONL", "PARQUET", "MANIFEST"])?;
    if matches!(input_type, "JSON" | "JSONL") {
        refuse_all(config, &["CSVHeaderLocation", "CSVHeaders", "CSVDelimiter"]);
    }
    if input_type == "JSON" {
        // Documented: the data of an Athena query may be JSON lines.
        refuse_all(config, &["ManifestType"]);
    }
    match input_type {
        "JSON" => Some(ObjectFormat::Json { pointer: pointer(config) }),
        "JSONL" => Some(ObjectFormat::JsonLines),
        "CSV" => csv(config),
        "PARQUET" if asks_for_a_version(reader) => Some(ObjectFormat::ParquetVersion),
        other => {
            config.machine.unsupported(format!("an ItemReader of type {other}"));
            None
        }
    }
}

fn refuse_all(config: &Fields<'_>, names: &[&str]) {
    for name in names.iter().filter(|name| config.has(name)) {
        config.refuse(name, format!("Field '{name}' is not supported"));
    }
}

fn asks_for_a_version(reader: &Fields<'_>) -> bool {
    let payload = reader.call_payload_name();
    let parameters = reader.members.get(payload).and_then(Value::as_object);
    parameters.is_some_and(|names| names.contains_key("VersionId") || names.contains_key("VersionId.$"))
}

fn pointer(config: &Fields<'_>) -> Option<String> {
    let pointer = config.text("ItemsPointer")?;
    if !pointer.is_empty() && !pointer.starts_with('/') {
        let message = format!("Invalid input: JSON Pointer expression must start with '/': \"{pointer}\"");
        config.refuse("ItemsPointer", message);
    }
    if pointer.chars().count() >= POINTER_CHARACTERS_LIMIT {
        config.machine.unsupported("an ItemsPointer of 2000 characters or more");
    }
    Some(pointer.to_owned())
}

fn csv(config: &Fields<'_>) -> Option<ObjectFormat> {
    config.require_one("CSVHeaderLocation");
    let delimiter = match config.one_of("CSVDelimiter", &["COMMA", "PIPE", "SEMICOLON", "SPACE", "TAB"]) {
        Some("PIPE") => '|',
        Some("SEMICOLON") => ';',
        Some("SPACE") => ' ',
        Some("TAB") => '\t',
        _ => ',',
    };
    if config.one_of("CSVHeaderLocation", &["FIRST_ROW", "GIVEN"])? == "FIRST_ROW" {
        return Some(ObjectFormat::Csv { headers: None, delimiter });
    }
    config.require(&["CSVHeaders"]);
    if config.members.get("CSVHeaders").is_some_and(|headers| headers.to_string().len() > HEADERS_BYTES_MAX) {
        config.machine.unsupported("CSVHeaders of more than 10 KiB");
    }
    let headers: Vec<_> = config
        .items("CSVHeaders")?
        .into_iter()
        .filter_map(|(location, header)| {
            if !header.is_string() {
                config.machine.refuse(&location, "Expected value of type String");
            }
            header.as_str().map(str::to_owned)
        })
        .collect();
    Some(ObjectFormat::Csv { headers: Some(headers), delimiter })
}
