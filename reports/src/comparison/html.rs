//! The comparison as one HTML file, in the clothes of the report.

use askama::Template;
use asl_cases::Verdict;

use super::{Change, ChangedCase, Comparison, markdown::headline};
use crate::html::STYLE;

/// How many groups of a change are listed.
const GROUPS_MAX: usize = 500;

/// The comparison as one HTML file that loads nothing.
///
/// # Panics
/// Never: writing into a string does not fail.
pub fn render_comparison_html(comparison: &Comparison) -> String {
    let of = |counts: &std::collections::BTreeMap<Verdict, u64>, verdict| {
        counts.get(&verdict).copied().unwrap_or(0)
    };
    let counts = Verdict::ALL
        .into_iter()
        .map(|verdict| {
            (verdict.as_str(), of(&comparison.base_counts, verdict), of(&comparison.head_counts, verdict))
        })
        .filter(|(_, base, head)| base + head > 0);
    let sections = Change::ALL.into_iter().filter(|change| comparison.with(*change).next().is_some());
    let page = Page {
        style: STYLE,
        headline: headline(comparison),
        comparison,
        counts: counts.collect(),
        sections: sections.map(|change| Section::of(comparison, change)).collect(),
    };
    page.render().expect("writing into a string does not fail")
}

#[derive(Template)]
#[template(path = "comparison.html")]
struct Page<'a> {
    style: &'static str,
    headline: String,
    comparison: &'a Comparison,
    counts: Vec<(&'static str, u64, u64)>,
    sections: Vec<Section<'a>>,
}

struct Section<'a> {
    change: Change,
    total: usize,
    groups: Vec<Vec<&'a ChangedCase>>,
}

impl<'a> Section<'a> {
    fn of(comparison: &'a Comparison, change: Change) -> Self {
        let mut groups = comparison.groups(change);
        groups.truncate(GROUPS_MAX);
        Self { change, total: comparison.with(change).count(), groups }
    }
}
