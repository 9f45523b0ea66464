//! The comparison as Markdown for the comment on a pull request.

use asl_cases::Verdict;

use super::{Change, ChangedCase, Comparison};
use crate::markdown::{inline, paragraph};

/// How many groups of a change are listed.
const GROUPS_MAX: usize = 40;
/// How many cases of a group are named.
const NAMES_MAX: usize = 5;
/// A longer sentence is cut.
const SENTENCE_CHARS_MAX: usize = 300;

/// The comparison as Markdown.
pub fn render_comparison_markdown(comparison: &Comparison) -> String {
    let mut text = String::new();
    paragraph(&mut text, &format!("# {}", inline(&headline(comparison))));
    for warning in &comparison.warnings {
        paragraph(&mut text, &format!("> **{}**", inline(warning)));
    }
    if !comparison.suite_changes.is_empty() {
        let items: Vec<_> =
            comparison.suite_changes.iter().map(|change| format!("> - {}", inline(change))).collect();
        let heading = "> **The suite itself is not the same in both runs:**\n>";
        paragraph(&mut text, &format!("{heading}\n{}", items.join("\n")));
    }
    counts(comparison, &mut text);
    for change in Change::ALL {
        groups(comparison, change, &mut text);
    }
    paragraph(&mut text, &format!("{} cases are as they were.", comparison.same));
    text.truncate(text.trim_end().len());
    text.push('\n');
    text
}

/// "ministack 1.4.7 → ministack 1.5.33: 3 new, 120 fixed".
pub(super) fn headline(comparison: &Comparison) -> String {
    let count = |change| comparison.with(change).count();
    let counts: Vec<_> = Change::ALL
        .into_iter()
        .filter(|change| count(*change) > 0)
        .map(|change| format!("{} {}", count(change), change.as_str()))
        .collect();
    let counts = if counts.is_empty() { "nothing changed".to_owned() } else { counts.join(", ") };
    format!("{} → {}: {counts}", comparison.base.engine, comparison.head.engine)
}

fn counts(comparison: &Comparison, text: &mut String) {
    let of = |counts: &std::collections::BTreeMap<Verdict, u64>, verdict| {
        counts.get(&verdict).copied().unwrap_or(0)
    };
    let mut rows = vec![
        format!(
            "| verdict | base: {} | head: {} |",
            inline(&comparison.base.engine),
            inline(&comparison.head.engine)
        ),
        "|---|---:|---:|".to_owned(),
    ];
    for verdict in Verdict::ALL {
        let (base, head) = (of(&comparison.base_counts, verdict), of(&comparison.head_counts, verdict));
        if base + head > 0 {
            rows.push(format!("| {verdict} | {base} | {head} |"));
        }
    }
    paragraph(text, &rows.join("\n"));
}

fn groups(comparison: &Comparison, change: Change, text: &mut String) {
    let groups = comparison.groups(change);
    if groups.is_empty() {
        return;
    }
    let total: usize = groups.iter().map(Vec::len).sum();
    let mut items: Vec<_> = groups.iter().take(GROUPS_MAX).map(|group| item(change, group)).collect();
    if groups.len() > GROUPS_MAX {
        items.push(format!("- … and {} more", groups.len() - GROUPS_MAX));
    }
    let list = items.join("\n");
    let heading = format!("{}: {total}", title(change));
    if change.is_new() {
        paragraph(text, &format!("## {heading}\n\n{list}"));
    } else {
        paragraph(text, &format!("<details><summary><b>{heading}</b></summary>\n\n{list}\n\n</details>"));
    }
}

fn title(change: Change) -> &'static str {
    match change {
        Change::New => "New differences",
        Change::Worse => "Differ in a worse way than before",
        Change::Changed => "Differ in another way than before",
        Change::Better => "Differ in a better way than before",
        Change::Fixed => "Fixed",
        Change::NotRun => "With a verdict in one run only",
        Change::Added => "Added cases",
        Change::Removed => "Removed cases",
    }
}

fn item(change: Change, group: &[&ChangedCase]) -> String {
    let first = group[0];
    let names: Vec<_> = group.iter().take(NAMES_MAX).map(|case| name(case)).collect();
    let more = group.len().saturating_sub(NAMES_MAX);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let short = |text: &str| inline(&text.chars().take(SENTENCE_CHARS_MAX).collect::<String>());
    let sentence =
        if first.sentence.is_empty() { "no difference".to_owned() } else { short(&first.sentence) };
    let before = if first.before.is_empty() {
        String::new()
    } else {
        format!("<br>\n  before: {}", short(&first.before))
    };
    let replay = if change.is_new() { format!("<br>\n  `{}`", first.replay) } else { String::new() };
    format!("- {sentence}{before}<br>\n  {}{more}{replay}", names.join(", "))
}

/// With the relation, since a case may break several.
fn name(case: &ChangedCase) -> String {
    let relation = case.relation.as_ref().map(|relation| format!(" ({relation})"));
    format!("`{}`{}", case.name, relation.unwrap_or_default())
}
