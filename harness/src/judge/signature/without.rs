//! What a state would make without one of its fields: where the engine makes just that, it does not look at the field.

use asl_cases::Observation;
use asl_reference::reference::{self, Settings};
use serde_json::{Value, json};

use super::{
    Signer,
    ignored::says_much,
    visits::{self, Visit},
};
use crate::judge::normalise;

/// Fields that make what the work of a state, its branches or iterations get.
const MAKE_WHAT_IS_GIVEN: &[&str] =
    &["Arguments", "InputPath", "ItemBatcher", "ItemSelector", "Items", "ItemsPath", "Parameters"];
/// Fields that make what a state puts out.
const MAKE_WHAT_IS_PUT_OUT: &[&str] = &["Output", "OutputPath", "Result", "ResultPath", "ResultSelector"];

/// What a state makes, each in an order of its own.
struct Documents<'a> {
    /// What its work gets.
    given: Vec<&'a Value>,
    /// What its branches or iterations get.
    inside: Vec<&'a Value>,
    put_out: Vec<&'a Value>,
}

impl Documents<'_> {
    /// Whether both tell of the same documents. A history without some of them says nothing about those.
    fn agree(&self, other: &Self) -> bool {
        let pairs =
            [(&self.given, &other.given), (&self.inside, &other.inside), (&self.put_out, &other.put_out)];
        pairs.into_iter().all(|(own, other)| own.is_empty() || other.is_empty() || own == other)
    }
}

impl Signer<'_> {
    /// The only field without which this state makes just what it makes for the engine. What is empty may be the same by
    /// chance.
    pub(super) fn field_not_looked_at(&self, state: &str) -> Option<&'static str> {
        let found = self.documents_of(state, self.actual)?;
        let is_put_out = found.put_out.iter().any(|document| says_much(document));
        let is_given =
            is_put_out || found.given.iter().chain(&found.inside).any(|document| says_much(document));
        let candidates = [(MAKE_WHAT_IS_GIVEN, is_given), (MAKE_WHAT_IS_PUT_OUT, is_put_out)];
        let candidates =
            candidates.into_iter().filter(|(_, is_told)| *is_told).flat_map(|(fields, _)| fields);
        let is_made = |field: &str, value: Option<Value>| {
            let case = asl_generators::with_field(self.case, state, field, value);
            let observed = case.and_then(|case| reference::observe(&case, Settings::default()).ok());
            observed.is_some_and(|observed| {
                let observed = normalise(&observed, self.case);
                self.documents_of(state, &observed).is_some_and(|made| made.agree(&found))
            })
        };
        // Where it is just the same with another value, nobody sees what the field makes.
        let mut fields =
            candidates.filter(|field| is_made(field, None) && !is_made(field, Some(another_value(field))));
        fields.next().filter(|_| fields.next().is_none()).copied()
    }

    /// What a state makes in an execution; `None` if it is not left there.
    fn documents_of<'b>(&self, state: &str, observation: &'b Observation) -> Option<Documents<'b>> {
        let trace = observation.trace.as_ref()?;
        let of_visits = |is_wanted: &dyn Fn(&Visit<'_>) -> bool| {
            let wanted = visits::visits(trace).filter(|visit| is_wanted(visit));
            let mut documents: Vec<_> = wanted.filter_map(|visit| visit.document).collect();
            documents.sort_by_cached_key(ToString::to_string);
            documents
        };
        let put_out = of_visits(&|visit| !visit.is_entry && visit.state == state);
        let inside = of_visits(&|visit| visit.is_entry && self.states.giver(visit.state) == Some(state));
        let given = visits::scheduled(trace, state).filter_map(|(_, scheduled)| {
            scheduled.details.get("input").or_else(|| scheduled.details.get("parameters"))
        });
        (!put_out.is_empty()).then(|| Documents { given: given.collect(), inside, put_out })
    }
}

/// What a field can hold, and is in no case.
fn another_value(field: &str) -> Value {
    let marker = json!({"a field": "is looked at"});
    match field {
        "Items" => json!([marker]),
        _ if field.ends_with("Path") => Value::Null,
        _ => marker,
    }
}
