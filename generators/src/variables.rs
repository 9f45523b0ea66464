//! Workflow variables: which ones can be read where a definition grows, and Assign in both query languages.
//!
//! A level of scopes has names of its own. So an inner scope never assigns what an outer one does, which AWS refuses,
//! and two siblings give the same name to different things.

use serde_json::{Map, Value};

use crate::{
    builder::{Builder, Env, Language},
    jsonata::Sight,
    shape::Shape,
};

/// Variables with what is known of them.
pub(crate) type Assigned = Vec<(String, Shape)>;

/// Names by level; the last of each is that of a JSONata function that no generated expression calls.
const NAMES: &[&[&str]] = &[
    &["total", "orderRef", "customerName", "attempts", "snapshot", "grossTotal", "shuffle"],
    &["item", "partial", "note", "step1", "formatBase"],
    &["leaf", "inner_value", "flagged", "decodeUrl"],
    &["deep", "lowest"],
];

impl Builder {
    /// One of the visible variables.
    pub(crate) fn any_variable(&mut self) -> Option<(String, Shape)> {
        let count = self.variables.iter().map(Vec::len).sum();
        let chosen = if count == 0 { return None } else { self.draw.below(count) };
        self.variables.iter().flatten().nth(chosen).cloned()
    }

    /// From here on these variables hold these values.
    pub(crate) fn declare(&mut self, assigned: Assigned) {
        let Some(level) = self.variables.last_mut() else { return };
        for (name, shape) in assigned {
            match level.iter_mut().find(|(known, _)| *known == name) {
                Some((_, slot)) => *slot = shape,
                None => level.push((name, shape)),
            }
        }
    }

    /// The variables of the innermost scope, to come back to.
    pub(crate) fn remembered(&self) -> Assigned {
        self.variables.last().cloned().unwrap_or_default()
    }

    /// After a way that not every execution takes: what was known before, as far as it still holds.
    pub(crate) fn come_back_to(&mut self, mut before: Assigned) {
        let Some(level) = self.variables.last_mut() else { return };
        for (name, shape) in &mut before {
            if let Some((_, now)) = level.iter().find(|(known, _)| known == name) {
                *shape = shape.common(now);
            }
        }
        *level = before;
    }

    /// Whether this state, rule or catcher is to assign something.
    fn assigns(&mut self, percent: usize) -> bool {
        self.swarm.variables > 0 && self.draw.chance(percent)
    }

    /// Perhaps adds Assign in JSONPath; what it assigns. `$` is the root of the surroundings.
    pub(crate) fn assign_by_path(&mut self, object: &mut Map<String, Value>, env: &Env<'_>) -> Assigned {
        let percent = self.swarm.variables;
        if self.assigns(percent) { self.insert_assign(object, env) } else { Assigned::new() }
    }

    /// Adds Assign in JSONPath.
    pub(crate) fn insert_assign(&mut self, object: &mut Map<String, Value>, env: &Env<'_>) -> Assigned {
        let (mut template, mut assigned) = (Map::new(), Assigned::new());
        for name in self.names_to_assign() {
            let mut shape = Shape::empty_object();
            self.template_member(env, name, 0, &mut template, &mut shape);
            assigned.extend(shape.member(name).map(|shape| (name.to_owned(), shape.clone())));
        }
        object.insert("Assign".to_owned(), Value::Object(template));
        assigned
    }

    /// Perhaps adds Assign in JSONata; what it assigns.
    pub(crate) fn assign_by_jsonata(
        &mut self,
        object: &mut Map<String, Value>,
        sight: &Sight<'_>,
    ) -> Assigned {
        let percent = self.swarm.variables;
        if self.assigns(percent) { self.insert_jsonata_assign(object, sight) } else { Assigned::new() }
    }

    /// Adds Assign in JSONata.
    pub(crate) fn insert_jsonata_assign(
        &mut self,
        object: &mut Map<String, Value>,
        sight: &Sight<'_>,
    ) -> Assigned {
        let (mut template, mut assigned) = (Map::new(), Assigned::new());
        for name in self.names_to_assign() {
            let (value, shape) = self.jsonata_value(sight, 1);
            template.insert(name.to_owned(), value);
            assigned.push((name.to_owned(), shape));
        }
        object.insert("Assign".to_owned(), Value::Object(template));
        assigned
    }

    /// Assign in the language of the state that is built, of a state without a result of its own.
    pub(crate) fn assign(
        &mut self,
        object: &mut Map<String, Value>,
        env: &Env<'_>,
        sight: &Sight<'_>,
    ) -> Assigned {
        match self.language {
            Language::JsonPath => self.assign_by_path(object, env),
            Language::Jsonata => self.assign_by_jsonata(object, sight),
        }
    }

    fn names_to_assign(&mut self) -> Vec<&'static str> {
        let level = self.variables.len().saturating_sub(1).min(NAMES.len() - 1);
        let count = self.draw.weighted(&[(60, 1), (30, 2), (10, 3)]);
        let mut names: Vec<&str> = Vec::new();
        for _ in 0..count {
            let name = self.draw.pick(NAMES[level]);
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names
    }
}
