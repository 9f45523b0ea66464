//! Twenty planted bugs, each with the number of states of the smallest machine that shows it.
//!
//! A bug is an engine that takes one definition for another, or that garbles what came of it.

use asl_cases::{Case, Observation, Outcome, scopes::for_each_state_mut};
use asl_reference::reference::{self, Settings};
use serde_json::{Map, Value, json};

/// A planted bug.
pub(crate) struct Bug {
    pub(crate) name: &'static str,
    pub(crate) area: &'static str,
    /// The states of the smallest machine that shows it.
    pub(crate) states: usize,
    pub(crate) distort: fn(&Case, Observation) -> Observation,
}

const fn bug(
    name: &'static str,
    area: &'static str,
    states: usize,
    distort: fn(&Case, Observation) -> Observation,
) -> Bug {
    Bug { name, area, states, distort }
}

pub(crate) const BUGS: &[Bug] = &[
    bug("ResultPath is ignored", "data-flow", 1, |case, truth| without_field(case, truth, "ResultPath")),
    bug("InputPath is ignored", "data-flow", 1, |case, truth| without_field(case, truth, "InputPath")),
    bug("OutputPath is ignored", "data-flow", 1, |case, truth| without_field(case, truth, "OutputPath")),
    bug("ResultSelector is ignored", "task", 1, |case, truth| without_field(case, truth, "ResultSelector")),
    bug("Catch is ignored", "catch", 2, |case, truth| without_field(case, truth, "Catch")),
    bug("Retry is ignored", "retry", 1, |case, truth| without_field(case, truth, "Retry")),
    bug("Parameters of a Pass are ignored", "pass", 1, |case, truth| {
        without_field(case, truth, "Parameters")
    }),
    bug("ItemSelector is ignored", "map", 2, |case, truth| without_field(case, truth, "ItemSelector")),
    bug("Result of a Pass is ignored", "pass", 1, |case, truth| without_field(case, truth, "Result")),
    bug("Not is true", "choice", 2, |case, truth| {
        with_rules(case, truth, |rule| rule.contains_key("Not").then(|| always(rule)))
    }),
    bug("Or takes the first part only", "choice", 2, |case, truth| {
        with_rules(case, truth, |rule| {
            let first = rule.get("Or")?.get(0)?.clone();
            Some(json_object(&first, rule))
        })
    }),
    bug("And takes the last part only", "choice", 2, |case, truth| {
        with_rules(case, truth, |rule| {
            let last = rule.get("And")?.as_array()?.last()?.clone();
            Some(json_object(&last, rule))
        })
    }),
    bug("NumericLessThan is inclusive", "choice", 2, |case, truth| {
        renamed_operator(case, truth, "NumericLessThan", "NumericLessThanEquals")
    }),
    bug("IsPresent is always false", "choice", 2, |case, truth| {
        with_rules(case, truth, |rule| {
            rule.get("IsPresent").filter(|wanted| **wanted == true).map(|_| never(rule))
        })
    }),
    bug("Default is the first rule's way", "choice", 2, |case, truth| {
        distorted(case, truth, |state| {
            let first = state.get("Choices")?.get(0)?.get("Next")?.clone();
            state.insert("Default".to_owned(), first);
            Some(())
        })
    }),
    bug("fields named gone are lost", "pass", 1, lost_numbers),
    bug("States.Array gives null", "intrinsics", 1, |case, truth| {
        replaced_call(case, truth, "States.Array(", "States.JsonToString(")
    }),
    bug("States.ArrayLength is of another", "intrinsics", 1, |case, truth| {
        replaced_call(case, truth, "States.ArrayLength(", "States.JsonToString(")
    }),
    bug("States.UUID is a call of another", "intrinsics", 1, |case, truth| {
        replaced_call(case, truth, "States.Base64Encode(", "States.JsonToString(")
    }),
    bug("Parallel forgets its last branch", "parallel", 2, |case, truth| {
        distorted(case, truth, |state| {
            let branches = state.get_mut("Branches")?.as_array_mut()?;
            (branches.len() > 1).then(|| branches.pop()).map(|_| ())
        })
    }),
];

/// How many states a machine has, at any depth; bare ends that a Choice or Catch needs do not count.
pub(crate) fn n_states(case: &Case) -> usize {
    fn count(value: &Value) -> usize {
        let own = value
            .get("States")
            .and_then(Value::as_object)
            .map_or(0, |states| states.values().filter(|state| state["Type"] != "Succeed").count());
        let inner = match value {
            Value::Object(members) => members.values().map(count).sum(),
            Value::Array(items) => items.iter().map(count).sum(),
            _ => 0,
        };
        own + inner
    }
    count(&case.main().definition)
}

/// Takes every member named `gone` out of every document.
pub(crate) fn swallow_field(_: &Case, mut truth: Observation) -> Observation {
    fn swallow(value: &mut Value) {
        if let Value::Object(members) = value {
            members.shift_remove("gone");
            members.values_mut().for_each(swallow);
        }
    }
    everywhere(&mut truth, swallow);
    truth
}

fn lost_numbers(_: &Case, mut truth: Observation) -> Observation {
    fn lose(value: &mut Value) {
        match value {
            Value::Object(members) => members.values_mut().for_each(lose),
            Value::Array(items) => items.iter_mut().for_each(lose),
            Value::Number(number) if number.as_i64() == Some(0) => *value = Value::Null,
            _ => {}
        }
    }
    everywhere(&mut truth, lose);
    truth
}

/// Changes the output, and what states put out.
fn everywhere(observation: &mut Observation, change: fn(&mut Value)) {
    if let Outcome::Succeeded(output) = &mut observation.outcome {
        change(output);
    }
    for event in observation.trace.iter_mut().flat_map(|trace| &mut trace.0) {
        event.details.get_mut("output").into_iter().for_each(change);
    }
}

fn without_field(case: &Case, truth: Observation, field: &'static str) -> Observation {
    distorted(case, truth, |state| state.shift_remove(field).map(|_| ()))
}

fn with_rules(
    case: &Case,
    truth: Observation,
    change: impl Fn(&Map<String, Value>) -> Option<Value>,
) -> Observation {
    distorted(case, truth, |state| {
        let rules = state.get_mut("Choices")?.as_array_mut()?;
        let mut is_changed = false;
        for rule in rules {
            if let Some(changed) = rule.as_object().and_then(&change) {
                *rule = changed;
                is_changed = true;
            }
        }
        is_changed.then_some(())
    })
}

fn renamed_operator(case: &Case, truth: Observation, from: &'static str, to: &'static str) -> Observation {
    with_rules(case, truth, |rule| {
        let operand = rule.get(from)?.clone();
        let mut renamed = rule.clone();
        renamed.shift_remove(from);
        renamed.insert(to.to_owned(), operand);
        Some(renamed.into())
    })
}

fn replaced_call(case: &Case, truth: Observation, from: &str, to: &str) -> Observation {
    let text = case.main().definition.to_string();
    if !text.contains(from) {
        return truth;
    }
    let definition = serde_json::from_str(&text.replace(from, to)).expect("still JSON");
    observed(case, definition).unwrap_or(truth)
}

/// A rule that always holds, in the place of this one.
fn always(rule: &Map<String, Value>) -> Value {
    json!({"Variable": "$", "IsPresent": true, "Next": rule["Next"]})
}

fn never(rule: &Map<String, Value>) -> Value {
    json!({"Variable": "$", "IsPresent": false, "Next": rule["Next"]})
}

/// The part of a rule as a whole one.
fn json_object(part: &Value, rule: &Map<String, Value>) -> Value {
    let mut whole = part.clone();
    whole["Next"] = rule["Next"].clone();
    whole
}

/// What comes of the case when every state is changed like this.
fn distorted(
    case: &Case,
    truth: Observation,
    change: impl Fn(&mut Map<String, Value>) -> Option<()>,
) -> Observation {
    let mut definition = case.main().definition.clone();
    let mut is_changed = false;
    for_each_state_mut(&mut definition, &mut |state| is_changed |= change(state).is_some());
    if !is_changed {
        return truth;
    }
    observed(case, definition).unwrap_or(truth)
}

fn observed(case: &Case, definition: Value) -> Option<Observation> {
    let mut confused = case.clone();
    confused.machines[0].definition = definition;
    let observed = reference::observe(&confused, Settings::default()).ok()?;
    // An engine does not look at reachability when it takes a part of a definition for nothing.
    observed.outcome.is_accepted().then_some(Observation { permits: Vec::new(), ..observed })
}
