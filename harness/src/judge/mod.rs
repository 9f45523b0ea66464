//! The judge: from two observations and a policy to a verdict, as pure functions.
//!
//! [`normalise`](normalise::normalise) takes out what an engine may choose freely, [`compare`](compare::compare) looks
//! at one facet after the other, [`check_expectation`] holds an observation against
//! the authored answer, and [`judge()`] says what follows. Nothing here runs an engine, reads a clock or
//! remembers anything.

mod cause_text;
pub mod compare;
pub mod expectation;
mod facet;
pub mod invariants;
mod json_difference;
pub mod normalise;
mod pauses;
#[cfg(test)]
mod properties;
mod reason_for_end;
pub mod relation;
#[cfg(test)]
mod schedules;
mod signature;
mod threads;
pub mod verdict;

pub use compare::{Comparison, compare};
pub use expectation::{check_expectation, oracle_for};
pub(crate) use facet::speaks_about;
pub use invariants::broken_invariants;
pub use normalise::normalise;
pub(crate) use reason_for_end::reason_for_end;
pub use relation::judge_twin;
pub use signature::FirstDifference;
pub(crate) use signature::{bears, field_that_fails, only_operator, only_state_in_play};
pub use verdict::{Judgement, judge, judge_answer};
