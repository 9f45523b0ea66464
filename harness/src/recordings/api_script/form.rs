//! Our reply in the form in which the replies of a script were recorded.

use serde_json::{Map, Value, json};

use super::{
    super::{
        Record, drift,
        replacement::{self, Replacement, without_numbers},
    },
    names::{Names, replaced},
};
use crate::serve::ApiError;

/// What was done to every reply of one recording.
pub(super) struct Form<'a> {
    record: &'a Record,
    names: &'a Names,
    replacement: Replacement<'a>,
    /// Texts of so many characters, and what stands for them.
    lengths: Vec<(usize, &'a str)>,
}

impl<'a> Form<'a> {
    pub(super) fn of(record: &'a Record, names: &'a Names) -> Self {
        let length = |from: &str| from.strip_prefix('<')?.strip_suffix(" chars>")?.parse().ok();
        let regexes = record.normalisations.regexes.iter();
        Self {
            record,
            names,
            replacement: Replacement::of(record),
            lengths: regexes.filter_map(|(from, to)| Some((length(from)?, to.as_str()))).collect(),
        }
    }

    /// A success or an error, in the form that the recording chose for this reply.
    pub(super) fn reply(&self, recorded: &Value, operation: &str, ours: &Result<Value, ApiError>) -> Value {
        let whole = match ours {
            Ok(reply) => with_status(self.members(reply), 200),
            Err(error) => {
                let message = self.text(&error.message);
                let sentence = format!(
                    "An error occurred ({}) when calling the {operation} operation: {message}",
                    error.code
                );
                if recorded.is_string() {
                    json!(sentence)
                } else if recorded.get("exception_typename").is_some() {
                    json!({"exception_typename": error.code, "exception_value": sentence})
                } else {
                    let parts =
                        json!({"Error": {"Code": error.code, "Message": message}, "message": message});
                    with_status(parts, 400)
                }
            }
        };
        self.replaced(&whole)
    }

    /// The members of a reply, as AWS gave them on the day of the recording.
    pub(super) fn members(&self, reply: &Value) -> Value {
        let recorded = self.record.recorded.as_deref().unwrap_or_default();
        let reply = drift::reply_as_of(recorded, reply.clone());
        let reply = self.replaced(&parsed(&self.names.in_reply(&reply)));
        if self.sorts_references() { sorted_references(reply) } else { reply }
    }

    fn replaced(&self, value: &Value) -> Value {
        let value = replaced(value, &|text| self.text(text));
        let value = self.replacement.apply(&value, &[]);
        replaced(&value, &|text| without_numbers(text))
    }

    /// Long texts, and the log groups of which the recording shows one name.
    fn text(&self, text: &str) -> String {
        let mut text = self.names.in_reply(&json!(text)).as_str().unwrap_or_default().to_owned();
        for group in &self.record.resources.log_groups {
            text = text.replace(group.as_str(), "log_group_name");
        }
        for (length, placeholder) in &self.lengths {
            let runs = text.split('\'').filter(|part| part.chars().count() == *length);
            if let Some(long) = runs.map(str::to_owned).next() {
                text = text.replace(&long, placeholder);
            }
        }
        text
    }

    /// The recording side sorted the names of variables.
    fn sorts_references(&self) -> bool {
        self.record.normalisations.custom.iter().any(|custom| custom.kind == "_SfnSortVariableReferences")
    }
}

/// Objects in texts are parsed, one level deep, and times are words.
fn parsed(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            let member = |(key, value): (&String, &Value)| {
                let value = match value {
                    Value::String(text) => replacement::text(text),
                    Value::Number(_) if key.ends_with("Date") => json!("datetime"),
                    other => parsed(other),
                };
                (key.clone(), value)
            };
            Value::Object(members.iter().map(member).collect::<Map<_, _>>())
        }
        Value::Array(items) => items.iter().map(parsed).collect(),
        other => other.clone(),
    }
}

fn with_status(mut reply: Value, status: u16) -> Value {
    reply["ResponseMetadata"] = json!({"HTTPHeaders": {}, "HTTPStatusCode": status});
    reply
}

fn sorted_references(mut reply: Value) -> Value {
    let states = reply.get_mut("variableReferences").and_then(Value::as_object_mut);
    for names in states.into_iter().flatten().filter_map(|(_, names)| names.as_array_mut()) {
        names.sort_by(|left, right| left.as_str().cmp(&right.as_str()));
    }
    reply
}
