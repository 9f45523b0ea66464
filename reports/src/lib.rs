//! The run log of the suite and every view of it.
//!
//! Everything here is computed from the log alone: no engine, no clock, no file system. The harness opens the files,
//! writes the log through [`RunLogWriter`], reads it back with [`read_run_log`], and prints what a renderer returns.

mod diff;
pub mod graph;
pub mod html;
pub mod issue;
mod lanes;
pub mod markdown;
pub mod repro;
mod repro_worker;
pub mod run_log;
pub mod schema;
pub mod signatures;
pub mod summary;
pub mod terminal;
mod wording;

pub use diff::unified_diff;
pub use html::render_html;
pub use issue::render_issue;
pub use markdown::render_markdown;
pub use repro::render_repro_sh;
pub use run_log::{
    AllowedDifference, CaseRecord, DamagedLine, LOG_FORMAT, RunFooter, RunHeader, RunLog, RunLogError,
    RunLogWriter, SameBug, ShrinkNotes, read_run_log,
};
pub use signatures::{SignatureGroup, signature_groups, signature_of};
pub use summary::{AreaCounts, Counts, Summary};
pub use terminal::{Colours, render, render_replay};

#[cfg(test)]
mod sample;
