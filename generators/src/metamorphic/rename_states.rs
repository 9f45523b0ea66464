//! Other names for all states.

use std::collections::BTreeMap;

use asl_cases::{Case, scopes::states_of};

use super::{Domain, Relation, TraceMapping, Twin, looks_around};
use crate::{draw::Draw, shrink::names::rename};

pub(super) const RELATION: Relation = Relation {
    id: "rename-states",
    statement: "A state's name is a label that transitions refer to; no rule of the language reads it.",
    domain: Domain::AnyEnd,
    rewrite,
};

/// Names that are allowed and that an engine which builds code, paths or files of them gets wrong.
const STYLES: &[&str] =
    &["State-", "state_", "Zustand ä ", "1.", "a/b ", "$.", "It's ", "[0]", "Next", "'quoted' "];

fn rewrite(case: &Case, draw: &mut Draw) -> Option<Twin> {
    if looks_around(case) {
        return None;
    }
    let style = draw.pick(STYLES);
    let states = states_of(&case.main().definition);
    let names: BTreeMap<String, String> =
        (1..).zip(states).map(|(number, (name, _))| (name.to_owned(), format!("{style}{number}"))).collect();
    let back = names.iter().map(|(old, new)| (new.clone(), old.clone())).collect();
    Some(Twin { case: rename(case, &names), mapping: TraceMapping::Renamed(back) })
}
