//! `report-issue`: one bug of a run as an issue for the engine's tracker. Prints, and sends nothing.

use std::path::{Path, PathBuf};

use asl_cases::{Signature, Verdict};
use asl_reports::{CaseRecord, RunLog, Summary, render_issue};

use super::{CommandError, run::today};
use crate::{
    exit_code::ExitCode,
    known::{Known, Store},
    output,
    run_folder::{RUNS, newest_first, read_run_with, read_runs, run_folders},
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
    let mut why_not = None;
    for folder in candidates(args)? {
        let mut redactor = (!args.no_redact).then(redactor);
        let Ok(log) = read_run_with(&folder, redactor.as_mut()) else { continue };
        match issue_of(&log, &args.signature) {
            Ok(Some(issue)) => {
                output::print(&issue)?;
                return Ok(ExitCode::Agree);
            }
            Ok(None) => {}
            // Another engine may show it too.
            Err(error) => drop(why_not.get_or_insert(error)),
        }
    }
    Err(why_not.unwrap_or_else(|| {
        CommandError::usage(format!(
            "no new divergence with the signature `{}`: give the run that showed it with --run",
            args.signature
        ))
    }))
}

/// The run that was named, or all, the newest first.
fn candidates(args: &Args) -> Result<Vec<PathBuf>, CommandError> {
    if let Some(run) = &args.run {
        read_runs(run)?;
        return Ok(run_folders(run));
    }
    Ok(newest_first(Path::new(RUNS)).iter().flat_map(|folder| run_folders(folder)).collect())
}

/// The issue about the bug, if the run shows it; what is listed as known is not reported again.
fn issue_of(log: &RunLog, id: &str) -> Result<Option<String>, CommandError> {
    let is_it = |signature: &Signature| signature.id().as_str().starts_with(id);
    let mut meant: Vec<_> = shown(log).filter(|signature| is_it(signature)).collect();
    meant.sort();
    meant.dedup();
    let signature = match meant.as_slice() {
        [] => return Ok(None),
        [signature] => *signature,
        several => {
            let ids: Vec<_> = several.iter().map(|signature| signature.id().as_str().to_owned()).collect();
            return Err(CommandError::usage(format!(
                "{} signatures begin with `{id}`: {}; give the whole id",
                ids.len(),
                ids.join(", ")
            )));
        }
    };
    let listed = Store::of_engine(&log.header.engine).known()?;
    if let Some(entry) = Known::of(listed, &log.header.engine, today()).entry(signature) {
        let place = entry.issue.as_deref().unwrap_or("no issue is noted");
        return Err(CommandError::usage(format!(
            "{} is known already ({}; {place}); take its entry off known.toml to report it all the same",
            entry.id, entry.reason
        )));
    }
    let summary = Summary::of(log);
    let group = summary.groups.iter().find(|group| is_it(group.signature));
    Ok(group.map(|group| render_issue(log, group)))
}

/// The bugs that a run shows, new and known ones.
fn shown(log: &RunLog) -> impl Iterator<Item = &Signature> {
    let wrong = |record: &&CaseRecord| matches!(record.verdict, Verdict::Diverge | Verdict::Known);
    let differences = log.records.iter().filter(wrong).flat_map(CaseRecord::differences);
    differences.map(|divergence| &divergence.signature)
}
