//! A Parallel as a Map over the numbers of its branches.

use asl_cases::Case;
use serde_json::{Map, Value, json};

use super::{
    Domain, Object, Relation, TraceMapping, Twin, fresh_name, looks_around, pick_state, redirect,
    speaks_jsonata, states_mut,
};
use crate::{draw::Draw, shrink::with_definition};

pub(super) const RELATION: Relation = Relation {
    id: "parallel-as-map",
    statement: "Parallel and Map run flows side by side and list their outputs in order; a Map over the numbers of the branches, each of which chooses its branch, runs the same flows.",
    domain: Domain::Success,
    rewrite,
};

fn rewrite(case: &Case, draw: &mut Draw) -> Option<Twin> {
    if looks_around(case) || speaks_jsonata(case) {
        return None;
    }
    let (scope, name) = pick_state(case, draw, is_fit)?;
    let list = fresh_name(case, "Branches");
    let twin = with_definition(case, |definition| {
        redirect(definition.pointer_mut(&scope)?, &name, &list);
        let states = states_mut(definition, &scope)?;
        let state = states.get_mut(&name)?.as_object_mut()?;
        let Value::Array(branches) = state.shift_remove("Branches")? else { return None };
        let numbers: Vec<usize> = (0..branches.len()).collect();
        let inner_input = state.shift_remove("InputPath").unwrap_or_else(|| "$".into());
        let data = match inner_input.as_str()? {
            "$" => "$.data".to_owned(),
            path => path
                .strip_prefix('$')
                .filter(|rest| rest.starts_with(['.', '[']))
                .map(|rest| format!("$.data{rest}"))?,
        };
        state.insert("Type".to_owned(), "Map".into());
        state.insert("ItemsPath".to_owned(), "$.branches".into());
        state.insert("ItemSelector".to_owned(), json!({"branch.$": "$$.Map.Item.Value", "data.$": data}));
        state.insert("ItemProcessor".to_owned(), processor(branches, &|wish| fresh_name(case, wish))?);
        let pass = json!({"Type": "Pass", "Parameters": {"branches": numbers, "data.$": "$"}, "Next": name});
        states.insert(list.clone(), pass);
        Some(())
    })?;
    Some(Twin { case: twin, mapping: TraceMapping::Untold })
}

/// A flow that chooses its branch by number, and goes on there with the data.
fn processor(branches: Vec<Value>, fresh: &dyn Fn(&str) -> String) -> Option<Value> {
    let choice = fresh("Which");
    let (mut states, mut rules) = (Map::new(), Vec::new());
    for (place, mut branch) in branches.into_iter().enumerate() {
        let begin = fresh(&format!("Begin {place}"));
        rules.push(json!({"Variable": "$.branch", "NumericEquals": place, "Next": begin}));
        states.insert(begin, json!({"Type": "Pass", "InputPath": "$.data", "Next": branch.get("StartAt")?}));
        states.append(branch.get_mut("States")?.as_object_mut()?);
    }
    states.insert(choice.clone(), json!({"Type": "Choice", "Choices": rules}));
    Some(json!({"StartAt": choice, "States": states}))
}

/// What would read the data around the branches, or another list, is not there.
fn is_fit(state: &Object) -> bool {
    let others = ["Parameters", "ResultPath", "Catch", "Retry", "QueryLanguage"];
    state.contains_key("Branches") && !others.iter().any(|field| state.contains_key(*field))
}
