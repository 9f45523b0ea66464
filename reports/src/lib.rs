//! The run log of the suite and every view of it.
//!
//! Everything here is computed from the log alone: no engine, no clock, no file system. The harness opens the files,
//! writes the log through [`RunLogWriter`], reads it back with [`read_run_log`], and prints what a renderer returns.

pub mod annotations;
pub mod badge;
pub mod comparison;
mod diff;
pub mod document;
pub mod graph;
pub mod html;
pub mod issue;
pub mod junit;
mod lanes;
mod lowering;
pub mod markdown;
pub mod query;
pub mod redact;
pub mod repro;
mod repro_boto3;
mod repro_worker;
pub mod run_log;
pub mod schema;
pub mod signatures;
pub mod summary;
pub mod terminal;
pub mod trend;
mod wording;

pub use annotations::render_annotations;
pub use badge::{render_badge_json, render_badge_svg};
pub use comparison::{
    Change, Comparison, keep_chosen, render_comparison_html, render_comparison_json,
    render_comparison_markdown,
};
pub use diff::unified_diff;
pub use document::render_json;
pub use html::render_html;
pub use issue::render_issue;
pub use junit::render_junit;
pub use markdown::render_markdown;
pub use query::{Planned, Query, QueryError};
pub use redact::Redactor;
pub use repro::render_repro_sh;
pub use run_log::{
    AllowedDifference, CaseRecord, DamagedLine, LOG_FORMAT, NOT_SENT, RunFooter, RunHeader, RunLog,
    RunLogError, RunLogWriter, SameBug, ShrinkNotes, read_redacted_log, read_run_log,
};
pub use signatures::{SignatureGroup, signature_groups, signature_of};
pub use summary::{AreaCounts, Counts, Summary};
pub use terminal::{Colours, render, render_replay, render_shrunk};

#[cfg(test)]
mod sample;
