//! The parts of ASL and of the Step Functions API that an engine may or may not have.

use std::{collections::BTreeSet, fmt, str::FromStr};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{
    Case, Machine, MachineType,
    scopes::{SCOPE_FIELDS, inner_scopes},
};

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
    match &machine.definition {
        Value::Object(scope) if scope.contains_key("States") => collect_from_scope(scope, needed),
        // The state that is tested alone.
        Value::Object(state) => collect_from_state(state, needed),
        _ => {}
    }
}

fn collect_from_scope(scope: &Map<String, Value>, needed: &mut BTreeSet<Feature>) {
    collect_language(scope, needed);
    if scope.get("ProcessorConfig").is_some_and(|config| config["Mode"] == "DISTRIBUTED") {
        needed.insert(Feature::DistributedMap);
    }
    let states = scope.get("States").and_then(Value::as_object);
    let states = states.into_iter().flat_map(Map::values).filter_map(Value::as_object);
    states.for_each(|state| collect_from_state(state, needed));
}

fn collect_from_state(state: &Map<String, Value>, needed: &mut BTreeSet<Feature>) {
    collect_language(state, needed);
    let readers =
        ["ItemReader", "ResultWriter"].into_iter().filter_map(|field| state.get(field)?.get("Resource"));
    let resources = state.get("Resource").into_iter().chain(readers).filter_map(Value::as_str);
    needed.extend(resources.map(feature_of_resource));
    let lists = ["Choices", "Catch"].into_iter().filter_map(|field| state.get(field)?.as_array());
    let assigns = |holder: &Map<String, Value>| holder.get("Assign").is_some_and(Value::is_object);
    let is_assigned = assigns(state) || lists.flatten().filter_map(Value::as_object).any(assigns);
    // What is a scope is looked at below; a `Result` is data, whatever is in it.
    let is_data = |field: &str| field == "Result" || SCOPE_FIELDS.contains(&field);
    let mut fields = state.iter().filter(|(field, _)| !is_data(field));
    if is_assigned || fields.any(|(field, value)| reads_a_variable(field, value)) {
        needed.insert(Feature::Variables);
    }
    let scopes = inner_scopes(state).filter_map(Value::as_object);
    scopes.for_each(|scope| collect_from_scope(scope, needed));
}

fn collect_language(holder: &Map<String, Value>, needed: &mut BTreeSet<Feature>) {
    if holder.get("QueryLanguage").is_some_and(|language| language == "JSONata") {
        needed.insert(Feature::Jsonata);
    }
}

/// Whether a member is a path to a variable, or holds one.
fn reads_a_variable(member: &str, value: &Value) -> bool {
    match value {
        Value::Object(members) => members.iter().any(|(member, value)| reads_a_variable(member, value)),
        Value::Array(items) => items.iter().any(|item| reads_a_variable("", item)),
        Value::String(path) => is_dynamic(member) && names_a_variable(path),
        _ => false,
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
    #[case::result(json!({"Type": "Pass", "Result": {
        "Resource": "x", "Mode": "DISTRIBUTED", "QueryLanguage": "JSONata", "value.$": "$order"}}))]
    #[case::template(json!({"Type": "Pass", "Parameters": {"Resource": "x", "QueryLanguage": "JSONata", "Assign": {"x": 1}}}))]
    fn data_that_looks_like_a_field_needs_nothing(#[case] state: Value) {
        let definition = json!({"States": {"Result": state}});
        assert_eq!(Case::new(Machine::new(definition), json!({})).features(), [].into());
    }

    #[rstest]
    #[case::distributed_map(
        json!({"Type": "Map", "ItemReader": {"Resource": "arn:aws:states:::s3:getObject"},
            "ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED"}, "States": {}}}),
        &[Feature::DistributedMap, Feature::Integrations])]
    #[case::in_a_branch(
        json!({"Type": "Parallel", "Branches": [{"QueryLanguage": "JSONata", "States": {
            "B": {"Type": "Choice", "Choices": [{"Condition": "{% true %}", "Assign": {"x": 1}}]}}}]}),
        &[Feature::Jsonata, Feature::Variables])]
    #[case::called_machine(
        json!({"Type": "Task", "Resource": "arn:aws:states:::states:startExecution.sync:2"}),
        &[Feature::NestedExecutions])]
    fn fields_say_what_a_state_needs(#[case] state: Value, #[case] needed: &[Feature]) {
        let needed: BTreeSet<_> = needed.iter().copied().collect();
        let in_a_machine = json!({"States": {"A": state.clone()}});
        for definition in [in_a_machine, state] {
            assert_eq!(Case::new(Machine::new(definition), json!({})).features(), needed);
        }
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
