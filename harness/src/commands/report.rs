//! `report`: the logs of runs, rendered after the fact; also of a run that was cut off.

use std::path::{Path, PathBuf};

use asl_reports::{
    Query, RunLog, render, render_annotations, render_badge_json, render_badge_svg, render_html, render_json,
    render_junit, render_markdown,
};
use clap::ValueEnum;

use super::CommandError;
use crate::{
    exit_code::ExitCode,
    output,
    run_folder::{read_run_with, run_folders, write_report},
    secrets::redactor,
};

/// Which runs, in which form.
#[derive(clap::Args)]
pub struct Args {
    /// The folder of a run, or its log; several make one report
    #[arg(value_name = "RUN", required = true)]
    runs: Vec<PathBuf>,
    /// The form
    #[arg(long, value_enum, default_value_t = Format::Terminal)]
    format: Format,
    /// Only these cases, for instance `area(choice) & diverge & !known`
    #[arg(long, value_name = "QUERY", value_parser = parse_query)]
    only: Option<Query>,
    /// The file to write [default: standard output]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Show account ids, ARNs, tokens and credentials as they are
    #[arg(long)]
    no_redact: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For a terminal
    Terminal,
    /// For a CI step summary or an issue
    Markdown,
    /// One file with pictures, for a browser
    Html,
    /// For the test view of a CI service
    Junit,
    /// For programs; see reports/schema/report.schema.json
    Json,
    /// Annotations, as GitHub Actions reads them from the output of a step
    Github,
    /// A badge as JSON for a badge service
    BadgeJson,
    /// A badge as a picture
    BadgeSvg,
}

pub(super) fn execute(args: &Args) -> Result<ExitCode, CommandError> {
    let mut logs = read_all(&args.runs, args.no_redact)?;
    if let Some(query) = &args.only {
        for log in &mut logs {
            log.records.retain(|record| query.matches(record));
        }
    }
    deliver(args.out.as_deref(), &rendered(args.format, &logs)?)?;
    // The process ends here, and to free large logs piece by piece takes a tenth of the time of the whole report.
    std::mem::forget(logs);
    Ok(ExitCode::Agree)
}

/// The runs in a folder, without secrets unless the user wants them.
pub(super) fn read_logs(path: &Path, as_they_are: bool) -> Result<Vec<RunLog>, CommandError> {
    read_all(&[path.to_owned()], as_they_are)
}

/// All runs at once: logs of many cases are large.
fn read_all(runs: &[PathBuf], as_they_are: bool) -> Result<Vec<RunLog>, CommandError> {
    let read = |folder: PathBuf| {
        let mut redactor = (!as_they_are).then(redactor);
        move || read_run_with(&folder, redactor.as_mut())
    };
    let folders = runs.iter().flat_map(|run| run_folders(run));
    let results: Vec<_> = std::thread::scope(|scope| {
        let readers: Vec<_> = folders.map(|folder| scope.spawn(read(folder))).collect();
        readers.into_iter().map(|reader| reader.join().expect("reading a log does not panic")).collect()
    });
    results.into_iter().map(|log| Ok(log?)).collect()
}

/// To the file, or to standard output.
pub(super) fn deliver(out: Option<&Path>, text: &str) -> Result<(), CommandError> {
    match out {
        Some(path) => write_report(path, text)?,
        None => {
            output::print(text)?;
        }
    }
    Ok(())
}

pub(super) fn parse_query(text: &str) -> Result<Query, String> {
    text.parse::<Query>().map_err(|error| error.to_string())
}

fn rendered(format: Format, logs: &[RunLog]) -> Result<String, CommandError> {
    let each = |render: &dyn Fn(&RunLog) -> String| logs.iter().map(render).collect::<Vec<_>>().join("\n");
    Ok(match format {
        Format::Terminal => each(&|log| render(log, output::colours())),
        Format::Markdown => each(&render_markdown),
        Format::Html => render_html(logs),
        Format::Junit => render_junit(logs),
        Format::Json => render_json(logs),
        Format::Github => render_annotations(logs),
        Format::BadgeJson => render_badge_json(the_only(logs)?),
        Format::BadgeSvg => render_badge_svg(the_only(logs)?),
    })
}

/// A badge speaks of one engine.
fn the_only(logs: &[RunLog]) -> Result<&RunLog, CommandError> {
    if let [log] = logs {
        return Ok(log);
    }
    let message = format!("a badge is about one run, and these are {}: name one of them", logs.len());
    Err(CommandError::usage(message))
}
