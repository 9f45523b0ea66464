//! What the relations on Choice states share: finding rules and putting others in their place.

use asl_cases::Case;
use serde_json::{Value, json};

use super::{Object, TraceMapping, Twin, for_each_state_mut};
use crate::shrink::with_definition;

/// Rewrites every condition for which `change` knows another form, without its `Next`; `None` if there is none.
pub(super) fn rewrite_conditions(case: &Case, change: fn(&Object) -> Option<Value>) -> Option<Twin> {
    let mut changed = false;
    let twin = with_definition(case, |definition| {
        for_each_state_mut(definition, &mut |state| {
            let rules = state.get_mut("Choices").and_then(Value::as_array_mut).into_iter().flatten();
            for rule in rules {
                changed |= rewrite_rule(rule, change);
            }
        });
        changed.then_some(())
    })?;
    Some(Twin { case: twin, mapping: TraceMapping::Same })
}

/// A rule without what belongs to the transition: its condition.
pub(super) fn condition_of(rule: &Object) -> Object {
    let is_condition = |key: &str| !matches!(key, "Next" | "Comment" | "Assign" | "Output");
    rule.iter()
        .filter(|(key, _)| is_condition(key))
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect()
}

fn rewrite_rule(rule: &mut Value, change: fn(&Object) -> Option<Value>) -> bool {
    let Some(members) = rule.as_object_mut() else { return false };
    let condition = condition_of(members);
    let Some(Value::Object(other)) = change(&condition) else { return false };
    members.retain(|key, _| !condition.contains_key(key));
    members.extend(other);
    true
}

/// Rewrites every data test for which `change` knows another form, inside `And`, `Or` and `Not` too.
pub(super) fn rewrite_tests(case: &Case, change: fn(&Object) -> Option<Value>) -> Option<Twin> {
    let mut changed = false;
    let twin = with_definition(case, |definition| {
        for_each_state_mut(definition, &mut |state| {
            let rules = state.get_mut("Choices").and_then(Value::as_array_mut).into_iter().flatten();
            for rule in rules {
                changed |= rewrite_tests_of(rule, change);
            }
        });
        changed.then_some(())
    })?;
    Some(Twin { case: twin, mapping: TraceMapping::Same })
}

fn rewrite_tests_of(rule: &mut Value, change: fn(&Object) -> Option<Value>) -> bool {
    if rule.get("Variable").is_some() {
        return rewrite_rule(rule, change);
    }
    let Some(members) = rule.as_object_mut() else { return false };
    let mut changed = false;
    for combinator in ["And", "Or"] {
        for part in members.get_mut(combinator).and_then(Value::as_array_mut).into_iter().flatten() {
            changed |= rewrite_tests_of(part, change);
        }
    }
    if let Some(inner) = members.get_mut("Not") {
        changed |= rewrite_tests_of(inner, change);
    }
    changed
}

/// A data test taken apart.
pub(super) struct DataTest<'a> {
    pub(super) variable: &'a Value,
    /// The operator without its ending for paths.
    pub(super) operator: &'a str,
    pub(super) operand: &'a Value,
    pub(super) has_path: bool,
}

impl<'a> DataTest<'a> {
    /// The parts of a data test in JSONPath.
    pub(super) fn of(condition: &'a Object) -> Option<Self> {
        let variable = condition.get("Variable")?;
        let (key, operand) = condition.iter().find(|(key, _)| *key != "Variable")?;
        let (operator, has_path) =
            key.strip_suffix("Path").map_or((key.as_str(), false), |operator| (operator, true));
        Some(Self { variable, operator, operand, has_path })
    }

    /// The family of a comparison and what it compares for: `String` and `LessThan`.
    pub(super) fn comparison(&self) -> Option<(&'static str, &'a str)> {
        FAMILIES
            .iter()
            .find_map(|family| Some((*family, self.operator.strip_prefix(family)?)))
            .filter(|(_, comparison)| *comparison != "Matches")
    }

    /// The same test with another operator.
    pub(super) fn with_operator(&self, operator: &str) -> Value {
        let ending = if self.has_path { "Path" } else { "" };
        json!({"Variable": self.variable, format!("{operator}{ending}"): self.operand})
    }

    /// Tests that both sides are of the family's kind; a constant is.
    pub(super) fn type_tests(&self, family: &str) -> Vec<Value> {
        let operator = format!("Is{family}");
        let mut tests = vec![json!({"Variable": self.variable, operator.clone(): true})];
        if self.has_path {
            tests.push(json!({"Variable": self.operand, operator: true}));
        }
        tests
    }
}

const FAMILIES: &[&str] = &["String", "Numeric", "Timestamp", "Boolean"];
