//! The Choice state: its rules in JSONPath, the shape of its rules in JSONata.

use serde_json::Value;

use super::{Choice, Rule, fields::Fields, location::Location, parse::StateNames};
use crate::choice::{Condition, RuleProblem};

/// Parses the fields of a JSONPath Choice state.
pub(super) fn choice(fields: &Fields<'_>, names: &StateNames<'_>) -> Option<Choice> {
    fields.require(&["Choices"]);
    let rules = fields.non_empty_items("Choices").and_then(|items| {
        let rules: Vec<_> =
            items.into_iter().map(|(location, value)| rule(value, location, fields, names)).collect();
        rules.into_iter().collect::<Option<Vec<_>>>()
    });
    let default = fields.text("Default");
    Some(Choice { rules: rules?, default: default.and_then(|name| names.index(name)) })
}

fn rule(value: &Value, location: Location, state: &Fields<'_>, names: &StateNames<'_>) -> Option<Rule> {
    let fields = Fields::of(value, location, state.machine)?;
    fields.require(&["Next"]);
    fields.text("Comment");
    let condition = Condition::compile(value).map_err(|problems| note(problems, &fields)).ok();
    let next = fields.text("Next").and_then(|name| names.index(name));
    let assign = fields.assignments();
    Some(Rule { condition: condition?, next: next?, assign })
}

fn note(problems: Vec<RuleProblem>, rule: &Fields<'_>) {
    for problem in problems {
        match problem {
            RuleProblem::Invalid { location, message } => {
                rule.machine.refuse(&rule.location.below(&location), message);
            }
            RuleProblem::Unsupported(what) => rule.machine.unsupported(what),
        }
    }
}

/// Checks the shape of a JSONata Choice state.
pub(super) fn check_jsonata(fields: &Fields<'_>) {
    fields.require(&["Choices"]);
    fields.text("Default");
    for (location, value) in fields.non_empty_items("Choices").into_iter().flatten() {
        let Some(rule) = Fields::of(value, location, fields.machine) else { continue };
        rule.allow_only(|name| matches!(name, "Condition" | "Next" | "Assign" | "Output" | "Comment"));
        rule.require(&["Condition", "Next"]);
        rule.text("Next");
    }
}
