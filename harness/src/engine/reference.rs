//! The reference as an engine: in this process, in virtual time.

use std::time::Duration;

use asl_cases::{Case, Observation, Profile};
use asl_reference::reference::{self, Settings};
use futures::future::{BoxFuture, ready};

use super::{Engine, EngineError, EngineErrorKind};

/// The reference in process.
#[derive(Debug)]
pub struct ReferenceEngine {
    profile: Profile,
    settings: Settings,
}

impl ReferenceEngine {
    /// The reference with these settings.
    pub fn new(settings: Settings) -> Self {
        Self { profile: reference::profile(), settings }
    }
}

impl Engine for ReferenceEngine {
    fn id(&self) -> &'static str {
        concat!("reference ", env!("CARGO_PKG_VERSION"))
    }

    fn endpoint(&self) -> Option<&str> {
        None
    }

    fn profile(&self) -> &Profile {
        &self.profile
    }

    fn observe<'a>(
        &'a self,
        case: &'a Case,
        _deadline: Duration,
    ) -> BoxFuture<'a, Result<Observation, EngineError>> {
        let observed = reference::observe(case, self.settings).map_err(|error| EngineError {
            engine: self.id().to_owned(),
            kind: EngineErrorKind::Internal { operation: "observe".to_owned(), detail: error.to_string() },
        });
        Box::pin(ready(observed))
    }
}

#[cfg(test)]
mod tests {
    use asl_cases::Outcome;
    use serde_json::json;

    use super::*;

    #[tokio::test]
    async fn reference_runs_a_case_of_the_corpus() {
        let corpus = asl_cases::corpus::corpus();
        let case =
            corpus.iter().find(|case| case.name == "pass/result-replaces-input").expect("in the corpus");
        let engine = ReferenceEngine::new(Settings::default());
        let observed = engine.observe(case, Duration::from_secs(1)).await.expect("an observation");
        assert_eq!(observed.outcome, Outcome::Succeeded(json!({"greeting": "hello"})));
    }
}
