//! What the phases send: the reference models every boundary, and refuses every broken definition.

use std::collections::BTreeMap;

use asl_cases::{Case, Observation, Outcome};
use asl_conformance::judge::broken_invariants;
use asl_generators::{boundary_cases, generate_invalid};
use asl_reference::reference::{self, ReferenceError, Settings};

fn observe(case: &Case) -> Result<Observation, ReferenceError> {
    reference::observe(case, Settings::default())
}

#[test]
fn every_boundary_is_modelled_and_accepted_and_keeps_the_rules_for_every_engine() {
    let mut failures = Vec::new();
    let mut statuses: BTreeMap<&str, u32> = BTreeMap::new();
    for case in boundary_cases(&reference::profile()) {
        match observe(&case) {
            Ok(observation) => {
                *statuses.entry(observation.outcome.status()).or_default() += 1;
                if let Outcome::Rejected { message, .. } = &observation.outcome {
                    failures.push(format!("{}: refused: {message}", case.name));
                }
                let broken = broken_invariants(&case, &observation);
                failures.extend(broken.first().map(|first| format!("{}: {}", case.name, first.sentence)));
            }
            Err(error) => failures.push(format!("{}: {error}", case.name)),
        }
    }
    assert!(failures.is_empty(), "{statuses:?}\n{}", failures.join("\n"));
}

#[test]
fn reference_refuses_every_broken_definition() {
    let mut accepted = Vec::new();
    for index in 0..400 {
        let case = generate_invalid(&reference::profile(), 4, index);
        match observe(&case) {
            Ok(Observation { outcome: Outcome::Rejected { .. }, .. }) => {}
            other => accepted.push(format!(
                "{}: {:?}\n  {}",
                case.name,
                other.map(|observation| observation.outcome),
                case.main().definition_text()
            )),
        }
    }
    assert!(accepted.is_empty(), "{} accepted\n{}", accepted.len(), accepted.join("\n"));
}
