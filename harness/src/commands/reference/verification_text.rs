//! A verification for people: how much agrees, by facet and by feature, and every mismatch as a diff.

use std::fmt::Write;

use asl_reports::unified_diff;

use crate::recordings::{FacetCount, FacetCounts, Mismatch, RecordedFacet, Verification};

/// How wide a feature's name may be without moving its row.
const NAME_WIDTH: usize = 44;
/// How wide a count is: `1234/1234`.
const COUNT_WIDTH: usize = 11;

/// The whole text: tables first, then the mismatches, then the sum.
pub(super) fn render(verification: &Verification) -> String {
    let mut text = table(verification);
    for mismatch in &verification.mismatches {
        text.push_str(&mismatch_text(mismatch));
    }
    text.push_str(&sum(verification));
    text
}

/// One row for all records, then one for each feature.
fn table(verification: &Verification) -> String {
    let mut text = format!("{:<NAME_WIDTH$}", "agree/recorded");
    for facet in RecordedFacet::ALL {
        let _ = write!(text, "{facet:>COUNT_WIDTH$}");
    }
    text.push('\n');
    text.push_str(&row("all records", &verification.facets));
    text.push('\n');
    for (feature, counts) in &verification.features {
        text.push_str(&row(feature, counts));
    }
    text.push('\n');
    text
}

fn row(name: &str, counts: &FacetCounts) -> String {
    let mut text = format!("{name:<NAME_WIDTH$}");
    for facet in RecordedFacet::ALL {
        let _ = write!(text, "{:>COUNT_WIDTH$}", cell(counts.of(facet)));
    }
    text + "\n"
}

fn cell(count: FacetCount) -> String {
    if count.of == 0 { "-".to_owned() } else { format!("{}/{}", count.agree, count.of) }
}

fn mismatch_text(mismatch: &Mismatch) -> String {
    let mut text = format!("{} differs in {} (- AWS, + reference)\n", mismatch.id, mismatch.facet);
    if let Some(reason) = mismatch.reason {
        let _ = writeln!(text, "  why: {reason}");
    }
    for line in unified_diff(&mismatch.expected, &mismatch.actual).iter().skip(2) {
        let _ = writeln!(text, "  {line}");
    }
    text.push('\n');
    text
}

fn sum(verification: &Verification) -> String {
    let mut text = format!("{} of {} recordings replayed", verification.replayed, verification.records);
    let explained = verification.mismatches.iter().filter(|mismatch| mismatch.reason.is_some()).count();
    let _ = match verification.mismatches.len() {
        0 => writeln!(text, ", no mismatch"),
        found => writeln!(text, ", {found} mismatches, {explained} of them explained"),
    };
    if !verification.skipped.is_empty() {
        text.push_str("left out:\n");
    }
    for (reason, count) in &verification.skipped {
        let _ = writeln!(text, "{count:>6}  {reason}");
    }
    text
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn mismatch_reads_as_a_diff_with_its_reason() {
        let mismatch = Mismatch {
            id: "a::b".to_owned(),
            facet: RecordedFacet::Output,
            expected: json!({"a": 1, "b": 2}),
            actual: json!({"a": 1, "b": 3}),
            reason: Some("a fact drifted"),
        };
        let expected = "a::b differs in output (- AWS, + reference)\n  why: a fact drifted\n  @@ -1,4 +1,4 @@\n   {\n     \"a\": 1,\n  -  \"b\": 2\n  +  \"b\": 3\n   }\n\n";
        assert_eq!(mismatch_text(&mismatch), expected);
    }

    #[test]
    fn facet_without_records_shows_a_dash() {
        let shown = row("all records", &FacetCounts::default());
        assert_eq!(shown.split_whitespace().skip(2).collect::<Vec<_>>(), ["-"; RecordedFacet::ALL.len()]);
    }
}
