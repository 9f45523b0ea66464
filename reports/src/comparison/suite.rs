//! What is not the same in the suite of two runs, so that a difference is not blamed on the engine.

use std::collections::BTreeMap;

use asl_cases::CaseId;

use crate::{CaseRecord, RunLog};

/// The changes as sentences.
pub(super) fn changes(base: &RunLog, head: &RunLog) -> Vec<String> {
    let mut changes = Vec::new();
    let (one, other) = (&base.header, &head.header);
    let mut say = |what: &str, before: String, after: String| {
        if before != after {
            changes.push(format!("{what}: {before} in the base, {after} in the head."));
        }
    };
    say("Version of the suite", one.suite_version.clone(), other.suite_version.clone());
    say("Seed", one.seed.to_string(), other.seed.to_string());
    say("Who says what is right", one.oracle.clone(), other.oracle.clone());
    say("Cases planned", one.cases_planned.to_string(), other.cases_planned.to_string());
    if one.policy != other.policy {
        changes.push("The facets are not compared in the same way.".to_owned());
    }
    if one.profile != other.profile {
        changes.push("The engine does not claim the same features.".to_owned());
    }
    edited(base, head, &mut changes);
    expectations(base, head, &mut changes);
    changes
}

/// Cases that kept their name and not their content.
fn edited(base: &RunLog, head: &RunLog, changes: &mut Vec<String>) {
    let names = |log: &RunLog| -> BTreeMap<String, CaseId> {
        let drawn = |record: &CaseRecord| record.shrunk_from.clone().unwrap_or_else(|| record.id.clone());
        log.records.iter().map(|record| (record.name.clone(), drawn(record))).collect()
    };
    let before = names(base);
    let after = names(head);
    let count = after.iter().filter(|(name, id)| before.get(*name).is_some_and(|other| other != *id)).count();
    if count > 0 {
        changes.push(format!("Cases with the same name and another content: {count}."));
    }
}

/// Cases of which the suite says something else than before.
fn expectations(base: &RunLog, head: &RunLog, changes: &mut Vec<String>) {
    let before: BTreeMap<_, _> = held_to_the_suite(base).map(|record| (&record.id, record)).collect();
    let differs = |record: &&CaseRecord| {
        let expected = before.get(&record.id).and_then(|other| other.expected.as_ref());
        let outcomes = expected.zip(record.expected.as_ref());
        outcomes.is_some_and(|(one, other)| one.outcome != other.outcome)
    };
    let count = held_to_the_suite(head).filter(differs).count();
    if count > 0 {
        changes.push(format!("Cases of which the suite expects another end than before: {count}."));
    }
}

/// An engine that differs in two forms is held to its own answer.
fn held_to_the_suite(log: &RunLog) -> impl Iterator<Item = &CaseRecord> {
    log.records.iter().filter(|record| record.twin.is_none())
}

#[cfg(test)]
mod tests {
    use asl_cases::Outcome;
    use rstest::rstest;

    use super::*;
    use crate::sample;

    #[rstest]
    #[case::of_the_suite(false, 1)]
    #[case::of_the_engine_in_another_form(true, 0)]
    fn other_expectation_is_a_change_of_the_suite_only_if_it_is_its_own(
        #[case] has_twin: bool,
        #[case] count: usize,
    ) {
        let mut base = sample::log_with_ids();
        base.records = vec![sample::with_histories()];
        base.records[0].twin = base.records[0].case.clone().filter(|_| has_twin);
        let mut head = base.clone();
        head.records[0].expected.as_mut().expect("a side").outcome = Outcome::TimedOut;
        assert_eq!(changes(&base, &head).len(), count);
    }
}
