//! Steps on states: lift an inner scope to the top, drop a state, unwrap a Parallel or Map, put a Pass in its place.

use asl_cases::Case;
use serde_json::{Value, json};

use super::{Object, escape, scope_pointers, state_mut, state_places, with_definition};

pub(super) fn steps(case: &Case) -> Vec<Case> {
    let definition = &case.main().definition;
    let places = state_places(definition);
    let mut found = Vec::new();
    found.extend(scope_pointers(definition).iter().skip(1).filter_map(|pointer| lift_scope(case, pointer)));
    found.extend(places.iter().filter_map(|(scope, name)| end_here(case, scope, name)));
    found.extend(places.iter().filter_map(|(scope, name)| drop_state(case, scope, name)));
    found.extend(places.iter().filter_map(|(scope, name)| unwrap_state(case, scope, name)));
    found.extend(places.iter().filter_map(|(scope, name)| replace_by_pass(case, scope, name)));
    found.extend(places.iter().filter_map(|(scope, name)| give_result(case, scope, name)));
    found.extend(places.iter().filter_map(|(scope, name)| give_arguments(case, scope, name)));
    found.extend(places.iter().filter_map(|(scope, name)| straighten_choice(case, scope, name)));
    found
}

/// Makes a branch or an item processor the whole definition.
pub(super) fn lift_scope(case: &Case, pointer: &str) -> Option<Case> {
    with_definition(case, |definition| {
        let mut inner = definition.pointer(pointer)?.clone();
        inner.as_object_mut()?.shift_remove("ProcessorConfig");
        if let Some(language) = definition.get("QueryLanguage") {
            inner.as_object_mut()?.insert("QueryLanguage".to_owned(), language.clone());
        }
        *definition = inner;
        Some(())
    })
}

/// Lets the scope end at this state.
fn end_here(case: &Case, scope: &str, name: &str) -> Option<Case> {
    with_definition(case, |definition| {
        let state = state_mut(definition, scope, name)?;
        state.shift_remove("Next")?;
        state.insert("End".to_owned(), true.into());
        Some(())
    })
}

/// Takes a state out; what led to it leads to where it went.
fn drop_state(case: &Case, scope: &str, name: &str) -> Option<Case> {
    with_definition(case, |definition| {
        let target = way_on(state_mut(definition, scope, name)?);
        let scope = definition.pointer_mut(scope)?.as_object_mut()?;
        if scope.get("StartAt")? == name {
            scope.insert("StartAt".to_owned(), target.clone()?.into());
        }
        let states = scope.get_mut("States")?.as_object_mut()?;
        states.shift_remove(name);
        states.values_mut().for_each(|state| redirect(state, name, target.as_deref()));
        Some(())
    })
}

/// Where a state mostly goes.
fn way_on(state: &Object) -> Option<String> {
    let next = state.get("Next").or_else(|| state.get("Default"));
    let first_of =
        |list: &str| state.get(list).and_then(|entries| entries.get(0)).and_then(|entry| entry.get("Next"));
    let next = next.or_else(|| first_of("Choices")).or_else(|| first_of("Catch"));
    next.and_then(Value::as_str).map(str::to_owned)
}

/// Turns the transitions to one state to another, or to the end where a state can end.
fn redirect(state: &mut Value, from: &str, to: Option<&str>) {
    let Some(fields) = state.as_object_mut() else { return };
    if fields.get("Next").is_some_and(|next| next == from) {
        match to {
            Some(target) => fields.insert("Next".to_owned(), target.into()),
            None => fields.shift_remove("Next").and_then(|_| fields.insert("End".to_owned(), true.into())),
        };
    }
    if fields.get("Default").is_some_and(|next| next == from) {
        match to {
            Some(target) => fields.insert("Default".to_owned(), target.into()),
            None => fields.shift_remove("Default"),
        };
    }
    for field in ["Choices", "Catch"] {
        let Some(Value::Array(entries)) = fields.get_mut(field) else { continue };
        match to {
            Some(target) => {
                for entry in entries.iter_mut().filter(|entry| entry["Next"] == from) {
                    entry["Next"] = target.into();
                }
            }
            None => entries.retain(|entry| entry["Next"] != from),
        }
    }
    if fields.get("Catch").and_then(Value::as_array).is_some_and(Vec::is_empty) {
        fields.shift_remove("Catch");
    }
}

/// Puts the states of one inner scope in the place of the Parallel or Map around it.
fn unwrap_state(case: &Case, scope: &str, name: &str) -> Option<Case> {
    let state_pointer = format!("{scope}/States/{}", escape(name));
    let definition = &case.main().definition;
    let pointers = [format!("{state_pointer}/Branches/0"), format!("{state_pointer}/ItemProcessor")];
    let pointers = pointers.into_iter().chain([format!("{state_pointer}/Iterator")]);
    let inner = pointers.into_iter().find_map(|pointer| definition.pointer(&pointer))?;
    let start = inner.get("StartAt")?.as_str()?.to_owned();
    let mut inner_states = inner.get("States")?.as_object()?.clone();
    with_definition(case, |definition| {
        let next = state_mut(definition, scope, name)?.get("Next").cloned();
        inner_states.values_mut().for_each(|state| continue_with(state, next.as_ref()));
        let scope = definition.pointer_mut(scope)?.as_object_mut()?;
        if scope.get("StartAt")? == name {
            scope.insert("StartAt".to_owned(), start.as_str().into());
        }
        let states = scope.get_mut("States")?.as_object_mut()?;
        states.shift_remove(name);
        states.values_mut().for_each(|state| redirect(state, name, Some(&start)));
        states.extend(inner_states);
        Some(())
    })
}

fn continue_with(state: &mut Value, next: Option<&Value>) {
    let (Some(fields), Some(next)) = (state.as_object_mut(), next) else { return };
    if fields.get("Type").is_some_and(|kind| kind == "Succeed") {
        fields.insert("Type".to_owned(), "Pass".into());
        fields.insert("Next".to_owned(), next.clone());
    } else if fields.shift_remove("End").is_some() {
        fields.insert("Next".to_owned(), next.clone());
    }
}

/// Puts a bare Pass in the place of a state.
fn replace_by_pass(case: &Case, scope: &str, name: &str) -> Option<Case> {
    with_definition(case, |definition| {
        let state = state_mut(definition, scope, name)?;
        let target = way_on(state);
        let pass = match target {
            Some(target) => json!({"Type": "Pass", "Next": target}),
            None => json!({"Type": "Pass", "End": true}),
        };
        state.clone_from(pass.as_object()?);
        Some(())
    })
}

/// Puts a Pass in the place of a state that works and says where its result is put, with what is done with the result.
fn give_result(case: &Case, scope: &str, name: &str) -> Option<Case> {
    const AROUND_A_RESULT: &[&str] = &["InputPath", "ResultPath", "OutputPath", "Assign", "Next", "End"];
    const WORK: &[&str] = &["Task", "Parallel", "Map"];
    with_definition(case, |definition| {
        let state = state_mut(definition, scope, name)?;
        let works = state.get("Type").and_then(Value::as_str).is_some_and(|kind| WORK.contains(&kind));
        (works && state.contains_key("ResultPath")).then_some(())?;
        let mut pass =
            Object::from_iter([("Type".to_owned(), json!("Pass")), ("Result".to_owned(), json!({}))]);
        state.retain(|field, _| AROUND_A_RESULT.contains(&field.as_str()));
        pass.append(state);
        *state = pass;
        Some(())
    })
}

/// Puts a Pass in the place of a state that works on arguments of its own, which makes them and does nothing with them.
fn give_arguments(case: &Case, scope: &str, name: &str) -> Option<Case> {
    const BEFORE_THE_WORK: &[&str] = &["QueryLanguage", "InputPath", "Parameters", "Next", "End"];
    with_definition(case, |definition| {
        let state = state_mut(definition, scope, name)?;
        matches!(state.get("Type")?.as_str()?, "Task" | "Parallel").then_some(())?;
        let arguments = state.shift_remove("Arguments");
        (arguments.is_some() || state.contains_key("Parameters")).then_some(())?;
        let mut pass = Object::from_iter([("Type".to_owned(), json!("Pass"))]);
        pass.extend(arguments.map(|arguments| ("Output".to_owned(), arguments)));
        state.retain(|field, _| BEFORE_THE_WORK.contains(&field.as_str()));
        pass.append(state);
        *state = pass;
        Some(())
    })
}

/// Lets a Choice always go one way: a Pass to the target of each of its rules.
fn straighten_choice(case: &Case, scope: &str, name: &str) -> Option<Case> {
    with_definition(case, |definition| {
        let state = state_mut(definition, scope, name)?;
        let target = state.get("Choices")?.as_array()?.last()?.get("Next")?.clone();
        state.clone_from(json!({"Type": "Pass", "Next": target}).as_object()?);
        Some(())
    })
}

#[cfg(test)]
mod tests {
    use asl_cases::Machine;
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::that_says_where(
        json!({"Type": "Task", "Resource": "r", "ResultPath": "$.a", "Retry": [], "Next": "B"}),
        Some(json!({"Type": "Pass", "Result": {}, "ResultPath": "$.a", "Next": "B"}))
    )]
    #[case::that_does_not(json!({"Type": "Map", "OutputPath": "$.a", "End": true}), None)]
    #[case::that_does_no_work(json!({"Type": "Wait", "Seconds": 1, "ResultPath": "$.a", "End": true}), None)]
    fn result_of_a_state_is_given(#[case] state: Value, #[case] pass: Option<Value>) {
        let case = Case::new(Machine::new(json!({"StartAt": "A", "States": {"A": state}})), json!({}));
        let given = give_result(&case, "", "A").map(|case| case.main().definition["States"]["A"].clone());
        assert_eq!(given, pass);
    }

    #[rstest]
    #[case::in_jsonpath(
        json!({"Type": "Task", "Resource": "r", "Parameters": {"a.$": "$.b"}, "ResultPath": "$.a", "Next": "B"}),
        Some(json!({"Type": "Pass", "Parameters": {"a.$": "$.b"}, "Next": "B"}))
    )]
    #[case::in_jsonata(
        json!({"Type": "Parallel", "QueryLanguage": "JSONata", "Arguments": [1], "Branches": [], "Output": 2, "End": true}),
        Some(json!({"Type": "Pass", "Output": [1], "QueryLanguage": "JSONata", "End": true}))
    )]
    #[case::without_any(json!({"Type": "Task", "Resource": "r", "End": true}), None)]
    #[case::of_a_pass(json!({"Type": "Pass", "Parameters": {}, "End": true}), None)]
    fn arguments_of_a_state_are_made_alone(#[case] state: Value, #[case] pass: Option<Value>) {
        let case = Case::new(Machine::new(json!({"StartAt": "A", "States": {"A": state}})), json!({}));
        let given = give_arguments(&case, "", "A").map(|case| case.main().definition["States"]["A"].clone());
        assert_eq!(given, pass);
    }
}
