//! The pipeline of a state's data:
//! raw input → `InputPath` → `Parameters` → (work) → `ResultSelector` → `ResultPath` (into the raw input) → `OutputPath`.
//! `Assign` looks at the result of the work.
//!
//! Each stage is one function; a failure names the path as AWS does (facts: data flow, missing data).

use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::{
    context::{ContextFacts, StateScope},
    limits::{exceeds_variables_limit, is_too_large},
    probe::{Probe, Stage},
    state_error::{Origin, StateError},
};
use crate::{
    definition::{Number, PathField, ResultPath},
    jsonpath::PathMiss,
    path::Path,
    scope::Randomness,
    template::Template,
};

/// The surroundings in which the fields of one state are evaluated.
pub(crate) struct Fields<'a> {
    pub(crate) facts: ContextFacts,
    pub(crate) entered_event_id: i64,
    pub(crate) random: &'a mut dyn Randomness,
    /// The state's own `Assign`.
    pub(crate) assign: Option<&'a Template>,
    /// Who looks on, where the state is tested.
    pub(crate) probe: Option<&'a Probe>,
}

/// What a state leaves behind: its output, and the variables that it assigns.
pub(crate) struct Exit {
    pub(crate) output: Arc<Value>,
    pub(crate) assigned: Map<String, Value>,
}

impl Exit {
    /// The exit of a state that assigns nothing.
    pub(crate) fn plain(output: Arc<Value>) -> Self {
        Self { output, assigned: Map::new() }
    }
}

impl Fields<'_> {
    /// Shows the data after a field to whoever looks on.
    pub(crate) fn note(&self, stage: Stage, value: &Arc<Value>) {
        if let Some(probe) = self.probe {
            probe.note(stage, value);
        }
    }

    /// A `States.Runtime` failure of this state.
    pub(crate) fn runtime(&self, text: &str) -> StateError {
        StateError::runtime(&self.facts.state_name, self.entered_event_id, text)
    }

    /// `InputPath` and `OutputPath`.
    pub(crate) fn select(&self, field: &PathField, document: &Arc<Value>) -> Result<Arc<Value>, StateError> {
        match field {
            PathField::Whole => Ok(Arc::clone(document)),
            PathField::Discard => Ok(Arc::new(json!({}))),
            PathField::At(path) => {
                let scope = StateScope::new(&self.facts, document);
                let found = path.evaluate(&scope).map_err(|miss| self.invalid_path(path, &miss))?;
                Ok(Arc::new(found.into_owned()))
            }
        }
    }

    /// `Parameters`, `ResultSelector`, `ItemSelector`: the template applied to the document, if there is one.
    pub(crate) fn fill(
        &mut self,
        template: Option<&Template>,
        document: Arc<Value>,
    ) -> Result<Arc<Value>, StateError> {
        let Some(template) = template else { return Ok(document) };
        let scope = StateScope::new(&self.facts, &document);
        let filled = template.evaluate(&scope, self.random);
        filled
            .map(Arc::new)
            .map_err(|failure| self.runtime(&failure.to_string()).uncertain_unless(|| failure.is_recorded()))
    }

    /// `ResultPath`: the result placed into the raw input.
    pub(crate) fn place(
        field: &ResultPath,
        raw: &Arc<Value>,
        result: Arc<Value>,
    ) -> Result<Arc<Value>, StateError> {
        match field {
            ResultPath::Replace => Ok(result),
            ResultPath::Discard => Ok(Arc::clone(raw)),
            ResultPath::At(path) => {
                let placed = path.place(Value::clone(raw), Arc::unwrap_or_clone(result));
                placed.map(Arc::new).map_err(|conflict| reference_path_conflict(&conflict.to_string()))
            }
        }
    }

    /// `Assign`: what `$` means in it depends on the state. Documented: at most 256 KiB at once; the text for more is
    /// taken from that of a result that is too large.
    pub(crate) fn assign(
        &mut self,
        assign: Option<&Template>,
        document: &Arc<Value>,
    ) -> Result<Map<String, Value>, StateError> {
        if assign.is_none() {
            return Ok(Map::new());
        }
        let assigned = self.fill(assign, Arc::clone(document))?;
        if is_too_large(&assigned) {
            return Err(StateError::data_limit(&self.facts.state_name));
        }
        let Value::Object(assigned) = Arc::unwrap_or_clone(assigned) else { return Ok(Map::new()) };
        if exceeds_variables_limit(&self.facts.variables, &assigned) {
            return Err(StateError::data_limit(&self.facts.state_name).uncertain_unless(|| false));
        }
        Ok(assigned)
    }

    /// The stages after the work: `ResultSelector`, `ResultPath`, `OutputPath`; and `Assign`, which sees the result as
    /// the work gave it.
    pub(crate) fn finish(
        &mut self,
        result_selector: Option<&Template>,
        result_path: &ResultPath,
        output_path: &PathField,
        raw: &Arc<Value>,
        result: Arc<Value>,
    ) -> Result<Exit, StateError> {
        let assigned = self.assign(self.assign, &result)?;
        let selected = self.fill(result_selector, result)?;
        self.note(Stage::AfterResultSelector, &selected);
        let placed = Self::place(result_path, raw, selected)?;
        self.note(Stage::AfterResultPath, &placed);
        let output = self.select(output_path, &placed)?;
        self.check_size(raw, &output)?;
        Ok(Exit { output, assigned })
    }

    /// What a state leaves behind is at most 256 KiB. Recorded for Pass; documented for all of them.
    pub(crate) fn check_size(&self, raw: &Arc<Value>, output: &Arc<Value>) -> Result<(), StateError> {
        let is_unchanged = Arc::ptr_eq(output, raw);
        if is_unchanged || !is_too_large(output) {
            return Ok(());
        }
        Err(StateError::data_limit(&self.facts.state_name))
    }

    /// A number that is written down, or looked up in the effective input.
    pub(crate) fn number(&self, field: &Number, effective: &Value) -> Result<u64, StateError> {
        match field {
            Number::Literal(number) => Ok(*number),
            Number::At(path) => {
                let scope = StateScope::new(&self.facts, effective);
                let found = path.evaluate(&scope).map_err(|miss| self.invalid_path(path, &miss))?;
                found.as_u64().ok_or_else(|| self.not_a_number(path, &found))
            }
        }
    }

    fn not_a_number(&self, path: &Path, found: &Value) -> StateError {
        let value = crate::java::json_text(found);
        self.runtime(&format!(
            "The path '{}' refers to value \"{value}\" which is not a valid integer",
            path.text()
        ))
        .uncertain_unless(|| false)
    }

    /// Recorded: the cause when `InputPath`, `OutputPath`, `TimeoutSecondsPath` or `HeartbeatSecondsPath` finds nothing.
    pub(crate) fn invalid_path(&self, path: &Path, miss: &PathMiss) -> StateError {
        self.runtime(&format!("Invalid path '{}' : {miss}", path.text()))
            .uncertain_unless(|| miss.is_recorded())
    }
}

/// A step of a reference path that cannot be applied. Public run logs: `States.ReferencePathConflict`, without a prefix.
pub(crate) fn reference_path_conflict(text: &str) -> StateError {
    StateError::new("States.ReferencePathConflict", Some(text.into()), Origin::Reported)
        .uncertain_unless(|| false)
}
