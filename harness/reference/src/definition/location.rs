//! Places in a definition, written as AWS writes them: `/States/Choose/Choices[0]/Next`.

use std::fmt;

/// A place; the machine itself is written `/`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Location(String);

impl Location {
    /// The place of a field of the object here.
    pub(super) fn field(&self, name: &str) -> Self {
        Self(format!("{}/{name}", self.0))
    }

    /// The place of an element of the array here.
    pub(super) fn item(&self, index: usize) -> Self {
        Self(format!("{}[{index}]", self.0))
    }

    /// The place that a relative path such as `/And[0]/Variable` leads to from here.
    pub(super) fn below(&self, relative: &str) -> Self {
        Self(format!("{}{relative}", self.0))
    }
}

impl fmt::Display for Location {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(if self.0.is_empty() { "/" } else { &self.0 })
    }
}
