//! Why a recording is not held against the reference. Each reason is a property of the recording, never of the reference.

/// A reason that the recording itself gives.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub enum Skip {
    /// How the execution ended was not recorded.
    #[error("the outcome was not recorded")]
    OutcomeNotRecorded,
    /// Upstream's own mark: no ground truth.
    #[error("marked needs_fixing")]
    NeedsFixing,
    /// Child executions heard the answers, and these were not recorded.
    #[error("task answers were heard by child executions, which were not recorded")]
    AnswersHidden,
    /// There are Task states, and neither a script nor a history says what they heard.
    #[error("task answers were not recorded")]
    AnswersNotRecorded,
    /// An emulator's answer was recorded by mistake, or that of a client which did not ask AWS.
    #[error("the answer is not that of AWS")]
    NotOfAws,
    /// A mocked result is held against the API of a service whose model is not here.
    #[error("needs another service's API model")]
    NeedsApiModel,
    /// A script about a state machine that none of its calls makes.
    #[error("the script uses a state machine that another service made")]
    MadeElsewhere,
    /// Recordings of this kind are not looked at.
    #[error("kind `{0}` is not replayed yet")]
    Kind(String),
}
