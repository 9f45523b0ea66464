//! Random cases of the Amazon States Language, drawn from a seed.
//!
//! A definition is built together with the shape of the data that flows through it, so that a path or a Choice rule
//! refers to something that is there, is missing, or has the wrong type on purpose, with odds that are chosen. The
//! same seed and profile give the same bytes everywhere: nothing here does I/O or reads a clock, the environment or
//! global randomness.

mod area;
mod bad_calls;
mod boundary;
mod builder;
mod case_strategy;
mod check;
mod child;
mod choice;
mod describe;
mod draw;
mod explain;
mod faults;
mod flow;
mod handling;
pub mod hostile;
mod intrinsic;
mod invalid;
mod jsonata;
mod metamorphic;
mod names;
mod operand;
mod path;
mod requirements;
mod result;
mod scope;
mod service;
mod shape;
mod shrink;
mod states;
mod swarm;
mod template;
mod values;
mod variables;

pub use area::{AREAS, areas_for};
pub use boundary::boundary_cases;
pub use case_strategy::{
    CaseStrategy, CaseTree, case_strategy, explain_case, generate_case, generate_case_in,
};
pub use check::{DefinitionFault, check_definition};
pub use draw::stream_version;
pub use explain::{Decision, Explanation};
pub use invalid::generate_invalid;
pub use metamorphic::{
    Domain, RELATIONS, Relation, TraceMapping, Twin, draws_at_random, draws_without_seed, twins,
};
pub use shrink::{
    as_standard, expressions_alone, is_settled, isolate, isolate_child, isolate_each, isolate_machine,
    simplifications, variations, with_field, with_state,
};
