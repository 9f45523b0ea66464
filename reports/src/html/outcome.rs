//! How an execution ended, as rows of a small table.

use asl_cases::{Observation, Outcome};
use serde_json::Value;

/// A longer text is cut: the diff shows where it differs.
const CHARS_MAX: usize = 700;

/// One fact about an end.
pub(super) struct OutcomeFact {
    pub(super) name: &'static str,
    pub(super) text: String,
}

/// The facts, the status first.
pub(super) fn outcome_facts(observation: &Observation) -> Vec<OutcomeFact> {
    let outcome = &observation.outcome;
    let mut facts = vec![OutcomeFact { name: "status", text: outcome.status().to_owned() }];
    let mut add = |name, text: String| facts.push(OutcomeFact { name, text: shortened(&text) });
    match outcome {
        Outcome::Succeeded(output) => add("output", pretty(output)),
        Outcome::Failed { error, cause } => {
            add("error", error.clone().unwrap_or_else(|| "(none)".to_owned()));
            add("cause", cause.clone().unwrap_or_else(|| "(none)".to_owned()));
        }
        Outcome::Rejected { code, message } => {
            add("code", code.clone());
            add("message", message.clone());
        }
        Outcome::Tested(tested) => {
            add("answer", pretty(&serde_json::to_value(tested).expect("an answer is plain data")));
        }
        Outcome::TimedOut | Outcome::Aborted => {}
    }
    facts
}

fn pretty(output: &Value) -> String {
    let line = output.to_string();
    if line.len() <= 60 { line } else { format!("{output:#}") }
}

pub(super) fn shortened(text: &str) -> String {
    if text.chars().count() <= CHARS_MAX {
        return text.to_owned();
    }
    text.chars().take(CHARS_MAX).chain(" …".chars()).collect()
}
