//! `replay`: one case again, found by id, name or file.

use std::path::Path;

use asl_cases::{Case, Profile, Verdict, corpus::corpus};
use asl_generators::{AREAS, RELATIONS, Relation, boundary_cases, generate_case_in};
use asl_reference::reference;
use asl_reports::{RunFooter, RunHeader, RunLog, render_replay};

use super::{
    CommandError,
    generate::{narrowed, profile_of},
    parse_spec, run_name,
};
use crate::{
    case_file::read_case_or_definition,
    engine::EngineSpec,
    exit_code::ExitCode,
    output,
    plan::Job,
    run_folder::{RUNS, find_case as find_in_runs},
    runner::{CaseRun, RunSettings},
    session::{Session, engine_name},
};

/// Which case, where.
#[derive(clap::Args)]
pub struct Args {
    /// A case id or name from a run's output or the corpus, or a file. Both are looked up in the runs in the current folder
    /// and in its `runs`, the name of a drawn case in those on the engine given here first; where none has it, it is drawn
    /// again by its name
    #[arg(value_name = "CASE-ID | NAME | FILE")]
    case: String,
    /// The engine
    #[arg(long, value_name = "SPEC", value_parser = parse_spec, default_value = "reference")]
    engine: EngineSpec,
    /// Run it in two forms, by this metamorphic relation
    #[arg(long, value_name = "ID", value_parser = parse_relation)]
    relation: Option<&'static Relation>,
}

pub(super) async fn execute(args: Args) -> Result<ExitCode, CommandError> {
    let case = find_case(&args.case, Some(&args.engine))?;
    let job = match args.relation {
        Some(relation) => Job::related(case, relation),
        None => Job::from(case),
    };
    let session = Session::open(&args.engine, &run_name(), None, output::say).await?;
    let settings = RunSettings { deadline: session.deadline, ..RunSettings::default() };
    let header = session.header(&settings);
    let end = CaseRun::new(session.subject(), settings).run(job).await;
    session.close().await;
    let verdict = end.record.verdict;
    let counts = [(verdict, 1)].into();
    let footer = RunFooter { counts, elapsed_ms: end.record.elapsed_ms, stopped_early: None };
    let log = RunLog { footer: Some(footer), ..RunLog::of(header, vec![end.record]) };
    output::print(&render_replay(&log, output::colours()))?;
    Ok(exit_code(verdict))
}

pub(super) fn parse_relation(text: &str) -> Result<&'static Relation, String> {
    let ids = || RELATIONS.iter().map(|relation| relation.id).collect::<Vec<_>>().join(", ");
    Relation::named(text).ok_or_else(|| format!("there is no relation `{text}`; the relations are {}", ids()))
}

pub(super) fn exit_code(verdict: Verdict) -> ExitCode {
    match verdict {
        Verdict::Diverge => ExitCode::Diverge,
        Verdict::EngineError => ExitCode::Engine,
        Verdict::HarnessError => ExitCode::Harness,
        _ => ExitCode::Agree,
    }
}

/// A case by file, by id or name in the corpus, by id or name in the runs in the current folder or in its `runs`, or by
/// the name of a generated case. Of an engine that is given, the runs on it come first: another one may have been sent another
/// case of the same name.
pub(super) fn find_case(text: &str, engine: Option<&EngineSpec>) -> Result<Case, CommandError> {
    let path = Path::new(text);
    if path.is_file() {
        return Ok(read_case_or_definition(path)?);
    }
    let in_corpus = corpus().into_iter().find(|case| case.name == text || case.id().as_str() == text);
    let profile = engine.map_or_else(|| Ok(reference::profile()), profile_of)?;
    let on_engine = |run: &RunHeader| engine.is_some_and(|engine| is_of(run, engine));
    let in_runs = |is_meant: &dyn Fn(&RunHeader) -> bool| {
        [RUNS, "."].iter().find_map(|folder| find_in_runs(Path::new(folder), text, is_meant))
    };
    let kept = || in_runs(&on_engine).or_else(|| in_runs(&|_| true));
    let drawn = || generated(text, &narrowed(&profile));
    in_corpus.or_else(kept).or_else(drawn).ok_or_else(|| {
        let similar = most_similar(text).map(|name| format!("; did you mean `{name}`?")).unwrap_or_default();
        CommandError::usage(format!(
            "`{text}` is no file, no case of the corpus, and no case that a run in ./{RUNS} or . has kept: give the case.json of its divergence, or see `list` for the corpus{similar}"
        ))
    })
}

/// Whether a run was on this engine, of whatever version.
fn is_of(run: &RunHeader, engine: &EngineSpec) -> bool {
    let name = run.engine.split(' ').next().unwrap_or_default();
    run.engine_spec == engine.to_string() || name == engine_name(engine)
}

/// The name in the corpus that was probably meant.
fn most_similar(text: &str) -> Option<String> {
    const MEANT: f64 = 0.9;
    let names = corpus().into_iter().map(|case| (strsim::jaro_winkler(&case.name, text), case.name));
    let nearest = names.filter(|(score, _)| *score > MEANT).max_by(|left, right| left.0.total_cmp(&right.0));
    nearest.map(|(_, name)| name)
}

/// A boundary case of this engine's profile, or that which `random/<area>/<seed>-<index>` names.
fn generated(name: &str, profile: &Profile) -> Option<Case> {
    if name.starts_with("boundary/") {
        return boundary_cases(profile).find(|case| case.name == name);
    }
    let (area, draw) = name.strip_prefix("random/")?.split_once('/')?;
    let (seed, index) = draw.split_once('-')?;
    AREAS.contains(&area).then_some(())?;
    let case = generate_case_in(profile, area, seed.parse().ok()?, index.parse().ok()?);
    (case.name == name).then_some(case)
}
