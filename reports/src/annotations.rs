//! Annotations as GitHub Actions reads them from the output of a step.

use asl_cases::Verdict;

use crate::{RunLog, SignatureGroup, signature_groups, wording};

/// GitHub shows ten errors of a step, and drops the rest without a word.
const ERRORS_MAX: usize = 9;

/// One `::error` for each new difference, `::warning` for flaky ones and incomplete runs.
pub fn render_annotations(logs: &[RunLog]) -> String {
    let mut lines = Vec::new();
    let mut errors = 0;
    for log in logs {
        for warning in wording::warnings(log) {
            lines.push(line("warning", &log.header.engine, &warning));
        }
        for group in signature_groups(log) {
            match group.verdict {
                Verdict::Diverge => {
                    errors += 1;
                    if errors <= ERRORS_MAX {
                        lines.push(line("error", &title(log, &group), &message(log, &group)));
                    }
                }
                Verdict::Flaky => lines.push(line("warning", &title(log, &group), &message(log, &group))),
                _ => {}
            }
        }
    }
    if errors > ERRORS_MAX {
        let rest = errors - ERRORS_MAX;
        lines.push(line("error", "asl-conformance", &format!("{rest} more differences are in the report")));
    }
    lines.iter().flat_map(|line| [line.as_str(), "\n"]).collect()
}

fn title(log: &RunLog, group: &SignatureGroup<'_>) -> String {
    format!("{}: {}", log.header.engine, group.smallest().name)
}

fn message(log: &RunLog, group: &SignatureGroup<'_>) -> String {
    let record = group.smallest();
    let sentence = record.divergences.first().map_or("", |divergence| divergence.sentence.as_str());
    let cases = wording::cases(group.records.len() as u64);
    format!("{} ({cases}): {sentence}\n{}", group.facet, wording::replay_command(log, record))
}

fn line(level: &str, title: &str, message: &str) -> String {
    let title = data(title).replace(':', "%3A").replace(',', "%2C");
    format!("::{level} title={title}::{}", data(message))
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;

    #[test]
    fn each_new_difference_is_one_line_whatever_is_in_it() {
        let mut log = sample::log();
        log.records[4].divergences[0].sentence = "50 %\n::error::forged".to_owned();
        let text = render_annotations(&[log]);
        assert_eq!(text.lines().filter(|line| line.starts_with("::error")).count(), 2, "{text}");
        assert!(text.contains("50 %25%0A::error::forged"), "{text}");
    }
}
