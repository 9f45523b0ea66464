//! A Fail state as a task whose worker fails.

use asl_cases::{Answer, Case, MachineType};
use serde_json::{Value, json};

use super::{Domain, Object, Relation, TraceMapping, Twin, pick_state, starts_machines};
use crate::{draw::Draw, shrink::with_definition};

pub(super) const RELATION: Relation = Relation {
    id: "fail-by-worker",
    statement: "Documented: a state without a catcher that fails ends its flow with its error and cause, whether a Fail state says them or a worker.",
    domain: Domain::OwnEnd,
    rewrite,
};

const RESOURCE: &str = "arn:aws:states:us-east-1:123456789012:activity:fails";

fn rewrite(case: &Case, draw: &mut Draw) -> Option<Twin> {
    if case.main().kind == MachineType::Express || starts_machines(case) {
        return None;
    }
    let (scope, name) = pick_state(case, draw, |state| told(state).is_some())?;
    let mut answer = None;
    let mut twin = with_definition(case, |definition| {
        let state = definition.pointer_mut(&scope)?.get_mut("States")?.get_mut(&name)?;
        answer = told(state.as_object()?);
        *state = json!({"Type": "Task", "Resource": RESOURCE, "End": true});
        Some(())
    })?;
    let (error, why) = answer?;
    let machine = twin.machines.first_mut()?;
    machine.stubs.insert(name, vec![Answer::Fail { error: Some(error), cause: Some(why) }]);
    Some(Twin { case: twin, mapping: TraceMapping::Untold })
}

/// Error and cause of a Fail state that says both as they are.
fn told(state: &Object) -> Option<(String, String)> {
    let text = |field: &str| {
        let text = state.get(field).and_then(Value::as_str)?;
        (!text.is_empty() && !text.contains("{%")).then(|| text.to_owned())
    };
    state.get("Type").filter(|kind| *kind == "Fail")?;
    Some((text("Error")?, text("Cause")?))
}
