//! Bugs in single state types: Pass, Task, Wait, Succeed, Fail, Parallel, Map.

use asl_reference::seeded::Site;

use super::{Mutant, definition, rewritings, site};
use crate::mutants::misreading::Misreading as M;

const PASS: &str = "pass";
const TASK: &str = "task";
const WAIT: &str = "wait";
const SUCCEED: &str = "succeed";
const FAIL: &str = "fail";
const PARALLEL: &str = "parallel";
const MAP: &str = "map";
const DISTRIBUTED: &str = "distributed-map";
const TIMEOUTS: &str = "time-outs";

pub(super) const MUTANTS: &[Mutant] = &[
    definition(
        "pass-result-ignored",
        PASS,
        "Pass does not know Result.",
        M::FieldIgnored(&["Pass"], "Result"),
    ),
    definition(
        "pass-null-result-is-absent",
        PASS,
        "Result null is taken for no Result.",
        M::NullIsAbsent("Result"),
    ),
    definition(
        "pass-parameters-win",
        PASS,
        "Of Parameters and Result the former counts.",
        M::State(rewritings::parameters_win),
    ),
    definition(
        "pass-result-is-a-template",
        PASS,
        "Keys of Result that end in `.$` are evaluated.",
        M::State(rewritings::result_is_a_template),
    ),
    definition(
        "pass-ignores-result-path",
        PASS,
        "ResultPath counts for states that do work, not for Pass.",
        M::FieldIgnored(&["Pass"], "ResultPath"),
    ),
    site(
        "task-text-is-parsed",
        TASK,
        "A result that is a text of JSON is taken for the document.",
        Site::ResultTextIsParsed,
    ),
    site(
        "nested-output-stays-text",
        TASK,
        "The result of a started execution holds its output as text with `.sync:2` too.",
        Site::NestedOutputStaysText,
    ),
    site(
        "nested-failure-keeps-its-name",
        TASK,
        "A started execution that fails gives its own error name to the task.",
        Site::NestedFailureKeepsItsName,
    ),
    definition(
        "task-timeout-ignored",
        TIMEOUTS,
        "TimeoutSeconds of a Task is not read.",
        M::FieldIgnored(&["Task"], "TimeoutSeconds"),
    ),
    definition(
        "task-timeout-path-ignored",
        TIMEOUTS,
        "TimeoutSecondsPath is not read.",
        M::FieldIgnored(&["Task"], "TimeoutSecondsPath"),
    ),
    definition(
        "task-heartbeat-ignored",
        TIMEOUTS,
        "HeartbeatSeconds is not read.",
        M::FieldIgnored(&["Task"], "HeartbeatSeconds"),
    ),
    definition(
        "heartbeat-path-ignored",
        TIMEOUTS,
        "HeartbeatSecondsPath is not read.",
        M::FieldIgnored(&["Task"], "HeartbeatSecondsPath"),
    ),
    site(
        "heartbeats-are-not-heard",
        TIMEOUTS,
        "A heartbeat does not put the time-out of heartbeats off.",
        Site::HeartbeatsAreNotHeard,
    ),
    site(
        "heartbeat-has-its-own-name",
        TIMEOUTS,
        "A missed heartbeat is reported as States.HeartbeatTimeout.",
        Site::HeartbeatHasItsOwnName,
    ),
    definition(
        "machine-timeout-ignored",
        TIMEOUTS,
        "TimeoutSeconds of the machine is not read.",
        M::MachineFieldIgnored("TimeoutSeconds"),
    ),
    site(
        "express-has-no-limit",
        TIMEOUTS,
        "An Express execution may run for longer than five minutes.",
        Site::ExpressHasNoLimit,
    ),
    site("wait-returns-at-once", WAIT, "Wait does not wait.", Site::WaitReturnsAtOnce),
    site("wait-has-no-limit", WAIT, "Wait takes an instant that is too far away.", Site::WaitHasNoLimit),
    site("wait-past-timestamp-fails", WAIT, "An instant in the past fails.", Site::PastTimestampFails),
    site(
        "wait-missing-seconds-are-zero",
        WAIT,
        "SecondsPath that leads nowhere does not wait instead of failing.",
        Site::MissingSecondsAreZero,
    ),
    site(
        "wait-missing-timestamp-is-now",
        WAIT,
        "TimestampPath that leads nowhere does not wait instead of failing.",
        Site::MissingTimestampIsNow,
    ),
    site(
        "wait-negative-seconds-are-zero",
        WAIT,
        "SecondsPath takes a negative number for 0.",
        Site::NegativeSecondsAreZero,
    ),
    site(
        "wait-fraction-is-cut",
        WAIT,
        "SecondsPath cuts the fraction of a number off.",
        Site::FractionOfSecondsIsCut,
    ),
    definition(
        "wait-ignores-input-path",
        WAIT,
        "Wait does not know InputPath.",
        M::FieldIgnored(&["Wait"], "InputPath"),
    ),
    definition(
        "wait-ignores-output-path",
        WAIT,
        "Wait does not know OutputPath.",
        M::FieldIgnored(&["Wait"], "OutputPath"),
    ),
    definition(
        "succeed-ignores-input-path",
        SUCCEED,
        "Succeed does not know InputPath.",
        M::FieldIgnored(&["Succeed"], "InputPath"),
    ),
    definition(
        "succeed-ignores-output-path",
        SUCCEED,
        "Succeed does not know OutputPath.",
        M::FieldIgnored(&["Succeed"], "OutputPath"),
    ),
    site(
        "succeed-ends-execution",
        SUCCEED,
        "Succeed in a branch ends the whole execution.",
        Site::SucceedEndsExecution,
    ),
    definition(
        "fail-error-path-ignored",
        FAIL,
        "ErrorPath is not read.",
        M::FieldIgnored(&["Fail"], "ErrorPath"),
    ),
    definition(
        "fail-cause-path-ignored",
        FAIL,
        "CausePath is not read.",
        M::FieldIgnored(&["Fail"], "CausePath"),
    ),
    definition(
        "fail-swaps-error-and-cause",
        FAIL,
        "Error and Cause change places.",
        M::State(rewritings::swap_error_and_cause),
    ),
    site(
        "fail-without-error-is-named",
        FAIL,
        "A Fail state without Error gives a name of the engine's own.",
        Site::FailWithoutErrorIsNamed,
    ),
    site(
        "fail-path-takes-no-call",
        FAIL,
        "An intrinsic call in ErrorPath or CausePath is taken literally.",
        Site::FailPathTakesNoCall,
    ),
    site(
        "fail-ends-execution",
        FAIL,
        "Fail in a branch ends the execution whatever the Parallel catches.",
        Site::FailEndsExecution,
    ),
    site(
        "branches-get-raw-input",
        PARALLEL,
        "Branches get the raw input, past InputPath and Parameters.",
        Site::BranchesGetRawInput,
    ),
    site(
        "results-in-order-of-completion",
        PARALLEL,
        "Results come in the order in which children end.",
        Site::ResultsInOrderOfCompletion,
    ),
    site(
        "single-branch-unwrapped",
        PARALLEL,
        "The result of one branch is its output instead of an array of it.",
        Site::SingleBranchUnwrapped,
    ),
    site(
        "branch-outputs-merged",
        PARALLEL,
        "The outputs of branches that are objects are merged into one.",
        Site::BranchOutputsMerged,
    ),
    site(
        "failed-branch-gives-null",
        PARALLEL,
        "A branch that fails leaves null and the Parallel goes on.",
        Site::FailedBranchGivesNull,
    ),
    site(
        "branch-failure-has-its-own-name",
        PARALLEL,
        "A failed branch is reported as States.BranchFailed, as the specification has it.",
        Site::BranchFailureHasItsOwnName,
    ),
    definition(
        "parallel-forgets-last-branch",
        PARALLEL,
        "The last of several branches is not run.",
        M::State(rewritings::forget_last_branch),
    ),
    definition(
        "parallel-ignores-catch",
        PARALLEL,
        "Parallel does not know Catch.",
        M::FieldIgnored(&["Parallel"], "Catch"),
    ),
    definition(
        "parallel-ignores-retry",
        PARALLEL,
        "Parallel does not know Retry.",
        M::FieldIgnored(&["Parallel"], "Retry"),
    ),
    definition(
        "parallel-ignores-result-selector",
        PARALLEL,
        "Parallel does not know ResultSelector.",
        M::FieldIgnored(&["Parallel"], "ResultSelector"),
    ),
    definition(
        "map-items-path-ignored",
        MAP,
        "ItemsPath is not read.",
        M::FieldIgnored(&["Map"], "ItemsPath"),
    ),
    definition("map-items-ignored", MAP, "Items is not read.", M::FieldIgnored(&["Map"], "Items")),
    definition(
        "map-item-selector-ignored",
        MAP,
        "ItemSelector is not read.",
        M::FieldIgnored(&["Map"], "ItemSelector"),
    ),
    definition(
        "map-parameters-ignored",
        MAP,
        "Map does not know Parameters, the older form of ItemSelector.",
        M::FieldIgnored(&["Map"], "Parameters"),
    ),
    definition(
        "map-max-concurrency-ignored",
        MAP,
        "MaxConcurrency is not read.",
        M::FieldIgnored(&["Map"], "MaxConcurrency"),
    ),
    definition(
        "map-max-concurrency-path-ignored",
        MAP,
        "MaxConcurrencyPath is not read.",
        M::FieldIgnored(&["Map"], "MaxConcurrencyPath"),
    ),
    definition("map-ignores-catch", MAP, "Map does not know Catch.", M::FieldIgnored(&["Map"], "Catch")),
    definition("map-ignores-retry", MAP, "Map does not know Retry.", M::FieldIgnored(&["Map"], "Retry")),
    definition(
        "map-ignores-result-selector",
        MAP,
        "Map does not know ResultSelector.",
        M::FieldIgnored(&["Map"], "ResultSelector"),
    ),
    site(
        "item-selector-sees-item",
        MAP,
        "`$` in ItemSelector is the item instead of the input of the Map.",
        Site::ItemSelectorSeesItem,
    ),
    site(
        "items-of-raw-input",
        MAP,
        "ItemsPath is applied to the raw input, past InputPath.",
        Site::ItemsOfRawInput,
    ),
    site(
        "single-item-wrapped",
        MAP,
        "ItemsPath to something that is no array is taken for one item.",
        Site::SingleItemWrapped,
    ),
    site(
        "empty-map-gives-null",
        MAP,
        "A Map without items gives null instead of an empty array.",
        Site::EmptyMapGivesNull,
    ),
    site(
        "map-drops-nulls",
        MAP,
        "Iterations that give null are left out of the result.",
        Site::MapDropsNulls,
    ),
    site(
        "failed-iteration-gives-null",
        MAP,
        "An iteration that fails leaves null and the Map goes on.",
        Site::FailedIterationGivesNull,
    ),
    definition(
        "distributed-runs-inline",
        DISTRIBUTED,
        "ProcessorConfig is not read: every Map is inline.",
        M::State(rewritings::run_inline),
    ),
    definition(
        "tolerated-count-ignored",
        DISTRIBUTED,
        "ToleratedFailureCount is not read.",
        M::FieldIgnored(&["Map"], "ToleratedFailureCount"),
    ),
    definition(
        "tolerated-percentage-ignored",
        DISTRIBUTED,
        "ToleratedFailurePercentage is not read.",
        M::FieldIgnored(&["Map"], "ToleratedFailurePercentage"),
    ),
    site(
        "tolerated-count-excluded",
        DISTRIBUTED,
        "As many failures as are tolerated are one too many.",
        Site::ToleratedCountExcluded,
    ),
    definition(
        "item-batcher-ignored",
        DISTRIBUTED,
        "ItemBatcher is not read.",
        M::FieldIgnored(&["Map"], "ItemBatcher"),
    ),
    definition(
        "batch-input-ignored",
        DISTRIBUTED,
        "BatchInput is not read.",
        M::State(rewritings::forget_batch_input),
    ),
    site(
        "batches-one-larger",
        DISTRIBUTED,
        "A batch holds one item more than MaxItemsPerBatch.",
        Site::BatchesOneLarger,
    ),
    site(
        "batches-are-arrays",
        DISTRIBUTED,
        "A batch is the array of its items instead of an object with Items.",
        Site::BatchesAreArrays,
    ),
    site(
        "csv-headers-are-a-row",
        DISTRIBUTED,
        "The first row of a table is an item as well.",
        Site::CsvHeadersAreARow,
    ),
    site(
        "csv-reads-numbers",
        DISTRIBUTED,
        "Cells of a table that look like numbers are numbers.",
        Site::CsvReadsNumbers,
    ),
    definition(
        "max-items-ignored",
        DISTRIBUTED,
        "MaxItems of a reader is not read.",
        M::State(rewritings::forget_max_items),
    ),
    definition(
        "result-writer-ignored",
        DISTRIBUTED,
        "ResultWriter is not read.",
        M::FieldIgnored(&["Map"], "ResultWriter"),
    ),
];
