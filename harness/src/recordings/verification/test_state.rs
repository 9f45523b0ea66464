//! Records of `TestState`: the whole answer is facet `test_state`; a refused call has a code (`error`) and a message
//! (`cause`).

use asl_cases::Answer;
use asl_reference::{
    reference::{ACCOUNT, Settings},
    test_state::{Request, Response, TestStateError, checks_shape, test_state},
};
use serde_json::{Value, json};

use super::{
    super::{
        Record,
        replacement::{self, Replacement},
    },
    Examined, RecordedFacet, Skip, lacking, recorded_answer, refusal, same,
};

/// The account of every recording.
const RECORDED_ACCOUNT: &str = "111111111111";

/// What was recorded of one call.
enum Recorded {
    Answer(Value),
    Refusal { code: Value, message: Value },
}

impl Recorded {
    fn of(record: &Record) -> Result<Self, Skip> {
        let answer = recorded_answer(record).ok_or(Skip::OutcomeNotRecorded)?;
        match refusal(answer) {
            Some((CHECKED_BY_CLIENT, _)) => Err(Skip::NotOfAws),
            Some((code, message)) => Ok(Self::Refusal { code: json!(code), message: json!(message) }),
            None => {
                let mut answer = answer.clone();
                if let Some(members) = answer.as_object_mut() {
                    members.shift_remove("ResponseMetadata");
                }
                Ok(Self::Answer(answer))
            }
        }
    }

    /// Every facet that was recorded, and what was.
    fn facets(&self) -> Vec<(RecordedFacet, &Value)> {
        match self {
            Self::Answer(answer) => {
                vec![(RecordedFacet::Acceptance, &Value::Bool(true)), (RecordedFacet::TestState, answer)]
            }
            Self::Refusal { code, message } => vec![
                (RecordedFacet::Acceptance, &Value::Bool(false)),
                (RecordedFacet::Error, code),
                (RecordedFacet::Cause, message),
            ],
        }
    }
}

/// The client library's own refusal: AWS was not asked.
const CHECKED_BY_CLIENT: &str = "ParamValidationError";

/// Compares the answer of `TestState`.
pub(super) fn examine(record: &Record) -> Result<Vec<Examined>, Skip> {
    let recorded = Recorded::of(record)?;
    let mut body = record.api_call["params"].clone();
    body["definition"] = record.definition_text().into();
    let ours = Request::from_json(&body).map_err(TestStateError::from).and_then(|request| {
        let is_checked = checks_shape(&request)?;
        Ok((is_checked, test_state(&request, Settings::default(), service(&recorded).as_ref())))
    });
    let ours = match ours {
        Ok((false, _)) => return Err(Skip::NeedsApiModel),
        Ok((true, ours)) => ours,
        Err(error) => Err(error),
    };
    let replacement = Replacement::of(record);
    Ok(recorded.facets().into_iter().map(|(facet, said)| compare(facet, said, &ours, &replacement)).collect())
}

fn compare(
    facet: RecordedFacet,
    recorded: &Value,
    ours: &Result<Response, TestStateError>,
    replacement: &Replacement<'_>,
) -> Examined {
    let refused = |part: &str, facet_value: &str| replacement.apply(&json!(facet_value), &["Error", part]);
    let said = match (facet, ours) {
        (_, Err(TestStateError::Unsupported(what))) => lacking(what),
        (RecordedFacet::Acceptance, ours) => json!(ours.is_ok()),
        (_, Ok(response)) => in_recorded_form(response, replacement),
        (RecordedFacet::Error, Err(TestStateError::Refused(refusal))) => json!(refusal.code),
        (_, Err(TestStateError::Refused(refusal))) => refused("Message", &refusal.message),
    };
    same(facet, recorded, &said)
}

fn in_recorded_form(response: &Response, replacement: &Replacement<'_>) -> Value {
    let mut body = response.to_json();
    let text = body.to_string().replace(ACCOUNT, RECORDED_ACCOUNT);
    body = serde_json::from_str(&text).unwrap_or(body);
    for place in ["", "/inspectionData"] {
        let Some(Value::Object(members)) = body.pointer_mut(place) else { continue };
        for value in members.values_mut() {
            if let Value::String(text) = value {
                *value = replacement::text(text);
            }
        }
    }
    replacement.apply(&body, &[])
}

/// What the service behind an unmocked task said: the result, as far as it was shown.
fn service(recorded: &Recorded) -> Option<Answer> {
    let Recorded::Answer(answer) = recorded else { return None };
    let text = |name: &str| answer.get(name).and_then(Value::as_str).map(str::to_owned);
    let result = answer.pointer("/inspectionData/result").or_else(|| answer.get("output"));
    Some(match result {
        Some(result) => Answer::Succeed(result.clone()),
        None => Answer::Fail { error: text("error"), cause: text("cause") },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn differing(answer: &Value) -> Result<Vec<RecordedFacet>, Skip> {
        let record = json!({
            "id": "a", "kind": "test-state", "definition": {"Type": "Succeed"},
            "api_call": {"params": {"input": "[1, 2]", "inspectionLevel": "DEBUG"}},
            "recorded_content": {"answer": answer},
        });
        let examined = examine(&serde_json::from_value(record).expect("a record"))?;
        Ok(examined.into_iter().filter(|facet| facet.difference.is_some()).map(|facet| facet.facet).collect())
    }

    #[test]
    fn an_answer_is_compared_as_a_whole() {
        let answer = |after: &str| {
            json!({
                "status": "SUCCEEDED", "output": "[1, 2]", "ResponseMetadata": {},
                "inspectionData": {"input": "[1,2]", "afterInputPath": after},
            })
        };
        assert_eq!(differing(&answer("[1, 2]")), Ok(vec![]));
        assert_eq!(differing(&answer("[1]")), Ok(vec![RecordedFacet::TestState]));
    }

    #[test]
    fn a_refusal_that_the_reference_does_not_share_differs_in_every_facet() {
        let refusal =
            json!({"Error": {"Code": "ValidationException", "Message": "State not found in definition"}});
        let all = vec![RecordedFacet::Acceptance, RecordedFacet::Error, RecordedFacet::Cause];
        assert_eq!(differing(&refusal), Ok(all));
    }

    #[test]
    fn a_call_that_the_client_kept_to_itself_is_skipped() {
        let kept = json!({"exception_typename": CHECKED_BY_CLIENT, "exception_value": "Parameter validation failed"});
        assert_eq!(differing(&kept), Err(Skip::NotOfAws));
    }
}
