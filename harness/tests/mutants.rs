//! The suite against engines with known bugs: every mutant answers something wrongly, and a sample of them is found.
//! `ASL_MUTANTS` says how many are hunted here (12); `asl-conformance mutants` hunts all of them.
#![allow(clippy::disallowed_methods, reason = "it reads the environment, as the harness does")]

use std::{env, sync::LazyLock};

use asl_cases::{Observation, corpus::corpus};
use asl_conformance::mutants::{Mutant, Prepared, RightAnswer, catalogue};
use asl_generators::generate_case;
use asl_reference::reference::{self, Settings};

static PREPARED: LazyLock<Prepared> = LazyLock::new(|| Prepared::new(reference::profile(), 1, 40));

/// Hard to find: a few of each kind of seed, spread over the catalogue.
const SAMPLE: [&str; 12] = [
    "result-path-into-effective-input",
    "strings-by-code-point",
    "and-asks-all-parts",
    "retry-counter-not-reset",
    "exhausted-retrier-passes-on",
    "backoff-one-step-early",
    "catch-applies-result-selector",
    "unique-keeps-order",
    "jsonata-undefined-is-null",
    "no-choice-matched",
    "choice-exited-missing",
    "unreachable-states-accepted",
];

#[test]
fn sample_of_mutants_is_found() {
    let wanted = env::var("ASL_MUTANTS").ok().and_then(|text| text.parse().ok()).unwrap_or(SAMPLE.len());
    let missed: Vec<_> = SAMPLE
        .iter()
        .take(wanted)
        .map(|id| PREPARED.hunt(Mutant::named(id).expect("it is in the catalogue")))
        .filter(|hunted| hunted.found.is_none())
        .map(|hunted| hunted.mutant.id)
        .collect();
    assert!(missed.is_empty(), "{missed:?}");
}

#[test]
fn found_bug_is_shown_by_a_small_machine() {
    let hunted = PREPARED.hunt(Mutant::named("retry-counter-shared").expect("it is in the catalogue"));
    let found = hunted.found.expect("it is found");
    assert!(found.n_states <= 3, "{found:?}");
}

/// Without a difference to the right answer a mutant would be no bug.
#[test]
fn every_mutant_answers_something_wrongly() {
    let settings = Settings::default();
    let drawn = (0..300).map(|index| generate_case(&reference::profile(), 1, index));
    let cases: Vec<_> =
        corpus().into_iter().chain(drawn).map(|case| (RightAnswer::to(&case, settings), case)).collect();
    let is_harmless =
        |mutant: &&Mutant| !cases.iter().any(|(right, case)| mutant.is_wrong(case, right, settings));
    let harmless: Vec<_> = catalogue().into_iter().filter(is_harmless).map(|mutant| mutant.id).collect();
    assert!(harmless.iter().all(|id| RARE.contains(id)), "{harmless:?}");
}

/// What no case of a run shows: the limit takes an execution of five minutes.
const RARE: [&str; 1] = ["express-has-no-limit"];

#[test]
fn without_a_bug_the_right_answer_is_given_before_and_after() {
    let answers = || -> Vec<Option<Observation>> {
        corpus().iter().map(|case| reference::observe(case, Settings::default()).ok()).collect()
    };
    let before = answers();
    let mutant = Mutant::named("result-path-merges").expect("it is in the catalogue");
    for case in corpus() {
        drop(mutant.observe(&case, Settings::default()));
    }
    assert!(before == answers());
}
