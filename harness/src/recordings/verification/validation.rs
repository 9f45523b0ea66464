//! Records of `ValidateStateMachineDefinition`: the whole answer is facet `output`.

use asl_reference::definition::{Severity, ValidationResult, validate};
use serde_json::{Value, json};

use super::{
    super::{Record, replacement::Replacement},
    Examined, RecordedFacet, Skip, lacking, recorded_answer, same,
};

/// Compares the answer of `ValidateStateMachineDefinition`.
pub(super) fn examine(record: &Record) -> Result<Vec<Examined>, Skip> {
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
        record.machine_type.unwrap_or_default(),
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

fn differs(facet: RecordedFacet, recorded: Value, ours: Value) -> Examined {
    Examined { facet, difference: Some((recorded, ours)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(definition: &Value, answer: &Value) -> Record {
        let record = json!({"id": "a", "kind": "validate", "definition": definition, "recorded_content": {"answer": answer}});
        serde_json::from_value(record).expect("a record")
    }

    fn differing(examined: &[Examined]) -> Vec<RecordedFacet> {
        examined.iter().filter(|facet| facet.difference.is_some()).map(|facet| facet.facet).collect()
    }

    #[test]
    fn a_validation_is_compared_as_a_whole() {
        let diagnostic = |location: &str| {
            json!({"code": "SCHEMA_VALIDATION_FAILED", "location": location,
                "message": "These fields are required: [States]", "severity": "ERROR"})
        };
        let told = |diagnostics: Value| {
            let answer = json!({"diagnostics": diagnostics, "result": "FAIL", "truncated": false, "ResponseMetadata": {}});
            let record = record(&json!({"StartAt": "A"}), &answer);
            differing(&examine(&record).expect("comparable"))
        };
        assert_eq!(told(json!([diagnostic("/")])), []);
        assert_eq!(told(json!([diagnostic("/States")])), [RecordedFacet::Output]);
        assert_eq!(told(json!([])), [RecordedFacet::Output]);
    }
}
