//! Something that runs a case: the trait that every adapter implements, one adapter a file.

mod error;
mod faulty;
pub mod http;
mod reference;
mod spec;

use std::time::Duration;

use asl_cases::{Case, Observation, Profile};
use futures::future::BoxFuture;

pub use error::{EngineError, EngineErrorKind};
pub use faulty::{Distortion, Fault, FaultError, FaultyEngine};
pub use reference::ReferenceEngine;
pub use spec::{EngineSpec, EngineSpecError};

/// Something that runs a case.
pub trait Engine: Send + Sync {
    /// Name and version for people and reports, for instance `ministack 1.5.33`.
    fn id(&self) -> &str;

    /// Where it listens; `None` for an engine inside this process.
    fn endpoint(&self) -> Option<&str>;

    /// What it claims to support. Cases that need more are not sent.
    fn profile(&self) -> &Profile;

    /// Runs the first machine of the case on its input and says what happened.
    ///
    /// # Errors
    /// When the engine gave no answer that can be judged: down, hung past the deadline, or talking nonsense. A refusal
    /// of the definition is an answer, not an error.
    fn observe<'a>(
        &'a self,
        case: &'a Case,
        deadline: Duration,
    ) -> BoxFuture<'a, Result<Observation, EngineError>>;

    /// Asks only whether the engine takes the definition. What should be refused need not be run: it may go round for ever,
    /// and some engines never come back from that. An engine that can only run a case runs it.
    ///
    /// # Errors
    /// As [`Engine::observe`]. What is taken and not run counts as [`asl_cases::Outcome::Aborted`].
    fn observe_creation<'a>(
        &'a self,
        case: &'a Case,
        deadline: Duration,
    ) -> BoxFuture<'a, Result<Observation, EngineError>> {
        self.observe(case, deadline)
    }

    /// Deletes what the engine still holds of this run. Called once, at the end; best effort.
    fn clean_up(&self) -> BoxFuture<'_, ()> {
        Box::pin(async {})
    }
}
