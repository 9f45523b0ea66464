//! The reference keeps every metamorphic relation and every invariant.
//!
//! `ASL_CASES` raises the number of drawn cases.
#![allow(clippy::disallowed_methods, reason = "it reads the environment, as the harness does")]

use asl_cases::{Case, Observation, Verdict, corpus::corpus};
use asl_conformance::judge::{broken_invariants, judge_twin};
use asl_generators::{boundary_cases, generate_case, twins};
use asl_reference::reference::{self, Settings};

fn observe(case: &Case) -> Option<Observation> {
    reference::observe(case, Settings::default()).ok()
}

fn cases() -> impl Iterator<Item = Case> {
    let drawn: u64 = std::env::var("ASL_CASES").ok().and_then(|text| text.parse().ok()).unwrap_or(400);
    let profile = reference::profile();
    let authored = corpus().into_iter().chain(boundary_cases(&profile).collect::<Vec<_>>());
    authored.chain((0..drawn).map(move |index| generate_case(&profile, 5, index)))
}

#[test]
fn reference_keeps_every_relation() {
    let (mut compared, mut broken) = (0, Vec::new());
    for case in cases() {
        let Some(first) = observe(&case) else { continue };
        for (relation, twin) in twins(&case) {
            let Some(other) = observe(&twin.case) else { continue };
            let Some(judgement) = judge_twin(relation, (&case, &first), (&twin, &other)) else { continue };
            compared += 1;
            if judgement.verdict == Verdict::Diverge {
                broken.push(format!(
                    "{} breaks {}: {:?}\n{}\n{}\n{}\n",
                    case.name,
                    relation.id,
                    judgement.divergences,
                    case.input,
                    case.main().definition_text(),
                    twin.case.main().definition_text(),
                ));
            }
        }
    }
    assert!(broken.is_empty(), "{} of {compared} twins:\n{}", broken.len(), broken.join("\n"));
    assert!(compared > 1_000, "only {compared} twins were compared");
}

#[test]
fn reference_keeps_every_invariant() {
    for case in cases() {
        let Some(observation) = observe(&case) else { continue };
        let broken = broken_invariants(&case, &observation);
        assert!(broken.is_empty(), "{}: {broken:#?}", case.name);
    }
}
