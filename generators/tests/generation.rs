//! Claims about the stream of random cases: the same bytes for ever, always valid, narrow, varied, of realistic size.

use std::collections::{BTreeMap, BTreeSet};

use asl_cases::{Case, Feature, Profile, scopes::states_of};
use asl_generators::{
    AREAS, areas_for, case_strategy, check_definition, explain_case, generate_case, generate_case_in,
    simplifications,
};
use proptest::{
    strategy::{Strategy, ValueTree},
    test_runner::TestRunner,
};
use rstest::rstest;
use serde_json::Value;

const N_CASES: u64 = 2_000;

fn everything() -> Profile {
    Profile::everything()
}

/// The least that an engine can claim, in real time.
fn bare() -> Profile {
    Profile { features: BTreeSet::new(), real_time: true }
}

/// What the emulators claim that have activities and run in real time.
fn emulator() -> Profile {
    Profile { features: [Feature::Activities, Feature::History].into(), real_time: true }
}

fn cases(profile: &Profile, seed: u64) -> impl Iterator<Item = Case> {
    let profile = profile.clone();
    (0..N_CASES).map(move |index| generate_case(&profile, seed, index))
}

/// If this fails, every seed line ever written means something else: do that only together with a new stream version, and
/// then `BLESS=1 cargo test -p asl-generators` rewrites the file.
#[test]
#[expect(clippy::disallowed_methods, reason = "the test compares the pinned file with what is drawn")]
fn first_cases_of_a_seed_are_pinned() {
    let ids: Vec<String> =
        (0..20).map(|index| generate_case(&everything(), 42, index).id().to_string()).collect();
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/pinned.txt");
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(file, ids.join("\n") + "\n").expect("the folder of the tests is writable");
    }
    let pinned = std::fs::read_to_string(file).expect("the file is there");
    assert_eq!(ids, pinned.lines().collect::<Vec<_>>());
}

#[test]
fn one_index_is_drawn_alone_as_within_a_run() {
    let alone = generate_case(&everything(), 7, 17);
    let within = cases(&everything(), 7).nth(17).expect("there are more");
    assert_eq!(serde_json::to_string(&alone).expect("JSON"), serde_json::to_string(&within).expect("JSON"));
}

#[test]
fn a_case_is_drawn_again_from_its_name() {
    for case in cases(&everything(), 5).take(200) {
        let again = generate_case_in(&everything(), case.area(), 5, index_of(&case));
        assert_eq!(case, again);
    }
}

fn index_of(case: &Case) -> u64 {
    let (_, index) = case.name.rsplit_once('-').expect("names end in seed-index");
    index.parse().expect("a number")
}

#[rstest]
#[case::everything(everything())]
#[case::emulator(emulator())]
#[case::bare(bare())]
fn every_definition_is_valid(#[case] profile: Profile) {
    for case in cases(&profile, 1) {
        let definition = &case.main().definition;
        check_definition(definition).unwrap_or_else(|fault| panic!("{}: {fault}: {definition:#}", case.name));
    }
}

#[rstest]
#[case::emulator(emulator())]
#[case::bare(bare())]
fn an_engine_is_only_sent_what_it_claims(#[case] profile: Profile) {
    for case in cases(&profile, 2) {
        assert_eq!(profile.missing(&case), BTreeSet::new(), "{}", case.main().definition);
    }
    assert_eq!(generate_case_in(&bare(), "task", 1, 1).area(), "pass");
    assert!(!areas_for(&bare()).contains(&"task"));
}

#[test]
fn every_task_has_answers_and_every_answer_a_task() {
    for case in cases(&everything(), 3) {
        let mut tasks = BTreeSet::new();
        for (name, state) in states_of(&case.main().definition) {
            // A machine that is started answers for itself.
            let resource = state.get("Resource").and_then(Value::as_str);
            if resource.is_some_and(|resource| !resource.contains(":startExecution")) {
                tasks.insert(name.to_owned());
            }
        }
        let answered: BTreeSet<String> = case.main().stubs.keys().cloned().collect();
        assert_eq!(tasks, answered);
    }
}

#[test]
fn cases_seldom_repeat() {
    let unique: BTreeSet<_> = cases(&everything(), 4).map(|case| case.id()).collect();
    assert!(unique.len() as u64 >= N_CASES * 99 / 100, "{} of {N_CASES} differ", unique.len());
}

#[test]
fn every_area_gets_its_share() {
    let mut shares: BTreeMap<String, u64> = BTreeMap::new();
    for case in cases(&everything(), 6) {
        *shares.entry(case.area().to_owned()).or_default() += 1;
    }
    assert_eq!(shares.keys().map(String::as_str).collect::<BTreeSet<_>>(), AREAS.iter().copied().collect());
    assert!(shares.values().all(|count| *count >= N_CASES / 50), "{shares:?}");
}

#[test]
fn an_area_contains_what_it_is_named_after() {
    let types =
        [("choice", "Choice"), ("map", "Map"), ("parallel", "Parallel"), ("wait", "Wait"), ("task", "Task")];
    for (area, kind) in types {
        for index in 0..200 {
            let case = generate_case_in(&everything(), area, 8, index);
            assert!(
                case.main().definition.to_string().contains(&format!(r#""Type":"{kind}""#)),
                "{}",
                case.name
            );
        }
    }
    for (area, field) in [("retry", "Retry"), ("catch", "Catch"), ("intrinsics", ".$")] {
        for index in 0..200 {
            let case = generate_case_in(&bare(), area, 8, index);
            assert!(case.main().definition.to_string().contains(field), "{}", case.name);
        }
    }
}

#[test]
fn sizes_are_those_of_real_definitions() {
    let mut tops: Vec<usize> = Vec::new();
    let mut n_flat = 0;
    for case in cases(&everything(), 9) {
        let definition = &case.main().definition;
        tops.push(definition["States"].as_object().map_or(0, serde_json::Map::len));
        n_flat += usize::from(is_flat(definition));
    }
    tops.sort_unstable();
    let (median, p90) = (tops[tops.len() / 2], tops[tops.len() * 9 / 10]);
    assert!((3..=5).contains(&median) && (7..=11).contains(&p90), "median {median}, p90 {p90}");
    let flat = n_flat * 100 / tops.len();
    assert!((47..=67).contains(&flat), "{flat} % are flat, 57 % in the census");
}

fn is_flat(definition: &Value) -> bool {
    definition.to_string().matches(r#""StartAt":"#).count() == 1
}

const OPERATORS: &[&str] = &[
    "StringEquals",
    "StringLessThan",
    "StringGreaterThan",
    "StringLessThanEquals",
    "StringGreaterThanEquals",
    "NumericEquals",
    "NumericLessThan",
    "NumericGreaterThan",
    "NumericLessThanEquals",
    "NumericGreaterThanEquals",
    "BooleanEquals",
    "TimestampEquals",
    "TimestampLessThan",
    "TimestampGreaterThan",
    "TimestampLessThanEquals",
    "TimestampGreaterThanEquals",
];

#[test]
fn all_operators_functions_and_fields_are_reached() {
    let text: String =
        (0..8_000).map(|index| generate_case(&everything(), 10, index).main().definition_text()).collect();
    let plain = ["StringMatches", "IsPresent", "IsNull", "IsNumeric", "IsString", "IsBoolean", "IsTimestamp"];
    let operators = OPERATORS.iter().flat_map(|name| [(*name).to_owned(), format!("{name}Path")]);
    for operator in operators.chain(plain.map(str::to_owned)) {
        assert!(text.matches(&format!(r#""{operator}":"#)).count() >= 10, "{operator}");
    }
    for function in [
        "Format",
        "StringToJson",
        "JsonToString",
        "Array",
        "ArrayPartition",
        "ArrayContains",
        "ArrayRange",
        "ArrayGetItem",
        "ArrayLength",
        "ArrayUnique",
        "Base64Encode",
        "Base64Decode",
        "Hash",
        "JsonMerge",
        "MathRandom",
        "MathAdd",
        "StringSplit",
        "UUID",
    ] {
        assert!(text.matches(&format!("States.{function}(")).count() >= 40, "{function}");
    }
    for field in [
        "InputPath",
        "OutputPath",
        "ResultPath",
        "ResultSelector",
        "Parameters",
        "ItemSelector",
        "ItemsPath",
        "Result",
        "MaxConcurrency",
        "MaxConcurrencyPath",
        "Seconds",
        "SecondsPath",
        "Timestamp",
        "TimestampPath",
        "Error",
        "ErrorPath",
        "Cause",
        "CausePath",
        "TimeoutSeconds",
        "TimeoutSecondsPath",
        "HeartbeatSeconds",
        "Default",
        "Retry",
        "Catch",
        "Iterator",
        "IntervalSeconds",
        "MaxAttempts",
        "BackoffRate",
        "MaxDelaySeconds",
        "And",
        "Or",
        "Not",
    ] {
        assert!(text.matches(&format!(r#""{field}":"#)).count() >= 10, "{field}");
    }
}

#[test]
fn in_real_time_a_case_asks_for_few_seconds() {
    for case in cases(&emulator(), 11) {
        let mut asked = 0;
        for (_, state) in states_of(&case.main().definition) {
            asked += state.get("Seconds").map_or(0, seconds_asked);
        }
        assert!(asked <= 1, "{asked} s: {}", case.main().definition);
    }
}

fn seconds_asked(seconds: &Value) -> u64 {
    seconds.as_u64().unwrap_or_default()
}

#[test]
fn requirements_are_in_the_catalogue() {
    for case in cases(&everything(), 12) {
        for id in &case.requirements {
            assert!(id.entry().is_some(), "{} cites {id}, which is not in the catalogue", case.name);
        }
        assert!(!case.title.is_empty());
    }
}

#[test]
fn proptest_shrinks_to_a_small_valid_case() {
    let mut runner = TestRunner::deterministic();
    for _ in 0..10 {
        let mut tree = case_strategy(&everything()).new_tree(&mut runner).expect("drawing never fails");
        let is_interesting = |case: &Case| case.main().definition.to_string().contains("Pass");
        if !is_interesting(&tree.current()) {
            continue;
        }
        let mut goes_on = tree.simplify();
        while goes_on {
            goes_on = if is_interesting(&tree.current()) { tree.simplify() } else { tree.complicate() };
        }
        let smallest = tree.current();
        assert!(is_interesting(&smallest));
        check_definition(&smallest.main().definition).expect("shrinking keeps a definition valid");
        assert_eq!(simplifications(&smallest).iter().filter(|case| is_interesting(case)).count(), 0);
    }
}

#[test]
fn an_explained_case_is_the_case_that_is_drawn_and_its_decisions_have_odds() {
    for index in 0..50 {
        let (case, explanation) = explain_case(&everything(), 3, index);
        assert_eq!(case, generate_case(&everything(), 3, index));
        assert_eq!(explanation.area.len(), 1);
        assert!(explanation.decisions.iter().all(|decision| decision.odds.0 <= decision.odds.1));
        assert!(!explanation.decisions.is_empty());
    }
}
