//! Choice: the first rule that holds decides.

use std::sync::Arc;

use super::{
    Execution, ThreadId, context::StateScope, data_flow::Exit, probe::Stage, state_error::StateError,
    thread::Step,
};
use crate::definition::{Choice, State, Transition};

impl Execution {
    /// Recorded: without a match and without `Default` the execution fails with `States.Runtime`, not with the
    /// `States.NoChoiceMatched` of the specification; so does a `Variable` that finds nothing. Recorded: the state's own
    /// `Assign` counts for `Default` only, a rule has its own.
    pub(crate) fn run_choice(
        &mut self,
        id: ThreadId,
        state: &State,
        choice: &Choice,
    ) -> Result<Step, StateError> {
        let raw = Arc::clone(&self.threads[id].data);
        let mut fields = self.fields(id, state);
        let effective = fields.select(&state.input_path, &raw)?;
        fields.note(Stage::AfterInputPath, &effective);
        let scope = StateScope::new(&fields.facts, &effective);
        let mut chosen = choice.default.map(|next| (next, fields.assign));
        for rule in &choice.rules {
            if rule.condition.evaluate(&scope).map_err(|invalid| fields.runtime(&invalid.to_string()))? {
                chosen = Some((rule.next, rule.assign.as_ref()));
                break;
            }
        }
        let (next, assign) = chosen.ok_or_else(|| {
            fields.runtime("Failed to transition out of the state. The state does not point to a next state.")
        })?;
        let output = fields.select(&state.output_path, &effective)?;
        let assigned = fields.assign(assign, &effective)?;
        Ok(Step::Exit(Exit { output, assigned }, Transition::Next(next)))
    }
}
