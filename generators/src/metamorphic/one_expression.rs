//! A template of several JSONata expressions as one expression.

use asl_cases::Case;
use serde_json::Value;

use super::{Domain, Object, Relation, TraceMapping, Twin, for_each_state_mut, intrinsic_calls::quoted};
use crate::{draw::Draw, shrink::with_definition};

pub(super) const RELATION: Relation = Relation {
    id: "one-expression",
    statement: "Documented: each expression of a template is replaced by its value; the object and array constructors of JSONata put the same values in the same places.",
    domain: Domain::OwnEnd,
    rewrite,
};

const TEMPLATES: &[&str] = &["Output", "Arguments"];

fn rewrite(case: &Case, _: &mut Draw) -> Option<Twin> {
    // A catcher would see which expression fails; each expression has a random source and a budget of its own.
    if case.main().definition_text().contains("\"Catch\"")
        || super::starts_machines(case)
        || !super::same_in_jsonata::reads_the_same(case)
    {
        return None;
    }
    let mut changed = false;
    let twin = with_definition(case, |definition| {
        for_each_state_mut(definition, &mut |state| changed |= join_templates(state));
        changed.then_some(())
    })?;
    Some(Twin { case: twin, mapping: TraceMapping::Same })
}

fn join_templates(state: &mut Object) -> bool {
    let mut changed = false;
    for field in TEMPLATES {
        let Some(template) = state.get_mut(*field) else { continue };
        let is_template = template.is_object() || template.is_array();
        if let Some(code) = joined(template).filter(|_| is_template && template.to_string().contains("{%")) {
            *template = format!("{{% {code} %}}").into();
            changed = true;
        }
    }
    changed
}

/// A template as an expression; `None` where a text could end the expression.
fn joined(template: &Value) -> Option<String> {
    match template {
        Value::Object(members) => {
            let member =
                |(key, value): (&String, &Value)| Some(format!("{}: {}", quoted(key), joined(value)?));
            let members: Option<Vec<String>> = members.iter().map(member).collect();
            Some(format!("{{{}}}", members?.join(", ")))
        }
        Value::Array(items) => items.iter().try_fold("[]".to_owned(), |list, item| {
            // An array constructor would take the items of an item that is an array.
            let item = joined(item)?;
            Some(format!("$append({list}, ($item := {item}; $type($item) = 'array' ? [[$item]] : [$item]))"))
        }),
        Value::String(text) => match text.strip_prefix("{%") {
            Some(rest) => Some(format!("({})", rest.strip_suffix("%}")?)),
            None => (!text.contains("%}")).then(|| quoted(text)),
        },
        other => Some(other.to_string()),
    }
}
