//! `report`: the log of a run, rendered after the fact; also of a run that was cut off.

use std::path::PathBuf;

use asl_reports::{render, render_markdown};
use clap::ValueEnum;

use super::CommandError;
use crate::{exit_code::ExitCode, output, run_folder::read_run};

/// Which run, in which form.
#[derive(clap::Args)]
pub struct Args {
    /// The folder of a run, or its log
    #[arg(value_name = "RUN")]
    run: PathBuf,
    /// The form
    #[arg(long, value_enum, default_value_t = Format::Terminal)]
    format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For a terminal
    Terminal,
    /// For a CI step summary or an issue
    Markdown,
}

pub(super) fn execute(args: &Args) -> Result<ExitCode, CommandError> {
    let log = read_run(&args.run)?;
    let text = match args.format {
        Format::Terminal => render(&log, output::colours()),
        Format::Markdown => render_markdown(&log),
    };
    output::print(&text)?;
    Ok(ExitCode::Agree)
}
