//! `serve` as a user meets it: what it prints, how it ends, and what it says when it cannot begin.

use std::{
    io::{BufRead, BufReader},
    net::{Ipv4Addr, TcpListener},
    process::Child,
};

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use rstest::rstest;

use crate::workplace::{Workplace, end_of};

/// The first line of its output: the endpoint, which it prints when it listens.
fn first_line(child: &mut Child) -> String {
    let mut line = String::new();
    let out = child.stdout.take().expect("its output is captured");
    BufReader::new(out).read_line(&mut line).expect("it prints a line");
    line
}

#[rstest]
#[case::ctrl_c(Signal::SIGINT)]
#[case::terminate(Signal::SIGTERM)]
fn serve_prints_its_endpoint_and_ends_well_at_a_signal(#[case] signal: Signal) {
    let workplace = Workplace::new();
    let mut child = workplace.start(&["serve", "--port", "0", "--time", "real"]);
    let line = first_line(&mut child);
    assert!(line.starts_with("http://127.0.0.1:"), "{line}");
    let pid = i32::try_from(child.id()).expect("a process id");
    kill(Pid::from_raw(pid), signal).expect("it runs");
    assert_eq!(end_of(child).code, Some(0));
}

#[test]
fn port_in_use_gets_one_sentence() {
    let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    let port = taken.local_addr().expect("an address").port().to_string();
    let ended = Workplace::new().run(&["serve", "--port", &port]);
    ended.complains(2, &["cannot listen on 127.0.0.1:", &port, "pick another port with --port"]);
}

#[rstest]
#[case::no_json("{", "EOF while parsing")]
#[case::no_stubs(r#"{"machines": {"m": {"T": [{"suceed": 1}]}}}"#, "machines.m.T[0]")]
fn file_that_holds_no_stubs_gets_one_sentence(#[case] text: &str, #[case] part: &str) {
    let workplace = Workplace::new();
    workplace.write("stubs.json", text);
    let ended = workplace.run(&["serve", "--port", "0", "--stubs", "stubs.json"]);
    ended.complains(2, &["stubs.json", part, "a file of stubs is"]);
}
