//! Reads what a user hands over: a case file, a definition, an input. One clear sentence for everything that can be wrong.

use std::path::{Path, PathBuf};

use asl_cases::{
    Case, Machine,
    corpus::{CaseError, check_case},
    scopes::states_of,
};
use asl_reference::definition::{RepeatedField, repeated_field};
use serde_json::{Map, Value};

/// Why a file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum CaseFileError {
    /// The file cannot be read.
    #[error("cannot read {path}: {source}")]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The text is not JSON.
    #[error("{path}:{line}:{column}: not JSON: {message}")]
    NotJson {
        /// The file.
        path: PathBuf,
        /// From 1.
        line: usize,
        /// From 1.
        column: usize,
        /// What the parser said, without the place.
        message: String,
    },
    /// The JSON is no case.
    #[error("{path}:{line}:{column}: at {pointer}: {message}{hint}")]
    NotACase {
        /// The file.
        path: PathBuf,
        /// From 1.
        line: usize,
        /// From 1.
        column: usize,
        /// JSON pointer of the place.
        pointer: String,
        /// What is wrong.
        message: String,
        /// A suggestion for a misspelt name, with a leading `; `; else empty.
        hint: String,
    },
    /// Readers of JSON do not agree on what counts.
    #[error(
        "{path}:{line}:{column}: the field `{field}` is there already; a definition that is meant to be so goes into a case file as a text"
    )]
    WrittenTwice {
        /// The file.
        path: PathBuf,
        /// From 1.
        line: usize,
        /// From 1.
        column: usize,
        /// The field.
        field: String,
    },
    /// The case is of another format version, or has no machine.
    #[error("{path}: {source}")]
    Refused {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        source: CaseError,
    },
    /// The definition has a task that nobody answers.
    #[error(
        "{path}: the Task state \"{state}\" has no scripted answer, so that nothing can be run; write a case file with `stubs` for it (docs/case-format.md) and `replay` that"
    )]
    NoAnswer {
        /// The file.
        path: PathBuf,
        /// The state.
        state: String,
    },
    /// The input given on the command line is not JSON.
    #[error("the input is not JSON: {0}; strings need their quotes, for instance --input '\"text\"'")]
    Input(String),
}

/// Reads a case from a file: a case file of the suite, or a bare ASL definition (an object with `States`), which gets the
/// name of the file and the input `{}`.
pub fn read_case_or_definition(path: &Path) -> Result<Case, CaseFileError> {
    let text = read(path)?;
    let document = parse(path, &text)?;
    if document.get("machines").is_none() && document.get("States").is_some() {
        let mut case = Case::new(Machine::new(document), serde_json::json!({}));
        case.name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        check_fields(path, &text)?;
        check_answers(path, &case)?;
        return Ok(case);
    }
    let case = read_case(path, &text)?;
    check_fields(path, &text)?;
    Ok(case)
}

/// Whether no object in a text has a field twice: what is written first would be lost.
fn check_fields(path: &Path, text: &str) -> Result<(), CaseFileError> {
    match repeated_field(text) {
        None => Ok(()),
        Some(RepeatedField { name, line, column }) => {
            Err(CaseFileError::WrittenTwice { path: path.to_owned(), line, column, field: name })
        }
    }
}

/// Whether every task of a definition that was read from this file is answered: by a stub, or by a machine that it starts.
/// The reference waits for any other one for ever.
///
/// # Errors
/// [`CaseFileError::NoAnswer`] with the first task that is not.
pub fn check_answers(path: &Path, case: &Case) -> Result<(), CaseFileError> {
    let is_started = |state: &Map<String, Value>| {
        let resource = state.get("Resource").and_then(Value::as_str).unwrap_or_default();
        resource.contains(":states:startExecution")
    };
    let machine = case.main();
    let mut tasks = states_of(&machine.definition).into_iter().filter(|(name, state)| {
        state.get("Type").is_some_and(|kind| kind == "Task")
            && !is_started(state)
            && !machine.stubs.contains_key(*name)
    });
    match tasks.next() {
        Some((state, _)) => Err(CaseFileError::NoAnswer { path: path.to_owned(), state: state.to_owned() }),
        None => Ok(()),
    }
}

/// A definition with the text that it was read from, in which its problems have lines.
#[derive(Debug)]
pub struct DefinitionFile {
    /// The file.
    pub path: PathBuf,
    /// The text.
    pub text: String,
    /// The document; the text itself where it is no JSON object.
    pub document: Value,
}

/// Reads a definition for `check`: any text, also one that is no JSON, since an engine may be asked what it says to it.
pub fn read_definition(path: &Path) -> Result<DefinitionFile, CaseFileError> {
    let text = read(path)?;
    // What is written twice would be lost in a document.
    let document = match serde_json::from_str(&text) {
        Ok(object @ Value::Object(_)) if repeated_field(&text).is_none() => object,
        _ => Value::String(text.clone()),
    };
    Ok(DefinitionFile { path: path.to_owned(), text, document })
}

/// Reads `--input`: JSON text, or `@FILE`.
pub fn read_input(text: &str) -> Result<Value, CaseFileError> {
    match text.strip_prefix('@') {
        Some(file) => {
            let path = Path::new(file);
            parse(path, &read(path)?)
        }
        None => serde_json::from_str(text).map_err(|error| CaseFileError::Input(error.to_string())),
    }
}

fn read(path: &Path) -> Result<String, CaseFileError> {
    std::fs::read_to_string(path).map_err(|source| CaseFileError::Read { path: path.to_owned(), source })
}

fn parse(path: &Path, text: &str) -> Result<Value, CaseFileError> {
    serde_json::from_str(text).map_err(|error| CaseFileError::NotJson {
        path: path.to_owned(),
        line: error.line(),
        column: error.column().max(1),
        message: without_place(&error.to_string()),
    })
}

fn read_case(path: &Path, text: &str) -> Result<Case, CaseFileError> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let case: Case = serde_path_to_error::deserialize(&mut deserializer).map_err(|error| {
        let pointer = pointer(error.path());
        let inner = error.into_inner();
        let message = without_place(&inner.to_string());
        CaseFileError::NotACase {
            path: path.to_owned(),
            line: inner.line(),
            column: inner.column().max(1),
            pointer,
            hint: suggestion(&message),
            message,
        }
    })?;
    check_case(case).map_err(|source| CaseFileError::Refused { path: path.to_owned(), source })
}

fn pointer(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    let step = |segment: &Segment| match segment {
        Segment::Seq { index } => format!("/{index}"),
        Segment::Map { key } => format!("/{}", key.replace('~', "~0").replace('/', "~1")),
        Segment::Enum { variant } => format!("/{variant}"),
        Segment::Unknown => String::new(),
    };
    let text: String = path.iter().map(step).collect();
    if text.is_empty() { "the top level".to_owned() } else { text }
}

fn without_place(message: &str) -> String {
    message.split(" at line ").next().unwrap_or(message).to_owned()
}

/// From "unknown field `inptu`, expected one of `format`, `input`": the name that was probably meant.
fn suggestion(message: &str) -> String {
    let mut names = message.split('`').skip(1).step_by(2);
    let (Some(found), true) = (names.next(), message.starts_with("unknown ")) else { return String::new() };
    names
        .map(|name| (strsim::damerau_levenshtein(found, name), name))
        .filter(|(distance, name)| *distance <= 1 + name.len() / 3)
        .min()
        .map_or_else(String::new, |(_, name)| format!("; did you mean `{name}`?"))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn message_for(text: &str) -> String {
        let file = tempfile::NamedTempFile::new().expect("a temporary file");
        std::fs::write(file.path(), text).expect("writable");
        let error = read_case_or_definition(file.path()).expect_err("a bad file").to_string();
        error.replace(&file.path().display().to_string(), "FILE")
    }

    #[rstest]
    #[case("{\n  \"format\": 1,\n", "FILE:3:1: not JSON: EOF while parsing a value")]
    #[case(
        "{\"format\": 1, \"name\": \"a/b\", \"machines\": [],\n \"inptu\": 1}",
        "FILE:2:8: at /inptu: unknown field `inptu`, expected one of `format`, `name`, `title`, `requirements`, `machines`, `input`, `test_state`, `expectation`; did you mean `input`?"
    )]
    #[case(
        "{\"StartAt\": \"A\",\n \"StartAt\": \"B\", \"States\": {}}",
        "FILE:2:10: the field `StartAt` is there already; a definition that is meant to be so goes into a case file as a text"
    )]
    #[case(
        "{\"format\": 1, \"machines\": [], \"input\": 1}",
        "FILE:1:41: at the top level: missing field `name`"
    )]
    #[case(
        "{\"format\": 1, \"name\": \"a/b\", \"machines\": [], \"input\": 1}",
        "FILE: `machines` is empty; a case needs at least one state machine"
    )]
    fn bad_case_file_is_one_sentence_with_the_place(#[case] text: &str, #[case] expected: &str) {
        assert_eq!(message_for(text), expected);
    }

    #[test]
    fn missing_file_is_named() {
        let error = read_case_or_definition(Path::new("no/such.json")).expect_err("no file");
        assert!(error.to_string().starts_with("cannot read no/such.json: "), "{error}");
    }

    #[test]
    fn bare_definition_becomes_a_case_with_the_name_of_the_file() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("order.json");
        std::fs::write(&path, r#"{"StartAt": "A", "States": {}}"#).expect("writable");
        let case = read_case_or_definition(&path).expect("a case");
        assert_eq!((case.name.as_str(), &case.main().definition["StartAt"]), ("order", &Value::from("A")));
    }

    #[test]
    fn bare_definition_with_a_task_says_that_nobody_answers_it() {
        let message = message_for(
            r#"{"StartAt": "A", "States": {"A": {"Type": "Task", "Resource": "arn", "End": true}}}"#,
        );
        assert!(message.starts_with("FILE: the Task state \"A\" has no scripted answer"), "{message}");
    }
}
