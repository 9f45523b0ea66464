//! Pass and Succeed: nothing but data flow.

use std::sync::Arc;

use super::{
    Execution, ThreadId,
    data_flow::{Exit, Fields},
    probe::Stage,
    state_error::StateError,
    thread::Step,
};
use crate::definition::{Pass, State, Transition};

impl Execution {
    /// Pass: the result is `Result` where there is one (static, never a template), else the effective input.
    pub(crate) fn run_pass(&mut self, id: ThreadId, state: &State, pass: &Pass) -> Result<Step, StateError> {
        let raw = Arc::clone(&self.threads[id].data);
        let mut fields = self.fields(id, state);
        let selected = fields.select(&state.input_path, &raw)?;
        let effective = fields.fill(pass.parameters.as_ref(), Arc::clone(&selected))?;
        // Recorded: of a Pass with `Result`, a test shows neither.
        if let Some(result) = &pass.result {
            fields.note(Stage::Result, result);
        } else {
            fields.note(Stage::AfterInputPath, &selected);
            fields.note(Stage::AfterParameters, &effective);
        }
        let result = pass.result.clone().unwrap_or(effective);
        let assigned = fields.assign(fields.assign, &result)?;
        fields.note(Stage::AfterResultSelector, &result);
        let placed = Fields::place(&pass.result_path, &raw, result)?;
        fields.note(Stage::AfterResultPath, &placed);
        let output = fields.select(&state.output_path, &placed)?;
        fields.check_size(&raw, &output)?;
        Ok(Step::Exit(Exit { output, assigned }, pass.transition))
    }

    /// Succeed: ends its flow with the input, through `InputPath` and `OutputPath`.
    pub(crate) fn run_succeed(&mut self, id: ThreadId, state: &State) -> Result<Step, StateError> {
        let raw = Arc::clone(&self.threads[id].data);
        let fields = self.fields(id, state);
        let effective = fields.select(&state.input_path, &raw)?;
        fields.note(Stage::AfterInputPath, &effective);
        let output = fields.select(&state.output_path, &effective)?;
        Ok(Step::Exit(Exit::plain(output), Transition::End))
    }
}
