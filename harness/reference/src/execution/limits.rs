//! The size limit of the documents that pass between states.

use serde_json::Value;

/// Documented: 256 KiB of UTF-8.
pub(crate) const PAYLOAD_BYTES_MAX: usize = 262_144;

/// Whether the compact JSON text of the document is longer than the limit. Looks no further than it has to.
pub(crate) fn is_too_large(document: &Value) -> bool {
    let mut budget = PAYLOAD_BYTES_MAX;
    !fits(document, &mut budget)
}

fn fits(value: &Value, budget: &mut usize) -> bool {
    match value {
        Value::Null | Value::Bool(true) => take(budget, 4),
        Value::Bool(false) => take(budget, 5),
        Value::Number(number) => {
            let digits = |whole: u64| 1 + whole.checked_ilog10().unwrap_or(0) as usize;
            take(budget, number.as_u64().map_or_else(|| number.to_string().len(), digits))
        }
        Value::String(text) => fits_text(text, budget),
        Value::Array(items) => {
            take(budget, 2 + items.len().saturating_sub(1)) && items.iter().all(|item| fits(item, budget))
        }
        Value::Object(members) => {
            take(budget, 2 + members.len() * 2)
                && members.iter().all(|(key, value)| fits_text(key, budget) && fits(value, budget))
        }
    }
}

fn fits_text(text: &str, budget: &mut usize) -> bool {
    let escapes = text.bytes().filter(|byte| matches!(byte, b'"' | b'\\' | 0..0x20)).count();
    take(budget, text.len() + escapes + 2)
}

fn take(budget: &mut usize, bytes: usize) -> bool {
    match budget.checked_sub(bytes) {
        Some(left) => {
            *budget = left;
            true
        }
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::json;

    use super::*;

    #[rstest]
    #[case(json!("x".repeat(PAYLOAD_BYTES_MAX - 2)), false)]
    #[case(json!("x".repeat(PAYLOAD_BYTES_MAX - 1)), true)]
    #[case(json!({"a": "x".repeat(PAYLOAD_BYTES_MAX)}), true)]
    #[case(json!([1, null, true]), false)]
    fn document_is_too_large_above_256_kib(#[case] document: Value, #[case] too_large: bool) {
        assert_eq!(is_too_large(&document), too_large);
    }
}
