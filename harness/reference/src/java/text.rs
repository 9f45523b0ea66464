//! JSON values as text: Jackson's compact JSON, and `toString()` of Java maps and lists.

use std::fmt::Write;

use serde_json::Value;

use super::number::number_text;

/// Compact JSON as Jackson writes it: no blanks, keys in the order of the document, doubles as Java prints them.
pub fn json_text(value: &Value) -> String {
    let mut text = String::new();
    write_json(value, &mut text);
    text
}

/// `toString()` of the Java value: `{a=1, b=[x, null]}`, strings bare at every depth.
///
/// Recorded: this is how `States.Format` prints an object that it got from a path.
pub fn to_string_text(value: &Value) -> String {
    let mut text = String::new();
    write_to_string(value, &mut text);
    text
}

/// A string as it is, any other value as compact JSON.
pub fn display_text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => json_text(other),
    }
}

fn write_json(value: &Value, text: &mut String) {
    match value {
        Value::Null => text.push_str("null"),
        Value::Bool(flag) => text.push_str(if *flag { "true" } else { "false" }),
        Value::Number(number) => text.push_str(&number_text(number)),
        Value::String(string) => write_json_string(string, text),
        Value::Array(items) => write_list(items.iter(), ["[", ",", "]"], text, write_json),
        Value::Object(members) => write_list(members.iter(), ["{", ",", "}"], text, |(key, value), text| {
            write_json_string(key, text);
            text.push(':');
            write_json(value, text);
        }),
    }
}

fn write_to_string(value: &Value, text: &mut String) {
    match value {
        Value::String(string) => text.push_str(string),
        Value::Array(items) => write_list(items.iter(), ["[", ", ", "]"], text, write_to_string),
        Value::Object(members) => write_list(members.iter(), ["{", ", ", "}"], text, |(key, value), text| {
            text.push_str(key);
            text.push('=');
            write_to_string(value, text);
        }),
        scalar => write_json(scalar, text),
    }
}

fn write_list<T>(
    items: impl Iterator<Item = T>,
    [open, separator, close]: [&str; 3],
    text: &mut String,
    write_item: impl Fn(T, &mut String),
) {
    text.push_str(open);
    for (index, item) in items.enumerate() {
        if index > 0 {
            text.push_str(separator);
        }
        write_item(item, text);
    }
    text.push_str(close);
}

fn write_json_string(string: &str, text: &mut String) {
    text.push('"');
    for character in string.chars() {
        match character {
            '"' => text.push_str("\\\""),
            '\\' => text.push_str("\\\\"),
            '\n' => text.push_str("\\n"),
            '\r' => text.push_str("\\r"),
            '\t' => text.push_str("\\t"),
            '\u{8}' => text.push_str("\\b"),
            '\u{c}' => text.push_str("\\f"),
            // Jackson writes upper-case digits.
            control if control < ' ' => push_escaped(control, text),
            plain => text.push(plain),
        }
    }
    text.push('"');
}

fn push_escaped(control: char, text: &mut String) {
    write!(text, "\\u{:04X}", u32::from(control)).expect("writing to a string cannot fail");
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn json_is_compact_and_keeps_the_order_of_keys() {
        let value = json!({"b": [1, 1.0, 1e10, null], "a": "x\"\\\n\u{1f}é"});
        assert_eq!(json_text(&value), "{\"b\":[1,1.0,1.0E10,null],\"a\":\"x\\\"\\\\\\n\\u001Fé\"}");
    }

    #[test]
    fn maps_and_lists_print_as_java_prints_them() {
        let value = json!({"Arg1": 1, "Arg2": [], "Arg3": ["x", null, {"k": true}]});
        assert_eq!(to_string_text(&value), "{Arg1=1, Arg2=[], Arg3=[x, null, {k=true}]}");
    }
}
