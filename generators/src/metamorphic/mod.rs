//! Metamorphic relations: the same machine written another way must give the same answer on the same engine.
//!
//! A relation needs no oracle. One file for each, with the statement of why it must hold on AWS. A relation that does
//! not apply to a case, or of which nobody could say that it holds there, gives no twin.

mod assign_apart;
mod batches_by_partition;
mod branches_turned_round;
mod catch_output_apart;
mod catch_reraise;
mod catcher_split;
mod catchers_by_name;
mod choice_negation;
mod comments;
mod complement_operator;
mod constants_written_otherwise;
mod de_morgan;
mod double_negation;
mod empty_retry;
mod equals_as_bounds;
mod error_names_reordered;
mod execution_input_kept;
mod explicit_defaults;
mod explicit_jsonata;
mod explicit_retrier;
mod fail_by_worker;
mod fields_apart;
mod handlers;
mod handlers_around;
mod handlers_never_asked;
mod identity_pass;
mod intrinsic_calls;
mod item_selector_inside;
mod items_apart;
mod jsonata_paths;
mod jsonata_rules;
mod jsonata_twin;
mod legacy_map_fields;
mod mirrored_operands;
mod names_of_others;
mod names_within_names;
mod nested_call_apart;
mod one_branch_parallel;
mod one_expression;
mod one_item_map;
mod operand_from_input;
mod parallel_as_map;
mod pass_as_other_state;
mod pass_parameters;
mod pattern_in_parts;
mod pattern_without_star;
mod random_values;
mod rename_states;
mod reorder_states;
mod retry_unrolled;
mod retry_zero;
mod rule_output_apart;
mod rules;
mod rules_in_a_chain;
mod same_in_jsonata;
mod standard_express;
mod state_in_jsonata;
mod succeed_at_end;
mod template_in_jsonata;
mod tested_state;
mod trace_mapping;
mod type_test_turned;

use asl_cases::{
    Case, Feature, Machine,
    scopes::{for_each_state_mut, states_of},
};
use serde_json::Value;

use crate::{check::check_definition, draw::Draw, shrink::state_places};

pub use random_values::{draws_at_random, draws_without_seed};
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
    /// Where it succeeds, or fails with an error name of its own: not where a field could not be read, which each form
    /// tells in words of its own.
    OwnEnd,
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
    assign_apart::RELATION,
    batches_by_partition::RELATION,
    branches_turned_round::RELATION,
    handlers_around::CATCH,
    catch_output_apart::RELATION,
    catch_reraise::RELATION,
    catcher_split::RELATION,
    catchers_by_name::RELATION,
    state_in_jsonata::CHOICE,
    choice_negation::RELATION,
    comments::RELATION,
    complement_operator::RELATION,
    constants_written_otherwise::RELATION,
    de_morgan::RELATION,
    double_negation::RELATION,
    empty_retry::RELATION,
    equals_as_bounds::RELATION,
    error_names_reordered::RELATION,
    execution_input_kept::RELATION,
    explicit_defaults::RELATION,
    explicit_jsonata::RELATION,
    explicit_retrier::RELATION,
    fail_by_worker::RELATION,
    state_in_jsonata::FAIL,
    handlers_around::BOTH,
    handlers_never_asked::RELATION,
    identity_pass::RELATION,
    fields_apart::INPUT_PATH_APART,
    item_selector_inside::RELATION,
    items_apart::RELATION,
    jsonata_twin::RELATION,
    legacy_map_fields::RELATION,
    state_in_jsonata::MAP,
    mirrored_operands::RELATION,
    names_of_others::RELATION,
    names_within_names::RELATION,
    nested_call_apart::RELATION,
    one_branch_parallel::RELATION,
    one_expression::RELATION,
    one_item_map::RELATION,
    operand_from_input::RELATION,
    fields_apart::OUTPUT_PATH_APART,
    parallel_as_map::RELATION,
    state_in_jsonata::PARALLEL,
    fields_apart::PARAMETERS_APART,
    pass_as_other_state::CHOICE,
    pass_as_other_state::SUCCEED,
    pass_as_other_state::WAIT,
    state_in_jsonata::PASS,
    pass_parameters::RELATION,
    pattern_in_parts::RELATION,
    pattern_without_star::RELATION,
    rename_states::RELATION,
    reorder_states::RELATION,
    fields_apart::RESULT_APART,
    fields_apart::RESULT_SELECTOR_APART,
    retry_unrolled::RELATION,
    retry_zero::RELATION,
    rule_output_apart::RELATION,
    rules_in_a_chain::RELATION,
    standard_express::RELATION,
    succeed_at_end::RELATION,
    state_in_jsonata::SUCCEED,
    state_in_jsonata::TASK,
    template_in_jsonata::RELATION,
    tested_state::RELATION,
    type_test_turned::RELATION,
    state_in_jsonata::WAIT,
];

impl Relation {
    /// The relation with this id.
    pub fn named(id: &str) -> Option<&'static Self> {
        RELATIONS.iter().find(|relation| relation.id == id)
    }

    /// The other form of a case; `None` where the relation does not apply. The same case gives the same twin.
    pub fn twin(&self, case: &Case) -> Option<Twin> {
        // One state that is tested alone is no execution.
        if case.test_state.is_some() || draws_at_random(case) || is_near_the_limit(case) {
            return None;
        }
        // What is refused means nothing that could be said in another form.
        check_definition(&case.main().definition).ok()?;
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

/// Whether what a form adds might not fit beside the data: documents of more than 262,144 bytes are an error.
fn is_near_the_limit(case: &Case) -> bool {
    const BYTES_MAX: usize = 65_536;
    case.input.to_string().len() > BYTES_MAX
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
    starts_machines(case) || has_sign(case, &["$$.", "$states.context"])
}

/// Whether a machine starts another one, whose name follows from the events before it.
fn starts_machines(case: &Case) -> bool {
    has_sign(case, &[":startExecution"])
}

fn has_sign(case: &Case, signs: &[&str]) -> bool {
    let texts: Vec<String> = case.machines.iter().map(Machine::definition_text).collect();
    signs.iter().any(|sign| texts.iter().any(|text| text.contains(sign)))
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

/// A name that no variable has yet.
fn fresh_variable(case: &Case, wish: &str) -> String {
    let text = case.main().definition_text();
    let numbered = (2..).map(|number| format!("{wish}{number}"));
    std::iter::once(wish.to_owned())
        .chain(numbered)
        .find(|name| !text.contains(name.as_str()))
        .expect("numbers do not end")
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
    use asl_cases::{Profile, corpus::corpus};

    #[test]
    fn every_relation_applies_to_some_cases() {
        let mut applied: BTreeMap<&str, usize> = RELATIONS.iter().map(|relation| (relation.id, 0)).collect();
        let profile = Profile::everything();
        let drawn = (0..400).map(|index| generate_case(&profile, 21, index));
        for case in corpus().into_iter().chain(drawn) {
            for (relation, twin) in twins(&case) {
                assert_eq!(twin.case.expectation, None);
                *applied.entry(relation.id).or_default() += 1;
            }
        }
        let rare: Vec<_> = applied.iter().filter(|(_, count)| **count == 0).collect();
        assert!(rare.is_empty(), "{rare:?} of {applied:?}");
    }

    #[test]
    fn what_is_refused_has_no_other_form() {
        let refused = corpus().into_iter().find(|case| case.name == "validation/rule-with-two-operators");
        let twins = twins(&refused.expect("an authored case"));
        assert!(twins.is_empty(), "{:?}", twins.iter().map(|(relation, _)| relation.id).collect::<Vec<_>>());
    }

    #[test]
    fn relations_are_listed_by_id_and_say_why_they_hold() {
        assert!(RELATIONS.is_sorted_by_key(|relation| relation.id));
        assert!(RELATIONS.iter().all(|relation| relation.statement.ends_with('.')));
    }
}
