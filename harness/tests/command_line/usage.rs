//! The command line itself: help, wrong words, readers that go away.

use std::io::{BufRead, BufReader};

use rstest::rstest;

use crate::workplace::{Workplace, end_of};

/// The subcommands, as the help lists them.
fn subcommands(workplace: &Workplace) -> Vec<String> {
    let help = workplace.run(&["--help"]).out;
    let lines = help.lines().skip_while(|line| *line != "Commands:").skip(1);
    let names = lines.take_while(|line| !line.is_empty()).filter_map(|line| line.split_whitespace().next());
    names.filter(|name| *name != "help").map(str::to_owned).collect()
}

#[test]
fn every_subcommand_has_help() {
    let workplace = Workplace::new();
    let names = subcommands(&workplace);
    assert!(names.len() >= 9, "{names:?}");
    for name in names {
        let ended = workplace.run(&[&name, "--help"]);
        assert_eq!((ended.code, ended.err.as_str()), (Some(0), ""), "{ended:?}");
        assert!(ended.out.contains("Usage: asl-conformance"), "{ended:?}");
    }
}

#[rstest]
#[case::area(&["run", "--area", "nonsense"], &["unknown area `nonsense`", "choice", "wait"])]
#[case::area_of_list(&["list", "--area", "nonsense"], &["`nonsense`", "list"])]
#[case::jobs(&["run", "--jobs", "0"], &["--jobs", "1..=256"])]
#[case::time(&["run", "--max-time", "soon"], &["--max-time", "write 90s, 10m or 1h"])]
#[case::deadline(&["run", "--deadline", "1d"], &["--deadline", "write 90s, 10m or 1h"])]
#[case::time_without_end(&["run", "--max-time", "18446744073709551615"], &["--max-time", "is too long", "720h"])]
#[case::hours_without_end(&["shrink", "x", "--engine", "moto", "--max-time", "5124095576030432h"], &["--max-time", "is too long", "720h"])]
#[case::shrinking_without_end(&["run", "--shrink-time", "1000h"], &["--shrink-time", "is too long", "720h"])]
#[case::number(&["run", "--cases", "many"], &["--cases"])]
#[case::cases_without_end(&["run", "--cases", "5000000000"], &["--cases", "10000000"])]
#[case::query_of_nothing(&["run", "--engine", "reference", "--only", "area(choic)"], &["there is nothing to run", "--only"])]
#[case::word(&["rnu"], &["rnu"])]
#[case::flag(&["run", "--engin", "moto"], &["--engin"])]
fn wrong_words_are_usage_errors(#[case] arguments: &[&str], #[case] parts: &[&str]) {
    Workplace::new().run(arguments).complains(2, parts);
}

#[test]
fn smaller_case_says_how_it_is_run_again() {
    let workplace = Workplace::new();
    let engine = ["--engine", "faulty:retry-counter-not-reset"];
    let shrink = ["shrink", "retry/counters-start-anew-at-re-entry"];
    let ended = workplace.run(&[&shrink[..], &engine, &["--out", "smallest.json"]].concat());
    assert_eq!(ended.code, Some(1), "{ended:?}");
    let commands: Vec<&str> =
        ended.out.lines().filter(|line| line.contains("asl-conformance replay")).collect();
    assert_eq!(commands, [format!("replay  asl-conformance replay smallest.json {}", engine.join(" "))]);
    let replayed = workplace.run(&[&["replay", "smallest.json"][..], &engine].concat());
    assert_eq!(replayed.code, Some(1), "{replayed:?}");
}

#[rstest]
#[case::list(&["list"])]
#[case::endless_cases(&["generate", "-n", "1000000000"])]
fn reader_that_goes_away_is_no_error(#[case] arguments: &[&str]) {
    let mut child = Workplace::new().start(arguments);
    let mut line = String::new();
    BufReader::new(child.stdout.take().expect("captured")).read_line(&mut line).expect("a line");
    let ended = end_of(child);
    assert_eq!((ended.code, ended.err.as_str()), (Some(0), ""), "{ended:?}");
}
