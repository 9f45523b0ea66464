//! Tags of state machines and activities.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{
    api_error::ApiError,
    arn::{ArnKind, resource},
    request::{document, text},
    service::Service,
};

/// Documented: so many tags a resource may have.
const TAGS_MAX: usize = 50;

/// Keys and values.
pub(super) type Tags = BTreeMap<String, String>;

impl Service {
    pub(super) fn tag_resource(&mut self, request: &Value) -> Result<Value, ApiError> {
        let arn = text(request, "resourceArn");
        let tags = self.tags_mut(arn)?;
        *tags = tags_of(document(request, "tags"), tags.clone(), arn)?;
        Ok(json!({}))
    }

    pub(super) fn untag_resource(&mut self, request: &Value) -> Result<Value, ApiError> {
        let tags = self.tags_mut(text(request, "resourceArn"))?;
        for key in document(request, "tagKeys").and_then(Value::as_array).into_iter().flatten() {
            tags.remove(key.as_str().unwrap_or_default());
        }
        Ok(json!({}))
    }

    pub(super) fn list_tags(&mut self, request: &Value) -> Result<Value, ApiError> {
        let tags = self.tags_mut(text(request, "resourceArn"))?;
        let tags: Vec<_> = tags.iter().map(|(key, value)| json!({"key": key, "value": value})).collect();
        Ok(json!({ "tags": tags }))
    }

    fn tags_mut(&mut self, arn: &str) -> Result<&mut Tags, ApiError> {
        let is_activity = resource(arn, ArnKind::Activity).is_ok();
        let found = if is_activity {
            self.activities.get_mut(arn).map(|activity| &mut activity.tags)
        } else {
            resource(arn, ArnKind::Machine)?;
            self.machines.get_mut(arn).map(|machine| &mut machine.tags)
        };
        found.ok_or_else(|| ApiError::new("ResourceNotFound", format!("Resource not found: '{arn}'")))
    }
}

/// The tags with those that are asked for.
pub(super) fn tags_of(asked: Option<&Value>, mut tags: Tags, arn: &str) -> Result<Tags, ApiError> {
    for tag in asked.and_then(Value::as_array).into_iter().flatten() {
        tags.insert(text(tag, "key").to_owned(), text(tag, "value").to_owned());
    }
    if tags.len() > TAGS_MAX {
        return Err(ApiError::new("TooManyTags", format!("Too many tags for resource: '{arn}'")));
    }
    Ok(tags)
}
