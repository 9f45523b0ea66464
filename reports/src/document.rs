//! The runs as one JSON document, for programs. Its schema is published as `schema/report.schema.json`.

use std::collections::BTreeMap;

use asl_cases::{CaseId, Facet, Signature, Verdict};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    CaseRecord, RunHeader, RunLog, SignatureGroup, Summary, signature_groups, signature_of, wording,
};

/// The version of the format of [`ReportDocument`].
pub const REPORT_FORMAT: u32 = 1;

/// A report of one run or several.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReportDocument {
    /// The version of this format, [`REPORT_FORMAT`].
    pub format: u32,
    /// The runs.
    pub runs: Vec<RunDocument>,
}

/// What came of a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RunDocument {
    /// What was run on what.
    pub run: RunHeader,
    /// Whether the run came to its end and its log is whole.
    pub complete: bool,
    /// What a reader should know before believing the numbers.
    pub warnings: Vec<String>,
    /// How many cases ended with each verdict.
    pub counts: BTreeMap<Verdict, u64>,
    /// The same, by area.
    pub areas: BTreeMap<String, BTreeMap<Verdict, u64>>,
    /// What the engine gets wrong, the most important first.
    pub differences: Vec<DifferenceDocument>,
    /// Every case.
    pub cases: Vec<CaseDocument>,
}

/// The cases with one signature.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DifferenceDocument {
    /// The id of the signature.
    pub id: String,
    /// The signature.
    pub signature: Signature,
    /// New, known or flaky.
    pub verdict: Verdict,
    /// The facet of the first difference.
    pub facet: Facet,
    /// What differs, in one sentence.
    pub sentence: String,
    /// Who says what is right, and how they know.
    pub says_who: Vec<String>,
    /// The command that runs the smallest case again.
    pub replay: String,
    /// The cases, the smallest first.
    pub cases: Vec<CaseId>,
}

/// One case.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CaseDocument {
    /// Its id.
    pub id: CaseId,
    /// Its name.
    pub name: String,
    /// Its area.
    pub area: String,
    /// What was concluded.
    pub verdict: Verdict,
    /// The id of the signature of its first difference.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub difference: Option<String>,
    /// Why there is no judgement.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// How long it took.
    pub elapsed_ms: u64,
    /// How often it was run.
    pub attempts: u32,
}

impl ReportDocument {
    /// The report of these runs.
    pub fn of(logs: &[RunLog]) -> Self {
        Self { format: REPORT_FORMAT, runs: logs.iter().map(RunDocument::of).collect() }
    }
}

impl RunDocument {
    fn of(log: &RunLog) -> Self {
        let summary = Summary::of(log);
        let warnings = wording::warnings(log);
        Self {
            run: log.header.clone(),
            complete: warnings.is_empty(),
            warnings,
            counts: summary.total.to_map(),
            areas: summary.areas.into_iter().map(|area| (area.area, area.counts.to_map())).collect(),
            differences: signature_groups(log).iter().map(|group| difference(log, group)).collect(),
            cases: log.records.iter().map(case).collect(),
        }
    }
}

fn difference(log: &RunLog, group: &SignatureGroup<'_>) -> DifferenceDocument {
    let record = group.smallest();
    DifferenceDocument {
        id: group.signature.id().as_str().to_owned(),
        signature: group.signature.clone(),
        verdict: group.verdict,
        facet: group.facet,
        sentence: record
            .divergences
            .first()
            .map_or_else(String::new, |divergence| divergence.sentence.clone()),
        says_who: wording::oracles(record),
        replay: wording::replay_command(log, record),
        cases: group.records.iter().map(|record| record.id.clone()).collect(),
    }
}

fn case(record: &CaseRecord) -> CaseDocument {
    CaseDocument {
        id: record.id.clone(),
        name: record.name.clone(),
        area: record.area.clone(),
        verdict: record.verdict,
        difference: signature_of(record).map(|signature| signature.id().as_str().to_owned()),
        reason: record.reason.clone(),
        elapsed_ms: record.elapsed_ms,
        attempts: record.attempts,
    }
}

/// The report as JSON text.
///
/// # Panics
/// Never: the types are plain data.
pub fn render_json(logs: &[RunLog]) -> String {
    let document = serde_json::to_string_pretty(&ReportDocument::of(logs)).expect("plain data");
    document + "\n"
}
