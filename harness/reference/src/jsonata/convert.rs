//! Between JSON documents and the values of the evaluator.
//!
//! Observed (August 2026): integers are exact up to 2^63 - 1, an integral double is an integer, and a number that is not
//! finite is a text.

use jsonata_core::value::JValue;
use serde_json::{Map, Number, Value};

use super::{
    budget::VALUES_MAX,
    failure::{EvaluationFailure, Limit},
    integers::Integers,
};

/// 2^63: the first double that is no 64-bit integer.
const INTEGER_LIMIT: f64 = 9_223_372_036_854_775_808.0;

/// A document as the evaluator takes it.
pub(super) fn to_evaluator(value: &Value, integers: &Integers) -> JValue {
    match value {
        Value::Null => JValue::Null,
        Value::Bool(flag) => JValue::Bool(*flag),
        Value::Number(number) => match number.as_i64() {
            Some(integer) => integers.of_integer(integer),
            None => integers.of_double(number.as_f64().unwrap_or(f64::NAN)),
        },
        Value::String(text) => JValue::string(text.as_str()),
        Value::Array(items) => {
            let is_flat = !items.iter().any(Value::is_array);
            let items = items.iter().map(|item| to_evaluator(item, integers)).collect();
            JValue::Array(jsonata_core::value::JArray::new_flat(items, is_flat))
        }
        Value::Object(members) => {
            let member = |(key, member): (&String, &Value)| (key.clone(), to_evaluator(member, integers));
            JValue::object(members.iter().map(member).collect())
        }
    }
}

/// The value of an expression as a document.
/// Requirement: asl.jsonata.numbers, asl.jsonata.singleton, asl.jsonata.unsupported-type
pub(super) fn from_evaluator(value: &JValue) -> Result<Value, EvaluationFailure> {
    if value.is_undefined() {
        return Err(EvaluationFailure::Nothing);
    }
    document(value, &mut { VALUES_MAX })
}

/// A value may share its parts, so that it is far larger as a document than in memory.
fn document(value: &JValue, budget: &mut usize) -> Result<Value, EvaluationFailure> {
    *budget = budget.checked_sub(1).ok_or(EvaluationFailure::Exceeded(Limit::Memory))?;
    match value {
        JValue::Null | JValue::Undefined => Ok(Value::Null),
        JValue::Bool(flag) => Ok(Value::Bool(*flag)),
        JValue::Number(double) => Ok(number(*double)),
        JValue::String(text) => {
            *budget = budget.saturating_sub(text.len() / 8);
            Ok(Value::String((**text).to_owned()))
        }
        JValue::Array(items) => items.iter().map(|item| document(item, budget)).collect(),
        JValue::Object(members) => {
            let mut object = Map::with_capacity(members.len());
            for (key, member) in members.iter().filter(|(_, member)| !member.is_undefined()) {
                object.insert(key.clone(), document(member, budget)?);
            }
            Ok(Value::Object(object))
        }
        JValue::Lambda(_) | JValue::Builtin { .. } | JValue::Regex { .. } => {
            Err(EvaluationFailure::UnsupportedType)
        }
    }
}

pub(super) fn number(double: f64) -> Value {
    if let Some(integer) = as_integer(double) {
        return integer.into();
    }
    Number::from_f64(double).map_or_else(|| crate::java::double_text(double).into(), Value::Number)
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "the double is integral and in the range of the integers"
)]
pub(super) fn as_integer(double: f64) -> Option<i64> {
    (double.fract() == 0.0 && (-INTEGER_LIMIT..INTEGER_LIMIT).contains(&double)).then_some(double as i64)
}

/// The same document with integral doubles as integers, as JSONata hands every document on; `None` where it is that
/// already.
pub(super) fn with_integers(value: &Value) -> Option<Value> {
    match value {
        Value::Number(double) if double.is_f64() => {
            let integer = double.as_f64().and_then(as_integer)?;
            Some(integer.into())
        }
        Value::Number(integer) if integer.is_u64() && !integer.is_i64() => integer.as_f64().map(number),
        Value::Array(items) => {
            let mut changed: Option<Vec<Value>> = None;
            for (index, item) in items.iter().enumerate() {
                if let Some(item) = with_integers(item) {
                    changed.get_or_insert_with(|| items.clone())[index] = item;
                }
            }
            changed.map(Value::Array)
        }
        Value::Object(members) => {
            let mut changed: Option<Map<String, Value>> = None;
            for (key, member) in members {
                if let Some(member) = with_integers(member) {
                    changed.get_or_insert_with(|| members.clone()).insert(key.clone(), member);
                }
            }
            changed.map(Value::Object)
        }
        _ => None,
    }
}
