//! Whether drawing cases needs a fixed amount of memory: draws `GENERATED_CASES` cases (1,000,000 unless it is set),
//! prints the resident memory ten times on the way, and exits with 1 if it has grown by more than a tenth since the first.
//!
//! Reads `/proc`, so that it measures on Linux only.
#![allow(clippy::disallowed_methods, clippy::print_stdout, reason = "it is a program, not a library")]

use std::{env, fs, hint::black_box, process::ExitCode, time::Instant};

use asl_cases::Profile;
use asl_generators::generate_case;

const CASES: u64 = 1_000_000;
const MEASUREMENTS: u64 = 10;

fn main() -> ExitCode {
    // `cargo test --benches` only wants to know that it starts.
    if !env::args().any(|argument| argument == "--bench") {
        return ExitCode::SUCCESS;
    }
    let wanted = env::var("GENERATED_CASES").ok().and_then(|number| number.parse().ok());
    draw_cases(wanted.unwrap_or(CASES))
}

fn draw_cases(n_cases: u64) -> ExitCode {
    let profile = Profile::everything();
    let started = Instant::now();
    let mut first = None;
    for measurement in 1..=MEASUREMENTS {
        let (from, to) = (n_cases * (measurement - 1) / MEASUREMENTS, n_cases * measurement / MEASUREMENTS);
        for index in from..to {
            black_box(generate_case(&profile, 1, index));
        }
        let Some(resident_kib) = resident_kib() else {
            println!("there is no /proc/self/status here, so that nothing is measured");
            return ExitCode::SUCCESS;
        };
        println!("{to:>9} cases  {resident_kib:>7} KiB  {:>6.1} s", started.elapsed().as_secs_f64());
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
