//! Property-based conformance tests for Amazon States Language engines: engines, runner, judge and the command line.
//!
//! Start at [`commands`] (one file a subcommand), then [`session`] (an engine that is ready), [`runner`] (cases on an
//! engine) and [`judge`] (pure comparison). Everything that does I/O lives in this crate.
#![allow(
    clippy::disallowed_methods,
    reason = "this is the crate at the edge: it reads files, the environment and the clock, so that the others need not"
)]

pub mod case_file;
pub mod commands;
pub mod coverage;
pub mod definition_places;
pub mod definition_problem;
pub mod emulator;
pub mod engine;
pub mod exit_code;
pub mod judge;
pub mod known;
pub mod mutants;
pub mod output;
pub mod plan;
pub mod probe;
pub mod recordings;
pub mod registry;
pub mod run_folder;
pub mod runner;
pub mod secrets;
pub mod serve;
pub mod session;
