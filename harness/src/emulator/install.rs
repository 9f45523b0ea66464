//! Installs an emulator from the user's Python package index into a virtual environment of its own.
//!
//! The marker file is written last: a folder without it is a half-finished install, and is made anew. Which index, proxy
//! or mirror is used is the business of the user's pip configuration.

use std::{
    fs,
    fs::{File, OpenOptions},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use serde::{Deserialize, Serialize};

use super::{
    EmulatorError, Home,
    home::{cannot_write, make_folder},
    launch::LIFELINE,
    log,
    process::ProcessGroup,
    python::{self, Python},
};
use crate::registry::Release;

const MARKER: &str = "installed.json";
const STEP_LIMIT: Duration = Duration::from_mins(30);
const TRIAL_BYTES: usize = 1 << 20;
/// A user's settings for Python programs of their own would break a virtual environment.
const FOREIGN_VARIABLES: [&str; 4] = ["PYTHONHOME", "PYTHONPATH", "PYTHONSTARTUP", "VIRTUAL_ENV"];

/// What a finished install was made from.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Marker {
    format: u32,
    requirement: String,
    constraints: Option<String>,
}

/// The Python of the emulator's virtual environment, which is made if it is not there.
pub(super) fn ensure(
    release: &Release<'_>,
    home: &Home,
    progress: &dyn Fn(&str),
) -> Result<PathBuf, EmulatorError> {
    let engines = home.engines()?;
    if let Some(python) = find_installed(release, &engines) {
        return Ok(python);
    }
    let engine = label(release);
    let waiting = || progress(&format!("another run is installing {engine}; waiting"));
    let _lock = home.lock(&format!("{}-{}", release.entry.name, release.version), &waiting)?;
    if let Some(python) = find_installed(release, &engines) {
        return Ok(python);
    }
    let base = python::find(&engine, release.entry.install.python)?;
    let folder = engines.join(format!("{}{}", folder_prefix(release), base.version.minor_text()));
    progress(&format!("installing {engine} with Python {} (once, into {})", base.version, folder.display()));
    let start = Instant::now();
    install(release, &base, &folder)?;
    progress(&format!("installed {engine} in {:.0} s", start.elapsed().as_secs_f32()));
    Ok(python_in(&folder))
}

/// The emulator and its version, for messages.
pub(super) fn label(release: &Release<'_>) -> String {
    format!("{} {}", release.entry.name, release.version)
}

/// The folder to remove when an installed emulator turns out to be broken.
pub(super) fn folder_of(python: &Path) -> PathBuf {
    python.ancestors().nth(3).unwrap_or(python).to_owned()
}

/// Any Python that the emulator was installed with will do: the search for one is then not needed.
fn find_installed(release: &Release<'_>, engines: &Path) -> Option<PathBuf> {
    let prefix = folder_prefix(release);
    let mut folders: Vec<PathBuf> = fs::read_dir(engines)
        .ok()?
        .flatten()
        .filter(|entry| entry.file_name().to_string_lossy().starts_with(&prefix))
        .map(|entry| entry.path())
        .collect();
    folders.sort();
    let folder = folders.iter().find(|folder| is_finished(folder, release))?;
    Some(python_in(folder))
}

fn is_finished(folder: &Path, release: &Release<'_>) -> bool {
    let Ok(text) = fs::read_to_string(folder.join(MARKER)) else { return false };
    serde_json::from_str::<Marker>(&text).is_ok_and(|marker| marker == marker_of(release))
        && runs(&python_in(folder))
}

/// A virtual environment points to the Python it was made with, which may be gone.
fn runs(python: &Path) -> bool {
    let mut command = Command::new(python);
    command.args(["-c", "import pip"]).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

fn install(release: &Release<'_>, base: &Python, folder: &Path) -> Result<(), EmulatorError> {
    if folder.exists() {
        fs::remove_dir_all(folder).map_err(cannot_write(folder))?;
    }
    make_folder(folder.to_owned())?;
    let lifeline = folder.join(LIFELINE.0);
    write(&lifeline, LIFELINE.1)?;
    let steps = Steps { release, folder, lifeline };
    steps.run("python -m venv", &base.program, &["-m", "venv", "venv"])?;
    steps.run(
        "pip install",
        &python_in(folder),
        &pip_arguments(release, folder)?.each_ref().map(String::as_str),
    )?;
    let marker = serde_json::to_string_pretty(&marker_of(release)).expect("strings become JSON");
    let unfinished = folder.join("installed.json.new");
    write(&unfinished, &marker)?;
    fs::rename(&unfinished, folder.join(MARKER)).map_err(cannot_write(folder))
}

fn pip_arguments(release: &Release<'_>, folder: &Path) -> Result<[String; 7], EmulatorError> {
    let constraints = folder.join("constraints.txt");
    // Also when there are none: an empty file constrains nothing.
    write(&constraints, release.constraints.unwrap_or_default())?;
    let constraints = constraints.to_string_lossy().into_owned();
    let requirement = release.requirement();
    Ok(["-m", "pip", "install", "--no-input", "--constraint", &constraints, &requirement].map(str::to_owned))
}

struct Steps<'a> {
    release: &'a Release<'a>,
    folder: &'a Path,
    lifeline: PathBuf,
}

impl Steps<'_> {
    /// Runs one step under the lifeline: it must not go on writing when this process is killed and its lock is free.
    fn run(&self, step: &'static str, program: &Path, arguments: &[&str]) -> Result<(), EmulatorError> {
        let log = self.folder.join("install.log");
        let output = OpenOptions::new().create(true).append(true).open(&log).map_err(cannot_write(&log))?;
        let mut command = Command::new(program);
        command.arg(&self.lifeline).arg(program).args(arguments).current_dir(self.folder);
        for name in FOREIGN_VARIABLES {
            command.env_remove(name);
        }
        redirect(&mut command, output).map_err(cannot_write(&log))?;
        let group = ProcessGroup::spawn(&mut command).map_err(|source| self.spawn_error(program, source))?;
        match group.wait(STEP_LIMIT) {
            Some(status) if status.success() => Ok(()),
            Some(status) => Err(self.failure(step, format!("ended with {status}"), log)),
            None => Err(self.failure(step, format!("took more than {} min", STEP_LIMIT.as_secs() / 60), log)),
        }
    }

    fn spawn_error(&self, program: &Path, source: std::io::Error) -> EmulatorError {
        let (program, folder) = (program.to_owned(), self.folder.to_owned());
        EmulatorError::Spawn { engine: label(self.release), program, folder, source }
    }

    fn failure(&self, step: &'static str, status: String, log: PathBuf) -> EmulatorError {
        let tail = log::tail(&log);
        let engine = label(self.release);
        if let Err(source) = check_space(self.folder, &tail) {
            return EmulatorError::Home { path: self.folder.to_owned(), source };
        }
        // Without a network, pip says the second line too, but with "from versions: none".
        if tail.contains("No matching distribution found") && !tail.contains("(from versions: none)") {
            return EmulatorError::NoSuchVersion { engine, log, tail };
        }
        EmulatorError::Install { engine, step, status, log, tail }
    }
}

/// On a full disk the log may lack its last lines too, so it is also tried to write something.
fn check_space(folder: &Path, tail: &str) -> std::io::Result<()> {
    if tail.contains("No space left on device") {
        return Err(std::io::ErrorKind::StorageFull.into());
    }
    let trial = folder.join("trial");
    let written = fs::write(&trial, vec![b' '; TRIAL_BYTES]);
    let removed = fs::remove_file(&trial);
    written.and(removed)
}

/// Lets both outputs of the command go to the file.
pub(super) fn redirect(command: &mut Command, output: File) -> std::io::Result<()> {
    let errors = output.try_clone()?;
    command.stdout(output).stderr(errors);
    Ok(())
}

/// Writes a whole file.
pub(super) fn write(path: &Path, text: &str) -> Result<(), EmulatorError> {
    fs::write(path, text).map_err(cannot_write(path))
}

fn marker_of(release: &Release<'_>) -> Marker {
    let constraints = release.constraints.map(str::to_owned);
    Marker { format: 1, requirement: release.requirement(), constraints }
}

fn folder_prefix(release: &Release<'_>) -> String {
    format!("{}-{}-py", release.entry.name, release.version)
}

fn python_in(folder: &Path) -> PathBuf {
    folder.join("venv").join("bin").join("python")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry::Registry;
    use tempfile::TempDir;

    /// A Python that ends at once, well (`true`) or badly (`false`). A link to a program that is there: a script that
    /// was just written cannot be started while another thread's child still holds it open.
    fn fake_python(folder: &Path, program: &str) {
        let python = python_in(folder);
        fs::create_dir_all(python.parent().expect("has one")).expect("writable");
        let program = which::which(program).expect("every Unix has it");
        std::os::unix::fs::symlink(program, python).expect("a new link");
    }

    fn found(marker: impl Fn(&Release<'_>) -> Option<String>, program: &str) -> bool {
        let registry = Registry::embedded();
        let release = registry.get("moto").expect("known").release(None).expect("pinned");
        let engines = TempDir::new().expect("a folder");
        let folder = engines.path().join(format!("moto-{}-py3.11", release.version));
        fake_python(&folder, program);
        if let Some(text) = marker(&release) {
            fs::write(folder.join(MARKER), text).expect("writable");
        }
        find_installed(&release, engines.path()).is_some()
    }

    fn good_marker(release: &Release<'_>) -> Option<String> {
        serde_json::to_string(&marker_of(release)).ok()
    }

    #[test]
    fn finished_install_is_found() {
        assert!(found(good_marker, "true"));
    }

    #[test]
    fn install_without_its_marker_is_not_finished() {
        assert!(!found(|_| None, "true"));
    }

    #[test]
    fn install_of_something_else_is_not_taken() {
        let other = |release: &Release<'_>| good_marker(release).map(|text| text.replace("moto[", "other["));
        assert!(!found(other, "true"));
    }

    #[test]
    fn install_whose_python_is_broken_is_not_taken() {
        assert!(!found(good_marker, "false"));
    }

    #[test]
    fn failed_step_is_reported_with_the_end_of_its_log() {
        let registry = Registry::embedded();
        let release = registry.get("moto").expect("known").release(None).expect("pinned");
        let folder = TempDir::new().expect("a folder");
        let lifeline = folder.path().join("lifeline");
        fs::write(&lifeline, "echo 'Connection refused' >&2; exit 3").expect("writable");
        let steps = Steps { release: &release, folder: folder.path(), lifeline };
        let error =
            steps.run("pip install", Path::new("/bin/sh"), &[]).expect_err("it exits with 3").to_string();
        assert!(
            error.contains("could not install moto 5.2.5 (pip install ended with exit status: 3)"),
            "{error}"
        );
        assert!(error.contains("install.log") && error.ends_with("| Connection refused"), "{error}");
    }

    #[test]
    fn full_disk_is_told_from_a_failing_network() {
        let registry = Registry::embedded();
        let release = registry.get("moto").expect("known").release(None).expect("pinned");
        let folder = TempDir::new().expect("a folder");
        let lifeline = folder.path().join("lifeline");
        fs::write(&lifeline, "echo 'OSError: [Errno 28] No space left on device'; exit 1").expect("writable");
        let steps = Steps { release: &release, folder: folder.path(), lifeline };
        let error = steps.run("pip install", Path::new("/bin/sh"), &[]).expect_err("it exits with 1");
        assert!(matches!(error, EmulatorError::Home { .. }), "{error}");
    }
}
