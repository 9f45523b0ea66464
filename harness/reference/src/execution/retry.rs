//! Retry: which retrier serves an error, and how long it waits.

use super::state_error::{Origin, StateError};
use crate::{
    definition::{Jitter, Retrier},
    scope::Randomness,
    seeded::{Site, seeded},
};

/// AWS's own cap on a delay without `MaxDelaySeconds`.
const MAX_DELAY_SECONDS: f64 = 31_622_400.0;

/// How often each retrier of a state was used in this visit of the state.
#[derive(Clone, Debug, Default)]
pub(crate) struct RetryCounters {
    used: Vec<u64>,
    before: u64,
    pub(crate) total: u64,
}

/// The retrier that matches an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Retry {
    /// Its place in `Retry`.
    pub(crate) index: usize,
    /// The delay in milliseconds before the next attempt; `None` when it is exhausted.
    pub(crate) delay_ms: Option<i64>,
}

impl RetryCounters {
    /// Counters of a state whose retriers have each retried so often before.
    pub(crate) fn after(before: u64) -> Self {
        Self { before, ..Self::default() }
    }

    /// The retrier that serves the error, if one does.
    ///
    /// The first retrier that matches decides; when it is exhausted, later ones are not asked (specification, Retrier).
    /// Requirement: asl.retry.counters, asl.retry.exhausted-stops, asl.retry.max-attempts
    pub(crate) fn next(
        &mut self,
        retriers: &[Retrier],
        error: &StateError,
        random: &mut dyn Randomness,
    ) -> Option<Retry> {
        self.used.resize(retriers.len(), self.before);
        let index = self.choose(retriers, error)?;
        let retrier = &retriers[index];
        let counter = if seeded(Site::RetryCounterShared) { 0 } else { index };
        let max_attempts = match retrier.max_attempts {
            max if max > 0 && seeded(Site::MaxAttemptsCountFirst) => max - 1,
            max if seeded(Site::MaxAttemptsOneMore) => max + 1,
            max => max,
        };
        if self.used[counter] >= max_attempts {
            return Some(Retry { index, delay_ms: None });
        }
        let delay_seconds = delay_seconds(retrier, self.used[counter]);
        self.used[counter] += 1;
        self.total += 1;
        let delay_ms = to_ms(jittered(retrier.jitter, delay_seconds, random));
        Some(Retry { index, delay_ms: Some(delay_ms) })
    }
}

impl RetryCounters {
    fn choose(&self, retriers: &[Retrier], error: &StateError) -> Option<usize> {
        let matches = |retrier: &Retrier| error.matches(&retrier.error_equals);
        if error.origin == Origin::Timeout && seeded(Site::RetryIgnoresTimeouts) {
            return None;
        }
        if seeded(Site::LastRetrierWins) {
            return retriers.iter().rposition(matches);
        }
        if seeded(Site::ExhaustedRetrierPassesOn) {
            let has_left = |index: &usize| self.used[*index] < retriers[*index].max_attempts;
            let mut all = (0..retriers.len()).filter(|index| matches(&retriers[*index]));
            let first = all.clone().next();
            return all.find(has_left).or(first);
        }
        retriers.iter().position(matches)
    }
}

/// `IntervalSeconds × BackoffRate^(retries so far)`, at most `MaxDelaySeconds`.
/// Requirement: asl.retry.backoff, asl.retry.max-delay
fn delay_seconds(retrier: &Retrier, retries_so_far: u64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "intervals are far below 2^52 s")]
    let interval = retrier.interval_seconds as f64;
    let exponent = i32::try_from(retries_so_far).unwrap_or(i32::MAX);
    let delay = if seeded(Site::BackoffNotApplied) {
        interval
    } else if seeded(Site::BackoffAdded) {
        interval + retrier.backoff_rate * f64::from(exponent)
    } else if seeded(Site::BackoffOneStepEarly) {
        interval * retrier.backoff_rate.powi(exponent.saturating_add(1))
    } else {
        interval * retrier.backoff_rate.powi(exponent)
    };
    #[expect(clippy::cast_precision_loss, reason = "the cap is far below 2^52 s")]
    let cap = retrier.max_delay_seconds.map_or(MAX_DELAY_SECONDS, |seconds| seconds as f64);
    delay.min(cap)
}

/// Requirement: asl.retry.jitter
fn jittered(jitter: Jitter, delay_seconds: f64, random: &mut dyn Randomness) -> f64 {
    match jitter {
        Jitter::None => delay_seconds,
        Jitter::Full => {
            #[expect(clippy::cast_precision_loss, reason = "53 random bits are enough for a delay")]
            let fraction = (random.next_u64() >> 11) as f64 / (1_u64 << 53) as f64;
            delay_seconds * fraction
        }
    }
}

fn to_ms(seconds: f64) -> i64 {
    #[expect(clippy::cast_possible_truncation, reason = "delays are capped at a year")]
    let ms = (seconds * 1000.0).round() as i64;
    ms
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn retrier(error: &str, max_attempts: u64) -> Retrier {
        Retrier {
            error_equals: vec![error.to_owned()],
            interval_seconds: 3,
            max_attempts,
            backoff_rate: 1.5,
            max_delay_seconds: None,
            jitter: Jitter::None,
        }
    }

    fn boom() -> StateError {
        StateError::new("Boom", None, Origin::Reported)
    }

    struct NoRandomness;

    impl Randomness for NoRandomness {
        fn next_u64(&mut self) -> u64 {
            unreachable!("no jitter in this test")
        }

        fn uuid(&mut self) -> String {
            unreachable!("no uuid in this test")
        }
    }

    fn delays(retriers: &[Retrier]) -> Vec<i64> {
        let mut counters = RetryCounters::default();
        let next = || counters.next(retriers, &boom(), &mut NoRandomness)?.delay_ms;
        std::iter::from_fn(next).collect()
    }

    #[rstest]
    #[case(0, &[])]
    #[case(3, &[3_000, 4_500, 6_750])]
    fn delay_grows_by_the_backoff_rate_until_attempts_are_used_up(
        #[case] max_attempts: u64,
        #[case] expected: &[i64],
    ) {
        assert_eq!(delays(&[retrier("Boom", max_attempts)]), expected);
    }

    #[test]
    fn max_delay_seconds_caps_the_delay() {
        let capped = Retrier { max_delay_seconds: Some(4), ..retrier("Boom", 3) };
        assert_eq!(delays(&[capped]), [3_000, 4_000, 4_000]);
    }

    #[test]
    fn exhausted_retrier_does_not_fall_through_to_a_later_one() {
        assert_eq!(delays(&[retrier("Boom", 1), retrier("States.ALL", 5)]).len(), 1);
    }
}
