//! Emulators that are small Python programs: started, probed and stopped like the real ones.

use std::{collections::BTreeMap, fs, net::TcpListener, process::Stdio};

use nix::{sys::signal::kill, unistd::Pid};
use tempfile::TempDir;

use super::*;
use crate::registry::{EngineEntry, Registry, Start};

/// Answers every POST with an empty list; writes the id of a child that would outlive it.
const SERVER: &str = r#"
import http.server, os, subprocess, sys
child = subprocess.Popen(["sleep", "600"])
with open(os.path.join(sys.argv[2], "child.new"), "w") as file:
    file.write(str(child.pid))
os.rename(os.path.join(sys.argv[2], "child.new"), os.path.join(sys.argv[2], "child"))
class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        assert self.headers["X-Amz-Target"] == "AWSStepFunctions.ListStateMachines"
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b'{"stateMachines": []}')
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
"#;

struct Fixture {
    folder: TempDir,
    entry: EngineEntry,
    python: PathBuf,
}

impl Fixture {
    /// `None`, with a word about it, on a machine without a Python that runs.
    fn new(program: &str) -> Option<Self> {
        let python = which::which_all("python3").into_iter().flatten().find(|python| {
            let mut command = Command::new(python);
            command.arg("--version").stdout(Stdio::null()).stderr(Stdio::null());
            command.status().is_ok_and(|status| status.success())
        });
        let Some(python) = python else {
            eprintln!("skipped: no python3 on this machine");
            return None;
        };
        let folder = TempDir::new().expect("a folder");
        let out = folder.path().to_string_lossy().into_owned();
        let command = ["{python}", "-c", program, "{port}", &out].map(str::to_owned).to_vec();
        let mut entry = Registry::embedded().get("moto").expect("known").clone();
        entry.start = Start { command, env: BTreeMap::new() };
        entry.ready_seconds = 30;
        Some(Self { folder, entry, python })
    }

    fn home(&self) -> Home {
        Home::at(self.folder.path().join("home"))
    }

    fn start(&self) -> Result<Emulator, EmulatorError> {
        let release = self.entry.release(None).expect("pinned");
        super::start(&release, &self.python, &self.home(), &|_| ())
    }

    fn child(&self) -> Pid {
        let text = fs::read_to_string(self.folder.path().join("child")).expect("written before it answers");
        Pid::from_raw(text.parse().expect("a process id"))
    }
}

/// Killed, or dead and waiting for its parent to read its status.
fn is_dead(pid: Pid) -> bool {
    let state = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    kill(pid, None).is_err() || state.contains(") Z ") || state.contains(") X ")
}

#[test]
fn emulator_is_started_probed_and_stopped_with_its_children() {
    let Some(fixture) = Fixture::new(SERVER) else { return };
    let emulator = fixture.start().expect("it starts");
    let (port, child) = (emulator.port, fixture.child());
    assert_eq!(emulator.endpoint(), format!("http://127.0.0.1:{port}"));
    assert!(emulator.is_alive() && emulator.answers(PROBE_LIMIT) && !is_dead(child));
    let log = emulator.log_file().to_owned();
    emulator.stop();
    assert!(is_dead(child));
    assert!(!probe::answers(port, PROBE_LIMIT));
    assert!(log.starts_with(fixture.home().root()) && log.is_file());
}

#[test]
fn two_runs_get_a_port_and_a_folder_each() {
    let Some(fixture) = Fixture::new(SERVER) else { return };
    let (first, second) = (fixture.start().expect("it starts"), fixture.start().expect("it starts"));
    assert_ne!(first.port, second.port);
    assert_ne!(first.folder(), second.folder());
    first.stop();
    assert!(second.answers(PROBE_LIMIT));
}

#[test]
fn emulator_that_dies_is_reported_with_the_end_of_its_log() {
    let Some(fixture) = Fixture::new("import sys; sys.exit('no such plugin')") else { return };
    let error = fixture.start().expect_err("it dies").to_string();
    assert!(error.starts_with("moto 5.2.5 died before it answered (exit status: 1)"), "{error}");
    assert!(error.ends_with("| no such plugin"), "{error}");
}

#[test]
fn emulator_that_never_answers_is_stopped_when_its_time_is_up() {
    let Some(mut fixture) = Fixture::new("import time; print('still loading'); time.sleep(600)") else {
        return;
    };
    fixture.entry.ready_seconds = 1;
    let error = fixture.start().expect_err("it never answers").to_string();
    assert!(error.starts_with("moto 5.2.5 did not answer within 1 s"), "{error}");
}

#[test]
fn emulator_ends_when_its_starter_is_gone() {
    let Some(fixture) = Fixture::new(SERVER) else { return };
    let emulator = fixture.start().expect("it starts");
    let child = fixture.child();
    emulator.group.close_stdin();
    assert!(emulator.group.wait(Duration::from_secs(10)).is_some());
    assert!(is_dead(child));
}

#[test]
fn death_on_a_taken_port_is_told_from_other_deaths() {
    let Some(fixture) = Fixture::new(SERVER) else { return };
    let mut emulator = fixture.start().expect("it starts");
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    emulator.port = listener.local_addr().expect("bound").port();
    assert!(matches!(death(&emulator, String::new()), EmulatorError::PortTaken { .. }));
}

#[test]
fn holes_are_filled_and_the_users_environment_is_left_out() {
    let registry = Registry::embedded();
    let release = registry.get("localstack").expect("known").release(None).expect("pinned");
    let (python, scripts, folder) = (Path::new("/v/bin/python"), Path::new("/f/scripts"), Path::new("/f"));
    let command = Holes { release: &release, python, scripts, folder, port: 4566 }.command();
    let words: Vec<_> = command.get_args().map(|word| word.to_string_lossy().into_owned()).collect();
    assert_eq!(words, ["/f/scripts/lifeline.py", "/v/bin/python", "/f/scripts/start_localstack.py"]);
    let value = |name: &str| {
        let found = command.get_envs().find(|(key, _)| *key == name);
        found.and_then(|(_, value)| value).map(|value| value.to_string_lossy().into_owned())
    };
    assert_eq!(value("GATEWAY_LISTEN").as_deref(), Some("127.0.0.1:4566"));
    assert_eq!((value("HOME").as_deref(), value("TMPDIR").as_deref()), (Some("/f"), Some("/f/tmp")));
    assert_eq!(value("AWS_PROFILE"), None);
}

#[test]
fn every_script_and_hole_of_the_embedded_file_is_known() {
    let registry = Registry::embedded();
    for entry in registry.entries() {
        for start in entry.variants.iter().map(|variant| &variant.start).chain([&entry.start]) {
            let release = Release { start, ..entry.release(None).expect("pinned") };
            let holes = Holes {
                release: &release,
                python: Path::new("p"),
                scripts: Path::new("s"),
                folder: Path::new("f"),
                port: 1,
            };
            for text in start.command.iter().chain(start.env.values()) {
                assert!(!holes.fill(text).contains('{'), "{text}");
                let script = text.strip_prefix("{scripts}/");
                assert!(
                    script.is_none_or(|script| SCRIPTS.iter().any(|(name, _)| *name == script)),
                    "{text}"
                );
            }
        }
    }
}
