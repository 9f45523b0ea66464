//! Steps on fields: drop them one by one, drop rules, retriers, catchers and branches, take a rule apart, settle it.

use asl_cases::{Case, scopes::states_of};
use serde_json::{Value, json};

use super::{state_mut, state_places, with_definition};

const OPTIONAL: &[&str] = &[
    "Catch",
    "Retry",
    "ResultSelector",
    "Parameters",
    "ItemSelector",
    "Result",
    "InputPath",
    "OutputPath",
    "ResultPath",
    "ItemsPath",
    "MaxConcurrency",
    "MaxConcurrencyPath",
    "HeartbeatSeconds",
    "TimeoutSeconds",
    "TimeoutSecondsPath",
    "Default",
    "Comment",
    "Assign",
    "Output",
    "Arguments",
    "Items",
    "ItemReader",
    "ItemBatcher",
    "ResultWriter",
    "Label",
    "ToleratedFailureCount",
    "ToleratedFailureCountPath",
    "ToleratedFailurePercentage",
    "ToleratedFailurePercentagePath",
    "Credentials",
    "HeartbeatSecondsPath",
    "QueryLanguage",
];
/// What a Catch gets from a Fail state without them is not known, so that they stay inside a region.
const FAIL_FIELDS: &[&str] = &["Error", "ErrorPath", "Cause", "CausePath"];
const LISTS: &[&str] = &["Catch", "Retry", "Choices", "Branches"];
/// Not `MaxAttempts`: its default retries more often than most retriers say, which can cost real time.
const RETRIER_FIELDS: &[&str] = &[
    "IntervalSeconds",
    "BackoffRate",
    "MaxDelaySeconds",
    "JitterStrategy",
    "ResultPath",
    "Assign",
    "Output",
    "Comment",
];

pub(super) fn steps(case: &Case) -> Vec<Case> {
    let mut found = Vec::new();
    for field in ["TimeoutSeconds", "Comment", "Version", "QueryLanguage"] {
        found.extend(with_definition(case, |definition| {
            definition.as_object_mut()?.shift_remove(field).map(|_| ())
        }));
    }
    for (scope, name) in state_places(&case.main().definition) {
        drop_fields(case, &scope, &name, &mut found);
        drop_entries(case, &scope, &name, &mut found);
        take_rules_apart(case, &scope, &name, &mut found);
        settle_conditions(case, &scope, &name, &mut found);
        settle_tests(case, &scope, &name, &mut found);
        give_operands(case, &scope, &name, &mut found);
        found.extend(wait_for_nothing(case, &scope, &name));
    }
    found
}

fn drop_fields(case: &Case, scope: &str, name: &str, found: &mut Vec<Case>) {
    let of_a_fail = if scope.is_empty() { FAIL_FIELDS } else { &[] };
    for field in OPTIONAL.iter().chain(of_a_fail) {
        found.extend(with_definition(case, |definition| {
            state_mut(definition, scope, name)?.shift_remove(*field).map(|_| ())
        }));
    }
    found.extend(with_definition(case, |definition| {
        state_mut(definition, scope, name)?
            .get_mut("ItemProcessor")?
            .as_object_mut()?
            .shift_remove("ProcessorConfig")?;
        Some(())
    }));
}

fn drop_entries(case: &Case, scope: &str, name: &str, found: &mut Vec<Case>) {
    let state = case.main().definition.pointer(scope).and_then(|scope| scope.get("States")?.get(name));
    let Some(state) = state else { return };
    for list in LISTS {
        let entries = state.get(*list).and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        for index in (0..entries.len()).filter(|_| entries.len() > 1) {
            found.extend(with_definition(case, |definition| {
                state_mut(definition, scope, name)?.get_mut(*list)?.as_array_mut()?.remove(index);
                Some(())
            }));
        }
        for (index, entry) in entries.iter().enumerate().filter(|_| *list != "Branches") {
            simplify_entry(case, (scope, name, list, index), entry, found);
        }
    }
}

fn simplify_entry(
    case: &Case,
    (scope, name, list, index): (&str, &str, &str, usize),
    entry: &Value,
    found: &mut Vec<Case>,
) {
    for field in RETRIER_FIELDS {
        found.extend(with_definition(case, |definition| {
            let entry = state_mut(definition, scope, name)?.get_mut(list)?.get_mut(index)?;
            entry.as_object_mut()?.shift_remove(*field).map(|_| ())
        }));
    }
    let errors = entry.get("ErrorEquals").and_then(Value::as_array).map_or(0, Vec::len);
    for error in (0..errors).filter(|_| errors > 1) {
        found.extend(with_definition(case, |definition| {
            let entry = state_mut(definition, scope, name)?.get_mut(list)?.get_mut(index)?;
            entry.get_mut("ErrorEquals")?.as_array_mut()?.remove(error);
            Some(())
        }));
    }
}

/// Puts a part of an And, Or or Not in the place of the whole.
fn take_rules_apart(case: &Case, scope: &str, name: &str, found: &mut Vec<Case>) {
    let state = case.main().definition.pointer(scope).and_then(|scope| scope.get("States")?.get(name));
    let rules = state.and_then(|state| state.get("Choices")?.as_array());
    for (index, rule) in rules.into_iter().flatten().enumerate() {
        for mut simpler in simpler_rules(rule) {
            found.extend(with_definition(case, |definition| {
                simpler.as_object_mut()?.insert("Next".to_owned(), rule.get("Next")?.clone());
                *state_mut(definition, scope, name)?.get_mut("Choices")?.get_mut(index)? = simpler;
                Some(())
            }));
        }
    }
}

fn simpler_rules(rule: &Value) -> Vec<Value> {
    let mut found = Vec::new();
    if ["Not", "And", "Or"].iter().any(|combination| rule.get(combination).is_some()) {
        found.extend([true, false].map(settled));
    }
    found.extend(rule.get("Not").cloned());
    for operator in ["And", "Or"] {
        let Some(parts) = rule.get(operator).and_then(Value::as_array) else { continue };
        found.extend(parts.iter().cloned());
        for index in (0..parts.len()).filter(|_| parts.len() > 1) {
            let mut fewer = rule.clone();
            if let Some(parts) = fewer.get_mut(operator).and_then(Value::as_array_mut) {
                parts.remove(index);
            }
            found.push(fewer);
        }
        for (index, part) in parts.iter().enumerate() {
            found.extend(simpler_rules(part).into_iter().map(|simpler| {
                let mut whole = rule.clone();
                whole[operator][index] = simpler;
                whole
            }));
        }
    }
    if let Some(inner) = rule.get("Not") {
        found.extend(simpler_rules(inner).into_iter().map(|simpler| {
            let mut whole = rule.clone();
            whole["Not"] = simpler;
            whole
        }));
    }
    found
}

/// A condition of JSONata as a plain answer.
fn settle_conditions(case: &Case, scope: &str, name: &str, found: &mut Vec<Case>) {
    let state = case.main().definition.pointer(scope).and_then(|scope| scope.get("States")?.get(name));
    let rules = state.and_then(|state| state.get("Choices")?.as_array()).map_or(0, Vec::len);
    for (index, answer) in (0..rules).flat_map(|index| [(index, true), (index, false)]) {
        found.extend(with_definition(case, |definition| {
            let rule = state_mut(definition, scope, name)?.get_mut("Choices")?.get_mut(index)?;
            *rule.get_mut("Condition").filter(|condition| condition.is_string())? = answer.into();
            Some(())
        }));
    }
}

/// Each test in the rules of a Choice as one that always holds, and as one that never does.
fn settle_tests(case: &Case, scope: &str, name: &str, found: &mut Vec<Case>) {
    let state = case.main().definition.pointer(scope).and_then(|scope| scope.get("States")?.get(name));
    let rules = state.and_then(|state| state.get("Choices")?.as_array());
    let pointers: Vec<String> = rules
        .into_iter()
        .flatten()
        .enumerate()
        .flat_map(|(index, rule)| tests_in(rule, &format!("/Choices/{index}")))
        .collect();
    for (pointer, answer) in pointers.iter().flat_map(|pointer| [(pointer, true), (pointer, false)]) {
        found.extend(with_definition(case, |definition| {
            let state = definition.pointer_mut(scope)?.get_mut("States")?.get_mut(name)?;
            let test = state.pointer_mut(pointer)?.as_object_mut()?;
            test.retain(|member, _| ["Next", "Assign"].contains(&member.as_str()));
            test.extend(settled(answer).as_object()?.clone());
            Some(())
        }));
    }
}

/// Literals in the place of paths to the operands of a Choice's tests.
fn give_operands(case: &Case, scope: &str, name: &str, found: &mut Vec<Case>) {
    let state = case.main().definition.pointer(scope).and_then(|scope| scope.get("States")?.get(name));
    let rules = state.and_then(|state| state.get("Choices")?.as_array());
    let rules = rules.into_iter().flatten().enumerate();
    for pointer in rules.flat_map(|(index, rule)| tests_in(rule, &format!("/Choices/{index}"))) {
        found.extend(with_definition(case, |definition| {
            let state = definition.pointer_mut(scope)?.get_mut("States")?.get_mut(name)?;
            let test = state.pointer_mut(&pointer)?.as_object_mut()?;
            let path = test.keys().find(|member| member.ends_with("Path"))?.clone();
            let operator = path.strip_suffix("Path")?;
            let operand = LITERALS.iter().find(|(kind, _)| operator.starts_with(kind))?.1;
            test.shift_remove(&path);
            test.insert(operator.to_owned(), serde_json::from_str(operand).ok()?);
            Some(())
        }));
    }
}

/// The simplest operand of each kind, as JSON.
const LITERALS: &[(&str, &str)] =
    &[("String", r#""""#), ("Numeric", "0"), ("Boolean", "true"), ("Timestamp", r#""2024-01-01T00:00:00Z""#)];

/// A test that always holds, or never does.
fn settled(answer: bool) -> Value {
    json!({"Variable": "$", "IsPresent": answer})
}

/// Whether a test in a rule says no more than yes or no: whatever the data is, there is some.
pub fn is_settled(rule: &Value) -> bool {
    rule["Variable"] == "$" && rule.get("IsPresent").is_some()
}

/// The pointers to the tests in a rule that are not settled.
fn tests_in(rule: &Value, pointer: &str) -> Vec<String> {
    let parts = ["And", "Or"].into_iter().flat_map(|combination| {
        let parts = rule.get(combination).and_then(Value::as_array).into_iter().flatten().enumerate();
        parts.flat_map(move |(index, part)| tests_in(part, &format!("{pointer}/{combination}/{index}")))
    });
    let negated = rule.get("Not").into_iter().flat_map(|part| tests_in(part, &format!("{pointer}/Not")));
    let own = (rule.get("Variable").is_some() && !is_settled(rule)).then(|| pointer.to_owned());
    own.into_iter().chain(parts).chain(negated).collect()
}

/// How many tests in the rules of a definition are not settled.
pub(super) fn n_tests(definition: &Value) -> usize {
    let states = states_of(definition);
    let rules = states.iter().filter_map(|(_, state)| state.get("Choices")?.as_array()).flatten();
    rules.map(|rule| tests_in(rule, "").len()).sum()
}

fn wait_for_nothing(case: &Case, scope: &str, name: &str) -> Option<Case> {
    with_definition(case, |definition| {
        let state = state_mut(definition, scope, name)?;
        let removed = ["Seconds", "SecondsPath", "Timestamp", "TimestampPath"]
            .into_iter()
            .filter(|field| state.shift_remove(*field).is_some())
            .count();
        if removed == 0 {
            return None;
        }
        state.insert("Seconds".to_owned(), 0.into());
        Some(())
    })
}

#[cfg(test)]
mod tests {
    use asl_cases::Machine;

    use super::*;

    #[test]
    fn operands_behind_paths_are_given() {
        let rule = json!({"Not": {"Variable": "$.a", "NumericLessThanPath": "$.b"}, "Next": "B"});
        let definition = json!({"StartAt": "A", "States": {
            "A": {"Type": "Choice", "Choices": [rule, {"Variable": "$.b", "NumericEquals": 1, "Next": "B"}]},
            "B": {"Type": "Succeed"}
        }});
        let case = Case::new(Machine::new(definition), json!({}));
        let mut found = Vec::new();
        give_operands(&case, "", "A", &mut found);
        assert_eq!(found.len(), 1);
        let test = &found[0].main().definition["States"]["A"]["Choices"][0]["Not"];
        assert_eq!(*test, json!({"Variable": "$.a", "NumericLessThan": 0}));
    }

    #[test]
    fn combination_of_tests_may_be_one_that_always_holds_or_never() {
        let inner = json!({"Variable": "$", "IsPresent": false});
        let simpler = simpler_rules(&json!({"Not": inner}));
        assert_eq!(simpler, [settled(true), settled(false), inner]);
        assert!(simpler_rules(&settled(true)).is_empty());
    }

    #[test]
    fn tests_in_rules_are_settled_one_by_one() {
        let rule = json!({"And": [{"Variable": "$.a", "IsNull": true}, {"Not": {"Variable": "$", "IsPresent": true}}], "Next": "B"});
        let definition = json!({"StartAt": "A", "States": {
            "A": {"Type": "Choice", "Choices": [rule, {"Variable": "$.b", "NumericEquals": 1, "Next": "B"}]},
            "B": {"Type": "Succeed"}
        }});
        assert_eq!(n_tests(&definition), 2);
        let case = Case::new(Machine::new(definition), json!({}));
        let mut found = Vec::new();
        settle_tests(&case, "", "A", &mut found);
        let rules: Vec<_> =
            found.iter().map(|case| case.main().definition["States"]["A"]["Choices"].clone()).collect();
        assert_eq!(rules.len(), 4);
        assert_eq!(rules[0][0]["And"][0], json!({"Variable": "$", "IsPresent": true}));
        assert_eq!(rules[3][1], json!({"Variable": "$", "IsPresent": false, "Next": "B"}));
        assert!(found.iter().all(|case| n_tests(&case.main().definition) == 1));
    }
}
