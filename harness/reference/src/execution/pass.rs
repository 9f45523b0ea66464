//! Pass and Succeed: nothing but data flow.

use std::sync::Arc;

use asl_cases::Permit;
use serde_json::Map;

use super::{
    Execution, ThreadId,
    data_flow::Exit,
    probe::Stage,
    state_error::StateError,
    thread::{Activity, Step},
};
use crate::definition::{Pass, State, StateKind, Transition};

impl Execution {
    /// Pass: the result is `Result` where there is one (static, never a template), else the effective input.
    /// Requirement: asl.pass.identity, asl.pass.parameters, asl.pass.result, asl.pass.result-is-static
    pub(crate) fn run_pass(&mut self, id: ThreadId, state: &State, pass: &Pass) -> Result<Step, StateError> {
        let mut fields = self.fields(id, state);
        let input = fields.input()?;
        let arguments = fields.arguments(Arc::clone(&input))?;
        let result = if let Some(result) = state.data.static_result() {
            fields.note(Stage::Result, result);
            Arc::clone(result)
        } else {
            // Recorded: of a Pass with `Result`, a test shows neither.
            fields.note_json_path(Stage::AfterInputPath, &input);
            fields.note_json_path(Stage::AfterParameters, &arguments);
            arguments
        };
        Ok(Step::Exit(fields.finish(result)?, pass.transition))
    }

    /// A Pass that failed, in an execution that is redriven. With which output it is left is not known.
    pub(crate) fn leave_pass(&mut self, id: ThreadId) {
        if self.threads[id].activity == Activity::Over {
            return;
        }
        let flow = Arc::clone(&self.threads[id].flow);
        let state = &flow.states[self.threads[id].state];
        let StateKind::Pass(pass) = &state.kind else { return };
        self.add_permit(Permit::UncertainOutcome { state: state.name.to_string() });
        let output = Arc::clone(&self.threads[id].data);
        self.take_step(id, state, Ok(Step::Exit(Exit { output, assigned: Map::new() }, pass.transition)));
    }

    /// Succeed: ends its flow with what the data flow makes of the input.
    /// Requirement: asl.succeed.output
    pub(crate) fn run_succeed(&mut self, id: ThreadId, state: &State) -> Result<Step, StateError> {
        let mut fields = self.fields(id, state);
        let input = fields.input()?;
        fields.note_json_path(Stage::AfterInputPath, &input);
        Ok(Step::Exit(fields.pass_on(input)?, Transition::End))
    }
}
