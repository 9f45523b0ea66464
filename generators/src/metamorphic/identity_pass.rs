//! A Pass state without fields before any state.

use asl_cases::Case;
use serde_json::json;

use super::{
    Domain, Relation, TraceMapping, Twin, fresh_name, looks_around, pick_state, redirect, states_mut,
};
use crate::{draw::Draw, shrink::with_definition};

pub(super) const RELATION: Relation = Relation {
    id: "identity-pass",
    statement: "A Pass state without fields hands its input on as its output, so that what follows sees the same data.",
    domain: Domain::AnyEnd,
    rewrite,
};

fn rewrite(case: &Case, draw: &mut Draw) -> Option<Twin> {
    if looks_around(case) {
        return None;
    }
    let (scope, name) = pick_state(case, draw, |_| true)?;
    let fresh = fresh_name(case, "Identity");
    let twin = with_definition(case, |definition| {
        redirect(definition.pointer_mut(&scope)?, &name, &fresh);
        states_mut(definition, &scope)?.insert(fresh.clone(), json!({"Type": "Pass", "Next": name}));
        Some(())
    })?;
    Some(Twin { case: twin, mapping: TraceMapping::without([fresh]) })
}
