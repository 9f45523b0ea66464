//! `reference verify`: the reference against recordings of AWS.

use std::{fmt::Write, path::PathBuf};

use clap::Subcommand;

use super::CommandError;
use crate::{
    exit_code::ExitCode,
    output,
    recordings::{RecordError, Verification, read_records, verify},
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
        in_words(&verification)
    };
    output::print(&text)?;
    Ok(if verification.mismatches.is_empty() { ExitCode::Agree } else { ExitCode::Diverge })
}

fn in_words(verification: &Verification) -> String {
    let mut text = String::new();
    for mismatch in &verification.mismatches {
        let _ = writeln!(text, "{} differs in {}", mismatch.id, mismatch.facet);
        let _ = writeln!(text, "  AWS        {}", mismatch.expected);
        let _ = writeln!(text, "  reference  {}\n", mismatch.actual);
    }
    for (facet, count) in &verification.facets {
        let _ = writeln!(text, "{facet:<12}{:>6} of {:>6} agree", count.agree, count.of);
    }
    let _ = writeln!(
        text,
        "\n{} of {} recordings replayed; left out:",
        verification.replayed, verification.records
    );
    for (reason, count) in &verification.skipped {
        let _ = writeln!(text, "{count:>6}  {reason}");
    }
    text
}
