//! What is known, while a definition is being built, about the document that flows through it.
//!
//! A shape is exact where the input decides and vague where an engine does. Paths and Choice rules are drawn from it, so
//! that they hit, miss or hit the wrong type on purpose.

use serde_json::Value;

/// What is known about a value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Shape {
    /// Exactly this scalar.
    Known(Value),
    /// Some string.
    Text,
    /// Some number.
    Number,
    /// True or false.
    Boolean,
    /// A string that differs between engines or executions, such as a name or a time: only fit to be passed on whole.
    Volatile,
    /// Nothing is known.
    Anything,
    /// At least these members.
    Object(Vec<(String, Shape)>),
    /// Exactly these elements.
    Array(Vec<Shape>),
    /// Any number of elements, all of this shape.
    ArrayOf(Box<Shape>),
}

impl Shape {
    /// The shape of a document that is known completely.
    pub(crate) fn of(value: &Value) -> Self {
        match value {
            Value::Object(map) => {
                Self::Object(map.iter().map(|(key, inner)| (key.clone(), Self::of(inner))).collect())
            }
            Value::Array(items) => Self::Array(items.iter().map(Self::of).collect()),
            scalar => Self::Known(scalar.clone()),
        }
    }

    /// An object without members.
    pub(crate) fn empty_object() -> Self {
        Self::Object(Vec::new())
    }

    /// The error output that a Catch hands on. Recorded: both members are always present.
    pub(crate) fn error_output(error: Option<&str>) -> Self {
        let error = error.map_or(Self::Anything, |name| Self::Known(name.into()));
        Self::Object(vec![("Error".to_owned(), error), ("Cause".to_owned(), Self::Anything)])
    }

    /// What holds for both: the shape where two ways through a definition meet.
    pub(crate) fn common(&self, other: &Self) -> Self {
        if self == other {
            return self.clone();
        }
        match (self, other) {
            (Self::Object(left), Self::Object(right)) => Self::Object(common_members(left, right)),
            (Self::Array(_) | Self::ArrayOf(_), Self::Array(_) | Self::ArrayOf(_)) => {
                let elements = self.elements().chain(other.elements());
                Self::ArrayOf(Box::new(Self::common_of(elements)))
            }
            _ => match (self.scalar_kind(), other.scalar_kind()) {
                (Some(left), Some(right)) if left == right => left,
                _ => Self::Anything,
            },
        }
    }

    /// What holds for all of them; nothing is known about the members of an empty collection.
    pub(crate) fn common_of<'a>(mut shapes: impl Iterator<Item = &'a Self>) -> Self {
        let Some(first) = shapes.next() else { return Self::Anything };
        shapes.fold(first.clone(), |sum, shape| sum.common(shape))
    }

    /// The elements that are told apart.
    pub(crate) fn elements(&self) -> impl Iterator<Item = &Self> {
        let (many, one) = match self {
            Self::Array(items) => (items.as_slice(), None),
            Self::ArrayOf(item) => (&[][..], Some(&**item)),
            _ => (&[][..], None),
        };
        many.iter().chain(one)
    }

    /// The member of an object.
    pub(crate) fn member(&self, key: &str) -> Option<&Self> {
        match self {
            Self::Object(members) => members.iter().find(|(name, _)| name == key).map(|(_, shape)| shape),
            _ => None,
        }
    }

    /// Sets the member of an object, or makes one of anything else.
    pub(crate) fn set(&mut self, key: &str, shape: Self) {
        if !matches!(self, Self::Object(_)) {
            *self = Self::empty_object();
        }
        let Self::Object(members) = self else { return };
        match members.iter_mut().find(|(name, _)| name == key) {
            Some((_, slot)) => *slot = shape,
            None => members.push((key.to_owned(), shape)),
        }
    }

    /// The text, if it is known.
    pub(crate) fn known_text(&self) -> Option<&str> {
        match self {
            Self::Known(value) => value.as_str(),
            _ => None,
        }
    }

    /// The integer, if it is known and small enough for every intrinsic function.
    pub(crate) fn known_int(&self) -> Option<i64> {
        match self {
            Self::Known(value) => value.as_i64().filter(|number| number.abs() <= 1_000_000),
            _ => None,
        }
    }

    /// Whether the value holds nothing that differs between engines.
    pub(crate) fn is_stable(&self) -> bool {
        match self {
            Self::Volatile | Self::Anything => false,
            Self::Object(members) => members.iter().all(|(_, shape)| shape.is_stable()),
            Self::Array(_) | Self::ArrayOf(_) => self.elements().all(Self::is_stable),
            _ => true,
        }
    }

    /// Whether there is an object anywhere in the value.
    pub(crate) fn holds_object(&self) -> bool {
        matches!(self, Self::Object(_)) || self.elements().any(Self::holds_object)
    }

    /// Whether this document has such a value somewhere, with the members of its objects in the same order.
    pub(crate) fn contains(&self, part: &Self) -> bool {
        let is_below = match self {
            Self::Object(members) => members.iter().any(|(_, inner)| inner.contains(part)),
            _ => self.elements().any(|inner| inner.contains(part)),
        };
        is_below || self == part
    }

    fn scalar_kind(&self) -> Option<Self> {
        match self {
            Self::Known(Value::String(_)) | Self::Text => Some(Self::Text),
            Self::Known(Value::Number(_)) | Self::Number => Some(Self::Number),
            Self::Known(Value::Bool(_)) | Self::Boolean => Some(Self::Boolean),
            _ => None,
        }
    }
}

fn common_members(left: &[(String, Shape)], right: &[(String, Shape)]) -> Vec<(String, Shape)> {
    left.iter()
        .filter_map(|(key, shape)| {
            let (_, other) = right.iter().find(|(name, _)| name == key)?;
            Some((key.clone(), shape.common(other)))
        })
        .collect()
}

/// Whether a text is an RFC 3339 time with an offset, as the generator writes them.
pub(crate) fn is_timestamp(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() >= 20 && bytes[0].is_ascii_digit() && bytes[10] == b'T' && bytes[4] == b'-'
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_part_is_contained_in_its_own_key_order_only() {
        let whole = Shape::of(&json!({"list": [{"a": 1, "b": 2}]}));
        assert!(whole.contains(&Shape::of(&json!({"a": 1, "b": 2}))));
        assert!(!whole.contains(&Shape::of(&json!({"b": 2, "a": 1}))));
        assert!(whole.holds_object() && !Shape::of(&json!([1, [2]])).holds_object());
    }

    #[test]
    fn common_shape_keeps_what_both_have() {
        let left = Shape::of(&json!({"a": 1, "b": "x", "c": [1, 2], "d": true}));
        let right = Shape::of(&json!({"a": 1, "b": "y", "c": [], "e": null}));
        let common = left.common(&right);
        assert_eq!(common.member("a"), Some(&Shape::Known(json!(1))));
        assert_eq!(common.member("b"), Some(&Shape::Text));
        assert_eq!(common.member("c"), Some(&Shape::ArrayOf(Box::new(Shape::Number))));
        assert_eq!(common.member("d"), None);
    }
}
