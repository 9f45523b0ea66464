//! An unchanged engine gives no new divergence: after `known update` on one run, runs with ten other seeds show what is on
//! the list and nothing else. `ASL_TEN_SEEDS` says how many bugs of the whole catalogue are tried instead of those named
//! here, `ASL_BUG` which ones alone (split by commas), `ASL_SEED_CASES` how many cases are drawn in each phase (60),
//! `ASL_FIRST_CASES` how many in the run of which the list is made (300), `ASL_SEED` with which seed that is drawn (1; the
//! others follow).
#![allow(clippy::disallowed_methods, reason = "it reads the environment, as the harness does")]
#![allow(clippy::print_stdout, reason = "its figures are read with --nocapture")]

#[path = "support/runs.rs"]
mod runs;

use std::env;

use asl_cases::{Phase, Verdict};
use asl_conformance::{
    known::{KnownFile, update},
    mutants::{Mutant, catalogue},
};

use self::runs::{Prepared, answered_wrongly, bugs_named, number, on_a_deep_stack, prepared, run_on};

/// Engines with one bug each, in different parts of the language, whose list is complete after one run. Of the whole
/// catalogue (`ASL_FIRST_CASES=500 ASL_TEN_SEEDS=392`, other seeds with `ASL_SEED`) most are so; the rest get an entry or two more
/// from a fresh seed.
const BUGS: &[&str] = &[
    "string-greater-path-turned-round",
    "partition-drops-rest",
    "hash-in-upper-case",
    "split-keeps-empty-parts",
    "wait-missing-timestamp-is-now",
    "iteration-started-missing",
    "operands-not-checked",
    "input-path-ignored",
    "parameters-see-raw-input",
    "map-ignores-result-selector",
    "timestamp-greater-equals-path-excludes-equal",
    "retry-counter-not-reset",
    "jsonata-no-error-output",
    "entered-input-is-output",
    "context-without-token",
    "error-output-in-lower-case",
    "single-branch-unwrapped",
    "type-tests-ignore-false",
    "csv-reads-numbers",
];

/// How many cases are drawn in each phase of a run.
const N_CASES: usize = 60;

/// The same for the run of which the list is made: a list is made of a run that sees more than the ones that follow.
const N_CASES_FIRST: usize = 300;

/// How many runs with fresh seeds follow the one of which the list is made.
const N_FRESH: u64 = 10;

#[test]
fn unchanged_engine_shows_nothing_new_with_ten_other_seeds() {
    on_a_deep_stack(every_bug_stays_known);
}

async fn every_bug_stays_known() {
    let seed = number("ASL_SEED").unwrap_or(1) as u64;
    let fresh = (1..=N_FRESH).map(|more| run_of(seed + more, false));
    let runs: Vec<Vec<Prepared>> = std::iter::once(run_of(seed, true)).chain(fresh).collect();
    let mut new_ones = Vec::new();
    let mut entries = 0;
    let bugs = bugs();
    for bug in &bugs {
        let mut known = KnownFile::default();
        let (mut fresh, mut diverging) = (Vec::new(), 0);
        for (number, run) in runs.iter().enumerate() {
            let log = run_on(&[bug], answered_wrongly(&[bug], run), &known).await;
            if number == 0 {
                let (changes, _) = update(&mut known, &log, "2026-01-01".parse().expect("a day"));
                for entry in &known.known {
                    println!("  {:<40} {} {}", bug.id, entry.id, entry.signature);
                }
                entries += changes.added.len();
                continue;
            }
            diverging += log.records.len();
            let new = log.records.iter().filter(|record| record.verdict == Verdict::Diverge);
            fresh.extend(new.map(|record| {
                let first =
                    record.differences().find(|one| one.known.is_none()).unwrap_or(&record.divergences[0]);
                let shown = record
                    .case
                    .as_ref()
                    .map(|case| format!("{} on {}", case.main().definition_text(), case.input));
                let shown = shown.unwrap_or_default();
                format!("{}: {} ({}: {shown})", bug.id, first.signature, record.name)
            }));
        }
        println!("{:<44} {} entries, {} new of {diverging}", bug.id, known.known.len(), fresh.len());
        for one in &fresh {
            println!("    NEW {one}");
        }
        new_ones.extend(fresh);
    }
    println!("{} bugs, {entries} entries, {} new", bugs.len(), new_ones.len());
    assert!(new_ones.is_empty(), "{}", new_ones.join("\n"));
}

fn bugs() -> Vec<&'static Mutant> {
    if let Ok(ids) = env::var("ASL_BUG") {
        return bugs_named(&ids);
    }
    match number("ASL_TEN_SEEDS") {
        Some(wanted) => {
            let all = catalogue();
            let step = (all.len() / wanted.max(1)).max(1);
            all.into_iter().step_by(step).collect()
        }
        None => bugs_named(&BUGS.join(",")),
    }
}

/// What a run with this seed would send.
fn run_of(seed: u64, is_first: bool) -> Vec<Prepared> {
    let (name, by_default) =
        if is_first { ("ASL_FIRST_CASES", N_CASES_FIRST) } else { ("ASL_SEED_CASES", N_CASES) };
    let drawn = number(name).unwrap_or(by_default) as u64;
    let every = [Phase::Random, Phase::Invalid, Phase::Corpus, Phase::Boundary];
    prepared(seed, drawn, if is_first { &every } else { &every[..2] })
}
