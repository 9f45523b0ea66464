//! The report as one HTML file: it needs no network, works without its script, and holds nothing but what the logs say.
//!
//! The page is made of templates (`templates/*.html`); this module fills them in.

mod heat_map;
mod outcome;
mod part;
mod run_card;

use std::collections::BTreeSet;

use askama::Template;
use asl_cases::{Facet, Verdict};

use self::{
    heat_map::HeatMap,
    part::{PartHead, render_part},
    run_card::RunCard,
};
use crate::{RunLog, Summary, signature_groups, wording};

/// No part is written out in full beyond this many bytes of parts; the rest keep their line in the list.
const PARTS_BYTES_MAX: usize = 7_500_000;
/// How many differences the list holds.
const PARTS_MAX: usize = 2_000;
/// How many reasons of cases without a judgement are listed for a run.
const REASONS_MAX: usize = 60;

pub(crate) const STYLE: &str = include_str!("../../assets/report.css");
const SCRIPT: &str = include_str!("../../assets/report.js");

/// The report of one run or several, the same cases on several engines for instance.
///
/// # Panics
/// Never: writing into a string does not fail.
pub fn render_html(logs: &[RunLog]) -> String {
    let mut parts = Vec::new();
    let mut bytes = 0;
    let mut total = 0;
    let summaries: Vec<_> = logs.iter().map(Summary::of).collect();
    let mut cards = Vec::new();
    for (log, summary) in logs.iter().zip(&summaries) {
        let groups = signature_groups(log);
        cards.push(RunCard::of(log, summary, groups.len()));
        total += groups.len();
        for group in groups {
            if parts.len() < PARTS_MAX {
                let part = render_part(logs, log, &group, bytes < PARTS_BYTES_MAX);
                bytes += part.html.len();
                parts.push(part);
            }
        }
    }
    parts.sort_by_key(|part| part.order);
    let page = Page {
        title: title(logs),
        style: STYLE,
        script: SCRIPT,
        warnings: warnings(logs),
        cards,
        heat_map: HeatMap::of(logs, &summaries),
        engines: logs
            .iter()
            .map(|log| log.header.engine.clone())
            .collect::<BTreeSet<_>>()
            .into_iter()
            .collect(),
        facets: Facet::ALL.map(Facet::as_str),
        verdicts: verdicts(&parts),
        evidences: parts.iter().map(|part| part.evidence).collect(),
        phases: parts.iter().flat_map(|part| part.phases.iter().copied()).collect(),
        omitted: total - parts.len(),
        parts,
        reasons: logs.iter().zip(&summaries).flat_map(|(log, summary)| reasons(log, summary)).collect(),
    };
    page.render().expect("writing into a string does not fail")
}

#[derive(Template)]
#[template(path = "report.html")]
struct Page {
    title: String,
    style: &'static str,
    script: &'static str,
    warnings: Vec<Warning>,
    cards: Vec<RunCard>,
    heat_map: HeatMap,
    engines: Vec<String>,
    facets: [&'static str; Facet::ALL.len()],
    verdicts: Vec<&'static str>,
    evidences: BTreeSet<&'static str>,
    phases: BTreeSet<&'static str>,
    parts: Vec<PartHead>,
    omitted: usize,
    reasons: Vec<Reason>,
}

struct Warning {
    engine: String,
    text: String,
}

struct Reason {
    engine: String,
    verdict: &'static str,
    count: u64,
    why: String,
    example: String,
}

fn title(logs: &[RunLog]) -> String {
    let engines: Vec<_> = logs.iter().map(|log| log.header.engine.as_str()).collect();
    let engines = match engines.as_slice() {
        [] => "nothing".to_owned(),
        [one] => (*one).to_owned(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    };
    format!("How {engines} follow{} the Amazon States Language", if logs.len() == 1 { "s" } else { "" })
}

fn warnings(logs: &[RunLog]) -> Vec<Warning> {
    let warnings_of = |log: &RunLog| {
        let engine = log.header.engine.clone();
        wording::warnings(log).into_iter().map(move |text| Warning { engine: engine.clone(), text })
    };
    logs.iter().flat_map(warnings_of).collect()
}

fn verdicts(parts: &[PartHead]) -> Vec<&'static str> {
    let occur = |verdict: &Verdict| parts.iter().any(|part| part.verdict == verdict.as_str());
    Verdict::ALL.into_iter().filter(occur).map(Verdict::as_str).collect()
}

fn reasons(log: &RunLog, summary: &Summary<'_>) -> Vec<Reason> {
    let engine = &log.header.engine;
    let judged = [Verdict::Known, Verdict::Fixed, Verdict::Flaky];
    summary
        .reasons
        .iter()
        .filter(|reason| !judged.contains(&reason.verdict))
        .take(REASONS_MAX)
        .map(|reason| Reason {
            engine: engine.clone(),
            verdict: reason.verdict.as_str(),
            count: reason.count,
            why: reason.reason.clone(),
            example: reason.example.clone(),
        })
        .collect()
}

/// A name as part of an id in the page.
fn slug(text: &str) -> String {
    let keep = |character: char| {
        if character.is_ascii_alphanumeric() { character.to_ascii_lowercase() } else { '-' }
    };
    text.chars().map(keep).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;
    use asl_cases::Oracle;
    use rstest::rstest;

    fn two_engines() -> Vec<RunLog> {
        let mut other = sample::log();
        other.header.engine = "moto 5".to_owned();
        other.header.engine_spec = "moto".to_owned();
        other.records[3] = sample::with_histories();
        vec![sample::log(), other]
    }

    #[test]
    fn page_has_a_part_for_each_signature_and_names_the_other_engine() {
        let html = render_html(&two_engines());
        assert_eq!(html.matches("<details class=\"part\"").count(), 4);
        assert!(html.contains("asl-conformance replay"), "{html}");
        assert!(html.contains("the same on"), "{html}");
        assert!(html.contains("first difference"), "{html}");
    }

    #[test]
    fn page_loads_nothing() {
        let html = render_html(&two_engines());
        for loading in ["src=", "@import", "url(", "<link"] {
            assert!(!html.contains(loading), "{loading} in the page");
        }
    }

    #[test]
    fn text_of_an_engine_is_no_markup() {
        let mut logs = two_engines();
        logs[0].records[4].divergences[0].sentence = "</details><script>alert(1)</script>".to_owned();
        let html = render_html(&logs);
        assert!(!html.contains("<script>alert"), "the sentence became markup");
    }

    #[rstest]
    #[case::killed(false, "This run was cut off")]
    #[case::garbled(true, "Line 3 of the log could not be read")]
    fn incomplete_run_is_marked(#[case] whole: bool, #[case] mark: &str) {
        let mut logs = two_engines();
        if whole {
            logs[1].damaged.push(crate::DamagedLine { line: 3, why: "noise".to_owned() });
        } else {
            logs[1].footer = None;
        }
        assert!(render_html(&logs).contains(mark));
    }

    #[test]
    fn phases_can_be_filtered_and_no_oracle_speaks_for_another() {
        let mut logs = two_engines();
        let form = &mut logs[0].records[4];
        form.phase = Some(asl_cases::Phase::Metamorphic);
        form.relation = Some("rename-states".to_owned());
        form.divergences[0].oracle =
            Oracle::Metamorphic { relation: "rename-states".to_owned(), statement: String::new() };
        (form.expected, form.actual) = {
            let other = sample::with_histories();
            (other.expected, other.actual)
        };
        let html = render_html(&logs);
        assert!(html.contains("<option>metamorphic</option>"), "no filter");
        assert!(html.contains("Phase: metamorphic, relation rename-states"), "no phase");
        assert!(html.contains("Expected: its own answer to another form"), "AWS is said to have answered");
    }

    #[test]
    fn run_without_a_case_renders() {
        let mut log = sample::log();
        log.records.clear();
        assert!(render_html(&[log]).contains("Nothing was run"));
    }
}
