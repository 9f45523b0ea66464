//! What other services hold for a machine: the data that it reads without a task.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What other services hold when the execution starts: what the readers of a distributed Map find.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Resources {
    /// The S3 buckets by name, each with the texts of its objects by key.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub buckets: BTreeMap<String, BTreeMap<String, String>>,
}

impl Resources {
    /// Whether there is nothing to read.
    pub fn is_empty(&self) -> bool {
        self.buckets.is_empty()
    }

    /// The text of an S3 object.
    pub fn object(&self, bucket: &str, key: &str) -> Option<&str> {
        self.buckets.get(bucket)?.get(key).map(String::as_str)
    }
}
