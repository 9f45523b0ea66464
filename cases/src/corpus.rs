//! The authored cases: one JSON file each, in folders by area, embedded into the program.

use std::collections::BTreeSet;

use include_dir::{Dir, include_dir};

use crate::{CASE_FORMAT, Case};

static CORPUS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/corpus");

/// Why a text is not a case.
#[derive(Debug, thiserror::Error)]
pub enum CaseError {
    /// The text is not JSON, or not of the case format.
    #[error("{0}")]
    Syntax(#[from] serde_json::Error),
    /// The file was written for another version of the format.
    #[error("case format {found} is not supported; this program reads format {CASE_FORMAT}")]
    Format {
        /// The version in the file.
        found: u32,
    },
    /// A case without a machine.
    #[error("`machines` is empty; a case needs at least one state machine")]
    NoMachine,
    /// Machines that could not be told apart.
    #[error("two machines have the name `{0}`; give each its own `name`")]
    SameName(String),
}

/// Reads one case.
///
/// # Errors
/// If the text is not JSON, has an unknown or missing field, another format version, or no machine.
pub fn read_case(text: &str) -> Result<Case, CaseError> {
    let case: Case = serde_json::from_str(text)?;
    check_case(case)
}

/// Checks what the types cannot say: the format version, that there is a machine, and that no two have one name.
pub fn check_case(case: Case) -> Result<Case, CaseError> {
    if case.format != CASE_FORMAT {
        return Err(CaseError::Format { found: case.format });
    }
    if case.machines.is_empty() {
        return Err(CaseError::NoMachine);
    }
    let mut names = BTreeSet::new();
    if let Some(machine) = case.machines.iter().find(|machine| !names.insert(machine.name.as_str())) {
        return Err(CaseError::SameName(machine.name.clone()));
    }
    Ok(case)
}

/// The whole corpus, ordered by name.
///
/// # Panics
/// Never: a test reads every embedded file.
pub fn corpus() -> Vec<Case> {
    let mut cases: Vec<Case> = corpus_files()
        .into_iter()
        .map(|(path, text)| read_case(text).unwrap_or_else(|error| panic!("embedded case {path}: {error}")))
        .collect();
    cases.sort_by(|left, right| left.name.cmp(&right.name));
    cases
}

/// Path (`area/name.json`) and text of every embedded case file.
///
/// # Panics
/// Never: a test reads every embedded file.
pub fn corpus_files() -> Vec<(&'static str, &'static str)> {
    let mut files = Vec::new();
    let mut folders = vec![&CORPUS];
    while let Some(folder) = folders.pop() {
        folders.extend(folder.dirs());
        for file in folder.files() {
            let path = file.path().to_str().expect("corpus paths are ASCII");
            let text = file.contents_utf8().expect("corpus files are UTF-8");
            files.push((path, text));
        }
    }
    files.sort_unstable();
    files
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use serde_json::json;

    use super::*;

    #[test]
    fn machines_of_one_name_are_refused() {
        let machine = || crate::Machine::new(json!({"StartAt": "A", "States": {}}));
        let case = Case { machines: vec![machine(), machine()], ..Case::new(machine(), json!({})) };
        assert!(matches!(check_case(case), Err(CaseError::SameName(name)) if name == "main"));
    }

    #[test]
    fn every_case_file_reads_and_is_named_after_its_path() {
        for (path, text) in corpus_files() {
            let case = read_case(text).unwrap_or_else(|error| panic!("{path}: {error}"));
            assert_eq!(format!("{}.json", case.name), path);
            assert!(!case.title.is_empty(), "{path} has no title");
            assert!(case.expectation.is_some(), "{path} has no expectation");
        }
    }

    #[test]
    fn every_case_cites_known_requirements() {
        for case in corpus() {
            assert!(!case.requirements.is_empty(), "{} cites no requirement", case.name);
            for id in &case.requirements {
                assert!(id.entry().is_some(), "{} cites {id}, which is not in requirements.json", case.name);
            }
        }
    }

    #[test]
    fn no_two_cases_are_the_same() {
        let mut seen = HashMap::new();
        for case in corpus() {
            if let Some(other) = seen.insert(case.id(), case.name.clone()) {
                panic!("{} and {other} have the same content", case.name);
            }
        }
    }

    #[test]
    fn other_format_version_is_refused() {
        let text = r#"{"format": 99, "name": "a/b", "machines": [], "input": 1}"#;
        assert!(matches!(read_case(text), Err(CaseError::Format { found: 99 })));
    }

    #[test]
    fn unknown_field_is_refused() {
        let text = r#"{"format": 1, "name": "a/b", "machines": [], "inptu": 1}"#;
        let message = read_case(text).expect_err("a misspelt field").to_string();
        assert!(message.contains("inptu"), "{message}");
    }
}
