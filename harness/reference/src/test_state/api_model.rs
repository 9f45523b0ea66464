//! The shapes of service responses, against which AWS holds the mocked result of a task.
//!
//! `api_models.json` holds those of the actions that workflows use most, taken from the API models that AWS publishes
//! with its SDKs (Apache-2.0); member names are written as workflows see them. What is not in it is not checked.

use std::{collections::BTreeMap, sync::LazyLock};

use asl_cases::FieldValidationMode;
use serde::Deserialize;
use serde_json::Value;

/// What is known of the result of a task.
#[derive(Debug)]
pub(super) enum Expected {
    /// AWS has a model of it, which is not known here.
    Unknown,
    /// AWS does not check it.
    Anything,
    /// It has this shape.
    Shape(ResponseShape),
}

/// The shape of one action's response.
#[derive(Debug)]
pub(super) struct ResponseShape {
    service: &'static Service,
    /// `None` for an action without a response.
    name: Option<&'static str>,
    /// A member that the integration makes a document of.
    free_member: Option<&'static str>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Service {
    /// The shape of each action's response.
    actions: BTreeMap<String, Option<String>>,
    shapes: BTreeMap<String, Shape>,
}

#[derive(Debug, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
enum Shape {
    Structure {
        members: BTreeMap<String, String>,
        #[serde(default)]
        required: Vec<String>,
    },
    List {
        of: String,
    },
    Map {
        of: String,
    },
    String {
        #[serde(default, rename = "enum")]
        values: Vec<String>,
        #[serde(default)]
        min: usize,
        max: Option<usize>,
    },
    Number {
        min: Option<f64>,
        max: Option<f64>,
    },
    Boolean,
}

static SERVICES: LazyLock<BTreeMap<String, Service>> = LazyLock::new(|| {
    serde_json::from_str(include_str!("api_models.json")).expect("the models are well-formed")
});

/// Documented: mocks of these integrations are not checked.
const UNCHECKED: [&str; 4] = ["http:invoke", "apigateway:invoke", "eks:call", "eks:runJob"];
/// Documented: the mock of a job that is waited for is checked against the action that polls it.
const POLLED: [(&str, &str, &str); 4] = [
    ("states:startExecution", "sfn", "describeExecution"),
    ("athena:startQueryExecution", "athena", "getQueryExecution"),
    ("ecs:runTask", "ecs", "describeTasks"),
    ("glue:startJobRun", "glue", "getJobRun"),
];

/// What the result of a task with this `Resource` looks like.
pub(super) fn expected(resource: &str) -> Expected {
    // An activity and a function answer as they like, and so does whoever returns a token.
    let Some((_, call)) = resource.split_once(":states:::") else { return Expected::Anything };
    if call.ends_with(".waitForTaskToken") {
        return Expected::Anything;
    }
    let (action, pattern) = call.split_once('.').unwrap_or((call, ""));
    if UNCHECKED.contains(&action) {
        return Expected::Anything;
    }
    let shape = match POLLED.iter().find(|(start, ..)| *start == action && !pattern.is_empty()) {
        Some((_, service, poll)) => response_shape(service, poll),
        None if pattern.is_empty() => action_shape(action),
        None => None,
    };
    let free_member = match (action, pattern) {
        ("lambda:invoke", _) => Some("Payload"),
        ("states:startExecution", "sync:2") => Some("Output"),
        _ => None,
    };
    shape.map_or(Expected::Unknown, |shape| Expected::Shape(ResponseShape { free_member, ..shape }))
}

fn action_shape(action: &str) -> Option<ResponseShape> {
    let (service, action) = action.strip_prefix("aws-sdk:").unwrap_or(action).split_once(':')?;
    response_shape(if service == "states" { "sfn" } else { service }, action)
}

fn response_shape(service: &str, action: &str) -> Option<ResponseShape> {
    let service = SERVICES.get(service)?;
    let name = service.actions.get(action)?.as_deref();
    Some(ResponseShape { service, name, free_member: None })
}

impl ResponseShape {
    /// Recorded: the words for what does not fit; that unknown members fit; that a required member is missing in
    /// `STRICT` mode only.
    pub(super) fn check(&self, result: &Value, mode: FieldValidationMode) -> Result<(), String> {
        let Some(name) = self.name else { return Ok(()) };
        self.check_value("result", name, result, mode)
    }

    fn check_value(
        &self,
        field: &str,
        shape: &str,
        value: &Value,
        mode: FieldValidationMode,
    ) -> Result<(), String> {
        match (self.service.shapes.get(shape), value) {
            (Some(Shape::Structure { members, required }), Value::Object(object)) => {
                let is_missing = |name: &&String| !object.contains_key(*name);
                if let Some(missing) = required.iter().find(is_missing)
                    && mode == FieldValidationMode::Strict
                {
                    return Err(format!("Required field '{missing}' is missing"));
                }
                object.iter().filter(|(name, _)| self.free_member != Some(name)).try_for_each(
                    |(name, value)| {
                        let shape = members.get(name);
                        shape.map_or(Ok(()), |shape| self.check_value(name, shape, value, mode))
                    },
                )
            }
            (Some(Shape::Map { of }), Value::Object(object)) => {
                object.iter().try_for_each(|(name, value)| self.check_value(name, of, value, mode))
            }
            (Some(Shape::List { of }), Value::Array(items)) => {
                items.iter().try_for_each(|item| self.check_value(field, of, item, mode))
            }
            (Some(Shape::String { values, min, max }), Value::String(text)) => {
                check_text(field, text, values, *min, *max)
            }
            (Some(Shape::Number { min, max }), Value::Number(number)) => {
                check_number(field, number.as_f64().unwrap_or_default(), *min, *max)
            }
            (Some(Shape::Boolean), Value::Bool(_)) => Ok(()),
            (Some(shape), _) => Err(format!("Field '{field}' must be {}", shape.noun())),
            (None, value) => check_simple(field, shape, value),
        }
    }
}

impl Shape {
    /// Recorded for texts, numbers and lists.
    fn noun(&self) -> &'static str {
        match self {
            Self::Structure { .. } | Self::Map { .. } => "an object",
            Self::List { .. } => "an array",
            Self::String { .. } => "a string",
            Self::Number { .. } => "a number",
            Self::Boolean => "a boolean",
        }
    }
}

/// A value of a type without limits.
fn check_simple(field: &str, type_name: &str, value: &Value) -> Result<(), String> {
    let (fits, noun) = match type_name {
        "string" => (value.is_string(), "a string"),
        "number" => (value.is_number(), "a number"),
        "boolean" => (value.is_boolean(), "a boolean"),
        _ => (true, ""),
    };
    if fits { Ok(()) } else { Err(format!("Field '{field}' must be {noun}")) }
}

/// The words for a text that is too long are not recorded.
fn check_text(
    field: &str,
    text: &str,
    values: &[String],
    min: usize,
    max: Option<usize>,
) -> Result<(), String> {
    let length = text.chars().count();
    if !values.is_empty() && !values.iter().any(|value| value == text) {
        return Err(format!("Field '{field}' is not an expected value"));
    }
    if length < min {
        return Err(format!("Field '{field}' is smaller than the minimum length"));
    }
    if max.is_some_and(|max| length > max) {
        return Err(format!("Field '{field}' exceeds the maximum length"));
    }
    Ok(())
}

fn check_number(field: &str, number: f64, min: Option<f64>, max: Option<f64>) -> Result<(), String> {
    if min.is_some_and(|min| number < min) {
        return Err(format!("Field '{field}' is less than the minimum value"));
    }
    if max.is_some_and(|max| number > max) {
        return Err(format!("Field '{field}' exceeds the maximum value"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::json;

    use super::*;

    fn problem(resource: &str, result: &Value, mode: FieldValidationMode) -> Option<String> {
        let Expected::Shape(shape) = expected(resource) else { return None };
        shape.check(result, mode).err()
    }

    #[rstest]
    #[case("arn:aws:states:::lambda:invoke", json!({"StatusCode": "200"}), Some("Field 'StatusCode' must be a number"))]
    #[case("arn:aws:states:::lambda:invoke", json!({"Payload": {"a": 1}}), None)]
    #[case("arn:aws:states:::aws-sdk:lambda:invoke", json!({"Payload": {"a": 1}}), Some("Field 'Payload' must be a string"))]
    #[case("arn:aws:states:::aws-sdk:kms:encrypt", json!({"CiphertextBlob": ""}), Some("Field 'CiphertextBlob' is smaller than the minimum length"))]
    #[case("arn:aws:states:::states:startExecution", json!({}), Some("Required field 'ExecutionArn' is missing"))]
    #[case("arn:aws:states:::sqs:sendMessage.waitForTaskToken", json!(1), None)]
    #[case("arn:aws:states:us-east-1:123456789012:activity:a", json!(1), None)]
    fn response_must_have_the_shape_of_the_api(
        #[case] resource: &str,
        #[case] result: Value,
        #[case] expected: Option<&str>,
    ) {
        assert_eq!(problem(resource, &result, FieldValidationMode::Strict).as_deref(), expected);
    }

    #[test]
    fn required_member_may_be_missing_in_present_mode() {
        assert_eq!(
            problem("arn:aws:states:::states:startExecution", &json!({}), FieldValidationMode::Present),
            None
        );
    }

    #[test]
    fn every_shape_that_is_referred_to_is_there() {
        const SIMPLE: [&str; 3] = ["string", "number", "boolean"];
        for service in SERVICES.values() {
            let inner = service.shapes.values().flat_map(|shape| match shape {
                Shape::Structure { members, .. } => members.values().collect(),
                Shape::List { of } | Shape::Map { of } => vec![of],
                _ => Vec::new(),
            });
            for name in inner.chain(service.actions.values().flatten()) {
                assert!(SIMPLE.contains(&name.as_str()) || service.shapes.contains_key(name), "{name}");
            }
        }
    }
}
