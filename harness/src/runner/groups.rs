//! Which differences have been seen, and the smallest case of each: what is worth shrinking.

use std::collections::BTreeMap;

use asl_cases::{Case, Signature, Verdict};
use asl_reports::CaseRecord;

/// Diverging cases by the key of their first difference. Holds one case a key, so memory stays flat.
#[derive(Default)]
pub(super) struct Groups {
    by_signature: BTreeMap<Signature, Group>,
}

enum Group {
    /// An authored case shows it: written by hand, it is small already.
    Authored,
    /// The smallest random case.
    Random(Box<CaseRecord>),
}

impl Groups {
    pub(super) fn add(&mut self, record: &CaseRecord) {
        let (Verdict::Diverge, Some(case), Some(first)) =
            (record.verdict, &record.case, record.divergences.first())
        else {
            return;
        };
        let key = first.signature.clone();
        if case.expectation.is_some() {
            self.by_signature.insert(key, Group::Authored);
            return;
        }
        let is_smaller = match self.by_signature.get(&key) {
            None => true,
            Some(Group::Authored) => false,
            Some(Group::Random(smallest)) => {
                smallest.case.as_ref().is_none_or(|other| size(case) < size(other))
            }
        };
        if is_smaller {
            self.by_signature.insert(key, Group::Random(Box::new(record.clone())));
        }
    }

    pub(super) fn into_random(self) -> Vec<CaseRecord> {
        let random = |group| match group {
            Group::Authored => None,
            Group::Random(record) => Some(*record),
        };
        self.by_signature.into_values().filter_map(random).collect()
    }
}

fn size(case: &Case) -> usize {
    case.main().definition_text().len()
}

#[cfg(test)]
mod tests {
    use asl_cases::{
        Divergence, Evidence, EvidenceKind, Expectation, ExpectedOutcome, Facet, Machine, Oracle,
    };
    use serde_json::{Value, json};

    use super::*;

    fn diverging(name: &str, actual: &Value) -> CaseRecord {
        let mut case = Case::new(Machine::new(json!({"Comment": name})), json!({}));
        case.name = name.to_owned();
        let mut record = CaseRecord::new(&case, "test", Verdict::Diverge);
        record.divergences = vec![Divergence {
            facet: Facet::Output,
            sentence: String::new(),
            signature: Signature { actual: actual.to_string(), ..Signature::of_facet(Facet::Output) },
            expected: json!(1),
            actual: actual.clone(),
            oracle: Oracle::Reference,
        }];
        record.case = Some(case);
        record
    }

    fn authored(mut record: CaseRecord) -> CaseRecord {
        let evidence = Evidence { kind: EvidenceKind::Recorded, source: String::new() };
        let expectation = Expectation { outcome: ExpectedOutcome::TimedOut, trace: None, evidence };
        if let Some(case) = &mut record.case {
            case.expectation = Some(expectation);
        }
        record
    }

    fn names(groups: Groups) -> Vec<String> {
        groups.into_random().into_iter().map(|record| record.name).collect()
    }

    #[test]
    fn smallest_random_case_of_each_difference_is_shrunk() {
        let mut groups = Groups::default();
        groups.add(&diverging("random/a/long", &json!(null)));
        groups.add(&diverging("random/a", &json!(null)));
        groups.add(&diverging("random/b", &json!("text")));
        assert_eq!(names(groups), ["random/a", "random/b"]);
    }

    #[test]
    fn difference_that_an_authored_case_shows_is_not_shrunk() {
        let mut groups = Groups::default();
        groups.add(&authored(diverging("pass/x", &json!(null))));
        groups.add(&diverging("random/a", &json!(null)));
        assert!(names(groups).is_empty());
    }
}
