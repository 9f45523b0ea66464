//! Shapes of request members and the constraints on them, checked before an operation looks at a request.
//!
//! Recorded: the constraints are reported as one `ValidationException` that counts them.

use serde_json::{Map, Value};

use super::api_error::ApiError;

/// One member of a request or of an object in it.
pub(super) struct Member {
    pub(super) name: &'static str,
    pub(super) shape: Shape,
    pub(super) presence: Presence,
}

/// Whether a member must be there.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Presence {
    Required,
    Optional,
}

/// Whether messages quote a value.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Visibility {
    Shown,
    Sensitive,
}

/// What a value may be.
pub(super) enum Shape {
    Text {
        min: usize,
        max: usize,
        pattern: Option<Pattern>,
        visibility: Visibility,
    },
    Number {
        min: i64,
        max: i64,
    },
    Flag,
    OneOf(&'static [&'static str]),
    List {
        min: usize,
        max: usize,
        item: &'static Shape,
    },
    Object(&'static [Member]),
    /// Looked at by the operation itself.
    Any,
}

/// A regular expression as messages quote it, and what it says.
pub(super) struct Pattern {
    pub(super) text: &'static str,
    pub(super) holds: fn(&str) -> bool,
}

/// Checks a request against the members of its operation.
pub(super) fn check(request: &Value, members: &[Member]) -> Result<(), ApiError> {
    let Some(request) = request.as_object() else {
        return Err(serialization("Unexpected value: the body is no JSON object"));
    };
    let mut violations = Vec::new();
    check_members(request, members, "", &mut violations)?;
    match violations.len() {
        0 => Ok(()),
        1 => Err(ApiError::validation(format!("1 validation error detected: {}", violations[0]))),
        n => Err(ApiError::validation(format!("{n} validation errors detected: {}", violations.join("; ")))),
    }
}

fn check_members(
    object: &Map<String, Value>,
    members: &[Member],
    prefix: &str,
    violations: &mut Vec<String>,
) -> Result<(), ApiError> {
    for member in members {
        let place = format!("{prefix}{}", member.name);
        match object.get(member.name) {
            Some(value) if !value.is_null() => check_value(value, &member.shape, &place, violations)?,
            _ if member.presence == Presence::Required => {
                violations.push(violation("null", &place, "Member must not be null"));
            }
            _ => {}
        }
    }
    Ok(())
}

fn check_value(
    value: &Value,
    shape: &Shape,
    place: &str,
    violations: &mut Vec<String>,
) -> Result<(), ApiError> {
    match (shape, value) {
        (Shape::Text { min, max, pattern, visibility }, Value::String(text)) => {
            let shown = shown(text, *visibility);
            check_length(text.chars().count(), *min, *max, &shown, place, violations);
            if let Some(pattern) =
                pattern.as_ref().filter(|pattern| !text.is_empty() && !(pattern.holds)(text))
            {
                let rule = format!("Member must satisfy regular expression pattern: {}", pattern.text);
                violations.push(violation(&shown, place, &rule));
            }
        }
        (Shape::Number { min, max }, Value::Number(number)) => {
            check_number(number.as_f64().unwrap_or(f64::MAX), *min, *max, place, violations);
        }
        (Shape::Flag, Value::Bool(_)) | (Shape::Any, _) => {}
        (Shape::OneOf(names), Value::String(text)) => {
            if !names.contains(&text.as_str()) {
                let rule = format!("Member must satisfy enum value set: [{}]", names.join(", "));
                violations.push(violation(&format!("'{text}'"), place, &rule));
            }
        }
        (Shape::List { min, max, item }, Value::Array(items)) => {
            check_length(items.len(), *min, *max, &format!("'{value}'"), place, violations);
            for (index, value) in items.iter().enumerate() {
                check_value(value, item, &format!("{place}.{}.member", index + 1), violations)?;
            }
        }
        (Shape::Object(members), Value::Object(object)) => {
            check_members(object, members, &format!("{place}."), violations)?;
        }
        _ => return Err(serialization(&format!("{} can not be converted to {}", kind(value), shape.word()))),
    }
    Ok(())
}

fn check_length(
    length: usize,
    min: usize,
    max: usize,
    shown: &str,
    place: &str,
    violations: &mut Vec<String>,
) {
    if length < min {
        let rule = format!("Member must have length greater than or equal to {min}");
        violations.push(violation(shown, place, &rule));
    }
    if length > max {
        let rule = format!("Member must have length less than or equal to {max}");
        violations.push(violation(shown, place, &rule));
    }
}

#[expect(clippy::cast_precision_loss, reason = "the limits are small")]
fn check_number(number: f64, min: i64, max: i64, place: &str, violations: &mut Vec<String>) {
    let shown = format!("'{number}'");
    if number < min as f64 {
        let rule = format!("Member must have value greater than or equal to {min}");
        violations.push(violation(&shown, place, &rule));
    }
    if number > max as f64 {
        let rule = format!("Member must have value less than or equal to {max}");
        violations.push(violation(&shown, place, &rule));
    }
}

/// A sensitive value is left out, with the blank before it.
fn violation(shown: &str, place: &str, rule: &str) -> String {
    let blank = if shown.is_empty() { "" } else { " " };
    format!("Value{blank}{shown} at '{place}' failed to satisfy constraint: {rule}")
}

fn shown(text: &str, visibility: Visibility) -> String {
    match visibility {
        Visibility::Shown => format!("'{text}'"),
        Visibility::Sensitive => String::new(),
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "NULL_VALUE",
        Value::Bool(true) => "TRUE_VALUE",
        Value::Bool(false) => "FALSE_VALUE",
        Value::Number(_) => "NUMBER_VALUE",
        Value::String(_) => "STRING_VALUE",
        Value::Array(_) => "LIST_VALUE",
        Value::Object(_) => "STRUCT_VALUE",
    }
}

impl Shape {
    fn word(&self) -> &'static str {
        match self {
            Self::Text { .. } | Self::OneOf(_) => "a String",
            Self::Number { .. } => "a Number",
            Self::Flag => "a Boolean",
            Self::List { .. } => "a List",
            Self::Object(_) => "a Structure",
            Self::Any => "anything",
        }
    }
}

/// A value of another type than the API's model has. The code is documented, the words are not recorded.
fn serialization(message: &str) -> ApiError {
    ApiError::new("SerializationException", message)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::json;

    use super::{super::operations::members, *};

    #[rstest]
    #[case("ListExecutions", json!({"maxResults": 1001}), "1 validation error detected: Value '1001' at 'maxResults' failed to satisfy constraint: Member must have value less than or equal to 1000")]
    #[case("CreateActivity", json!({}), "1 validation error detected: Value null at 'name' failed to satisfy constraint: Member must not be null")]
    #[case("CreateActivity", json!({"name": null}), "1 validation error detected: Value null at 'name' failed to satisfy constraint: Member must not be null")]
    #[case("CreateActivity", json!({"name": 3}), "NUMBER_VALUE can not be converted to a String")]
    #[case("CreateActivity", json!([]), "Unexpected value: the body is no JSON object")]
    #[case("TagResource", json!({"resourceArn": "a", "tags": [{"key": "", "value": "v"}]}), "1 validation error detected: Value '' at 'tags.1.member.key' failed to satisfy constraint: Member must have length greater than or equal to 1")]
    #[case("SendTaskHeartbeat", json!({"taskToken": ""}), "1 validation error detected: Value at 'taskToken' failed to satisfy constraint: Member must have length greater than or equal to 1")]
    #[case("SendTaskFailure", json!({}), "1 validation error detected: Value null at 'taskToken' failed to satisfy constraint: Member must not be null")]
    #[case("StopExecution", json!({"error": "x".repeat(257)}), "2 validation errors detected: Value null at 'executionArn' failed to satisfy constraint: Member must not be null; Value at 'error' failed to satisfy constraint: Member must have length less than or equal to 256")]
    fn broken_constraints_are_counted_and_named(
        #[case] operation: &str,
        #[case] request: Value,
        #[case] expected: &str,
    ) {
        let members = members(operation).expect("an operation");
        assert_eq!(check(&request, members).expect_err("a violation").message, expected);
    }
}
