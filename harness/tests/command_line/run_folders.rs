//! Where runs go, and runs that go on at once.

use std::{
    io::{BufRead, BufReader},
    process::Child,
};

use asl_cases::{Profile, Verdict};
use asl_conformance::engine::http::{HttpEngine, HttpEngineConfig};

use crate::workplace::{Workplace, end_of};

/// A program that is stopped with the value.
struct Serving {
    child: Child,
    endpoint: String,
}

impl Serving {
    fn start(workplace: &Workplace) -> Self {
        let mut child = workplace.start(&["serve", "--port", "0"]);
        let mut endpoint = String::new();
        let out = child.stdout.take().expect("captured");
        BufReader::new(out).read_line(&mut endpoint).expect("it says its endpoint");
        Self { child, endpoint: endpoint.trim().to_owned() }
    }

    fn machines(&self) -> Vec<String> {
        let config = HttpEngineConfig::new(&self.endpoint, Profile::everything(), "test");
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(HttpEngine::new(config).list_state_machines()).expect("it answers")
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn two_runs_on_one_engine_do_not_meet() {
    let workplace = Workplace::new();
    let serving = Serving::start(&workplace);
    let words = ["run", "--phases", "corpus", "--area", "choice", "--engine", &serving.endpoint];
    let runs = [workplace.start(&words), workplace.start(&words)];
    for ended in runs.map(end_of) {
        assert_eq!(ended.code, Some(0), "{ended:?}");
    }
    let folders: Vec<_> = std::fs::read_dir(workplace.path("runs")).expect("runs").flatten().collect();
    assert_eq!(folders.len(), 2, "each has a folder of its own: {folders:?}");
    for folder in folders {
        let run = format!("runs/{}", folder.file_name().to_string_lossy());
        assert!(matches!(workplace.verdicts(&run)[..], [(Verdict::Agree, _)]), "{run}");
    }
    assert_eq!(serving.machines(), [""; 0], "both have deleted what they made");
}

#[test]
fn output_folder_that_exists_is_refused() {
    let workplace = Workplace::new();
    std::fs::create_dir(workplace.path("run")).expect("writable");
    workplace.run(&["run", "--out", "run"]).complains(2, &["run exists already", "give --out a folder"]);
}

#[test]
fn output_folder_that_cannot_be_made_is_refused() {
    let workplace = Workplace::new();
    workplace.write("file", "");
    workplace.run(&["run", "--out", "file/below/run"]).complains(2, &["cannot make file/below", "--out"]);
}

#[test]
fn taken_port_is_said() {
    let workplace = Workplace::new();
    let serving = Serving::start(&workplace);
    let port = serving.endpoint.rsplit(':').next().expect("a port");
    workplace.run(&["serve", "--port", port]).complains(2, &["cannot listen on 127.0.0.1:", "--port"]);
}

#[test]
fn run_that_names_no_engine_tests_the_reference_behind_its_api() {
    let workplace = Workplace::new();
    let ended = workplace.run(&["run", "--phases", "corpus", "--area", "succeed", "--out", "run"]);
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert_eq!(workplace.verdicts("run"), [(Verdict::Agree, 6)]);
    assert!(ended.out.contains("run --engine ministack"), "real engines are named: {ended:?}");
}
