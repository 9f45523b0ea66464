//! A test of one state: what `TestState` is asked besides the definition and the input, and what it answers.
//!
//! The members are the API's own, in its spelling: documents are JSON text, sent and received as they stand.

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

/// What `TestState` is asked besides the definition and the input.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct StateTest {
    /// The state under test, where the definition is that of a whole machine.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state_name: Option<String>,
    /// The role on whose behalf a task calls its service.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role_arn: Option<String>,
    /// How much is told; `INFO` where it is absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inspection_level: Option<InspectionLevel>,
    /// Whether what a connection adds to an HTTP request is shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reveal_secrets: Option<bool>,
    /// The workflow variables before the state: the text of a JSON object.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub variables: Option<String>,
    /// The context object: the text of a JSON object.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub context: Option<String>,
    /// What stands for the work of the state.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mock: Option<Mock>,
    /// In which situation the state is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state_configuration: Option<StateConfiguration>,
}

/// How much `TestState` tells.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum InspectionLevel {
    /// The result.
    #[default]
    Info,
    /// The result, and the state's data after each of its fields.
    Debug,
    /// The same, and the request and response of an HTTP task.
    Trace,
}

/// What stands for the work of a state: one of a result and an error.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Mock {
    /// JSON text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result: Option<String>,
    /// An error in place of a result.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error_output: Option<MockedError>,
    /// How a task's result is held against the API that the task calls; `STRICT` where it is absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field_validation_mode: Option<FieldValidationMode>,
}

/// An error in place of a result.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MockedError {
    /// The error name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// The cause.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<String>,
}

/// How a mocked result is held against the API that the task calls.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum FieldValidationMode {
    /// What the API requires must be there, and what is there must be as the API says.
    #[default]
    Strict,
    /// What is there must be as the API says.
    Present,
    /// Anything goes.
    None,
}

/// In which situation the state is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct StateConfiguration {
    /// How often the retrier that serves the mocked error has retried before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retrier_retry_count: Option<u64>,
    /// The state inside a Map or Parallel that the mocked error comes from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error_caused_by_state: Option<String>,
    /// How many iterations of the Map have failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub map_iteration_failure_count: Option<u64>,
    /// What the `ItemReader` of a Map reads, as it stands in its source.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub map_item_reader_data: Option<String>,
}

/// How the tested state ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum TestStatus {
    /// With an output.
    Succeeded,
    /// With an error that nobody handles.
    Failed,
    /// With an error that is retried.
    Retriable,
    /// With an error that a catcher takes.
    CaughtError,
}

impl TestStatus {
    /// The status as the API words it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Succeeded => "SUCCEEDED",
            Self::Failed => "FAILED",
            Self::Retriable => "RETRIABLE",
            Self::CaughtError => "CAUGHT_ERROR",
        }
    }
}

/// What `TestState` answered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TestedState {
    /// How the state ended.
    pub status: TestStatus,
    /// The output document.
    #[serde(default, deserialize_with = "document", skip_serializing_if = "Option::is_none")]
    pub output: Option<Value>,
    /// The error name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// The cause.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<String>,
    /// The state that follows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_state: Option<String>,
    /// The data of the state after each of its fields; the texts of documents are parsed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inspection_data: Option<Value>,
}

/// The members of the inspection data that are the text of a document.
const DOCUMENTS: [&str; 12] = [
    "input",
    "afterArguments",
    "afterInputPath",
    "afterParameters",
    "result",
    "afterResultSelector",
    "afterResultPath",
    "variables",
    "afterItemsPath",
    "afterItemsPointer",
    "afterItemSelector",
    "afterItemBatcher",
];

impl TestedState {
    /// Reads the body of an answer; texts of documents are parsed, so that blanks do not matter.
    ///
    /// # Errors
    /// If the body has no status that is known, or a member that is unknown or not of its type.
    pub fn from_api(mut body: Value) -> Result<Self, serde_json::Error> {
        parse_document(&mut body, "output");
        if let Some(data) = body.get_mut("inspectionData") {
            for name in DOCUMENTS {
                parse_document(data, name);
            }
        }
        serde_json::from_value(body)
    }
}

/// A member that is there is a document, also if it is `null`.
fn document<'de, D: Deserializer<'de>>(member: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(member).map(Some)
}

fn parse_document(members: &mut Value, name: &str) {
    let Some(member) = members.get_mut(name) else { return };
    if let Some(document) = member.as_str().and_then(|text| serde_json::from_str(text).ok()) {
        *member = document;
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn output_that_is_null_is_an_output() {
        let output = |body| TestedState::from_api(body).expect("an answer of the API").output;
        assert_eq!(output(json!({"status": "SUCCEEDED", "output": "null"})), Some(Value::Null));
        assert_eq!(output(json!({"status": "SUCCEEDED"})), None);
    }

    #[test]
    fn documents_of_an_answer_are_parsed() {
        let body = json!({"status": "SUCCEEDED", "output": "[1, 2]", "inspectionData": {"input": "\"a\"", "maxConcurrency": 1}});
        let tested = TestedState::from_api(body).expect("an answer of the API");
        assert_eq!(tested.output, Some(json!([1, 2])));
        assert_eq!(tested.inspection_data, Some(json!({"input": "a", "maxConcurrency": 1})));
    }
}
