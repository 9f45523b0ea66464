//! A failure that a catcher caught: what it was, and whether the state had begun its work before.
//!
//! It is the same bug whether an error ends the execution or is caught, so both have the same signature.

use asl_cases::{ERROR_ELSEWHERE, NOT_THE_ERROR, Outcome, Trace, TraceEvent};
use serde_json::Value;

use super::{shape, states::States, visits::leading_to};
use crate::judge::threads::is_failure;

/// A failure of which the history does not tell what it was.
const UNTOLD: Outcome = Outcome::Failed { error: None, cause: None };

/// The failure after which a state with a catcher was left.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Caught {
    /// The failure as an execution would have ended with it.
    pub(super) failure: Outcome,
    /// Whether the state did something with the outer world, or ran branches or iterations, before it failed.
    pub(super) has_worked: bool,
    /// Whether the document that the catcher made tells of it, and not only the event before.
    is_put_out: bool,
}

impl Caught {
    /// Whether the other one failed in a field of the state, before it began what this one did.
    pub(super) fn came_further_than(&self, other: &Self) -> bool {
        let is_of_evaluation = |caught: &Self| shape::is_of_evaluation(&caught.failure);
        is_of_evaluation(other) && (!is_of_evaluation(self) || (self.has_worked && !other.has_worked))
    }

    /// Whether both are the same failure, as far as is told of it. An event leaves out a cause that a document has as an empty
    /// text.
    pub(super) fn is_same_as(&self, other: &Self) -> bool {
        let is_told_alike = self.is_put_out == other.is_put_out;
        let cause = |caught: &Self| shape::cause(&caught.failure).unwrap_or_default().to_owned();
        let is_same_name = shape::error_name(&self.failure) == shape::error_name(&other.failure);
        self.failure == other.failure || (!is_told_alike && is_same_name && cause(self) == cause(other))
    }
}

/// The failure that was caught before the state was left with the event at this position; `None` if none was.
pub(super) fn caught(states: &States<'_>, state: &str, trace: &Trace, exit: usize) -> Option<Caught> {
    let fields = states.fields(state)?;
    let catchers = fields.get("Catch")?.as_array()?;
    let is_entry =
        |event: &TraceEvent| event.kind.ends_with("StateEntered") && event.state_name() == Some(state);
    let entry = trace.0[..exit].iter().rposition(is_entry)?;
    let within = &trace.0[entry..exit];
    let exited = &trace.0[exit];
    let output = exited.details.get("output");
    let mut documents = catchers.iter().filter_map(|catcher| error_output(catcher, output?));
    let put_out = documents.find_map(failure_of_document);
    let is_put_out = put_out.is_some();
    let failure = put_out.or_else(|| {
        let before = within.iter().find(|event| event.id == exited.previous_event_id);
        let before = before.filter(|event| is_failure(&event.kind))?;
        // A catcher with an output of its own may hide all of it.
        let has_succeeded = within.last().is_some_and(|event| event.kind.ends_with("Succeeded"));
        let is_hidden = !has_succeeded && catchers.iter().all(|catcher| catcher.get("Output").is_some());
        failure_of_event(before).or(is_hidden.then_some(UNTOLD))
    })?;
    let is_work = |event: &TraceEvent| event.kind.ends_with("Scheduled") || event.kind.ends_with("Started");
    Some(Caught { failure, has_worked: within.iter().any(is_work), is_put_out })
}

/// The failure as an engine tells it that puts out, in the place of the right document, one in which nothing is wrong but what
/// is said of it: a catcher with an output of its own may put that anywhere.
pub(super) fn told_by_document(failure: &Outcome, right: &Value, found: &Value) -> Option<Outcome> {
    let Outcome::Failed { error, cause } = failure else { return None };
    let (mut told_error, mut told_cause) = (error.clone(), cause.clone());
    let text = |value: Option<&Value>| value.and_then(Value::as_str).map(str::to_owned);
    for (right, found) in different_values(right, Some(found)) {
        if right.as_str() == cause.as_deref() {
            told_cause = text(found);
        } else if right.is_string() && right.as_str() == error.as_deref() {
            told_error = text(found);
        } else {
            return None;
        }
    }
    Some(Outcome::Failed { error: told_error, cause: told_cause }).filter(|told| told != failure)
}

/// The values of the right document that the other one does not have in the same place, with what it has there.
fn different_values<'a>(right: &'a Value, found: Option<&'a Value>) -> Vec<(&'a Value, Option<&'a Value>)> {
    match (right, found) {
        (Value::Object(right), Some(Value::Object(found)))
            if found.keys().all(|key| right.contains_key(key)) =>
        {
            right.iter().flat_map(|(key, value)| different_values(value, found.get(key))).collect()
        }
        (Value::Array(right), Some(Value::Array(found))) if right.len() == found.len() => {
            right.iter().zip(found).flat_map(|(right, found)| different_values(right, Some(found))).collect()
        }
        _ if Some(right) == found => Vec::new(),
        _ => vec![(right, found)],
    }
}

/// The failure after which a Parallel or Map was tried again, where the history leads back from the event at this position to
/// the entry into it.
pub(super) fn failure_before(trace: &Trace, position: usize, composite: &str) -> Option<Outcome> {
    let is_entry =
        |event: &TraceEvent| event.kind.ends_with("StateEntered") && event.state_name() == Some(composite);
    let led_to_it = leading_to(trace, trace.0.get(position)?).skip(1);
    let failure = led_to_it.take_while(|event| !is_entry(event)).find(|event| is_failure(&event.kind))?;
    Some(failure_of_event(failure).unwrap_or(UNTOLD))
}

/// Whether the history tells of this failure between the entry into the state and the event at this position.
pub(super) fn is_told_before(trace: &Trace, (state, exit): (&str, usize), failure: &Outcome) -> bool {
    let is_entry =
        |event: &&TraceEvent| event.kind.ends_with("StateEntered") && event.state_name() == Some(state);
    let within = trace.0[..exit].iter().rev().take_while(|event| !is_entry(event));
    within.filter(|event| is_failure(&event.kind)).filter_map(failure_of_event).any(|told| told == *failure)
}

/// What a catcher made of the right failure that put out another document than it should: the error in another place, or
/// something else than the error. `None` where that cannot be told.
pub(super) fn made_of_error(failure: &Outcome, right: &Value, found: &Value) -> Option<&'static str> {
    let is_error = |value: &Value| failure_of_document(value).as_ref() == Some(failure);
    match (holds(right, &is_error), holds(found, &is_error)) {
        (_, true) => Some(ERROR_ELSEWHERE),
        (true, false) => Some(NOT_THE_ERROR),
        (false, false) => None,
    }
}

/// Whether a document is like that, or holds one that is.
fn holds(document: &Value, is_it: &dyn Fn(&Value) -> bool) -> bool {
    let is_inside = match document {
        Value::Array(items) => items.iter().any(|item| holds(item, is_it)),
        Value::Object(members) => members.values().any(|member| holds(member, is_it)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    };
    is_it(document) || is_inside
}

/// The part of a state's output into which a catcher puts the error; `None` where it may put anything.
fn error_output<'a>(catcher: &Value, output: &'a Value) -> Option<&'a Value> {
    if catcher.get("Output").is_some() {
        return None;
    }
    match catcher.get("ResultPath").map(Value::as_str) {
        None => Some(output),
        Some(path) => {
            let path = path?.strip_prefix('$')?.replace('.', "/");
            output.pointer(&path)
        }
    }
}

/// What the event of a failure tells of it.
pub(super) fn failure_of_event(event: &TraceEvent) -> Option<Outcome> {
    failure(event.details.get("error"), event.details.get("cause"))
}

fn failure_of_document(document: &Value) -> Option<Outcome> {
    let members = document.as_object()?;
    let is_error_output = members.keys().all(|name| name == "Error" || name == "Cause");
    is_error_output.then(|| failure(members.get("Error"), members.get("Cause")))?
}

fn failure(error: Option<&Value>, cause: Option<&Value>) -> Option<Outcome> {
    let text = |value: Option<&Value>| value.and_then(Value::as_str).map(str::to_owned);
    error.map(|error| Outcome::Failed { error: text(Some(error)), cause: text(cause) })
}
