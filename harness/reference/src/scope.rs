//! What the data-flow layer needs from whoever runs a state: the values that paths refer to, and random values.

use serde_json::Value;

/// What a path can refer to.
pub trait Scope {
    /// The document that `$` means here.
    fn input(&self) -> &Value;

    /// The context object, which `$$` means. Implementors may build it when it is first asked for.
    fn context(&self) -> &Value;

    /// The value of the workflow variable `$name`, if one was assigned.
    fn variable(&self, name: &str) -> Option<&Value>;
}

/// Source of random values: passed in, never global.
pub trait Randomness {
    /// Sixty-four random bits.
    fn next_u64(&mut self) -> u64;

    /// A random UUID of version 4, in lower case.
    fn uuid(&mut self) -> String;
}
