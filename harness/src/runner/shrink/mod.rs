//! Structural shrinking: a smaller case that shows the same bug, and which of its parts do not matter.
//!
//! A candidate counts if its signature is that of the case, or has fewer constructs in play. Candidates that AWS's
//! answer is not known of are never sent. What was asked once is not asked again.

mod confirm;
mod lead;
mod search;

use std::time::Duration;

use asl_cases::{Case, Signature};
use tokio::time::Instant;

use super::case_run::Compared;

pub(super) use confirm::confirm;
pub(super) use lead::Lead;
pub(super) use search::Search;

/// What shrinking may cost.
#[derive(Clone, Copy, Debug)]
pub struct ShrinkBudget {
    /// Executions on the engine to shrink one divergence, and as many again to see which bug a new one leads to.
    pub calls: u32,
    /// Wall time for all of them together.
    pub time: Duration,
}

impl Default for ShrinkBudget {
    fn default() -> Self {
        Self { calls: 300, time: Duration::from_mins(2) }
    }
}

/// The bounds of one shrinking.
#[derive(Clone, Copy, Debug)]
pub struct ShrinkLimits {
    /// Executions on the engine.
    pub calls: u32,
    /// When it is over.
    pub ends_at: Instant,
    /// How many candidates are asked at once: more than one is faster on a slow engine and costs some calls in vain.
    pub at_once: usize,
}

/// Whether a signature is that of a bug of which there is a small case already.
pub(super) type IsFound<'a> = &'a (dyn Fn(&Signature) -> bool + Sync);

/// What came of shrinking one case.
pub(super) struct Shrunk {
    /// Every case that was taken on the way, the smallest last. Never empty: the first is the case itself.
    pub(super) path: Vec<Case>,
    /// The signature that the search went by: that of the case itself, or of the first on the path that shows where the
    /// executions part.
    pub(super) shown_as: Signature,
    /// The smallest case on the engine.
    pub(super) compared: Compared,
    /// Executions on the engine.
    pub(super) calls: u32,
    /// The pointers of the values that do not matter.
    pub(super) immaterial: Vec<String>,
}

impl Shrunk {
    /// The smallest case.
    pub(super) fn case(&self) -> &Case {
        self.path.last().expect("the path begins with the case itself")
    }
}
