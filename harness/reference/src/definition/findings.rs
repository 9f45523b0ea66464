//! What one pass over a definition finds out: problems in AWS's order, and what the model does not cover.

use std::{cell::RefCell, collections::BTreeSet};

use asl_cases::MachineType;

use super::{Diagnostic, DiagnosticCode, Severity, location::Location};

/// The languages of paths and expressions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Language {
    JsonPath,
    Jsonata,
}

/// The machine that is being parsed, with the notes taken so far.
#[derive(Debug)]
pub(super) struct Machine {
    pub(super) kind: MachineType,
    pub(super) language: Language,
    /// The mildest remarks that are wanted.
    severity: Severity,
    findings: RefCell<Findings>,
}

#[derive(Debug, Default)]
struct Findings {
    schema: Vec<Diagnostic>,
    graph: Vec<Diagnostic>,
    warnings: Vec<Diagnostic>,
    unsupported: BTreeSet<String>,
    state_names: BTreeSet<String>,
    labels: BTreeSet<String>,
}

impl Machine {
    pub(super) fn new(kind: MachineType, language: Language, severity: Severity) -> Self {
        Self { kind, language, severity, findings: RefCell::default() }
    }

    /// Whether somebody wants to hear of what is accepted and looks like a mistake.
    pub(super) fn wants_warnings(&self) -> bool {
        self.severity == Severity::Warning
    }

    /// Notes a problem of code `SCHEMA_VALIDATION_FAILED`.
    pub(super) fn refuse(&self, location: &Location, message: impl Into<String>) {
        self.refuse_with(DiagnosticCode::SchemaValidationFailed, location, message);
    }

    /// Notes a problem of the text.
    pub(super) fn refuse_with(&self, code: DiagnosticCode, location: &Location, message: impl Into<String>) {
        self.findings.borrow_mut().schema.push(diagnostic(code, location, message.into()));
    }

    /// Notes a problem of the transitions. Recorded: these follow the problems of the fields.
    pub(super) fn refuse_graph(&self, code: DiagnosticCode, location: &Location, message: impl Into<String>) {
        self.findings.borrow_mut().graph.push(diagnostic(code, location, message.into()));
    }

    /// Notes what is accepted and looks like a mistake.
    pub(super) fn warn(&self, code: DiagnosticCode, location: &Location, message: impl Into<String>) {
        self.findings.borrow_mut().warnings.push(diagnostic(code, location, message.into()));
    }

    /// Notes something that AWS accepts, as far as we know, and that the model does not cover.
    pub(super) fn unsupported(&self, what: impl Into<String>) {
        self.findings.borrow_mut().unsupported.insert(what.into());
    }

    /// Notes the name of a state; `false` if it was taken.
    pub(super) fn take_state_name(&self, name: &str) -> bool {
        self.findings.borrow_mut().state_names.insert(name.to_owned())
    }

    /// Notes the label of a Map state; `false` if it was taken.
    pub(super) fn take_label(&self, label: &str) -> bool {
        self.findings.borrow_mut().labels.insert(label.to_owned())
    }

    /// All remarks, errors before warnings, and all that is not covered.
    pub(super) fn into_findings(self) -> (Vec<Diagnostic>, BTreeSet<String>) {
        let Findings { mut schema, graph, warnings, unsupported, .. } = self.findings.into_inner();
        schema.extend(graph);
        schema.extend(warnings);
        (schema, unsupported)
    }
}

fn diagnostic(code: DiagnosticCode, location: &Location, message: String) -> Diagnostic {
    Diagnostic { code, message, location: Some(location.to_string()) }
}
