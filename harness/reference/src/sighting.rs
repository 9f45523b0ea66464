//! What an onlooker sees of an execution: which states were entered, which paths found something, what operators and
//! functions answered, what became of errors.
//!
//! This is what coverage is measured by: it tells what ran, where a history shows only what came of it. An execution
//! that nobody watches pays one test of an `Option` at each of these places.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, PoisonError},
};

/// One thing that happened in an execution, however often.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sighting {
    /// A state was entered.
    Entered {
        /// Its name.
        state: Arc<str>,
    },
    /// A state was left with an output.
    Exited {
        /// Its name.
        state: Arc<str>,
    },
    /// A path was followed.
    Path {
        /// The state.
        state: Arc<str>,
        /// The field that holds the path.
        field: String,
        /// What the path starts from.
        root: PathRoot,
        /// Whether it led to a value.
        found: bool,
    },
    /// A comparison operator of a Choice rule gave its answer.
    Compared {
        /// The operator, such as `NumericLessThanPath`.
        operator: String,
        /// The answer.
        answer: Answer,
    },
    /// `And`, `Or` or `Not` gave its answer.
    Combined {
        /// The combinator.
        combinator: &'static str,
        /// The answer.
        holds: bool,
    },
    /// An intrinsic function was called.
    Called {
        /// The function, `States.` included.
        function: &'static str,
        /// How the call ended.
        end: CallEnd,
    },
    /// A state failed.
    Failed(FailedState),
}

/// An error of a state, and what became of it there.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FailedState {
    /// The state.
    pub state: Arc<str>,
    /// The error name; a missed heartbeat is `States.HeartbeatTimeout` here, though the history says `States.Timeout`.
    pub error: Option<Arc<str>>,
    /// The cause.
    pub cause: Option<Arc<str>>,
    /// The field to blame, where an evaluation failed.
    pub location: Option<Arc<str>>,
    /// What became of it.
    pub handling: Handling,
}

/// What a path starts from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PathRoot {
    /// `$`.
    Input,
    /// `$$`.
    Context,
    /// `$name`.
    Variable,
}

/// What a comparison operator said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Answer {
    /// It holds.
    True,
    /// It does not hold.
    False,
    /// It does not hold because a value is of another type.
    WrongType,
    /// `Variable`, or the path to the operand, leads nowhere.
    Missing,
}

impl From<bool> for Answer {
    fn from(holds: bool) -> Self {
        if holds { Self::True } else { Self::False }
    }
}

/// How a call of an intrinsic function ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CallEnd {
    /// With a value.
    Success,
    /// The path of an argument leads nowhere.
    MissingArgument,
    /// Too few or too many arguments.
    WrongCount,
    /// An argument of a type that the function does not take.
    WrongType,
    /// An argument that is out of range, or not known.
    WrongValue,
    /// An argument, or the result, is longer than the function allows.
    OverLimit,
    /// `States.Format`: a `{` without `}`.
    UnclosedBrace,
    /// `States.Format`: a `}` without `{`.
    UnopenedBrace,
    /// `States.StringToJson`: a text that is no JSON.
    NotJson,
}

/// What became of an error in the state where it occurred.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Handling {
    /// The state is tried again.
    Retried,
    /// A catcher took it.
    Caught,
    /// It left the state.
    Neither,
}

/// Everything that was seen of one execution so far, each thing once.
#[derive(Debug, Default)]
pub struct Sightings(Mutex<BTreeSet<Sighting>>);

impl Sightings {
    /// Notes a thing that happened.
    pub fn note(&self, sighting: Sighting) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(sighting);
    }

    /// What was seen.
    pub fn all(&self) -> BTreeSet<Sighting> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Who looks on while the fields of one state are evaluated.
#[derive(Clone, Copy)]
pub struct Onlooker<'a> {
    /// Where the notes go.
    pub sightings: &'a Sightings,
    /// The state.
    pub state: &'a Arc<str>,
    /// The field that is evaluated.
    pub field: &'a str,
}
