//! The largest steps of all: one state alone, on the input that it had in the whole machine; one machine alone, where it was
//! started by another, or was a child execution; and an Express machine as a Standard one, of which a history can be seen.

use asl_cases::{Case, MachineType};
use serde_json::{Map, Value, json};

use super::{
    escape, is_simpler, is_sound, looping_states, size_of, state_mut, state_places, structure::lift_scope,
    tidy, with_definition,
};
use crate::check::targets_of;

/// Each state of a case alone, on the input of the whole: a definition that is refused because of one state is refused
/// with that state alone. The smallest first.
pub fn isolate_each(case: &Case) -> Vec<Case> {
    let places = state_places(&case.main().definition);
    let mut alone: Vec<Case> =
        places.iter().filter_map(|(_, state)| isolate(case, state, &case.input)).collect();
    alone.sort_by_cached_key(|case| case.main().definition_text().len());
    alone
}

/// A machine of this one state, which gets this input; where it leads to is kept as bare ends. `None` if that is no
/// simpler case.
pub fn isolate(case: &Case, state: &str, input: &Value) -> Option<Case> {
    let (scope, _) = state_places(&case.main().definition).into_iter().find(|(_, name)| name == state)?;
    let isolated = with_definition(case, |definition| {
        let pointer = format!("{scope}/States/{}", escape(state));
        let mut fields = definition.pointer(&pointer)?.as_object()?.clone();
        if fields.shift_remove("Next").is_some() {
            fields.insert("End".to_owned(), true.into());
        }
        let mut states = Map::new();
        states.extend(
            targets_of(&fields).into_iter().map(|name| (name.to_owned(), json!({"Type": "Succeed"}))),
        );
        states.insert(state.to_owned(), fields.into());
        let language = definition.get("QueryLanguage").cloned();
        *definition = json!({"StartAt": state, "States": states});
        if let Some(language) = language {
            definition["QueryLanguage"] = language;
        }
        Some(())
    })?;
    let isolated = tidy(case, Case { input: input.clone(), ..isolated });
    is_simpler(case, &isolated).then_some(isolated)
}

/// The case with a Standard machine in the place of an Express one; `None` if it is no Express one.
pub fn as_standard(case: &Case) -> Option<Case> {
    let mut standard = case.clone();
    let main = standard.machines.first_mut().filter(|main| main.kind == MachineType::Express)?;
    main.kind = MachineType::Standard;
    let standard = tidy(case, standard);
    is_sound(&standard, &looping_states(&case.main().definition)).then_some(standard)
}

/// The case with another value in this field of a state, or without it; `None` if the state does not have it. The machine may be
/// none that AWS takes.
pub fn with_field(case: &Case, state: &str, field: &str, value: Option<Value>) -> Option<Case> {
    with_state(case, state, |fields| {
        let mut changed = fields.clone();
        match value {
            Some(value) => changed.get_mut(field).map(|old| *old = value)?,
            None => changed.shift_remove(field).map(drop)?,
        }
        Some(changed.into())
    })
}

/// The case with what a state becomes, where that is another one; `None` if it is not. The machine may be none that AWS takes.
pub fn with_state(
    case: &Case,
    state: &str,
    change: impl FnOnce(&Map<String, Value>) -> Option<Value>,
) -> Option<Case> {
    let (scope, _) = state_places(&case.main().definition).into_iter().find(|(_, name)| name == state)?;
    with_definition(case, |definition| {
        let fields = state_mut(definition, &scope, state)?;
        let Some(Value::Object(changed)) = change(fields) else { return None };
        (changed != *fields).then(|| *fields = changed)
    })
}

/// The machine of this name alone, which another one started with this input. `None` if that is no simpler case.
pub fn isolate_machine(case: &Case, name: &str, input: &Value) -> Option<Case> {
    let at = case.machines.iter().skip(1).position(|machine| machine.name == name)? + 1;
    let mut alone = case.clone();
    alone.machines.swap(0, at);
    alone.machines.remove(at);
    let loops = looping_states(&alone.main().definition);
    let alone = tidy(case, Case { input: input.clone(), ..alone });
    (size_of(&alone) < size_of(case) && is_sound(&alone, &loops)).then_some(alone)
}

/// The child execution that a distributed Map starts with this input, as an execution of its own. `None` if that is no simpler
/// case.
pub fn isolate_child(case: &Case, map: &str, input: &Value) -> Option<Case> {
    let (scope, _) = state_places(&case.main().definition).into_iter().find(|(_, name)| name == map)?;
    let pointer = format!("{scope}/States/{}", escape(map));
    let state = case.main().definition.pointer(&pointer)?;
    let processor = ["ItemProcessor", "Iterator"].into_iter().find(|field| state.get(*field).is_some())?;
    (state.pointer(&format!("/{processor}/ProcessorConfig/Mode"))? == "DISTRIBUTED").then_some(())?;
    let lifted = lift_scope(case, &format!("{pointer}/{processor}"))?;
    let alone = tidy(case, Case { input: input.clone(), ..lifted });
    is_simpler(case, &alone).then_some(alone)
}

#[cfg(test)]
mod tests {
    use asl_cases::Machine;
    use rstest::rstest;

    use super::*;

    #[test]
    fn each_state_stands_alone_and_the_smallest_comes_first() {
        let definition = json!({"StartAt": "A", "States": {
            "A": {"Type": "Pass", "Result": "long enough", "Next": "B"},
            "B": {"Type": "Succeed"}
        }});
        let alone = isolate_each(&Case::new(Machine::new(definition), json!({})));
        let starts: Vec<_> = alone.iter().map(|case| case.main().definition["StartAt"].clone()).collect();
        assert_eq!(starts, ["B", "A"]);
    }

    #[test]
    fn state_stands_alone_with_its_ways_out() {
        let definition = json!({"StartAt": "A", "States": {
            "A": {"Type": "Pass", "Next": "M"},
            "M": {"Type": "Map", "End": true, "ItemProcessor": {"StartAt": "C", "States": {
                "C": {"Type": "Choice", "Choices": [{"Variable": "$", "IsString": true, "Next": "D"}], "Default": "E"},
                "D": {"Type": "Pass", "Next": "E"},
                "E": {"Type": "Pass", "End": true}}}}
        }});
        let case = Case::new(Machine::new(definition), json!(["x"]));
        let isolated = isolate(&case, "C", &json!("x")).expect("a simpler case");
        assert_eq!(
            isolated.main().definition,
            json!({"StartAt": "C", "States": {
                "D": {"Type": "Succeed"}, "E": {"Type": "Succeed"},
                "C": {"Type": "Choice", "Choices": [{"Variable": "$", "IsString": true, "Next": "D"}], "Default": "E"}
            }})
        );
        assert_eq!(isolated.input, json!("x"));
        assert_eq!(isolate(&isolated, "C", &json!("x")), None, "it stands alone already");
    }

    #[test]
    fn express_machine_becomes_a_standard_one_once() {
        let definition = json!({"StartAt": "A", "States": {"A": {"Type": "Succeed"}}});
        let mut case = Case::new(Machine::new(definition), json!({}));
        case.machines[0].kind = MachineType::Express;
        let standard = as_standard(&case).expect("an Express machine");
        assert_eq!(standard.main().kind, MachineType::Standard);
        assert_eq!(standard.main().definition, case.main().definition);
        assert_eq!(as_standard(&standard), None);
    }

    #[rstest]
    #[case::distributed(json!({"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}), true)]
    #[case::inline(json!({"Mode": "INLINE"}), false)]
    fn child_execution_stands_alone(#[case] config: Value, #[case] is_child: bool) {
        let flow = json!({"StartAt": "B", "States": {"B": {"Type": "Succeed"}}});
        let mut processor = flow.clone();
        processor["ProcessorConfig"] = config;
        let map = json!({"Type": "Map", "End": true, "ItemProcessor": processor});
        let definition = json!({"StartAt": "A", "States": {"A": map}});
        let case = Case::new(Machine::new(definition), json!([1, 2]));
        let alone = isolate_child(&case, "A", &json!(1));
        assert_eq!(
            alone.map(|alone| (alone.main().definition.clone(), alone.input)),
            is_child.then(|| (flow, json!(1)))
        );
        assert_eq!(isolate_child(&case, "B", &json!(1)), None, "it is no Map");
    }

    #[test]
    fn machine_that_another_one_starts_stands_alone() {
        let child = Machine {
            name: "child-1".to_owned(),
            ..Machine::new(json!({"StartAt": "B", "States": {"B": {"Type": "Succeed"}}}))
        };
        let start = json!({"StartAt": "A", "States": {"A": {
            "Type": "Task", "Resource": "arn:aws:states:::states:startExecution.sync:2", "End": true,
            "Parameters": {"StateMachineArn": "arn:aws:states:us-east-1:123456789012:stateMachine:child-1"}
        }}});
        let mut case = Case::new(Machine::new(start), json!({}));
        case.machines.push(child.clone());
        let alone = isolate_machine(&case, "child-1", &json!([1])).expect("a simpler case");
        assert_eq!((alone.machines, alone.input), (vec![child], json!([1])));
        assert_eq!(isolate_machine(&case, "main", &json!([1])), None);
    }
}
