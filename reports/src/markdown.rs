//! The summary of a run as Markdown that fits a step summary of a continuous-integration service.

use std::fmt::Write as _;

use asl_cases::{Machine, Signature, Verdict};
use serde_json::Value;

use crate::{
    CaseRecord, RunLog, SignatureGroup, Summary,
    diff::{readable, unified_diff},
    wording,
};

/// How many divergences are written out.
const DETAILS_MAX: usize = 100;
/// No further divergence is written out beyond this size; a step summary may hold one megabyte.
const BYTES_MAX: usize = 700_000;
/// How many characters of a line are written.
const LINE_CHARS_MAX: usize = 2_000;
/// How many lines of a definition, an input or a diff are written.
const LINES_MAX: usize = 120;

/// The whole summary as Markdown.
pub fn render_markdown(log: &RunLog) -> String {
    let summary = Summary::of(log);
    let mut text = String::new();
    header(log, &summary, &mut text);
    table(&summary, &mut text);
    phases(&summary, &mut text);
    divergences(log, &summary, &mut text);
    reasons(&summary, &mut text);
    text.push_str(&wording::next_steps(log, &summary.total).join("\n"));
    text.push('\n');
    text
}

fn header(log: &RunLog, summary: &Summary<'_>, text: &mut String) {
    let header = &log.header;
    paragraph(text, &format!("# {}: {}", inline(&header.engine), wording::totals(log, summary)));
    for warning in wording::warnings(log) {
        paragraph(text, &format!("> **{}**", inline(&warning)));
    }
    let endpoint = header.endpoint.as_ref().map_or_else(String::new, |endpoint| format!(" at {endpoint}"));
    paragraph(
        text,
        &format!(
            "asl-conformance {} on {}{} · seed {} · oracle: {} · started {}",
            header.suite_version,
            inline(&header.engine),
            inline(&endpoint),
            header.seed,
            inline(&header.oracle),
            wording::moment(&header.started_at)
        ),
    );
}

fn table(summary: &Summary<'_>, text: &mut String) {
    let verdicts: Vec<Verdict> = summary.total.occurred().map(|(verdict, _)| verdict).collect();
    if verdicts.is_empty() {
        return;
    }
    let heads: Vec<_> = verdicts.iter().map(|verdict| verdict.as_str()).collect();
    let mut rows =
        vec![format!("| area | {} |", heads.join(" | ")), format!("|---|{}", "---:|".repeat(heads.len()))];
    let total = ("**total**".to_owned(), &summary.total);
    let areas = summary.areas.iter().map(|area| (inline(&area.area), &area.counts));
    for (name, counts) in areas.chain([total]) {
        let cells: Vec<_> = verdicts.iter().map(|verdict| counts.of(*verdict).to_string()).collect();
        rows.push(format!("| {name} | {} |", cells.join(" | ")));
    }
    paragraph(text, &rows.join("\n"));
}

/// What each part of the run came to, when there are several.
fn phases(summary: &Summary<'_>, text: &mut String) {
    if summary.phases.len() < 2 {
        return;
    }
    let words: Vec<_> = summary.phases.iter().map(|(phase, counts)| format!("- {phase}: {counts}")).collect();
    paragraph(text, &format!("By phase:\n\n{}", words.join("\n")));
}

fn divergences(log: &RunLog, summary: &Summary<'_>, text: &mut String) {
    if summary.groups.is_empty() {
        return;
    }
    paragraph(text, "## Divergences");
    let mut written = 0;
    for group in summary.groups.iter().take(DETAILS_MAX) {
        if text.len() > BYTES_MAX {
            break;
        }
        written += 1;
        details(log, written, group, text);
    }
    if summary.groups.len() > written {
        paragraph(text, &format!("… and {} more in the run log.", summary.groups.len() - written));
    }
}

fn details(log: &RunLog, number: usize, group: &SignatureGroup<'_>, text: &mut String) {
    let record = group.smallest();
    let sentence = record.divergences.first().map_or("", |divergence| divergence.sentence.as_str());
    let count = wording::cases(group.records.len() as u64);
    let title = format!("{number}. <b>{}</b> ({count}): {}", html(&record.name), html(sentence));
    paragraph(text, &format!("<details><summary>{title}</summary>"));
    facts(log, group.signature, record, text);
    for divergence in &record.divergences {
        paragraph(text, &format!("**{}**: {}", divergence.facet, inline(&divergence.sentence)));
        block(text, "diff", &unified_diff(&divergence.expected, &divergence.actual).join("\n"));
    }
    if let Some(case) = &record.case {
        for machine in &case.machines {
            paragraph(text, &format!("Definition of `{}`:", machine.name));
            block(text, "json", &definition_text(machine));
            if !machine.stubs.is_empty() {
                paragraph(text, "Scripted answers:");
                let stubs = serde_json::to_value(&machine.stubs).expect("stubs are plain data");
                block(text, "json", &readable(&stubs));
            }
        }
        for machine in record.twin.iter().flat_map(|twin| &twin.machines) {
            paragraph(text, &format!("`{}` written another way:", machine.name));
            block(text, "json", &definition_text(machine));
        }
        paragraph(text, "Input:");
        block(text, "json", &format!("{:#}", case.input));
    }
    let (same, otherwise) = group.others();
    let said = [("The same in", same), ("In another way, taken for the same bug, in", otherwise)];
    for (how, records) in said.into_iter().filter(|(_, records)| !records.is_empty()) {
        let names: Vec<_> = records.iter().take(LINES_MAX).map(|one| format!("`{}`", one.name)).collect();
        paragraph(text, &format!("{how} {}.", names.join(", ")));
    }
    paragraph(text, "</details>");
}

/// With the keys in the author's order.
fn definition_text(machine: &Machine) -> String {
    match &machine.definition {
        Value::String(text) => text.clone(),
        document => format!("{document:#}"),
    }
}

fn facts(log: &RunLog, signature: &Signature, record: &CaseRecord, text: &mut String) {
    let mut facts = vec![format!("- bug: `{}` {}", signature.id(), inline(&signature.to_string()))];
    if let Some((id, title)) = wording::requirement(record) {
        facts.push(format!("- requirement: `{id}` {}", inline(title.unwrap_or_default())));
    }
    for oracle in wording::oracles(record) {
        facts.push(format!("- says who: {}", inline(&oracle)));
    }
    if let Some(phase) = wording::phase(record) {
        facts.push(format!("- phase: {}", inline(&phase)));
    }
    if record.twin.is_some() {
        let (expected, actual) = wording::sides(record, &record.engine);
        facts.push(format!("- expected: {}; actual: {}", inline(&expected), inline(&actual)));
    }
    facts.push(format!("- replay: `{}`", wording::replay_command(log, record)));
    paragraph(text, &facts.join("\n"));
}

fn reasons(summary: &Summary<'_>, text: &mut String) {
    if summary.reasons.is_empty() {
        return;
    }
    paragraph(text, "## Not judged");
    let mut rows =
        vec!["| verdict | cases | reason | for instance |".to_owned(), "|---|---:|---|---|".to_owned()];
    for reason in summary.reasons.iter().take(LINES_MAX) {
        let cells = (reason.verdict, reason.count, inline(&reason.reason), inline(&reason.example));
        rows.push(format!("| {} | {} | {} | {} |", cells.0, cells.1, cells.2, cells.3));
    }
    paragraph(text, &rows.join("\n"));
}

pub(crate) fn paragraph(text: &mut String, paragraph: &str) {
    text.push_str(paragraph);
    text.push_str("\n\n");
}

/// A code block, cut to [`LINES_MAX`] lines.
fn block(text: &mut String, language: &str, content: &str) {
    let total = content.lines().count();
    let shown: Vec<String> =
        content.lines().take(LINES_MAX).map(|line| line.chars().take(LINE_CHARS_MAX).collect()).collect();
    let cut =
        if total > LINES_MAX { format!("\n… {} more lines", total - LINES_MAX) } else { String::new() };
    fence(text, language, &format!("{}{cut}", shown.join("\n")));
}

/// A code block of the whole content, whose fence is longer than any run of back-ticks in it.
pub(crate) fn fence(text: &mut String, language: &str, content: &str) {
    let ticks = "`".repeat(longest_run_of_ticks(content).max(2) + 1);
    write!(text, "{ticks}{language}\n{content}\n{ticks}\n\n").expect("a string takes any text");
}

/// Code inside of a line, whose ticks are more than any run of them in it.
pub(crate) fn code(content: &str) -> String {
    let ticks = "`".repeat(longest_run_of_ticks(content) + 1);
    let line = content.replace(['\n', '\r'], " ");
    let space = if line.is_empty() || line.starts_with('`') || line.ends_with('`') { " " } else { "" };
    format!("{ticks}{space}{line}{space}{ticks}")
}

fn longest_run_of_ticks(text: &str) -> usize {
    text.split(|character| character != '`').map(str::len).max().unwrap_or_default()
}

/// Text inside of a line: nothing in it is markup, and it stays one table cell.
pub(crate) fn inline(text: &str) -> String {
    let mut escaped = String::new();
    for character in text.chars() {
        match character {
            '\n' | '\r' => escaped.push(' '),
            '<' => escaped.push_str("&lt;"),
            '&' => escaped.push_str("&amp;"),
            '|' | '*' | '_' | '`' | '[' | ']' | '\\' => escaped.extend(['\\', character]),
            other => escaped.push(other),
        }
    }
    escaped
}

fn html(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace(['\n', '\r'], " ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;
    use rstest::rstest;

    #[test]
    fn summary_reads_like_this() {
        let text = render_markdown(&sample::log());
        sample::check_rendered("summary.md", &text);
    }

    #[test]
    fn cases_that_differ_in_another_way_are_named_apart() {
        let mut log = sample::log();
        let named = |name: &str, shows_otherwise| CaseRecord {
            name: name.to_owned(),
            shows_otherwise,
            ..log.records[4].clone()
        };
        let others = [named("pass/same", false), named("pass/otherwise", true)];
        log.records.extend(others);
        let text = render_markdown(&log);
        assert!(
            text.contains("`pass/same`.") && text.contains("taken for the same bug, in `pass/otherwise`.")
        );
    }

    #[test]
    fn nothing_in_a_sentence_is_markup() {
        let mut log = sample::log();
        log.records[4].divergences[0].sentence = "is </details> | `x`\n# *bold*".to_owned();
        log.records[4].divergences[0].actual = serde_json::json!("````\n</details>");
        let text = render_markdown(&log);
        assert!(text.contains("is &lt;/details&gt; | `x` # *bold*</summary>"), "{text}");
        assert!(text.contains("is &lt;/details> \\| \\`x\\` # \\*bold\\*"), "{text}");
        assert!(text.contains("`````diff\n"), "{text}");
    }

    #[test]
    fn summary_stays_below_a_megabyte() {
        let mut log = sample::log();
        let record = log.records[4].clone();
        for number in 0..DETAILS_MAX {
            let mut other = record.clone();
            other.divergences[0].facet = asl_cases::Facet::Error;
            other.divergences[0].signature.place = number.to_string();
            let lines: Vec<_> = (0..LINES_MAX).map(|_| "y".repeat(LINE_CHARS_MAX)).collect();
            other.divergences[0].actual = serde_json::json!(lines);
            log.records.push(other);
        }
        let text = render_markdown(&log);
        assert!(text.len() < 1_000_000, "{} bytes", text.len());
        assert!(text.contains("more in the run log."));
    }

    #[rstest]
    #[case("{\"a\":1}", "`{\"a\":1}`")]
    #[case("a`b``c", "```a`b``c```")]
    #[case("`<b>`", "`` `<b>` ``")]
    #[case("a\n\n# b", "`a  # b`")]
    #[case("", "`  `")]
    fn code_is_ended_by_nothing_in_it(#[case] content: &str, #[case] wanted: &str) {
        assert_eq!(code(content), wanted);
    }

    #[test]
    fn long_documents_are_cut() {
        let mut text = String::new();
        block(&mut text, "json", &"x\n".repeat(LINES_MAX + 7));
        assert!(text.contains("… 7 more lines"), "{text}");
    }
}
