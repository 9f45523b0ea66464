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
    if !ALONE.contains(&kind) {
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
