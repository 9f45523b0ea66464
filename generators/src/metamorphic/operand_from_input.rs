//! A constant of a Choice rule, read from the input by the operator's `…Path` form.

use asl_cases::{Case, Feature};
use serde_json::{Value, json};

use super::{
    Domain, Object, Relation, TraceMapping, Twin, fresh_name, looks_around, pick_state, redirect,
    speaks_jsonata, states_mut,
};
use crate::{
    draw::Draw,
    shrink::{state_mut, with_definition},
};

pub(super) const RELATION: Relation = Relation {
    id: "operand-from-input",
    statement: "An operator with `…Path` compares with the value that the path finds, here the constant of the first form.",
    domain: Domain::Success,
    rewrite,
};

/// The kinds of operators that have a `…Path` form. Documented: `StringMatches` and the tests of types have none.
const COMPARED: &[&str] = &["String", "Numeric", "Boolean", "Timestamp"];

fn rewrite(case: &Case, draw: &mut Draw) -> Option<Twin> {
    // A path into a variable, or the Assign of a rule, is rooted elsewhere.
    if looks_around(case) || speaks_jsonata(case) || case.features().contains(&Feature::Variables) {
        return None;
    }
    let (scope, name) = pick_state(case, draw, is_plain_choice)?;
    let fresh = fresh_name(case, "Operands");
    let twin = with_definition(case, |definition| {
        redirect(definition.pointer_mut(&scope)?, &name, &fresh);
        let state = state_mut(definition, &scope, &name)?;
        state.insert("OutputPath".to_owned(), "$.data".into());
        let mut operands = Vec::new();
        let rules = state.get_mut("Choices")?.as_array_mut()?;
        for rule in rules {
            move_operands(rule, &mut operands);
        }
        if operands.is_empty() {
            return None;
        }
        let together =
            json!({"Type": "Pass", "Parameters": {"operands": operands, "data.$": "$"}, "Next": name});
        states_mut(definition, &scope)?.insert(fresh.clone(), together);
        Some(())
    })?;
    Some(Twin { case: twin, mapping: TraceMapping::without([fresh]) })
}

fn is_plain_choice(state: &Object) -> bool {
    let is_plain = ["InputPath", "OutputPath", "Assign", "QueryLanguage"]
        .iter()
        .all(|field| !state.contains_key(*field));
    is_plain && state.contains_key("Choices")
}

/// Roots the paths of a rule at the data, and its constants at the list of operands.
fn move_operands(rule: &mut Value, operands: &mut Vec<Value>) {
    let Some(members) = rule.as_object_mut() else { return };
    for (key, value) in std::mem::take(members) {
        let (key, value) = match (key.as_str(), value) {
            ("And" | "Or", Value::Array(mut parts)) => {
                for part in &mut parts {
                    move_operands(part, operands);
                }
                (key, parts.into())
            }
            ("Not", mut part) => {
                move_operands(&mut part, operands);
                (key, part)
            }
            ("Variable", Value::String(path)) => (key, rooted(&path)),
            (_, Value::String(path)) if key.ends_with("Path") => (key, rooted(&path)),
            (_, constant) if is_comparison(&key) => {
                operands.push(constant);
                (format!("{key}Path"), format!("$.operands[{}]", operands.len() - 1).into())
            }
            (_, other) => (key, other),
        };
        members.insert(key, value);
    }
}

fn is_comparison(key: &str) -> bool {
    key != "StringMatches" && COMPARED.iter().any(|kind| key.starts_with(kind))
}

fn rooted(path: &str) -> Value {
    match path.strip_prefix('$') {
        Some(rest) => format!("$.data{rest}").into(),
        None => path.into(),
    }
}
