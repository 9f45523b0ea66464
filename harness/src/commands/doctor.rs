//! `doctor`: what works on an engine, what does not, and whether a run makes sense.

use std::{future::Future, io};

use asl_cases::{Case, Feature, Machine, MachineType, Observation, Outcome};
use serde_json::{Value, json};
use tokio::time::timeout;

use super::{CommandError, parse_spec, run_name};
use crate::{
    engine::{EngineError, EngineSpec},
    exit_code::ExitCode,
    output,
    probe::{self, PROBE_MAX, Probe, greeting, one_pass},
    session::Session,
};

/// Which engine.
#[derive(clap::Args)]
pub struct Args {
    /// The engine
    #[arg(long, value_name = "SPEC", value_parser = parse_spec)]
    engine: EngineSpec,
}

/// What came of one probe.
enum Finding {
    /// It works.
    Works(String),
    /// The engine honestly lacks it.
    Lacks(String),
    /// It is wrong in a way that spoils a run, or at least this part of it.
    Wrong(String),
}

pub(super) async fn execute(args: Args) -> Result<ExitCode, CommandError> {
    let session = Session::open(&args.engine, &run_name(), None, output::say).await?;
    let examined = examine(&session).await;
    session.close().await;
    let (basics, serious) = examined?;
    let verdict = match (basics, serious) {
        (false, _) => "A run makes no sense: the engine cannot run one Pass state through the API.",
        (true, true) => "A run makes sense; expect divergences where it says WRONG.",
        (true, false) => "A run makes sense.",
    };
    output::print(&format!("\n{verdict}\n"))?;
    Ok(if basics { ExitCode::Agree } else { ExitCode::Engine })
}

/// Prints what works. Whether the basics do, and whether something else is wrong.
async fn examine(session: &Session) -> io::Result<(bool, bool)> {
    let endpoint = session.engine.endpoint().map(|endpoint| format!("at {endpoint}\n")).unwrap_or_default();
    output::print(&format!("{}\n{endpoint}", console::style(session.engine.id()).bold()))?;
    let basics = examine_basics(session).await?;
    let serious = if basics { examine_features(session).await? } else { true };
    Ok((basics, serious))
}

/// At once: an engine that answers slowly is seen to be slow.
fn note(what: &str, finding: &Finding) -> io::Result<()> {
    let (mark, detail) = match finding {
        Finding::Works(detail) => (console::style("works").green(), detail),
        Finding::Lacks(detail) => (console::style("lacks").yellow(), detail),
        Finding::Wrong(detail) => (console::style("WRONG").red().bold(), detail),
    };
    output::print(&format!("  {mark}  {what:<34} {detail}\n")).map(drop)
}

/// The answer to one call, if it comes in the time of a probe.
async fn in_time<T>(call: impl Future<Output = Result<T, EngineError>>) -> Result<T, String> {
    match timeout(PROBE_MAX, call).await {
        Ok(answer) => answer.map_err(|error| error.to_string()),
        Err(_) => Err(format!("no answer within {} s", PROBE_MAX.as_secs())),
    }
}

/// Reach, create, run, history, delete: without these a run makes no sense.
async fn examine_basics(session: &Session) -> io::Result<bool> {
    if let Some(http) = &session.http {
        let listed = match in_time(http.list_state_machines()).await {
            Ok(machines) => Finding::Works(format!("{} state machines there now", machines.len())),
            Err(error) => Finding::Wrong(error),
        };
        note("reach the API", &listed)?;
        if matches!(listed, Finding::Wrong(_)) {
            return Ok(false);
        }
    }
    let case = Case::new(Machine::new(one_pass()), json!({}));
    let observed = session.engine.observe(&case, PROBE_MAX).await;
    let finding = expect_output(&observed, &greeting());
    note("create, run and delete a machine", &finding)?;
    let works = matches!(finding, Finding::Works(_));
    if works {
        let history = observed.ok().and_then(|observation| observation.trace);
        let finding = match history {
            Some(trace) if trace.0.len() == 4 => Finding::Works("4 events for one Pass".to_owned()),
            Some(trace) => Finding::Wrong(format!("{} events for one Pass instead of 4", trace.0.len())),
            None => Finding::Lacks("no GetExecutionHistory: traces are not judged".to_owned()),
        };
        note("read the history", &finding)?;
    }
    Ok(works)
}

/// What the profile claims, and how the engine says no. True when something is wrong.
async fn examine_features(session: &Session) -> io::Result<bool> {
    let mut serious = false;
    let mut tell = |what: &str, finding: Finding| {
        serious |= matches!(finding, Finding::Wrong(_));
        note(what, &finding)
    };
    tell("refuse an invalid definition", refusal_of(session, no_such_target()).await)?;
    tell("refuse an unknown state type", refusal_of(session, unknown_type()).await)?;
    for Probe { feature, what, case, output } in probe::probes() {
        let finding = if session.engine.profile().has(feature) {
            expect_output(&session.engine.observe(&case, PROBE_MAX).await, &output)
        } else {
            Finding::Lacks(format!("the profile leaves out `{feature}`: no such case is sent"))
        };
        tell(what, finding)?;
    }
    tell("validate a definition", validation_of(session).await)?;
    Ok(serious)
}

fn expect_output(observed: &Result<Observation, EngineError>, output: &Value) -> Finding {
    match observed {
        Ok(Observation { outcome: Outcome::Succeeded(actual), .. }) if actual == output => {
            Finding::Works("the right output".to_owned())
        }
        Ok(Observation { outcome: Outcome::Tested(tested), .. })
            if tested.output.as_ref() == Some(output) =>
        {
            Finding::Works("the right output".to_owned())
        }
        Ok(observation) => Finding::Wrong(in_words(&observation.outcome)),
        Err(error) => Finding::Wrong(error.to_string()),
    }
}

fn in_words(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Succeeded(output) => format!("succeeded with {output}"),
        Outcome::Failed { error, cause } => format!(
            "failed with {}: {}",
            error.as_deref().unwrap_or("no error name"),
            cause.as_deref().unwrap_or("no cause")
        ),
        Outcome::Rejected { code, message } => format!("refused with {code}: {message}"),
        Outcome::TimedOut | Outcome::Aborted | Outcome::Tested(_) => outcome.status().to_owned(),
    }
}

/// An engine that takes what AWS refuses says yes to everything.
async fn refusal_of(session: &Session, definition: Value) -> Finding {
    let case = Case::new(Machine::new(definition), json!({}));
    match session.engine.observe(&case, PROBE_MAX).await {
        Ok(Observation { outcome: Outcome::Rejected { code, .. }, .. }) => Finding::Works(code),
        Ok(observation) => Finding::Wrong(format!("it was accepted and {}", in_words(&observation.outcome))),
        Err(error) => Finding::Wrong(error.to_string()),
    }
}

async fn validation_of(session: &Session) -> Finding {
    let Some(http) = &session.http else {
        return Finding::Lacks("not an engine behind the API".to_owned());
    };
    if !session.engine.profile().has(Feature::Validation) {
        return Finding::Lacks(format!("the profile leaves out `{}`", Feature::Validation));
    }
    match in_time(http.validate_definition(&one_pass().to_string(), MachineType::Standard)).await {
        Ok(_) => Finding::Works("ValidateStateMachineDefinition answers".to_owned()),
        Err(error) => Finding::Wrong(error),
    }
}

fn no_such_target() -> Value {
    json!({"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "NoSuchState"}}})
}

fn unknown_type() -> Value {
    json!({"StartAt": "A", "States": {"A": {"Type": "Teleport", "End": true}}})
}
