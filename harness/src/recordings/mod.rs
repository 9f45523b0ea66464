//! Recordings of real AWS, and the reference held against them.
//!
//! A recording is one JSON file: definition, input, what AWS answered, and what was replaced in the answer before it was
//! stored. Our side goes through the same replacements before it is compared.

mod api_script;
mod comparison;
mod drift;
mod free_order;
mod record;
mod replacement;
mod replay;
mod sorted_range;
mod task_script;
mod verification;

pub use api_script::{ApiReply, ApiScript};
pub use record::{ApiCall, Record, RecordError, read_records};
pub use verification::{
    Explanation, FacetCount, FacetCounts, Mismatch, RecordedFacet, Skip, Verification, needless_explanations,
    verify,
};
