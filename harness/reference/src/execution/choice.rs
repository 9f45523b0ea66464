//! Choice: the first rule that holds decides.

use std::sync::Arc;

use serde_json::Value;

use super::{
    Execution, ThreadId, context::StateScope, data_flow::Fields, probe::Stage, state_error::StateError,
    thread::Step,
};
use crate::{
    definition::{Choice, Field, RuleCondition, State, Transition},
    seeded::{Site, seeded},
};

impl Execution {
    /// Recorded: without a match and without `Default` the execution fails with `States.Runtime`, not with the
    /// `States.NoChoiceMatched` of the specification; so does a `Variable` that finds nothing.
    /// Requirement: asl.choice.first-match, asl.choice.default, asl.choice.no-match, asl.choice.output
    /// Requirement: asl.assign.choice-rule
    pub(crate) fn run_choice(
        &mut self,
        id: ThreadId,
        state: &State,
        choice: &Choice,
    ) -> Result<Step, StateError> {
        let mut fields = self.fields(id, state);
        let input = fields.input()?;
        fields.note_json_path(Stage::AfterInputPath, &input);
        let looked_at =
            if seeded(Site::VariableOfRawInput) { Arc::clone(&fields.raw) } else { Arc::clone(&input) };
        let mut chosen = None;
        for (index, rule) in choice.rules.iter().enumerate() {
            if holds(&mut fields, index, &rule.condition, &looked_at)? {
                chosen = Some((index, rule));
                if !seeded(Site::LastRuleWins) {
                    break;
                }
            }
        }
        if chosen.is_none() && choice.default.is_none() && seeded(Site::NoMatchEndsWell) {
            return Ok(Step::Exit(fields.finish_choice(None, input)?, Transition::End));
        }
        let next = chosen.map(|(_, rule)| rule.next).or(choice.default).ok_or_else(|| {
            fields.runtime("Failed to transition out of the state. The state does not point to a next state.")
        })?;
        Ok(Step::Exit(fields.finish_choice(chosen, input)?, Transition::Next(next)))
    }
}

fn holds(
    fields: &mut Fields<'_>,
    index: usize,
    condition: &RuleCondition,
    input: &Value,
) -> Result<bool, StateError> {
    match condition {
        RuleCondition::Test(test) => {
            let scope = StateScope::new(&fields.facts, "Choices", input);
            test.evaluate(&scope).map_err(|invalid| {
                fields.runtime(&invalid.to_string()).uncertain_unless(|| invalid.is_recorded)
            })
        }
        RuleCondition::Field(Field::Literal(holds)) => Ok(*holds),
        RuleCondition::Field(Field::Expression(expression)) => {
            let place = format!("Choices[{index}]/Condition");
            // Which place AWS names here is not recorded.
            let held = fields.typed(expression, &place, "boolean");
            Ok(held.map_err(|error| error.uncertain_unless(|| false))? == Value::Bool(true))
        }
        RuleCondition::Field(Field::At(_)) => Ok(false),
    }
}
