//! `compare`: two runs held against each other. Fails only for what is new.

use std::path::PathBuf;

use asl_reports::{
    Comparison, Query, RunLog, render_comparison_html, render_comparison_json, render_comparison_markdown,
};
use clap::ValueEnum;

use super::{
    CommandError,
    report::{deliver, parse_query, read_logs},
};
use crate::exit_code::ExitCode;

/// Which runs, in which form.
#[derive(clap::Args)]
pub struct Args {
    /// The run to compare with: its folder, or its log
    #[arg(value_name = "BASE")]
    base: PathBuf,
    /// The run that is judged
    #[arg(value_name = "HEAD")]
    head: PathBuf,
    /// The form
    #[arg(long, value_enum, default_value_t = Format::Markdown)]
    format: Format,
    /// Only these cases, for instance `area(choice)`; a case counts if it is chosen in either run
    #[arg(long, value_name = "QUERY", value_parser = parse_query)]
    only: Option<Query>,
    /// The file to write [default: standard output]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Show account ids, ARNs, tokens and credentials as they are
    #[arg(long)]
    no_redact: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For a pull request
    Markdown,
    /// One file, for a browser
    Html,
    /// For programs; see reports/schema/comparison.schema.json
    Json,
}

pub(super) fn execute(args: &Args) -> Result<ExitCode, CommandError> {
    let base = read_logs(&args.base, args.no_redact)?;
    let head = read_logs(&args.head, args.no_redact)?;
    let mut comparisons = Vec::new();
    for (mut base, mut head) in pairs(base, head)? {
        if let Some(query) = &args.only {
            keep_chosen(query, &mut base, &mut head);
        }
        comparisons.push(Comparison::of(&base, &head));
    }
    let render = |comparison: &Comparison| match args.format {
        Format::Markdown => render_comparison_markdown(comparison),
        Format::Html => render_comparison_html(comparison),
        Format::Json => render_comparison_json(comparison),
    };
    let texts: Vec<_> = comparisons.iter().map(render).collect();
    deliver(args.out.as_deref(), &texts.join("\n"))?;
    let has_new = comparisons.iter().any(Comparison::has_new);
    Ok(if has_new { ExitCode::Diverge } else { ExitCode::Agree })
}

/// One run against one, whatever they ran on; runs on several engines by the name of the engine.
fn pairs(mut base: Vec<RunLog>, mut head: Vec<RunLog>) -> Result<Vec<(RunLog, RunLog)>, CommandError> {
    if base.len() == 1 && head.len() == 1 {
        return Ok(base.drain(..).zip(head.drain(..)).collect());
    }
    let name = |log: &RunLog| log.header.engine.split(' ').next().unwrap_or_default().to_owned();
    let mut pairs = Vec::new();
    for head in head {
        let Some(place) = base.iter().position(|base| name(base) == name(&head)) else {
            let message = format!("the base has no run on {}: name runs on the same engines", name(&head));
            return Err(CommandError::usage(message));
        };
        pairs.push((base.remove(place), head));
    }
    match base.first() {
        None => Ok(pairs),
        Some(rest) => {
            let message = format!("the head has no run on {}: name runs on the same engines", name(rest));
            Err(CommandError::usage(message))
        }
    }
}

/// A case that agrees now is still one that was asked for.
fn keep_chosen(query: &Query, base: &mut RunLog, head: &mut RunLog) {
    let both = base.records.iter().chain(&head.records);
    let chosen: std::collections::BTreeSet<_> = both
        .filter(|record| query.matches(record))
        .map(|record| record.shrunk_from.clone().unwrap_or_else(|| record.id.clone()))
        .collect();
    for log in [base, head] {
        log.records.retain(|record| chosen.contains(record.shrunk_from.as_ref().unwrap_or(&record.id)));
    }
}
