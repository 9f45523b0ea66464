//! `serve`: the reference behind the Step Functions API, until it is interrupted.

use std::{
    fs,
    path::{Path, PathBuf},
};

use tokio::signal::unix::{SignalKind, signal};

use super::{CommandError, cannot_listen_for_signals, interruptions};
use crate::{
    exit_code::ExitCode,
    output,
    serve::{Server, Settings, Stubs, TimeMode},
};

/// Where to listen, and how to answer.
#[derive(clap::Args)]
pub struct Args {
    /// The loopback port; 0 picks a free one
    #[arg(long, value_name = "P", default_value_t = 4566)]
    port: u16,
    /// Whether waiting costs nothing while no worker is waited for, or takes as long as it says
    #[arg(long, value_enum, default_value_t)]
    time: TimeMode,
    /// A JSON file with the answers of tasks that no worker answers
    #[arg(long, value_name = "FILE")]
    stubs: Option<PathBuf>,
    /// How many executions that have ended are kept
    #[arg(long, value_name = "N", default_value_t = Settings::default().finished_max)]
    keep: usize,
}

pub(super) async fn execute(args: &Args) -> Result<ExitCode, CommandError> {
    let stubs = args.stubs.as_deref().map(read_stubs).transpose()?.unwrap_or_default();
    let settings = Settings { time: args.time, finished_max: args.keep.max(1), stubs, ..Settings::default() };
    let server = Server::start(args.port, settings).await.map_err(|error| {
        CommandError::usage(format!(
            "cannot listen on 127.0.0.1:{}: {error}; pick another port with --port",
            args.port
        ))
    })?;
    // Before the endpoint is told: whoever reads it may end us at once.
    let mut terminated =
        signal(SignalKind::terminate()).map_err(|error| cannot_listen_for_signals(&error))?;
    let mut interrupted = interruptions()?;
    output::print(&format!("{}\n", server.endpoint()))?;
    output::say(match args.time {
        TimeMode::Virtual => {
            "The reference speaks the Step Functions API here. Waiting costs nothing. Ctrl-C ends it."
        }
        TimeMode::Real => "The reference speaks the Step Functions API here, in real time. Ctrl-C ends it.",
    });
    tokio::select! {
        _ = interrupted.recv() => {}
        _ = terminated.recv() => {}
    }
    Ok(ExitCode::Agree)
}

fn read_stubs(path: &Path) -> Result<Stubs, CommandError> {
    let unusable = |reason: String| {
        CommandError::usage(format!(
            "{}: {reason}; a file of stubs is {{\"machines\": {{MACHINE: {{STATE: [ANSWER, …]}}}}}}",
            path.display()
        ))
    };
    let text = fs::read_to_string(path).map_err(|error| unusable(error.to_string()))?;
    let mut reader = serde_json::Deserializer::from_str(&text);
    let stubs = serde_path_to_error::deserialize(&mut reader)
        .map_err(|error| unusable(format!("at `{}`: {}", error.path(), error.inner())))?;
    reader.end().map_err(|error| unusable(error.to_string()))?;
    Ok(stubs)
}
