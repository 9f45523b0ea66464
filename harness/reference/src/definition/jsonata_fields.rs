//! The fields that hold JSONata: whole documents, and single values.

use serde_json::Value;

use super::{DiagnosticCode, fields::Fields, findings::Language, location::Location};
use crate::jsonata::{Available, Expression, ExpressionProblem, JsonataTemplate, is_expression};

impl Fields<'_> {
    /// A document in which expressions may stand.
    /// Requirement: asl.validation.states-variable
    pub(super) fn jsonata(&self, name: &str, available: Available) -> Option<JsonataTemplate> {
        let value = self.members.get(name)?;
        let compiled = JsonataTemplate::compile(value, available);
        compiled
            .map_err(|problems| {
                for (place, problem) in problems {
                    self.refuse_expression(&self.location.field(name).below(&place), &problem);
                }
            })
            .ok()
    }

    /// A single value that is an expression; `None` for a literal, and for an expression that was refused.
    pub(super) fn expression(&self, name: &str) -> Option<Expression> {
        let text = self.members.get(name).and_then(Value::as_str)?;
        if !self.is_expression(name) {
            return None;
        }
        Expression::parse(text, Available::Input)
            .map_err(|problem| self.refuse_expression(&self.location.field(name), &problem))
            .ok()
    }

    /// Whether an expression stands in the place of a literal.
    pub(super) fn is_expression(&self, name: &str) -> bool {
        let text = self.members.get(name).and_then(Value::as_str);
        self.language == Language::Jsonata && text.is_some_and(is_expression)
    }

    /// Requirement: asl.validation.expressions
    fn refuse_expression(&self, location: &Location, problem: &ExpressionProblem) {
        self.machine.refuse_with(DiagnosticCode::SchemaValidationFailed, location, problem.to_string());
    }
}
