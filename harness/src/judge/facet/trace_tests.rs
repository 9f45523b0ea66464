//! Claims about comparing histories. Traces are written one event a line: `id<previous Type Name`, `[index]` at the
//! end where there is one.

use super::*;
use asl_cases::{CrossCheck, Identities, Observation, Outcome};
use rstest::rstest;

fn trace(lines: &[&str]) -> Trace {
    Trace(lines.iter().map(|line| event(line)).collect())
}

fn event(line: &str) -> TraceEvent {
    let mut words = line.split(' ');
    let (id, previous) = words.next().and_then(|ids| ids.split_once('<')).expect("id<previous");
    let kind = words.next().expect("a type").to_owned();
    let mut details = serde_json::Map::new();
    for word in words {
        match word.strip_prefix('[').and_then(|word| word.strip_suffix(']')) {
            Some(index) => details.insert("index".to_owned(), json!(index.parse::<u64>().expect("an index"))),
            None => details.insert("name".to_owned(), json!(word)),
        };
    }
    let number = |text: &str| text.parse().expect("a number");
    TraceEvent { id: number(id), previous_event_id: number(previous), kind, timestamp_ms: 0, details }
}

fn observed(lines: &[&str], permits: Vec<Permit>) -> Observation {
    let outcome = Outcome::Succeeded(Value::Null);
    Observation {
        outcome,
        trace: Some(trace(lines)),
        identities: Identities::default(),
        permits,
        cross_check: CrossCheck::default(),
    }
}

fn found(expected: &[&str], actual: &[&str], permits: Vec<Permit>) -> Finding {
    let (expected, actual) = (observed(expected, permits), observed(actual, Vec::new()));
    compare(Sides { expected: &expected, actual: &actual }, Strictness::Template)
}

fn sentence(finding: Finding) -> String {
    match finding {
        Finding::Differs(difference) => difference.sentence,
        other => panic!("{other:?}"),
    }
}

/// Before anything runs beside something else, no order is up to a scheduler.
#[test]
fn what_differs_before_branches_is_told_as_it_is() {
    let late = ["1<0 ExecutionStarted", "2<0 PassStateEntered B", "3<2 ParallelStateEntered P"];
    let sentence = sentence(found(FORK, &late, Vec::new()));
    assert_eq!(sentence, "event 2 is PassStateEntered B, expected ParallelStateEntered P");
}

const LINE: &[&str] = &["1<0 ExecutionStarted", "2<0 PassStateEntered A", "3<2 PassStateExited A"];

const FORK: &[&str] = &[
    "1<0 ExecutionStarted",
    "2<0 ParallelStateEntered P",
    "3<2 ParallelStateStarted",
    "4<3 PassStateEntered A",
    "5<4 PassStateExited A",
    "6<3 PassStateEntered B",
    "7<6 PassStateExited B",
    "8<7 ParallelStateSucceeded",
    "9<7 ParallelStateExited P",
    "10<9 ExecutionSucceeded",
];

const FORK_INTERLEAVED: &[&str] = &[
    "1<0 ExecutionStarted",
    "2<0 ParallelStateEntered P",
    "3<2 ParallelStateStarted",
    "4<3 PassStateEntered B",
    "5<3 PassStateEntered A",
    "6<4 PassStateExited B",
    "7<5 PassStateExited A",
    "8<7 ParallelStateSucceeded",
    "9<7 ParallelStateExited P",
    "10<9 ExecutionSucceeded",
];

const MAP: &[&str] = &[
    "1<0 ExecutionStarted",
    "2<0 MapStateEntered M",
    "3<2 MapStateStarted",
    "4<3 MapIterationStarted M [0]",
    "5<3 MapIterationStarted M [1]",
    "6<4 PassStateEntered A",
    "7<6 PassStateExited A",
    "8<7 MapIterationSucceeded M [0]",
    "9<5 PassStateEntered A",
    "10<9 PassStateExited A",
    "11<10 MapIterationSucceeded M [1]",
    "12<11 MapStateSucceeded",
    "13<11 MapStateExited M",
    "14<13 ExecutionSucceeded",
];

const MAP_INTERLEAVED: &[&str] = &[
    "1<0 ExecutionStarted",
    "2<0 MapStateEntered M",
    "3<2 MapStateStarted",
    "4<3 MapIterationStarted M [0]",
    "5<3 MapIterationStarted M [1]",
    "6<5 PassStateEntered A",
    "7<4 PassStateEntered A",
    "8<6 PassStateExited A",
    "9<8 MapIterationSucceeded M [1]",
    "10<7 PassStateExited A",
    "11<10 MapIterationSucceeded M [0]",
    "12<11 MapStateSucceeded",
    "13<11 MapStateExited M",
    "14<13 ExecutionSucceeded",
];

#[rstest]
#[case::parallel(FORK, FORK_INTERLEAVED)]
#[case::map(MAP, MAP_INTERLEAVED)]
fn concurrent_branches_may_interleave(#[case] left: &[&str], #[case] right: &[&str]) {
    assert_eq!(found(left, right, vec![]), Finding::Same);
    assert_eq!(found(right, left, vec![]), Finding::Same);
}

/// Of an engine that tells of tasks alone, whoever they belong to.
#[test]
fn branches_that_the_history_does_not_tell_of_may_interleave() {
    let history = |first: &str, second: &str| {
        let lines = [
            "1<0 ExecutionStarted",
            "2<0 ParallelStateEntered P",
            first,
            second,
            "5<0 ParallelStateExited P",
        ];
        lines.map(str::to_owned)
    };
    let (one, other) =
        (history("3<0 TaskFailed", "4<0 TaskSucceeded"), history("3<0 TaskSucceeded", "4<0 TaskFailed"));
    let missing = history("3<0 TaskSucceeded", "4<0 TaskSucceeded");
    let compared = |right: &[String; 5], actual: &[String; 5]| {
        found(&right.each_ref().map(String::as_str), &actual.each_ref().map(String::as_str), Vec::new())
    };
    assert_eq!(compared(&one, &other), Finding::Same);
    assert!(matches!(compared(&one, &missing), Finding::Differs(_)));
}

#[rstest]
#[case::only_counting_up(FORK_INTERLEAVED, |event: &mut TraceEvent| event.previous_event_id = event.id - 1)]
#[case::always_zero(FORK_INTERLEAVED, |event: &mut TraceEvent| event.previous_event_id = 0)]
#[case::pointing_to_itself(FORK_INTERLEAVED, |event: &mut TraceEvent| event.previous_event_id = event.id)]
#[case::pointing_to_nothing(FORK_INTERLEAVED, |event: &mut TraceEvent| event.previous_event_id = 99)]
fn unusable_previous_ids_do_not_make_an_interleaving_a_difference(
    #[case] lines: &[&str],
    #[case] spoil: impl Fn(&mut TraceEvent),
) {
    let (expected, mut actual) = (trace(FORK), trace(lines));
    actual.0.iter_mut().for_each(spoil);
    assert_eq!(compare_shape(&expected, &actual, &[]), Finding::Same);
    actual.0[5].details.insert("name".to_owned(), json!("C"));
    assert_ne!(compare_shape(&expected, &actual, &[]), Finding::Same);
}

#[test]
fn order_within_a_branch_is_no_race() {
    let mut swapped = FORK.to_vec();
    swapped[3] = "4<3 PassStateExited A";
    swapped[4] = "5<4 PassStateEntered A";
    let sentence = sentence(found(FORK, &swapped, vec![]));
    assert!(
        sentence.starts_with("event 4 is PassStateExited A, expected PassStateEntered A (beyond"),
        "{sentence}"
    );
}

#[test]
fn event_in_the_wrong_branch_is_a_difference() {
    let with_exits = |first: &'static str, second: &'static str| {
        let mut lines = FORK_INTERLEAVED.to_vec();
        lines[5] = first;
        lines[6] = second;
        lines
    };
    let right = with_exits("6<4 WaitStateEntered C", "7<5 WaitStateEntered D");
    let reordered = with_exits("6<5 WaitStateEntered D", "7<4 WaitStateEntered C");
    let crossed = with_exits("6<4 WaitStateEntered D", "7<5 WaitStateEntered C");
    assert_eq!(found(&right, &reordered, vec![]), Finding::Same);
    assert_ne!(found(&right, &crossed, vec![]), Finding::Same);
}

#[rstest]
#[case(&["1<0 ExecutionStarted", "2<0 TaskStateEntered A"], "event 2 is TaskStateEntered A, expected PassStateEntered A")]
#[case(&["1<0 ExecutionStarted"], "the history ends after event 1, expected PassStateEntered A")]
#[case(&["1<0 ExecutionStarted", "2<0 PassStateEntered A", "3<2 PassStateExited A", "4<3 X"], "event 4 is X, expected the history to have ended")]
fn sentence_names_the_first_differing_event(#[case] actual: &[&str], #[case] wanted: &str) {
    assert_eq!(sentence(found(LINE, actual, vec![])), wanted);
}

#[test]
fn concurrent_difference_names_what_is_missing() {
    let mut shorter = FORK_INTERLEAVED.to_vec();
    shorter.remove(6);
    shorter[6] = "8<6 ParallelStateSucceeded";
    shorter[7] = "9<6 ParallelStateExited P";
    assert_eq!(sentence(found(FORK, &shorter, vec![])), "PassStateExited A is missing");
}

const FAILED: &[&str] = &[
    "1<0 ExecutionStarted",
    "2<0 ParallelStateEntered P",
    "3<2 ParallelStateStarted",
    "4<3 FailStateEntered F",
    "5<3 WaitStateEntered W",
    "6<4 WaitStateAborted",
    "7<4 ParallelStateFailed",
    "8<7 ExecutionFailed",
];

const FAILED_EARLIER: &[&str] = &[
    "1<0 ExecutionStarted",
    "2<0 ParallelStateEntered P",
    "3<2 ParallelStateStarted",
    "4<3 FailStateEntered F",
    "5<4 ParallelStateFailed",
    "6<5 ExecutionFailed",
];

/// A trace without usable chains: the siblings cannot be told from the failing branch.
const FAILED_LATER: &[&str] = &[
    "1<0 ExecutionStarted",
    "2<0 ParallelStateEntered P",
    "3<2 ParallelStateStarted",
    "4<3 WaitStateEntered W",
    "5<4 WaitStateExited W",
    "6<3 FailStateEntered F",
    "7<6 ParallelStateFailed",
    "8<7 ExecutionFailed",
];

/// The end of the Parallel names the event that came last, which is the sibling's.
const END_NAMES_THE_SIBLING: &[&str] = &[
    "1<0 ExecutionStarted",
    "2<0 ParallelStateEntered P",
    "3<2 ParallelStateStarted",
    "4<3 FailStateEntered F",
    "5<3 WaitStateEntered W",
    "6<5 WaitStateExited W",
    "7<6 ParallelStateFailed",
    "8<7 ExecutionFailed",
];

#[rstest]
#[case::sibling_went_further(FAILED, FAILED_LATER)]
#[case::end_names_the_sibling(FAILED, END_NAMES_THE_SIBLING)]
#[case::sibling_never_started(FAILED, FAILED_EARLIER)]
fn progress_of_siblings_is_a_race_where_permitted(#[case] expected: &[&str], #[case] actual: &[&str]) {
    let permit = Permit::SiblingProgress { state: "P".to_owned() };
    assert_eq!(found(expected, actual, vec![permit.clone()]), Finding::Allowed(vec![permit]));
    let other = Permit::SiblingProgress { state: "Q".to_owned() };
    assert!(matches!(found(expected, actual, vec![other]), Finding::Differs(_)));
    assert!(matches!(found(expected, actual, vec![]), Finding::Differs(_)));
}

#[test]
fn failing_branch_itself_is_no_race() {
    let permit = Permit::SiblingProgress { state: "P".to_owned() };
    let mut other = FAILED_LATER.to_vec();
    other[5] = "6<3 FailStateEntered G";
    assert!(matches!(found(FAILED, &other, vec![permit]), Finding::Differs(_)));
}

#[test]
fn first_failure_leaves_nothing_to_conclude_from_the_state_on() {
    let permit = Permit::FirstFailure { state: "P".to_owned() };
    let mut other = FAILED_LATER.to_vec();
    other[5] = "6<3 FailStateEntered G";
    assert_eq!(found(FAILED, &other, vec![permit.clone()]), Finding::Allowed(vec![permit.clone()]));
    other[1] = "2<0 MapStateEntered Q";
    assert!(matches!(found(FAILED, &other, vec![permit]), Finding::Differs(_)));
}

const RETRIED: &[&str] = &[
    "1<0 ExecutionStarted",
    "2<0 ParallelStateEntered P",
    "3<2 ParallelStateStarted",
    "4<3 FailStateEntered F",
    "5<3 PassStateEntered A",
    "6<5 PassStateExited A",
    "7<4 ParallelStateStarted",
    "8<7 FailStateEntered F",
    "9<7 PassStateEntered A",
    "10<9 PassStateExited A",
    "11<8 ParallelStateFailed",
    "12<11 ParallelStateExited P",
    "13<12 PassStateEntered Z",
];

#[test]
fn retried_parallel_goes_on_in_its_own_thread() {
    let trace = trace(RETRIED);
    let threads = Threads::of(&trace).expect("usable").canonical(|_| true);
    let main = &threads[0];
    assert_eq!(main.0, "");
    let tail = [
        "ParallelStateStarted",
        "ParallelStateStarted",
        "ParallelStateFailed",
        "ParallelStateExited P",
        "PassStateEntered Z",
    ];
    assert_eq!(main.1[2..], tail);
    assert_eq!(threads.len(), 5, "{threads:?}");
}

/// Recorded: four iterations whose tasks time out; here two of them.
#[test]
fn iterations_that_are_cut_off_keep_their_threads_in_any_order() {
    let head = [
        "1<0 ExecutionStarted",
        "2<0 MapStateEntered M",
        "3<2 MapStateStarted",
        "4<3 MapIterationStarted M [0]",
        "5<3 MapIterationStarted M [1]",
        "6<4 TaskStateEntered T",
        "7<5 TaskStateEntered T",
        "8<6 TaskTimedOut",
    ];
    let one = [
        "9<8 MapIterationFailed M [0]",
        "10<8 TaskStateAborted",
        "11<8 MapIterationAborted M [1]",
        "12<8 TaskStateAborted",
        "13<8 MapStateFailed",
        "14<13 ExecutionFailed",
    ];
    let other = [
        "9<8 MapIterationAborted M [1]",
        "10<8 TaskStateAborted",
        "11<8 TaskStateAborted",
        "12<8 MapIterationFailed M [0]",
        "13<8 MapStateFailed",
        "14<13 ExecutionFailed",
    ];
    assert_eq!(found(&[&head[..], &one].concat(), &[&head[..], &other].concat(), vec![]), Finding::Same);
}

#[rstest]
#[case::previous("3<1 PassStateExited A", "event 3 (PassStateExited A) has previousEventId 1 instead of 2")]
#[case::id("4<2 PassStateExited A", "event 3 (PassStateExited A) has the id 4")]
#[case::detail("3<2 PassStateExited A [7]", "event 3 is PassStateExited A [7], expected PassStateExited A")]
fn exact_looks_at_ids_and_details(#[case] third: &str, #[case] wanted: &str) {
    let (expected, actual) = (trace(LINE), trace(&[LINE[0], LINE[1], third]));
    assert_eq!(compare_exactly(&expected, &actual).expect("differs").sentence, wanted);
}

#[test]
fn exact_never_looks_at_timestamps_and_names_the_detail() {
    let (expected, mut actual) = (trace(LINE), trace(LINE));
    actual.0[1].timestamp_ms = 5;
    assert_eq!(compare_exactly(&expected, &actual), None);
    actual.0[1].details.insert("input".to_owned(), json!({"a": 1}));
    let sentence = compare_exactly(&expected, &actual).expect("differs").sentence;
    assert_eq!(
        sentence,
        "the detail of event 2 (PassStateEntered A) at /input should not be there; it is {\"a\":1}"
    );
}
