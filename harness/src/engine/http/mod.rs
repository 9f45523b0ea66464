//! The engine behind an HTTP endpoint that speaks the Step Functions API, through the AWS SDK.
//!
//! Every case gets machines and activities of its own, named after the run, so that cases never meet; what was made is
//! remembered and deleted. Credentials are dummies and nothing is read from the user's profile or environment: this
//! engine cannot reach an AWS account.

mod activity_worker;
mod api_failure;
mod capture;
mod case_run;
mod client;
mod cross_check;
mod history;
mod identities;
mod lowering;
mod made_things;
mod operations;
mod poll_pace;
mod state_test;

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use asl_cases::{Case, Feature, MachineType, Observation, Profile};
use futures::future::BoxFuture;

use self::{
    api_failure::ApiError,
    case_run::{CaseRun, Extent},
    client::Api,
    made_things::MadeThings,
    poll_pace::ShortestRun,
};
use super::{Engine, EngineError, EngineErrorKind};

pub use operations::{Diagnostic, Validation};

/// How long deleting the things of one case may take before it is left to the end of the run.
const TIDY_UP_MAX: Duration = Duration::from_secs(5);

/// How long deleting everything at the end may take.
const CLEAN_UP_MAX: Duration = Duration::from_mins(1);

/// Where an engine listens, and how it is spoken to.
#[derive(Clone, Debug)]
pub struct HttpEngineConfig {
    /// Name and version for people and reports.
    pub id: String,
    /// `http://host:port`.
    pub endpoint: String,
    /// The region that requests are signed for.
    pub region: String,
    /// The account in role ARNs. Some engines insist on their own.
    pub account: String,
    /// What the engine claims to support.
    pub profile: Profile,
    /// A short text, unique for the run, that begins the name of everything that is made: letters, digits and hyphens.
    pub run_name: String,
    /// The pause before a throttled or broken call is repeated for the first time; it doubles from there.
    pub first_back_off: Duration,
    /// Of how many cases one is held against further answers of the API; 0 for none.
    pub cross_checked_one_in: u64,
}

/// Of so many cases, one is held against further answers of the API: about half a call more for each case.
const CROSS_CHECKED_ONE_IN: u64 = 8;

impl HttpEngineConfig {
    /// The configuration for an engine about which nothing else is known.
    pub fn new(endpoint: &str, profile: Profile, run_name: &str) -> Self {
        Self {
            id: endpoint.to_owned(),
            endpoint: endpoint.trim_end_matches('/').to_owned(),
            region: "us-east-1".to_owned(),
            account: "000000000000".to_owned(),
            profile,
            run_name: run_name.to_owned(),
            first_back_off: Duration::from_millis(50),
            cross_checked_one_in: CROSS_CHECKED_ONE_IN,
        }
    }
}

/// An engine behind an HTTP endpoint that speaks the Step Functions API.
#[derive(Debug)]
pub struct HttpEngine {
    config: HttpEngineConfig,
    api: Api,
    cases_begun: AtomicU64,
    made: MadeThings,
    shortest_run: ShortestRun,
}

impl HttpEngine {
    /// Prepares a client. Nothing is sent before the first call.
    ///
    /// The suite sets up no services, and puts no ARN of one machine into another: whatever the engine can do with
    /// these, it gets no such case.
    pub fn new(mut config: HttpEngineConfig) -> Self {
        let is_lowered =
            |feature: &Feature| !matches!(feature, Feature::Integrations | Feature::NestedExecutions);
        config.profile.features.retain(is_lowered);
        let api = Api::new(&config);
        Self {
            config,
            api,
            cases_begun: AtomicU64::new(0),
            made: MadeThings::default(),
            shortest_run: ShortestRun::default(),
        }
    }

    /// The ARNs of all state machines that the engine holds, ours or not.
    ///
    /// # Errors
    /// When the engine gave no answer of the API.
    pub async fn list_state_machines(&self) -> Result<Vec<String>, EngineError> {
        let machines = self.api.list_state_machines().await.map_err(|error| self.engine_error(error))?;
        Ok(machines.into_iter().map(|machine| machine.arn).collect())
    }

    /// What `ValidateStateMachineDefinition` says about a definition.
    ///
    /// # Errors
    /// When the engine gave no answer of the API, or does not know the operation.
    pub async fn validate_definition(
        &self,
        text: &str,
        kind: MachineType,
    ) -> Result<Validation, EngineError> {
        self.api.validate_definition(text, kind).await.map_err(|error| self.engine_error(error))
    }

    /// Stops an execution.
    ///
    /// # Errors
    /// When the engine gave no answer of the API, or does not know the execution.
    pub async fn stop_execution(&self, execution_arn: &str) -> Result<(), EngineError> {
        self.api.stop_execution(execution_arn).await.map_err(|error| self.engine_error(error))
    }

    fn engine_error(&self, error: ApiError) -> EngineError {
        self.error(error.into_kind(&self.config.endpoint))
    }

    fn error(&self, kind: EngineErrorKind) -> EngineError {
        EngineError { engine: self.config.id.clone(), kind }
    }

    async fn observe_within(
        &self,
        case: &Case,
        extent: Extent,
        deadline: Duration,
    ) -> Result<Observation, EngineError> {
        let number = self.cases_begun.fetch_add(1, Ordering::Relaxed);
        let run = CaseRun::new(self, case, extent, number);
        let result = match tokio::time::timeout(deadline, run.observe()).await {
            Ok(result) => result.map_err(|error| self.engine_error(error)),
            Err(_elapsed) => {
                let (last_seen, running) = (run.last_seen(), run.saw_status());
                Err(self.error(EngineErrorKind::Deadline { deadline, last_seen, running }))
            }
        };
        // What cannot be deleted now stays remembered, and `clean_up` tries again.
        let _ = tokio::time::timeout(TIDY_UP_MAX.min(deadline), self.made.delete_of_case(number, &self.api))
            .await;
        result
    }
}

impl Engine for HttpEngine {
    fn id(&self) -> &str {
        &self.config.id
    }

    fn endpoint(&self) -> Option<&str> {
        Some(&self.config.endpoint)
    }

    fn profile(&self) -> &Profile {
        &self.config.profile
    }

    fn observe<'a>(
        &'a self,
        case: &'a Case,
        deadline: Duration,
    ) -> BoxFuture<'a, Result<Observation, EngineError>> {
        Box::pin(self.observe_within(case, Extent::Execution, deadline))
    }

    fn observe_creation<'a>(
        &'a self,
        case: &'a Case,
        deadline: Duration,
    ) -> BoxFuture<'a, Result<Observation, EngineError>> {
        Box::pin(self.observe_within(case, Extent::Creation, deadline))
    }

    fn clean_up(&self) -> BoxFuture<'_, ()> {
        Box::pin(async {
            let name_start = format!("{}-", self.config.run_name);
            let _ = tokio::time::timeout(CLEAN_UP_MAX, self.made.delete_all(&name_start, &self.api)).await;
        })
    }
}
