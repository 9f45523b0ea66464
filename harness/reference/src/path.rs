//! Paths as AWS writes them: a root (`$`, `$$` or `$name`) and a `JSONPath` in what it refers to.
//!
//! A [`ReferencePath`] leads to a single node and can therefore also say where to put a value, as `ResultPath` does.

use std::{borrow::Cow, sync::Arc};

use serde_json::{Map, Value};
use thiserror::Error;

use crate::java::json_text;
use crate::jsonpath::{Cursor, JsonPath, PathMiss, PathSyntaxError, SingleStep};
use crate::scope::Scope;
use crate::seeded::{Site, seeded};
use crate::sighting::{Onlooker, PathRoot, Sighting};

/// What the first characters of a path refer to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Root {
    /// `$`: the input of the field.
    Input,
    /// `$$`: the context object.
    Context,
    /// `$name`: a workflow variable.
    Variable(String),
}

/// A compiled path with its root.
#[derive(Debug, Clone)]
pub struct Path {
    text: String,
    root: Root,
    steps: JsonPath,
}

impl Path {
    /// Compiles `$`, `$.x`, `$$`, `$$.x`, `$name` or `$name.x[0]`.
    pub fn parse(text: &str) -> Result<Self, PathSyntaxError> {
        let mut cursor = Cursor::new(text);
        if !cursor.skip_if('$') {
            return Err(PathSyntaxError::at(&cursor, "a path begins with `$`"));
        }
        let root = parse_root(&mut cursor);
        let steps = JsonPath::parse_after_root(cursor.rest())?;
        Ok(Self { text: text.to_owned(), root, steps })
    }

    /// The path as it was written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What the path starts from.
    pub fn root(&self) -> &Root {
        &self.root
    }

    /// Whether the path is a Reference Path: keys and indices only, so that it names one node.
    pub fn is_reference(&self) -> bool {
        self.steps.is_single_node()
    }

    /// Whether a key after a dot has a character that is an operator elsewhere, and no backslash before it.
    pub fn has_operator_in_key(&self) -> bool {
        let mut quote = None;
        let mut before = None;
        let mut characters = self.text.chars();
        while let Some(character) = characters.next() {
            match character {
                '\\' => _ = characters.next(),
                '\'' | '"' if quote == Some(character) => quote = None,
                '\'' | '"' if quote.is_none() && before == Some('[') => quote = Some(character),
                '@' | ',' | ':' | '?' if quote.is_none() => return true,
                _ => {}
            }
            before = Some(character).filter(|character| *character != ' ').or(before);
        }
        false
    }

    /// Whether the path leads to at most one value. An indefinite path always gives an array.
    pub fn is_definite(&self) -> bool {
        self.steps.is_definite()
    }

    /// What the path leads to.
    pub fn evaluate<'s>(&self, scope: &'s dyn Scope) -> Result<Cow<'s, Value>, PathMiss> {
        let known = if self.root == Root::Context { self.evaluate_in_part(scope) } else { None };
        let found = known.unwrap_or_else(|| self.steps.evaluate(self.document(scope)?));
        if let Some(onlooker) = scope.onlooker() {
            self.show(onlooker, found.is_ok());
        }
        found
    }

    fn show(&self, onlooker: Onlooker<'_>, found: bool) {
        let root = match self.root {
            Root::Input => PathRoot::Input,
            Root::Context => PathRoot::Context,
            Root::Variable(_) => PathRoot::Variable,
        };
        let (state, field) = (Arc::clone(onlooker.state), onlooker.field.to_owned());
        onlooker.sightings.note(Sighting::Path { state, field, root, found });
    }

    /// The value, where the path leads to or through a part of the context object that is at hand.
    fn evaluate_in_part<'s>(&self, scope: &'s dyn Scope) -> Option<Result<Cow<'s, Value>, PathMiss>> {
        if !self.is_reference() {
            return None;
        }
        match scope.context_part(&mut self.steps.leading_keys())? {
            (Cow::Borrowed(part), n_taken) => Some(self.steps.descend(n_taken, part).map(Cow::Borrowed)),
            (whole, n_taken) => (n_taken == self.steps.n_steps()).then_some(Ok(whole)),
        }
    }

    /// The document that the path searches, which AWS prints when the path leads nowhere.
    pub fn document<'s>(&self, scope: &'s dyn Scope) -> Result<&'s Value, PathMiss> {
        match &self.root {
            Root::Input => Ok(scope.input()),
            Root::Context => Ok(scope.context()),
            Root::Variable(name) => {
                if seeded(Site::UnassignedIsNull) && scope.variable(name).is_none() {
                    return Ok(&Value::Null);
                }
                scope.variable(name).ok_or_else(|| PathMiss::UnassignedVariable { name: name.clone() })
            }
        }
    }

    /// The text of the document that the path searches; the input where there is no such document.
    pub(crate) fn document_text(&self, scope: &dyn Scope) -> String {
        json_text(self.document(scope).unwrap_or_else(|_| scope.input()))
    }
}

/// Whether the text is one of a path that starts from `$`, and neither from the context object nor from a variable.
pub(crate) fn begins_at_input(text: &str) -> bool {
    Path::parse(text).is_ok_and(|path| path.root == Root::Input)
}

fn parse_root(cursor: &mut Cursor<'_>) -> Root {
    if cursor.skip_if('$') {
        return Root::Context;
    }
    let is_name_start = cursor.peek().is_some_and(|character| character.is_alphabetic() || character == '_');
    if !is_name_start {
        return Root::Input;
    }
    Root::Variable(cursor.take_while(|character| character.is_alphanumeric() || character == '_').to_owned())
}

/// A path to a single node.
#[derive(Debug, Clone)]
pub struct ReferencePath {
    path: Path,
}

/// A Reference Path that does not fit the document. Observed: AWS fails with `States.ReferencePathConflict` and dumps
/// the whole document.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("Unable to apply step \"{step}\" to input {document}")]
pub struct ReferencePathConflict {
    step: String,
    document: String,
    is_known: bool,
}

impl ReferencePathConflict {
    /// Whether AWS is known to fail here. What it makes of a position that an array does not have, and of null on the
    /// way, is not known.
    pub fn is_known(&self) -> bool {
        self.is_known
    }
}

impl ReferencePath {
    /// Compiles a path and holds it to the rule for Reference Paths.
    pub fn parse(text: &str) -> Result<Self, PathSyntaxError> {
        let path = Path::parse(text)?;
        if !path.is_reference() {
            return Err(PathSyntaxError::at(
                &Cursor::new(text),
                "a reference path has only keys and indices",
            ));
        }
        Ok(Self { path })
    }

    /// The path as it was written.
    pub fn text(&self) -> &str {
        self.path.text()
    }

    /// What the path starts from.
    pub fn root(&self) -> &Root {
        self.path.root()
    }

    /// The same as a general path.
    pub fn as_path(&self) -> &Path {
        &self.path
    }

    /// What the path leads to.
    pub fn evaluate<'s>(&self, scope: &'s dyn Scope) -> Result<Cow<'s, Value>, PathMiss> {
        self.path.evaluate(scope)
    }

    /// What the path leads to in a document, whatever its root; the failure names the first step that cannot be
    /// applied, as for `ItemsPath`.
    pub fn select<'v>(&self, document: &'v Value) -> Result<&'v Value, ReferencePathConflict> {
        let mut node = document;
        for step in self.path.steps.single_steps() {
            node = step.child(node).ok_or_else(|| conflict(&step, document))?;
        }
        Ok(node)
    }

    /// Puts a value where the path leads in a document, as `ResultPath` does: missing objects on the way are made, an
    /// existing value is replaced.
    /// Requirement: asl.data-flow.result-path-insert
    pub fn place(&self, mut document: Value, value: Value) -> Result<Value, ReferencePathConflict> {
        if seeded(Site::ResultPathNeedsParents)
            && let Some(step) = self.first_missing_parent(&document)
        {
            return Err(conflict(&step, &document));
        }
        if let Some((step, is_known)) = self.first_unfit_step(&document) {
            return Err(ReferencePathConflict { is_known, ..conflict(&step, &document) });
        }
        let mut target = &mut document;
        for step in self.path.steps.single_steps() {
            target = match step.child_or_insert(target) {
                Some(child) => child,
                None => return Err(conflict(&step, &document)),
            };
        }
        match (&mut *target, value) {
            (Value::Object(members), Value::Object(more)) if seeded(Site::ResultPathMerges) => {
                members.extend(more);
            }
            (_, value) => *target = value,
        }
        Ok(document)
    }

    /// The first step before the last one that leads to nothing yet.
    fn first_missing_parent(&self, document: &Value) -> Option<SingleStep<'_>> {
        let steps: Vec<_> = self.path.steps.single_steps().collect();
        let mut node = document;
        for step in &steps[..steps.len().saturating_sub(1)] {
            match step.child(node) {
                Some(child) => node = child,
                None => return Some(*step),
            }
        }
        None
    }

    /// The step at which a value cannot be placed, and whether AWS is known to fail there. A scalar in the way is named
    /// by its own key.
    fn first_unfit_step(&self, document: &Value) -> Option<(SingleStep<'_>, bool)> {
        let mut steps = self.path.steps.single_steps();
        let mut node = document;
        let mut before = None;
        while let Some(step) = steps.next() {
            node = match (step.child(node), node, step) {
                (Some(child), _, _) => child,
                // From here on objects are made, and an object has no positions.
                (None, Value::Object(_), SingleStep::Key(_)) => {
                    let position = steps.find(|later| matches!(later, SingleStep::Position(_)));
                    return position.map(|position| (position, false));
                }
                (None, Value::Array(_), SingleStep::Position(_)) => return Some((step, false)),
                (None, Value::Array(_) | Value::Object(_), _) => return Some((step, true)),
                (None, scalar, _) => {
                    return Some(before.map_or((step, true), |before| (before, !scalar.is_null())));
                }
            };
            before = Some(step);
        }
        None
    }
}

fn conflict(step: &SingleStep<'_>, document: &Value) -> ReferencePathConflict {
    ReferencePathConflict { step: step.to_string(), document: json_text(document), is_known: true }
}

impl SingleStep<'_> {
    fn child_or_insert<'v>(&self, node: &'v mut Value) -> Option<&'v mut Value> {
        match (self, node) {
            (SingleStep::Key(name), Value::Object(members)) => {
                if !members.contains_key(*name) {
                    members.insert((*name).to_owned(), Value::Object(Map::new()));
                }
                members.get_mut(*name)
            }
            (SingleStep::Position(position), Value::Array(items)) => {
                let from_end = if *position < 0 { i64::try_from(items.len()).ok()? } else { 0 };
                items.get_mut(usize::try_from(position.checked_add(from_end)?).ok()?)
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests;
