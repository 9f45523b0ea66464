//! Whether cases are worth running: how far they get, how many say nothing, how many say the same.

use std::collections::{BTreeMap, btree_map::Entry};

use asl_cases::{CaseId, Outcome};
use asl_reference::sighting::Sighting;
use serde::Serialize;

use super::case_view::CaseView;

/// Counts over a set of cases.
#[derive(Clone, Debug, Default)]
pub struct Health {
    n_cases: u64,
    n_rejected: u64,
    n_past_first: u64,
    n_three_or_more: u64,
    n_failed_early: u64,
    n_trivial: u64,
    n_duplicates: u64,
    /// The name under which each was drawn first.
    names: BTreeMap<CaseId, String>,
}

/// A share of the cases, with the limit that it must keep, if there is one.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Share {
    /// What the cases have in common.
    pub name: &'static str,
    /// How many have it.
    pub n_cases: u64,
    /// How many of a hundred.
    pub percent: f64,
    /// The limit, in words.
    pub limit: Option<String>,
    /// Whether the limit is broken.
    pub is_bad: bool,
}

impl Share {
    /// The share as a sentence, with its limit.
    pub fn sentence(&self) -> String {
        let limit = self.limit.as_ref().map_or(String::new(), |limit| format!(" ({limit} should)"));
        format!("{:.2} % of the drawn cases {}{limit}", self.percent, self.name)
    }
}

enum Limit {
    None,
    AtMost(f64),
    AtLeast(f64),
}

impl Health {
    /// Counts one case.
    pub fn count(&mut self, view: &CaseView<'_>) {
        // A case that is run in several forms is drawn once.
        let name = self.names.entry(view.case.id());
        let is_duplicate = match &name {
            Entry::Occupied(name) if *name.get() == view.case.name => return,
            Entry::Occupied(_) => true,
            Entry::Vacant(_) => false,
        };
        name.or_insert_with(|| view.case.name.clone());
        let n_entered = view.entered().count();
        let failed = matches!(view.outcome, Outcome::Failed { .. });
        self.n_cases += 1;
        self.n_rejected += u64::from(!view.outcome.is_accepted());
        self.n_past_first += u64::from(n_entered >= 2);
        self.n_three_or_more += u64::from(n_entered >= 3);
        self.n_failed_early += u64::from(failed && n_entered <= 1);
        self.n_trivial += u64::from(is_trivial(view));
        self.n_duplicates += u64::from(is_duplicate);
    }

    /// How many cases were counted.
    pub fn n_cases(&self) -> u64 {
        self.n_cases
    }

    /// The shares, in the order in which they are shown.
    pub fn shares(&self) -> Vec<Share> {
        [
            ("ran past their first state", self.n_past_first, Limit::None),
            ("ran three states or more", self.n_three_or_more, Limit::AtLeast(70.0)),
            ("failed in their first state", self.n_failed_early, Limit::None),
            ("were trivial", self.n_trivial, Limit::AtMost(5.0)),
            ("were duplicates", self.n_duplicates, Limit::AtMost(1.0)),
            ("were rejected", self.n_rejected, Limit::None),
        ]
        .into_iter()
        .map(|(name, n_cases, limit)| self.share(name, n_cases, &limit))
        .collect()
    }

    fn share(&self, name: &'static str, n_cases: u64, limit: &Limit) -> Share {
        #[expect(clippy::cast_precision_loss, reason = "counts of cases are far below 2^52")]
        let percent = if self.n_cases == 0 { 0.0 } else { n_cases as f64 * 100.0 / self.n_cases as f64 };
        let (limit, is_bad) = match limit {
            Limit::None => (None, false),
            Limit::AtMost(most) => (Some(format!("at most {most} %")), percent > *most),
            Limit::AtLeast(least) => (Some(format!("at least {least} %")), percent < *least),
        };
        Share { name, n_cases, percent, limit, is_bad: is_bad && self.n_cases > 0 }
    }
}

/// Whether nothing was asked of the engine but to go from state to state: nothing evaluated, nothing done elsewhere,
/// no error handled.
fn is_trivial(view: &CaseView<'_>) -> bool {
    let asks = |sighting: &Sighting| match sighting {
        Sighting::Entered { .. } | Sighting::Exited { .. } => false,
        Sighting::Failed(failed) => view.state(&failed.state).is_none_or(|state| state.kind != "Fail"),
        Sighting::Path { .. }
        | Sighting::Compared { .. }
        | Sighting::Combined { .. }
        | Sighting::Called { .. } => true,
    };
    !view.sightings.iter().any(asks) && !view.entered().any(|state| does_something(state.fields))
}

/// Whether a state has a field that does something even if no path is followed.
fn does_something(fields: &serde_json::Map<String, serde_json::Value>) -> bool {
    const IDLE: [&str; 9] =
        ["Type", "Comment", "QueryLanguage", "Next", "End", "Error", "Cause", "Seconds", "Timestamp"];
    let is_expression = |value: &serde_json::Value| value.as_str().is_some_and(|text| text.starts_with("{%"));
    fields.iter().any(|(field, value)| !IDLE.contains(&field.as_str()) || is_expression(value))
}
