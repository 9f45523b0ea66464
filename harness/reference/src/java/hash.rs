//! Hash codes and the reading order of `java.util.HashSet` and `HashMap`.
//!
//! Recorded: `States.ArrayUnique` answers in the iteration order of a hash set, and the keys of `States.JsonMerge`
//! come in the order of a hash map.

use std::collections::BTreeMap;

use serde_json::{Map, Number, Value};

use super::number::{as_integer, numbers_equal};

/// The table size with which Java starts.
const FIRST_TABLE_SIZE: usize = 16;

/// The first of each group of equal values, in the order in which Java reads a hash set of them.
pub fn distinct_in_hash_order(values: &[Value]) -> Vec<Value> {
    let mut distinct: Vec<(i32, &Value)> = Vec::new();
    let mut seen: BTreeMap<i32, Vec<usize>> = BTreeMap::new();
    for value in values {
        let hash = hash_code(value);
        let peers = seen.entry(hash).or_default();
        if peers.iter().all(|peer| !values_equal(distinct[*peer].1, value)) {
            peers.push(distinct.len());
            distinct.push((hash, value));
        }
    }
    let table_size = table_size(distinct.len());
    distinct.sort_by_key(|(hash, _)| bucket(*hash, table_size));
    distinct.into_iter().map(|(_, value)| value.clone()).collect()
}

/// The same members in the order in which Java reads a hash map of them.
pub fn in_hash_map_order(object: Map<String, Value>) -> Map<String, Value> {
    let table_size = table_size(object.len());
    let mut members: Vec<_> = object.into_iter().collect();
    members.sort_by_key(|(key, _)| bucket(string_hash_code(key), table_size));
    members.into_iter().collect()
}

/// `hashCode()` of the Java value that stands for this JSON value.
pub fn hash_code(value: &Value) -> i32 {
    match value {
        Value::Null => 0,
        Value::Bool(true) => 1231,
        Value::Bool(false) => 1237,
        Value::Number(number) => number_hash_code(number),
        Value::String(text) => string_hash_code(text),
        Value::Array(items) => {
            items.iter().fold(1_i32, |hash, item| hash.wrapping_mul(31).wrapping_add(hash_code(item)))
        }
        Value::Object(members) => members
            .iter()
            .fold(0_i32, |hash, (key, value)| hash.wrapping_add(string_hash_code(key) ^ hash_code(value))),
    }
}

/// `String.hashCode()`, over UTF-16 code units.
pub fn string_hash_code(text: &str) -> i32 {
    text.encode_utf16().fold(0_i32, |hash, unit| hash.wrapping_mul(31).wrapping_add(i32::from(unit)))
}

/// Deep equality by value: 1 equals 1.0, and the order of keys does not matter.
pub fn values_equal(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => numbers_equal(left, right),
        (Value::Array(left), Value::Array(right)) => {
            left.len() == right.len() && left.iter().zip(right).all(|(left, right)| values_equal(left, right))
        }
        (Value::Object(left), Value::Object(right)) => {
            left.len() == right.len()
                && left
                    .iter()
                    .all(|(key, value)| right.get(key).is_some_and(|other| values_equal(value, other)))
        }
        _ => left == right,
    }
}

/// Equal numbers must meet in one bucket, so a whole double hashes as the integer that it equals.
fn number_hash_code(number: &Number) -> i32 {
    let long = as_integer(number).and_then(|integer| i64::try_from(integer).ok());
    match long {
        Some(long) => i32::try_from(long).unwrap_or_else(|_| fold_halves(long.cast_unsigned())),
        None => fold_halves(number.as_f64().unwrap_or_default().to_bits()),
    }
}

#[expect(clippy::cast_possible_truncation, reason = "Java's `(int)` keeps the low bits")]
fn fold_halves(bits: u64) -> i32 {
    (bits ^ (bits >> 32)) as i32
}

/// Java doubles the table as soon as it is more than three quarters full.
fn table_size(entry_count: usize) -> usize {
    let mut size = FIRST_TABLE_SIZE;
    while entry_count > size / 4 * 3 {
        size *= 2;
    }
    size
}

fn bucket(hash: i32, table_size: usize) -> usize {
    let bits = hash.cast_unsigned();
    (bits ^ (bits >> 16)) as usize & (table_size - 1)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::json;

    use super::*;

    #[rstest]
    #[case(json!([true, false, true, false]), json!([false, true]))]
    #[case(json!([[1, 2], [1, 2], [2, 1]]), json!([[2, 1], [1, 2]]))]
    #[case(json!([1, 2, 3, 3, 3, 4]), json!([1, 2, 3, 4]))]
    #[case(json!(["a", "b", "a", "c", "b"]), json!(["a", "b", "c"]))]
    #[case(json!([null, null, 1, null]), json!([null, 1]))]
    #[case(json!([1, "1", 1.0, "01"]), json!([1, "1", "01"]))]
    #[case(json!([{"a": 1, "b": 2}, {"b": 2, "a": 1}]), json!([{"a": 1, "b": 2}]))]
    fn distinct_values_come_in_the_order_that_aws_gave(#[case] values: Value, #[case] expected: Value) {
        assert_eq!(Value::from(distinct_in_hash_order(values.as_array().unwrap())), expected);
    }

    /// The order in which Java 17 prints a hash set of the same values.
    #[test]
    fn thirteen_values_of_all_types_come_in_the_order_of_java() {
        let values = json!([
            1.5, "hello", 9_007_199_254_740_991_i64, -3, [1, "a"], {"k": 2.5}, true, "zeta", 100_000, 17, 33, "Ünï", "😀"
        ]);
        let expected = json!([
            9_007_199_254_740_991_i64, "zeta", [1, "a"], 100_000, 33, -3, {"k": 2.5}, true, 17, 1.5, "😀", "hello", "Ünï"
        ]);
        assert_eq!(Value::from(distinct_in_hash_order(values.as_array().unwrap())), expected);
    }

    #[test]
    fn table_grows_with_the_thirteenth_entry() {
        assert_eq!([12, 13, 24, 25].map(table_size), [16, 32, 32, 64]);
    }

    #[test]
    fn merged_keys_come_in_the_order_that_aws_gave() {
        let merged = json!({"constant_in_literal": 1, "constant_input_field": 2});
        let ordered = in_hash_map_order(merged.as_object().unwrap().clone());
        assert_eq!(ordered.keys().collect::<Vec<_>>(), ["constant_input_field", "constant_in_literal"]);
    }
}
