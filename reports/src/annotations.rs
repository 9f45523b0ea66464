//! Annotations as GitHub Actions reads them from the output of a step.

use asl_cases::Verdict;

use crate::{RunLog, SignatureGroup, signature_groups, wording};

/// GitHub shows ten errors of a step, and drops the rest without a word.
const ERRORS_MAX: usize = 9;

/// One `::error` for each new difference, `::warning` for flaky ones, cases without a judgement and incomplete runs.
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
        for verdict in [Verdict::EngineError, Verdict::HarnessError] {
            lines.extend(without_judgement(log, verdict));
        }
    }
    if errors > ERRORS_MAX {
        let rest = errors - ERRORS_MAX;
        lines.push(line("error", "asl-conformance", &format!("{rest} more differences are in the report")));
    }
    lines.iter().flat_map(|line| [line.as_str(), "\n"]).collect()
}

/// How many cases got no judgement, with the first of them.
fn without_judgement(log: &RunLog, verdict: Verdict) -> Option<String> {
    let mut records = log.records.iter().filter(|record| record.verdict == verdict);
    let first = records.next()?;
    let count = wording::cases(1 + records.count() as u64);
    let reason = first.reason.as_deref().unwrap_or_default();
    let message = format!(
        "{verdict}: {count}, {} first: {reason}\n{}",
        first.name,
        wording::replay_command(log, first)
    );
    Some(line("warning", &log.header.engine, &message))
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

/// What a terminal would obey, and is no line feed, is left out: an engine may have written it.
fn data(text: &str) -> String {
    let plain = text.chars().filter(|char| !char.is_control() || "\r\n".contains(*char)).collect::<String>();
    plain.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
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

    #[test]
    fn cases_without_an_answer_are_a_warning_and_what_a_terminal_obeys_is_left_out() {
        let mut log = sample::log();
        log.records.truncate(2);
        for record in &mut log.records {
            record.verdict = Verdict::EngineError;
            record.reason = Some("no \u{1b}[31manswer\u{7}".to_owned());
        }
        let text = render_annotations(&[log]);
        assert!(text.contains("engine error: 2 cases"), "{text}");
        assert!(text.contains("first: no [31manswer"), "{text}");
    }
}
