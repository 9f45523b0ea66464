//! `trend`: how engines do over time, from a history that runs are added to.

use std::path::PathBuf;

use asl_reports::trend::{Point, read_history, render_trend, render_trend_html};
use clap::ValueEnum;

use super::{
    CommandError,
    report::{deliver, read_logs},
};
use crate::{
    exit_code::ExitCode,
    run_folder::{append_line, read_text},
};

/// Which history, in which form, and what is added to it first.
#[derive(clap::Args)]
pub struct Args {
    /// The history: one line a run
    #[arg(value_name = "HISTORY")]
    history: PathBuf,
    /// Add this run first; may be given several times
    #[arg(long = "add", value_name = "RUN")]
    runs: Vec<PathBuf>,
    /// What the added runs stand for, for instance the name of a release
    #[arg(long, value_name = "NAME", requires = "runs")]
    release: Option<String>,
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
    /// One file with lines for engines and areas, for a browser
    Html,
}

pub(super) fn execute(args: &Args) -> Result<ExitCode, CommandError> {
    for run in &args.runs {
        for log in read_logs(run, false)? {
            append_line(&args.history, &Point::of(&log, args.release.clone()).line())?;
        }
    }
    let text = read_text(&args.history)
        .map_err(|error| CommandError::usage(format!("{error}; a run begins a history with `--add RUN`")))?;
    let points = read_history(&text)
        .map_err(|error| CommandError::usage(format!("{}: {error}", args.history.display())))?;
    let text = match args.format {
        Format::Terminal => render_trend(&points),
        Format::Html => render_trend_html(&points),
    };
    deliver(args.out.as_deref(), &text)?;
    Ok(ExitCode::Agree)
}
