//! Fields that an engine does not even look at: what it makes is what the state makes without them.

use asl_cases::{Outcome, Signature, Trace};
use serde_json::Value;

use super::{
    Signer, another_document, call,
    constructs::{self, OUTPUT},
    parting::Made,
    shape,
    visits::{self, Visit},
};

/// What a Task, branches or iterations are given, in each language.
pub(super) const GIVEN: &[&str] = &["Parameters", "Arguments"];

impl Signer<'_> {
    /// A field of this state should fail, and the engine goes on as if there was no such field.
    pub(super) fn of_ignored_field(&self, state: &str, failure: &Outcome) -> Option<Signature> {
        let fields = self.states.fields(state).filter(|_| shape::is_of_evaluation(failure))?;
        let is_output = shape::failed_field(failure) == Some(OUTPUT) && self.puts_out_as_without(state);
        let given = GIVEN.iter().find(|field| fields.contains_key(**field));
        let field =
            if is_output { Some(OUTPUT) } else { given.filter(|_| self.is_given_its_input(state)).copied() };
        let field = field.or_else(|| self.field_not_looked_at(state));
        let place = self.states.kind(state).to_owned();
        let of_field =
            field.map(|field| another_document(place, constructs::of_value(field, fields.get(field))));
        of_field.or_else(|| self.of_ignored_assign(state, failure))
    }

    /// An expression that gives no value stands in an `Assign` alone, and the engine says nothing of what the state assigns.
    fn of_ignored_assign(&self, state: &str, failure: &Outcome) -> Option<Signature> {
        let function = || call::failed_function(failure).map(|(_, function)| function);
        let code = shape::throwing_code(failure).or_else(function)?;
        let is_caught = constructs::is_assigned_by_catchers(&self.states, state, code)?;
        let is_told = self.tells_what_is_assigned_by(state);
        (!is_told).then(|| self.of_assignment(state, is_caught))
    }

    /// A state makes another document, which is what it makes without one of its fields. What catchers put out, others tell.
    pub(super) fn of_ignored_document(&self, state: &str, made: &Made, is_caught: bool) -> Option<Signature> {
        let fields = self.states.fields(state).filter(|_| !is_caught)?;
        let field = match made {
            Made::Variables(_) => None,
            Made::Output(_) if self.is_output_ignored(state) => Some(OUTPUT),
            Made::Output(_) | Made::Given(_) => self.field_not_looked_at(state),
        }?;
        let constructs = constructs::of_value(field, fields.get(field));
        Some(another_document(self.states.kind(state).to_owned(), constructs))
    }

    /// Whether a state puts out what it puts out without its `Output`, or that of its rules.
    fn is_output_ignored(&self, state: &str) -> bool {
        let Some(fields) = self.states.fields(state) else { return false };
        let rules = fields.get("Choices").and_then(Value::as_array).into_iter().flatten();
        let has_output =
            fields.contains_key(OUTPUT) || rules.into_iter().any(|rule| rule.get(OUTPUT).is_some());
        // An empty input may be the same by chance.
        let mut exits = self.actual.trace.iter().flat_map(visits::visits).filter(|visit| !visit.is_entry);
        let says_much = exits.any(|exit| exit.state == state && exit.document.is_some_and(says_much));
        has_output && says_much && self.puts_out_as_without(state)
    }

    /// Whether a Task is given what it should be, and its work has another result.
    pub(super) fn does_other_work(&self, state: &str) -> bool {
        let sides = [&self.expected.trace, &self.actual.trace];
        let [Some(right), Some(found)] = sides.map(|trace| work_of(trace.as_ref()?, state)) else {
            return false;
        };
        right.0 == found.0 && right.1 != found.1
    }

    /// Whether the engine puts out what the state puts out without an `Output`: its result, or where it has none its input.
    fn puts_out_as_without(&self, state: &str) -> bool {
        let Some(trace) = &self.actual.trace else { return false };
        let mut last: [Option<Visit<'_>>; 2] = [None, None];
        for visit in visits::visits(trace).filter(|visit| visit.state == state) {
            last[usize::from(visit.is_entry)] = Some(visit);
        }
        let [Some(exit), Some(entry)] = last else { return false };
        let n_branches = || self.states.fields(state)?.get("Branches")?.as_array().map(Vec::len);
        match self.states.kind(state) {
            "Parallel" => exit.document.and_then(Value::as_array).map(Vec::len) == n_branches(),
            "Map" => exit.document.is_some_and(Value::is_array),
            "Task" => exit.document.is_some() && result_before(trace, exit.position) == exit.document,
            _ => exit.document.is_some() && exit.document == entry.document,
        }
    }

    /// Whether a Task or branches that should fail before they begin are given the input of their state.
    fn is_given_its_input(&self, state: &str) -> bool {
        let (Some(right), Some(found)) = (&self.expected.trace, &self.actual.trace) else { return false };
        let has_begun = |trace: &Trace| {
            visits::scheduled(trace, state).next().is_some() || self.begins_inside(trace, state)
        };
        let mut scheduled = visits::scheduled(found, state);
        let is_scheduled = scheduled.any(|(entry, scheduled)| {
            let given = scheduled.details.get("input").or_else(|| scheduled.details.get("parameters"));
            given.is_some() && entry.details.get("input") == given
        });
        !has_begun(right) && (is_scheduled || self.branches_are_given_its_input(found, state))
    }

    fn begins_inside(&self, trace: &Trace, state: &str) -> bool {
        visits::visits(trace).any(|visit| self.states.giver(visit.state) == Some(state))
    }

    fn branches_are_given_its_input(&self, found: &Trace, state: &str) -> bool {
        let mut entered = visits::visits(found).filter(|visit| visit.is_entry);
        let input = entered.find(|visit| visit.state == state).and_then(|visit| visit.document);
        let mut inside = entered.filter(|visit| self.states.giver(visit.state) == Some(state));
        self.states.kind(state) == "Parallel"
            && input.is_some()
            && inside.next().is_some_and(|first| first.document == input)
    }
}

pub(super) fn says_much(document: &Value) -> bool {
    match document {
        Value::Object(members) => !members.is_empty(),
        Value::Array(items) => !items.is_empty(),
        Value::String(text) => !text.is_empty(),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

/// What a Task was given, and what came of it, where the history tells both.
fn work_of<'a>(trace: &'a Trace, state: &str) -> Option<(&'a Value, &'a Value)> {
    let (_, scheduled) = visits::scheduled(trace, state).last()?;
    let given = scheduled.details.get("parameters").or_else(|| scheduled.details.get("input"))?;
    let exit = visits::visits(trace).filter(|visit| !visit.is_entry && visit.state == state).last()?;
    Some((given, result_before(trace, exit.position)?))
}

/// The result that the event before this position tells of.
fn result_before(trace: &Trace, exit: usize) -> Option<&Value> {
    let before = trace.0[..exit].iter().rev().find(|event| event.kind.ends_with("Succeeded"))?;
    before.details.get("output")
}
