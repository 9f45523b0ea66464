//! `report-issue`: one bug of a run as an issue for the engine's tracker. Prints, and sends nothing.

use std::{
    fs,
    path::{Path, PathBuf},
};

use asl_reports::{RunLog, Summary, render_issue};

use super::CommandError;
use crate::{
    exit_code::ExitCode,
    known::Store,
    output,
    run_folder::{RUNS, read_run, read_run_with},
    secrets::redactor,
};

/// Which bug, of which run.
#[derive(clap::Args)]
pub struct Args {
    /// The id of a signature, or its beginning
    signature: String,
    /// The run [default: the newest one in ./runs that shows it]
    #[arg(long, value_name = "RUN")]
    run: Option<PathBuf>,
    /// Show account ids, ARNs, tokens and credentials as they are
    #[arg(long)]
    no_redact: bool,
}

pub(super) fn execute(args: &Args) -> Result<ExitCode, CommandError> {
    for folder in candidates(args)? {
        let mut redactor = (!args.no_redact).then(redactor);
        let Ok(log) = read_run_with(&folder, redactor.as_mut()) else { continue };
        if let Some(issue) = issue_of(&log, &args.signature)? {
            output::print(&issue)?;
            return Ok(ExitCode::Agree);
        }
    }
    Err(CommandError::usage(format!(
        "no new divergence with the signature `{}`: give the run that showed it with --run",
        args.signature
    )))
}

/// The run that was named, or all, the newest first.
fn candidates(args: &Args) -> Result<Vec<PathBuf>, CommandError> {
    if let Some(run) = &args.run {
        read_run(run)?;
        return Ok(vec![run.clone()]);
    }
    let folders = fs::read_dir(Path::new(RUNS)).into_iter().flatten().flatten();
    let mut folders: Vec<_> = folders.map(|folder| folder.path()).collect();
    folders.sort();
    folders.reverse();
    Ok(folders)
}

/// The issue about the bug; what is listed as known with an issue of its own is not reported again.
fn issue_of(log: &RunLog, id: &str) -> Result<Option<String>, CommandError> {
    let listed = Store::of_engine(&log.header.engine).known()?;
    if let Some(entry) = listed.known.iter().find(|entry| entry.id.as_str().starts_with(id)) {
        let place = entry.issue.as_deref().unwrap_or("no issue is noted");
        return Err(CommandError::usage(format!(
            "{} is known already ({}; {place})",
            entry.id, entry.reason
        )));
    }
    let summary = Summary::of(log);
    let group = summary.groups.iter().find(|group| group.signature.id().as_str().starts_with(id));
    Ok(group.map(|group| render_issue(log, group)))
}
