//! Bugs in Retry, in Catch, and in the names and causes of errors.

use asl_reference::seeded::Site;

use super::{Mutant, definition, observation, rewritings, site};
use crate::mutants::{
    misreading::Misreading as M,
    misstatement::{self, Misstatement as O},
};

const RETRY: &str = "retry";
const CATCH: &str = "catch";
const ERRORS: &str = "errors";

pub(super) const MUTANTS: &[Mutant] = &[
    definition("task-ignores-retry", RETRY, "Task does not know Retry.", M::FieldIgnored(&["Task"], "Retry")),
    definition(
        "max-attempts-zero-is-default",
        RETRY,
        "MaxAttempts 0 is taken for no MaxAttempts.",
        M::Part("Retry", rewritings::zero_attempts_are_default),
    ),
    definition(
        "max-attempts-default-is-one",
        RETRY,
        "MaxAttempts is 1 where it is absent.",
        M::PartDefault("Retry", "MaxAttempts", 1),
    ),
    definition(
        "backoff-default-is-one",
        RETRY,
        "BackoffRate is 1 where it is absent.",
        M::PartDefault("Retry", "BackoffRate", 1),
    ),
    definition(
        "interval-default-is-three",
        RETRY,
        "IntervalSeconds is 3 where it is absent.",
        M::PartDefault("Retry", "IntervalSeconds", 3),
    ),
    definition(
        "interval-ignored",
        RETRY,
        "IntervalSeconds is not read.",
        M::PartFieldIgnored("Retry", "IntervalSeconds"),
    ),
    definition(
        "max-delay-ignored",
        RETRY,
        "MaxDelaySeconds is not read.",
        M::PartFieldIgnored("Retry", "MaxDelaySeconds"),
    ),
    site("backoff-not-applied", RETRY, "Every pause is as long as the first one.", Site::BackoffNotApplied),
    site(
        "backoff-added",
        RETRY,
        "BackoffRate is added to the pause instead of multiplied.",
        Site::BackoffAdded,
    ),
    site(
        "backoff-one-step-early",
        RETRY,
        "BackoffRate counts for the first pause already.",
        Site::BackoffOneStepEarly,
    ),
    site(
        "max-attempts-count-first",
        RETRY,
        "MaxAttempts counts the first try as well.",
        Site::MaxAttemptsCountFirst,
    ),
    site(
        "max-attempts-one-more",
        RETRY,
        "There is one retry more than MaxAttempts.",
        Site::MaxAttemptsOneMore,
    ),
    site(
        "retry-counter-not-reset",
        RETRY,
        "Retries are still counted when the state is entered again.",
        Site::RetryCountersKept,
    ),
    site(
        "retry-counter-shared",
        RETRY,
        "All retriers of a state share one counter.",
        Site::RetryCounterShared,
    ),
    site(
        "exhausted-retrier-passes-on",
        RETRY,
        "When a retrier is used up, the next one that matches goes on.",
        Site::ExhaustedRetrierPassesOn,
    ),
    site(
        "last-retrier-wins",
        RETRY,
        "Of several retriers that match the last one counts.",
        Site::LastRetrierWins,
    ),
    site("retry-ignores-timeouts", RETRY, "Time-outs are never retried.", Site::RetryIgnoresTimeouts),
    site(
        "retry-enters-again",
        RETRY,
        "Every attempt enters the state anew in the history.",
        Site::RetryEntersAgain,
    ),
    site(
        "catch-before-retry",
        RETRY,
        "An error that a catcher takes is not retried.",
        Site::CatchBeforeRetry,
    ),
    definition("task-ignores-catch", CATCH, "Task does not know Catch.", M::FieldIgnored(&["Task"], "Catch")),
    definition(
        "last-catcher-wins",
        CATCH,
        "Of several catchers that match the last one counts.",
        M::State(rewritings::turn_catchers_round),
    ),
    definition(
        "catch-result-path-ignored",
        CATCH,
        "ResultPath of a catcher is not read.",
        M::PartFieldIgnored("Catch", "ResultPath"),
    ),
    definition(
        "catch-null-result-path-is-absent",
        CATCH,
        "ResultPath null of a catcher is taken for none.",
        M::Part("Catch", rewritings::null_result_path_is_absent),
    ),
    definition(
        "catch-output-ignored",
        CATCH,
        "Output of a catcher is not read.",
        M::PartFieldIgnored("Catch", "Output"),
    ),
    site(
        "catch-uses-result-path-of-state",
        CATCH,
        "The error output goes where ResultPath of the state says.",
        Site::CatchUsesResultPathOfState,
    ),
    site(
        "catch-applies-result-selector",
        CATCH,
        "ResultSelector is applied to the error output.",
        Site::CatchAppliesResultSelector,
    ),
    site(
        "catch-applies-output-path",
        CATCH,
        "OutputPath is applied to what a catcher hands on.",
        Site::CatchAppliesOutputPath,
    ),
    site(
        "error-output-without-cause",
        CATCH,
        "The error output holds the error name alone.",
        Site::ErrorOutputWithoutCause,
    ),
    site(
        "error-output-in-lower-case",
        CATCH,
        "The error output has the keys error and cause.",
        Site::ErrorOutputInLowerCase,
    ),
    site(
        "error-output-leaves-null-out",
        CATCH,
        "The error output has no Cause where the worker gave none.",
        Site::ErrorOutputLeavesNullOut,
    ),
    site(
        "timeout-cause-is-null",
        CATCH,
        "The error output of a time-out has the Cause null.",
        Site::TimeoutCauseIsNull,
    ),
    site(
        "first-error-name-alone",
        CATCH,
        "Only the first name of ErrorEquals is looked at.",
        Site::FirstErrorNameAlone,
    ),
    site("error-names-fold-case", CATCH, "Error names match whatever their case.", Site::ErrorNamesFoldCase),
    site(
        "error-names-match-by-prefix",
        CATCH,
        "An error name matches everything that begins with it.",
        Site::ErrorNamesMatchByPrefix,
    ),
    site("all-is-a-name", CATCH, "States.ALL matches an error of that name only.", Site::AllIsAName),
    site("all-passes-timeouts-by", CATCH, "States.ALL does not match time-outs.", Site::AllPassesTimeoutsBy),
    site("all-catches-runtime", CATCH, "States.ALL matches States.Runtime.", Site::AllCatchesRuntime),
    site(
        "runtime-is-caught-by-name",
        CATCH,
        "States.Runtime is caught where it is named.",
        Site::RuntimeIsCaughtByName,
    ),
    site(
        "task-failed-is-a-name",
        CATCH,
        "States.TaskFailed matches an error of that name only.",
        Site::TaskFailedIsAName,
    ),
    site(
        "task-failed-matches-timeouts",
        CATCH,
        "States.TaskFailed matches time-outs.",
        Site::TaskFailedMatchesTimeouts,
    ),
    site(
        "heartbeat-name-unknown",
        CATCH,
        "States.HeartbeatTimeout does not match a missed heartbeat.",
        Site::HeartbeatNameUnknown,
    ),
    site(
        "timeout-passes-heartbeats-by",
        CATCH,
        "States.Timeout does not match a missed heartbeat.",
        Site::TimeoutPassesHeartbeatsBy,
    ),
    site(
        "unnamed-error-is-task-failed",
        ERRORS,
        "A worker's failure without a name is States.TaskFailed.",
        Site::UnnamedErrorIsTaskFailed,
    ),
    site(
        "absent-cause-is-empty",
        ERRORS,
        "A cause that is absent is an empty text.",
        Site::AbsentCauseIsEmpty,
    ),
    observation(
        "no-choice-matched",
        ERRORS,
        "A Choice without a match fails with States.NoChoiceMatched, as the specification has it.",
        O::Error { cause: "Failed to transition out", name: "States.NoChoiceMatched" },
    ),
    observation(
        "parameter-path-failure",
        ERRORS,
        "A template path that leads nowhere is States.ParameterPathFailure, as the specification has it.",
        O::Error { cause: "The JSONPath '", name: "States.ParameterPathFailure" },
    ),
    observation(
        "intrinsic-failure",
        ERRORS,
        "A failing intrinsic call is States.IntrinsicFailure, as the specification has it.",
        O::Error { cause: "the intrinsic function", name: "States.IntrinsicFailure" },
    ),
    observation(
        "invalid-path-has-its-own-name",
        ERRORS,
        "InputPath or OutputPath that leads nowhere is States.InvalidPath.",
        O::Error { cause: "Invalid path '", name: "States.InvalidPath" },
    ),
    observation(
        "query-error-is-runtime",
        ERRORS,
        "A failing JSONata expression is States.Runtime.",
        O::Error { cause: "The JSONata expression", name: "States.Runtime" },
    ),
    observation(
        "cause-without-place",
        ERRORS,
        "A cause does not say in which state the error occurred.",
        O::Cause(misstatement::without_place),
    ),
    observation(
        "cause-names-last-event",
        ERRORS,
        "A cause names the event after the one with which the state was entered.",
        O::Cause(misstatement::next_event_id),
    ),
    observation(
        "cause-without-document",
        ERRORS,
        "A cause does not quote the document in which a path leads nowhere.",
        O::Cause(misstatement::without_document),
    ),
    observation(
        "cause-is-encoded-twice",
        ERRORS,
        "A cause is the JSON text of the text.",
        O::Cause(misstatement::encoded_again),
    ),
    observation(
        "cause-is-lost",
        ERRORS,
        "An execution that fails tells no cause.",
        O::Any(misstatement::lose_cause),
    ),
    observation(
        "cause-is-cut-short",
        ERRORS,
        "A cause has at most 100 characters.",
        O::Cause(misstatement::cut_short),
    ),
    observation(
        "cause-shows-path-with-dots",
        ERRORS,
        "A path in a cause is written with dots instead of brackets.",
        O::Cause(misstatement::with_dotted_path),
    ),
    observation(
        "timeout-has-a-cause",
        ERRORS,
        "A task that times out tells a cause.",
        O::Any(misstatement::explain_timeout),
    ),
    observation(
        "machine-timeout-is-failure",
        ERRORS,
        "An execution that runs out of time is FAILED with States.Timeout.",
        O::Any(misstatement::fail_for_timeout),
    ),
];
