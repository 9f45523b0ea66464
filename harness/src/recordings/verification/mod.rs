//! The reference against a set of recordings: what agrees, what was skipped and why, and every mismatch.
//!
//! One file for each kind of recording. Each looks at one record and says for every facet that the record tells
//! something about whether the reference agrees.

mod api;
mod creation;
mod execution;
mod explanation;
mod facet;
mod skip;
mod test_state;
mod validation;

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Value, json};

use super::{Record, comparison::first_difference};

pub use explanation::{Explanation, needless_explanations};
pub use facet::RecordedFacet;
pub use skip::Skip;

/// How many records agree on one facet, of how many that recorded it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct FacetCount {
    /// Records on which both sides say the same.
    pub agree: u64,
    /// Records that say something about the facet.
    pub of: u64,
}

/// One facet of one record on which the reference differs.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Mismatch {
    /// The record.
    pub id: String,
    /// The facet.
    pub facet: RecordedFacet,
    /// What AWS answered.
    pub expected: Value,
    /// What the reference answers.
    pub actual: Value,
    /// Why they differ, where it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<&'static str>,
}

/// The counts of every facet, also of those that no record says anything about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct FacetCounts(BTreeMap<RecordedFacet, FacetCount>);

impl Default for FacetCounts {
    fn default() -> Self {
        Self(RecordedFacet::ALL.into_iter().map(|facet| (facet, FacetCount::default())).collect())
    }
}

impl FacetCounts {
    /// The count of one facet.
    pub fn of(&self, facet: RecordedFacet) -> FacetCount {
        self.0.get(&facet).copied().unwrap_or_default()
    }

    fn add(&mut self, examined: &Examined) {
        let count = self.0.entry(examined.facet).or_default();
        count.of += 1;
        count.agree += u64::from(examined.difference.is_none());
    }
}

/// What came of a set of recordings.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Verification {
    /// How many recordings there are.
    pub records: u64,
    /// How many were replayed.
    pub replayed: u64,
    /// Why the others were not, with their numbers.
    pub skipped: BTreeMap<String, u64>,
    /// The count of every facet.
    pub facets: FacetCounts,
    /// Everything that differs.
    pub mismatches: Vec<Mismatch>,
    /// The same counts for the records that use a feature, by the feature's name.
    #[serde(skip)]
    pub features: BTreeMap<String, FacetCounts>,
}

/// Replays every record and compares.
pub fn verify(records: &[Record]) -> Verification {
    let mut verification = Verification { records: records.len() as u64, ..Verification::default() };
    for record in records {
        match examine(record) {
            Ok(examined) => {
                verification.replayed += 1;
                for facet in examined {
                    verification.count(record, facet);
                }
            }
            Err(reason) => *verification.skipped.entry(reason.to_string()).or_default() += 1,
        }
    }
    verification
}

/// Every facet that the record says something about; the error is the reason why it is skipped.
fn examine(record: &Record) -> Result<Vec<Examined>, Skip> {
    match record.kind.as_str() {
        "execution" | "express-sync" | "express-async" | "mocked-execution" => execution::examine(record),
        "create" => creation::examine(record),
        "validate" => validation::examine(record),
        "test-state" => test_state::examine(record),
        "api" => api::examine(record),
        other => Err(Skip::Kind(other.to_owned())),
    }
}

/// One facet of one record: both sides, `None` when they agree.
struct Examined {
    facet: RecordedFacet,
    difference: Option<(Value, Value)>,
}

/// Compares one facet.
fn same(facet: RecordedFacet, recorded: &Value, ours: &Value) -> Examined {
    let difference = first_difference(recorded, ours).map(|_| (recorded.clone(), ours.clone()));
    Examined { facet, difference }
}

/// The answer of the only call.
fn recorded_answer(record: &Record) -> Option<&Value> {
    record.recorded_content.as_object()?.values().next()
}

/// Code and message of a refusal, in the form of the SDK or of its exception.
fn refusal(answer: &Value) -> Option<(&str, &str)> {
    if let Some(error) = answer.get("Error") {
        return Some((error["Code"].as_str()?, error["Message"].as_str()?));
    }
    let message = answer.get("exception_value")?.as_str()?;
    let message = message.split_once(" operation: ").map_or(message, |(_, message)| message);
    Some((answer["exception_typename"].as_str()?, message))
}

/// Our side of a facet where the reference has no answer, since it does not model something that the record needs.
fn lacking(what: &str) -> Value {
    json!(format!("not modelled: {what}"))
}

impl Verification {
    fn count(&mut self, record: &Record, examined: Examined) {
        self.facets.add(&examined);
        for feature in &record.features {
            self.features.entry(feature.clone()).or_default().add(&examined);
        }
        let Some((expected, actual)) = examined.difference else { return };
        let mismatch =
            Mismatch { id: record.id.clone(), facet: examined.facet, expected, actual, reason: None };
        let reason = explanation::reason_for(&mismatch);
        self.mismatches.push(Mismatch { reason, ..mismatch });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_facet_is_there_with_nothing_to_compare() {
        let shown = serde_json::to_value(verify(&[])).expect("JSON");
        let none = json!({"agree": 0, "of": 0});
        let facets: serde_json::Map<String, Value> =
            RecordedFacet::ALL.iter().map(|facet| (facet.to_string(), none.clone())).collect();
        assert_eq!(
            shown,
            json!({"records": 0, "replayed": 0, "skipped": {}, "facets": facets, "mismatches": []})
        );
    }
}
