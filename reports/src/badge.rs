//! A badge: how much of what was judged agrees. As an SVG, and as JSON for a badge service's endpoint.

use askama::Template;
use asl_cases::Verdict;
use console::measure_text_width;
use serde_json::json;

use crate::{RunLog, Summary, wording};

const LABEL: &str = "ASL conformance";

/// The badge of a run as an SVG that loads nothing.
///
/// # Panics
/// Never: writing into a string does not fail.
pub fn render_badge_svg(log: &RunLog) -> String {
    let badge = Badge::of(log);
    let (left, right) = (width(LABEL), width(&badge.message));
    let drawing = Drawing { label: LABEL, message: &badge.message, colour: badge.colour, left, right };
    drawing.render().expect("writing into a string does not fail")
}

/// The badge of a run in the form of shields.io's endpoint badge.
pub fn render_badge_json(log: &RunLog) -> String {
    let badge = Badge::of(log);
    let document =
        json!({"schemaVersion": 1, "label": LABEL, "message": badge.message, "color": badge.colour});
    format!("{document:#}\n")
}

struct Badge {
    message: String,
    colour: &'static str,
}

impl Badge {
    fn of(log: &RunLog) -> Self {
        let counts = Summary::of(log).total;
        let (agree, judged) = (counts.of(Verdict::Agree), counts.judged());
        let incomplete = if wording::warnings(log).is_empty() { "" } else { ", incomplete" };
        let Some(share) = (agree * 100).checked_div(judged) else {
            return Self { message: format!("no result{incomplete}"), colour: "#6b7280" };
        };
        let colour = match share {
            100 => "#1f7a52",
            90.. => "#2f6fb7",
            70.. => "#8a6d1a",
            _ => "#b8430f",
        };
        Self { message: format!("{share} % of {judged}{incomplete}"), colour }
    }
}

#[derive(Template)]
#[template(path = "badge.svg")]
struct Drawing<'a> {
    label: &'a str,
    message: &'a str,
    colour: &'static str,
    left: usize,
    right: usize,
}

fn width(text: &str) -> usize {
    const CHARACTER: usize = 7;
    const PADDING: usize = 12;
    measure_text_width(text) * CHARACTER + PADDING
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;

    #[test]
    fn badge_counts_what_was_judged() {
        let json = render_badge_json(&sample::log());
        assert!(json.contains("\"message\": \"33 % of 6\""), "{json}");
        assert!(render_badge_svg(&sample::log()).contains("33 % of 6"));
    }

    #[test]
    fn badge_of_a_run_that_was_killed_says_so() {
        let mut log = sample::log();
        log.footer = None;
        assert!(render_badge_json(&log).contains("incomplete"));
        log.records.clear();
        assert!(render_badge_json(&log).contains("no result"));
    }
}
