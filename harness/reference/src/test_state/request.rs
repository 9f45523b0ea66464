//! What `TestState` is asked, and how the API writes it.

use asl_cases::StateTest;
use serde_json::{Map, Value};

use super::Refusal;

/// The parameters of one call of `TestState`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Request {
    /// The text of the definition: one state's, or that of a whole machine.
    pub definition: String,
    /// The text of the state's input; `{}` where it is absent.
    pub input: Option<String>,
    /// Everything else.
    pub test: StateTest,
}

/// The members that can only have certain values.
const ENUMERATED: [(&str, &[&str], &str); 2] = [
    ("/inspectionLevel", &["INFO", "DEBUG", "TRACE"], "inspectionLevel"),
    ("/mock/fieldValidationMode", &["PRESENT", "STRICT", "NONE"], "mock.fieldValidationMode"),
];

impl Request {
    /// Reads the body of a call.
    ///
    /// # Errors
    /// If a member is missing, unknown, or not of its type.
    pub fn from_json(body: &Value) -> Result<Self, Refusal> {
        let Value::Object(members) = body else { return Err(unreadable("the body is no object")) };
        for (pointer, allowed, name) in ENUMERATED {
            let given = body.pointer(pointer).and_then(Value::as_str);
            if let Some(other) = given.filter(|given| !allowed.contains(given)) {
                let set = allowed.join(", ");
                let message = format!("Member must satisfy enum value set: [{set}]");
                return Err(Refusal::constraint(&format!("'{other}'"), name, &message));
            }
        }
        let mut others = members.clone();
        let definition = text(&mut others, "definition")?
            .ok_or_else(|| Refusal::constraint("null", "definition", "Member must not be null"))?;
        let input = text(&mut others, "input")?;
        // The API sends a member that is not given as `null` or not at all.
        others.retain(|_, value| !value.is_null());
        let test = serde_json::from_value(others.into()).map_err(|error| unreadable(&error.to_string()))?;
        Ok(Self { definition, input, test })
    }

    /// The body of a call.
    ///
    /// # Panics
    /// Never: plain data serialises.
    pub fn to_json(&self) -> Value {
        let mut body = serde_json::to_value(&self.test).expect("plain data serialises");
        body["definition"] = self.definition.as_str().into();
        if let Some(input) = &self.input {
            body["input"] = input.as_str().into();
        }
        body
    }
}

fn text(members: &mut Map<String, Value>, name: &str) -> Result<Option<String>, Refusal> {
    match members.shift_remove(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(unreadable(&format!("{name} is no string"))),
    }
}

/// What the API says about a body that is not of its types is not recorded.
fn unreadable(problem: &str) -> Refusal {
    Refusal { code: "SerializationException", message: problem.to_owned() }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::json;

    use super::*;

    #[test]
    fn request_reads_what_it_writes() {
        let body = json!({
            "definition": "{}",
            "input": "1",
            "stateName": "A",
            "inspectionLevel": "TRACE",
            "mock": {"errorOutput": {"error": "E"}, "fieldValidationMode": "NONE"},
            "stateConfiguration": {"retrierRetryCount": 2},
        });
        let request = Request::from_json(&body).expect("all members are known");
        assert_eq!(request.to_json(), body);
    }

    #[rstest]
    #[case::no_definition(json!({}), "Value null at 'definition' failed to satisfy constraint: Member must not be null")]
    #[case::level(
        json!({"definition": "{}", "inspectionLevel": "ALL"}),
        "Value 'ALL' at 'inspectionLevel' failed to satisfy constraint: Member must satisfy enum value set: [INFO, DEBUG, TRACE]",
    )]
    fn unusable_member_is_named(#[case] body: Value, #[case] expected: &str) {
        let refusal = Request::from_json(&body).expect_err("one member is unusable");
        assert_eq!(refusal.message, format!("1 validation error detected: {expected}"));
    }
}
