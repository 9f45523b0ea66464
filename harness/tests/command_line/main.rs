//! The command as a user meets it: the built program in a folder of its own, with engines that are down, lie, hang or
//! die, with bad files, and with a user who interrupts it.
#![allow(clippy::disallowed_methods, reason = "it starts the program and reads what it wrote")]

mod bad_engines;
mod bad_files;
mod cut_short;
mod engine_choice;
mod fake;
mod fake_engines;
mod known_lists;
mod run_folders;
mod same_cases;
mod serve;
#[path = "../support/mod.rs"]
mod support;
mod usage;
mod workplace;
