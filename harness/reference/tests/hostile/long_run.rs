//! How many mutated cases there are, and which: few in every `cargo test`, a million on demand.
#![allow(clippy::disallowed_methods, reason = "a long run is asked for by the environment")]

use std::{env, str::FromStr, time::Duration};

use proptest::test_runner::{Config, RngSeed};

/// The seed of the mutations, unless `ASL_HOSTILE_SEED` names another.
pub(crate) const SEED: u64 = 1;
/// After this time one case counts as a hang, on a busy machine too: the dearest expression takes seconds.
pub(crate) const TIME_LIMIT: Duration = Duration::from_mins(5);

/// As many cases as the variable says, else `cases`.
///
/// # Panics
/// If a variable is there and is no number.
pub(crate) fn config(variable: &str, cases: u32) -> Config {
    Config {
        cases: number_from(variable).unwrap_or(cases),
        rng_seed: RngSeed::Fixed(number_from("ASL_HOSTILE_SEED").unwrap_or(SEED)),
        failure_persistence: None,
        max_shrink_iters: 5_000,
        ..Config::default()
    }
}

fn number_from<T: FromStr>(variable: &str) -> Option<T> {
    let text = env::var(variable).ok()?;
    Some(text.parse().unwrap_or_else(|_| panic!("{variable} is a number, not `{text}`")))
}
