//! A rule of a Choice state in the words of a short label: `$.count > 3 and $.name is present`.

use serde_json::Value;

/// Comparison operators, without the type that begins their name and the `Path` that may end it.
const OPERATORS: [(&str, &str); 6] = [
    ("LessThanEquals", "≤"),
    ("GreaterThanEquals", "≥"),
    ("LessThan", "<"),
    ("GreaterThan", ">"),
    ("Equals", "="),
    ("Matches", "matches"),
];

/// Tests whose operand says whether they must hold.
const TESTS: [(&str, &str, &str); 6] = [
    ("IsPresent", "is present", "is missing"),
    ("IsNull", "is null", "is not null"),
    ("IsString", "is a string", "is no string"),
    ("IsNumeric", "is a number", "is no number"),
    ("IsBoolean", "is a boolean", "is no boolean"),
    ("IsTimestamp", "is a timestamp", "is no timestamp"),
];

/// The rule in words; JSON for what is no rule.
pub(super) fn rule_in_words(rule: &Value) -> String {
    let Some(object) = rule.as_object() else {
        return rule.to_string();
    };
    if let Some(condition) = object.get("Condition") {
        return expression(condition);
    }
    for (key, word) in [("And", " and "), ("Or", " or ")] {
        if let Some(Value::Array(rules)) = object.get(key) {
            let parts: Vec<_> = rules.iter().map(part_in_words).collect();
            return parts.join(word);
        }
    }
    if let Some(inner) = object.get("Not") {
        return format!("not {}", part_in_words(inner));
    }
    let variable = object.get("Variable").map_or_else(|| "?".to_owned(), text);
    let comparison = object.iter().find_map(|(key, operand)| comparison_in_words(key, operand));
    format!("{variable} {}", comparison.unwrap_or_else(|| "?".to_owned()))
}

fn part_in_words(rule: &Value) -> String {
    let words = rule_in_words(rule);
    let is_compound = ["And", "Or"].iter().any(|key| rule.get(key).is_some());
    if is_compound { format!("({words})") } else { words }
}

fn comparison_in_words(key: &str, operand: &Value) -> Option<String> {
    if let Some((_, yes, no)) = TESTS.iter().find(|(name, ..)| *name == key) {
        return Some(if *operand == Value::Bool(false) { no } else { yes }.to_string());
    }
    let is_path = key.ends_with("Path");
    let name = key.strip_suffix("Path").unwrap_or(key);
    let (_, sign) = OPERATORS.iter().find(|(operator, _)| name.ends_with(operator))?;
    let operand = if is_path { text(operand) } else { operand.to_string() };
    Some(format!("{sign} {operand}"))
}

/// A JSONata expression without its braces.
fn expression(condition: &Value) -> String {
    let text = text(condition);
    let inner = text.trim().strip_prefix("{%").and_then(|rest| rest.strip_suffix("%}"));
    inner.map_or(text.clone(), |inner| inner.trim().to_owned())
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use serde_json::json;

    #[rstest]
    #[case(json!({"Variable": "$.x", "NumericGreaterThanEquals": 3}), "$.x ≥ 3")]
    #[case(json!({"Variable": "$.x", "StringEqualsPath": "$.y"}), "$.x = $.y")]
    #[case(json!({"Variable": "$.x", "IsPresent": false}), "$.x is missing")]
    #[case(json!({"Not": {"Variable": "$.x", "StringMatches": "a*"}}), "not $.x matches \"a*\"")]
    #[case(
        json!({"And": [{"Variable": "$.x", "IsNull": true}, {"Or": [
            {"Variable": "$.y", "BooleanEquals": true}, {"Variable": "$.z", "NumericLessThan": 1}]}]}),
        "$.x is null and ($.y = true or $.z < 1)"
    )]
    #[case(json!({"Condition": "{% $n > 1 %}"}), "$n > 1")]
    #[case(json!({"Variable": "$.x"}), "$.x ?")]
    #[case(json!(7), "7")]
    fn rule_reads_as_a_sentence(#[case] rule: Value, #[case] words: &str) {
        assert_eq!(rule_in_words(&rule), words);
    }
}
