//! `compare`: two runs held against each other. Fails only for what is new.

use std::path::PathBuf;

use asl_reports::{
    Comparison, Query, RunLog, keep_chosen, render_comparison_html, render_comparison_json,
    render_comparison_markdown,
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
    deliver(args.out.as_deref(), &rendered(args.format, &comparisons)?)?;
    let has_new = comparisons.iter().any(Comparison::has_new);
    Ok(if has_new { ExitCode::Diverge } else { ExitCode::Agree })
}

fn rendered(format: Format, comparisons: &[Comparison]) -> Result<String, CommandError> {
    Ok(match format {
        Format::Markdown => comparisons.iter().map(render_comparison_markdown).collect::<Vec<_>>().join("\n"),
        Format::Html => render_comparison_html(the_only(comparisons)?),
        Format::Json => render_comparison_json(the_only(comparisons)?),
    })
}

/// A page and a document hold one comparison.
fn the_only(comparisons: &[Comparison]) -> Result<&Comparison, CommandError> {
    if let [comparison] = comparisons {
        return Ok(comparison);
    }
    Err(CommandError::usage(format!(
        "html and json are about one engine, and these runs are on {}: name the folders of one, as in BASE/moto HEAD/moto",
        comparisons.len()
    )))
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

#[cfg(test)]
mod tests {
    use asl_cases::{Policy, Profile};
    use asl_reports::{LOG_FORMAT, RunHeader};

    use super::*;

    fn comparison() -> Comparison {
        let header = RunHeader {
            format: LOG_FORMAT,
            suite_version: "0".to_owned(),
            engine: "moto 5".to_owned(),
            engine_spec: "moto".to_owned(),
            endpoint: None,
            oracle: String::new(),
            seed: 0,
            profile: Profile::everything(),
            cases_planned: 0,
            policy: Policy::default(),
            started_at: "2026-01-01T00:00:00Z".to_owned(),
        };
        let log = RunLog::of(header, Vec::new());
        Comparison::of(&log, &log)
    }

    #[test]
    fn page_and_document_hold_one_engine() {
        for format in [Format::Html, Format::Json] {
            let refused = rendered(format, &[comparison(), comparison()]).map_err(|error| error.message);
            assert!(refused.is_err_and(|message| message.contains("BASE/moto HEAD/moto")), "{format:?}");
            assert!(rendered(format, &[comparison()]).is_ok(), "{format:?}");
        }
        assert!(rendered(Format::Markdown, &[comparison(), comparison()]).is_ok());
    }
}
