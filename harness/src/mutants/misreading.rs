//! How an engine takes a definition for another: a rewriting of the definition before the reference runs it, as data.

use asl_cases::scopes::for_each_state_mut;
use serde_json::{Map, Value};

type Object = Map<String, Value>;

/// A definition read wrongly.
#[derive(Clone, Copy, Debug)]
pub(super) enum Misreading {
    /// A field of states of these types, of all types if there is none, is not read.
    FieldIgnored(&'static [&'static str], &'static str),
    /// A field of the machine is not read.
    MachineFieldIgnored(&'static str),
    /// A field of states that is null is taken for absent.
    NullIsAbsent(&'static str),
    /// A field of the entries of `Retry`, `Catch` or `Choices` is not read.
    PartFieldIgnored(&'static str, &'static str),
    /// A field of the entries of a list has another default.
    PartDefault(&'static str, &'static str, u64),
    /// Any other misreading of the entries of a list.
    Part(&'static str, fn(&mut Object)),
    /// One operator of rules is taken for another.
    Operator {
        /// What stands there.
        from: &'static str,
        /// What is read.
        to: &'static str,
    },
    /// Any other misreading of rules, inner ones too.
    Rule(fn(&mut Object)),
    /// Any other misreading of states.
    State(fn(&mut Object)),
    /// A text in place of another, anywhere.
    Text(&'static str, &'static str),
}

impl Misreading {
    /// What the engine reads; `None` if it reads the definition as it is.
    pub(super) fn of(self, definition: &Value) -> Option<Value> {
        if let Self::Text(from, to) = self {
            return replaced(definition, from, to);
        }
        let mut read = definition.clone();
        if let (Self::MachineFieldIgnored(field), Value::Object(machine)) = (self, &mut read) {
            machine.shift_remove(field);
        } else if definition.get("States").is_some() {
            for_each_state_mut(&mut read, &mut |state| self.misread(state));
        } else if let Value::Object(state) = &mut read {
            // The definition of a test is that of one state.
            self.misread(state);
        }
        (read != *definition).then_some(read)
    }

    fn misread(self, state: &mut Object) {
        match self {
            Self::FieldIgnored(types, field) => {
                let state_type = state.get("Type").and_then(Value::as_str).unwrap_or_default();
                if types.is_empty() || types.contains(&state_type) {
                    state.shift_remove(field);
                }
            }
            Self::NullIsAbsent(field) => {
                if state.get(field) == Some(&Value::Null) {
                    state.shift_remove(field);
                }
            }
            Self::PartFieldIgnored(list, field) => for_parts(state, list, |part| {
                part.shift_remove(field);
            }),
            Self::PartDefault(list, field, default) => for_parts(state, list, |part| {
                part.entry(field).or_insert(default.into());
            }),
            Self::Part(list, misread) => for_parts(state, list, misread),
            Self::Operator { from, to } => for_rules(state, &mut |rule| {
                if let Some(operand) = rule.shift_remove(from) {
                    rule.insert(to.to_owned(), operand);
                }
            }),
            Self::Rule(misread) => for_rules(state, &mut |rule| misread(rule)),
            Self::State(misread) => misread(state),
            Self::MachineFieldIgnored(_) | Self::Text(..) => {}
        }
    }
}

fn replaced(definition: &Value, from: &str, to: &str) -> Option<Value> {
    let text = definition.to_string();
    if !text.contains(from) {
        return None;
    }
    serde_json::from_str(&text.replace(from, to)).ok()
}

fn for_parts(state: &mut Object, list: &str, misread: impl FnMut(&mut Object)) {
    let parts = state.get_mut(list).and_then(Value::as_array_mut).into_iter().flatten();
    parts.filter_map(Value::as_object_mut).for_each(misread);
}

/// Calls for every rule, inner ones first.
fn for_rules(state: &mut Object, misread: &mut dyn FnMut(&mut Object)) {
    for_parts(state, "Choices", |rule| for_rule(rule, misread));
}

fn for_rule(rule: &mut Object, misread: &mut dyn FnMut(&mut Object)) {
    for combinator in ["And", "Or"] {
        let parts = rule.get_mut(combinator).and_then(Value::as_array_mut).into_iter().flatten();
        parts.filter_map(Value::as_object_mut).for_each(|part| for_rule(part, misread));
    }
    if let Some(Value::Object(inner)) = rule.get_mut("Not") {
        for_rule(inner, misread);
    }
    misread(rule);
}
