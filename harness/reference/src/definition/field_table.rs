//! Which fields each state type has in each query language, from the tables of the specification.

use super::findings::Language;

/// The eight state types, in the order in which AWS lists them (recorded).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum StateType {
    Task,
    Wait,
    Pass,
    Succeed,
    Fail,
    Choice,
    Parallel,
    Map,
}

impl StateType {
    pub(super) const NAMES: [&str; 8] =
        ["Task", "Wait", "Pass", "Succeed", "Fail", "Choice", "Parallel", "Map"];

    pub(super) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "Task" => Self::Task,
            "Wait" => Self::Wait,
            "Pass" => Self::Pass,
            "Succeed" => Self::Succeed,
            "Fail" => Self::Fail,
            "Choice" => Self::Choice,
            "Parallel" => Self::Parallel,
            "Map" => Self::Map,
            _ => return None,
        })
    }

    /// Whether a state of this type has the field in the language.
    pub(super) fn has_field(self, language: Language, name: &str) -> bool {
        let own = match language {
            Language::JsonPath => self.json_path_fields(),
            Language::Jsonata => self.jsonata_fields(),
        };
        COMMON.contains(&name) || own.iter().any(|group| group.contains(&name))
    }

    fn json_path_fields(self) -> &'static [&'static [&'static str]] {
        match self {
            Self::Task => &[TRANSITION, PATHS, RESULT, ASSIGN, &["Parameters"], ERRORS, TASK, TASK_PATHS],
            Self::Wait => &[TRANSITION, PATHS, ASSIGN, WAIT, WAIT_PATHS],
            Self::Pass => &[TRANSITION, PATHS, ASSIGN, &["Parameters", "Result", "ResultPath"]],
            Self::Succeed => &[PATHS],
            Self::Fail => &[FAIL, &["ErrorPath", "CausePath"]],
            Self::Choice => &[PATHS, ASSIGN, CHOICE],
            Self::Parallel => &[TRANSITION, PATHS, RESULT, ASSIGN, &["Parameters", "Branches"], ERRORS],
            Self::Map => &[TRANSITION, PATHS, RESULT, ASSIGN, ERRORS, MAP, MAP_PATHS],
        }
    }

    fn jsonata_fields(self) -> &'static [&'static [&'static str]] {
        match self {
            Self::Task => &[TRANSITION, OUTPUT, ASSIGN, &["Arguments"], ERRORS, TASK],
            Self::Wait => &[TRANSITION, OUTPUT, ASSIGN, WAIT],
            Self::Pass => &[TRANSITION, OUTPUT, ASSIGN],
            Self::Succeed => &[OUTPUT],
            Self::Fail => &[FAIL],
            Self::Choice => &[OUTPUT, ASSIGN, CHOICE],
            Self::Parallel => &[TRANSITION, OUTPUT, ASSIGN, &["Arguments", "Branches"], ERRORS],
            Self::Map => &[TRANSITION, OUTPUT, ASSIGN, ERRORS, MAP, &["Items"]],
        }
    }
}

type Names = &'static [&'static str];
const COMMON: Names = &["Type", "Comment", "QueryLanguage"];
const TRANSITION: Names = &["Next", "End"];
const PATHS: Names = &["InputPath", "OutputPath"];
const RESULT: Names = &["ResultSelector", "ResultPath"];
const OUTPUT: Names = &["Output"];
const ASSIGN: Names = &["Assign"];
const ERRORS: Names = &["Retry", "Catch"];
const TASK: Names = &["Resource", "TimeoutSeconds", "HeartbeatSeconds", "Credentials"];
const TASK_PATHS: Names = &["TimeoutSecondsPath", "HeartbeatSecondsPath"];
const WAIT: Names = &["Seconds", "Timestamp"];
const WAIT_PATHS: Names = &["SecondsPath", "TimestampPath"];
const FAIL: Names = &["Error", "Cause"];
const CHOICE: Names = &["Choices", "Default"];
const MAP: Names = &[
    "ItemProcessor",
    "Iterator",
    "ItemSelector",
    "MaxConcurrency",
    "ItemReader",
    "ItemBatcher",
    "ResultWriter",
    "ToleratedFailureCount",
    "ToleratedFailurePercentage",
    "Label",
];
const MAP_PATHS: Names = &[
    "ItemsPath",
    "Parameters",
    "MaxConcurrencyPath",
    "ToleratedFailureCountPath",
    "ToleratedFailurePercentagePath",
];
