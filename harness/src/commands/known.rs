//! `known`: the list of known divergences of an engine.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

use asl_cases::SignatureId;

use super::{CommandError, run::today};
use crate::{
    exit_code::ExitCode,
    known::{KnownEntry, Store, update},
    output,
    run_folder::{RUNS, read_run, run_folders},
};

/// What to do with the list.
#[derive(clap::Subcommand)]
pub enum Command {
    /// Bring the list up to what a run found: add what is new, take off what is fixed
    Update(UpdateArgs),
    /// Say what an entry of the list is about
    Explain(ExplainArgs),
}

/// Which run, which list.
#[derive(clap::Args)]
pub struct UpdateArgs {
    /// A run folder or its log; of a run on several engines each gets its list
    run: PathBuf,
    /// The folder of the engine [default: cases/regressions/<engine of the run>]
    #[arg(long, value_name = "DIR")]
    regressions: Option<PathBuf>,
}

/// Which entry.
#[derive(clap::Args)]
pub struct ExplainArgs {
    /// The id of a signature, or its beginning
    #[arg(value_name = "SIGNATURE")]
    id: String,
    /// The folder of the engine
    #[arg(long, value_name = "DIR")]
    regressions: Option<PathBuf>,
}

pub(super) fn execute(command: &Command) -> Result<ExitCode, CommandError> {
    match command {
        Command::Update(args) => bring_up_to_date(args),
        Command::Explain(args) => explain(args),
    }
}

/// The list of each engine of a run.
fn bring_up_to_date(args: &UpdateArgs) -> Result<ExitCode, CommandError> {
    let folders = run_folders(&args.run);
    if let (Some(_), [_, _, ..]) = (&args.regressions, folders.as_slice()) {
        let message = format!(
            "{} is a run on {} engines, and --regressions the list of one: name the folder of that engine in it",
            args.run.display(),
            folders.len()
        );
        return Err(CommandError::usage(message));
    }
    for folder in folders {
        update_from(args, &folder)?;
    }
    Ok(ExitCode::Agree)
}

fn update_from(args: &UpdateArgs, run: &Path) -> Result<(), CommandError> {
    let log = read_run(run)?;
    if log.records.is_empty() {
        output::say(&format!("{}: no case was run, so its list stays as it is", log.header.engine));
        return Ok(());
    }
    let store = args.regressions.as_deref().map_or_else(|| Store::of_engine(&log.header.engine), Store::at);
    let mut file = store.known()?;
    let (changes, shown_by) = update(&mut file, &log, today());
    for id in changes.fixed.iter().chain(&changes.moved) {
        store.drop_case(id.as_str())?;
    }
    for (signature, record) in shown_by {
        store.keep(record, &signature)?;
    }
    store.write_known(&file)?;
    output::print(&format!(
        "{}: {} added, {} seen again, {} fixed and taken off; {} in all\n",
        store.folder().display(),
        changes.added.len(),
        changes.seen.len(),
        changes.fixed.len(),
        file.known.len(),
    ))?;
    if !changes.added.is_empty() {
        let list = store.folder().join("known.toml");
        output::say(&format!("Write a reason for each new one in {}.", list.display()));
    }
    Ok(())
}

fn explain(args: &ExplainArgs) -> Result<ExitCode, CommandError> {
    let mut found = Vec::new();
    for store in stores(args) {
        let entries = store.known()?.known;
        let is_meant = |id: &SignatureId| id.as_str().starts_with(&args.id);
        let meant =
            entries.into_iter().filter(|entry| is_meant(&entry.id) || entry.also.iter().any(is_meant));
        found.extend(meant.map(|entry| (explanation(&store, &entry), entry.id)));
    }
    match &found[..] {
        [] => Err(CommandError::usage(format!(
            "no list knows `{}`: see the signatures in a run's report, and `known update {RUNS}/NAME` to list them",
            args.id
        ))),
        // One bug may be on the lists of several engines.
        [(_, id), rest @ ..] if rest.iter().all(|(_, other)| other == id) => {
            let explanations: Vec<_> = found.iter().map(|(explanation, _)| explanation.as_str()).collect();
            output::print(&explanations.join("\n"))?;
            Ok(ExitCode::Agree)
        }
        _ => {
            let ids: BTreeSet<_> = found.iter().map(|(_, id)| id.as_str()).collect();
            Err(CommandError::usage(format!(
                "{} entries begin with `{}`: {}; give the whole id",
                ids.len(),
                args.id,
                Vec::from_iter(ids).join(", ")
            )))
        }
    }
}

/// The folder that was named, or those of all engines.
fn stores(args: &ExplainArgs) -> Vec<Store> {
    match &args.regressions {
        Some(folder) => vec![Store::at(folder)],
        None => Store::all(),
    }
}

/// One day, or the first and the last.
fn days(entry: &KnownEntry) -> String {
    let KnownEntry { first_seen, last_seen, .. } = entry;
    if first_seen == last_seen { first_seen.to_string() } else { format!("from {first_seen} to {last_seen}") }
}

fn explanation(store: &Store, entry: &KnownEntry) -> String {
    let mut lines =
        vec![format!("{}  {}", entry.id, entry.signature), format!("  reason    {}", entry.reason)];
    lines.extend(entry.issue.iter().map(|issue| format!("  issue     {issue}")));
    lines.extend(entry.versions.iter().map(|versions| format!("  versions  {versions}")));
    lines.extend(entry.expires.iter().map(|expires| format!("  expires   {expires}")));
    lines.push(format!("  seen      {}, in version {}", days(entry), entry.last_version));
    if !entry.also.is_empty() {
        let ids: Vec<_> = entry.also.iter().map(SignatureId::as_str).collect();
        lines.push(format!("  also      {}", ids.join(", ")));
    }
    if let Some(case) = store.case(entry.id.as_str()) {
        let path = store.folder().join(format!("{}.json", entry.id));
        lines.push(format!("  example   {}", case.title));
        lines.push(format!("  case      {}", path.display()));
        lines.push(format!("  replay    asl-conformance replay {} --engine SPEC", path.display()));
        lines.push(format!("  input     {}", case.input));
        lines.push(format!("{:#}", case.main().definition));
    }
    lines.join("\n") + "\n"
}
