//! How an evaluation fails, in AWS's words.

use serde_json::Value;

use crate::java::json_text;

/// Why an expression has no value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EvaluationFailure {
    /// It threw an error with a code, such as `T2001: …`.
    Threw(String),
    /// It exceeded a limit of AWS's.
    Exceeded(Limit),
    /// Its value is undefined.
    Nothing,
    /// Its value is, or holds, a function.
    UnsupportedType,
    /// Its value is of another type than the field.
    UnexpectedType {
        /// The type that the field takes.
        expected: &'static str,
        /// The value.
        found: Value,
    },
}

/// The limits of an evaluation. Observed: the words of AWS, August 2026.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// The size of values.
    Memory,
    /// The nesting of calls.
    Depth,
    /// The number of steps.
    Time,
}

/// A field whose expression failed: the text of the cause, and the place that the history names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldFailure {
    /// The cause without AWS's standard prefix.
    pub text: String,
    /// The field within the state, such as `Output/values[0]`.
    pub location: String,
    /// Whether AWS's words were recorded.
    pub is_known: bool,
}

impl EvaluationFailure {
    /// Recorded: the cause names the expression and the field.
    /// Requirement: asl.jsonata.error-handling
    pub(crate) fn of_field(&self, expression: &str, location: String) -> FieldFailure {
        let said = self.said();
        let text =
            format!("The JSONata expression '{expression}' specified for the field '{location}' {said}");
        FieldFailure { text, location, is_known: self.is_known() }
    }

    fn said(&self) -> String {
        match self {
            Self::Threw(message) => format!("threw an error during evaluation. {message}"),
            Self::Exceeded(limit) => format!("threw an error during evaluation: {}", limit.text()),
            Self::Nothing => "returned nothing (undefined).".to_owned(),
            Self::UnsupportedType => "returned an unsupported result type.".to_owned(),
            Self::UnexpectedType { expected, found } => format!(
                "returned an unexpected result type. Expected '{expected}', but was '{}' for value: {}",
                type_name(found),
                json_text(found)
            ),
        }
    }

    /// The words of most thrown errors are those of the JSONata reference implementation, which AWS seems to share.
    fn is_known(&self) -> bool {
        match self {
            Self::Threw(message) => super::differences::is_recorded(message),
            _ => true,
        }
    }
}

impl Limit {
    fn text(self) -> &'static str {
        match self {
            Self::Memory => "Expression evaluation memory limit exceeded: Check for excessive memory usage",
            Self::Depth => {
                "Stack overflow error: Check for non-terminating recursive function. Consider rewriting as tail-recursive"
            }
            Self::Time => "Expression evaluation timeout: Check for infinite loop",
        }
    }
}

/// The types as AWS names them.
pub(crate) fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}
