//! Real emulators as child processes: installed, started on a free loopback port, probed, and stopped with everything
//! that they started.
//!
//! Synchronous throughout. An emulator is stopped on [`Emulator::stop`], on drop (so also on a panic), and when this
//! process is gone for whatever reason: `lifeline.py` sees the end of its standard input and kills the group.

mod error;
mod home;
mod install;
mod launch;
mod lock;
mod log;
mod port;
mod probe;
mod process;
mod python;

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

pub use error::EmulatorError;
pub use home::Home;
pub use python::PythonVersion;

use crate::registry::EngineEntry;
use home::Scratch;
use process::ProcessGroup;

/// The time between the polite and the hard stop.
const GRACE: Duration = Duration::from_secs(3);

/// A running emulator; it ends with this value.
#[derive(Debug)]
pub struct Emulator {
    // First, because it must be gone before the folder it writes to.
    group: ProcessGroup,
    scratch: Scratch,
    name: String,
    version: String,
    account: String,
    region: String,
    port: u16,
    log_file: PathBuf,
}

impl Emulator {
    /// Installs the emulator if it is not installed yet, starts it, and waits until it answers.
    ///
    /// `version` picks another version than the pinned one. `progress` gets a line for the user at each step.
    pub fn start(
        entry: &EngineEntry,
        version: Option<&str>,
        home: &Home,
        progress: &dyn Fn(&str),
    ) -> Result<Self, EmulatorError> {
        let release = entry.release(version)?;
        let python = install::ensure(&release, home, progress)?;
        launch::start(&release, &python, home, progress)
    }

    /// The URL that it answers on.
    pub fn endpoint(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Its name in `engines.toml`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The version that runs.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The account in its ARNs.
    pub fn account(&self) -> &str {
        &self.account
    }

    /// The region in its ARNs.
    pub fn region(&self) -> &str {
        &self.region
    }

    /// What it wrote to standard output and standard error.
    pub fn log_file(&self) -> &Path {
        &self.log_file
    }

    /// The folder it works in, which is removed when it stops.
    pub fn folder(&self) -> &Path {
        self.scratch.path()
    }

    /// The last lines of its log.
    pub fn log_tail(&self) -> String {
        log::tail(&self.log_file)
    }

    /// The process id of the leader of its process group.
    pub fn pid(&self) -> u32 {
        self.group.id()
    }

    /// Whether its process is still there. It may hang all the same: see [`Emulator::answers`].
    pub fn is_alive(&self) -> bool {
        self.group.exit_status().is_none()
    }

    /// Whether it answers one request within the limit.
    pub fn answers(&self, limit: Duration) -> bool {
        probe::answers(self.port, limit)
    }

    /// Stops it, with everything that it started.
    pub fn stop(self) {
        self.group.stop(GRACE);
    }
}
