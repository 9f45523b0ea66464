//! Functions at the end of a path: `$.items.length()`.

use serde_json::{Number, Value};

use super::PathMiss;
use super::filter::{Operand, Resolved, Surroundings};
use crate::java::display_text;

/// A function with its parameters.
#[derive(Debug, Clone)]
pub(super) struct TailFunction {
    name: FunctionName,
    parameters: Vec<Operand>,
}

/// The functions that Jayway knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FunctionName {
    Length,
    Min,
    Max,
    Average,
    StandardDeviation,
    Sum,
    Keys,
    First,
    Last,
    Index,
    Concat,
    Append,
}

impl FunctionName {
    pub(super) fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "length" | "size" => Self::Length,
            "min" => Self::Min,
            "max" => Self::Max,
            "avg" => Self::Average,
            "stddev" => Self::StandardDeviation,
            "sum" => Self::Sum,
            "keys" => Self::Keys,
            "first" => Self::First,
            "last" => Self::Last,
            "index" => Self::Index,
            "concat" => Self::Concat,
            "append" => Self::Append,
            _ => return None,
        })
    }
}

impl TailFunction {
    pub(super) fn new(name: FunctionName, parameters: Vec<Operand>) -> Self {
        Self { name, parameters }
    }

    /// Applies the function to the value that the path led to.
    pub(super) fn apply(&self, value: &Value, around: Surroundings<'_, '_>) -> Result<Value, PathMiss> {
        let parameters = self.resolve_parameters(around)?;
        match self.name {
            FunctionName::Length => Ok(length(parameters.first().unwrap_or(value))),
            FunctionName::Keys => Ok(keys(value)),
            FunctionName::First => item_at(value, 0),
            FunctionName::Last => item_at(value, -1),
            FunctionName::Index => {
                item_at(value, parameters.first().and_then(Value::as_i64).unwrap_or_default())
            }
            FunctionName::Concat => Ok(concat(value, &parameters)),
            FunctionName::Append => Ok(append(value, parameters)),
            aggregate => aggregate_numbers(aggregate, &numbers(value, &parameters)),
        }
    }

    fn resolve_parameters(&self, around: Surroundings<'_, '_>) -> Result<Vec<Value>, PathMiss> {
        let mut values = Vec::with_capacity(self.parameters.len());
        for parameter in &self.parameters {
            if let Resolved::Value(value) = parameter.resolve(around)? {
                values.push(value.into_owned());
            }
        }
        Ok(values)
    }
}

fn length(value: &Value) -> Value {
    match value {
        Value::Array(items) => items.len().into(),
        Value::Object(members) => members.len().into(),
        _ => Value::Null,
    }
}

fn keys(value: &Value) -> Value {
    value.as_object().map_or(Value::Null, |members| members.keys().cloned().collect())
}

fn item_at(value: &Value, index: i64) -> Result<Value, PathMiss> {
    let items = value.as_array().map(Vec::as_slice).unwrap_or_default();
    let position = if index < 0 {
        items.len().checked_add_signed(isize::try_from(index).unwrap_or(isize::MIN))
    } else {
        usize::try_from(index).ok()
    };
    position.and_then(|position| items.get(position)).cloned().ok_or(PathMiss::NothingToAggregate)
}

fn concat(value: &Value, parameters: &[Value]) -> Value {
    let items = value.as_array().map(Vec::as_slice).unwrap_or_default();
    let strings = items.iter().filter(|item| item.is_string());
    Value::String(strings.chain(parameters).map(display_text).collect())
}

fn append(value: &Value, parameters: Vec<Value>) -> Value {
    let mut appended = value.clone();
    if let Value::Array(items) = &mut appended {
        items.extend(parameters);
    }
    appended
}

fn numbers(value: &Value, parameters: &[Value]) -> Vec<f64> {
    let items = value.as_array().map(Vec::as_slice).unwrap_or_default();
    let flattened = parameters.iter().flat_map(|parameter| match parameter {
        Value::Array(items) => items.as_slice(),
        single => std::slice::from_ref(single),
    });
    items.iter().chain(flattened).filter_map(Value::as_f64).collect()
}

#[expect(clippy::cast_precision_loss, reason = "no array has more items than a double can count")]
fn aggregate_numbers(function: FunctionName, numbers: &[f64]) -> Result<Value, PathMiss> {
    if numbers.is_empty() {
        return Err(PathMiss::NothingToAggregate);
    }
    let count = numbers.len() as f64;
    let sum: f64 = numbers.iter().sum();
    let result = match function {
        FunctionName::Min => numbers.iter().copied().fold(f64::INFINITY, f64::min),
        FunctionName::Max => numbers.iter().copied().fold(f64::NEG_INFINITY, f64::max),
        FunctionName::Average => sum / count,
        FunctionName::StandardDeviation => {
            let squares: f64 = numbers.iter().map(|number| number * number).sum();
            (squares / count - sum * sum / count / count).sqrt()
        }
        _ => sum,
    };
    Ok(Number::from_f64(result).map_or(Value::Null, Value::Number))
}
