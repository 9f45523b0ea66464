//! `mutants`: which seeded bugs the suite finds.

use std::{
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::Instant,
};

use asl_reference::reference;

use super::CommandError;
use crate::{
    exit_code::ExitCode,
    mutants::{Hunted, Mutant, MutationScore, Prepared, catalogue},
    output,
};

/// Which mutants, with which cases.
#[derive(clap::Args)]
pub struct Args {
    /// The score as JSON
    #[arg(long)]
    json: bool,
    /// Only list the mutants: id, area, and what the author of the engine got wrong
    #[arg(long, conflicts_with = "json")]
    list: bool,
    /// Only these mutants
    #[arg(long, value_name = "ID", num_args = 1..)]
    only: Vec<String>,
    /// How many mutants at once
    #[arg(long, value_name = "N", default_value_t = 2, value_parser = clap::value_parser!(u16).range(1..=256))]
    jobs: u16,
    /// The seed of the drawn cases
    #[arg(long, value_name = "S", default_value_t = 1)]
    seed: u64,
    /// How many cases to draw in each phase that draws
    #[arg(long, value_name = "N", default_value_t = 500)]
    cases: u64,
}

pub(super) fn execute(args: &Args) -> Result<ExitCode, CommandError> {
    let mutants = chosen(&args.only)?;
    if args.list {
        for mutant in mutants {
            output::print(&format!("{}\t{}\t{}\n", mutant.id, mutant.area, mutant.mistake))?;
        }
        return Ok(ExitCode::Agree);
    }
    let started = Instant::now();
    let prepared = Prepared::new(reference::profile(), args.seed, args.cases);
    output::say(&format!(
        "{} mutants, {} cases and {} other forms each (seed {})",
        mutants.len(),
        prepared.length(),
        prepared.n_forms(),
        args.seed
    ));
    let hunted = hunt_all(&prepared, &mutants, args.jobs.into());
    let score = MutationScore::of(&hunted, prepared.length(), started.elapsed());
    let text = if args.json {
        serde_json::to_string(&score).expect("a score is JSON") + "\n"
    } else {
        score.to_text()
    };
    output::print(&text)?;
    Ok(if score.missed.is_empty() { ExitCode::Agree } else { ExitCode::Diverge })
}

fn chosen(ids: &[String]) -> Result<Vec<&'static Mutant>, CommandError> {
    if ids.is_empty() {
        return Ok(catalogue());
    }
    let find = |id: &String| {
        Mutant::named(id).ok_or_else(|| {
            CommandError::usage(format!(
                "no mutant is called `{id}`; `asl-conformance mutants --list` names them"
            ))
        })
    };
    ids.iter().map(find).collect()
}

/// In the order of the mutants, whoever is done first.
fn hunt_all(prepared: &Prepared, mutants: &[&'static Mutant], jobs: usize) -> Vec<Hunted> {
    let next = AtomicUsize::new(0);
    let hunted = Mutex::new(Vec::with_capacity(mutants.len()));
    thread::scope(|scope| {
        for _ in 0..jobs {
            scope.spawn(|| {
                while let Some(place) =
                    Some(next.fetch_add(1, Ordering::Relaxed)).filter(|place| *place < mutants.len())
                {
                    let one = prepared.hunt(mutants[place]);
                    hunted.lock().expect("a hunt does not panic").push((place, one));
                }
            });
        }
    });
    let mut hunted = hunted.into_inner().expect("a hunt does not panic");
    hunted.sort_by_key(|(place, _)| *place);
    hunted.into_iter().map(|(_, one)| one).collect()
}
