//! JSONata as AWS Step Functions runs it.
//!
//! The language itself is the crate `jsonata-core`; what AWS adds to it is in `functions.rs`, what AWS does otherwise is in
//! `differences.rs` and, of large integers, in `integers.rs`. An [`Expression`] is compiled once and shared between
//! threads; every evaluation gets its variables, its time and its random values from the [`Scope`](crate::scope::Scope)
//! and is cut off when it grows without bounds.

mod blame;
mod budget;
mod convert;
mod differences;
mod direct;
mod expression;
mod failure;
mod functions;
mod integers;
mod syntax_tree;
mod template;

#[cfg(test)]
mod tests;

pub use expression::{Available, Expression, ExpressionProblem, is_expression};
pub use failure::{EvaluationFailure, FieldFailure};
pub use template::JsonataTemplate;
