//! The subcommands, one file each.

mod check;
mod compare;
mod coverage;
mod doctor;
mod generate;
mod known;
mod list;
mod mutants;
mod progress;
mod reference;
mod replay;
mod report;
mod report_issue;
mod run;
mod serve;
mod show;
mod shrink;
mod trend;

use std::io;

use clap::Subcommand;
use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::{
    case_file::CaseFileError, engine::EngineSpec, exit_code::ExitCode, known::StoreError,
    run_folder::RunFolderError, session::SessionError,
};

/// What to do.
#[derive(Subcommand)]
pub enum Command {
    /// Run the suite on an engine and report every divergence
    Run(run::Args),
    /// Run one definition on engines side by side
    Check(check::Args),
    /// Run one case again
    Replay(replay::Args),
    /// Make a case that differs smaller, and say which of its parts do not matter
    Shrink(shrink::Args),
    /// The list of known divergences of an engine
    #[command(subcommand)]
    Known(known::Command),
    /// Print an issue about one bug of a run, ready to paste
    ReportIssue(report_issue::Args),
    /// Find out what works on an engine, and whether a run makes sense
    Doctor(doctor::Args),
    /// Print generated cases as JSON lines
    Generate(generate::Args),
    /// Count what the cases of a seed reach, and list what they do not
    Coverage(coverage::Args),
    /// List the authored cases
    List(list::Args),
    /// Print one case
    Show(show::Args),
    /// Hold the reference against recordings of AWS
    #[command(subcommand)]
    Reference(reference::Command),
    /// Find out which seeded bugs the suite finds
    Mutants(mutants::Args),
    /// Render the logs of runs, also of one that was cut off
    Report(report::Args),
    /// Hold two runs against each other, and fail only for what is new
    Compare(compare::Args),
    /// Show how engines do over time
    Trend(trend::Args),
    /// Serve the reference behind the Step Functions API on loopback
    Serve(serve::Args),
}

/// Why a command ended without a result.
#[derive(Debug)]
pub struct CommandError {
    /// What the process says.
    pub code: ExitCode,
    /// One sentence for the user.
    pub message: String,
}

/// Carries out a command.
///
/// # Errors
/// With one sentence for the user, and the exit code.
pub async fn execute(command: Command) -> Result<ExitCode, CommandError> {
    match command {
        Command::Run(args) => run::execute(args).await,
        Command::Check(args) => or_interrupted(Box::pin(check::execute(args))).await,
        Command::Replay(args) => or_interrupted(Box::pin(replay::execute(args))).await,
        Command::Shrink(args) => or_interrupted(Box::pin(shrink::execute(args))).await,
        Command::Known(command) => known::execute(&command),
        Command::ReportIssue(args) => report_issue::execute(&args),
        Command::Doctor(args) => or_interrupted(Box::pin(doctor::execute(args))).await,
        Command::Generate(args) => generate::execute(&args),
        Command::Coverage(args) => coverage::execute(&args),
        Command::List(args) => list::execute(&args),
        Command::Show(args) => show::execute(&args),
        Command::Reference(command) => reference::execute(&command),
        Command::Mutants(args) => mutants::execute(&args),
        Command::Report(args) => report::execute(&args),
        Command::Compare(args) => compare::execute(&args),
        Command::Trend(args) => trend::execute(&args),
        Command::Serve(args) => serve::execute(&args).await,
    }
}

/// Every Ctrl-C from now on: the user may press it as soon as anything is said.
fn interruptions() -> Result<Signal, CommandError> {
    signal(SignalKind::interrupt()).map_err(|error| cannot_listen_for_signals(&error))
}

fn cannot_listen_for_signals(error: &std::io::Error) -> CommandError {
    CommandError { code: ExitCode::Harness, message: format!("cannot listen for Ctrl-C: {error}") }
}

/// What a command on an engine comes to, unless the user interrupts it: then its emulator ends with it.
async fn or_interrupted(
    command: impl Future<Output = Result<ExitCode, CommandError>>,
) -> Result<ExitCode, CommandError> {
    let mut interrupted = interruptions()?;
    tokio::select! {
        ended = command => ended,
        _ = interrupted.recv() => {
            Err(CommandError { code: ExitCode::Interrupted, message: "interrupted before the end".to_owned() })
        }
    }
}

impl CommandError {
    fn usage(message: impl Into<String>) -> Self {
        Self { code: ExitCode::Usage, message: message.into() }
    }
}

impl From<CaseFileError> for CommandError {
    fn from(error: CaseFileError) -> Self {
        Self::usage(error.to_string())
    }
}

impl From<StoreError> for CommandError {
    fn from(error: StoreError) -> Self {
        let code = match &error {
            StoreError::Io { doing: "write", source, .. } if !is_no_place(source) => ExitCode::Harness,
            _ => ExitCode::Usage,
        };
        Self { code, message: error.to_string() }
    }
}

/// Whether a place was named wrongly, and no disk is full.
fn is_no_place(error: &io::Error) -> bool {
    use io::ErrorKind::{IsADirectory, NotADirectory, NotFound, PermissionDenied, ReadOnlyFilesystem};
    matches!(error.kind(), NotFound | PermissionDenied | ReadOnlyFilesystem | IsADirectory | NotADirectory)
}

impl From<RunFolderError> for CommandError {
    fn from(error: RunFolderError) -> Self {
        let is_no_place =
            matches!(&error, RunFolderError::Io { doing: "write", source, .. } if is_no_place(source));
        let code = match error {
            _ if is_no_place => ExitCode::Usage,
            RunFolderError::Exists(_)
            | RunFolderError::Log { .. }
            | RunFolderError::Io { doing: "read" | "make", .. } => ExitCode::Usage,
            RunFolderError::Io { .. } => ExitCode::Harness,
        };
        let next_step = match error {
            _ if is_no_place => "; name a place that can be written",
            RunFolderError::Io { doing: "read", .. } => "; name the folder of a run, or its log.jsonl",
            RunFolderError::Io { doing: "make", .. } => "; give --out a place that can be written",
            _ => "",
        };
        Self { code, message: format!("{error}{next_step}") }
    }
}

impl From<SessionError> for CommandError {
    fn from(error: SessionError) -> Self {
        let code = if error.is_usage() { ExitCode::Usage } else { ExitCode::Engine };
        Self { code, message: error.to_string() }
    }
}

impl From<io::Error> for CommandError {
    fn from(error: io::Error) -> Self {
        Self { code: ExitCode::Harness, message: format!("cannot write to standard output: {error}") }
    }
}

/// A short text that is unique enough to begin the names of everything that one run makes in an engine.
fn run_name() -> String {
    let millis = jiff::Timestamp::now().as_millisecond().unsigned_abs();
    format!("aslc-{:x}-{:x}", millis & 0xffff_ffff, std::process::id())
}

fn parse_spec(text: &str) -> Result<EngineSpec, String> {
    text.parse::<EngineSpec>().map_err(|error| error.to_string())
}
