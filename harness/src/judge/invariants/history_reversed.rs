//! A history read from its end is the mirror of the history.

use asl_cases::{Case, Observation};

use super::{Broken, Invariant, history_pages::is_read_as};

pub(super) const INVARIANT: Invariant = Invariant {
    id: "history-reversed",
    statement: "Documented: reverseOrder lists the latest event first; the history of an execution that is over does not change.",
    check,
};

fn check(_: &Case, observation: &Observation) -> Result<(), Box<Broken>> {
    let (Some(whole), Some(reversed)) = (&observation.trace, &observation.cross_check.reversed) else {
        return Ok(());
    };
    is_read_as(&whole.0.iter().rev().collect::<Vec<_>>(), reversed, "read with reverseOrder")
}
