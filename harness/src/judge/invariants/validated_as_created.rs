//! `CreateStateMachine` accepts what `ValidateStateMachineDefinition` calls `OK`, and only that.

use asl_cases::{Case, Facet, Observation};
use serde_json::json;

use super::{Broken, Invariant};

pub(super) const INVARIANT: Invariant = Invariant {
    id: "validated-as-created",
    statement: "Documented: a diagnostic of severity ERROR means that no state machine can be created with the definition, a warning does not prevent it, and the result is OK where there is no error.",
    check,
};

/// The refusal that is about the text of the definition.
const INVALID: &str = "InvalidDefinition";

fn check(_: &Case, observation: &Observation) -> Result<(), Box<Broken>> {
    let Some(validated) = &observation.cross_check.validated else { return Ok(()) };
    let result = if validated.is_ok { "OK" } else { "FAIL" };
    let sentence = match (validated.is_ok, validated.refusal.as_deref()) {
        (true, Some(INVALID)) => {
            "ValidateStateMachineDefinition says OK of a definition that CreateStateMachine refuses"
                .to_owned()
        }
        (false, None) => {
            let first = validated.errors.first().map_or(String::new(), |error| format!(" ({error})"));
            format!(
                "ValidateStateMachineDefinition says FAIL{first} of a definition that CreateStateMachine accepts"
            )
        }
        _ => return Ok(()),
    };
    Err(Box::new(Broken {
        facet: Facet::Acceptance,
        sentence,
        expected: json!({"validated": result}),
        actual: json!({"created": validated.refusal.is_none(), "refusal": validated.refusal, "errors": validated.errors}),
    }))
}
