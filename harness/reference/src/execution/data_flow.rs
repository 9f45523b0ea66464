//! The pipeline of a state's data, in both query languages:
//!
//! | stage | JSONPath | JSONata |
//! |---|---|---|
//! | [`Fields::input`] | `InputPath` of the raw input | the raw input |
//! | [`Fields::arguments`] | `Parameters` | `Arguments` |
//! | (work) | | |
//! | [`Fields::finish`] | `ResultSelector`, `ResultPath` (into the raw input), `OutputPath` | `Output` |
//! | [`Fields::finish`] | `Assign`, which looks at the result | `Assign`, which looks at `$states` |
//!
//! Each stage is one function. A failure names the path or the expression as AWS does (facts: data flow, missing data).

use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::{
    context::{ContextFacts, StateScope},
    limits::{Budget, exceeds_variables_limit, is_too_large},
    probe::{Probe, Stage},
    state_error::{Origin, StateError},
};
use crate::{
    definition::{CatcherData, DataFields, JsonPathFields, Number, PathField, Payload, ResultPath, Rule},
    jsonata::{EvaluationFailure, Expression, FieldFailure, JsonataTemplate},
    jsonpath::PathMiss,
    path::{Path, ReferencePathConflict},
    scope::{NothingDrawn, Randomness, Scope},
    seeded::{Site, seeded},
    template::Template,
};

/// The surroundings in which the fields of one state are evaluated.
/// Requirement: asl.data-flow.order, asl.data-flow.any-json
pub(crate) struct Fields<'a> {
    pub(crate) facts: ContextFacts,
    pub(crate) entered_event_id: i64,
    pub(crate) random: &'a mut dyn Randomness,
    pub(crate) budget: &'a mut Budget,
    pub(crate) data: &'a DataFields,
    /// The raw input of the state.
    pub(crate) raw: Arc<Value>,
    /// Who looks on, where the state is tested.
    pub(crate) probe: Option<&'a Probe>,
}

/// What a state leaves behind: its output, and the variables that it assigns.
pub(crate) struct Exit {
    pub(crate) output: Arc<Value>,
    pub(crate) assigned: Map<String, Value>,
}

/// What JSONata sees in `$states` besides the input and the context.
#[derive(Clone, Copy)]
enum Seen<'a> {
    Nothing,
    Result(&'a Value),
    ErrorOutput(&'a Value),
}

impl Fields<'_> {
    /// The effective input.
    pub(crate) fn input(&self) -> Result<Arc<Value>, StateError> {
        match self.data {
            DataFields::JsonPath(data) => self.select("InputPath", &data.input_path, &self.raw),
            DataFields::Jsonata(_) => Ok(Arc::clone(&self.raw)),
        }
    }

    /// What the work gets.
    pub(crate) fn arguments(&mut self, input: Arc<Value>) -> Result<Arc<Value>, StateError> {
        match self.data {
            DataFields::JsonPath(data) => {
                let is_misread = data.parameters.is_some() && seeded(Site::ParametersSeeRawInput);
                let document = if is_misread { Arc::clone(&self.raw) } else { input };
                self.fill("Parameters", data.parameters.as_ref(), document)
            }
            DataFields::Jsonata(data) => match &data.arguments {
                None => Ok(input),
                Some(arguments) => {
                    let arguments = Arc::new(self.evaluate(arguments, "Arguments", Seen::Nothing)?);
                    self.note(Stage::AfterArguments, &arguments);
                    Ok(arguments)
                }
            },
        }
    }

    /// The stages after the work.
    /// Requirement: asl.jsonata.task-result
    pub(crate) fn finish(&mut self, result: Arc<Value>) -> Result<Exit, StateError> {
        match self.data {
            DataFields::JsonPath(data) => self.finish_json_path(data, result),
            DataFields::Jsonata(data) => {
                let seen = Seen::Result(&result);
                let assigned = self.assign_jsonata(data.assign.as_ref(), "Assign", seen)?;
                if seeded(Site::OutputSeesAssigned) {
                    Arc::make_mut(&mut self.facts.variables).extend(assigned.clone());
                }
                let output = match &data.output {
                    None if seeded(Site::JsonataOutputDefaultsToInput) => Arc::clone(&self.raw),
                    None => Arc::clone(&result),
                    Some(output) => Arc::new(self.evaluate(output, "Output", seen)?),
                };
                self.check_size(&output)?;
                Ok(Exit { output, assigned })
            }
        }
    }

    /// The same for a state that does no work: its effective input goes on.
    pub(crate) fn pass_on(&mut self, input: Arc<Value>) -> Result<Exit, StateError> {
        match self.data {
            DataFields::JsonPath(data) => self.pass_on_json_path(data, data.assign.as_ref(), &input),
            DataFields::Jsonata(_) => self.finish(input),
        }
    }

    /// The same for a Choice state. Recorded: its own `Assign` and `Output` count for `Default` only, a rule has its own.
    /// Requirement: asl.jsonata.choice, asl.jsonata.choice-default
    pub(crate) fn finish_choice(
        &mut self,
        rule: Option<(usize, &Rule)>,
        input: Arc<Value>,
    ) -> Result<Exit, StateError> {
        let Some((index, rule)) = rule else { return self.pass_on(input) };
        if let DataFields::JsonPath(data) = self.data {
            let assign = match &rule.assign {
                Some(Payload::Template(template)) => Some(template),
                _ if seeded(Site::ChoiceAssignsWhateverRule) => data.assign.as_ref(),
                _ => None,
            };
            return self.pass_on_json_path(data, assign, &input);
        }
        let assign = match &rule.assign {
            Some(Payload::Jsonata(template)) => Some(template),
            _ => None,
        };
        let assigned = self.assign_jsonata(assign, &format!("Choices[{index}]/Assign"), Seen::Nothing)?;
        let output = match &rule.output {
            None => input,
            Some(output) => {
                Arc::new(self.evaluate(output, &format!("Choices[{index}]/Output"), Seen::Nothing)?)
            }
        };
        Ok(Exit { output, assigned })
    }

    /// What a state leaves behind when its catcher of this index takes an error: the state's own `Assign` and `Output` do
    /// not count, the catcher's see the error output. Recorded: `OutputPath` is passed by.
    /// Requirement: asl.catch.result-path, asl.catch.skips-result-selector, asl.assign.catch, asl.jsonata.catch
    pub(crate) fn catch(
        &mut self,
        index: usize,
        catcher: &CatcherData,
        error: &StateError,
    ) -> Result<Exit, StateError> {
        let error_output = Arc::new(error.error_output());
        match catcher {
            CatcherData::JsonPath { result_path, assign } => {
                let assigned = self.assign_json_path(assign.as_ref(), &error_output)?;
                if let DataFields::JsonPath(state) = self.data
                    && let Some(output) = self.mistaken_catch(state, result_path, &error_output)
                {
                    return Ok(Exit { output: output?, assigned });
                }
                Ok(Exit { output: self.place(result_path, error_output)?, assigned })
            }
            CatcherData::Jsonata { output, assign } => {
                let seen = Seen::ErrorOutput(&error_output);
                let assigned =
                    self.assign_jsonata(assign.as_ref(), &format!("Catch[{index}]/Assign"), seen)?;
                let output = match output {
                    None => Arc::clone(&error_output),
                    Some(output) => {
                        Arc::new(self.evaluate(output, &format!("Catch[{index}]/Output"), seen)?)
                    }
                };
                Ok(Exit { output, assigned })
            }
        }
    }

    /// What engines make of the error output that apply the fields of the state where those of the catcher count.
    fn mistaken_catch(
        &mut self,
        state: &JsonPathFields,
        result_path: &ResultPath,
        error_output: &Arc<Value>,
    ) -> Option<Result<Arc<Value>, StateError>> {
        let error_output = Arc::clone(error_output);
        if seeded(Site::CatchUsesResultPathOfState) {
            return Some(self.place(&state.result_path, error_output));
        }
        if state.result_selector.is_some() && seeded(Site::CatchAppliesResultSelector) {
            let selected = self.fill("ResultSelector", state.result_selector.as_ref(), error_output);
            return Some(selected.and_then(|selected| self.place(result_path, selected)));
        }
        if seeded(Site::CatchAppliesOutputPath) {
            let placed = self.place(result_path, error_output);
            return Some(placed.and_then(|placed| self.select("OutputPath", &state.output_path, &placed)));
        }
        None
    }

    /// Shows the data after a field to whoever looks on.
    pub(crate) fn note(&self, stage: Stage, value: &Arc<Value>) {
        if let Some(probe) = self.probe {
            probe.note(stage, value);
        }
    }

    /// The same for a field that only JSONPath has.
    pub(crate) fn note_json_path(&self, stage: Stage, value: &Arc<Value>) {
        if matches!(self.data, DataFields::JsonPath(_)) {
            self.note(stage, value);
        }
    }

    /// A document of the state or of a part of it; the field is named as in the definition.
    pub(crate) fn payload(
        &mut self,
        payload: &Payload,
        field: &str,
        input: &Arc<Value>,
    ) -> Result<Arc<Value>, StateError> {
        match payload {
            Payload::Template(template) => self.fill(field, Some(template), Arc::clone(input)),
            Payload::Jsonata(template) => self.evaluate(template, field, Seen::Nothing).map(Arc::new),
        }
    }

    /// A JSONata document.
    pub(crate) fn document(&mut self, template: &JsonataTemplate, field: &str) -> Result<Value, StateError> {
        self.evaluate(template, field, Seen::Nothing)
    }

    /// The value of an expression in a field that takes one type.
    pub(crate) fn typed(
        &mut self,
        expression: &Expression,
        field: &str,
        expected: &'static str,
    ) -> Result<Value, StateError> {
        let scope = StateScope::new(&self.facts, field, &self.raw);
        let value = expression.evaluate_typed(field, expected, &scope, self.random);
        value.map_err(|failure| self.not_evaluated(failure))
    }

    /// A number of seconds that is written down, looked up in the effective input, or the value of an expression. Specified:
    /// a time limit is positive; what AWS makes of others that are looked up is not known.
    pub(crate) fn seconds(&mut self, field: &Number, name: &str, input: &Value) -> Result<u64, StateError> {
        match field {
            Number::Literal(number) => Ok(*number),
            Number::At(path) => {
                let path_name = format!("{name}Path");
                let scope = StateScope::new(&self.facts, &path_name, input);
                let found = path.evaluate(&scope).map_err(|miss| self.invalid_path(path, &miss))?;
                let seconds = found.as_u64().ok_or_else(|| self.not_a_number(path, &found))?;
                if !(1..=SECONDS_MAX).contains(&seconds) {
                    self.random.note_unknown();
                }
                Ok(seconds)
            }
            Number::Expression(expression) => self.evaluated_integer(expression, name, SECONDS_MAX),
        }
    }

    /// A whole number from 0 to a maximum. Recorded for `TimeoutSeconds`: the words for what is none.
    pub(crate) fn evaluated_integer(
        &mut self,
        expression: &Expression,
        name: &str,
        max: u64,
    ) -> Result<u64, StateError> {
        let found = self.typed(expression, name, "number")?;
        let shown = crate::java::json_text(&found);
        if found.is_f64() {
            return Err(
                self.unusable(name, &format!("The {name} field cannot be parsed as an integer: {shown}"))
            );
        }
        let integer = found.as_u64().filter(|integer| *integer <= max);
        integer.ok_or_else(|| {
            self.unusable(name, &format!("{name} must be between 0 and {max} but was: {shown}"))
        })
    }

    /// A value of an expression that the field does not take.
    pub(crate) fn unusable(&self, field: &str, text: &str) -> StateError {
        let last = field.rsplit('/').next().unwrap_or(field);
        let is_known = ["TimeoutSeconds", "Timestamp"].contains(&last);
        self.query_failure(text, Some(field)).uncertain_unless(|| is_known)
    }

    /// A `States.Runtime` failure of this state.
    pub(crate) fn runtime(&self, text: &str) -> StateError {
        StateError::runtime(&self.facts.state_name, self.entered_event_id, text)
    }

    /// A `States.QueryEvaluationError` failure of this state.
    pub(crate) fn query_failure(&self, text: &str, location: Option<&str>) -> StateError {
        StateError::query_evaluation(&self.facts.state_name, self.entered_event_id, text, location)
    }

    /// The failure of an expression whose value has another type than the field takes.
    pub(crate) fn unexpected_type(
        &self,
        expression: &Expression,
        field: &str,
        expected: &'static str,
        found: &Value,
    ) -> StateError {
        let failure = EvaluationFailure::UnexpectedType { expected, found: found.clone() };
        self.not_evaluated(failure.of_field(expression.text(), field.to_owned()))
    }

    fn not_evaluated(&self, failure: FieldFailure) -> StateError {
        let FieldFailure { text, location, is_known } = failure;
        self.query_failure(&text, Some(&location)).uncertain_unless(|| is_known)
    }

    fn evaluate(
        &mut self,
        template: &JsonataTemplate,
        field: &str,
        seen: Seen<'_>,
    ) -> Result<Value, StateError> {
        let scope = StateScope::new(&self.facts, field, &self.raw);
        let scope = match seen {
            Seen::Nothing => scope,
            Seen::Result(result) => scope.with_result(result),
            Seen::ErrorOutput(error_output) => scope.with_error_output(error_output),
        };
        let value = template.evaluate(field, &scope as &dyn Scope, self.random);
        value.map_err(|failure| self.not_evaluated(failure))
    }

    /// Requirement: asl.jsonata.variables
    fn assign_jsonata(
        &mut self,
        assign: Option<&JsonataTemplate>,
        field: &str,
        seen: Seen<'_>,
    ) -> Result<Map<String, Value>, StateError> {
        let Some(assign) = assign else { return Ok(Map::new()) };
        let assigned = self.evaluate(assign, field, seen)?;
        self.checked_assignments(Arc::new(assigned))
    }

    fn finish_json_path(&mut self, data: &JsonPathFields, result: Arc<Value>) -> Result<Exit, StateError> {
        let assigned = self.assign_result(data, &result)?;
        let sees_input = data.result_selector.is_some() && seeded(Site::ResultSelectorSeesInput);
        let document = if sees_input { Arc::clone(&self.raw) } else { result };
        let selected = self.fill("ResultSelector", data.result_selector.as_ref(), document)?;
        self.note(Stage::AfterResultSelector, &selected);
        if seeded(Site::OutputPathBeforeResultPath) {
            let output = self.select("OutputPath", &data.output_path, &selected)?;
            return Ok(Exit { output: self.place(&data.result_path, output)?, assigned });
        }
        let placed = self.place(&data.result_path, selected)?;
        self.note(Stage::AfterResultPath, &placed);
        let output = self.select("OutputPath", &data.output_path, &placed)?;
        self.check_size(&output)?;
        Ok(Exit { output, assigned })
    }

    fn pass_on_json_path(
        &mut self,
        data: &JsonPathFields,
        assign: Option<&Template>,
        input: &Arc<Value>,
    ) -> Result<Exit, StateError> {
        let output = self.select("OutputPath", &data.output_path, input)?;
        let assigned = self.assign_json_path(assign, input)?;
        Ok(Exit { output, assigned })
    }

    /// `$` is the result; whether before or after `ResultSelector` is not known.
    fn assign_result(
        &mut self,
        data: &JsonPathFields,
        result: &Arc<Value>,
    ) -> Result<Map<String, Value>, StateError> {
        let (Some(assign), Some(selector)) = (&data.assign, &data.result_selector) else {
            return self.assign_json_path(data.assign.as_ref(), result);
        };
        if self.depends_on_selector(assign, selector, result) {
            self.random.note_unknown();
        }
        self.assign_json_path(Some(assign), result).map_err(|error| error.uncertain_unless(|| false))
    }

    /// Whether a template makes something else of what the selector makes of a result than of the result itself. No
    /// onlooker is told of it.
    fn depends_on_selector(&self, template: &Template, selector: &Template, result: &Value) -> bool {
        let facts = ContextFacts { sightings: None, ..self.facts.clone() };
        let fill = |template: &Template, document: &Value| {
            template.evaluate(&StateScope::new(&facts, "Assign", document), &mut NothingDrawn).ok()
        };
        fill(selector, result).is_some_and(|selected| fill(template, result) != fill(template, &selected))
    }

    /// What `$` means in `Assign` depends on the state.
    fn assign_json_path(
        &mut self,
        assign: Option<&Template>,
        document: &Arc<Value>,
    ) -> Result<Map<String, Value>, StateError> {
        if assign.is_none() {
            return Ok(Map::new());
        }
        let assigned = self.fill("Assign", assign, Arc::clone(document))?;
        self.checked_assignments(assigned)
    }

    /// Documented: the limits, for what is assigned at once and for all variables, and not how it fails beyond them. The
    /// error is taken from that of a result that is too large.
    fn checked_assignments(&self, assigned: Arc<Value>) -> Result<Map<String, Value>, StateError> {
        let failure = || StateError::output_limit(&self.facts.state_name).uncertain_unless(|| false);
        if is_too_large(&assigned) {
            return Err(failure());
        }
        let Value::Object(assigned) = Arc::unwrap_or_clone(assigned) else { return Ok(Map::new()) };
        if exceeds_variables_limit(&self.facts.variables, &assigned) {
            return Err(failure());
        }
        Ok(assigned)
    }

    /// `InputPath` and `OutputPath`.
    /// Requirement: asl.data-flow.input-path, asl.data-flow.output-path, asl.data-flow.null-path
    fn select(&self, name: &str, field: &PathField, document: &Arc<Value>) -> Result<Arc<Value>, StateError> {
        match field {
            PathField::Whole => Ok(Arc::clone(document)),
            PathField::Discard if seeded(Site::NullPathGivesNull) => Ok(Arc::new(Value::Null)),
            PathField::Discard => Ok(Arc::new(json!({}))),
            PathField::At(path) => {
                let scope = StateScope::new(&self.facts, name, document);
                if seeded(Site::MissingPathIsNull) && path.evaluate(&scope).is_err() {
                    return Ok(Arc::new(Value::Null));
                }
                let found = path.evaluate(&scope).map_err(|miss| self.invalid_path(path, &miss))?;
                Ok(Arc::new(found.into_owned()))
            }
        }
    }

    /// `Parameters`, `ResultSelector`, `ItemSelector`: the template applied to the document, if there is one.
    /// Requirement: asl.data-flow.parameters, asl.data-flow.result-selector
    fn fill(
        &mut self,
        field: &str,
        template: Option<&Template>,
        document: Arc<Value>,
    ) -> Result<Arc<Value>, StateError> {
        let Some(template) = template else { return Ok(document) };
        let scope = StateScope::new(&self.facts, field, &document);
        let filled = template.evaluate(&scope, self.random).map_err(|failure| {
            self.runtime(&failure.to_string()).uncertain_unless(|| failure.is_recorded())
        })?;
        self.budget.take_document(&filled);
        self.within_budget()?;
        Ok(Arc::new(filled))
    }

    /// Nobody catches `States.Runtime`: the execution ends here.
    fn within_budget(&self) -> Result<(), StateError> {
        self.budget.exceeded.map_or(Ok(()), |what| Err(self.runtime(what)))
    }

    /// `ResultPath`: the result placed into the raw input.
    /// Requirement: asl.data-flow.result-path-null, asl.data-flow.result-path-replace
    /// Requirement: asl.data-flow.result-path-raw-input
    fn place(&self, field: &ResultPath, result: Arc<Value>) -> Result<Arc<Value>, StateError> {
        match field {
            ResultPath::Replace => Ok(result),
            ResultPath::Discard => Ok(Arc::clone(&self.raw)),
            ResultPath::At(path) => {
                if seeded(Site::ResultPathConflictReplaces)
                    && path.place(Value::clone(&self.raw), Value::Null).is_err()
                {
                    return Ok(result);
                }
                let raw = if seeded(Site::ResultPathIntoEffectiveInput) {
                    self.input()?
                } else {
                    Arc::clone(&self.raw)
                };
                let placed = path.place(Value::clone(&raw), Arc::unwrap_or_clone(result));
                placed.map(Arc::new).map_err(|conflict| reference_path_conflict(&conflict))
            }
        }
    }

    /// What a state leaves behind is at most 256 KiB. Recorded for Pass; documented for all of them.
    fn check_size(&self, output: &Arc<Value>) -> Result<(), StateError> {
        let is_unchanged = Arc::ptr_eq(output, &self.raw);
        if is_unchanged || !is_too_large(output) {
            return Ok(());
        }
        Err(StateError::output_limit(&self.facts.state_name))
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
    /// Requirement: asl.data-flow.path-missing
    pub(crate) fn invalid_path(&self, path: &Path, miss: &PathMiss) -> StateError {
        self.runtime(&format!("Invalid path '{}' : {miss}", path.text()))
            .uncertain_unless(|| miss.is_recorded())
    }
}

/// Recorded: the largest number of seconds.
const SECONDS_MAX: u64 = 99_999_999;

/// A step of a reference path that cannot be applied. Public run logs: `States.ReferencePathConflict`, without a prefix.
/// Requirement: asl.data-flow.result-path-mismatch
pub(crate) fn reference_path_conflict(conflict: &ReferencePathConflict) -> StateError {
    StateError::new("States.ReferencePathConflict", Some(conflict.to_string().into()), Origin::Reported)
        .uncertain_unless(|| false)
        .doubtful_if(|| !conflict.is_known())
}
