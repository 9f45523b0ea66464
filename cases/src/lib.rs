//! The words of the suite and its corpus.
//!
//! One noun per file: what a case is ([`Case`], [`Machine`], [`Answer`]), what an engine did with it
//! ([`Observation`], [`Outcome`], [`Trace`]), and what was concluded ([`Verdict`], [`Divergence`]). Everything here is
//! plain data: no engine, no clock, no file system. File formats are JSON, versioned, and published as JSON Schema in
//! `cases/schema/`.

mod canonical;
mod case;
mod case_id;
mod cause_level;
mod construct_family;
pub mod corpus;
mod cross_check;
mod divergence;
mod expectation;
mod facet;
mod feature;
mod observation;
mod outcome;
mod phase;
mod profile;
mod requirement;
mod resources;
pub mod schema;
pub mod scopes;
mod severity;
mod signature;
mod state_test;
mod stub;
mod trace;
mod verdict;

pub use canonical::canonical_json;
pub use case::{CASE_FORMAT, Case, Machine, MachineType};
pub use case_id::CaseId;
pub use cause_level::CauseLevel;
pub use construct_family::{
    CONTEXT_PATH, JSONATA_CONTEXT, JSONATA_VARIABLE, VARIABLE_OF_A_PATH, is_context_path, is_of_family,
};
pub use cross_check::{CrossCheck, Validated};
pub use divergence::Divergence;
pub use expectation::{Evidence, EvidenceKind, Expectation, ExpectedOutcome};
pub use facet::{Facet, Oracle, Policy, Strictness};
pub use feature::Feature;
pub use observation::{Identities, Observation, Permit};
pub use outcome::Outcome;
pub use phase::Phase;
pub use profile::Profile;
pub use requirement::{Level, Requirement, RequirementId, requirements};
pub use resources::Resources;
pub use severity::Severity;
pub use signature::{
    ANOTHER_DOCUMENT, ANY_STATE, EMPTY_TEMPLATE, ERROR_ELSEWHERE, ERRORS_OF_INSIDE, ESCAPED, EXECUTION,
    EXPRESSION, FAILS, FAILS_AS_INSIDE, FAILS_SOMEHOW, GOES_ON, HIDE_FAILURES, IN_A_COMBINATION,
    IN_RESULT_PATH, JSONATA, KEPT, LIST_IN_A_LIST, MISSING_EVENT, NOT_THE_ERROR, NULL_PATH, PATH_MISS,
    RIGHT_WAY, SIGNATURE_VERSION, Signature, SignatureId, TEMPLATES, TEXT_DIFFERENCE,
    TEXT_OF_ANOTHER_FAILURE, THROWS, WrongText,
};
pub use state_test::{
    FieldValidationMode, InspectionLevel, Mock, MockedError, StateConfiguration, StateTest, TestStatus,
    TestedState,
};
pub use stub::Answer;
pub use trace::{Trace, TraceEvent};
pub use verdict::Verdict;
