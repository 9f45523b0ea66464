//! `show`: one case, as its file says it.

use super::{CommandError, replay::find_case};
use crate::{exit_code::ExitCode, output};

/// Which case.
#[derive(clap::Args)]
pub struct Args {
    /// A case id, a case name such as `pass/result-replaces-input`, or a file
    #[arg(value_name = "CASE-ID | NAME | FILE")]
    case: String,
}

pub(super) fn execute(args: &Args) -> Result<ExitCode, CommandError> {
    let case = find_case(&args.case, None)?;
    let text = serde_json::to_string_pretty(&case).expect("a case is JSON");
    output::print(&format!("{text}\n"))?;
    Ok(ExitCode::Agree)
}
