//! The Choice state: its rules in JSONPath and in JSONata.

use serde_json::Value;

use super::{
    Choice, Field, Rule, RuleCondition, fields::Fields, findings::Language, location::Location,
    parse::StateNames,
};
use crate::{
    choice::{Condition, RuleProblem},
    jsonata::Available,
};

/// Parses the fields of a Choice state.
/// Requirement: asl.validation.choice-rules
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
    let fields = state.part(value, location)?;
    let condition = match fields.language {
        Language::JsonPath => test(value, &fields).map(RuleCondition::Test),
        Language::Jsonata => condition(&fields).map(RuleCondition::Field),
    };
    let next = fields.text("Next").and_then(|name| names.index(name));
    let assign = fields.rule_assignments();
    let output = match fields.language {
        Language::JsonPath => None,
        Language::Jsonata => fields.jsonata("Output", Available::Input),
    };
    Some(Rule { condition: condition?, next: next?, assign, output })
}

fn test(value: &Value, rule: &Fields<'_>) -> Option<Condition> {
    rule.require(&["Next"]);
    rule.text("Comment");
    Condition::compile(value).map_err(|problems| note(problems, rule)).ok()
}

/// Documented: a boolean or an expression.
fn condition(rule: &Fields<'_>) -> Option<Field<bool>> {
    rule.allow_only(|name| matches!(name, "Condition" | "Next" | "Assign" | "Output" | "Comment"));
    rule.require(&["Condition", "Next"]);
    rule.text("Comment");
    if rule.is_expression("Condition") {
        return rule.expression("Condition").map(Field::Expression);
    }
    rule.boolean("Condition").map(Field::Literal)
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
