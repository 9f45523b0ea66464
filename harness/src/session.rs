//! An engine that is ready to be sent cases: started if it has to be, and stopped when the session ends.

use std::{path::Path, sync::Arc, time::Duration};

use asl_cases::Profile;
use asl_reference::reference::{self, Settings};
use asl_reports::{LOG_FORMAT, RunHeader};

use crate::{
    emulator::{Emulator, EmulatorError, Home},
    engine::{
        Engine, EngineError, EngineSpec, Fault, FaultyEngine, ReferenceEngine,
        http::{HttpEngine, HttpEngineConfig},
    },
    probe,
    registry::{Registry, RegistryError},
    runner::{Believed, Liveness, RunSettings, Subject},
    serve::{self, Server},
};

/// The random cases of a run unless the user or `engines.toml` says otherwise.
const RANDOM_CASES: u64 = 500;
/// Cases at once on an endpoint about which nothing is known.
const JOBS: usize = 16;
/// The time for one case on an endpoint about which nothing is known.
const DEADLINE: Duration = Duration::from_secs(30);

/// A running engine with what keeps it running.
pub struct Session {
    /// The engine.
    pub engine: Arc<dyn Engine>,
    /// The same engine, where it speaks the API.
    pub http: Option<Arc<HttpEngine>>,
    /// How it was asked for.
    pub spec: EngineSpec,
    /// How many cases at once.
    pub jobs: usize,
    /// The time for one case.
    pub deadline: Duration,
    /// How many random cases a run has by default.
    pub random_cases: u64,
    /// Why an endpoint about which nothing was known cannot run one Pass state.
    pub no_answer: Option<EngineError>,
    emulator: Option<Arc<Emulator>>,
    server: Option<Server>,
}

/// Why an engine is not ready.
#[derive(Debug, thiserror::Error)]
pub enum SessionError {
    /// No engine of that name.
    #[error(transparent)]
    Registry(#[from] RegistryError),
    /// The emulator could not be installed or started.
    #[error(transparent)]
    Emulator(#[from] EmulatorError),
    /// The embedded server could not be started.
    #[error("the embedded server could not be started: {0}")]
    Serve(#[from] std::io::Error),
    /// The thread that starts the emulator was lost.
    #[error("starting the emulator was interrupted: {0}")]
    Interrupted(#[from] tokio::task::JoinError),
}

impl SessionError {
    /// Whether the user asked for something that does not exist.
    pub fn is_usage(&self) -> bool {
        matches!(self, Self::Registry(_) | Self::Emulator(EmulatorError::Registry(_)))
    }
}

impl Session {
    /// Opens the engine. `run_name` begins the name of everything that is made in it; `logs` is where an emulator's log
    /// goes; `progress` gets a line at each slow step.
    pub async fn open(
        spec: &EngineSpec,
        run_name: &str,
        logs: Option<&Path>,
        progress: impl Fn(&str) + Send + 'static,
    ) -> Result<Self, SessionError> {
        match spec {
            EngineSpec::Reference => Ok(Self::of_reference()),
            EngineSpec::Faulty(fault) => Ok(Self::of_faulty(fault)),
            EngineSpec::Serve => Self::open_serve(run_name).await,
            EngineSpec::Http(endpoint) => {
                let config = HttpEngineConfig::new(endpoint, modelled_in_real_time(), run_name);
                Ok(Self::of_unknown(spec, config, &progress).await)
            }
            EngineSpec::Named { name, version } => {
                Self::open_named(spec, name, version.clone(), run_name, logs, progress).await
            }
        }
    }

    fn of_reference() -> Self {
        Self {
            engine: Arc::new(ReferenceEngine::new(Settings::default())),
            http: None,
            spec: EngineSpec::Reference,
            jobs: JOBS,
            deadline: DEADLINE,
            random_cases: RANDOM_CASES,
            no_answer: None,
            emulator: None,
            server: None,
        }
    }

    fn of_faulty(fault: &Fault) -> Self {
        let engine = Arc::new(FaultyEngine::new(fault.clone()));
        Self { engine, spec: EngineSpec::Faulty(fault.clone()), ..Self::of_reference() }
    }

    /// An endpoint about which nothing is known: what it says it does not have is left out.
    async fn of_unknown(spec: &EngineSpec, config: HttpEngineConfig, progress: &impl Fn(&str)) -> Self {
        let session = Self::of_http(spec.clone(), config.clone());
        if let Err(error) = probe::first_answer(&*session.engine).await {
            return Self { no_answer: Some(error), ..session };
        }
        let lacking = probe::lacking(&*session.engine, &config.profile).await;
        session.engine.clean_up().await;
        if lacking.is_empty() {
            return session;
        }
        let names: Vec<_> = lacking.iter().map(|feature| feature.as_str()).collect();
        progress(&format!("{} does not have {}: such cases are not sent", config.endpoint, names.join(", ")));
        let mut profile = config.profile.clone();
        profile.features.retain(|feature| !lacking.contains(feature));
        Self::of_http(spec.clone(), HttpEngineConfig { profile, ..config })
    }

    async fn open_serve(run_name: &str) -> Result<Self, SessionError> {
        let server = Server::start(0, serve::Settings::default()).await?;
        let config = HttpEngineConfig {
            id: concat!("reference ", env!("CARGO_PKG_VERSION"), " behind the API").to_owned(),
            account: reference::ACCOUNT.to_owned(),
            ..HttpEngineConfig::new(&server.endpoint(), modelled_in_real_time(), run_name)
        };
        Ok(Self { server: Some(server), ..Self::of_http(EngineSpec::Serve, config) })
    }

    async fn open_named(
        spec: &EngineSpec,
        name: &str,
        version: Option<String>,
        run_name: &str,
        logs: Option<&Path>,
        progress: impl Fn(&str) + Send + 'static,
    ) -> Result<Self, SessionError> {
        let registry = Registry::embedded();
        let entry = registry.get(name)?.clone();
        let home = match logs {
            Some(folder) => Home::locate()?.with_logs(folder),
            None => Home::locate()?,
        };
        let starting = entry.clone();
        let emulator = tokio::task::spawn_blocking(move || {
            Emulator::start(&starting, version.as_deref(), &home, &progress)
        })
        .await??;
        let config = HttpEngineConfig {
            id: format!("{} {}", emulator.name(), emulator.version()),
            region: emulator.region().to_owned(),
            account: emulator.account().to_owned(),
            ..HttpEngineConfig::new(&emulator.endpoint(), entry.profile.clone(), run_name)
        };
        Ok(Self {
            jobs: entry.jobs,
            deadline: entry.deadline(),
            random_cases: entry.random_cases.unwrap_or(RANDOM_CASES),
            emulator: Some(Arc::new(emulator)),
            ..Self::of_http(spec.clone(), config)
        })
    }

    fn of_http(spec: EngineSpec, config: HttpEngineConfig) -> Self {
        let http = Arc::new(HttpEngine::new(config));
        Self {
            engine: Arc::clone(&http) as Arc<dyn Engine>,
            http: Some(http),
            spec,
            jobs: JOBS,
            deadline: DEADLINE,
            random_cases: RANDOM_CASES,
            no_answer: None,
            emulator: None,
            server: None,
        }
    }

    /// The engine as the runner wants it.
    pub fn subject(&self) -> Subject {
        let liveness: Arc<dyn Liveness> = match &self.emulator {
            Some(emulator) => Arc::new(ProcessLiveness(Arc::clone(emulator))),
            None => Arc::new(Believed),
        };
        Subject { engine: Arc::clone(&self.engine), liveness }
    }

    /// Whether what this session started is still there. An engine that somebody else started is believed to be.
    pub fn is_alive(&self) -> bool {
        self.emulator.as_ref().is_none_or(|emulator| emulator.is_alive())
    }

    /// The log of the emulator that this session started.
    pub fn log_file(&self) -> Option<&Path> {
        self.emulator.as_ref().map(|emulator| emulator.log_file())
    }

    /// Deletes what the run made in the engine, and stops what the session started.
    pub async fn close(mut self) {
        if self.is_alive() {
            self.engine.clean_up().await;
        }
        drop(self.server.take());
        if let Some(emulator) = self.emulator.take() {
            // Stopping waits for the processes to go; losing the thread stops them all the same.
            let _ = tokio::task::spawn_blocking(move || drop(emulator)).await;
        }
    }

    /// The header of a run of one case with these settings that was not drawn, begun now.
    pub fn header(&self, settings: &RunSettings) -> RunHeader {
        RunHeader {
            engine: self.engine.id().to_owned(),
            endpoint: self.engine.endpoint().map(str::to_owned),
            profile: self.engine.profile().clone(),
            ..header_of(&self.spec, settings)
        }
    }
}

/// The header of a run of one case on an engine of which no more is known than how it was named.
pub fn header_of(spec: &EngineSpec, settings: &RunSettings) -> RunHeader {
    RunHeader {
        format: LOG_FORMAT,
        suite_version: env!("CARGO_PKG_VERSION").to_owned(),
        engine: spec.to_string(),
        engine_spec: spec.to_string(),
        endpoint: None,
        oracle: settings.oracle.as_str().to_owned(),
        seed: 0,
        profile: Profile::everything(),
        cases_planned: 1,
        policy: settings.policy.clone(),
        started_at: jiff::Timestamp::now().to_string(),
    }
}

/// The first word of the engine's id, which says what engine it is: known before it is opened.
pub fn engine_name(spec: &EngineSpec) -> String {
    match spec {
        EngineSpec::Serve => EngineSpec::Reference.to_string(),
        EngineSpec::Named { name, .. } => name.clone(),
        EngineSpec::Reference | EngineSpec::Faulty(_) | EngineSpec::Http(_) => spec.to_string(),
    }
}

/// What the reference models, for an engine whose workers and time-outs take real time.
fn modelled_in_real_time() -> Profile {
    Profile { real_time: true, ..reference::profile() }
}

/// The process of an emulator that we started.
struct ProcessLiveness(Arc<Emulator>);

impl Liveness for ProcessLiveness {
    fn death(&self) -> Option<String> {
        (!self.0.is_alive()).then(|| self.0.log_file().display().to_string())
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("reference")]
    #[case("serve")]
    #[case("faulty:flaky=0.25")]
    #[case("http://127.0.0.1:1")]
    #[tokio::test]
    async fn name_of_an_engine_is_how_its_id_begins(#[case] spec: &str) {
        let spec = spec.parse().expect("an engine");
        let session = Session::open(&spec, "test", None, |_| ()).await.expect("nothing is installed");
        assert_eq!(Some(engine_name(&spec).as_str()), session.engine.id().split(' ').next());
    }
}
