//! The command `asl-conformance`.

use std::process::ExitCode;

use asl_conformance::{
    commands::{self, Command},
    output,
};
use clap::Parser;
use tokio::runtime::Runtime;

/// Cases, histories and candidates are many small documents that live for a moment.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Property-based conformance tests for Amazon States Language engines.
///
/// Generates state machines and inputs, runs them on an engine, compares outputs, error paths and histories with what
/// AWS Step Functions does, and shrinks every difference to a small reproducer.
#[derive(Parser)]
#[command(name = "asl-conformance", version, arg_required_else_help = true, after_help = EXIT_CODES)]
struct CommandLine {
    #[command(subcommand)]
    command: Command,
}

const EXIT_CODES: &str = "\
Engines: reference, serve, http://HOST:PORT, moto, ministack, localstack (NAME@VERSION picks another version);
faulty:KIND is the reference with a fault, to test the suite itself.

Exit codes: 0 all agree, 1 divergence, 2 usage, 3 engine error, 4 harness error, 5 time cap reached,
6 a known divergence is fixed, 130 interrupted.";

fn main() -> ExitCode {
    let command = CommandLine::parse().command;
    let runtime = Runtime::new().expect("threads can be started");
    let ended = runtime.block_on(Box::pin(commands::execute(command)));
    // Whoever interrupts does not wait for an emulator that is still being installed or started.
    runtime.shutdown_background();
    match ended {
        Ok(code) => code.into(),
        Err(error) => {
            output::complain(&error.message);
            error.code.into()
        }
    }
}
