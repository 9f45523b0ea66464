//! Runs a function on hostile documents under watch: a panic and an endless run become ordinary failures of the test.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        mpsc::{RecvTimeoutError, channel},
    },
    thread,
    time::Duration,
};

use proptest::test_runner::{Config, TestRunner};
use serde_json::Value;

use super::Mutations;

/// The stack that the function gets: that of a thread of the standard library, whatever the machine's own limit is.
const STACK_BYTES: usize = 2 * 1024 * 1024;

/// What must not happen.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Mishap {
    /// The function panicked; the report ends with the smallest document that makes it panic.
    #[error("{0}")]
    Panic(String),
    /// The function was at work on one document for this long.
    #[error("not done after {time_limit:?} with the document {document}")]
    Hang {
        /// The longest that it may take.
        time_limit: Duration,
        /// The document.
        document: Arc<Value>,
    },
}

/// Runs the function on as many documents as the configuration says, in a thread of its own.
///
/// # Errors
/// If it panics, or is at work on one document for longer than the limit: it is then left behind, still running.
///
/// # Panics
/// If there is no thread to be had.
pub fn withstand(
    mutations: Mutations,
    config: Config,
    time_limit: Duration,
    run: impl Fn(&Value) + Send + 'static,
) -> Result<(), Mishap> {
    let current = Arc::new(Mutex::new((0_u64, Arc::new(Value::Null))));
    let watched = Arc::clone(&current);
    let (done, outcome) = channel();
    let work = move || {
        let result = TestRunner::new(config).run(&mutations, |document| {
            let document = Arc::new(document);
            let mut current = current.lock().unwrap_or_else(PoisonError::into_inner);
            *current = (current.0 + 1, Arc::clone(&document));
            drop(current);
            run(&document);
            Ok(())
        });
        // Nobody listens any more where the time was over.
        let _ = done.send(result.map_err(|error| Mishap::Panic(error.to_string())));
    };
    let thread = thread::Builder::new().name("hostile".to_owned()).stack_size(STACK_BYTES).spawn(work);
    thread.expect("the system has a thread left");
    let mut n_seen = 0;
    loop {
        match outcome.recv_timeout(time_limit) {
            Ok(outcome) => return outcome,
            Err(RecvTimeoutError::Disconnected) => {
                return Err(Mishap::Panic("the runner panicked".to_owned()));
            }
            Err(RecvTimeoutError::Timeout) => {}
        }
        let (n_begun, document) = watched.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if n_begun == n_seen {
            return Err(Mishap::Hang { time_limit, document });
        }
        n_seen = n_begun;
    }
}

#[cfg(test)]
mod tests {
    use proptest::test_runner::RngSeed;
    use serde_json::json;

    use super::*;

    /// The same documents in each run.
    fn config() -> Config {
        Config { cases: 200, failure_persistence: None, rng_seed: RngSeed::Fixed(1), ..Config::default() }
    }

    fn mutations() -> Mutations {
        Mutations::of(vec![json!({"a": {"trap": [1, 2]}, "b": "text"})])
    }

    #[test]
    fn function_that_survives_everything_withstands() {
        let outcome =
            withstand(mutations(), config(), Duration::from_mins(1), |document| drop(document.to_string()));
        assert!(outcome.is_ok(), "{outcome:?}");
    }

    #[test]
    fn panic_is_reported_with_the_smallest_document() {
        let outcome = withstand(mutations(), config(), Duration::from_mins(1), |document| {
            assert!(document.pointer("/a/trap").is_none(), "trapped");
        });
        let Err(Mishap::Panic(report)) = outcome else { panic!("{outcome:?}") };
        // What the trap holds may be any value of the document.
        assert!(report.contains("trapped") && !report.contains("\"b\""), "{report}");
    }

    #[test]
    fn endless_run_is_a_hang() {
        let outcome = withstand(mutations(), config(), Duration::from_millis(20), |_| {
            loop {
                thread::park();
            }
        });
        assert!(matches!(outcome, Err(Mishap::Hang { .. })), "{outcome:?}");
    }
}
