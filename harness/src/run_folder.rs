//! The folder of one run: the log, one folder per divergence, the reports, the emulator's log.

use std::{
    fs::{self, File},
    io::{self, BufRead as _, Read as _, Seek as _, Write as _},
    path::{Path, PathBuf},
};

use asl_cases::{Case, Verdict, corpus::read_case};
use asl_reports::{
    CaseRecord, Redactor, RunFooter, RunHeader, RunLog, RunLogError, RunLogWriter, Summary,
    read_redacted_log, read_run_log, render_html, render_markdown, render_repro_sh,
};

use crate::{runner::Finished, secrets::redactor};

/// Where runs go unless `--out` says otherwise.
pub const RUNS: &str = "runs";
const LOG: &str = "log.jsonl";
const REPORT: &str = "report.md";
const PAGE: &str = "report.html";
const DIVERGENCES: &str = "divergences";
const CASE: &str = "case.json";

/// Why a run folder cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum RunFolderError {
    /// `--out` names something that is there.
    #[error("{0} exists already: give --out a folder that does not, or remove it")]
    Exists(PathBuf),
    /// Something in the folder cannot be read or written.
    #[error("cannot {doing} {path}: {source}{}", full_disk(.source))]
    Io {
        /// What was tried: `write`, `read`, `make`.
        doing: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The log is no log.
    #[error("{path}: {source}")]
    Log {
        /// The log.
        path: PathBuf,
        /// What is wrong with it.
        source: RunLogError,
    },
}

fn full_disk(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge => {
            "; free some space and try again; what a run has logged so far is kept"
        }
        _ => "",
    }
}

/// The folder of a run that is being written.
pub struct RunFolder {
    path: PathBuf,
    log: Option<RunLogWriter<File>>,
    divergences: usize,
    /// What is written goes through it, unless the user wants it as it is.
    redactor: Option<Redactor>,
}

impl RunFolder {
    /// Makes the folder, which must not exist.
    pub fn create(path: &Path) -> Result<Self, RunFolderError> {
        if let Some(parent) = path.parent().filter(|parent| !parent.as_os_str().is_empty()) {
            make(parent)?;
        }
        match fs::create_dir(path) {
            Ok(()) => {
                Ok(Self { path: path.to_owned(), log: None, divergences: 0, redactor: Some(redactor()) })
            }
            Err(source) if source.kind() == io::ErrorKind::AlreadyExists => {
                Err(RunFolderError::Exists(path.to_owned()))
            }
            Err(source) => Err(RunFolderError::Io { doing: "make", path: path.to_owned(), source }),
        }
    }

    /// Makes this folder, or the first of `path-2`, `path-3`, … that does not exist: runs that begin in the same second
    /// do not clash.
    pub fn create_unused(path: &Path) -> Result<Self, RunFolderError> {
        const BESIDE_MAX: u32 = 100;
        let beside = |number: u32| PathBuf::from(format!("{}-{number}", path.display()));
        let candidates = std::iter::once(path.to_owned()).chain((2..=BESIDE_MAX).map(beside));
        let mut last = Err(RunFolderError::Exists(path.to_owned()));
        for candidate in candidates {
            last = Self::create(&candidate);
            if !matches!(last, Err(RunFolderError::Exists(_))) {
                break;
            }
        }
        last
    }

    /// Takes the folder away again if nothing was put into it: the run never began.
    pub fn remove_if_empty(&self) {
        // A folder with something in it stays, which is what is wanted.
        let _ = fs::remove_dir(&self.path);
    }

    /// The same folder, in which secrets are written as they are.
    #[must_use]
    pub fn without_redaction(self) -> Self {
        Self { redactor: None, ..self }
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Begins the log.
    pub fn begin(&mut self, header: RunHeader) -> Result<(), RunFolderError> {
        let path = self.path.join(LOG);
        let io_error = |source| RunFolderError::Io { doing: "write", path: path.clone(), source };
        let header = match &mut self.redactor {
            Some(redactor) => redactor.header(&header),
            None => header,
        };
        let file = File::create_new(&path).map_err(io_error)?;
        self.log = Some(RunLogWriter::begin(file, header).map_err(io_error)?);
        Ok(())
    }

    /// Keeps what came of a case, and what it takes to look at it when it differs.
    pub fn keep(&mut self, finished: Finished, endpoint: Option<&str>) -> Result<(), RunFolderError> {
        let (finished, endpoint) = self.redacted(finished, endpoint);
        let record = match &finished {
            Finished::Case(record) | Finished::Shrunk(record) => record,
            Finished::SameBug(_) => return self.write_line(finished),
        };
        let divergence = match (&record.verdict, &record.case) {
            (Verdict::Diverge, Some(case)) => Some((case.clone(), record.clone())),
            _ => None,
        };
        self.write_line(finished)?;
        match divergence {
            Some((case, record)) => self.write_divergence(&case, &record, endpoint.as_deref()),
            None => Ok(()),
        }
    }

    fn write_line(&mut self, finished: Finished) -> Result<(), RunFolderError> {
        let Some(log) = &mut self.log else { return Ok(()) };
        let written = match finished {
            Finished::Case(record) => log.record(record),
            Finished::Shrunk(record) => log.shrunk(record),
            Finished::SameBug(same) => log.same_bug(same),
        };
        let path = self.path.join(LOG);
        written.map_err(|source| RunFolderError::Io { doing: "write", path, source })
    }

    fn redacted(&mut self, finished: Finished, endpoint: Option<&str>) -> (Finished, Option<String>) {
        let Some(redactor) = &mut self.redactor else {
            return (finished, endpoint.map(str::to_owned));
        };
        let endpoint = endpoint.map(|endpoint| redactor.text(endpoint));
        let finished = match finished {
            Finished::Case(record) => Finished::Case(redactor.record(&record)),
            Finished::Shrunk(record) => Finished::Shrunk(redactor.record(&record)),
            Finished::SameBug(same) => Finished::SameBug(redactor.same_bug(&same)),
        };
        (finished, endpoint)
    }

    /// Ends the log, writes the Markdown report, and reads the whole run back. The counts of the footer are those of the
    /// whole log: shrinking may have shown that a divergence is a known one.
    pub fn finish(&mut self, footer: RunFooter) -> Result<RunLog, RunFolderError> {
        let path = self.path.join(LOG);
        let footer = RunFooter { counts: Summary::of(&read_run(&self.path)?).total.to_map(), ..footer };
        if let Some(log) = self.log.take() {
            log.finish(footer).map_err(|source| RunFolderError::Io { doing: "write", path, source })?;
        }
        let log = read_run(&self.path)?;
        write(&self.path.join(REPORT), &render_markdown(&log))?;
        write(&self.path.join(PAGE), &render_html(std::slice::from_ref(&log)))?;
        Ok(log)
    }

    fn write_divergence(
        &mut self,
        case: &Case,
        record: &CaseRecord,
        endpoint: Option<&str>,
    ) -> Result<(), RunFolderError> {
        self.divergences += 1;
        let folder = self.path.join(DIVERGENCES).join(format!("{:03}-{}", self.divergences, case.id()));
        make(&folder)?;
        write(&folder.join("definition.json"), &pretty(&case.main().definition))?;
        write(&folder.join("input.json"), &pretty(&case.input))?;
        write(&folder.join(CASE), &pretty(case))?;
        write(&folder.join("expected.json"), &pretty(&record.expected))?;
        write(&folder.join("actual.json"), &pretty(&record.actual))?;
        if let Some(twin) = &record.twin {
            write(&folder.join("twin.json"), &pretty(twin))?;
            write_repro(&folder.join("repro-twin.sh"), twin, endpoint)?;
        }
        write_repro(&folder.join("repro.sh"), case, endpoint)
    }
}

fn write_repro(path: &Path, case: &Case, endpoint: Option<&str>) -> Result<(), RunFolderError> {
    write(path, &render_repro_sh(case, endpoint))?;
    make_executable(path)
}

fn pretty(value: &impl serde::Serialize) -> String {
    let mut text = serde_json::to_string_pretty(value).expect("cases and observations are JSON");
    text.push('\n');
    text
}

fn make(folder: &Path) -> Result<(), RunFolderError> {
    fs::create_dir_all(folder).map_err(|source| RunFolderError::Io {
        doing: "make",
        path: folder.to_owned(),
        source,
    })
}

/// Writes a report where the user wants it.
pub fn write_report(path: &Path, text: &str) -> Result<(), RunFolderError> {
    write(path, text)
}

fn write(path: &Path, text: &str) -> Result<(), RunFolderError> {
    fs::write(path, text).map_err(|source| RunFolderError::Io {
        doing: "write",
        path: path.to_owned(),
        source,
    })
}

#[cfg(unix)]
fn make_executable(path: &Path) -> Result<(), RunFolderError> {
    use std::os::unix::fs::PermissionsExt;

    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).map_err(|source| RunFolderError::Io {
        doing: "write",
        path: path.to_owned(),
        source,
    })
}

#[cfg(not(unix))]
fn make_executable(_path: &Path) -> Result<(), RunFolderError> {
    Ok(())
}

/// Reads the log of a run folder, or a log file itself.
pub fn read_run(run: &Path) -> Result<RunLog, RunFolderError> {
    read_run_with(run, None)
}

/// Reads a run; without secrets if there is a redactor.
pub fn read_run_with(run: &Path, redactor: Option<&mut Redactor>) -> Result<RunLog, RunFolderError> {
    let path = if run.is_dir() { run.join(LOG) } else { run.to_owned() };
    let text = read_text(&path)?;
    let log = match redactor {
        Some(redactor) => read_redacted_log(&text, redactor),
        None => read_run_log(&text),
    };
    log.map_err(|source| RunFolderError::Log { path, source })
}

/// The folders of the runs in a folder: itself, or those of its engines, ordered by name.
pub fn run_folders(path: &Path) -> Vec<PathBuf> {
    let engines = engine_folders(path);
    if engines.is_empty() { vec![path.to_owned()] } else { engines }
}

/// The folders in a folder, those first that hold the run that was started last; of one time, and where there is no run, by name.
pub fn newest_first(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut folders: Vec<_> = entries.map(|entry| entry.path()).filter(|path| path.is_dir()).collect();
    folders.sort_by_cached_key(|path| (started_at(path), path.clone()));
    folders.reverse();
    folders
}

/// When the first run in a folder was started; `None` if there is none.
fn started_at(path: &Path) -> Option<jiff::Timestamp> {
    let started = |folder: &PathBuf| {
        let mut head = String::new();
        io::BufReader::new(File::open(folder.join(LOG)).ok()?).read_line(&mut head).ok()?;
        read_run_log(&head).ok()?.header.started_at.parse().ok()
    };
    run_folders(path).iter().filter_map(started).min()
}

/// Reads the runs in a folder, see [`run_folders`].
pub fn read_runs(path: &Path) -> Result<Vec<RunLog>, RunFolderError> {
    run_folders(path).iter().map(|folder| read_run(folder)).collect()
}

/// The folders of the engines of a run on several; none for a run on one.
fn engine_folders(run: &Path) -> Vec<PathBuf> {
    if run.join(LOG).is_file() {
        return Vec::new();
    }
    let entries = fs::read_dir(run).into_iter().flatten().flatten().map(|entry| entry.path());
    let mut folders: Vec<_> = entries.filter(|folder| folder.join(LOG).is_file()).collect();
    folders.sort();
    folders
}

/// Writes the reports of a run on several engines into its folder.
pub fn write_matrix(folder: &Path, logs: &[RunLog]) -> Result<(), RunFolderError> {
    let markdown: Vec<_> = logs.iter().map(render_markdown).collect();
    write(&folder.join(REPORT), &markdown.join("\n"))?;
    write(&folder.join(PAGE), &render_html(logs))
}

/// Reads a file as text; what is no UTF-8, for instance because it was cut off, is replaced.
pub fn read_text(path: &Path) -> Result<String, RunFolderError> {
    let bytes = fs::read(path).map_err(|source| RunFolderError::Io {
        doing: "read",
        path: path.to_owned(),
        source,
    })?;
    Ok(String::from_utf8(bytes)
        .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned()))
}

/// Adds a line to a file, which is made if it is not there. It is a line of its own also if the last one was cut off.
pub fn append_line(path: &Path, line: &str) -> Result<(), RunFolderError> {
    append(path, line).map_err(|source| RunFolderError::Io { doing: "write", path: path.to_owned(), source })
}

fn append(path: &Path, line: &str) -> io::Result<()> {
    let mut file = fs::OpenOptions::new().create(true).read(true).append(true).open(path)?;
    if is_cut_off(&mut file)? {
        file.write_all(format!("\n{line}").as_bytes())
    } else {
        file.write_all(line.as_bytes())
    }
}

fn is_cut_off(file: &mut File) -> io::Result<bool> {
    if file.metadata()?.len() == 0 {
        return Ok(false);
    }
    let mut last = [0];
    file.seek(io::SeekFrom::End(-1))?;
    file.read_exact(&mut last)?;
    Ok(last != *b"\n")
}

/// Looks for a case by its id or name among the divergences of all runs below a folder, the newest run first. The name of a drawn
/// case counts in runs that are meant: an engine that claims other features is sent another case of the same name.
pub fn find_case(runs: &Path, id: &str, is_meant: &dyn Fn(&RunHeader) -> bool) -> Option<Case> {
    newest_first(runs).iter().find_map(|run| {
        let engines = engine_folders(run);
        std::iter::once(run).chain(&engines).find_map(|folder| find_in_run(folder, id, is_meant))
    })
}

/// How the names of cases begin that are drawn for what an engine claims.
const DRAWN: &[&str] = &["random/", "invalid/"];

/// A case by its id among the divergences, drawn or shrunk; else by id or name in the log.
fn find_in_run(run: &Path, id: &str, is_meant: &dyn Fn(&RunHeader) -> bool) -> Option<Case> {
    let divergences = fs::read_dir(run.join(DIVERGENCES)).ok().into_iter().flatten().flatten();
    let folder = divergences.map(|entry| entry.path()).find(|folder| {
        folder.file_name().is_some_and(|name| name.to_string_lossy().ends_with(&format!("-{id}")))
    });
    if let Some(folder) = folder {
        return read_case(&fs::read_to_string(folder.join(CASE)).ok()?).ok();
    }
    let log = read_run(run).ok()?;
    let is_drawn = DRAWN.iter().any(|area| id.starts_with(area));
    let has_name = !is_drawn || is_meant(&log.header);
    let matches = |record: &CaseRecord| record.id.as_str() == id || (has_name && record.name == id);
    log.records.into_iter().find(matches)?.case
}

#[cfg(test)]
mod tests {
    use asl_cases::{Facet, Machine, Signature};
    use asl_reports::SameBug;
    use rstest::rstest;
    use serde_json::json;

    use super::*;

    #[test]
    fn folder_that_exists_is_refused() {
        let parent = tempfile::tempdir().expect("a temporary folder");
        let path = parent.path().join("run");
        RunFolder::create(&path).expect("the first time");
        assert!(matches!(RunFolder::create(&path), Err(RunFolderError::Exists(_))));
    }

    #[test]
    fn divergence_gets_a_folder_with_a_reproducer() {
        let parent = tempfile::tempdir().expect("a temporary folder");
        let mut folder = RunFolder::create(&parent.path().join("run")).expect("a new folder");
        let case = Case::new(Machine::new(json!({"StartAt": "A", "States": {}})), json!({"x": 1}));
        let mut record = CaseRecord::new(&case, "test", Verdict::Diverge);
        record.case = Some(case.clone());
        folder.keep(Finished::Case(record), None).expect("written");
        let divergence = folder.path().join(format!("divergences/001-{}", case.id()));
        for file in ["definition.json", "input.json", "expected.json", "actual.json", "repro.sh", "case.json"]
        {
            assert!(divergence.join(file).is_file(), "{file} is missing");
        }
    }

    #[test]
    fn runs_that_begin_together_get_folders_of_their_own() {
        let parent = tempfile::tempdir().expect("a temporary folder");
        let path = parent.path().join("run");
        let names: Vec<_> = (0..3)
            .map(|_| RunFolder::create_unused(&path).expect("a new folder").path().to_owned())
            .collect();
        assert_eq!(names, [path.clone(), parent.path().join("run-2"), parent.path().join("run-3")]);
    }

    #[test]
    fn newest_run_is_the_one_that_was_started_last_whatever_its_name() {
        let parent = tempfile::tempdir().expect("a temporary folder");
        for (name, year) in [("2026", 2026), ("ci", 2025), ("several/moto", 2027)] {
            let mut folder = RunFolder::create(&parent.path().join(name)).expect("a new folder");
            let started_at = format!("{year}-01-01T00:00:00Z");
            folder.begin(RunHeader { started_at, ..header("moto") }).expect("written");
        }
        fs::create_dir(parent.path().join("no-run")).expect("a new folder");
        let wanted = ["several", "2026", "ci", "no-run"].map(|name| parent.path().join(name));
        assert_eq!(newest_first(parent.path()), wanted);
    }

    #[test]
    fn case_that_was_shrunk_is_found_by_its_own_id_too() {
        let parent = tempfile::tempdir().expect("a temporary folder");
        let mut folder = RunFolder::create(&parent.path().join("run")).expect("a new folder");
        let case_with =
            |input| Case { name: "random/pass/1-1".to_owned(), ..Case::new(Machine::new(json!({})), input) };
        let (drawn, smaller) = (case_with(json!([1, 2])), case_with(json!([])));
        for (case, finished) in [(&drawn, Finished::Case as fn(_) -> _), (&smaller, Finished::Shrunk)] {
            let mut record = CaseRecord::new(case, "test", Verdict::Diverge);
            record.case = Some(case.clone());
            folder.keep(finished(record), None).expect("written");
        }
        let found = |case: &Case| find_case(parent.path(), case.id().as_str(), &|_| false);
        assert_eq!((found(&drawn), found(&smaller)), (Some(drawn.clone()), Some(smaller.clone())));
    }

    #[rstest]
    #[case::drawn("random/pass/1-1", ["moto", "ministack"])]
    #[case::that_no_engine_changes("boundary/pass/a", ["moto", "moto"])]
    fn name_of_a_drawn_case_is_that_of_a_run_on_the_same_engine(
        #[case] name: &str,
        #[case] wanted: [&str; 2],
    ) {
        let parent = tempfile::tempdir().expect("a temporary folder");
        for engine in ["ministack", "moto"] {
            let mut folder = RunFolder::create(&parent.path().join(engine)).expect("a new folder");
            folder.begin(header(engine)).expect("written");
            let case = Case { name: name.to_owned(), ..Case::new(Machine::new(json!({})), json!(engine)) };
            let record =
                CaseRecord { case: Some(case.clone()), ..CaseRecord::new(&case, "a", Verdict::Diverge) };
            folder.keep(Finished::Case(record), None).expect("written");
        }
        let found = ["moto", "ministack"].map(|engine| {
            let is_meant = |header: &RunHeader| header.engine == engine;
            find_case(parent.path(), name, &is_meant).map(|case| case.input)
        });
        assert_eq!(found, wanted.map(|engine| Some(json!(engine))));
    }

    #[test]
    fn run_on_several_engines_is_read_from_its_folders() {
        let parent = tempfile::tempdir().expect("a temporary folder");
        let run = parent.path().join("run");
        for engine in ["moto", "ministack"] {
            let mut folder = RunFolder::create(&run.join(engine)).expect("a new folder");
            folder.begin(header(engine)).expect("written");
        }
        let engines: Vec<_> =
            read_runs(&run).expect("runs").into_iter().map(|log| log.header.engine).collect();
        assert_eq!(engines, ["ministack", "moto"]);
    }

    #[test]
    fn line_after_one_that_was_cut_off_is_a_line_of_its_own() {
        let parent = tempfile::tempdir().expect("a temporary folder");
        let path = parent.path().join("history.jsonl");
        for line in ["whole\n", "half", "whole again\n", "the last\n"] {
            append_line(&path, line).expect("written");
        }
        let text = fs::read_to_string(&path).expect("text");
        assert_eq!(text, "whole\nhalf\nwhole again\nthe last\n");
    }

    #[test]
    fn canary_is_in_no_file_of_the_folder() {
        let parent = tempfile::tempdir().expect("a temporary folder");
        let mut folder = RunFolder::create(&parent.path().join("run")).expect("a new folder");
        let endpoint = "http://user:CANARYendpoint@127.0.0.1:1";
        folder.begin(RunHeader { endpoint: Some(endpoint.to_owned()), ..header("e") }).expect("written");
        let case = Case::new(Machine::new(json!({"States": {}})), json!({"password": "CANARYinput"}));
        let mut record = CaseRecord::new(&case, "e", Verdict::Diverge);
        record.reason = Some("secret=CANARYcause".to_owned());
        record.case = Some(case);
        folder.keep(Finished::Case(record), Some(endpoint)).expect("written");
        let root = Signature::of_facet(Facet::Cause);
        let signature = Signature { actual: "fails: secret=CANARYcause".to_owned(), ..root.clone() };
        let same = SameBug { signature, root, known: None };
        folder.keep(Finished::SameBug(same), None).expect("written");
        folder.finish(RunFooter::default()).expect("written");
        for file in files_below(folder.path()) {
            let text = fs::read_to_string(&file).expect("text");
            assert!(!text.contains("CANARY"), "a canary is in {}", file.display());
        }
    }

    fn files_below(folder: &Path) -> Vec<PathBuf> {
        let entries = fs::read_dir(folder).expect("a folder").flatten().map(|entry| entry.path());
        entries.flat_map(|path| if path.is_dir() { files_below(&path) } else { vec![path] }).collect()
    }

    fn header(engine: &str) -> RunHeader {
        RunHeader {
            format: asl_reports::LOG_FORMAT,
            suite_version: "0".to_owned(),
            engine: engine.to_owned(),
            engine_spec: engine.to_owned(),
            endpoint: None,
            oracle: String::new(),
            seed: 0,
            profile: asl_cases::Profile::everything(),
            cases_planned: 1,
            policy: asl_cases::Policy::default(),
            started_at: "2026-01-01T00:00:00Z".to_owned(),
        }
    }

    #[test]
    fn full_disk_is_said_in_words() {
        let source = io::Error::from(io::ErrorKind::StorageFull);
        let error = RunFolderError::Io { doing: "write", path: "runs/x/log.jsonl".into(), source };
        assert!(error.to_string().contains("free some space"), "{error}");
    }
}
