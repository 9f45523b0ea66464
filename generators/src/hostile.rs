//! Hostile documents: valid ones with a few things broken, for whatever reads JSON and must neither panic nor hang.
//!
//! [`Mutations`] is a proptest strategy over documents of any kind (definitions, inputs, API requests): give it the
//! documents to start from and the words that mean something to the reader. [`withstand`] runs the reader on them under
//! watch.

mod mutation;
mod withstand;
mod words;

use proptest::{
    prelude::Rng,
    strategy::{NewTree, Strategy, ValueTree},
    test_runner::TestRunner,
};
use serde_json::Value;

use crate::draw::Draw;

pub use withstand::{Mishap, withstand};

/// The strategy of documents that are made from others by a few mutations.
#[derive(Clone, Debug)]
pub struct Mutations {
    documents: Vec<Value>,
    words: Vec<String>,
}

impl Mutations {
    /// Mutations of these documents.
    ///
    /// # Panics
    /// If there is no document.
    pub fn of(documents: Vec<Value>) -> Self {
        assert!(!documents.is_empty(), "there is nothing to mutate");
        Self { documents, words: words::common() }
    }

    /// The same with further texts that may stand anywhere: expressions, names, whatever the reader looks at.
    #[must_use]
    pub fn with_words(mut self, words: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.words.extend(words.into_iter().map(Into::into));
        self
    }

    /// Mutated document number `index` of `seed`. It does not depend on other indices.
    pub fn draw(&self, seed: u64, index: u64) -> Value {
        let mut draw = Draw::new(seed, index, "hostile");
        let mut document = self.documents[draw.below(self.documents.len())].clone();
        let n_mutations = draw.weighted(&[(10, 0), (40, 1), (30, 2), (15, 4), (5, 12)]);
        for _ in 0..n_mutations {
            mutation::mutate(&mut document, &self.documents, &self.words, &mut draw);
        }
        document
    }
}

impl Strategy for Mutations {
    type Tree = MutatedTree;
    type Value = Value;

    fn new_tree(&self, runner: &mut TestRunner) -> NewTree<Self> {
        let seed = runner.rng().next_u64();
        Ok(MutatedTree { best: self.draw(seed, 0), candidate: None, next: 1 })
    }
}

/// A mutated document and the way down to smaller ones: one node after the other is left out.
#[derive(Debug)]
pub struct MutatedTree {
    /// The smallest document that was found interesting.
    best: Value,
    /// The smaller document that is being tried.
    candidate: Option<Value>,
    /// The node of `best` to leave out next, in the order of the document; 0 is the document itself.
    next: usize,
}

impl MutatedTree {
    fn try_next(&mut self) -> bool {
        while self.next < mutation::count_nodes(&self.best) {
            let mut candidate = self.best.clone();
            let is_changed = mutation::leave_out(&mut candidate, self.next);
            self.next += 1;
            if is_changed {
                self.candidate = Some(candidate);
                return true;
            }
        }
        self.candidate = None;
        false
    }
}

impl ValueTree for MutatedTree {
    type Value = Value;

    fn current(&self) -> Value {
        self.candidate.as_ref().unwrap_or(&self.best).clone()
    }

    /// The current document is interesting: go on from it. What took the place of the node that was left out is tried
    /// next.
    fn simplify(&mut self) -> bool {
        if let Some(interesting) = self.candidate.take() {
            self.best = interesting;
            self.next = (self.next - 1).max(1);
        }
        self.try_next()
    }

    /// The current document is not interesting: leave out the next node instead.
    fn complicate(&mut self) -> bool {
        self.candidate.is_some() && self.try_next()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn same_seed_gives_the_same_document_and_others_give_others() {
        let mutations = Mutations::of(vec![json!({"a": [1, 2, {"b": "text"}], "c": null})]);
        let drawn: Vec<Value> = (0..200).map(|index| mutations.draw(7, index)).collect();
        assert_eq!(drawn, (0..200).map(|index| mutations.draw(7, index)).collect::<Vec<_>>());
        let n_changed = drawn.iter().filter(|document| **document != mutations.documents[0]).count();
        assert!(n_changed > 150, "only {n_changed} of 200 documents were changed");
    }

    #[test]
    fn failing_document_shrinks_to_what_makes_it_fail() {
        let document = json!({"keep": {"x": [1, {"bad": true}, 3]}, "other": [1, 2]});
        let holds_bad = |document: &Value| document.to_string().contains("bad");
        let mut tree = MutatedTree { best: document, candidate: None, next: 1 };
        let mut goes_on = tree.simplify();
        while goes_on {
            goes_on = if holds_bad(&tree.current()) { tree.simplify() } else { tree.complicate() };
        }
        assert_eq!(tree.current(), json!({"keep": {"x": [{"bad": true}]}}));
    }
}
