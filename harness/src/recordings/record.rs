//! One recording, as its file says it.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use asl_cases::{MachineType, Resources};
use serde::Deserialize;
use serde_json::Value;

/// One behaviour recorded from AWS. Only what a replay needs; other members of the file are left alone.
#[derive(Clone, Debug, Deserialize)]
pub struct Record {
    /// The record's name.
    pub id: String,
    /// `execution`, `express-sync`, `create`, …
    pub kind: String,
    /// When AWS answered, ISO-8601.
    #[serde(default)]
    pub recorded: Option<String>,
    /// The ASL document, or its text where it is no JSON object.
    #[serde(default)]
    pub definition: Value,
    /// Standard or Express.
    #[serde(rename = "type", default)]
    pub machine_type: Option<MachineType>,
    /// The execution input.
    #[serde(default)]
    pub input: Value,
    /// Whether the execution was started with an input; AWS uses `{}` otherwise.
    #[serde(default)]
    pub has_input: bool,
    /// The ARN of the state machine, before replacement.
    #[serde(default)]
    pub state_machine_arn: Option<String>,
    /// What AWS answered, after replacement.
    #[serde(default)]
    pub recorded_content: Value,
    /// The member of `recorded_content` that holds the history.
    #[serde(default)]
    pub history_key: Option<String>,
    /// `as-recorded`, or `sorted-inside-parallel`.
    #[serde(default)]
    pub event_order: String,
    /// The outcome, derived from what AWS answered.
    #[serde(default)]
    pub outcome: Option<RecordedOutcome>,
    /// What was replaced in the answer.
    #[serde(default)]
    pub normalisations: Normalisations,
    /// The other services that the machine calls.
    #[serde(default)]
    pub needs: Vec<String>,
    /// What was set up for the machine.
    #[serde(default)]
    pub resources: RecordedResources,
    /// Task states whose answers are hidden: they ran in child executions, whose histories were not recorded.
    #[serde(default)]
    pub task_script_hidden: Vec<String>,
    /// What the machine uses.
    #[serde(default)]
    pub features: Vec<String>,
    /// The upstream's own mark: `needs_fixing` is no ground truth.
    #[serde(default)]
    pub aws_marker: Option<String>,
}

/// What was set up for the machine; other members are left alone.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct RecordedResources {
    /// The texts of S3 objects, by bucket and key.
    #[serde(default)]
    pub buckets: BTreeMap<String, BTreeMap<String, Value>>,
}

impl RecordedResources {
    /// The part that a machine can read.
    pub fn readable(&self) -> Resources {
        let texts = |objects: &BTreeMap<String, Value>| {
            let texts =
                objects.iter().filter_map(|(key, content)| Some((key.clone(), content.as_str()?.to_owned())));
            texts.collect()
        };
        Resources {
            buckets: self.buckets.iter().map(|(name, objects)| (name.clone(), texts(objects))).collect(),
        }
    }
}

/// How a recorded execution ended.
#[derive(Clone, Debug, Deserialize)]
pub struct RecordedOutcome {
    /// The terminal status; none was recorded for some.
    #[serde(default)]
    pub status: Option<String>,
    /// The output, parsed.
    #[serde(default)]
    pub output: Option<Value>,
    /// The error name.
    #[serde(default)]
    pub error: Option<Value>,
    /// The cause; parsed where it was a JSON object.
    #[serde(default)]
    pub cause: Option<Value>,
}

/// What was replaced in a recording besides the rules that hold for all of them.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Normalisations {
    /// Literal and placeholder.
    #[serde(default)]
    pub substitutions: Vec<(String, String)>,
    /// Members that were masked.
    #[serde(default)]
    pub jsonpaths: Vec<MaskedMember>,
    /// Replacements that are code of the recording side.
    #[serde(default)]
    pub custom: Vec<CustomNormalisation>,
}

impl Normalisations {
    /// Whether every `output` that is JSON text was parsed, not only that of objects.
    pub fn parses_outputs(&self) -> bool {
        let parses = |custom: &CustomNormalisation| custom.source.contains(r#"json.loads(v["output"])"#);
        self.custom.iter().any(parses)
    }
}

/// A replacement that is code of the recording side.
#[derive(Clone, Debug, Deserialize)]
pub struct CustomNormalisation {
    /// The code, where it is known.
    #[serde(default)]
    pub source: String,
}

/// A member that was masked wherever it occurs: `$..Name`.
#[derive(Clone, Debug, Deserialize)]
pub struct MaskedMember {
    /// Which members.
    pub jsonpath: String,
    /// What stands in their place.
    pub replacement: String,
}

/// Why a folder of recordings cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum RecordError {
    /// A file or the folder cannot be read.
    #[error("cannot read {path}: {source}")]
    Read {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A file is no recording.
    #[error("{path} is no recording: {source}")]
    Syntax {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        source: serde_json::Error,
    },
    /// The folder holds no recording.
    #[error("{0} holds no *.json file; name the folder of the recordings")]
    Empty(PathBuf),
}

/// Every recording of a folder, ordered by file name.
pub fn read_records(folder: &Path) -> Result<Vec<Record>, RecordError> {
    let unreadable = |source| RecordError::Read { path: folder.to_owned(), source };
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        if path.extension().is_some_and(|extension| extension == "json") {
            paths.push(path);
        }
    }
    if paths.is_empty() {
        return Err(RecordError::Empty(folder.to_owned()));
    }
    paths.sort();
    paths.iter().map(|path| read_record(path)).collect()
}

fn read_record(path: &Path) -> Result<Record, RecordError> {
    let text =
        fs::read_to_string(path).map_err(|source| RecordError::Read { path: path.to_owned(), source })?;
    serde_json::from_str(&text).map_err(|source| RecordError::Syntax { path: path.to_owned(), source })
}
