//! Steps on names: short ones in the place of long ones, all at once and then one by one.

use std::collections::BTreeMap;

use asl_cases::{
    Case,
    scopes::{inner_scopes_mut, states_of},
};
use serde_json::Value;

pub(super) fn steps(case: &Case) -> Vec<Case> {
    let names: Vec<String> =
        states_of(&case.main().definition).into_iter().map(|(name, _)| name.to_owned()).collect();
    let all: BTreeMap<String, String> =
        names.iter().enumerate().map(|(index, name)| (name.clone(), short_name(index))).collect();
    let mut found = vec![rename(case, &all)];
    for (index, name) in names.iter().enumerate() {
        let short = short_name(index);
        if !names.contains(&short) {
            found.push(rename(case, &BTreeMap::from_iter([(name.clone(), short)])));
        }
    }
    found
}

/// `A` to `Z`, then `A1` and so on.
fn short_name(index: usize) -> String {
    let letter = char::from(b'A' + u8::try_from(index % 26).expect("below 26"));
    if index < 26 { letter.to_string() } else { format!("{letter}{}", index / 26) }
}

/// Gives states new names everywhere: old name to new name.
pub(crate) fn rename(case: &Case, names: &BTreeMap<String, String>) -> Case {
    let mut changed = case.clone();
    for machine in &mut changed.machines {
        rename_scope(&mut machine.definition, names);
        let stubs = std::mem::take(&mut machine.stubs);
        machine.stubs = stubs
            .into_iter()
            .map(|(name, answers)| (names.get(&name).cloned().unwrap_or(name), answers))
            .collect();
    }
    changed
}

fn rename_scope(scope: &mut Value, names: &BTreeMap<String, String>) {
    rename_field(scope, "StartAt", names);
    let Some(Value::Object(states)) = scope.get_mut("States") else { return };
    let old = std::mem::take(states);
    for (name, mut state) in old {
        for field in ["Next", "Default"] {
            rename_field(&mut state, field, names);
        }
        for field in ["Choices", "Catch"] {
            let entries = state.get_mut(field).and_then(Value::as_array_mut);
            entries.into_iter().flatten().for_each(|entry| rename_field(entry, "Next", names));
        }
        state
            .as_object_mut()
            .into_iter()
            .flat_map(inner_scopes_mut)
            .for_each(|inner| rename_scope(inner, names));
        states.insert(names.get(&name).cloned().unwrap_or(name), state);
    }
}

fn rename_field(object: &mut Value, field: &str, names: &BTreeMap<String, String>) {
    if let Some(Value::String(name)) = object.get_mut(field)
        && let Some(short) = names.get(name.as_str())
    {
        name.clone_from(short);
    }
}
