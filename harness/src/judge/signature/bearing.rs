//! What a case has at all of what a bug can be about, and what it is about alone.

use std::collections::BTreeSet;

use asl_cases::{ANY_STATE, Case, Outcome, Signature};
use serde_json::{Map, Value};

use super::{constructs, expression::JSONATA, shape, states::States};

/// Members of a state that hold objects with fields of their own, which belong to the state.
const PARTS: &[&str] = &["Catch", "Choices", "Retry"];
/// Fields with another name in an older version of the language.
const SAME_FIELDS: &[(&str, &str)] = &[("ItemSelector", "Parameters")];

/// The types of states.
const KINDS: &[&str] = &["Choice", "Fail", "Map", "Parallel", "Pass", "Succeed", "Task", "Wait"];

/// Whether a state of the case is of the type, has the fields and is written in the language that a bug is about: what stands
/// in states around it, or inside of it, are no fields of that one. A bug of no state may show in any case.
pub(crate) fn bears(case: &Case, bug: &Signature) -> bool {
    let fields: Vec<&str> = bug.fields().collect();
    let is_of_a_state = bug.place == ANY_STATE || KINDS.contains(&bug.place.as_str());
    if fields.is_empty() || !is_of_a_state {
        return true;
    }
    let is_of_jsonata = bug.constructs.contains(JSONATA);
    case.machines.iter().any(|machine| {
        let states = States::of(&machine.definition);
        states.names().any(|name| {
            let is_of_kind = bug.place == ANY_STATE || states.kind(name) == bug.place;
            let is_of_language = !is_of_jsonata || states.is_in_jsonata(name);
            let has_fields =
                || states.fields(name).is_some_and(|state| fields.iter().all(|field| has(state, field)));
            is_of_kind && is_of_language && has_fields()
        })
    })
}

/// The type of the only state of a case that does more than hand on its input, and what is in play in it: the first one, and
/// no Choice, of which nobody knows which way it goes. `None` where others do something too, or are inside of it.
pub(crate) fn only_state_in_play(case: &Case) -> Option<(&str, BTreeSet<String>)> {
    let definition = &case.main().definition;
    let states = States::of(definition);
    let first = definition.get("StartAt")?.as_str()?;
    let does_nothing = |name: &str| states.constructs_of(name).is_empty();
    let is_alone = states.names().all(|name| name == first || does_nothing(name)) && !does_nothing(first);
    (is_alone && states.kind(first) != "Choice")
        .then(|| (states.kind(first), constructs::of_state(&states, first)))
}

/// The type of the state in which an execution fails, and the field of it with its language; where AWS's text does not name
/// them, those of the only state in play.
pub(crate) fn field_that_fails<'a>(case: &'a Case, failure: &Outcome) -> Option<(&'a str, BTreeSet<String>)> {
    let states = States::of(&case.main().definition);
    let Some((state, field)) = shape::failed_state(failure).zip(shape::failed_field(failure)) else {
        return only_state_in_play(case);
    };
    let language = states.is_in_jsonata(state).then_some(JSONATA);
    let constructs = language.into_iter().chain([field]).map(str::to_owned);
    Some((states.kind(state), constructs.collect()))
}

/// The operator of the only rule of a case that begins with a Choice.
pub(crate) fn only_operator(case: &Case) -> Option<String> {
    let definition = &case.main().definition;
    let states = States::of(definition);
    let first = states.fields(definition.get("StartAt")?.as_str()?)?;
    let mut operators = constructs::of_operators(first);
    operators.retain(|construct| construct.starts_with(|letter: char| letter.is_ascii_uppercase()));
    let only = operators.pop_first().filter(|_| operators.is_empty());
    only.filter(|_| first.get("Type").is_some_and(|kind| kind == "Choice"))
}

/// Whether a state, or a part of it, has a field, or a path in its place.
fn has(state: &Map<String, Value>, field: &str) -> bool {
    let old = SAME_FIELDS.iter().find(|(name, _)| *name == field).map(|(_, old)| *old);
    let path = format!("{field}Path");
    let is_there = |object: &Map<String, Value>| {
        [field, &path, old.unwrap_or(field)].iter().any(|name| object.contains_key(*name))
    };
    let parts = PARTS.iter().filter_map(|part| state.get(*part)?.as_array()).flatten();
    is_there(state) || parts.filter_map(Value::as_object).any(is_there)
}

#[cfg(test)]
mod tests {
    use asl_cases::{EXPRESSION, Facet, Machine};
    use rstest::rstest;
    use serde_json::json;

    use super::*;

    #[rstest]
    #[case::its_own("Parallel", &["ResultSelector"], true)]
    #[case::of_a_catcher("Parallel", &["Catch", "ResultPath"], true)]
    #[case::of_a_state_inside("Parallel", &["Parameters"], false)]
    #[case::of_a_state_of_that_type("Pass", &["Parameters"], true)]
    #[case::in_the_other_language("Pass", &["Parameters", "JSONata"], false)]
    #[case::in_its_language("Succeed", &["Output", "JSONata"], true)]
    #[case::of_any("any state", &["Output"], true)]
    #[case::of_none("any state", &["Assign"], false)]
    #[case::in_an_expression(EXPRESSION, &["Assign"], true)]
    #[case::with_an_operator("Choice", &["IsNull"], true)]
    fn case_bears_a_bug_of_the_fields_that_its_states_have(
        #[case] place: &str,
        #[case] constructs: &[&str],
        #[case] is_there: bool,
    ) {
        let inner = json!({"StartAt": "C", "States": {"C": {"Type": "Pass", "Parameters": {}, "End": true}}});
        let catcher = json!({"ErrorEquals": ["E"], "ResultPath": null, "Next": "B"});
        let case = Case::new(
            Machine::new(json!({"StartAt": "A", "States": {
                "A": {"Type": "Parallel", "Branches": [inner], "ResultSelector": {}, "Catch": [catcher], "Next": "B"},
                "B": {"Type": "Succeed", "QueryLanguage": "JSONata", "Output": 1}
            }})),
            json!({}),
        );
        let constructs: BTreeSet<_> = constructs.iter().map(|one| (*one).to_owned()).collect();
        let bug = Signature { place: place.to_owned(), constructs, ..Signature::of_facet(Facet::Output) };
        assert_eq!(bears(&case, &bug), is_there);
    }
}
