//! The paths and intrinsic calls of a template, computed again in JSONata and handed on in variables.

use asl_cases::Case;
use serde_json::{Value, json};

use super::{
    Domain, Object, Relation, TraceMapping, Twin, fresh_name, fresh_variable, intrinsic_calls::Call,
    jsonata_paths, looks_around, pick_state, redirect, same_in_jsonata::reads_the_same, speaks_jsonata,
    states_mut,
};
use crate::{
    draw::Draw,
    shrink::{state_mut, with_definition},
};

pub(super) const RELATION: Relation = Relation {
    id: "template-in-jsonata",
    statement: "Documented: each path and each intrinsic function has an equivalent in JSONata, and a variable hands a value on as it is.",
    domain: Domain::OwnEnd,
    rewrite,
};

/// Calls in calls repeat their arguments.
const LENGTH_MAX: usize = 4_000;

const TEMPLATES: &[&str] = &["Parameters", "ItemSelector"];

fn rewrite(case: &Case, draw: &mut Draw) -> Option<Twin> {
    if looks_around(case) || speaks_jsonata(case) || !reads_the_same(case) {
        return None;
    }
    let (scope, name) = pick_state(case, draw, |state| template_of(state).is_some())?;
    let (first, second) = (fresh_name(case, "Filled"), fresh_name(case, "Filled Again"));
    let (kept, again) = (fresh_variable(case, "kept"), fresh_variable(case, "again"));
    let twin = with_definition(case, |definition| {
        redirect(definition.pointer_mut(&scope)?, &name, &first);
        let state = state_mut(definition, &scope, &name)?;
        let (field, template) = template_of(state)?;
        let template = template.clone();
        let document = effective_input(state)?;
        state.insert(field.to_owned(), from_variable(&template, &again));
        let mut filled =
            json!({"Type": "Pass", "Assign": {kept.clone(): template}, "ResultPath": null, "Next": second});
        if let Some(path) = state.get("InputPath") {
            filled["InputPath"] = path.clone();
        }
        let told = told(&template, &document, &kept)?;
        let computed = json!({
            "Type": "Pass", "QueryLanguage": "JSONata", "Assign": {again.clone(): told}, "Next": name
        });
        let states = states_mut(definition, &scope)?;
        states.insert(first.clone(), filled);
        states.insert(second.clone(), computed);
        Some(())
    })?;
    Some(Twin { case: twin, mapping: TraceMapping::Untold })
}

fn template_of(state: &Object) -> Option<(&'static str, &Object)> {
    if state.contains_key("QueryLanguage") {
        return None;
    }
    let field = TEMPLATES.iter().find(|field| state.contains_key(**field))?;
    let template = state.get(*field)?.as_object()?;
    let is_dynamic = template.keys().any(|key| key.ends_with(".$"));
    (is_dynamic && !template.keys().any(|key| key.contains(['.', '\'', '`']) && !key.ends_with(".$")))
        .then_some((field, template))
}

/// What `$` means in a template, in JSONata.
fn effective_input(state: &Object) -> Option<String> {
    match state.get("InputPath") {
        None => Some("$states.input".to_owned()),
        Some(Value::String(path)) => jsonata_paths::definite(path, "$states.input"),
        Some(_) => None,
    }
}

/// The uppermost members of a template, read from a variable.
fn from_variable(template: &Object, variable: &str) -> Value {
    let member = |key: &String| {
        let name = key.strip_suffix(".$").unwrap_or(key);
        (format!("{name}.$"), json!(format!("${variable}['{name}']")))
    };
    Value::Object(template.keys().map(member).collect())
}

/// The template in JSONata. What nobody can tell there is taken as it is; `None` if that is all of it.
fn told(template: &Object, document: &str, kept: &str) -> Option<Object> {
    let mut n_told = 0;
    let members = template.iter().map(|(key, value)| {
        let name = key.strip_suffix(".$").unwrap_or(key);
        let as_it_is = format!("${kept}.`{name}`");
        let is_dynamic = key.ends_with(".$");
        let expression =
            value.as_str().filter(|_| is_dynamic).and_then(|text| told_value(text, document, &as_it_is));
        n_told += usize::from(expression.is_some());
        (name.to_owned(), Value::String(format!("{{% {} %}}", expression.unwrap_or(as_it_is))))
    });
    let members: Object = members.collect();
    (n_told > 0).then_some(members)
}

fn told_value(text: &str, document: &str, as_it_is: &str) -> Option<String> {
    if text.contains("%}") {
        return None;
    }
    let Some(call) = Call::parse(text) else { return jsonata_paths::in_template(text, document) };
    if call.function == "ArrayUnique" {
        return unique(&call, document, as_it_is);
    }
    let told = call.told(document)?;
    let guarded = |rest: String, condition: &String| format!("({condition}) ? ({rest}) : ({as_it_is})");
    let expression = told.holds.iter().rev().fold(told.value, guarded);
    (expression.len() < LENGTH_MAX).then_some(expression)
}

/// Recorded: the order of `States.ArrayUnique` is one of its own; how many items differ is not.
fn unique(call: &Call, document: &str, as_it_is: &str) -> Option<String> {
    let Some(super::intrinsic_calls::Argument::Path(path)) = call.arguments.first() else { return None };
    let array = jsonata_paths::definite(path, document)?;
    Some(format!(
        "($count({array}[$type($) = 'object']) = 0) ? \
         ($count($distinct({array})) = $count({as_it_is}) ? {as_it_is} : $distinct({array})) : {as_it_is}"
    ))
}
