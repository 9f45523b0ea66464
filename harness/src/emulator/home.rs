//! The folders of this program: installed emulators, locks, logs, and the scratch folders of running emulators.

use std::{
    env, fs,
    fs::File,
    io,
    path::{Path, PathBuf},
};

use etcetera::BaseStrategy;
use tempfile::TempDir;

use super::{EmulatorError, lock::Lock};

const HOME_VARIABLE: &str = "ASL_CONFORMANCE_HOME";
const CLAIM: &str = "in-use";

/// Where emulators are installed, and where their logs go.
#[derive(Clone, Debug)]
pub struct Home {
    root: PathBuf,
    logs: PathBuf,
}

impl Home {
    /// The folder that `ASL_CONFORMANCE_HOME` names, or else one in the user's cache folder.
    pub fn locate() -> Result<Self, EmulatorError> {
        if let Some(folder) = env::var_os(HOME_VARIABLE).filter(|folder| !folder.is_empty()) {
            // Absolute, because it is handed to processes in other working folders.
            let root = std::path::absolute(&folder)
                .map_err(|source| EmulatorError::Home { path: folder.into(), source })?;
            return Ok(Self::at(root));
        }
        let strategy = etcetera::choose_base_strategy().map_err(|_| EmulatorError::NoHome)?;
        Ok(Self::at(strategy.cache_dir().join("asl-conformance")))
    }

    /// This folder, which is made when it is first needed.
    pub fn at(root: impl Into<PathBuf>) -> Self {
        let root = root.into();
        let logs = root.join("logs");
        Self { root, logs }
    }

    /// The same, with the logs of the emulators in another folder: that of a run.
    #[must_use]
    pub fn with_logs(self, logs: impl Into<PathBuf>) -> Self {
        Self { logs: logs.into(), ..self }
    }

    /// The folder itself.
    pub fn root(&self) -> &Path {
        &self.root
    }

    pub(super) fn engines(&self) -> Result<PathBuf, EmulatorError> {
        make_folder(self.root.join("engines"))
    }

    pub(super) fn logs(&self) -> Result<PathBuf, EmulatorError> {
        make_folder(self.logs.clone())
    }

    /// Waits for the lock of this name; `on_wait` is called when another process has it.
    pub(super) fn lock(&self, name: &str, on_wait: &dyn Fn()) -> Result<Lock, EmulatorError> {
        let path = make_folder(self.root.join("locks"))?.join(format!("{name}.lock"));
        Lock::take(&path, on_wait).map_err(cannot_write(&path))
    }

    /// A new empty folder for one run of an emulator; removes what killed runs left behind.
    pub(super) fn scratch(&self, name: &str) -> Result<Scratch, EmulatorError> {
        let _lock = self.lock("scratch", &|| ())?;
        let parent = make_folder(self.root.join("scratch"))?;
        sweep(&parent);
        Scratch::new(&parent, name).map_err(cannot_write(&parent))
    }
}

/// A folder that goes with the value, and that no other process takes for a leftover while it lives.
#[derive(Debug)]
pub(super) struct Scratch {
    folder: TempDir,
    _claim: File,
}

impl Scratch {
    fn new(parent: &Path, name: &str) -> io::Result<Self> {
        let folder = tempfile::Builder::new().prefix(&format!("{name}-")).tempdir_in(parent)?;
        let claim = File::create(folder.path().join(CLAIM))?;
        claim.lock()?;
        Ok(Self { folder, _claim: claim })
    }

    pub(super) fn path(&self) -> &Path {
        self.folder.path()
    }
}

pub(super) fn cannot_write(path: &Path) -> impl FnOnce(io::Error) -> EmulatorError {
    let path = path.to_owned();
    move |source| EmulatorError::Home { path, source }
}

pub(super) fn make_folder(path: PathBuf) -> Result<PathBuf, EmulatorError> {
    fs::create_dir_all(&path).map_err(cannot_write(&path))?;
    Ok(path)
}

/// What cannot be removed is left: it costs some space and is tried again at the next start.
fn sweep(parent: &Path) {
    let Ok(entries) = fs::read_dir(parent) else { return };
    for folder in entries.flatten().map(|entry| entry.path()) {
        let unclaimed = File::open(folder.join(CLAIM)).is_ok_and(|claim| claim.try_lock().is_ok());
        if unclaimed {
            let _ = fs::remove_dir_all(&folder);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scratch_folder_goes_with_its_value() {
        let root = TempDir::new().expect("a folder");
        let scratch = Home::at(root.path()).scratch("moto").expect("a scratch folder");
        let path = scratch.path().to_owned();
        assert!(path.is_dir());
        drop(scratch);
        assert!(!path.exists());
    }

    #[test]
    fn leftover_of_a_killed_run_is_removed_and_a_living_one_is_not() {
        let root = TempDir::new().expect("a folder");
        let home = Home::at(root.path());
        let alive = home.scratch("moto").expect("a scratch folder");
        let leftover = root.path().join("scratch/moto-dead");
        fs::create_dir(&leftover).expect("writable");
        File::create(leftover.join(CLAIM)).expect("writable");
        let _another = home.scratch("moto").expect("a scratch folder");
        assert!(!leftover.exists());
        assert!(alive.path().exists());
    }

    #[test]
    fn folder_that_cannot_be_written_is_named_with_the_way_out() {
        let root = TempDir::new().expect("a folder");
        let file = root.path().join("file");
        fs::write(&file, "").expect("writable");
        let error = Home::at(file.join("below")).engines().expect_err("below a file").to_string();
        assert!(error.contains("below/engines") && error.contains(HOME_VARIABLE), "{error}");
    }
}
