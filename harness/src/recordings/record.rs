//! One recording, as its file says it.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use asl_cases::{MachineType, Resources};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// One behaviour recorded from AWS. Only what a replay needs; other members of the file are left alone.
#[derive(Clone, Debug, Deserialize)]
pub struct Record {
    /// The record's name.
    pub id: String,
    /// `execution`, `express-sync`, `create`, …
    pub kind: String,
    /// When AWS answered, as an ISO 8601 date-time.
    #[serde(default)]
    pub recorded: Option<String>,
    /// Where the definition comes from, if it was not simply sent.
    #[serde(default)]
    pub definition_source: Option<String>,
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
    /// What each Task state heard, in the order of the history.
    #[serde(default)]
    pub task_script: BTreeMap<String, Vec<ScriptedOutcome>>,
    /// The Task states whose answers were heard by child executions, which were not recorded.
    #[serde(default)]
    pub task_script_hidden: Vec<String>,
    /// How many answers cannot be told apart, since the recording blanks their event ids.
    #[serde(default)]
    pub task_script_incomplete: u64,
    /// What the test had set up.
    #[serde(default)]
    pub resources: RecordedResources,
    /// What the definition and the call use, as words of the recording side.
    #[serde(default)]
    pub features: Vec<String>,
    /// The call, for records of a single one: `operation` and `params` without the definition.
    #[serde(default)]
    pub api_call: Value,
    /// The calls of a script, in order.
    #[serde(default)]
    pub api_calls: Vec<ApiCall>,
    /// The upstream's own mark: `needs_fixing` is no ground truth.
    #[serde(default)]
    pub aws_marker: Option<String>,
}

/// One call of a recorded script.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct ApiCall {
    /// The operation.
    pub operation: String,
    /// What was sent; a definition as a document.
    pub params: Value,
    /// The members of `recorded_content` that show the reply; none if it was not recorded.
    #[serde(default)]
    pub recorded_keys: Vec<String>,
    /// Whether the reply was an error.
    #[serde(default)]
    pub raised: bool,
}

/// What stood around a recorded execution; other members are left alone.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct RecordedResources {
    /// ARNs of roles, the machine's own last.
    #[serde(default)]
    pub roles: Vec<String>,
    /// The names of log groups.
    #[serde(default)]
    pub log_groups: Vec<String>,
    /// Every call of another service: `service`, `operation`, `params`.
    #[serde(default)]
    pub service_calls: Vec<Value>,
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

/// How one attempt of a Task state ended: exactly one of the three, or a run of a distributed Map.
#[derive(Clone, Debug, Deserialize)]
pub struct ScriptedOutcome {
    /// The result; `null` is one too.
    #[serde(default, deserialize_with = "present")]
    pub succeed: Option<Value>,
    /// The failure.
    #[serde(default)]
    pub fail: Option<RecordedFailure>,
    /// The event that ended the attempt.
    pub event_id: i64,
}

/// A recorded failure of a task.
#[derive(Clone, Debug, Deserialize)]
pub struct RecordedFailure {
    /// The error name.
    #[serde(default)]
    pub error: Option<String>,
    /// The cause; parsed where it was a JSON object.
    #[serde(default)]
    pub cause: Option<Value>,
}

fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}

impl Record {
    /// The definition as it was sent.
    pub(super) fn definition_text(&self) -> String {
        match &self.definition {
            Value::Null => String::new(),
            Value::String(text) => text.clone(),
            document => document.to_string(),
        }
    }

    /// Whether the answers that its tasks heard are nowhere in the record: neither a script nor a history.
    pub(super) fn lacks_task_answers(&self) -> bool {
        let has_tasks = self.features.iter().any(|feature| feature == "state:Task");
        has_tasks && self.task_script.is_empty() && self.recorded_history().is_none()
    }

    /// The events as AWS gave them, after replacement.
    pub(super) fn recorded_history(&self) -> Option<&Vec<Value>> {
        self.recorded_content.get(self.history_key.as_ref()?)?.get("events")?.as_array()
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
    /// Patterns and what replaced them, in the JSON text of the answer.
    #[serde(default)]
    pub regexes: Vec<(String, String)>,
    /// Members that were masked, by their path.
    #[serde(default)]
    pub jsonpaths: Vec<MaskedPath>,
    /// Members that were masked, by their key.
    #[serde(default)]
    pub keys: Vec<MaskedKey>,
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
    /// Its name.
    #[serde(rename = "type", default)]
    pub kind: String,
    /// The code, where it is known.
    #[serde(default)]
    pub source: String,
}

/// A member that was masked wherever it occurs: `$..Name`, `$..Parent.Name`.
#[derive(Clone, Debug, Deserialize)]
pub struct MaskedPath {
    /// Which members.
    pub jsonpath: String,
    /// What stands in their place.
    pub replacement: String,
    /// How it stands there.
    #[serde(rename = "replace_reference", default)]
    pub masking: Masking,
}

/// A member that was masked by its key.
#[derive(Clone, Debug, Deserialize)]
pub struct MaskedKey {
    /// `{"key": NAME}`; other rules are named only.
    #[serde(rename = "match")]
    pub matched: Value,
    /// What stands in its place.
    pub replacement: String,
    /// How it stands there.
    #[serde(rename = "replace_reference", default)]
    pub masking: Masking,
}

/// How a mask stands for a value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(from = "bool")]
pub enum Masking {
    /// The mask itself, whatever the value was.
    #[default]
    Fixed,
    /// With a number, the same for equal values and wherever the value occurs.
    Numbered,
}

impl From<bool> for Masking {
    fn from(is_reference: bool) -> Self {
        if is_reference { Self::Numbered } else { Self::Fixed }
    }
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
