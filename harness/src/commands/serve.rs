//! `serve`: the reference behind the Step Functions API, until it is interrupted.

use super::CommandError;
use crate::{exit_code::ExitCode, output, serve::Server};

/// Where to listen.
#[derive(clap::Args)]
pub struct Args {
    /// The loopback port; 0 picks a free one
    #[arg(long, value_name = "P", default_value_t = 4566)]
    port: u16,
}

pub(super) async fn execute(args: &Args) -> Result<ExitCode, CommandError> {
    let server = Server::start(args.port).await.map_err(|error| {
        CommandError::usage(format!(
            "cannot listen on 127.0.0.1:{}: {error}; pick another port with --port",
            args.port
        ))
    })?;
    output::print(&format!("{}\n", server.endpoint()))?;
    output::say("The reference speaks the Step Functions API here. Waiting costs nothing. Ctrl-C ends it.");
    // Without a signal handler the process would end at Ctrl-C all the same.
    let _ = tokio::signal::ctrl_c().await;
    Ok(ExitCode::Agree)
}
