//! Records of `CreateStateMachine`, replayed in a service that holds what the record says was there: a created machine is
//! accepted; a refused call has a code (facet `error`) and a message (`cause`).

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{
    super::{Record, replacement::Replacement},
    Examined, RecordedFacet, Skip, lacking, recorded_answer, refusal, same,
};
use crate::serve::{ApiError, Service, Settings};

const OPERATION: &str = "CreateStateMachine";
/// When the call is made, milliseconds since the epoch.
const NOW_MS: i64 = 1_767_225_600_000;
/// The account of every recording.
const ACCOUNT: &str = "111111111111";
/// The code of a refusal that says that another machine of the name was made before.
const ALREADY_EXISTS: &str = "StateMachineAlreadyExists";

/// Compares the answer of `CreateStateMachine`.
pub(super) fn examine(record: &Record) -> Result<Vec<Examined>, Skip> {
    let recorded = recorded_answer(record).ok_or(Skip::OutcomeNotRecorded)?;
    let refusal = refusal(recorded);
    if refusal.is_some_and(|(_, message)| is_of_an_emulator(message)) {
        return Err(Skip::NotOfAws);
    }
    let is_taken = refusal.is_some_and(|(code, _)| code == ALREADY_EXISTS);
    let ours = answer(record, is_taken).err();
    if let Some(what) = ours.as_ref().and_then(ApiError::unmodelled_part) {
        let difference = Some((json!(refusal.is_none()), lacking(what)));
        return Ok(vec![Examined { facet: RecordedFacet::Acceptance, difference }]);
    }
    let mut examined =
        vec![same(RecordedFacet::Acceptance, &json!(refusal.is_none()), &json!(ours.is_none()))];
    if let Some((code, message)) = refusal {
        let (our_code, our_message) = ours.map(|error| (error.code, error.message)).unwrap_or_default();
        let our_message = Replacement::of(record).apply(&json!(our_message), &["Error", "Message"]);
        examined.push(same(RecordedFacet::Error, &json!(code), &json!(our_code)));
        examined.push(same(RecordedFacet::Cause, &json!(message), &our_message));
    }
    Ok(examined)
}

/// Our answer; where the name is taken, it is by a machine whose text differs in blanks.
fn answer(record: &Record, is_taken: bool) -> Result<(), ApiError> {
    let mut service = Service::new(Settings {
        account: ACCOUNT.to_owned(),
        deleted_log_groups: deleted_log_groups(record),
        ..Settings::default()
    });
    let request = request(record);
    if is_taken {
        let mut other = request.clone();
        other["definition"] = json!(format!("{} ", record.definition_text()));
        service.call(OPERATION, &other, NOW_MS)?;
    }
    service.call(OPERATION, &request, NOW_MS).map(drop)
}

fn request(record: &Record) -> Value {
    let mut request = json!({"name": "a", "roleArn": format!("arn:aws:iam::{ACCOUNT}:role/a")});
    for (name, value) in record.api_call["params"].as_object().into_iter().flatten() {
        request[name] = value.clone();
    }
    request["definition"] = json!(record.definition_text());
    request["type"] = json!(record.machine_type.unwrap_or_default());
    request
}

/// The log groups that were deleted before the call.
fn deleted_log_groups(record: &Record) -> BTreeSet<String> {
    let calls = record.resources.service_calls.iter();
    let deletions = calls.filter(|call| call["service"] == "logs" && call["operation"] == "DeleteLogGroup");
    deletions.filter_map(|call| call["params"]["logGroupName"].as_str().map(str::to_owned)).collect()
}

/// Some answers were recorded from an emulator by mistake: they quote an error of Python.
fn is_of_an_emulator(message: &str) -> bool {
    message.starts_with("Error=") && message.contains(" Args=[")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(definition: &Value, parameters: &Value, answer: &Value) -> Record {
        let record = json!({
            "id": "a", "kind": "create", "definition": definition, "recorded_content": {"answer": answer},
            "api_call": {"params": parameters},
            "resources": {"service_calls": [
                {"service": "logs", "operation": "DeleteLogGroup", "params": {"logGroupName": "gone"}},
            ]},
        });
        serde_json::from_value(record).expect("a record")
    }

    fn refused(code: &str, message: &str) -> Value {
        json!({"Error": {"Code": code, "Message": message}, "message": message})
    }

    fn differing(examined: &[Examined]) -> Vec<RecordedFacet> {
        examined.iter().filter(|facet| facet.difference.is_some()).map(|facet| facet.facet).collect()
    }

    const INVALID_DEFINITION: &str = "InvalidDefinition";
    const MESSAGE: &str = "Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED: These fields are required: [States] at /'";

    #[test]
    fn a_refusal_is_compared_in_acceptance_code_and_message() {
        let definition = json!({"StartAt": "A"});
        let told = |answer: &Value| {
            let examined = examine(&record(&definition, &json!({}), answer)).expect("comparable");
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
    fn a_refusal_of_other_parameters_is_compared_as_well() {
        let definition = json!({"StartAt": "A", "States": {"A": {"Type": "Succeed"}}});
        let told = |parameters: Value, answer: &Value| {
            differing(&examine(&record(&definition, &parameters, answer)).expect("comparable"))
        };
        let invalid = refused("InvalidName", "Invalid Name: 'a b'");
        assert_eq!(told(json!({"name": "a b"}), &invalid), []);
        assert_eq!(told(json!({"name": "b"}), &invalid).len(), 3);
        let taken = refused(
            ALREADY_EXISTS,
            "State Machine Already Exists: 'arn:<partition>:states:<region>:111111111111:stateMachine:b'",
        );
        assert_eq!(told(json!({"name": "b"}), &taken), []);
        let logging = |group: &str| {
            let arn = format!("arn:aws:logs:us-east-1:{ACCOUNT}:log-group:{group}:*");
            json!({"loggingConfiguration": {"level": "ALL", "destinations": [{"cloudWatchLogsLogGroup": {"logGroupArn": arn}}]}})
        };
        let gone = refused(
            "InvalidLoggingConfiguration",
            "Invalid Logging Configuration: Log Destination not found.",
        );
        assert_eq!(told(logging("gone"), &gone), []);
        assert_eq!(told(logging("there"), &gone).len(), 3);
    }

    #[test]
    fn an_answer_of_an_emulator_is_skipped() {
        let of_python = refused(INVALID_DEFINITION, "Error=ValueError Args=[\"Label\"] in definition '{}'.");
        assert_eq!(examine(&record(&json!({}), &json!({}), &of_python)).err(), Some(Skip::NotOfAws));
    }
}
