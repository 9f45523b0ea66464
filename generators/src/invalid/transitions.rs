//! Transitions that lead nowhere, states that nobody reaches, and names that are not allowed.

use serde_json::{Value, json};

use super::{Rule, definition, put, put_in_front, rule, state_like, state_of_type};
use crate::shrink::{state_mut, state_places};

const NOBODY: &str = "Nobody Has This Name";

pub(super) const RULES: &[Rule] = &[
    rule("start-at-unknown", "StartAt names no state", "asl.validation.targets", |case, _| {
        definition(case)?["StartAt"] = NOBODY.into();
        Some(())
    }),
    rule("next-unknown", "Next names no state", "asl.validation.targets", |case, draw| {
        let state = state_like(case, draw, |state| state.contains_key("Next"), json!({"Type": "Pass"}))?;
        put(state, "Next", NOBODY);
        Some(())
    }),
    rule(
        "next-in-another-case",
        "Next names a state in other letters",
        "asl.validation.targets",
        |case, _| {
            let state = put_in_front(definition(case)?, json!({"Type": "Pass"}))?;
            let next = state.get("Next")?.as_str()?.to_owned();
            let swapped = match next.to_uppercase() {
                upper if upper == next => next.to_lowercase(),
                upper => upper,
            };
            (swapped != next).then_some(())?;
            put(state, "Next", swapped);
            Some(())
        },
    ),
    rule("default-unknown", "Default names no state", "asl.validation.targets", |case, draw| {
        let state = state_of_type(case, draw, "Choice", choice())?;
        put(state, "Default", NOBODY);
        Some(())
    }),
    rule("rule-target-unknown", "a Choice rule names no state", "asl.validation.targets", |case, draw| {
        let state = state_of_type(case, draw, "Choice", choice())?;
        state.get_mut("Choices")?.get_mut(0)?["Next"] = NOBODY.into();
        Some(())
    }),
    rule("catch-target-unknown", "a catcher names no state", "asl.validation.targets", |case, draw| {
        let state = state_of_type(case, draw, "Parallel", parallel())?;
        put(state, "Catch", json!([{"ErrorEquals": ["States.ALL"], "Next": NOBODY}]));
        Some(())
    }),
    rule("next-into-a-branch", "Next leads into a branch", "asl.validation.targets", |case, draw| {
        let state = state_of_type(case, draw, "Parallel", parallel())?;
        let inner = state.get("Branches")?.get(0)?.get("StartAt")?.clone();
        state.shift_remove("End");
        put(state, "Next", inner);
        Some(())
    }),
    rule(
        "neither-next-nor-end",
        "a state has neither Next nor End",
        "asl.validation.next-or-end",
        |case, draw| {
            let leads = |state: &super::Object| state.contains_key("Next") || state.contains_key("End");
            let state = state_like(case, draw, leads, json!({"Type": "Pass"}))?;
            state.shift_remove("Next").or_else(|| state.shift_remove("End")).map(drop)
        },
    ),
    rule("next-and-end", "a state has both Next and End", "asl.validation.next-or-end", |case, draw| {
        let state = state_like(case, draw, |state| state.contains_key("Next"), json!({"Type": "Pass"}))?;
        put(state, "End", true);
        Some(())
    }),
    rule("unreachable-state", "no transition leads to a state", "asl.validation.reachable", |case, _| {
        let states = definition(case)?.get_mut("States")?.as_object_mut()?;
        states.insert(NOBODY.to_owned(), json!({"Type": "Pass", "End": true}));
        Some(())
    }),
    rule("no-terminal-state", "no state ends the machine", "asl.validation.terminal-state", |case, _| {
        let definition = definition(case)?;
        *definition = json!({"StartAt": "A", "States": {
            "A": {"Type": "Pass", "Next": "B"}, "B": {"Type": "Pass", "Next": "A"}}});
        Some(())
    }),
    rule(
        "state-name-too-long",
        "the name of a state has 81 letters",
        "asl.validation.state-names",
        |case, _| {
            let definition = definition(case)?;
            put_in_front(definition, json!({"Type": "Pass"}))?;
            let long = "n".repeat(81);
            let states = definition.get_mut("States")?.as_object_mut()?;
            let state = states.shift_remove(super::FRONT)?;
            states.insert(long.clone(), state);
            definition["StartAt"] = long.into();
            Some(())
        },
    ),
    rule(
        "state-name-used-twice",
        "two scopes have a state of one name",
        "asl.validation.state-names",
        |case, draw| {
            let taken = definition(case)?.get("StartAt")?.clone();
            let state = state_of_type(case, draw, "Parallel", parallel())?;
            let branches = state.get_mut("Branches")?.as_array_mut()?;
            branches
                .push(json!({"StartAt": taken, "States": {taken.as_str()?: {"Type": "Pass", "End": true}}}));
            Some(())
        },
    ),
    rule("choice-with-end", "a Choice has End", "asl.validation.unknown-field", |case, draw| {
        let state = state_of_type(case, draw, "Choice", choice())?;
        put(state, "End", true);
        Some(())
    }),
    rule(
        "terminal-with-next",
        "a state that ends the machine has Next",
        "asl.validation.unknown-field",
        |case, draw| {
            let definition = definition(case)?;
            let first = definition.get("StartAt")?.clone();
            let mut places = state_places(definition);
            places.retain(|(scope, name)| {
                scope.is_empty()
                    && state_mut(definition, scope, name)
                        .and_then(|state| state.get("Type").cloned())
                        .is_some_and(|kind| kind == "Succeed" || kind == "Fail")
            });
            let (scope, name) = if places.is_empty() {
                let states = definition.get_mut("States")?.as_object_mut()?;
                states.insert(NOBODY.to_owned(), json!({"Type": "Succeed"}));
                (String::new(), NOBODY.to_owned())
            } else {
                places.swap_remove(draw.below(places.len()))
            };
            put(state_mut(definition, &scope, &name)?, "Next", first);
            Some(())
        },
    ),
];

pub(super) fn choice() -> Value {
    json!({"Type": "Choice", "Default": "$next",
        "Choices": [{"Variable": "$.value", "IsPresent": true, "Next": "$next"}]})
}

pub(super) fn parallel() -> Value {
    json!({"Type": "Parallel", "Branches": [
        {"StartAt": "Inside", "States": {"Inside": {"Type": "Pass", "End": true}}}]})
}
