//! Bugs in how data goes through a state: paths, templates, the context object, variables.

use asl_reference::seeded::Site;

use super::{Mutant, definition, site};
use crate::mutants::misreading::Misreading as M;

const DATA_FLOW: &str = "data-flow";
const PATHS: &str = "paths";
const CONTEXT: &str = "context";
const ASSIGN: &str = "assign";

pub(super) const MUTANTS: &[Mutant] = &[
    definition("input-path-ignored", DATA_FLOW, "InputPath is not read.", M::FieldIgnored(&[], "InputPath")),
    definition(
        "output-path-ignored",
        DATA_FLOW,
        "OutputPath is not read.",
        M::FieldIgnored(&[], "OutputPath"),
    ),
    definition(
        "result-path-ignored",
        DATA_FLOW,
        "ResultPath is not read: the result replaces the input.",
        M::FieldIgnored(&[], "ResultPath"),
    ),
    definition(
        "result-selector-ignored",
        DATA_FLOW,
        "ResultSelector is not read.",
        M::FieldIgnored(&[], "ResultSelector"),
    ),
    definition(
        "pass-parameters-ignored",
        DATA_FLOW,
        "Pass does not know Parameters.",
        M::FieldIgnored(&["Pass"], "Parameters"),
    ),
    definition(
        "task-parameters-ignored",
        DATA_FLOW,
        "Task sends its input whatever Parameters say.",
        M::FieldIgnored(&["Task"], "Parameters"),
    ),
    definition(
        "parallel-parameters-ignored",
        DATA_FLOW,
        "Parallel does not know Parameters.",
        M::FieldIgnored(&["Parallel"], "Parameters"),
    ),
    definition(
        "input-path-null-is-absent",
        DATA_FLOW,
        "InputPath null is taken for no InputPath.",
        M::NullIsAbsent("InputPath"),
    ),
    definition(
        "output-path-null-is-absent",
        DATA_FLOW,
        "OutputPath null is taken for no OutputPath.",
        M::NullIsAbsent("OutputPath"),
    ),
    definition(
        "result-path-null-is-absent",
        DATA_FLOW,
        "ResultPath null is taken for no ResultPath.",
        M::NullIsAbsent("ResultPath"),
    ),
    definition(
        "literal-paths-evaluated",
        DATA_FLOW,
        "A text that looks like a path is evaluated though its key does not end in `.$`.",
        M::State(super::rewritings::evaluate_literal_paths),
    ),
    site(
        "null-path-gives-null",
        DATA_FLOW,
        "InputPath or OutputPath null gives null instead of an empty object.",
        Site::NullPathGivesNull,
    ),
    site(
        "missing-path-is-null",
        DATA_FLOW,
        "InputPath or OutputPath that leads nowhere gives null instead of failing.",
        Site::MissingPathIsNull,
    ),
    site(
        "missing-template-path-is-null",
        DATA_FLOW,
        "A path of a template that leads nowhere gives null instead of failing.",
        Site::MissingMemberIsNull,
    ),
    site(
        "missing-template-path-left-out",
        DATA_FLOW,
        "A member of a template whose path leads nowhere is left out.",
        Site::MissingMemberLeftOut,
    ),
    site(
        "index-out-of-range-fails",
        DATA_FLOW,
        "An index out of range fails in a template, where AWS reads null.",
        Site::IndexOutOfRangeFails,
    ),
    site(
        "parameters-see-raw-input",
        DATA_FLOW,
        "Parameters are filled from the raw input, past InputPath.",
        Site::ParametersSeeRawInput,
    ),
    site(
        "result-selector-sees-input",
        DATA_FLOW,
        "`$` in ResultSelector is the input of the state instead of the result.",
        Site::ResultSelectorSeesInput,
    ),
    site(
        "result-path-into-effective-input",
        DATA_FLOW,
        "ResultPath puts the result into what InputPath selected instead of the raw input.",
        Site::ResultPathIntoEffectiveInput,
    ),
    site(
        "result-path-merges",
        DATA_FLOW,
        "ResultPath merges an object into the one that is there instead of replacing it.",
        Site::ResultPathMerges,
    ),
    site(
        "result-path-needs-parents",
        DATA_FLOW,
        "ResultPath does not make the objects on its way.",
        Site::ResultPathNeedsParents,
    ),
    site(
        "result-path-conflict-replaces",
        DATA_FLOW,
        "Where ResultPath cannot be applied, the result replaces the input instead of a failure.",
        Site::ResultPathConflictReplaces,
    ),
    site(
        "output-path-before-result-path",
        DATA_FLOW,
        "OutputPath is applied to the result before ResultPath.",
        Site::OutputPathBeforeResultPath,
    ),
    site(
        "templates-stop-at-arrays",
        DATA_FLOW,
        "Objects inside an array of a template are not filled.",
        Site::TemplatesStopAtArrays,
    ),
    site(
        "templates-stop-at-objects",
        DATA_FLOW,
        "Only the uppermost members of a template are filled.",
        Site::TemplatesStopAtObjects,
    ),
    site(
        "dynamic-key-keeps-its-ending",
        DATA_FLOW,
        "The `.$` of a template's key stays in the result.",
        Site::DynamicKeyKeepsEnding,
    ),
    site(
        "payloads-have-no-limit",
        DATA_FLOW,
        "A document of more than 256 KiB passes.",
        Site::PayloadsHaveNoLimit,
    ),
    site("negative-index-unknown", PATHS, "A negative index finds nothing.", Site::NegativeIndexUnknown),
    site("slice-includes-end", PATHS, "The end of a slice is included.", Site::SliceIncludesEnd),
    site(
        "negative-slice-from-start",
        PATHS,
        "A negative start of a slice is taken for 0.",
        Site::NegativeSliceFromStart,
    ),
    site(
        "first-of-indices-alone",
        PATHS,
        "Of a list of indices only the first one counts.",
        Site::FirstOfIndicesAlone,
    ),
    site(
        "wildcard-skips-objects",
        PATHS,
        "A wildcard finds the items of arrays, not the members of objects.",
        Site::WildcardSkipsObjects,
    ),
    site(
        "scan-stops-at-match",
        PATHS,
        "A deep scan does not look below what it has found.",
        Site::ScanStopsAtMatch,
    ),
    site(
        "single-match-unwrapped",
        PATHS,
        "A filter or wildcard with one match gives the match instead of an array.",
        Site::SingleMatchUnwrapped,
    ),
    site(
        "no-match-is-null",
        PATHS,
        "A filter or wildcard without a match gives null instead of an empty array.",
        Site::NoMatchIsNull,
    ),
    site("no-match-fails", PATHS, "A filter or wildcard without a match fails.", Site::NoMatchFails),
    site(
        "filter-less-includes-equal",
        PATHS,
        "`<` in a filter accepts what is equal.",
        Site::FilterLessIncludesEqual,
    ),
    definition("filter-and-is-or", PATHS, "`&&` in a filter is read as `||`.", M::Text("&& @", "|| @")),
    definition(
        "filter-equal-is-unequal",
        PATHS,
        "`!=` in a filter is read as `==`.",
        M::Text(" != ", " == "),
    ),
    definition(
        "context-path-reads-input",
        CONTEXT,
        "`$$.` is read as `$.`: the context object is the input.",
        M::Text("\"$$.", "\"$."),
    ),
    site(
        "context-name-is-arn",
        CONTEXT,
        "Execution.Name of the context object is the ARN.",
        Site::ContextNameIsArn,
    ),
    site(
        "context-input-is-of-state",
        CONTEXT,
        "Execution.Input of the context object is the input of the state.",
        Site::ContextInputIsOfState,
    ),
    site(
        "context-retry-count-stands",
        CONTEXT,
        "State.RetryCount is 0 in every attempt.",
        Site::ContextRetryCountStands,
    ),
    site(
        "context-retry-count-everywhere",
        CONTEXT,
        "State.RetryCount is there in states that do not retry.",
        Site::ContextRetryCountEverywhere,
    ),
    site(
        "context-entered-at-start",
        CONTEXT,
        "State.EnteredTime is the time at which the execution was started.",
        Site::ContextEnteredAtStart,
    ),
    site("context-index-from-one", CONTEXT, "Map.Item.Index counts from 1.", Site::ContextIndexFromOne),
    site(
        "context-source-inline",
        CONTEXT,
        "Map.Item.Source is there in an inline Map.",
        Site::ContextSourceInline,
    ),
    site(
        "context-item-unknown-inside",
        CONTEXT,
        "Map.Item is there for ItemSelector only, not inside the iterations.",
        Site::ItemUnknownInside,
    ),
    site(
        "context-without-token",
        CONTEXT,
        "Task.Token is missing in the context object.",
        Site::ContextWithoutToken,
    ),
    definition("assign-ignored", ASSIGN, "Assign is not read.", M::FieldIgnored(&[], "Assign")),
    definition(
        "rule-assign-ignored",
        ASSIGN,
        "Assign of a Choice rule is not read.",
        M::PartFieldIgnored("Choices", "Assign"),
    ),
    definition(
        "catch-assign-ignored",
        ASSIGN,
        "Assign of a catcher is not read.",
        M::PartFieldIgnored("Catch", "Assign"),
    ),
    site(
        "output-sees-assigned",
        ASSIGN,
        "Output reads the variables that the same state assigns.",
        Site::OutputSeesAssigned,
    ),
    site(
        "assign-forgets-others",
        ASSIGN,
        "Assign replaces all variables instead of those that it names.",
        Site::AssignForgetsOthers,
    ),
    site(
        "choice-assigns-whatever-rule",
        ASSIGN,
        "Assign of a Choice state counts also when a rule without one matches.",
        Site::ChoiceAssignsWhateverRule,
    ),
    site(
        "children-start-without-variables",
        ASSIGN,
        "Branches and iterations do not see the variables around them.",
        Site::ChildrenStartWithoutVariables,
    ),
    site(
        "branches-share-variables",
        ASSIGN,
        "What a branch assigns is seen behind the Parallel.",
        Site::BranchesShareVariables,
    ),
    site(
        "iterations-share-variables",
        ASSIGN,
        "What an iteration assigns is seen behind the Map.",
        Site::IterationsShareVariables,
    ),
    site(
        "child-executions-see-variables",
        ASSIGN,
        "Children of a distributed Map see the variables of the machine.",
        Site::ChildExecutionsSeeVariables,
    ),
    site(
        "unassigned-is-null",
        ASSIGN,
        "A variable that nobody has assigned is null in a path.",
        Site::UnassignedIsNull,
    ),
];
