//! The catalogue: one table for each group of areas. An entry is one mistake that an engine author really makes.

mod choice;
mod data_flow;
mod errors;
mod expressions;
mod history;
mod rewritings;
mod states;
mod validation;

use asl_reference::seeded::Site;

use super::{Mutant, Seed, misreading::Misreading, misstatement::Misstatement};

/// All mutants, by group.
pub(super) fn all() -> impl Iterator<Item = &'static Mutant> {
    let tables = [
        data_flow::MUTANTS,
        states::MUTANTS,
        choice::MUTANTS,
        errors::MUTANTS,
        expressions::MUTANTS,
        history::MUTANTS,
        validation::MUTANTS,
    ];
    tables.into_iter().flatten()
}

/// A true change at one place of the reference.
const fn site(id: &'static str, area: &'static str, mistake: &'static str, site: Site) -> Mutant {
    Mutant { id, area, mistake, seed: Seed::Site(site) }
}

/// The engine takes one definition for another.
const fn definition(
    id: &'static str,
    area: &'static str,
    mistake: &'static str,
    misreading: Misreading,
) -> Mutant {
    Mutant { id, area, mistake, seed: Seed::Definition(misreading) }
}

/// The engine does the right thing and says another.
const fn observation(
    id: &'static str,
    area: &'static str,
    mistake: &'static str,
    misstatement: Misstatement,
) -> Mutant {
    Mutant { id, area, mistake, seed: Seed::Observation(misstatement) }
}
