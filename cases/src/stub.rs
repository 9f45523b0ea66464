//! The scripted answers of a Task state.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What the worker of a task does with one attempt.
///
/// A state's answers are used in the order in which its attempts are scheduled; the last answer serves all further
/// attempts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Answer {
    /// Takes the task and returns this output (`SendTaskSuccess`).
    Succeed(Value),
    /// Takes the task and fails it (`SendTaskFailure`).
    Fail {
        /// The error name; `null` sends none.
        #[serde(default)]
        error: Option<String>,
        /// The cause; `null` sends none.
        #[serde(default)]
        cause: Option<String>,
    },
    /// Takes the task and never says anything again: it runs into its time-out or its heartbeat.
    Silence,
    /// Never takes the task. Documented: the time limits of an activity count from its start, so that the task stays
    /// scheduled until something else ends the execution.
    Unpolled,
    /// The service accepts a call that is answered later (`.sync`, `.waitForTaskToken`), then goes on as `then` says.
    ///
    /// Such a call that succeeds without this answer is accepted with an empty response; one that fails was refused.
    Submitted {
        /// The service's response to the call.
        output: Value,
        /// What follows: one of the other answers.
        then: Box<Answer>,
    },
    /// The activity was deleted after its machine was created.
    NoSuchActivity,
    /// Takes the task, sends heartbeats, then goes on as `then` says.
    Heartbeats {
        /// How many heartbeats are sent.
        count: u32,
        /// Seconds before each heartbeat, and before `then`.
        every_seconds: u32,
        /// What follows the last heartbeat: one of the other answers.
        then: Box<Answer>,
    },
}

impl Answer {
    /// The answer for the attempt with this zero-based number, or `None` when nothing was scripted.
    pub fn for_attempt(answers: &[Answer], attempt: usize) -> Option<&Answer> {
        answers.get(attempt).or_else(|| answers.last())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn last_answer_serves_all_further_attempts() {
        let answers = [Answer::Silence, Answer::Succeed(json!(1))];
        assert_eq!(Answer::for_attempt(&answers, 0), Some(&Answer::Silence));
        assert_eq!(Answer::for_attempt(&answers, 7), Some(&Answer::Succeed(json!(1))));
        assert_eq!(Answer::for_attempt(&[], 0), None);
    }

    #[test]
    fn file_form_is_externally_tagged() {
        let answer: Answer = serde_json::from_value(json!({"fail": {"error": "Boom"}})).expect("valid");
        assert_eq!(answer, Answer::Fail { error: Some("Boom".to_owned()), cause: None });
        assert_eq!(serde_json::to_value(Answer::Silence).expect("serialises"), json!("silence"));
    }
}
