//! What must stay in the documents of a case, so that a simpler one asks nothing to which the right answer is not known.

use std::collections::BTreeSet;

use asl_cases::{Answer, Case};
use serde_json::Value;

/// An index from here on is one that leads past every array on purpose.
const PAST_THE_END: usize = 50;

/// Fields whose path must go on leading to the value that it leads to.
const REFERENCES: &[&str] = &[
    "ItemsPath",
    "SecondsPath",
    "TimestampPath",
    "MaxConcurrencyPath",
    "TimeoutSecondsPath",
    "HeartbeatSecondsPath",
    "ErrorPath",
    "CausePath",
];

/// What the paths of a definition rely on.
#[derive(Debug, Default)]
pub(super) struct Kept {
    /// Members with these names stay; a scalar among them also keeps its value.
    names: BTreeSet<String>,
    /// Arrays keep so many of their elements, so that no index comes to lie out of range.
    pub(super) length: usize,
}

impl Kept {
    /// What the definition of this case relies on.
    pub(super) fn by(case: &Case) -> Self {
        let mut kept = Self::default();
        kept.look_at(&case.main().definition);
        kept
    }

    /// Whether a member of this name has to stay.
    pub(super) fn has(&self, name: &str) -> bool {
        self.names.contains(name)
    }

    /// Whether every name that the case could get from somewhere before can still come from somewhere.
    pub(super) fn still_has(&self, before: &BTreeSet<String>, now: &BTreeSet<String>) -> bool {
        self.names.iter().all(|name| now.contains(name) || !before.contains(name))
    }

    /// Whether something in this value has to stay.
    pub(super) fn is_in(&self, value: &Value) -> bool {
        match value {
            Value::Object(members) => {
                members.iter().any(|(name, inner)| self.has(name.trim_end_matches(".$")) || self.is_in(inner))
            }
            Value::Array(items) => items.iter().any(|item| self.is_in(item)),
            _ => false,
        }
    }

    fn look_at(&mut self, value: &Value) {
        match value {
            Value::Object(members) => {
                for (field, inner) in members {
                    if let Some(path) = inner.as_str().filter(|_| REFERENCES.contains(&field.as_str())) {
                        self.keep_steps(path);
                    }
                    self.look_at(inner);
                }
                self.look_at_rule(value);
            }
            Value::Array(items) => items.iter().for_each(|item| self.look_at(item)),
            Value::String(text) if text.starts_with(['$', 'S']) => self.keep_length(text),
            _ => {}
        }
    }

    /// A rule that compares two values: which one a failure names if both are missing is not known.
    fn look_at_rule(&mut self, rule: &Value) {
        let Some((variable, members)) = rule["Variable"].as_str().zip(rule.as_object()) else { return };
        let operands = members.iter().filter(|(operator, _)| operator.ends_with("Path"));
        for operand in operands.filter_map(|(_, operand)| operand.as_str()) {
            self.keep_steps(variable);
            self.keep_steps(operand);
        }
    }

    fn keep_steps(&mut self, path: &str) {
        self.names.extend(steps_of(path));
    }

    fn keep_length(&mut self, expression: &str) {
        let indexes = expression.split('[').skip(1).filter_map(|rest| rest.split(']').next());
        for index in indexes {
            let needed = match index.strip_prefix('-') {
                Some(from_the_end) => from_the_end.parse().ok(),
                None => index.parse().ok().map(|index: usize| index + 1),
            };
            self.length = self.length.max(needed.filter(|needed| *needed < PAST_THE_END).unwrap_or_default());
        }
    }
}

fn steps_of(path: &str) -> impl Iterator<Item = String> {
    path.split(['$', '.', '[', ']', '\'']).filter(|step| !step.is_empty()).map(str::to_owned)
}

/// The names of all members that the input, the answers of tasks and the states of a case can bring forth.
pub(super) fn sources_of(case: &Case) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    add_names(&case.input, &mut names);
    add_names(&case.main().definition, &mut names);
    for answer in case.main().stubs.values().flatten() {
        add_names_of_answer(answer, &mut names);
    }
    names
}

fn add_names_of_answer(answer: &Answer, names: &mut BTreeSet<String>) {
    match answer {
        Answer::Succeed(output) => add_names(output, names),
        Answer::Heartbeats { then, .. } => add_names_of_answer(then, names),
        _ => {}
    }
}

fn add_names(value: &Value, names: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => {
            for (name, inner) in members {
                names.insert(name.trim_end_matches(".$").to_owned());
                names.extend(inner.as_str().filter(|_| name == "ResultPath").into_iter().flat_map(steps_of));
                add_names(inner, names);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| add_names(item, names)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use asl_cases::Machine;
    use rstest::rstest;
    use serde_json::json;

    #[rstest]
    #[case(json!({"Parameters": {"a.$": "$.list[2].x"}}), 3)]
    #[case(json!({"InputPath": "$.list[-2]"}), 2)]
    #[case(json!({"Parameters": {"a.$": "States.Array($.list[0])"}}), 1)]
    #[case(json!({"Parameters": {"a.$": "$.list[99]"}}), 0)]
    #[case(json!({"InputPath": "$.list[1:3]"}), 0)]
    fn indexes_keep_arrays_long(#[case] state: Value, #[case] expected: usize) {
        let kept = Kept::by(&Case::new(Machine::new(json!({"States": {"A": state}})), json!({})));
        assert_eq!(kept.length, expected);
    }

    #[test]
    fn both_sides_of_a_comparison_and_references_stay() {
        let rule = json!({"Variable": "$.a['b c']", "NumericEqualsPath": "$.d", "Next": "A"});
        let state = json!({"Choices": [rule, {"Variable": "$.e", "NumericEquals": 1}], "ItemsPath": "$.f"});
        let kept = Kept::by(&Case::new(Machine::new(json!({"States": {"A": state}})), json!({})));
        assert_eq!(kept.names, ["a", "b c", "d", "f"].map(str::to_owned).into());
        assert!(kept.is_in(&json!([{"x": {"d": 1}}])) && !kept.is_in(&json!({"e": 1})));
    }
}
