//! The same seed gives the same cases, byte for byte, in every process.

use std::fmt::Write;

use asl_generators::generate_case;
use asl_reference::reference;

use crate::workplace::Workplace;

fn drawn(seed: &str) -> String {
    let ended = Workplace::new().run(&["generate", "-n", "50", "--seed", seed]);
    assert_eq!((ended.code, ended.err.as_str()), (Some(0), ""), "{ended:?}");
    ended.out
}

#[test]
fn seed_gives_the_same_bytes_in_every_process() {
    let first = drawn("7");
    assert_eq!(first, drawn("7"));
    assert_ne!(first, drawn("8"));
    let here = (0..50).fold(String::new(), |mut text, index| {
        let case = generate_case(&reference::profile(), 7, index);
        writeln!(text, "{}", serde_json::to_string(&case).expect("JSON")).expect("memory");
        text
    });
    assert_eq!(first, here, "and in this one");
}

#[test]
fn run_sends_the_cases_that_generate_prints() {
    let workplace = Workplace::new();
    let words =
        ["run", "--engine", "reference", "--phases", "random", "--cases", "50", "--seed", "7", "--out"];
    let ids = |run: &str| {
        let ended = workplace.run(&[&words[..], &[run]].concat());
        assert_eq!(ended.code, Some(0), "{ended:?}");
        let mut ids: Vec<String> =
            workplace.log(run).records.iter().map(|record| record.id.as_str().to_owned()).collect();
        ids.sort();
        ids
    };
    let mut printed: Vec<String> = drawn("7")
        .lines()
        .map(|line| serde_json::from_str::<asl_cases::Case>(line).expect("a case").id().as_str().to_owned())
        .collect();
    printed.sort();
    assert_eq!(ids("one"), printed);
    assert_eq!(ids("two"), printed);
}
