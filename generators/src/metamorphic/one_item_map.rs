//! A state inside a Map over a list of one item.

use asl_cases::Case;
use serde_json::json;

use super::{
    Domain, Relation, TraceMapping, Twin, fresh_name, looks_around,
    one_branch_parallel::{can_be_wrapped, take_way_on},
    pick_state, redirect, speaks_jsonata, states_mut,
};
use crate::{draw::Draw, shrink::with_definition};

pub(super) const RELATION: Relation = Relation {
    id: "one-item-map",
    statement: "A Map over a list of one item runs its processor once with that item, and gives the list of the one output.",
    domain: Domain::AnyEnd,
    rewrite,
};

fn rewrite(case: &Case, draw: &mut Draw) -> Option<Twin> {
    if looks_around(case) || speaks_jsonata(case) {
        return None;
    }
    let (scope, name) = pick_state(case, draw, can_be_wrapped)?;
    let (list, map) = (fresh_name(case, "List"), fresh_name(case, "Wrapper"));
    let twin = with_definition(case, |definition| {
        redirect(definition.pointer_mut(&scope)?, &name, &list);
        let states = states_mut(definition, &scope)?;
        let mut inner = states.shift_remove(&name)?;
        let way_on = take_way_on(inner.as_object_mut()?);
        let mut wrapper = json!({
            "Type": "Map", "ItemsPath": "$.items", "MaxConcurrency": 1, "OutputPath": "$[0]",
            "ItemProcessor": {"StartAt": name, "States": {name.clone(): inner}}
        });
        wrapper.as_object_mut()?.extend(way_on);
        let listing = json!({"Type": "Pass", "Parameters": {"items.$": "States.Array($)"}, "Next": map});
        states.insert(list.clone(), listing);
        states.insert(map.clone(), wrapper);
        Some(())
    })?;
    Some(Twin { case: twin, mapping: TraceMapping::without([list, map]) })
}
