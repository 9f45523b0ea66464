//! Structural simplification: smaller cases that are valid again, the most aggressive steps first.
//!
//! One file for each kind of step. What makes a case interesting is decided outside.

mod alone;
mod calls;
mod data;
mod expressions;
mod fields;
mod isolate;
mod kept;
pub(crate) mod names;
mod selected;
mod structure;
mod vary;

use std::collections::BTreeSet;

use asl_cases::{
    Answer, Case, Machine,
    scopes::{inner_scopes, inner_scopes_mut, states_of},
};
use serde_json::{Map, Value};

use crate::{
    check::{check_definition, reachable_states, targets_of},
    describe::describe,
    requirements::requirements_of,
};

use kept::{Kept, sources_of};

pub use alone::expressions_alone;
pub use fields::is_settled;
pub use isolate::{
    as_standard, isolate, isolate_child, isolate_each, isolate_machine, with_field, with_state,
};
pub use vary::variations;

type Object = Map<String, Value>;

/// One round of simpler forms of a case, most aggressive first.
///
/// Each is a valid definition and strictly smaller (fewer states, or as many and fewer tests in rules, or as many of both
/// and fewer bytes), so that taking any of them again and again comes to an end.
pub fn simplifications(case: &Case) -> Vec<Case> {
    let size = size_of(case);
    let loops = looping_states(&case.main().definition);
    let sources = sources_of(case);
    let steps = [structure::steps, fields::steps, selected::steps, data::steps, names::steps];
    let mut seen = BTreeSet::new();
    let candidates = steps.into_iter().flat_map(|step| steps_on_all_machines(case, step));
    let candidates = candidates.map(|candidate| tidy(case, candidate));
    candidates
        .filter(|candidate| size_of(candidate) < size && is_sound(candidate, &loops))
        .filter(|candidate| Kept::by(candidate).still_has(&sources, &sources_of(candidate)))
        .filter(|candidate| seen.insert(candidate.id()))
        .collect()
}

/// The step on the machine under test, then on the others, each as if it was that one.
fn steps_on_all_machines(case: &Case, step: fn(&Case) -> Vec<Case>) -> Vec<Case> {
    let mut found = step(case);
    for place in 1..case.machines.len() {
        let mut turned = case.clone();
        turned.machines.rotate_left(place);
        found.extend(step(&turned).into_iter().map(|mut candidate| {
            candidate.machines.rotate_right(place);
            candidate
        }));
    }
    found
}

/// Whether the candidate is smaller, valid, and asks nothing that the case did not ask.
fn is_simpler(case: &Case, candidate: &Case) -> bool {
    size_of(candidate) < size_of(case)
        && is_sound(candidate, &looping_states(&case.main().definition))
        && Kept::by(candidate).still_has(&sources_of(case), &sources_of(candidate))
}

/// Takes away what a step has left without use, and says anew what the case is about.
fn tidy(original: &Case, mut candidate: Case) -> Case {
    let area = original.area().to_owned();
    for machine in &mut candidate.machines {
        drop_unreachable(&mut machine.definition);
        let names: BTreeSet<&str> =
            states_of(&machine.definition).into_iter().map(|(name, _)| name).collect();
        machine.stubs.retain(|name, _| names.contains(name.as_str()));
    }
    drop_unused_machines(&mut candidate);
    candidate.expectation = None;
    candidate.title = describe(&candidate, &area);
    candidate.requirements = requirements_of(&candidate, &area);
    candidate
}

/// Takes away the machines that no other one names.
fn drop_unused_machines(case: &mut Case) {
    let is_named = |name: &str| {
        let ending = format!(":stateMachine:{name}\"");
        case.machines.iter().any(|other| other.name != name && other.definition.to_string().contains(&ending))
    };
    let unused: Vec<String> = case
        .machines
        .iter()
        .skip(1)
        .map(|machine| machine.name.clone())
        .filter(|name| !is_named(name))
        .collect();
    case.machines.retain(|machine| !unused.contains(&machine.name));
}

fn drop_unreachable(scope: &mut Value) {
    let start = scope.get("StartAt").and_then(Value::as_str).unwrap_or_default().to_owned();
    let Some(states) = scope.get_mut("States").and_then(Value::as_object_mut) else { return };
    let reached: BTreeSet<String> = reachable_states(states, &start).into_iter().map(str::to_owned).collect();
    states.retain(|name, _| reached.contains(name));
    states
        .values_mut()
        .filter_map(Value::as_object_mut)
        .flat_map(inner_scopes_mut)
        .for_each(drop_unreachable);
}

fn is_sound(candidate: &Case, loops: &[(String, Value)]) -> bool {
    let is_sound = |machine: &Machine| {
        let tasks =
            states_of(&machine.definition).into_iter().filter(|(_, state)| state.contains_key("Resource"));
        let is_valid = check_definition(&machine.definition).is_ok();
        is_valid && tasks.into_iter().all(|(name, state)| task_ends(state, machine.stubs.get(name)))
    };
    // A loop is bounded by the states in it: it stays as it is, or goes altogether.
    candidate.machines.iter().all(is_sound)
        && looping_states(&candidate.main().definition).iter().all(|looping| loops.contains(looping))
}

/// A task has a scripted answer for every attempt, and where that is silence, a time limit.
fn task_ends(state: &Object, answers: Option<&Vec<Answer>>) -> bool {
    let starts_machine = state
        .get("Resource")
        .and_then(Value::as_str)
        .is_some_and(|resource| resource.contains(":startExecution"));
    if starts_machine && answers.is_none() {
        return true;
    }
    let is_limited = ["TimeoutSeconds", "TimeoutSecondsPath", "HeartbeatSeconds", "HeartbeatSecondsPath"]
        .iter()
        .any(|field| state.contains_key(*field));
    answers.is_some_and(|answers| !answers.is_empty() && (is_limited || !answers.iter().any(is_silent)))
}

/// Whether a worker says nothing in the end.
fn is_silent(answer: &Answer) -> bool {
    match answer {
        Answer::Silence | Answer::Unpolled => true,
        Answer::Heartbeats { then, .. } | Answer::Submitted { then, .. } => is_silent(then),
        Answer::Succeed(_) | Answer::Fail { .. } | Answer::NoSuchActivity => false,
    }
}

/// The states that can come back to themselves.
fn looping_states(definition: &Value) -> Vec<(String, Value)> {
    let mut found = Vec::new();
    let mut open = vec![definition];
    while let Some(scope) = open.pop() {
        let Some(states) = scope.get("States").and_then(Value::as_object) else { continue };
        for (name, state) in states {
            let Some(fields) = state.as_object() else { continue };
            if targets_of(fields)
                .into_iter()
                .any(|target| reachable_states(states, target).contains(name.as_str()))
            {
                found.push((name.clone(), state.clone()));
            }
            open.extend(inner_scopes(fields));
        }
    }
    found
}

/// The measure that every simplification makes smaller.
fn size_of(case: &Case) -> (usize, usize, usize) {
    let bytes_of = |machine: &Machine| {
        let stubs = serde_json::to_string(&machine.stubs).map_or(0, |text| text.len());
        machine.definition.to_string().len() + stubs
    };
    let bytes = case.input.to_string().len() + case.machines.iter().map(bytes_of).sum::<usize>();
    let definitions = || case.machines.iter().map(|machine| &machine.definition);
    let n_states = definitions().map(|definition| states_of(definition).len()).sum();
    (n_states, definitions().map(fields::n_tests).sum(), bytes)
}

/// The JSON pointers to all scopes, outermost first.
fn scope_pointers(definition: &Value) -> Vec<String> {
    let mut pointers = vec![String::new()];
    let mut at = 0;
    while at < pointers.len() {
        let base = pointers[at].clone();
        at += 1;
        let states =
            definition.pointer(&base).and_then(|scope| scope.get("States")).and_then(Value::as_object);
        for (name, state) in states.into_iter().flatten() {
            let state_pointer = format!("{base}/States/{}", escape(name));
            let branches = state.get("Branches").and_then(Value::as_array).map_or(0, Vec::len);
            pointers.extend((0..branches).map(|index| format!("{state_pointer}/Branches/{index}")));
            let processors =
                ["ItemProcessor", "Iterator"].into_iter().filter(|field| state.get(*field).is_some());
            pointers.extend(processors.map(|field| format!("{state_pointer}/{field}")));
        }
    }
    pointers
}

/// The JSON pointers to all scopes with the names of the states in each.
pub(crate) fn state_places(definition: &Value) -> Vec<(String, String)> {
    let names_in = |pointer: &String| -> Vec<String> {
        let states =
            definition.pointer(pointer).and_then(|scope| scope.get("States")).and_then(Value::as_object);
        states.map(|states| states.keys().cloned().collect()).unwrap_or_default()
    };
    let pointers = scope_pointers(definition);
    pointers
        .iter()
        .flat_map(|pointer| names_in(pointer).into_iter().map(|name| (pointer.clone(), name)))
        .collect()
}

fn escape(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

/// The case with its first definition changed; `None` if the change does not apply.
pub(crate) fn with_definition(case: &Case, change: impl FnOnce(&mut Value) -> Option<()>) -> Option<Case> {
    let mut changed = case.clone();
    change(&mut changed.machines.first_mut()?.definition)?;
    Some(changed)
}

/// The fields of a state, to be changed.
pub(crate) fn state_mut<'a>(definition: &'a mut Value, scope: &str, name: &str) -> Option<&'a mut Object> {
    definition.pointer_mut(scope)?.get_mut("States")?.get_mut(name)?.as_object_mut()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generate_case;
    use asl_cases::Profile;
    use serde_json::json;

    #[test]
    fn simplifications_are_valid_and_smaller() {
        for index in 0..60 {
            let case = generate_case(&Profile::everything(), 11, index);
            for candidate in simplifications(&case) {
                let definition = &candidate.main().definition;
                check_definition(definition).unwrap_or_else(|fault| panic!("{fault}: {definition:#}"));
                assert!(size_of(&candidate) < size_of(&case));
                assert_eq!(candidate.area(), case.area());
            }
        }
    }

    #[test]
    fn greedy_shrinking_ends_at_one_small_state() {
        for index in 0..15 {
            let mut case = generate_case(&Profile::everything(), 12, index);
            while let Some(next) = simplifications(&case).into_iter().next() {
                case = next;
            }
            assert_eq!(states_of(&case.main().definition).len(), 1, "{}", case.main().definition);
            let plainest =
                [json!({}), json!([]), json!(""), json!(0), json!(false), json!(true), json!(null)];
            assert!(plainest.contains(&case.input), "{}", case.input);
        }
    }

    #[test]
    fn shrinking_keeps_a_predicate_and_drops_the_rest() {
        let keeps_a_wait =
            |case: &Case| states_of(&case.main().definition).iter().any(|(_, state)| state["Type"] == "Wait");
        let mut case = crate::generate_case_in(&Profile::everything(), "wait", 3, 4);
        while let Some(next) = simplifications(&case).into_iter().find(keeps_a_wait) {
            case = next;
        }
        assert_eq!(states_of(&case.main().definition).len(), 1, "{}", case.main().definition);
        assert!(case.main().definition.to_string().len() < 80, "{}", case.main().definition);
    }
}
