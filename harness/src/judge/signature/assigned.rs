//! A variable of JSONata that is wrong where it is read: the bug is that of the state that should have assigned it.

use std::collections::BTreeSet;

use asl_cases::{EXPRESSION, JSONATA_VARIABLE, Signature};

use super::{
    Signer, another_document, caught,
    constructs::{self, ASSIGN},
    expression::{JSONATA, variables_read},
    visits::{self, Visit},
};

impl Signer<'_> {
    /// What is wrong with the only kind of state that assigns what this state reads, where nothing else is in play and the
    /// engine's history does not tell of variables; else the same.
    pub(super) fn at_its_assignment(&self, state: &str, signature: Signature) -> Signature {
        let is_plain = |construct: &String| [JSONATA, JSONATA_VARIABLE].contains(&construct.as_str());
        let is_of_variable = signature.place == EXPRESSION
            && signature.constructs.contains(JSONATA)
            && signature.constructs.iter().all(is_plain);
        if !is_of_variable || !signature.is_of_behaviour() {
            return signature;
        }
        let assigned: BTreeSet<Option<Signature>> = self.assignments_read_by(state).collect();
        let mut assigned = assigned.into_iter();
        let only = assigned.next().flatten().filter(|_| assigned.next().is_none());
        only.unwrap_or(signature)
    }

    /// Whether the engine's history says what this state assigns.
    pub(super) fn tells_what_is_assigned_by(&self, state: &str) -> bool {
        let mut visits = self.actual.trace.iter().flat_map(visits::visits);
        visits.any(|visit| visit.state == state && visit.variables.is_some())
    }

    /// Where the right history assigned each variable that this state reads, before it was entered for the last time; nowhere
    /// if the engine's history says what is assigned there.
    fn assignments_read_by(&self, state: &str) -> impl Iterator<Item = Option<Signature>> {
        let expressions = constructs::jsonata_expressions_of(&self.states, state);
        // A variable may have the name of a function.
        let names: BTreeSet<&str> =
            expressions.into_iter().flat_map(|text| variables_read(text, false)).collect();
        let visits: Vec<Visit<'_>> = self.expected.trace.iter().flat_map(visits::visits).collect();
        let entry =
            visits.iter().rposition(|visit| visit.is_entry && visit.state == state).unwrap_or_default();
        let before = visits[..entry].to_vec();
        names.into_iter().filter_map(move |name| {
            let assigns =
                |visit: &&Visit<'_>| visit.variables.is_some_and(|variables| variables.get(name).is_some());
            let exit = before.iter().rfind(assigns)?;
            let is_told = self.tells_what_is_assigned_by(exit.state);
            let of_exit = || self.of_assignment(exit.state, self.is_left_after_a_failure(*exit));
            Some((!is_told).then(of_exit))
        })
    }

    fn is_left_after_a_failure(&self, exit: Visit<'_>) -> bool {
        let is_caught = |trace| caught::caught(&self.states, exit.state, trace, exit.position).is_some();
        self.expected.trace.as_ref().is_some_and(is_caught)
    }

    /// A state, or its catcher, does not assign what it should.
    pub(super) fn of_assignment(&self, state: &str, is_caught: bool) -> Signature {
        let mut constructs = BTreeSet::from([ASSIGN.to_owned()]);
        constructs.extend(is_caught.then(|| "Catch".to_owned()));
        constructs.extend(self.states.is_in_jsonata(state).then(|| JSONATA.to_owned()));
        another_document(self.states.kind(state).to_owned(), constructs)
    }
}
