//! One bug is one group: on engines with many bugs of the catalogue at once, every case stands in the group of a bug that it
//! shows. Which bugs a case shows is known: those that make it come out otherwise in an engine that has no other. `ASL_SETS`
//! says how many engines are drawn instead of the one that is named here, `ASL_BUGS_EACH` how many bugs each of them has
//! (12), `ASL_SEED` with which seed engines and cases are drawn (1), `ASL_BUG` the bugs of one engine, split by commas,
//! `ASL_SEED_CASES` how many cases are drawn in each phase (200).
#![allow(clippy::disallowed_methods, reason = "it reads the environment, as the harness does")]
#![allow(clippy::print_stdout, reason = "its figures are read with --nocapture")]

#[path = "support/runs.rs"]
mod runs;

use std::{
    collections::{BTreeMap, BTreeSet},
    env,
};

use asl_cases::{Case, Phase, Policy, Signature, Verdict};
use asl_conformance::{
    judge::judge_answer,
    known::KnownFile,
    mutants::{Mutant, RightAnswer, catalogue},
    plan::Job,
};
use asl_reference::reference::Settings;
use asl_reports::CaseRecord;

use self::runs::{Prepared, bugs_named, number, on_a_deep_stack, prepared, run_on};

/// The bugs of an engine of which every group is known to hold one.
const BUGS: &str = "hash-in-upper-case,split-keeps-empty-parts,partition-drops-rest,negative-index-unknown,\
    numeric-less-includes-equal,retry-counter-not-reset,map-ignores-result-selector,jsonata-no-error-output";

/// Which bugs cases show that stand in one group.
struct Group<'a> {
    signature: &'a Signature,
    /// The bug that most of its cases show; of several, that which its smallest case shows like that.
    bug: &'static str,
    /// Its cases, each with the bugs that it shows.
    cases: Vec<(&'a CaseRecord, BTreeSet<&'static str>)>,
}

#[test]
fn every_case_stands_in_the_group_of_a_bug_that_it_shows() {
    on_a_deep_stack(groups_hold_one_bug_each);
}

async fn groups_hold_one_bug_each() {
    let seed = number("ASL_SEED").unwrap_or(1) as u64;
    let drawn = number("ASL_SEED_CASES").unwrap_or(200) as u64;
    let run = prepared(seed, drawn, &[Phase::Random, Phase::Corpus, Phase::Boundary]);
    let (mut n_cases, mut n_groups, mut n_bugs) = (0, 0, 0);
    let (mut foreign, mut n_otherwise, mut n_foreign_otherwise) = (Vec::new(), 0, 0);
    for bugs in engines(seed) {
        let jobs = run.iter().map(|one| one.job.clone()).collect();
        let log = run_on(&bugs, jobs, &KnownFile::default()).await;
        let groups = groups_of(&log.records, &bugs, &run);
        let shown: BTreeSet<&str> =
            groups.iter().flat_map(|group| &group.cases).flat_map(|(_, shown)| shown.clone()).collect();
        println!("{}", bugs.iter().map(|bug| bug.id).collect::<Vec<_>>().join(","));
        println!("  {} groups of {} bugs that show", groups.len(), shown.len());
        (n_groups, n_bugs) = (n_groups + groups.len(), n_bugs + shown.len());
        for group in &groups {
            println!("  {:>4} {:<44} {}", group.cases.len(), group.bug, group.signature);
            n_cases += group.cases.len();
            n_otherwise += group.cases.iter().filter(|(record, _)| record.shows_otherwise).count();
            for (record, shown) in group.cases.iter().filter(|(_, shown)| !shown.contains(group.bug)) {
                println!("    FOREIGN {}: {} shows {shown:?}", record.name, group.bug);
                foreign.push(format!("{} in {}", record.name, group.signature));
                n_foreign_otherwise += usize::from(record.shows_otherwise);
            }
        }
    }
    println!("{n_cases} cases of {n_bugs} bugs in {n_groups} groups, {} foreign", foreign.len());
    println!(
        "{n_otherwise} of them differ in another way than their bug, {n_foreign_otherwise} of the foreign ones"
    );
    assert!(foreign.is_empty(), "{}", foreign.join("\n"));
}

/// The bugs of each engine.
fn engines(seed: u64) -> Vec<Vec<&'static Mutant>> {
    if let Ok(ids) = env::var("ASL_BUG") {
        return vec![bugs_named(&ids)];
    }
    let Some(sets) = number("ASL_SETS") else { return vec![bugs_named(BUGS)] };
    let each = number("ASL_BUGS_EACH").unwrap_or(12);
    let mut shuffled = catalogue();
    shuffled.sort_by_cached_key(|bug| drawn_from(seed, bug.id));
    shuffled.chunks(each).take(sets).map(<[_]>::to_vec).collect()
}

/// A number that depends on the seed and the name alone (FNV-1a).
fn drawn_from(seed: u64, name: &str) -> u64 {
    let start = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ 0xCBF2_9CE4_8422_2325;
    name.bytes().fold(start, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3))
}

fn groups_of<'a>(records: &'a [CaseRecord], bugs: &[&'static Mutant], run: &[Prepared]) -> Vec<Group<'a>> {
    let by_name: BTreeMap<&str, &Prepared> =
        run.iter().map(|one| (one.job.case.name.as_str(), one)).collect();
    let mut found: BTreeMap<&Signature, Vec<(&CaseRecord, BTreeSet<&'static str>)>> = BTreeMap::new();
    for record in records.iter().filter(|record| record.verdict == Verdict::Diverge) {
        let Some(prepared) = by_name.get(record.name.as_str()) else { continue };
        let shown = shown_by(prepared, bugs);
        // What only several bugs show together is of none.
        if !shown.is_empty() {
            found.entry(&record.divergences[0].signature).or_default().push((record, shown));
        }
    }
    let group = |(signature, cases): (_, Vec<(&'a CaseRecord, BTreeSet<&'static str>)>)| {
        let count = |bug: &str| cases.iter().filter(|(_, shown)| shown.contains(bug)).count();
        let smallest = smallest(&cases);
        let rank = |bug: &&&'static Mutant| (count(bug.id), likeness(&smallest, bug, signature));
        let bug = bugs.iter().max_by_key(rank).expect("it has some").id;
        Group { signature, bug, cases }
    };
    found.into_iter().map(group).collect()
}

/// The bugs that make a case come out otherwise in an engine that has no other, be it in what its history tells alone.
fn shown_by(one: &Prepared, bugs: &[&'static Mutant]) -> BTreeSet<&'static str> {
    let is_shown = |bug: &&&'static Mutant| bug.is_wrong(&one.job.case, &one.right, Settings::default());
    bugs.iter().filter(is_shown).map(|bug| bug.id).collect()
}

/// How much what this bug alone makes of a case is like a signature: that, something else, or nothing.
fn likeness(one: &Prepared, bug: &'static Mutant, signature: &Signature) -> u8 {
    let case = &one.job.case;
    let (Ok(right), Ok(wrong)) = (&one.right.observed, bug.observe(case, Settings::default())) else {
        return 0;
    };
    let shown = judge_answer(case, right, &wrong, &Policy::default()).divergences;
    u8::from(!shown.is_empty())
        + u8::from(shown.first().is_some_and(|first| first.signature.is_rooted_in(signature)))
}

/// The smallest case of a group, as it was shrunk.
fn smallest(cases: &[(&CaseRecord, BTreeSet<&'static str>)]) -> Prepared {
    let cases = cases.iter().filter_map(|(record, _)| record.case.as_ref());
    let size = |case: &&Case| case.main().definition_text().len() + case.input.to_string().len();
    let case = cases.min_by_key(size).expect("what differs is kept");
    Prepared { right: RightAnswer::to(case, Settings::default()), job: Job::from(case.clone()) }
}
