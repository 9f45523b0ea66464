//! The summary that a run prints at its end.

use std::collections::BTreeSet;

use asl_cases::{Divergence, Verdict};
use console::{Alignment, Style, pad_str};

use crate::{CaseRecord, Counts, RunLog, SignatureGroup, Summary, diff::unified_diff, wording};

/// How many divergences are shown in full.
const BLOCKS_MAX: usize = 20;
/// How many lines of one diff are shown.
const DIFF_LINES_MAX: usize = 30;
/// How many reasons of cases without a judgement are shown.
const REASONS_MAX: usize = 10;
/// How many characters of a sentence, a reason or a line of a diff are shown.
const LINE_CHARS_MAX: usize = 240;

/// Whether the text may hold terminal colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Colours {
    /// With ANSI colours.
    On,
    /// Plain text.
    Off,
}

/// The whole summary of a run, ended by a line feed.
pub fn render(log: &RunLog, colours: Colours) -> String {
    let paint = Paint { colours };
    let summary = Summary::of(log);
    let mut lines = Vec::new();
    header(log, paint, &mut lines);
    table(&summary, paint, &mut lines);
    blocks(log, &summary, Replayable::ById, paint, &mut lines);
    reasons(&summary, paint, &mut lines);
    closing(log, &summary, paint, &mut lines);
    let mut text = String::new();
    for line in lines {
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

/// What came of single cases that were run again: the blocks without the summary of a run.
pub fn render_replay(log: &RunLog, colours: Colours) -> String {
    one_case(log, Replayable::ById, colours)
}

/// The same for a case that was made smaller, and that no run keeps: without a command that runs it again.
pub fn render_shrunk(log: &RunLog, colours: Colours) -> String {
    one_case(log, Replayable::Not, colours)
}

/// Whether a case can be run again by what the log knows of it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Replayable {
    ById,
    Not,
}

fn one_case(log: &RunLog, replayable: Replayable, colours: Colours) -> String {
    let paint = Paint { colours };
    let summary = Summary::of(log);
    let mut lines = Vec::new();
    blocks(log, &summary, replayable, paint, &mut lines);
    reasons(&summary, paint, &mut lines);
    for record in &log.records {
        lines.push(format!(
            "{}: {} on {}{}",
            record.name,
            paint.strong(record.verdict.as_str()),
            record.engine,
            if record.attempts > 1 { format!(", {} attempts", record.attempts) } else { String::new() }
        ));
    }
    lines.iter().flat_map(|line| [line.trim_end(), "\n"]).collect()
}

fn header(log: &RunLog, paint: Paint, lines: &mut Vec<String>) {
    let header = &log.header;
    let endpoint = header.endpoint.as_ref().map_or_else(String::new, |endpoint| format!(" at {endpoint}"));
    lines.push(format!(
        "{} {} {}{endpoint}",
        paint.strong("asl-conformance"),
        paint.faint(&format!("{} on", header.suite_version)),
        paint.strong(&header.engine),
    ));
    lines.push(paint.faint(&format!("seed {} · oracle: {}", header.seed, header.oracle)));
    lines.push(String::new());
}

fn table(summary: &Summary<'_>, paint: Paint, lines: &mut Vec<String>) {
    let verdicts: Vec<Verdict> = summary.total.occurred().map(|(verdict, _)| verdict).collect();
    if verdicts.is_empty() {
        return;
    }
    let names = summary.areas.iter().map(|area| area.area.as_str()).chain(["total"]);
    let name_width = names.map(console::measure_text_width).max().unwrap_or_default();
    let row = |name: &str, cell: &dyn Fn(Verdict) -> String| {
        let cells: Vec<_> = verdicts
            .iter()
            .map(|verdict| {
                let width = verdict.as_str().len().max(6);
                pad_str(&cell(*verdict), width, Alignment::Right, None).into_owned()
            })
            .collect();
        format!("  {}  {}", pad_str(name, name_width, Alignment::Left, None), cells.join("  "))
    };
    lines.push(row(&paint.faint("area"), &|verdict| paint.faint(verdict.as_str())));
    for area in &summary.areas {
        lines.push(row(&area.area, &|verdict| paint.count(verdict, &area.counts)));
    }
    lines.push(row(&paint.strong("total"), &|verdict| paint.count(verdict, &summary.total)));
    lines.push(String::new());
}

fn blocks(
    log: &RunLog,
    summary: &Summary<'_>,
    replayable: Replayable,
    paint: Paint,
    lines: &mut Vec<String>,
) {
    for (index, group) in summary.groups.iter().take(BLOCKS_MAX).enumerate() {
        block(index + 1, group, paint, lines);
        if replayable == Replayable::ById {
            let command = wording::replay_command(log, group.smallest());
            lines.push(fact(paint, "replay", &paint.command(&command)));
        }
        let (same, otherwise) = group.others();
        let named = [("also in", same), ("otherwise in", otherwise)];
        lines.extend(
            named
                .into_iter()
                .filter_map(|(how, records)| Some(fact(paint, how, &names_of(&records, group.smallest())?))),
        );
        lines.push(String::new());
    }
    if summary.groups.len() > BLOCKS_MAX {
        let more = summary.groups.len() - BLOCKS_MAX;
        lines.push(format!("… and {more} more in report.md"));
        lines.push(String::new());
    }
}

fn block(number: usize, group: &SignatureGroup<'_>, paint: Paint, lines: &mut Vec<String>) {
    let record = group.smallest();
    lines.push(format!("{} {}", paint.bad(&format!("{number}.")), paint.strong(&record.name)));
    for divergence in &record.divergences {
        difference(divergence, paint, lines);
    }
    let signature = group.signature.to_string();
    let bug = format!("{} {}", group.signature.id(), tame(&signature));
    let mut fact = |name: &str, text: &str| lines.push(fact(paint, name, text));
    fact("bug", &bug);
    if let Some((id, title)) = wording::requirement(record) {
        fact("requirement", &title.map_or_else(|| id.to_string(), |title| format!("{id}: {title}")));
    }
    if record.twin.is_some() {
        let (expected, actual) = wording::sides(record, &record.engine);
        fact("two sides", &format!("expected: {expected}; actual: {actual}"));
    }
    for oracle in wording::oracles(record) {
        fact("says who", &oracle);
    }
}

fn fact(paint: Paint, name: &str, text: &str) -> String {
    format!("   {} {text}", paint.faint(&format!("{name:<12}")))
}

fn difference(divergence: &Divergence, paint: Paint, lines: &mut Vec<String>) {
    lines.push(format!(
        "   {} {}",
        paint.faint(&format!("{}:", divergence.facet)),
        tame(&divergence.sentence)
    ));
    let diff = unified_diff(&divergence.expected, &divergence.actual);
    for line in diff.iter().take(DIFF_LINES_MAX) {
        lines.push(format!("     {}", paint.diff_line(&tame(line))));
    }
    if diff.len() > DIFF_LINES_MAX {
        lines.push(paint.faint(&format!("     … {} more lines", diff.len() - DIFF_LINES_MAX)));
    }
}

/// The names of some of these records, but for that of the smallest one.
fn names_of(records: &[&CaseRecord], smallest: &CaseRecord) -> Option<String> {
    const NAMED_MAX: usize = 3;
    let names: BTreeSet<&str> = records.iter().map(|record| record.name.as_str()).collect();
    let mut names: Vec<&str> = names.into_iter().filter(|name| *name != smallest.name).collect();
    let rest = names.len().saturating_sub(NAMED_MAX);
    names.truncate(NAMED_MAX);
    if names.is_empty() {
        return None;
    }
    let more = if rest > 0 { format!(" and {rest} more") } else { String::new() };
    Some(format!("{}{more}", names.join(", ")))
}

fn reasons(summary: &Summary<'_>, paint: Paint, lines: &mut Vec<String>) {
    for reason in summary.reasons.iter().take(REASONS_MAX) {
        let text = tame(&reason.reason);
        let verdict = paint.verdict(reason.verdict, reason.verdict.as_str());
        let example =
            paint.faint(&format!("({}, for instance {})", wording::cases(reason.count), reason.example));
        lines.push(format!("{verdict}: {text} {example}"));
    }
    if summary.reasons.len() > REASONS_MAX {
        lines.push(format!("… and {} more reasons in report.md", summary.reasons.len() - REASONS_MAX));
    }
    if !summary.reasons.is_empty() {
        lines.push(String::new());
    }
}

fn closing(log: &RunLog, summary: &Summary<'_>, paint: Paint, lines: &mut Vec<String>) {
    lines.push(paint.strong(&wording::totals(log, summary)));
    lines.extend(wording::left_out(log).map(|text| paint.faint(&text)));
    lines.extend(wording::warnings(log).iter().map(|warning| paint.warning(warning)));
    lines.extend(wording::next_steps(log, &summary.total));
}

/// A text that an engine had a hand in: one line of bearable length that cannot steer the terminal.
fn tame(text: &str) -> String {
    let visible = |character: char| if character.is_control() { ' ' } else { character };
    let mut shown: String = text.chars().take(LINE_CHARS_MAX).map(visible).collect();
    if text.chars().nth(LINE_CHARS_MAX).is_some() {
        shown.push('…');
    }
    shown
}

/// Puts styles on texts, or leaves them alone.
#[derive(Clone, Copy)]
struct Paint {
    colours: Colours,
}

impl Paint {
    fn styled(self, style: Style, text: &str) -> String {
        style.force_styling(self.colours == Colours::On).apply_to(text).to_string()
    }

    fn strong(self, text: &str) -> String {
        self.styled(Style::new().bold(), text)
    }

    fn faint(self, text: &str) -> String {
        self.styled(Style::new().dim(), text)
    }

    fn bad(self, text: &str) -> String {
        self.styled(Style::new().red().bold(), text)
    }

    fn warning(self, text: &str) -> String {
        self.styled(Style::new().yellow(), text)
    }

    fn command(self, text: &str) -> String {
        self.styled(Style::new().cyan(), text)
    }

    fn verdict(self, verdict: Verdict, text: &str) -> String {
        let style = match verdict {
            Verdict::Agree | Verdict::Known | Verdict::Fixed => Style::new().green(),
            Verdict::Diverge | Verdict::EngineError | Verdict::HarnessError => Style::new().red(),
            Verdict::Flaky | Verdict::Inconclusive => Style::new().yellow(),
            Verdict::Unsupported | Verdict::Skipped => Style::new().dim(),
        };
        self.styled(style, text)
    }

    fn count(self, verdict: Verdict, counts: &Counts) -> String {
        match counts.of(verdict) {
            0 => self.faint("·"),
            count => self.verdict(verdict, &count.to_string()),
        }
    }

    fn diff_line(self, line: &str) -> String {
        match line.as_bytes().first() {
            _ if line.starts_with("---") || line.starts_with("+++") || line.starts_with("@@") => {
                self.faint(line)
            }
            Some(b'-') => self.styled(Style::new().green(), line),
            Some(b'+') => self.styled(Style::new().red(), line),
            _ => line.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;
    use rstest::rstest;

    #[test]
    fn each_other_case_of_a_bug_is_named_once() {
        let mut log = sample::log();
        log.records.retain(|record| record.verdict == Verdict::Diverge);
        log.records.truncate(1);
        let other = CaseRecord { name: "pass/other".to_owned(), ..log.records[0].clone() };
        let otherwise =
            CaseRecord { name: "pass/otherwise".to_owned(), shows_otherwise: true, ..other.clone() };
        log.records.extend([log.records[0].clone(), other.clone(), other, otherwise]);
        let text = render(&log, Colours::Off);
        for line in ["also in      pass/other", "otherwise in pass/otherwise"] {
            assert!(text.lines().any(|said| said.trim() == line), "{text}");
        }
    }

    #[test]
    fn summary_reads_like_this() {
        let text = render(&sample::log(), Colours::Off);
        sample::check_rendered("terminal.txt", &text);
    }

    #[test]
    fn colours_change_nothing_but_the_colours() {
        let plain = render(&sample::log(), Colours::Off);
        let coloured = render(&sample::log(), Colours::On);
        assert!(!plain.contains('\u{1b}') && coloured.contains('\u{1b}'));
        assert_eq!(console::strip_ansi_codes(&coloured), plain);
    }

    #[test]
    fn embedded_run_says_what_it_was_and_names_real_engines() {
        let mut log = sample::log();
        log.header.engine_spec = "serve".to_owned();
        let says_something_else = render(&log, Colours::Off);
        assert!(!says_something_else.contains("it shows that the suite works"), "{says_something_else}");
        log.records.retain(|record| !matches!(record.verdict, Verdict::EngineError | Verdict::HarnessError));
        let text = render(&log, Colours::Off);
        assert!(text.contains("This was the reference behind its own API"), "{text}");
        assert!(
            text.ends_with("`cargo run --release -- run --engine ministack` (also moto, localstack).\n"),
            "{text}"
        );
    }

    #[test]
    fn only_the_first_twenty_divergences_are_shown() {
        let mut log = sample::log();
        let record = log.records[4].clone();
        for letter in 'a'..='z' {
            let mut other = record.clone();
            other.divergences[0].facet = asl_cases::Facet::Error;
            other.divergences[0].signature.place = letter.to_string();
            log.records.push(other);
        }
        let text = render(&log, Colours::Off);
        assert!(text.contains("… and 8 more in report.md"), "{text}");
        assert!(text.contains("\n20. ") && !text.contains("\n21. "), "{text}");
    }

    #[rstest]
    #[case::killed(None, "This run was cut off: its log ends after 9 of 20 cases.")]
    #[case::stopped(Some("interrupted"), "This run stopped early, after 9 of 20 cases: interrupted.")]
    fn incomplete_run_is_said(#[case] stopped_early: Option<&str>, #[case] wanted: &str) {
        let mut log = sample::log();
        log.header.cases_planned = 20;
        log.footer = log.footer.filter(|_| stopped_early.is_some());
        if let Some(footer) = &mut log.footer {
            footer.stopped_early = stopped_early.map(str::to_owned);
        }
        let text = render(&log, Colours::Off);
        assert!(text.contains(wanted), "{text}");
    }

    #[test]
    fn engine_that_was_given_up_is_said() {
        let mut log = sample::log();
        log.footer.as_mut().expect("the sample is whole").stopped_early = Some("it died".to_owned());
        log.records[0].reason = Some("not sent: it died".to_owned());
        let (done, planned) = (log.records.len() - 1, log.header.cases_planned);
        let text = render(&log, Colours::Off);
        let said = format!("The engine was given up after {done} of {planned} cases: it died.");
        assert!(text.contains(&said), "{text}");
    }

    #[test]
    fn engine_cannot_steer_the_terminal_or_flood_it() {
        let mut log = sample::log();
        log.records[4].divergences[0].sentence = format!("\u{1b}[2J\n{}", "x".repeat(9_000));
        let text = render(&log, Colours::Off);
        assert!(!text.contains('\u{1b}'), "{text}");
        assert!(text.lines().all(|line| line.chars().count() < 2 * LINE_CHARS_MAX), "{text}");
    }

    #[test]
    fn run_without_a_case_renders() {
        let mut log = sample::log();
        log.records.clear();
        let text = render(&log, Colours::Off);
        assert!(text.contains("0 cases in 12.3 s: none of its cases was chosen"), "{text}");
        log.footer.as_mut().expect("the sample is whole").counts.clear();
        let text = render(&log, Colours::Off);
        assert!(text.contains("0 cases in 12.3 s: nothing was run"), "{text}");
    }
}
