//! `TestState`: one state run alone, with a mock in place of its work, and shown from the inside.
//!
//! The state runs in an ordinary execution, so that no rule of a state is written twice; `execution::probe` looks on.
//! Here are the API's own parts: what it is asked ([`Request`]), what it refuses ([`Refusal`]), what it answers
//! ([`Response`]).

mod api_model;
mod checks;
mod context;
mod mock;
mod refusal;
mod request;
mod response;
mod subject;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use asl_cases::{Answer, Case, InspectionLevel, Machine, TestStatus};
use serde_json::{Map, Value, json};

use crate::{
    execution::{
        End, Execution, Start,
        probe::{Probe, Specimen, Stage},
    },
    history::Failure,
    java::json_text,
    nested::Troupe,
    reference::Settings,
    stub_driver,
};

pub use mock::checks_shape;
pub use refusal::{Refusal, TestStateError};
pub use request::Request;
pub use response::{ErrorDetails, InspectionData, Response};

use subject::{Located, Subject};

/// Tests one state. `service` is what the service behind an unmocked Task says; without it, such a Task cannot be
/// tested here.
///
/// # Errors
/// If the API refuses the call, or the state needs something that is not modelled.
pub fn test_state(
    request: &Request,
    settings: Settings,
    service: Option<&Answer>,
) -> Result<Response, TestStateError> {
    let subject = Subject::of(request)?;
    let call = checks::check(request, &subject)?;
    let located = subject.located()?;
    let work = call.work.clone().or_else(|| service.cloned());
    let mut execution = begin(request, settings, &subject, located, call);
    let stubs = work.map(|answer| (located.name().to_string(), vec![answer]));
    let case =
        Case::new(Machine { stubs: stubs.into_iter().collect(), ..Machine::new(json!({})) }, json!({}));
    let troupe = Troupe::new(&case, Vec::new(), settings.seed);
    stub_driver::run_to_end(&mut execution, case.main(), &troupe);
    if let Some(what) = execution.unmodelled() {
        return Err(TestStateError::Unsupported(what.to_owned()));
    }
    let response = response(&execution, request, located.name());
    response
        .ok_or_else(|| TestStateError::Unsupported("a task without a mock or a scripted answer".to_owned()))
}

/// What the checks read from the texts of a call.
struct Call {
    input: Value,
    variables: Map<String, Value>,
    context: Option<Value>,
    /// What stands for the work of the state.
    work: Option<Answer>,
}

fn begin(
    request: &Request,
    settings: Settings,
    subject: &Subject,
    located: &Located,
    call: Call,
) -> Execution {
    let surroundings = context::Surroundings::new(request, settings, &call.input);
    let context = call.context.unwrap_or_else(|| surroundings.context(subject, located));
    let configuration = request.test.state_configuration.clone().unwrap_or_default();
    let start = Start {
        identity: surroundings.identity(),
        input: call.input,
        now_ms: settings.now_ms,
        seed: settings.seed,
        preferred_child: None,
    };
    let specimen = Specimen {
        flow: Arc::clone(&located.flow),
        state: located.state,
        variables: call.variables,
        context,
        work: call.work.and_then(mock::of_children),
        n_retries: configuration.retrier_retry_count.unwrap_or(0),
        n_failed_iterations: configuration.map_iteration_failure_count.unwrap_or(0),
        reader_data: configuration.map_item_reader_data,
    };
    Execution::start_tested(specimen, start)
}

/// The answer; `None` when the state has not ended.
/// Requirement: asl.test-state.caught-error, asl.test-state.failure, asl.test-state.next-state
fn response(execution: &Execution, request: &Request, state_name: &str) -> Option<Response> {
    let probe = execution.probe()?;
    let (status, output, failure) = match execution.end()? {
        End::Succeeded(output) => match &probe.failure {
            None => (TestStatus::Succeeded, Some(json_text(output)), None),
            Some(failure) => (TestStatus::CaughtError, Some(json_text(output)), Some(failure.clone())),
        },
        End::Failed(failure) => {
            let is_retried = probe.retry.is_some_and(|retry| retry.delay_ms.is_some());
            let status = if is_retried { TestStatus::Retriable } else { TestStatus::Failed };
            (status, None, Some(execution.without_place(failure.clone(), state_name)))
        }
        // Documented: what takes longer than five minutes.
        End::TimedOut | End::Aborted(_) => {
            (TestStatus::Failed, None, Some(Failure { error: Some("States.Timeout".into()), cause: None }))
        }
    };
    let failure = failure.unwrap_or_default();
    let level = request.test.inspection_level.unwrap_or_default();
    Some(Response {
        output,
        error: failure.error.map(|error| error.to_string()),
        cause: failure.cause.map(|cause| cause.to_string()),
        inspection_data: (level != InspectionLevel::Info).then(|| inspection_data(execution, probe)),
        next_state: probe.next.as_ref().map(ToString::to_string),
        status,
        permits: execution.permits(),
    })
}

/// Recorded: variables are shown where there are any.
/// Requirement: asl.test-state.stages, asl.test-state.variables
fn inspection_data(execution: &Execution, probe: &Probe) -> InspectionData {
    let text = |stage| probe.noted(stage).map(|value| json_text(&value));
    let number = |stage| probe.noted(stage).and_then(|value| value.as_u64());
    let variables = execution.main_variables();
    InspectionData {
        input: Some(json_text(execution.input())),
        after_arguments: text(Stage::AfterArguments),
        after_input_path: text(Stage::AfterInputPath),
        after_parameters: text(Stage::AfterParameters),
        result: text(Stage::Result),
        after_result_selector: text(Stage::AfterResultSelector),
        after_result_path: text(Stage::AfterResultPath),
        variables: (!variables.is_empty()).then(|| json_text(&variables.clone().into())),
        error_details: error_details(probe),
        after_items_path: text(Stage::AfterItemsPath),
        after_items_pointer: text(Stage::AfterItemsPointer),
        after_item_selector: text(Stage::AfterItemSelector),
        after_item_batcher: text(Stage::AfterItemBatcher),
        tolerated_failure_count: number(Stage::ToleratedFailureCount),
        tolerated_failure_percentage: probe
            .noted(Stage::ToleratedFailurePercentage)
            .and_then(|value| value.as_f64()),
        max_concurrency: number(Stage::MaxConcurrency),
    }
}

/// Recorded: a retrier that is exhausted is named too, without an interval.
/// Requirement: asl.test-state.retry
fn error_details(probe: &Probe) -> Option<ErrorDetails> {
    let delay_ms = probe.retry.and_then(|retry| retry.delay_ms);
    let details = ErrorDetails {
        catch_index: probe.catch_index,
        retry_index: probe.retry.map(|retry| retry.index),
        retry_backoff_interval_seconds: delay_ms.and_then(|delay_ms| u64::try_from(delay_ms / 1000).ok()),
    };
    (details != ErrorDetails::default()).then_some(details)
}
