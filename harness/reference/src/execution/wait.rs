//! Wait: a delay, or an instant. On the execution's own clock: virtual time costs nothing.

use std::sync::Arc;

use serde_json::Value;

use super::{
    Execution, ThreadId,
    agenda::Wake,
    context::StateScope,
    data_flow::Fields,
    probe::Stage,
    seconds_to_ms,
    state_error::StateError,
    thread::{Activity, Step},
};
use crate::{
    definition::{Field, State, StateKind, Wait, WaitUntil},
    java::{json_text, number_text},
    jsonata::Expression,
    jsonpath::PathMiss,
    path::Path,
    seeded::{Site, seeded},
    timestamp,
};

/// Recorded: 24,855 days are accepted, 24,856 are "too long".
const MAX_WAIT_MS: i64 = 2_147_483_647_000;

impl Execution {
    /// Requirement: asl.wait.seconds, asl.wait.timestamp, asl.wait.too-long
    pub(crate) fn run_wait(&mut self, id: ThreadId, state: &State, wait: &Wait) -> Result<Step, StateError> {
        let now_ms = self.now_ms;
        let mut fields = self.fields(id, state);
        let effective = fields.input()?;
        fields.note_json_path(Stage::AfterInputPath, &effective);
        let delay_ms = delay_ms(&mut fields, &wait.until, &effective, now_ms)?;
        if delay_ms < 0 && seeded(Site::PastTimestampFails) {
            return Err(fields.runtime("The timestamp is in the past."));
        }
        let delay_ms = if seeded(Site::WaitReturnsAtOnce) { 0 } else { delay_ms };
        if delay_ms > MAX_WAIT_MS && !seeded(Site::WaitHasNoLimit) {
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
        let mut fields = self.fields(id, state);
        let input = fields.input()?;
        Ok(Step::Exit(fields.pass_on(input)?, wait.transition))
    }
}

fn delay_ms(
    fields: &mut Fields<'_>,
    until: &WaitUntil,
    input: &Value,
    now_ms: i64,
) -> Result<i64, StateError> {
    let at_ms = match until {
        WaitUntil::Seconds(Field::At(path)) => return seconds_at(fields, path, input).map(seconds_to_ms),
        WaitUntil::Seconds(seconds) => return fields.seconds(seconds, "Seconds", input).map(seconds_to_ms),
        WaitUntil::Timestamp(Field::Literal(at_ms)) => *at_ms,
        WaitUntil::Timestamp(Field::At(path)) => instant_at(fields, path, input)?,
        WaitUntil::Timestamp(Field::Expression(expression)) => evaluated_instant(fields, expression)?,
    };
    Ok(at_ms.saturating_sub(now_ms))
}

/// Recorded text for a malformed instant.
fn evaluated_instant(fields: &mut Fields<'_>, expression: &Expression) -> Result<i64, StateError> {
    const NAME: &str = "Timestamp";
    let found = fields.typed(expression, NAME, "string")?;
    let text = found.as_str().unwrap_or_default();
    timestamp::parse_ms(text).ok_or_else(|| {
        let problem = "cannot be parsed as an ISO-8601 extended offset date-time format string";
        let failure = fields.unusable(NAME, &format!("The {NAME} field {problem}: {text}"));
        failure.doubtful_if(|| timestamp::may_be_taken(text))
    })
}

/// Recorded texts for a missing, negative or fractional number of seconds.
/// Requirement: asl.wait.seconds-path, asl.wait.seconds-path-invalid
fn seconds_at(fields: &Fields<'_>, path: &Path, input: &Value) -> Result<u64, StateError> {
    let scope = StateScope::new(&fields.facts, "SecondsPath", input);
    if seeded(Site::MissingSecondsAreZero) && path.evaluate(&scope).is_err() {
        return Ok(0);
    }
    let found = path.evaluate(&scope).map_err(|miss| no_value(fields, "SecondsPath", path, &miss))?;
    if let Some(seconds) = found.as_i64().and_then(|seconds| u64::try_from(seconds).ok()) {
        return Ok(seconds);
    }
    if let Some(seconds) = mistaken_seconds(&found) {
        return Ok(seconds);
    }
    let what =
        if found.is_i64() { "references a negative value" } else { "cannot be parsed as a long value" };
    let failure = fields.runtime(&format!(
        "The SecondsPath parameter {what}: {} == {}",
        path.text(),
        json_text(&found)
    ));
    // Recorded for a negative number, a fraction and an object.
    let is_unusual = || found.is_null() || found.is_string() || found.is_u64() || is_whole_float(&found);
    Err(failure.uncertain_unless(|| !is_unusual()).doubtful_if(|| may_be_seconds(&found)))
}

/// Recorded; but for a variable that is not assigned.
fn no_value(fields: &Fields<'_>, field: &str, path: &Path, miss: &PathMiss) -> StateError {
    let text = format!("The {field} parameter does not reference an input value: {}", path.text());
    fields.runtime(&text).uncertain_unless(|| !matches!(miss, PathMiss::UnassignedVariable { .. }))
}

/// Whether AWS may take a value for a number of seconds that no recording shows: `3.0`, or a text of digits, which is a
/// number at the paths of a Map.
fn may_be_seconds(found: &Value) -> bool {
    match found {
        Value::String(text) => text.parse::<u64>().is_ok(),
        number => is_whole_float(number) && number.as_f64().is_some_and(|seconds| seconds >= 0.0),
    }
}

fn is_whole_float(found: &Value) -> bool {
    found.is_f64() && found.as_f64().is_some_and(|number| number.fract() == 0.0)
}

/// What lenient engines take for a number of seconds.
fn mistaken_seconds(found: &Value) -> Option<u64> {
    if seeded(Site::NegativeSecondsAreZero) && found.is_i64() {
        return Some(0);
    }
    if seeded(Site::FractionOfSecondsIsCut) {
        return number_text(found.as_number()?).split('.').next()?.parse().ok();
    }
    None
}

/// Recorded texts for a missing or malformed instant.
/// Requirement: asl.wait.timestamp-path, asl.wait.timestamp-path-invalid
fn instant_at(fields: &Fields<'_>, path: &Path, input: &Value) -> Result<i64, StateError> {
    let scope = StateScope::new(&fields.facts, "TimestampPath", input);
    if seeded(Site::MissingTimestampIsNow) && path.evaluate(&scope).is_err() {
        return Ok(fields.facts.now_ms);
    }
    let found = path.evaluate(&scope).map_err(|miss| no_value(fields, "TimestampPath", path, &miss))?;
    let instant = found.as_str().and_then(timestamp::parse_ms);
    instant.ok_or_else(|| {
        let shown = found.as_str().map_or_else(|| json_text(&found), str::to_owned);
        let failure = fields.runtime(&format!(
            "The TimestampPath parameter does not reference a valid ISO-8601 extended offset date-time format string: {} == {shown}",
            path.text()
        ));
        failure.doubtful_if(|| found.as_str().is_some_and(timestamp::may_be_taken))
    })
}
