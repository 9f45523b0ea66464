//! `Retry` and `Catch`.

use serde_json::Value;

use super::{
    Catcher, CatcherData, Jitter, Retrier,
    fields::Fields,
    findings::Language,
    location::Location,
    parse::{SECONDS_MAX, StateNames},
};
use crate::jsonata::Available;
use crate::seeded::{Site, seeded};

const DEFAULT_INTERVAL_SECONDS: u64 = 1;
const DEFAULT_MAX_ATTEMPTS: u64 = 3;
const DEFAULT_BACKOFF_RATE: f64 = 2.0;
/// Documented: less than 31622401.
const MAX_DELAY_SECONDS_MAX: u64 = 31_622_400;

/// `Retry`; an empty list is legal (recorded).
pub(super) fn retriers(fields: &Fields<'_>) -> Option<Vec<Retrier>> {
    let Some(items) = items(fields, "Retry") else { return Some(Vec::new()) };
    if items.is_empty() && seeded(Site::EmptyRetryRefused) {
        fields.refuse("Retry", "Value cannot be empty");
    }
    check_states_all(&items);
    items.iter().map(retrier).collect::<Vec<_>>().into_iter().collect()
}

/// `Catch`.
pub(super) fn catchers(fields: &Fields<'_>, names: &StateNames<'_>) -> Option<Vec<Catcher>> {
    let Some(items) = items(fields, "Catch") else { return Some(Vec::new()) };
    check_states_all(&items);
    items.iter().map(|item| catcher(item, names)).collect::<Vec<_>>().into_iter().collect()
}

fn items<'a>(fields: &Fields<'a>, name: &str) -> Option<Vec<Fields<'a>>> {
    let items = fields.items(name)?;
    Some(items.into_iter().filter_map(|(location, value)| fields.part(value, location)).collect())
}

fn retrier(fields: &Fields<'_>) -> Option<Retrier> {
    fields.allow_only(|name| {
        matches!(
            name,
            "ErrorEquals"
                | "IntervalSeconds"
                | "MaxAttempts"
                | "BackoffRate"
                | "MaxDelaySeconds"
                | "JitterStrategy"
                | "Comment"
        )
    });
    fields.require(&["ErrorEquals"]);
    fields.text("Comment");
    let error_equals = error_equals(fields);
    let interval_seconds = fields.integer("IntervalSeconds", 1..=SECONDS_MAX);
    let attempts_min = u64::from(seeded(Site::ZeroAttemptsRefused));
    let max_attempts = fields.integer("MaxAttempts", attempts_min..=SECONDS_MAX);
    let backoff_rate = fields.number_from("BackoffRate", 1.0);
    let max_delay_seconds = fields.integer("MaxDelaySeconds", 1..=MAX_DELAY_SECONDS_MAX);
    let jitter = match fields.one_of("JitterStrategy", &["FULL", "NONE"]) {
        Some("FULL") => Jitter::Full,
        _ => Jitter::None,
    };
    Some(Retrier {
        error_equals: error_equals?,
        interval_seconds: interval_seconds.unwrap_or(DEFAULT_INTERVAL_SECONDS),
        max_attempts: max_attempts.unwrap_or(DEFAULT_MAX_ATTEMPTS),
        backoff_rate: backoff_rate.unwrap_or(DEFAULT_BACKOFF_RATE),
        max_delay_seconds,
        jitter,
    })
}

fn catcher(fields: &Fields<'_>, names: &StateNames<'_>) -> Option<Catcher> {
    fields.allow_only(|name| match name {
        "ErrorEquals" | "Next" | "Assign" | "Comment" => true,
        "ResultPath" => fields.language == Language::JsonPath,
        "Output" => fields.language == Language::Jsonata,
        _ => false,
    });
    fields.require(&["ErrorEquals", "Next"]);
    fields.text("Comment");
    let error_equals = error_equals(fields);
    let next = fields.text("Next").and_then(|name| names.index(name));
    let data = catcher_data(fields);
    Some(Catcher { error_equals: error_equals?, next: next?, data: data? })
}

fn catcher_data(fields: &Fields<'_>) -> Option<CatcherData> {
    match fields.language {
        Language::JsonPath => {
            let result_path = fields.result_path();
            let assign = fields.assigned_template();
            Some(CatcherData::JsonPath { result_path: result_path?, assign })
        }
        Language::Jsonata => {
            let output = fields.jsonata("Output", Available::ErrorOutput);
            let assign = fields.assigned_jsonata(Available::ErrorOutput);
            Some(CatcherData::Jsonata { output, assign })
        }
    }
}

/// A list of names; misspelt and unknown ones are accepted (recorded).
fn error_equals(fields: &Fields<'_>) -> Option<Vec<String>> {
    let names = fields.non_empty_items("ErrorEquals")?;
    let names: Vec<_> =
        names.into_iter().map(|(location, name)| error_name(&location, name, fields)).collect();
    names.into_iter().collect()
}

fn error_name(location: &Location, name: &Value, fields: &Fields<'_>) -> Option<String> {
    if name.as_str().is_none() {
        fields.machine.refuse(location, "Expected value of type String");
    }
    name.as_str().map(str::to_owned)
}

/// Recorded, for Retry and Catch alike.
/// Requirement: asl.validation.states-all
fn check_states_all(items: &[Fields<'_>]) {
    if seeded(Site::AllMayStandAnywhere) {
        return;
    }
    for (index, fields) in items.iter().enumerate() {
        let Some(names) = fields.members.get("ErrorEquals").and_then(Value::as_array) else { continue };
        let is_alone_and_last = names.len() == 1 && index + 1 == items.len();
        if names.iter().any(|name| name == "States.ALL") && !is_alone_and_last {
            fields.refuse("ErrorEquals", "States.ALL must appear alone and at end of list");
        }
    }
}
