//! The rules of JSONPath Choice states: compiled once, evaluated against a scope.
//!
//! A value of the wrong type makes a comparison false; a path that leads nowhere is an error for every operator but
//! `IsPresent`. Both are recorded behaviour.

mod boolean;
mod comparison;
mod compile;
mod numeric;
mod operator;
mod pattern;
mod string;
mod timestamps;
mod value_kind;

use std::borrow::Cow;

use serde_json::Value;

use crate::{
    jsonpath::PathMiss,
    path::Path,
    scope::Scope,
    seeded::{Site, seeded},
    sighting::{Answer, Sighting},
};

pub use comparison::{Comparison, Family};
pub use compile::RuleProblem;
pub use operator::{OperandSource, Operator, OperatorTest};
pub use pattern::{OpenEscape, Pattern};
pub use value_kind::ValueKind;

/// What must hold for a rule to be taken.
#[derive(Debug)]
pub enum Condition {
    /// `And`: all of them, asked in order until one fails.
    And(Vec<Condition>),
    /// `Or`: one of them, asked in order until one holds.
    Or(Vec<Condition>),
    /// `Not`.
    Not(Box<Condition>),
    /// A test of the value of `Variable`.
    Test {
        /// `Variable`.
        variable: Path,
        /// The operator with its operand.
        test: Box<Test>,
    },
}

/// An operator with its operand.
/// Requirement: asl.choice.is-present, asl.choice.type-test-negated
#[derive(Debug)]
pub enum Test {
    /// A comparison with a value of the same family.
    Compare {
        /// The type of both sides.
        family: Family,
        /// The relation that must hold.
        comparison: Comparison,
        /// The right side.
        operand: Operand,
    },
    /// `StringMatches`.
    Matches(Pattern),
    /// `Is…`: whether being of the kind is what is expected.
    Is {
        /// The kind.
        kind: ValueKind,
        /// The operand: `false` negates.
        expected: bool,
    },
}

/// The right side of a comparison.
/// Requirement: asl.choice.path-operand
#[derive(Debug)]
pub enum Operand {
    /// Written in the rule.
    Literal(Value),
    /// Looked up.
    At(Path),
}

/// A path of a rule that leads nowhere; it fails the execution even if there is a `Default` (recorded April 2026).
/// Requirement: asl.choice.variable-missing
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("Invalid path '{path}': The choice state's condition path references an invalid value.")]
pub struct InvalidChoicePath {
    /// The text of the path.
    pub path: String,
    /// Whether AWS's words for it were recorded: those for a variable that is not assigned were not.
    pub is_recorded: bool,
}

impl Condition {
    /// Whether the condition holds in a scope.
    /// Requirement: asl.choice.type-mismatch, asl.choice.short-circuit
    pub fn evaluate(&self, scope: &dyn Scope) -> Result<bool, InvalidChoicePath> {
        let (combinator, holds) = match self {
            Self::And(conditions) => ("And", !any_evaluates_to(Truth::False, conditions, scope)?),
            Self::Or(conditions) => ("Or", any_evaluates_to(Truth::True, conditions, scope)?),
            Self::Not(condition) => ("Not", !condition.evaluate(scope)?),
            Self::Test { variable, test } => return test.evaluate_watched(variable, scope),
        };
        if let Some(onlooker) = scope.onlooker() {
            onlooker.sightings.note(Sighting::Combined { combinator, holds });
        }
        Ok(holds)
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Truth {
    True,
    False,
}

/// Stops at the first condition that decides, so that a guard protects what stands behind it.
fn any_evaluates_to(
    wanted: Truth,
    conditions: &[Condition],
    scope: &dyn Scope,
) -> Result<bool, InvalidChoicePath> {
    let asks_all = match wanted {
        Truth::False => seeded(Site::AndAsksAllParts),
        Truth::True => seeded(Site::OrAsksAllParts),
    };
    let mut is_decided = false;
    for condition in conditions {
        is_decided |= condition.evaluate(scope)? == (wanted == Truth::True);
        if is_decided && !asks_all {
            break;
        }
    }
    Ok(is_decided)
}

impl Test {
    fn evaluate_watched(&self, variable: &Path, scope: &dyn Scope) -> Result<bool, InvalidChoicePath> {
        let answer = self.evaluate(variable, scope);
        if let Some(onlooker) = scope.onlooker() {
            let answer = answer.as_ref().copied().unwrap_or(Answer::Missing);
            onlooker.sightings.note(Sighting::Compared { operator: self.name(), answer });
        }
        answer.map(|answer| answer == Answer::True)
    }

    fn evaluate(&self, variable: &Path, scope: &dyn Scope) -> Result<Answer, InvalidChoicePath> {
        if let Self::Is { kind: ValueKind::Present, expected } = self
            && !seeded(Site::IsPresentNeedsThePath)
        {
            let is_present = |value: &Value| !value.is_null() || !seeded(Site::NullIsNotPresent);
            let is_found = look_up(variable, scope).is_ok_and(|value| is_present(&value));
            return Ok(Answer::from(is_found == *expected));
        }
        let value = match look_up(variable, scope) {
            Err(_) if seeded(Site::MissingVariableIsFalse) => return Ok(Answer::False),
            Err(_)
                if matches!(self, Self::Is { kind: ValueKind::Null, .. }) && seeded(Site::MissingIsNull) =>
            {
                Cow::Owned(Value::Null)
            }
            value => value?,
        };
        let holds = match self {
            Self::Compare { family, comparison, operand } => {
                let operand = match operand.resolve(scope) {
                    Err(_) if seeded(Site::MissingOperandIsFalse) => return Ok(Answer::False),
                    operand => operand?,
                };
                let ordering = family.order(&value, &operand);
                if ordering.is_none() && seeded(Site::WrongTypeFails) {
                    return Err(InvalidChoicePath { path: variable.text().to_owned(), is_recorded: true });
                }
                ordering.map(|ordering| comparison.holds(ordering))
            }
            Self::Matches(pattern) => value.as_str().map(|text| pattern.matches(text)),
            Self::Is { kind, expected } => Some(kind.contains(&value) == *expected),
        };
        Ok(holds.map_or(Answer::WrongType, Answer::from))
    }

    /// The key of the rule.
    fn name(&self) -> String {
        match self {
            Self::Compare { family, comparison, operand } => {
                let suffix = if matches!(operand, Operand::At(_)) { "Path" } else { "" };
                format!("{family:?}{comparison:?}{suffix}")
            }
            Self::Matches(_) => "StringMatches".to_owned(),
            Self::Is { kind, .. } => format!("Is{kind:?}"),
        }
    }
}

impl Operand {
    fn resolve<'s>(&'s self, scope: &'s dyn Scope) -> Result<Cow<'s, Value>, InvalidChoicePath> {
        match self {
            Self::Literal(value) => Ok(Cow::Borrowed(value)),
            Self::At(path) if seeded(Site::PathOperandIsText) => Ok(Cow::Owned(path.text().into())),
            Self::At(path) => look_up(path, scope),
        }
    }
}

fn look_up<'s>(path: &Path, scope: &'s dyn Scope) -> Result<Cow<'s, Value>, InvalidChoicePath> {
    path.evaluate(scope).map_err(|miss| InvalidChoicePath {
        path: path.text().to_owned(),
        is_recorded: !matches!(miss, PathMiss::UnassignedVariable { .. }),
    })
}

#[cfg(test)]
mod tests;
