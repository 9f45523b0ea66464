//! Runs a function on hostile documents under watch: a panic and an endless run become ordinary failures of the test.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel},
    thread,
    time::Duration,
};

use serde_json::Value;

/// The stack that a target gets: that of a thread of the standard library, whatever the machine's own limit is.
const STACK_BYTES: usize = 2 * 1024 * 1024;

/// What must not happen.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Mishap {
    /// The target panicked.
    #[error("the target panicked")]
    Panic,
    /// The target was still at work after this time.
    #[error("the target was not done after {0:?}")]
    Hang(Duration),
}

/// A function that must survive every document.
pub struct Target {
    documents: Sender<Value>,
    outcomes: Receiver<Result<(), Mishap>>,
    time_limit: Duration,
}

impl Target {
    /// Runs the function in a thread of its own, with so much time for each document.
    ///
    /// # Panics
    /// If there is no thread to be had.
    pub fn new(time_limit: Duration, run: impl Fn(&Value) + Send + 'static) -> Self {
        let (documents, incoming) = channel::<Value>();
        let (outgoing, outcomes) = channel();
        let serve = move || {
            for document in incoming {
                let outcome = catch_unwind(AssertUnwindSafe(|| run(&document))).map_err(|_| Mishap::Panic);
                if outgoing.send(outcome).is_err() {
                    return;
                }
            }
        };
        let thread = thread::Builder::new().name("target".to_owned()).stack_size(STACK_BYTES).spawn(serve);
        thread.expect("the system has a thread left");
        Self { documents, outcomes, time_limit }
    }

    /// Gives the target one document. A target that hangs answers nothing any more: every later document is a hang too.
    ///
    /// # Errors
    /// If the target panics, or is not done in time.
    pub fn survives(&self, document: Value) -> Result<(), Mishap> {
        let hang = || Mishap::Hang(self.time_limit);
        self.documents.send(document).map_err(|_| hang())?;
        match self.outcomes.recv_timeout(self.time_limit) {
            Ok(outcome) => outcome,
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => Err(hang()),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn panic_is_told_from_survival_and_ends_nothing() {
        let target = Target::new(Duration::from_secs(60), |document| assert_ne!(document, "panic"));
        assert_eq!(target.survives(json!(1)), Ok(()));
        assert_eq!(target.survives(json!("panic")), Err(Mishap::Panic));
        assert_eq!(target.survives(json!(2)), Ok(()));
    }

    #[test]
    fn endless_run_is_a_hang() {
        let limit = Duration::from_millis(20);
        let target = Target::new(limit, |_| {
            loop {
                thread::park();
            }
        });
        assert_eq!(target.survives(json!(1)), Err(Mishap::Hang(limit)));
    }
}
