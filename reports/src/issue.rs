//! One bug as an issue for the tracker of an engine: Markdown, ready to paste, and no more than it takes to fix it.

use std::fmt::Write as _;

use asl_cases::{Case, CauseLevel, Divergence, Facet, Oracle, Outcome};
use serde_json::Value;

use crate::{
    CaseRecord, RunLog, SignatureGroup,
    markdown::{code, fence, inline, paragraph},
    render_repro_sh,
    repro_boto3::render_repro_boto3,
    wording,
};

/// How many characters of a title trackers show.
const TITLE_CHARS: usize = 100;

/// The issue about the smallest case of a bug.
pub fn render_issue(log: &RunLog, group: &SignatureGroup<'_>) -> String {
    let record = group.smallest();
    let mut text = String::new();
    let first = record.divergences.first();
    let sentence = first.map_or("", |first| first.sentence.as_str());
    let signature = group.signature;
    paragraph(&mut text, &format!("# {}", inline(&cut(&format!("{}: {sentence}", subject(group))))));
    paragraph(&mut text, &format!("{}: {}.", claim(&inline(&log.header.engine), record), inline(sentence)));
    if let Some(case) = &record.case {
        definition(&mut text, case);
    }
    sides(&mut text, record);
    paragraph(&mut text, &evidence(record));
    paragraph(&mut text, &versions(log, group));
    if let Some(case) = &record.case {
        let endpoint = log.header.endpoint.as_deref();
        folded(&mut text, "Reproducer with the AWS CLI", "bash", &render_repro_sh(case, endpoint));
        if let Some(script) = render_repro_boto3(case, endpoint) {
            folded(&mut text, "Reproducer with boto3", "python", &script);
        }
    }
    let _ = writeln!(text, "<sub>signature {}: {}</sub>", signature.id(), inline(&signature.to_string()));
    text
}

/// What the issue is about, in a word or two.
fn subject(group: &SignatureGroup<'_>) -> String {
    let signature = group.signature;
    let constructs: Vec<_> = signature.constructs.iter().map(String::as_str).collect();
    match constructs[..] {
        [] => signature.place.clone(),
        _ => format!("{} with {}", signature.place, constructs.join(", ")),
    }
}

/// What the sentence is about: not every oracle speaks for AWS.
fn claim(engine: &str, record: &CaseRecord) -> String {
    match record.divergences.first().map(|first| &first.oracle) {
        Some(Oracle::Metamorphic { relation, .. }) => format!(
            "{engine} answers two forms of one state machine in different ways, although `{relation}` makes no difference"
        ),
        Some(Oracle::Invariant { rule, .. }) => {
            format!("{engine} breaks a rule of every execution, `{rule}`")
        }
        Some(Oracle::Expectation { .. } | Oracle::Reference) | None => {
            format!("Where AWS Step Functions and {engine} part")
        }
    }
}

fn definition(text: &mut String, case: &Case) {
    for machine in &case.machines {
        let definition = match &machine.definition {
            Value::String(text) => text.clone(),
            document => format!("{document:#}"),
        };
        paragraph(text, &format!("State machine ({:?}):", machine.kind));
        fence(text, "json", &definition);
        if !machine.stubs.is_empty() {
            paragraph(text, "Its tasks are answered so:");
            let stubs = serde_json::to_value(&machine.stubs).expect("stubs are plain data");
            fence(text, "json", &format!("{stubs:#}"));
        }
    }
    paragraph(text, "Input:");
    fence(text, "json", &format!("{:#}", case.input));
}

fn sides(text: &mut String, record: &CaseRecord) {
    let (Some(expected), Some(actual)) = (&record.expected, &record.actual) else { return };
    paragraph(text, &format!("**Expected**: {}", outcome(&expected.outcome)));
    paragraph(text, &format!("**Actual**: {}", outcome(&actual.outcome)));
    for divergence in &record.divergences {
        if matches!(divergence.facet, Facet::Trace) {
            paragraph(text, &format!("In the history, {}.", inline(&divergence.sentence)));
        } else if let Some(level) = cause_level(divergence) {
            paragraph(text, &format!("The causes agree in {level}."));
        }
    }
    if let Some(first) = &record.first_difference {
        paragraph(text, &format!("The histories part here: {}.", inline(first)));
    }
    if let Some(notes) = record.shrinking.as_ref().filter(|notes| !notes.immaterial.is_empty()) {
        let pointers: Vec<_> = notes.immaterial.iter().map(|pointer| code(pointer)).collect();
        paragraph(text, &format!("These values do not matter: {}.", pointers.join(", ")));
    }
}

fn cause_level(divergence: &Divergence) -> Option<CauseLevel> {
    let (expected, actual) = (divergence.expected.as_str(), divergence.actual.as_str());
    (divergence.facet == Facet::Cause).then(|| CauseLevel::between(expected, actual))
}

fn outcome(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Succeeded(output) => {
            format!("the execution succeeds with {}", code(&output.to_string()))
        }
        Outcome::Failed { error, cause } => {
            let error = error.as_ref().map_or("no error name".to_owned(), |error| code(error));
            let cause =
                cause.as_ref().map_or("no cause".to_owned(), |cause| format!("the cause {}", code(cause)));
            format!("the execution fails with {error} and {cause}")
        }
        Outcome::TimedOut => "the execution times out".to_owned(),
        Outcome::Aborted => "the execution is aborted".to_owned(),
        Outcome::Tested(tested) => format!("the tested state ends as `{}`", tested.status.as_str()),
        Outcome::Rejected { code: error, message } => {
            format!("the definition is refused with {}: {}", code(error), inline(message))
        }
    }
}

fn evidence(record: &CaseRecord) -> String {
    let mut text = format!("How this is known: {}.", inline(&wording::oracles(record).join("; ")));
    if let Some((id, title)) = wording::requirement(record) {
        let link = id.entry().map_or_else(String::new, |entry| format!(" ({})", entry.link));
        let _ = write!(text, " Requirement `{id}`: {}{link}.", title.unwrap_or_default());
    }
    text
}

fn versions(log: &RunLog, group: &SignatureGroup<'_>) -> String {
    format!(
        "{}; found by asl-conformance {} in {} of a run of {} (seed {}).",
        inline(&log.header.engine),
        log.header.suite_version,
        wording::cases(group.records.len() as u64),
        wording::cases(log.header.cases_planned),
        log.header.seed
    )
}

fn folded(text: &mut String, summary: &str, language: &str, content: &str) {
    paragraph(text, &format!("<details><summary>{summary}</summary>"));
    fence(text, language, content.trim_end());
    paragraph(text, "</details>");
}

/// A title as trackers show it, cut between two words.
fn cut(title: &str) -> String {
    if title.chars().count() <= TITLE_CHARS {
        return title.to_owned();
    }
    let head: String = title.chars().take(TITLE_CHARS - 2).collect();
    let end = head.rfind(' ').unwrap_or(head.len());
    format!("{} …", &head[..end])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Summary, sample};
    use asl_cases::Observation;

    #[test]
    fn issue_about_two_forms_does_not_speak_for_aws() {
        let mut log = sample::log();
        for record in &mut log.records {
            for divergence in &mut record.divergences {
                divergence.oracle =
                    Oracle::Metamorphic { relation: "rename-states".to_owned(), statement: String::new() };
            }
        }
        let issue = render_issue(&log, &Summary::of(&log).groups[0]);
        assert!(
            issue.contains("ministack 1.4.7 answers two forms of one state machine in different ways"),
            "{issue}"
        );
        assert!(!issue.contains("AWS Step Functions and"), "{issue}");
    }

    #[test]
    fn nothing_that_an_engine_says_is_markup() {
        let mut log = sample::log();
        let record = &mut log.records[3];
        record.divergences[0].sentence = "is </details> | `x`\n# *bold*".to_owned();
        record.divergences[0].signature.actual = "<b>".to_owned();
        let side = |outcome: Outcome| Some(Observation { outcome, ..sample::with_histories().expected? });
        record.expected = side(Outcome::Succeeded("`</details>".into()));
        let message = "no _such_ <b>state</b>".to_owned();
        record.actual = side(Outcome::Rejected { code: "a\n\n# b".to_owned(), message });
        record.case.as_mut().expect("a case").input = "`````\n</details>".into();
        let summary = Summary::of(&log);
        let group = summary.groups.iter().find(|group| group.signature.actual == "<b>").expect("the bug");
        let issue = render_issue(&log, group);
        for wanted in [
            "is &lt;/details> \\| \\`x\\` # \\*bold\\*",
            "succeeds with ``\"`</details>\"``",
            "refused with `a  # b`: no \\_such\\_ &lt;b>state&lt;/b>",
            "``````json\n\"`````\\n</details>\"\n``````",
            "-> &lt;b></sub>",
        ] {
            assert!(issue.contains(wanted), "no {wanted} in {issue}");
        }
    }

    #[test]
    fn issue_reads_like_this() {
        let log = sample::log();
        let summary = Summary::of(&log);
        sample::check_rendered("issue.md", &render_issue(&log, &summary.groups[0]));
    }
}
