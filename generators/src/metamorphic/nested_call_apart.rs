//! A call inside a call, computed by a Pass before the state.

use asl_cases::Case;
use serde_json::json;

use super::{
    Domain, Object, Relation, TraceMapping, Twin, fresh_name, intrinsic_calls::Call, looks_around,
    pick_state, redirect, states_mut,
};
use crate::{
    draw::Draw,
    shrink::{state_mut, with_definition},
};

pub(super) const RELATION: Relation = Relation {
    id: "nested-call-apart",
    statement: "Specified: an argument may be a call, and then is its value; a path to that value, which a Pass before has computed, is the same argument.",
    domain: Domain::OwnEnd,
    rewrite,
};

fn rewrite(case: &Case, draw: &mut Draw) -> Option<Twin> {
    if looks_around(case) {
        return None;
    }
    let (scope, name) = pick_state(case, draw, |state| nested(state).is_some())?;
    let fresh = fresh_name(case, "Inner Calls");
    let twin = with_definition(case, |definition| {
        let state = state_mut(definition, &scope, &name)?;
        let (key, inner, outer) = nested(state)?;
        let template = state.get_mut("Parameters")?.as_object_mut()?;
        for (member, value) in template.iter_mut() {
            if member.ends_with(".$") {
                let text = if *member == key { outer.clone() } else { value.as_str()?.to_owned() };
                *value = rooted_anew(&text)?.into();
            }
        }
        let pass = json!({
            "Type": "Pass", "Parameters": {"data.$": "$", "inner.$": inner}, "Next": name
        });
        redirect(definition.pointer_mut(&scope)?, &name, &fresh);
        states_mut(definition, &scope)?.insert(fresh.clone(), pass);
        Some(())
    })?;
    Some(Twin { case: twin, mapping: TraceMapping::Untold })
}

/// The member of the Parameters of a Pass with a call in a call: its key, the inner call, and the outer one with `INNER`
/// in its place.
fn nested(state: &Object) -> Option<(String, String, String)> {
    let is_plain = state.get("Type").is_some_and(|kind| kind == "Pass")
        && ["InputPath", "ResultPath", "QueryLanguage", "Result", "Assign"]
            .iter()
            .all(|field| !state.contains_key(*field));
    let template = state.get("Parameters").filter(|_| is_plain)?.as_object()?;
    if template.values().any(|value| value.is_object() || value.is_array()) {
        return None;
    }
    template.iter().filter(|(key, _)| key.ends_with(".$")).find_map(|(key, value)| {
        let text = value.as_str()?;
        Call::parse(text)?;
        let at = text[1..].find("States.")? + 1;
        let end = at + call_length(&text[at..])?;
        let is_argument = text[..at].trim_end().ends_with(['(', ',']);
        is_argument.then(|| {
            (key.clone(), text[at..end].to_owned(), format!("{}$.INNER{}", &text[..at], &text[end..]))
        })
    })
}

/// How long the call at the start of a text is.
fn call_length(text: &str) -> Option<usize> {
    let (mut depth, mut is_text, mut is_escaped) = (0, false, false);
    for (at, letter) in text.char_indices() {
        match letter {
            _ if is_escaped => is_escaped = false,
            '\\' if is_text => is_escaped = true,
            '\'' => is_text = !is_text,
            '(' if !is_text => depth += 1,
            ')' if !is_text => {
                depth -= 1;
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            _ => {}
        }
    }
    None
}

/// The paths of a path or call, rooted at the data that the Pass handed on.
fn rooted_anew(text: &str) -> Option<String> {
    let mut rooted = String::new();
    let (mut is_text, mut is_escaped) = (false, false);
    for (at, letter) in text.char_indices() {
        let in_path = text[..at].ends_with(['.', '[', '\'']);
        match letter {
            _ if is_escaped => is_escaped = false,
            '\\' if is_text => is_escaped = true,
            '\'' => is_text = !is_text,
            '$' if !is_text && !in_path => {
                rooted.push('$');
                if !text[at..].starts_with("$.INNER") {
                    let starts_path =
                        text[at + 1..].starts_with(['.', '[', ',', ')', ' ']) || at + 1 == text.len();
                    if !starts_path {
                        return None;
                    }
                    rooted.push_str(".data");
                }
                continue;
            }
            _ => {}
        }
        rooted.push(letter);
    }
    Some(rooted.replace("$.INNER", "$.inner"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inner_call_is_found_and_paths_are_rooted_anew() {
        let state = json!({
            "Type": "Pass", "Parameters": {"x.$": "States.Format('a ({}) {}', States.Array($.b, ')'), $)"}
        });
        let (key, inner, outer) = nested(state.as_object().expect("an object")).expect("a call in a call");
        assert_eq!((key.as_str(), inner.as_str()), ("x.$", "States.Array($.b, ')')"));
        assert_eq!(rooted_anew(&outer).as_deref(), Some("States.Format('a ({}) {}', $.inner, $.data)"));
    }
}
