//! `ItemSelector` as Parameters of a Pass at the start of each iteration.

use asl_cases::Case;
use serde_json::{Value, json};

use super::{Domain, Object, Relation, TraceMapping, Twin, fresh_name, pick_state, starts_machines};
use crate::{
    draw::Draw,
    shrink::{state_mut, with_definition},
};

pub(super) const RELATION: Relation = Relation {
    id: "item-selector-inside",
    statement: "Recorded: `$$.Map.Item` is there for ItemSelector and inside the iterations alike, so that a Pass in there may read what the selector would have read of it.",
    domain: Domain::OwnEnd,
    rewrite,
};

fn rewrite(case: &Case, draw: &mut Draw) -> Option<Twin> {
    if starts_machines(case) {
        return None;
    }
    let (scope, name) = pick_state(case, draw, selects_by_item)?;
    let fresh = fresh_name(case, "Selected");
    let twin = with_definition(case, |definition| {
        let state = state_mut(definition, &scope, &name)?;
        let field = SELECTORS.iter().find(|field| state.contains_key(**field))?;
        let (outside, inside) = parted(state.get(*field)?.as_object()?);
        state.insert((*field).to_owned(), Value::Object(outside));
        let processor = PROCESSORS.iter().find(|field| state.contains_key(**field))?;
        let processor = state.get_mut(*processor)?.as_object_mut()?;
        let start = processor.insert("StartAt".to_owned(), fresh.clone().into())?;
        let pass = json!({"Type": "Pass", "Parameters": inside, "Next": start});
        processor.get_mut("States")?.as_object_mut()?.insert(fresh.clone(), pass);
        Some(())
    })?;
    Some(Twin { case: twin, mapping: TraceMapping::Untold })
}

const SELECTORS: &[&str] = &["ItemSelector", "Parameters"];
const PROCESSORS: &[&str] = &["ItemProcessor", "Iterator"];

/// An inline Map whose selector reads of the item.
fn selects_by_item(state: &Object) -> bool {
    let is_inline = PROCESSORS
        .iter()
        .filter_map(|field| state.get(*field))
        .all(|processor| processor.pointer("/ProcessorConfig/Mode").is_none_or(|mode| mode == "INLINE"));
    let selector = SELECTORS.iter().find_map(|field| state.get(*field)?.as_object());
    state.get("Type").is_some_and(|kind| kind == "Map")
        && is_inline
        && !state.contains_key("QueryLanguage")
        && selector.is_some_and(|members| {
            members.values().any(reads_item) && !members.keys().any(|key| key.contains(['\'', '\\', ']']))
        })
}

/// What the selector keeps, and what a Pass in the iteration makes of it and of the item.
fn parted(selector: &Object) -> (Object, Object) {
    let (mut outside, mut inside) = (Object::new(), Object::new());
    for (key, value) in selector {
        if key.ends_with(".$") && reads_item(value) {
            inside.insert(key.clone(), value.clone());
        } else {
            let name = key.strip_suffix(".$").unwrap_or(key);
            inside.insert(format!("{name}.$"), format!("$['{name}']").into());
            outside.insert(key.clone(), value.clone());
        }
    }
    (outside, inside)
}

fn reads_item(value: &Value) -> bool {
    value.as_str().is_some_and(|path| path.starts_with("$$.Map.Item.Value") || path == "$$.Map.Item.Index")
}
