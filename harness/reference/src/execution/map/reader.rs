//! `ItemReader`: the items of a distributed Map from scripted S3 objects.

use std::sync::Arc;

use asl_cases::Resources;
use md5::{Digest, Md5};
use serde_json::{Value, json};

use super::{csv, manifest};
use crate::definition::{ItemReader, ItemSource, ObjectFormat};

/// An item, and where it comes from (`$$.Map.Item.Source`).
#[derive(Clone, Debug)]
pub(super) struct SourcedItem {
    pub(super) value: Arc<Value>,
    pub(super) source: Arc<str>,
}

/// When every scripted object was written, in seconds since the epoch.
const LAST_MODIFIED: i64 = 1_767_225_600;
/// What S3 says of an object that is not there. What AWS makes of it is not recorded.
pub(super) const NO_SUCH_KEY: &str = "The specified key does not exist.";
/// Recorded (April 2026), for a Parquet file of one version; of others nothing is modelled, they are no text.
const PARQUET_VERSION: &str = "S3 Version ID selection is not currently supported for PARQUET files";
/// Recorded, for a document that is no array.
const NO_ARRAY: &str = "Attempting to map over non-iterable node.";

/// Reads the items; the failure is the cause of `States.ItemReaderFailed`. `MaxItems` 0 means no limit.
/// Requirement: asl.map.item-reader
pub(super) fn read(
    reader: &ItemReader,
    parameters: &Value,
    max_items: i64,
    resources: &Resources,
) -> Result<Vec<SourcedItem>, String> {
    // Recorded, with the MaxItemsPath that leads to -1.
    let max_items = usize::try_from(max_items).map_err(|_| "field MaxItems must be positive")?;
    let parameter = |name: &str| parameters.get(name).and_then(Value::as_str).unwrap_or_default();
    let (bucket, key, prefix) = (parameter("Bucket"), parameter("Key"), parameter("Prefix"));
    let mut items = match &reader.source {
        ItemSource::Object(format) => load(format, bucket, key, resources)?,
        ItemSource::Inventory => manifest::inventory(bucket, key, resources)?,
        ItemSource::AthenaManifest(format) => manifest::athena(format, bucket, key, resources)?,
        ItemSource::Listing => listing(bucket, prefix, resources)?
            .map(|(key, text)| sourced(entry(key, text), &format!("s3://{bucket}")))
            .collect(),
        ItemSource::LoadedListing(format) => {
            let mut items = Vec::new();
            for (key, _) in listing(bucket, prefix, resources)? {
                items.extend(load(format, bucket, key, resources)?);
            }
            items
        }
    };
    if max_items > 0 {
        items.truncate(max_items);
    }
    Ok(items)
}

pub(super) fn sourced(value: Value, source: &str) -> SourcedItem {
    SourcedItem { value: Arc::new(value), source: source.into() }
}

/// `$$.Map.Item.Source` of the items in an object.
pub(super) fn source_of(bucket: &str, key: &str) -> String {
    format!("s3://{bucket}/{key}")
}

/// The items in one object.
pub(super) fn load(
    format: &ObjectFormat,
    bucket: &str,
    key: &str,
    resources: &Resources,
) -> Result<Vec<SourcedItem>, String> {
    if matches!(format, ObjectFormat::ParquetVersion) {
        return Err(PARQUET_VERSION.to_owned());
    }
    let text = resources.object(bucket, key).ok_or(NO_SUCH_KEY)?;
    let source: Arc<str> = source_of(bucket, key).into();
    let items = items(format, text)?.into_iter();
    Ok(items.map(|item| SourcedItem { value: Arc::new(item), source: Arc::clone(&source) }).collect())
}

/// The items in the text of an object.
pub(super) fn items(format: &ObjectFormat, text: &str) -> Result<Vec<Value>, String> {
    match format {
        ObjectFormat::Csv { headers, delimiter } => csv::items(text, headers.as_deref(), *delimiter),
        ObjectFormat::ParquetVersion => Err(PARQUET_VERSION.to_owned()),
        ObjectFormat::JsonLines => text.lines().filter(|line| !line.trim().is_empty()).map(parse).collect(),
        ObjectFormat::Json { pointer } => {
            let mut document = parse(text)?;
            match document.pointer_mut(pointer.as_deref().unwrap_or_default()).map(Value::take) {
                Some(Value::Array(items)) => Ok(items),
                _ => Err(NO_ARRAY.to_owned()),
            }
        }
    }
}

/// What AWS says about a text that is no JSON is not recorded.
pub(super) fn parse(text: &str) -> Result<Value, String> {
    serde_json::from_str(text).map_err(|error| format!("The item is not valid JSON: {error}"))
}

fn listing<'a>(
    bucket: &str,
    prefix: &'a str,
    resources: &'a Resources,
) -> Result<impl Iterator<Item = (&'a str, &'a str)>, String> {
    let objects = resources.buckets.get(bucket).ok_or("The specified bucket does not exist")?;
    let objects = objects.iter().map(|(key, text)| (key.as_str(), text.as_str()));
    Ok(objects.filter(move |(key, _)| key.starts_with(prefix)))
}

/// Recorded: the members of an entry.
fn entry(key: &str, text: &str) -> Value {
    let etag = u128::from_be_bytes(Md5::digest(text).into());
    json!({
        "Etag": format!("\"{etag:032x}\""),
        "Key": key,
        "LastModified": LAST_MODIFIED,
        "Size": text.len(),
        "StorageClass": "STANDARD",
    })
}
