//! Why an emulator does not run: what went wrong, where, and what to do next.

use std::{io, path::PathBuf};

use crate::registry::RegistryError;

/// Why an emulator does not run.
#[derive(Debug, thiserror::Error)]
pub enum EmulatorError {
    /// The name or the version is wrong.
    #[error(transparent)]
    Registry(#[from] RegistryError),
    /// No Python is new enough.
    #[error(
        "{engine} needs Python {needed} or newer, and {found}: install one and see that `python3` or `python{needed}` finds it"
    )]
    NoPython {
        /// The emulator with its version.
        engine: String,
        /// The oldest version that will do.
        needed: String,
        /// The versions that were found, in words.
        found: String,
    },
    /// Python is there, but cannot make virtual environments.
    #[error(
        "{engine} needs a virtual environment, and {python} has no venv module: install it (Debian and Ubuntu: `apt install python3-venv`)"
    )]
    NoVenv {
        /// The emulator with its version.
        engine: String,
        /// The Python that was to be used.
        python: String,
    },
    /// The package index has no such version.
    #[error("the package index has no {engine}: pick another version; pip's log is {}\n{tail}", log.display())]
    NoSuchVersion {
        /// The emulator with its version.
        engine: String,
        /// The log of the install.
        log: PathBuf,
        /// Its last lines.
        tail: String,
    },
    /// Making the virtual environment, or pip, failed.
    #[error(
        "could not install {engine} ({step} {status}): check that `pip download` works here (network, proxy, pip configuration) and run again; the log is {}\n{tail}",
        log.display()
    )]
    Install {
        /// The emulator with its version.
        engine: String,
        /// The step that failed.
        step: &'static str,
        /// How it ended.
        status: String,
        /// The log of the install.
        log: PathBuf,
        /// Its last lines.
        tail: String,
    },
    /// A file or folder of ours cannot be written.
    #[error("cannot write `{}`: {source}; free some space, or let ASL_CONFORMANCE_HOME name a folder that can be written", path.display())]
    Home {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// There is no cache folder to be found.
    #[error("cannot find a cache folder for this user: let ASL_CONFORMANCE_HOME name a folder")]
    NoHome,
    /// A program could not be started at all.
    #[error("cannot start `{}` for {engine}: {source}; remove `{}` and run again", program.display(), folder.display())]
    Spawn {
        /// The emulator with its version.
        engine: String,
        /// The program.
        program: PathBuf,
        /// The folder to install again.
        folder: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The emulator ended before it answered.
    #[error("{engine} died before it answered ({status}): its log is {}\n{tail}", log.display())]
    Died {
        /// The emulator with its version.
        engine: String,
        /// How it ended.
        status: String,
        /// Its log.
        log: PathBuf,
        /// The last lines of the log.
        tail: String,
    },
    /// The emulator did not answer in time.
    #[error("{engine} did not answer within {seconds} s of its start: is this machine very busy? its log is {}\n{tail}", log.display())]
    NotReady {
        /// The emulator with its version.
        engine: String,
        /// The time it was given.
        seconds: u64,
        /// Its log.
        log: PathBuf,
        /// The last lines of the log.
        tail: String,
    },
    /// Another process took the port before the emulator did, several times over.
    #[error("{engine} died because something else took port {port} of 127.0.0.1 first: run again; its log is {}", log.display())]
    PortTaken {
        /// The emulator with its version.
        engine: String,
        /// The last port that was tried.
        port: u16,
        /// Its log.
        log: PathBuf,
    },
    /// No port is free.
    #[error("found no free port on 127.0.0.1 for {engine}: stop some servers and run again")]
    NoFreePort {
        /// The emulator with its version.
        engine: String,
    },
}
