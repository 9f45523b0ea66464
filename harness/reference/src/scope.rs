//! What the data-flow layer needs from whoever runs a state: the values that paths and expressions refer to, the time,
//! and random values.

#[cfg(test)]
pub(crate) mod documents;

use std::borrow::Cow;

use serde_json::Value;

use crate::sighting::Onlooker;

/// What a path or an expression can refer to.
pub trait Scope {
    /// The document that `$` means here.
    fn input(&self) -> &Value;

    /// The context object, which `$$` means. Implementors may build it when it is first asked for.
    fn context(&self) -> &Value;

    /// The part of the context object that these leading keys of a path name, and how many of them were taken: what most
    /// paths ask for is found without building the object. `None` where the whole object has to answer.
    fn context_part(&self, _keys: &mut dyn Iterator<Item = &str>) -> Option<(Cow<'_, Value>, usize)> {
        None
    }

    /// The value of the workflow variable `$name`, if one was assigned.
    fn variable(&self, name: &str) -> Option<&Value>;

    /// `$states.input`: the input of the state as it came.
    fn state_input(&self) -> &Value {
        self.input()
    }

    /// `$states.result`: what the work of the state gave.
    fn result(&self) -> Option<&Value> {
        None
    }

    /// `$states.errorOutput`: what a catcher sees.
    fn error_output(&self) -> Option<&Value> {
        None
    }

    /// Who looks on, if the execution is watched.
    fn onlooker(&self) -> Option<Onlooker<'_>> {
        None
    }

    /// The time, milliseconds since the epoch.
    fn now_ms(&self) -> i64 {
        0
    }
}

/// Source of values that nobody can foretell: passed in, never global.
pub trait Randomness {
    /// Sixty-four random bits.
    fn next_u64(&mut self) -> u64;

    /// A random UUID of version 4, in lower case.
    fn uuid(&mut self) -> String;

    /// Told by who gives a value where nobody knows what AWS gives.
    fn note_unknown(&mut self) {}
}

/// For a second look at a template: the same values each time, and none of them drawn.
pub(crate) struct NothingDrawn;

impl Randomness for NothingDrawn {
    fn next_u64(&mut self) -> u64 {
        0
    }

    fn uuid(&mut self) -> String {
        String::new()
    }
}
