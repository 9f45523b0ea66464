//! Bugs in the history, and in what the API answers.

use super::{Mutant, observation};
use crate::mutants::misstatement::{self, Misstatement as O};

const HISTORY: &str = "history";
const API: &str = "api";

/// An event is not written.
const fn lost(id: &'static str, mistake: &'static str, kind: &'static str) -> Mutant {
    observation(id, HISTORY, mistake, O::EventLost(kind))
}

/// An event has another type.
const fn renamed(id: &'static str, mistake: &'static str, from: &'static str, to: &'static str) -> Mutant {
    observation(id, HISTORY, mistake, O::EventRenamed { from, to })
}

pub(super) const MUTANTS: &[Mutant] = &[
    observation("ids-from-zero", HISTORY, "Event ids begin with 0.", O::Any(misstatement::ids_from_zero)),
    observation(
        "ids-have-gaps",
        HISTORY,
        "Every second event id is left out.",
        O::Any(misstatement::ids_with_gaps),
    ),
    observation(
        "history-newest-first",
        HISTORY,
        "The history begins with its last event.",
        O::Any(misstatement::newest_first),
    ),
    observation(
        "history-page-repeats",
        HISTORY,
        "The last event of a page is the first one of the next page again.",
        O::Any(misstatement::repeat_tenth_event),
    ),
    observation(
        "history-stops-at-a-page",
        HISTORY,
        "Only the first 20 events of a history are given.",
        O::Any(misstatement::first_page_alone),
    ),
    observation(
        "iteration-index-from-one",
        HISTORY,
        "The index of an iteration counts from 1.",
        O::Any(misstatement::iteration_index_from_one),
    ),
    observation(
        "entered-input-is-output",
        HISTORY,
        "A state that is entered shows what it puts out as its input.",
        O::Any(misstatement::entered_shows_output),
    ),
    observation(
        "exited-output-is-input",
        HISTORY,
        "A state that is left shows its input as its output.",
        O::Any(misstatement::exited_shows_input),
    ),
    observation(
        "history-ends-without-output",
        HISTORY,
        "ExecutionSucceeded shows null in place of the output.",
        O::Any(misstatement::forget_final_output),
    ),
    lost("execution-started-missing", "ExecutionStarted is not written.", "ExecutionStarted"),
    lost("last-event-missing", "ExecutionSucceeded is not written.", "ExecutionSucceeded"),
    lost("execution-failed-missing", "ExecutionFailed is not written.", "ExecutionFailed"),
    lost("choice-exited-missing", "ChoiceStateExited is not written.", "ChoiceStateExited"),
    lost("succeed-exited-missing", "SucceedStateExited is not written.", "SucceedStateExited"),
    lost("wait-entered-missing", "WaitStateEntered is not written.", "WaitStateEntered"),
    lost("fail-entered-missing", "FailStateEntered is not written.", "FailStateEntered"),
    lost("parallel-started-missing", "ParallelStateStarted is not written.", "ParallelStateStarted"),
    lost("parallel-succeeded-missing", "ParallelStateSucceeded is not written.", "ParallelStateSucceeded"),
    lost("parallel-failed-missing", "ParallelStateFailed is not written.", "ParallelStateFailed"),
    lost("map-started-missing", "MapStateStarted is not written.", "MapStateStarted"),
    lost("map-succeeded-missing", "MapStateSucceeded is not written.", "MapStateSucceeded"),
    lost("map-failed-missing", "MapStateFailed is not written.", "MapStateFailed"),
    lost("iteration-started-missing", "MapIterationStarted is not written.", "MapIterationStarted"),
    lost("iteration-succeeded-missing", "MapIterationSucceeded is not written.", "MapIterationSucceeded"),
    lost("iteration-failed-missing", "MapIterationFailed is not written.", "MapIterationFailed"),
    lost("map-run-started-missing", "MapRunStarted is not written.", "MapRunStarted"),
    lost("activity-scheduled-missing", "ActivityScheduled is not written.", "ActivityScheduled"),
    lost("activity-started-missing", "ActivityStarted is not written.", "ActivityStarted"),
    lost("evaluation-failed-missing", "EvaluationFailed is not written.", "EvaluationFailed"),
    renamed(
        "activity-events-of-tasks",
        "An activity that succeeds writes TaskSucceeded.",
        "ActivitySucceeded",
        "TaskSucceeded",
    ),
    renamed(
        "activity-timeout-is-failure",
        "An activity that times out writes ActivityFailed.",
        "ActivityTimedOut",
        "ActivityFailed",
    ),
    renamed(
        "activity-failure-is-timeout",
        "An activity that fails writes ActivityTimedOut.",
        "ActivityFailed",
        "ActivityTimedOut",
    ),
    renamed(
        "iterator-events-of-parallel",
        "Map writes the events of Parallel at its end.",
        "MapStateSucceeded",
        "ParallelStateSucceeded",
    ),
    observation(
        "invalid-definition-has-another-code",
        API,
        "A definition that is refused is a ValidationException.",
        O::Any(misstatement::rename_refusal),
    ),
    observation(
        "tested-state-without-next",
        API,
        "TestState does not tell the next state.",
        O::Any(misstatement::forget_next_state),
    ),
    observation(
        "tested-state-without-inspection",
        API,
        "TestState gives no inspection data.",
        O::Any(misstatement::forget_inspection),
    ),
    observation(
        "tested-state-retriable-is-failed",
        API,
        "TestState calls an error that is retried FAILED.",
        O::Any(misstatement::retriable_is_failed),
    ),
    observation(
        "tested-state-caught-is-succeeded",
        API,
        "TestState calls an error that is caught SUCCEEDED.",
        O::Any(misstatement::caught_is_succeeded),
    ),
    observation(
        "tested-state-without-result",
        API,
        "TestState does not show the result.",
        O::Any(misstatement::forget_tested_result),
    ),
];
