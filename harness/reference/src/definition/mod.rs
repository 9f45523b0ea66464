//! The typed model of a definition: what [`parse`] makes of an ASL document that AWS accepts.
//!
//! Everything that can be decided before an execution starts is decided here: paths, templates and intrinsic calls are
//! compiled, transitions are indices, defaults are filled in. The interpreter never sees JSON text of a definition.

mod choice_rules;
mod data_fields;
mod diagnostic;
mod distributed_map;
mod field_table;
mod fields;
mod findings;
mod flow_graph;
mod integration;
mod item_reader;
mod json_text;
mod jsonata_fields;
mod location;
mod map;
mod parse;
mod path_fields;
mod resource;
mod retry_catch;
mod states;
mod task;
mod validation;
mod variables;
mod warnings;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use asl_cases::MachineType;

use crate::{
    choice::Condition,
    jsonata::{Expression, JsonataTemplate},
    path::{Path, ReferencePath},
    template::{PathOrIntrinsic, Template},
};

pub use data_fields::{DataFields, JsonPathFields, JsonataFields, Payload};
pub use diagnostic::{DefinitionError, Diagnostic, DiagnosticCode, Severity};
pub use distributed_map::{Distributed, ItemBatcher, ResultWriter, ToleratedFailures, Transformation};
pub use integration::{CallPattern, Integration, ServiceCall};
pub use item_reader::{ItemReader, ItemSource, ObjectFormat};
pub use json_text::{RepeatedField, repeated_field};
pub use parse::{diagnostics, parse};
pub use validation::{DIAGNOSTICS_MAX, Validation, ValidationResult, validate};

/// One state machine.
#[derive(Debug)]
pub struct StateMachine {
    /// Standard or Express.
    pub kind: MachineType,
    /// `TimeoutSeconds` of the machine.
    pub timeout_seconds: Option<u64>,
    /// The top-level states.
    pub flow: Arc<Flow>,
}

/// One `States` object with its `StartAt`: a machine, a branch of a Parallel, the processor of a Map.
#[derive(Debug)]
pub struct Flow {
    /// Index of the first state.
    pub start_at: usize,
    /// The states, in the order of the document.
    pub states: Vec<State>,
}

/// One state.
#[derive(Debug)]
pub struct State {
    /// The name, unique in the machine.
    pub name: Arc<str>,
    /// How the data goes through it, in its query language.
    pub data: DataFields,
    /// What the state does.
    pub kind: StateKind,
}

/// `InputPath`, `OutputPath`: absent or `$`, `null`, or a path.
#[derive(Debug)]
pub enum PathField {
    /// Absent or `$`: the whole document.
    Whole,
    /// `null`: an empty object instead of the document.
    Discard,
    /// A path.
    At(Path),
}

/// `ResultPath`.
#[derive(Debug)]
pub enum ResultPath {
    /// Absent or `$`: the result replaces the input.
    Replace,
    /// `null`: the result is discarded.
    Discard,
    /// The result is placed into the raw input.
    At(ReferencePath),
}

/// What follows a state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transition {
    /// `Next`, as an index into [`Flow::states`].
    Next(usize),
    /// `End`.
    End,
}

/// The eight state types.
#[derive(Debug)]
pub enum StateKind {
    /// Passes its input on, transformed.
    Pass(Pass),
    /// Work done elsewhere.
    Task(Task),
    /// A branch by conditions.
    Choice(Choice),
    /// A delay.
    Wait(Wait),
    /// Ends its flow well.
    Succeed,
    /// Ends its flow with an error.
    Fail(Fail),
    /// Branches side by side.
    Parallel(Parallel),
    /// One flow per item of an array.
    Map(Map),
}

/// A Pass state.
#[derive(Debug)]
pub struct Pass {
    /// `Next` or `End`.
    pub transition: Transition,
}

/// A Task state.
#[derive(Debug)]
pub struct Task {
    /// `Resource`.
    pub resource: Arc<str>,
    /// What the resource stands for.
    pub integration: Arc<Integration>,
    /// `Credentials`: an object whose `RoleArn` is written down or looked up.
    pub credentials: Option<Payload>,
    /// `TimeoutSeconds` or `TimeoutSecondsPath`.
    pub timeout: Option<Number>,
    /// `HeartbeatSeconds` or `HeartbeatSecondsPath`.
    pub heartbeat: Option<Number>,
    /// What follows, and what happens to errors.
    pub result: ResultFields,
}

/// The fields that Task, Parallel and Map share.
#[derive(Debug)]
pub struct ResultFields {
    /// `Retry`.
    pub retriers: Vec<Retrier>,
    /// `Catch`.
    pub catchers: Vec<Catcher>,
    /// `Next` or `End`.
    pub transition: Transition,
}

/// A value that is written down, looked up at a path, or the value of an expression.
#[derive(Debug)]
pub enum Field<T> {
    /// A literal.
    Literal(T),
    /// JSONPath: the `…Path` variant of the field.
    At(Path),
    /// JSONata: `{% … %}` in the place of a literal.
    Expression(Expression),
}

/// A whole number.
pub type Number = Field<u64>;
/// A number from 0 to 100.
pub type Percentage = Field<f64>;

/// One entry of `Retry`, defaults filled in.
#[derive(Debug)]
pub struct Retrier {
    /// `ErrorEquals`.
    pub error_equals: Vec<String>,
    /// `IntervalSeconds`, default 1.
    pub interval_seconds: u64,
    /// `MaxAttempts`, default 3.
    pub max_attempts: u64,
    /// `BackoffRate`, default 2.0.
    pub backoff_rate: f64,
    /// `MaxDelaySeconds`.
    pub max_delay_seconds: Option<u64>,
    /// `JitterStrategy`, default `NONE`.
    pub jitter: Jitter,
}

/// `JitterStrategy`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Jitter {
    /// The delay as computed.
    None,
    /// A random delay between zero and the computed one.
    Full,
}

/// One entry of `Catch`.
#[derive(Debug)]
pub struct Catcher {
    /// `ErrorEquals`.
    pub error_equals: Vec<String>,
    /// `Next`, as an index into the flow that holds the state.
    pub next: usize,
    /// What becomes of the error output.
    pub data: CatcherData,
}

/// What a catcher makes of the error output, in the query language of its state.
#[derive(Debug)]
pub enum CatcherData {
    /// In JSONPath.
    JsonPath {
        /// `ResultPath` of the catcher.
        result_path: ResultPath,
        /// `Assign` of the catcher.
        assign: Option<Template>,
    },
    /// In JSONata.
    Jsonata {
        /// `Output` of the catcher.
        output: Option<JsonataTemplate>,
        /// `Assign` of the catcher.
        assign: Option<JsonataTemplate>,
    },
}

/// A Choice state.
#[derive(Debug)]
pub struct Choice {
    /// `Choices`, in order.
    pub rules: Vec<Rule>,
    /// `Default`.
    pub default: Option<usize>,
}

/// One rule of a Choice state.
#[derive(Debug)]
pub struct Rule {
    /// What must hold.
    pub condition: RuleCondition,
    /// `Next`, as an index.
    pub next: usize,
    /// `Assign` of the rule, in place of the state's own.
    pub assign: Option<Payload>,
    /// JSONata: `Output` of the rule, in place of the state's own.
    pub output: Option<JsonataTemplate>,
}

/// What must hold for a rule to be taken.
#[derive(Debug)]
pub enum RuleCondition {
    /// JSONPath: operators and combinators.
    Test(Condition),
    /// JSONata: `Condition`.
    Field(Field<bool>),
}

/// A Wait state.
#[derive(Debug)]
pub struct Wait {
    /// How long.
    pub until: WaitUntil,
    /// `Next` or `End`.
    pub transition: Transition,
}

/// How long a Wait state waits.
#[derive(Debug)]
pub enum WaitUntil {
    /// `Seconds` or `SecondsPath`.
    Seconds(Number),
    /// `Timestamp` or `TimestampPath`, milliseconds since the epoch.
    Timestamp(Field<i64>),
}

/// A Fail state.
#[derive(Debug)]
pub struct Fail {
    /// `Error` or `ErrorPath`.
    pub error: Option<TextField>,
    /// `Cause` or `CausePath`.
    pub cause: Option<TextField>,
}

/// A text, written down, looked up, or the value of an expression.
#[derive(Debug)]
pub enum TextField {
    /// A literal.
    Literal(Arc<str>),
    /// The `…Path` variant: a path or an intrinsic call.
    At(PathOrIntrinsic),
    /// JSONata: `{% … %}` in the place of a literal.
    Expression(Expression),
}

/// A Parallel state.
#[derive(Debug)]
pub struct Parallel {
    /// `Branches`.
    pub branches: Vec<Arc<Flow>>,
    /// What follows, and what happens to errors.
    pub result: ResultFields,
}

/// A Map state.
#[derive(Debug)]
pub struct Map {
    /// `ItemsPath` or `Items`; `None` for the whole effective input.
    pub items: Option<Items>,
    /// `ItemSelector`, or the older `Parameters`.
    pub item_selector: Option<Payload>,
    /// `ItemProcessor`, or the older `Iterator`.
    pub processor: Arc<Flow>,
    /// `MaxConcurrency` or `MaxConcurrencyPath`; `None` and 0 mean no limit of the state's own.
    pub max_concurrency: Option<Number>,
    /// How many items may fail. Recorded: the fields are accepted in inline mode too.
    pub tolerated: Box<ToleratedFailures>,
    /// What only the distributed mode has; `None` in inline mode.
    pub distributed: Option<Box<Distributed>>,
    /// What follows, and what happens to errors.
    pub result: ResultFields,
}

/// Where the items of a Map are.
#[derive(Debug)]
pub enum Items {
    /// JSONPath: `ItemsPath`.
    At(Path),
    /// JSONata: `Items`, an array in which expressions may stand, or an expression.
    Jsonata(JsonataTemplate),
}
