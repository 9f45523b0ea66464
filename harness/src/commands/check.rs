//! `check`: one definition, every engine side by side.

use std::{
    fmt::Write,
    path::{Path, PathBuf},
};

use asl_cases::{Case, Machine, MachineType, Observation, Outcome};
use asl_reference::java::json_text;

use super::{CommandError, parse_spec, run_name};
use crate::{
    case_file::{check_answers, read_definition, read_input},
    definition_problem::{DefinitionProblems, draw_problems},
    engine::{EngineError, EngineSpec},
    exit_code::ExitCode,
    judge::{compare, normalise, oracle_for},
    output,
    session::Session,
};

/// What to run, and where.
#[derive(clap::Args)]
pub struct Args {
    /// The file with the ASL definition
    #[arg(value_name = "DEFINITION")]
    definition: PathBuf,
    /// The execution input: JSON, or @FILE
    #[arg(long, value_name = "JSON|@FILE", default_value = "{}")]
    input: String,
    /// Create an Express state machine
    #[arg(long)]
    express: bool,
    /// An engine; may be given several times. The first is what the others are compared with
    #[arg(long = "engine", value_name = "SPEC", value_parser = parse_spec, default_value = "reference")]
    engines: Vec<EngineSpec>,
}

/// What one engine did.
struct Side {
    name: String,
    observed: Result<Observation, EngineError>,
}

pub(super) async fn execute(args: Args) -> Result<ExitCode, CommandError> {
    let kind = if args.express { MachineType::Express } else { MachineType::Standard };
    let file = read_definition(&args.definition)?;
    let problems = draw_problems(&file, kind, &output::renderer());
    if !problems.picture.is_empty() {
        output::say(&format!("{}\n", problems.picture));
    }
    let machine = Machine { kind, ..Machine::new(file.document.clone()) };
    let case = Case::new(machine, read_input(&args.input)?);
    // An engine of its own may have what the task calls.
    let asks_reference =
        args.engines.iter().any(|spec| matches!(spec, EngineSpec::Reference | EngineSpec::Faulty(_)));
    if asks_reference && problems.n_errors == 0 {
        check_answers(&args.definition, &case)?;
    }
    let mut sides = Vec::new();
    for spec in &args.engines {
        let session = Session::open(spec, &run_name(), None, output::say).await?;
        let observed = session.engine.observe(&case, session.deadline).await;
        let observed = observed.map(|observation| normalise(&observation, &case));
        sides.push(Side { name: session.engine.id().to_owned(), observed });
        session.close().await;
    }
    let mut text = String::new();
    for side in &sides {
        describe(side, &mut text);
    }
    let differs = describe_differences(&case, &sides, &mut text);
    output::print(&text)?;
    let failed = sides.iter().any(|side| side.observed.is_err());
    match (failed, differs) {
        (true, _) => Ok(ExitCode::Engine),
        (false, true) => Ok(ExitCode::Diverge),
        (false, false) if sides.iter().all(is_refusal) && problems.n_errors > 0 => {
            Err(CommandError::usage(summary(&args.definition, &problems)))
        }
        (false, false) => Ok(ExitCode::Agree),
    }
}

/// Said below the pictures.
fn summary(path: &Path, problems: &DefinitionProblems) -> String {
    let errors = counted(problems.n_errors, "error");
    let warnings = match problems.n_warnings {
        0 => String::new(),
        n => format!(", {}", counted(n, "warning")),
    };
    format!("{}: the definition is refused: {errors}{warnings}", path.display())
}

fn counted(n: usize, noun: &str) -> String {
    if n == 1 { format!("1 {noun}") } else { format!("{n} {noun}s") }
}

fn is_refusal(side: &Side) -> bool {
    matches!(&side.observed, Ok(Observation { outcome: Outcome::Rejected { .. }, .. }))
}

fn describe(side: &Side, text: &mut String) {
    let _ = writeln!(text, "{}", console::style(&side.name).bold());
    let observation = match &side.observed {
        Ok(observation) => observation,
        Err(error) => {
            let _ = writeln!(text, "  no answer  {error}\n");
            return;
        }
    };
    let _ = writeln!(text, "  status     {}", observation.outcome.status());
    match &observation.outcome {
        Outcome::Succeeded(output) => line(text, "output", &json_text(output)),
        Outcome::Failed { error, cause } => {
            line(text, "error", error.as_deref().unwrap_or("(none)"));
            line(text, "cause", cause.as_deref().unwrap_or("(none)"));
        }
        Outcome::Rejected { code, message } => {
            line(text, "code", code);
            line(text, "message", message);
        }
        Outcome::Tested(tested) => line(text, "tested", tested.status.as_str()),
        Outcome::TimedOut | Outcome::Aborted => {}
    }
    if let Some(trace) = &observation.trace {
        for (index, label) in trace.labels().iter().enumerate() {
            line(text, if index == 0 { "history" } else { "" }, &format!("{:>3} {label}", index + 1));
        }
    }
    text.push('\n');
}

fn line(text: &mut String, name: &str, value: &str) {
    let _ = writeln!(text, "  {name:<9}  {value}");
}

/// How every further engine differs from the first.
fn describe_differences(case: &Case, sides: &[Side], text: &mut String) -> bool {
    let Some((first, others)) = sides.split_first() else { return false };
    let Ok(expected) = &first.observed else { return false };
    let mut differs = false;
    for other in others {
        let Ok(actual) = &other.observed else { continue };
        let comparison = compare(expected, actual, &asl_cases::Policy::default(), &oracle_for(case));
        differs |= !comparison.divergences.is_empty();
        if comparison.divergences.is_empty() {
            let _ = writeln!(text, "{} agrees with {}.", other.name, first.name);
        }
        for divergence in comparison.divergences {
            let _ = writeln!(
                text,
                "{} differs from {} in {}: {}",
                other.name, first.name, divergence.facet, divergence.sentence
            );
        }
    }
    differs
}
