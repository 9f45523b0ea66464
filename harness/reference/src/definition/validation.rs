//! `ValidateStateMachineDefinition`: what AWS says about a definition, without creating a machine.

use asl_cases::MachineType;
use serde_json::{Value, json};

use super::{DefinitionError, Diagnostic, Severity, parse::examine};

/// Documented: the most diagnostics that one answer holds, and what `maxResults` 0 stands for.
pub const DIAGNOSTICS_MAX: usize = 100;

/// What AWS says about a definition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Validation {
    /// Whether `CreateStateMachine` would take the definition.
    pub result: ValidationResult,
    /// The remarks, errors before warnings.
    pub diagnostics: Vec<Diagnostic>,
    /// Whether there were more.
    pub truncated: bool,
    /// What of the definition the reference does not cover, where it found no error.
    pub unsupported: Option<String>,
}

/// Whether a definition is accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValidationResult {
    /// No error; there may be warnings.
    Ok,
    /// At least one error.
    Fail,
}

/// Validates a definition. `severity` is the mildest kind of remark that is wanted (documented: `WARNING` returns both).
pub fn validate(text: &str, kind: MachineType, severity: Severity, diagnostics_max: usize) -> Validation {
    let (mut diagnostics, unsupported) = match examine(text, kind, severity) {
        Ok(examined) => (examined.diagnostics, examined.unsupported),
        Err(DefinitionError::Invalid(diagnostics)) => (diagnostics, None),
        Err(DefinitionError::Unsupported(what)) => (Vec::new(), Some(what)),
    };
    let is_refused = diagnostics.iter().any(|diagnostic| diagnostic.code.severity() == Severity::Error);
    let n_kept = if diagnostics_max == 0 { DIAGNOSTICS_MAX } else { diagnostics_max.min(DIAGNOSTICS_MAX) };
    let truncated = diagnostics.len() > n_kept;
    diagnostics.truncate(n_kept);
    Validation {
        result: if is_refused { ValidationResult::Fail } else { ValidationResult::Ok },
        diagnostics,
        truncated,
        unsupported: unsupported.filter(|_| !is_refused),
    }
}

impl Validation {
    /// The body of AWS's answer.
    pub fn to_json(&self) -> Value {
        let result = match self.result {
            ValidationResult::Ok => "OK",
            ValidationResult::Fail => "FAIL",
        };
        let diagnostics: Vec<Value> = self.diagnostics.iter().map(diagnostic_json).collect();
        json!({"result": result, "diagnostics": diagnostics, "truncated": self.truncated})
    }
}

/// Recorded: no member `location` where AWS names no place.
fn diagnostic_json(diagnostic: &Diagnostic) -> Value {
    let mut json = json!({
        "severity": diagnostic.code.severity().to_string(),
        "code": diagnostic.code.to_string(),
        "message": diagnostic.message,
    });
    if let Some(location) = &diagnostic.location {
        json["location"] = location.as_str().into();
    }
    json
}
