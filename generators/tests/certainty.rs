//! Claims about what is never drawn, since nobody knows how AWS answers it.

use asl_cases::{Case, Feature, Profile};
use asl_generators::{generate_case, simplifications};
use rstest::rstest;
use serde_json::Value;

const N_CASES: u64 = 1_500;

const REFERENCES: &[&str] = &[
    "ItemsPath",
    "SecondsPath",
    "TimestampPath",
    "MaxConcurrencyPath",
    "TimeoutSecondsPath",
    "ErrorPath",
    "CausePath",
    "ResultPath",
];

fn everything() -> Profile {
    Profile::everything()
}

fn emulator() -> Profile {
    Profile { features: [Feature::Activities, Feature::History].into(), real_time: true }
}

/// Calls for every field of every definition of many cases, and of some simpler forms of them.
fn each_field(profile: &Profile, seed: u64, mut check: impl FnMut(&str, &Value)) {
    for index in 0..N_CASES {
        let case = generate_case(profile, seed, index);
        fields_in(&case.main().definition, &mut check);
        if index % 100 == 0 {
            for simpler in simplifications(&case) {
                fields_in(&simpler.main().definition, &mut check);
            }
        }
    }
}

fn fields_in(value: &Value, check: &mut dyn FnMut(&str, &Value)) {
    for (field, inner) in value.as_object().into_iter().flatten() {
        check(field, inner);
        fields_in(inner, check);
    }
    value.as_array().into_iter().flatten().for_each(|inner| fields_in(inner, check));
}

/// Calls for every object in every definition of many cases.
fn each_object(profile: &Profile, seed: u64, mut check: impl FnMut(&Value)) {
    for index in 0..N_CASES {
        objects_in(&generate_case(profile, seed, index).main().definition, &mut check);
    }
}

fn objects_in(value: &Value, check: &mut dyn FnMut(&Value)) {
    if value.is_object() {
        check(value);
    }
    value.as_object().into_iter().flatten().for_each(|(_, inner)| objects_in(inner, check));
    value.as_array().into_iter().flatten().for_each(|inner| objects_in(inner, check));
}

fn leads_nowhere(path: &Value) -> bool {
    path.as_str().is_some_and(|path| path.contains(".missing") || path.contains("['not there']"))
}

#[rstest]
#[case::everything(everything())]
#[case::emulator(emulator())]
fn reference_path_never_counts_from_the_end(#[case] profile: Profile) {
    each_field(&profile, 1, |field, value| {
        let is_negative = value.as_str().is_some_and(|path| path.contains("[-"));
        assert!(!(REFERENCES.contains(&field) && is_negative), "{field}: {value}");
    });
}

#[test]
fn index_out_of_range_is_the_last_step_of_a_template_path() {
    each_field(&everything(), 2, |field, value| {
        let Some(path) = value.as_str().filter(|text| text.contains("[99]")) else { return };
        assert!(field.ends_with(".$") && path.ends_with("[99]"), "{field}: {path}");
    });
}

#[rstest]
#[case::everything(everything())]
#[case::emulator(emulator())]
fn longest_delay_is_above_the_interval(#[case] profile: Profile) {
    let mut n_seen = 0;
    each_object(&profile, 3, |retrier| {
        let Some(longest) = retrier["MaxDelaySeconds"].as_i64() else { return };
        n_seen += 1;
        assert!(longest > retrier["IntervalSeconds"].as_i64().unwrap_or(1), "{retrier}");
    });
    assert!(n_seen > 0);
}

#[test]
fn at_most_one_side_of_a_comparison_is_missing() {
    each_object(&everything(), 4, |rule| {
        let operands = rule.as_object().into_iter().flatten().filter(|(field, _)| field.ends_with("Path"));
        let n_missing = operands.filter(|(_, operand)| leads_nowhere(operand)).count();
        assert!(n_missing == 0 || !leads_nowhere(&rule["Variable"]), "{rule}");
    });
}

#[test]
fn items_that_are_missing_are_seen_by_no_handler() {
    let mut n_seen = 0;
    for index in 0..N_CASES * 4 {
        let case = generate_case(&everything(), 5, index);
        n_seen += top_states(&case).filter(|state| leads_nowhere(&state["ItemsPath"])).count();
        let has_handler = |state: &&Value| !state["Retry"].is_null() || !state["Catch"].is_null();
        let handled = top_states(&case).filter(has_handler);
        assert_eq!(handled.filter(|state| leads_nowhere(&state["ItemsPath"])).count(), 0, "{}", case.name);
        for state in top_states(&case) {
            each_inner_state(state, &mut |inner| assert!(!leads_nowhere(&inner["ItemsPath"]), "{inner}"));
        }
    }
    assert!(n_seen > 0);
}

#[test]
fn fail_state_inside_a_region_has_a_name_and_a_cause() {
    for index in 0..N_CASES {
        let case = generate_case(&everything(), 6, index);
        let simpler = if index % 50 == 0 { simplifications(&case) } else { Vec::new() };
        for state in simpler.iter().chain([&case]).flat_map(top_states) {
            each_inner_state(state, &mut |inner| {
                let has = |field: &str| inner.get(field).or(inner.get(format!("{field}Path"))).is_some();
                assert!(inner["Type"] != "Fail" || (has("Error") && has("Cause")), "{inner}");
            });
        }
    }
}

#[test]
fn expression_without_an_end_is_drawn_where_time_is_virtual() {
    let is_endless = |value: &Value| value.as_str().is_some_and(|text| text.contains("{ $f($n + 1) }"));
    let mut n_endless = 0;
    for seed in 7..11 {
        each_field(&everything(), seed, |_, value| n_endless += u32::from(is_endless(value)));
    }
    assert!(n_endless > 0);
    each_field(&Profile { real_time: true, ..everything() }, 7, |field, value| {
        assert!(!is_endless(value), "{field}: {value}");
    });
}

fn top_states(case: &Case) -> impl Iterator<Item = &Value> {
    case.main().definition["States"].as_object().into_iter().flat_map(|states| states.values())
}

/// Calls for the states in the branches or the item processor of a state, at any depth.
fn each_inner_state(state: &Value, check: &mut dyn FnMut(&Value)) {
    let processors = [&state["ItemProcessor"], &state["Iterator"]];
    for scope in state["Branches"].as_array().into_iter().flatten().chain(processors) {
        for inner in scope["States"].as_object().into_iter().flat_map(|states| states.values()) {
            check(inner);
            each_inner_state(inner, check);
        }
    }
}
