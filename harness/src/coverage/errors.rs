//! The reserved error names that an execution can raise, each with Retry, with Catch, and with neither.
//!
//! Not here: names that AWS never raises (recorded: `States.NoChoiceMatched`, `States.IntrinsicFailure`,
//! `States.BranchFailed`, `States.ParameterPathFailure`, `States.ResultPathMatchFailure`), `States.ALL`, which is a
//! wildcard only, and `States.ResultWriterFailed`: what a case scripts holds what readers find, never a bucket that
//! refuses to be written to, and no recording shows after which events and with what cause AWS raises it.

use asl_reference::sighting::Handling;

use super::case_view::CaseView;

/// Errors that Retry and Catch see. A status code stands for all of them.
const HANDLED: [&str; 11] = [
    "States.DataLimitExceeded",
    "States.ExceedToleratedFailureThreshold",
    "States.HeartbeatTimeout",
    "States.Http.Socket",
    STATUS_CODE,
    "States.ItemReaderFailed",
    "States.Permissions",
    "States.QueryEvaluationError",
    "States.TaskFailed",
    "States.Timeout",
    OWN,
];
const STATUS_CODE: &str = "States.Http.StatusCode.*";
/// Not reserved: the name that a worker or a Fail state gives.
const OWN: &str = "an error of the author's";
/// Recorded: neither Retry nor Catch sees it.
const RUNTIME: &str = "States.Runtime";
/// What Retry and Catch do with it on AWS is not known, so that no case may ask.
const CONFLICT: &str = "States.ReferencePathConflict";
const HANDLINGS: [Handling; 3] = [Handling::Retried, Handling::Caught, Handling::Neither];

pub(super) fn universe() -> Vec<String> {
    let handled = HANDLED.iter().flat_map(|error| HANDLINGS.map(|handling| name(error, handling)));
    handled.chain([RUNTIME, CONFLICT].map(|error| name(error, Handling::Neither))).collect()
}

pub(super) fn reached(view: &CaseView<'_>, found: &mut dyn FnMut(String)) {
    for (_, failed) in view.failures() {
        let error = failed.error.as_deref().unwrap_or_default();
        found(name(known(error), failed.handling));
    }
}

fn known(error: &str) -> &str {
    if error.starts_with("States.Http.StatusCode.") {
        STATUS_CODE
    } else if error.starts_with("States.") {
        error
    } else {
        OWN
    }
}

fn name(error: &str, handling: Handling) -> String {
    let handling = match handling {
        Handling::Retried => "retried",
        Handling::Caught => "caught",
        Handling::Neither => "neither",
    };
    format!("{error}: {handling}")
}
