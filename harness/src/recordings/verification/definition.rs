//! Records of `CreateStateMachine` and `ValidateStateMachineDefinition`: what AWS says about a definition.
//!
//! A created machine says that its definition is accepted; a refused one has a code (facet `error`) and a message
//! (`cause`). The whole answer of a validation is its `output`.

use asl_cases::MachineType;
use asl_reference::definition::{DefinitionError, Severity, ValidationResult, parse, validate};
use serde_json::{Value, json};

use super::{
    super::{Record, replacement::Replacement},
    Examined, RecordedFacet, Skip, lacking, same,
};

/// How AWS answers to a definition that it refuses.
const INVALID_DEFINITION: &str = "InvalidDefinition";

/// Compares the answer of `CreateStateMachine`.
pub(super) fn examine_creation(record: &Record) -> Result<Vec<Examined>, Skip> {
    let recorded = recorded_answer(record).ok_or(Skip::OutcomeNotRecorded)?;
    let refusal = refusal(recorded);
    match &refusal {
        Some((INVALID_DEFINITION, message)) if is_of_an_emulator(message) => return Err(Skip::NotOfAws),
        Some((code, _)) if *code != INVALID_DEFINITION => return Err(Skip::NotOfTheDefinition),
        _ => {}
    }
    let ours = match parse(&record.definition_text(), machine_type(record)) {
        Ok(_) => None,
        Err(DefinitionError::Unsupported(what)) => {
            return Ok(vec![differs(RecordedFacet::Acceptance, json!(refusal.is_none()), lacking(&what))]);
        }
        Err(error @ DefinitionError::Invalid(_)) => {
            let message = json!(error.to_string());
            Some((json!(INVALID_DEFINITION), Replacement::of(record).apply(&message, &["Error", "Message"])))
        }
    };
    let mut examined =
        vec![same(RecordedFacet::Acceptance, &json!(refusal.is_none()), &json!(ours.is_none()))];
    if let Some((code, message)) = refusal {
        let (our_code, our_message) = ours.unwrap_or_default();
        examined.push(same(RecordedFacet::Error, &json!(code), &our_code));
        examined.push(same(RecordedFacet::Cause, &json!(message), &our_message));
    }
    Ok(examined)
}

/// Compares the answer of `ValidateStateMachineDefinition`.
pub(super) fn examine_validation(record: &Record) -> Result<Vec<Examined>, Skip> {
    let mut recorded = recorded_answer(record).ok_or(Skip::OutcomeNotRecorded)?.clone();
    if let Some(members) = recorded.as_object_mut() {
        members.shift_remove("ResponseMetadata");
    }
    let parameters = &record.api_call["params"];
    let severity = match parameters["severity"].as_str() {
        Some("WARNING") => Severity::Warning,
        _ => Severity::Error,
    };
    let diagnostics_max = parameters["maxResults"].as_u64().and_then(|n| usize::try_from(n).ok());
    let ours = validate(
        &record.definition_text(),
        machine_type(record),
        severity,
        diagnostics_max.unwrap_or_default(),
    );
    let acceptance = json!(recorded["result"] == "OK");
    if let Some(what) = &ours.unsupported {
        let lacking = lacking(what);
        return Ok(vec![
            differs(RecordedFacet::Acceptance, acceptance, lacking.clone()),
            differs(RecordedFacet::Output, recorded, lacking),
        ]);
    }
    let output = Replacement::of(record).apply(&ours.to_json(), &[]);
    Ok(vec![
        same(RecordedFacet::Acceptance, &acceptance, &json!(ours.result == ValidationResult::Ok)),
        same(RecordedFacet::Output, &recorded, &output),
    ])
}

fn machine_type(record: &Record) -> MachineType {
    record.machine_type.unwrap_or_default()
}

fn differs(facet: RecordedFacet, recorded: Value, ours: Value) -> Examined {
    Examined { facet, difference: Some((recorded, ours)) }
}

/// The answer of the only call.
pub(super) fn recorded_answer(record: &Record) -> Option<&Value> {
    record.recorded_content.as_object()?.values().next()
}

/// Code and message of a refusal, in the form of the SDK or of its exception.
pub(super) fn refusal(answer: &Value) -> Option<(&str, &str)> {
    if let Some(error) = answer.get("Error") {
        return Some((error["Code"].as_str()?, error["Message"].as_str()?));
    }
    let message = answer.get("exception_value")?.as_str()?;
    let message = message.split_once(" operation: ").map_or(message, |(_, message)| message);
    Some((answer["exception_typename"].as_str()?, message))
}

/// Some answers were recorded from an emulator by mistake: they quote an error of Python.
fn is_of_an_emulator(message: &str) -> bool {
    message.starts_with("Error=") && message.contains(" Args=[")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(kind: &str, definition: &Value, answer: &Value) -> Record {
        let record = json!({"id": "a", "kind": kind, "definition": definition, "recorded_content": {"answer": answer}});
        serde_json::from_value(record).expect("a record")
    }

    fn refused(code: &str, message: &str) -> Value {
        json!({"Error": {"Code": code, "Message": message}, "message": message})
    }

    fn differing(examined: &[Examined]) -> Vec<RecordedFacet> {
        examined.iter().filter(|facet| facet.difference.is_some()).map(|facet| facet.facet).collect()
    }

    const MESSAGE: &str = "Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED: These fields are required: [States] at /'";

    #[test]
    fn a_refusal_is_compared_in_acceptance_code_and_message() {
        let definition = json!({"StartAt": "A"});
        let told = |answer: &Value| {
            let examined = examine_creation(&record("create", &definition, answer)).expect("comparable");
            (examined.len(), differing(&examined))
        };
        assert_eq!(told(&refused(INVALID_DEFINITION, MESSAGE)), (3, vec![]));
        let exception = json!({
            "exception_typename": INVALID_DEFINITION,
            "exception_value": format!("An error occurred (InvalidDefinition) when calling the CreateStateMachine operation: {MESSAGE}"),
        });
        assert_eq!(told(&exception), (3, vec![]));
        assert_eq!(told(&refused(INVALID_DEFINITION, "other words")), (3, vec![RecordedFacet::Cause]));
        assert_eq!(told(&json!({"stateMachineArn": "arn"})), (1, vec![RecordedFacet::Acceptance]));
    }

    #[test]
    fn answers_about_other_things_than_the_definition_are_skipped() {
        let skipped = |answer: &Value| examine_creation(&record("create", &json!({}), answer)).err();
        assert_eq!(skipped(&refused("InvalidName", "Invalid Name: 'a b'")), Some(Skip::NotOfTheDefinition));
        let of_python = refused(INVALID_DEFINITION, "Error=ValueError Args=[\"Label\"] in definition '{}'.");
        assert_eq!(skipped(&of_python), Some(Skip::NotOfAws));
    }

    #[test]
    fn a_validation_is_compared_as_a_whole() {
        let diagnostic = |location: &str| {
            json!({"code": "SCHEMA_VALIDATION_FAILED", "location": location,
                "message": "These fields are required: [States]", "severity": "ERROR"})
        };
        let told = |diagnostics: Value| {
            let answer = json!({"diagnostics": diagnostics, "result": "FAIL", "truncated": false, "ResponseMetadata": {}});
            let record = record("validate", &json!({"StartAt": "A"}), &answer);
            differing(&examine_validation(&record).expect("comparable"))
        };
        assert_eq!(told(json!([diagnostic("/")])), []);
        assert_eq!(told(json!([diagnostic("/States")])), [RecordedFacet::Output]);
        assert_eq!(told(json!([])), [RecordedFacet::Output]);
    }
}
