//! The context object (`$$`) of a state, built when somebody looks at it.

use std::{borrow::Cow, cell::OnceCell, sync::Arc};

use serde_json::{Map, Value};

use crate::{
    scope::Scope,
    seeded::{Site, seeded},
    sighting::{Onlooker, Sightings},
    timestamp,
};

/// The names and ARNs of one execution.
#[derive(Clone, Debug)]
pub struct Identity {
    /// `$$.Execution.Id`.
    pub execution_arn: Arc<str>,
    /// `$$.Execution.Name`.
    pub execution_name: Arc<str>,
    /// `$$.StateMachine.Id`.
    pub machine_arn: Arc<str>,
    /// `$$.StateMachine.Name`.
    pub machine_name: Arc<str>,
    /// `$$.Execution.RoleArn`.
    pub role_arn: Arc<str>,
    /// Whether `$$.Execution.RedriveCount` is there. Recorded: not in a synchronous Express execution.
    pub is_redrivable: bool,
}

/// Where a Map iteration stands.
#[derive(Debug)]
pub(crate) struct MapItem {
    pub(crate) index: usize,
    pub(crate) value: Arc<Value>,
    /// Where the item comes from. Recorded: only in distributed mode.
    pub(crate) source: Option<Arc<str>>,
}

/// Everything that the context object of one state shows.
/// Requirement: asl.data-flow.context, asl.retry.count-in-context, asl.map.item-context, asl.map.item-source
#[derive(Clone)]
pub(crate) struct ContextFacts {
    pub(crate) identity: Arc<Identity>,
    pub(crate) execution_input: Arc<Value>,
    pub(crate) started_ms: i64,
    /// How often the execution was redriven.
    pub(crate) redrive_count: u64,
    pub(crate) state_name: Arc<str>,
    pub(crate) entered_ms: i64,
    /// Present for Task and Map. Recorded: absent for Pass.
    pub(crate) retry_count: Option<u64>,
    pub(crate) item: Option<Arc<MapItem>>,
    /// Present while a task is asked that somebody answers later.
    pub(crate) task_token: Option<Arc<str>>,
    /// The workflow variables as they were when the state was entered. Not part of the object, but of every scope.
    pub(crate) variables: Arc<Map<String, Value>>,
    /// The whole object but for the item, where a test of the state gives it.
    pub(crate) given: Option<Arc<Value>>,
    /// The time. Not part of the object either.
    pub(crate) now_ms: i64,
    /// Where an onlooker's notes go, if the execution is watched.
    pub(crate) sightings: Option<Arc<Sightings>>,
}

/// The sections of the object and their members, in AWS's order of keys.
const SECTIONS: [(&str, &[&str]); 5] = [
    ("Execution", &["Id", "Input", "StartTime", "Name", "RoleArn", "RedriveCount"]),
    ("StateMachine", &["Id", "Name"]),
    ("State", &["Name", "EnteredTime", "RetryCount"]),
    ("Task", &["Token"]),
    ("Map", &["Item"]),
];

impl ContextFacts {
    /// The object. It holds a copy of the execution input: who wants one member asks [`ContextFacts::part`].
    fn to_json(&self) -> Value {
        let Some(given) = &self.given else { return self.own() };
        let mut context = Value::clone(given);
        if let Some(item) = &self.item {
            context["Map"] = Value::Object(Map::from_iter([("Item".to_owned(), item.to_json())]));
        }
        context
    }

    fn own(&self) -> Value {
        let section = |&(name, keys): &(&str, &[&str])| {
            let present = |key: &&str| Some(((*key).to_owned(), self.member(name, key)?.into_owned()));
            let members: Map<String, Value> = keys.iter().filter_map(present).collect();
            (!members.is_empty()).then(|| (name.to_owned(), Value::Object(members)))
        };
        SECTIONS.iter().filter_map(section).collect()
    }

    /// The member that the keys lead to, and how many of them it took.
    fn part(&self, keys: &mut dyn Iterator<Item = &str>) -> Option<(Cow<'_, Value>, usize)> {
        match (keys.next()?, keys.next()?) {
            ("Map", "Item") => match keys.next() {
                Some(key) => Some((self.item.as_ref()?.member(key)?, 3)),
                None => Some((self.member("Map", "Item")?, 2)),
            },
            _ if self.given.is_some() => None,
            (section, key) => Some((self.member(section, key)?, 2)),
        }
    }

    fn member(&self, section: &str, key: &str) -> Option<Cow<'_, Value>> {
        let text = |text: &str| Cow::Owned(Value::from(text));
        Some(match (section, key) {
            ("Execution", "Id") => text(&self.identity.execution_arn),
            ("Execution", "Input") => Cow::Borrowed(&*self.execution_input),
            ("Execution", "StartTime") => text(&timestamp::to_text(self.started_ms)),
            ("Execution", "Name") if seeded(Site::ContextNameIsArn) => text(&self.identity.execution_arn),
            ("Execution", "Name") => text(&self.identity.execution_name),
            ("Execution", "RoleArn") => text(&self.identity.role_arn),
            ("Execution", "RedriveCount") if self.identity.is_redrivable => {
                Cow::Owned(self.redrive_count.into())
            }
            ("StateMachine", "Id") => text(&self.identity.machine_arn),
            ("StateMachine", "Name") => text(&self.identity.machine_name),
            ("State", "Name") => text(&self.state_name),
            ("State", "EnteredTime") => text(&timestamp::to_text(self.entered_ms)),
            ("State", "RetryCount") => Cow::Owned(self.retry_count?.into()),
            ("Task", "Token") if seeded(Site::ContextWithoutToken) => return None,
            ("Task", "Token") => text(self.task_token.as_deref()?),
            ("Map", "Item") => Cow::Owned(self.item.as_ref()?.to_json()),
            _ => return None,
        })
    }
}

impl MapItem {
    fn to_json(&self) -> Value {
        let present = |key: &str| Some((key.to_owned(), self.member(key)?.into_owned()));
        ["Index", "Value", "Source"].into_iter().filter_map(present).collect()
    }

    fn member(&self, key: &str) -> Option<Cow<'_, Value>> {
        Some(match key {
            "Index" if seeded(Site::ContextIndexFromOne) => Cow::Owned((self.index + 1).into()),
            "Index" => Cow::Owned(self.index.into()),
            "Source" if self.source.is_none() && seeded(Site::ContextSourceInline) => {
                Cow::Owned("STATE_DATA".into())
            }
            "Value" => Cow::Borrowed(&*self.value),
            "Source" => Cow::Owned(self.source.as_deref()?.into()),
            _ => return None,
        })
    }
}

/// What `$`, `$$`, `$name` and `$states` mean in one field of one state.
pub(crate) struct StateScope<'a> {
    facts: &'a ContextFacts,
    input: &'a Value,
    context: OnceCell<Value>,
    result: Option<&'a Value>,
    error_output: Option<&'a Value>,
    field: &'a str,
}

impl<'a> StateScope<'a> {
    /// What they mean in this field, with the document that `$` is there.
    pub(crate) fn new(facts: &'a ContextFacts, field: &'a str, input: &'a Value) -> Self {
        Self { facts, input, context: OnceCell::new(), result: None, error_output: None, field }
    }

    /// The same with `$states.result`.
    pub(crate) fn with_result(self, result: &'a Value) -> Self {
        Self { result: Some(result), ..self }
    }

    /// The same with `$states.errorOutput`.
    pub(crate) fn with_error_output(self, error_output: &'a Value) -> Self {
        Self { error_output: Some(error_output), ..self }
    }
}

impl Scope for StateScope<'_> {
    fn input(&self) -> &Value {
        self.input
    }

    fn context(&self) -> &Value {
        self.context.get_or_init(|| self.facts.to_json())
    }

    fn context_part(&self, keys: &mut dyn Iterator<Item = &str>) -> Option<(Cow<'_, Value>, usize)> {
        self.facts.part(keys)
    }

    fn variable(&self, name: &str) -> Option<&Value> {
        self.facts.variables.get(name)
    }

    fn result(&self) -> Option<&Value> {
        self.result
    }

    fn error_output(&self) -> Option<&Value> {
        self.error_output
    }

    fn onlooker(&self) -> Option<Onlooker<'_>> {
        let sightings = self.facts.sightings.as_deref()?;
        Some(Onlooker { sightings, state: &self.facts.state_name, field: self.field })
    }

    fn now_ms(&self) -> i64 {
        self.facts.now_ms
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn facts() -> ContextFacts {
        let name = |text: &str| Arc::from(text);
        let identity = Identity {
            execution_arn: name("arn:e"),
            execution_name: name("e"),
            machine_arn: name("arn:m"),
            machine_name: name("m"),
            role_arn: name("arn:r"),
            is_redrivable: true,
        };
        let item = MapItem { index: 2, value: Arc::new(json!({"x": 1})), source: Some(name("STATE_DATA")) };
        ContextFacts {
            identity: Arc::new(identity),
            execution_input: Arc::new(json!({"a": [1]})),
            started_ms: 0,
            state_name: name("S"),
            entered_ms: 1,
            retry_count: Some(3),
            item: Some(Arc::new(item)),
            task_token: Some(name("token")),
            variables: Arc::default(),
            redrive_count: 1,
            given: None,
            now_ms: 2,
            sightings: None,
        }
    }

    #[test]
    fn part_is_what_the_whole_object_says() {
        let (facts, mut n_parts) = (facts(), 0);
        let whole = facts.to_json();
        for (section, keys) in SECTIONS {
            for key in keys {
                let (part, n_taken) =
                    facts.part(&mut [section, key, "Value"].into_iter()).expect("it is there");
                let depth_below =
                    if n_taken == 3 { &whole[section][key]["Value"] } else { &whole[section][key] };
                assert_eq!(&*part, depth_below, "{section}.{key}");
                n_parts += 1;
            }
        }
        assert_eq!(n_parts, 13);
        assert_eq!(whole["Map"], json!({"Item": {"Index": 2, "Value": {"x": 1}, "Source": "STATE_DATA"}}));
    }

    #[test]
    fn what_is_not_there_is_no_part() {
        let facts = ContextFacts { item: None, retry_count: None, ..facts() };
        for keys in [["Map", "Item", "Value"], ["State", "RetryCount", ""], ["Execution", "Else", ""]] {
            assert_eq!(facts.part(&mut keys.into_iter()), None, "{keys:?}");
        }
        assert_eq!(facts.to_json().get("Map"), None);
    }
}
