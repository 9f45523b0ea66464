//! What became of the small case of a signature when it was run again.

use std::fmt;

use asl_cases::{SignatureId, Verdict};
use asl_generators::Relation;
use asl_reports::CaseRecord;

/// The area of the cases that are kept for a signature: they are named `regression/<signature>`.
pub const REGRESSION: &str = "regression";

/// What became of a kept case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RegressionEnd {
    /// The engine is right now.
    Fixed,
    /// It shows the same bug.
    Still,
    /// It is wrong in another way.
    Changed(SignatureId),
    /// There was no judgement, for this reason.
    NotJudged(String),
}

impl RegressionEnd {
    /// What this record says about the kept case; `None` if it is no record of one.
    pub fn of(record: &CaseRecord) -> Option<(SignatureId, Self)> {
        let id = regression_of(&record.name)?;
        let end = match (record.verdict, record.divergences.first()) {
            (Verdict::Agree | Verdict::Fixed, _) => Self::Fixed,
            (Verdict::Diverge | Verdict::Known, Some(_)) if shows(record, &id) => Self::Still,
            (Verdict::Diverge | Verdict::Known, Some(first)) => Self::Changed(first.signature.id()),
            (verdict, _) => Self::NotJudged(record.reason.clone().unwrap_or_else(|| verdict.to_string())),
        };
        Some((id, end))
    }
}

impl fmt::Display for RegressionEnd {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fixed => formatter.write_str("FIXED"),
            Self::Still => formatter.write_str("STILL"),
            Self::Changed(to) => write!(formatter, "CHANGED to {to}"),
            Self::NotJudged(reason) => write!(formatter, "not judged: {reason}"),
        }
    }
}

/// The name of the case that is kept for a signature. A bug that shows in two forms of a case has the relation between
/// them in the name.
pub fn regression_name(signature: &SignatureId, relation: Option<&str>) -> String {
    let relation = relation.map(|relation| format!("/{relation}")).unwrap_or_default();
    format!("{REGRESSION}/{signature}{relation}")
}

fn shows(record: &CaseRecord, id: &SignatureId) -> bool {
    record.divergences.iter().any(|divergence| divergence.signature.id() == *id)
}

/// The signature that a case of this name is kept for.
pub fn regression_of(name: &str) -> Option<SignatureId> {
    let (area, rest) = name.split_once('/')?;
    let signature = rest.split('/').next().unwrap_or(rest);
    (area == REGRESSION).then(|| SignatureId::from(signature))
}

/// The relation between the two forms of a kept case of this name.
pub fn relation_of(name: &str) -> Option<&'static Relation> {
    regression_of(name)?;
    name.split('/').nth(2).and_then(Relation::named)
}

#[cfg(test)]
mod tests {
    use asl_cases::{Case, Divergence, Facet, Machine, Oracle, Signature};
    use rstest::rstest;
    use serde_json::json;

    use super::*;

    fn record(verdict: Verdict, facet: Option<Facet>) -> CaseRecord {
        let mut case = Case::new(Machine::new(json!({})), json!({}));
        case.name = format!("regression/{}", Signature::of_facet(Facet::Output).id());
        let mut record = CaseRecord::new(&case, "test", verdict);
        record.divergences = facet
            .map(|facet| Divergence {
                facet,
                sentence: String::new(),
                signature: Signature::of_facet(facet),
                expected: json!(1),
                actual: json!(2),
                oracle: Oracle::Reference,
                known: None,
            })
            .into_iter()
            .collect();
        record
    }

    #[rstest]
    #[case(Verdict::Agree, None, "FIXED")]
    #[case(Verdict::Fixed, None, "FIXED")]
    #[case(Verdict::Known, Some(Facet::Output), "STILL")]
    #[case(Verdict::Diverge, Some(Facet::Output), "STILL")]
    #[case(Verdict::EngineError, None, "not judged: engine error")]
    #[case(Verdict::Flaky, Some(Facet::Output), "not judged: flaky")]
    fn kept_case_is_fixed_still_wrong_or_not_judged(
        #[case] verdict: Verdict,
        #[case] facet: Option<Facet>,
        #[case] said: &str,
    ) {
        let (_, end) = RegressionEnd::of(&record(verdict, facet)).expect("a kept case");
        assert_eq!(end.to_string(), said);
    }

    #[test]
    fn name_of_a_kept_case_tells_signature_and_relation() {
        let id = Signature::of_facet(Facet::Output).id();
        let names = [None, Some("rename-states")].map(|relation| regression_name(&id, relation));
        assert_eq!(names.each_ref().map(|name| regression_of(name)), [Some(id.clone()), Some(id)]);
        let relations = names.each_ref().map(|name| relation_of(name).map(|relation| relation.id));
        assert_eq!(relations, [None, Some("rename-states")]);
    }

    #[test]
    fn other_bug_in_a_kept_case_is_a_change() {
        let other = Signature::of_facet(Facet::Error).id();
        let end = RegressionEnd::of(&record(Verdict::Diverge, Some(Facet::Error)));
        assert_eq!(end.map(|(_, end)| end), Some(RegressionEnd::Changed(other)));
    }
}
