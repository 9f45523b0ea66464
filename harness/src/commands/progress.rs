//! The live line of a run: done, rate, time left, divergences. Plain lines when nobody watches.

use std::{
    fmt::Write,
    time::{Duration, Instant},
};

use asl_cases::Verdict;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};

use crate::{output, runner::Finished};

/// Without a terminal, a line at most this often.
const PLAIN_EVERY: Duration = Duration::from_secs(10);

pub(super) struct Progress {
    bar: ProgressBar,
    planned: u64,
    done: u64,
    divergences: u64,
    errors: u64,
    shrunk: u64,
    same: u64,
    started: Instant,
    said: Instant,
}

impl Progress {
    pub(super) fn new(planned: u64) -> Self {
        let bar = ProgressBar::with_draw_target(Some(planned), ProgressDrawTarget::stderr_with_hz(10));
        let style =
            ProgressStyle::with_template("{bar:28.cyan/dim} {pos}/{len} · {rate} · {eta} left · {msg}")
                .expect("the template is a constant")
                .with_key("rate", |state: &ProgressState, text: &mut dyn Write| {
                    let _ = write!(text, "{:.0}/s", state.per_sec());
                });
        bar.set_style(style.progress_chars("━━─"));
        let now = Instant::now();
        Self { bar, planned, done: 0, divergences: 0, errors: 0, shrunk: 0, same: 0, started: now, said: now }
    }

    pub(super) fn count(&mut self, finished: &Finished) {
        let record = match finished {
            Finished::Case(record) => record,
            Finished::Shrunk(_) => {
                self.shrunk += 1;
                return self.show();
            }
            Finished::SameBug(_) => {
                self.same += 1;
                return self.show();
            }
        };
        self.done += 1;
        match record.verdict {
            Verdict::Diverge => self.divergences += 1,
            Verdict::EngineError | Verdict::HarnessError => self.errors += 1,
            _ => {}
        }
        self.bar.set_position(self.done);
        self.show();
    }

    fn show(&mut self) {
        self.bar.set_message(self.message());
        if self.bar.is_hidden() && self.said.elapsed() >= PLAIN_EVERY {
            self.said = Instant::now();
            let seconds = self.started.elapsed().as_secs();
            output::say(&format!("{}/{} in {seconds} s, {}", self.done, self.planned, self.message()));
        }
    }

    pub(super) fn finish(&self) {
        self.bar.finish_and_clear();
    }

    fn message(&self) -> String {
        let divergences = match self.divergences {
            1 => "1 divergence".to_owned(),
            n => format!("{n} divergences"),
        };
        let errors = match self.errors {
            0 => String::new(),
            1 => ", 1 error".to_owned(),
            n => format!(", {n} errors"),
        };
        let shrunk = match self.shrunk + self.same {
            0 => String::new(),
            _ => format!(", {} shrunk, {} of a bug found before", self.shrunk, self.same),
        };
        format!("{divergences}{errors}{shrunk}")
    }
}
