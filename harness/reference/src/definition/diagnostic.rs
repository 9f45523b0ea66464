//! What AWS says about a definition: why it refuses it, and what looks like a mistake.

use std::fmt;

/// One remark about a definition, in AWS's words as far as they are recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// The kind of problem.
    pub code: DiagnosticCode,
    /// The sentence.
    pub message: String,
    /// Where: `/States/<name>/<field>`, or `/` for the machine; `None` where AWS names no place.
    pub location: Option<String>,
}

/// Recorded for single problems: `<CODE>: <message> at <location>`.
impl fmt::Display for Diagnostic {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}: {}", self.code, self.message)?;
        match &self.location {
            Some(location) => write!(out, " at {location}"),
            None => Ok(()),
        }
    }
}

/// How bad a diagnostic is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The definition is refused.
    #[default]
    Error,
    /// The definition is accepted.
    Warning,
}

impl fmt::Display for Severity {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Error => "ERROR",
            Self::Warning => "WARNING",
        })
    }
}

/// The codes of `ValidateStateMachineDefinition` that concern the definition itself (documented).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum DiagnosticCode {
    /// The text is no JSON.
    InvalidJsonDescription,
    /// A field is missing, unknown, or of the wrong type or range.
    SchemaValidationFailed,
    /// No terminal state can be reached.
    MissingEndState,
    /// Two states of the machine share a name.
    DuplicateStateName,
    /// A state's name is too long.
    InvalidStateName,
    /// Two Map states share a label.
    DuplicateLabelName,
    /// A label is too long, or holds a character that is not allowed.
    InvalidLabelName,
    /// A transition leads nowhere, or no transition leads to a state.
    MissingTransitionTarget,
    /// A warning: the value looks like a path or a call, but its key does not end in `.$`.
    NoDollar,
    /// A warning: the value looks like a path, but the name of its field does not end in `Path`.
    NoPath,
    /// A warning: the `Result` of a Pass state holds something that looks like a path, and nothing evaluates it.
    PassResultIsStatic,
}

impl DiagnosticCode {
    /// How bad a problem of this kind is (documented).
    pub fn severity(self) -> Severity {
        match self {
            Self::NoDollar | Self::NoPath | Self::PassResultIsStatic => Severity::Warning,
            _ => Severity::Error,
        }
    }
}

impl fmt::Display for DiagnosticCode {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::InvalidJsonDescription => "INVALID_JSON_DESCRIPTION",
            Self::SchemaValidationFailed => "SCHEMA_VALIDATION_FAILED",
            Self::MissingEndState => "MISSING_END_STATE",
            Self::DuplicateStateName => "DUPLICATE_STATE_NAME",
            Self::InvalidStateName => "INVALID_STATE_NAME",
            Self::DuplicateLabelName => "DUPLICATE_LABEL_NAME",
            Self::InvalidLabelName => "INVALID_LABEL_NAME",
            Self::MissingTransitionTarget => "MISSING_TRANSITION_TARGET",
            Self::NoDollar => "NO_DOLLAR",
            Self::NoPath => "NO_PATH",
            Self::PassResultIsStatic => "PASS_RESULT_IS_STATIC",
        })
    }
}

/// Why a definition has no model. The two reasons never mix: a definition that is not covered is not called invalid.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DefinitionError {
    /// AWS refuses the definition; the text is the message of `CreateStateMachine`.
    #[error("Invalid State Machine Definition: '{}'", joined(.0))]
    Invalid(Vec<Diagnostic>),
    /// AWS accepts the definition as far as we know, and the model does not cover it.
    #[error("not in the reference model: {0}")]
    Unsupported(String),
}

fn joined(diagnostics: &[Diagnostic]) -> String {
    diagnostics.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}
