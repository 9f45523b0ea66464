//! How data goes through a state: one set of fields for each query language.

use std::sync::Arc;

use serde_json::Value;

use super::{PathField, ResultPath, field_table::StateType, fields::Fields, findings::Language};
use crate::{
    jsonata::{Available, JsonataTemplate},
    template::Template,
};

/// The data fields of a state.
#[derive(Debug)]
pub enum DataFields {
    /// Those of a JSONPath state.
    JsonPath(Box<JsonPathFields>),
    /// Those of a JSONata state.
    Jsonata(JsonataFields),
}

/// Raw input → `InputPath` → `Parameters` → (work) → `ResultSelector` → `ResultPath` → `OutputPath`.
#[derive(Debug)]
pub struct JsonPathFields {
    /// `InputPath`.
    pub input_path: PathField,
    /// `Parameters` of Pass, Task and Parallel.
    pub parameters: Option<Template>,
    /// `Result` of Pass; static, never a template.
    pub result: Option<Arc<Value>>,
    /// `ResultSelector`.
    pub result_selector: Option<Template>,
    /// `ResultPath`.
    pub result_path: ResultPath,
    /// `OutputPath`.
    pub output_path: PathField,
    /// `Assign`: an object whose members become workflow variables.
    pub assign: Option<Template>,
}

/// Input → `Arguments` → (work) → `Output`.
#[derive(Debug)]
pub struct JsonataFields {
    /// `Arguments`.
    pub arguments: Option<JsonataTemplate>,
    /// `Output`.
    pub output: Option<JsonataTemplate>,
    /// `Assign`: an object whose members become workflow variables.
    pub assign: Option<JsonataTemplate>,
}

impl DataFields {
    /// `Result` of a Pass state.
    pub fn static_result(&self) -> Option<&Arc<Value>> {
        match self {
            Self::JsonPath(fields) => fields.result.as_ref(),
            Self::Jsonata(_) => None,
        }
    }
}

/// A document that is made when the state runs, in the query language of the state.
#[derive(Debug)]
pub enum Payload {
    /// A JSONPath payload template.
    Template(Template),
    /// A document in which JSONata expressions may stand.
    Jsonata(JsonataTemplate),
}

impl Payload {
    /// The value of a payload in which nothing is evaluated.
    pub fn as_constant(&self) -> Option<&Arc<Value>> {
        match self {
            Self::Template(template) => template.as_constant(),
            Self::Jsonata(template) => template.as_constant(),
        }
    }
}

/// Parses the data fields of a state. Which of them the state type has was checked before.
pub(super) fn data_fields(state_type: StateType, fields: &Fields<'_>) -> Option<DataFields> {
    match fields.language {
        Language::JsonPath => json_path(state_type, fields).map(Box::new).map(DataFields::JsonPath),
        Language::Jsonata => Some(DataFields::Jsonata(jsonata(state_type, fields))),
    }
}

fn json_path(state_type: StateType, fields: &Fields<'_>) -> Option<JsonPathFields> {
    let input_path = fields.path_field("InputPath");
    // The `Parameters` of a Map are its older `ItemSelector`.
    let parameters = (state_type != StateType::Map).then(|| fields.template("Parameters")).flatten();
    let result_selector = fields.template("ResultSelector");
    let result_path = fields.result_path();
    let output_path = fields.path_field("OutputPath");
    let assign = fields.assigned_template();
    Some(JsonPathFields {
        input_path: input_path?,
        parameters,
        result: fields.members.get("Result").cloned().map(Arc::new),
        result_selector,
        result_path: result_path?,
        output_path: output_path?,
        assign,
    })
}

/// Documented: only states that do work have a `$states.result`.
fn jsonata(state_type: StateType, fields: &Fields<'_>) -> JsonataFields {
    let works = matches!(state_type, StateType::Task | StateType::Parallel | StateType::Map);
    let available = if works { Available::Result } else { Available::Input };
    JsonataFields {
        arguments: fields.jsonata("Arguments", Available::Input),
        output: fields.jsonata("Output", available),
        assign: fields.assigned_jsonata(available),
    }
}

impl Fields<'_> {
    /// A payload of a state or of a part of it, before the work.
    pub(super) fn payload(&self, name: &str) -> Option<Payload> {
        match self.language {
            Language::JsonPath => self.template(name).map(Payload::Template),
            Language::Jsonata => self.jsonata(name, Available::Input).map(Payload::Jsonata),
        }
    }

    /// The payload of a service call: `Parameters` in JSONPath, `Arguments` in JSONata.
    pub(super) fn call_payload(&self) -> Option<Payload> {
        self.payload(self.call_payload_name())
    }

    /// The name of that field.
    pub(super) fn call_payload_name(&self) -> &'static str {
        match self.language {
            Language::JsonPath => "Parameters",
            Language::Jsonata => "Arguments",
        }
    }
}
