//! How engines do over time: one line a run in an append-only file, read back as tables and spark lines.
//!
//! A point where the engine or the suite has another version than before is marked, so that a step is blamed on the
//! right one.

mod html;

use std::{collections::BTreeMap, fmt::Write as _};

use asl_cases::Verdict;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use html::render_trend_html;

use crate::{Counts, RunLog, Summary, signature_groups, wording};

/// The version of the format of a line of the history.
pub const HISTORY_FORMAT: u32 = 1;

/// One run in the history.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Point {
    /// The version of this format, [`HISTORY_FORMAT`].
    pub format: u32,
    /// When the run was started, as RFC 3339.
    pub at: String,
    /// The version of the suite.
    pub suite_version: String,
    /// Name and version of the engine.
    pub engine: String,
    /// A release or another event that the run stands for, in the user's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub release: Option<String>,
    /// Whether the run came to its end and its log was whole.
    pub complete: bool,
    /// How many cases ended with each verdict.
    pub counts: BTreeMap<Verdict, u64>,
    /// The same, by area.
    pub areas: BTreeMap<String, BTreeMap<Verdict, u64>>,
    /// How many signatures diverged.
    pub differences: u64,
}

/// A history that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line} of the history cannot be read ({why}); remove that line, or start a new history")]
pub struct HistoryError {
    line: usize,
    why: String,
}

impl Point {
    /// The point of a run.
    pub fn of(log: &RunLog, release: Option<String>) -> Self {
        let summary = Summary::of(log);
        let new = signature_groups(log).iter().filter(|group| group.verdict == Verdict::Diverge).count();
        Self {
            format: HISTORY_FORMAT,
            at: log.header.started_at.clone(),
            suite_version: log.header.suite_version.clone(),
            engine: log.header.engine.clone(),
            release,
            complete: wording::warnings(log).is_empty(),
            counts: summary.total.to_map(),
            areas: summary.areas.into_iter().map(|area| (area.area, area.counts.to_map())).collect(),
            differences: new as u64,
        }
    }

    /// The point as a line of the history, ended by a line feed.
    ///
    /// # Panics
    /// Never: a point is plain data.
    pub fn line(&self) -> String {
        serde_json::to_string(self).expect("plain data") + "\n"
    }

    /// The name of the engine without its version.
    fn engine_name(&self) -> &str {
        self.engine.split(' ').next().unwrap_or(&self.engine)
    }

    /// What is special about this point after the one before.
    fn marks(&self, before: Option<&Self>) -> Vec<String> {
        let mut marks: Vec<String> = self.release.iter().cloned().collect();
        if before.is_some_and(|before| before.engine != self.engine) {
            marks.push(self.engine.clone());
        }
        if before.is_some_and(|before| before.suite_version != self.suite_version) {
            marks.push(format!("suite {}", self.suite_version));
        }
        if !self.complete {
            marks.push("incomplete".to_owned());
        }
        marks
    }
}

/// Reads a history. A line that was cut off, of a run that could not be added, is left out.
///
/// # Errors
/// If another line is no point of this format.
pub fn read_history(text: &str) -> Result<Vec<Point>, HistoryError> {
    let mut points = Vec::new();
    for (index, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        match serde_json::from_str::<Point>(line) {
            Ok(point) if point.format == HISTORY_FORMAT => points.push(point),
            Ok(point) => {
                return Err(HistoryError { line: index + 1, why: format!("format {}", point.format) });
            }
            Err(error) if error.is_eof() => {}
            Err(error) => return Err(HistoryError { line: index + 1, why: error.to_string() }),
        }
    }
    Ok(points)
}

/// The history as text: for each engine its points and a spark line for each area.
pub fn render_trend(points: &[Point]) -> String {
    let mut text = String::new();
    for (engine, points) in by_engine(points) {
        writeln!(
            text,
            "{engine}  {}",
            spark(&points.iter().map(|point| share(&point.counts)).collect::<Vec<_>>())
        )
        .expect("a string takes any text");
        let mut before = None;
        for point in &points {
            let marks = point.marks(before).join(", ");
            let row = format!(
                "  {}  {:>5}  {:>4} differences  {}  {marks}",
                wording::moment(&point.at),
                percent(share(&point.counts)),
                point.differences,
                point.engine,
            );
            writeln!(text, "{}", row.trim_end()).expect("a string takes any text");
            before = Some(*point);
        }
        for (area, shares) in areas(&points) {
            let last = shares.last().copied().flatten();
            writeln!(text, "    {area:<14} {}  {}", spark(&shares), percent(last))
                .expect("a string takes any text");
        }
        text.push('\n');
    }
    if text.is_empty() { "The history is empty.\n".to_owned() } else { text }
}

/// The points of each engine, oldest first.
fn by_engine(points: &[Point]) -> BTreeMap<&str, Vec<&Point>> {
    let mut engines: BTreeMap<&str, Vec<&Point>> = BTreeMap::new();
    for point in points {
        engines.entry(point.engine_name()).or_default().push(point);
    }
    for points in engines.values_mut() {
        points.sort_by(|one, other| one.at.cmp(&other.at));
    }
    engines
}

/// The shares of each area over the points of an engine.
fn areas<'a>(points: &[&'a Point]) -> BTreeMap<&'a str, Vec<Option<u64>>> {
    let names = points.iter().flat_map(|point| point.areas.keys());
    names
        .map(|area| (area.as_str(), points.iter().map(|point| share(point.areas.get(area)?)).collect()))
        .collect()
}

/// How many percent of the judged cases agree.
fn share(counts: &BTreeMap<Verdict, u64>) -> Option<u64> {
    let counts = Counts::from(counts.clone());
    (counts.of(Verdict::Agree) * 100).checked_div(counts.judged())
}

fn percent(share: Option<u64>) -> String {
    share.map_or_else(|| "–".to_owned(), |share| format!("{share} %"))
}

/// One block a point.
fn spark(shares: &[Option<u64>]) -> String {
    const BLOCKS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    let block = |share: &Option<u64>| {
        share.map_or(' ', |share| BLOCKS[usize::try_from(share * 7 / 100).unwrap_or(7).min(7)])
    };
    shares.iter().map(block).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;

    fn history() -> Vec<Point> {
        let mut log = sample::log();
        let first = Point::of(&log, None);
        log.header.started_at = "2026-02-02T03:04:05Z".to_owned();
        log.header.engine = "ministack 1.5.0".to_owned();
        log.header.suite_version = "0.2.0".to_owned();
        log.records[2].verdict = Verdict::Agree;
        vec![first, Point::of(&log, Some("spring".to_owned()))]
    }

    #[test]
    fn history_reads_back_and_satisfies_its_schema() {
        let points = history();
        let text: String = points.iter().map(Point::line).collect();
        assert_eq!(read_history(&text), Ok(points.clone()));
        assert_eq!(read_history(&text[..text.len() - 9]), Ok(points[..1].to_vec()));
        crate::schema::check("history.schema.json", &points[1].line());
    }

    #[test]
    fn line_that_was_cut_off_is_left_out_wherever_it_is() {
        let points = history();
        let (first, second) = (points[0].line(), points[1].line());
        for cut in 1..second.len() - 1 {
            let text = format!("{first}{}\n{second}", &second[..cut]);
            assert_eq!(read_history(&text), Ok(points.clone()), "cut at {cut}");
        }
    }

    #[test]
    fn line_that_is_no_point_is_named() {
        let text = format!("{}noise\n", history()[0].line());
        assert!(read_history(&text).expect_err("noise").to_string().starts_with("line 2 of the history"));
    }

    #[test]
    fn trend_reads_like_this() {
        sample::check_rendered("trend.txt", &render_trend(&history()));
    }

    #[test]
    fn page_marks_releases_and_changes_of_the_suite() {
        let html = render_trend_html(&history());
        for mark in ["spring", "ministack 1.5.0", "suite 0.2.0", "<polyline"] {
            assert!(html.contains(mark), "{mark} is not in {html}");
        }
    }
}
