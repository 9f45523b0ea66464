//! When to ask next whether an execution is over: soon enough not to dominate, seldom enough not to be the load.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

/// The shortest pause between two questions.
const PAUSE_MIN: Duration = Duration::from_millis(5);

/// The longest pause, as long as the engine answers promptly.
const PAUSE_MAX: Duration = Duration::from_millis(100);

/// The longest pause for an engine that takes long over each answer.
const SLOW_PAUSE_MAX: Duration = Duration::from_secs(1);

/// A pause is this part of the time that the execution has taken so far: the end is seen at most so much too late.
const PART_OF_ELAPSED: u32 = 8;

/// A pause is at least this many times what one question costs, so that asking stays the small part of the load.
const TIMES_COST: u32 = 4;

/// The shortest execution seen on an engine. No execution is worth asking about before that time.
#[derive(Debug, Default)]
pub(super) struct ShortestRun(AtomicU64);

impl ShortestRun {
    /// The pause before the first question.
    pub(super) fn first_pause(&self) -> Duration {
        (Duration::from_micros(self.0.load(Ordering::Relaxed)) * 9 / 10).max(PAUSE_MIN)
    }

    /// Remembers how long an execution took.
    pub(super) fn learn(&self, took: Duration) {
        let took = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        let shorter = |shortest: u64| (shortest == 0 || took < shortest).then_some(took);
        let _ = self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, shorter);
    }
}

/// The pause before the next question, from the time since the start and the time that the last answer took.
pub(super) fn next_pause(elapsed: Duration, answer_took: Duration) -> Duration {
    let by_elapsed = (elapsed / PART_OF_ELAPSED).clamp(PAUSE_MIN, PAUSE_MAX);
    let by_cost = (answer_took * TIMES_COST).min(SLOW_PAUSE_MAX);
    by_elapsed.max(by_cost)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case::at_once(0, 1, 5)]
    #[case::grows_with_the_run(160, 1, 20)]
    #[case::stops_growing(60_000, 1, 100)]
    #[case::spares_a_slow_engine(160, 50, 200)]
    #[case::never_sleeps_in(160, 5_000, 1_000)]
    fn pause_follows_the_run_and_the_engine(#[case] elapsed: u64, #[case] answer: u64, #[case] pause: u64) {
        let ms = Duration::from_millis;
        assert_eq!(next_pause(ms(elapsed), ms(answer)), ms(pause));
    }

    #[test]
    fn first_pause_is_below_the_shortest_run_seen() {
        let shortest = ShortestRun::default();
        assert_eq!(shortest.first_pause(), PAUSE_MIN);
        shortest.learn(Duration::from_millis(150));
        shortest.learn(Duration::from_millis(400));
        assert_eq!(shortest.first_pause(), Duration::from_millis(135));
    }
}
