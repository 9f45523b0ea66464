//! The executable specification of Amazon States Language as AWS Step Functions runs it.
//!
//! Pure and synchronous: no clock, no environment, no I/O, no global randomness. Start at [`reference::observe`] (a case
//! in, an observation out), then [`execution`] (one file a state type) and [`definition`] (what AWS accepts).

pub mod choice;
pub mod definition;
pub mod execution;
pub mod history;
pub mod intrinsics;
pub mod jackson;
pub mod java;
pub mod jsonata;
pub mod jsonpath;
pub mod nested;
pub mod path;
pub mod reference;
pub mod scope;
pub mod seeded;
pub mod sighting;
pub mod stub_driver;
pub mod template;
pub mod test_state;
pub mod timestamp;
