//! The rule of a Choice by which two executions go different ways, or in which one of them fails.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{constructs::add_rule, states::States};

/// Which way a Choice goes.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Turn<'a> {
    /// To this state.
    To(&'a str),
    /// It fails, because no rule holds.
    NoRule,
    /// It fails in a rule, because this path leads nowhere.
    FailsAt(&'a str),
    /// It fails in the condition of the rule at this place.
    FailsIn(usize),
    /// It fails in another way.
    Fails,
}

/// The rule by which the two sides of a Choice go different ways, or its default.
pub(super) fn rule_in_play(
    states: &States<'_>,
    choice: &str,
    expected: Turn<'_>,
    actual: Turn<'_>,
) -> Option<BTreeSet<String>> {
    let rules = states.fields(choice)?.get("Choices")?.as_array()?;
    let taken = |turn| place_of(rules, turn);
    let has_default = states.fields(choice).is_some_and(|fields| fields.contains_key("Default"));
    // A rule that should hold comes before that.
    let should_hold = taken(expected).is_some_and(|place| place < rules.len());
    if has_default && actual == Turn::NoRule && !should_hold {
        return Some(BTreeSet::from(["Default".to_owned()]));
    }
    let (right, wrong) = (taken(expected)?, taken(actual)?);
    // A rule that should fail, or should not, is about the failure, if one behind it leads to where the other side went.
    let leads_there = |next: &str, place: usize| {
        let is_there = |rule: &Value| rule["Next"] == next;
        let default = states.fields(choice).and_then(|fields| fields.get("Default"));
        let is_behind = !rules.iter().any(is_there) || default.is_some_and(|default| default == next);
        is_behind || rules.iter().skip(place).any(is_there)
    };
    let is_about_failure = |turn, other| {
        let place = taken(turn).filter(|_| matches!(turn, Turn::FailsAt(_) | Turn::FailsIn(_)));
        place.is_some_and(|place| match other {
            Turn::To(next) => leads_there(next, place),
            other => taken(other) >= Some(place),
        })
    };
    if right == wrong || is_about_failure(expected, actual) || is_about_failure(actual, expected) {
        return None;
    }
    let mut found = BTreeSet::new();
    let first = right.min(wrong);
    match rules.get(first) {
        Some(rule) => add_rule(rule, &mut found),
        None => drop(found.insert("Default".to_owned())),
    }
    // Where several rules lead there, or the default too, nobody knows which did: all up to where the other side went can be
    // wrong.
    let next = rules.get(first).map(|rule| &rule["Next"]);
    let default = states.fields(choice).and_then(|fields| fields.get("Default"));
    let is_by_default = next.is_some() && next == default;
    if is_by_default || rules.iter().skip(first + 1).any(|rule| next == Some(&rule["Next"])) {
        let n_asked = if is_by_default { rules.len() } else { right.max(wrong) + 1 };
        rules.iter().take(n_asked).for_each(|rule| add_rule(rule, &mut found));
    }
    let has_effective_input = states.fields(choice).is_some_and(|fields| fields.contains_key("InputPath"));
    found.extend(has_effective_input.then(|| "InputPath".to_owned()));
    Some(found)
}

/// Whether the engine fails in a rule of a Choice that comes before the one in which it should, or should find none; where
/// it comes as far or further, `false`. `None` if that cannot be told, or is the same rule.
pub(super) fn fails_too_soon(
    states: &States<'_>,
    choice: &str,
    expected: Turn<'_>,
    actual: Turn<'_>,
) -> Option<bool> {
    let rules = states.fields(choice)?.get("Choices")?.as_array()?;
    let (right, wrong) = (place_of(rules, expected)?, place_of(rules, actual)?);
    (right != wrong).then_some(wrong < right)
}

/// The place of the rule that a turn is about; behind the last one its default, and behind that none.
fn place_of(rules: &[Value], turn: Turn<'_>) -> Option<usize> {
    match turn {
        Turn::To(next) => Some(rules.iter().position(|rule| rule["Next"] == next).unwrap_or(rules.len())),
        Turn::NoRule => Some(rules.len() + 1),
        Turn::FailsAt(path) => rules.iter().position(|rule| reads(rule, path)),
        Turn::FailsIn(place) => Some(place),
        Turn::Fails => None,
    }
}

/// Whether a rule of this Choice compares with what this path leads to.
pub(super) fn is_operand(states: &States<'_>, choice: &str, path: &str) -> bool {
    let rules = states.fields(choice).and_then(|fields| fields.get("Choices"));
    rules.is_some_and(|rules| has_operand(rules, path))
}

fn has_operand(rules: &Value, path: &str) -> bool {
    match rules {
        Value::Array(rules) => rules.iter().any(|rule| has_operand(rule, path)),
        Value::Object(members) => members.iter().any(|(member, value)| {
            let is_it = member.ends_with("Path") && reads(value, path);
            is_it || (["And", "Or", "Not"].contains(&&**member) && has_operand(value, path))
        }),
        _ => false,
    }
}

/// Whether a rule looks at what this path leads to. An engine may take the context for the input, and say so.
fn reads(rule: &Value, path: &str) -> bool {
    let steps = |path: &str| path.trim_start_matches('$').to_owned();
    match rule {
        Value::String(text) => text.starts_with('$') && steps(text) == steps(path),
        Value::Array(rules) => rules.iter().any(|rule| reads(rule, path)),
        Value::Object(members) => members.values().any(|member| reads(member, path)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn path_that_is_compared_with_is_an_operand_and_the_one_that_is_compared_is_none() {
        let rules = json!([{"Not": {"Variable": "$.a", "NumericLessThanPath": "$.b"}, "Next": "B"}]);
        let definition = json!({"StartAt": "A", "States": {"A": {"Type": "Choice", "Choices": rules}}});
        let states = States::of(&definition);
        assert!(is_operand(&states, "A", "$.b") && !is_operand(&states, "A", "$.a"));
    }
}
