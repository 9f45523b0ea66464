//! Greedy structural shrinking: the first smaller case that still differs in the same way is taken, again and again.

use std::time::Duration;

use asl_cases::{Case, Signature};
use tokio::time::Instant;

use super::case_run::{CaseRun, Compared};

/// What shrinking may cost.
#[derive(Clone, Copy, Debug)]
pub struct ShrinkBudget {
    /// Executions on the engine for one divergence.
    pub calls: u32,
    /// Wall time for all of them together.
    pub time: Duration,
}

impl Default for ShrinkBudget {
    fn default() -> Self {
        Self { calls: 200, time: Duration::from_mins(1) }
    }
}

/// The smallest case found within the budget that differs in the same way; `None` if no smaller one did.
pub(super) async fn shrink(
    run: &CaseRun,
    case: &Case,
    signature: &Signature,
    calls_max: u32,
    ends_at: Instant,
) -> Option<(Case, Compared)> {
    let mut calls = 0;
    let mut smallest: Option<(Case, Compared)> = None;
    loop {
        let current = smallest.as_ref().map_or(case, |(case, _)| case);
        let mut taken = None;
        for candidate in asl_generators::simplifications(current) {
            if calls >= calls_max || Instant::now() >= ends_at {
                return smallest;
            }
            calls += 1;
            if let Some(compared) = run.compare(&candidate).await
                && let Some(found) = compared.judgement.divergences.first()
                && signature.is_rooted_in(&found.signature)
            {
                taken = Some((candidate, compared));
                break;
            }
        }
        match taken {
            Some(smaller) => smallest = Some(smaller),
            None => return smallest,
        }
    }
}
