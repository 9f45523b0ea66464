//! Each attempt of a retried task as a state of its own.

use asl_cases::Case;
use serde_json::{Value, json};

use super::{
    Domain, Object, Relation, TraceMapping, Twin, fresh_name, handlers::names_of, looks_around,
    speaks_jsonata, states_mut,
};
use crate::{
    check::reachable_states,
    draw::Draw,
    shrink::{state_mut, with_definition},
};

pub(super) const RELATION: Relation = Relation {
    id: "retry-unrolled",
    statement: "Documented: a retrier runs its state again with the same input, MaxAttempts times at most; a chain of states, each of which catches what the retrier names and hands its input on, does the same.",
    domain: Domain::OwnEnd,
    rewrite,
};

const ATTEMPTS_MAX: u64 = 4;

fn rewrite(case: &Case, _: &mut Draw) -> Option<Twin> {
    if looks_around(case) || speaks_jsonata(case) || case.main().definition.get("TimeoutSeconds").is_some() {
        return None;
    }
    let states = case.main().definition.get("States")?.as_object()?;
    let (name, state) = states.iter().find(|(name, state)| is_fit(states, name, state))?;
    let state = state.as_object()?;
    let retrier = state.get("Retry")?.get(0)?;
    let n_retries =
        retrier.get("MaxAttempts").map_or(Some(3), Value::as_u64).filter(|number| *number <= ATTEMPTS_MAX)?;
    let names: Vec<String> = std::iter::once(name.clone())
        .chain((1..=n_retries).map(|number| fresh_name(case, &format!("Attempt {}", number + 1))))
        .collect();
    let mut twin = with_definition(case, |definition| {
        for (place, attempt) in names.iter().enumerate() {
            let mut copy = state.clone();
            copy.shift_remove("Retry");
            if let Some(next) = names.get(place + 1) {
                catch_and_go_on(&mut copy, retrier, next);
            }
            states_mut(definition, "")?.insert(attempt.clone(), Value::Object(copy));
        }
        state_mut(definition, "", name).map(drop)
    })?;
    let stubs = &mut twin.machines.first_mut()?.stubs;
    if let Some(answers) = stubs.get(name).cloned() {
        for (place, attempt) in names.iter().enumerate() {
            let rest = answers[place.min(answers.len().checked_sub(1)?)..].to_vec();
            stubs.insert(attempt.clone(), rest);
        }
    }
    Some(Twin { case: twin, mapping: TraceMapping::Untold })
}

/// A task of the outermost flow with one retrier, which is entered once.
fn is_fit(states: &Object, name: &str, state: &Value) -> bool {
    let Some(fields) = state.as_object() else { return false };
    let targets = reachable_states(states, name);
    let leads_back = targets.iter().any(|other| leads_to(states.get(*other), name));
    fields.get("Type").is_some_and(|kind| kind == "Task")
        && fields.get("Retry").and_then(Value::as_array).is_some_and(|retriers| retriers.len() == 1)
        && !leads_back
}

fn leads_to(state: Option<&Value>, name: &str) -> bool {
    let text = state.map(Value::to_string).unwrap_or_default();
    [format!("\"Next\":{}", Value::from(name)), format!("\"Default\":{}", Value::from(name))]
        .iter()
        .any(|way| text.contains(way))
}

/// A catcher in the retrier's place, before all others; one for every error leaves no room for more.
fn catch_and_go_on(state: &mut Object, retrier: &Value, next: &str) {
    let catcher = json!({"ErrorEquals": names_of(retrier), "ResultPath": null, "Next": next});
    let others = state.shift_remove("Catch");
    let is_for_all = names_of(retrier).contains(&"States.ALL");
    let mut catchers = vec![catcher];
    if let Some(Value::Array(others)) = others.filter(|_| !is_for_all) {
        catchers.extend(others);
    }
    state.insert("Catch".to_owned(), catchers.into());
}
