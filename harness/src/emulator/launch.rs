//! Starts an installed emulator and waits until it answers.

use std::{
    env,
    fs::File,
    path::{Path, PathBuf},
    process::{self, Command},
    thread,
    time::{Duration, Instant},
};

use super::{
    Emulator, EmulatorError, Home,
    home::{Scratch, cannot_write, make_folder},
    install::{folder_of, label, redirect, write},
    log, port, probe,
    process::ProcessGroup,
};
use crate::registry::Release;

/// Runs a command that must not outlive this process.
pub(super) const LIFELINE: (&str, &str) = ("lifeline.py", include_str!("../../emulators/lifeline.py"));
const SCRIPTS: [(&str, &str); 3] = [
    LIFELINE,
    ("start_moto.py", include_str!("../../emulators/start_moto.py")),
    ("start_localstack.py", include_str!("../../emulators/start_localstack.py")),
];

const STARTS_MAX: u32 = 3;
const PROBE_LIMIT: Duration = Duration::from_secs(5);
const PROBE_PAUSE: Duration = Duration::from_millis(50);

/// All that an emulator gets to see besides what `engines.toml` says. Never the user's AWS profile: HOME is elsewhere.
const ENVIRONMENT: [(&str, &str); 11] = [
    ("HOME", "{folder}"),
    ("TMPDIR", "{folder}/tmp"),
    ("TZ", "UTC"),
    ("LANG", "C.UTF-8"),
    ("PYTHONUNBUFFERED", "1"),
    ("PYTHONNOUSERSITE", "1"),
    ("AWS_ACCESS_KEY_ID", "test"),
    ("AWS_SECRET_ACCESS_KEY", "test"),
    ("AWS_EC2_METADATA_DISABLED", "true"),
    ("AWS_DEFAULT_REGION", "{region}"),
    ("NO_PROXY", "*"),
];

/// Starts the release with this Python; tries another port when something else was quicker.
pub(super) fn start(
    release: &Release<'_>,
    python: &Path,
    home: &Home,
    progress: &dyn Fn(&str),
) -> Result<Emulator, EmulatorError> {
    let mut attempt = 1;
    loop {
        match start_once(release, python, home, progress) {
            Err(EmulatorError::PortTaken { port, .. }) if attempt < STARTS_MAX => {
                progress(&format!("port {port} was taken by something else; trying another"));
                attempt += 1;
            }
            result => return result,
        }
    }
}

fn start_once(
    release: &Release<'_>,
    python: &Path,
    home: &Home,
    progress: &dyn Fn(&str),
) -> Result<Emulator, EmulatorError> {
    let entry = release.entry;
    let port = port::find_free().ok_or_else(|| EmulatorError::NoFreePort { engine: label(release) })?;
    let scratch = home.scratch(&entry.name)?;
    let log_name = format!("{}-{}-{}-{port}.log", entry.name, release.version, process::id());
    let log_file = home.logs()?.join(log_name);
    progress(&format!("starting {} on 127.0.0.1:{port} (log: {})", label(release), log_file.display()));
    let start = Instant::now();
    let group = spawn(release, python, &scratch, port, &log_file)?;
    let emulator = Emulator {
        group,
        scratch,
        name: entry.name.clone(),
        version: release.version.to_owned(),
        account: entry.account.clone(),
        region: entry.region.clone(),
        port,
        log_file,
    };
    wait_until_ready(&emulator, entry.ready_limit())?;
    progress(&format!("{} is ready after {:.1} s", label(release), start.elapsed().as_secs_f32()));
    Ok(emulator)
}

fn spawn(
    release: &Release<'_>,
    python: &Path,
    scratch: &Scratch,
    port: u16,
    log_file: &Path,
) -> Result<ProcessGroup, EmulatorError> {
    let scripts = make_folder(scratch.path().join("scripts"))?;
    make_folder(scratch.path().join("tmp"))?;
    for (name, text) in SCRIPTS {
        write(&scripts.join(name), text)?;
    }
    let holes = Holes { release, python, scripts: &scripts, folder: scratch.path(), port };
    let output = File::create(log_file).map_err(cannot_write(log_file))?;
    let mut command = holes.command();
    redirect(&mut command, output).map_err(cannot_write(log_file))?;
    ProcessGroup::spawn(&mut command).map_err(|source| EmulatorError::Spawn {
        engine: label(release),
        program: python.to_owned(),
        folder: folder_of(python),
        source,
    })
}

/// What the holes of `engines.toml` are filled with.
struct Holes<'a> {
    release: &'a Release<'a>,
    python: &'a Path,
    scripts: &'a Path,
    folder: &'a Path,
    port: u16,
}

impl Holes<'_> {
    fn command(&self) -> Command {
        let start = self.release.start;
        let mut command = Command::new(self.python);
        command.arg(self.scripts.join(LIFELINE.0)).args(start.command.iter().map(|text| self.fill(text)));
        command.current_dir(self.folder).env_clear();
        command.envs(env::var_os("PATH").map(|path| ("PATH", path)));
        command.envs(ENVIRONMENT.map(|(name, value)| (name, self.fill(value))));
        command.envs(start.env.iter().map(|(name, value)| (name, self.fill(value))));
        command
    }

    fn fill(&self, text: &str) -> String {
        text.replace("{port}", &self.port.to_string())
            .replace("{version}", self.release.version)
            .replace("{region}", &self.release.entry.region)
            .replace("{python}", &self.python.to_string_lossy())
            .replace("{scripts}", &self.scripts.to_string_lossy())
            .replace("{folder}", &self.folder.to_string_lossy())
    }
}

fn wait_until_ready(emulator: &Emulator, limit: Duration) -> Result<(), EmulatorError> {
    let start = Instant::now();
    while start.elapsed() < limit {
        let answers = probe::answers(emulator.port, PROBE_LIMIT.min(limit));
        // Asked afterwards: what answers may be something else, when ours died because the port was taken.
        if let Some(status) = emulator.group.exit_status() {
            return Err(death(emulator, status.to_string()));
        }
        if answers {
            return Ok(());
        }
        thread::sleep(PROBE_PAUSE);
    }
    Err(EmulatorError::NotReady {
        engine: label_of(emulator),
        seconds: limit.as_secs(),
        log: emulator.log_file.clone(),
        tail: emulator.log_tail(),
    })
}

fn death(emulator: &Emulator, status: String) -> EmulatorError {
    let (engine, log): (String, PathBuf) = (label_of(emulator), emulator.log_file.clone());
    if !port::is_free(emulator.port) {
        return EmulatorError::PortTaken { engine, port: emulator.port, log };
    }
    let tail = log::tail(&log);
    EmulatorError::Died { engine, status, log, tail }
}

fn label_of(emulator: &Emulator) -> String {
    format!("{} {}", emulator.name, emulator.version)
}

#[cfg(test)]
mod tests;
