//! Two sides of a divergence as a unified diff.

use std::borrow::Cow;

use serde_json::Value;
use similar::TextDiff;

/// Lines of context around a change.
const CONTEXT: usize = 3;

/// The unified diff of two values, line by line. Lists of event labels read one label a line, texts as they are, and
/// everything else as JSON with sorted keys.
pub fn unified_diff(expected: &Value, actual: &Value) -> Vec<String> {
    let (expected, actual) = (readable(expected), readable(actual));
    let diff = TextDiff::from_lines(&expected, &actual);
    let text = diff
        .unified_diff()
        .context_radius(CONTEXT)
        .header("expected", "actual")
        .missing_newline_hint(false)
        .to_string();
    text.lines().map(str::to_owned).collect()
}

/// A value as lines to read, each ended.
pub(crate) fn readable(value: &Value) -> String {
    let mut text = match value {
        Value::String(text) => Cow::from(text),
        Value::Array(items) if !items.is_empty() && items.iter().all(Value::is_string) => {
            let lines: Vec<_> = items.iter().filter_map(Value::as_str).collect();
            lines.join("\n").into()
        }
        Value::Null => "(none)".into(),
        document => format!("{:#}", in_one_form(document)).into(),
    };
    text.to_mut().push('\n');
    text.into_owned()
}

/// Keys sorted and whole numbers without a fraction, so that the diff shows only what counts as different.
fn in_one_form(value: &Value) -> Value {
    match value {
        Value::Object(map) => {
            let mut members: Vec<_> =
                map.iter().map(|(key, inner)| (key.clone(), in_one_form(inner))).collect();
            members.sort_unstable_by(|left, right| left.0.cmp(&right.0));
            Value::Object(members.into_iter().collect())
        }
        Value::Array(items) => items.iter().map(in_one_form).collect(),
        Value::Number(number) => whole(number).map_or_else(|| value.clone(), Value::from),
        scalar => scalar.clone(),
    }
}

#[expect(clippy::cast_possible_truncation, reason = "the range was checked")]
fn whole(number: &serde_json::Number) -> Option<i64> {
    const EXACT_MAX: f64 = 9_007_199_254_740_992.0;
    let float = number.is_f64().then(|| number.as_f64())??;
    (float.fract() == 0.0 && float.abs() < EXACT_MAX).then_some(float as i64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn diff_shows_only_what_counts_as_different() {
        let lines = unified_diff(&json!({"b": 1, "a": 2.0}), &json!({"a": 2, "b": 3}));
        let changed: Vec<_> = lines.iter().filter(|line| line.starts_with(['-', '+'])).collect();
        assert_eq!(changed, ["--- expected", "+++ actual", "-  \"b\": 1", "+  \"b\": 3"]);
    }

    #[test]
    fn labels_read_one_a_line() {
        assert_eq!(
            readable(&json!(["PassStateEntered A", "PassStateExited A"])),
            "PassStateEntered A\nPassStateExited A\n"
        );
    }
}
