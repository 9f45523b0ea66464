//! The part of the page about one signature on one engine: what differs, who says so, the machine as a picture, both
//! histories, and how to see it again.

use std::collections::BTreeSet;

use askama::Template;
use asl_cases::{Divergence, Facet, Phase};

use super::{
    outcome::{OutcomeFact, outcome_facts, shortened},
    slug,
};
use crate::{
    CaseRecord, RunLog, SignatureGroup,
    diff::{readable, unified_diff},
    graph::{MachineGraph, render_graph},
    lanes::{Lanes, RowKind, lanes},
    render_repro_sh, signature_of,
    signatures::tier,
    wording,
};

/// How many lines of a diff, an input or a definition are written.
const LINES_MAX: usize = 160;
/// How many events of the histories are written, those around the first difference.
const ROWS_MAX: usize = 120;
/// How many events before the first difference are written when they are too many.
const ROWS_BEFORE: usize = 30;
/// A picture wider than this, in CSS pixels, has no place beside the histories.
const WIDE: f64 = 560.0;
/// How many cases are named.
const CASES_MAX: usize = 40;

/// What the list knows of a part, and the part itself.
pub(super) struct PartHead {
    pub(super) id: String,
    pub(super) html: String,
    pub(super) verdict: &'static str,
    pub(super) order: (asl_cases::Verdict, u8, std::cmp::Reverse<usize>),
    pub(super) engine: String,
    pub(super) areas: Vec<String>,
    pub(super) facet: &'static str,
    pub(super) evidence: &'static str,
    pub(super) phases: BTreeSet<&'static str>,
    pub(super) sentence: String,
    pub(super) name: String,
    pub(super) cases: usize,
}

/// Renders a part; a brief one has its line in the list only.
pub(super) fn render_part(
    logs: &[RunLog],
    log: &RunLog,
    group: &SignatureGroup<'_>,
    in_full: bool,
) -> PartHead {
    let record = group.smallest();
    let first = &record.divergences[0];
    let html = if in_full {
        Part::of(logs, log, group).render().expect("writing into a string does not fail")
    } else {
        String::new()
    };
    PartHead {
        id: part_id(log, group),
        html,
        verdict: group.verdict.as_str(),
        order: (group.verdict, tier(group.facet), std::cmp::Reverse(group.records.len())),
        engine: log.header.engine.clone(),
        areas: group.areas().into_iter().map(str::to_owned).collect(),
        facet: group.facet.as_str(),
        evidence: wording::evidence(&first.oracle),
        phases: group.records.iter().filter_map(|record| record.phase).map(Phase::as_str).collect(),
        sentence: shortened(&first.sentence),
        name: record.name.clone(),
        cases: group.records.len(),
    }
}

fn part_id(log: &RunLog, group: &SignatureGroup<'_>) -> String {
    let verdict = slug(group.verdict.as_str());
    format!("s-{}-{}-{verdict}", slug(&log.header.engine), group.signature.id().as_str())
}

#[derive(Template)]
#[template(path = "part.html")]
struct Part {
    phase: Option<String>,
    sides: Option<Sides>,
    differences: Vec<Difference>,
    says_who: Vec<String>,
    requirement: Option<RequirementView>,
    machines: Vec<MachineView>,
    lanes: Option<LanesView>,
    replay: String,
    repro: Option<String>,
    input: Option<String>,
    cases: Vec<(String, String, bool)>,
    more_cases: usize,
    elsewhere: Vec<(String, String)>,
    shrunk_from: Option<String>,
    signature: String,
}

/// How both executions ended.
struct Sides {
    titles: (String, String),
    expected: Vec<OutcomeFact>,
    actual: Vec<OutcomeFact>,
}

struct Difference {
    facet: &'static str,
    sentence: String,
    lines: Vec<DiffLine>,
    more_lines: usize,
}

struct DiffLine {
    class: &'static str,
    text: String,
}

struct RequirementView {
    id: String,
    title: String,
    link: Option<String>,
}

struct MachineView {
    name: String,
    picture: Option<String>,
    /// Whether the picture needs the whole width of the page.
    wide: bool,
    definition: String,
    stubs: Option<String>,
}

struct LanesView {
    lanes: Lanes,
    /// The rows that are written.
    first: usize,
    last: usize,
}

impl Part {
    fn of(logs: &[RunLog], log: &RunLog, group: &SignatureGroup<'_>) -> Self {
        let record = group.smallest();
        let lanes = lanes(record);
        let states: BTreeSet<String> = lanes.iter().filter_map(|lanes| lanes.state.clone()).collect();
        let case = record.case.as_ref();
        let sides = record.expected.as_ref().zip(record.actual.as_ref());
        let named = group.records.iter().take(CASES_MAX);
        Self {
            phase: wording::phase(record),
            sides: sides.map(|(expected, actual)| Sides {
                titles: wording::sides(record, &log.header.engine),
                expected: outcome_facts(expected),
                actual: outcome_facts(actual),
            }),
            differences: record
                .divergences
                .iter()
                .map(|divergence| difference(divergence, lanes.is_some()))
                .collect(),
            says_who: wording::oracles(record),
            requirement: requirement(record),
            machines: machines(record, &states),
            lanes: lanes.map(LanesView::of),
            replay: wording::replay_command(log, record),
            repro: case.map(|case| render_repro_sh(case, log.header.endpoint.as_deref())),
            input: case.map(|case| cut(&format!("{:#}", case.input))),
            cases: named
                .map(|record| (record.name.clone(), record.id.to_string(), record.shows_otherwise))
                .collect(),
            more_cases: group.records.len().saturating_sub(CASES_MAX),
            signature: format!("{} {}", group.signature.id().as_str(), group.signature),
            elsewhere: elsewhere(logs, log, group),
            shrunk_from: record.shrunk_from.as_ref().map(ToString::to_string),
        }
    }
}

impl LanesView {
    fn of(lanes: Lanes) -> Self {
        let first = match lanes.first_difference {
            Some(row) if lanes.rows.len() > ROWS_MAX => row.saturating_sub(ROWS_BEFORE),
            _ => 0,
        };
        let last = lanes.rows.len().min(first + ROWS_MAX);
        Self { lanes, first, last }
    }

    fn rows(&self) -> impl Iterator<Item = (&crate::lanes::Row, bool)> {
        let marked = self.lanes.first_difference;
        let rows = self.lanes.rows.iter().enumerate().skip(self.first).take(self.last - self.first);
        rows.map(move |(index, row)| (row, marked == Some(index)))
    }

    fn left_out(&self) -> usize {
        self.lanes.rows.len() - (self.last - self.first)
    }
}

/// Where the histories stand side by side, their diff would only say the same again.
fn difference(divergence: &Divergence, has_lanes: bool) -> Difference {
    const HEADING: usize = 2;
    let mut lines = Vec::new();
    if !(has_lanes && divergence.facet == Facet::Trace) {
        let diff = unified_diff(&divergence.expected, &divergence.actual);
        lines.extend(diff.into_iter().skip(HEADING));
    }
    let shown =
        lines.iter().take(LINES_MAX).map(|line| DiffLine { class: diff_class(line), text: shortened(line) });
    Difference {
        facet: divergence.facet.as_str(),
        sentence: shortened(&divergence.sentence),
        lines: shown.collect(),
        more_lines: lines.len().saturating_sub(LINES_MAX),
    }
}

fn diff_class(line: &str) -> &'static str {
    match line.as_bytes() {
        [b'@', b'@', ..] => "head",
        [b'-', ..] => "right",
        [b'+', ..] => "wrong",
        _ => "both",
    }
}

fn requirement(record: &CaseRecord) -> Option<RequirementView> {
    let id = record.case.as_ref()?.requirements.first()?;
    let entry = id.entry();
    Some(RequirementView {
        id: id.to_string(),
        title: entry.map_or_else(String::new, |entry| entry.title.clone()),
        link: entry.map(|entry| entry.link.clone()).filter(|link| link.starts_with("https://")),
    })
}

/// The machines of the case, and those of its other form.
fn machines(record: &CaseRecord, states: &BTreeSet<String>) -> Vec<MachineView> {
    let own = record.case.iter().flat_map(|case| &case.machines).map(|machine| machine_view(machine, states));
    let others = record.twin.iter().flat_map(|twin| &twin.machines).map(|machine| {
        let view = machine_view(machine, states);
        MachineView { name: format!("{} written another way", view.name), ..view }
    });
    own.chain(others).collect()
}

fn machine_view(machine: &asl_cases::Machine, states: &BTreeSet<String>) -> MachineView {
    let graph = MachineGraph::of(&machine.definition);
    let picture = graph.and_then(|graph| render_graph(&graph, &title(machine, &graph, states), states));
    let definition = match &machine.definition {
        serde_json::Value::String(text) => text.clone(),
        document => format!("{document:#}"),
    };
    let stubs = (!machine.stubs.is_empty())
        .then(|| cut(&readable(&serde_json::to_value(&machine.stubs).expect("stubs are plain data"))));
    let wide = picture.as_ref().is_some_and(|picture| picture.width > WIDE);
    let picture = picture.map(|picture| picture.svg);
    MachineView { name: machine.name.clone(), picture, wide, definition: cut(&definition), stubs }
}

fn title(machine: &asl_cases::Machine, graph: &MachineGraph, states: &BTreeSet<String>) -> String {
    let count = graph.state_count();
    let plural = if count == 1 { "" } else { "s" };
    let place = match states.first() {
        Some(state) => format!(". The two sides part in {state}"),
        None => String::new(),
    };
    format!("State machine {} with {count} state{plural}{place}", machine.name)
}

/// Where the same signature shows on other engines.
fn elsewhere(logs: &[RunLog], log: &RunLog, group: &SignatureGroup<'_>) -> Vec<(String, String)> {
    let others = logs.iter().filter(|other| !std::ptr::eq(*other, log));
    others
        .filter_map(|other| {
            let same = |record: &&CaseRecord| {
                record.verdict == group.verdict && signature_of(record) == Some(group.signature)
            };
            other.records.iter().find(same)?;
            Some((other.header.engine.clone(), part_id(other, group)))
        })
        .collect()
}

fn cut(text: &str) -> String {
    let total = text.lines().count();
    if total <= LINES_MAX {
        return text.trim_end().to_owned();
    }
    let shown: Vec<_> = text.lines().take(LINES_MAX).collect();
    format!("{}\n… {} more lines", shown.join("\n"), total - LINES_MAX)
}
