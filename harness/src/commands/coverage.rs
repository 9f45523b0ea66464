//! `coverage`: what the cases of a seed reach in the reference, how healthy they are, and what they never reach.

use std::fmt::Write;

use asl_cases::Phase;
use asl_generators::stream_version;
use asl_reference::reference::Settings;

use super::{
    CommandError,
    generate::{narrowed, profile_of},
    parse_spec,
};
use crate::{
    coverage::{Coverage, GroupCounts, Share, census},
    engine::EngineSpec,
    exit_code::ExitCode,
    output,
    plan::{Plan, PlanSettings},
};

/// Which cases, and how often each cell must be reached.
#[derive(clap::Args)]
pub struct Args {
    /// How many cases to draw in each of the phases random, invalid and metamorphic
    #[arg(long, value_name = "N", default_value_t = 20_000)]
    cases: u64,
    /// The seed of the random cases
    #[arg(long, value_name = "S", default_value_t = 1)]
    seed: u64,
    /// The phases whose cases count
    #[arg(long, value_delimiter = ',', default_values_t = [Phase::Random])]
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
    /// Show beside the census of real definitions what the cases are made of
    #[arg(long)]
    census: bool,
    /// Print every count as JSON
    #[arg(long)]
    json: bool,
}

pub(super) fn execute(args: &Args) -> Result<ExitCode, CommandError> {
    let coverage = measure(args)?;
    let text = match (args.json, args.census) {
        (true, _) => format!("{:#}\n", coverage.document(args.seed)),
        (false, true) => census_table(&coverage),
        (false, false) => table(args, &coverage),
    };
    output::print(&text)?;
    Ok(if is_good(&coverage, args.min) { ExitCode::Agree } else { ExitCode::Diverge })
}

fn measure(args: &Args) -> Result<Coverage, CommandError> {
    let mut coverage = Coverage::default();
    let profile = narrowed(&profile_of(&args.profile)?);
    let settings =
        PlanSettings { phases: args.phases.clone(), ..PlanSettings::new(profile, args.seed, args.cases) };
    for job in Plan::new(settings).jobs() {
        coverage.run(&job.case, Settings::default());
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
    let mut text = format!("{} cases (seed {}, stream {})", coverage.n_cases, args.seed, stream_version());
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
    write_verdict(&mut text, &groups, args.min);
    text
}

fn write_verdict(text: &mut String, groups: &[GroupCounts], min: u64) {
    let targets = || groups.iter().filter(|group| group.group.is_target());
    let n_cells: usize = targets().map(|group| group.n_cells).sum();
    let n_enough: usize = targets().map(|group| group.n_enough).sum();
    let _ = if n_enough == n_cells {
        writeln!(text, "\nall {n_cells} cells that have to be reached are, each in {min} cases or more")
    } else {
        writeln!(text, "\n{} of {n_cells} cells that have to be reached are not", n_cells - n_enough)
    };
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

fn census_table(coverage: &Coverage) -> String {
    let mut text = format!("Real definitions: {}.\n", census().source);
    let mut section = String::new();
    for row in coverage.tally.rows() {
        if row.section != section {
            let _ = writeln!(text, "\n{:>7} {:>7}  {}", "real", "ours", row.section);
            section.clone_from(&row.section);
        }
        let _ = writeln!(text, "{:>7.1} {:>7.1}  {}", row.census_percent, row.our_percent, row.name);
    }
    text
}
