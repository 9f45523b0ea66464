//! `list`: the authored cases.

use std::fmt::Write;

use asl_cases::corpus::corpus;

use super::CommandError;
use crate::{exit_code::ExitCode, output};

/// Which cases.
#[derive(clap::Args)]
pub struct Args {
    /// Only this area, for instance `choice`
    #[arg(long, value_name = "AREA")]
    area: Option<String>,
}

pub(super) fn execute(args: &Args) -> Result<ExitCode, CommandError> {
    let mut text = String::new();
    for case in corpus() {
        if args.area.as_deref().is_none_or(|area| area == case.area()) {
            let _ = writeln!(text, "{}  {:<44} {}", case.id(), case.name, case.title);
        }
    }
    if text.is_empty() {
        let area = args.area.as_deref().unwrap_or_default();
        return Err(CommandError::usage(format!(
            "no authored case is in area `{area}`; `list` shows them all"
        )));
    }
    output::print(&text)?;
    Ok(ExitCode::Agree)
}
