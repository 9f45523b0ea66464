//! Runs that do not come to their end: interrupted, killed, out of time, out of space.

use std::{
    fs::File,
    io::{BufRead, BufReader},
    process::{Child, Command},
};

use asl_cases::Verdict;
use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};

use crate::{
    fake::AMPLE,
    fake_engines::{hangs_at, honest},
    workplace::{PROGRAM, Workplace, authored, end_of},
};

fn send(child: &Child, signal: Signal) {
    let id = i32::try_from(child.id()).expect("process ids are small");
    kill(Pid::from_raw(id), signal).expect("the program is there");
}

fn run_words<'a>(area: &'a str, endpoint: &'a str) -> [&'a str; 11] {
    ["run", "--phases", "corpus", "--area", area, "--jobs", "1", "--out", "run", "--engine", endpoint]
}

#[test]
fn interrupted_run_deletes_what_it_made_and_keeps_its_log() {
    let workplace = Workplace::new();
    let (fake, hanging) = hangs_at("GetActivityTask", 3);
    let child = workplace.start(&run_words("task", &fake.endpoint));
    hanging.recv_timeout(AMPLE).expect("the run comes to its third task");
    assert!(fake.holds() >= 2, "a machine and an activity are there");
    send(&child, Signal::SIGINT);
    let ended = end_of(child);
    assert_eq!(ended.code, Some(130), "{ended:?}");
    assert_eq!(fake.holds(), 0, "nothing is left in the engine");
    let log = workplace.log("run");
    assert_eq!(log.footer.and_then(|footer| footer.stopped_early).as_deref(), Some("interrupted"));
    assert!(ended.out.contains("interrupted"), "{ended:?}");
}

#[test]
fn interrupt_while_the_next_engine_is_opened_ends_the_run_on_all() {
    let (workplace, first) = (Workplace::new(), honest());
    let (second, opening) = hangs_at("CreateStateMachine", 0);
    let words = run_words("succeed", &first.endpoint);
    let child = workplace.start(&[&words[..], &["--engine", &second.endpoint]].concat());
    opening.recv_timeout(AMPLE).expect("the second engine is asked");
    send(&child, Signal::SIGINT);
    let ended = end_of(child);
    assert_eq!(ended.code, Some(130), "{ended:?}");
    assert_eq!(ended.err.matches("Stopping").count(), 1, "{ended:?}");
    let report = std::fs::read_to_string(workplace.path("run/report.md")).expect("a report of the first one");
    assert!(report.contains(&first.endpoint) && !report.contains(&second.endpoint), "{report}");
}

#[test]
fn interrupt_while_an_emulator_is_installed_ends_at_once() {
    let workplace = Workplace::new();
    let locks = workplace.path("home/locks");
    std::fs::create_dir_all(&locks).expect("writable");
    let lock = File::create(locks.join("moto-0.0.1.lock")).expect("writable");
    lock.lock().expect("nobody has it");
    let mut child = workplace.start(&["run", "--out", "run", "--engine", "moto@0.0.1"]);
    let said = BufReader::new(child.stderr.as_mut().expect("captured")).lines().next();
    let said = said.expect("a line").expect("UTF-8");
    assert_eq!(said, "another run is installing moto 0.0.1; waiting");
    send(&child, Signal::SIGINT);
    end_of(child).complains(130, &["interrupted before the run began"]);
    assert!(!workplace.path("run").exists(), "no folder is left of a run that never began");
}

#[test]
fn killed_run_is_readable_up_to_its_last_finished_case() {
    let workplace = Workplace::new();
    let (fake, hanging) = hangs_at("CreateStateMachine", 9);
    let mut child = workplace.start(&run_words("pass", &fake.endpoint));
    hanging.recv_timeout(AMPLE).expect("the run comes so far");
    child.kill().expect("it is there");
    end_of(child);
    let log = workplace.log("run");
    let finished = log.records.len();
    assert!(finished > 0 && log.footer.is_none() && log.damaged.is_empty(), "{log:?}");
    assert!(log.records.iter().all(|record| record.verdict == Verdict::Agree), "{log:?}");
    let report = workplace.run(&["report", "run"]);
    assert_eq!(report.code, Some(0), "{report:?}");
    let said = format!("This run was cut off: its log ends after {finished} of {} cases.", authored("pass"));
    assert!(report.out.contains(&said), "{report:?}");
}

#[test]
fn run_out_of_time_has_an_exit_code_of_its_own() {
    let workplace = Workplace::new();
    let (fake, _hanging) = hangs_at("CreateStateMachine", 5);
    let words = run_words("pass", &fake.endpoint);
    let ended = workplace.run(&[&words[..], &["--max-time", "1s"]].concat());
    assert_eq!(ended.code, Some(5), "{ended:?}");
    assert!(ended.out.contains("--max-time is used up"), "{ended:?}");
    assert!(workplace.log("run").footer.is_some());
}

#[test]
fn full_disk_is_one_sentence_and_leaves_nothing_in_the_engine() {
    let (workplace, fake) = (Workplace::new(), honest());
    let mut shell = Command::new("sh");
    // A limit on the size of files, and no signal for it, is a full disk for everything but the name of the error.
    shell.args(["-c", r#"trap '' XFSZ 2>/dev/null || trap '' 25; ulimit -f 12; exec "$0" "$@""#, PROGRAM]);
    shell.args(run_words("choice", &fake.endpoint));
    workplace.prepare(&mut shell);
    let ended = end_of(shell.spawn().expect("there is a shell"));
    ended.complains(4, &["cannot write run/log.jsonl", "free some space"]);
    assert_eq!(fake.holds(), 0, "nothing is left in the engine");
    let report = workplace.run(&["report", "run"]);
    assert!(report.out.contains("This run was cut off"), "{report:?}");
}
