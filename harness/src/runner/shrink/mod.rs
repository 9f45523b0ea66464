//! Structural shrinking: a smaller case that shows the same bug, and which of its parts do not matter.
//!
//! A candidate counts if its signature is that of the case, or has fewer constructs in play. Candidates that AWS's
//! answer is not known of are never sent. What was asked once is not asked again.

mod confirm;
mod lead;
mod search;

use std::time::Duration;

use asl_cases::{Case, Signature};
use asl_generators::Relation;
use tokio::time::Instant;

use super::case_run::{CaseRun, Compared};

pub(super) use confirm::confirm;
pub(super) use lead::Lead;
pub(super) use search::Search;

/// What shrinking may cost.
#[derive(Clone, Copy, Debug)]
pub struct ShrinkBudget {
    /// Executions on the engine to shrink one divergence, and as many again to see which bug a new one leads to.
    pub calls: u32,
    /// Wall time for all of them together; `None` for as long as the cases took, and two minutes at least.
    pub time: Option<Duration>,
}

impl Default for ShrinkBudget {
    fn default() -> Self {
        Self { calls: 300, time: None }
    }
}

impl ShrinkBudget {
    /// The wall time behind cases that took so long.
    pub(super) fn time_after(&self, cases: Duration) -> Duration {
        const AT_LEAST: Duration = Duration::from_mins(2);
        self.time.unwrap_or_else(|| cases.max(AT_LEAST))
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

/// On what one case is shrunk, and how far.
#[derive(Clone, Copy)]
pub(super) struct Shrinking<'a> {
    pub(super) run: &'a CaseRun,
    /// By which the bug shows in two forms of the case.
    pub(super) relation: Option<&'static Relation>,
    pub(super) limits: ShrinkLimits,
    /// Which bugs were found before, and need no smaller case.
    pub(super) is_found: IsFound<'a>,
}

impl Shrinking<'_> {
    /// Whether the budget is used up after so many calls.
    fn is_spent(&self, calls: u32) -> bool {
        calls >= self.limits.calls || Instant::now() >= self.limits.ends_at
    }
}

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
