//! The scopes of a definition: the machine itself, and what its Parallel and Map states hold, each with `States` of its
//! own. Plain data: nothing is checked, and what is no scope is passed over.

use std::slice;

use serde_json::{Map, Value};

/// The fields of a state that hold scopes; `Iterator` is the older name of `ItemProcessor`.
pub const SCOPE_FIELDS: [&str; 3] = ["Branches", "ItemProcessor", "Iterator"];

/// The branches of a Parallel state or the processor of a Map state, in the order in which they are written.
pub fn inner_scopes(state: &Map<String, Value>) -> impl Iterator<Item = &Value> {
    state.iter().filter(|(field, _)| SCOPE_FIELDS.contains(&field.as_str())).flat_map(
        |(_, held)| match held {
            Value::Array(branches) => branches.as_slice(),
            processor => slice::from_ref(processor),
        },
    )
}

/// As [`inner_scopes`], to be changed.
pub fn inner_scopes_mut(state: &mut Map<String, Value>) -> impl Iterator<Item = &mut Value> {
    state.iter_mut().filter(|(field, _)| SCOPE_FIELDS.contains(&field.as_str())).flat_map(|(_, held)| {
        match held {
            Value::Array(branches) => branches.as_mut_slice(),
            processor => slice::from_mut(processor),
        }
    })
}

/// Every state of a definition with its name, outer ones before the ones inside them.
pub fn states_of(definition: &Value) -> Vec<(&str, &Map<String, Value>)> {
    let mut found = Vec::new();
    let mut open = vec![definition];
    while let Some(scope) = open.pop() {
        let Some(states) = scope.get("States").and_then(Value::as_object) else { continue };
        for (name, state) in states {
            let Some(state) = state.as_object() else { continue };
            found.push((name.as_str(), state));
            open.extend(inner_scopes(state));
        }
    }
    found
}

/// Calls for every state of a definition, outer ones before the ones inside them.
pub fn for_each_state_mut(definition: &mut Value, action: &mut dyn FnMut(&mut Map<String, Value>)) {
    let Some(Value::Object(states)) = definition.get_mut("States") else { return };
    for state in states.values_mut().filter_map(Value::as_object_mut) {
        action(state);
        inner_scopes_mut(state).for_each(|scope| for_each_state_mut(scope, action));
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn nested() -> Value {
        let inner = |name: &str| json!({"StartAt": name, "States": {name: {"Type": "Succeed"}}});
        json!({"StartAt": "P", "States": {
            "P": {"Type": "Parallel", "Branches": [inner("A"), inner("B")], "Next": "M"},
            "M": {"Type": "Map", "ItemProcessor": inner("C"), "Next": "O"},
            "O": {"Type": "Map", "Iterator": inner("D"), "End": true},
        }})
    }

    #[test]
    fn states_in_branches_and_processors_are_found() {
        let definition = nested();
        let mut names: Vec<&str> = states_of(&definition).into_iter().map(|(name, _)| name).collect();
        assert_eq!(names[..3], ["P", "M", "O"]);
        names.sort_unstable();
        assert_eq!(names, ["A", "B", "C", "D", "M", "O", "P"]);
    }

    #[test]
    fn every_state_can_be_changed() {
        let mut definition = nested();
        for_each_state_mut(&mut definition, &mut |state| {
            state.insert("Comment".to_owned(), json!("seen"));
        });
        assert!(states_of(&definition).iter().all(|(_, state)| state["Comment"] == "seen"));
    }

    #[test]
    fn what_is_no_scope_is_passed_over() {
        let definition = json!({"States": {"P": {"Branches": [1, {"States": 2}]}, "Q": 3}});
        assert_eq!(states_of(&definition).len(), 1);
    }
}
