//! `report`: the log of a run, rendered after the fact; also of a run that was cut off.

use std::path::PathBuf;

use asl_reports::{RunLog, render, render_html, render_markdown};
use clap::ValueEnum;

use super::CommandError;
use crate::{
    exit_code::ExitCode,
    output,
    run_folder::{read_run, write_report},
};

/// Which runs, in which form.
#[derive(clap::Args)]
pub struct Args {
    /// The folder of a run, or its log; several make one report where the form allows it
    #[arg(value_name = "RUN", required = true)]
    runs: Vec<PathBuf>,
    /// The form
    #[arg(long, value_enum, default_value_t = Format::Terminal)]
    format: Format,
    /// The file to write [default: standard output]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For a terminal
    Terminal,
    /// For a CI step summary or an issue
    Markdown,
    /// One file with pictures, for a browser
    Html,
}

pub(super) fn execute(args: &Args) -> Result<ExitCode, CommandError> {
    let logs = args.runs.iter().map(|run| read_run(run)).collect::<Result<Vec<_>, _>>()?;
    let each = |render: &dyn Fn(&RunLog) -> String| logs.iter().map(render).collect::<Vec<_>>().join("\n");
    let text = match args.format {
        Format::Terminal => each(&|log| render(log, output::colours())),
        Format::Markdown => each(&render_markdown),
        Format::Html => render_html(&logs),
    };
    match &args.out {
        Some(path) => write_report(path, &text)?,
        None => {
            output::print(&text)?;
        }
    }
    Ok(ExitCode::Agree)
}
