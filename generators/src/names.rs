//! State names: unique in a whole machine, in the mixture that real definitions show.

use std::collections::BTreeSet;

use crate::draw::Draw;

const VERBS: &[&str] = &[
    "Check", "Load", "Save", "Send", "Merge", "Notify", "Prepare", "Route", "Compute", "Validate", "Close",
    "Start",
];
const NOUNS: &[&str] = &[
    "Order", "Customer", "Report", "Items", "Payment", "Stock", "Invoice", "Result", "Batch", "Message",
    "Total",
];
const ODD_NAMES: &[&str] = &[
    "Is it done?",
    "Yes/No",
    "Step (1)",
    "What's next",
    "Größe prüfen",
    "確認",
    "Étape suivante",
    "a.b.c",
    "100%",
    "Save & exit",
    "Retry: later!",
    "{braces}",
    "[0]",
    "Ω",
];

/// Gives out names, each once.
#[derive(Default)]
pub(crate) struct Names {
    taken: BTreeSet<String>,
}

impl Names {
    /// A fresh state name.
    pub(crate) fn fresh(&mut self, draw: &mut Draw) -> String {
        let base = match draw.below(100) {
            0..=57 => format!("{} {}", draw.pick(VERBS), draw.pick(NOUNS)),
            58..=77 => format!("{}{}", draw.pick(VERBS), draw.pick(NOUNS)),
            78..=86 => draw.pick(&["A", "B", "C", "S", "X"]).to_owned(),
            87..=95 => draw.pick(ODD_NAMES).to_owned(),
            _ => format!(
                "{} the {} and then go on to the next of the steps",
                draw.pick(VERBS),
                draw.pick(NOUNS)
            ),
        };
        self.claim(&base)
    }

    fn claim(&mut self, base: &str) -> String {
        let mut name = base.to_owned();
        let mut number = 2;
        while !self.taken.insert(name.clone()) {
            name = format!("{base} {number}");
            number += 1;
        }
        name
    }
}
