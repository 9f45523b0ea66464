//! The variables of a Choice rule or a catcher, assigned by a Pass behind it.

use asl_cases::Case;
use serde_json::{Value, json};

use super::{Domain, Object, Relation, TraceMapping, Twin, fresh_name, looks_around, pick_state, states_mut};
use crate::{
    draw::Draw,
    shrink::{state_mut, with_definition},
};

pub(super) const RELATION: Relation = Relation {
    id: "assign-apart",
    statement: "Documented: Assign reads what its state, rule or catcher hands on, and counts from the next state on; a Pass as next state reads the same.",
    domain: Domain::OwnEnd,
    rewrite,
};

/// Where an Assign stands: in the state, or in an entry of one of its lists.
enum Place {
    State,
    Entry(&'static str, usize),
}

fn rewrite(case: &Case, draw: &mut Draw) -> Option<Twin> {
    if looks_around(case) || super::speaks_jsonata(case) {
        return None;
    }
    let (scope, name) = pick_state(case, draw, |state| !places(state).is_empty())?;
    let fresh = fresh_name(case, "Assigned");
    let turn = draw.below(8);
    let twin = with_definition(case, |definition| {
        let state = state_mut(definition, &scope, &name)?;
        let mut places = places(state);
        let place = places.swap_remove(turn % places.len());
        let holder = match place {
            Place::State => state,
            Place::Entry(list, index) => state.get_mut(list)?.get_mut(index)?.as_object_mut()?,
        };
        let mut pass = json!({"Type": "Pass", "Assign": holder.shift_remove("Assign")?});
        let way_on = ["Next", "End", "Default"].into_iter().find(|field| holder.contains_key(*field))?;
        let target = holder.shift_remove(way_on)?;
        let (field, own) = match way_on {
            "End" => ("End", "Next"),
            "Default" => ("Next", "Default"),
            _ => ("Next", "Next"),
        };
        pass[field] = target;
        holder.insert(own.to_owned(), fresh.clone().into());
        states_mut(definition, &scope)?.insert(fresh.clone(), pass);
        Some(())
    })?;
    Some(Twin { case: twin, mapping: TraceMapping::Untold })
}

/// The places whose Assign reads exactly what is handed on.
fn places(state: &Object) -> Vec<Place> {
    let is_jsonata = state.contains_key("QueryLanguage");
    if is_jsonata {
        return Vec::new();
    }
    let mut places = Vec::new();
    let changes_result =
        ["ResultSelector", "ResultPath", "OutputPath"].iter().any(|field| state.contains_key(*field));
    if state.contains_key("Assign") && !changes_result {
        places.push(Place::State);
    }
    let entries = |list: &'static str, is_fit: fn(&Value) -> bool| {
        let entries = state.get(list).and_then(Value::as_array).into_iter().flatten().enumerate();
        entries
            .filter(move |(_, entry)| entry.get("Assign").is_some() && is_fit(entry))
            .map(move |(index, _)| Place::Entry(list, index))
            .collect::<Vec<_>>()
    };
    if !state.contains_key("OutputPath") {
        places.extend(entries("Choices", |_| true));
    }
    places.extend(entries("Catch", |catcher| catcher.get("ResultPath").is_none()));
    places
}
