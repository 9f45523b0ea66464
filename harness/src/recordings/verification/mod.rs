//! The reference against a set of recordings: what agrees, what was skipped and why, and every mismatch.

mod execution;

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use super::{Record, comparison::first_difference};

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
    pub facet: &'static str,
    /// What AWS answered.
    pub expected: Value,
    /// What the reference answers.
    pub actual: Value,
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
    pub facets: BTreeMap<&'static str, FacetCount>,
    /// Everything that differs.
    pub mismatches: Vec<Mismatch>,
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
            Err(reason) => *verification.skipped.entry(reason).or_default() += 1,
        }
    }
    verification
}

/// One facet of one record: both sides, `None` when they agree.
struct Examined {
    facet: &'static str,
    difference: Option<(Value, Value)>,
}

impl Verification {
    fn count(&mut self, record: &Record, examined: Examined) {
        let count = self.facets.entry(examined.facet).or_default();
        count.of += 1;
        match examined.difference {
            None => count.agree += 1,
            Some((expected, actual)) => {
                self.mismatches.push(Mismatch {
                    id: record.id.clone(),
                    facet: examined.facet,
                    expected,
                    actual,
                });
            }
        }
    }
}

/// Every facet that the record says something about; the error is the reason why it is skipped.
fn examine(record: &Record) -> Result<Vec<Examined>, String> {
    match record.kind.as_str() {
        "execution" | "express-sync" | "express-async" | "mocked-execution" => execution::examine(record),
        other => Err(format!("kind `{other}` is not replayed yet")),
    }
}

fn same(facet: &'static str, recorded: &Value, ours: &Value) -> Examined {
    let difference = first_difference(recorded, ours).map(|_| (recorded.clone(), ours.clone()));
    Examined { facet, difference }
}
