//! Members of a request that has been checked.

use serde_json::Value;

/// A required text. It is there: the shape of the request was checked before.
pub(super) fn text<'a>(request: &'a Value, member: &str) -> &'a str {
    optional_text(request, member).unwrap_or_default()
}

/// An optional text.
pub(super) fn optional_text<'a>(request: &'a Value, member: &str) -> Option<&'a str> {
    request.get(member).and_then(Value::as_str)
}

/// An optional flag; absent is false.
pub(super) fn flag(request: &Value, member: &str) -> bool {
    request.get(member).and_then(Value::as_bool).unwrap_or(false)
}

/// An optional number that is not negative.
pub(super) fn number(request: &Value, member: &str) -> Option<u64> {
    request.get(member).and_then(Value::as_u64)
}

/// An optional object or list; `null` is absent.
pub(super) fn document<'a>(request: &'a Value, member: &str) -> Option<&'a Value> {
    request.get(member).filter(|value| !value.is_null())
}

/// Whether the caller wants the data, or the metadata only.
pub(super) fn wants_data(request: &Value) -> bool {
    optional_text(request, "includedData") != Some("METADATA_ONLY")
}
