//! The reference as an engine: a case in, an observation out; in virtual time, from a seed.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use asl_cases::{
    Case, CrossCheck, Feature, Identities, Machine, MachineType, Observation, Outcome, Permit, Profile,
    StateTest, TestedState, Trace,
};
use serde_json::Value;

use crate::{
    definition::{self, DefinitionError, StateMachine},
    execution::{End, Execution, Identity, Start},
    history::{Event, Failure},
    nested::Troupe,
    sighting::{Sighting, Sightings},
    stub_driver,
    test_state::{Request, TestStateError, test_state},
};

/// Where and when the reference runs an execution.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// The source of random values.
    pub seed: u64,
    /// The time of the start, milliseconds since the epoch.
    pub now_ms: i64,
}

impl Default for Settings {
    /// Seed 0, at 2026-01-01T00:00:00Z.
    fn default() -> Self {
        Self { seed: 0, now_ms: 1_767_225_600_000 }
    }
}

/// Why the reference cannot say what AWS would do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReferenceError {
    /// The definition uses something that is not modelled yet.
    #[error("the reference does not model this yet: {0}")]
    Unsupported(String),
    /// A task waits for a worker for ever, and nothing times out.
    #[error(
        "the execution never ends: a task waits for an answer that does not come, and no time-out of it or of the machine \
         ends that (those of an activity begin when a worker takes the task)"
    )]
    NeverEnds,
}

/// The account in the reference's ARNs.
pub const ACCOUNT: &str = "123456789012";
/// The region in the reference's ARNs.
pub const REGION: &str = "us-east-1";

/// What the reference models.
pub fn profile() -> Profile {
    let features = [
        Feature::Activities,
        Feature::DistributedMap,
        Feature::Express,
        Feature::History,
        Feature::Integrations,
        Feature::Jsonata,
        Feature::NestedExecutions,
        Feature::TestState,
        Feature::Validation,
        Feature::Variables,
    ];
    Profile { features: features.into(), real_time: false }
}

/// Runs the first machine of the case.
///
/// Where a Parallel or a concurrent Map fails, the case is run again with another child going first each time: if the
/// outcome depends on it, the observation permits any first failure.
///
/// # Errors
/// If the definition needs something that is not modelled, or never ends.
pub fn observe(case: &Case, settings: Settings) -> Result<Observation, ReferenceError> {
    observe_as(case, settings, &identity(case.main()))
}

/// The same, with these names and ARNs.
///
/// # Errors
/// As [`observe`].
pub fn observe_as(
    case: &Case,
    settings: Settings,
    identity: &Identity,
) -> Result<Observation, ReferenceError> {
    if let Some(test) = &case.test_state {
        return observe_test(case, test, settings);
    }
    let machine = match model(case) {
        Ok(machine) => machine,
        Err(refused) => return *refused,
    };
    let execution = run(case, &machine, settings, identity, None)?;
    let mut permits = execution.permits();
    if permits.contains(&Permit::Random) && !differs_by_seed(case, &machine, settings, identity, &execution)?
    {
        permits.retain(|permit| *permit != Permit::Random);
    }
    permits.extend(first_failures(case, &machine, settings, identity, &execution)?);
    Ok(Observation { permits, ..observation_of(&execution, case.main().kind) })
}

/// Tests one state. The first answer of the machine's only stub is that of the service behind an unmocked task.
fn observe_test(case: &Case, test: &StateTest, settings: Settings) -> Result<Observation, ReferenceError> {
    let machine = case.main();
    let input = Some(case.input.to_string());
    let request = Request { definition: machine.definition_text(), input, test: test.clone() };
    let service = machine.stubs.values().next().and_then(|answers| answers.first());
    let (outcome, permits) = match test_state(&request, settings, service) {
        Ok(response) => {
            let tested = TestedState::from(&response);
            let is_tested_alike = |settings| {
                test_state(&request, settings, service).is_ok_and(|other| TestedState::from(&other) == tested)
            };
            let mut permits = response.permits;
            if permits.contains(&Permit::Random) && other_seeds(settings).all(is_tested_alike) {
                permits.retain(|permit| *permit != Permit::Random);
            }
            (Outcome::Tested(Box::new(tested)), permits)
        }
        Err(TestStateError::Refused(refusal)) => return Ok(rejection(refusal.code, &refusal.message)),
        Err(TestStateError::Unsupported(what)) => return Err(ReferenceError::Unsupported(what)),
    };
    let role = test.role_arn.iter().map(|role| (role.clone(), "<role-arn>".to_owned()));
    Ok(Observation {
        outcome,
        trace: None,
        identities: Identities(role.collect()),
        permits,
        cross_check: CrossCheck::default(),
    })
}

/// What one execution gave, and what was seen of it on the way.
#[derive(Debug)]
pub struct Watched {
    /// Its outcome and history.
    pub observation: Observation,
    /// What happened in it, each thing once; nothing for a refused definition or the test of one state. Of the
    /// executions that it starts nothing is seen.
    pub sightings: BTreeSet<Sighting>,
}

/// Runs the first machine of the case once, and looks on: for coverage, which asks what ran.
///
/// # Errors
/// As [`observe`].
pub fn observe_watched(case: &Case, settings: Settings) -> Result<Watched, ReferenceError> {
    let sightings = Arc::new(Sightings::default());
    let seen_nothing = |observation| Watched { observation, sightings: BTreeSet::new() };
    if let Some(test) = &case.test_state {
        return observe_test(case, test, settings).map(seen_nothing);
    }
    let machine = match model(case) {
        Ok(machine) => machine,
        Err(refused) => return refused.map(seen_nothing),
    };
    let start = start(case, settings, &identity(case.main()), None);
    let execution = run_watched(case, &machine, settings, start, Some(Arc::clone(&sightings)))?;
    let observation = observation_of(&execution, case.main().kind);
    Ok(Watched { observation, sightings: sightings.all() })
}

/// The inputs of the child executions that the distributed Map with this name starts, oldest first: none where the case is
/// refused, or is not modelled.
pub fn inputs_of_children(case: &Case, settings: Settings, map: &str) -> Vec<Value> {
    let Ok(machine) = model(case) else { return Vec::new() };
    let execution = run(case, &machine, settings, &identity(case.main()), None);
    let inputs = execution.map(|execution| execution.inputs_of_children(map)).unwrap_or_default();
    inputs.iter().map(|input| Value::clone(input)).collect()
}

/// A stop from outside: `StopExecution`.
#[derive(Clone, Debug)]
pub struct Stop {
    /// It comes when nothing is to happen at once and the history holds so many events.
    pub after_events: usize,
    /// What the caller gives as error and cause.
    pub failure: Failure,
}

/// The same for an execution that is stopped.
///
/// # Errors
/// As [`observe`].
pub fn observe_stopped(
    case: &Case,
    settings: Settings,
    identity: &Identity,
    stop: Stop,
) -> Result<Observation, ReferenceError> {
    let machine = match model(case) {
        Ok(machine) => machine,
        Err(refused) => return *refused,
    };
    let troupe = Troupe::new(case, others(case)?, settings.seed);
    let mut execution = stub_driver::begin(&machine, case.main(), start(case, settings, identity, None));
    let is_enough = |execution: &Execution| execution.history().len() >= stop.after_events;
    stub_driver::run_until(&mut execution, case.main(), &troupe, is_enough);
    execution.stop(stop.failure);
    let execution = modelled(execution)?;
    Ok(observation_of(&execution, case.main().kind))
}

/// The API takes no longer definition.
const DEFINITION_BYTES_MAX: usize = 1_048_576;
const TOO_LONG: &str = "1 validation error detected: Value at 'definition' failed to satisfy constraint: Member must have length less than or equal to 1048576";

/// The machine under test, or the answer to a definition that has no model.
fn model(case: &Case) -> Result<StateMachine, Box<Result<Observation, ReferenceError>>> {
    let main = case.main();
    let text = main.definition_text();
    if text.len() > DEFINITION_BYTES_MAX {
        return Err(Box::new(Ok(rejection("ValidationException", TOO_LONG))));
    }
    definition::parse(&text, main.kind).map_err(|error| {
        Box::new(match error {
            DefinitionError::Unsupported(what) => Err(ReferenceError::Unsupported(what)),
            DefinitionError::Invalid(_) => Ok(rejection("InvalidDefinition", &error.to_string())),
        })
    })
}

/// The machines that the one under test may start.
fn others(case: &Case) -> Result<Vec<StateMachine>, ReferenceError> {
    let parse = |machine: &Machine| definition::parse(&machine.definition_text(), machine.kind);
    let others: Result<Vec<_>, DefinitionError> = case.machines.iter().skip(1).map(parse).collect();
    others.map_err(|error| ReferenceError::Unsupported(format!("in a further machine: {error}")))
}

/// The answer to a definition that is refused.
fn rejection(code: &str, message: &str) -> Observation {
    Observation {
        outcome: Outcome::Rejected { code: code.to_owned(), message: message.to_owned() },
        trace: None,
        identities: Identities::default(),
        permits: Vec::new(),
        cross_check: CrossCheck::default(),
    }
}

fn run(
    case: &Case,
    machine: &StateMachine,
    settings: Settings,
    identity: &Identity,
    preferred_child: Option<usize>,
) -> Result<Execution, ReferenceError> {
    run_watched(case, machine, settings, start(case, settings, identity, preferred_child), None)
}

fn run_watched(
    case: &Case,
    machine: &StateMachine,
    settings: Settings,
    start: Start,
    sightings: Option<Arc<Sightings>>,
) -> Result<Execution, ReferenceError> {
    let troupe = Troupe::new(case, others(case)?, settings.seed);
    let mut execution = stub_driver::begin(machine, case.main(), start).watched_by(sightings);
    stub_driver::run_to_end(&mut execution, case.main(), &troupe);
    let execution = modelled(execution)?;
    let ends = execution.end().is_some() && !execution.waited_for_ever();
    if ends { Ok(execution) } else { Err(ReferenceError::NeverEnds) }
}

/// The execution, unless something happened in it of which nobody knows what AWS does.
fn modelled(execution: Execution) -> Result<Execution, ReferenceError> {
    match execution.unmodelled() {
        Some(what) => Err(ReferenceError::Unsupported(what.to_owned())),
        None => Ok(execution),
    }
}

fn start(case: &Case, settings: Settings, identity: &Identity, preferred_child: Option<usize>) -> Start {
    Start {
        identity: identity.clone(),
        input: case.input.clone(),
        now_ms: settings.now_ms,
        seed: settings.seed,
        preferred_child,
    }
}

/// Whether another seed leads to another outcome or history: a random value whose length alone is used leads to none.
fn differs_by_seed(
    case: &Case,
    machine: &StateMachine,
    settings: Settings,
    identity: &Identity,
    execution: &Execution,
) -> Result<bool, ReferenceError> {
    let labels = |execution: &Execution| {
        execution.history().iter().map(|event| event.to_trace_event().label()).collect::<Vec<_>>()
    };
    for settings in other_seeds(settings) {
        let other = run(case, machine, settings, identity, None)?;
        if outcome_of(other.end()) != outcome_of(execution.end()) || labels(&other) != labels(execution) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The same with other seeds.
fn other_seeds(settings: Settings) -> impl Iterator<Item = Settings> {
    (1..=SEEDS_TRIED).map(move |other| Settings { seed: settings.seed.wrapping_add(other), ..settings })
}

/// How many other seeds are tried.
const SEEDS_TRIED: u64 = 3;

/// How many children are tried as the one that goes first.
const PREFERENCES_TRIED: usize = 8;

fn first_failures(
    case: &Case,
    machine: &StateMachine,
    settings: Settings,
    identity: &Identity,
    execution: &Execution,
) -> Result<Vec<Permit>, ReferenceError> {
    let races = execution.permits();
    let Some(Permit::SiblingProgress { state }) =
        races.iter().find(|permit| matches!(permit, Permit::SiblingProgress { .. }))
    else {
        return Ok(Vec::new());
    };
    let children = most_children(execution.history()).min(PREFERENCES_TRIED);
    let outcome = outcome_of(execution.end());
    for child in 0..children {
        let other = run(case, machine, settings, identity, Some(child))?;
        if !is_same_end(&outcome_of(other.end()), &outcome) {
            return Ok(vec![Permit::FirstFailure { state: state.clone() }]);
        }
    }
    Ok(Vec::new())
}

/// Whether two executions ended alike. Recorded: a cause names its state by the id of the event that entered it; that
/// number is another one whenever the siblings came further or less far.
fn is_same_end(one: &Outcome, other: &Outcome) -> bool {
    let without_ids = |outcome: &Outcome| match outcome {
        Outcome::Failed { error, cause: Some(cause) } => {
            Outcome::Failed { error: error.clone(), cause: Some(without_event_ids(cause)) }
        }
        other => other.clone(),
    };
    without_ids(one) == without_ids(other)
}

fn without_event_ids(cause: &str) -> String {
    let mut parts = cause.split("the event id #");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| text + part.trim_start_matches(|c: char| c.is_ascii_digit()))
}

/// The largest number of children that one Parallel or Map of this history started.
fn most_children(history: &[Event]) -> usize {
    let mut started: BTreeMap<i64, usize> = BTreeMap::new();
    for event in history {
        *started.entry(event.previous_event_id).or_default() += 1;
    }
    started.into_values().max().unwrap_or(0)
}

/// What the suite compares.
pub fn observation_of(execution: &Execution, kind: MachineType) -> Observation {
    let trace = match kind {
        MachineType::Standard => Some(Trace(execution.history().iter().map(Event::to_trace_event).collect())),
        MachineType::Express => None,
    };
    Observation {
        outcome: outcome_of(execution.end()),
        trace,
        identities: identities(execution.identity()),
        permits: Vec::new(),
        cross_check: CrossCheck::default(),
    }
}

fn outcome_of(end: Option<&End>) -> Outcome {
    match end {
        Some(End::Succeeded(output)) => Outcome::Succeeded((**output).clone()),
        Some(End::Failed(failure)) => Outcome::Failed {
            error: failure.error.as_deref().map(str::to_owned),
            cause: failure.cause.as_deref().map(str::to_owned),
        },
        Some(End::TimedOut) => Outcome::TimedOut,
        Some(End::Aborted(_)) | None => Outcome::Aborted,
    }
}

fn identity(machine: &Machine) -> Identity {
    let machine_name = format!("reference-machine-{}", machine.name);
    let execution_name = "reference-execution-1d0a7c";
    let (kind, unique) = match machine.kind {
        MachineType::Standard => ("execution", ""),
        MachineType::Express => ("express", ":1d0a7c3e-90b5-4c1f-8a52-6f2f5b1c7d11"),
    };
    let prefix = format!("arn:aws:states:{REGION}:{ACCOUNT}");
    Identity {
        execution_arn: format!("{prefix}:{kind}:{machine_name}:{execution_name}{unique}").into(),
        execution_name: execution_name.into(),
        machine_arn: format!("{prefix}:stateMachine:{machine_name}").into(),
        machine_name: machine_name.into(),
        role_arn: format!("arn:aws:iam::{ACCOUNT}:role/reference-role").into(),
        is_redrivable: machine.kind == MachineType::Standard,
    }
}

fn identities(identity: &Identity) -> Identities {
    let pairs = [
        (&identity.execution_arn, "<execution-arn>"),
        (&identity.execution_name, "<execution-name>"),
        (&identity.machine_arn, "<machine-arn>"),
        (&identity.machine_name, "<machine-name>"),
        (&identity.role_arn, "<role-arn>"),
    ];
    Identities(
        pairs.into_iter().map(|(text, placeholder)| (text.to_string(), placeholder.to_owned())).collect(),
    )
}
