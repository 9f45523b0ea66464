//! Manifests that an `ItemReader` reads: that of an S3 inventory, whose files list objects, and that of an Athena query,
//! whose files hold data.
//!
//! Documented: the forms of both. The files of a real one are compressed; a scripted one holds their text.

use asl_cases::Resources;
use serde_json::Value;

use super::{
    csv,
    reader::{NO_SUCH_KEY, SourcedItem, load, parse, source_of, sourced},
};
use crate::definition::ObjectFormat;

/// The rows of every file of an S3 inventory, as objects of texts by `fileSchema`. Documented: the files are in the
/// bucket `destinationBucket`, or else where the manifest is.
/// Requirement: asl.map.item-reader
pub(super) fn inventory(bucket: &str, key: &str, resources: &Resources) -> Result<Vec<SourcedItem>, String> {
    let manifest = parse(resources.object(bucket, key).ok_or(NO_SUCH_KEY)?)?;
    let member = |name: &str| manifest.get(name).and_then(Value::as_str);
    let format = member("fileFormat").unwrap_or("CSV");
    if format != "CSV" {
        return Err(format!("The file format of the manifest is not supported: {format}"));
    }
    let schema = member("fileSchema").ok_or("The manifest has no fileSchema.")?;
    let names: Vec<_> = schema.split(',').map(|name| name.trim().to_owned()).collect();
    let bucket = member("destinationBucket").map_or(bucket, |arn| arn.rsplit(':').next().unwrap_or(arn));
    let files = manifest.get("files").and_then(Value::as_array).ok_or("The manifest has no files.")?;
    let mut items = Vec::new();
    for file in files {
        let key = file.get("key").and_then(Value::as_str).ok_or("A file of the manifest has no key.")?;
        let text = resources.object(bucket, key).ok_or(NO_SUCH_KEY)?;
        let source = source_of(bucket, key);
        items.extend(csv::items(text, Some(&names), ',')?.into_iter().map(|row| sourced(row, &source)));
    }
    Ok(items)
}

/// The items of every file that the manifest of an Athena query names: one S3 URI a line.
pub(super) fn athena(
    format: &ObjectFormat,
    bucket: &str,
    key: &str,
    resources: &Resources,
) -> Result<Vec<SourcedItem>, String> {
    let manifest = resources.object(bucket, key).ok_or(NO_SUCH_KEY)?;
    let mut items = Vec::new();
    for line in manifest.lines().map(|line| line.trim().trim_matches('"')).filter(|line| !line.is_empty()) {
        let file = line.strip_prefix("s3://").and_then(|file| file.split_once('/'));
        let (bucket, key) = file.ok_or_else(|| format!("The manifest names no S3 object: {line}"))?;
        items.extend(load(format, bucket, key, resources)?);
    }
    Ok(items)
}
