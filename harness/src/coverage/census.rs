//! How random cases compare with real definitions: the same counts of both, side by side.
//!
//! The counts of real definitions are data (`census.json`, with its source). Ours are of the definitions as they are
//! drawn, whatever of them runs.

use std::{collections::BTreeMap, fmt::Display, sync::LazyLock};

use asl_cases::{Case, MachineType, scopes::SCOPE_FIELDS};
use asl_reference::choice::Operator;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{
    case_view::{Language, StateView, states_of},
    tasks,
};

/// The counts of real definitions.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Census {
    /// Which definitions were counted.
    pub source: String,
    sections: Vec<Section>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Section {
    title: String,
    /// What a share is a share of.
    unit: String,
    /// How many units there are, where one of them counts for several rows.
    total: Option<u64>,
    counts: Map<String, Value>,
}

static CENSUS: LazyLock<Census> = LazyLock::new(|| {
    serde_json::from_str(include_str!("census.json")).expect("the file is part of the program, and tested")
});

/// The counts of a set of cases.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    counts: BTreeMap<(&'static str, String), u64>,
    n_definitions: u64,
}

/// One line of the comparison.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CensusRow {
    /// The section, and what shares are shares of.
    pub section: String,
    /// What was counted.
    pub name: String,
    /// Percent of the real definitions' units.
    pub census_percent: f64,
    /// Percent of ours.
    pub our_percent: f64,
}

const FIELDS: &str = "fields of states";

/// The counts of real definitions.
pub fn census() -> &'static Census {
    &CENSUS
}

impl Tally {
    /// Counts the machine under test of a case.
    pub fn count(&mut self, case: &Case) {
        self.n_definitions += 1;
        let states: Vec<_> = states_of(&case.main().definition).collect();
        self.add("states in a definition", size(states.len()));
        self.add("levels of Parallel and Map", levels(depth(&case.main().definition)));
        let kind = if case.main().kind == MachineType::Express { "Express" } else { "Standard" };
        self.add("machines by type", kind);
        let is_jsonata = case.main().definition["QueryLanguage"] == "JSONata";
        self.add(
            "machines by query language",
            if is_jsonata { Language::Jsonata } else { Language::JsonPath },
        );
        let mut fields: Vec<&str> =
            states.iter().flat_map(|state| state.fields.keys().map(String::as_str)).collect();
        fields.sort_unstable();
        fields.dedup();
        fields.retain(|field| !["Type", "Next", "End", "QueryLanguage"].contains(field));
        for field in fields {
            self.add(FIELDS, field);
        }
        for state in &states {
            self.count_state(state);
        }
    }

    fn count_state(&mut self, state: &StateView<'_>) {
        self.add("states by type", state.kind);
        match state.kind {
            "Choice" => self.count_operators(state.fields.get("Choices").unwrap_or(&Value::Null)),
            "Task" => self.add("tasks by integration", integration(state)),
            "Map" => self.add("Maps by mode", mode(state)),
            "Wait" => ["Seconds", "SecondsPath", "Timestamp", "TimestampPath"]
                .into_iter()
                .filter(|field| state.fields.contains_key(*field))
                .for_each(|field| self.add("Waits by field", field)),
            _ => {}
        }
        if let Some(place) = state.fields.get("ResultPath") {
            self.add("values of ResultPath", placing(place));
        }
        for (section, field) in [("errors in Retry", "Retry"), ("errors in Catch", "Catch")] {
            let names =
                state.entries(field).filter_map(|entry| entry.get("ErrorEquals")?.as_array()).flatten();
            names.filter_map(Value::as_str).for_each(|name| self.add(section, error(name)));
        }
        let own = state.fields.iter().filter(|(field, _)| !SCOPE_FIELDS.contains(&field.as_str()));
        own.for_each(|(_, value)| self.count_calls(value));
    }

    fn count_operators(&mut self, rules: &Value) {
        match rules {
            Value::Array(rules) => rules.iter().for_each(|rule| self.count_operators(rule)),
            Value::Object(rule) => {
                for (key, value) in rule {
                    let is_combinator = ["And", "Or", "Not"].contains(&key.as_str());
                    if is_combinator || key == "Condition" || Operator::named(key).is_some() {
                        self.add("operators of Choice rules", key);
                    }
                    if is_combinator {
                        self.count_operators(value);
                    }
                }
            }
            _ => {}
        }
    }

    fn count_calls(&mut self, value: &Value) {
        match value {
            Value::Object(members) => members.values().for_each(|member| self.count_calls(member)),
            Value::Array(items) => items.iter().for_each(|item| self.count_calls(item)),
            Value::String(text) if text.starts_with("States.") => {
                let calls = text.match_indices("States.").filter_map(|(at, _)| text[at..].split_once('('));
                calls.for_each(|(name, _)| self.add("intrinsic functions", name));
            }
            _ => {}
        }
    }

    fn add(&mut self, section: &'static str, name: impl Display) {
        *self.counts.entry((section, name.to_string())).or_default() += 1;
    }

    /// Both sides, in the order of the census; what it does not have stands last.
    pub fn rows(&self) -> Vec<CensusRow> {
        census().sections.iter().flat_map(|section| self.rows_of(section)).collect()
    }

    fn rows_of(&self, section: &Section) -> Vec<CensusRow> {
        let of_section = || self.counts.iter().filter(|((title, _), _)| *title == section.title);
        let our_total = match section.total {
            Some(_) => self.n_definitions,
            None => of_section().map(|(_, count)| count).sum(),
        };
        let census_total =
            section.total.unwrap_or_else(|| section.counts.values().filter_map(Value::as_u64).sum());
        let row = |name: &str, census_count: u64| {
            let our_count = of_section().find(|((_, own), _)| own == name).map_or(0, |(_, count)| *count);
            CensusRow {
                section: format!("{}, % of {}", section.title, section.unit),
                name: name.to_owned(),
                census_percent: percent(census_count, census_total),
                our_percent: percent(our_count, our_total),
            }
        };
        let known = section.counts.iter().map(|(name, count)| row(name, count.as_u64().unwrap_or_default()));
        let ours = of_section().map(|((_, name), _)| name.as_str());
        known
            .chain(ours.filter(|name| !section.counts.contains_key(*name)).map(|name| row(name, 0)))
            .collect()
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
fn percent(count: u64, total: u64) -> f64 {
    if total == 0 { 0.0 } else { count as f64 * 100.0 / total as f64 }
}

fn size(n_states: usize) -> &'static str {
    match n_states {
        0 | 1 => "1",
        2 => "2",
        3 => "3",
        4 => "4",
        5 | 6 => "5 and 6",
        7 | 8 => "7 and 8",
        9 | 10 => "9 and 10",
        11..=15 => "11 to 15",
        16..=20 => "16 to 20",
        _ => "more",
    }
}

fn depth(value: &Value) -> usize {
    match value {
        Value::Object(members) => {
            let inner = members.values().map(depth).max().unwrap_or(0);
            inner + usize::from(members.contains_key("StartAt"))
        }
        Value::Array(items) => items.iter().map(depth).max().unwrap_or(0),
        _ => 0,
    }
}

fn levels(depth: usize) -> &'static str {
    match depth {
        0 | 1 => "flat",
        2 => "one level",
        _ => "deeper",
    }
}

fn integration(state: &StateView<'_>) -> &'static str {
    match tasks::kind_of(state) {
        Some("activity" | "Lambda function by its ARN") => "activity, or a Lambda function by its ARN",
        Some(kind) => kind,
        None => "another",
    }
}

fn mode(state: &StateView<'_>) -> &'static str {
    let mode = state.fields.get("ItemProcessor").map(|processor| &processor["ProcessorConfig"]["Mode"]);
    if mode.is_some_and(|mode| mode == "DISTRIBUTED") { "DISTRIBUTED" } else { "INLINE" }
}

fn placing(place: &Value) -> &'static str {
    match place.as_str() {
        None => "null",
        Some("$") => "$",
        Some(path) if path[1..].matches(['.', '[']).count() > 1 => "deeper",
        Some(_) => "$.a",
    }
}

fn error(name: &str) -> &'static str {
    if name == "States.ALL" {
        "States.ALL"
    } else if name.starts_with("States.") {
        "another reserved name"
    } else if name.starts_with("Lambda.") {
        "a name of Lambda"
    } else {
        "another name"
    }
}
