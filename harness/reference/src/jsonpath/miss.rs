//! Why a path leads nowhere, in the words of Jayway, which AWS repeats after `Invalid path '<p>' : `.

use thiserror::Error;

/// A path that leads to nothing.
/// Requirement: asl.paths.index-out-of-range, asl.paths.null-is-a-value
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PathMiss {
    /// The last key is missing. Recorded: the text names the whole path in bracket form.
    #[error("No results for path: {path}")]
    Leaf {
        /// The whole path, `$['a']['b']`.
        path: String,
        /// The missing key.
        step: String,
    },
    /// A key before the last is missing. Recorded: the text names the path up to the first missing key.
    #[error("Missing property in path {path}")]
    Intermediate {
        /// The path up to the first missing key.
        path: String,
        /// The missing key.
        step: String,
    },
    /// The last step is an index beyond the array. Templates read it as null; everything else as missing.
    #[error("No results for path: {path}")]
    IndexOutOfRange {
        /// The whole path, `$['a'][5]`.
        path: String,
        /// The index.
        step: String,
    },
    /// An index or slice of something that is not an array.
    #[error("Filter: {step} can only be applied to arrays. Current context is: {context}")]
    NotAnArray {
        /// The step, `[0]`.
        step: String,
        /// The value that is not an array, as text.
        context: String,
    },
    /// An index or slice of null.
    #[error("The path {path} is null")]
    NullArray {
        /// The path of the null.
        path: String,
        /// The index or slice.
        step: String,
    },
    /// A key of something that is not an object.
    #[error(
        "Expected to find an object with property {step} in path {path} but found '{class}'. This is not a json \
         object according to the JsonProvider: 'com.jayway.jsonpath.spi.json.JacksonJsonNodeJsonProvider'."
    )]
    NotAnObject {
        /// The step, `['b']`.
        step: String,
        /// The path of the value that is not an object.
        path: String,
        /// Its Java class.
        class: &'static str,
    },
    /// A filter on a scalar.
    #[error("Filter: {step} can not be applied to primitives. Current context is: {context}")]
    Primitive {
        /// The step, `[?]`.
        step: String,
        /// The scalar, as text.
        context: String,
    },
    /// A function at the end of the path that has nothing to work on.
    #[error("Aggregation function attempted to calculate value using empty array")]
    NothingToAggregate,
    /// A variable that was never assigned.
    #[error("The variable '${name}' has not been assigned a value")]
    UnassignedVariable {
        /// The name without `$`.
        name: String,
    },
    /// The evaluation was cut off: the path visits more nodes than any honest path does.
    #[error("the path visits more than {limit} nodes")]
    TooMuchWork {
        /// How many visits are allowed.
        limit: usize,
    },
}

impl PathMiss {
    /// Whether AWS's words for this miss were recorded; the others are Jayway's as far as they are known.
    pub fn is_recorded(&self) -> bool {
        matches!(self, Self::Leaf { .. } | Self::Intermediate { .. })
    }

    /// The first key or index that cannot be applied, bare: `b` of `$.a.b`. Empty where no single step is to blame.
    pub fn step(&self) -> &str {
        match self {
            Self::Leaf { step, .. }
            | Self::Intermediate { step, .. }
            | Self::IndexOutOfRange { step, .. }
            | Self::NullArray { step, .. }
            | Self::NotAnArray { step, .. }
            | Self::NotAnObject { step, .. }
            | Self::Primitive { step, .. } => step.trim_matches(['[', ']', '\'', '"']),
            Self::UnassignedVariable { name } => name,
            Self::NothingToAggregate | Self::TooMuchWork { .. } => "",
        }
    }
}
