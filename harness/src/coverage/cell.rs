//! A cell: one thing that an execution can do, in a group of its like.

use serde::Serialize;

use super::{
    case_view::CaseView, errors, fields, intrinsics, jsonata, machines, maps, operators, paths, retries,
    tasks,
};

/// One thing that an execution can do.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Cell {
    /// What it is one of.
    pub group: Group,
    /// Its name in the group.
    pub name: String,
}

/// Cells of one kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Group {
    /// A state of a type, with a field, in a query language, was entered.
    StateFields,
    /// A comparison operator said true, or false.
    Operators,
    /// A comparison operator met a value of another type, or none.
    OperatorMisses,
    /// An intrinsic function succeeded, or failed in a documented way.
    Intrinsics,
    /// A reserved error name was retried, caught, or neither.
    Errors,
    /// A JSONata expression failed in one of the ways that there are.
    JsonataFailures,
    /// The same, by field.
    JsonataFields,
    /// A path led to something, to nothing, or to a value of the wrong type.
    Paths,
    /// What became of errors in states with Retry and Catch.
    Retries,
    /// A Map in one of its modes, and what it ran over.
    Maps,
    /// A task of an integration, and how it ended.
    Tasks,
    /// A machine of a type in a query language, and how its execution ended.
    Machines,
}

impl Group {
    /// All groups: first those that must be reached, then those that are shown.
    pub const ALL: [Self; 12] = [
        Self::StateFields,
        Self::Operators,
        Self::Intrinsics,
        Self::Errors,
        Self::JsonataFailures,
        Self::OperatorMisses,
        Self::JsonataFields,
        Self::Paths,
        Self::Retries,
        Self::Maps,
        Self::Tasks,
        Self::Machines,
    ];

    /// The name, as on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::StateFields => "state-fields",
            Self::Operators => "operators",
            Self::OperatorMisses => "operator-misses",
            Self::Intrinsics => "intrinsics",
            Self::Errors => "errors",
            Self::JsonataFailures => "jsonata-failures",
            Self::JsonataFields => "jsonata-fields",
            Self::Paths => "paths",
            Self::Retries => "retries",
            Self::Maps => "maps",
            Self::Tasks => "tasks",
            Self::Machines => "machines",
        }
    }

    /// What its cells are, in a few words.
    pub fn title(self) -> &'static str {
        match self {
            Self::StateFields => "state type x field x query language",
            Self::Operators => "Choice operator x answer",
            Self::OperatorMisses => "Choice operator x missing or wrong type",
            Self::Intrinsics => "intrinsic function x success or failure",
            Self::Errors => "reserved error x retried, caught or neither",
            Self::JsonataFailures => "form of JSONata failure",
            Self::JsonataFields => "state type x field x form of JSONata failure",
            Self::Paths => "state type x path field x hit, miss, wrong type, root",
            Self::Retries => "state type x error caught, not caught, retried",
            Self::Maps => "Map mode, reader, batcher and tolerance",
            Self::Tasks => "integration x end of the task",
            Self::Machines => "machine type x query language x end",
        }
    }

    /// Whether random cases have to reach every cell of it often.
    pub fn is_target(self) -> bool {
        matches!(
            self,
            Self::StateFields | Self::Operators | Self::Intrinsics | Self::Errors | Self::JsonataFailures
        )
    }

    pub(super) fn universe(self) -> Vec<String> {
        match self {
            Self::StateFields => fields::universe(),
            Self::Operators => operators::universe(),
            Self::OperatorMisses => operators::universe_of_misses(),
            Self::Intrinsics => intrinsics::universe(),
            Self::Errors => errors::universe(),
            Self::JsonataFailures => jsonata::universe(),
            Self::JsonataFields => jsonata::universe_by_field(),
            Self::Paths => paths::universe(),
            Self::Retries => retries::universe(),
            Self::Maps => maps::universe(),
            Self::Tasks => tasks::universe(),
            Self::Machines => machines::universe(),
        }
    }

    pub(super) fn reached(self, view: &CaseView<'_>, found: &mut dyn FnMut(String)) {
        match self {
            Self::StateFields => fields::reached(view, found),
            Self::Operators => operators::reached(view, found),
            Self::OperatorMisses => operators::reached_misses(view, found),
            Self::Intrinsics => intrinsics::reached(view, found),
            Self::Errors => errors::reached(view, found),
            Self::JsonataFailures => jsonata::reached(view, found),
            Self::JsonataFields => jsonata::reached_by_field(view, found),
            Self::Paths => paths::reached(view, found),
            Self::Retries => retries::reached(view, found),
            Self::Maps => maps::reached(view, found),
            Self::Tasks => tasks::reached(view, found),
            Self::Machines => machines::reached(view, found),
        }
    }
}
