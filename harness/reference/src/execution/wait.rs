//! Wait: a delay, or an instant. On the execution's own clock: virtual time costs nothing.

use std::sync::Arc;

use serde_json::Value;

use super::{
    Execution, ThreadId,
    agenda::Wake,
    context::StateScope,
    data_flow::{Exit, Fields},
    probe::Stage,
    seconds_to_ms,
    state_error::StateError,
    thread::{Activity, Step},
};
use crate::{
    definition::{State, StateKind, Wait, WaitUntil},
    java::json_text,
    path::Path,
    timestamp,
};

/// Recorded: 24,855 days are accepted, 24,856 are "too long".
const MAX_WAIT_MS: i64 = 2_147_483_647_000;

impl Execution {
    pub(crate) fn run_wait(&mut self, id: ThreadId, state: &State, wait: &Wait) -> Result<Step, StateError> {
        let now_ms = self.now_ms;
        let raw = Arc::clone(&self.threads[id].data);
        let fields = self.fields(id, state);
        let effective = fields.select(&state.input_path, &raw)?;
        fields.note(Stage::AfterInputPath, &effective);
        let delay_ms = delay_ms(&fields, &wait.until, &effective, now_ms)?;
        if delay_ms > MAX_WAIT_MS {
            return Err(fields.runtime("Wait state delay is too long."));
        }
        self.threads[id].activity = Activity::Waiting;
        let priority = self.threads[id].priority;
        self.add_wake_after(delay_ms.max(0), priority, Wake::WaitOver(id));
        Ok(Step::Suspended)
    }

    pub(crate) fn end_wait(&mut self, id: ThreadId) {
        if self.threads[id].activity != Activity::Waiting {
            return;
        }
        let flow = Arc::clone(&self.threads[id].flow);
        let state = &flow.states[self.threads[id].state];
        let StateKind::Wait(wait) = &state.kind else { return };
        let step = self.finish_wait(id, state, wait);
        self.take_step(id, state, step);
    }

    fn finish_wait(&mut self, id: ThreadId, state: &State, wait: &Wait) -> Result<Step, StateError> {
        let raw = Arc::clone(&self.threads[id].data);
        let mut fields = self.fields(id, state);
        let effective = fields.select(&state.input_path, &raw)?;
        let output = fields.select(&state.output_path, &effective)?;
        let assigned = fields.assign(fields.assign, &effective)?;
        Ok(Step::Exit(Exit { output, assigned }, wait.transition))
    }
}

fn delay_ms(fields: &Fields<'_>, until: &WaitUntil, input: &Value, now_ms: i64) -> Result<i64, StateError> {
    match until {
        WaitUntil::Seconds(seconds) => Ok(seconds_to_ms(*seconds)),
        WaitUntil::Timestamp(at_ms) => Ok(at_ms.saturating_sub(now_ms)),
        WaitUntil::SecondsPath(path) => seconds_at(fields, path, input).map(seconds_to_ms),
        WaitUntil::TimestampPath(path) => Ok(instant_at(fields, path, input)?.saturating_sub(now_ms)),
    }
}

/// Recorded texts for a missing, negative or fractional number of seconds.
fn seconds_at(fields: &Fields<'_>, path: &Path, input: &Value) -> Result<u64, StateError> {
    let scope = StateScope::new(&fields.facts, input);
    let found = path.evaluate(&scope).map_err(|_| {
        fields
            .runtime(&format!("The SecondsPath parameter does not reference an input value: {}", path.text()))
    })?;
    if let Some(seconds) = found.as_u64() {
        return Ok(seconds);
    }
    let what =
        if found.is_i64() { "references a negative value" } else { "cannot be parsed as a long value" };
    Err(fields.runtime(&format!(
        "The SecondsPath parameter {what}: {} == {}",
        path.text(),
        json_text(&found)
    )))
}

/// Recorded texts for a missing or malformed instant.
fn instant_at(fields: &Fields<'_>, path: &Path, input: &Value) -> Result<i64, StateError> {
    let scope = StateScope::new(&fields.facts, input);
    let found = path.evaluate(&scope).map_err(|_| {
        fields.runtime(&format!(
            "The TimestampPath parameter does not reference an input value: {}",
            path.text()
        ))
    })?;
    let instant = found.as_str().and_then(timestamp::parse_ms);
    instant.ok_or_else(|| {
        let shown = found.as_str().map_or_else(|| json_text(&found), str::to_owned);
        fields.runtime(&format!(
            "The TimestampPath parameter does not reference a valid ISO-8601 extended offset date-time format string: {} == {shown}",
            path.text()
        ))
    })
}
