//! The SDK client for a local endpoint, and how a call is repeated: throttling until the deadline, a broken connection
//! a few times.

use std::{
    fmt,
    future::Future,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use aws_credential_types::Credentials;
use aws_sdk_sfn::{
    Client,
    config::{
        BehaviorVersion, Region, StalledStreamProtectionConfig, http::HttpResponse, retry::RetryConfig,
    },
    error::{ProvideErrorMetadata, SdkError},
};
use backon::{ExponentialBuilder, Retryable};

use super::{
    HttpEngineConfig,
    api_failure::{ApiError, ApiFailure},
};

/// The longest pause between two attempts of one call.
const BACK_OFF_MAX: Duration = Duration::from_secs(2);

/// How often a throttled call is repeated. With the longest pause this is minutes: the deadline of a case comes first.
const THROTTLED_REPEATS_MAX: usize = 200;

/// How often a call is repeated whose connection broke.
const BROKEN_REPEATS_MAX: usize = 3;

/// A Step Functions client that repeats what may be repeated, and knows what it saw last.
#[derive(Clone, Debug)]
pub(super) struct Api {
    pub(super) client: Client,
    pub(super) endpoint: String,
    first_back_off: Duration,
    last_seen: Arc<Mutex<LastSeen>>,
}

/// The last thing known about a case that is under way, for the message when time runs out.
#[derive(Clone, Debug, Default)]
struct LastSeen {
    status: Option<String>,
    call: Option<String>,
}

impl Api {
    pub(super) fn new(config: &HttpEngineConfig) -> Self {
        Self {
            client: Client::from_conf(sdk_config(config)),
            endpoint: config.endpoint.clone(),
            first_back_off: config.first_back_off,
            last_seen: Arc::default(),
        }
    }

    /// The same client (and connections) with a memory of its own of what was last seen.
    pub(super) fn with_own_memory(&self) -> Self {
        Self { last_seen: Arc::default(), ..self.clone() }
    }

    /// Sends one API call; repeats it while the engine throttles, and a few times when the connection breaks.
    pub(super) async fn call<T, E, F, Attempt>(
        &self,
        operation: &'static str,
        attempt: F,
    ) -> Result<T, ApiError>
    where
        E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
        F: Fn() -> Attempt + Sync,
        Attempt: Future<Output = Result<T, SdkError<E, HttpResponse>>> + Send,
    {
        self.remember_call(Some(format!("no answer to {operation} yet")));
        let once = || async { attempt().await.map_err(|error| ApiFailure::of(&error)) };
        let until_not_throttled = || async {
            once.retry(self.back_off(THROTTLED_REPEATS_MAX))
                .when(ApiFailure::is_throttling)
                .notify(|failure, _| {
                    self.remember_call(Some(format!("{operation} is being throttled: {failure}")));
                })
                .await
        };
        let result = until_not_throttled
            .retry(self.back_off(BROKEN_REPEATS_MAX))
            .when(ApiFailure::is_broken_connection)
            .await;
        self.remember_call(None);
        result.map_err(|failure| ApiError { operation, failure })
    }

    /// Remembers the status of the execution.
    pub(super) fn remember_status(&self, status: &str) {
        self.last_seen.lock().unwrap_or_else(PoisonError::into_inner).status = Some(status.to_owned());
    }

    /// What was last seen, in words.
    pub(super) fn last_seen(&self) -> String {
        self.last_seen.lock().unwrap_or_else(PoisonError::into_inner).to_string()
    }

    /// Whether the engine ever told the status of the execution.
    pub(super) fn saw_status(&self) -> bool {
        self.last_seen.lock().unwrap_or_else(PoisonError::into_inner).status.is_some()
    }

    fn remember_call(&self, call: Option<String>) {
        self.last_seen.lock().unwrap_or_else(PoisonError::into_inner).call = call;
    }

    fn back_off(&self, repeats_max: usize) -> ExponentialBuilder {
        ExponentialBuilder::new()
            .with_min_delay(self.first_back_off)
            .with_max_delay(BACK_OFF_MAX)
            .with_max_times(repeats_max)
            .with_jitter()
    }
}

impl fmt::Display for LastSeen {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.status, &self.call) {
            (Some(status), Some(call)) => write!(formatter, "status {status}, {call}"),
            (Some(status), None) => write!(formatter, "status {status}"),
            (None, Some(call)) => formatter.write_str(call),
            (None, None) => formatter.write_str("nothing was sent"),
        }
    }
}

fn sdk_config(config: &HttpEngineConfig) -> aws_sdk_sfn::Config {
    aws_sdk_sfn::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(config.region.clone()))
        .credentials_provider(Credentials::new("test", "test", None, None, "asl-conformance"))
        .endpoint_url(&config.endpoint)
        // No proxy, no TLS; connections are kept and used again.
        .http_client(aws_smithy_http_client::Builder::new().build_http())
        .retry_config(RetryConfig::disabled())
        .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
        .build()
}
