//! A scope for tests, made of the documents that it is given.

use serde_json::{Map, Value};

use super::{Randomness, Scope};

/// What `$`, `$$` and `$name` mean; by default nothing is there.
#[derive(Default)]
pub(crate) struct Documents {
    pub(crate) input: Value,
    pub(crate) context: Value,
    pub(crate) variables: Map<String, Value>,
}

impl Scope for Documents {
    fn input(&self) -> &Value {
        &self.input
    }

    fn context(&self) -> &Value {
        &self.context
    }

    fn variable(&self, name: &str) -> Option<&Value> {
        self.variables.get(name)
    }

    fn now_ms(&self) -> i64 {
        1_767_225_600_000
    }
}

/// The same number each time, and the same UUID.
pub(crate) struct FixedRandomness(pub(crate) u64);

impl Randomness for FixedRandomness {
    fn next_u64(&mut self) -> u64 {
        self.0
    }

    fn uuid(&mut self) -> String {
        "00000000-0000-4000-8000-000000000000".to_owned()
    }
}
