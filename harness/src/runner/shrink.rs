//! Greedy structural shrinking: the first smaller case that still differs in the same way is taken, again and again.

use std::time::Duration;

use asl_cases::{Case, Divergence};
use tokio::time::Instant;

use super::case_run::{CaseRun, Compared};

/// What shrinking one divergence may cost.
#[derive(Clone, Copy, Debug)]
pub struct ShrinkBudget {
    /// Executions on the engine.
    pub calls: u32,
    /// Wall time.
    pub time: Duration,
}

impl Default for ShrinkBudget {
    fn default() -> Self {
        Self { calls: 200, time: Duration::from_secs(30) }
    }
}

/// What makes two differences the same for shrinking and for repeating: the facets, and the sentences without what is
/// quoted, named or counted in them.
pub fn difference_key(divergences: &[Divergence]) -> String {
    let parts: Vec<_> = divergences.iter().map(|d| format!("{}:{}", d.facet, shape_of(&d.sentence))).collect();
    parts.join("|")
}

/// The sentence with quoted texts and numbers replaced by a dot.
fn shape_of(sentence: &str) -> String {
    let mut shape = String::new();
    let mut quote = None;
    for c in sentence.chars() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'' | '`') => {
                quote = Some(c);
                shape.push('·');
            }
            (None, c) if c.is_ascii_digit() => {
                if !shape.ends_with('·') {
                    shape.push('·');
                }
            }
            (None, c) => shape.push(c),
        }
    }
    shape
}

pub(super) async fn shrink(
    run: &CaseRun,
    case: &Case,
    key: &str,
    budget: ShrinkBudget,
) -> Option<(Case, Compared)> {
    let ends_at = Instant::now() + budget.time;
    let mut calls = 0;
    let mut smallest: Option<(Case, Compared)> = None;
    loop {
        let current = smallest.as_ref().map_or(case, |(case, _)| case);
        let mut taken = None;
        for candidate in asl_generators::simplifications(current) {
            if calls >= budget.calls || Instant::now() >= ends_at {
                return smallest;
            }
            calls += 1;
            if let Some(compared) = run.compare(&candidate).await
                && difference_key(&compared.judgement.divergences) == key
            {
                taken = Some((candidate, compared));
                break;
            }
        }
        match taken {
            Some(smaller) => smallest = Some(smaller),
            None => return smallest,
        }
    }
}

#[cfg(test)]
mod tests {
    use asl_cases::{Facet, Oracle};
    use rstest::rstest;
    use serde_json::Value;

    use super::*;

    fn differing(sentence: &str) -> Vec<Divergence> {
        vec![Divergence {
            facet: Facet::Output,
            sentence: sentence.to_owned(),
            expected: Value::Null,
            actual: Value::Null,
            oracle: Oracle::Reference,
        }]
    }

    #[rstest]
    #[case("/a/1 is 12 instead of 3", "/a/7 is 4 instead of 55", true)]
    #[case("is \"x\" instead of null", "is \"yy\" instead of null", true)]
    #[case("is 1 instead of null", "is missing", false)]
    fn key_ignores_numbers_and_quoted_texts(#[case] one: &str, #[case] other: &str, #[case] same: bool) {
        assert_eq!(difference_key(&differing(one)) == difference_key(&differing(other)), same);
    }
}
