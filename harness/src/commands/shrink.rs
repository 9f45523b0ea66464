//! `shrink`: one case that differs, made smaller.

use std::{path::PathBuf, time::Duration};

use asl_cases::{Case, Verdict};
use asl_generators::Relation;
use asl_reports::{CaseRecord, RunFooter, RunLog, render_shrunk};
use tokio::time::Instant;

use super::{
    CommandError, parse_spec,
    replay::{exit_code, find_case, parse_relation},
    run::parse_duration,
    run_name,
};
use crate::{
    engine::EngineSpec,
    exit_code::ExitCode,
    output,
    plan::Job,
    runner::{CaseRun, RunSettings, ShrinkLimits},
    session::Session,
};

/// Which case, where, and what it may cost.
#[derive(clap::Args)]
pub struct Args {
    /// A case id or name from a run's output or the corpus, or a file
    #[arg(value_name = "CASE-ID | NAME | FILE")]
    case: String,
    /// The engine that differs
    #[arg(long, value_name = "SPEC", value_parser = parse_spec)]
    engine: EngineSpec,
    /// Shrink on this engine, which differs in the same way, and confirm on the first one in a few calls
    #[arg(long, value_name = "SPEC", value_parser = parse_spec)]
    cheap: Option<EngineSpec>,
    /// How many executions it may cost
    #[arg(long, value_name = "N", default_value_t = 400)]
    calls: u32,
    /// How long it may take, for instance `10m`
    #[arg(long, value_name = "D", value_parser = parse_duration, default_value = "10m")]
    max_time: Duration,
    /// What it shows, it shows in two forms, by this metamorphic relation
    #[arg(long, value_name = "ID", value_parser = parse_relation)]
    relation: Option<&'static Relation>,
    /// Write the smallest case to this file
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

pub(super) async fn execute(args: Args) -> Result<ExitCode, CommandError> {
    let case = find_case(&args.case, Some(&args.engine))?;
    let case = Case { expectation: None, ..case };
    let session = Session::open(&args.engine, &run_name(), None, output::say).await?;
    let shrunk = on_session(&session, &args, case).await;
    let header = session.header(&settings(&session));
    session.close().await;
    let record = shrunk?;
    if let (Some(out), Some(case)) = (&args.out, &record.case) {
        let text = serde_json::to_string_pretty(case).expect("a case is JSON") + "\n";
        std::fs::write(out, text).map_err(|error| CommandError {
            code: ExitCode::Usage,
            message: format!(
                "cannot write {}: {error}; give --out a file that can be written",
                out.display()
            ),
        })?;
    }
    let verdict = record.verdict;
    let said = if verdict == Verdict::Diverge {
        describe(&record) + &how_to_replay(&args)
    } else {
        "Only a case that diverges can be made smaller.\n".to_owned()
    };
    let footer =
        RunFooter { counts: [(verdict, 1)].into(), elapsed_ms: record.elapsed_ms, stopped_early: None };
    let log = RunLog { footer: Some(footer), ..RunLog::of(header, vec![record]) };
    output::print(&format!("{}{said}", render_shrunk(&log, output::colours())))?;
    Ok(exit_code(verdict))
}

async fn on_session(session: &Session, args: &Args, case: Case) -> Result<CaseRecord, CommandError> {
    let run = CaseRun::new(session.subject(), settings(session));
    let job = match args.relation {
        Some(relation) => Job::related(case, relation),
        None => Job::from(case),
    };
    let record = run.run(job).await.record;
    if record.verdict != Verdict::Diverge {
        return Ok(record);
    }
    let limits =
        ShrinkLimits { calls: args.calls, ends_at: Instant::now() + args.max_time, at_once: session.jobs };
    let shrunk = match &args.cheap {
        None => run.shrink(&record, limits).await,
        Some(spec) => {
            let cheap = Session::open(spec, &run_name(), None, output::say).await?;
            let limits = ShrinkLimits { at_once: cheap.jobs, ..limits };
            let cheap_run = CaseRun::new(cheap.subject(), settings(&cheap));
            let shrunk = run.shrink_elsewhere(&cheap_run, &record, limits).await;
            cheap.close().await;
            if shrunk.is_none() {
                output::say(&format!("{spec} led to no smaller case that {} shows too", args.engine));
            }
            shrunk
        }
    };
    Ok(shrunk.unwrap_or(record))
}

fn settings(session: &Session) -> RunSettings {
    RunSettings { jobs: session.jobs, deadline: session.deadline, ..RunSettings::default() }
}

/// The command that runs the smallest case again, which is kept nowhere but in the file that was asked for.
fn how_to_replay(args: &Args) -> String {
    let relation = args.relation.map(|relation| format!(" --relation {}", relation.id)).unwrap_or_default();
    match &args.out {
        Some(out) => {
            format!("replay  asl-conformance replay {} --engine {}{relation}\n", out.display(), args.engine)
        }
        None => "replay  give --out FILE to keep the case, and replay that\n".to_owned(),
    }
}

/// What shrinking found out, below the divergence.
fn describe(record: &CaseRecord) -> String {
    let mut lines = Vec::new();
    if let Some(case) = &record.case {
        lines.push(format!("definition\n{:#}", case.main().definition));
        lines.push(format!("input  {}", case.input));
    }
    if let Some(first) = record.divergences.first() {
        lines.push(format!("bug    {} {}", first.signature.id(), first.signature));
    }
    lines.extend(record.first_difference.iter().map(|first| format!("first  {first}")));
    if let Some(notes) = &record.shrinking {
        let immaterial =
            if notes.immaterial.is_empty() { "nothing".to_owned() } else { notes.immaterial.join(", ") };
        lines.push(format!("can be anything else  {immaterial}"));
        lines.push(format!("{} executions", notes.calls));
    }
    lines.iter().fold(String::from("\n"), |text, line| text + line + "\n")
}
