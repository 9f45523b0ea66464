//! Whether memory stays flat: executes the median definition 1,000,000 times, prints the resident memory ten times on
//! the way, and exits with 1 if it has grown by more than a tenth since the first.
//!
//! Reads `/proc`, so that it measures on Linux only.
#![allow(clippy::disallowed_methods, clippy::print_stdout, reason = "it is a program, not a library")]

mod workloads;

use std::{env, fs, process::ExitCode, time::Instant};

const EXECUTIONS: u32 = 1_000_000;
const MEASUREMENTS: u32 = 10;

fn main() -> ExitCode {
    // `cargo test --benches` only wants to know that it starts.
    if !env::args().any(|argument| argument == "--bench") {
        return ExitCode::SUCCESS;
    }
    let workload = workloads::median();
    let started = Instant::now();
    let mut first = None;
    for measurement in 1..=MEASUREMENTS {
        for _ in 0..EXECUTIONS / MEASUREMENTS {
            workload.run();
        }
        let Some(resident_kib) = resident_kib() else {
            println!("there is no /proc/self/status here, so that nothing is measured");
            return ExitCode::SUCCESS;
        };
        let n_done = EXECUTIONS / MEASUREMENTS * measurement;
        println!("{n_done:>9} executions  {resident_kib:>7} KiB  {:>6.1} s", started.elapsed().as_secs_f64());
        if resident_kib > *first.get_or_insert(resident_kib) * 11 / 10 {
            println!("the memory grows");
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}

fn resident_kib() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim().strip_suffix("kB")?.trim().parse().ok()
}
