//! The definition parser against recordings of AWS: what AWS ran is never called invalid, and what it refused is
//! refused in the same words. Skipped where the recordings are not at hand.
#![expect(clippy::disallowed_methods, reason = "a test that reads recordings, where they are at hand")]

use std::{collections::BTreeMap, fs, path::Path};

use asl_cases::MachineType;
use asl_reference::definition::{DefinitionError, Diagnostic, DiagnosticCode, diagnostics, parse};
use serde_json::Value;

const RECORDS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/aws-recorded/records");
const EXECUTIONS: [&str; 4] = ["execution", "express-sync", "express-async", "mocked-execution"];
/// An emulator answered these, not AWS.
const NOT_AWS: &str = "Error=ValueError";

struct Record {
    name: String,
    document: Value,
}

impl Record {
    fn kind(&self) -> &str {
        self.document["kind"].as_str().unwrap_or_default()
    }

    fn machine_type(&self) -> MachineType {
        match self.document["type"].as_str() {
            Some("EXPRESS") => MachineType::Express,
            _ => MachineType::Standard,
        }
    }

    /// The texts of all machines of the record.
    fn definitions(&self) -> Vec<String> {
        let others = self.document["other_state_machines"].as_array().into_iter().flatten();
        let others = others.filter_map(|machine| machine.get("definition"));
        others.chain(self.document.get("definition")).filter_map(definition_text).collect()
    }

    fn definition(&self) -> String {
        definition_text(&self.document["definition"]).unwrap_or_default()
    }
}

fn definition_text(definition: &Value) -> Option<String> {
    match definition {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    }
}

fn records(kinds: &[&str]) -> Vec<Record> {
    if !Path::new(RECORDS).exists() {
        eprintln!("skipped: no recordings at hand");
        return Vec::new();
    }
    let mut records = Vec::new();
    for entry in fs::read_dir(RECORDS).expect("the folder exists") {
        let path = entry.expect("the folder is readable").path();
        let text = fs::read_to_string(&path).expect("a recording is a text");
        let document: Value = serde_json::from_str(&text).expect("a recording is JSON");
        let record = Record { name: path.display().to_string(), document };
        if kinds.contains(&record.kind()) {
            records.push(record);
        }
    }
    assert!(!records.is_empty(), "the recordings hold records of every kind");
    records.sort_by(|left, right| left.name.cmp(&right.name));
    records
}

#[test]
fn what_aws_ran_is_never_invalid() {
    let mut n_parsed = 0;
    let mut unsupported: BTreeMap<String, usize> = BTreeMap::new();
    let mut invalid = Vec::new();
    for record in records(&EXECUTIONS) {
        for text in record.definitions() {
            match parse(&text, record.machine_type()) {
                Ok(_) => n_parsed += 1,
                Err(DefinitionError::Unsupported(reason)) => *unsupported.entry(reason).or_default() += 1,
                Err(error) => invalid.push(format!("{}: {error}", record.name)),
            }
        }
    }
    let n_unsupported: usize = unsupported.values().sum();
    eprintln!("{n_parsed} parsed, {n_unsupported} unsupported, {} invalid", invalid.len());
    for (reason, n_definitions) in unsupported {
        eprintln!("  {n_definitions} {reason}");
    }
    assert!(invalid.is_empty(), "{}", invalid.join("\n"));
}

#[test]
fn create_answers_as_aws_did() {
    let (mut n_accepted, mut n_refused, mut n_unsupported) = (0, 0, 0);
    let mut wrong = Vec::new();
    for record in records(&["create"]) {
        let recorded = refusal(&record.document["recorded_content"]);
        if recorded.as_ref().is_some_and(|message| message.contains(NOT_AWS)) {
            continue;
        }
        match (parse(&record.definition(), record.machine_type()), recorded) {
            (Ok(_), None) => n_accepted += 1,
            (Err(DefinitionError::Unsupported(_)), None) => n_unsupported += 1,
            (Err(error), Some(recorded)) if recorded.ends_with(&masked(&error.to_string())) => n_refused += 1,
            (answer, recorded) => {
                wrong.push(format!("{}: {:?}, recorded {recorded:?}", record.name, answer.err()));
            }
        }
    }
    eprintln!("{n_accepted} accepted, {n_refused} refused alike, {n_unsupported} unsupported");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn validate_answers_as_aws_did() {
    let mut n_equal = 0;
    for record in records(&["validate"]) {
        let recorded = &record.document["recorded_content"]["validation_response"]["diagnostics"];
        let ours: Vec<Value> = diagnostics(&record.definition(), record.machine_type())
            .into_iter()
            .map(|diagnostic| {
                serde_json::json!({
                    "code": diagnostic.code.to_string(),
                    "location": diagnostic.location,
                    "message": diagnostic.message,
                    "severity": "ERROR",
                })
            })
            .collect();
        assert_eq!(&Value::Array(ours), recorded, "{}", record.name);
        n_equal += 1;
    }
    eprintln!("{n_equal} validations equal");
}

#[test]
fn machines_of_api_scripts_are_never_invalid() {
    let mut n_definitions = 0;
    for record in records(&["api"]) {
        if refusal(&record.document["recorded_content"]).is_some() {
            continue;
        }
        for call in record.document["api_calls"].as_array().into_iter().flatten() {
            let Some(text) = call["params"].get("definition").and_then(definition_text) else { continue };
            let machine_type = match call["params"]["type"].as_str() {
                Some("EXPRESS") => MachineType::Express,
                _ => MachineType::Standard,
            };
            let answer = parse(&text, machine_type);
            assert!(!matches!(answer, Err(DefinitionError::Invalid(_))), "{}: {answer:?}", record.name);
            n_definitions += 1;
        }
    }
    eprintln!("{n_definitions} definitions of API scripts not refused");
}

#[test]
fn single_states_of_test_state_are_never_invalid() {
    let mut n_states = 0;
    for record in records(&["test-state"]) {
        let definition = &record.document["definition"];
        let is_bare = definition.get("Type").is_some();
        if !is_bare || refusal(&record.document["recorded_content"]).is_some() {
            continue;
        }
        let machine = serde_json::json!({"StartAt": "StateName", "States": {"StateName": definition}});
        // A state without its machine leads nowhere; everything else must be right.
        let about_fields =
            |diagnostic: &Diagnostic| diagnostic.code == DiagnosticCode::SchemaValidationFailed;
        let mut diagnostics = diagnostics(&machine.to_string(), MachineType::Standard);
        diagnostics.retain(about_fields);
        assert!(diagnostics.is_empty(), "{}: {diagnostics:?}", record.name);
        n_states += 1;
    }
    eprintln!("{n_states} single states not refused");
}

/// The message of an `InvalidDefinition` anywhere in a recording.
fn refusal(content: &Value) -> Option<String> {
    let text_of = |name: &str| content.get(name).and_then(Value::as_str);
    if text_of("Code") == Some("InvalidDefinition") {
        return text_of("Message").map(str::to_owned);
    }
    if text_of("exception_typename") == Some("InvalidDefinition") {
        return text_of("exception_value").map(str::to_owned);
    }
    content.as_object()?.values().find_map(refusal)
}

/// What the recordings replaced.
fn masked(message: &str) -> String {
    message.replace("arn:aws:", "arn:<partition>:")
}
