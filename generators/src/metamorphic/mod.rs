//! Metamorphic relations: the same machine written another way must give the same answer on the same engine.
//!
//! A relation needs no oracle. One file for each, with the statement of why it must hold on AWS. A relation that does
//! not apply to a case, or of which nobody could say that it holds there, gives no twin.

mod catch_reraise;
mod choice_negation;
mod comments;
mod de_morgan;
mod double_negation;
mod explicit_defaults;
mod identity_pass;
mod jsonata_twin;
mod legacy_map_fields;
mod one_branch_parallel;
mod one_item_map;
mod operand_from_input;
mod pass_parameters;
mod random_values;
mod rename_states;
mod reorder_states;
mod retry_zero;
mod rules;
mod standard_express;
mod succeed_at_end;
mod tested_state;
mod trace_mapping;

use asl_cases::{
    Case, Feature, Machine,
    scopes::{for_each_state_mut, states_of},
};
use serde_json::Value;

use crate::{check::check_definition, draw::Draw, shrink::state_places};

use random_values::draws_at_random;
pub use trace_mapping::TraceMapping;

type Object = serde_json::Map<String, Value>;

/// One way to write a machine differently without changing what it does.
#[derive(Debug)]
pub struct Relation {
    /// Its name in reports and on the command line.
    pub id: &'static str,
    /// Why both forms must give the same answer on AWS, in one sentence.
    pub statement: &'static str,
    /// For which answers of the first form it is stated.
    pub domain: Domain,
    rewrite: fn(&Case, &mut Draw) -> Option<Twin>,
}

/// The answers of the first form for which a relation is stated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Domain {
    /// However the execution ends, if the definition is accepted.
    AnyEnd,
    /// Only where the first form succeeds.
    Success,
}

/// The other form of a case.
#[derive(Clone, Debug, PartialEq)]
pub struct Twin {
    /// What is run instead.
    pub case: Case,
    /// How its history reads in the words of the first form.
    pub mapping: TraceMapping,
}

/// All relations, by id.
pub const RELATIONS: &[Relation] = &[
    catch_reraise::RELATION,
    choice_negation::RELATION,
    comments::RELATION,
    de_morgan::RELATION,
    double_negation::RELATION,
    explicit_defaults::RELATION,
    identity_pass::RELATION,
    jsonata_twin::RELATION,
    legacy_map_fields::RELATION,
    one_branch_parallel::RELATION,
    one_item_map::RELATION,
    operand_from_input::RELATION,
    pass_parameters::RELATION,
    rename_states::RELATION,
    reorder_states::RELATION,
    retry_zero::RELATION,
    standard_express::RELATION,
    succeed_at_end::RELATION,
    tested_state::RELATION,
];

impl Relation {
    /// The relation with this id.
    pub fn named(id: &str) -> Option<&'static Self> {
        RELATIONS.iter().find(|relation| relation.id == id)
    }

    /// The other form of a case; `None` where the relation does not apply. The same case gives the same twin.
    pub fn twin(&self, case: &Case) -> Option<Twin> {
        // One state that is tested alone is no execution.
        if case.test_state.is_some() || draws_at_random(case) {
            return None;
        }
        let mut draw = Draw::new(u64::from_le_bytes(seed_bytes(case)), 0, self.id);
        let mut twin = (self.rewrite)(case, &mut draw)?;
        twin.case.expectation = None;
        if twin.case.test_state.is_none() {
            check_definition(&twin.case.main().definition).ok()?;
        }
        // The id of a case does not see the order of keys, the text does.
        let is_other = twin.case.id() != case.id()
            || twin.case.main().definition_text() != case.main().definition_text();
        is_other.then_some(twin)
    }
}

/// The twins of a case, one for each relation that applies.
pub fn twins(case: &Case) -> Vec<(&'static Relation, Twin)> {
    RELATIONS.iter().filter_map(|relation| Some((relation, relation.twin(case)?))).collect()
}

/// What is chosen freely in a rewriting follows from what the case says.
fn seed_bytes(case: &Case) -> [u8; 8] {
    let mut bytes = [0; 8];
    for (slot, byte) in bytes.iter_mut().zip(case.id().to_string().bytes()) {
        *slot = byte;
    }
    bytes
}

/// Whether a machine looks at where or when it runs, draws at random, or starts another one, whose name follows from the
/// events before it: then another form may answer otherwise.
fn looks_around(case: &Case) -> bool {
    const SIGNS: [&str; 9] = [
        "$$.",
        "$states.context",
        "States.UUID",
        "MathRandom",
        "$uuid",
        "$random",
        "$now",
        "$millis",
        ":startExecution",
    ];
    let texts: Vec<String> = case.machines.iter().map(Machine::definition_text).collect();
    SIGNS.iter().any(|sign| texts.iter().any(|text| text.contains(sign)))
}

/// Whether any state of a machine speaks JSONata: what a relation writes in JSONPath does not fit there.
fn speaks_jsonata(case: &Case) -> bool {
    case.features().contains(&Feature::Jsonata)
}

/// A place `(scope pointer, state name)` whose state the test accepts.
fn pick_state(case: &Case, draw: &mut Draw, accepts: impl Fn(&Object) -> bool) -> Option<(String, String)> {
    let definition = &case.main().definition;
    let mut places = state_places(definition);
    places.retain(|(scope, name)| {
        let state = definition.pointer(scope).and_then(|scope| scope.get("States")?.get(name));
        state.and_then(Value::as_object).is_some_and(&accepts)
    });
    if places.is_empty() { None } else { Some(places.swap_remove(draw.below(places.len()))) }
}

/// A name that no state has yet.
fn fresh_name(case: &Case, wish: &str) -> String {
    let states = states_of(&case.main().definition);
    let is_taken = |name: &str| states.iter().any(|(taken, _)| *taken == name);
    let numbered = (2..).map(|number| format!("{wish} {number}"));
    std::iter::once(wish.to_owned()).chain(numbered).find(|name| !is_taken(name)).expect("numbers do not end")
}

/// Lets everything in a scope that leads to one state lead to another.
fn redirect(scope: &mut Value, from: &str, to: &str) {
    let is_from = |target: Option<&Value>| target.and_then(Value::as_str) == Some(from);
    if is_from(scope.get("StartAt")) {
        scope["StartAt"] = to.into();
    }
    let Some(Value::Object(states)) = scope.get_mut("States") else { return };
    for state in states.values_mut() {
        for field in ["Next", "Default"] {
            if is_from(state.get(field)) {
                state[field] = to.into();
            }
        }
        for field in ["Choices", "Catch"] {
            let entries = state.get_mut(field).and_then(Value::as_array_mut).into_iter().flatten();
            entries.filter(|entry| is_from(entry.get("Next"))).for_each(|entry| entry["Next"] = to.into());
        }
    }
}

/// The states of a scope, to be changed.
fn states_mut<'a>(definition: &'a mut Value, scope: &str) -> Option<&'a mut Object> {
    definition.pointer_mut(scope)?.get_mut("States")?.as_object_mut()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::generate_case;
    use asl_cases::Profile;

    #[test]
    fn every_relation_applies_to_some_drawn_cases() {
        let mut applied: BTreeMap<&str, usize> = RELATIONS.iter().map(|relation| (relation.id, 0)).collect();
        for index in 0..400 {
            let case = generate_case(&Profile::everything(), 21, index);
            for (relation, twin) in twins(&case) {
                assert_eq!(twin.case.expectation, None);
                *applied.entry(relation.id).or_default() += 1;
            }
        }
        let rare: Vec<_> = applied.iter().filter(|(_, count)| **count < 4).collect();
        assert!(rare.is_empty(), "{rare:?} of {applied:?}");
    }

    #[test]
    fn relations_are_listed_by_id_and_say_why_they_hold() {
        assert!(RELATIONS.is_sorted_by_key(|relation| relation.id));
        assert!(RELATIONS.iter().all(|relation| relation.statement.ends_with('.')));
    }
}
