//! One compiled JSONata expression.

use std::collections::BTreeSet;

use jsonata_core::{
    ast::{AstNode, PathStep},
    evaluator::{Context, Evaluator},
    parser,
    value::JValue,
};
use serde_json::{Value, json};
use thiserror::Error;

use super::{
    FieldFailure, blame, budget, convert, differences,
    direct::Direct,
    failure::{EvaluationFailure, type_name},
    functions::HostFunctions,
    integers::{Integers, Literals, is_exact, restore},
    syntax_tree::for_each_child,
};
use crate::scope::{Randomness, Scope};
use crate::seeded::{Site, seeded};

const OPENING: &str = "{%";
const CLOSING: &str = "%}";

/// Whether a text has the marks of an expression: nothing may stand around them (recorded).
/// Requirement: asl.jsonata.no-path-keys
pub fn is_expression(text: &str) -> bool {
    if seeded(Site::BlanksAroundMarks) {
        return text.trim_start().starts_with(OPENING);
    }
    text.starts_with(OPENING) && (text.ends_with(CLOSING) || !seeded(Site::UnclosedIsPlainText))
}

/// The same.
pub(super) fn is_marked(text: &str) -> bool {
    is_expression(text)
}

/// A compiled expression. Shared between threads: the evaluator is made for each evaluation.
#[derive(Debug)]
pub struct Expression {
    /// The text between the marks, without blanks around it.
    text: Box<str>,
    direct: Option<Direct>,
    program: Box<Program>,
}

/// The syntax tree, and what it refers to.
#[derive(Debug)]
struct Program {
    ast: AstNode,
    members: BTreeSet<Member>,
    /// The parts of the context object that are looked at, as section and key; none where all of it is.
    context_parts: BTreeSet<[String; 2]>,
    names: BTreeSet<String>,
    literals: Literals,
    /// What a step costs; `None` where nothing is repeated.
    units_of_a_step: Option<u64>,
}

/// What of `$states` there is besides `input` and `context`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Available {
    /// Nothing.
    Input,
    /// `result`.
    Result,
    /// `errorOutput`.
    ErrorOutput,
}

/// A member of `$states`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Member {
    Input,
    Result,
    ErrorOutput,
    Context,
}

/// Why AWS refuses an expression when the machine is created.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ExpressionProblem {
    /// It begins with `{%` and does not end with `%}`. The words are not recorded.
    #[error("The JSONata expression is not closed with '%}}'")]
    Unclosed,
    /// It is no JSONata. The words are not recorded.
    #[error("The JSONata expression '{text}' is not valid: {reason}")]
    Syntax {
        /// The expression.
        text: String,
        /// What the parser says.
        reason: String,
    },
    /// Recorded: a member of `$states` that is not there in this field.
    #[error("Field '$states.{0}' does not exist.")]
    Missing(&'static str),
}

impl Member {
    const ALL: [Self; 4] = [Self::Input, Self::Result, Self::ErrorOutput, Self::Context];

    pub(super) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|member| member.name() == name)
    }

    fn name(self) -> &'static str {
        match self {
            Self::Input => "input",
            Self::Result => "result",
            Self::ErrorOutput => "errorOutput",
            Self::Context => "context",
        }
    }

    pub(super) fn value(self, scope: &dyn Scope) -> Option<&Value> {
        match self {
            Self::Input => Some(scope.state_input()),
            Self::Result if seeded(Site::ResultIsInput) => Some(scope.state_input()),
            Self::Result => scope.result(),
            Self::ErrorOutput if seeded(Site::NoErrorOutput) => None,
            Self::ErrorOutput => scope.error_output(),
            Self::Context if seeded(Site::NoContext) => None,
            Self::Context => Some(scope.context()),
        }
    }

    fn is_in(self, available: Available) -> bool {
        match self {
            Self::Input | Self::Context => true,
            _ if seeded(Site::AnyMemberOfStates) => true,
            Self::Result => available == Available::Result,
            Self::ErrorOutput => available == Available::ErrorOutput,
        }
    }
}

impl Expression {
    /// Compiles a text with its marks.
    pub fn parse(text: &str, available: Available) -> Result<Self, ExpressionProblem> {
        let text = if seeded(Site::BlanksAroundMarks) { text.trim() } else { text };
        let inner = text.strip_prefix(OPENING).and_then(|text| text.strip_suffix(CLOSING));
        let inner = inner.ok_or(ExpressionProblem::Unclosed)?.trim();
        let syntax = |reason: String| ExpressionProblem::Syntax { text: inner.to_owned(), reason };
        let mut ast = parser::parse(inner).map_err(|error| syntax(error.to_string()))?;
        let direct = Direct::of(&ast);
        differences::rewrite(&mut ast).map_err(syntax)?;
        let mut references = References::default();
        references.collect(&mut ast);
        if let Some(missing) = references.members.iter().find(|member| !member.is_in(available)) {
            return Err(ExpressionProblem::Missing(missing.name()));
        }
        let literals = Literals::of(&mut ast, inner);
        let units_of_a_step = budget::rewrite(&mut ast).then(|| budget::units_of_a_step(inner));
        let References { mut members, mut context_parts, names, is_whole, is_whole_context } = references;
        if is_whole {
            members.extend(Member::ALL.into_iter().filter(|member| member.is_in(available)));
        }
        if is_whole || is_whole_context {
            context_parts.clear();
        }
        let program = Box::new(Program { ast, members, context_parts, names, literals, units_of_a_step });
        Ok(Self { text: inner.into(), direct, program })
    }

    /// The text between the marks.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The value.
    pub fn evaluate(
        &self,
        scope: &dyn Scope,
        random: &mut dyn Randomness,
    ) -> Result<Value, EvaluationFailure> {
        let direct = self.direct.as_ref().and_then(|direct| direct.evaluate(scope));
        match direct.unwrap_or_else(|| self.program.evaluate(scope, random)) {
            Err(EvaluationFailure::Nothing) if seeded(Site::UndefinedIsNull) => Ok(Value::Null),
            value => value,
        }
    }

    /// The value for a field, which a failure names.
    /// Requirement: asl.jsonata.undefined
    pub fn evaluate_field(
        &self,
        field: &str,
        scope: &dyn Scope,
        random: &mut dyn Randomness,
    ) -> Result<Value, FieldFailure> {
        self.evaluate(scope, random).map_err(|failure| failure.of_field(&self.text, field.to_owned()))
    }

    /// The value for a field that takes one type, named as AWS names it.
    pub fn evaluate_typed(
        &self,
        field: &str,
        expected: &'static str,
        scope: &dyn Scope,
        random: &mut dyn Randomness,
    ) -> Result<Value, FieldFailure> {
        let found = self.evaluate_field(field, scope, random)?;
        if type_name(&found) == expected || seeded(Site::TypesAreNotChecked) {
            return Ok(found);
        }
        let failure = EvaluationFailure::UnexpectedType { expected, found };
        Err(failure.of_field(&self.text, field.to_owned()))
    }
}

impl Program {
    /// The value, with its large integers exact; it is told where that is not known to be AWS's.
    fn evaluate(&self, scope: &dyn Scope, random: &mut dyn Randomness) -> Result<Value, EvaluationFailure> {
        let functions = HostFunctions::new(scope.now_ms(), &self.names, random);
        let doubles = Integers::as_doubles();
        let value = self.value(scope, &functions, &doubles);
        let mut value = value.and_then(|value| convert::from_evaluator(&value));
        let again = doubles.has_large().then(|| self.value(scope, &functions, &Integers::as_tokens()));
        let is_known = match (&mut value, again) {
            (Ok(value), None) => is_exact(value),
            (Ok(value), Some(tokens)) => tokens.is_ok_and(|tokens| restore(value, &tokens)),
            (Err(_), None) => true,
            (Err(failure), Some(tokens)) => {
                tokens.and_then(|tokens| convert::from_evaluator(&tokens)).as_ref() == Err(&*failure)
            }
        };
        if !is_known {
            random.note_unknown();
        }
        value
    }

    fn value(
        &self,
        scope: &dyn Scope,
        functions: &HostFunctions<'_>,
        integers: &Integers,
    ) -> Result<JValue, EvaluationFailure> {
        let value = self.evaluator(scope, functions, integers).evaluate(&self.ast, &JValue::Undefined);
        value.map_err(|error| {
            let blame = || blame::function_to_blame(&self.ast, self.evaluator(scope, functions, integers));
            differences::failure(error.message(), blame)
        })
    }

    fn evaluator(&self, scope: &dyn Scope, functions: &HostFunctions<'_>, integers: &Integers) -> Evaluator {
        let mut evaluator = Evaluator::with_options(self.context(scope, integers), budget::options());
        functions.register(&mut evaluator, integers);
        if let Some(units) = self.units_of_a_step {
            budget::register(&mut evaluator, units);
        }
        evaluator
    }

    /// The variables that the expression names, those that are assigned.
    fn context(&self, scope: &dyn Scope, integers: &Integers) -> Context {
        let mut context = Context::new();
        self.literals.bind(&mut context, integers);
        if !self.members.is_empty() {
            let members = self.members.iter().filter_map(|member| {
                let parts =
                    (*member == Member::Context).then(|| self.partial_context(scope, integers)).flatten();
                let value = match parts {
                    Some(parts) => parts,
                    None => convert::to_evaluator(member.value(scope)?, integers),
                };
                Some((member.name().to_owned(), value))
            });
            context.bind("states".to_owned(), JValue::object(members.collect()));
        }
        for name in &self.names {
            if let Some(value) = scope.variable(name) {
                context.bind(name.clone(), convert::to_evaluator(value, integers));
            }
        }
        context
    }
}

impl Program {
    /// The context object with nothing but the parts that are looked at: the whole of it holds the execution input, and
    /// each iteration of a Map would copy that. `None` where one of them is not there by itself.
    fn partial_context(&self, scope: &dyn Scope, integers: &Integers) -> Option<JValue> {
        if seeded(Site::NoContext) {
            return None;
        }
        let mut sections = serde_json::Map::new();
        for [section, key] in &self.context_parts {
            let (part, n_taken) = scope.context_part(&mut [section.as_str(), key.as_str()].into_iter())?;
            let members = sections.entry(section.as_str()).or_insert_with(|| json!({})).as_object_mut();
            members.filter(|_| n_taken == 2)?.insert(key.clone(), part.into_owned());
        }
        (!sections.is_empty()).then(|| convert::to_evaluator(&Value::Object(sections), integers))
    }
}

/// What an expression refers to.
#[derive(Default)]
struct References {
    members: BTreeSet<Member>,
    context_parts: BTreeSet<[String; 2]>,
    /// Whether more than such parts of the context object is looked at.
    is_whole_context: bool,
    names: BTreeSet<String>,
    /// Whether `$states` is named without a member.
    is_whole: bool,
}

impl References {
    fn collect(&mut self, node: &mut AstNode) {
        match node {
            AstNode::Variable(name) if name == "states" => self.is_whole = true,
            AstNode::Variable(name) | AstNode::Function { name, .. } => {
                self.names.insert(name.clone());
            }
            _ => {}
        }
        let member = member_of_states(node);
        self.members.extend(member);
        if member == Some(Member::Context) {
            match context_part(node) {
                Some(part) => _ = self.context_parts.insert(part),
                None => self.is_whole_context = true,
            }
        }
        // The variable of `$states.input` is accounted for by its member.
        let mut n_to_skip = usize::from(member.is_some());
        for_each_child(node, &mut |child| {
            if n_to_skip > 0 {
                n_to_skip -= 1;
            } else {
                self.collect(child);
            }
        });
    }
}

/// `$states.context.Section.key`, with anything behind it.
fn context_part(node: &AstNode) -> Option<[String; 2]> {
    let AstNode::Path { steps } = node else { return None };
    let name = |index: usize| match &steps.get(index)?.node {
        AstNode::Name(name) => Some(name.clone()),
        _ => None,
    };
    let is_plain =
        |step: &PathStep| step.stages.is_empty() && step.focus.is_none() && step.index_var.is_none();
    steps.get(1..3)?.iter().all(is_plain).then_some(())?;
    Some([name(2)?, name(3)?])
}

fn member_of_states(node: &AstNode) -> Option<Member> {
    let AstNode::Path { steps } = node else { return None };
    match (&steps.first()?.node, &steps.get(1)?.node) {
        (AstNode::Variable(root), AstNode::Name(name)) if root == "states" && steps[0].stages.is_empty() => {
            Member::named(name)
        }
        _ => None,
    }
}
