//! `run`: the suite on an engine.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use asl_cases::{Case, Phase, corpus::corpus};
use asl_generators::{AREAS, stream_version};
use asl_reports::{Query, RunFooter, RunHeader, RunLog, Summary, render};
use tokio::{sync::watch, time::Instant};

use super::{
    CommandError, generate::narrowed, interruptions, parse_spec, progress::Progress, report::parse_query,
    run_name,
};
use crate::{
    coverage::{Coverage, RunCoverage},
    engine::{EngineErrorKind, EngineSpec},
    exit_code::ExitCode,
    known::{Known, RegressionEnd, Store, not_observed},
    output,
    plan::{Forms, Plan, PlanSettings},
    run_folder::{RUNS, RunFolder, read_runs, run_folders, write_matrix, write_report},
    runner::{Finished, RunEnd, RunOracle, RunSettings, ShrinkBudget, StopReason, run_cases},
    session::{Session, engine_name, header_of},
};

/// What to run, on what.
#[derive(clap::Args)]
pub struct Args {
    /// The engine; several are run one after the other and reported together. Without one the reference is served on a
    /// free port and tested through its API
    #[arg(long = "engine", value_name = "SPEC", value_parser = parse_spec)]
    engines: Vec<EngineSpec>,
    /// Who says what is right
    #[arg(long, value_enum, default_value_t = RunOracle::Reference)]
    oracle: RunOracle,
    /// How many cases to draw in each of the phases random, invalid and metamorphic [default: 500; 150 on localstack]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(..=CASES_MAX))]
    cases: Option<u64>,
    /// The seed of what is drawn [default: drawn from the clock, and printed]
    #[arg(long, value_name = "S")]
    seed: Option<u64>,
    /// Which parts: the authored cases, boundary values, random cases, broken definitions, two forms of one machine
    #[arg(
        long,
        value_name = "LIST",
        value_delimiter = ',',
        default_value = "corpus,boundary,random,invalid,metamorphic"
    )]
    phases: Vec<Phase>,
    /// Only this area, for instance `choice`; may be given several times
    #[arg(long = "area", value_name = "A")]
    areas: Vec<String>,
    /// Only these cases, for instance `area(choice) & !requirement(asl.choice.default)`
    #[arg(long, value_name = "QUERY", value_parser = parse_query)]
    only: Option<Query>,
    /// How many cases at once [default: what suits the engine]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    jobs: Option<u16>,
    /// Stop after this time, for instance `90s` or `10m`
    #[arg(long, value_name = "D", value_parser = parse_duration)]
    max_time: Option<Duration>,
    /// The time for one case on the engine, for instance `30s` [default: what suits the engine]
    #[arg(long, value_name = "D", value_parser = parse_duration)]
    deadline: Option<Duration>,
    /// The run folder, which must not exist [default: runs/<time>-<engine>]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Report cases as they were drawn, without shrinking them
    #[arg(long)]
    no_shrink: bool,
    /// How long shrinking may take in all, for instance `10m` [default: as long as the cases took, and `2m` at least]
    #[arg(long, value_name = "D", value_parser = parse_duration, conflicts_with = "no_shrink")]
    shrink_time: Option<Duration>,
    /// The folder of what is known about the engine: `known.toml`, and a case for each bug, which is replayed first
    /// [default: cases/regressions/<engine>, if it is there]
    #[arg(long, value_name = "DIR")]
    regressions: Option<PathBuf>,
    /// Keep the smallest case of each new bug in the folder of regressions
    #[arg(long)]
    keep_regressions: bool,
    /// Write account ids, ARNs, tokens and credentials as they are
    #[arg(long)]
    no_redact: bool,
}

pub(super) async fn execute(args: Args) -> Result<ExitCode, CommandError> {
    check_areas(&args.areas)?;
    check_query(args.only.as_ref())?;
    let seed = args.seed.unwrap_or_else(|| jiff::Timestamp::now().as_second().unsigned_abs());
    let specs = if args.engines.is_empty() { vec![EngineSpec::Serve] } else { args.engines.clone() };
    let folder = match &args.out {
        Some(out) => RunFolder::create(out)?,
        None => RunFolder::create_unused(&default_folder(&specs))?,
    };
    let stop = stop_on_ctrl_c()?;
    match specs.as_slice() {
        [spec] => run_on(&args, spec, folder, seed, stop).await,
        specs => run_on_each(&args, specs, &folder, seed, stop).await,
    }
}

/// One engine after the other, each with a folder of its own in the folder of the run.
async fn run_on_each(
    args: &Args,
    specs: &[EngineSpec],
    run: &RunFolder,
    seed: u64,
    stop: watch::Receiver<bool>,
) -> Result<ExitCode, CommandError> {
    let (mut codes, mut without_a_run) = (Vec::new(), Vec::new());
    for spec in specs {
        let mut folder = redacted(args, RunFolder::create_unused(&run.path().join(file_name(spec)))?);
        let code = match run_in(&mut folder, args, spec, seed, stop.clone()).await {
            Ok(code) => code,
            Err(error) => {
                output::complain(&format!("{spec}: {}", error.message));
                let code = error.code;
                without_a_run.push((folder, spec, error));
                code
            }
        };
        codes.push(code);
        if code == ExitCode::Interrupted {
            break;
        }
    }
    let is_reported = has_runs(run);
    for (mut folder, spec, error) in without_a_run {
        if is_reported && error.code == ExitCode::Engine {
            log_without_a_run(&mut folder, args, spec, seed, error.message)?;
        } else {
            folder.remove_if_empty();
        }
    }
    report_side_by_side(run)?;
    Ok(worst(&codes))
}

/// A folder that holds no run of an engine stands for itself.
fn has_runs(run: &RunFolder) -> bool {
    run_folders(run.path()) != [run.path()]
}

/// The log of an engine that was never asked for a case: the report of all engines must not pass over it. What is in the folder
/// already, such as an emulator's own log, stays.
fn log_without_a_run(
    folder: &mut RunFolder,
    args: &Args,
    spec: &EngineSpec,
    seed: u64,
    reason: String,
) -> Result<(), CommandError> {
    let settings = RunSettings { oracle: args.oracle, ..RunSettings::default() };
    folder.begin(RunHeader { seed, cases_planned: 0, ..header_of(spec, &settings) })?;
    folder.finish(RunFooter { stopped_early: Some(reason), ..RunFooter::default() })?;
    Ok(())
}

/// The reports of all engines in one. Where no engine came to a run, nothing is left.
fn report_side_by_side(run: &RunFolder) -> Result<(), CommandError> {
    if !has_runs(run) {
        run.remove_if_empty();
        return Ok(());
    }
    write_matrix(run.path(), &read_runs(run.path())?)?;
    output::say(&format!("All engines side by side: {}", run.path().join("report.html").display()));
    Ok(())
}

/// The first that applies. Unlike in one run, an engine error goes before a divergence, even if it is that of a single
/// case: the code of a run does not tell whether its engine was given up.
fn worst(codes: &[ExitCode]) -> ExitCode {
    use ExitCode::{Capped, Diverge, Engine, Fixed, Harness, Interrupted, Usage};
    let order = [Interrupted, Harness, Usage, Engine, Diverge, Fixed, Capped];
    order.into_iter().find(|code| codes.contains(code)).unwrap_or(ExitCode::Agree)
}

/// One engine. Of a run that never began no folder is left.
async fn run_on(
    args: &Args,
    spec: &EngineSpec,
    folder: RunFolder,
    seed: u64,
    stop: watch::Receiver<bool>,
) -> Result<ExitCode, CommandError> {
    let mut folder = redacted(args, folder);
    let ended = run_in(&mut folder, args, spec, seed, stop).await;
    ended.inspect_err(|_| folder.remove_if_empty())
}

/// The folder, in which secrets are written only if the user wants them.
fn redacted(args: &Args, folder: RunFolder) -> RunFolder {
    if args.no_redact { folder.without_redaction() } else { folder }
}

async fn run_in(
    folder: &mut RunFolder,
    args: &Args,
    spec: &EngineSpec,
    seed: u64,
    mut stop: watch::Receiver<bool>,
) -> Result<ExitCode, CommandError> {
    let store = args.regressions.as_deref().map_or_else(|| Store::of_engine(&engine_name(spec)), Store::at);
    // Before the engine is started, which may take long.
    let (kept, listed) = (store.cases()?, store.known()?);
    if args.regressions.is_some() && !args.keep_regressions && !store.folder().is_dir() {
        let folder = store.folder().display();
        output::say(&format!(
            "Warning: there is no folder {folder} (--regressions), so nothing counts as known"
        ));
    }
    let session = open(spec, folder, &mut stop).await?;
    let plan = plan(args, &session, seed, kept);
    if plan.length() == 0 {
        session.close().await;
        let message =
            "there is nothing to run: no case is of these phases and areas, or --only leaves none over";
        return Err(CommandError::usage(message.to_owned()));
    }
    let settings = settings(args, &session, Known::of(listed, session.engine.id(), today()));
    if let Err(error) = folder.begin(header(&session, seed, &plan, &settings)) {
        session.close().await;
        return Err(error.into());
    }
    output::say(&announcement(&plan, &session, seed, settings.jobs));
    say_of_expired(&settings.known);
    let mut progress = Progress::new(plan.length());
    let coverage = RunCoverage::default();
    let endpoint = session.engine.endpoint().map(str::to_owned);
    let started = Instant::now();
    let mut end = run_cases(
        &session.subject(),
        plan.jobs().inspect(|job| coverage.send(job)),
        &settings,
        stop,
        |finished| {
            progress.count(&finished);
            if let Finished::Case(record) = &finished {
                coverage.receive(record);
            }
            folder.keep(finished, endpoint.as_deref()).map_err(|error| error.to_string())
        },
    )
    .await;
    progress.finish();
    session.close().await;
    let log = finish(folder, &mut end, started.elapsed())?;
    output::print(&render(&log, output::colours()))?;
    say_of_known(&settings.known, &log);
    say_of_draws_without_a_job(&plan, &end, &log);
    say_of_coverage(&coverage.into_coverage(), seed, folder.path())?;
    if args.keep_regressions {
        keep_regressions(&store, &log)?;
    }
    output::say(&format!("Everything of this run is in {}", folder.path().display()));
    Ok(exit_code(&end, &log))
}

/// Opens the engine, unless the user interrupts; one that has no answer to one Pass state gets no run.
async fn open(
    spec: &EngineSpec,
    folder: &RunFolder,
    stop: &mut watch::Receiver<bool>,
) -> Result<Session, CommandError> {
    let name = run_name();
    let session = tokio::select! {
        biased;
        Ok(_) = stop.wait_for(|stopped| *stopped) => {
            let message = "interrupted before the run began".to_owned();
            return Err(CommandError { code: ExitCode::Interrupted, message });
        }
        opened = Session::open(spec, &name, Some(folder.path()), output::say) => opened?,
    };
    let Some(error) = &session.no_answer else { return Ok(session) };
    let message = match &error.kind {
        EngineErrorKind::Internal { .. } | EngineErrorKind::Deadline { .. } => {
            format!("{error}; `asl-conformance doctor --engine {spec}` shows what works")
        }
        _ => error.to_string(),
    };
    session.close().await;
    Err(CommandError { code: ExitCode::Engine, message })
}

fn check_areas(areas: &[String]) -> Result<(), CommandError> {
    let known: BTreeSet<String> = known_areas();
    match areas.iter().find(|area| !known.contains(*area)) {
        None => Ok(()),
        Some(unknown) => {
            let known: Vec<_> = known.into_iter().collect();
            Err(CommandError::usage(format!("unknown area `{unknown}`; the areas are {}", known.join(", "))))
        }
    }
}

/// Before a run nobody knows its verdicts.
fn check_query(query: Option<&Query>) -> Result<(), CommandError> {
    match query.and_then(Query::needs_a_verdict) {
        None => Ok(()),
        Some(fact) => Err(CommandError::usage(format!(
            "--only cannot use `{fact}`, which is known only after the run; use `report --only` for that"
        ))),
    }
}

fn known_areas() -> BTreeSet<String> {
    let authored = corpus().into_iter().map(|case| case.area().to_owned());
    authored.chain(AREAS.iter().map(ToString::to_string)).collect()
}

fn default_folder(specs: &[EngineSpec]) -> PathBuf {
    let time = jiff::Zoned::now().strftime("%Y%m%d-%H%M%S").to_string();
    let names: Vec<_> = specs.iter().map(file_name).collect();
    PathBuf::from(RUNS).join(format!("{time}-{}", names.join("+")))
}

fn file_name(spec: &EngineSpec) -> String {
    let keep = |c: char| if c.is_ascii_alphanumeric() || c == '.' { c } else { '-' };
    spec.to_string().chars().map(keep).collect()
}

fn plan(args: &Args, session: &Session, seed: u64, kept: Vec<Case>) -> Plan {
    Plan::new(PlanSettings {
        phases: args.phases.clone(),
        profile: narrowed(session.engine.profile()),
        seed,
        drawn: args.cases.unwrap_or(session.random_cases),
        forms: if args.oracle == RunOracle::Metamorphic { Forms::Every } else { Forms::InTurn },
        areas: args.areas.clone(),
        only: args.only.clone(),
        engine: session.engine.id().to_owned(),
        kept,
    })
}

/// Which entries of the list no longer hold: what they are about counts as new.
fn say_of_expired(known: &Known) {
    let expired: Vec<_> = known.expired().iter().map(|entry| entry.id.as_str()).collect();
    if !expired.is_empty() {
        output::say(&format!("Expired, and no longer known: {}", expired.join(", ")));
    }
}

/// Why fewer cases were run than drawn.
fn say_of_draws_without_a_job(plan: &Plan, end: &RunEnd, log: &RunLog) {
    let n_missing = plan.length().saturating_sub(Summary::of(log).total.total());
    if n_missing > 0 && end.stopped.is_none() && end.engine_down.is_none() {
        output::say(&format!(
            "{n_missing} metamorphic draws have no other form that means the same, and were not run"
        ));
    }
}

/// What is run on what, in one line.
fn announcement(plan: &Plan, session: &Session, seed: u64, jobs: usize) -> String {
    let counts: Vec<_> = plan.counts().iter().map(|(phase, count)| format!("{count} {phase}")).collect();
    let counts = if counts.is_empty() { "no".to_owned() } else { counts.join(", ") };
    format!(
        "{counts} cases (seed {seed}, stream {}) on {}, {jobs} at once",
        stream_version(),
        session.engine.id()
    )
}

fn settings(args: &Args, session: &Session, known: Arc<Known>) -> RunSettings {
    RunSettings {
        jobs: args.jobs.map_or(session.jobs, usize::from),
        deadline: args.deadline.unwrap_or(session.deadline),
        oracle: args.oracle,
        shrink: (!args.no_shrink).then(|| ShrinkBudget { time: args.shrink_time, ..ShrinkBudget::default() }),
        ends_at: args.max_time.map(|time| Instant::now() + time),
        known,
        ..RunSettings::default()
    }
}

fn header(session: &Session, seed: u64, plan: &Plan, settings: &RunSettings) -> RunHeader {
    RunHeader { seed, cases_planned: plan.length(), ..session.header(settings) }
}

/// Turns true at the first Ctrl-C; the second one ends the process at once.
fn stop_on_ctrl_c() -> Result<watch::Receiver<bool>, CommandError> {
    let (sender, receiver) = watch::channel(false);
    let mut interrupted = interruptions()?;
    tokio::spawn(async move {
        interrupted.recv().await;
        output::say("Stopping: the log is kept. Once more to stop at once.");
        let _ = sender.send(true);
        interrupted.recv().await;
        std::process::exit(ExitCode::Interrupted as i32);
    });
    Ok(receiver)
}

fn finish(folder: &mut RunFolder, end: &mut RunEnd, elapsed: Duration) -> Result<RunLog, CommandError> {
    if let Some(StopReason::LogBroken(reason)) = &end.stopped {
        return Err(CommandError { code: ExitCode::Harness, message: reason.clone() });
    }
    let stopped_early = end.stopped.as_ref().map(ToString::to_string).or_else(|| end.engine_down.clone());
    let elapsed_ms = u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX);
    let footer = RunFooter { elapsed_ms, stopped_early, ..RunFooter::default() };
    Ok(folder.finish(footer)?)
}

pub(super) fn today() -> jiff::civil::Date {
    jiff::Zoned::now().date()
}

/// What became of the kept cases, and which known divergences no case of this run showed.
fn say_of_known(known: &Known, log: &RunLog) {
    let mut has_fixed = false;
    for (id, end) in log.records.iter().filter_map(RegressionEnd::of) {
        let is_no_news = end == RegressionEnd::Fixed && known.is_of_other_version(&id);
        if end != RegressionEnd::Still && !is_no_news {
            output::say(&format!("Kept case {id}: {end}"));
            has_fixed |= end == RegressionEnd::Fixed;
        }
    }
    if has_fixed {
        output::say(
            "`asl-conformance known update` with the folder of this run takes off the list what is fixed.",
        );
    }
    let still =
        log.records.iter().filter_map(RegressionEnd::of).filter(|(_, end)| *end == RegressionEnd::Still);
    match still.count() {
        0 => {}
        still => output::say(&format!("Kept cases that show their bug as before: {still} STILL")),
    }
    let missing = not_observed(known, log);
    if !missing.is_empty() {
        let ids: Vec<_> = missing.iter().map(|entry| entry.id.as_str()).collect();
        output::say(&format!("Known, but not observed in this run: {}", ids.join(", ")));
    }
}

/// What the answered cases reached, and whether the drawn ones are worth running.
fn say_of_coverage(coverage: &Coverage, seed: u64, folder: &Path) -> Result<(), CommandError> {
    let file = folder.join("coverage.json");
    write_report(&file, &format!("{:#}\n", coverage.document(seed)))?;
    let n_never = coverage.matrix.never_reached().count();
    let n_cells = coverage.matrix.counts().count();
    output::say(&format!(
        "{n_never} of {n_cells} parts of ASL were never reached; {} lists them",
        file.display()
    ));
    for share in coverage.health.shares().iter().filter(|share| share.is_bad) {
        output::say(&format!("Warning: {}", share.sentence()));
    }
    Ok(())
}

/// Keeps the smallest case of each bug.
fn keep_regressions(store: &Store, log: &RunLog) -> Result<(), CommandError> {
    let mut kept = 0;
    for group in Summary::of(log).groups {
        kept += usize::from(store.keep(group.smallest(), group.signature)?);
    }
    output::say(&format!("{kept} cases were kept in {}", store.folder().display()));
    Ok(())
}

fn exit_code(end: &RunEnd, log: &RunLog) -> ExitCode {
    use asl_cases::Verdict;
    let totals = Summary::of(log).total;
    match &end.stopped {
        Some(StopReason::Interrupted) => return ExitCode::Interrupted,
        Some(StopReason::LogBroken(_)) => return ExitCode::Harness,
        Some(StopReason::TimeUp) | None => {}
    }
    if totals.of(Verdict::HarnessError) > 0 {
        ExitCode::Harness
    } else if end.engine_down.is_some() {
        ExitCode::Engine
    } else if totals.of(Verdict::Diverge) > 0 {
        ExitCode::Diverge
    } else if totals.of(Verdict::Fixed) > 0 {
        ExitCode::Fixed
    } else if totals.of(Verdict::EngineError) > 0 {
        ExitCode::Engine
    } else if end.stopped.is_some() {
        ExitCode::Capped
    } else {
        ExitCode::Agree
    }
}

/// The most cases that can be drawn in one phase.
const CASES_MAX: u64 = 10_000_000;

/// The longest time that can be given: 30 days.
const HOURS_MAX: u64 = 720;

/// `90`, `90s`, `10m`, `1h`: seconds unless a unit is given.
pub(super) fn parse_duration(text: &str) -> Result<Duration, String> {
    let (digits, unit) = text.split_at(text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len()));
    if digits.is_empty() {
        return Err(format!("`{text}` is no time; write 90s, 10m or 1h"));
    }
    let seconds_per_unit: u64 = match unit {
        "" | "s" => 1,
        "m" => 60,
        "h" => 3600,
        _ => return Err(format!("`{unit}` is no unit of time; write 90s, 10m or 1h")),
    };
    let seconds = digits.parse().ok().and_then(|number: u64| number.checked_mul(seconds_per_unit));
    seconds
        .filter(|seconds| *seconds <= HOURS_MAX * 3600)
        .map(Duration::from_secs)
        .ok_or_else(|| format!("`{text}` is too long; the longest time is {HOURS_MAX}h"))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(&[], ExitCode::Agree)]
    #[case(&[ExitCode::Agree, ExitCode::Capped, ExitCode::Diverge], ExitCode::Diverge)]
    #[case(&[ExitCode::Diverge, ExitCode::Engine], ExitCode::Engine)]
    fn run_on_several_engines_ends_like_the_worst(#[case] codes: &[ExitCode], #[case] code: ExitCode) {
        assert_eq!(worst(codes), code);
    }

    #[rstest]
    #[case("90", Some(90))]
    #[case("90s", Some(90))]
    #[case("10m", Some(600))]
    #[case("1h", Some(3600))]
    #[case("720h", Some(2_592_000))]
    #[case("721h", None)]
    #[case("5124095576030432h", None)]
    #[case("18446744073709551615", None)]
    #[case("18446744073709551616", None)]
    #[case("1d", None)]
    #[case("soon", None)]
    fn duration_reads_seconds_minutes_and_hours(#[case] text: &str, #[case] seconds: Option<u64>) {
        assert_eq!(parse_duration(text).ok(), seconds.map(Duration::from_secs));
    }
}
