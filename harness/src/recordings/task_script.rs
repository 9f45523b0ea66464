//! The task answers of a recording as stubs: what each Task state heard, in the order in which it asked.

use std::collections::BTreeMap;

use asl_cases::Answer;
use asl_reference::java::json_text;
use serde_json::Value;

use super::{
    Record,
    record::{RecordedFailure, ScriptedOutcome},
};

/// The stubs of the record's machine, by state.
pub(super) fn stubs(record: &Record) -> BTreeMap<String, Vec<Answer>> {
    let history = History::of(record);
    let mut stubs: BTreeMap<_, _> = record
        .task_script
        .iter()
        .map(|(state, outcomes)| (state.clone(), answers(outcomes, &history)))
        .collect();
    if record.task_script_incomplete > 0 {
        stubs.extend(unattributed(record));
    }
    if let Some(state) = history.state_without_activity() {
        stubs.insert(state, vec![Answer::NoSuchActivity]);
    }
    stubs
}

/// Where the recording blanks the ids of concurrent tasks, nobody knows who heard which answer: each in turn.
fn unattributed(record: &Record) -> impl Iterator<Item = (String, Vec<Answer>)> {
    let events = || record.recorded_history().into_iter().flatten().filter(|event| !event["id"].is_i64());
    let states = events()
        .filter(|event| event["type"] == "TaskStateEntered")
        .filter_map(|event| event["stateEnteredEventDetails"]["name"].as_str());
    let outputs = events().filter_map(|event| {
        ["taskSucceededEventDetails", "lambdaFunctionSucceededEventDetails"]
            .iter()
            .find_map(|details| event.get(details)?.get("output"))
    });
    states.zip(outputs).map(|(state, output)| (state.to_owned(), vec![Answer::Succeed(parsed(output))]))
}

/// Recorded in the order of the ends of the attempts; used in the order of their beginnings.
fn answers(outcomes: &[ScriptedOutcome], history: &History<'_>) -> Vec<Answer> {
    let mut attempts: Vec<_> =
        outcomes.iter().map(|outcome| (history.attempt(outcome.event_id), outcome)).collect();
    attempts.sort_by_key(|(attempt, _)| attempt.scheduled_event_id);
    attempts.into_iter().map(|(attempt, outcome)| answer(&attempt, outcome)).collect()
}

fn answer(attempt: &Attempt, outcome: &ScriptedOutcome) -> Answer {
    let last = match outcome {
        ScriptedOutcome { succeed: Some(output), .. } => Answer::Succeed(output.clone()),
        ScriptedOutcome { fail: Some(failure), .. } => failed(failure),
        _ if attempt.was_started => Answer::Silence,
        _ => Answer::Unpolled,
    };
    match &attempt.submitted {
        Some(output) => Answer::Submitted { output: output.clone(), then: Box::new(last) },
        None => last,
    }
}

fn failed(failure: &RecordedFailure) -> Answer {
    let text = |cause: &Value| cause.as_str().map_or_else(|| json_text(cause), str::to_owned);
    Answer::Fail { error: failure.error.clone(), cause: failure.cause.as_ref().map(text) }
}

/// How an attempt came about, where its history was recorded.
#[derive(Default)]
struct Attempt {
    scheduled_event_id: i64,
    was_started: bool,
    submitted: Option<Value>,
}

/// The recorded events by id.
struct History<'a>(BTreeMap<i64, &'a Value>);

impl<'a> History<'a> {
    fn of(record: &'a Record) -> Self {
        let events = record.recorded_history().into_iter().flatten();
        Self(events.filter_map(|event| Some((event["id"].as_i64()?, event))).collect())
    }

    /// Goes back from the last event of an attempt to its first one.
    fn attempt(&self, last_event_id: i64) -> Attempt {
        let mut attempt = Attempt { scheduled_event_id: last_event_id, ..Attempt::default() };
        let mut id = last_event_id;
        while let Some(event) = self.0.get(&id) {
            match event["type"].as_str() {
                Some("TaskSubmitted") => attempt.submitted = Some(submitted_output(event)),
                Some("TaskStarted" | "ActivityStarted" | "LambdaFunctionStarted") => {
                    attempt.was_started = true;
                }
                Some("TaskScheduled" | "ActivityScheduled" | "LambdaFunctionScheduled") => break,
                Some(kind) if kind.ends_with("Entered") => break,
                _ => {}
            }
            let previous = event["previousEventId"].as_i64().filter(|previous| *previous < id);
            let Some(previous) = previous else { break };
            id = previous;
        }
        attempt.scheduled_event_id = id;
        attempt
    }

    /// The state that could not be scheduled because its activity was deleted.
    fn state_without_activity(&self) -> Option<String> {
        let (_, failed) = self.0.iter().find(|(_, event)| event["type"] == "ExecutionFailed")?;
        let cause = failed["executionFailedEventDetails"]["cause"].as_str()?;
        if !(cause.contains("The activity ") && cause.ends_with(" does not exist.")) {
            return None;
        }
        let entered = self.0.get(&failed["previousEventId"].as_i64()?)?;
        entered["stateEnteredEventDetails"]["name"].as_str().map(str::to_owned)
    }
}

fn submitted_output(event: &Value) -> Value {
    parsed(&event["taskSubmittedEventDetails"]["output"])
}

/// A document of the history, which shows objects parsed and anything else as text.
fn parsed(output: &Value) -> Value {
    let parsed = output.as_str().and_then(|text| serde_json::from_str(text).ok());
    parsed.unwrap_or_else(|| output.clone())
}
