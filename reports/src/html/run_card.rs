//! One run in short: what was run on what, and how its cases ended.

use asl_cases::Verdict;

use super::slug;
use crate::{RunLog, Summary, wording};

/// What the page says about a run before any detail.
pub(super) struct RunCard {
    pub(super) engine: String,
    pub(super) slug: String,
    pub(super) sentence: String,
    pub(super) facts: Vec<(&'static str, String)>,
    pub(super) segments: Vec<Segment>,
    pub(super) agreeing: String,
    pub(super) differences: usize,
}

/// A stretch of the bar of all cases.
pub(super) struct Segment {
    pub(super) verdict: &'static str,
    pub(super) slug: String,
    pub(super) count: u64,
    /// Its width in percent.
    pub(super) width: String,
}

impl RunCard {
    /// `differences` is how many kinds of difference the run has.
    pub(super) fn of(log: &RunLog, summary: &Summary<'_>, differences: usize) -> Self {
        let (header, total) = (&log.header, summary.total.total());
        let segments = summary.total.occurred().map(|(verdict, count)| Segment {
            verdict: verdict.as_str(),
            slug: slug(verdict.as_str()),
            count,
            width: percent(count, total, 2),
        });
        let mut facts = vec![
            ("suite", header.suite_version.clone()),
            ("seed", header.seed.to_string()),
            ("started", wording::moment(&header.started_at)),
            ("who says what is right", header.oracle.clone()),
        ];
        if let Some(endpoint) = &header.endpoint {
            facts.push(("endpoint", endpoint.clone()));
        }
        for (phase, counts) in &summary.phases {
            facts.push((phase.as_str(), counts.to_string()));
        }
        Self {
            engine: header.engine.clone(),
            slug: slug(&header.engine),
            sentence: sentence(log, total),
            facts,
            segments: segments.collect(),
            agreeing: agreeing(summary.total.of(Verdict::Agree), summary.total.judged()),
            differences,
        }
    }
}

fn sentence(log: &RunLog, total: u64) -> String {
    if total == 0 {
        return "Nothing was run".to_owned();
    }
    let time = log
        .footer
        .as_ref()
        .map_or_else(String::new, |footer| format!(" in {}", wording::duration(footer.elapsed_ms)));
    format!("{}{time}", wording::cases(total))
}

/// "93 %", and never 100 % when one case is missing.
pub(super) fn agreeing(agree: u64, judged: u64) -> String {
    let share = (agree * 100).checked_div(judged);
    share.map_or_else(|| "–".to_owned(), |share| format!("{share} %"))
}

#[expect(clippy::cast_precision_loss, reason = "a width on the screen")]
fn percent(part: u64, whole: u64, decimals: usize) -> String {
    if whole == 0 {
        return "0".to_owned();
    }
    format!("{:.decimals$}", part as f64 * 100.0 / whole as f64)
}
