//! The folder of one engine: its `known.toml`, and one readable case file for each signature.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use asl_cases::{Case, Divergence, Oracle, SIGNATURE_VERSION, Signature, corpus::read_case};
use asl_reports::CaseRecord;

use super::{KNOWN_FORMAT, KnownFile, regression_name};

/// Where the folders of all engines are, in the folder that the command is called in.
const STORES: &str = "cases/regressions";
const LIST: &str = "known.toml";

/// The folder of one engine.
#[derive(Clone, Debug)]
pub struct Store {
    folder: PathBuf,
}

/// Why a folder cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// A file cannot be read or written.
    #[error("cannot {doing} {path}: {source}")]
    Io {
        /// `read`, `write` or `remove`.
        doing: &'static str,
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A file is not what it should be.
    #[error("{path}: {message}")]
    Malformed {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        message: String,
    },
}

impl Store {
    /// This folder, which need not be there.
    pub fn at(folder: &Path) -> Self {
        Self { folder: folder.to_owned() }
    }

    /// The usual folder of the engine named in this way, for instance `ministack 1.5.33`.
    pub fn of_engine(engine: &str) -> Self {
        let name = engine.split(' ').next().unwrap_or(engine);
        let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
        let name: String = name.chars().map(|c| if is_plain(c) { c } else { '-' }).collect();
        Self { folder: Path::new(STORES).join(name) }
    }

    /// The folders of all engines.
    pub fn all() -> Vec<Self> {
        let folders = fs::read_dir(STORES).into_iter().flatten().flatten();
        let mut folders: Vec<_> = folders.map(|folder| folder.path()).filter(|path| path.is_dir()).collect();
        folders.sort();
        folders.into_iter().map(|folder| Self { folder }).collect()
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The list; an empty one if there is none.
    pub fn known(&self) -> Result<KnownFile, StoreError> {
        let path = self.list_path();
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(KnownFile::default()),
            Err(source) => return Err(StoreError::Io { doing: "read", path, source }),
        };
        let malformed = |message: String| StoreError::Malformed { path: path.clone(), message };
        let file: KnownFile = toml::from_str(&text).map_err(|error| malformed(error.to_string()))?;
        if file.format != KNOWN_FORMAT {
            let found = file.format;
            return Err(malformed(format!("format {found}; this program reads format {KNOWN_FORMAT}")));
        }
        if let Some(entry) = file.known.iter().find(|entry| entry.reason.trim().is_empty()) {
            return Err(malformed(format!("{} has no reason; write why this is known", entry.id)));
        }
        if let Some(wrong) = file.known.iter().find(|entry| entry.id != entry.signature.id()) {
            let right = wrong.signature.id();
            if !wrong.id.as_str().starts_with(&format!("s{SIGNATURE_VERSION}-")) {
                return Err(malformed(format!(
                    "{} is a signature by other rules than this program's (s{SIGNATURE_VERSION}); move the folder away and \
                     make it anew with `asl-conformance known update`",
                    wrong.id
                )));
            }
            return Err(malformed(format!("the id {} is not that of its signature, {right}", wrong.id)));
        }
        Ok(file)
    }

    /// Writes the list.
    ///
    /// # Panics
    /// Never: a list is TOML.
    pub fn write_known(&self, file: &KnownFile) -> Result<(), StoreError> {
        let text = toml::to_string_pretty(file).expect("a list is TOML");
        self.write(&self.list_path(), &format!("{HEAD}{text}"))
    }

    /// The kept cases, by name.
    pub fn cases(&self) -> Result<Vec<Case>, StoreError> {
        let Ok(files) = fs::read_dir(&self.folder) else { return Ok(Vec::new()) };
        let mut paths: Vec<_> = files.flatten().map(|file| file.path()).collect();
        paths.retain(|path| path.extension().is_some_and(|extension| extension == "json"));
        paths.sort();
        paths.iter().map(|path| read(path)).collect()
    }

    /// The kept case of a signature.
    pub fn case(&self, id: &str) -> Option<Case> {
        read(&self.case_path(id)).ok()
    }

    /// Keeps the case of a record, if no smaller one of this signature is kept already. Whether it was written.
    ///
    /// # Panics
    /// Never: a case is JSON.
    pub fn keep(&self, record: &CaseRecord, signature: &Signature) -> Result<bool, StoreError> {
        let Some(case) = &record.case else { return Ok(false) };
        let id = signature.id();
        let size = |case: &Case| serde_json::to_string(&case.machines).map_or(0, |text| text.len());
        if self.case(id.as_str()).is_some_and(|kept| size(&kept) <= size(case)) {
            return Ok(false);
        }
        let shown = record.divergences.iter().find(|divergence| divergence.signature == *signature);
        let shown = shown.or(record.divergences.first());
        let title = shown.map_or_else(String::new, |shown| shown.sentence.clone());
        let name = regression_name(&id, record.relation.as_deref());
        // What only the authored expectation says would not be seen again without it.
        let says_so = |shown: &&Divergence| matches!(shown.oracle, Oracle::Expectation { .. });
        let expectation = case.expectation.clone().filter(|_| shown.as_ref().is_some_and(says_so));
        let kept = Case { name, title, expectation, ..case.clone() };
        let mut text = serde_json::to_string_pretty(&kept).expect("a case is JSON");
        text.push('\n');
        self.write(&self.case_path(id.as_str()), &text)?;
        Ok(true)
    }

    /// Takes the case of a bug that is fixed away.
    pub fn drop_case(&self, id: &str) -> Result<(), StoreError> {
        let path = self.case_path(id);
        match fs::remove_file(&path) {
            Err(source) if source.kind() != io::ErrorKind::NotFound => {
                Err(StoreError::Io { doing: "remove", path, source })
            }
            _ => Ok(()),
        }
    }

    fn list_path(&self) -> PathBuf {
        self.folder.join(LIST)
    }

    fn case_path(&self, id: &str) -> PathBuf {
        self.folder.join(format!("{id}.json"))
    }

    fn write(&self, path: &Path, text: &str) -> Result<(), StoreError> {
        let io_error = |source| StoreError::Io { doing: "write", path: path.to_owned(), source };
        fs::create_dir_all(&self.folder).map_err(io_error)?;
        fs::write(path, text).map_err(io_error)
    }
}

const HEAD: &str = "\
# What is known to be wrong with this engine. `asl-conformance known update RUN` adds what a run found; write a reason
# and an issue by hand. `asl-conformance known explain ID` says what an entry is about.

";

fn read(path: &Path) -> Result<Case, StoreError> {
    let text = fs::read_to_string(path).map_err(|source| StoreError::Io {
        doing: "read",
        path: path.to_owned(),
        source,
    })?;
    read_case(&text)
        .map_err(|error| StoreError::Malformed { path: path.to_owned(), message: error.to_string() })
}

#[cfg(test)]
mod tests {
    use asl_cases::{Evidence, EvidenceKind, Expectation, ExpectedOutcome, Facet, Machine, Verdict};
    use rstest::rstest;
    use serde_json::json;

    use super::*;

    fn record(comment: &str) -> CaseRecord {
        let case =
            Case::new(Machine::new(json!({"Comment": comment, "StartAt": "A", "States": {}})), json!({}));
        CaseRecord { case: Some(case.clone()), ..CaseRecord::new(&case, "test", Verdict::Diverge) }
    }

    #[test]
    fn smallest_case_of_a_signature_is_kept_and_read_back() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let store = Store::at(&folder.path().join("engine"));
        let signature = Signature::of_facet(Facet::Output);
        assert!(store.cases().expect("no folder, no cases").is_empty());
        let kept =
            ["longer", "short", "longest"].map(|name| store.keep(&record(name), &signature).expect("kept"));
        assert_eq!(kept, [true, true, false]);
        let cases = store.cases().expect("one case");
        assert_eq!(
            cases.iter().map(|case| case.name.clone()).collect::<Vec<_>>(),
            [format!("regression/{}", signature.id())]
        );
        assert_eq!(cases[0].main().definition["Comment"], "short");
    }

    #[rstest]
    #[case::said_by_it(Oracle::Expectation { evidence: EvidenceKind::Recorded, source: "s".to_owned() }, true)]
    #[case::said_by_the_reference(Oracle::Reference, false)]
    fn expectation_is_kept_where_nothing_else_shows_the_bug(#[case] oracle: Oracle, #[case] is_kept: bool) {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let store = Store::at(folder.path());
        let signature = Signature::of_facet(Facet::Cause);
        let mut record = record("authored");
        let evidence = Evidence { kind: EvidenceKind::Recorded, source: "s".to_owned() };
        let expectation = Expectation { outcome: ExpectedOutcome::TimedOut, trace: None, evidence };
        record.case.as_mut().expect("a case").expectation = Some(expectation.clone());
        let (expected, actual) = (json!("right"), json!("wrong"));
        record.divergences = vec![Divergence {
            facet: Facet::Cause,
            sentence: String::new(),
            signature: signature.clone(),
            expected,
            actual,
            oracle,
            known: None,
        }];
        assert!(store.keep(&record, &signature).expect("writable"));
        let kept = store.case(signature.id().as_str()).expect("it was kept").expectation;
        assert_eq!(kept, is_kept.then_some(expectation));
    }

    #[test]
    fn list_of_another_format_or_with_a_wrong_id_is_refused() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let store = Store::at(folder.path());
        assert_eq!(store.known().expect("no list is an empty one"), KnownFile::default());
        fs::write(store.list_path(), "format = 9\n").expect("writable");
        assert!(store.known().expect_err("refused").to_string().contains("format 9"));
        let entry = |id: &str| {
            format!(
                "format = 1\n[[known]]\nid = \"{id}\"\nreason = \"r\"\nfirst_seen = \"2026-01-01\"\nlast_seen = \"2026-01-01\"\n\
                 last_version = \"1\"\n[known.signature]\nfacet = \"output\"\nplace = \"\"\nexpected = \"\"\nactual = \"\"\n"
            )
        };
        for (id, why) in
            [("s1-89d8f668a9", "by other rules"), ("s18-0000000000", "is not that of its signature")]
        {
            fs::write(store.list_path(), entry(id)).expect("writable");
            let said = store.known().expect_err("refused").to_string();
            assert!(said.contains(why), "{said}");
        }
        let without_a_reason = entry("s18-0000000000").replace("reason = \"r\"", "reason = \" \"");
        fs::write(store.list_path(), without_a_reason).expect("writable");
        assert!(store.known().expect_err("refused").to_string().contains("has no reason"));
    }

    #[test]
    fn folder_is_that_of_the_engine_whatever_its_version() {
        assert_eq!(Store::of_engine("ministack 1.5.33").folder(), Path::new("cases/regressions/ministack"));
        assert_eq!(
            Store::of_engine("http://127.0.0.1:1").folder(),
            Path::new("cases/regressions/http---127.0.0.1-1")
        );
    }
}
