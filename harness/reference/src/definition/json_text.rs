//! From the text of a definition to JSON, with refusals in the words of Jackson, which AWS quotes.

use std::{cell::RefCell, fmt};

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use super::{DefinitionError, Diagnostic, DiagnosticCode};
use crate::jackson;

/// A text that is a JSON object.
pub(super) struct Document {
    pub(super) value: Value,
    /// A field that an object has twice; the last one counts.
    pub(super) repeated_field: Option<String>,
}

/// A field that is written a second time in an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RepeatedField {
    /// Its name.
    pub name: String,
    /// The line of the second time, from 1.
    pub line: usize,
    /// Its column, from 1.
    pub column: usize,
}

/// The first field that an object in this text has twice; `None` if there is none before the text ends or is no JSON.
pub fn repeated_field(text: &str) -> Option<RepeatedField> {
    let name = RefCell::default();
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let stopped = Reader { repeated_field: &name, stops: true }.deserialize(&mut deserializer).err()?;
    let (line, column) = (stopped.line(), stopped.column());
    name.into_inner().map(|name| RepeatedField { name, line, column })
}

/// Reads the text.
/// Requirement: asl.validation.json
pub(super) fn read(text: &str) -> Result<Document, DefinitionError> {
    if text.trim().is_empty() {
        return Err(no_object());
    }
    let repeated_field = RefCell::default();
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let value = Reader { repeated_field: &repeated_field, stops: false }
        .deserialize(&mut deserializer)
        .and_then(|value| deserializer.end().map(|()| value));
    match value {
        Ok(value @ Value::Object(_)) => Ok(Document { value, repeated_field: repeated_field.into_inner() }),
        Ok(_) => Err(no_object()),
        Err(error) => Err(refusal(text, &error)),
    }
}

/// Recorded for the empty text.
fn no_object() -> DefinitionError {
    DefinitionError::Invalid(vec![Diagnostic {
        code: DiagnosticCode::SchemaValidationFailed,
        message: "Definition must be a valid JSON object".to_owned(),
        location: None,
    }])
}

/// Recorded: the place stands in the message and is the location as well.
fn refusal(text: &str, error: &serde_json::Error) -> DefinitionError {
    let Some(problem) = jackson::problem(text) else {
        // Our reader is stricter: nesting, numbers beyond a double, halves of surrogate pairs, text behind the object.
        // Jackson alone would read these, but nobody has recorded how the service has set it up.
        let reason = error.to_string();
        let reason = reason.split(" at line ").next().unwrap_or_default();
        return DefinitionError::Unsupported(format!("a JSON text with {reason}"));
    };
    DefinitionError::Invalid(vec![Diagnostic {
        code: DiagnosticCode::InvalidJsonDescription,
        message: format!("{}\n at {}", problem.message, problem.source),
        location: Some(problem.source),
    }])
}

/// Reads a value and notes fields that are written twice.
#[derive(Clone, Copy)]
struct Reader<'a> {
    repeated_field: &'a RefCell<Option<String>>,
    /// Whether it reads no further than to the first of them.
    stops: bool,
}

impl<'de> DeserializeSeed<'de> for Reader<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Reader<'_> {
    type Value = Value;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a JSON value")
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut read = Vec::new();
        while let Some(item) = items.next_element_seed(self)? {
            read.push(item);
        }
        Ok(Value::Array(read))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut read = Map::new();
        while let Some(name) = members.next_key::<String>()? {
            if read.contains_key(&name) {
                *self.repeated_field.borrow_mut() = Some(name.clone());
                if self.stops {
                    return Err(A::Error::custom("a field that is written twice"));
                }
            }
            let value = members.next_value_seed(self)?;
            read.insert(name, value);
        }
        Ok(Value::Object(read))
    }
}
