//! One state: what all types have in common, and the types that have few fields of their own.

use std::sync::Arc;

use serde_json::Value;

use super::{
    Fail, Field, Flow, Parallel, Pass, ResultFields, State, StateKind, Transition, Wait, WaitUntil,
    choice_rules,
    data_fields::data_fields,
    field_table::StateType,
    fields::Fields,
    findings::Language,
    map,
    parse::{SECONDS_MAX, StateNames, branch},
    retry_catch, task,
};
use crate::seeded::{Site, seeded};
use crate::timestamp::Timestamp;

/// Parses one state of a flow.
pub(super) fn state(name: &str, value: &Value, names: &StateNames<'_>, states: &Fields<'_>) -> Option<State> {
    let fields = Fields::of(value, states.location.field(name), states.machine)?;
    let language = language(&fields);
    let fields = fields.in_language(language);
    fields.require_one("Type");
    let state_type = StateType::named(fields.one_of("Type", &StateType::NAMES)?)?;
    fields.allow_only(|field| state_type.has_field(language, field));
    fields.text("Comment");
    let kind = kind(state_type, &fields, names);
    let data = data_fields(state_type, &fields);
    Some(State { name: Arc::from(name), data: data?, kind: kind? })
}

/// Requirement: asl.validation.query-language, asl.jsonata.mixed
fn language(fields: &Fields<'_>) -> Language {
    match fields.one_of("QueryLanguage", &["JSONPath", "JSONata"]) {
        Some("JSONata") => Language::Jsonata,
        Some(_) if fields.machine.language == Language::Jsonata && !seeded(Site::LanguagesMayMix) => {
            let message = "'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine";
            fields.machine.refuse(&fields.location, message);
            Language::JsonPath
        }
        Some(_) => Language::JsonPath,
        None => fields.machine.language,
    }
}

/// Requirement: asl.validation.type
fn kind(state_type: StateType, fields: &Fields<'_>, names: &StateNames<'_>) -> Option<StateKind> {
    match state_type {
        StateType::Task => task::task(fields, names).map(StateKind::Task),
        StateType::Wait => wait(fields, names).map(StateKind::Wait),
        StateType::Pass => {
            fields.warn_of_static_result();
            transition(fields, names).map(|transition| StateKind::Pass(Pass { transition }))
        }
        StateType::Succeed => Some(StateKind::Succeed),
        StateType::Fail => Some(StateKind::Fail(fail(fields))),
        StateType::Choice => choice_rules::choice(fields, names).map(StateKind::Choice),
        StateType::Parallel => parallel(fields, names).map(StateKind::Parallel),
        StateType::Map => map::map(fields, names).map(StateKind::Map),
    }
}

/// Requirement: asl.validation.wait-fields
fn wait(fields: &Fields<'_>, names: &StateNames<'_>) -> Option<Wait> {
    // Recorded order of the list.
    let is_one = match fields.language {
        Language::JsonPath => {
            fields.exactly_one_of(&["SecondsPath", "Seconds", "TimestampPath", "Timestamp"])
        }
        Language::Jsonata => fields.exactly_one_of(&["Seconds", "Timestamp"]),
    };
    let until = is_one.then(|| wait_until(fields)).flatten();
    let transition = transition(fields, names);
    Some(Wait { until: until?, transition: transition? })
}

fn wait_until(fields: &Fields<'_>) -> Option<WaitUntil> {
    if fields.has("Seconds") || fields.has("SecondsPath") {
        return fields.number("Seconds", "SecondsPath", 0..=SECONDS_MAX).map(WaitUntil::Seconds);
    }
    if fields.has("TimestampPath") {
        return fields.single_path("TimestampPath").map(Field::At).map(WaitUntil::Timestamp);
    }
    if fields.is_expression("Timestamp") {
        return fields.expression("Timestamp").map(Field::Expression).map(WaitUntil::Timestamp);
    }
    let text = fields.text("Timestamp")?;
    let Some(timestamp) = Timestamp::parse(text) else {
        if seeded(Site::TimestampsNotCheckedAtCreation) {
            return Some(WaitUntil::Timestamp(Field::Literal(0)));
        }
        fields.refuse("Timestamp", "String does not match RFC3339 timestamp");
        return None;
    };
    Some(WaitUntil::Timestamp(Field::Literal(timestamp.epoch_milliseconds())))
}

fn fail(fields: &Fields<'_>) -> Fail {
    fields.warn_of_path("Error", "ErrorPath");
    fields.warn_of_path("Cause", "CausePath");
    Fail { error: fields.text_field("Error", "ErrorPath"), cause: fields.text_field("Cause", "CausePath") }
}

fn parallel(fields: &Fields<'_>, names: &StateNames<'_>) -> Option<Parallel> {
    let branches = branches(fields);
    let result = result_fields(fields, names);
    Some(Parallel { branches: branches?, result: result? })
}

fn branches(fields: &Fields<'_>) -> Option<Vec<Arc<Flow>>> {
    fields.require(&["Branches"]);
    let branches = fields.non_empty_items("Branches")?;
    let branches: Vec<_> = branches
        .into_iter()
        .map(|(location, value)| branch(value, location, fields.machine).map(Arc::new))
        .collect();
    branches.into_iter().collect()
}

/// The fields that Task, Parallel and Map share.
pub(super) fn result_fields(fields: &Fields<'_>, names: &StateNames<'_>) -> Option<ResultFields> {
    let retriers = retry_catch::retriers(fields);
    let catchers = retry_catch::catchers(fields, names);
    let transition = transition(fields, names);
    Some(ResultFields { retriers: retriers?, catchers: catchers?, transition: transition? })
}

/// `Next` or `End: true`. Recorded: a state with neither `should have only one of the following fields`.
/// Requirement: asl.validation.next-or-end, asl.validation.targets
pub(super) fn transition(fields: &Fields<'_>, names: &StateNames<'_>) -> Option<Transition> {
    const NAMES: [&str; 2] = ["Next", "End"];
    let next = fields.text("Next");
    let ends = fields.boolean("End");
    match (fields.has("Next"), ends) {
        (true, Some(true)) => {
            fields.at_most_one_of(&NAMES);
            None
        }
        (true, _) => next.and_then(|name| names.index(name)).map(Transition::Next),
        (false, Some(true)) => Some(Transition::End),
        (false, None) if fields.has("End") => None,
        (false, _) if seeded(Site::NeitherNextNorEndIsEnd) => Some(Transition::End),
        (false, _) => {
            fields.refuse_none_of(&NAMES);
            None
        }
    }
}
