//! One JSON object of a definition, with readers of its fields that note what AWS would say against them.
//!
//! A reader gives `None` both for an absent field and for a refused one: a refusal was noted, so no model is made.

use std::ops::RangeInclusive;

use serde_json::{Map, Value};

use super::{
    findings::{Language, Machine},
    location::Location,
};
use crate::seeded::{Site, seeded};

/// One object of the definition.
#[derive(Clone, Debug)]
pub(super) struct Fields<'a> {
    pub(super) members: &'a Map<String, Value>,
    pub(super) location: Location,
    pub(super) machine: &'a Machine,
    /// The query language of the state that the object is, or is part of.
    pub(super) language: Language,
}

impl<'a> Fields<'a> {
    /// Takes a value that must be an object.
    pub(super) fn of(value: &'a Value, location: Location, machine: &'a Machine) -> Option<Self> {
        if let Some(members) = value.as_object() {
            return Some(Self { members, location, machine, language: machine.language });
        }
        machine.refuse(&location, "Expected value of type Object");
        None
    }

    /// A part of this object, in the same query language.
    pub(super) fn part(&self, value: &'a Value, location: Location) -> Option<Self> {
        Some(Fields::of(value, location, self.machine)?.in_language(self.language))
    }

    /// The same object as part of a state in this query language.
    pub(super) fn in_language(self, language: Language) -> Self {
        Self { language, ..self }
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.members.contains_key(name)
    }

    /// Notes a problem of a field.
    pub(super) fn refuse(&self, name: &str, message: impl Into<String>) {
        self.machine.refuse(&self.location.field(name), message);
    }

    /// Recorded: `Field 'Next' is not supported`.
    /// Requirement: asl.validation.unknown-field
    pub(super) fn allow_only(&self, is_allowed: impl Fn(&str) -> bool) {
        if seeded(Site::UnknownFieldsIgnored) {
            return;
        }
        let is_refused = |name: &str| !is_allowed(name) || name == "Comment" && seeded(Site::CommentsRefused);
        for name in self.members.keys().filter(|name| is_refused(name)) {
            self.refuse(name, format!("Field '{name}' is not supported"));
        }
    }

    /// Recorded: `These fields are required: [States, StartAt]`.
    /// Requirement: asl.validation.required-fields
    pub(super) fn require(&self, names: &[&str]) {
        let missing: Vec<&str> = names.iter().copied().filter(|name| !self.has(name)).collect();
        if !missing.is_empty() && !seeded(Site::RequiredFieldsNotChecked) {
            let message = format!("These fields are required: [{}]", missing.join(", "));
            self.machine.refuse(&self.location, message);
        }
    }

    /// Recorded: `The field 'Type' is required`.
    pub(super) fn require_one(&self, name: &str) {
        if !self.has(name) && !seeded(Site::TypeAndResourceNotChecked) {
            self.machine.refuse(&self.location, format!("The field '{name}' is required"));
        }
    }

    /// Recorded: `There should only be one of the following fields: [SecondsPath, Seconds, …]`.
    /// Requirement: asl.validation.exclusive-fields
    pub(super) fn at_most_one_of(&self, names: &[&str]) -> bool {
        if seeded(Site::ExclusiveFieldsNotChecked) {
            return true;
        }
        let n_present = names.iter().filter(|name| self.has(name)).count();
        if n_present > 1 {
            let message = format!("There should only be one of the following fields: [{}]", names.join(", "));
            self.machine.refuse(&self.location, message);
        }
        n_present <= 1
    }

    /// Recorded: `This object should have only one of the following fields: [Next, End]`.
    pub(super) fn exactly_one_of(&self, names: &[&str]) -> bool {
        if names.iter().any(|name| self.has(name)) {
            return self.at_most_one_of(names);
        }
        self.refuse_none_of(names);
        false
    }

    /// The refusal of an object that has none of several fields.
    pub(super) fn refuse_none_of(&self, names: &[&str]) {
        let names = names.join(", ");
        self.machine.refuse(
            &self.location,
            format!("This object should have only one of the following fields: [{names}]"),
        );
    }

    pub(super) fn text(&self, name: &str) -> Option<&'a str> {
        self.typed(name, "String", Value::as_str)
    }

    pub(super) fn boolean(&self, name: &str) -> Option<bool> {
        self.typed(name, "Boolean", Value::as_bool)
    }

    /// Recorded: `The field 'Type' should have one of these values: [Task, Wait, …]`.
    pub(super) fn one_of(&self, name: &str, allowed: &[&str]) -> Option<&'a str> {
        let text = self.text(name)?;
        if allowed.contains(&text) {
            return Some(text);
        }
        if seeded(Site::UnknownValuesAccepted) {
            return None;
        }
        let allowed = allowed.join(", ");
        self.refuse(name, format!("The field '{name}' should have one of these values: [{allowed}]"));
        None
    }

    /// A whole number. One that is written `2.0` or `2e0` is not covered: nobody has recorded whether AWS takes it.
    /// Requirement: asl.validation.numbers
    pub(super) fn integer(&self, name: &str, range: RangeInclusive<u64>) -> Option<u64> {
        let number = self.typed(name, "Integer", Value::as_number)?;
        if !number.is_u64() && number.is_f64() && seeded(Site::FractionsAreCut) {
            return Some(*range.start());
        }
        if seeded(Site::RangesNotChecked) {
            return Some(number.as_u64().unwrap_or_default());
        }
        if let Some(integer) = number.as_u64() {
            if range.contains(&integer) {
                return Some(integer);
            }
            let is_small = integer < *range.start();
            self.refuse_range(name, if is_small { "Minimum" } else { "Maximum" }, &range);
        } else if number.is_i64() {
            self.refuse_range(name, "Minimum", &range);
        } else if number.as_f64().is_some_and(|double| double.fract() != 0.0) {
            self.refuse(name, "Expected value of type Integer");
        } else {
            self.machine.unsupported(format!("a number with a fraction or exponent as {name}"));
        }
        None
    }

    fn refuse_range(&self, name: &str, bound: &str, range: &RangeInclusive<u64>) {
        let value = if bound == "Minimum" { range.start() } else { range.end() };
        self.refuse(name, format!("{bound} value is {value}"));
    }

    /// A number that is at least `minimum`.
    pub(super) fn number_from(&self, name: &str, minimum: f64) -> Option<f64> {
        let number = self.typed(name, "Number", Value::as_f64)?;
        if number >= minimum || seeded(Site::BackoffMayShrink) {
            return Some(number);
        }
        self.refuse(name, format!("Minimum value is {minimum:?}"));
        None
    }

    pub(super) fn object(&self, name: &str) -> Option<Self> {
        let value = self.members.get(name)?;
        self.part(value, self.location.field(name))
    }

    /// The elements of an array with their places.
    pub(super) fn items(&self, name: &str) -> Option<Vec<(Location, &'a Value)>> {
        let items = self.typed(name, "Array", Value::as_array)?;
        let location = self.location.field(name);
        Some(items.iter().enumerate().map(|(index, item)| (location.item(index), item)).collect())
    }

    /// Recorded: `Value cannot be empty`.
    pub(super) fn non_empty_items(&self, name: &str) -> Option<Vec<(Location, &'a Value)>> {
        let items = self.items(name)?;
        if items.is_empty() && !seeded(Site::ListsMayBeEmpty) {
            self.refuse(name, "Value cannot be empty");
        }
        Some(items)
    }

    fn typed<T>(&self, name: &str, type_name: &str, read: impl Fn(&'a Value) -> Option<T>) -> Option<T> {
        let value = self.members.get(name)?;
        let typed = read(value);
        if typed.is_none() && !seeded(Site::WrongTypesIgnored) {
            self.refuse(name, format!("Expected value of type {type_name}"));
        }
        typed
    }
}
