//! `reference verify`: the reference against recordings of AWS.

mod verification_text;

use std::path::PathBuf;

use clap::Subcommand;

use super::CommandError;
use crate::{
    exit_code::ExitCode,
    output,
    recordings::{RecordError, read_records, verify},
};

/// What to do with the reference.
#[derive(Subcommand)]
pub enum Command {
    /// Replay every recording of a folder in the reference, and compare
    Verify(VerifyArgs),
}

/// Which recordings.
#[derive(clap::Args)]
pub struct VerifyArgs {
    /// The folder of the recordings
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

impl From<RecordError> for CommandError {
    fn from(error: RecordError) -> Self {
        Self::usage(error.to_string())
    }
}

pub(super) fn execute(command: &Command) -> Result<ExitCode, CommandError> {
    let Command::Verify(args) = command;
    let verification = verify(&read_records(&args.folder)?);
    let text = if args.json {
        serde_json::to_string(&verification).expect("a verification is JSON") + "\n"
    } else {
        verification_text::render(&verification)
    };
    output::print(&text)?;
    Ok(if verification.mismatches.is_empty() { ExitCode::Agree } else { ExitCode::Diverge })
}
