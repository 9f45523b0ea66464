//! Definitions in which one documented rule is broken: a drawn definition, changed in one place by one mutator.
//!
//! One file a family of rules. Which refusal is right is for the oracle to say; every rule carries the requirement that it
//! breaks. An engine that accepts such a definition has lost the rule.

mod choices;
mod fields;
mod languages;
mod matchers;
mod numbers;
mod paths;
mod texts;
mod transitions;

use asl_cases::{Case, Feature, Profile, RequirementId};
use serde_json::{Value, json};

use crate::{
    case_strategy::generate_case,
    draw::Draw,
    shrink::{state_mut, state_places},
};

type Object = serde_json::Map<String, Value>;

/// A documented rule, and how a valid definition is changed to break it.
pub(crate) struct Rule {
    /// Its name, which is part of the names of its cases.
    id: &'static str,
    /// What it is about, in words: the title of its cases.
    title: &'static str,
    requirement: &'static str,
    /// What an engine has to have for the rule to mean anything.
    needs: &'static [Feature],
    /// `None` where the definition has nothing that could break it.
    break_it: fn(&mut Case, &mut Draw) -> Option<()>,
}

/// A rule that every engine has.
const fn rule(
    id: &'static str,
    title: &'static str,
    requirement: &'static str,
    break_it: fn(&mut Case, &mut Draw) -> Option<()>,
) -> Rule {
    Rule { id, title, requirement, needs: &[], break_it }
}

const FAMILIES: &[&[Rule]] = &[
    choices::RULES,
    fields::RULES,
    languages::RULES,
    matchers::RULES,
    numbers::RULES,
    paths::RULES,
    texts::RULES,
    transitions::RULES,
];

/// The definitions that are broken are not those of the other phases: they are drawn from here on.
const DRAWN_FROM: u64 = 2_000_000_000;

/// Case number `index` of `seed` in which one rule is broken; each rule has its turn.
///
/// # Panics
/// Never: there are rules that every definition can break.
pub fn generate_invalid(profile: &Profile, seed: u64, index: u64) -> Case {
    // The mutators write JSONPath.
    let mut plain = profile.clone();
    plain.features.remove(&Feature::Jsonata);
    let valid = generate_case(&plain, seed, DRAWN_FROM + index);
    let rules: Vec<&Rule> = FAMILIES.iter().copied().flatten().collect();
    let turn = usize::try_from(index % rules.len() as u64).expect("below the number of rules");
    let in_turn = rules[turn..].iter().chain(&rules[..turn]);
    let has_all = |rule: &&&Rule| rule.needs.iter().all(|feature| profile.has(*feature));
    in_turn
        .filter(has_all)
        .find_map(|rule| broken(&valid, rule, seed, index))
        .expect("a definition can lose its StartAt")
}

fn broken(valid: &Case, rule: &Rule, seed: u64, index: u64) -> Option<Case> {
    let mut case = valid.clone();
    (rule.break_it)(&mut case, &mut Draw::new(seed, index, "invalid"))?;
    case.name = format!("invalid/validation/{}-{seed}-{index}", rule.id);
    case.title = format!("A definition is refused: {}", rule.title);
    case.requirements = vec![RequirementId(rule.requirement.to_owned())];
    case.expectation = None;
    Some(case)
}

/// The definition of the machine under test.
fn definition(case: &mut Case) -> Option<&mut Value> {
    case.machines.first_mut().map(|machine| &mut machine.definition)
}

/// A state that the test accepts, in any scope; else the given one, put in front of the machine.
fn state_like<'a>(
    case: &'a mut Case,
    draw: &mut Draw,
    accepts: impl Fn(&Object) -> bool,
    otherwise: Value,
) -> Option<&'a mut Object> {
    let definition = definition(case)?;
    let mut places = state_places(definition);
    places.retain(|(scope, name)| state_mut(definition, scope, name).is_some_and(|state| accepts(state)));
    if !places.is_empty() {
        let (scope, name) = places.swap_remove(draw.below(places.len()));
        return state_mut(definition, &scope, &name);
    }
    put_in_front(definition, otherwise)
}

/// A state of this type, in any scope; else the given one, put in front of the machine.
fn state_of_type<'a>(
    case: &'a mut Case,
    draw: &mut Draw,
    kind: &str,
    otherwise: Value,
) -> Option<&'a mut Object> {
    state_like(case, draw, |state| state.get("Type").is_some_and(|found| found == kind), otherwise)
}

/// The name of a state that is put in front.
const FRONT: &str = "In Front";

/// A new first state. `"$next"` in it stands for the one that was first.
fn put_in_front(definition: &mut Value, mut state: Value) -> Option<&mut Object> {
    let first = definition.get("StartAt")?.as_str()?.to_owned();
    let text = state.to_string().replace("\"$next\"", &json!(first).to_string());
    state = serde_json::from_str(&text).expect("a name in the place of a text");
    let leads_on = ["Next", "End", "Choices"].iter().any(|field| state.get(*field).is_some());
    if !leads_on {
        state["Next"] = first.into();
    }
    definition["StartAt"] = FRONT.into();
    let states = definition.get_mut("States")?.as_object_mut()?;
    states.insert(FRONT.to_owned(), state);
    states.get_mut(FRONT)?.as_object_mut()
}

fn put(state: &mut Object, field: &str, value: impl Into<Value>) {
    state.insert(field.to_owned(), value.into());
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::*;

    #[test]
    fn every_rule_is_broken_in_its_turn() {
        let rules: Vec<&Rule> = FAMILIES.iter().copied().flatten().collect();
        let ids: BTreeSet<_> = rules.iter().map(|rule| rule.id).collect();
        assert_eq!(ids.len(), rules.len(), "a rule is there twice");
        let mut counts: BTreeMap<&str, u32> = BTreeMap::new();
        for index in 0..5 * rules.len() as u64 {
            let case = generate_invalid(&Profile::everything(), 11, index);
            let id =
                ids.iter().filter(|id| case.name.contains(&format!("/{id}-11-"))).max_by_key(|id| id.len());
            *counts.entry(id.expect("named by a rule")).or_default() += 1;
            assert!(case.requirements.iter().all(|id| id.entry().is_some()), "{}", case.name);
        }
        let rare: Vec<_> = ids.iter().filter(|id| counts.get(**id).is_none_or(|count| *count < 3)).collect();
        assert!(rare.is_empty(), "{rare:?}");
    }

    #[test]
    fn engine_without_a_feature_is_sent_no_rule_about_it() {
        let bare = Profile { features: BTreeSet::new(), real_time: true };
        for index in 0..200 {
            let case = generate_invalid(&bare, 3, index);
            assert_eq!(bare.missing(&case), BTreeSet::new(), "{}", case.name);
        }
    }
}
