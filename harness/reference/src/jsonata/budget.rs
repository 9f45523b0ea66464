//! What keeps an evaluation from growing without bounds: the limits of AWS's, and a count of steps in place of its clock.
//!
//! Observed (August 2026): an expression may nest 100 deep, a sequence may have 873,782 items, a text of 2^22 characters
//! is accepted and one of 2^23 is not, and a loop without end is a time-out. The evaluator of the library counts depth and
//! sequences. Steps are counted by calls of [`STEP`] and [`CHARGE`], which are put into everything that is repeated; no
//! expression can name them itself.

use std::{cell::Cell, rc::Rc};

use jsonata_core::{
    ast::{AstNode, BinaryOp, Stage},
    evaluator::{Evaluator, EvaluatorError, EvaluatorOptions},
    value::JValue,
};

use super::syntax_tree::for_each_child;

/// The evaluator does not count the innermost level, which AWS does.
const DEPTH_MAX: usize = 99;
pub(super) const SEQUENCE_MAX: usize = 873_782;
/// Between 2^22 and 2^23; where exactly AWS draws the line is not known.
const TEXT_BYTES_MAX: usize = 8_388_607;
/// How many values a result may hold.
pub(super) const VALUES_MAX: usize = 2_000_000;
/// How much may be done, in units of about one item that is made: 250,000 steps. AWS allows one second; how many steps it
/// takes in it is not known, so this is modelled.
const UNITS_MAX: u64 = 32_000_000;
const UNITS_OF_A_STEP: u64 = 128;
/// A step may copy a part of the expression: a long one pays for so many bytes with one unit more.
const BYTES_OF_A_UNIT: usize = 64;

const STEP: &str = "!step";
const CHARGE: &str = "!charge";
const WIDTH: &str = "!width";
const NUMERAL: &str = "!numeral";
const RANGE_END: &str = "!range end";
const PICTURE: &str = "!picture";
/// The functions that take a picture of a date.
const DATE_FUNCTIONS: [&str; 3] = ["fromMillis", "toMillis", "now"];
/// Up to here every whole number is told apart; the evaluator does not check that the length of a range fits.
const WHOLE_NUMBER_MAX: f64 = 9_007_199_254_740_992.0;
const FORMAT_INTEGER: &str = "formatInteger";
const PAD: &str = "pad";
/// What the evaluator says when a limit is exceeded.
pub(super) const DEPTH_EXCEEDED: [&str; 2] = ["D1011", "U1001"];
pub(super) const SEQUENCE_EXCEEDED: [&str; 2] = ["D2014", "D2015"];
pub(super) const MEMORY_EXCEEDED: &str = "!memory";
pub(super) const TIME_EXCEEDED: &str = "!time";

/// The limits that the evaluator knows.
/// Requirement: asl.jsonata.depth
pub(super) fn options() -> EvaluatorOptions {
    EvaluatorOptions {
        max_stack_depth: Some(DEPTH_MAX),
        max_sequence_length: Some(SEQUENCE_MAX),
        ..EvaluatorOptions::default()
    }
}

/// Puts the counting into a syntax tree; whether there is anything to count.
pub(super) fn rewrite(ast: &mut AstNode) -> bool {
    // A function that is handed on is called where nobody sees its name, unless the expression gives the name itself.
    let handed_on = [PAD, FORMAT_INTEGER].into_iter().filter(|name| !binds(ast, name)).collect();
    let mut counting = Counting { n_added: 0, handed_on };
    counting.visit(ast, Place::Once);
    counting.n_added > 0
}

/// What a step of an expression costs.
pub(super) fn units_of_a_step(expression: &str) -> u64 {
    UNITS_OF_A_STEP + (expression.len() / BYTES_OF_A_UNIT) as u64
}

/// Lets an evaluation count.
pub(super) fn register(evaluator: &mut Evaluator, units_of_a_step: u64) {
    let used = Rc::new(Cell::new(0_u64));
    let step = Rc::clone(&used);
    let functions = [
        evaluator.register_fn(STEP, move |args: &[JValue]| {
            spend(&step, units_of_a_step)?;
            Ok(first(args))
        }),
        evaluator.register_fn(CHARGE, move |args: &[JValue]| {
            let value = first(args);
            spend(&used, size(&value)? as u64 + units_of_a_step)?;
            Ok(value)
        }),
        evaluator.register_fn(WIDTH, |args: &[JValue]| match args.first() {
            #[expect(clippy::cast_precision_loss, reason = "the limit is far below 2^52")]
            Some(JValue::Number(width)) if width.abs() > TEXT_BYTES_MAX as f64 => {
                Err(exceeded(MEMORY_EXCEEDED))
            }
            _ => Ok(first(args)),
        }),
        evaluator.register_fn(RANGE_END, |args: &[JValue]| match args.first() {
            Some(JValue::Number(end)) => Ok(JValue::Number(end.clamp(-WHOLE_NUMBER_MAX, WHOLE_NUMBER_MAX))),
            _ => Ok(first(args)),
        }),
        evaluator.register_fn(PICTURE, |args: &[JValue]| match args.first() {
            Some(JValue::String(picture)) => match unknown_component(picture) {
                Some(component) => Err(exceeded(&format!(
                    "D3132: Unknown component specifier \"{component}\" in date/time picture string"
                ))),
                None => Ok(first(args)),
            },
            _ => Ok(first(args)),
        }),
        evaluator.register_fn(NUMERAL, |args: &[JValue]| match args {
            #[expect(clippy::cast_precision_loss, reason = "the limit is far below 2^52")]
            [JValue::Number(number), JValue::String(picture)]
                if is_roman(picture) && number.abs() > 1000.0 * TEXT_BYTES_MAX as f64 =>
            {
                Err(exceeded(MEMORY_EXCEEDED))
            }
            _ => Ok(first(args)),
        }),
    ];
    debug_assert!(functions.iter().all(Result::is_ok), "no built-in function has such a name");
}

/// The first component of a picture that is no letter: the evaluator takes the first byte of each for one.
fn unknown_component(picture: &str) -> Option<char> {
    let mut rest = picture;
    while let Some((_, behind)) = rest.split_once('[') {
        if let Some(literal) = behind.strip_prefix('[') {
            rest = literal;
            continue;
        }
        let marker = behind.split(']').next().unwrap_or(behind);
        let component = marker.chars().find(|character| !character.is_whitespace());
        if component.is_some_and(|component| !component.is_ascii_alphabetic()) {
            return component;
        }
        rest = behind;
    }
    None
}

fn first(args: &[JValue]) -> JValue {
    args.first().cloned().unwrap_or(JValue::Undefined)
}

fn spend(used: &Cell<u64>, units: u64) -> Result<(), EvaluatorError> {
    used.set(used.get().saturating_add(units));
    if used.get() > UNITS_MAX { Err(exceeded(TIME_EXCEEDED)) } else { Ok(()) }
}

fn size(value: &JValue) -> Result<usize, EvaluatorError> {
    let (size, max) = match value {
        JValue::Array(items) if items.len() > SEQUENCE_MAX => return Err(exceeded(MEMORY_EXCEEDED)),
        JValue::Array(_) | JValue::Object(_) => {
            let mut left = VALUES_MAX;
            count(value, &mut left).ok_or_else(|| exceeded(MEMORY_EXCEEDED))?;
            (VALUES_MAX - left, VALUES_MAX)
        }
        JValue::String(text) => (text.len(), TEXT_BYTES_MAX),
        _ => (0, 0),
    };
    if size > max { Err(exceeded(MEMORY_EXCEEDED)) } else { Ok(size) }
}

/// Counts what a value holds, as often as it holds it: parts may be shared, and who writes them down or compares them does
/// so again and again. `None` when there is too much.
fn count(value: &JValue, left: &mut usize) -> Option<()> {
    *left = left.checked_sub(1)?;
    match value {
        JValue::Array(items) => items.iter().try_for_each(|item| count(item, left)),
        JValue::Object(members) => members.values().try_for_each(|member| count(member, left)),
        _ => Some(()),
    }
}

fn exceeded(what: &str) -> EvaluatorError {
    EvaluatorError::EvaluationError(what.to_owned())
}

/// How often a part of an expression may be evaluated.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Once,
    Repeated,
}

struct Counting {
    n_added: usize,
    /// The functions that may be named without being called.
    handed_on: Vec<&'static str>,
}

impl Counting {
    fn visit(&mut self, node: &mut AstNode, place: Place) {
        match node {
            AstNode::Lambda { body, .. } | AstNode::FunctionApplication(body) => {
                self.visit(body, Place::Repeated);
                if is_costly(body) {
                    self.count_step(body);
                }
            }
            AstNode::Path { steps } => {
                for step in steps {
                    self.visit(&mut step.node, place);
                    for stage in &mut step.stages {
                        if let Stage::Filter(filter) = stage {
                            self.visit(filter, Place::Repeated);
                            if is_costly(filter) {
                                self.count_step(filter);
                            }
                        }
                    }
                }
            }
            AstNode::Binary { op: BinaryOp::ColonEqual, rhs, .. } => self.visit(rhs, place),
            AstNode::Variable(name) if self.handed_on.contains(&name.as_str()) => {
                *node = bounded_if_function(name);
                self.n_added += 1;
            }
            AstNode::Function { name, args, .. } if name == PAD => {
                for arg in args {
                    self.visit(arg, place);
                    self.wrap(arg, WIDTH);
                }
            }
            AstNode::Function { name, args, .. } if DATE_FUNCTIONS.contains(&name.as_str()) => {
                for arg in args {
                    self.visit(arg, place);
                    if !matches!(arg, AstNode::Number(_)) {
                        self.wrap(arg, PICTURE);
                    }
                }
            }
            AstNode::Function { name, args, .. } if name == FORMAT_INTEGER => {
                for arg in args.iter_mut() {
                    self.visit(arg, place);
                }
                if args.len() == 1 {
                    // The number is the context.
                    args.insert(0, AstNode::Variable(String::new()));
                }
                if let [number, picture] = args.as_mut_slice() {
                    self.limit_numeral(number, picture);
                }
            }
            AstNode::Binary { op: BinaryOp::ChainPipe, lhs, rhs } if is_format_of_piped(rhs) => {
                self.visit(lhs, place);
                let AstNode::Function { args, .. } = &mut **rhs else { return };
                for arg in args.iter_mut() {
                    self.visit(arg, place);
                }
                self.limit_numeral(lhs, &args[0]);
            }
            _ => {
                for_each_child(node, &mut |child| self.visit(child, place));
                self.limit_range(node);
                if place == Place::Repeated && grows(node) {
                    self.wrap(node, CHARGE);
                }
            }
        }
    }

    /// Counts an evaluation of this part, at the leaf that comes first: so the nesting does not grow.
    fn count_step(&mut self, node: &mut AstNode) {
        match node {
            AstNode::Conditional { condition: inner, .. } | AstNode::Binary { lhs: inner, .. }
                if !matches!(**inner, AstNode::Placeholder) && !is_assignment(node) =>
            {
                let (AstNode::Conditional { condition: inner, .. } | AstNode::Binary { lhs: inner, .. }) =
                    node
                else {
                    return;
                };
                self.count_step(inner);
            }
            AstNode::Variable(_) | AstNode::Number(_) | AstNode::String(_) | AstNode::Boolean(_) => {
                self.wrap(node, STEP);
            }
            _ => {
                self.n_added += 1;
                let body = std::mem::replace(node, AstNode::Null);
                *node = AstNode::Block(vec![call(STEP, Vec::new()), body]);
            }
        }
    }

    /// A Roman numeral of a number is as long as the number is large.
    fn limit_numeral(&mut self, number: &mut AstNode, picture: &AstNode) {
        if matches!(picture, AstNode::String(picture) if !is_roman(picture)) {
            return;
        }
        self.n_added += 1;
        let inner = std::mem::replace(number, AstNode::Null);
        *number = call(NUMERAL, vec![inner, picture.clone()]);
    }

    /// Numbers that are written out are seen here, others when they are there.
    fn limit_range(&mut self, node: &mut AstNode) {
        let AstNode::Binary { op: BinaryOp::Range, lhs, rhs } = node else { return };
        for end in [lhs, rhs] {
            if !matches!(**end, AstNode::Number(number) if number.abs() <= WHOLE_NUMBER_MAX) {
                self.wrap(end, RANGE_END);
            }
        }
    }

    fn wrap(&mut self, node: &mut AstNode, function: &str) {
        self.n_added += 1;
        let inner = std::mem::replace(node, AstNode::Null);
        *node = call(function, vec![inner]);
    }
}

fn call(function: &str, args: Vec<AstNode>) -> AstNode {
    AstNode::Function { name: function.to_owned(), args, is_builtin: true }
}

/// `number ~> $formatInteger(picture)`.
fn is_format_of_piped(node: &AstNode) -> bool {
    matches!(node, AstNode::Function { name, args, .. } if name == FORMAT_INTEGER && args.len() == 1)
}

/// Whether an expression gives a value of its own to the name.
fn binds(node: &mut AstNode, name: &str) -> bool {
    let mut is_bound = match node {
        AstNode::Binary { op: BinaryOp::ColonEqual, lhs, .. } => {
            matches!(&**lhs, AstNode::Variable(bound) if bound == name)
        }
        AstNode::Lambda { params, .. } => params.iter().any(|bound| bound == name),
        _ => false,
    };
    for_each_child(node, &mut |child| is_bound |= binds(child, name));
    is_bound
}

/// The function within its bounds; a workflow variable may have its name, and stays as it is.
fn bounded_if_function(name: &str) -> AstNode {
    let variable = || AstNode::Variable(name.to_owned());
    let condition = Box::new(AstNode::Binary {
        op: BinaryOp::Equal,
        lhs: Box::new(call("type", vec![variable()])),
        rhs: Box::new(AstNode::String("function".to_owned())),
    });
    let mut bounded = as_lambda(name);
    Counting { n_added: 0, handed_on: Vec::new() }.visit(&mut bounded, Place::Once);
    let else_branch = Some(Box::new(variable()));
    AstNode::Conditional { condition, then_branch: Box::new(bounded), else_branch }
}

/// A function of two or three parameters as one that calls it by its name.
fn as_lambda(function: &str) -> AstNode {
    let parameters = ["a", "b", "c"].map(str::to_owned);
    let arguments = |count: usize| parameters[..count].iter().cloned().map(AstNode::Variable).collect();
    let with = |count: usize| Box::new(call(function, arguments(count)));
    let body = if function == PAD {
        let condition = Box::new(call("exists", vec![AstNode::Variable("c".to_owned())]));
        Box::new(AstNode::Conditional { condition, then_branch: with(3), else_branch: Some(with(2)) })
    } else {
        with(2)
    };
    AstNode::Lambda { params: parameters.to_vec(), body, signature: None, thunk: false }
}

fn is_roman(picture: &str) -> bool {
    picture.trim_start().starts_with(['I', 'i'])
}

fn is_assignment(node: &AstNode) -> bool {
    matches!(node, AstNode::Binary { op: BinaryOp::ColonEqual | BinaryOp::ChainPipe, .. })
}

/// Whether the value may be larger than what it is made of.
fn grows(node: &AstNode) -> bool {
    match node {
        AstNode::Binary { op: BinaryOp::Concatenate | BinaryOp::Range, .. } => true,
        AstNode::Array(items) => items.len() > 1,
        AstNode::Object(members) => members.len() > 1,
        AstNode::Function { name, .. } => DOUBLING.contains(&name.as_str()),
        _ => false,
    }
}

/// Whether a part calls or repeats something, so that its own repetition must be counted.
fn is_costly(node: &mut AstNode) -> bool {
    let is_costly_itself = match node {
        AstNode::Function { name, .. } => !CHEAP.contains(&name.as_str()),
        AstNode::Call { .. }
        | AstNode::Lambda { .. }
        | AstNode::FunctionApplication(_)
        | AstNode::Sort { .. }
        | AstNode::Transform { .. }
        | AstNode::Descendant
        | AstNode::Wildcard
        | AstNode::Binary { op: BinaryOp::ChainPipe, .. } => true,
        AstNode::Path { steps } => steps.iter().any(|step| !step.stages.is_empty()),
        _ => false,
    };
    let mut is_costly_below = false;
    for_each_child(node, &mut |child| is_costly_below |= is_costly(child));
    is_costly_itself || is_costly_below
}

/// Functions whose value may hold an argument twice.
const DOUBLING: [&str; 3] = ["append", "merge", "zip"];

/// Functions whose cost is that of their arguments, and which call nothing.
const CHEAP: [&str; 22] = [
    "abs",
    "boolean",
    "ceil",
    "contains",
    "count",
    "exists",
    "floor",
    "length",
    "lowercase",
    "max",
    "min",
    "not",
    "number",
    "power",
    "round",
    "sqrt",
    "string",
    "substring",
    "sum",
    "trim",
    "type",
    "uppercase",
];
