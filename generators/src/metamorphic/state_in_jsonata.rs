//! A whole state in JSONata: what its fields read from the data, expressions read.

use asl_cases::Case;
use serde_json::{Value, json};

use super::{
    Domain, Object, Relation, TraceMapping, Twin, fresh_name,
    jsonata_paths::{Steps, definite, in_template},
    jsonata_rules::condition_in_jsonata,
    pick_state,
    same_in_jsonata::reads_the_same,
    speaks_jsonata, starts_machines, states_mut,
};
use crate::{
    draw::Draw,
    shrink::{state_mut, with_definition},
};

const STATEMENT: &str =
    "Documented: every field that a path or template reads has a form in JSONata, which reads the same.";

/// One relation for each type of state, so that none is starved.
macro_rules! relation {
    ($name:ident, $id:literal, $kind:literal) => {
        pub(super) const $name: Relation = Relation {
            id: $id,
            statement: STATEMENT,
            domain: Domain::OwnEnd,
            rewrite: |case, draw| rewrite(case, draw, $kind),
        };
    };
}

relation!(CHOICE, "choice-in-jsonata", "Choice");
relation!(FAIL, "fail-in-jsonata", "Fail");
relation!(MAP, "map-in-jsonata", "Map");
relation!(PARALLEL, "parallel-in-jsonata", "Parallel");
relation!(PASS, "pass-in-jsonata", "Pass");
relation!(SUCCEED, "succeed-in-jsonata", "Succeed");
relation!(TASK, "task-in-jsonata", "Task");
relation!(WAIT, "wait-in-jsonata", "Wait");

/// What is written the same way in both languages.
const COMMON: &[&str] = &[
    "Type",
    "Comment",
    "Next",
    "End",
    "Default",
    "Resource",
    "Retry",
    "TimeoutSeconds",
    "HeartbeatSeconds",
    "Branches",
    "ItemProcessor",
    "Iterator",
    "MaxConcurrency",
];

/// What becomes part of another field.
const READ: &[&str] =
    &["InputPath", "OutputPath", "ResultPath", "ResultSelector", "Parameters", "ItemSelector", "Result"];

fn rewrite(case: &Case, draw: &mut Draw, kind: &str) -> Option<Twin> {
    if speaks_jsonata(case) || starts_machines(case) || !reads_the_same(case) {
        return None;
    }
    let is_told = |state: &Object| {
        state.get("Type").is_some_and(|of| of == kind)
            && !state.contains_key("QueryLanguage")
            && told(state).is_some()
    };
    let (scope, name) = pick_state(case, draw, is_told)?;
    let fresh = fresh_name(case, "Joined");
    let twin = with_definition(case, |definition| {
        let state = state_mut(definition, &scope, &name)?;
        let Told { state: mut other, join } = told(state)?;
        if let Some(output) = join {
            let mut pass = json!({"Type": "Pass", "QueryLanguage": "JSONata", "Output": output});
            for field in ["Next", "End"] {
                if let Some(way_on) = other.shift_remove(field) {
                    pass[field] = way_on;
                }
            }
            other.insert("Next".to_owned(), fresh.clone().into());
            *state = other;
            states_mut(definition, &scope)?.insert(fresh.clone(), pass);
        } else {
            *state = other;
        }
        Some(())
    })?;
    Some(Twin { case: twin, mapping: TraceMapping::Untold })
}

/// A state in JSONata, and what a Pass behind it makes of the raw input and the result.
struct Told {
    state: Object,
    join: Option<String>,
}

fn told(state: &Object) -> Option<Told> {
    let effective = selected(state.get("InputPath"), "$states.input")?;
    let mut other = Object::new();
    other.insert("QueryLanguage".to_owned(), "JSONata".into());
    for (field, value) in state {
        let field = field.as_str();
        if COMMON.contains(&field) {
            if holds_mark(value) && !matches!(field, "Branches" | "ItemProcessor" | "Iterator" | "Comment") {
                return None;
            }
            other.insert(field.to_owned(), value.clone());
        } else if !READ.contains(&field) {
            other.extend(told_field(state, field, value, &effective)?);
        }
    }
    match state.get("Type")?.as_str()? {
        "Fail" => return Some(Told { state: other, join: None }),
        "Choice" | "Wait" | "Succeed" => {
            let output = expression(&selected(state.get("OutputPath"), &effective)?);
            for rule in other.get_mut("Choices").and_then(Value::as_array_mut).into_iter().flatten() {
                rule["Output"] = output.clone();
            }
            other.insert("Output".to_owned(), output);
            return Some(Told { state: other, join: None });
        }
        "Pass" => {
            let result = match (state.get("Result"), state.get("Parameters")) {
                (Some(result), None) if !holds_mark(result) => result.clone(),
                (None, Some(template)) => in_jsonata(template, &effective)?,
                (None, None) => expression(&effective),
                _ => return None,
            };
            other.insert("Output".to_owned(), json!({"raw": "{% $states.input %}", "result": result}));
        }
        kind => {
            if kind == "Map" {
                insert_items(state, &mut other, &effective)?;
            } else if let Some(template) = state.get("Parameters") {
                other.insert("Arguments".to_owned(), in_jsonata(template, &effective)?);
            } else if state.contains_key("InputPath") || kind == "Task" {
                other.insert("Arguments".to_owned(), expression(&effective));
            }
            let result = match state.get("ResultSelector") {
                Some(template) => in_jsonata(template, "$states.result")?,
                None => "{% $states.result %}".into(),
            };
            other.insert("Output".to_owned(), json!({"raw": "{% $states.input %}", "result": result}));
            // Where a result cannot be put, AWS fails with a name of its own, which a catcher could see.
            if state.contains_key("Catch")
                && state.get("ResultPath").is_some_and(|path| !path.is_null() && path != "$")
            {
                return None;
            }
        }
    }
    let joined = placed(state.get("ResultPath"), "$states.input.raw", "$states.input.result")?;
    let join = match state.get("OutputPath") {
        None => joined,
        Some(path) => format!("($joined := {joined}; {})", selected(Some(path), "$joined")?),
    };
    Some(Told { state: other, join: Some(format!("{{% {join} %}}")) })
}

fn insert_items(state: &Object, other: &mut Object, effective: &str) -> Option<()> {
    let processor = state.get("ItemProcessor").or_else(|| state.get("Iterator"))?;
    if processor.pointer("/ProcessorConfig/Mode").is_some_and(|mode| mode == "DISTRIBUTED") {
        return None;
    }
    let items = state.get("ItemsPath").map_or(Some("$"), Value::as_str)?;
    other.insert("Items".to_owned(), expression(&definite(items, effective)?));
    other.shift_remove("ItemsPath");
    if let Some(iterator) = other.shift_remove("Iterator") {
        other.insert("ItemProcessor".to_owned(), iterator);
    }
    if let Some(template) = state.get("ItemSelector").or_else(|| state.get("Parameters")) {
        other.insert("ItemSelector".to_owned(), in_jsonata(template, effective)?);
    }
    Some(())
}

/// What one more field says in JSONata; `None` where nobody can tell.
fn told_field(state: &Object, field: &str, value: &Value, effective: &str) -> Option<Vec<(String, Value)>> {
    let kind = state.get("Type")?.as_str()?;
    let told = match field {
        // Not MaxConcurrencyPath: recorded to take a text of digits, which no expression may give there.
        "SecondsPath"
        | "TimestampPath"
        | "TimeoutSecondsPath"
        | "HeartbeatSecondsPath"
        | "ErrorPath"
        | "CausePath" => {
            let name = field.strip_suffix("Path").expect("each of them ends so");
            (name.to_owned(), expression(&definite(value.as_str()?, effective)?))
        }
        "ItemsPath" if kind == "Map" => (field.to_owned(), value.clone()),
        "Seconds" | "Timestamp" | "Error" | "Cause" if !holds_mark(value) => {
            (field.to_owned(), value.clone())
        }
        "Choices" => {
            let rules: Option<Vec<Value>> =
                value.as_array()?.iter().map(|rule| told_rule(rule, effective)).collect();
            (field.to_owned(), rules?.into())
        }
        "Catch" => {
            let catchers: Option<Vec<Value>> = value.as_array()?.iter().map(told_catcher).collect();
            (field.to_owned(), catchers?.into())
        }
        "Assign" => {
            let document = match kind {
                "Choice" | "Wait" => effective,
                // Documented: Assign reads the result. Whether the one before ResultSelector is not recorded.
                "Task" | "Parallel" | "Map" if !state.contains_key("ResultSelector") => "$states.result",
                _ => return None,
            };
            (field.to_owned(), in_jsonata(value, document)?)
        }
        _ => return None,
    };
    Some(vec![told])
}

fn told_rule(rule: &Value, effective: &str) -> Option<Value> {
    let rule = rule.as_object()?;
    let mut other =
        json!({"Condition": expression(&condition_in_jsonata(rule, effective)?), "Next": rule.get("Next")?});
    if let Some(assign) = rule.get("Assign") {
        other["Assign"] = in_jsonata(assign, effective)?;
    }
    Some(other)
}

fn told_catcher(catcher: &Value) -> Option<Value> {
    let catcher = catcher.as_object()?;
    let output = placed(catcher.get("ResultPath"), "$states.input", "$states.errorOutput")?;
    let mut other = json!({
        "ErrorEquals": catcher.get("ErrorEquals")?, "Next": catcher.get("Next")?, "Output": expression(&output)
    });
    if let Some(assign) = catcher.get("Assign") {
        other["Assign"] = in_jsonata(assign, "$states.errorOutput")?;
    }
    Some(other)
}

/// A template in JSONata; `None` where it holds what nobody can tell there.
fn in_jsonata(template: &Value, document: &str) -> Option<Value> {
    match template {
        Value::Object(members) => {
            let member = |(key, value): (&String, &Value)| match key.strip_suffix(".$") {
                Some(name) => Some((name.to_owned(), expression(&in_template(value.as_str()?, document)?))),
                None => Some((key.clone(), in_jsonata(value, document)?)),
            };
            members.iter().map(member).collect::<Option<Object>>().map(Value::Object)
        }
        Value::Array(items) => {
            items.iter().map(|item| in_jsonata(item, document)).collect::<Option<Vec<_>>>().map(Value::Array)
        }
        other => (!holds_mark(other)).then(|| other.clone()),
    }
}

/// What `InputPath` or `OutputPath` selects.
fn selected(path: Option<&Value>, document: &str) -> Option<String> {
    match path {
        None => Some(document.to_owned()),
        Some(Value::Null) => Some("{}".to_owned()),
        Some(Value::String(path)) => definite(path, document),
        Some(_) => None,
    }
}

/// What `ResultPath` makes of the raw input and a result.
fn placed(path: Option<&Value>, raw: &str, result: &str) -> Option<String> {
    let path = match path {
        None => return Some(result.to_owned()),
        Some(Value::Null) => return Some(raw.to_owned()),
        Some(path) => path.as_str()?,
    };
    let steps = Steps::of(path)?;
    match steps.names()?.as_slice() {
        [] => Some(result.to_owned()),
        [name] => Some(format!("$merge([{raw}, {{\"{name}\": {result}}}])")),
        [outer, name] => {
            let inner = format!("{raw}.`{outer}`");
            Some(format!(
                "$merge([{raw}, {{\"{outer}\": $merge([$exists({inner}) ? {inner} : {{}}, {{\"{name}\": {result}}}])}}])"
            ))
        }
        _ => None,
    }
}

fn expression(code: &str) -> Value {
    format!("{{% {code} %}}").into()
}

fn holds_mark(value: &Value) -> bool {
    value.to_string().contains("{%")
}
