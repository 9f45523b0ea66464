//! The parts of ASL and of the Step Functions API that an engine may or may not have.

use std::{collections::BTreeSet, fmt, str::FromStr};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{Case, Machine, MachineType};

/// A part of ASL or of the API that an engine claims in its profile.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Feature {
    /// Activities: `CreateActivity`, `GetActivityTask`, `SendTask*`. Task stubs are lowered to them.
    Activities,
    /// Task states that are not activities: the service integrations themselves.
    Integrations,
    /// Express workflows through `StartSyncExecution`.
    Express,
    /// The JSONata query language.
    Jsonata,
    /// Workflow variables (`Assign`).
    Variables,
    /// Map in distributed mode.
    DistributedMap,
    /// `GetExecutionHistory`.
    History,
    /// `ValidateStateMachineDefinition`.
    Validation,
    /// One machine starting another (`states:startExecution`).
    NestedExecutions,
    /// `TestState` with mocks.
    TestState,
}

impl Feature {
    /// All features.
    pub const ALL: [Self; 10] = [
        Self::Activities,
        Self::Integrations,
        Self::Express,
        Self::Jsonata,
        Self::Variables,
        Self::DistributedMap,
        Self::History,
        Self::Validation,
        Self::NestedExecutions,
        Self::TestState,
    ];

    /// The feature as it is written in `engines.toml`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Activities => "activities",
            Self::Integrations => "integrations",
            Self::Express => "express",
            Self::Jsonata => "jsonata",
            Self::Variables => "variables",
            Self::DistributedMap => "distributed-map",
            Self::History => "history",
            Self::Validation => "validation",
            Self::NestedExecutions => "nested-executions",
            Self::TestState => "test-state",
        }
    }

    fn is_of_work(self) -> bool {
        matches!(self, Self::Activities | Self::Integrations | Self::NestedExecutions | Self::DistributedMap)
    }

    /// What a case needs, read off its definitions.
    pub fn of(case: &Case) -> BTreeSet<Self> {
        let mut needed = BTreeSet::new();
        for machine in &case.machines {
            collect(machine, &mut needed);
        }
        if let Some(test) = &case.test_state {
            needed.insert(Self::TestState);
            // A mock stands for the work: nothing is called, no item is read.
            needed.retain(|feature| test.mock.is_none() || !feature.is_of_work());
        }
        needed
    }
}

impl fmt::Display for Feature {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl FromStr for Feature {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|feature| feature.as_str() == text)
            .ok_or_else(|| format!("unknown feature `{text}`"))
    }
}

fn collect(machine: &Machine, needed: &mut BTreeSet<Feature>) {
    if machine.kind == MachineType::Express {
        needed.insert(Feature::Express);
    }
    collect_from(&machine.definition, needed);
}

fn collect_from(value: &Value, needed: &mut BTreeSet<Feature>) {
    match value {
        Value::Object(map) => {
            for (key, inner) in map {
                match (key.as_str(), inner) {
                    ("Resource", Value::String(resource)) => {
                        needed.insert(feature_of_resource(resource));
                    }
                    ("QueryLanguage", Value::String(language)) if language == "JSONata" => {
                        needed.insert(Feature::Jsonata);
                    }
                    ("Assign", Value::Object(_)) => {
                        needed.insert(Feature::Variables);
                    }
                    ("Mode", Value::String(mode)) if mode == "DISTRIBUTED" => {
                        needed.insert(Feature::DistributedMap);
                    }
                    (key, Value::String(path)) if is_dynamic(key) && names_a_variable(path) => {
                        needed.insert(Feature::Variables);
                    }
                    _ => {}
                }
                collect_from(inner, needed);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| collect_from(item, needed)),
        _ => {}
    }
}

/// Whether the text of this member is a path or an intrinsic call.
fn is_dynamic(key: &str) -> bool {
    key.ends_with(".$") || key.ends_with("Path") || key == "Variable"
}

/// Whether a path begins with a variable: `$order.id`, and not `$.order` or `$$.Execution`.
fn names_a_variable(path: &str) -> bool {
    let is_name = |rest: &str| rest.starts_with(|c: char| c.is_alphabetic() || c == '_');
    path.match_indices('$').any(|(at, sign)| is_name(&path[at + sign.len()..]))
}

fn feature_of_resource(resource: &str) -> Feature {
    if resource.contains(":activity:") {
        Feature::Activities
    } else if resource.contains(":states:startExecution") {
        Feature::NestedExecutions
    } else {
        Feature::Integrations
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::json;

    use super::*;

    #[test]
    fn features_are_read_off_the_definition() {
        let definition = json!({"QueryLanguage": "JSONata", "States": {"A": {
            "Type": "Task", "Resource": "arn:aws:states:us-east-1:123456789012:activity:work", "Assign": {"x": 1}}}});
        let needed = Case::new(Machine::new(definition), json!({})).features();
        assert_eq!(needed, [Feature::Activities, Feature::Jsonata, Feature::Variables].into());
    }

    #[rstest]
    #[case::path("$order.id", true)]
    #[case::argument("States.Format('{}', $order)", true)]
    #[case::input("$.order", false)]
    #[case::context("$$.Execution.Id", false)]
    fn path_that_begins_with_a_variable_needs_variables(#[case] path: &str, #[case] needs: bool) {
        let definition = json!({"States": {"A": {"Type": "Pass", "Parameters": {"value.$": path}}}});
        let needed = Case::new(Machine::new(definition), json!({})).features();
        assert_eq!(needed.contains(&Feature::Variables), needs);
    }

    #[test]
    fn every_feature_reads_back_from_its_name() {
        for feature in Feature::ALL {
            assert_eq!(feature.as_str().parse(), Ok(feature));
            assert_eq!(serde_json::to_value(feature).expect("serialises"), json!(feature.as_str()));
        }
    }
}
