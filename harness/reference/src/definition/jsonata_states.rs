//! States in JSONata: not modelled, so only what is the same in both languages is checked.

use super::{
    choice_rules, field_table::StateType, fields::Fields, findings::Language, map, parse::StateNames,
    retry_catch, states, task,
};

/// Notes what AWS would say against a JSONata state whatever its expressions are.
pub(super) fn check(state_type: StateType, fields: &Fields<'_>, names: &StateNames<'_>) {
    match state_type {
        StateType::Task => {
            task::resource_field(fields);
            task::check_credentials(fields);
        }
        StateType::Wait => {
            fields.exactly_one_of(&["Seconds", "Timestamp"]);
        }
        StateType::Parallel => {
            states::branches(fields);
        }
        StateType::Map => {
            map::processor(fields);
        }
        StateType::Choice => choice_rules::check_jsonata(fields),
        StateType::Pass | StateType::Succeed | StateType::Fail => {}
    }
    if matches!(state_type, StateType::Task | StateType::Parallel | StateType::Map) {
        retry_catch::retriers(fields);
        retry_catch::catchers(fields, names, Language::Jsonata);
    }
    if !matches!(state_type, StateType::Choice | StateType::Succeed | StateType::Fail) {
        states::transition(fields, names);
    }
}
