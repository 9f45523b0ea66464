//! The states of a definition by name, at any depth, and what is around each.

use std::collections::{BTreeMap, BTreeSet};

use asl_cases::{JSONATA, scopes::inner_scopes};
use serde_json::{Map, Value};

use super::constructs;

type Object = Map<String, Value>;

/// The states of one definition. State names are unique in a whole machine; of a definition that breaks this rule, the
/// outermost or first state of a name is taken, so that no state is inside of itself.
pub(in crate::judge) struct States<'a> {
    by_name: BTreeMap<&'a str, State<'a>>,
    /// The query language of the machine, if it names one.
    language: Option<&'a Value>,
}

struct State<'a> {
    fields: &'a Object,
    /// The Parallel or Map around it.
    owner: Option<&'a str>,
    /// Whether the scope that it is in begins with it.
    is_first: bool,
}

impl<'a> States<'a> {
    pub(in crate::judge) fn of(definition: &'a Value) -> Self {
        let mut states = Self { by_name: BTreeMap::new(), language: definition.get("QueryLanguage") };
        states.add_scope(definition, None);
        states
    }

    fn add_scope(&mut self, scope: &'a Value, owner: Option<&'a str>) {
        let first = scope.get("StartAt").and_then(Value::as_str);
        for (name, fields) in scope.get("States").and_then(Value::as_object).into_iter().flatten() {
            let Some(fields) = fields.as_object() else { continue };
            let is_first = first == Some(name);
            self.by_name.entry(name).or_insert(State { fields, owner, is_first });
            inner_scopes(fields).for_each(|inner| self.add_scope(inner, Some(name)));
        }
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &'a str> {
        self.by_name.keys().copied()
    }

    /// The type of a state, or a word for what is no state of the definition.
    pub(in crate::judge) fn kind(&self, name: &str) -> &'a str {
        self.fields(name).and_then(|fields| fields.get("Type")?.as_str()).unwrap_or("execution")
    }

    pub(in crate::judge) fn fields(&self, name: &str) -> Option<&'a Object> {
        self.by_name.get(name).map(|state| state.fields)
    }

    /// Whether a state is written in JSONata.
    pub(in crate::judge) fn is_in_jsonata(&self, name: &str) -> bool {
        let of_state = self.fields(name).and_then(|fields| fields.get("QueryLanguage"));
        of_state.or(self.language).is_some_and(|language| language == JSONATA)
    }

    /// The Parallel or Map that gives this state its input.
    pub(super) fn giver(&self, name: &str) -> Option<&'a str> {
        self.by_name.get(name).filter(|state| state.is_first)?.owner
    }

    /// The states directly or deeply inside of a Parallel or Map.
    pub(super) fn inside(&self, composite: &str) -> BTreeSet<&'a str> {
        self.names().filter(|name| self.owners(name).any(|owner| owner == composite)).collect()
    }

    /// Whether there is no Parallel or Map with anything inside.
    pub(super) fn is_flat(&self) -> bool {
        self.by_name.values().all(|state| state.owner.is_none())
    }

    /// The state types and constructs of the whole definition.
    pub(super) fn constructs(&self) -> BTreeSet<String> {
        let all: BTreeSet<_> = self.names().flat_map(|name| self.constructs_of(name)).collect();
        if all.is_empty() { self.names().map(|name| self.kind(name).to_owned()).collect() } else { all }
    }

    /// The type and the constructs of a state; nothing of one that only hands on its input.
    pub(super) fn constructs_of(&self, name: &str) -> BTreeSet<String> {
        let mut found = constructs::of_state(self, name);
        let kind = self.kind(name);
        if found.is_empty() && matches!(kind, "Pass" | "Succeed") {
            return found;
        }
        let choice = self.fields(name).filter(|_| kind == "Choice");
        found.extend(choice.map(constructs::of_rules).unwrap_or_default());
        found.insert(kind.to_owned());
        found
    }

    /// Whether a catcher of the state leads there, and nothing else of it.
    pub(super) fn catches_to(&self, name: &str, next: &str) -> bool {
        let Some(fields) = self.fields(name) else { return false };
        let mut catchers = fields.get("Catch").and_then(Value::as_array).into_iter().flatten();
        fields.get("Next").is_none_or(|usual| usual != next)
            && catchers.any(|catcher| catcher.get("Next").is_some_and(|to| to == next))
    }

    /// Whether that holds for this state, or for a Parallel or Map around it.
    pub(super) fn is_caught_to(&self, name: &str, next: &str) -> bool {
        self.catches_to(name, next) || self.owners(name).any(|owner| self.catches_to(owner, next))
    }

    fn owners(&self, name: &str) -> impl Iterator<Item = &'a str> {
        std::iter::successors(self.owner(name), |owner| self.owner(owner))
    }

    /// The Parallel or Map in which a state is.
    pub(super) fn owner(&self, name: &str) -> Option<&'a str> {
        self.by_name.get(name)?.owner
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn state_with_the_name_of_the_map_around_it_is_not_around_itself() {
        let map = |inner| {
            json!({"StartAt": "A", "States": {
                "A": {"Type": "Map", "End": true, "ItemProcessor": inner}
            }})
        };
        let definition = map(map(json!({"StartAt": "B", "States": {"B": {"Type": "Pass", "End": true}}})));
        assert_eq!(States::of(&definition).inside("A"), BTreeSet::from(["B"]));
    }
}
