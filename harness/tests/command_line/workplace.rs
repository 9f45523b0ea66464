//! A folder of its own in which a test runs the program.

use std::{
    path::PathBuf,
    process::{Child, Command, Output, Stdio},
};

use asl_cases::{Verdict, corpus::corpus};
use asl_conformance::run_folder::read_run;
use asl_reports::{RunLog, Summary};
use tempfile::TempDir;

/// The program.
pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_asl-conformance");

/// A folder that is the current folder of the program and holds its home.
pub(crate) struct Workplace {
    folder: TempDir,
}

/// What a program that ended has left.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Workplace {
    pub(crate) fn new() -> Self {
        Self { folder: TempDir::new().expect("a temporary folder") }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path(name), text).expect("the folder can be written");
    }

    /// The program with these words as its arguments.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(PROGRAM);
        command.args(arguments);
        self.prepare(&mut command);
        command
    }

    /// Lets any command run here, with captured outputs.
    pub(crate) fn prepare(&self, command: &mut Command) {
        command
            .current_dir(self.folder.path())
            .env("ASL_CONFORMANCE_HOME", self.path("home"))
            .env("NO_COLOR", "1")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
    }

    pub(crate) fn start(&self, arguments: &[&str]) -> Child {
        self.command(arguments).spawn().expect("the program was built")
    }

    /// Runs the program to its end.
    pub(crate) fn run(&self, arguments: &[&str]) -> Ended {
        end_of(self.start(arguments))
    }

    /// The log of the run in this folder.
    pub(crate) fn log(&self, run: &str) -> RunLog {
        read_run(&self.path(run)).expect("the log of the run is readable")
    }

    /// How often each verdict occurred in the log of the run in this folder.
    pub(crate) fn verdicts(&self, run: &str) -> Vec<(Verdict, u64)> {
        let log = self.log(run);
        assert_eq!(log.damaged, [], "every line of the log is whole");
        Summary::of(&log).total.occurred().collect()
    }
}

/// How many authored cases an area has.
pub(crate) fn authored(area: &str) -> u64 {
    corpus().iter().filter(|case| case.area() == area).count() as u64
}

/// Waits for the end of a program.
pub(crate) fn end_of(child: Child) -> Ended {
    child.wait_with_output().expect("its outputs are captured").into()
}

impl From<Output> for Ended {
    fn from(output: Output) -> Self {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("the program writes UTF-8");
        Self { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
    }
}

impl Ended {
    /// Checks the exit code, and that the one complaint is a sentence with these parts in this order.
    #[track_caller]
    pub(crate) fn complains(&self, code: i32, parts: &[&str]) {
        assert_eq!(self.code, Some(code), "{self:?}");
        let complaints: Vec<&str> = self.err.lines().filter(|line| line.starts_with("error: ")).collect();
        assert_eq!(complaints.len(), 1, "{self:?}");
        let mut rest = complaints[0];
        for part in parts {
            let place = rest.find(part).unwrap_or_else(|| panic!("`{part}` is not in `{rest}`: {self:?}"));
            rest = &rest[place + part.len()..];
        }
    }
}
