//! What two signatures say together.

use std::collections::BTreeSet;

use super::{
    ANY_FIELD, ANY_STATE, ANY_TEXT, EXECUTION, EXPRESSION, NO_JSON, Signature, WrongText, is_inner, refusal,
    thrown,
};
use crate::{Facet, construct_family::family_of_both};

impl Signature {
    /// What two signatures say together: that it does not matter in which state a bug shows, where all else is the same,
    /// that all of a family of constructs is wrong, that the same is not checked in any field, that an error has a wrong name
    /// whatever its text is, or that the same is wrong with any text.
    pub fn of_both(&self, other: &Self) -> Option<Self> {
        let is_state = |place: &String| ![EXPRESSION, EXECUTION, ANY_STATE].contains(&place.as_str());
        let is_elsewhere = self.is_of_behaviour()
            && self.place != other.place
            && is_state(&self.place)
            && is_state(&other.place)
            && !self.constructs.is_empty()
            && self.constructs == other.constructs
            && self.is_same_kind(other);
        if is_elsewhere {
            return Some(Self { place: ANY_STATE.to_owned(), ..self.clone() });
        }
        if let Some(constructs) = self.family_of_both(other) {
            return Some(Self { constructs, ..self.clone() });
        }
        if let Some(expected) = self.refusal_of_both(other) {
            return Some(Self { expected, ..self.clone() });
        }
        if let Some(expected) = self.expression_of_both(other) {
            return Some(Self { expected: expected.to_owned(), ..self.clone() });
        }
        if let Some(error) = self.error_of_both(other) {
            return Some(Self { expected: error.to_owned(), ..self.clone() });
        }
        let is_wrong_text = (self.facet, other.facet) == (Facet::Cause, Facet::Cause)
            && self.expected != other.expected
            && self.actual == other.actual
            && WrongText::OF_ANY.iter().any(|wrong| wrong.as_str() == self.actual);
        is_wrong_text.then(|| Self { expected: ANY_TEXT.to_owned(), ..self.clone() })
    }

    /// What is in play in two signatures that differ in one construct, of one family.
    fn family_of_both(&self, other: &Self) -> Option<BTreeSet<String>> {
        let mut own = self.constructs.difference(&other.constructs);
        let mut others = other.constructs.difference(&self.constructs);
        let is_alike = self.is_of_behaviour() && self.place == other.place && self.is_same_kind(other);
        let (one, another) = own.next().filter(|_| is_alike).zip(others.next())?;
        let family = family_of_both(one, another)?;
        let both = self.constructs.intersection(&other.constructs).cloned();
        (own.next().is_none() && others.next().is_none()).then(|| both.chain([family.to_owned()]).collect())
    }

    /// The error that two failures with other texts have, where the engine gives both the same wrong name.
    fn error_of_both(&self, other: &Self) -> Option<&str> {
        let is_elsewhere = (self.facet, other.facet) != (Facet::Error, Facet::Error)
            || (&self.place, &self.constructs, &self.actual)
                != (&other.place, &other.constructs, &other.actual);
        let (error, _) = self.expected.split_once(": ").filter(|_| !is_elsewhere)?;
        let (other_error, _) = other.expected.split_once(": ")?;
        (error == other_error && self.expected != other.expected).then_some(error)
    }

    /// What two expressions do that throw other errors, where the engine goes on.
    fn expression_of_both(&self, other: &Self) -> Option<&str> {
        let is_alike = (self.facet, other.facet) == (Facet::Status, Facet::Status)
            && (&self.place, &self.constructs, &self.actual)
                == (&other.place, &other.constructs, &other.actual);
        let ((what, code), (other_what, other_code)) =
            thrown(&self.expected).zip(thrown(&other.expected)).filter(|_| is_alike)?;
        (what == other_what && code != other_code).then_some(what)
    }

    /// The refusal of two definitions that an engine accepts, where the same is wrong with two fields, or both are no JSON.
    fn refusal_of_both(&self, other: &Self) -> Option<String> {
        let (code, field, reason) = refusal(&self.expected)?;
        let (other_code, other_field, other_reason) = refusal(&other.expected)?;
        let is_alike = self.facet == other.facet
            && (&self.place, &self.constructs, &self.actual)
                == (&other.place, &other.constructs, &other.actual)
            && code == other_code;
        match (field == other_field, reason == other_reason) {
            (false, true) if is_alike && !is_inner(field) && !is_inner(other_field) => {
                Some(format!("{code} at {ANY_FIELD} {reason}"))
            }
            (_, false) if is_alike && code.ends_with(NO_JSON) => Some(code.to_owned()),
            _ => None,
        }
    }
}
