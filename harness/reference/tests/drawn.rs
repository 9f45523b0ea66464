//! What drawn cases do on the reference: every definition is accepted, simpler forms too, and the figures of a stream.
//!
//! `ASL_CASES` raises the number of cases; with `--nocapture` the figures are printed.
#![allow(clippy::disallowed_methods, reason = "it reads the environment, as the harness does")]
#![allow(clippy::print_stdout, reason = "its figures are read with --nocapture")]

use std::{
    collections::{BTreeMap, BTreeSet},
    env,
};

use asl_cases::{Case, Feature, MachineType, Observation, Outcome, Profile, scopes::states_of};
use asl_generators::{check_definition, generate_case, simplifications};
use asl_reference::{
    definition,
    reference::{self, ReferenceError, Settings},
};
use rstest::rstest;
use serde_json::Value;

fn n_cases(default: u64) -> u64 {
    env::var("ASL_CASES").ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

/// Why the reference refuses a machine of the case, or does not know it.
fn problem(case: &Case) -> Option<String> {
    case.machines.iter().find_map(|machine| {
        let parsed = definition::parse(&machine.definition_text(), machine.kind);
        parsed.err().map(|error| format!("{}: {error:?}\n{}", case.name, machine.definition_text()))
    })
}

fn without(left_out: &[Feature]) -> Profile {
    let mut profile = Profile::everything();
    profile.features.retain(|feature| !left_out.contains(feature));
    profile
}

#[rstest]
#[case::everything(Profile::everything())]
#[case::real_time(Profile { real_time: true, ..without(&[Feature::Integrations, Feature::NestedExecutions]) })]
#[case::no_jsonata(without(&[Feature::Jsonata, Feature::Variables]))]
#[case::bare(Profile { features: BTreeSet::new(), real_time: true })]
fn every_drawn_definition_is_accepted(#[case] profile: Profile) {
    let mut problems = Vec::new();
    for seed in 1..=5 {
        for index in 0..n_cases(400) {
            let case = generate_case(&profile, seed, index);
            if let Err(fault) = check_definition(&case.main().definition) {
                problems.push(format!("{}: {fault}: {}", case.name, case.main().definition_text()));
            }
            problems.extend(problem(&case));
            assert_eq!(profile.missing(&case), BTreeSet::new(), "{}", case.name);
        }
    }
    let shown: Vec<_> =
        problems.iter().take(4).map(|text| text.chars().take(700).collect::<String>()).collect();
    assert!(problems.is_empty(), "{} problems: {shown:#?}", problems.len());
}

#[test]
fn every_simpler_form_is_accepted() {
    let mut problems = Vec::new();
    for index in 0..n_cases(16) {
        let mut case = generate_case(&Profile::everything(), 31, index);
        // The way down that is longest: the last simplification of each round.
        for _ in 0..4 {
            let simpler = simplifications(&case);
            problems.extend(simpler.iter().filter_map(problem));
            let Some(last) = simpler.into_iter().next_back() else { break };
            case = last;
        }
    }
    let shown: Vec<_> =
        problems.iter().take(4).map(|text| text.chars().take(700).collect::<String>()).collect();
    assert!(problems.is_empty(), "{} problems: {shown:#?}", problems.len());
}

/// What was counted in a stream.
#[derive(Default)]
struct Figures {
    rows: BTreeMap<String, u64>,
}

impl Figures {
    fn count(&mut self, row: impl Into<String>) {
        *self.rows.entry(row.into()).or_default() += 1;
    }
}

#[test]
fn stream_reaches_far() {
    let total = n_cases(1_000);
    let mut figures = Figures::default();
    let mut ids = BTreeSet::new();
    for index in 0..total {
        let case = generate_case(&Profile::everything(), 1, index);
        if !ids.insert(case.id()) {
            figures.count("case duplicate");
        }
        fields(&case, &mut figures);
        // An Express execution has no history to look at.
        if case.main().kind == MachineType::Express {
            figures.count("case express");
            continue;
        }
        match reference::observe(&case, Settings::default()) {
            Ok(observation) => look_at(&case, &observation, &mut figures),
            Err(ReferenceError::NeverEnds) => figures.count("never ends"),
            Err(ReferenceError::Unsupported(what)) => figures.count(format!("unsupported {what}")),
        }
    }
    for (row, count) in &figures.rows {
        println!("{count:>7} {row}");
    }
    let count = |row: &str| figures.rows.get(row).copied().unwrap_or_default();
    let watched = total - count("case express");
    let share = |row: &str| count(row) * 100 / watched;
    assert!(share("case duplicate") <= 1);
    assert!(share("case of three states or more") >= 70);
    assert!(share("case trivial") <= 5);
}

fn fields(case: &Case, figures: &mut Figures) {
    for (_, state) in states_of(&case.main().definition) {
        let kind = state["Type"].as_str().unwrap_or_default();
        for field in state.keys() {
            figures.count(format!("field {kind} {field}"));
        }
    }
}

fn look_at(case: &Case, observation: &Observation, figures: &mut Figures) {
    let trace = observation.trace.as_ref();
    let entered: Vec<&str> = trace
        .iter()
        .flat_map(|trace| &trace.0)
        .filter(|event| event.kind.ends_with("StateEntered"))
        .filter_map(asl_cases::TraceEvent::state_name)
        .collect();
    figures.count(match &observation.outcome {
        Outcome::Succeeded(_) => "outcome succeeded".to_owned(),
        Outcome::Failed { error, .. } => format!("outcome failed {}", error.as_deref().unwrap_or("-")),
        other => format!("outcome {other:?}").chars().take(60).collect(),
    });
    if entered.len() >= 3 {
        figures.count("case of three states or more");
    }
    let distinct: BTreeSet<_> = entered.iter().collect();
    if distinct.len() <= 1 {
        figures.count("case trivial");
    }
    if !observation.permits.is_empty() {
        figures.count("case with permits");
    }
    errors(case, observation, figures);
}

/// Errors by how the state that has them handles them.
fn errors(case: &Case, observation: &Observation, figures: &mut Figures) {
    let mut handlers: BTreeMap<String, (bool, bool)> = BTreeMap::new();
    for (name, state) in states_of(&case.main().definition) {
        handlers.insert(name.to_owned(), (state.contains_key("Retry"), state.contains_key("Catch")));
    }
    let mut current: BTreeMap<i64, String> = BTreeMap::new();
    for event in observation.trace.iter().flat_map(|trace| &trace.0) {
        let inherited = current.get(&event.previous_event_id).cloned();
        let name = event.state_name().map(str::to_owned).or(inherited).unwrap_or_default();
        current.insert(event.id, name.clone());
        let Some(error) = event.details.get("error").and_then(Value::as_str) else { continue };
        let (retry, catch) = handlers.get(&name).copied().unwrap_or_default();
        let reserved = error.starts_with("States.");
        if !reserved {
            continue;
        }
        if retry {
            figures.count(format!("error {error} retry"));
        }
        if catch {
            figures.count(format!("error {error} catch"));
        }
        if !retry && !catch {
            figures.count(format!("error {error} neither"));
        }
        if event.kind == "EvaluationFailed" {
            let text = event.details.get("cause").and_then(Value::as_str).unwrap_or_default();
            figures.count(format!("jsonata {}", form_of(text)));
        }
        if let Some(text) = event.details.get("cause").and_then(Value::as_str)
            && let Some((_, rest)) = text.split_once("evaluating the intrinsic function: ")
        {
            figures.count(format!("intrinsic {}", rest.rsplit("States.").next().unwrap_or(rest)));
        }
    }
}

/// The cause without expressions and values.
fn form_of(cause: &str) -> String {
    let said = cause.split("). ").nth(1).unwrap_or(cause);
    if let Some((_, code)) = said.split_once("during evaluation. ") {
        return code.chars().take(70).collect();
    }
    if let Some((_, limit)) = said.split_once("during evaluation: ") {
        return limit.chars().take(50).collect();
    }
    let field =
        said.split("field '").nth(1).and_then(|rest| rest.split(['\'', '/', '[']).next()).unwrap_or_default();
    if let Some((_, kind)) = said.split_once("unexpected result type. ") {
        return format!("{field}: {}", kind.split(" for value").next().unwrap_or_default());
    }
    if said.contains("returned nothing") {
        return format!("{field}: nothing");
    }
    if said.contains("unsupported result type") {
        return format!("{field}: unsupported type");
    }
    said.chars().take(60).collect()
}
