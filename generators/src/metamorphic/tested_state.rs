//! The first state of a machine, tested alone.

use asl_cases::{Case, StateTest};
use serde_json::Value;

use super::{Domain, Relation, TraceMapping, Twin, looks_around};
use crate::draw::Draw;

pub(super) const RELATION: Relation = Relation {
    id: "tested-state",
    statement: "Documented: TestState runs one state as an execution does; with the input of the execution, the first state gives the same output or error, and leads to the same next state.",
    domain: Domain::AnyEnd,
    rewrite,
};

/// The states that `TestState` runs without a mock, a role or a service. Documented: the others need one of these.
const ALONE: [&str; 5] = ["Pass", "Choice", "Wait", "Succeed", "Fail"];

fn rewrite(case: &Case, _: &mut Draw) -> Option<Twin> {
    if looks_around(case) {
        return None;
    }
    let definition = &case.main().definition;
    let name = definition.get("StartAt")?.as_str()?.to_owned();
    let mut state = definition.get("States")?.get(&name)?.clone();
    let kind = state.get("Type").and_then(Value::as_str)?;
    if !ALONE.contains(&kind) || (kind == "Wait" && !waits_shortly(&state)) {
        return None;
    }
    if let (None, Some(language)) = (state.get("QueryLanguage"), definition.get("QueryLanguage")) {
        state["QueryLanguage"] = language.clone();
    }
    let mut twin = case.clone();
    twin.machines.truncate(1);
    let machine = twin.machines.first_mut()?;
    machine.definition = state;
    machine.stubs.clear();
    twin.test_state = Some(StateTest::default());
    Some(Twin { case: twin, mapping: TraceMapping::FirstState(name) })
}

/// Documented: `TestState` runs for at most five minutes, an execution for up to a year.
const SECONDS_MAX: u64 = 200;

fn waits_shortly(state: &Value) -> bool {
    state.get("Seconds").and_then(Value::as_u64).is_some_and(|seconds| seconds <= SECONDS_MAX)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::json;

    use super::*;

    #[rstest]
    #[case(json!({"Seconds": 200}), true)]
    #[case(json!({"Seconds": 600}), false)]
    #[case(json!({"Seconds": "{% 3600 %}"}), false)]
    #[case(json!({"Timestamp": "2100-01-01T00:00:00Z"}), false)]
    fn only_a_short_wait_is_tested(#[case] state: Value, #[case] is_short: bool) {
        assert_eq!(waits_shortly(&state), is_short);
    }
}
