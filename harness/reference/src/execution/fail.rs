//! Fail: ends its flow with an error of the author's.

use std::sync::Arc;

use serde_json::Value;

use super::{
    Execution, ThreadId, context::StateScope, data_flow::Fields, probe::Stage, state_error::StateError,
    thread::Step,
};
use crate::{
    definition::{Fail, State, TextField},
    history::Failure,
    java::json_text,
    seeded::{Site, seeded},
};

impl Execution {
    /// Documented: what is left out is absent in the event too.
    /// Requirement: asl.fail.error-cause, asl.fail.optional-fields, asl.fail.paths, asl.history.fail
    pub(crate) fn run_fail(&mut self, id: ThreadId, state: &State, fail: &Fail) -> Result<Step, StateError> {
        let mut fields = self.fields(id, state);
        // Recorded: so it is shown, though a Fail state has no such field.
        fields.note_json_path(Stage::AfterInputPath, &fields.raw);
        let error = resolve(&mut fields, fail.error.as_ref(), ["Error", "ErrorPath"])?;
        let cause = resolve(&mut fields, fail.cause.as_ref(), ["Cause", "CausePath"])?;
        let are_texts = error.is_text && cause.is_text;
        let (mut error, cause) = (error.text, cause.text);
        if error.is_none() && seeded(Site::FailWithoutErrorIsNamed) {
            error = Some("States.Fail".into());
        }
        if self.threads[id].parent.is_some() && seeded(Site::FailEndsExecution) {
            self.fail_owner(id, self.threads[id].last_event_id, Failure { error, cause });
            return Ok(Step::Suspended);
        }
        Err(StateError::failed_on_purpose(Failure { error, cause }).uncertain_unless(|| are_texts))
    }
}

/// One of the two texts.
struct Resolved {
    text: Option<Arc<str>>,
    /// Whether it was one from the start. What AWS makes of another value is not known.
    is_text: bool,
}

impl Resolved {
    fn from_text(text: Option<Arc<str>>) -> Self {
        Self { text, is_text: true }
    }
}

/// Requirement: asl.fail.path-missing
fn resolve(
    fields: &mut Fields<'_>,
    field: Option<&TextField>,
    [name, path_name]: [&str; 2],
) -> Result<Resolved, StateError> {
    let path = match field {
        None => return Ok(Resolved::from_text(None)),
        Some(TextField::Literal(text)) => return Ok(Resolved::from_text(Some(Arc::clone(text)))),
        Some(TextField::At(path)) => path,
        Some(TextField::Expression(expression)) => {
            let text = fields.typed(expression, name, "string")?;
            return Ok(Resolved::from_text(text.as_str().map(Arc::from)));
        }
    };
    if seeded(Site::FailPathTakesNoCall) && !path.text().starts_with('$') {
        return Ok(Resolved::from_text(Some(path.text().into())));
    }
    let scope = StateScope::new(&fields.facts, path_name, &fields.raw);
    match path.evaluate(path_name, &scope, fields.random) {
        Ok(Value::String(text)) => Ok(Resolved::from_text(Some(text.into()))),
        Ok(other) => Ok(Resolved { text: Some(json_text(&other).into()), is_text: false }),
        Err(failure) => Err(fields.runtime(&failure.to_string()).uncertain_unless(|| failure.is_recorded())),
    }
}
