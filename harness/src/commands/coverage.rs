//! `coverage`: what the cases of a seed reach in the reference, how healthy they are, and what they never reach.

use std::fmt::Write;

use asl_cases::corpus::corpus;
use asl_generators::generate_case;
use asl_reference::reference::Settings;
use clap::ValueEnum;
use serde_json::json;

use super::{
    CommandError,
    generate::{narrowed, profile_of},
    parse_spec,
};
use crate::{
    coverage::{Coverage, Group, GroupCounts, Share},
    engine::EngineSpec,
    exit_code::ExitCode,
    output,
};

/// Which cases, and how often each cell must be reached.
#[derive(clap::Args)]
pub struct Args {
    /// How many random cases
    #[arg(long, value_name = "N", default_value_t = 20_000)]
    cases: u64,
    /// The seed of the random cases
    #[arg(long, value_name = "S", default_value_t = 1)]
    seed: u64,
    /// The phases whose cases count
    #[arg(long, value_enum, value_delimiter = ',', default_values_t = [Phase::Random])]
    phases: Vec<Phase>,
    /// Only what this engine claims to support: an engine name, or `reference` for everything that is modelled
    #[arg(long, value_name = "ENGINE", value_parser = parse_spec, default_value = "reference")]
    profile: EngineSpec,
    /// In how many cases a cell must be reached
    #[arg(long, value_name = "N", default_value_t = 20)]
    min: u64,
    /// List the cells of every group that are reached in fewer cases, not only of those that have to be reached
    #[arg(long)]
    all: bool,
    /// Print every count as JSON
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Phase {
    /// The authored cases
    Corpus,
    /// Cases drawn from the seed
    Random,
}

pub(super) fn execute(args: &Args) -> Result<ExitCode, CommandError> {
    let coverage = measure(args)?;
    let text = if args.json { document(args, &coverage) } else { table(args, &coverage) };
    output::print(&text)?;
    Ok(if is_good(&coverage, args.min) { ExitCode::Agree } else { ExitCode::Diverge })
}

fn measure(args: &Args) -> Result<Coverage, CommandError> {
    let mut coverage = Coverage::default();
    let profile = narrowed(&profile_of(&args.profile)?);
    if args.phases.contains(&Phase::Corpus) {
        for case in corpus() {
            coverage.run(&case, Settings::default());
        }
    }
    if args.phases.contains(&Phase::Random) {
        for index in 0..args.cases {
            coverage.run(&generate_case(&profile, args.seed, index), Settings::default());
        }
    }
    Ok(coverage)
}

/// Whether every cell that has to be reached is reached often enough, and no share is bad.
fn is_good(coverage: &Coverage, min: u64) -> bool {
    let lacks = |group: &GroupCounts| group.group.is_target() && !group.lacking.is_empty();
    !coverage.matrix.groups(min).iter().any(lacks)
        && !coverage.health.shares().iter().any(|share| share.is_bad)
}

fn table(args: &Args, coverage: &Coverage) -> String {
    let mut text = format!("{} cases (seed {})", coverage.health.n_cases(), args.seed);
    if coverage.n_unknown > 0 {
        let _ = write!(text, "; {} more that the reference cannot run to an end", coverage.n_unknown);
    }
    text.push_str("\n\n");
    let groups = coverage.matrix.groups(args.min);
    write_groups(&mut text, &groups, args.min);
    let (met, all) = coverage.pairs.reached();
    let _ = writeln!(text, "\npairs of fields that met in one execution: {met} of {all}");
    text.push('\n');
    coverage.health.shares().iter().for_each(|share| write_share(&mut text, share));
    let shown = groups.iter().filter(|group| args.all || group.group.is_target());
    shown.for_each(|group| write_lacking(&mut text, group, args.min));
    text
}

fn write_groups(text: &mut String, groups: &[GroupCounts], min: u64) {
    let _ = writeln!(text, "{:>6} {:>6} {:>6}  group", "cells", format!(">={min}"), "never");
    for group in groups {
        let n_never = group.lacking.iter().filter(|(_, count)| *count == 0).count();
        let mark = if group.group.is_target() { "*" } else { " " };
        let _ = writeln!(
            text,
            "{:>6} {:>6} {n_never:>6} {mark}{:<17} {}",
            group.n_cells,
            group.n_enough,
            group.group.as_str(),
            group.group.title()
        );
    }
    let _ = writeln!(text, "{:21} * every cell has to be reached in {min} cases", "");
}

fn write_share(text: &mut String, share: &Share) {
    let limit = share.limit.as_ref().map_or(String::new(), |limit| format!(" ({limit})"));
    let warning = if share.is_bad { "WARNING " } else { "" };
    let _ = writeln!(text, "{:>6.2} % {warning}{}{limit}", share.percent, share.name);
}

fn write_lacking(text: &mut String, group: &GroupCounts, min: u64) {
    if group.lacking.is_empty() {
        return;
    }
    let _ = writeln!(text, "\n{}: reached in fewer than {min} cases", group.group.as_str());
    for (name, count) in &group.lacking {
        let _ = writeln!(text, "{count:>6} {name}");
    }
}

fn document(args: &Args, coverage: &Coverage) -> String {
    let cells = |group: Group| {
        let of_group = coverage.matrix.counts().filter(move |(cell, _)| cell.group == group);
        of_group.map(|(cell, count)| (cell.name.clone(), count.into())).collect::<serde_json::Map<_, _>>()
    };
    let groups = Group::ALL
        .map(|group| json!({"group": group, "has_to_be_reached": group.is_target(), "cells": cells(group)}));
    let (met, all) = coverage.pairs.reached();
    let document = json!({
        "format": 1,
        "seed": args.seed,
        "min": args.min,
        "cases": coverage.health.n_cases(),
        "not_run_to_an_end": coverage.n_unknown,
        "groups": groups,
        "pairs": {"met": met, "all": all},
        "health": coverage.health.shares(),
    });
    format!("{document:#}\n")
}
