//! What a run costs over the API calls that it makes: the runner against a bare loop of the same calls, at the same
//! concurrency, on real emulators.
//!
//! `ASL_ENGINE` names the engines, with commas between them (default `ministack,moto`). The rounds interleave the two,
//! so that an emulator that gets slower as it fills up does so for both. How often to look whether an execution is over
//! is a choice of every caller; the bare loop is run with two, and the faster one counts. The exit code is 1 when a run
//! takes more than 1.15 times as long.
#![allow(clippy::disallowed_methods, reason = "it reads the environment and the clock, as the harness does")]

use std::{
    env,
    fmt::Write,
    process::ExitCode,
    time::{Duration, Instant},
};

use asl_cases::{Case, MachineType, Outcome, Profile, Verdict, corpus::corpus};
use asl_conformance::{
    engine::EngineSpec,
    output,
    registry::Registry,
    runner::{Finished, RunSettings, run_cases},
    session::Session,
};
use asl_generators::generate_case_in;
use asl_reference::reference::{self, Settings};
use asl_reports::CaseRecord;
use aws_credential_types::Credentials;
use aws_sdk_sfn::{
    Client,
    config::{BehaviorVersion, Region, StalledStreamProtectionConfig, retry::RetryConfig},
    types::{ExecutionStatus, StateMachineType},
};
use futures::{StreamExt, TryStreamExt};
use tokio::sync::watch;

const ENGINES: &str = "ministack,moto";
/// The cases of one measurement.
const CASES: usize = 256;
/// Cases of one measurement that may end in another way than before: engines are flaky, and it costs no call more.
const FLAKY_MAX: usize = CASES / 50;
const ROUNDS: usize = 3;
/// The pauses of the bare loop between two looks at an execution.
const LOOKS_EVERY: [Duration; 2] = [Duration::from_millis(10), Duration::from_millis(40)];
const RATIO_MAX: f64 = 1.15;
/// Areas whose cases neither wait nor need a worker: the time that passes is the engine's and ours.
const AREAS: [&str; 6] = ["pass", "choice", "map", "parallel", "intrinsics", "data-flow"];
/// Random cases that are tried of each area.
const DRAWN_PER_AREA: u64 = 48;
const SEED: u64 = 1;

type Failure = Box<dyn std::error::Error + Send + Sync>;

#[tokio::main]
async fn main() -> ExitCode {
    // `cargo test --benches` only wants to know that it starts.
    if !env::args().any(|argument| argument == "--bench") {
        return ExitCode::SUCCESS;
    }
    let engines = env::var("ASL_ENGINE").unwrap_or_else(|_| ENGINES.to_owned());
    let mut within = true;
    for engine in engines.split(',') {
        match measure(engine.trim()).await {
            Ok(ratio) => within &= ratio <= RATIO_MAX,
            Err(error) => {
                output::complain(&format!("{engine}: {error}"));
                return ExitCode::from(3);
            }
        }
    }
    ExitCode::from(u8::from(!within))
}

/// Measures on one engine, prints the table, and returns the ratio.
async fn measure(engine: &str) -> Result<f64, Failure> {
    let spec: EngineSpec = engine.parse()?;
    let session = Session::open(&spec, &run_name("run"), None, output::say).await?;
    let measured = measure_on(&session).await;
    session.close().await;
    let table = measured?;
    output::print(&table.text)?;
    Ok(table.ratio)
}

async fn measure_on(session: &Session) -> Result<Table, Failure> {
    let bare = Bare::of(session)?;
    let sample = sample(session).await?;
    output::say(&format!("{CASES} cases, {} at once, {ROUNDS} rounds", session.jobs));
    let mut runs = Vec::new();
    let mut bares = LOOKS_EVERY.map(|_| Vec::new());
    for _ in 0..ROUNDS {
        runs.push(time_of_run(session, &sample).await?);
        for (look_every, times) in LOOKS_EVERY.into_iter().zip(&mut bares) {
            times.push(bare.time_of(&sample, look_every).await?);
        }
    }
    Ok(Table::of(session, &runs, &bares))
}

/// Cases that agree on this engine, in as many rounds as it takes: what differs is run again, which is no own cost.
async fn sample(session: &Session) -> Result<Vec<Case>, Failure> {
    let profile = narrowed(session.engine.profile());
    let drawn =
        (0..DRAWN_PER_AREA).flat_map(|index| AREAS.map(|area| generate_case_in(&profile, area, SEED, index)));
    let candidates: Vec<_> = corpus().into_iter().chain(drawn).filter(is_plain).collect();
    let mut agreeing = Vec::new();
    for record in run_all(session, candidates.clone()).await? {
        if record.verdict == Verdict::Agree {
            agreeing.extend(candidates.iter().find(|case| case.name == record.name).cloned());
        }
    }
    if agreeing.is_empty() {
        return Err("no case agrees; there is nothing to measure".into());
    }
    agreeing.sort_by_key(Case::id);
    Ok(agreeing.into_iter().cycle().take(CASES).collect())
}

/// One standard machine without workers, which is accepted and takes no time.
fn is_plain(case: &Case) -> bool {
    const NO_TIME_MS: i64 = 500;
    let [machine] = case.machines.as_slice() else { return false };
    if machine.kind != MachineType::Standard || !machine.stubs.is_empty() {
        return false;
    }
    let Ok(expected) = reference::observe(case, Settings::default()) else { return false };
    let trace = expected.trace.unwrap_or_default().0;
    let takes = trace.last().map_or(0, |last| last.timestamp_ms - trace[0].timestamp_ms);
    !matches!(expected.outcome, Outcome::Rejected { .. }) && takes < NO_TIME_MS
}

fn narrowed(profile: &Profile) -> Profile {
    let modelled = reference::profile();
    Profile {
        features: profile.features.intersection(&modelled.features).copied().collect(),
        real_time: profile.real_time,
    }
}

async fn time_of_run(session: &Session, sample: &[Case]) -> Result<Duration, Failure> {
    let sample = sample.to_vec();
    let started = Instant::now();
    let records = run_all(session, sample).await?;
    let took = started.elapsed();
    let others: Vec<_> = records.iter().filter(|record| record.verdict != Verdict::Agree).collect();
    for other in &others {
        let sentence = other.divergences.first().map(|divergence| divergence.sentence.as_str());
        let why = sentence.or(other.reason.as_deref()).unwrap_or_default();
        output::say(&format!("{} agreed before and is now: {}: {why}", other.name, other.verdict));
    }
    if others.len() > FLAKY_MAX {
        return Err("too many cases that agreed before do not any more; nothing was measured".into());
    }
    Ok(took)
}

/// The cases through the runner.
async fn run_all(session: &Session, cases: Vec<Case>) -> Result<Vec<CaseRecord>, Failure> {
    let settings =
        RunSettings { jobs: session.jobs, deadline: session.deadline, repeats: 0, ..RunSettings::default() };
    let (_running, stop) = watch::channel(false);
    let mut records = Vec::with_capacity(cases.len());
    let end = run_cases(&session.subject(), cases.into_iter(), &settings, stop, |finished| {
        if let Finished::Case(record) | Finished::Shrunk(record) = finished {
            records.push(record);
        }
        Ok(())
    })
    .await;
    end.engine_down.map_or(Ok(records), |reason| Err(reason.into()))
}

/// The bare loop: the API calls of a case, and nothing else.
#[derive(Clone)]
struct Bare {
    client: Client,
    role_arn: String,
    jobs: usize,
}

impl Bare {
    fn of(session: &Session) -> Result<Self, Failure> {
        let endpoint = session.engine.endpoint().ok_or("an engine inside this process makes no API calls")?;
        let account = match &session.spec {
            EngineSpec::Named { name, .. } => Registry::embedded().get(name)?.account.clone(),
            _ => reference::ACCOUNT.to_owned(),
        };
        let config = aws_sdk_sfn::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new(reference::REGION))
            .credentials_provider(Credentials::new("test", "test", None, None, "own-cost"))
            .endpoint_url(endpoint)
            .http_client(aws_smithy_http_client::Builder::new().build_http())
            .retry_config(RetryConfig::disabled())
            .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
            .build();
        let role_arn = format!("arn:aws:iam::{account}:role/asl-conformance");
        Ok(Self { client: Client::from_conf(config), role_arn, jobs: session.jobs })
    }

    async fn time_of(&self, sample: &[Case], look_every: Duration) -> Result<Duration, Failure> {
        let round = run_name(&format!("bare-{}", jiff::Timestamp::now().as_millisecond()));
        let texts: Vec<_> =
            sample.iter().map(|case| (case.main().definition_text(), case.input.to_string())).collect();
        let started = Instant::now();
        futures::stream::iter(texts.into_iter().enumerate())
            .map(|(number, (definition, input))| {
                let (bare, name) = (self.clone(), format!("{round}-{number}"));
                tokio::spawn(async move { bare.call(&name, &definition, &input, look_every).await })
            })
            .buffer_unordered(self.jobs)
            .map(|joined| joined.map_err(Failure::from).and_then(|called| called))
            .try_collect::<Vec<()>>()
            .await?;
        Ok(started.elapsed())
    }

    async fn call(
        &self,
        name: &str,
        definition: &str,
        input: &str,
        look_every: Duration,
    ) -> Result<(), Failure> {
        let create = self.client.create_state_machine().name(name).definition(definition);
        let created = create.role_arn(&self.role_arn).r#type(StateMachineType::Standard).send().await?;
        let machine = created.state_machine_arn;
        let start = self.client.start_execution().state_machine_arn(&machine).name(name).input(input);
        let execution = start.send().await?.execution_arn;
        loop {
            tokio::time::sleep(look_every).await;
            let described = self.client.describe_execution().execution_arn(&execution).send().await?;
            if described.status != ExecutionStatus::Running {
                break;
            }
        }
        self.read_history(&execution).await?;
        self.client.delete_state_machine().state_machine_arn(&machine).send().await?;
        Ok(())
    }

    async fn read_history(&self, execution: &str) -> Result<(), Failure> {
        const PAGE_LENGTH: i32 = 1000;
        let mut next_token = None;
        loop {
            let call = self.client.get_execution_history().execution_arn(execution).max_results(PAGE_LENGTH);
            next_token = call.set_next_token(next_token).send().await?.next_token;
            if next_token.is_none() {
                return Ok(());
            }
        }
    }
}

/// What was measured on one engine.
struct Table {
    text: String,
    ratio: f64,
}

impl Table {
    fn of(session: &Session, runs: &[Duration], bares: &[Vec<Duration>]) -> Self {
        let fastest = bares.iter().map(|times| median(times)).min().unwrap_or_default();
        let ratio = median(runs).as_secs_f64() / fastest.as_secs_f64();
        let mut text = format!("\n{}\n{}", session.engine.id(), row("a run of the suite", runs));
        for (look_every, times) in LOOKS_EVERY.iter().zip(bares) {
            text += &row(&format!("bare loop, a look every {} ms", look_every.as_millis()), times);
        }
        let _ = writeln!(text, "  run over the faster bare loop: {ratio:.2} (at most {RATIO_MAX})");
        Self { text, ratio }
    }
}

fn row(what: &str, times: &[Duration]) -> String {
    let rounds: Vec<_> = times.iter().map(|time| format!("{:.2}", time.as_secs_f64())).collect();
    format!("  {what:<32} median {:6.2} s   rounds {}\n", median(times).as_secs_f64(), rounds.join(" "))
}

fn median(times: &[Duration]) -> Duration {
    let mut times = times.to_vec();
    times.sort_unstable();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

/// Begins the names of what is made in the engine.
fn run_name(what: &str) -> String {
    format!("own-cost-{:x}-{what}", std::process::id())
}
